"""The plan of the house: imports point down the list of rooms, in no circle, and no room knows what it should not.

An import counts whenever it happens: as a module is loaded, for a type checker alone, or as a function is called. Only
for circles are those inside functions left out, and the types of what these import: a convenience such as
`Spec.to_json` may import what needs a Spec.
"""

import ast
from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

EXPLORER = Path(__file__).parents[1] / "explorer"

# From the top down. `pickles` and the single files of the package lie below them all.
ROOMS = ("app", "cli", "bench", "claims", "compare", "export", "jobs", "explore")
ROOMS += ("training", "measure", "checkpoint", "models", "data", "words")
DOORS = {("explorer.cli.app", "app"), ("explorer.explore.notebook", "app")}  # upwards, inside a function only
FRONT = ("explorer", "explorer.__main__")  # hand out what the rooms hold

# What a room does not know though it could: libraries, and rooms below it. Gradio is the app's alone.
UNKNOWN = {
    "app": {"torch", "gensim"},
    "jobs": {"torch"},
    "explore": {"explorer.training"},
    "models": {"explorer.data"},
    "words": {"torch"},
}
# What may not be loaded, by whatever way, before a function is called: these start quickly.
LATE = {"app": {"torch", "gensim"}, "cli": {"torch", "gensim"}, "jobs": {"torch", "gensim"}}


class Arrow(NamedTuple):
    """One import: `when` is "loading", "typing" or "calling"."""

    module: str
    line: int
    target: str
    when: str

    def __str__(self) -> str:
        return f"{self.module}, line {self.line}: {self.target}"


def read(folder: Path) -> list[Arrow]:
    """Every import in the Python files of a package."""
    paths = {".".join(path.relative_to(folder.parent).with_suffix("").parts): path for path in folder.rglob("*.py")}
    paths = {name.removesuffix(".__init__"): path for name, path in sorted(paths.items())}

    def visit(node: ast.AST, module: str, when: str) -> Iterator[Arrow]:
        if isinstance(node, ast.Import):
            names = [name.name for name in node.names if name.name != "explorer"]  # by itself: where the package lies
            yield from (Arrow(module, node.lineno, name, when) for name in names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module}, line {node.lineno}: a relative import"
            for name in node.names:  # of a package: one of its modules, or a name in it
                inner = f"{node.module}.{name.name}"
                yield Arrow(module, node.lineno, inner if inner in paths else str(node.module), when)
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for child in node.body:
                yield from visit(child, module, "typing")
            for child in node.orelse:
                yield from visit(child, module, when)
        else:
            inside = "calling" if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else when
            for child in ast.iter_child_nodes(node):
                yield from visit(child, module, inside)

    trees = {name: ast.parse(path.read_text("utf-8")) for name, path in paths.items()}
    return list(dict.fromkeys(arrow for name, tree in trees.items() for arrow in visit(tree, name, "loading")))


def is_ours(module: str) -> bool:
    return module == "explorer" or module.startswith("explorer.")


def room(module: str) -> str:
    """The room of a module of ours; "" for a single file, for `pickles`, and for what is not ours."""
    name = "".join(module.split(".")[1:2])
    return name if is_ours(module) and name in ROOMS else ""


def height(module: str) -> int:
    return len(ROOMS) - ROOMS.index(room(module)) if room(module) else 0


def upward(arrows: Iterable[Arrow]) -> list[str]:
    """Imports from below of what lies above, but for the two doors; the front of the package lies above all."""
    return [
        str(arrow)
        for arrow in arrows
        if arrow.module not in FRONT
        and (height(arrow.target) > height(arrow.module) or arrow.target in FRONT)
        and not (arrow.when == "calling" and (arrow.module, room(arrow.target)) in DOORS)
    ]


def circles(arrows: Iterable[Arrow]) -> list[str]:
    """Modules that need one another, outside of functions."""
    arrows = list(arrows)
    called = {(arrow.module, arrow.target) for arrow in arrows if arrow.when == "calling"}
    needs: dict[str, set[str]] = {}
    for arrow in arrows:
        is_late = arrow.when == "calling" or (arrow.when == "typing" and (arrow.module, arrow.target) in called)
        if is_ours(arrow.target) and not is_late:
            needs.setdefault(arrow.module, set()).add(arrow.target)
    found = []
    while True:
        try:
            TopologicalSorter(needs).prepare()
            return found
        except CycleError as error:
            ring = error.args[1][::-1]  # each needs the next
            found.append(" -> ".join(ring))
            needs[ring[0]].remove(ring[1])


def between_tabs(arrows: Iterable[Arrow]) -> list[str]:
    """Imports of a tab of the app by anything but itself and the app's own front."""

    def folder(module: str) -> str:
        return module.split(".")[2] if module.count(".") > 2 and room(module) == "app" else ""

    return [
        str(arrow)
        for arrow in arrows
        if folder(arrow.target) not in ("", "shared", "server", folder(arrow.module)) and folder(arrow.module)
    ]


def unknown(arrows: Iterable[Arrow]) -> list[str]:
    """Imports of what a room is not to know."""

    def forbidden(arrow: Arrow) -> bool:
        names = UNKNOWN.get(room(arrow.module), set()) | (set() if room(arrow.module) == "app" else {"gradio"})
        return any(arrow.target == name or arrow.target.startswith(f"{name}.") for name in names)

    return [str(arrow) for arrow in arrows if forbidden(arrow)]


def loaded(arrows: Iterable[Arrow]) -> list[str]:
    """The chains by which a module of a room that starts quickly loads what is to come late."""
    needs: dict[str, list[str]] = {}
    for arrow in arrows:
        if arrow.when == "loading":
            needs.setdefault(arrow.module, []).append(arrow.target)
            parts = arrow.target.split(".")
            needs[arrow.module] += [".".join(parts[:end]) for end in range(2, len(parts))]  # the packages it lies in
    found = []
    for module in needs:
        chains, ahead = {module: module}, [module]
        while ahead:
            at = ahead.pop(0)
            for target in needs.get(at, ()):
                if target not in chains:
                    chains[target] = f"{chains[at]} -> {target}"
                    ahead.append(target)
        late = LATE.get(room(module), set())
        found += [chain for target, chain in chains.items() if target.split(".")[0] in late]
    return found


@pytest.fixture(scope="module")
def arrows():
    return read(EXPLORER)


@pytest.mark.parametrize("rule", [upward, circles, between_tabs, unknown, loaded], ids=lambda rule: rule.__name__)
def test_the_plan_of_the_house_holds(arrows, rule):
    if broken := rule(arrows):
        pytest.fail("\n".join(broken), pytrace=False)


def test_every_folder_is_a_room_of_the_plan():
    folders = {path.name for path in EXPLORER.iterdir() if (path / "__init__.py").is_file()}
    assert folders == {*ROOMS, "pickles"}


def test_every_package_is_named_as_such():
    """Without an `__init__.py` a folder would be a namespace, and what it holds be missed here and in a wheel."""
    folders = {path.parent for path in EXPLORER.rglob("*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").is_file()] == []


TYPING = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    "
GOOD = {
    "__init__": "from explorer.explore.spec import Spec",
    "errors": "",
    "cli/app": "def app():\n    from explorer.app.walk import tab",
    "app/walk/tab": "import gradio\nfrom explorer.app.shared import request",
    "app/shared/request": "from explorer.explore.spec import Spec",
    "app/inside/tab": "",
    "explore/spec": TYPING
    + "from explorer.explore import serialize\ndef to_json():\n    from explorer.explore import serialize",
    "explore/serialize": "from explorer.explore.spec import Spec",
    "training/loop": "import torch\nfrom explorer import errors",
    "models/layers": "import torch",
    "words/space": "import numpy\nfrom explorer.errors import ExplorerError",
    "jobs/queue": "def trial():\n    from explorer.training import loop",
}


@pytest.mark.parametrize(
    ("rule", "file", "text"),
    [
        (upward, "words/space", "from explorer.models.layers import x"),
        (upward, "words/space", "def late():\n    import explorer.models.layers"),
        (upward, "words/space", TYPING + "from explorer.models import layers"),
        (upward, "errors", "import explorer.words"),
        (upward, "words/space", "from explorer import Spec"),
        (upward, "explore/spec", "def show():\n    from explorer.app.walk import tab"),  # no door
        (upward, "cli/app", "from explorer.app.walk import tab"),  # a door, but not inside a function
        (circles, "app/shared/request", "from explorer.app.walk.tab import Tab"),
        (circles, "app/shared/request", TYPING + "from explorer.app.walk.tab import Tab"),
        (circles, "explore/spec", "from explorer.explore import serialize"),
        (between_tabs, "app/walk/tab", "from explorer.app.inside import tab"),
        (between_tabs, "app/shared/request", "def late():\n    import explorer.app.walk.tab"),
        (unknown, "app/walk/tab", "def late():\n    import torch.nn as nn"),
        (unknown, "app/walk/tab", "from gensim.models import KeyedVectors"),
        (unknown, "jobs/queue", "import torch"),
        (unknown, "cli/app", "import gradio as gr"),
        (unknown, "explore/spec", "from explorer.training.loop import train"),
        (unknown, "models/layers", "from explorer.data import load"),
        (unknown, "words/space", "class Space:\n    import torch"),
        (loaded, "jobs/queue", "from explorer.training import loop"),
        (loaded, "cli/app", "try:\n    import explorer.models.layers\nexcept ImportError:\n    pass"),
        (loaded, "app/inside/tab", "from explorer.models import layers"),
    ],
)
def test_each_rule_can_fail(tmp_path, rule, file, text):
    for name, content in GOOD.items():
        path = tmp_path / f"explorer/{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    assert rule(read(tmp_path / "explorer")) == []
    (tmp_path / f"explorer/{file}.py").write_text(text)
    (said,) = rule(read(tmp_path / "explorer"))
    assert "explorer." in said
