"""Which exercise and which piece a command line means: 3, 03, attention or 03_attention; backward or Value.backward."""

from __future__ import annotations

from autograder.course import Course, CourseError, Exercise, Piece


def find(course: Course, exercise: str | None, piece: str | None = None) -> tuple[Exercise | None, Piece | None]:
    """The exercise and the piece that were named, None for what was not. A piece alone will do, too."""
    if exercise is None:
        return None, None
    try:
        found = course.exercise(exercise)
    except CourseError:
        alone = None if piece else _piece(course.pieces, exercise)
        if alone is None:
            raise
        return course.exercise(alone.exercise), alone
    return found, None if piece is None else find_piece(course, found, piece)


def find_piece(course: Course, exercise: Exercise, name: str) -> Piece:
    """The piece of this name in this exercise."""
    if found := _piece({piece.name: piece for piece in exercise.pieces}, name):
        return found
    if elsewhere := _piece(course.pieces, name):
        number = course.exercise(elsewhere.exercise).number
        raise CourseError(f"{elsewhere.name} is not in {exercise.folder} but in {elsewhere.exercise}: type {number}")
    raise CourseError(
        f"there is no piece {name!r} in {exercise.folder}; there are "
        f"{', '.join(piece.name for piece in exercise.pieces)}"
    )


def shell_name(piece: Piece) -> str:
    """The piece as one types it behind its exercise: without the class."""
    return piece.name.rpartition(".")[2]


def _piece(pieces: dict[str, Piece], name: str) -> Piece | None:
    """By its whole name, without its class, or without the class and the underscores: Value.__add__, __add__, add."""
    if name in pieces:
        return pieces[name]
    for same in (shell_name, lambda piece: shell_name(piece).strip("_")):
        found = [piece for piece in pieces.values() if same(piece) == name]
        if len(found) == 1:
            return found[0]
    return None
