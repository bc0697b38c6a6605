"""The state of a training in one file: tensors as in safetensors, all else as JSON in the file's header.

A tensor is named by its path through the state (`adam_g/state/0/exp_avg`). States of older versions, which torch saved
as pickles, are read too (`pickles.torch_file`). Nothing in a file is ever run.
"""

import json
import os
import struct
from pathlib import Path
from typing import Any

from safetensors.torch import load, save
from torch import Tensor

from explorer.errors import shown
from explorer.files import open_regular, parse_json
from explorer.pickles.bounded import MAX_INT_KEY
from explorer.pickles.torch_file import DamagedState, read_torch

MAX_HEADER = 100_000_000  # bytes, as the format has it
_JSON = "state"


def pack_state(state: dict) -> bytes:
    """A state as the content of a file: dicts with texts and integers as keys, lists, tuples, tensors, texts, numbers,
    booleans and None. All come back as they were, numbers to the last bit. Raises TypeError for anything else."""
    tensors: dict[str, Tensor] = {}
    text = json.dumps(_encoded(state, (), tensors))
    return save(tensors, {_JSON: text})


def read_state(path: Path) -> dict:
    """The state in a file, its tensors on the CPU. Raises OSError and DamagedState."""
    with open_regular(path) as file:
        size, start = os.fstat(file.fileno()).st_size, file.read(8)
        if start.startswith(b"PK"):
            file.seek(0)
            value = read_torch(file)
        else:
            try:
                header = _header(file.read, size, start)
                tensors = load(start + header + file.read())
                value = _decoded(parse_json(parse_json(header)["__metadata__"][_JSON]), tensors)
            except (OSError, DamagedState):
                raise
            except Exception as error:  # in whatever way a broken file fails
                raise DamagedState("it is cut short or damaged") from error
    if not isinstance(value, dict):
        raise DamagedState("it holds something else")
    return value


def _header(read: Any, size: int, start: bytes) -> bytes:
    """The JSON before the tensors, once the file is found to have as many bytes as it promises."""
    (length,) = struct.unpack("<Q", start)
    if length > min(size, MAX_HEADER):
        raise DamagedState("it is no state file")
    header = read(length)
    ends = [entry["data_offsets"][1] for name, entry in parse_json(header).items() if name != "__metadata__"]
    if 8 + length + max(ends, default=0) != size:
        raise DamagedState("it is cut short")
    return header


def _encoded(value: Any, path: tuple[str, ...], tensors: dict[str, Tensor]) -> Any:
    if isinstance(value, Tensor):
        name = "/".join(path)
        if name in tensors:
            raise TypeError(f"two tensors are called {name}")
        tensor = value.detach().cpu()
        # Numbers stay in the order in which they lie in memory: in another, sums over them may differ in the last bit.
        last = tensor.ndim == 4 and not tensor.is_contiguous()
        tensor = (tensor.permute(0, 2, 3, 1) if last else tensor).contiguous()
        if any(tensor.untyped_storage().data_ptr() == other.untyped_storage().data_ptr() for other in tensors.values()):
            tensor = tensor.clone()
        tensors[name] = tensor
        return {"tensor": name, "channels_last": last}
    if isinstance(value, dict):
        if not all(type(key) is str or (type(key) is int and 0 <= key < MAX_INT_KEY) for key in value):
            raise TypeError("a state may have only texts and small integers as keys")
        return {"dict": [[key, _encoded(item, (*path, str(key)), tensors)] for key, item in value.items()]}
    if isinstance(value, list | tuple):
        items = [_encoded(item, (*path, str(place)), tensors) for place, item in enumerate(value)]
        return {"tuple": items} if isinstance(value, tuple) else items
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"a state cannot hold a {type(value).__name__}")


def _decoded(value: Any, tensors: dict[str, Tensor]) -> Any:
    if isinstance(value, list):
        return [_decoded(item, tensors) for item in value]
    if not isinstance(value, dict):
        return value
    if "tensor" in value:
        tensor = tensors[value["tensor"]]
        return tensor.permute(0, 3, 1, 2) if value["channels_last"] else tensor
    if "tuple" in value:
        return tuple(_decoded(item, tensors) for item in value["tuple"])
    keys = [key for key, _ in value["dict"]]
    if not all(type(key) is str or (type(key) is int and 0 <= key < MAX_INT_KEY) for key in keys):
        raise DamagedState(f"it has odd keys such as {shown(keys[0], 40)}")
    return {key: _decoded(item, tensors) for key, item in value["dict"]}
