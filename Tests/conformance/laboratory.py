"""JupyterLab in a browser, in terms of cells."""

import os
import pathlib
import re
import secrets
import shutil
import subprocess
import sys
import time

import nbformat
from playwright.sync_api import expect, sync_playwright

LIMIT = 30  # seconds for anything a reader waits for

# All of a notebook is in the page, and nothing but the notebook asks for attention.
SETTINGS = """{
  "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
  "@jupyterlab/apputils-extension:notification": {
    "checkForUpdates": false, "doNotDisturbMode": true, "fetchNews": "false"}
}"""


# What the page believes about the kernel of the notebook in front.
STATE = """() => {
  const session = window.jupyterapp?.shell.currentWidget?.sessionContext;
  const kernel = session?.isReady ? session.session?.kernel : null;
  return kernel?.connectionStatus === "connected" ? kernel.status : "away";
}"""


class Server:
    """A Jupyter server on a free port of this machine: `lab` or `notebook`."""

    def __init__(self, folder, application="lab"):
        self.folder, self.application = pathlib.Path(folder), application
        self.token = secrets.token_hex(16)

    def __enter__(self):
        configuration = pathlib.Path(os.environ["JUPYTER_CONFIG_DIR"], "labconfig")
        configuration.mkdir(parents=True, exist_ok=True)
        (configuration / "default_setting_overrides.json").write_text(SETTINGS)
        log = self.folder / f"{self.application}.log"
        with log.open("w") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", f"jupyter{self.application}" if self.application == "lab"
                 else self.application, "--no-browser", "--allow-root", "--ip=127.0.0.1",
                 "--port=0", "--expose-app-in-browser", f"--IdentityProvider.token={self.token}",
                 f"--ServerApp.root_dir={self.folder}"],
                stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT)
        self.address = self._address(log)
        return self

    def _address(self, log):
        deadline = time.monotonic() + LIMIT
        while time.monotonic() < deadline:
            found = re.search(r"http://127\.0\.0\.1:\d+/", log.read_text())
            if found:
                return found.group()
            assert self.process.poll() is None, log.read_text()
            time.sleep(0.1)
        raise AssertionError(f"{self.application} did not start:\n{log.read_text()}")

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def url(self, name):
        """The address of a notebook, in a workspace of its own."""
        path = (f"lab/workspaces/{pathlib.Path(name).stem}/tree/{name}"
                if self.application == "lab" else f"notebooks/{name}")
        return f"{self.address}{path}?token={self.token}"

    def write(self, name, cells):
        """Writes a notebook with code cells."""
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(code) for code in cells],
            metadata={"kernelspec": {"name": "offramp", "display_name": "Swift (Offramp)",
                                     "language": "swift"}})
        nbformat.write(notebook, self.folder / name)


class Browser:
    """Chromium as Debian has it, without a window."""

    def __enter__(self):
        self.playwright = sync_playwright().start()
        self.chromium = self.playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"])
        return self

    def __exit__(self, *_):
        self.chromium.close()
        self.playwright.stop()

    def page(self):
        page = self.chromium.new_page(viewport={"width": 1100, "height": 900})
        page.set_default_timeout(LIMIT * 1000)
        expect.set_options(timeout=LIMIT * 1000)
        return page


class Notebook:
    """A notebook that is open in a browser."""

    def __init__(self, page, server, name):
        self.page, self.server, self.name = page, server, name

    def open(self):
        """Opens the notebook and waits until its kernel answers."""
        self.page.goto(self.server.url(self.name))
        self.expect_state("idle")
        return self

    def reload(self):
        """Reloads the page, as a reader would; the kernel goes on."""
        self.page.reload()
        self.page.locator(".jp-Notebook .jp-Cell").first.wait_for()

    def expect_state(self, *states):
        """Waits until the kernel is in one of the states, as the page knows it."""
        self.page.wait_for_function(f"{list(states)}.includes(({STATE})())")

    def cell(self, number):
        """A cell, counted from 1."""
        return self.page.locator(".jp-Notebook .jp-CodeCell").nth(number - 1)

    def output(self, number):
        """All that a cell has shown."""
        return self.cell(number).locator(".jp-Cell-outputArea")

    def command(self, name):
        """What a menu's entry does."""
        self.page.evaluate("name => { jupyterapp.commands.execute(name) }", name)

    def run_all(self):
        self.command("notebook:run-all-cells")

    def button(self, command):
        """Presses a button of the toolbar."""
        self.page.locator(f".jp-NotebookPanel-toolbar [data-command='{command}']").click()

    def edit(self, number):
        """Puts the cursor at the end of a cell."""
        self.cell(number).locator(".cm-content").click()
        self.page.keyboard.press("Control+End")

    def type(self, number, text):
        """Types into a cell, replacing what was there."""
        self.edit(number)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def run(self, number):
        """Runs a cell as Control-Enter does, and waits for its number."""
        self.start(number)
        self.finished(number)

    def start(self, number):
        self.edit(number)
        self.page.keyboard.press("Control+Enter")

    def finished(self, number):
        """Waits until a cell has run."""
        expect(self.cell(number).locator(".jp-InputPrompt")).to_have_text(re.compile(r"\[\d+\]:"))
