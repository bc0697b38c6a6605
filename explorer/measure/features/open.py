"""The feature networks by name."""

import torch

from explorer.data.progress import Report
from explorer.errors import ExplorerError, shown
from explorer.measure.features.inception import open_inception
from explorer.measure.features.lite0 import open_lite0
from explorer.measure.features.names import ABOUT, INCEPTION, LITE0
from explorer.measure.features.network import FeatureNetwork


def open_network(
    name: str, device: str | torch.device = "cpu", report: Report = lambda what, done, total: None
) -> FeatureNetwork:
    """Open `lite0` or `inception` (see `names`). Raises ExplorerError, such as for an extra that is not installed."""
    if name == LITE0:
        return open_lite0(torch.device(device))
    if name == INCEPTION:
        return open_inception(torch.device(device), report)
    raise ExplorerError(f"There is no feature network {shown(name, 100)!r}: take {' or '.join(ABOUT)}, or a judge.")
