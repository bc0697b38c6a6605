"""The pictures of a listing, decoded by several threads into one array, and kept where they are many."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, fields

import numpy as np
import PIL
from PIL import Image

from explorer.data import cache
from explorer.data.decode import DEEP, Decoded, decode, picture_formats
from explorer.data.folders.broken_files import BrokenFileLog
from explorer.data.folders.listing import Listing, Parts
from explorer.data.imageset import DataError
from explorer.data.options import ReadOptions
from explorer.data.progress import Report, reporting
from explorer.machine import cores

MAX_THREADS = 4  # one large picture takes up to 200 MB while it is decoded
_CHUNK = 32  # files that a thread is given at a time
_CHUNK_BYTES = 16 << 20


@dataclass(frozen=True)
class Facts:
    """What was done to the pictures of a set on the way in.

    left_out: the numbers of files that cannot be read. broken: their paths and why, the first thousand.
    fitted, transparent: how many were cropped, padded, stretched or scaled; and laid on white. coloured: how many are
    in colour; first_coloured: the number of the first one. deep: how many have 16 bits; bits: how many bits those use.
    """

    left_out: tuple[int, ...] = ()
    broken: tuple[tuple[str, str], ...] = ()
    fitted: int = 0
    transparent: int = 0
    coloured: int = 0
    first_coloured: int = 0
    deep: int = 0
    bits: int = DEEP


def read_pixels(
    listing: Listing,
    paths: Sequence[Parts],
    size: int,
    mode: str | None,
    progress: bool | Report,
    options: ReadOptions,
    bits_of: Callable[[int], int],
    split: str,
) -> tuple[np.ndarray, Facts, str]:
    """uint8 [M, C, size, size], the facts, and a note if they could not be kept.

    mode: L, RGB, or None for colour as soon as one is coloured. bits_of: the bits that deep pictures of the set use,
    given the highest level of these. Raises BrokenFiles unless the options skip them, and DataError if all are broken.
    """

    def build(allocate: cache.Allocate) -> tuple[np.ndarray, dict]:
        with reporting(progress) as report:
            images, facts = _Reader(listing, paths, size, mode, options, allocate).read(report, bits_of)
        return images, asdict(facts)

    if len(paths) * size * size * (1 if mode == "L" else 3) < cache.MIN_BYTES:
        images, about = build(cache.in_memory)
        return images, Facts(**about), ""
    decoding = options.fit, options.skip_broken, options.translate_names, picture_formats(), PIL.__version__
    key = cache.cache_key(listing.digest(), split, size, mode, decoding, ["/".join(parts) for parts in paths])
    entry = cache.cached(key, build)
    names = {one.name for one in fields(Facts)}
    about = {name: value for name, value in entry.about.items() if name in names}
    about |= {"left_out": tuple(about["left_out"]), "broken": tuple(tuple(pair) for pair in about["broken"])}
    return entry.images, Facts(**about), entry.note


class _Reader:
    """One pass over the files, in their order."""

    def __init__(
        self,
        listing: Listing,
        paths: Sequence[Parts],
        size: int,
        mode: str | None,
        options: ReadOptions,
        allocate: cache.Allocate,
    ):
        self._listing, self._paths, self._size, self._mode = listing, paths, size, mode
        self._options, self._allocate = options, allocate

    def read(self, report: Report, bits_of: Callable[[int], int]) -> tuple[np.ndarray, Facts]:
        total, size, mode = len(self._paths), self._size, self._mode
        images = self._allocate((total, 3 if mode == "RGB" else 1, size, size))
        broken = BrokenFileLog(self._listing, total)
        left_out: list[int] = []
        deep: dict[int, Parts] = {}
        fitted = transparent = coloured = first = level = count = 0
        what = f"Reading {self._listing.root.name}"
        for at, picture in enumerate(self._decoded()):
            if at % 256 == 0 or at == total - 1:
                report(what, at + 1, total)
                cache.release(images)
            if isinstance(picture, DataError):
                broken.add(self._paths[at], picture)
                left_out.append(at)
                continue
            fitted += picture.fitted
            transparent += picture.transparent
            if picture.level is not None:
                deep[count], level = self._paths[at], max(level, picture.level)
            if picture.coloured:
                first = at if not coloured else first
                coloured += 1
                if mode is None and images.shape[1] == 1:
                    images = self._with_colour(images, count)
            images[count] = _channels(picture.pixels, images.shape[1])
            count += 1
        broken.check(self._options.skip_broken)
        if not count:
            raise DataError(f"No picture of {self._listing.root} can be read.")
        bits = bits_of(level) if deep else DEEP
        if bits < DEEP:
            for index, parts in deep.items():
                pixels = self._decode(parts, self._listing.read(parts), bits).pixels
                images[index] = _channels(pixels, images.shape[1])
        facts = Facts(tuple(left_out), broken.files, fitted, transparent, coloured, first, len(deep), bits)
        return images[:count], facts

    def _decoded(self) -> Iterator[Decoded | DataError]:
        """Each file's picture, or why there is none."""
        threads = min(MAX_THREADS, cores())
        waiting: deque[Future] = deque()
        with ThreadPoolExecutor(threads) as pool:
            try:
                for chunk in self._chunks():
                    waiting.append(pool.submit(self._decode_all, chunk))
                    if len(waiting) > 2 * threads:
                        yield from waiting.popleft().result()
                while waiting:
                    yield from waiting.popleft().result()
            finally:
                pool.shutdown(cancel_futures=True)

    def _chunks(self) -> Iterator[list[tuple[Parts, bytes | DataError]]]:
        """Files with their bytes, by this thread alone: neither zips nor tars may be read by several."""
        paths, chunk, length = iter(self._paths), [], 0
        for parts in paths:
            try:
                data = self._listing.read(parts)
                length += len(data)
            except DataError as error:
                data = error
            chunk.append((parts, data))
            if len(chunk) == _CHUNK or length > _CHUNK_BYTES:
                yield chunk
                chunk, length = [], 0
        if chunk:
            yield chunk

    def _decode_all(self, chunk: list[tuple[Parts, bytes | DataError]]) -> list[Decoded | DataError]:
        found: list[Decoded | DataError] = []
        for parts, data in chunk:
            try:
                found.append(data if isinstance(data, DataError) else self._decode(parts, data))
            except DataError as error:
                found.append(error)
        return found

    def _decode(self, parts: Parts, data: bytes, bits: int = DEEP) -> Decoded:
        return decode(data, self._size, self._listing.where(parts), self._options.fit, bits)

    def _with_colour(self, grey: np.ndarray, filled: int) -> np.ndarray:
        """uint8 [N, 1, H, W] with `filled` pictures in it -> [N, 3, H, W] with the same pictures."""
        rgb = self._allocate((len(grey), 3, *grey.shape[2:]))
        rgb[:filled] = grey[:filled]
        return rgb


def _channels(pixels: np.ndarray, channels: int) -> np.ndarray:
    """[H, W] or [H, W, 3] -> [1 or 3, H, W] (or what broadcasts to it)."""
    if pixels.ndim == 2:
        return pixels[None]
    if channels == 1:
        return np.asarray(Image.fromarray(pixels).convert("L"))[None]
    return pixels.transpose(2, 0, 1)
