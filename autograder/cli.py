"""The command `microgpt`: each subcommand is imported only when it is asked for, so that all start fast."""

from __future__ import annotations

import importlib
import os
import sys

import click

from microgpt_ref.errors import UserError

# Subcommand: where it lives, and its line in the help (so that the help needs no imports).
COMMANDS = {
    "train": ("microgpt_ref.commands:train", "Train the finished GPT and see the names it invents."),
    "generate": ("microgpt_ref.commands:generate", "Invent names with a model that you saved."),
    "names": ("microgpt_ref.commands:names", "Show the list of names in use, or fetch the full one."),
    "build": ("autograder.build_command:build", "Build the notebooks and the reference from solutions/."),
    "bench": ("autograder.bench.command:bench", "Measure the kit against its budgets."),
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one when it runs."""

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


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="microgpt-kit")
@click.option("--traceback", is_flag=True, help="Show where in the code an error came from.")
def microgpt(traceback: bool) -> None:
    """Learn how a GPT works by writing one."""
    if traceback:
        os.environ["MICROGPT_TRACEBACK"] = "1"


def main() -> None:
    """Run the command; a UserError is one line on stderr and exit code 2."""
    try:
        microgpt()
    except UserError as error:
        if os.environ.get("MICROGPT_TRACEBACK"):
            raise
        click.echo(f"microgpt: {error}", err=True)
        sys.exit(2)
    except BrokenPipeError:  # `microgpt ... | head`: whoever read us has had enough
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
        sys.exit(0)
