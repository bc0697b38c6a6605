"""What a training is resumed from: it comes back as it was, and a broken or hostile file gets one sentence at once."""

import io
import math
import os
import pickle
import struct
import sys
import zipfile
from collections import OrderedDict

import pytest
import torch
from bounded import error_text_of
from safetensors.torch import save

from explorer.state_file import DamagedState, pack_state, read_state
from explorer.training import TrainConfig
from explorer.training.run import STATE_FILE, Run
from explorer.training.settings import TrainingError

WEIGHTS = torch.arange(48.0).view(2, 2, 3, 4)
STATE = {
    "images": 640,
    "seconds": 0.1 + 0.2,
    "cpu_seconds": None,
    "odd": [math.inf, -0.0, 5e-324, 1 << 70, True, "é\n\N{PILE OF POO}", ()],
    "G": OrderedDict({"a/b": WEIGHTS, "last": WEIGHTS.to(memory_format=torch.channels_last), "part": WEIGHTS[0, 1]}),
    "adam": {"state": {0: {"step": torch.tensor(3.0), "exp_avg": torch.zeros(0)}, 11: {}}, "betas": (0.5, 0.999)},
    "kinds": [torch.tensor([1, 0, 1]).to(kind) for kind in (torch.bfloat16, torch.half, torch.bool, torch.int64)],
    "generator": torch.Generator().manual_seed(3).get_state(),
}  # fmt: skip


def assert_same(one, other) -> None:
    if isinstance(one, torch.Tensor):
        assert one.dtype == other.dtype and torch.equal(one, other) and one.stride() == other.stride()
    elif isinstance(one, dict):
        assert list(one) == list(other)
        for key in one:
            assert_same(one[key], other[key])
    elif isinstance(one, list | tuple):
        assert type(one) is type(other) and len(one) == len(other)
        for mine, theirs in zip(one, other, strict=True):
            assert_same(mine, theirs)
    else:
        assert type(one) is type(other) and repr(one) == repr(other)


def test_a_state_comes_back_to_the_last_bit(tmp_path):
    (tmp_path / "state").write_bytes(pack_state(STATE))
    assert_same(STATE, read_state(tmp_path / "state"))
    for odd in (
        {(1, 2): 3},
        {"x": {1, 2}},
        {"x": object()},
        {1 << 40: 0},
        {"a": {"b/c": WEIGHTS}, "a/b": {"c": WEIGHTS}},
    ):
        with pytest.raises(TypeError):
            pack_state(odd)


def test_a_state_that_torch_saved_is_read_as_torch_reads_it(tmp_path):
    torch.save(STATE, tmp_path / "state.pt")
    assert_same(torch.load(tmp_path / "state.pt", weights_only=True), read_state(tmp_path / "state.pt"))
    torch.save({"weight": torch.nn.Parameter(WEIGHTS)}, tmp_path / "state.pt")
    assert torch.equal(read_state(tmp_path / "state.pt")["weight"], WEIGHTS)


def torch_zip(program: bytes, name: str = "state/data.pkl", **members: bytes) -> bytes:
    """What torch.save would write, with a pickle of our own."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, b"\x80\x02" + program)
        for member, content in members.items():
            archive.writestr(f"state/data/{member}", content)
    return buffer.getvalue()


def named(module: str, name: str) -> bytes:
    return f"c{module}\n{name}\n".encode()


def tensor(count: int, offset: int, size: tuple, stride: tuple, key: str = "zero", kind: str = "FloatStorage") -> bytes:
    """The program of a tensor."""
    rest = (offset, size, stride, False, ())
    pid = b"(X\x07\x00\x00\x00storage" + named("torch", kind) + b"X" + struct.pack("<I", len(key)) + key.encode()
    pid += b"X\x03\x00\x00\x00cpu" + pickle.dumps(count, 2)[2:-1] + b"tQ"
    return (
        named("torch._utils", "_rebuild_tensor_v2")
        + b"("
        + pid
        + b"".join(pickle.dumps(one, 2)[2:-1] for one in rest)
        + b"tR."
    )


def header(text: bytes, data: bytes = b"") -> bytes:
    return struct.pack("<Q", len(text)) + text + data


WHOLE = pack_state(STATE)
TORCH = io.BytesIO()
torch.save(STATE, TORCH)
FLOATS = bytes(16)
DAMAGED = {
    "nothing": b"",
    "another thing": b"not a state",
    "zero bytes": bytes(1000),
    "cut in its header": WHOLE[:100],
    "cut in its numbers": WHOLE[:-10],
    "longer": WHOLE + b"x",
    "no state": save({"a": WEIGHTS}),
    "no tensor of that name": save({}, {"state": '{"dict": [["a", {"tensor": "b", "channels_last": false}]]}'}),
    "a list": save({}, {"state": "[]"}),
    "an odd key": save({}, {"state": '{"dict": [[[], 1]]}'}),
    "an integer as key": save({}, {"state": '{"dict": [[1e400, 1]]}'}),
    "lists nested endlessly": save({}, {"state": "[" * 100_000}),
    "lists in lists": save({}, {"state": '{"dict": [["a", ' + "[" * 900 + "]" * 900 + "]]}"}),
    "half of a surrogate pair": save({}, {"state": '{"dict": [["\\ud800", 1]]}'}),
    "a header of no end": struct.pack("<Q", 1 << 62) + b"{}",
    "a header that claims 9 GB": header(b'{"a":{"dtype":"U8","shape":[9000000000],"data_offsets":[0,9000000000]}}'),
    "a header of deep lists": header(b'{"a":' + b"[" * 100_000),
    "a header that is no dictionary": header(b"[]"),
    "a zip cut short": TORCH.getvalue()[:-100],
    "a zip with a spoilt number": TORCH.getvalue().replace(WEIGHTS.numpy().tobytes(), (WEIGHTS + 1).numpy().tobytes()),
    "an empty zip": b"PK\x05\x06" + bytes(18),
    "a zip without a pickle": torch_zip(b"N.", "state/other"),
    "shared tuples as a key": torch_zip(b"}N" + b"2\x86" * 40 + b"Ns."),
    "shared tuples as storages' names": torch_zip(b"N" + b"2\x86" * 40 + b"Q."),
    "text of 3 GB": torch_zip(b"\x8d" + struct.pack("<Q", 3 << 30) + b"abc"),
    "a call of the system": torch_zip(named("posix", "system") + b"X\x01\x00\x00\x00x\x85R."),
    "a call of torch's": torch_zip(named("torch._utils", "_rebuild_sparse_tensor") + b"X\x01\x00\x00\x00x\x85R."),
    "a dictionary of pairs": torch_zip(named("collections", "OrderedDict") + b"]\x85R."),
    "no storage": torch_zip(tensor(4, 0, (4,), (1,), key="one"), zero=FLOATS),
    "a storage that is too short": torch_zip(tensor(5, 0, (5,), (1,)), zero=FLOATS),
    "a storage of objects": torch_zip(tensor(4, 0, (4,), (1,), kind="UntypedStorage"), zero=FLOATS),
    "a tensor beyond its storage": torch_zip(tensor(4, 2, (4,), (1,)), zero=FLOATS),
    "a tensor before its storage": torch_zip(tensor(4, -2, (4,), (1,)), zero=FLOATS),
    "a tensor of no end": torch_zip(tensor(4, 0, (1 << 40,), (0,)), zero=FLOATS),
    "a tensor with other strides": torch_zip(tensor(4, 0, (4,), (1, 1)), zero=FLOATS),
}  # fmt: skip


@pytest.fixture
def run(tmp_path):
    """A run with a place for a state, and one before it."""
    run = Run(tmp_path / "run", TrainConfig(data="digits"))
    for images in (128, 640):
        (run.states / f"{images:012d}").mkdir(parents=True)
    return run


@pytest.mark.skipif(sys.platform != "linux", reason="bounds memory as Linux does")
@pytest.mark.parametrize("name", [STATE_FILE, "state.pt"])
@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_state_is_one_sentence(run, content, name):
    newest = run.states / "000000000640"
    (newest / name).write_bytes(content)
    sentence = error_text_of(run.load_state)
    assert sentence.startswith(f"TrainingError: The saved state {newest / name} cannot be read (")
    assert sentence.endswith("): delete the folder it lies in to begin the run anew, or train in another folder.")
    assert "\n" not in sentence and "weights_only" not in sentence and "torch" not in sentence.split(" asks for ")[0]


def test_the_one_before_is_named_where_there_is_one(run):
    (run.states / "000000000128" / STATE_FILE).write_bytes(pack_state(STATE))
    (run.states / "000000000640" / STATE_FILE).write_bytes(b"")
    with pytest.raises(TrainingError, match="delete the folder it lies in to go on from 000000000128"):
        run.load_state()
    for folder in (run.states / "000000000640").iterdir():
        folder.unlink()
    (run.states / "000000000640").rmdir()
    assert run.load_state()["images"] == 640


@pytest.mark.skipif(sys.platform != "linux", reason="bounds memory as Linux does")
def test_a_pipe_in_place_of_a_state(run):
    os.mkfifo(run.states / "000000000640" / STATE_FILE)
    assert "it is a pipe, a device or a socket" in error_text_of(run.load_state)


@pytest.mark.parametrize("wrong", [{"images": "640"}, {"images": -1}, {"seconds": None}, {"setbacks": []}])
def test_a_state_that_lacks_what_everybody_reads(run, wrong):
    (run.states / "000000000640" / STATE_FILE).write_bytes(pack_state({**STATE, **wrong}))
    with pytest.raises(TrainingError, match="cannot be read"):
        run.load_state()


def test_what_is_wrong_is_in_the_sentence(tmp_path):
    for content, why in ((WHOLE[:-10], "it is cut short"), (b"not a state", "it is no state file")):
        (tmp_path / "state").write_bytes(content)
        with pytest.raises(DamagedState, match=why):
            read_state(tmp_path / "state")
    (tmp_path / "state").write_bytes(DAMAGED["a call of the system"])
    with pytest.raises(
        DamagedState, match=r"it asks for 'posix\.system', which no state needs, and nothing in it was run"
    ):
        read_state(tmp_path / "state")
