"""`microgpt course check`: does the configuration load, does the sandbox stand, is everything in its place?"""

from __future__ import annotations

import json
import sqlite3
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from autograder.course import Exercise
from autograder.course import course as kit_course
from autograder.judge.judge import PUBLIC_SEED
from autograder.lessons import kit_version
from autograder.teach.folder import CONFIG, GUARD, CourseFolder
from autograder.teach.gradebook import file_of, known_assignments, unknown_to
from autograder.teach.grading import Terms, wall_for
from autograder.teach.own_checks import faults
from autograder.teach.sheet import sheet_from_notebook, unjudged
from autograder.teach.source import GLOSSARY, built, glossary_notebook, shape, text_of_notebook
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
        return [
            *found,
            *_sources(folder),
            *_own_checks(folder, config),
            *_submissions(folder),
            *_gradebook(folder, config),
        ]
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
    if wrong := _wrong_settings(config):
        yield Finding(BAD, wrong)
        return
    seed = _seed(config)
    if len(seed) < 8 or seed == str(PUBLIC_SEED):
        yield Finding(BAD, "the seed is missing or short: learners could guess the inputs of the checks")
    elif folder.config.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
        yield Finding(NOTE, f"the seed is set, but anybody on this machine can read it: chmod o-rw {folder.config}")
    else:
        yield Finding(FINE, "the seed is set, and for your eyes only")
    if str(config.KitGrader.get("folder", "")) != str(folder.path):
        yield Finding(BAD, f"{CONFIG} names another folder: it must pass __file__ to configure(...)")


def _seed(config: Any) -> str:
    return str(config.KitGrader.get("seed", ""))


def _wrong_settings(config: Any) -> str:
    """What nbgrader would stop at in the middle of grading."""
    from traitlets import TraitError

    from autograder.teach.grader import KitGrader

    if not isinstance(seed := config.KitGrader.get("seed", ""), str):
        return f'the seed is no text: write it in quotes, seed="...", in {CONFIG} (it is {type(seed).__name__} there)'
    try:
        KitGrader(config=config)
    except TraitError as error:
        return f"{CONFIG} sets what cannot be: {' '.join(str(error).split())}"
    return ""


def _sandbox(config: Any) -> Iterator[Finding]:
    if config.KitGrader.get("no_sandbox"):
        yield Finding(NOTE, "grading without the sandbox: submissions run with your rights on this machine")
        return
    try:
        wall_for(Terms(_seed(config)))
        yield Finding(FINE, "the sandbox stands")
    except UserError as error:
        yield Finding(BAD, str(error).removeprefix("nothing was graded: "))


def _sources(folder: CourseFolder) -> Iterator[Finding]:
    same, there = 0, 0
    for exercise in folder.course.exercises:
        path = folder.source_notebook(exercise)
        if not path.exists():
            yield Finding(NOTE, f"{exercise.folder} is not in source/: it is not taught")
            continue
        there += 1
        text = text_of_notebook(path)
        lost = _unjudged(text, exercise) if text else None
        if text is None or lost is None:
            again = "`microgpt course update` writes it anew and keeps what is there"
            yield Finding(BAD, f"source/{exercise.notebook} is no notebook: {again}")
            continue
        if lost:
            yield Finding(BAD, f"source/{exercise.notebook}: no checks for {', '.join(lost)}; they would all give 0")
        if shape(text) == shape(built(exercise)):
            same += 1
        else:
            yield Finding(
                NOTE, f"source/{exercise.notebook} differs from the kit's: `microgpt course update` says more"
            )
    if there:
        yield Finding(FINE, f"{same} of {there} notebooks in source/ are the kit's")
    else:
        yield Finding(BAD, "source/ has no notebook to release: `microgpt course update --overwrite` writes them all")
    known = {exercise.folder for exercise in folder.course.exercises} | {GLOSSARY}
    for place in sorted(folder.source.glob("*")):
        if place.is_dir() and place.name not in known and any(place.glob("*.ipynb")):
            yield Finding(NOTE, f"source/{place.name} is no exercise with checks: the kit will not grade it")
    if glossary_notebook() and not (folder.source / GLOSSARY).is_dir():
        yield Finding(NOTE, f"source/{GLOSSARY} is missing: links to it in the lessons lead nowhere")


def _unjudged(text: str, exercise: Exercise) -> list[str] | None:
    """Test cells without checks; None where nbgrader's marks in the notebook make no sense."""
    try:
        return unjudged(sheet_from_notebook(json.loads(text)), exercise)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _own_checks(folder: CourseFolder, config: Any) -> Iterator[Finding]:
    """An own exercise has nobody but its author to find out that its checks do not work."""
    course = folder.course
    for exercise in course.exercises:
        if exercise not in kit_course().exercises:
            wrong = list(faults(course, exercise, _seed(config)))
            yield from (Finding(BAD, line) for line in wrong)
            if not wrong:
                yield Finding(FINE, f"own/{exercise.folder}: your solutions pass your checks")


def _gradebook(folder: CourseFolder, config: Any) -> Iterator[Finding]:
    """Grading needs to know what was released."""
    url = str(config.CourseDirectory.get("db_url", "") or f"sqlite:///{folder.gradebook}")
    path = file_of(url)
    if path is None:
        yield Finding(NOTE, "the gradebook is a database elsewhere (CourseDirectory.db_url): it was not looked at")
        return
    try:
        known = known_assignments(path)
    except sqlite3.OperationalError as error:
        yield Finding(BAD, f"{path.name} cannot be read now ({error}): is another program at work on it?")
        return
    for exercise in folder.course.exercises:
        released = (folder.path / "release" / exercise.folder).is_dir() or bool(folder.submissions(exercise))
        if released and exercise.folder not in known:
            yield Finding(BAD, unknown_to(path, exercise.folder))
    if known:
        yield Finding(FINE, f"the gradebook can be read, and knows {', '.join(sorted(known))}")


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
