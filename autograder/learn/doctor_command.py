"""`microgpt doctor`: what is in order here, and how to mend what is not."""

from __future__ import annotations

import json
import platform
import sys
from dataclasses import asdict

import click

from autograder.learn.doctor import BAD, FINE, NOTE, Finding, examine
from autograder.learn.terminal import SIGNS, folded, pad, paint, say
from autograder.report import FAILED, PASSED, TODO
from microgpt_ref.options import OneLineCommand

_LOOKS = {FINE: PASSED, NOTE: TODO, BAD: FAILED}


@click.command(cls=OneLineCommand)
@click.option("--json", "as_json", is_flag=True, help="For programs, and for reports of faults.")
@click.option("--instructor", is_flag=True, help="Count what grading needs, too: the sandbox and nbgrader.")
def doctor(as_json: bool, instructor: bool) -> None:
    """Say whether everything that the kit needs is in order, and how to mend what is not. Exit code 1 if not."""
    found = []
    for finding in examine(instructor):
        found.append(finding)
        if not as_json:
            _tell(finding)
    wrong = sum(finding.state == BAD for finding in found)
    if as_json:
        about = {"ok": not wrong, "system": platform.platform(), "findings": [asdict(finding) for finding in found]}
        say(json.dumps(about, indent=1, ensure_ascii=True))
    else:
        say()
        say("all is well" if not wrong else f"{wrong} thing{'s' if wrong > 1 else ''} to mend")
    sys.exit(1 if wrong else 0)


def _tell(finding: Finding) -> None:
    look = _LOOKS[finding.state]
    for line in folded(f"{paint(SIGNS[look], look)} {pad(finding.name, 10)} {finding.text}", deeper=13):
        say(line)
    if finding.mend and finding.state != FINE:
        for line in folded(f"{' ' * 13}mend: {finding.mend}"):
            say(line)
