"""Arithmetic with words: the operands' pictures above the result's."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.explore.render.files import check_target, npz, write
from explorer.explore.render.picture import Picture
from explorer.explore.render.png import encode
from explorer.explore.render.sheets import COLUMNS, sheet
from explorer.explore.render.studio import Studio
from explorer.explore.spec.spec import Spec, SpecError

if TYPE_CHECKING:
    from PIL import Image

MAX_OPERANDS = 8


@dataclass(frozen=True, eq=False)
class Operand:
    """One term of a sum: its weight, its name, and its own picture."""

    weight: float
    name: str
    picture: Picture

    @property
    def label(self) -> str:
        """`boots`, `- leather`, `+ 0.5 summer`."""
        size = "" if abs(self.weight) == 1 else f"{abs(self.weight):g} "
        return f"{'-' if self.weight < 0 else '+'} {size}{self.name}"


@dataclass(frozen=True, eq=False)
class Sum:
    """Operands and result, each a picture with its own spec. columns: the result's tiles beside each other."""

    operands: tuple[Operand, ...]
    result: Picture
    columns: int

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The operands' pictures in order, then the result."""
        return (*(operand.picture for operand in self.operands), self.result)

    @property
    def nearest(self) -> tuple[tuple[str, float], ...]:
        """(word, cosine) of the words nearest to the result's, without typed words."""
        return self.result.nearest

    def image(self, scale: int = 1) -> "Image.Image":
        """The sheet: a row an operand, the result below, each pixel `scale` x `scale`."""
        first, *others = (operand.label for operand in self.operands)
        columns = [COLUMNS] * len(self.operands) + [self.columns]
        return sheet(self.pictures, [first.removeprefix("+ "), *others, "="], scale, columns)

    def save(self, path: str | Path, scale: int = 1) -> Path:
        """Write the sheet as .png with every picture's spec (`specs_from_png`), or the tiles as .npz."""
        path = check_target(path)
        return write(path, npz(self.pictures) if path.suffix.lower() == ".npz" else self.png(scale))

    def png(self, scale: int = 1) -> bytes:
        """The sheet as a PNG that carries every picture's spec, the result's last."""
        return encode(self.image(scale), [picture.spec for picture in self.pictures])

    def _repr_png_(self) -> bytes:
        return self.png(2)

    def __repr__(self) -> str:
        return f"<Sum {' '.join(operand.label for operand in self.operands).removeprefix('+ ')}>"


def word_sum(studio: Studio, spec: Spec) -> Sum:
    """The arithmetic of a spec whose condition is an expression such as `boots - leather + summer`.

    Every term is drawn alone, from the same latents and with the same settings as the result. At most 8 terms.
    Raises ExplorerError.
    """
    if not isinstance(spec.condition, str):
        raise SpecError("Arithmetic with words needs an expression, such as boots - leather + summer.")
    terms = studio.space(spec.checkpoint).resolve(spec.condition).terms
    if len(terms) > MAX_OPERANDS:
        raise SpecError(f"This sum has {len(terms)} terms; at most {MAX_OPERANDS} are drawn beside it.")
    operands = tuple(
        Operand(term.weight, name, studio.render(spec.replace(condition=name)))
        for term, name in ((term, " ".join(term.words)) for term in terms)
    )
    return Sum(operands, studio.render(spec), COLUMNS)
