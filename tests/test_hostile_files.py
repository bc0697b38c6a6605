"""Every reader of a file, held against everything that may stand in its place: one sentence at once, or passed over."""

import gzip
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch
from gensim.models import KeyedVectors
from hostile_files import THINGS, at_once, put, refusal, spoilt
from PIL import Image
from run_folder import TINY, queue_entry, us, write_run
from safetensors.torch import load_file, save_file
from tiny_checkpoint import LABELS, publish_tiny
from tiny_judge import publish_tiny_judge

from explorer import checkpoint, data
from explorer.checkpoint.curves import FIGURES, LOSSES, Curves, Snapshots
from explorer.cli import main
from explorer.compare.report import check_folder
from explorer.explore import Seeded, Spec, Studio
from explorer.explore.inside.identity import generator_hash
from explorer.explore.inside.prepare import PictureFormat, prepare_picture
from explorer.explore.inside.saved_directions import list_directions, open_direction, save_direction
from explorer.explore.inside.tradeoff import PSIS, stored_tradeoff
from explorer.explore.render.png import encode, spec_from_png
from explorer.explore.walk.film_files import walk_from
from explorer.explore.walk.walk import Walk
from explorer.jobs import Jobs
from explorer.jobs.launching import LOG
from explorer.measure.features import inception, lite0
from explorer.measure.judge.fitting import Fitting
from explorer.measure.judge.judge import find_judge, list_judges, open_judge
from explorer.measure.metrics.metrics_file import read_metrics
from explorer.measure.metrics.real_stats import real_stats
from explorer.training.lock import owner
from explorer.training.loop import explain_write_errors
from explorer.training.resolve import read_settings_file, resolve
from explorer.training.run import Run
from explorer.training.settings import TrainConfig
from explorer.words import open_space
from explorer.words.format import FILE_NAME, write_space
from explorer.words.importing import import_space

PICTURES = torch.randint(0, 256, (130, 1, 28, 28), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
KINDS = torch.arange(130) % 4
WALK = Walk((Spec(condition="coat", latents=Seeded(0, 1)), Spec(condition="bag", latents=Seeded(0, 1))), frames=2)
STUDIO = Studio(device="cpu")
RUN_CONFIG = TrainConfig(**TINY, kimg=2.0)


@pytest.fixture(scope="module")
def furnished(tmp_path_factory):
    """A user's folder with a file of every kind that the core reads."""
    home = tmp_path_factory.mktemp("furnished")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GAN_EXPLORER_HOME", str(home))
        tiny = publish_tiny(home / "checkpoints/tiny")
        (tiny / "metrics.json").write_text('{"evaluation": {"judge": "tiny", "figures": {"fd": 1.5}}}')
        losses = dict.fromkeys(LOSSES, (1.0, 2.0))
        snapshots = Snapshots("tiny", "ab", 9, (1.0,), (None,), dict.fromkeys(FIGURES, (0.5,)), dict.fromkeys(FIGURES))
        curves = Curves(losses, {"kimg": (1.0,), "shares": {"coat": (0.5,)}}, snapshots)
        (tiny / "curves.json").write_text(json.dumps(curves.as_fields()))
        publish_tiny_judge(home / "judges/tiny", LABELS, sees="boots")
        status = {"state": "running", "pid": 1, "device": "cpu", "kimg": 1.0, "loss_d": 0.5, "changed": ["One."]}
        run = write_run(home / "runs/one", status, queue_entry("run", us()), us())
        shutil.copytree(tiny, run / "checkpoint")
        (run / "stats.jsonl").write_text('{"images": 32, "loss_d": 1.0, "coverage": {"coat": 0.5}}\n' * 3)
        (run / LOG).write_text("It begins.\n")
        Image.new("RGB", (28, 28)).save(run / "preview.jpg")
        opened = checkpoint.load("tiny")
        save_direction("mine", np.eye(16)[0], opened, "the first axis")
        judge = open_judge("tiny")
        points = [{"psi": psi, "precision": 0.5, "recall": 0.5} for psi in PSIS]
        curve = {"format": "gan-explorer tradeoff", "version": 1, "samples": 100, "points": points, "real": points[0]}
        (home / "tradeoffs").mkdir()
        (home / "tradeoffs" / f"{generator_hash(opened)[:16]}-{judge.hash[:16]}.json").write_text(json.dumps(curve))
        assert stored_tradeoff(opened, judge) is not None
        real_stats(judge, PICTURES, KINDS, PICTURES, KINDS)
        fitting(home).save(home / "half-trained.pt")
    (home / "words/mine").mkdir(parents=True)
    write_space(home / "words/mine" / FILE_NAME, "mine", LABELS, np.eye(4, dtype=np.float32), {})
    vectors = KeyedVectors(4)
    vectors.add_vectors(LABELS, np.eye(4, dtype=np.float32))
    vectors.save(str(home / "vectors.kv"))
    vectors.save_word2vec_format(str(home / "vectors.bin"), binary=True)
    vectors.save_word2vec_format(str(home / "vectors.txt"))
    (home / "vectors.txt.gz").write_bytes(gzip.compress((home / "vectors.txt").read_bytes()))
    for number, label in enumerate(LABELS * 2):
        (home / "pictures" / label).mkdir(parents=True, exist_ok=True)
        Image.effect_noise((28, 28), 80).save(home / "pictures" / label / f"{number}.png")
    for kind in ("zip", "tar"):
        shutil.make_archive(str(home / "pictures"), kind, home / "pictures")
    (home / "report").mkdir()
    (home / "report/metrics.json").write_text('{"format": "gan-explorer comparison", "checkpoints": ["a"]}')
    (home / "settings.json").write_text('{"size": 16, "preview": ["coat", "bag"], "seed": 3}')
    (home / "picture.png").write_bytes(encode(Image.new("L", (28, 28)), [Spec(condition="coat")]))
    Image.new("L", (28, 28)).save(home / "walk.gif", comment=WALK.to_json().encode())
    Image.effect_noise((40, 40), 80).save(home / "photo.png")
    (home / "weights.pth").write_bytes(b"weights")
    return home


@pytest.fixture
def home(furnished, tmp_path, monkeypatch):
    """A copy of it, to be spoilt."""

    def copy(path: str, to: str) -> None:  # what is never written in place need not be copied
        (shutil.copy if Path(path).suffix in (".json", ".jsonl") else os.link)(path, to)

    shutil.copytree(furnished, tmp_path / "home", copy_function=copy)
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def fitting(home: Path) -> Fitting:
    return Fitting(PICTURES, KINDS, 4, 1, 0, torch.device("cpu"))


def everything_of(home: Path) -> list[Any]:
    """All that the list of trainings shows."""
    jobs = Jobs(home / "runs")
    shown = [(job.state, job.reason, job.kimg, job.losses, job.changed, job.device) for job in jobs.all()]
    return [*shown, jobs.stats("one"), jobs.log("one"), jobs.preview("one"), jobs.sheets("one")]


def resumed(home: Path) -> None:
    with explain_write_errors(home / "runs/one"), Run(home / "runs/one", RUN_CONFIG) as run:
        run.start_log(64)
        run.log({"images": 96})


def imported(path: Path) -> None:
    import_space(path, "imported", output=path.with_name("imported.bin"))


def wheel(home: Path) -> None:
    lite0.open_lite0.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lite0, "FILE", "weights.pth")
        patch.setattr(lite0, "find_spec", lambda name: SimpleNamespace(submodule_search_locations=[str(home)]))
        lite0.open_lite0(torch.device("cpu"))


def inception_weights(home: Path) -> None:
    (home / "checkpoints").rename(home / "ours")
    (home / "checkpoints").mkdir()
    (home / "weights.pth").rename(home / "checkpoints" / inception.FILE)  # where torch keeps them
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(inception, "find_spec", lambda name: True)
            patch.setattr(torch.hub, "get_dir", lambda: str(home))
            inception.open_inception(torch.device("cpu"))
    finally:
        assert os.path.lexists(home / "checkpoints" / inception.FILE)


class Reader(NamedTuple):
    """file: what is spoilt, as a pattern in the furnished folder. read: what reads it. quiet: it is passed over; None
    where some things are passed over and others refused."""

    file: str
    read: Callable[[Path], Any]
    quiet: bool | None = False


READERS = {
    "checkpoint, its config": Reader("checkpoints/tiny/config.json", lambda home: checkpoint.load("tiny")),
    "checkpoint, in the list": Reader(
        "checkpoints/tiny/config.json",
        lambda home: [(one.name, one.error, one.description) for one in checkpoint.list_checkpoints()],
        quiet=True,
    ),
    "checkpoint, its generator": Reader("checkpoints/tiny/generator.safetensors", lambda home: checkpoint.load("tiny")),
    "checkpoint, its discriminator": Reader(
        "checkpoints/tiny/discriminator.safetensors", lambda home: checkpoint.load("tiny").discriminator()
    ),
    "checkpoint, its figures": Reader(
        "checkpoints/tiny/metrics.json", lambda home: read_metrics(home / "checkpoints/tiny"), quiet=True
    ),
    "checkpoint, its curves": Reader(
        "checkpoints/tiny/curves.json", lambda home: checkpoint.read_curves(home / "checkpoints/tiny")
    ),
    "judge, its config": Reader("judges/tiny/config.json", lambda home: open_judge("tiny")),
    "judge, its weights": Reader("judges/tiny/judge.safetensors", lambda home: open_judge("tiny")),
    "judge, in the list": Reader(
        "judges/tiny/config.json", lambda home: [list_judges(), find_judge(["nobody"], (1, 28, 28))], quiet=True
    ),
    "judge, half trained": Reader("half-trained.pt", lambda home: fitting(home).restore(home / "half-trained.pt")),
    "judge, what it saw": Reader(
        "measured/*.safetensors", lambda home: real_stats(open_judge("tiny"), PICTURES, KINDS, PICTURES, KINDS), True
    ),
    "run, its config": Reader(
        "runs/one/config.json", lambda home: TrainConfig.from_file(home / "runs/one/config.json")
    ),
    "run, its record": Reader("runs/one/stats.jsonl", resumed, quiet=None),
    "run, its owner": Reader("runs/one/owner.json", lambda home: owner(home / "runs/one"), quiet=True),
    **{
        f"run in the list, {name}": Reader(f"runs/one/{name}", everything_of, quiet=True)
        for name in (
            *("config.json", "status.json", "job.json", "owner.json", "stats.jsonl", LOG, "preview.jpg"),
            *("checkpoint/config.json", "checkpoint/generator.safetensors"),
        )
    },
    "file of settings": Reader("settings.json", lambda home: read_settings_file(home / "settings.json")),
    "direction, its description": Reader("directions/mine/direction.json", lambda home: open_direction("mine")),
    "direction, its axis": Reader("directions/mine/axis.safetensors", lambda home: open_direction("mine")),
    "direction, in the list": Reader("directions/mine/direction.json", lambda home: list_directions(), quiet=True),
    "word space": Reader("words/mine/*", lambda home: open_space("mine")),
    **{
        # Of what is read from its beginning, as far as it goes, some may be left.
        f"word vectors, {kind}": Reader(
            f"vectors.{kind}", lambda home, kind=kind: imported(home / f"vectors.{kind}"), quiet
        )
        for kind, quiet in {"txt": None, "txt.gz": None, "bin": False, "kv": None}.items()
    },
    "pictures, zip": Reader("pictures.zip", lambda home: data.load(home / "pictures.zip", progress=False)),
    "pictures, tar": Reader("pictures.tar", lambda home: data.load(home / "pictures.tar", progress=False), quiet=None),
    "pictures, one of a folder": Reader(
        f"pictures/{LABELS[0]}/0.png", lambda home: data.load(home / "pictures", progress=False), quiet=None
    ),
    "trade-off": Reader(
        "tradeoffs/*.json", lambda home: stored_tradeoff(STUDIO.checkpoint("tiny"), open_judge("tiny")), quiet=True
    ),
    "report": Reader("report/metrics.json", lambda home: check_folder(home / "report")),
    "picture with a spec": Reader("picture.png", lambda home: spec_from_png(home / "picture.png")),
    "film with a walk": Reader("walk.gif", lambda home: walk_from(home / "walk.gif")),
    "picture to be found again": Reader(
        "photo.png", lambda home: prepare_picture(home / "photo.png", PictureFormat(28, 1, None, 1.0))
    ),
    "weights of lite0": Reader("weights.pth", wheel),
    "weights of inception": Reader("weights.pth", inception_weights),
}


def place(home: Path, reader: Reader) -> Path:
    (found,) = home.glob(reader.file)
    return found


@pytest.mark.parametrize("name", READERS)
def test_what_is_whole_is_read(home, name):
    reader = READERS[name]
    place(home, reader)
    sentence = refusal(lambda: reader.read(home), home)
    assert sentence is None or name.startswith("weights"), sentence


@pytest.mark.parametrize("kind", THINGS)
@pytest.mark.parametrize("name", READERS)
def test_whatever_stands_there_is_refused_in_a_sentence_at_once_or_passed_over(home, name, kind):
    reader, found = READERS[name], []
    put(kind, place(home, reader))
    with at_once():
        sentence = refusal(lambda: found.append(reader.read(home)), home)
    assert reader.quiet in (None, sentence is None), sentence
    str(found).encode()


JSON = [name for name, reader in READERS.items() if reader.file.endswith(".json")]


@pytest.mark.parametrize("name", JSON)
def test_whatever_stands_in_a_json_file_is_read_or_refused_in_a_sentence(home, name):
    reader = READERS[name]
    path = place(home, reader)
    good = json.loads(path.read_text())
    for text in spoilt(good):
        path.write_bytes(text)
        found = []
        with at_once():
            sentence = refusal(lambda: found.append(reader.read(home)), home)  # noqa: B023
        assert sentence is None or not reader.quiet, sentence
        str(found).encode()


def test_a_list_of_checkpoints_is_printed_whatever_they_say_of_themselves(home, capsys):
    path = home / "checkpoints/tiny/config.json"
    good = json.loads(path.read_text())
    for text in spoilt(good["made"]):
        path.write_text(json.dumps(good | {"made": json.loads(text)}))
        assert main(["checkpoints"]) == 0
        sentence = capsys.readouterr().out
        assert not set(sentence) & {"\x1b", "\x07", "\r"} and len(sentence) < 20_000


@pytest.mark.parametrize("spoil", ["spec", "walk"])
def test_whatever_a_recipe_says_it_is_read_or_refused_in_a_sentence(spoil):
    kind, good = {"spec": (Spec, Spec(condition="coat").to_json()), "walk": (Walk, WALK.to_json())}[spoil]
    for text in spoilt(json.loads(good)):
        with at_once():
            refusal(lambda: kind.from_json(text.decode()))  # noqa: B023


def test_a_folder_whose_name_is_no_text_is_one_entry_with_a_sentence(home):
    for name in (b"bad\xff", b"bad\x1b[31m"):
        shutil.copytree(home / "checkpoints/tiny", os.fsdecode(os.fsencode(home) + b"/checkpoints/" + name))
        shutil.copytree(home / "judges/tiny", os.fsdecode(os.fsencode(home) + b"/judges/" + name))
    listed = {one.name: one.error for one in checkpoint.list_checkpoints()}
    assert listed["tiny"] is None and "rename the folder" in listed["bad\ufffd"] and listed["bad\ufffd[31m"]
    json.dumps(list(listed), ensure_ascii=False).encode()
    assert {"tiny"} == {one.name for one in list_judges() if "bad" in one.name or one.name == "tiny"}


@pytest.mark.parametrize("family", ["acgan", "dcgan"])
def test_label_vectors_of_another_width_than_the_word_space_are_a_sentence(home, family, capsys):
    path = publish_tiny(home / "checkpoints/other", family=family) / "generator.safetensors"
    save_file({**load_file(path), "label_vectors": torch.eye(50)[:4].contiguous()}, path)
    with pytest.raises(checkpoint.CheckpointError, match=r"other .* have 50 numbers, .*glove-minilm-100d.* have 100\."):
        Studio(device="cpu").render(Spec(checkpoint="other", condition="coat"))
    assert main(["sample", "coat", "--checkpoint", "other", "--json"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("gan-explorer: ") and err.count("\n") == 1


@pytest.mark.parametrize("label", ["x" * 101, "a\x1b[31m", "a\nb", "\x9b31m", ""])
def test_labels_that_cannot_be_shown_are_refused(home, label):
    path = home / "checkpoints/tiny/config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"labels": [label, *LABELS[1:]]}))
    assert "A label is a text of 1 to 100 characters that can be shown" in refusal(
        lambda: checkpoint.load("tiny"), home
    )


LONG, ODD = "x" * 5000, "\x1b]0;x\x07\ud800"


@pytest.mark.parametrize("text", [LONG, ODD, LONG + "\x1b" * 300])
@pytest.mark.parametrize(
    "ask",
    [
        checkpoint.load,
        open_judge,
        open_direction,
        open_space,
        Studio,
        lambda text: Spec(psi_mode=text),
        lambda text: TrainConfig(family=text),
        lambda text: TrainConfig(norm=text),
        lambda text: TrainConfig(precision=text),
        lambda text: TrainConfig(kimg=text),
        lambda text: resolve({text: 1}),
        lambda text: Jobs().get(text),
        lambda text: Jobs().start(text, RUN_CONFIG),
    ],
)
def test_a_sentence_holds_little_of_what_a_stranger_wrote(home, ask, text):
    if ask is Studio:
        assert refusal(lambda: Studio(device=text))
    else:
        assert refusal(lambda: ask(text), home)
