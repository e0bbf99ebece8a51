"""A reader at work: Chromium drives JupyterLab.

What the pages look like is kept as pictures in .build/screenshots.
"""

import re
import shutil

import pytest
from playwright.sync_api import TimeoutError, expect

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
    PICTURES.mkdir(parents=True, exist_ok=True)
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


def test_completes_with_tab(notebook):
    book = notebook("let lengths = [3, 1, 2]", "")
    book.run(1)
    book.type(2, "lengths.re")
    offers = book.page.locator(".jp-Completer-item")
    # JupyterLab waits for a second; the first completion of a session may need longer.
    for _ in range(10):
        book.page.keyboard.press("Tab")
        try:
            offers.filter(has_text="reversed()").first.wait_for(timeout=3000)
            break
        except TimeoutError:
            continue
    book.page.screenshot(path=PICTURES / "completions.png")
    offers.filter(has_text="reversed()").first.click()
    expect(book.cell(2).locator(".cm-content")).to_have_text(re.compile(r"^lengths\.reversed\("))
    book.run(2)
    expect(book.output(2)).to_contain_text("2, 1, 3")


def test_interrupts(notebook):
    book = notebook("var kept = 41", 'print("running")\nwhile true {}', "kept + 1")
    book.run(1)
    book.start(2)
    expect(book.output(2)).to_contain_text("running")
    book.expect_state("busy")
    book.button("notebook:interrupt-kernel")
    expect(book.output(2)).to_contain_text("Interrupted")
    book.run(3)
    expect(book.output(3)).to_contain_text("42")


def test_a_crash_costs_the_cell(notebook):
    book = notebook("var kept = [1, 2, 3]", "kept.append(4)\nkept[9]", "kept")
    for number in (1, 2, 3):
        book.run(number)
    expect(book.output(2)).to_contain_text("In[2]:2")
    expect(book.output(3)).to_contain_text("[1, 2, 3]")


SLIDER = """\
import Offramp
let rates = [0.9, 0.6, 0.3, 0.1]
interact(threshold: 0...1, step: 0.25) { threshold in
  print("above \\(threshold):", rates.filter { $0 > threshold }.count)
}"""


def test_moves_a_slider(notebook):
    book = notebook(SLIDER)
    book.run(1)
    output = book.output(1)
    expect(output).to_contain_text("above 0.5: 2")
    handle = output.locator(".noUi-handle")
    handle.focus()
    book.page.keyboard.press("ArrowRight")
    expect(output).to_contain_text("above 0.75: 1")
    expect(output).not_to_contain_text("above 0.5")
    box = output.locator(".noUi-base").bounding_box()
    book.page.mouse.click(box["x"] + 1, box["y"] + box["height"] / 2)
    expect(output).to_contain_text("above 0.0: 4")


def test_reload_while_a_cell_runs(notebook, tmp_path):
    signal = tmp_path / "reloaded"
    book = notebook(
        "import Glibc\nvar steps = 0",
        f'while access("{signal}", F_OK) != 0 {{ steps += 1; usleep(10_000) }}\nsteps = -steps',
        "steps < 0")
    book.run(1)
    book.start(2)
    book.expect_state("busy")
    book.command("docmanager:save")
    book.reload()
    # A page that comes to a kernel at work learns that at once.
    book.expect_state("busy")
    signal.touch()
    book.expect_state("idle")
    book.run(3)
    expect(book.output(3)).to_contain_text("true")


def test_notebook_7(jupyter, browser, tmp_path):
    with laboratory.Server(tmp_path, "notebook") as server:
        server.write("seven.ipynb", [FIGURE, "6 * 7"])
        page = browser.page()
        book = laboratory.Notebook(page, server, "seven.ipynb").open()
        book.run_all()
        book.finished(2)
        expect(book.output(2)).to_contain_text("42")
        expect(book.output(1).get_by_role("img").first).to_be_visible()
        page.screenshot(path=PICTURES / "notebook-7.png")
        page.close()
