"""Translation: which picture a translator is given, which way and how strongly: all that is needed to do it again."""

import base64
import binascii
from dataclasses import dataclass, replace

from explorer.checks import is_number
from explorer.explore.spec.serialize import check_keys, line, parsed
from explorer.explore.spec.spec import MAX_TEXT, VERSION, SpecError
from explorer.models.config import WAYS, Way

MAX_PICTURE = 200_000  # bytes of the PNG of a picture of at most 128 x 128 pixels
_KEYS = ("checkpoint", "way", "strength", "picture")
PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Translation:
    """checkpoint: a translator's name. picture: what it is given, the bytes of a PNG in its size and colours. way:
    `there`, from its first domain to its second, or `back`. strength: share of the change that is made, 0 to 1.

    Raises SpecError for values out of range; whether the PNG can be read is seen when it is translated.
    """

    checkpoint: str
    picture: bytes
    way: Way = "there"
    strength: float = 1.0

    def __post_init__(self) -> None:
        if not isinstance(self.checkpoint, str) or not 1 <= len(self.checkpoint) <= MAX_TEXT:
            raise SpecError("A translation names its translator.")
        if not isinstance(self.way, str) or self.way not in WAYS:
            raise SpecError(f"A picture is translated {' or '.join(WAYS)}.")
        if not is_number(self.strength, 0, 1):
            raise SpecError("The strength of a translation is a number from 0 to 1.")
        if not isinstance(self.picture, bytes) or not self.picture.startswith(PNG) or len(self.picture) > MAX_PICTURE:
            raise SpecError(f"A translation holds its picture as a PNG of at most {MAX_PICTURE // 1000} kB.")
        object.__setattr__(self, "strength", float(self.strength))

    def of(self, checkpoint: str) -> "Translation":
        """The same by another translator."""
        return replace(self, checkpoint=checkpoint)

    def to_json(self) -> str:
        """One line of ASCII, as PNGs carry it: `{"v":1,"translation":{...}}`."""
        fields = {name: getattr(self, name) for name in _KEYS[:-1]}
        fields["picture"] = base64.b64encode(self.picture).decode("ascii")
        return line({"v": VERSION, "translation": fields})

    @classmethod
    def from_json(cls, text: str) -> "Translation":
        """What `to_json` wrote, read as hostile. Raises SpecError."""
        fields = parsed(text)
        if not isinstance(fields, dict) or set(fields) != {"v", "translation"} or fields["v"] != VERSION:
            raise SpecError(f"A translation's JSON holds `v`, {VERSION}, and `translation`, and nothing else.")
        fields = fields["translation"]
        if not isinstance(fields, dict):
            raise SpecError("A translation is an object.")
        check_keys(fields, _KEYS, "A translation")
        try:
            picture = base64.b64decode(str(fields.get("picture", "")), validate=True)
        except (binascii.Error, ValueError) as error:
            raise SpecError("The picture of a translation is no base64.") from error
        return cls(fields.get("checkpoint"), picture, fields.get("way", "there"), fields.get("strength", 1.0))
