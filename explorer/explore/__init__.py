"""Spec in, Picture out. Names are loaded when first asked for: reading a spec needs no torch."""

from explorer import lazy

_HOME = {
    "Spec": "spec.spec",
    "Seeded": "spec.spec",
    "Mixed": "spec.spec",
    "Stored": "spec.spec",
    "SpecError": "spec.spec",
    "UnknownStyle": "spec.style",
    "read_style": "spec.style",
    "Edits": "spec.edits",
    "Push": "spec.edits",
    "Picture": "render.picture",
    "Studio": "render.studio",
    "sheet": "render.sheets",
    "spec_from_png": "render.png",
    "specs_from_png": "render.png",
    "Walk": "walk.walk",
    "walk_of": "walk.walk",
    "tile_of": "walk.walk",
    "Film": "walk.film",
    "draw_walk": "walk.film",
    "read_film": "walk.film",
    "walk_from": "walk.film_files",
    "word_pad": "walk.axes",
    "latent_pad": "walk.axes",
    "code_grid": "grids.codes",
    "GridAxis": "grids.plan",
    "xy_grid": "grids.grid",
    "Library": "library.library",
    "turn_axis": "walk.axes",
    "turned": "walk.axes",
    "semantic": "walk.axes",
    "word_sum": "arithmetic.words",
    "latent_sum": "arithmetic.latents",
    "word_map": "map.word_map",
    "draw_map": "map.thumbnails",
    "Translation": "translate.translation",
    "Translator": "translate.notebook",
}
__all__ = list(_HOME)
__getattr__ = lazy.attributes(__name__, _HOME)
