"""DCGAN's own networks, held against what the paper says of them (Radford, Metz and Chintala 2015, section 3 and 4)."""

import pytest
import torch
from torch import nn

from explorer.models.config import NetworkConfig
from explorer.models.discriminator import Discriminator
from explorer.models.families import FAMILIES
from explorer.models.generator import Generator
from explorer.training.schedules import lr_factor
from explorer.training.settings import TrainConfig

CLASSIC = ["dcgan", "lsgan", "cdcgan", "acgan", "twongan", "infogan"]


def networks(resolution=32, size=8, family="cdcgan", **settings):
    row = FAMILIES[family]
    codes = (10, 1, 1) if row.conditioning == "codes" else ()
    c_dim = {"label": 10, "nothing": 0, "codes": 12}[row.conditioning]
    config = NetworkConfig(
        resolution, 3, 100, c_dim, size, head=row.head, codes=codes, network="dcgan", **{"norm": "batch", **settings}
    )
    torch.manual_seed(0)
    return Generator(config), Discriminator(config)


def layers(network, kind):
    return [module for module in network.modules() if isinstance(module, kind)]


@pytest.mark.parametrize(("resolution", "first", "steps"), [(28, 7, 2), (32, 4, 3), (64, 4, 4)])
def test_strided_convolutions_alone_change_the_side(resolution, first, steps):
    G, D = networks(resolution)
    up, down = layers(G, nn.ConvTranspose2d), layers(D, nn.Conv2d)
    assert [layer.stride for layer in up] == [(2, 2)] * steps and len(down) == steps
    assert {layer.kernel_size for layer in (*up, *down)} == {(4, 4)}
    assert all(layer.stride == (2, 2) for layer in down)
    assert G.layers[0].side == first and [place.width for place in G.layers][-1] == 8
    assert not layers(G, (nn.AvgPool2d, nn.MaxPool2d, nn.Upsample)) and not layers(G, nn.Conv2d)
    # Fully connected is the projection of the latent alone, and in D the head on the last maps.
    assert len(layers(G, nn.Linear)) == len(layers(D, nn.Linear)) == 1
    z, c = torch.randn(2, 100), torch.eye(10)[:2]
    pictures = G(z, c)
    assert pictures.shape == (2, 3, resolution, resolution) and pictures.abs().max() <= 1
    assert D(pictures, c).real.shape == (2,)


def test_batch_norm_is_everywhere_but_at_the_output_of_g_and_the_input_of_d():
    G, D = networks(64)
    assert [isinstance(block.norm, nn.BatchNorm2d) for block in G.blocks] == [True] * 3
    assert isinstance(G.start_norm, nn.BatchNorm2d) and isinstance(G.to_image, nn.ConvTranspose2d)
    assert not layers(D.from_image, nn.BatchNorm2d)
    assert [isinstance(block.norm, nn.BatchNorm2d) for block in D.blocks] == [True] * 3
    alone = networks(64, norm="generator")
    assert len(layers(alone[0], nn.BatchNorm2d)) == 4 and not layers(alone[1], nn.BatchNorm2d)


def test_weights_begin_as_normal_with_deviation_two_hundredths():
    for network in networks(32, size=32):
        for layer in layers(network, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)):
            assert abs(layer.weight.detach().mean()) < 0.002 and layer.weight.detach().std() == pytest.approx(
                0.02, rel=0.1
            )
            assert layer.bias is None or (layer.bias == 0).all()
        for layer in layers(network, nn.BatchNorm2d):
            assert layer.weight.detach().mean() == pytest.approx(1, abs=0.02) and (layer.bias == 0).all()


def test_g_is_rectified_and_d_leaks_a_fifth():
    G, D = networks(32)
    held = {}

    def keep(name, x):
        held[name] = x
        return x

    G(torch.randn(4, 100), torch.eye(10)[:4], keep)
    assert set(held) == {"start", "blocks.0", "blocks.1"} and all((maps >= 0).all() for maps in held.values())
    x = torch.randn(1, 13, 32, 32)
    before = D.from_image.conv(x)
    assert torch.allclose(D.from_image(x), torch.where(before > 0, before, 0.2 * before))


def test_no_picture_depends_on_its_batch_when_drawn():
    G, D = networks(28)
    G.eval(), D.eval()
    z, c = torch.randn(5, 100), torch.eye(10)[:5]
    assert torch.allclose(G(z, c)[2:3], G(z[2:3], c[2:3]), atol=1e-6)
    x = torch.randn(5, 3, 28, 28)
    assert torch.allclose(D(x, c).real[2:3], D(x[2:3], c[2:3]).real, atol=1e-6)


@pytest.mark.parametrize("family", CLASSIC)
def test_every_head_stands_on_the_trunk(family):
    G, D = networks(28, family=family)
    width = {"label": 10, "nothing": 0, "codes": 12}[FAMILIES[family].conditioning]
    c = torch.zeros(3, width)
    found = D(G(torch.randn(3, 100), c), c)
    assert found.real.shape == (3,)
    assert family != "acgan" or found.classes.shape == (3, 10)
    assert family != "twongan" or found.classes.shape == (3, 20)
    assert family != "infogan" or [code.shape[1] for code in found.codes] == [10, 1, 1]


@pytest.mark.parametrize("family", CLASSIC)
def test_classic_families_are_trained_as_the_paper_trained(family):
    settings = FAMILIES[family].settings
    assert (settings["network"], settings["z"], settings["lr"], settings["beta1"]) == ("dcgan", "uniform", 2e-4, 0.5)
    assert FAMILIES[family].norm == "batch" and settings["warmup_kimg"] == 0
    assert settings["z_dim"] == (62 if family == "infogan" else 100) and not settings["scale_condition"]
    assert settings.get("lr_g", 1.0) == (5.0 if family == "infogan" else 1.0)
    assert (
        lr_factor(0, 600_000, settings["lr_end"], settings["warmup_kimg"]) == 1 == lr_factor(599_999, 600_000, 1.0, 0)
    )


def test_the_learning_rate_rises_over_the_warm_up():
    assert lr_factor(0, 600_000, 0.1, 2000) == pytest.approx(1 / 2000)
    assert lr_factor(1999, 600_000, 0.1, 2000) == 1


def test_a_run_of_before_is_read_as_it_was_trained(tmp_path):
    (tmp_path / "config.json").write_text('{"family": "cdcgan", "c_dim": 10, "norm": "batch"}')
    config = TrainConfig.from_file(tmp_path / "config.json")
    assert config.shapes.network == "residual" and config.warmup_kimg == 2 and config.d_steps == 1
    assert config.shapes.scale_condition


@pytest.mark.parametrize(("head", "codes", "scales"), [("maps", (), [2.0] * 4), ("codes", (3, 1), [3**0.5] * 4)])
def test_a_condition_is_scaled_or_taken_as_it_is(head, codes, scales):
    shapes = {"size": 4, "z_dim": 5, "c_dim": 4, "head": head, "codes": codes, "network": "dcgan", "norm": "batch"}
    scaled, plain = (Generator(NetworkConfig(28, **shapes, scale_condition=one)).eval() for one in (True, False))
    plain.load_state_dict(scaled.state_dict())
    z, c = torch.randn(3, 5), torch.eye(4)[:3]
    with torch.no_grad():
        assert torch.equal(scaled(z, c), plain(z, c * torch.tensor(scales)))
        assert not torch.equal(scaled(z, c), plain(z, c))
