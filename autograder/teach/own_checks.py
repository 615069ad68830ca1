"""Faults in the checks themselves: an instructor's slip must not cost learners their marks."""

from __future__ import annotations

import traceback
from collections.abc import Iterator

from autograder.course import Course, Exercise
from autograder.course import course as kit_course
from autograder.judge.checking import Check, CheckFailed, Examinee, Inputs, NotWritten
from autograder.judge.judge import checks_module, checks_of
from autograder.judge.mistakes import mistakes_of
from autograder.judge.reference import reference, with_mistake
from microgpt_ref.errors import UserError

DATA = (type(None), bool, int, float, str, list, dict)  # what an answer is made of


class ChecksFault(UserError):
    """A check is at fault, whoever answers it; one line with file and line."""


def stop_if_ours(error: Exception, check: Check, course: Course, exercise: Exercise, seed: int | str) -> None:
    """Raise ChecksFault where the check is to blame, and not an answer that no check could expect.

    An odd answer can throw a check, too, and no submission may stop the grading of the others by giving one. So the
    check is to blame only if the right answers throw it as well, or if it speaks of a name that does not exist.
    """
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    innermost = bool(frames) and frames[-1].f_code.co_filename == checks_module(exercise).__file__
    slip = isinstance(error, NameError) or (isinstance(error, AttributeError) and not isinstance(error.obj, DATA))
    if innermost and slip:
        raise ChecksFault(_told(exercise, error))
    if fault := _fault_of(check, course, exercise, seed):
        raise ChecksFault(fault)


def stop_at_faults(course: Course, exercise: Exercise, seed: int | str) -> None:
    """Before anything is graded: raise ChecksFault if the checks of an instructor's own exercise do not run."""
    for fault in faults(course, exercise, seed):
        raise ChecksFault(fault)


def faults(course: Course, exercise: Exercise, seed: int | str) -> Iterator[str]:
    """What is wrong with the checks and known mistakes of an own exercise, asked of its own solutions."""
    if exercise in kit_course().exercises:
        return  # the kit's own tests do this, and more
    for check in checks_of(exercise):
        if fault := _fault_of(check, course, exercise, seed) or _refused(check, course, exercise, seed):
            yield fault
    yield from _mistakes_at_fault(course, exercise)


def _fault_of(check: Check, course: Course, exercise: Exercise, seed: int | str) -> str:
    """What goes wrong in the check itself when the right answers are given."""
    try:
        _ask_reference(check, course, exercise, seed)
    except (CheckFailed, NotWritten):
        return ""
    except Exception as error:
        return _told(exercise, error)
    return ""


def _refused(check: Check, course: Course, exercise: Exercise, seed: int | str) -> str:
    """What a check has against the instructor's own solution."""
    try:
        _ask_reference(check, course, exercise, seed)
    except (CheckFailed, NotWritten) as error:
        why = str(error).split("\n")[0] or "it is not written"
        return f"own/{exercise.folder}/checks.py: your own solution fails {check.name}: {why}"
    return ""


def _ask_reference(check: Check, course: Course, exercise: Exercise, seed: int | str) -> None:
    right = reference(course, exercise)
    check.function(Examinee(right, right), Inputs(seed, f"{check.piece}/{check.name}"))


def _mistakes_at_fault(course: Course, exercise: Exercise) -> Iterator[str]:
    where = f"own/{exercise.folder}/mistakes.py"
    pieces = {piece.name: piece for piece in exercise.pieces}
    try:
        known = mistakes_of(exercise)
    except Exception as error:
        yield f"{where}: {type(error).__name__}: {error}"
        return
    for mistake in known:
        try:
            with_mistake(course, exercise, mistake.piece, mistake.apply(pieces[mistake.piece]))
        except KeyError:
            yield f"{where}: mistake {mistake.id} is about {mistake.piece}, which is no piece of this exercise"
        except Exception as error:
            yield f"{where}: mistake {mistake.id}: {type(error).__name__}: {error}".replace("\n", " ")


def _told(exercise: Exercise, error: Exception) -> str:
    """File and line of the check in which it went wrong, and what."""
    file = checks_module(exercise).__file__
    steps = [step for step in traceback.extract_tb(error.__traceback__) if step.filename == file]
    place = str(file) if exercise in kit_course().exercises else f"own/{exercise.folder}/checks.py"
    place += f" line {steps[-1].lineno}" if steps else ""
    what = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    return f"{place} is at fault, not a submission: {what}"
