"""The exporter of `nbgrader autograde`: it reads whatever was submitted, and refuses to begin what would go wrong.

nbgrader converts each notebook twice: from submitted/ to a clean copy in autograded/, then that copy again, through
the preprocessors that give marks. Both readings go through here, so a file that is no notebook, of 200 MB or of an
old format becomes a notebook that says so, instead of a student without marks.
"""

from __future__ import annotations

import json
import logging
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbformat import from_dict
from nbformat.v4 import reads_json
from traitlets import TraitError

from autograder.teach.folder import CONFIG
from autograder.teach.grader import KitGrader
from autograder.teach.run import GradingRun
from autograder.teach.sanitise import read_clean
from autograder.teach.sheet import Sheet, sheet_from_gradebook
from microgpt_ref.errors import UserError


class NotJudged(Exception):
    """A fault of this machine: no marks and no verdict, so that the next run grades the submission again."""


def _without_traceback(record: logging.LogRecord) -> bool:
    """nbgrader logs how it came to whatever went wrong. Of a fault of this machine, one line says enough."""
    last = record.getMessage().rstrip().rsplit("\n", 1)[-1]
    return not last.startswith(f"{NotJudged.__module__}.{NotJudged.__name__}: ")


class GradingExporter(NotebookExporter):  # type: ignore[misc]
    """Reads submissions with care and writes notebooks; created once for a run of `nbgrader autograde`."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._sheets: dict[tuple[str, str], Sheet] = {}
        self.log.addFilter(_without_traceback)
        try:
            grader = KitGrader(parent=self)
            self.run = GradingRun.begin(self.parent, grader, self.log)
        except (UserError, TraitError) as error:
            # Leaving here, before nbgrader has touched anything, nothing is half done.
            setting = f"nothing was graded: {CONFIG} sets what cannot be: " if isinstance(error, TraitError) else ""
            self.log.error("%s%s", setting, error)
            raise SystemExit(1) from None  # the formgrader shows what is raised, with all that led to it

    def from_filename(self, filename: str, resources: Any = None, **kw: Any) -> tuple[Any, Any]:
        """Read a notebook and put it through the preprocessors."""
        path, ids = Path(filename), resources["nbgrader"]
        submitted = self.run.is_submitted(path)
        if submitted:
            notebook = from_dict(read_clean(path, self._sheet(ids)))
        else:
            notebook = reads_json(path.read_text(encoding="utf-8"))
        resources["metadata"] = {"name": path.stem, "path": str(path.parent), "modified_date": _date(path)}
        try:
            result = self.from_notebook_node(notebook, resources=resources, **kw)
        except (OSError, MemoryError) as error:
            self.log.error("%s: not graded, and the next run tries again: %s", ids["student"], error)
            raise NotJudged(str(error)) from None
        if not submitted:
            self.run.finished(ids["student"])
        return result

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[Any, Any]:
        """Through the preprocessors and into text, without nbconvert's copies and validations: it is our notebook."""
        resources = self._init_resources(resources)
        for preprocessor in self._preprocessors:
            nb, resources = preprocessor(nb, resources)
        resources["output_suffix"] = ".nbconvert"
        return json.dumps(nb, ensure_ascii=False, sort_keys=True) + "\n", resources

    def _sheet(self, ids: dict[str, str]) -> Sheet:
        key = ids["assignment"], ids["notebook"]
        if key not in self._sheets:
            self._sheets[key] = sheet_from_gradebook(ids["db_url"], *key)
        return self._sheets[key]


def _date(path: Path) -> str:
    when = os.path.getmtime(path) if path.exists() else 0.0
    return datetime.fromtimestamp(when, UTC).strftime("%B %d, %Y")
