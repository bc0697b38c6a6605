"""A comparison says of a generator with styles that it was drawn in an open one."""

from tiny_checkpoint import publish_tiny

from explorer import checkpoint
from explorer.compare.build import unmeasured_entry


def test_an_entry_names_the_styles(tmp_path):
    styled = unmeasured_entry(checkpoint.load(publish_tiny(tmp_path / "a", styles=("noto", "flat"))))
    assert styled.notes == ("Drawn in an open style, so that each latent has its own; it knows noto and flat.",)
    many = tuple(f"style{number}" for number in range(40))
    noted = unmeasured_entry(checkpoint.load(publish_tiny(tmp_path / "b", styles=many))).notes
    assert "style11 and 28 more." in noted[0] and len(noted[0]) < 300
    assert unmeasured_entry(checkpoint.load(publish_tiny(tmp_path / "c"))).notes == ()
