"""What the Explore tab's page asks for beside pictures, read as if a stranger had written it: a thumbnail a style, and
two words as one file."""

from dataclasses import dataclass

from explorer.app.shared.request import (
    CheckpointRequest,
    Request,
    RequestError,
    SourceOf,
    read_checkpoint,
    read_request,
    read_word,
    read_word_truncation,
)

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


def read_page_request(raw: object, source_of: SourceOf, default: str) -> CheckpointRequest:
    """Read the request for a generator's page. Fields: tab and c, as for pictures. Raises RequestError."""
    return read_checkpoint(raw, {"tab", "c"}, source_of, default)


@dataclass(frozen=True)
class PairRequest:
    """first, second: what to draw of two words, alike in all else; tab, save: as of a `Request`."""

    first: Request
    second: Request

    @property
    def tab(self) -> str:
        """The mailbox."""
        return self.first.tab

    @property
    def save(self) -> str:
        """The kind of file."""
        return self.first.save


def read_pair_request(raw: object, source_of: SourceOf, default: str) -> PairRequest:
    """Read the request for a file of two words on the same latents: as for pictures, with the second in the field w2.

    A recipe's own vector takes the place of the first word alone. Raises RequestError, or the spec's own error.
    """
    from explorer.explore.spec.serialize import line, parsed

    if not isinstance(raw, dict) or not isinstance(raw.get("w2"), str):
        raise RequestError("Two words are drawn from two texts; reload this page.")
    fields = {name: value for name, value in raw.items() if name != "w2"}
    first = read_request(fields, source_of, default)
    if isinstance(fields.get("r"), str):
        own = {name: part for name, part in parsed(fields.pop("r")).items() if name != "condition"}
        fields |= {"r": line(own)} if own else {}
    return PairRequest(first, read_request(fields | {"w": raw["w2"]}, source_of, default))
