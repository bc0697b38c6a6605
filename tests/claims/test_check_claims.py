"""`gan-explorer check-claims`: a page whose figures hold, one that lies, and a sentence that is not in its page."""

import json
from pathlib import Path

import pytest
from tiny_checkpoint import LABELS, publish_tiny
from tiny_judge import publish_tiny_judge

from explorer.claims.check import check_claims, unclaimed
from explorer.claims.claims import ClaimError, numbers, read_claims
from explorer.cli import main
from explorer.explore.card.measured import measured_sections

HERE = Path(__file__).parents[2]


@pytest.fixture
def tree(tmp_path, monkeypatch) -> Path:
    """A page, a real untrained checkpoint, and a judge to whom every picture is a boot."""
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path / "home"))
    publish_tiny_judge(tmp_path / "home/judges/booted", LABELS, sees="boots")
    folder = publish_tiny(tmp_path / "checkpoints/tiny")
    figures = {"fd": 2.0, "precision": 0.91234, "recall": 0.5, "label_accuracy": None, "classes": {}}
    evaluation = {"judge": "booted", "judge_hash": "0" * 64, "samples": 100, "fd_over_floor": 19.96}
    evaluation |= {"figures": figures, "floor": figures | {"fd": 0.1}, "collapsed": ["coat"]}
    (folder / "metrics.json").write_text(json.dumps({"evaluation": evaluation}))
    (folder / "README.md").write_text("\n\n".join(measured_sections("tiny", {"evaluation": evaluation})))
    (tmp_path / "README.md").write_text(
        "It draws every slipper as a shoe, and 12.5 % of them\nas bags; its precision is .912.\n\n"
        "| | FD | precision / labels right |\n|---|---|---|\n"
        "| [tiny](checkpoints/tiny/README.md) (collapsed: coat) | 20.0 | .912 / – |\n"
    )
    return tmp_path


SLIPPER = 'measure = "share"\ncheckpoint = "tiny"\nwords = ["slipper"]\npictures = 16\n'
SHOE = f'[[claim]]\nsays = "draws every slipper as a shoe"\n{SLIPPER}labels = ["boots"]\nfigure = 1.0\nwithin = 0.01\n'
BAGS = f'[[claim]]\nsays = "12.5 % of them as bags"\n{SLIPPER}labels = ["bag"]\nwithin = 0.01\n'
PRECISION = '[[claim]]\nsays = "precision is .912"\nstored = ["tiny precision"]\n'
TABLE = '[[table]]\ncolumns = ["fd_over_floor", "precision", "label_accuracy"]\n'


def write(tree: Path, *entries: str) -> Path:
    (tree / "claims.toml").write_text("\n".join(entries))
    return tree / "claims.toml"


def failing(tree: Path, *entries: str, **options) -> list[str]:
    return [
        f"{one.says}: {one.detail}" for one in check_claims(write(tree, *entries), **options) if one.outcome == "fails"
    ]


def test_a_page_whose_figures_hold_passes(tree, capsys):
    path = write(tree, SHOE, PRECISION, TABLE)
    assert main(["check-claims", str(path)]) == 0
    assert "4 hold, 0 fail" in capsys.readouterr().out  # two sentences, a row, the tables of a card


def test_a_sentence_that_lies_fails_with_both_figures(tree, capsys):
    path = write(tree, SHOE, BAGS)
    assert main(["check-claims", str(path)]) == 1
    out = capsys.readouterr().out
    assert "the page says 0.125, measured 0, may be off by" in out and "2 hold, 1 fail" in out
    by_chance = SHOE.replace("within = 0.01", "")  # three deviations of 16 pictures, 17 of 18 of which are boots: .17
    assert failing(tree, by_chance.replace("1.0", "0.8")) and not failing(tree, by_chance.replace("1.0", "0.85"))
    assert not failing(tree, SHOE.replace("within = 0.01", "within = 0.2").replace("1.0", "0.8"))


def test_a_reworded_sentence_fails_whatever_is_measured(tree):
    (entry,) = failing(tree, SHOE.replace("every slipper", "each slipper"), stored_only=True)
    assert "the page does not say this" in entry
    assert failing(tree, '[[unmeasured]]\nsays = "nothing of the kind"\nwhy = "it is not there"\n')


def test_line_breaks_and_bounds(tree):
    assert not failing(tree, BAGS.replace("within = 0.01", "at_most = 0.0"))  # the page breaks "them / as bags"
    assert failing(tree, BAGS.replace("within = 0.01", "at_least = 0.1"))


def test_rows_and_cards_are_held_against_what_is_stored(tree):
    page = tree / "README.md"
    assert not failing(tree, TABLE)
    for was, becomes, fault in (
        ("20.0", "19.9", "fd_over_floor: the page says 19.9, stored is 19.96"),
        ("– |", ".5 |", "label_accuracy"),
        (" (collapsed: coat)", "", "collapsed: the page says none"),
    ):
        text = page.read_text()
        page.write_text(text.replace(was, becomes))
        assert fault in failing(tree, TABLE)[0]
        page.write_text(text)
    assert "has no number of that name" in failing(tree, TABLE.replace("precision", "weight"))[0]
    card = tree / "checkpoints/tiny/README.md"
    card.write_text(card.read_text().replace("| 0.912 |", "| 0.922 |"))
    assert "metrics.json gives" in failing(tree, TABLE)[0]
    page.write_text("It draws.")
    assert "no row begins with a link" in failing(tree, TABLE)[0]


def test_the_words_of_a_card_are_drawn_again(tree):
    card = tree / "checkpoints/tiny/README.md"
    row = "| slipper | boots 0.34, coat 0.14, dress 0.13 | between | boots {} |\n"
    card.write_text(card.read_text() + "\n" + row.format("1.00"))
    found = failing(tree, PRECISION)
    assert len(found) == 1 and "coat 0.14, measured" in found[0] and "boots 1.00" not in found[0]  # invented cosines
    card.write_text(card.read_text().replace("boots 1.00", "boots 0.50"))
    assert any("boots 0.50, measured 1" in part for part in failing(tree, PRECISION))


def test_other_seeds_give_a_mean_and_its_deviation(tree):
    (result,) = [one for one in check_claims(write(tree, SHOE), seeds=3) if one.says.startswith("draws")]
    assert result.outcome == "holds" and result.deviations == (0.0,)


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ("[[claim", "is not TOML"),
        ("[[claims]]", "has 'claims'"),
        ("claim = 3", r"each claim begins with \[\[claim\]\]"),
        ('[[claim]]\nsays = ""\n', "lacks `says`"),
        ('[[claim]]\nsays = "x"\n', "`measure` or `stored`"),
        (SHOE.replace('"share"', '"hope"'), "no measurement 'hope'"),
        (SHOE.replace("pictures = 16", 'pictures = "16"'), "takes checkpoint"),
        (SHOE.replace('labels = ["boots"]\n', ""), "labels is not given"),
        (SHOE.replace('["boots"]', "[3]"), "labels is a list of texts"),
        (SHOE.replace("figure = 1.0", ""), "states no number"),
        (PRECISION + "within = nan\n", "`within` is a number"),
        (PRECISION + "seed = 1\n", "'seed' means nothing"),
        (PRECISION + 'page = "NOWHERE.md"\n', "the page NOWHERE.md, which cannot be read"),
        ("[[table]]\n", "`columns`"),
    ],
)
def test_a_broken_claims_file_is_one_sentence(tree, entry, sentence, capsys):
    path = write(tree, entry)
    with pytest.raises(ClaimError, match=sentence):
        check_claims(path)
    assert main(["check-claims", str(path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    "entry",
    [
        SHOE.replace('slipper"]', 'qwertyuiopx"]'),
        SHOE.replace('"tiny"', '"nobody-made-this"'),
        SHOE.replace('["boots"]', '["hats"]'),
        PRECISION.replace("tiny precision", "tiny weight"),
        PRECISION.replace("tiny precision", "tiny label_accuracy"),
        PRECISION.replace("tiny", "nobody"),
        PRECISION.replace('"]', '", "tiny recall"]'),
    ],
)
def test_what_cannot_be_measured_fails_and_the_rest_is_checked(tree, entry):
    assert len(failing(tree, entry, TABLE)) == 1


def test_missing_pictures_are_no_lie(tree, monkeypatch):
    monkeypatch.delenv("GAN_EXPLORER_DATA", raising=False)
    entry = '[[claim]]\nsays = "12.5 %"\nmeasure = "judge_accuracy"\njudge = "cifar10"\n'
    result = next(check_claims(write(tree, entry), data_dir=tree / "empty"))
    assert result.outcome == "no data"


def test_numbers_as_they_stand_in_a_page():
    values = [(one.value, one.rounding) for one in numbers("| .949 / 1.09 | 92.9 % of 10,000, 2N-GAN's 28x28 R1 -.03.")]
    expected = [(0.949, 0.0005), (1.09, 0.005), (0.929, 0.0005), (10000, 0.5), (-0.03, 0.005)]
    assert [pytest.approx(one) for one in expected] == values
    assert numbers("57 or 60", percent=True)[0].value == 0.57


def test_figures_without_a_claim_are_listed(tree):
    assert unclaimed(write(tree, BAGS, PRECISION, TABLE)) == []
    assert "precision is .912" in unclaimed(write(tree, BAGS, TABLE))[0]


def test_every_sentence_of_the_project_stands_and_stored_figures_agree():
    wrong = [one for one in check_claims(HERE / "claims.toml", stored_only=True) if one.outcome == "fails"]
    assert wrong == []


@pytest.mark.slow
def test_the_figures_of_the_project_hold():
    wrong = [one for one in check_claims(HERE / "claims.toml") if one.outcome == "fails"]
    assert wrong == []


def test_the_claims_file_names_the_pages_of_this_project():
    pages = {one.page for one in read_claims(HERE / "claims.toml").claims}
    assert "README.md" in pages and any(page.startswith("checkpoints/") for page in pages)
