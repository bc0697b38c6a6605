"""A program that draws with a generator's ONNX file and needs nothing of ours, for its card."""

import json

from explorer.checkpoint import Checkpoint


def onnx_section(name: str, source: Checkpoint) -> list[str]:
    """Markdown of how to draw in other programs."""
    page = f"`gan-explorer export {name} -o {name}.html` makes a page of it that draws in any browser."
    return [
        "## In other programs",
        f"`gan-explorer export {name} --onnx {name}.onnx` writes the generator for ONNX Runtime, and this draws with "
        "that file alone:",
        f"```python\n{onnx_example(name, source)}\n```",
        *([] if source.description.codes else [page]),
    ]


def onnx_example(name: str, source: Checkpoint) -> str:
    """The program, some twenty lines: it needs onnxruntime, NumPy and Pillow, and writes sixteen pictures."""
    config, conditioning = source.generator.config, source.description.conditioning
    label, style = (json.dumps(some[0]) if some else "" for some in (source.labels, source.styles))
    if conditioning == "word":
        ways = [
            'vectors = np.frombuffer(base64.b64decode(facts["label_vectors"]), "<f4").reshape(len(labels), -1)',
            f'inputs["c"] = np.tile(vectors[labels.index({label})], (16, 1))  # or the unit vector of any word',
        ]
    elif conditioning == "label":
        ways = [f'inputs["c"] = np.tile(np.eye(len(labels), dtype="f4")[labels.index({label})], (16, 1))']
    elif conditioning == "codes":
        ways = [f'inputs["c"] = np.zeros((16, {config.c_dim}), "f4")', 'inputs["c"][:, 0] = 1  # the first category']
    else:
        ways = []
    if config.styles:
        ways += [
            'styles = json.loads(facts["styles"])',
            f'inputs["style"] = np.tile(np.eye(len(styles), dtype="f4")[styles.index({style})], (16, 1))',
        ]
    imports = [*(["import base64"] if conditioning == "word" else []), "import json"]
    lines = [
        *(imports if conditioning in ("word", "label") else []),
        *([""] if conditioning in ("word", "label") else []),
        "import numpy as np",
        "import onnxruntime",
        "from PIL import Image",
        "",
        f'session = onnxruntime.InferenceSession("{name}.onnx")',
        *(
            ["facts = session.get_modelmeta().custom_metadata_map", 'labels = json.loads(facts["labels"])']
            if conditioning in ("word", "label")
            else []
        ),
        f'inputs = {{"z": np.random.default_rng(0).standard_normal((16, {source.z_dim}), dtype="f4")}}',
        *ways,
        '(images,) = session.run(["images"], inputs)  # [16, C, H, W], from -1 to 1',
        'pixels = np.clip(127.5 * (images + 1), 0, 255).round().astype("u1").transpose(0, 2, 3, 1)',
        "side, channels = pixels.shape[1], pixels.shape[3]",
        "sheet = pixels.reshape(4, 4, side, side, channels).swapaxes(1, 2).reshape(4 * side, 4 * side, channels)",
        'Image.fromarray(sheet.squeeze()).save("sixteen.png")',
    ]
    return "\n".join(lines)
