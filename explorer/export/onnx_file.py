"""A generator, or a discriminator, as an ONNX file: for other programs and languages, which need neither torch nor us.

The number of tiles is open in every input and output. A generator's inputs are `z` [n, z_dim], standard normal, and
where it has them `c` [n, dim] (a unit word vector, the weights of labels, or codes) and `style` [n, styles] (the
weights of a mixture, all 0 for an open style); its output is `images` [n, C, H, W] in [-1, 1]. A discriminator has
`images` in the place of `z` and gives `real` [n], a logit, with `classes` or `codes_0`, `codes_1` ... where its family
has such.
The file's metadata hold labels and styles as JSON, and the labels' unit vectors as float32 in base64, row by row.
"""

import base64
import io
import json
import math
import warnings
from importlib.util import find_spec
from typing import Any

import torch
from torch import Tensor, nn

from explorer.checkpoint import Checkpoint
from explorer.errors import ExplorerError

OPSET = 17


def generator_file(checkpoint: Checkpoint) -> bytes:
    """The generator of a checkpoint. Raises ExplorerError without the extra `onnx`."""
    return _exported(checkpoint, checkpoint.generator, "z", torch.zeros((2, checkpoint.z_dim)), ["images"])


def discriminator_file(checkpoint: Checkpoint) -> bytes:
    """The discriminator that it was trained with. Raises ExplorerError without the extra `onnx`."""
    network = checkpoint.discriminator()
    head, codes = network.config.head, range(len(network.config.codes))
    more = ["classes"] if head in ("classes", "angles", "both") else [f"codes_{place}" for place in codes]
    return _exported(checkpoint, network, "images", torch.zeros((2, *checkpoint.image_shape)), ["real", *more])


class _Plain(nn.Module):
    """A network whose inputs are one for each part of its condition, and whose outputs are plain tensors."""

    def __init__(self, network: nn.Module):
        super().__init__()
        self.network = network

    def forward(self, x: Tensor, *conditions: Tensor) -> tuple[Tensor, ...]:
        none = x.flatten(1)[:, :0]  # of as many rows as there are: a tensor made here would keep the example's
        given = self.network(x, torch.cat(conditions, dim=1) if conditions else none)
        if isinstance(given, Tensor):
            return (given,)
        return tuple(one for one in (given.real, given.classes, *given.codes) if one is not None)


def _ndtr(graph: Any, x: Any) -> Any:
    """The normal's distribution function, which ONNX does not know: (1 + erf(x / sqrt(2))) / 2."""
    one, two, root = (graph.op("Constant", value_t=torch.tensor(number)) for number in (1.0, 2.0, math.sqrt(2)))
    return graph.op("Div", graph.op("Add", graph.op("Erf", graph.op("Div", x, root)), one), two)


def _exported(checkpoint: Checkpoint, network: nn.Module, first: str, example: Tensor, outputs: list[str]) -> bytes:
    if find_spec("onnx") is None:
        raise ExplorerError("An ONNX file needs a package more: pip install 'gan-explorer[onnx]'.")
    import onnx

    config = checkpoint.generator.config
    widths = {name: width for name, width in (("c", config.word_dim), ("style", config.styles)) if width}
    if not isinstance(network, type(checkpoint.generator)) and config.head not in ("projection", "maps"):
        widths = {}  # a discriminator that is not told what it looks at
    names = [first, *widths]
    conditions = [torch.zeros((2, width)) for width in widths.values()]
    buffer = io.BytesIO()
    torch.onnx.register_custom_op_symbolic("aten::special_ndtr", _ndtr, OPSET)
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")  # the tracer takes the widths of a network for constants, as they are
        # By tracing: the newer way takes twenty times as long, and a package more, for a network without branches.
        torch.onnx.export(
            _Plain(network).eval(),
            (example.to(next(network.parameters()).device), *conditions),
            buffer,
            input_names=names,
            output_names=outputs,
            dynamic_axes={name: {0: "n"} for name in (*names, *outputs)},
            opset_version=OPSET,
            dynamo=False,
        )
    model = onnx.load_model_from_string(buffer.getvalue())
    about = checkpoint.description
    vectors = base64.b64encode(checkpoint.label_vectors.astype("<f4").tobytes()).decode()
    facts = {"checkpoint": checkpoint.name, "conditioning": about.conditioning, "words": about.space_name}
    facts |= {"labels": json.dumps(about.labels), "styles": json.dumps(about.styles), "label_vectors": vectors}
    onnx.helper.set_model_props(model, facts)
    model.producer_name, model.doc_string = "gan-explorer", str(__doc__)
    onnx.checker.check_model(model)
    return model.SerializeToString()
