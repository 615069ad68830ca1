"""The end of a pytest run over exercises: what is to do, the points, and what comes next."""

from __future__ import annotations

from typing import Any

from autograder.course import course
from autograder.report import amount, score

Line = tuple[str, dict[str, bool]]


def summary(reports: list[Any]) -> list[Line]:
    """Lines with pytest's markup for them."""
    found: dict[str, dict[str, Any]] = {}  # by piece, in the order of the course
    for name in course().pieces:
        mine = [report for report in reports if report.microgpt["piece"] == name]
        if mine:
            found[name] = {
                **mine[0].microgpt,
                "most": sum(report.microgpt["points"] for report in mine),
                "points": sum(report.microgpt["points"] for report in mine if report.passed),
                "to_do": any(report.microgpt["to_do"] for report in mine),
            }
    lines: list[Line] = []
    for name, about in found.items():
        if about["to_do"]:
            lines.append((f"○ {name}: to do ({amount(about['most'])})", {"yellow": True}))
    points = sum(about["points"] for about in found.values())
    most = sum(about["most"] for about in found.values())
    finished = [name for name, about in found.items() if _whole(about)]
    all_done = len(finished) == len(found)
    lines.append(
        (
            f"{score(points, most)}, {len(finished)} of {len(found)} pieces pass",
            {"bold": True, "green": all_done, "yellow": not all_done},
        )
    )
    rest = [name for name in found if name not in finished]
    if rest:
        lines.append((f"next: {rest[0]} in {found[rest[0]]['notebook']}", {}))
    return lines


def _whole(about: dict[str, Any]) -> bool:
    return not about["to_do"] and abs(about["points"] - about["most"]) < 1e-9
