"""Which judge fits a checkpoint: one of its labels, or of more classes, trained on the same pictures."""

import torch

from explorer.checkpoint import Checkpoint
from explorer.data import NAMES, ImageSet, ReadOptions
from explorer.errors import ExplorerError
from explorer.measure.judge.format import JudgeDescription
from explorer.measure.judge.judge import Judge, judge_of, knows_styles, list_judges, open_judge
from explorer.measure.training_pictures import read_options_of, rows_of_labels


def judge_for(checkpoint: Checkpoint, device: str | torch.device = "cpu") -> Judge | None:
    """Find the judge to measure a checkpoint by: trained on the same pictures, with all its labels, if any; or None.

    The same words are not enough: figures of `digits` by MNIST's judge would say how unlike the two are.
    """
    found = judge_of(checkpoint, device)
    if checkpoint.styles:  # which no judge of other pictures knows
        return found
    if found is None or not _same_pictures(checkpoint, found.description):
        wider = (
            path.name
            for path, one in list_judges().items()
            if _fits(checkpoint, one) and _same_pictures(checkpoint, one)
        )
        found = next((open_judge(name, device) for name in wider), None)
    return found


def judge_command(checkpoint: Checkpoint) -> str:
    """The command that trains a judge for a checkpoint: of pictures as large, and made square in the same way."""
    fit = read_options_of(checkpoint).fit
    how = f" --fit {fit}" if fit != ReadOptions.fit else ""
    return f"gan-explorer judge train SOURCE{how} --size {checkpoint.image_shape[1]}"


def check_fit(checkpoint: Checkpoint, judge: Judge) -> None:
    """Raise ExplorerError if the judge lacks the checkpoint's labels, or its pictures have another shape.

    It may have more classes than these where both were trained on the same pictures. Where both have styles, it may
    lack some of the labels too.
    """
    if not _fits(checkpoint, judge.description):
        raise ExplorerError(
            f"The judge {judge.name} does not know the labels and pictures of {checkpoint.name}: choose another, or "
            f"train one on its pictures: {judge_command(checkpoint)}."
        )


def check_pictures(judge: Judge, pictures: ImageSet) -> None:
    """Raise ExplorerError if pictures are not of the judge's classes and shape."""
    if pictures.words != judge.words or pictures.image_shape != judge.description.shape:
        raise ExplorerError(
            f"The judge {judge.name} was trained on other pictures than {pictures.name}; train it anew."
        )


def check_own(checkpoint: Checkpoint, train: ImageSet, test: ImageSet) -> None:
    """Raise ExplorerError if a checkpoint cannot be trained on these: another shape, or without its labels."""
    if checkpoint.styles and train.styles:  # it may lack some of their words, or they some of its labels
        known = all(len(rows_of_labels(checkpoint, one)) for one in (train, test))
    else:
        known = set(checkpoint.labels) <= set(test.words)
    same = train.words == test.words and train.image_shape == test.image_shape == checkpoint.image_shape
    if not (same and known):
        raise ExplorerError(f"{checkpoint.name} draws other pictures than {train.name} has; choose its own.")


def _fits(checkpoint: Checkpoint, judge: JudgeDescription) -> bool:
    if checkpoint.styles and judge.styles:
        return knows_styles(checkpoint, judge)
    labels, words = set(checkpoint.labels), set(judge.words)
    known = labels == words or (labels < words and _same_pictures(checkpoint, judge))
    return checkpoint.image_shape == judge.shape and known and _same_fit(checkpoint, judge)


def _same_pictures(checkpoint: Checkpoint, judge: JudgeDescription) -> bool:
    name, own = checkpoint.summary.get("data"), str(judge.made.get("data", judge.source))
    # Older judges wrote notes about the pictures behind the name.
    same = name in (judge.source, own) or own.startswith(f"{name} (")
    return same and _same_fit(checkpoint, judge)


def _same_fit(checkpoint: Checkpoint, judge: JudgeDescription) -> bool:
    """Whether pictures were made square in the same way for both."""
    return judge.source in NAMES or judge.read_options.fit == read_options_of(checkpoint).fit
