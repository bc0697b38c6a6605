"""The notebook API: `ex = Explorer("fashion-words"); ex("slipper")` shows pictures."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from explorer.checkpoint import Checkpoint
from explorer.data.progress import reporting
from explorer.errors import ExplorerError
from explorer.explore.drawing import Drawing
from explorer.explore.render.sheets import sheet
from explorer.explore.render.studio import Studio
from explorer.explore.spec.spec import MAX_TILES, Seeded, Spec
from explorer.many_labels import names
from explorer.words import WordSpace

if TYPE_CHECKING:
    from PIL import Image
    from plotly.graph_objects import Figure

    from explorer.explore.arithmetic.latents import LatentTerm
    from explorer.explore.arithmetic.words import Sum
    from explorer.explore.grids.codes import CodeGrid
    from explorer.explore.grids.grid import Grid
    from explorer.explore.grids.plan import GridAxis
    from explorer.explore.inside.directions import FoundDirections
    from explorer.explore.inside.discriminator import InspectedDiscriminator
    from explorer.explore.inside.inversion import Inversion
    from explorer.explore.inside.neighbours import Neighbours
    from explorer.explore.inside.prepare import Source
    from explorer.explore.inside.unit_ranking import Ranking
    from explorer.explore.library.entry import Entry
    from explorer.explore.library.library import Library
    from explorer.explore.map.projection import Method
    from explorer.explore.map.thumbnails import DrawnMap
    from explorer.explore.walk.film import Film
    from explorer.explore.walk.walk import Walk
    from explorer.measure.discriminator.probe import Probe
    from explorer.measure.memorising.memorising import Memorising

Condition = str | Sequence[float] | np.ndarray


class Explorer:
    """One checkpoint, ready to draw any word.

    checkpoint: a shipped or own name, a folder, or `hf:owner/name@revision`. Raises CheckpointError. `studio` draws: it
    is the first argument of functions such as `semantic(ex.studio, ...)`.

    Some methods take `data`: the pictures that the checkpoint was trained on, where the name in its config is not
    enough (a folder's is not). Those that need the real pictures, the discriminator or a search show a bar meanwhile.
    """

    def __init__(self, checkpoint: str | Path = "fashion-words", studio: Studio | None = None):
        self._name = str(checkpoint)
        self.studio = studio or _shared_studio()
        self.studio.checkpoint(self._name)  # a missing checkpoint raises here, not at the first word

    @property
    def checkpoint(self) -> Checkpoint:
        """The open checkpoint: its labels, their vectors, the generator."""
        return self.studio.checkpoint(self._name)

    @property
    def labels(self) -> tuple[str, ...]:
        """The words it was trained on."""
        return self.checkpoint.labels

    @property
    def styles(self) -> tuple[str, ...]:
        """The styles that a word may be drawn in; most checkpoints have none."""
        return self.checkpoint.styles

    @property
    def space(self) -> WordSpace:
        """The word space of its conditions."""
        return self.studio.space(self._name)

    def __call__(
        self,
        condition: Condition,
        n: int = 16,
        seed: int = 0,
        psi: float = 1.0,
        jitter: float = 0.0,
        word_truncation: float | None = None,
        psi_mode: str = "smooth",
        temperature: float | None = None,
        codes: Sequence[float] = (),
        style: str = "",
    ) -> Drawing:
        """Draw an expression (or a vector) n times, in a style (`noto`, `noto + 0.5*doodle`, `each`) where it has some.

        See `Spec` for the settings. word_truncation: None, here and in other methods, is what the checkpoint was
        published with, `ex.checkpoint.word_truncation`. Raises ExplorerError.
        """
        if n > MAX_TILES:
            raise ExplorerError(f"One picture holds at most {MAX_TILES} tiles; ex.sample(word, n={n}) gives you more.")
        return self.draw(
            self._spec(
                condition,
                Seeded(seed, n),
                psi=psi,
                psi_mode=psi_mode,
                jitter=jitter,
                word_truncation=word_truncation,
                temperature=temperature,
                codes=codes,
                style=style,
            )
        )

    def _spec(
        self,
        condition: Condition,
        latents: Seeded,
        codes: Sequence[float] = (),
        word_truncation: float | None = None,
        **settings: Any,
    ) -> Spec:
        usual = self.checkpoint.word_truncation if word_truncation is None else word_truncation
        fixed = {"condition": condition, "latents": latents, "codes": tuple(codes), "word_truncation": usual}
        return Spec(checkpoint=self._name, **fixed, **settings)

    def sample(self, condition: Condition, n: int = 1000, seed: int = 0, **settings: Any) -> np.ndarray:
        """Up to 100,000 tiles of an expression, uint8 [n, H, W, C]; settings as when calling. Raises ExplorerError."""
        from explorer.explore.render.samples import draw_samples

        spec = self._spec(condition, Seeded(seed, 1), **settings)
        return np.concatenate([picture.tiles for picture in draw_samples(self.studio, spec, n)])

    def save_samples(
        self,
        path: str | Path,
        conditions: Condition | Sequence[Condition],
        n: int = 1000,
        seed: int = 0,
        **settings: Any,
    ) -> Path:
        """Write n tiles of each expression, up to 100,000, to an .npz or a .zip of PNGs; see `samples.save_samples`."""
        from explorer.explore.render.samples import save_samples

        one = isinstance(conditions, str) or isinstance(conditions[0], int | float | np.number)  # a word, or a vector
        specs = [self._spec(each, Seeded(seed, 1), **settings) for each in ([conditions] if one else conditions)]
        return save_samples(path, self.studio, specs, n)

    def draw(self, spec: Spec) -> Drawing:
        """Draw a spec, such as one read with `spec_from_png`, with the checkpoint it names."""
        return Drawing(self.studio.render(spec))

    def sheet(self, conditions: Sequence[Condition], n: int = 12, scale: int = 2, **settings: Any) -> "Image.Image":
        """A row of n tiles for each expression, its words at the left; `settings` as when calling."""
        return sheet([self(condition, n, **settings).picture for condition in conditions], scale=scale)

    def walk(
        self,
        *stops: "Condition | Spec | Drawing | Inversion | Source | Walk",
        n: int = 16,
        seed: int = 0,
        frames: int = 24,
        over: str | None = None,
        z: str = "spherical",
        loop: bool = False,
        psi: float = 1.0,
        style: str | Sequence[str] = (),
        word_truncation: float | None = None,
    ) -> "Film":
        """Walk between 2 to 9 words or pictures (drawings, or specs), or past nine random points of one word.

        A picture of your own (a `Path`, a file's bytes, a Pillow image, an array [H, W] or [H, W, C]) is inverted
        first; `ex.invert(picture)` gives a stop too, and says how near it is. A str is a word.
        style: of all stops, or a list with one for each; of one word, a list to walk through.

        Shown as a filmstrip; `.save("walk.gif")` keeps it (.gif, .webp, .mp4, .png), `.figure()` shows what a
        judge sees on the way. over, z: see `walk_of`. A `Walk`, such as one read with `walk_from`, is drawn as it is.
        Raises ExplorerError.
        """
        from explorer.explore.walk.film import draw_walk
        from explorer.explore.walk.walk import Walk, walk_of

        if len(stops) == 1 and isinstance(stops[0], Walk):
            return draw_walk(self.studio, stops[0])
        base = self._spec("", Seeded(seed, n), psi=psi, word_truncation=word_truncation)
        plain = [self._walk_stop(stop) for stop in stops]
        styles = ([style] if style else []) if isinstance(style, str) else style
        return draw_walk(self.studio, walk_of(plain, base, over=over, frames=frames, z=z, loop=loop, styles=styles))

    def _walk_stop(self, stop: "Condition | Spec | Drawing | Inversion | Source") -> "Condition | Spec":
        from PIL import Image

        if isinstance(stop, Path | bytes | Image.Image) or (isinstance(stop, np.ndarray) and stop.ndim > 1):
            stop = self.invert(stop)
        return stop.spec if hasattr(stop, "spec") else stop

    def arithmetic(
        self,
        condition: str,
        latents: "str | Sequence[LatentTerm] | None" = None,
        n: int = 16,
        seed: int = 0,
        psi: float = 1.0,
        style: str = "",
        word_truncation: float | None = None,
    ) -> "Sum":
        """The operands of an expression such as `boots - leather + summer` above its result, with `.nearest` words.

        With `latents` the sum is one of pictures of the word, three or more a term, written seed.index, such as
        `7.0,7.3,7.5 - 7.1,7.2,7.9`: see `latent_sum`. Raises ExplorerError.
        """
        from explorer.explore.arithmetic.latents import latent_sum, read_latent_terms
        from explorer.explore.arithmetic.words import word_sum

        settings = {"psi": psi, "style": style, "word_truncation": word_truncation}
        spec = self._spec(condition, Seeded(seed, n), **settings)
        if latents is None:
            return word_sum(self.studio, spec)
        terms = read_latent_terms(latents) if isinstance(latents, str) else latents
        return latent_sum(self.studio, spec, terms, seed=seed)

    def grid(
        self,
        across: "GridAxis | tuple[str, Sequence]",
        down: "GridAxis | tuple[str, Sequence] | None" = None,
        condition: Condition = "slipper",
        seed: int = 0,
        psi: float = 1.0,
        style: str = "",
        word_truncation: float | None = None,
    ) -> "Grid":
        """A picture for every pair of values, such as `ex.grid(("psi", [0, 0.5, 1]), ("word", ["boots", "bag"]))`.

        `ex.grid(("style", ex.styles), ("word", ["kitten", "volcano"]))` draws every word in every style. See
        `GridAxis` for the settings that may grow, and their values. `.plan.size` is its size. Raises ExplorerError.
        """
        from explorer.explore.grids.grid import xy_grid
        from explorer.explore.grids.plan import GridAxis

        sides = [GridAxis(*side) if isinstance(side, tuple) else side for side in (across, down)]
        settings = {"psi": psi, "style": style, "word_truncation": word_truncation}
        spec = self._spec(condition, Seeded(seed, 1), **settings)
        return xy_grid(self.studio, spec, *sides, own_truncation=word_truncation is None)

    def map(
        self,
        *words: str,
        method: "Method" = "pca",
        seed: int = 0,
        psi: float = 1.0,
        style: str = "",
        word_truncation: float | None = None,
        width: int = 1400,
    ) -> "DrawnMap":
        """The labels in a plane, a thumbnail each where there is room, with `words` and what is nearest to the first.

        method: `pca`, or `tsne`, which takes some time at first. `ex.draw(ex.map().at(0.2, -0.4))` draws a place
        between words; `.table` has the places of all words; `.save("map.png")` keeps it. width: pixels; a wider
        picture shows more. Raises ExplorerError.
        """
        from explorer.explore.map.thumbnails import draw_map
        from explorer.explore.map.word_map import word_map

        typed, *recent = words or ("",)
        found = word_map(self.studio, self._name, typed, recent, method)
        settings = {"psi": psi, "style": style, "word_truncation": word_truncation}
        return draw_map(self.studio, found, self._spec(typed, Seeded(seed), **settings), width)

    def units(
        self,
        layer: str = "",
        label: str | None = None,
        of: Drawing | None = None,
        region: np.ndarray | None = None,
    ) -> "Ranking":
        """The units of a layer that draw a label, or a region (bool [N, H, W]) brushed on the tiles of a drawing.

        `.units` are (number, evidence), best first; `ex.ablate(drawing, ranking.top(8))` switches them off. The layers
        are `ex.checkpoint.generator.layers`; the middle one if none is named. Raises ExplorerError.
        """
        from explorer.explore.inside.unit_ranking import rank_by_label, rank_by_region
        from explorer.explore.inside.units import middle_layer

        if (label is None) == (of is None or region is None):
            raise ExplorerError("Say what the units should draw: label=, or of= a drawing and region= a mask.")
        layer = layer or middle_layer(self.studio, self._name).name
        if label is not None:
            return rank_by_label(self.studio, self._name, layer, label)
        return rank_by_region(self.studio, of.spec, layer, region)

    def part_units(self, of: Drawing, region: np.ndarray, layers: Sequence[str] = ()) -> tuple[tuple[str, int], ...]:
        """All units that speak for a region (bool [N, H, W]) brushed on the tiles of a drawing, at one or more layers.

        `ex.ablate(drawing, units, to="mean")` forgets that part, in these pictures and in others. layers: the middle
        one if none is named. Raises ExplorerError.
        """
        from explorer.explore.inside.forgetting import part_units

        return part_units(self.studio, of.spec, region, layers)

    def ablate(
        self, drawing: Drawing, units: Iterable[tuple[str, int]], to: Literal["zero", "mean"] | None = None
    ) -> Drawing:
        """The same picture with these units, (layer, number), switched off: to 0, or `to="mean"`, their means over
        pictures of the labels. Raises ExplorerError.
        """
        from explorer.explore.inside.units import ablate

        return self.draw(ablate(drawing.spec, units, to))

    def directions(
        self, method: str = "pca", layer: str = "blocks.0", count: int = 10, style: str = ""
    ) -> "FoundDirections":
        """The directions in z along which pictures change most: `.axes`, and `.shares` of the change.

        method: `pca` (of a layer's activations, in a style) or `sefa` (of the weights). Raises ExplorerError.
        """
        from explorer.explore.inside.directions import pca, sefa

        if method not in ("pca", "sefa"):
            raise ExplorerError(f"Directions are found by pca or sefa, not {method!r}.")
        if method == "sefa":
            return sefa(self.checkpoint, count)
        return pca(self.checkpoint, layer=layer, count=count, style=style)

    def steer(self, drawing: Drawing, axis: "str | Sequence[float] | np.ndarray", sigmas: float) -> Drawing:
        """The same picture pushed along an axis of z, or a saved one by its name, by so many standard deviations."""
        from explorer.explore.inside.directions import steer
        from explorer.explore.inside.saved_directions import open_direction

        axis = open_direction(axis, self.checkpoint).axis if isinstance(axis, str) else axis
        return self.draw(steer(drawing.spec, [(axis, sigmas)]))

    def tradeoff(self, psi: float | None = None) -> "Figure":
        """Precision and recall over psi, `psi` marked; takes about a minute at first. Raises ExplorerError."""
        from explorer.explore.inside.tradeoff import tradeoff_figure, tradeoff_of

        with reporting(True) as report:
            return tradeoff_figure(tradeoff_of(self.checkpoint, self.studio.device, report=report), psi)

    def code_grid(
        self,
        across: int | None = None,
        down: int | None = None,
        seed: int = 0,
        psi: float = 1.0,
        codes: Sequence[float] = (),
    ) -> "CodeGrid":
        """Two InfoGAN codes on one latent: code `across` (1 for c1) along the x axis, `down` along the y axis.

        codes: all of them, for those that do not grow. `.specs` are the tiles', row by row. Raises ExplorerError.
        """
        from explorer.explore.grids.codes import code_grid

        spec = Spec(self._name, self.labels[0], Seeded(seed, 1), psi=psi, codes=tuple(codes))
        return code_grid(self.studio, spec, across, down)

    def neighbours(self, drawing: Drawing, k: int = 5, data: str | None = None) -> "Neighbours":
        """The k training pictures nearest to each tile, by pixels and by a judge's features: does it memorise?"""
        from explorer.explore.inside.neighbours import neighbours

        with reporting(True) as report:
            return neighbours(self.studio, drawing.spec, k, data, download=True, report=report)

    def memorising(self, data: str | None = None) -> "Memorising":
        """Whether 5,000 samples lie nearer to the training pictures than to held-out ones; `.number` is 0 if not."""
        from explorer.measure.memorising.index import real_pictures
        from explorer.measure.memorising.memorising import memorising

        with reporting(True) as report:
            return memorising(self.checkpoint, real_pictures(self.checkpoint, data, download=True), report=report)

    def invert(
        self,
        picture: "Source",
        seed: int = 0,
        swap: bool | None = None,
        centre: bool = True,
        space: str | None = None,
    ) -> "Inversion":
        """Find a picture (a file, its bytes, a Pillow image, an array): `.spec` draws it, `.picture.nearest` names it.

        swap: whether light and dark change places, None for where it seems right. centre: whether an object on a plain
        background is centred. space: `z` for the latent and the words alone, `w+` for a w for each layer as well; by
        default w+ where the generator has a mapping network.
        """
        from explorer.explore.inside.inversion import invert

        with reporting(True) as report:
            return invert(
                self.studio,
                picture,
                self._name,
                seed,
                swap,
                centre,
                space,
                watch=lambda done, tile: report("searching", round(1000 * done), 1000),
            )

    def probe(self, pictures: int = 10_000, data: str | None = None) -> "Probe":
        """How well classes can be read off the discriminator's features, beside raw pixels and random weights."""
        from explorer.measure.discriminator.probe import probe
        from explorer.measure.training_pictures import own_pictures, read_options_of, source_of

        checkpoint = self.checkpoint
        source = data or source_of(checkpoint)
        shape = checkpoint.image_shape
        options = read_options_of(checkpoint)
        train, test = (own_pictures(source, shape, split, None, True, options) for split in ("train", "test"))
        with reporting(True) as report:
            return probe(checkpoint, train, test, pictures, report)

    def discriminator(self, pictures: int = 10_000, data: str | None = None) -> "InspectedDiscriminator":
        """The discriminator and so many training pictures: `.unit("blocks.1", 7)` shows what excites a unit."""
        from explorer.explore.inside.discriminator import inspect_discriminator

        with reporting(True) as report:
            return inspect_discriminator(self.checkpoint, pictures, data, download=True, report=report)

    def keep(self, drawn: "Drawing | Film | Sum | Grid", tags: Sequence[str] = (), note: str = "") -> "Entry":
        """Keep what was drawn in the library, where the app and `gan-explorer library` see it; raises ExplorerError."""
        from explorer.explore.walk.film import Film

        png = drawn.strip_png() if isinstance(drawn, Film) else getattr(drawn, "picture", drawn).png()
        return self.library().keep(png, tags=tags, note=note)

    def library(self) -> "Library":
        """Everything that was kept: `.entries("slipper")`, `.contents(entry.id).specs`, `.delete([entry.id])` ..."""
        from explorer.explore.library.library import Library

        return Library()

    def launch(
        self,
        port: int = 7860,
        allow_host: Sequence[str] = (),
        auth: tuple[str, str] | None = None,
        read_only: bool = False,
        root_path: str = "",
    ) -> Any:
        """Open the app inline, with this checkpoint chosen; a remote notebook's proxy is named in `allow_host`.

        auth: the visitors' name and password. read_only: visitors may only look. root_path: the sub-path under which
        the proxy serves the app, such as `/user/me/proxy/7860`.
        """
        from explorer.app import launch

        return launch(
            checkpoint=self._name,
            port=port,
            allow_host=tuple(allow_host),
            inline=True,
            auth=auth,
            read_only=read_only,
            root_path=root_path,
        )

    def __repr__(self) -> str:
        return f"<Explorer {self._name}: {names(self.labels)}>"


@lru_cache(1)
def _shared_studio() -> Studio:
    return Studio()
