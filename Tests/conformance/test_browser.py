"""A reader at work: Chromium drives JupyterLab.

What the pages look like is kept as pictures in .build/screenshots.
"""

import shutil

import pytest
from playwright.sync_api import expect

import laboratory
from conftest import CHECKOUT

pytestmark = pytest.mark.skipif(
    not shutil.which("chromium"), reason="there is no program called chromium on the PATH")

PICTURES = CHECKOUT / ".build/screenshots"

FIGURE = """\
import Offramp
let net = Network(input: [16, 16, 1], classes: 4) {
  Conv(8, kernel: 3); ReLU()
  Exit("early")
  Conv(16, kernel: 3, stride: 2); ReLU()
  Exit("late")
}
net
"""


@pytest.fixture(scope="module")
def server(jupyter, tmp_path_factory):
    with laboratory.Server(tmp_path_factory.mktemp("lab")) as running:
        yield running


@pytest.fixture(scope="module")
def browser():
    with laboratory.Browser() as running:
        yield running


@pytest.fixture
def notebook(request, server, browser):
    """Opens a notebook with the given cells; a picture of its end is kept."""
    pages = []

    def open(*cells):
        name = f"{request.node.name}.ipynb"
        server.write(name, cells)
        pages.append(browser.page())
        return laboratory.Notebook(pages[-1], server, name).open()

    yield open
    PICTURES.mkdir(parents=True, exist_ok=True)
    for page in pages:
        page.screenshot(path=PICTURES / f"{request.node.name}.png")
        page.close()


def test_runs_from_top_to_bottom_and_shows_the_figure(notebook):
    book = notebook(FIGURE, "let sizes = [1, 2, 3]\nprint(sizes.count)", "sizes.map { $0 * 2 }")
    book.run_all()
    book.finished(3)
    expect(book.output(2)).to_contain_text("3")
    expect(book.output(3)).to_contain_text("[2, 4, 6]")
    figure = book.output(1).get_by_role("img").first
    expect(figure).to_be_visible()
    box = figure.bounding_box()
    assert box["width"] > 200 and box["height"] > 100


def test_reload_while_a_cell_runs(notebook):
    book = notebook("import Glibc\nvar steps = 0", "for _ in 0..<20 { steps += 1; usleep(150_000) }", "steps")
    book.run(1)
    book.start(2)
    book.expect_state("busy")
    book.command("docmanager:save")
    book.reload()
    book.expect_state("busy")
    book.expect_state("idle")
    book.run(3)
    expect(book.output(3)).to_contain_text("20")
