"""The published format: a folder that a generator can be drawn from, and that nobody need trust to open.

    config.json                 what it is: family, network, labels, word space, how it was made
    generator.safetensors       the averaged generator, and `label_vectors`: what it heard for each label
    discriminator.safetensors   its opponent
    metrics.json                measurements, each with how it was taken
    preview.png                 a row for each label, or what a generator draws that hears none
    words.png, codes.png        where there are such: words it never heard; what each code of an InfoGAN does
    README.md                   the model card

Loading never unpickles and never runs anything from the folder. The config is checked first, then the names and
shapes in the weight files against the networks that it describes, and only then is a network filled.
"""

from explorer.checkpoint.description import CheckpointError, Description, check_labels, describe, is_name
from explorer.checkpoint.listing import Listing, find, list_checkpoints, snapshots
from explorer.checkpoint.load import Checkpoint, load
from explorer.checkpoint.save import save

__all__ = [
    "Checkpoint",
    "CheckpointError",
    "Description",
    "Listing",
    "check_labels",
    "describe",
    "find",
    "is_name",
    "list_checkpoints",
    "load",
    "save",
    "snapshots",
]
