"""The command `microgpt`: each subcommand is imported only when it is asked for, so that all start fast."""

from __future__ import annotations

import importlib
import os
import sys

import click

from autograder.quick_start import without_grammars
from microgpt_ref.errors import UserError
from microgpt_ref.options import OneLineGroup

# Subcommand: where it lives, and its line in the help (so that the help needs no imports).
COMMANDS = {
    "init": ("autograder.learn.init_command:init", "Make a folder of your own with the exercises."),
    "check": ("autograder.learn.check_command:check", "Judge your notebooks as you last saved them."),
    "watch": ("autograder.learn.watch_command:watch", "Judge a notebook each time you save it."),
    "hint": ("autograder.learn.hint_command:hint", "Show the next of three hints for a piece."),
    "show": ("autograder.learn.show_command:show", "Show your piece beside the kit's, once it passes."),
    "reset": ("autograder.learn.reset_command:reset", "Begin a piece or a notebook anew; a copy is kept."),
    "lab": ("autograder.learn.lab_command:lab", "Open JupyterLab at the first exercise that is not done."),
    "assemble": ("autograder.learn.assemble_command:assemble", "Write mygpt.py: your own GPT in one file."),
    "update": ("autograder.learn.update_command:update_command", "Bring newer lessons; what you wrote stays."),
    "doctor": ("autograder.learn.doctor_command:doctor", "Say whether all that the kit needs is in order."),
    "train": ("microgpt_ref.commands:train", "Train the finished GPT and see the names it invents."),
    "generate": ("microgpt_ref.commands:generate", "Invent names with a model that you saved."),
    "names": ("microgpt_ref.commands:names", "Show the list of names in use, or fetch the full one."),
    "build": ("autograder.build_command:build", "Build the notebooks and the reference from solutions/."),
    "course": ("autograder.teach.command:course", "Set up a course with nbgrader, and see where the class stands."),
    "grade": ("autograder.teach.farm.grade_command:grade", "Grade what is submitted, on every core or machine."),
    "worker": ("autograder.teach.farm.worker_command:worker", "Judge for a grader on another machine."),
    "bench": ("autograder.bench.command:bench", "Measure the kit against its budgets."),
}


class LazyGroup(OneLineGroup):
    """A group that knows its commands by name and imports one when it runs."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("stopped", err=True)
            ctx.exit(130)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name][0].split(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_line) for name, (_, help_line) in COMMANDS.items()])


@click.group(cls=LazyGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="microgpt-kit")
@click.option("--traceback", is_flag=True, help="Show where in the code an error came from.")
@click.pass_context
def microgpt(ctx: click.Context, traceback: bool) -> None:
    """Learn how a GPT works by writing one. Without a command: where you are and what comes next."""
    if traceback:
        os.environ["MICROGPT_TRACEBACK"] = "1"
    if ctx.invoked_subcommand is None:
        from autograder.learn.status_command import status

        status()


def main() -> None:
    """Run the command; a UserError is one line on stderr and exit code 2."""
    without_grammars()
    try:
        microgpt()
    except UserError as error:
        if os.environ.get("MICROGPT_TRACEBACK"):
            raise
        click.echo(f"microgpt: {error}", err=True)
        sys.exit(2)
    except ModuleNotFoundError as error:
        from autograder.installing import EXTRAS, missing

        module = (error.name or "").split(".")[0]
        if module not in EXTRAS or os.environ.get("MICROGPT_TRACEBACK"):
            raise
        click.echo(f"microgpt: {missing(module)}", err=True)
        sys.exit(2)
