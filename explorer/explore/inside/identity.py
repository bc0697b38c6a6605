"""A generator's identity, whatever its folder is called."""

import hashlib

from explorer.checkpoint import Checkpoint


def generator_hash(checkpoint: Checkpoint) -> str:
    """SHA-256 of the generator's weights and their names, 64 hex digits; the same on every device."""
    digest = hashlib.sha256()
    for name, tensor in sorted(checkpoint.generator.state_dict().items()):
        digest.update(f"{name} {list(tensor.shape)}\n".encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()
