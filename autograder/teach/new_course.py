"""`microgpt course init`: a course folder, from nothing to ready."""

from __future__ import annotations

import secrets
from importlib import resources
from pathlib import Path

from autograder.teach.folder import CONFIG, CourseFolder
from autograder.teach.source import GUIDE, Change, update_guide, update_source
from autograder.teach.verdicts import write_whole
from microgpt_ref.errors import UserError

CONFIGURATION = """from autograder.teach.config import configure

configure(get_config(), __file__, course="{course}", seed="{seed}")
"""
# nbgrader passes over an nbgrader_config.py that does not load, and would run submissions in a kernel. It reads this
# file all the same: the kit's exporter then finds no seed, and refuses.
GUARD_TEXT = '{"Autograde": {"exporter_class": "autograder.teach.exporter.GradingExporter"}}\n'
REPOSITORY = Path(__file__).resolve().parent.parent.parent


def make_course(path: Path, name: str) -> tuple[CourseFolder, list[Change]]:
    """Make the folder and everything in it."""
    path = path.resolve()
    if (path / CONFIG).exists():
        raise UserError(f"{path} is a course folder already: `microgpt course update {path}` brings it up to date")
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise UserError(f"{path} is there already and is not empty: choose a new folder")
    if (REPOSITORY / "solutions").is_dir() and path.is_relative_to(REPOSITORY):
        raise UserError(f"{path} is inside the kit's repository: nbgrader deletes folders; choose one outside")
    name = name or path.name
    if not name or any(letter in name for letter in '+"\\/\n') or name.strip() != name:
        raise UserError(f"{name!r} cannot be the name of a course: use letters, digits, hyphens and underscores")
    path.mkdir(parents=True, exist_ok=True)
    folder = CourseFolder(path)
    changes = update_source(folder)
    write_whole(path / GUIDE, guide(name))
    update_guide(folder, guide)  # so that the kit knows it again
    set_guard(folder)
    # Last: with it, the folder is a course. Only its owner may read the seed.
    write_whole(folder.config, CONFIGURATION.format(course=name, seed=secrets.token_hex(16)), mode=0o600)
    return folder, changes


def set_guard(folder: CourseFolder) -> None:
    """Write what keeps nbgrader from grading without the kit's configuration, where it is not there yet."""
    if not folder.guard.exists():
        write_whole(folder.guard, GUARD_TEXT)


def guide(course: str) -> str:
    """The instructor's README."""
    text = (resources.files("autograder.teach") / "guide.md").read_text(encoding="utf-8")
    return text.replace("{course}", course)
