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
from explorer.explore.spec.spec import Seeded, Spec

THUMBNAIL = 192  # pixels of its longer side, at most
WIDE = 3  # times as wide as high: such a strip is laid in rows for its thumbnail


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
    def spec(self) -> Spec:
        """Its first spec."""
        return self.contents.specs[0]

    @property
    def seed(self) -> int | None:
        """The seed of its latents, where it is one."""
        latents = self.spec.latents
        return latents.seed if isinstance(latents, Seeded) else None


def take(source: bytes) -> Taken:
    """The picture in a PNG of ours. Raises SpecError where it holds no recipe, and LibraryError."""
    _, data = bytes_of(source)
    text, page = texts_in(data)
    contents = contents_of(text, page)
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
            if image.width * image.height > MAX_PIXELS:
                raise LibraryError(f"A picture of {image.width} x {image.height} pixels is too large to be kept.")
            image = image.convert("L" if image.mode in ("1", "L") else "RGB")
    except LibraryError:
        raise
    except Exception as error:  # decoders fail in many ways, and each means the same
        raise LibraryError("This PNG is cut short or damaged, so it cannot be kept.") from error
    canonical = json.dumps(json.loads(text), sort_keys=True)
    digest = hashlib.sha256(f"{image.mode}{image.size}{canonical}".encode() + image.tobytes()).hexdigest()[:32]
    return Taken(contents, encode_text(image, text, page), thumbnail_of(image), image.size, digest)


def thumbnail_of(image: Image.Image) -> bytes:
    """A PNG of at most THUMBNAIL pixels either way; a long strip is laid in rows of squares first."""
    if image.width >= WIDE * image.height:
        side, count = image.height, image.width // image.height
        columns = math.ceil(math.sqrt(count))
        page = Image.new(image.mode, (columns * side, side * math.ceil(count / columns)))
        for place in range(count):
            square = image.crop((place * side, 0, (place + 1) * side, side))
            page.paste(square, (place % columns * side, place // columns * side))
        image = page
    if max(image.size) > THUMBNAIL:
        image = image.copy()
        image.thumbnail((THUMBNAIL, THUMBNAIL), Image.Resampling.BOX)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
