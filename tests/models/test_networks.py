"""The two trunks: shapes at every size, what they depend on, and what they must not."""

import pytest
import torch

from explorer.errors import ExplorerError
from explorer.models.conditioning import jitter
from explorer.models.config import NetworkConfig
from explorer.models.discriminator import Discriminator
from explorer.models.generator import Generator


def unit(n: int, d: int) -> torch.Tensor:
    return torch.nn.functional.normalize(torch.randn(n, d, generator=torch.Generator().manual_seed(5)), dim=1)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("resolution", [28, 32, 64])
@pytest.mark.parametrize("size", [4, 16])
def test_shapes_and_ranges(resolution, channels, size):
    config = NetworkConfig(resolution, channels, z_dim=8, c_dim=12, size=size)
    pictures = Generator(config)(torch.randn(3, 8), unit(3, 12))
    assert pictures.shape == (3, channels, resolution, resolution)
    assert pictures.abs().max() <= 1
    output = Discriminator(config)(pictures, unit(3, 12))
    assert output.real.shape == (3,)


def test_a_fresh_generator_depends_on_z_and_on_the_condition():
    torch.manual_seed(0)
    config = NetworkConfig(size=8)
    G, z, c = Generator(config), torch.randn(16, 64), unit(16, 100)
    over_z = G(z, c[:1].expand(16, -1)).std(dim=0).mean()
    over_words = G(z[:1].expand(16, -1), c).std(dim=0).mean()
    assert over_z > 0.1 and over_words > 0.1
    assert 0.3 < over_z / over_words < 3  # neither dominates the other


def test_a_picture_does_not_depend_on_its_batch():
    torch.manual_seed(0)
    G = Generator(NetworkConfig(size=8)).eval()
    z, c = torch.randn(9, 64), unit(9, 100)
    with torch.inference_mode():
        assert torch.allclose(G(z, c)[4], G(z[4:5], c[4:5])[0], atol=1e-6)


@pytest.mark.parametrize("norm", ["none", "batch"])
@pytest.mark.parametrize("resolution", [16, 28, 32, 64])
def test_folded_weights_draw_the_same(resolution, norm):
    torch.manual_seed(0)
    G = Generator(NetworkConfig(resolution, 3, z_dim=8, c_dim=12, size=8, norm=norm)).eval()
    z, c, seen = torch.randn(4, 8), unit(4, 12), []
    with torch.inference_mode():
        plain = G(z, c, lambda name, x: seen.append(x) or x)
        hooked = iter(seen)
        folded = G.fold()(z, c, lambda name, x: torch.testing.assert_close(x, next(hooked), atol=1e-5, rtol=1e-5) or x)
    assert (folded - plain).abs().max() < 1e-5 and not any("up_kernel" in name for name in G.state_dict())


def test_a_w_for_each_layer_is_added_to_what_the_mapping_gives():
    torch.manual_seed(0)
    G = Generator(NetworkConfig(size=8, mapping=16)).eval()
    z, c = torch.randn(3, 64), unit(3, 100)
    offsets = torch.zeros(3, G.modulated, 16)
    offsets[1, 5] = 1.0  # the last layer of the second picture
    with torch.inference_mode():
        plain, moved = G(z, c), G(z, c, None, offsets)
    assert torch.equal(plain[[0, 2]], moved[[0, 2]]) and (plain[1] - moved[1]).abs().max() > 0.01
    assert G.modulated == 2 * len(G.blocks) == 6 and Generator(NetworkConfig(size=8, norm="batch")).modulated == 0


def test_the_discriminator_depends_on_the_condition():
    torch.manual_seed(0)
    D = Discriminator(NetworkConfig(size=8))
    pictures = torch.randn(1, 1, 28, 28).expand(8, -1, -1, -1)
    assert D(pictures, unit(8, 100)).real.std() > 0.05


def test_jitter_keeps_unit_length_and_means_what_it_says():
    c, noise = unit(200, 100), torch.randn(200, 100, generator=torch.Generator().manual_seed(1))
    assert torch.equal(jitter(c, noise, 0.0), c)
    for amount, cosine in ((0.5, 0.894), (1.0, 0.707), (2.0, 0.447)):  # 1 / sqrt(1 + amount^2)
        moved = jitter(c, noise, amount)
        assert torch.allclose(moved.norm(dim=1), torch.ones(200), atol=1e-5)
        assert abs((moved * c).sum(dim=1).mean().item() - cosine) < 0.03


@pytest.mark.parametrize(
    "wrong", [{"resolution": 27}, {"channels": 2}, {"size": 10**9}, {"z_dim": 0}, {"c_dim": 1.5}, {"size": True}]
)
def test_a_config_out_of_bounds_is_refused_in_a_sentence(wrong):
    with pytest.raises(ExplorerError, match=r"\.$"):
        NetworkConfig(**wrong)


def test_a_discriminator_may_have_a_width_of_its_own():
    narrow, same = (Discriminator(NetworkConfig(size=8, size_d=size)) for size in (4, 0))
    assert narrow.from_image.weight.shape[0] == 4 and same.from_image.weight.shape[0] == 8
    assert Generator(NetworkConfig(size=8, size_d=4)).to_image.weight.shape[1] == 8
