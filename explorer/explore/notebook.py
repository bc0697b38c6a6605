"""The notebook API: `ex = Explorer("fashion-words"); ex("slipper")` shows pictures."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.checkpoint import Checkpoint
from explorer.errors import ExplorerError
from explorer.explore.notebook_inside import Inside
from explorer.explore.render.picture import Picture
from explorer.explore.render.sheets import sheet
from explorer.explore.render.studio import Studio
from explorer.explore.spec.spec import MAX_TILES, Seeded, Spec
from explorer.words import WordSpace

if TYPE_CHECKING:
    import pandas
    from PIL import Image
    from plotly.graph_objects import Figure

    from explorer.explore.arithmetic.latents import LatentTerm
    from explorer.explore.arithmetic.words import Sum
    from explorer.explore.grids.grid import Grid
    from explorer.explore.grids.plan import GridAxis
    from explorer.explore.inside.directions import FoundDirections
    from explorer.explore.inside.unit_ranking import Ranking
    from explorer.explore.walk.film import Film
    from explorer.explore.walk.walk import Walk

Condition = str | Sequence[float] | np.ndarray


class Drawing:
    """A picture as a notebook shows it: the image itself, with `.table` and `.reading` beside it as DataFrames."""

    def __init__(self, picture: Picture):
        self.picture = picture

    @property
    def spec(self) -> Spec:
        """What was drawn; `ex.draw(spec)` draws it again."""
        return self.picture.spec

    @property
    def tiles(self) -> np.ndarray:
        """uint8 [N, H, W, C], read-only."""
        return self.picture.tiles

    @property
    def table(self) -> "pandas.DataFrame":
        """How near each label is to what was typed: columns `label` and `cosine`, best first."""
        return _frame(self.picture.table, "label", "cosine")

    @property
    def reading(self) -> "pandas.DataFrame":
        """What a judge sees in these tiles: columns `label` and `share`, best first; no rows where none knows them."""
        return _frame(self.picture.reading, "label", "share")

    @property
    def nearest(self) -> "pandas.DataFrame":
        """The words nearest to what was typed: columns `word` and `cosine`, best first."""
        return _frame(self.picture.nearest, "word", "cosine")

    @property
    def familiarity(self) -> str:
        """How far this lies from everything the generator was trained on, in a sentence."""
        return self.picture.familiarity.sentence

    def image(self, scale: int = 1) -> "Image.Image":
        """A Pillow image, each pixel `scale` x `scale`."""
        return self.picture.image(scale)

    def save(self, path: str | Path, scale: int = 1) -> Path:
        """Write a .png that carries the spec, or an .npz of the tiles; returns the path."""
        return self.picture.save(path, scale)

    def _repr_png_(self) -> bytes:
        return self.picture._repr_png_()

    def __repr__(self) -> str:
        return f"<Drawing of {self.spec.condition!r}, {self.spec.count} tiles, from {self.spec.checkpoint}>"


class Explorer(Inside):
    """One checkpoint, ready to draw any word.

    checkpoint: a shipped or own name, a folder, or `hf:owner/name@revision`. Raises CheckpointError.
    """

    def __init__(self, checkpoint: str | Path = "fashion-words", studio: Studio | None = None):
        self._name = str(checkpoint)
        self._studio = studio or _shared_studio()
        self._studio.checkpoint(self._name)  # a missing checkpoint is said here, not at the first word

    @property
    def studio(self) -> Studio:
        """What draws: the first argument of the functions that ask for one, such as `semantic(ex.studio, ...)`."""
        return self._studio

    @property
    def checkpoint(self) -> Checkpoint:
        """The open checkpoint: its labels, their vectors, the generator."""
        return self._studio.checkpoint(self._name)

    @property
    def labels(self) -> tuple[str, ...]:
        """The words it was trained on."""
        return self.checkpoint.labels

    @property
    def space(self) -> WordSpace:
        """The word space it hears."""
        return self._studio.space(self._name)

    def __call__(
        self,
        condition: Condition,
        n: int = 16,
        seed: int = 0,
        psi: float = 1.0,
        jitter: float = 0.0,
        blend: float = 0.0,
        psi_mode: str = "smooth",
        temperature: float | None = None,
        codes: Sequence[float] = (),
    ) -> Drawing:
        """Draw an expression (or a vector) n times; see `Spec` for what the dials mean. Raises ExplorerError."""
        if n > MAX_TILES:
            raise ExplorerError(f"One picture holds at most {MAX_TILES} tiles; ex.sample(word, n={n}) gives you more.")
        return self.draw(
            self._spec(
                condition,
                Seeded(seed, n),
                psi=psi,
                psi_mode=psi_mode,
                jitter=jitter,
                blend=blend,
                temperature=temperature,
                codes=codes,
            )
        )

    def _spec(self, condition: Condition, latents: Seeded, codes: Sequence[float] = (), **dials: Any) -> Spec:
        return Spec(checkpoint=self._name, condition=condition, latents=latents, codes=tuple(codes), **dials)

    def sample(self, condition: Condition, n: int = 1000, seed: int = 0, **dials: Any) -> np.ndarray:
        """Up to 100,000 tiles of an expression, uint8 [n, H, W, C]; `dials` as when calling. Raises ExplorerError."""
        from explorer.explore.render.samples import draw_samples

        spec = self._spec(condition, Seeded(seed, 1), **dials)
        return np.concatenate([picture.tiles for picture in draw_samples(self._studio, spec, n)])

    def save_samples(
        self, path: str | Path, conditions: Condition | Sequence[Condition], n: int = 1000, seed: int = 0, **dials: Any
    ) -> Path:
        """Write n tiles of each expression, up to 100,000, to an .npz or a .zip of PNGs, see `samples.save_samples`."""
        from explorer.explore.render.samples import save_samples

        one = isinstance(conditions, str) or isinstance(conditions[0], int | float | np.number)  # a word, or a vector
        specs = [self._spec(each, Seeded(seed, 1), **dials) for each in ([conditions] if one else conditions)]
        return save_samples(path, self._studio, specs, n)

    def draw(self, spec: Spec) -> Drawing:
        """Draw a spec, such as one read with `spec_from_png`, with the checkpoint it names."""
        return Drawing(self._studio.render(spec))

    def sheet(self, conditions: Sequence[Condition], n: int = 12, scale: int = 2, **dials: Any) -> "Image.Image":
        """A row of n tiles for each expression, its words at the left; `dials` as when calling."""
        return sheet([self(condition, n, **dials).picture for condition in conditions], scale=scale)

    def walk(
        self,
        *stops: "Condition | Spec | Drawing | Walk",
        n: int = 16,
        seed: int = 0,
        frames: int = 24,
        over: str | None = None,
        z: str = "spherical",
        loop: bool = False,
        psi: float = 1.0,
    ) -> "Film":
        """Walk between 2 to 9 words or pictures (drawings, or specs), or past nine random points of one word.

        Shown as a filmstrip; `.save("walk.gif")` keeps it (.gif, .webp, .mp4, .png), `.figure()` is the course that a
        judge sees. over, z: see `walk_of`. A `Walk`, such as one read with `walk_from`, is drawn as it is. Raises
        ExplorerError.
        """
        from explorer.explore.walk.film import draw_walk
        from explorer.explore.walk.walk import Walk, walk_of

        if len(stops) == 1 and isinstance(stops[0], Walk):
            return draw_walk(self._studio, stops[0])
        base = Spec(checkpoint=self._name, latents=Seeded(seed, n), psi=psi)
        plain = [stop.spec if isinstance(stop, Drawing) else stop for stop in stops]
        return draw_walk(self._studio, walk_of(plain, base, over=over, frames=frames, z=z, loop=loop))

    def arithmetic(
        self,
        condition: str,
        latents: "str | Sequence[LatentTerm] | None" = None,
        n: int = 16,
        seed: int = 0,
        psi: float = 1.0,
    ) -> "Sum":
        """The operands of an expression such as `boots - leather + summer` above its result, with `.nearest` words.

        With `latents` the sum is one of pictures of the word, three or more a term, written seed.index, such as
        `7.0,7.3,7.5 - 7.1,7.2,7.9`: see `latent_sum`. Raises ExplorerError.
        """
        from explorer.explore.arithmetic.latents import latent_sum, read_latent_terms
        from explorer.explore.arithmetic.words import word_sum

        spec = Spec(checkpoint=self._name, condition=condition, latents=Seeded(seed, n), psi=psi)
        if latents is None:
            return word_sum(self._studio, spec)
        terms = read_latent_terms(latents) if isinstance(latents, str) else latents
        return latent_sum(self._studio, spec, terms, seed=seed)

    def grid(
        self,
        across: "GridAxis | tuple[str, Sequence]",
        down: "GridAxis | tuple[str, Sequence] | None" = None,
        condition: Condition = "slipper",
        seed: int = 0,
        psi: float = 1.0,
    ) -> "Grid":
        """A picture for every pair of values, such as `ex.grid(("psi", [0, 0.5, 1]), ("word", ["boots", "bag"]))`.

        What may grow, and its values: see `GridAxis`. `.plan.size` says how large it is. Raises ExplorerError.
        """
        from explorer.explore.grids.grid import xy_grid
        from explorer.explore.grids.plan import GridAxis

        sides = [GridAxis(*side) if isinstance(side, tuple) else side for side in (across, down)]
        return xy_grid(self._studio, Spec(self._name, condition, Seeded(seed, 1), psi=psi), *sides)

    def units(
        self,
        layer: str = "blocks.1",
        label: str | None = None,
        of: Drawing | None = None,
        region: np.ndarray | None = None,
    ) -> "Ranking":
        """The units of a layer that draw a label, or a region (bool [N, H, W]) brushed on the tiles of a drawing.

        `.units` are (number, evidence), best first; `ex.ablate(drawing, ranking.top(8))` switches them off. The layers
        are `ex.checkpoint.generator.layers`. Raises ExplorerError.
        """
        from explorer.explore.inside.unit_ranking import rank_by_label, rank_by_region

        if (label is None) == (of is None or region is None):
            raise ExplorerError("Say what the units should draw: label=, or of= a drawing and region= a mask.")
        if label is not None:
            return rank_by_label(self._studio, self._name, layer, label)
        return rank_by_region(self._studio, of.spec, layer, region)

    def ablate(self, drawing: Drawing, units: Iterable[tuple[str, int]]) -> Drawing:
        """The same picture with these units, (layer, number), switched off. Raises ExplorerError."""
        from explorer.explore.inside.units import ablate

        return self.draw(ablate(drawing.spec, units))

    def directions(self, method: str = "pca", layer: str = "blocks.0", count: int = 10) -> "FoundDirections":
        """The directions in z along which pictures change most: `.axes`, and `.shares` of the change.

        method: `pca` (of what a layer holds) or `sefa` (of the weights). Raises ExplorerError.
        """
        from explorer.explore.inside.directions import pca, sefa

        if method not in ("pca", "sefa"):
            raise ExplorerError(f"Directions are found by pca or sefa, not {method!r}.")
        if method == "sefa":
            return sefa(self.checkpoint, count)
        return pca(self.checkpoint, layer=layer, count=count)

    def steer(self, drawing: Drawing, axis: "str | Sequence[float] | np.ndarray", sigmas: float) -> Drawing:
        """The same picture pushed along an axis of z, or one kept by name, by so many standard deviations."""
        from explorer.explore.inside.directions import steer
        from explorer.explore.inside.saved_directions import open_direction

        axis = open_direction(axis, self.checkpoint).axis if isinstance(axis, str) else axis
        return self.draw(steer(drawing.spec, [(axis, sigmas)]))

    def tradeoff(self, psi: float | None = None) -> "Figure":
        """Precision and recall over psi, the present one marked; about a minute at first. Raises ExplorerError."""
        from explorer.data.progress import reporting
        from explorer.explore.inside.tradeoff import tradeoff_of
        from explorer.explore.inside.tradeoff_figure import tradeoff_figure

        with reporting(True) as report:
            return tradeoff_figure(tradeoff_of(self.checkpoint, self._studio.device, report=report), psi)

    def launch(
        self,
        port: int = 7860,
        allow_host: Sequence[str] = (),
        auth: tuple[str, str] | None = None,
        read_only: bool = False,
        root_path: str = "",
    ) -> Any:
        """Open the app inline, with this checkpoint chosen; a remote notebook's proxy is named in `allow_host`.

        auth: a name and a password to ask for. read_only: visitors may only look. root_path: the sub-path under which
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
        return f"<Explorer {self._name}: {', '.join(self.labels)}>"


def _frame(rows: Sequence[tuple[str, float]], *columns: str) -> "pandas.DataFrame":
    import pandas

    return pandas.DataFrame(list(rows), columns=list(columns))


@lru_cache(1)
def _shared_studio() -> Studio:
    return Studio()
