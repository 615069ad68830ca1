"""An instructor's own exercises: a solution file and a module of checks in the course folder.

One folder each:

    own/08_perplexity/perplexity.py   written like the files in solutions/
    own/08_perplexity/checks.py       its checks, as in autograder/judge/checks/
    own/08_perplexity/mistakes.py     known mistakes, if there are any
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from autograder.course import Exercise, read_exercise
from autograder.course import course as kit_course
from microgpt_ref.errors import UserError

CHECKS, MISTAKES = "autograder.judge.checks", "autograder.judge.mistakes"


def own_exercises(folder: Path) -> tuple[Exercise, ...]:
    """Read every exercise of the instructor's own, and let the judge find its checks."""
    found = []
    for place in sorted(folder.glob("[0-9][0-9]_*")):
        if place.is_dir():
            found.append(_own_exercise(place))
    return tuple(found)


def _own_exercise(place: Path) -> Exercise:
    slug = place.name.split("_", 1)[1]
    if not slug.isidentifier():
        raise UserError(f"own/{place.name}: a folder is named like 08_perplexity, in letters, digits and underscores")
    if any(slug == exercise.slug for exercise in kit_course().exercises):
        raise UserError(f"own/{place.name}: the kit has a {slug} already; choose another name")
    solution, checks = place / f"{slug}.py", place / "checks.py"
    for file in (solution, checks):
        if not file.is_file():
            raise UserError(f"own/{place.name} has no {file.name}: the course's README shows what belongs there")
    try:
        exercise = read_exercise(solution)
    except (OSError, ValueError) as error:
        raise UserError(f"own/{place.name}/{solution.name} cannot be read: {_line(error)}") from None
    _load(f"{CHECKS}.{slug}", checks)
    if (place / "mistakes.py").is_file():
        _load(f"{MISTAKES}.{slug}", place / "mistakes.py")
    unchecked = {piece.name for piece in exercise.pieces} - _checked(sys.modules[f"{CHECKS}.{slug}"])
    if unchecked:
        raise UserError(f"own/{place.name}/checks.py has no check for {', '.join(sorted(unchecked))}")
    return exercise


def _load(name: str, path: Path) -> None:
    """Import the file under the name by which the judge asks for it; once, until the file changes."""
    stamp = (str(path), path.stat().st_mtime_ns)
    loaded = sys.modules.get(name)
    if loaded is not None and getattr(loaded, "STAMP", None) == stamp:
        return
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec
    module = importlib.util.module_from_spec(spec)
    try:
        # Not by exec_module: what Python keeps of a file is a second old, and would stand for one edited just now.
        exec(compile(path.read_bytes(), str(path), "exec"), module.__dict__)
    except (Exception, SystemExit) as error:  # sys.exit() in it would end whatever command has read it, without a word
        line = f" in line {error.lineno}" if isinstance(error, SyntaxError) else ""
        raise UserError(f"{path} cannot be imported{line}: {_line(error)}") from error
    module.STAMP = stamp  # type: ignore[attr-defined]
    if loaded is not None:
        _forget()
    sys.modules[name] = module


def _forget() -> None:
    """What the judge remembers of a module that has changed since."""
    from autograder.judge import judge, mistakes

    for remembered in (judge.checks_module, judge.checks_of, mistakes.mistakes_of):
        remembered.cache_clear()


def _line(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())


def _checked(module: ModuleType) -> set[str]:
    return {thing.check.piece for thing in vars(module).values() if hasattr(thing, "check")}
