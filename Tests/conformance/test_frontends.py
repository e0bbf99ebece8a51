"""The programs that people run notebooks with, each as it is usually started."""

import json
import os
import re
import shutil
import subprocess
import sys

import nbformat
import pexpect
import pytest

from dialogue import PATIENCE, plain

KERNELSPEC = {"name": "offramp", "display_name": "Swift (Offramp)", "language": "swift"}


def notebook(*cells, parameters=None):
    """A notebook of code cells; one of defaults for papermill, where there is one."""
    made = [nbformat.v4.new_code_cell(code) for code in cells]
    if parameters is not None:
        made.insert(0, nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}))
    return nbformat.v4.new_notebook(metadata={"kernelspec": KERNELSPEC}, cells=made)


def python(module, *arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)], stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=120, **options)


# papermill

PARAMETERS = {
    "epochs": (20, "Int", "20"),
    "rate": (0.5, "Double", "0.5"),
    "name": ('a "quoted" \\(1 + 1)\n\té😀\x07', "String", 'a "quoted" \\(1 + 1)\n\té😀\x07'),
    "verbose": (True, "Bool", "true"),
    "sizes": ([16, 32], "Array<Int>", "[16, 32]"),
    "rates": ([1, 0.5], "Array<Double>", "[1.0, 0.5]"),
    "mixed": ([1, "two", [3]], "Array<Any>", '[1, "two", [3]]'),
    "table": ({"a": 1}, "Dictionary<String, Int>", '["a": 1]'),
    "empty": ({}, "Dictionary<String, Any>", "[:]"),
    "nothing": (None, "Optional<Any>", "nil"),
    "where": ("a keyword", "String", "a keyword"),
}


def run_papermill(folder, book, parameters):
    nbformat.write(book, folder / "in.ipynb")
    (folder / "parameters.json").write_text(json.dumps(parameters, ensure_ascii=False))
    process = python("papermill", folder / "in.ipynb", folder / "out.ipynb",
                     "-f", folder / "parameters.json", "--no-progress-bar")
    assert process.returncode == 0, process.stderr
    return nbformat.read(folder / "out.ipynb", as_version=4), process.stderr


def test_papermill_writes_parameters_in_swift(jupyter, tmp_path):
    values = {name: value for name, (value, _, _) in PARAMETERS.items()}
    shown = "\n".join(
        f'print(type(of: `{name}`), String(reflecting: `{name}`), separator: "|")'
        for name in PARAMETERS)
    book, _ = run_papermill(tmp_path, notebook(shown, "name"), values)
    text = "".join(output.text for output in book.cells[1].outputs)
    kinds = [line.split("|")[0] for line in text.splitlines()]
    assert kinds == [kind for _, kind, _ in PARAMETERS.values()]
    assert book.cells[2].outputs[0].data["text/plain"] == PARAMETERS["name"][2]
    for name, (_, kind, wanted) in PARAMETERS.items():
        if kind in ("Int", "Double", "Bool") or kind.startswith(("Array<I", "Array<D")):
            assert f"{kind}|{wanted}\n" in text


def test_papermill_keeps_the_types_of_the_defaults(jupyter, tmp_path):
    defaults = "let rate = 0.1 // of the optimiser\nlet label: String? = nil\nvar n: Int32 = 3"
    book, said = run_papermill(
        tmp_path, notebook('print(type(of: rate), type(of: label), type(of: n), rate, n)',
                           parameters=defaults), {"rate": 1, "label": "x", "n": 4})
    assert book.cells[2].outputs[0].text == "Double Optional<String> Int32 1.0 4\n"
    assert "unknown parameter" not in said
    described = python("papermill", "--help-notebook", tmp_path / "in.ipynb")
    assert re.search(r"rate: Double \(default 0\.1\)\s+of the optimiser", described.stdout)


def test_papermill_stops_at_an_error(jupyter, tmp_path):
    nbformat.write(notebook("let wrong: Int = 1.5", 'print("unreached")'), tmp_path / "in.ipynb")
    process = python("papermill", tmp_path / "in.ipynb", tmp_path / "out.ipynb", "-p", "a", 1)
    assert process.returncode != 0 and "In[2]:1:18" in plain(process.stderr)
    assert "unreached" not in process.stdout


# nbconvert

@pytest.fixture(scope="module")
def figure(tmp_path_factory):
    """A notebook with text, a figure and an error that is meant."""
    folder = tmp_path_factory.mktemp("nbconvert")
    book = notebook(
        "import Offramp\nNetwork(input: [8, 8, 1], classes: 2) { Conv(4, kernel: 3); Exit() }",
        'print("a line")\n[1, 2]', "let wrong: Int = 1.5")
    book.cells[2].metadata.tags = ["raises-exception"]
    nbformat.write(book, folder / "figure.ipynb")
    return folder / "figure.ipynb"


def test_nbconvert_makes_a_page(jupyter, figure):
    process = python("nbconvert", "--execute", "--to", "html", figure)
    assert process.returncode == 0, process.stderr
    page = figure.with_suffix(".html").read_text()
    assert "a line" in page and "cuts off the fraction" in page
    assert "<svg" in page or "data:image/svg+xml" in page


def test_nbconvert_makes_a_page_with_still_controls(jupyter, tmp_path):
    # As the README has it: with the widgets' states in it, the page needs a script from the network.
    nbformat.write(notebook("import Offramp\ninteract(k: 1...3) { $0 * 1111 }"),
                   tmp_path / "controls.ipynb")
    process = python("nbconvert", "--execute", "--to", "html",
                     "--ExecutePreprocessor.store_widget_state=False", tmp_path / "controls.ipynb")
    assert process.returncode == 0, process.stderr
    page = (tmp_path / "controls.html").read_text()
    assert "2222" in page and "vnd.jupyter.widget" not in page


@pytest.mark.skipif(not shutil.which("chromium"), reason="there is no program called chromium")
def test_nbconvert_makes_a_pdf(jupyter, figure, tmp_path, monkeypatch):
    """By `webpdf`, the way without LaTeX: Chromium prints the page."""
    launcher = tmp_path / "sitecustomize.py"
    launcher.write_text(WITH_DEBIANS_CHROMIUM)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    process = python("nbconvert", "--execute", "--to", "webpdf", "--disable-chromium-sandbox",
                     "--output-dir", tmp_path, figure)
    assert process.returncode == 0, process.stderr
    document = (tmp_path / "figure.pdf").read_bytes()
    assert document.startswith(b"%PDF") and len(document) > 10_000


# Playwright looks for a browser that it has downloaded itself; here it takes the system's.
WITH_DEBIANS_CHROMIUM = """
import shutil
from playwright.async_api import BrowserType
launch = BrowserType.launch
BrowserType.launch = lambda self, **options: launch(
    self, executable_path=shutil.which("chromium"), **options)
"""


# jupyter console

def test_console(jupyter):
    environment = {**os.environ, "TERM": "dumb"}
    console = pexpect.spawn(
        sys.executable, ["-m", "jupyter_console", "--kernel=offramp", "--simple-prompt"],
        env=environment, encoding="utf-8", timeout=PATIENCE, dimensions=(24, 100))
    try:
        console.expect(r"In \[\d+\]:")
        console.sendline("var kept = 41")
        console.expect(r"In \[\d+\]:")
        console.sendline("kept + 1")
        console.expect(r"Out\[\d+\]: 42")
        console.sendline("let wrong: Int = 1.5")
        console.expect(r"In\[\d+\]:1:\d+")
        console.expect(r"In \[\d+\]:")
        console.sendcontrol("d")
        console.expect("really want to exit")
        console.sendline("y")
        console.expect(pexpect.EOF)
    finally:
        console.close(force=True)


# VS Code

def test_vs_codes_way(fresh):
    """What the Jupyter extension does: silent cells at the start, completions with every key,
    interrupts as messages while input is allowed, one session for all."""
    kernel = fresh()
    assert kernel.collect(kernel.client.kernel_info()).reply["content"]["status"] == "ok"
    silent = kernel.check("", silent=True, store_history=False, allow_stdin=False)
    assert silent.outputs == []
    assert kernel.check("1", allow_stdin=True).reply["content"]["execution_count"] == 1
    request = kernel.send("import Offramp\nprint(\"on\")\nwhile true { try Interrupt.check() }",
                          allow_stdin=True)
    kernel.first_output(request)
    assert kernel.control("interrupt_request", {})["content"]["status"] == "ok"
    assert kernel.collect(request).reply["content"]["ename"] == "Interrupted"
    reply = kernel.control("debug_request", {
        "type": "request", "seq": 1, "command": "debugInfo", "arguments": {}}, timeout=10)
    assert reply["msg_type"] == "debug_reply"
    assert plain(kernel.check('print("well")').text()) == "well\n"
