"""`microgpt course check`: does the configuration load, does the sandbox stand, is everything in its place?"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from autograder.judge.judge import PUBLIC_SEED
from autograder.lessons import kit_version
from autograder.teach.folder import CONFIG, GUARD, CourseFolder
from autograder.teach.grading import Terms, wall_for
from autograder.teach.sheet import sheet_from_notebook, unjudged
from autograder.teach.source import GLOSSARY, built, glossary_notebook, shape
from microgpt_ref.errors import UserError

FINE, NOTE, BAD = "fine", "note", "bad"


@dataclass(frozen=True)
class Finding:
    """One line of the check."""

    state: str
    text: str


def look_over(folder: CourseFolder) -> list[Finding]:
    """Everything that grading depends on, one finding each."""
    try:
        config = load_config(folder)
    except Exception as error:
        # nbgrader goes on without the configuration; where the guard is missing, submissions run in its own kernel.
        why = f"{type(error).__name__}: {error}".split("\n")[0]
        return [Finding(BAD, f"{CONFIG} does not load ({why}): nbgrader would ignore it. Do not grade before it loads")]
    found = [*_configuration(folder, config), *_sandbox(config)]
    try:
        return [*found, *_sources(folder), *_submissions(folder)]
    except UserError as error:
        return [*found, Finding(BAD, str(error))]


def load_config(folder: CourseFolder) -> Any:
    """Load nbgrader_config.py as nbgrader does, but let errors be seen."""
    from traitlets.config.loader import PyFileConfigLoader

    return PyFileConfigLoader(CONFIG, path=str(folder.path)).load_config()


def _configuration(folder: CourseFolder, config: Any) -> Iterator[Finding]:
    import nbgrader

    steps = [str(step) for step in config.get("Autograde", {}).get("autograde_preprocessors", [])]
    if not any(step.endswith("grader.KitGrader") for step in steps):
        yield Finding(BAD, f"{CONFIG} loads, but it does not grade with the kit: it must call configure(...)")
        return
    if not folder.guard.exists():
        yield Finding(
            NOTE,
            f"{GUARD} is missing: should {CONFIG} fail to load, nbgrader would grade without the kit; "
            "`microgpt course update` brings it",
        )
    yield Finding(FINE, f"{CONFIG} loads (kit {kit_version()}, nbgrader {nbgrader.__version__})")
    seed = str(config.KitGrader.get("seed", ""))
    if len(seed) < 8 or seed == str(PUBLIC_SEED):
        yield Finding(BAD, "the seed is missing or short: learners could guess the inputs of the checks")
    elif folder.config.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
        yield Finding(NOTE, f"the seed is set, but anybody on this machine can read it: chmod o-rw {folder.config}")
    else:
        yield Finding(FINE, "the seed is set, and for your eyes only")
    if str(config.KitGrader.get("folder", "")) != str(folder.path):
        yield Finding(BAD, f"{CONFIG} names another folder: it must pass __file__ to configure(...)")


def _sandbox(config: Any) -> Iterator[Finding]:
    if config.KitGrader.get("no_sandbox"):
        yield Finding(NOTE, "grading without the sandbox: submissions run with your rights on this machine")
        return
    try:
        wall_for(Terms(str(config.KitGrader.get("seed", ""))))
        yield Finding(FINE, "the sandbox stands")
    except UserError as error:
        yield Finding(BAD, str(error).removeprefix("nothing was graded: "))


def _sources(folder: CourseFolder) -> Iterator[Finding]:
    import json

    same, there = 0, 0
    for exercise in folder.course.exercises:
        path = folder.source_notebook(exercise)
        if not path.exists():
            yield Finding(NOTE, f"{exercise.folder} is not in source/: it is not taught")
            continue
        there += 1
        text = path.read_text(encoding="utf-8")
        try:
            lost = unjudged(sheet_from_notebook(json.loads(text)), exercise)
        except (ValueError, KeyError, TypeError, AttributeError):
            yield Finding(
                BAD, f"source/{exercise.notebook} is no notebook: move it away, then `microgpt course update`"
            )
            continue
        if lost:
            yield Finding(BAD, f"source/{exercise.notebook}: no checks for {', '.join(lost)}; they would all give 0")
        if shape(text) == shape(built(exercise)):
            same += 1
        else:
            yield Finding(
                NOTE, f"source/{exercise.notebook} differs from the kit's: `microgpt course update` says more"
            )
    yield Finding(FINE, f"{same} of {there} notebooks in source/ are the kit's")
    known = {exercise.folder for exercise in folder.course.exercises} | {GLOSSARY}
    for place in sorted(folder.source.glob("*")):
        if place.is_dir() and place.name not in known and any(place.glob("*.ipynb")):
            yield Finding(NOTE, f"source/{place.name} is no exercise with checks: the kit will not grade it")
    if glossary_notebook() and not (folder.source / GLOSSARY).is_dir():
        yield Finding(NOTE, f"source/{GLOSSARY} is missing: links to it in the lessons lead nowhere")


def _submissions(folder: CourseFolder) -> Iterator[Finding]:
    count = 0
    for exercise in folder.course.exercises:
        for place in folder.submissions(exercise):
            count += 1
            if not (place / f"{exercise.slug}.ipynb").exists():
                who = f"submitted/{place.parent.name}/{exercise.folder}"
                yield Finding(NOTE, f"{who} has no {exercise.slug}.ipynb: it will get 0, with that reason")
    if count:
        yield Finding(FINE, f"{count} {'submission is' if count == 1 else 'submissions are'} collected")
