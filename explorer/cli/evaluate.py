"""`gan-explorer evaluate`: how good a generator is, in figures that stand beside what real pictures get."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from explorer.errors import ExplorerError
from explorer.machine import best_device, working_threads

if TYPE_CHECKING:
    from explorer.checkpoint import Checkpoint
    from explorer.data import ImageSet
    from explorer.data.progress import Report
    from explorer.measure.features.network import FeatureNetwork
    from explorer.measure.judge.judge import Judge


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("evaluate")(evaluate)


def evaluate(
    checkpoint: Annotated[str, typer.Argument(help="A name, a folder, a run, or hf:owner/name@revision.")],
    judge: Annotated[
        str | None, typer.Option(help="The judge's name; by default the one that knows the checkpoint's labels.")
    ] = None,
    features: Annotated[
        str | None,
        typer.Option(
            help="In the judge's place, a network that learned ImageNet: lite0 (for colour; extra `lite0`), or "
            "inception (FID, KID and IS themselves; extra `inception`, and a download of 96 MB when first used). "
            "Takes minutes."
        ),
    ] = None,
    samples: Annotated[
        int | None, typer.Option(help="How many; by default as many as there are test pictures, at most 10,000.")
    ] = None,
    words: Annotated[
        str | None,
        typer.Option(help="Instead: what these words come out as, against what their likeness to the labels says."),
    ] = None,
    unseen: Annotated[
        bool,
        typer.Option(
            "--unseen", help="Instead: how it draws words, or pairs of word and style, that its training held out."
        ),
    ] = False,
    cas: Annotated[
        bool,
        typer.Option("--cas", help="Also train a classifier on samples alone, and ask it real pictures: minutes."),
    ] = False,
    data_dir: Annotated[Path | None, typer.Option(help="Where the data sets lie, if not in the usual places.")] = None,
    no_store: Annotated[bool, typer.Option("--no-store", help="Print the figures only.")] = False,
) -> None:
    """Measure a checkpoint: distance to the real pictures, variety, labels, and words that are no labels.

    Example: gan-explorer evaluate fashion-words --no-store
    Example: gan-explorer evaluate fashion-words --words "slipper, kimono, boots + summer"
    Example: gan-explorer evaluate runs/emoji-twin --unseen
    Example: gan-explorer evaluate runs/cifar10 --features lite0 --samples 2000
    """
    import torch

    from explorer import checkpoint as checkpoints
    from explorer.cli import evaluate_tables as tables
    from explorer.data.progress import reporting
    from explorer.measure.training_pictures import measured_pictures, own_pictures, read_options_of

    if unseen and (words is not None or features is not None or cas or samples is not None):
        raise ExplorerError("--unseen is a report of its own: leave out --words, --features, --cas and --samples.")
    if words is not None and (cas or samples is not None):
        raise ExplorerError("--words is a report of its own: leave out --cas and --samples.")
    if features is not None and (words is not None or judge is not None):
        raise ExplorerError("--features puts a network in the judge's place that knows no label: leave out the rest.")
    torch.set_num_threads(working_threads())  # more threads than free cores are several times as slow
    device = torch.device(best_device())
    if checkpoints.describe(checkpoints.find(checkpoint)).translates:
        if unseen or words is not None or cas or samples is not None or judge is not None:
            raise ExplorerError(f"{checkpoint} is a translator, which takes --features and --no-store alone.")
        return _translator(checkpoint, features, str(device), data_dir, store=not no_store)
    opened = checkpoints.load(checkpoint, device=str(device))
    with reporting(True) as report:
        chosen, source = _network(opened, judge, features, str(device), report)
    shape, options = opened.image_shape, read_options_of(opened)
    kept: dict[str, dict[str, Any]] = {}
    if unseen:
        pictures = own_pictures(source, shape, "train", data_dir, True, options)
        asked = None if pictures.styles else own_pictures(source, shape, "test", data_dir, True, options)
        kept = _unseen(opened, chosen, pictures, asked)
    elif words is not None:
        from explorer.measure.grounding import words as word_report

        listed = [word.strip() for word in words.split(",") if word.strip()]
        _, test = measured_pictures(source, shape, data_dir, True, options)
        report = word_report.report_words(opened, chosen, test, listed)
        tables.print_words(opened.name, chosen, report)
        kept[word_report.KEY] = report.as_fields()
    else:
        from explorer.measure.metrics import classifier_accuracy as classifier
        from explorer.measure.metrics import evaluation
        from explorer.measure.metrics import metrics_file as storing

        train, test = measured_pictures(source, shape, data_dir, True, options)
        trained = None
        if cas:  # first, since a failure of it ends the command
            with reporting(True) as report:
                trained = classifier.classifier_accuracy(opened, train, test, report)
            kept[classifier.KEY] = trained.as_fields()
        with reporting(True) as report:
            found = evaluation.evaluate(opened, chosen, train, test, samples, report, truncation=True)
        tables.print_evaluation(opened.name, chosen, found, trained, opened.display_names)
        tables.print_collapses(opened.path)
        kept[storing.key_of(found.judge)] = storing.as_fields(found)
    if checkpoint.startswith("hf:"):
        print("A checkpoint from the hub is another's: its figures are not stored.")
    elif not no_store:
        from explorer.measure.metrics.metrics_file import store_fields

        for key, fields in kept.items():
            path = store_fields(opened.path, key, fields)
        print(f"Stored in {path}.")


def _translator(checkpoint: str, features: str | None, device: str, data_dir: Path | None, store: bool) -> None:
    """Measure a translator, print its figures, and store them with the pictures that it brings back worst."""
    from explorer import checkpoint as checkpoints
    from explorer.atomic import write_atomic
    from explorer.checkpoint.example_pictures import FILE, examples_png
    from explorer.cli import evaluate_tables as tables
    from explorer.data.progress import reporting
    from explorer.measure import translation
    from explorer.measure.features.open import open_network
    from explorer.measure.metrics.metrics_file import rounded, store_fields
    from explorer.measure.summaries import translation_tables

    opened = checkpoints.load_translator(checkpoint, device)
    with reporting(True) as report:
        network = (
            translation.network_for(opened, device) if features is None else open_network(features, device, report)
        )
        if network is None:
            raise ExplorerError(f"No judge reads the pictures of {opened.name}: measure it by --features lite0.")
        found = translation.measure_translator(
            opened, network, translation.measured_pictures_of(opened, data_dir), report
        )
    fields = rounded(found.as_fields())
    tables.print_summaries(opened.name, network, translation_tables(fields))
    if checkpoint.startswith("hf:"):
        print("A checkpoint from the hub is another's: its figures are not stored.")
    elif store:
        path = store_fields(opened.path, translation.KEY, fields)
        write_atomic(opened.path / FILE, examples_png(*found.examples, *found.worst))
        print(f"Stored in {path}.")


def _unseen(
    checkpoint: "Checkpoint", judge: "Judge", pictures: "ImageSet", asked: "ImageSet | None"
) -> dict[str, dict[str, Any]]:
    """Measure and print what its training held out; the fields to store, by key. asked: pictures that the judge was
    not fitted on; None where they are in styles that it was not fitted on."""
    from explorer.cli import evaluate_tables as tables
    from explorer.data.progress import reporting
    from explorer.measure import summaries
    from explorer.measure.judge.judge import style_judge_of
    from explorer.measure.judge.splits import split_by_style
    from explorer.measure.training_pictures import pairs_held_out_by, words_held_out_by
    from explorer.measure.unseen import pairs, words

    held_out, (share, _) = words_held_out_by(checkpoint), pairs_held_out_by(checkpoint)
    if not held_out and not share:
        raise ExplorerError(
            f"The training of {checkpoint.name} held out nothing: train a twin with --hold-out WORD, or with "
            "--set hold_out_pairs=0.1."
        )
    kept = {}
    if held_out:
        known = pictures
        if asked is None:
            known, asked = split_by_style(pictures, judge.description.unseen_styles)
        with reporting(True) as report:
            found = words.unseen_words(checkpoint, judge, known, asked, report)
        kept[words.KEY] = found.as_fields()
        tables.print_summaries(checkpoint.name, judge, summaries.unseen_word_tables(kept[words.KEY]))
    if share:
        style_judge = style_judge_of(checkpoint, judge.device)
        kept[pairs.KEY] = pairs.unseen_pairs(checkpoint, judge, style_judge, pictures).as_fields()
        tables.print_summaries(checkpoint.name, judge, summaries.unseen_pair_tables(kept[pairs.KEY], judge.name))
    return kept


def _network(
    checkpoint: "Checkpoint", judge: str | None, features: str | None, device: str, report: "Report"
) -> "tuple[Judge | FeatureNetwork, str]":
    """The network to measure by, and the source of its pictures."""
    from explorer.measure.features.open import open_network
    from explorer.measure.judge.judge import open_judge
    from explorer.measure.judge.matching import check_fit
    from explorer.measure.training_pictures import source_of

    if features is not None:
        return open_network(features, device, report), source_of(checkpoint)
    found = _judge(checkpoint, device) if judge is None else open_judge(judge, device)
    check_fit(checkpoint, found)
    return found, found.description.source


def _judge(checkpoint: "Checkpoint", device: str) -> "Judge":
    from explorer.measure.judge.matching import judge_command, judge_for

    found = judge_for(checkpoint, device)
    if found is None:
        labels = ", ".join(map(repr, checkpoint.labels[:4])) + (" ..." if len(checkpoint.labels) > 4 else "")
        raise ExplorerError(
            f"No judge knows the pictures and labels of {checkpoint.name} ({labels}): train one on what it was trained "
            f"on, with {judge_command(checkpoint)}, or measure it by --features lite0."
        )
    return found
