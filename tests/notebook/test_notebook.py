"""The notebook API, and the notebook that shows it, run from top to bottom."""

import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from tiny_checkpoint import LABELS, publish_tiny

import explorer
from explorer import Explorer, ExplorerError, Spec, spec_from_png

pytestmark = pytest.mark.slow

NOTEBOOKS = Path(__file__).parents[2] / "assets" / "notebooks"


@pytest.fixture(scope="module")
def ex(tmp_path_factory):
    return Explorer(publish_tiny(tmp_path_factory.mktemp("home") / "tiny"))


def test_import_alone_is_light():
    heavy = "{'torch', 'gradio', 'gensim', 'numpy', 'pandas'}"
    code = f"import sys, explorer; sys.exit(', '.join({heavy} & set(sys.modules)) or None)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_every_public_name_is_there():
    assert len(explorer.__all__) <= 13
    for name in explorer.__all__:
        assert getattr(explorer, name).__doc__
    assert set(explorer.__all__) <= set(dir(explorer))
    with pytest.raises(AttributeError):
        _ = explorer.nothing_of_the_kind


def test_a_call_shows_pictures_a_table_and_a_spec(ex, tmp_path):
    shown = ex("slipper", n=9, seed=3, psi=0.8, jitter=0.1, word_truncation=0.2)
    assert shown.tiles.shape == (9, 28, 28, 1)
    assert list(shown.table.columns) == ["label", "cosine"] and set(shown.table["label"]) == set(LABELS)
    assert shown.table["cosine"].is_monotonic_decreasing
    assert list(shown.nearest.columns) == ["word", "cosine"] and len(shown.nearest) == 10
    assert shown.spec.psi == 0.8 and shown.spec.count == 9 and shown.spec.condition == "slipper"
    png = shown._repr_png_()
    (tmp_path / "shown.png").write_bytes(png)
    assert spec_from_png(png) == shown.spec
    assert np.array_equal(ex.draw(spec_from_png(png)).tiles, shown.tiles)
    assert spec_from_png(shown.save(tmp_path / "grid.png")) == shown.spec
    assert "slipper" in repr(shown) and "dress" in repr(ex) and "cosine" in shown.familiarity
    assert shown.image(2).size == (168, 168)


def test_a_vector_can_be_drawn(ex):
    assert np.array_equal(ex(ex.space.resolve("red boots").vector).tiles, ex("red boots").tiles)


def test_a_sheet_of_expressions(ex):
    image = ex.sheet(["dress", "coat"], n=5, scale=1, psi=0.5)
    assert image.height == 2 * 28 + 4 and image.width > 5 * 28


def test_mistakes_are_reported_at_once(ex):
    with pytest.raises(ExplorerError, match="nosuch"):
        Explorer("nosuch")
    with pytest.raises(ExplorerError, match="psi"):
        ex("dress", psi=9)
    with pytest.raises(ExplorerError, match="slipper"):
        ex("slipprr")
    with pytest.raises(ExplorerError):
        ex.draw(Spec(checkpoint="nosuch"))


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.name)
def test_notebook_runs_and_shows_pictures(path, monkeypatch):
    from nbclient import NotebookClient

    monkeypatch.setenv("PYTHONPATH", str(NOTEBOOKS.parent.parent))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert not any(cell.get("outputs") for cell in notebook.cells), "commit it without outputs"
    NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}
    ).execute()
    shown = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert sum("image/png" in output.get("data", {}) for output in shown) >= 3
    assert any("text/html" in output.get("data", {}) for output in shown), "no table shown"


def test_there_is_a_notebook():
    assert list(NOTEBOOKS.glob("*.ipynb"))


def test_launch_opens_the_app_inline(ex, monkeypatch):
    from nbclient import NotebookClient

    monkeypatch.setenv("PYTHONPATH", str(NOTEBOOKS.parent.parent))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    cells = [
        f"from explorer import Explorer\npage = Explorer({str(ex.checkpoint.path)!r}).launch()",
        "from urllib.request import urlopen\nurlopen(page.local_url, timeout=30).status",
        "page.close()",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    shown = [output.get("data", {}) for cell in notebook.cells for output in cell.outputs]
    assert any("<iframe" in data.get("text/html", "") for data in shown)
    assert {"text/plain": "200"} in shown
