"""An InfoGAN's codes on one latent: a grid over two of them, as its paper has it (Chen and others 2016, figure 2)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from explorer.explore.grids.grid import TileGrid
from explorer.explore.render.forward import draw_each
from explorer.explore.render.sheets import rows_sheet
from explorer.explore.render.studio import Studio
from explorer.explore.spec.checks import whole
from explorer.explore.spec.latent_sums import tile_at
from explorer.explore.spec.spec import Spec, SpecError

REACH = 2.0  # of a number code: twice as far as in training
STEPS = 9  # of a number code on an axis
MAX_CATEGORIES = 16  # on an axis


@dataclass(frozen=True)
class CodeAxis:
    """A code and its values along an axis. number: 1 for the first code, c1, as the paper counts."""

    number: int
    values: tuple[float, ...]

    @property
    def name(self) -> str:
        """c1, c2 ..."""
        return f"c{self.number}"


@dataclass(frozen=True, eq=False)
class CodeGrid(TileGrid):
    """The result of `code_grid`.

    across, down: the codes of the x axis and of the y axis; down is None where there is one code alone.
    specs: one a tile, row by row; each, drawn alone, gives its tile pixel for pixel. tiles: uint8 [N, H, W, C],
    read-only.
    """

    across: CodeAxis
    down: CodeAxis | None
    specs: tuple[Spec, ...]
    tiles: np.ndarray

    @property
    def columns(self) -> int:
        """Tiles in a row."""
        return len(self.across.values)

    def image(self, scale: int = 1) -> Image.Image:
        """The grid with its values beside it, each pixel of a tile `scale` x `scale`."""
        rows = self.tiles.reshape(-1, self.columns, *self.tiles.shape[1:])
        labels = [f"{self.down.name} = {value:g}" for value in self.down.values] if self.down else [""]
        heads = [f"{self.across.name} =", *(f"{value:g}" for value in self.across.values)]
        return rows_sheet(list(rows), labels, scale, heads=heads)

    def __repr__(self) -> str:
        ways = self.across.name if self.down is None else f"{self.down.name} x {self.across.name}"
        return f"<CodeGrid of {ways}, {len(self.tiles)} tiles, from {self.specs[0].checkpoint}>"


def code_grid(studio: Studio, spec: Spec, across: int | None = None, down: int | None = None) -> CodeGrid:
    """A spec's first tile under two of its generator's codes, the number `across` to the right, `down` downwards.

    A category takes each of its kinds (of many the first 16), a number nine values from -2 to 2; the other codes are
    the spec's, or kind 0 and the number 0. By default the first number goes to the right, and the first of the other
    codes downwards. Raises ExplorerError, such as for a generator without codes.
    """
    kinds = _kinds(studio, spec)
    base = _base(spec, kinds)
    across, down = _chosen_codes(kinds, across, down)
    right, below = _axis(kinds, across), _axis(kinds, down) if down else None
    rows = [_with(base.codes, down, value) for value in below.values] if below else [base.codes]
    specs = tuple(base.replace(codes=_with(row, across, value)) for row in rows for value in right.values)
    return CodeGrid(right, below, specs, _tiles(studio, specs))


def code_rows(studio: Studio, spec: Spec, columns: int = 16) -> tuple[list[np.ndarray], list[str]]:
    """Rows of tiles uint8 [columns, H, W, C] that show what each code does, and the rows' labels: for a model card.

    A row for each kind of a category, on the first latents of the spec's seed, and one a number, that goes from -2 to 2
    on its first latent; the other codes are kind 0 and the number 0. Raises ExplorerError.
    """
    kinds = _kinds(studio, spec)
    spec = spec.replace(codes=(0.0,) * len(kinds))
    rows, labels = [], []
    for number, kind in enumerate(kinds, 1):
        if kind == 1:
            base, values = _base(spec, kinds), np.linspace(-REACH, REACH, columns).tolist()
            rows.append(_tiles(studio, [base.replace(codes=_with(spec.codes, number, value)) for value in values]))
            labels.append(f"c{number} from {-REACH:g} to {REACH:g}")
            continue
        for value in _axis(kinds, number).values:
            rows.append(studio.render(spec.replace(codes=_with(spec.codes, number, value)), read=False).tiles[:columns])
            labels.append(f"c{number} = {value:g}")
    return rows, labels


def _kinds(studio: Studio, spec: Spec) -> tuple[int, ...]:
    checkpoint = studio.checkpoint(spec.checkpoint)
    if not checkpoint.description.codes:
        raise SpecError(f"{checkpoint.name} takes no codes; an InfoGAN does.")
    studio.vector(spec)  # unused by the generator, but each tile's spec must be one that can be drawn
    return checkpoint.description.codes


def _base(spec: Spec, kinds: Sequence[int]) -> Spec:
    """The first tile alone, with codes."""
    return spec.replace(latents=tile_at(spec.latents, 0), codes=spec.codes or (0.0,) * len(kinds))


def _chosen_codes(kinds: Sequence[int], across: int | None, down: int | None) -> tuple[int, int | None]:
    for name, number in (("across", across), ("down", down)):
        if number is not None:
            whole(number, f"The code {name}", 1, len(kinds))
    if across is not None and across == down:
        raise SpecError(f"c{across} cannot be both the x axis and the y axis; choose two codes.")
    numbers_first = sorted(range(1, len(kinds) + 1), key=lambda number: kinds[number - 1] > 1)
    across = across or next((number for number in numbers_first if number != down), 1)
    return across, down or next((number for number in range(1, len(kinds) + 1) if number != across), None)


def _axis(kinds: Sequence[int], number: int) -> CodeAxis:
    kind = kinds[number - 1]
    values = range(min(kind, MAX_CATEGORIES)) if kind > 1 else np.linspace(-REACH, REACH, STEPS).tolist()
    return CodeAxis(number, tuple(map(float, values)))


def _with(codes: Sequence[float], number: int, value: float) -> tuple[float, ...]:
    return (*codes[: number - 1], value, *codes[number:])


def _tiles(studio: Studio, specs: Sequence[Spec]) -> np.ndarray:
    tiles = draw_each(studio.checkpoint(specs[0].checkpoint), specs)
    tiles.flags.writeable = False
    return tiles
