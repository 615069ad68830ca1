"""Options whose every mistake is one line, with what to write instead."""

from __future__ import annotations

import difflib
import math
from typing import Any

import click

from microgpt_ref.errors import UserError


class OneLineCommand(click.Command):
    """A command that answers a wrong command line in one line, not with a page of usage."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        try:
            return super().make_context(*args, **kwargs)
        except click.UsageError as error:
            what = " ".join(error.format_message().split()).rstrip(".")
            path = error.ctx.command_path if error.ctx else f"microgpt {self.name}"
            raise UserError(f"{what} (see {path} --help)") from error


class OneLineGroup(click.Group):
    """A group of commands that answers in one line, too."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args and self.no_args_is_help:
            click.echo(ctx.get_help())
            ctx.exit()
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            raise UserError(f"{error.format_message().rstrip('.')} (see {ctx.command_path} --help)") from error

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        known = self.list_commands(ctx)
        if args and args[0] not in known and not ctx.resilient_parsing:
            close = difflib.get_close_matches(args[0], known, n=1)
            advice = f"did you mean {close[0]}?" if close else f"{ctx.command_path} --help lists them"
            raise UserError(f"there is no command {args[0]!r}: {advice}")
        return super().resolve_command(ctx, args)


class WholeNumber(click.ParamType):
    """A whole number, least or more."""

    name = "number"

    def __init__(self, least: int) -> None:
        self.least = least

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            number = int(value)
        except ValueError:
            raise UserError(f"{_option(param)} must be a whole number, not {_shown(value)}") from None
        if number < self.least:
            raise UserError(f"{_option(param)} must be {self.least} or more, not {_shown(value)}")
        return number


class Positive(click.ParamType):
    """A finite number, least or more (or, without least, above 0). The advice says what to write instead."""

    name = "number"

    def __init__(self, advice: str, least: float = 0.0) -> None:
        self.advice, self.least = advice, least

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        bound = f"{self.least:g} or more" if self.least else "above 0"
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not math.isfinite(number) or number <= 0 or number < self.least:
            raise UserError(f"{_option(param)} must be {bound}, not {_shown(value)}: {self.advice}")
        return number


def _option(param: click.Parameter | None) -> str:
    return param.opts[0] if param is not None else "the number"


def _shown(value: Any) -> str:
    text = " ".join(str(value).split()) or "nothing"
    return text if len(text) <= 30 else text[:30] + "…"


COUNT = WholeNumber(least=1)
ZERO_OR_MORE = WholeNumber(least=0)
RATE = Positive("try 0.01")
# Below a thousandth nothing changes any more but the risk of dividing by next to nothing.
TEMPERATURE = Positive("0.01 takes nearly always the likeliest letter, 1 follows the odds as learned", least=0.001)
