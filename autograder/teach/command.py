"""`microgpt course`: set up a course folder, look it over, renew it, and see where the class stands."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from autograder.installing import need
from microgpt_ref.errors import UserError
from microgpt_ref.options import OneLineCommand, OneLineGroup

DIRECTORY = click.Path(path_type=Path, file_okay=True)


@click.group(cls=OneLineGroup)
def course() -> None:
    """A course folder for nbgrader: releasing, grading and sending feedback."""


@course.command(cls=OneLineCommand)
@click.argument("folder", type=DIRECTORY)
@click.option("--course", "name", default="", help="The course's name in nbgrader's exchange; else the folder's name.")
def init(folder: Path, name: str) -> None:
    """Make a course folder: configuration with a secret seed, notebooks with solutions, a README."""
    need("jupytext", "nbformat")
    from autograder.teach.new_course import make_course

    made, changes = make_course(folder, name)
    click.echo(f"made {made.path} with {len(changes)} notebooks in source/")
    click.echo(f"next: read {made.path / 'README.md'}, then: microgpt course check {folder}")


@course.command(cls=OneLineCommand)
@click.argument("folder", type=DIRECTORY)
def check(folder: Path) -> None:
    """Say whether this course can grade here: configuration, seed, sandbox, notebooks. Exit code 1 if not."""
    need("jupytext", "nbformat", "nbgrader")
    from autograder.teach.check_course import BAD, FINE, look_over
    from autograder.teach.folder import find_course

    try:
        findings = look_over(find_course(folder))
    except OSError as error:
        raise _told(error) from None
    for finding in findings:
        sign = "✓" if finding.state == FINE else "✗" if finding.state == BAD else "○"
        click.echo(f"{sign} {finding.text}")
    sys.exit(1 if any(finding.state == BAD for finding in findings) else 0)


@course.command(cls=OneLineCommand)
@click.argument("folder", type=DIRECTORY)
@click.option(
    "--overwrite", is_flag=True, help="Renew notebooks that you have changed or taken out, too; yours is kept."
)
def update(folder: Path, overwrite: bool) -> None:
    """Bring source/ and the README up to the installed kit and to own/; nothing with submissions is touched."""
    need("jupytext", "nbformat")
    from autograder.teach.folder import find_course
    from autograder.teach.new_course import guide, set_guard
    from autograder.teach.source import update_guide, update_source

    found = find_course(folder)
    try:
        set_guard(found)
        changes = [*update_source(found, overwrite), update_guide(found, guide, overwrite)]
    except OSError as error:
        raise _told(error) from None
    for change in filter(None, changes):
        kept = f" (yours is kept: {change.kept})" if change.kept else ""
        click.echo(f"{change.name}: {change.what}{kept}")


@course.command(cls=OneLineCommand)
@click.argument("folder", type=DIRECTORY)
@click.option("--csv", "csv_file", type=click.Path(path_type=Path, dir_okay=False), help="Write the table to a file.")
@click.option("--html", "html_file", type=click.Path(path_type=Path, dir_okay=False), help="Write a page with a chart.")
def report(folder: Path, csv_file: Path | None, html_file: Path | None) -> None:
    """Show where everybody stands, and which known mistakes the class makes most."""
    from autograder.teach.class_formats import to_csv, to_html, to_text
    from autograder.teach.class_report import class_report
    from autograder.teach.folder import find_course

    found = class_report(find_course(folder))
    if csv_file:
        _write(csv_file, to_csv(found))
    if html_file:
        need("plotly")
        _write(html_file, to_html(found))
    if not csv_file and not html_file:
        click.echo(to_text(found))


@course.command(cls=OneLineCommand)
@click.argument("out", type=click.Path(path_type=Path), metavar="OUT.zip")
@click.option("--course", "folder", type=DIRECTORY, help="A course folder: its notebooks, as they were released.")
def handout(out: Path, folder: Path | None) -> None:
    """Pack a folder for learners, ready to work in and without solutions, into OUT.zip."""
    if folder:
        need("jupytext", "nbformat", "nbgrader")
    from autograder.teach.folder import find_course
    from autograder.teach.handout import make_handout

    made = make_handout(out, find_course(folder) if folder else None)
    click.echo(f"wrote {made.path}")
    if made.built:
        click.echo(f"not released, so as the kit builds them: {', '.join(made.built)}")


def _told(error: OSError) -> UserError:
    return UserError(f"{error.filename or 'the course folder'} cannot be read or written: {error.strerror or error}")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}") from None
    click.echo(f"wrote {path}")
