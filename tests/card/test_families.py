"""Model cards: conditioning, objective, and what the codes of an InfoGAN turned out to mean."""

import pytest
from PIL import Image
from tiny_checkpoint import publish_tiny

from explorer import checkpoint
from explorer.cli import main
from explorer.errors import ExplorerError
from explorer.explore.card.publish import publish
from explorer.models.families import FAMILIES


@pytest.fixture
def published(tmp_path):
    """`published(family)` publishes one; gives its folder and its card."""

    def make(family: str, **more):
        folder = publish(publish_tiny(tmp_path / "run", family=family), tmp_path / f"my-{family}", **more)
        return folder, (folder / "README.md").read_text()

    return make


@pytest.mark.parametrize("family", ["word", "cdcgan", "dcgan", "infogan"])
def test_a_card_shows_objective_and_conditioning(published, family):
    folder, card = published(family)
    row = FAMILIES[family]
    for part in (row.title, row.paper, row.good, row.bad, f"D: {row.objective[0]}\nG: {row.objective[1]}"):
        assert part in card
    conditioning = {
        "word": "a latent z of 16 numbers and the vector of a word in the space `glove-minilm-100d`",
        "label": "one of 4 labels give 28 x 28 pixels in grey. Any other word of the space `glove-minilm-100d`",
        "nothing": "An unconditional GAN: a latent z of 16 numbers gives 28 x 28 pixels in grey.",
        "codes": "the codes c1 (one of 3), c2 (a number) and c3 (a number) give",
    }
    assert conditioning[row.conditioning] in card and ("A row for each label" in card) == (
        row.conditioning in ("word", "label")
    )
    assert checkpoint.load(folder).description.family == family
    assert ("codes.png" in card) == (folder / "codes.png").exists() == (family == "infogan")
    gaps = 3 * 4 if row.conditioning in ("word", "label") else 0  # between four rows, or within one of 64
    with Image.open(folder / "preview.png") as sheet:
        assert sheet.height == 4 * 56 + gaps


def test_the_card_of_an_infogan_shows_its_codes_and_has_a_place_for_what_they_mean(published):
    folder, card = published("infogan")
    assert "Nobody has written down yet" in card and "gan-explorer codes --checkpoint my-infogan" in card
    assert "sample ANY_WORD --code 0 --code 0 --code 0 --checkpoint my-infogan" in card
    with Image.open(folder / "codes.png") as sheet:
        assert sheet.height == 5 * 56 + 4 * 4 and sheet.width > 16 * 56
    folder, card = published("infogan", about="c2 is the *slant*.")  # published again over the first
    start = card.index("## What its codes turned out to mean")
    assert "c2 is the *slant*." in card[start : card.index("\n## ", start + 3)]
    assert "Nobody" not in card and "What one sees" not in card


def test_what_one_sees_stays_where_it_was_for_the_others(published):
    _, card = published("cdcgan", words=("slipper",), about="Soft edges.")
    assert "## What one sees\n\nSoft edges." in card and "\n| slipper | " in card


def test_words_are_not_published_for_unconditional_generators(published, tmp_path, capsys):
    for family in ("dcgan", "infogan"):
        with pytest.raises(ExplorerError, match="is unconditional: leave out --word"):
            published(family, words=("slipper",))
    assert main(["publish", str(tmp_path / "run"), str(tmp_path / "mine"), "--word", "slipper"]) == 2
    assert "leave out --word" in capsys.readouterr().err and not (tmp_path / "mine").exists()


def test_a_card_names_styles_and_shows_each(tmp_path):
    source = publish_tiny(tmp_path / "run", styles=("noto", "flat"))
    folder = publish(source, tmp_path / "styled", words=("slipper",))
    card = (folder / "README.md").read_text()
    assert "2 styles: noto, flat." in card and "sample WORDS --style noto --checkpoint styled" in card
    assert "are one latent in the style" in card and checkpoint.load(folder).styles == ("noto", "flat")
