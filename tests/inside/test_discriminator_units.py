"""What excites a discriminator's units, and what in a picture does: by hand on a tiny net, and on a real one."""

import shutil

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from tiny_checkpoint import publish_tiny
from torch import nn

from explorer import checkpoint as checkpoints
from explorer.data import load
from explorer.errors import ExplorerError
from explorer.explore.inside.discriminator import meet
from explorer.explore.inside.guided import guided_backpropagation, receptive_boxes
from explorer.explore.inside.maximal_activations import maximal_activations
from explorer.measure.discriminator.load import discriminator_of
from explorer.models.generator import Layer
from explorer.models.pixels import from_bytes
from explorer.stopping import Stopped

TRAIN = load("digits")
HERE = torch.tensor([[0, 0]])


def by_hand(first: list[float], second: list[float], rectifier: nn.Module) -> nn.Module:
    """x -> sum of second * rectifier(first * x), pixel by pixel."""
    network = nn.Sequential(nn.Conv2d(1, len(first), 1, bias=False), rectifier, nn.Conv2d(len(first), 1, 1, bias=False))
    with torch.no_grad():
        network[0].weight.copy_(torch.tensor(first)[:, None, None, None])
        network[2].weight.copy_(torch.tensor(second)[None, :, None, None])
    return network.requires_grad_(False)


@pytest.mark.parametrize(("x", "plain", "guided"), [(1.0, 7.0, 6.0), (-1.0, 6.2, 1.2)])
def test_guided_backpropagation_by_hand(x, plain, guided):
    # Hidden 2x and -x, read with +3 and -5. At x = 1 the gradient is 3*2 + (-5)(.2)(-1) = 7, and without the message
    # that is negative 3*2; at x = -1 it is 3(.2)2 + (-5)(-1) = 6.2, and without that 3(.2)2.
    network = by_hand([2, -1], [3, -5], nn.LeakyReLU(0.2))
    picture = torch.full((1, 1, 1, 1), x, requires_grad=True)
    assert torch.autograd.grad(network(picture).sum(), picture)[0].item() == pytest.approx(plain)
    assert guided_backpropagation(network, picture, "2", 0, HERE).item() == pytest.approx(guided)
    assert torch.autograd.grad(network(picture).sum(), picture)[0].item() == pytest.approx(plain), "and it is over"


def test_for_relu_it_is_springenbergs_rule():
    for rectifier in (nn.ReLU(), nn.LeakyReLU(0.0)):
        network = by_hand([2, -1, 4], [3, -5, 1], rectifier)
        assert guided_backpropagation(network, torch.ones(1, 1, 1, 1), "2", 0, HERE).item() == 10
        assert guided_backpropagation(network, -torch.ones(1, 1, 1, 1), "2", 0, HERE).item() == 0


def test_it_forgets_what_speaks_against_the_unit_in_every_layer():
    class Deep(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Conv2d(1, 1, 1, bias=False)
            self.layer.weight.data.fill_(-1)

        def forward(self, x):
            return self.layer(F.leaky_relu(self.layer(F.leaky_relu(x, 0.2)), 0.2))

    # The one message is negative at the last rectifier: nothing may arrive, where the gradient is 1 * .2 * 1.
    assert guided_backpropagation(Deep(), torch.ones(1, 1, 1, 1), "layer", 0, HERE).item() == 0


def test_a_receptive_field_is_known_for_stacked_convolutions():
    torch.manual_seed(0)
    network = nn.Sequential(nn.Conv2d(1, 3, 3, padding=1), nn.LeakyReLU(0.2), nn.Conv2d(3, 2, 3, stride=2, padding=1))
    places = torch.tensor([[2, 3], [0, 0]])
    boxes = receptive_boxes(network, torch.randn(2, 1, 12, 12), "2", 1, places)
    assert boxes.tolist() == [[2, 4, 6, 8], [0, 0, 2, 2]], "5 x 5 around twice the place, cut at the rim"
    assert receptive_boxes(network, torch.randn(1, 1, 12, 12), "0", 1, torch.tensor([[4, 5]])).tolist() == [
        [3, 4, 5, 6]
    ]


def test_the_most_exciting_pictures_are_found_with_their_places():
    network = by_hand([1, -1], [1, -1], nn.LeakyReLU(0.2))
    images = torch.full((200, 1, 6, 6), 100, dtype=torch.uint8)
    images[150, 0, 4, 5], images[3, 0, 1, 2], images[90, 0, 0, 0] = 250, 240, 10
    layers = (Layer("0", 6, 2), Layer("2", 6, 1))
    bright, last = maximal_activations(network, layers, images, 2)
    assert bright.rows[:, 0].tolist() == [150, 90] and bright.rows[0].tolist() == [150, 3] == last.rows[0].tolist()
    assert bright.places[0].tolist() == [[4, 5], [1, 2]] and bright.places[1, 0].tolist() == [0, 0]
    assert bright.values[0, 0] == pytest.approx(250 / 127.5 - 1) and bright.values[1, 0] == pytest.approx(
        1 - 10 / 127.5
    )
    assert bright.rows[1, 1] == 0, "of equals, the first"


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    publish_tiny(tmp_path / "checkpoints/tiny", data="digits")
    return checkpoints.load("tiny")


def test_a_unit_is_shown_with_what_excites_it(tiny):
    seen = []
    opponent = meet(tiny, 300, report=lambda *args: seen.append(args))
    assert seen[-1] == ("showing it real pictures", 300, 300)
    assert [layer.name for layer in opponent.layers] == ["look", "blocks.0", "blocks.1", "blocks.2", "sum_up"]
    view = opponent.unit("blocks.0", 5, k=4)
    assert view.pictures.shape == view.guided.shape == view.guided_pictures.shape == (4, 28, 28, 1)
    assert (np.diff(view.values) <= 0).all() and len(set(view.rows.tolist())) == 4
    assert np.array_equal(view.pictures[:, :, :, 0], TRAIN.images[view.rows][:, 0])
    assert view.words == tuple(TRAIN.words[TRAIN.labels[row]] for row in view.rows)
    network, place = discriminator_of(tiny), opponent.excited("blocks.0").places[5, 0]
    with torch.no_grad():
        held = network.blocks[0](network.from_image(from_bytes(torch.from_numpy(TRAIN.images[view.rows[:1]]))))[0, 5]
    assert held.max().item() == pytest.approx(view.values[0], abs=1e-5) == held[tuple(place)].item()
    for guided, (top, left, bottom, right) in zip(view.guided, view.boxes.tolist(), strict=True):
        inside = np.zeros((28, 28), bool)
        inside[top : bottom + 1, left : right + 1] = True
        assert (guided[~inside] == 0).all() and 0 < inside.sum() < 784 and np.abs(guided).max() > 0
    assert view.guided_pictures[0].max() == 255 or view.guided_pictures[0].min() == 1
    image = view.image()
    assert image.width > 4 * 56 and image.height > 2 * 56 and view._repr_png_().startswith(b"\x89PNG")
    again = meet(tiny, 300).unit("blocks.0", 5, k=4)
    assert np.array_equal(again.rows, view.rows) and np.array_equal(again.guided, view.guided)


def test_what_cannot_be_looked_into_is_said(tiny, tmp_path):
    opponent = meet(tiny, 5)
    assert len(opponent.unit("look", 0, 9).rows) == 5
    with pytest.raises(ExplorerError, match="no layer 'nose'; its layers are look"):
        opponent.unit("nose", 0)
    with pytest.raises(ExplorerError, match="a unit of look must lie between 0 and 7"):
        opponent.unit("look", 8)
    with pytest.raises(ExplorerError, match="between 1 and 16"):
        opponent.unit("look", 0, 17)
    with pytest.raises(Stopped):
        meet(tiny, 300, stop=lambda: True)
    shutil.copytree(tiny.path, tmp_path / "bare")
    (tmp_path / "bare/discriminator.safetensors").unlink()
    with pytest.raises(ExplorerError, match="bare ships no discriminator"):
        meet(checkpoints.load(tmp_path / "bare"))
