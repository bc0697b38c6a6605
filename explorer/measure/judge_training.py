"""Training a judge: a few minutes on one core, so it is not resumed but done again."""

import shlex
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from explorer import checkpoint
from explorer.data import ImageSet
from explorer.data.progress import Report
from explorer.measure.judge_format import JudgeError, check_target, write_judge
from explorer.measure.judge_network import JudgeNetwork
from explorer.models.pixels import from_bytes

BATCH = 128
LR, WEIGHT_DECAY, SMOOTHING = 6e-3, 0.02, 0.02


def train_judge(
    folder: Path,
    pictures: ImageSet,
    test: ImageSet,
    *,
    source: str,
    epochs: int | None = None,
    seed: int = 0,
    device: str | torch.device = "cpu",
    report: Report = lambda what, done, total: None,
) -> float:
    """Train on `pictures`, test once on `test`, write the judge to `folder`; returns its accuracy, 0 to 1.

    source: what to load to have the pictures again, a name or a path. epochs: by default what suits their number. The
    same seed, threads and machine give the same weights. Raises JudgeError for pictures no judge can be made of.
    """
    check_target(folder)
    checkpoint.check_labels(pictures.words)
    if test.words != pictures.words or test.image_shape != pictures.image_shape:
        raise JudgeError(
            f"The test pictures of {pictures.name} are not of the same classes and shape; mend its folders."
        )
    if len(pictures.words) < 2 or len(pictures) < BATCH:
        raise JudgeError(
            f"{pictures.name} has {len(pictures.words)} classes and {len(pictures):,} pictures; a judge needs two "
            f"classes or more, and at least {BATCH} pictures."
        )
    started = time.monotonic()
    epochs = epochs or default_epochs(len(pictures))
    images, labels = torch.from_numpy(pictures.images), torch.from_numpy(pictures.labels)
    folded = fit(images, labels, len(pictures.words), epochs, seed, device, report)
    accuracy = share_right(folded, test)
    write_judge(
        folder,
        {name: tensor.cpu().contiguous() for name, tensor in folded.state_dict().items()},
        words=pictures.words,
        shape=pictures.image_shape,
        source=source,
        accuracy=accuracy,
        made={
            "command": f"gan-explorer judge train {shlex.quote(source)} --epochs {epochs} --seed {seed}",
            "data": pictures.name,
            "pictures": len(pictures),
            "test_pictures": len(test),
            "recipe": f"AdamW, one cycle up to {LR:g}, label smoothing {SMOOTHING:g}",
            "epochs": epochs,
            "batch": BATCH,
            "seed": seed,
            "device": torch.device(device).type,
            "threads": torch.get_num_threads(),
            "seconds": round(time.monotonic() - started),
        },
    )
    return accuracy


def fit(
    images: Tensor,
    labels: Tensor,
    classes: int,
    epochs: int,
    seed: int = 0,
    device: str | torch.device = "cpu",
    report: Report = lambda what, done, total: None,
) -> JudgeNetwork:
    """A network trained on pictures uint8 [N, C, H, W] of labels int64 [N], folded, in eval mode on `device`; N at
    least 128."""
    channels, side = images.shape[1:3]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = JudgeNetwork(channels, side, classes, normalised=True)
    network.to(device, memory_format=torch.channels_last).train()
    draw = torch.Generator().manual_seed(seed)
    images, labels = images.to(device), labels.to(device)
    steps = len(images) // BATCH  # a short last batch would upset batch norm
    adam = torch.optim.AdamW(network.parameters(), LR, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(adam, LR, total_steps=epochs * steps)
    for epoch in range(epochs):
        order = torch.randperm(len(images), generator=draw).to(device)
        for step in range(steps):
            rows = order[step * BATCH : (step + 1) * BATCH]
            loss = F.cross_entropy(network(from_bytes(images[rows])), labels[rows], label_smoothing=SMOOTHING)
            adam.zero_grad()
            loss.backward()
            adam.step()
            schedule.step()
            report("training the judge", (epoch * steps + step + 1) * BATCH, epochs * steps * BATCH)
    folded = JudgeNetwork(channels, side, classes)
    folded.load_state_dict(network.folded())
    return folded.to(device, memory_format=torch.channels_last).eval()


def default_epochs(pictures: int) -> int:
    """Eight for 60,000 pictures; more for fewer and fewer for more, so that it always takes minutes."""
    return min(60, max(2, round(480_000 / pictures)))


@torch.inference_mode()
def share_right(network: JudgeNetwork, test: ImageSet) -> float:
    """Of the test pictures, the share that it puts in their own class, 0 to 1."""
    device, right = network.head.weight.device, 0
    for start in range(0, len(test), 512):
        rows = slice(start, start + 512)
        said = network(from_bytes(torch.from_numpy(test.images[rows]).to(device))).argmax(dim=1).cpu()
        right += int((said == torch.from_numpy(test.labels[rows])).sum())
    return right / len(test)
