"""The Inception network of FID, KID and IS as the field knows them: torch-fidelity's, with the weights of 2015.

Pictures are enlarged as TensorFlow does, as in Heusel's and Salimans' programs.
"""

import hashlib
import io
import os
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import torch
from torch import Tensor, nn

from explorer.data import DataError
from explorer.data.progress import Report
from explorer.data.sources.download import download
from explorer.errors import ExplorerError
from explorer.files import read_bytes, reason
from explorer.measure.features.names import INCEPTION
from explorer.measure.features.network import FeatureNetwork

FILE = "weights-inception-2015-12-05-6726825d.pth"
URL = f"https://github.com/toshas/torch-fidelity/releases/download/v0.2.0/{FILE}"
HASH = "6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2"  # SHA-256 of the file, 96 MB
MAX_BYTES = 100_000_000
FEATURES, CLASSES = 2048, 1008
OUTPUTS = ["2048", "logits_unbiased"]  # for FID and KID, and for IS


def open_inception(device: torch.device, report: Report = lambda what, done, total: None) -> FeatureNetwork:
    """Open the network; its weights are fetched once. Raises ExplorerError without the extra, or without a
    connection."""
    if find_spec("torch_fidelity") is None:
        raise ExplorerError("The network inception needs a package more: pip install 'gan-explorer[inception]'.")
    return _opened(_weights(report), device)


def _weights(report: Report) -> Path:
    """The weights file in torch's own cache, which other programs share."""
    path = Path(torch.hub.get_dir(), "checkpoints", FILE)
    if not os.path.lexists(path):
        try:
            download(URL, path, HASH, report)
        except DataError as error:
            raise ExplorerError(
                f"The weights of the Inception network, 96 MB from {URL}, could not be fetched: try again with a "
                f"connection, or put the file at {path}."
            ) from error
    return path


@lru_cache(maxsize=1)
def _opened(path: Path, device: torch.device) -> FeatureNetwork:
    try:
        data = read_bytes(path, MAX_BYTES)
    except OSError as error:
        raise ExplorerError(f"The weights {path} cannot be read ({reason(error)}): remove the file.") from error
    if hashlib.sha256(data).hexdigest() != HASH:
        raise ExplorerError(f"{path} is not the file that everybody measures by (another hash): remove it.")
    # The hash is checked, so the content is the known one.
    tensors = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    network = _network(tensors).eval().requires_grad_(False).to(device, memory_format=torch.channels_last)
    return FeatureNetwork(INCEPTION, HASH, network, FEATURES, CLASSES, device)


def _network(tensors: dict[str, Tensor]) -> nn.Module:
    try:
        from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3
    except (ImportError, OSError, RuntimeError) as error:  # RuntimeError: of a torchvision made for another torch
        raise ExplorerError(
            f"torch-fidelity cannot be imported ({error}): it needs the torchvision that belongs to torch "
            f"{torch.__version__}, from the same place."
        ) from error
    own = io.BytesIO()  # it unpickles what it is given: this is ours
    torch.save(tensors, own)
    own.seek(0)
    return FeatureExtractorInceptionV3("inception-v3-compat", OUTPUTS, feature_extractor_weights_path=own)
