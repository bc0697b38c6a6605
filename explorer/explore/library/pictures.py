"""Pictures that are to be kept, read as hostile: decoded, and written anew with their recipe and nothing else."""

import hashlib
import io
import json
import math
from dataclasses import dataclass

from PIL import Image

from explorer.errors import shown
from explorer.explore.library.entry import MAX_GENERATOR, MAX_WORD, LibraryError
from explorer.explore.library.recipes import Contents, contents_of
from explorer.explore.render.png import MAX_PIXELS, bytes_of, encode_text, texts_in
from explorer.explore.spec.spec import Seeded
from explorer.explore.walk.walk import Walk

THUMBNAIL = 192  # pixels of its longer side, at most


@dataclass(frozen=True)
class Taken:
    """A picture as it is kept. png, thumbnail: files. size: width, height. digest: of pixels and recipe, in hex."""

    contents: Contents
    png: bytes
    thumbnail: bytes
    size: tuple[int, int]
    digest: str

    @property
    def word(self) -> str:
        """What stands for it: the words of its recipe."""
        return shown(self.contents.title, MAX_WORD)

    @property
    def kind(self) -> str:
        """One of `entry.KINDS`."""
        contents, page = self.contents, dict(self.contents.page_fields)
        if contents.walk is not None:
            return "walk"
        if page.get("tab") == "arithmetic":
            return "sum"
        if contents.translation is not None:
            return "translation"
        first = contents.specs[0]
        if first.edits.directions or page.get("part") == "axes":
            return "direction"
        if len(contents.specs) > 1:
            return "sheet"
        return "tile" if first.count == 1 else "picture"

    @property
    def generator(self) -> str:
        """The name of its checkpoint."""
        return shown(self.contents.checkpoint, MAX_GENERATOR)

    @property
    def psi(self) -> float:
        """psi of its first spec; 1 where it has none."""
        return self.contents.specs[0].psi if self.contents.specs else 1.0

    @property
    def seed(self) -> int | None:
        """The seed of its latents, where it is one."""
        latents = self.contents.specs[0].latents if self.contents.specs else None
        return latents.seed if isinstance(latents, Seeded) else None


def take(source: bytes, most: int = MAX_PIXELS) -> Taken:
    """The picture in a PNG of ours of at most so many pixels. Raises SpecError for one without recipe; LibraryError."""
    _, data = bytes_of(source)
    text, page = texts_in(data)
    contents = contents_of(text, page)
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
            if image.width * image.height > most:
                raise LibraryError(f"A picture of {image.width} x {image.height} pixels is too large to be kept.")
            image = image.convert("L" if image.mode in ("1", "L") else "RGB")
    except LibraryError:
        raise
    except Exception as error:  # decoders fail in many ways, and each means the same
        raise LibraryError("This PNG is cut short or damaged, so it cannot be kept.") from error
    canonical = json.dumps(json.loads(text), sort_keys=True)
    digest = hashlib.sha256(f"{image.mode}{image.size}{canonical}".encode() + image.tobytes()).hexdigest()[:32]
    thumbnail = _thumbnail(_first_row(image, contents.walk) if contents.walk else image)
    return Taken(contents, encode_text(image, text, page), thumbnail, image.size, digest)


def _first_row(strip: Image.Image, walk: Walk) -> Image.Image:
    """The walk of the first tile alone, in rows of squares, where this is a filmstrip of square tiles."""
    side = strip.height // walk.count
    if not side or strip.width != side * walk.frames or strip.height != side * walk.count:
        return strip
    columns = math.ceil(math.sqrt(walk.frames))
    page = Image.new(strip.mode, (columns * side, side * math.ceil(walk.frames / columns)))
    for frame in range(walk.frames):
        tile = strip.crop((frame * side, 0, (frame + 1) * side, side))
        page.paste(tile, (frame % columns * side, frame // columns * side))
    return page


def _thumbnail(image: Image.Image) -> bytes:
    """A PNG of at most THUMBNAIL pixels either way."""
    if max(image.size) > THUMBNAIL:
        image = image.copy()
        image.thumbnail((THUMBNAIL, THUMBNAIL), Image.Resampling.BOX)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
