"""The notebook of the documentation: every cell runs, and what it should show is there."""

from __future__ import annotations

import json

import pytest
from conftest import ROOT, need

pytestmark = pytest.mark.docs

NOTEBOOK = ROOT / "docs" / "questions.ipynb"


def test_every_cell_of_the_notebook_answers(monkeypatch):
    """The cells run in order on the packaged graph: ten questions, each with an answer, one a chart and one a map."""
    need("module:nbclient", "module:ipykernel", "module:matplotlib", "module:geopandas", "module:pandas")
    import nbformat
    from nbclient import NotebookClient

    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    questions = [cell.source for cell in notebook.cells if cell.source.startswith("## ") and cell.source[3].isdigit()]
    answers = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"][1:]
    assert len(questions) == 10
    assert all(answers)
    assert sum("image/png" in output.get("data", {}) for outputs in answers for output in outputs) == 2


def test_the_notebook_is_kept_without_answers():
    """Outputs and counts are not committed: they would go stale, and a change of data would change the file."""
    cells = [cell for cell in json.loads(NOTEBOOK.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]
    assert [(cell["outputs"], cell["execution_count"]) for cell in cells] == [([], None)] * len(cells)


def test_geojson_opens_in_geopandas_with_typed_properties():
    """Coordinates make points, whole numbers and decimals are numbers, and a year stays what it is."""
    need("module:geopandas")
    import io

    import geopandas

    import ascn_graph as ascn

    text = "SELECT ?name (0.5 AS ?share) (3 AS ?count) (true AS ?pilot) (1 AS ?latitude) (100.5 AS ?longitude) {\n"
    rows = ascn.load(named=False).sparql(text + " VALUES ?name { 'Hanoi' } }")
    frame = geopandas.read_file(io.BytesIO(rows.to_geojson().encode()))
    assert (frame.geometry[0].x, frame.geometry[0].y) == (100.5, 1)
    assert {name: str(frame[name].dtype) for name in ("share", "count", "pilot")} == {
        "share": "float64",
        "count": "int32",
        "pilot": "bool",
    }
