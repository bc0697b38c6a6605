"""`train_judge`: minutes on one core, with a network and a recipe that suit the pictures."""

import shlex
from pathlib import Path

import torch

from explorer import checkpoint
from explorer.data import ImageSet, ReadOptions
from explorer.data.progress import Report
from explorer.measure.judge.fitting import BATCH, Fitting, default_epochs, recipe_for, resume
from explorer.measure.judge.format import READ, JudgeError, check_target, write_judge
from explorer.measure.judge.network import JudgeNetwork
from explorer.models.pixels import from_bytes
from explorer.stopping import Stop


def train_judge(
    folder: Path,
    pictures: ImageSet,
    test: ImageSet,
    *,
    source: str,
    epochs: int | None = None,
    seed: int = 0,
    device: str | torch.device = "cpu",
    report: Report = lambda what, done, total: None,
    stop: Stop = lambda: False,
    options: ReadOptions | None = None,
) -> float:
    """Train on `pictures`, test once on `test`, write the judge to `folder`; returns its accuracy, 0 to 1.

    source: the pictures' source, a name or a path. options: how they were read. epochs: by default what suits their
    number. The same seed, threads and machine give the same weights. Every minute the state is saved beside the folder,
    as `.<name>.part`, from which the same call resumes.
    Raises JudgeError for pictures that no judge can be trained on, and Stopped.
    """
    check_target(folder)
    checkpoint.check_labels(pictures.words)
    if test.words != pictures.words or test.image_shape != pictures.image_shape:
        raise JudgeError(
            f"The test pictures of {pictures.name} are not of the same classes and shape; mend its folders."
        )
    if len(pictures.words) < 2 or len(pictures) < BATCH:
        raise JudgeError(
            f"{pictures.name} has {len(pictures.words)} classes and {len(pictures):,} pictures; a judge needs two "
            f"classes or more, and at least {BATCH} pictures."
        )
    device, options = torch.device(device), options or ReadOptions()
    recipe = recipe_for(pictures.image_shape[0])
    epochs = epochs or default_epochs(len(pictures), recipe)
    images, labels = (torch.from_numpy(part).to(device) for part in (pictures.images, pictures.labels))
    fitting = Fitting(images, labels, len(pictures.words), epochs, seed, device)
    state = folder.with_name(f".{folder.name}.part")
    try:
        folded = resume(fitting, state, report, stop)
    except OSError as error:
        raise JudgeError(f"{state} cannot be written ({error.strerror or error}): make room for it.") from error
    tensors = {name: tensor.half() for name, tensor in folded.state_dict().items()}
    folded.load_state_dict(tensors)  # so that the written weights are tested
    right = accuracy(folded, test)
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
            + (" --names FILE" if options.names else ""),
            READ: options.fields,
            "data": pictures.name,
            **({"notes": " ".join(pictures.notes)} if pictures.notes else {}),
            "pictures": len(pictures),
            "test_pictures": len(test),
            "recipe": str(recipe),
            "epochs": epochs,
            "batch": BATCH,
            "seed": seed,
            "device": device.type,
            "precision": fitting.precision,
            "threads": torch.get_num_threads(),
            "seconds": round(fitting.seconds),
            "cpu_seconds": round(fitting.cpu_seconds),
        },
    )
    state.unlink(missing_ok=True)
    return right


@torch.inference_mode()
def accuracy(network: JudgeNetwork, test: ImageSet) -> float:
    """Share of the test pictures that a network puts in their own class, 0 to 1."""
    device, right = network.head.weight.device, 0
    for start in range(0, len(test), 512):
        rows = slice(start, start + 512)
        predicted = network(from_bytes(torch.from_numpy(test.images[rows]).to(device))).argmax(dim=1).cpu()
        right += int((predicted == torch.from_numpy(test.labels[rows])).sum())
    return right / len(test)
