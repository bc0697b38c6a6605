"""The published format: a folder with a generator, which can be opened without trusting it.

    config.json                 what it is: family, network, labels, word space, how it was made
    generator.safetensors       the averaged generator (EMA), and `label_vectors`: the word vector of each label
    discriminator.safetensors   the discriminator that it was trained with
    metrics.json                measurements, each with how it was taken
    curves.json                 losses, D's logits and coverage over its training, where it was published from a run
    preview.png                 a row for each label, or samples of an unconditional generator
    words.png, codes.png        where there are such: words that are no labels; what each code of an InfoGAN does
    examples.png, failures.png  of a translator: real pictures to try it on; what it brings back worst
    README.md                   the model card

Loading never unpickles and never runs anything from the folder. The config is checked first, then the names and
shapes in the weight files against the networks that it describes, and only then is a network filled.
"""

from explorer.checkpoint.curves import Curves, read_curves
from explorer.checkpoint.description import CheckpointError, Description, check_labels, check_styles, describe, is_name
from explorer.checkpoint.learned import learned
from explorer.checkpoint.listing import Listing, default_word_truncation, find, list_checkpoints, snapshots
from explorer.checkpoint.load import Checkpoint, TranslatorCheckpoint, load, load_translator
from explorer.checkpoint.save import save, set_display_names

__all__ = [
    "Checkpoint",
    "CheckpointError",
    "Curves",
    "Description",
    "Listing",
    "TranslatorCheckpoint",
    "check_labels",
    "check_styles",
    "default_word_truncation",
    "describe",
    "find",
    "is_name",
    "learned",
    "list_checkpoints",
    "load",
    "load_translator",
    "read_curves",
    "save",
    "set_display_names",
    "snapshots",
]
