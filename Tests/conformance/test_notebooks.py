"""Every notebook of this repository, executed from a fresh kernel."""

import nbclient
import nbformat
import pytest
from nbconvert import HTMLExporter, NotebookExporter
from nbconvert.preprocessors import ExecutePreprocessor

from conftest import CHECKOUT

NOTEBOOKS = sorted((CHECKOUT / "notebooks").glob("*.ipynb"))


def outputs(notebook):
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def expects_errors(notebook):
    return any("raises-exception" in cell.metadata.get("tags", []) for cell in notebook.cells)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook(path, tmp_path):
    notebook = nbformat.read(path, as_version=4)
    assert notebook.metadata.kernelspec.name == "offramp"
    committed = outputs(notebook)
    nbclient.NotebookClient(
        notebook, kernel_name="offramp", timeout=None,
        resources={"metadata": {"path": str(path.parent)}}).execute()
    nbformat.validate(notebook)
    fresh = outputs(notebook)
    if not expects_errors(notebook):
        assert not [output for output in fresh if output.output_type == "error"]
    pictures = [sum("image/svg+xml" in output.get("data", {}) for output in kind)
                for kind in (committed, fresh)]
    assert pictures[0] == pictures[1] > 0, "the committed outputs are of another version"
    page, _ = HTMLExporter().from_notebook_node(notebook)
    assert "<svg" in page or "image/svg+xml" in page


def test_nbconvert_executes(tmp_path):
    notebook = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "offramp", "display_name": "", "language": "swift"}},
        cells=[
            nbformat.v4.new_code_cell("import Offramp\nlet sizes = [16, 32, 64]"),
            nbformat.v4.new_code_cell('print("sum", sizes.reduce(0, +))\nsizes.count'),
        ])
    ExecutePreprocessor(kernel_name="offramp").preprocess(notebook, {})
    stream, result = outputs(notebook)
    assert stream.text == "sum 112\n" and result.data["text/plain"] == "3"
    text, _ = NotebookExporter().from_notebook_node(notebook)
    assert nbformat.reads(text, as_version=4).metadata.language_info.name == "swift"


def test_failing_cell_stops_nbclient():
    notebook = nbformat.v4.new_notebook(cells=[
        nbformat.v4.new_code_cell("let wrong: Int = 1.5"),
        nbformat.v4.new_code_cell('print("unreached")')])
    with pytest.raises(nbclient.exceptions.CellExecutionError) as failure:
        nbclient.NotebookClient(notebook, kernel_name="offramp").execute()
    assert failure.value.ename == "CompileError"
    assert notebook.cells[1].outputs == []
