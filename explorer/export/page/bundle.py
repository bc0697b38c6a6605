"""Scripts of several modules as one text, which runs where a page has no server to fetch modules from.

Each module becomes a function that is called once and returns its exports. Only what our own scripts say is understood:
imports of names, exports in front of a declaration or as a list; `tests/export` runs every page that is made so.
"""

import posixpath
import re
from importlib.resources import files

_IMPORT = re.compile(r'^import (?:\{([^}]*)\} from )?"(\.[^"]+)";.*$', re.MULTILINE)
_EXPORT = re.compile(r"^export (async function|function|const|class) (\w+)", re.MULTILINE)
_LIST = re.compile(r"^export \{([^}]*)\};$", re.MULTILINE)


def bundle(entry: str) -> str:
    """The script of one module and all that it imports, each once. entry: its path below the package `explorer`."""
    texts: dict[str, str] = {}  # in the order in which they are to run
    _add(entry, texts, ())
    names = {path: f"module{number}" for number, path in enumerate(texts)}
    parts = [_as_function(path, text, names) for path, text in texts.items()]
    return '"use strict";\n' + "\n".join(parts)


def _add(path: str, texts: dict[str, str], above: tuple[str, ...]) -> None:
    if path in above:
        raise ValueError(f"the scripts {' and '.join(above)} need one another")
    if path in texts:
        return
    text = files("explorer").joinpath(path).read_text("utf-8")
    for _, other in _IMPORT.findall(text):
        _add(_beside(path, other), texts, (*above, path))
    texts[path] = text


def _beside(path: str, other: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), other))


def _as_function(path: str, text: str, names: dict[str, str]) -> str:
    exported = [name for _, name in _EXPORT.findall(text)]
    for found in _LIST.findall(text):
        exported += [_renamed(name, " as ", ": ", swap=True) for name in _listed(found)]

    def imported(match: re.Match[str]) -> str:
        wanted = ", ".join(_renamed(name, " as ", ": ") for name in _listed(match[1] or ""))
        return f"const {{ {wanted} }} = {names[_beside(path, match[2])]};" if wanted else ""

    body = _EXPORT.sub(r"\1 \2", _LIST.sub("", _IMPORT.sub(imported, text)))
    if left := re.search(r"^(?:import|export)\b.*$", body, re.MULTILINE):
        raise ValueError(f"{path} says {left[0]!r}, which cannot be bundled")
    return f"const {names[path]} = (() => {{\n{body}\nreturn {{ {', '.join(exported)} }};\n}})();"


def _listed(names: str) -> list[str]:
    return [name.strip() for name in names.split(",") if name.strip()]


def _renamed(name: str, between: str, instead: str, swap: bool = False) -> str:
    """`a as b` as an object's pattern has it, `a: b`; for what is handed out the other way round."""
    pair = name.split(between)
    return instead.join(reversed(pair) if swap else pair)
