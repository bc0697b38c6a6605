"""What the Explore tab's page asks for beside pictures, read as if a stranger had written it: a thumbnail a style."""

from explorer.app.shared.request import Request, SourceOf, read_checkpoint, read_word, read_word_truncation

THUMBNAIL_PSI = 0.5  # near the middle of z, so that a thumbnail shows what the style usually does
_FIELDS = {"tab", "c", "w", "wt"}


def read_styles_request(raw: object, source_of: SourceOf, default: str) -> Request:
    """Read the request for a word in every style. Fields: tab, c, w and wt (word truncation), as for pictures.

    Its one latent is the same for every word, so that thumbnails change with nothing but what is typed. Raises
    RequestError, or the spec's own error.
    """
    from explorer.explore import Seeded, Spec

    wanted = read_checkpoint(raw, _FIELDS, source_of, default)
    truncation = read_word_truncation(raw, wanted.source)
    spec = Spec(wanted.source, read_word(raw), Seeded(0, 1), psi=THUMBNAIL_PSI, word_truncation=truncation)
    return Request(wanted.tab, wanted.name, spec)
