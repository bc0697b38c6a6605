"""GAN Explorer: type a word, see what a GAN has learned about it.

    from explorer import Explorer
    ex = Explorer("fashion-words")
    ex("slipper", n=16)

Names are loaded when first asked for: `import explorer` alone imports neither torch nor gradio nor gensim.
"""

from explorer import lazy

_HOME = {
    "Explorer": "explore.notebook",
    "Spec": "explore.spec.spec",
    "Seeded": "explore.spec.spec",
    "Mixed": "explore.spec.spec",
    "Stored": "explore.spec.spec",
    "Picture": "explore.render.picture",
    "Studio": "explore.render.studio",
    "sheet": "explore.render.sheets",
    "spec_from_png": "explore.render.png",
    "Translator": "explore.translate.notebook",
    "WordSpace": "words",
    "list_checkpoints": "checkpoint",
    "ExplorerError": "errors",
}
__all__ = list(_HOME)
__getattr__ = lazy.attributes(__name__, _HOME)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
