"""The kit's configuration of nbgrader: what a course's nbgrader_config.py calls.

The file reads:

    from autograder.teach.config import configure

    configure(get_config(), __file__, seed="...")

Everything set here may be set again after that call. Nothing of nbgrader is imported.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path
from typing import Any

from autograder.teach.engine import version_at_once

# Student, anything, notebook: ada.zip with attention.ipynb in it, ada_2_late.zip, or ada_attention.ipynb alone. The
# student stands below the first folder `extracted` of the course: those behind it were made by whoever handed in.
SUBMITTED_NAME = (
    r"(?>(?:{course})?.*?/extracted/)"
    r"(?P<student_id>[A-Za-z0-9][^/_*?\[\]\n]*)[/_](?:.*[/_])?(?P<file_id>[^/_]+)\.ipynb$"
)


def configure(config: Any, file: str, seed: str, course: str | None = None) -> None:
    """Set up nbgrader for the course folder that this nbgrader_config.py lies in."""
    folder = Path(file).resolve().parent
    tools_on_path()
    version_at_once()
    config.CourseDirectory.root = str(folder)
    config.CourseDirectory.course_id = course or folder.name

    config.KitGrader.folder = str(folder)
    config.KitGrader.seed = seed
    config.KitGrader.no_sandbox = os.environ.get("MICROGPT_NO_SANDBOX") == "1"

    # Releasing: each stub names its piece, as in the kit's own notebooks.
    config.GenerateAssignment.preprocessors = [
        "nbgrader.preprocessors.IncludeHeaderFooter",
        "nbgrader.preprocessors.InstantiateTests",
        "nbgrader.preprocessors.LockCells",
        "autograder.teach.stubs.NamedStubs",
        "nbgrader.preprocessors.ClearOutput",
        "nbgrader.preprocessors.CheckCellMetadata",
        "nbgrader.preprocessors.ComputeChecksums",
        "nbgrader.preprocessors.SaveCells",
        "nbgrader.preprocessors.ClearHiddenTests",
        "nbgrader.preprocessors.ClearMarkScheme",
        "nbgrader.preprocessors.ComputeChecksums",
        "nbgrader.preprocessors.CheckCellMetadata",
    ]
    # Collecting: what a submission brings is looked at before it is copied.
    config.ExchangeFactory.collect = "autograder.teach.collect.CarefulCollect"
    config.ZipCollectApp.extractor_plugin = "autograder.teach.unpack.CarefulExtractor"
    config.ZipCollectApp.strict = True
    config.FileNameCollectorPlugin.named_regexp = SUBMITTED_NAME.replace("{course}", re.escape(str(folder)))

    # Grading: the exporter reads whatever was submitted and hands on a clean notebook; no kernel runs any of it.
    config.Autograde.exporter_class = "autograder.teach.exporter.GradingExporter"
    config.Autograde.sanitize_preprocessors = []
    config.Autograde.autograde_preprocessors = [
        "autograder.teach.grader.KitGrader",
        "autograder.teach.save.SaveAtOnce",
        "nbgrader.preprocessors.AssignLatePenalties",
    ]
    # Looking: a script in a submission must not act in the formgrader as the instructor, nor a text hold it up.
    config.HTMLExporter.filters = {
        "markdown2html": "autograder.teach.pages.safe_markdown",
        "highlight_code": "autograder.teach.pages.safe_code",
        "strip_files_prefix": "autograder.teach.pages.as_it_is",
    }


def tools_on_path() -> None:
    """nbgrader calls alembic by name to make its gradebook, whether or not its environment is activated."""
    if not shutil.which("alembic"):
        os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
