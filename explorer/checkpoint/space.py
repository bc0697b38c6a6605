"""The word space of a checkpoint."""

from explorer.checkpoint.description import CheckpointError, Description
from explorer.checkpoint.load import Checkpoint
from explorer.words import WordSpace, open_named_space


def space_of(checkpoint: Checkpoint) -> WordSpace:
    """Open the word space a checkpoint was trained with. Raises ExplorerError if it is missing, or another version."""
    space = space_of_description(checkpoint.name, checkpoint.description)
    width = checkpoint.label_vectors.shape[1]
    if width != space.dim:
        raise CheckpointError(
            f"The checkpoint {checkpoint.name} cannot be used: its label vectors have {width} numbers, and "
            f"those of the word space {space.name}, which it names, have {space.dim}."
        )
    return space


def space_of_description(checkpoint: str, description: Description) -> WordSpace:
    """Open the same for a checkpoint that is not loaded. checkpoint: its name in the sentence."""
    space = open_named_space(description.space_name)
    if space.hash != description.space_hash:
        raise CheckpointError(
            f"The checkpoint {checkpoint} was trained with another version of the word space "
            f"{description.space_name} ({description.space_hash[:8]}, not {space.hash[:8]}); import that one to use it."
        )
    return space
