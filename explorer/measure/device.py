"""Where measuring is done."""

import torch


def best_device() -> torch.device:
    """The accelerator, if there is one, else the CPU."""
    best = torch.accelerator.current_accelerator() if torch.accelerator.is_available() else None
    return best or torch.device("cpu")
