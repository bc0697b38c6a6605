"""`train_judge`: minutes on one core, with a network and a recipe that suit the pictures."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from explorer import checkpoint
from explorer.data import ImageSet, ReadOptions
from explorer.data.progress import Report
from explorer.measure.judge import fitting, splits
from explorer.measure.judge.fitting import BATCH, Fitting, Recipe, default_epochs, resume
from explorer.measure.judge.format import (
    FITTED,
    FIVE,
    OF,
    READ,
    STYLES,
    UNSEEN,
    WORDS,
    JudgeError,
    check_target,
    write_judge,
)
from explorer.measure.judge.network import JudgeNetwork
from explorer.measure.metrics.metrics import among_first
from explorer.models.pixels import from_bytes
from explorer.stopping import Stop


def train_judge(
    folder: Path,
    pictures: ImageSet,
    test: ImageSet | None,
    *,
    source: str,
    of: str = WORDS,
    unseen: Sequence[str] = (),
    flips: bool = False,
    epochs: int | None = None,
    seed: int = 0,
    device: str | torch.device = "cpu",
    report: Report = lambda what, done, total: None,
    stop: Stop = lambda: False,
    options: ReadOptions | None = None,
) -> float:
    """Train on `pictures`, test once on `test`, write the judge to `folder`; returns its accuracy, 0 to 1.

    source: the pictures' source, a name or a path. of: what it is a judge of, `words` or, where pictures have them,
    `styles`. unseen, flips: of pictures with styles, which styles are asked and not fitted on (see `choose_unseen`),
    and whether pictures are mirrored; they are split here, and `test` is not used. options: how they were read. epochs:
    by default what suits their number. The same seed, threads and machine give the same weights. Every minute the state
    is saved beside the folder, as `.<name>.part`, from which the same call resumes.
    Raises JudgeError for pictures that no judge can be trained on, and Stopped.
    """
    check_target(folder)
    pictures, test, recipe, record = _prepared(pictures, test, of, unseen, flips)
    checkpoint.check_labels(pictures.words)
    if test.words != pictures.words or test.image_shape != pictures.image_shape:
        raise JudgeError(
            f"The test pictures of {pictures.name} are not of the same classes and shape; mend its folders."
        )
    if len(pictures.words) < 2 or len(pictures) < BATCH:
        raise JudgeError(
            f"{pictures.name} has {len(pictures.words)} classes and {len(pictures):,} pictures to fit a judge on "
            f"beside those that it is asked; it needs two classes or more, and at least {BATCH} pictures: "
            "bring more of them."
        )
    device, options = torch.device(device), options or ReadOptions()
    epochs = epochs or default_epochs(len(pictures), recipe)
    images, labels = (torch.from_numpy(part).to(device) for part in (pictures.images, pictures.labels))
    training = Fitting(images, labels, len(pictures.words), epochs, seed, device, recipe)
    state = folder.with_name(f".{folder.name}.part")
    try:
        folded = resume(training, state, report, stop)
    except OSError as error:
        raise JudgeError(f"{state} cannot be written ({error.strerror or error}): make room for it.") from error
    tensors = {name: tensor.half() for name, tensor in folded.state_dict().items()}
    folded.load_state_dict(tensors)  # so that the written weights are tested
    right = accuracy(folded, test)
    if FIVE in record:
        record[FIVE] = round(accuracy(folded, test, 5), 4)
    write_judge(
        folder,
        {name: tensor.cpu().contiguous() for name, tensor in tensors.items()},
        layout=folded.layout,
        words=pictures.words,
        shape=pictures.image_shape,
        source=source,
        accuracy=right,
        made={
            "command": f"gan-explorer judge train {shlex.quote(source)} --epochs {epochs} --seed {seed}"
            + (f" --fit {options.fit}" if options.fit != ReadOptions.fit else "")
            + (" --skip-broken" if options.skip_broken else "")
            + (" --names FILE" if options.names else "")
            + (f" --size {pictures.image_shape[1]}" if record else "")
            + "".join(f" --unseen-style {shlex.quote(style)}" for style in record.get(UNSEEN, ()))
            + (f" --of {of}" if of != WORDS else "")
            + (" --flips" if flips else ""),
            **record,
            READ: options.fields,
            "data": pictures.name,
            **({"notes": " ".join(pictures.recorded)} if pictures.recorded else {}),
            "pictures": len(pictures),
            "test_pictures": len(test),
            "recipe": str(recipe),
            "epochs": epochs,
            "batch": BATCH,
            "seed": seed,
            "device": device.type,
            "precision": training.precision,
            "threads": torch.get_num_threads(),
            "seconds": round(training.seconds),
            "cpu_seconds": round(training.cpu_seconds),
        },
    )
    state.unlink(missing_ok=True)
    return right


def _prepared(
    pictures: ImageSet, test: ImageSet | None, of: str, unseen: Sequence[str], flips: bool
) -> tuple[ImageSet, ImageSet, Recipe, dict[str, Any]]:
    """The pictures to fit on, those to ask, the recipe, and what stands in the record about them."""
    if pictures.styles and of == STYLES:
        fitted, asked = splits.styles_as_classes(pictures)
        return fitted, asked, fitting.STYLES, {OF: STYLES}
    if pictures.styles and of == WORDS:
        styles = splits.choose_unseen(pictures.styles, unseen)
        fitted, asked = splits.split_by_style(pictures, styles)
        fitted_styles = [style for style in pictures.styles if style not in styles]
        record = {FITTED: fitted_styles, UNSEEN: list(styles), **({FIVE: None} if len(pictures.words) > 5 else {})}
        return fitted, asked, fitting.word_recipe(len(pictures.words), flips), record
    if of != WORDS or unseen or flips or test is None:
        raise JudgeError(f"The pictures of {pictures.name} have no styles: leave out what is said about these.")
    return pictures, test, fitting.recipe_for(pictures.image_shape[0]), {}


@torch.inference_mode()
def accuracy(network: JudgeNetwork, test: ImageSet, most: int = 1) -> float:
    """Share of the test pictures whose own class is among the network's `most` likely ones, 0 to 1."""
    device, right = network.head.weight.device, 0
    for start in range(0, len(test), 512):
        rows = slice(start, start + 512)
        logits = network(from_bytes(torch.from_numpy(test.images[rows]).to(device)))
        right += int(among_first(logits, torch.from_numpy(test.labels[rows]).to(device), most).sum())
    return right / len(test)
