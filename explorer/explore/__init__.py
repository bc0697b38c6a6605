"""Spec in, Picture out. Names are loaded when first asked for: reading a spec needs no torch."""

from explorer import lazy

_HOME = {
    "Spec": "spec",
    "Seeded": "spec",
    "Mixed": "spec",
    "Stored": "spec",
    "SpecError": "spec",
    "Edits": "edits",
    "Push": "edits",
    "Picture": "picture",
    "Studio": "studio",
    "sheet": "sheets",
    "spec_from_png": "png",
    "specs_from_png": "png",
    "Walk": "walking",
    "walk_of": "walking",
    "tile_of": "walking",
    "Film": "film",
    "draw_walk": "film",
    "read_film": "film",
    "walk_from": "film_files",
    "word_pad": "pads",
    "latent_pad": "pads",
    "code_grid": "codes",
    "GridAxis": "grid_plan",
    "xy_grid": "grid",
    "turn_axis": "axes",
    "turned": "axes",
    "semantic": "axes",
    "word_sum": "arithmetic",
    "latent_sum": "latent_arithmetic",
}
__all__ = list(_HOME)
__getattr__ = lazy.attributes(__name__, _HOME)
