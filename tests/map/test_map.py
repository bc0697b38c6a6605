"""The word map: where words lie, which vector a place between them has, which thumbnails fit, and the map as a file."""

import numpy as np
import pytest
from linear_studio import C_STEP, c_seen, linear_studio
from tiny_checkpoint import LABELS, publish_tiny

from explorer import Explorer
from explorer.checkpoint import load
from explorer.cli import main
from explorer.errors import ExplorerError
from explorer.explore import Seeded, Spec, Studio, draw_map, spec_from_png, specs_from_png, word_map
from explorer.explore.map import arrangement
from explorer.explore.map.arrangement import NoWords
from explorer.explore.map.levels import LEVELS, RATIO, shown_at, thumbnail_levels
from explorer.explore.map.projection import REACH, Projection, fit_pca, fit_tsne, nearest_words
from explorer.words import ExpressionError, UnknownWord

MANY = ("dress", "coat", "boots", "bag", "cat", "dog", "tree", "car", "bread", "house", "moon", "river")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return publish_tiny(tmp_path_factory.mktemp("map") / "tiny")


@pytest.fixture(scope="module")
def studio():
    return Studio(device="cpu")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(arrangement, "_kept", type(arrangement._kept)())
    return tmp_path / "home"


def unit(rows, seed=0, dim=20):
    found = np.random.default_rng(seed).normal(size=(rows, dim)) + 1
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def vector_at(found, x, y, vectors):
    near, weights = nearest_words(x, y, found.places)
    return found.mixed(x, y, weights, vectors[near])


# --- the projection and its inverse ---


def test_pca_is_the_plane_of_most_variance_and_fills_its_frame():
    vectors = unit(40)
    found = fit_pca(vectors)
    assert np.abs(found.places).max() == pytest.approx(1)
    assert np.allclose(found.place(vectors), found.places)
    spread = np.linalg.eigvalsh(np.cov(vectors.T, bias=True))
    assert found.share == pytest.approx(spread[-2:].sum() / spread.sum())


@pytest.mark.parametrize("method", ["pca", "tsne"])
def test_at_a_word_lies_its_own_vector_and_everywhere_a_unit_one_that_moves_without_a_jump(method):
    vectors = unit(40)
    found = fit_pca(vectors)
    if method == "tsne":  # any places will do
        found = Projection("tsne", vectors, np.random.default_rng(1).uniform(-1, 1, (40, 2)))
    for vector, (x, y) in zip(vectors, found.places, strict=True):
        assert np.allclose(vector_at(found, x, y, vectors), vector, atol=1e-9)
    way = np.stack([vector_at(found, x, 0.3 * x, vectors) for x in np.linspace(-1.5, 1.5, 6001)])
    assert np.allclose(np.linalg.norm(way, axis=1), 1)
    assert np.linalg.norm(np.diff(way, axis=0), axis=1).max() < 0.05  # of 2: past a word it turns quickly


def test_by_pca_a_place_s_vector_lies_exactly_there():
    vectors = unit(40)
    found = fit_pca(vectors)
    for x, y in np.random.default_rng(2).uniform(-0.8, 0.8, (50, 2)):
        vector = vector_at(found, x, y, vectors)
        assert np.allclose(found.place(vector[None])[0], (x, y), atol=1e-6)


def test_the_nearest_words_count_most_and_none_comes_with_a_jump():
    places = np.array([[0, 0], [1, 0], [0, 1], [2, 2], [-2, 1], [3, 0], [0, 3], [9, 9]], float)
    near, weights = nearest_words(0.2, 0.1, places)
    assert near.tolist() == [0, 1, 2, 4, 3, 6] or near.tolist() == [0, 1, 2, 4, 3, 5]
    assert weights.sum() == pytest.approx(1) and (np.diff(weights) <= 0).all() and weights[0] > 0.8
    assert weights[-1] < 1e-3  # next to the one that has no share
    for place in ((np.nan, 0), (0, np.inf), (REACH + 1, 0)):
        with pytest.raises(ExplorerError):
            nearest_words(*place, places)


def test_tsne_gives_the_same_places_again_and_places_new_words_beside_their_like():
    vectors = np.concatenate([unit(6, 1), -unit(6, 2)])
    places = fit_tsne(vectors)
    assert np.array_equal(places, fit_tsne(vectors)) and np.abs(places).max() == pytest.approx(1)
    found = Projection("tsne", vectors, places)
    assert np.allclose(found.place(vectors), places)
    like = vectors[:2].sum(0) / np.linalg.norm(vectors[:2].sum(0))
    groups = places[:6].mean(0), places[6:].mean(0)
    here = found.place(like[None])[0]
    assert np.linalg.norm(here - groups[0]) < np.linalg.norm(here - groups[1])
    with pytest.raises(ExplorerError, match="8 words or more"):
        fit_tsne(vectors[:4])


# --- thumbnails that do not overlap ---


def test_at_any_zoom_no_thumbnails_overlap_as_many_as_fit_are_shown_and_zooming_in_only_adds():
    places = np.random.default_rng(0).normal(size=(300, 2))
    important, rest = np.arange(50), np.arange(50, 300)
    levels = thumbnail_levels(places, [important, rest])
    before = np.zeros(300, bool)
    for widths in LEVELS[:48:2]:
        shown = shown_at(levels, widths)
        apart = (np.abs(places[shown][:, None] - places[shown][None]) * widths / (1, RATIO)).max(-1)
        assert (apart[~np.eye(shown.sum(), dtype=bool)] >= 1 - 1e-9).all()
        assert (shown | ~before).all()
        room = (np.abs(places[important][:, None] - places[important][None, shown[:50]]) * widths / (1, RATIO)).max(-1)
        assert (room[~shown[:50]].min(1) < 1).all()  # not one of the important ones would fit
        before = shown
    assert shown.sum() > 150 and np.isinf(thumbnail_levels(np.zeros((2, 2)), [np.arange(2)])).tolist() == [False, True]
    assert levels[0] == LEVELS[0]


# --- a checkpoint's map ---


def test_labels_neighbours_and_recent_words_lie_on_one_map(studio, folder):
    found = word_map(studio, str(folder), "Red  boots", ["coat", "kimono", "qqxzzy", "kimono", ""])
    kinds = {word.text: word.kind for word in found.words}
    assert [kinds[label] for label in LABELS] == ["label", "recent", "label", "label"]
    assert kinds["Red boots"] == "typed" and kinds["kimono"] == "recent" and "qqxzzy" not in kinds
    nearest = [word for word, _ in studio.resolve_condition(Spec(str(folder), "red boots")).nearest]
    assert all(kinds[word] in ("neighbour", "around", "label") for word in nearest)
    assert len(found.words) >= arrangement.AROUND and len(kinds) == len(found.words)
    assert found.find("RED boots").kind == "typed" and found.find("zebra") is None
    typed = found.find("red boots")
    assert found.nearest(typed.x + 1e-4, typed.y) == typed
    same = word_map(studio, str(folder))
    assert [(word.x, word.y) for word in same.words] == [(w.x, w.y) for w in found.words[: len(same.words)]]
    with pytest.raises(UnknownWord):
        word_map(studio, str(folder), "slippper")
    with pytest.raises(ExpressionError):
        word_map(studio, str(folder), "boots -")
    with pytest.raises(ExplorerError):
        word_map(studio, str(folder), recent=["coat"] * 25)


def test_a_place_is_drawn_from_its_vector_and_a_word_s_place_from_its_text(tmp_path, monkeypatch):
    folder = publish_tiny(tmp_path / "tiny")
    studio = linear_studio(folder, monkeypatch)
    found, spec = word_map(studio, str(folder), "slipper"), Spec(str(folder), "slipper", Seeded(3, 2))
    for word in found.words:
        assert found.spec_at(spec, word.x, word.y) == spec.replace(condition=word.text)
    between = found.spec_at(spec, 0.31, -0.17)
    seen = c_seen(studio.render(between, read=False).tiles)
    assert np.abs(seen - np.array(between.condition)).max() <= C_STEP
    place = found.arrangement.projection.place(np.array(between.condition)[None])
    assert np.allclose(place, (0.31, -0.17), atol=1e-6)
    assert Spec.from_json(between.to_json()) == between


def test_tsne_is_arranged_once_and_read_again_unless_the_file_is_damaged(tmp_path, home, monkeypatch):
    folder = str(publish_tiny(tmp_path / "many", labels=MANY))
    studio, fits = Studio(device="cpu"), []
    monkeypatch.setattr(arrangement, "AROUND", 0)

    def counted(vectors):
        fits.append(len(vectors))
        return fit_pca(vectors).places  # any arrangement

    monkeypatch.setattr(arrangement, "fit_tsne", counted)

    def arranged(keep=True):
        arrangement._kept.clear()
        return word_map(studio, folder, method="tsne", keep=keep).places

    first = arranged(keep=False)
    assert fits == [12] and not home.exists()
    arranged()
    (kept,) = (home / "cache" / "maps").iterdir()
    assert np.array_equal(arranged(), first) and fits == [12, 12]
    good = kept.read_bytes()
    for bad in (good[:-8], b"", b"\x80\x04cos\nsystem\n", good[:-8] + np.float32([np.nan, 0]).tobytes()):
        kept.write_bytes(bad)
        assert np.array_equal(arranged(), first)
    assert fits == [12] * 6 and kept.read_bytes() == good
    kept.unlink()
    kept.mkdir()  # nothing can be written there
    assert np.array_equal(arranged(), first)


@pytest.mark.parametrize(("family", "said"), [("acgan", "labels"), ("dcgan", "latents"), ("infogan", "codes")])
def test_a_generator_without_words_says_that_it_has_no_map(tmp_path, studio, family, said):
    folder = publish_tiny(tmp_path / family, family=family)
    with pytest.raises(NoWords, match=rf"no map here: {family}.*{said}"):
        word_map(studio, str(folder))


def test_a_map_is_a_picture_whose_png_redraws_every_thumbnail(studio, folder, tmp_path):
    found = word_map(studio, str(folder), "slipper")
    drawn = draw_map(studio, found, Spec(str(folder), "slipper", Seeded(5)), 700)
    assert {"slipper", *LABELS} <= {word.text for word in drawn.shown} and len(drawn.shown) < len(found.words)
    specs = specs_from_png(drawn.save(tmp_path / "map.png"))
    assert specs == drawn.specs and [spec.condition for spec in specs] == [word.text for word in drawn.shown]
    for spec, tile in list(zip(specs, drawn.tiles, strict=True))[::5]:
        assert np.array_equal(studio.render(spec, read=False).tiles[0], tile)
    assert drawn.image().width == 700 and len(drawn.table) == len(found.words)
    more = draw_map(studio, found, drawn.spec, 1400)
    assert set(drawn.shown) < set(more.shown)
    with pytest.raises(ExplorerError, match="400 and 6000"):
        draw_map(studio, found, drawn.spec, 10**6)


def test_a_notebook_draws_a_map_and_places_on_it(folder, tmp_path):
    ex = Explorer(folder)
    drawn = ex.map("slipper", "kimono", seed=2, width=600)
    assert {word.kind for word in drawn.map.words} == {"typed", "recent", "label", "neighbour", "around"}
    between = ex.draw(drawn.at(0.25, 0.5))
    assert between.spec.latents == Seeded(2, 16) and len(between.spec.condition) == 100
    assert spec_from_png(between.save(tmp_path / "between.png")) == between.spec
    assert drawn._repr_png_().startswith(b"\x89PNG")


def test_the_command_draws_a_map_or_says_in_a_sentence_why_not(folder, tmp_path, capsys):
    out = tmp_path / "map.png"
    assert main(["map", "slipper", "kimono", "--checkpoint", str(folder), "--width", "500", "-o", str(out)]) == 0
    said = capsys.readouterr().out
    assert "PCA" in said and f"Drawn to {out}." in said and "words have a thumbnail" in said
    assert "kimono" in [spec.condition for spec in specs_from_png(out)]
    wordless = str(publish_tiny(tmp_path / "noise", family="dcgan"))
    for wrong in (
        ["map"],
        ["map", "-o", str(tmp_path / "map.gif")],
        ["map", "slippper", "-o", str(out), "--checkpoint", str(folder)],
        ["map", *["coat"] * 26, "-o", str(out)],
        ["map", "--method", "umap", "-o", str(out), "--checkpoint", str(folder)],
        ["map", "-o", str(out), "--checkpoint", wordless],
    ):
        assert main(wrong) == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_hundreds_of_labels_are_the_map_themselves(tmp_path, studio):
    space = studio.space("fashion-words")
    labels = tuple(word for word in space.words[500:1500] if word.isalpha())[:300]
    folder = publish_tiny(tmp_path / "many", labels=labels)
    assert load(folder).labels == labels
    found = word_map(studio, str(folder), labels[7])
    assert [word.text for word in found.words[:300]] == list(labels)
    assert {word.kind for word in found.words} == {"label", "typed", "neighbour"}
    shown = draw_map(studio, found, Spec(str(folder), labels[7]), 1000).shown
    assert 20 < len(shown) < 150 and labels[7] in [word.text for word in shown]
