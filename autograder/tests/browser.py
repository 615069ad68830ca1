"""A real JupyterLab in a real browser, for tests: start it, open a notebook, run it, look at it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
MOST = 60_000  # milliseconds until something has appeared
PANEL = ".jp-NotebookPanel:not(.lm-mod-hidden)"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def needs_browser() -> None:
    """Skip where there is no browser; CI must have one."""
    if not CHROMIUM:
        if os.environ.get("CI"):
            pytest.fail("CI must have chromium")
        pytest.skip("no chromium on this machine (Debian, Ubuntu: apt install chromium)")


@contextmanager
def lab(exercises: Path, home: Path, *arguments: str) -> Iterator[str]:
    """`microgpt lab` on these exercises, with a home of its own; gives the address of what it opens."""
    command = [sys.executable, "-c", "from autograder.cli import main; main()", "lab", *arguments, "--"]
    with server(command, home, exercises.parent) as started:
        yield started.ready()


@dataclass(frozen=True)
class Server:
    """A JupyterLab that was started."""

    address: str
    process: subprocess.Popen
    log: Path

    def ready(self) -> str:
        """Its address, as soon as it answers."""
        for _ in range(600):
            try:
                urlopen(f"{self.address}/api", timeout=1).close()
                return self.address
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.1)
        raise RuntimeError(f"JupyterLab did not start:\n{self.log.read_text()[-3000:]}")


@contextmanager
def server(command: list[str], home: Path, folder: Path, **environment: str) -> Iterator[Server]:
    """Start a JupyterLab in a folder, with a home of its own, and do not wait for it."""
    home.mkdir(parents=True, exist_ok=True)
    settings = home / "settings" / "@jupyterlab" / "notebook-extension"
    settings.mkdir(parents=True)
    # Every cell stays on the page, so that a test can look at all of them.
    (settings / "tracker.jupyterlab-settings").write_text(json.dumps({"windowingMode": "none"}))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with open(home / "lab.log", "w") as log:
        process = subprocess.Popen(
            [
                *command,
                *("--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"),
                *("--IdentityProvider.token=", "--expose-app-in-browser"),
            ],
            cwd=folder,
            env={
                **os.environ,
                "HOME": str(home),
                "JUPYTER_CONFIG_DIR": str(home / "config"),
                "JUPYTER_DATA_DIR": str(home / "data"),
                "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
                "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
                "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
                "IPYTHONDIR": str(home / "ipython"),
                "MICROGPT_CACHE": str(home / "cache"),
                **environment,
            },
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield Server(f"http://127.0.0.1:{port}", process, home / "lab.log")
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


class Desk:
    """One page with JupyterLab, on which notebooks are opened in turn: to load the page costs more than to run most."""

    def __init__(self, browser: Any, address: str, folder: Path) -> None:
        self.address, self.folder = address, folder
        self.page = browser.new_page(viewport={"width": 1200, "height": 900})
        self.page.goto(address)
        # What a learner finds, before anything else is opened.
        first = Notebook(self.page)
        self.page.wait_for_timeout(1500)  # messages come a little later
        self.first_url, self.first_cells = self.page.url, first.cells()
        self.in_the_way = self.page.locator(".jp-Dialog, .jp-toast-message, .Toastify__toast").all_inner_texts()

    def open(self, path: str) -> Notebook:
        """Open a notebook as it is on the disk, with a kernel of its own."""
        self.clear()
        # Nothing is given back: what these commands return is half of JupyterLab, and would be brought here.
        self.page.evaluate("async path => { await jupyterapp.commands.execute('docmanager:open', {path}) }", path)
        return Notebook(self.page)

    def clear(self) -> None:
        """Close what is open, unsaved, and end its kernel."""
        self.page.evaluate(
            """async () => {
                await window.jupyterapp.restored;
                for (const widget of Array.from(window.jupyterapp.shell.widgets('main'))) {
                    await widget.sessionContext?.shutdown();
                    widget.dispose();
                }
            }"""
        )


class Notebook:
    """The notebook that is open in JupyterLab."""

    def __init__(self, page: Any) -> None:
        self.page = page
        page.wait_for_selector(f"{PANEL} .jp-Cell", timeout=MOST)
        page.wait_for_function(
            "() => window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'",
            timeout=MOST,
        )

    def cells(self) -> list[dict[str, Any]]:
        """The cells as JupyterLab has them now; of what they put out, all but the data of pictures."""
        found: list[dict[str, Any]] = json.loads(
            self.page.evaluate(
                "() => JSON.stringify(Array.from(window.jupyterapp.shell.currentWidget.content.model.cells)"
                ".map(cell => cell.toJSON()), (key, value) => key === 'data' ? undefined : value)"
            )
        )
        return found

    def _place(self, cell_id: str) -> int:
        place: int = self.page.evaluate(
            "id => Array.from(window.jupyterapp.shell.currentWidget.content.model.cells).findIndex(c => c.id === id)",
            cell_id,
        )
        return place

    def cell(self, cell_id: str) -> dict[str, Any]:
        return next(cell for cell in self.cells() if cell["id"] == cell_id)

    def element(self, cell_id: str) -> Any:
        """The cell on the page."""
        return self.page.locator(f"{PANEL} .jp-Notebook .jp-Cell").nth(self._place(cell_id))

    def select(self, cell_id: str) -> None:
        place = self._place(cell_id)
        self.page.evaluate("place => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = place }", place)

    def run_all(self, seconds: float = 120) -> None:
        """Run every cell, whatever fails, and wait until the kernel has nothing left to do."""
        self._do("notebook:run-all-cells", seconds)

    def run(self, cell_id: str, seconds: float = 60) -> None:
        """Run one cell and wait for it."""
        self.select(cell_id)
        self._do("notebook:run-cell", seconds)

    def run_up_to(self, cell_id: str, seconds: float = 60) -> None:
        """Run everything above a cell, and the cell."""
        self.select(cell_id)
        self._do("notebook:run-all-above", seconds)
        self.run(cell_id, seconds)

    def _do(self, command: str, seconds: float) -> None:
        self.page.evaluate(
            "name => { window.ran = false; window.jupyterapp.commands.execute(name)"
            ".finally(() => { window.ran = true }) }",
            command,
        )
        self.page.wait_for_function("() => window.ran", timeout=seconds * 1000, polling=200)
        self.page.wait_for_timeout(200)

    def type_into(self, cell_id: str, source: str) -> None:
        """Replace what stands in a cell, by the keyboard."""
        editor = self.element(cell_id).locator(".cm-content")
        editor.scroll_into_view_if_needed()
        editor.click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.press("Delete")
        self.page.keyboard.insert_text(source)

    def save(self) -> None:
        self.page.evaluate("async () => { await window.jupyterapp.commands.execute('docmanager:save') }")


def errors(cells: list[dict[str, Any]]) -> list[str]:
    """What went wrong in the cells that were run."""
    return [
        f"{cell['id']}: {output.get('ename')}: {output.get('evalue')}"
        for cell in cells
        for output in cell.get("outputs", [])
        if output["output_type"] == "error"
    ]
