"""Which cells make up a learner's program, in order, and whose each is: the learner's own, or lent by the kit."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace

from autograder.assemble import first_paragraphs
from autograder.build import PRISTINE
from autograder.course import Cell, Exercise, without_markers
from autograder.learn.workspace import Workspace
from autograder.notebook import CodeCell, Submission, load
from microgpt_ref.errors import UserError

LENT = "lent by the kit"


@dataclass(frozen=True)
class Block:
    """One cell of the program."""

    exercise: Exercise
    source: str
    piece: str = ""  # the kit's piece, where it is lent
    own: bool = False


@dataclass(frozen=True)
class Blocks:
    """The program of one exercise: its cells, the pieces that are the learner's, those that are lent, and why."""

    blocks: tuple[Block, ...]
    own: tuple[str, ...]
    lent: tuple[str, ...]
    problem: str = ""


def blocks_of(workspace: Workspace, exercise: Exercise) -> Blocks:
    """The learner's cells for every piece that passes, the kit's for the others."""
    problem, submission, finished = "", None, {}
    try:
        submission = workspace.submission(exercise)
        finished = workspace.finished(exercise)
    except UserError as error:
        problem = str(error)
    exported = [piece.name for piece in exercise.pieces if piece.exported]
    own = tuple(name for name in exported if name in finished)
    lent = tuple(name for name in exported if name not in finished)
    if submission is None or not own:
        blocks = [_kit_block(exercise, cell) for cell in _program(exercise)]
    else:
        blocks = _woven(exercise, submission, own, lent)
    return Blocks(tuple(blocks), own, lent, problem)


def _woven(exercise: Exercise, submission: Submission, own: Sequence[str], lent: Sequence[str]) -> list[Block]:
    """The learner's cells in the learner's order, and the kit's where those leave a gap."""
    changed = _changed_given(exercise, submission)
    cells = [cell for cell in submission.needed(own) if _wanted(cell, own, lent) and not cell.locked]
    cells = sorted([*cells, *changed.values()], key=lambda cell: cell.number)
    woven = [(cell, Block(exercise, _shortened(cell.source, exercise), own=True)) for cell in cells]
    found: list[tuple[CodeCell | None, Block]] = [*woven]
    behind = 0
    for cell in _program(exercise):
        mine = changed.get(cell.line)
        places = [
            place
            for place, (own_cell, _) in enumerate(found)
            if own_cell and (own_cell is mine or (cell.piece and cell.piece in own_cell.functions))
        ]
        behind = max([behind, *(place + 1 for place in places)])
        if mine is None and cell.piece not in own:
            found.insert(behind, (None, _kit_block(exercise, cell)))
            behind += 1
    return [block for _, block in found]


def _program(exercise: Exercise) -> list[Cell]:
    return [cell for cell in exercise.cells if cell.kind in ("given", "piece")]


def _wanted(cell: CodeCell, own: Sequence[str], lent: Sequence[str]) -> bool:
    """A cell is of no use when all it defines is a piece that the kit lends."""
    names = {name.rpartition(".")[2] for name in lent}
    return bool(set(cell.functions) & set(own)) or not (set(cell.functions) & set(lent) and cell.defines <= names)


def _changed_given(exercise: Exercise, submission: Submission) -> dict[int, CodeCell]:
    """Given cells that the learner made different, such as another Config; by the line of the kit's cell."""
    clean = load(PRISTINE / f"{exercise.folder}.ipynb")["cells"]
    mine = {cell.id: cell for cell in submission.cells if cell.id and not cell.broken}
    found = {}
    for cell, given in zip(exercise.cells, clean):
        own = mine.get(given.get("id", ""))
        if cell.kind == "given" and own and own.locked and own.source.strip() != cell.source.strip():
            found[cell.line] = own
    return found


def _kit_block(exercise: Exercise, cell: Cell) -> Block:
    source = first_paragraphs(without_markers(cell.source))
    if cell.kind == "given":
        return Block(exercise, source)
    lines = source.split("\n")
    first = next(node.lineno for node in ast.parse(source).body if isinstance(node, ast.FunctionDef))
    lines[first - 1] += f"  # {LENT}"
    return replace(Block(exercise, "\n".join(lines)), piece=cell.piece)


def _shortened(source: str, exercise: Exercise) -> str:
    """The kit's own docstrings cut to their first paragraph, as in microgpt.py; the learner's stay."""
    for piece in exercise.pieces:
        for node in ast.walk(ast.parse(piece.stub)):
            if isinstance(node, ast.FunctionDef) and ast.get_docstring(node):
                text = node.body[0]
                whole = "\n".join(piece.stub.split("\n")[text.lineno - 1 : text.end_lineno])
                first = whole.split("\n\n")[0]
                if first != whole:
                    source = source.replace(whole, f'{first}"""')
    return source
