"""A real browser on a real JupyterLab: the course is copied, served as `labkit lab` serves it, and driven headless.

The steps that work (waiting for the kernel by name, not for idleness) are those of JupyterLab 4 with its application
exposed to the page.  Needs Chromium on the path, or its path in LABKIT_CHROMIUM.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest

from labkit import launch
from labkit.notebooks import course

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
SCREENS = Path(__file__).resolve().parents[2] / "build" / "screens"
START = 90  # seconds a server may take on a busy machine

READY = """async () => {
    const app = window.jupyterapp;
    await app.restored;
    const panel = app.shell.currentWidget;
    await panel.context.ready;
    await panel.sessionContext.ready;
    await panel.sessionContext.session.kernel.info;
}"""

ERRORS = """() => window.jupyterapp.shell.currentWidget.model.sharedModel.toJSON().cells.flatMap(
    (cell, i) => (cell.outputs || []).filter(o => o.output_type === 'error')
        .map(o => `cell ${i}: ${o.ename}: ${o.evalue}`))"""

COUNTS = """() => window.jupyterapp.shell.currentWidget.model.sharedModel.toJSON().cells
    .filter(cell => cell.cell_type === 'code' && [].concat(cell.source).join('').trim())
    .map(cell => cell.execution_count)"""

GO_TO = """async (text) => {
    const content = window.jupyterapp.shell.currentWidget.content;
    const i = content.widgets.findIndex(
        cell => cell.model.type === 'code' && cell.model.sharedModel.getSource().includes(text));
    content.activeCellIndex = i;
    await content.scrollToItem(i, 'start');
    return i;
}"""


def chromium() -> str | None:
    """Return the path of a Chromium or Chrome, or None."""
    named = os.environ.get("LABKIT_CHROMIUM")
    return named if named else next(filter(None, map(shutil.which, NAMES)), None)


class Lab:
    """A JupyterLab page with the few moves the tests need."""

    def __init__(self, context, address: str) -> None:
        self.context, self.page, self.address = context, context.new_page(), address

    def open(self, notebook: str) -> None:
        """Open a notebook in a fresh workspace and wait until its kernel answers."""
        self.page.goto(f"{self.address}/lab/tree/notebooks/{notebook}?reset", timeout=START * 1000)
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=START * 1000)
        self.page.evaluate(READY)
        self.theme(dark=False)

    def theme(self, *, dark: bool) -> None:
        """Switch JupyterLab's theme."""
        name = "JupyterLab Dark" if dark else "JupyterLab Light"
        self.page.evaluate("name => window.jupyterapp.commands.execute('apputils:change-theme', {theme: name})", name)
        self.page.wait_for_selector(f'body[data-jp-theme-light="{"false" if dark else "true"}"]', state="attached")

    def run_all(self) -> None:
        """Run all cells; every one must have run, none may show an error."""
        self.page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
        assert self.page.evaluate(ERRORS) == []
        assert None not in self.page.evaluate(COUNTS)

    def show(self, text: str):
        """Scroll to the first code cell whose source contains ``text``, and return its output area."""
        i = self.page.evaluate(GO_TO, text)
        assert i >= 0, f"no cell holds {text!r}"
        output = self.page.locator(f'.jp-Notebook .jp-Cell[data-windowed-list-index="{i}"] .jp-Cell-outputArea')
        output.locator("img").first.wait_for(timeout=30_000)
        return output

    def screens(self, name: str) -> None:
        """Keep pictures of the page in build/screens, in both themes, for eyes; return to the light one."""
        SCREENS.mkdir(parents=True, exist_ok=True)
        for dark in (True, False):
            self.theme(dark=dark)
            self.page.wait_for_timeout(300)  # styles are loaded
            self.page.screenshot(path=SCREENS / f"{name}_{'dark' if dark else 'light'}.png")


@pytest.fixture(scope="session")
def browser_path() -> str:
    """Return the path of the browser; without one, say so and skip."""
    path = chromium()
    if path is None:
        pytest.skip("no browser here: install chromium, or name one in LABKIT_CHROMIUM, to run the browser tests")
    return path


@pytest.fixture(scope="module")
def browser(browser_path):
    """Yield a headless Chromium.  For one file only: playwright keeps an event loop running, which other tests must not meet."""
    playwright = pytest.importorskip("playwright.sync_api", reason="the package playwright is not installed")
    with playwright.sync_playwright() as started:
        running = started.chromium.launch(executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"])
        yield running
        running.close()


@pytest.fixture(scope="session")
def served_course(tmp_path_factory) -> Path:
    """Return a folder with copies of the notebooks, set to the fast parameter: the page saves what it runs."""
    root = tmp_path_factory.mktemp("course")
    (root / "notebooks").mkdir()
    for path in course():
        text = re.sub(r"FAST = False\b", "FAST = True", path.read_text(encoding="utf-8"))
        (root / "notebooks" / path.name).write_text(text, encoding="utf-8")
    return root


@pytest.fixture(scope="session")
def address(served_course, tmp_path_factory, browser_path):
    """Yield the address of a server started with `labkit lab`'s own command, with settings of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = tmp_path_factory.mktemp("jupyter")
    environment = launch.lab_environment(os.environ) | {
        "JUPYTER_RUNTIME_DIR": str(own / "runtime"),
        "JUPYTER_CONFIG_DIR": str(own / "config"),
        "JUPYTER_DATA_DIR": str(own / "data"),
        "IPYTHONDIR": str(own / "ipython"),
        "LABKIT_HOME": str(own / "home"),
    }
    first = min((served_course / "notebooks").glob("*.ipynb"))
    command = launch.lab_command(first, browser=False, port=port)
    command += ["--ServerApp.ip=127.0.0.1", "--IdentityProvider.token=", "--expose-app-in-browser"]
    log = own / "server.log"
    with log.open("w") as out:
        server = subprocess.Popen(command, env=environment, stdout=out, stderr=subprocess.STDOUT)
        try:
            _wait(f"http://127.0.0.1:{port}/api/status", server, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(15)
            server.kill()
            server.wait()


def _wait(url: str, server: subprocess.Popen, log: Path) -> None:
    """Return when the server answers; fail with its log when it ended or takes too long."""
    end = time.monotonic() + START
    while time.monotonic() < end and server.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):
            return
        time.sleep(0.3)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-3000:]}")


@pytest.fixture
def lab(browser, address):
    """Yield a fresh page on the server; every kernel it started is ended afterwards."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    lab = Lab(context, address)
    yield lab
    with contextlib.suppress(Exception):  # the page may be gone with the failure that is being reported
        lab.page.evaluate("() => window.jupyterapp.serviceManager.sessions.shutdownAll()")
    context.close()


@pytest.fixture
def write_notebook(served_course):
    """Return a function that puts a small notebook of the given cells into the served course."""

    def write(name: str, *sources: str) -> str:
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(notebook, served_course / "notebooks" / name)
        return name

    return write
