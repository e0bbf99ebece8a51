"""Controls under a reader's hands: Chromium drives JupyterLab.

What the pages look like is kept as pictures in .build/screenshots.
"""

import re
import shutil
import time

import pytest
from playwright.sync_api import expect

import laboratory
from conftest import CHECKOUT

pytestmark = pytest.mark.skipif(
    not shutil.which("chromium"), reason="there is no program called chromium on the PATH")

PICTURES = CHECKOUT / ".build/screenshots"

CHART = """\
import Offramp
interact(.slider("threshold", 0...1), .dropdown("shape", ["line", "step"]),
         .checkbox("symbols")) { threshold, shape, symbols in
  print(shape, threshold)
  return Chart(title: "\\(threshold)") {
    Line([(0, shape == "line" ? 0 : threshold), (1, threshold)], symbols: symbols)
  }
}
"""

CLICKS = """\
var clicks = 0
let area = Output()
let button = Button("Count").onClick { try area.capture { clicks += 1; print("click", clicks) } }
VBox([button, area])
"""

SLOW = """\
import Glibc
var runs = 0
interact(x: 0...1) { x in
  usleep(150_000)
  runs += 1
  return "x is \\(x)"
}
"""


@pytest.fixture(scope="module")
def book(jupyter, tmp_path_factory):
    """A notebook with controls that has been run."""
    with (laboratory.Server(tmp_path_factory.mktemp("lab")) as server,
          laboratory.Browser() as browser):
        server.write("widgets.ipynb", [CHART, CLICKS, SLOW, "runs"])
        page = browser.page()
        page.set_viewport_size({"width": 1100, "height": 1400})
        book = laboratory.Notebook(page, server, "widgets.ipynb").open()
        book.run_all()
        book.finished(4)
        yield book
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / "widgets.png")
        page.close()



def picture(book):
    """The chart, as a data URL."""
    return book.output(1).locator("img").get_attribute("src")


def handle(book, number):
    return book.output(number).locator(".noUi-handle").first


def drag(book, number, steps, pause):
    """Moves a slider by pixels, as a hand does."""
    box = handle(book, number).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    book.page.mouse.move(x, y)
    book.page.mouse.down()
    for step in range(1, steps + 1):
        book.page.mouse.move(x + step, y)
        time.sleep(pause)
    book.page.mouse.up()


def test_the_keyboard_moves_the_slider_and_the_chart_follows(book):
    expect(book.output(1)).to_contain_text("line 0.5")
    before = picture(book)
    handle(book, 1).focus()
    for _ in range(5):
        book.page.keyboard.press("ArrowRight")
    expect(book.output(1)).to_contain_text("line 0.55")
    assert picture(book) != before


def test_lists_and_boxes_redraw_too(book):
    book.output(1).locator("select").select_option("step")
    expect(book.output(1)).to_contain_text("step 0.55")
    before = picture(book)
    book.output(1).locator("input[type=checkbox]").check()
    expect(book.output(1).locator("img")).not_to_have_attribute("src", before)


def test_a_button_counts_its_clicks(book):
    for _ in range(3):
        book.output(2).get_by_role("button", name="Count").click()
    expect(book.output(2)).to_contain_text("click 1\nclick 2\nclick 3")


def test_a_slow_function_does_not_run_for_every_pixel(book):
    drag(book, 3, steps=40, pause=0.02)
    readout = book.output(3).locator(".widget-readout").inner_text()
    assert float(readout) > 0.6
    expect(book.output(3)).to_contain_text(f"x is {float(readout)}")
    book.run(4)
    assert 1 < int(re.search(r"\d+$", book.output(4).inner_text()).group()) < 30


def test_controls_outlive_a_reload(book):
    book.command("docmanager:save")
    book.page.wait_for_function(
        "() => !window.jupyterapp.shell.currentWidget.context.model.dirty")
    book.reload()
    book.expect_state("idle")
    expect(book.output(1)).to_contain_text("step 0.55")
    handle(book, 1).focus()
    book.page.keyboard.press("ArrowLeft")
    expect(book.output(1)).to_contain_text("step 0.54")
