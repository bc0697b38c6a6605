"""Shapes in five styles, a judge of each kind and generators of them: for tests of everything that measures styles."""

import dataclasses

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFilter

from explorer import checkpoint as checkpoints
from explorer.data import ImageSet
from explorer.measure.judge.training import train_judge
from explorer.models.config import NetworkConfig
from explorer.models.discriminator import Discriminator
from explorer.models.generator import Generator
from explorer.models.pixels import from_bytes
from explorer.words import open_space

WORDS = ("arrow", "circle", "cross", "line", "moon", "square", "star", "triangle")
STYLES = ("blurred", "faint", "outline", "paper", "solid")  # unseen: faint and solid, which are every third
SIZES = (12, 14, 16, 18, 20, 22)  # the subjects of each word


def draw_shape(word: str, style: str, size: int) -> np.ndarray:
    """uint8 [28, 28]."""
    image = Image.new("L", (28, 28))
    pen = ImageDraw.Draw(image)
    a, b, m = 14 - size // 2, 14 + size // 2, 14
    fill = 0 if style == "outline" else 255
    match word:
        case "circle":
            pen.ellipse((a, a, b, b), fill, 255, 2)
        case "square":
            pen.rectangle((a, a, b, b), fill, 255, 2)
        case "triangle":
            pen.polygon(((m, a), (b, b), (a, b)), fill, 255, 2)
        case "star":
            reach = [size / (2 + 3 * (k % 2)) for k in range(10)]
            turns = [(m + r * np.sin(k * np.pi / 5), m - r * np.cos(k * np.pi / 5)) for k, r in enumerate(reach)]
            pen.polygon(turns, fill, 255, 1)
        case "cross":
            pen.rectangle((m - 3, a, m + 3, b), fill, 255)
            pen.rectangle((a, m - 3, b, m + 3), fill, 255)
        case "line":
            pen.rectangle((a, m - 2, b, m + 2), fill, 255)
        case "arrow":
            pen.polygon(((a, m - 2), (m, m - 2), (m, a), (b, m), (m, b), (m, m + 2), (a, m + 2)), fill, 255, 1)
        case "moon":
            pen.ellipse((a, a, b, b), 255)
            pen.ellipse((a + 7, a - 2, b + 7, b - 2), 0)
    if style == "blurred":
        image = image.filter(ImageFilter.GaussianBlur(1.5))
    pixels = np.asarray(image, dtype=np.float64)
    if style == "faint":
        pixels = pixels * 0.5
    if style == "paper":
        pixels = 60 + pixels * 0.75
    return pixels.astype(np.uint8)


def shapes() -> ImageSet:
    """Every word in every style and size: 240 pictures."""
    rows = [(w, s, k) for w in range(len(WORDS)) for s in range(len(STYLES)) for k in range(len(SIZES))]
    images = np.stack([draw_shape(WORDS[w], STYLES[s], SIZES[k])[None] for w, s, k in rows])
    labels, style_ids, sizes = (np.array(part) for part in zip(*rows, strict=True))
    subjects = labels * len(SIZES) + sizes
    texts = tuple((f"{word} {size}",) for word in WORDS for size in SIZES)
    return ImageSet("shapes", images, labels, WORDS, (), (), (), STYLES, style_ids, subjects, texts)


SHAPES = shapes()


def make_styled_home(home):
    """Train both judges, which takes some seconds."""
    train_judge(home / "judges/shapes", SHAPES, None, source="shapes", epochs=40)
    train_judge(home / "judges/shapes-styles", SHAPES, None, source="shapes", of="styles", epochs=25)
    return home


def publish(folder, hold_out=(), hold_out_pairs=0.0):
    """A real checkpoint, untrained, of the shapes."""
    space = open_space("glove-minilm-100d")
    labels = tuple(word for word in WORDS if word not in hold_out)
    config = NetworkConfig(z_dim=8, c_dim=space.dim + len(STYLES), size=4, styles=len(STYLES))
    torch.manual_seed(0)
    settings = {"hold_out": list(hold_out), "hold_out_pairs": hold_out_pairs, "seed": 0}
    return checkpoints.save(
        folder,
        Generator(config),
        Discriminator(config),
        labels=labels,
        label_vectors=np.stack([space.vector(label) for label in labels]),
        space_name=space.name,
        space_hash=space.hash,
        made={"data": "shapes", "settings": settings},
        pictures={"preview.png": Image.new("L", (28, 28))},
        styles=STYLES,
    )


class PicturesByPair(torch.nn.Module):
    """A generator that draws the real shapes of the word nearest to its condition, in its style, or in any by z where
    that is open; z chooses among `kept` sizes.

    words: those it knows. mistakes: other words for a (word, style).
    """

    def __init__(self, words=WORDS, kept=len(SIZES), mistakes=None):
        super().__init__()
        space = open_space("glove-minilm-100d")
        self.vectors = torch.nn.Parameter(torch.from_numpy(np.stack([space.vector(word) for word in words])))
        self.words, self.kept, self.mistakes = words, kept, mistakes or {}
        self.pictures = from_bytes(torch.from_numpy(SHAPES.images)).unflatten(0, (len(WORDS), len(STYLES), len(SIZES)))

    def forward(self, z, c):
        width = self.vectors.shape[1]
        chance = torch.special.ndtr(z[:, :2])
        tiles = []
        for row, u in zip(c, chance.tolist(), strict=True):
            word = self.words[int((self.vectors @ row[:width]).argmax())]
            style = int(row[width:].argmax()) if row[width:].any() else int(u[1] * len(STYLES))
            word = self.mistakes.get((word, STYLES[style]), word)
            tiles.append(self.pictures[WORDS.index(word), style, int(u[0] * self.kept)])
        return torch.stack(tiles)


class PicturesByChance(PicturesByPair):
    """A generator that ignores its word: z chooses it."""

    def forward(self, z, c):
        words = (torch.special.ndtr(z[:, 2]) * len(WORDS)).long()
        return super().forward(z, torch.cat([self.vectors[words], c[:, self.vectors.shape[1] :]], dim=1))


def drawing(checkpoint, generator):
    """The checkpoint with another generator."""
    return dataclasses.replace(checkpoint, generator=generator)
