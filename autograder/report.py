"""What a judgement comes to: one Report, shown as text, HTML or JSON."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

PASSED, FAILED, TODO = "passed", "failed", "to do"


@dataclass(frozen=True)
class CheckReport:
    """What one check found."""

    name: str
    title: str
    status: str
    points: float
    most: float
    lines: tuple[str, ...] = ()
    mistake: str = ""  # the id of the known mistake that fits


@dataclass(frozen=True)
class PieceReport:
    """What all the checks of one piece found."""

    piece: str
    exercise: str
    checks: tuple[CheckReport, ...]
    most: float
    problem: str = ""  # why it could not be judged at all
    lent: tuple[str, ...] = ()  # pieces that the reference stood in for

    @property
    def status(self) -> str:
        if self.problem:
            return FAILED
        states = {check.status for check in self.checks}
        if TODO in states:
            return TODO
        return FAILED if FAILED in states else PASSED

    @property
    def points(self) -> float:
        return 0.0 if self.problem else round(sum(check.points for check in self.checks), 6)

    @property
    def mistake(self) -> str:
        return next((check.mistake for check in self.checks if check.mistake), "")

    @property
    def failures(self) -> list[CheckReport]:
        return [check for check in self.checks if check.status == FAILED]

    def to_json(self) -> dict[str, Any]:
        return {
            "piece": self.piece,
            "exercise": self.exercise,
            "status": self.status,
            "points": self.points,
            "most": self.most,
            "problem": self.problem,
            "lent": list(self.lent),
            "checks": [
                {
                    "name": check.name,
                    "title": check.title,
                    "status": check.status,
                    "points": check.points,
                    "most": check.most,
                    "lines": list(check.lines),
                    "mistake": check.mistake,
                }
                for check in self.checks
            ],
        }

    @staticmethod
    def from_json(data: dict[str, Any]) -> PieceReport:
        checks = tuple(CheckReport(**{**check, "lines": tuple(check["lines"])}) for check in data["checks"])
        return PieceReport(data["piece"], data["exercise"], checks, data["most"], data["problem"], tuple(data["lent"]))


@dataclass(frozen=True)
class Report:
    """The pieces of an exercise, or of several."""

    pieces: tuple[PieceReport, ...]
    notes: tuple[str, ...] = field(default=())

    @property
    def points(self) -> float:
        return round(sum(piece.points for piece in self.pieces), 6)

    @property
    def most(self) -> float:
        return sum(piece.most for piece in self.pieces)

    @property
    def passed(self) -> bool:
        return all(piece.status == PASSED for piece in self.pieces)

    def to_json(self) -> dict[str, Any]:
        return {
            "points": self.points,
            "most": self.most,
            "pieces": [piece.to_json() for piece in self.pieces],
            "notes": list(self.notes),
        }

    def to_text(self) -> str:
        return "\n".join([line for piece in self.pieces for line in piece_lines(piece)] + list(self.notes))

    def to_html(self) -> str:
        return "".join(piece_html(piece) for piece in self.pieces) + "".join(
            f"<p>{html.escape(note)}</p>" for note in self.notes
        )


def number(points: float) -> str:
    """Points without needless digits."""
    return f"{points:.2f}".rstrip("0").rstrip(".")


def amount(points: float) -> str:
    """Such as 1 point, or 4 points."""
    return f"{number(points)} {'point' if number(points) == '1' else 'points'}"


def score(points: float, most: float) -> str:
    """Such as 0.5 of 1 point, or 3 of 4 points."""
    return f"{number(points)} of {amount(most)}"


def piece_lines(piece: PieceReport) -> list[str]:
    """A piece as text: one line when all is well or nothing is written, the failures otherwise."""
    points = score(piece.points, piece.most)
    if piece.problem:
        return [f"✗ {piece.piece}: {piece.problem} ({points})"]
    if piece.status == TODO:
        return [f"○ {piece.piece}: to do ({amount(piece.most)})"]
    mark = "✓" if piece.status == PASSED else "✗"
    lines = [f"{mark} {piece.piece}: {points}{_lent(piece)}"]
    for check in piece.failures:
        lines.append(f"    ✗ {check.title}")
        lines += [f"        {line}" for line in check.lines]
    return lines


# Okabe and Ito's colours, which colour-blind people can tell apart, and a sign for those who see none.
_LOOK = {PASSED: ("✓", "#009E73"), FAILED: ("✗", "#D55E00"), TODO: ("○", "#E69F00")}


def piece_html(piece: PieceReport) -> str:
    """A piece as a small table."""
    sign, colour = _LOOK[piece.status]
    points = score(piece.points, piece.most)
    rows = []
    if piece.problem:
        rows.append(_row("✗", _LOOK[FAILED][1], html.escape(piece.problem), ""))
    elif piece.status == TODO:
        rows.append(_row(sign, colour, "not written yet: this one is to do", ""))
    else:
        for check in piece.checks:
            sign_here, colour_here = _LOOK[check.status]
            lines = "".join(f"<div>{html.escape(line)}</div>" for line in check.lines)
            share = f"{number(check.points)} of {number(check.most)}"
            detail = f"<div style='font-family:monospace;white-space:pre-wrap'>{lines}</div>" if lines else ""
            rows.append(_row(sign_here, colour_here, html.escape(check.title) + detail, share))
    lent = f"<div style='opacity:.75'>{html.escape(_lent(piece).strip(' ()'))}</div>" if piece.lent else ""
    return (
        f"<div class='tex2jax_ignore' role='region' aria-label='{html.escape(piece.piece)}: {piece.status}, {points}'>"
        f"<b style='color:{colour}'>{sign} {html.escape(piece.piece)}</b>: {piece.status}, {points}"
        f"<table style='text-align:left'>{''.join(rows)}</table>{lent}</div>"
    )


def _row(sign: str, colour: str, text: str, points: str) -> str:
    look = "text-align:left;vertical-align:top;padding:.1em .6em"
    return (
        f"<tr><td style='{look}'><b style='color:{colour}'>{sign}</b></td><td style='{look}'>{text}</td>"
        f"<td style='{look};white-space:nowrap'>{points}</td></tr>"
    )


def _lent(piece: PieceReport) -> str:
    if not piece.lent:
        return ""
    return f" (with the kit's own {_and(piece.lent)})"


def _and(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
