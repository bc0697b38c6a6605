"""Walks: the right picture at every step, frames that are their specs, bounds."""

import json

import numpy as np
import pytest
from linear_studio import C_STEP, Z_STEP, c_seen, linear_studio, z_seen
from tiny_checkpoint import publish_tiny

from explorer.explore import Edits, Mixed, Push, Seeded, Spec, SpecError, Stored, Studio
from explorer.explore.inside.directions import sweep
from explorer.explore.spec.latent_sums import shifted
from explorer.explore.spec.latents import z, z_of
from explorer.explore.walk.film import draw_walk
from explorer.explore.walk.film_files import walk_from
from explorer.explore.walk.interpolate import walk_specs
from explorer.explore.walk.walk import Walk, tile_of, walk_of


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return str(publish_tiny(tmp_path_factory.mktemp("home") / "tiny"))


@pytest.fixture
def linear(tmp_path, monkeypatch):
    return linear_studio(tmp_path / "linear", monkeypatch), Spec(str(tmp_path / "linear"), "dress", Seeded(7, 3))


def unit(vector):
    return vector / np.linalg.norm(vector)


def test_words_go_straight_and_z_stays(linear):
    studio, spec = linear
    space = studio.space(spec.checkpoint)
    film = draw_walk(studio, walk_of(["dress", "boots"], spec, frames=5), read=False)
    assert film.tiles.shape == (5, 3, 28, 28, 1) and film.tiles.dtype == np.uint8
    a, b = space.vector("dress").astype(float), space.vector("boots").astype(float)
    for frame, share in enumerate((0, 0.25, 0.5, 0.75, 1)):
        assert np.abs(c_seen(film.tiles[frame]) - unit((1 - share) * a + share * b)).max() <= C_STEP
    assert np.abs(z_seen(film.tiles) - z_of(spec, 16)).max() <= Z_STEP
    # half way lies what the sum says
    assert np.abs(film.tiles[2].astype(int) - studio.render(spec.replace(condition="dress + boots")).tiles).max() <= 1


def test_z_goes_linearly_or_along_a_great_circle(linear):
    studio, spec = linear
    a, b = z(7, 0, 16), z(8, 0, 16)
    angle = np.arccos(unit(a) @ unit(b))
    half = {
        "linear": (a + b) / 2,
        "spherical": unit(unit(a) + unit(b)) * (np.linalg.norm(a) + np.linalg.norm(b)) / 2,
    }
    for way, expected in half.items():
        walk = walk_of(["dress", "dress"], spec, over="both", z=way, frames=3)
        film = draw_walk(studio, walk, read=False)
        assert np.abs(z_seen(film.tiles[1, 0]) - expected).max() <= Z_STEP
        assert np.abs(z_seen(film.tiles[[0, 2], 0]) - np.stack([a, b])).max() <= Z_STEP
        assert isinstance(film.specs[1].latents, Mixed)
    # at an even angle: every step of a longer walk turns z by as much
    walk = walk_of(["dress", "dress"], spec, over="both", frames=7)
    rows = np.stack([z_of(step, 16)[0] for step in walk_specs(studio, walk)])
    lengths = np.linalg.norm(rows, axis=1)
    turns = np.arccos((rows[1:] * rows[:-1]).sum(axis=1) / (lengths[1:] * lengths[:-1]))
    assert np.allclose(turns, angle / 6, atol=1e-3) and np.allclose(np.diff(lengths, 2), 0, atol=1e-5)


def test_one_word_is_the_papers_row_of_nine_random_points(linear):
    studio, spec = linear
    walk = walk_of(["coat"], spec, frames=17, z="linear")
    film = draw_walk(studio, walk, read=False)
    assert walk.stop_frames == tuple(range(0, 17, 2)) and {stop.condition for stop in walk.stops} == {"coat"}
    for point, frame in enumerate(walk.stop_frames):
        assert np.abs(z_seen(film.tiles[frame, 2]) - z(7 + point, 2, 16)).max() <= Z_STEP
    assert np.abs(z_seen(film.tiles[1, 2]) - (z(7, 2, 16) + z(8, 2, 16)) / 2).max() <= Z_STEP


@pytest.mark.parametrize("loop", [False, True])
def test_every_stop_is_a_frame_of_its_own_and_steps_are_even(loop):
    for stops in (2, 3, 5, 9):
        for frames in range(stops, 60):
            walk = walk_of([f"word{number}" for number in range(stops)], Spec(), frames=frames, loop=loop)
            places = walk.places
            assert len(places) == frames and [places[mark] for mark in walk.stop_frames] == [
                (stop, 0) for stop in range(stops)
            ]
            way = [stop + share for stop, share in places] + ([stops] if loop else [])
            steps = np.diff(way)
            assert (steps > 0).all() and way[0] == 0 and way[-1] == stops - (not loop)
            lengths = np.diff([*walk.stop_frames, frames if loop else frames - 1])[: stops if loop else stops - 1]
            assert max(lengths) - min(lengths) <= 1


def test_a_loop_comes_back(linear):
    studio, spec = linear
    film = draw_walk(studio, walk_of(["dress", "boots"], spec, frames=4, loop=True), read=False)
    space = studio.space(spec.checkpoint)
    assert np.array_equal(film.tiles[1], film.tiles[3]), "both ways pass the same middle"
    assert np.abs(c_seen(film.tiles[2]) - space.vector("boots")).max() <= C_STEP
    assert len(film.tiles) == 4 and not np.array_equal(film.tiles[3], film.tiles[0])


PICTURES = [
    Spec(condition="dress", latents=Mixed((((1.0, 3, 4),),)), psi=0.5),
    "red boots",
    Spec(condition="bag", latents=Mixed((((0.6, 5, 6), (0.8, 1, 2)),)), blend=0.4),
    Spec(condition=tuple(range(1, 101)), latents=Seeded(9, 1)),
]
GRIDS = [
    (["dress", "boots", "bag"], {}),
    (["dress", "boots", "bag"], {"over": "both", "z": "linear"}),
    (["dress", "boots"], {"over": "both", "loop": True}),
    (["coat"], {}),
]


@pytest.mark.parametrize(
    "settings", [{}, {"psi": 0.7, "jitter": 0.3, "blend": 0.2}, {"psi": 0.5, "psi_mode": "resample"}]
)
@pytest.mark.parametrize("stops, options", GRIDS)
def test_every_frame_is_its_spec_drawn_alone(tiny, stops, options, settings):
    studio = Studio(device="cpu")
    for count in (1, 5, 20):
        base = Spec(tiny, latents=Seeded(3, count), **settings)
        film = draw_walk(studio, walk_of(stops, base, frames=10, **options), read=False)
        for frame in (0, 3, 4, 9):
            spec = Spec.from_json(film.specs[frame].to_json())
            picture = studio.render(spec, read=False)
            assert np.array_equal(picture.tiles, film.tiles[frame])
            assert np.array_equal(picture.composite, film.composites[frame])


@pytest.mark.parametrize("over", ["both", "words", "z", None])
def test_between_pictures(tiny, over):
    studio = Studio(device="cpu")
    stops = [stop if isinstance(stop, str) else stop.replace(checkpoint=tiny) for stop in PICTURES]
    walk = walk_of(stops, over=over, frames=13)
    film = draw_walk(studio, walk, read=False)
    for frame, spec in enumerate(film.specs):
        assert np.array_equal(studio.render(spec, read=False).tiles, film.tiles[frame])
    conditions, latents = ([getattr(stop, field) for stop in walk.stops] for field in ("condition", "latents"))
    assert (len(set(conditions)), len(set(latents))) == {"words": (4, 1), "z": (1, 3)}.get(over, (4, 3))
    if over in ("both", None):
        assert walk.stops[1] == stops[0].replace(condition="red boots"), "a word keeps the picture before it"
        for mark, stop in zip(walk.stop_frames, stops, strict=True):
            if mark != walk.stop_frames[1]:
                assert np.array_equal(film.tiles[mark], studio.render(stop).tiles), "stops are exactly what was seen"


def test_no_dial_jumps_on_the_way(tiny):
    studio = Studio(device="cpu")
    a = Spec(tiny, "dress", Seeded(1, 4), psi=0.3, jitter=0.0, blend=0.5)
    b = Spec(tiny, "dress", Seeded(2, 4), psi=1.0, jitter=0.4, blend=0.0)
    film = draw_walk(studio, Walk((a, b), frames=101), read=False)
    steps = np.abs(np.diff(film.tiles.astype(int), axis=0)).mean(axis=(1, 2, 3, 4))
    assert steps.max() < 4 * np.median(steps) and film.specs[50].psi == pytest.approx(0.65)


def test_found_pictures_walk_too(linear):
    studio, spec = linear
    found = Stored((tuple(np.linspace(-1, 1, 16)),))
    seeded = tile_of(spec, 2).replace(psi=0.5)
    film = draw_walk(studio, Walk((spec.replace(latents=found), seeded), frames=5, z="linear"), read=False)
    ends = np.linspace(-1, 1, 16), z_of(seeded, 16)[0]
    assert np.abs(z_seen(film.tiles[2, 0]) - (ends[0] + ends[1]) / 2).max() <= Z_STEP
    assert np.abs(z_seen(film.tiles[4, 0]) - ends[1]).max() <= Z_STEP
    for frame, alone in enumerate(film.specs):
        assert np.array_equal(studio.render(alone).tiles, film.tiles[frame])
    with pytest.raises(SpecError, match="jitter"):
        jittered = [one.replace(jitter=0.5) for one in (seeded, spec.replace(latents=found))]
        draw_walk(studio, Walk(tuple(jittered)))


def test_pictures_found_in_w_plus_walk_and_keep_it(tiny):
    studio, rng = Studio(device="cpu"), np.random.default_rng(0)
    z = tuple(map(tuple, rng.normal(size=(2, 16)).tolist()))
    w = tuple(map(tuple, np.round(0.3 * rng.normal(size=(2, 768)), 2).tolist()))
    a, b, plain = (Spec(tiny, "coat", Stored(z[:1], one)) for one in (w[:1], w[1:], ()))
    assert np.abs(studio.render(a).tiles.astype(int) - studio.render(plain).tiles).mean() > 1
    film = draw_walk(studio, Walk((a, b, plain, tile_of(Spec(tiny, "coat", Seeded(1)), 0)), frames=10), read=False)
    for alone, drawn in zip(film.specs, film.tiles, strict=True):
        assert np.array_equal(studio.render(alone).tiles, drawn)
    assert film.specs[1].latents.w[0] == pytest.approx((2 * np.array(w[0]) + w[1]) / 3, abs=1e-4)
    assert film.specs[4].latents.w[0] == pytest.approx(2 * np.array(w[1]) / 3, abs=1e-4) and not film.specs[7].latents.w
    both = Spec(tiny, "coat", Stored(z, w))
    assert np.array_equal(studio.render(tile_of(both, 1)).tiles[0], studio.render(both).tiles[1])
    assert shifted(both, ((0.5, 3, 1),)).latents.w == w and sweep(both, np.eye(16)[0], 3).latents.w == w[:1] * 3
    with pytest.raises(SpecError, match="w of 5 numbers, and tiny takes 768"):
        studio.render(plain.replace(latents=Stored(z[:1], ((1.0,) * 5,))))


def test_a_tile_alone_is_the_tile_of_its_grid(tiny):
    studio = Studio(device="cpu")
    seeded = Spec(tiny, "dress", Seeded(3, 9), jitter=0.3, psi=0.8)
    mixed = seeded.replace(latents=Mixed((((1.0, 4, 4),), ((0.6, 3, 1), (0.8, 2, 2)))))
    for spec, index in ((seeded, 5), (mixed, 1), (tile_of(mixed, 1), 0)):
        assert np.array_equal(studio.render(tile_of(spec, index)).tiles[0], studio.render(spec).tiles[index])
    stored = Spec(tiny, "dress", Stored((tuple(range(16)), (0.5,) * 16)))
    assert np.array_equal(studio.render(tile_of(stored, 1)).tiles[0], studio.render(stored).tiles[1])
    with pytest.raises(SpecError, match="place"):
        tile_of(seeded, 9)


def test_edits_stay_on_the_way(linear):
    studio, spec = linear
    pushed = spec.replace(edits=Edits((Push((1.0,) + (0.0,) * 15, 2.0),)))
    film = draw_walk(studio, walk_of(["dress", "boots"], pushed, frames=3), read=False)
    assert np.abs(z_seen(film.tiles)[..., 0] - z_of(spec, 16)[:, 0] - 2).max() <= Z_STEP
    with pytest.raises(SpecError, match="edits"):
        Walk((spec, pushed))


def test_opposites_have_no_middle(linear):
    studio, spec = linear
    ends = tuple(range(1, 101)), tuple(-x for x in range(1, 101))
    with pytest.raises(SpecError, match="opposite"):
        draw_walk(studio, walk_of(ends, spec, frames=3))
    one = Stored((tuple(range(16)),)), Stored((tuple(-x for x in range(16)),))
    film = draw_walk(studio, Walk(tuple(spec.replace(latents=end) for end in one), frames=3), read=False)
    assert np.abs(z_seen(film.tiles[1])).max() <= Z_STEP, "z passes through the middle instead"


def test_json_is_short_and_exact(tiny):
    walk = walk_of(["dress", "boots - red"], Spec(tiny, latents=Seeded(2**63 - 1, 16)), over="both", loop=True)
    assert Walk.from_json(walk.to_json()) == walk and len(walk.to_json()) < 2000
    assert json.loads(walk.to_json())["walk"]["frames"] == 24
    assert walk.stops[1].latents.seed == 0, "after the last seed comes the first"


REFUSED = {
    "one picture": (lambda: walk_of([Spec()]), "2 to 9"),
    "ten words": (lambda: walk_of(["dress"] * 10), "1 to 9"),
    "no words": (lambda: walk_of([]), "1 to 9"),
    "too few frames": (lambda: walk_of(["dress", "bag", "coat"], frames=2), "frames"),
    "too many frames": (lambda: walk_of(["dress", "bag"], frames=241), "240"),
    "too many tiles": (lambda: walk_of(["dress", "bag"], Spec(latents=Seeded(0, 256)), frames=33), "8192"),
    "unequal": (lambda: Walk((Spec(), Spec(latents=Seeded(0, 4)))), "16 and 4"),
    "two checkpoints": (lambda: Walk((Spec(), Spec(checkpoint="other"))), "checkpoint"),
    "no way": (lambda: walk_of(["dress", "bag"], z="round"), "spherical"),
    "nothing to walk over": (lambda: walk_of(["dress", "bag"], over="c"), "both"),
    "z of words": (lambda: walk_of(["dress", "bag"], over="z"), "one word"),
    "one word over words": (lambda: walk_of(["dress"], over="words"), "2 to 9"),
    "mixed tiles have no next seed": (lambda: walk_of(["dress"], Spec(latents=Mixed((((1, 0, 0),),)))), "one seed"),
    "no spec": (lambda: Walk((Spec(), "dress")), "spec"),
    "loop": (lambda: Walk((Spec(), Spec()), loop=1), "loop"),
}


@pytest.mark.parametrize("make, message", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_walk_gets_a_sentence(make, message):
    with pytest.raises(SpecError, match=message) as caught:
        make()
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)


GOOD = walk_of(["dress", "bag"]).to_json()
HOSTILE = [
    "",
    "[]",
    "{",
    Spec().to_json(),
    '{"v":1,"walk":[]}',
    '{"v":1,"walk":{}}',
    '{"v":1,"walk":{"stops":7}}',
    '{"v":1,"walk":{"stops":[1,2]}}',
    GOOD.replace('"v":1,"walk"', '"v":2,"walk"'),
    GOOD.replace('"frames":24', '"frames":1e9'),
    GOOD.replace('"frames":24', '"frames":NaN'),
    GOOD.replace('"frames":24', '"frames":24,"speed":1'),
    GOOD.replace('"loop":false', '"loop":"no"'),
    GOOD.replace('"spherical"', "[]"),
    GOOD.replace('"walk":{', '"more":1,"walk":{'),
    GOOD.replace('"dress"', '"dr\\u0000ess"'),
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_foreign_walk_is_refused_in_a_sentence(text):
    with pytest.raises(SpecError):
        Walk.from_json(text)


def test_a_walk_is_not_a_picture():
    with pytest.raises(SpecError, match="walk"):
        Spec.from_json(GOOD)


def test_in_a_notebook(tiny, tmp_path):
    from explorer import Explorer

    ex = Explorer(tiny)
    film = ex.walk("dress", "boots", n=3, seed=2, frames=6, psi=0.7)
    assert film.walk == walk_of(["dress", "boots"], Spec(tiny, latents=Seeded(2, 3), psi=0.7), frames=6)
    assert film.reading is not None and film.tiles.shape[:2] == (6, 3) and "6 frames" in repr(film)
    again = ex.walk(walk_from(film.save(tmp_path / "walk.gif")))
    assert np.array_equal(again.tiles, film.tiles)
    drawing = ex("bag", n=3, seed=9)
    between = ex.walk(drawing, "red bag", tile_of(drawing.spec, 0).replace(latents=Seeded(1, 3)), frames=5)
    assert np.array_equal(between.tiles[0], drawing.tiles)
    assert len(ex.walk("coat", frames=9, n=1).walk.stops) == 9
