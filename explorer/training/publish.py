"""What a training shows of its averaged generator: sample sheets, and the published checkpoint."""

import io
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from explorer import checkpoint
from explorer.atomic import write_atomic
from explorer.checkpoint import CheckpointError
from explorer.checkpoint.example_pictures import EXAMPLES, FILE, examples_sheet
from explorer.data.known import class_names
from explorer.many_labels import ROWS, STYLES, fit_preview, sheet_rows
from explorer.models.config import WAYS
from explorer.models.families import family
from explorer.models.generator import Generator
from explorer.models.layers import fold_spectral_norm
from explorer.models.pixels import to_bytes
from explorer.models.translator import Translator, translate
from explorer.training import rng
from explorer.training.state import TrainState
from explorer.training.training_data import TrainingData
from explorer.training.translation_data import TranslationData

COLUMNS = 12


@torch.inference_mode()
def sample_sheet(G: Generator, conditions: Tensor, seed: int) -> Image.Image:
    """A sheet of conditions [R, c_dim] down and the same COLUMNS latents along every row, at every age of a training;
    of an unconditional G, other latents in each row. Of a G with styles, the first columns are one latent in each of
    them, up to STYLES; in the other columns the style is open."""
    rows, styles = [], min(G.config.styles, STYLES)
    for number, c in enumerate(conditions):
        purpose = f"sheet, row {number}" if number and not G.config.c_dim else "sheet"
        z = rng.normal((COLUMNS, G.config.z_dim), seed, 0, purpose).to(conditions.device)
        c = c.expand(COLUMNS, -1)
        if styles:
            z[:styles] = z[0]
            c = c.clone()
            c[:styles, G.config.word_dim : G.config.word_dim + styles] = torch.eye(styles)
        rows.append(to_bytes(G(z, c)).cpu().numpy())  # [COLUMNS, H, W, C]
    return Image.fromarray(np.concatenate([np.concatenate(list(row), axis=1) for row in rows]).squeeze())


def sheet_conditions(data: TrainingData, below: bool = True) -> Tensor:
    """The conditions of a sheet's rows, [R, c_dim]: of the labels, or of a spread of many; below them, of the preview
    words."""
    words = data.pictures.words
    preview = list(range(data.label_rows, len(data.sheet_conditions))) if below else []
    labels = sheet_rows(words, len(preview)) if len(words) > ROWS else list(range(data.label_rows))
    return data.sheet_conditions[labels + preview]


def preview(G: Generator, data: TrainingData) -> Image.Image:
    """The sheet of a checkpoint, without preview words; of many labels, of a bounded size as a file."""
    sheet = sample_sheet(G, sheet_conditions(data, below=False), data.config.seed)
    if len(data.pictures.words) <= ROWS:
        return sheet
    return fit_preview(lambda columns: sheet.crop((0, 0, columns * G.config.resolution, sheet.height)), COLUMNS)


@torch.inference_mode()
def translation_sheet(G: Translator, data: TranslationData) -> Image.Image:
    """A sheet of COLUMNS pictures of domain a, below them their translations, and what comes back of these; then the
    same of domain b. The pictures are the same at every age of a training."""
    rows = []
    for pictures, way in zip(data.sheet_pictures(COLUMNS), WAYS, strict=True):
        for row in (pictures, *translate(G, pictures, way)):
            rows.append(np.concatenate(list(to_bytes(row).cpu().numpy()), axis=1))
    return Image.fromarray(np.concatenate(rows).squeeze())


def save_sheet(path: Path, state: TrainState, data: TrainingData | TranslationData) -> None:
    """Write a sheet of the averaged generator as a JPEG, twice as large, whole or not at all."""
    if isinstance(data, TranslationData):
        sheet = translation_sheet(state.ema, data)
    else:
        sheet = sample_sheet(state.averaged_generator(data.config), sheet_conditions(data), data.config.seed)
    content = io.BytesIO()
    sheet.resize((sheet.width * 2, sheet.height * 2), Image.Resampling.NEAREST).save(content, "JPEG", quality=90)
    write_atomic(path, content.getvalue())


def is_published(folder: Path, state: TrainState) -> bool:
    """Whether the checkpoint there is whole and of this moment of the run."""
    try:
        load = checkpoint.load_translator if isinstance(state.G, Translator) else checkpoint.load
        return load(folder).summary.get("kimg") == state.kimg
    except CheckpointError:
        return False


def publish(folder: Path, state: TrainState, data: TrainingData | TranslationData, half: bool = False) -> None:
    """Write the averaged generator and D as a checkpoint that anything can draw from, or translate with."""
    config, pictures = data.config, data.pictures
    if isinstance(data, TranslationData):
        real = (to_bytes(pictures).cpu().numpy() for pictures in data.sheet_pictures(EXAMPLES))
        sheets = {"preview.png": translation_sheet(state.ema, data), FILE: examples_sheet(*real)}
        own = {"labels": data.domains, "pictures": sheets}
        networks = state.ema, state.D
    else:
        networks = state.averaged_generator(config), fold_spectral_norm(state.D)
        own = {
            "labels": pictures.words,
            "label_vectors": data.label_vectors,
            "space_name": data.space.name,
            "space_hash": data.space.hash,
            "styles": pictures.styles if config.styles else (),
            "display_names": class_names(pictures.name, pictures.words),
            "pictures": {"preview.png": preview(state.ema, data)},
        }
    checkpoint.save(
        folder,
        *networks,
        family=config.family,
        made={
            "data": pictures.name,
            "pictures": sum(map(len, data.images)) if isinstance(data, TranslationData) else len(pictures.labels),
            **({"notes": " ".join(pictures.recorded)} if pictures.recorded else {}),
            "kimg": state.kimg,
            "budget_kimg": config.images / 1000,
            **({"began": state.began} if state.began else {}),
            **({"changes": " ".join(config.change_history)} if config.changes else {}),
            "seconds": round(state.seconds),
            **({} if state.cpu_seconds is None else {"cpu_seconds": round(state.cpu_seconds)}),
            "device": data.distributed.device.type,
            "threads": config.threads,
            "recipe": f"{family(config.family).recipe(config.norm, config.penalty)}, Adam, EMA"
            + (", word jitter" if config.conditioning == "word" else ""),
            "settings": config.recipe(),
            "setbacks": list(state.setbacks.history),
        },
        half=half,
        **own,
    )
