"""What a notebook may ask about a generator beyond its pictures: how it came by them, and what its opponent saw."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from explorer.data.progress import reporting
from explorer.explore.render.studio import Studio
from explorer.explore.spec.spec import Seeded, Spec

if TYPE_CHECKING:
    from explorer.explore.grids.codes import CodeGrid
    from explorer.explore.inside.discriminator import InspectedDiscriminator
    from explorer.explore.inside.inversion import Inversion
    from explorer.explore.inside.neighbours import Neighbours
    from explorer.explore.inside.prepare import Source
    from explorer.explore.notebook import Drawing
    from explorer.measure.discriminator.probe import Probe
    from explorer.measure.memorising.memorising import Memorising


class Inside:
    """The part of `Explorer` that looks at how pictures come about: codes; and, each with a bar meanwhile, what needs
    the real pictures, the discriminator, or a search.

    data: which pictures the checkpoint was trained on, where the name in its config is not enough (a folder's is not).
    """

    studio: Studio
    _name: str

    def code_grid(
        self,
        across: int | None = None,
        down: int | None = None,
        seed: int = 0,
        psi: float = 1.0,
        codes: Sequence[float] = (),
    ) -> "CodeGrid":
        """What two of an InfoGAN's codes do to one latent: code `across` (1 for c1) grows to the right, `down` down.

        codes: all of them, for those that do not grow. `.specs` are the tiles', row by row. Raises ExplorerError.
        """
        from explorer.explore.grids.codes import code_grid

        word = self.studio.checkpoint(self._name).labels[0]  # which it does not hear
        spec = Spec(self._name, word, Seeded(seed, 1), psi=psi, codes=tuple(codes))
        return code_grid(self.studio, spec, across, down)

    def neighbours(self, drawing: "Drawing", k: int = 5, data: str | None = None) -> "Neighbours":
        """The k training pictures nearest to each tile, by pixels and as a judge sees them: is it memorising?"""
        from explorer.explore.inside.neighbours import neighbours

        with reporting(True) as report:
            return neighbours(self.studio, drawing.spec, k, data, download=True, report=report)

    def memorising(self, data: str | None = None) -> "Memorising":
        """Whether 5,000 samples lie nearer to the training pictures than to held-out ones; `.copied` is 0 if not."""
        from explorer.measure.memorising.index import real_pictures
        from explorer.measure.memorising.memorising import memorising

        checkpoint = self.studio.checkpoint(self._name)
        with reporting(True) as report:
            return memorising(checkpoint, real_pictures(checkpoint, data, download=True), report=report)

    def invert(self, picture: "Source", seed: int = 0, swap: bool | None = None, centre: bool = True) -> "Inversion":
        """Find a picture (a file, its bytes, a Pillow image, an array): `.spec` draws it, `.picture.nearest` names it.

        swap: whether light and dark change places, None for where it seems right. centre: whether what is drawn on
        plain paper is put into the middle.
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
                watch=lambda done, tile: report("searching", round(1000 * done), 1000),
            )

    def probe(self, pictures: int = 10_000, data: str | None = None) -> "Probe":
        """How well classes can be read off the discriminator's features, beside raw pixels and random weights."""
        from explorer.measure.discriminator.probe import probe
        from explorer.measure.training_pictures import own_pictures, read_options_of, source_of

        checkpoint = self.studio.checkpoint(self._name)
        source = data or source_of(checkpoint)
        shape = checkpoint.image_shape
        options = read_options_of(checkpoint)
        train, test = (own_pictures(source, shape, split, None, True, options) for split in ("train", "test"))
        with reporting(True) as report:
            return probe(checkpoint, train, test, pictures, report)

    def discriminator(self, pictures: int = 10_000, data: str | None = None) -> "InspectedDiscriminator":
        """The discriminator in front of that many training pictures: `.unit("blocks.1", 7)` shows what excites it."""
        from explorer.explore.inside.discriminator import inspect_discriminator

        with reporting(True) as report:
            return inspect_discriminator(
                self.studio.checkpoint(self._name), pictures, data, download=True, report=report
            )
