"""What our HTML pages share that need no network and no files beside them: templates, and the data of scripts."""

import base64
import hashlib
import json
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def templates(package: str) -> "Environment":
    """The templates in the folder `page` of a package ("explorer.compare"), which escape whatever they are given."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader(package, "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def script_json(data: object) -> str:
    """JSON for a script element: nothing in it can end that element."""
    return json.dumps(data, separators=(",", ":")).replace("<", "\\u003c").replace("&", "\\u0026")


def script_hash(script: str) -> str:
    """The SHA-256 of a script in base64, by which a page's policy admits it."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
