"""`microgpt train`, `microgpt generate` and `microgpt names`; each imports what costs time when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from microgpt_ref.errors import UserError
from microgpt_ref.options import COUNT, RATE, TEMPERATURE, ZERO_OR_MORE, OneLineCommand
from microgpt_ref.words import counted

if TYPE_CHECKING:
    from microgpt_ref.names import NameList
    from microgpt_ref.plan import Plan
    from microgpt_ref.saved import SavedRun
    from microgpt_ref.training import Run

FILE = click.Path(path_type=Path)

TRAIN_EPILOG = """\b
The setting of an earlier published version (4,064 parameters for names of a to z):
  microgpt train --block-size 8 --steps 500 --schedule cosine
\b
Names can be anything with one item a line, in any alphabet: cities, words, dishes.
Items longer than the block size are learned as far as they fit.
\b
Ctrl-C stops at the end of a step; with --save or --resume the run is saved then
(and every few seconds before), and --resume goes on to the very same losses."""


@click.command(cls=OneLineCommand, epilog=TRAIN_EPILOG)
@click.argument("names", required=False, type=FILE)
@click.option("--fast", is_flag=True, help="Use the NumPy engine: the same names, hundreds of times faster.")
@click.option("--steps", type=COUNT, default=1000, show_default=True, help="Names to learn from, one a step.")
@click.option("--layers", type=COUNT, default=1, show_default=True, help="Blocks on top of each other.")
@click.option("--width", type=COUNT, default=16, show_default=True, help="Numbers that describe one letter.")
@click.option("--heads", type=COUNT, default=4, show_default=True, help="Lenses in each attention.")
@click.option("--block-size", type=COUNT, default=16, show_default=True, help="Letters it can look at.")
@click.option(
    "--schedule",
    type=click.Choice(["linear", "cosine"]),
    default="linear",
    show_default=True,
    help="How the nudges shrink to nothing: in a straight line, or like half a cosine wave.",
)
@click.option("--learning-rate", type=RATE, default=0.01, show_default=True, help="Size of the first nudges.")
@click.option("--temperature", type=TEMPERATURE, default=0.5, show_default=True, help="Low: safe. High: wild.")
@click.option("--seed", type=ZERO_OR_MORE, default=42, show_default=True, help="The same seed, the same run.")
@click.option("--samples", type=ZERO_OR_MORE, default=20, show_default=True, help="Names to invent at the end.")
@click.option("--save", type=FILE, metavar="FILE", help="Save the run in FILE (JSON), now and then and at the end.")
@click.option(
    "--resume",
    type=FILE,
    metavar="FILE",
    help="Go on with the run saved in FILE, as it was planned: other --steps, which would change the "
    "schedule, or any other difference are refused. Saves in FILE again, or where --save says.",
)
@click.pass_context
def train(
    ctx: click.Context,
    names: Path | None,
    fast: bool,
    steps: int,
    layers: int,
    width: int,
    heads: int,
    block_size: int,
    schedule: str,
    learning_rate: float,
    temperature: float,
    seed: int,
    samples: int,
    save: Path | None,
    resume: Path | None,
) -> None:
    """Train the finished GPT on NAMES, a file with one name a line, and see the names it invents.

    Without NAMES, it takes the list that `microgpt names` shows.
    """
    from microgpt_ref.microgpt import Config
    from microgpt_ref.plan import Plan, check_plan
    from microgpt_ref.saved import check_place, load

    plan = Plan(Config(layers, width, heads, block_size), steps, schedule, learning_rate, seed)
    saved = load(resume) if resume is not None else None
    if saved is not None:
        _refuse_contradictions(ctx, plan, saved.plan)
        plan = saved.plan
    check_plan(plan)
    place = save or resume
    if place is not None and (save is not None or not (saved and saved.finished)):
        check_place(place)
    try:
        code = _train(names, plan, saved, fast, temperature, samples, save, resume)
    except KeyboardInterrupt:  # before the first step, between the names, or a second Ctrl-C
        click.echo("stopped at once", err=True)
        code = 130
    ctx.exit(code)


def _train(
    names: Path | None,
    plan: Plan,
    saved: SavedRun | None,
    fast: bool,
    temperature: float,
    count: int,
    save: Path | None,
    resume: Path | None,
) -> int:
    """Train and invent; returns the exit code."""
    from microgpt_ref.engines import engine
    from microgpt_ref.names import describe
    from microgpt_ref.saved import NamesUsed, keep_previous
    from microgpt_ref.session import Autosave, train_on
    from microgpt_ref.training import SMOOTHED, begin, list_sha256, samples, thaw

    listed = _names_of(saved, names)
    click.echo(describe(listed))
    module = engine(fast)
    run = thaw(saved, listed.docs, module) if saved else begin(listed.docs, plan, module)
    _say_what(run, resume)
    place = save or resume
    if save is not None and save != resume:
        kept = keep_previous(save)
        if kept is not None:
            click.echo(f"{save} held a saved run: kept as {kept}")
    used = NamesUsed(listed.label, str(listed.path), len(listed.docs), list_sha256(listed.docs))
    wish = train_on(run, Autosave(run, used, place if save is not None or not run.finished else None))
    if wish:
        click.echo(_farewell(run, place), err=True)
        return wish.exit_code
    click.echo(
        f"loss: {run.losses[0]:.4f} at step 1, {run.losses[-1]:.4f} at step {len(run.losses)}, "
        f"{run.smoothed:.4f} on average over the last {min(SMOOTHED, len(run.losses))}"
    )
    _show_samples(samples(run, temperature, count), set(listed.docs), temperature)
    if place is not None:
        click.echo(f"\nsaved in {place}; more names: microgpt generate {place}")
    return 0


def _refuse_contradictions(ctx: click.Context, typed: Plan, saved: Plan) -> None:
    """A resumed run goes on as planned; an option that was typed must not say otherwise."""
    pairs = {
        "steps": (typed.num_steps, saved.num_steps),
        "layers": (typed.config.n_layer, saved.config.n_layer),
        "width": (typed.config.n_embd, saved.config.n_embd),
        "heads": (typed.config.n_head, saved.config.n_head),
        "block_size": (typed.config.block_size, saved.config.block_size),
        "schedule": (typed.schedule, saved.schedule),
        "learning_rate": (typed.learning_rate, saved.learning_rate),
        "seed": (typed.seed, saved.seed),
    }
    for name, (wanted, planned) in pairs.items():
        was_typed = ctx.get_parameter_source(name) != click.core.ParameterSource.DEFAULT
        if was_typed and wanted != planned:
            option = "--" + name.replace("_", "-")
            raise UserError(
                f"{option} {wanted} contradicts the saved run, which has {planned}: "
                f"leave {option} out, or begin a new run without --resume"
            )


def _names_of(saved: SavedRun | None, names: Path | None) -> NameList:
    """The list to learn from: the one named, else the one a saved run learned from, else the usual one."""
    from microgpt_ref.names import load_names

    if names is None and saved is not None and Path(saved.names.path).is_file():
        names = Path(saved.names.path)
    return load_names(names)


def _say_what(run: Run, resume: Path | None) -> None:
    from microgpt_ref.plan import count_parameters

    config, plan = run.plan.config, run.plan
    parameters = counted(count_parameters(len(run.vocab) + 1, config), "parameter")
    letters, steps = counted(len(run.vocab), "letter"), counted(plan.num_steps, "step")
    click.echo(f"{letters}, {parameters}, {steps}, {plan.schedule} schedule")
    cut = sum(len(doc) > config.block_size for doc in run.docs)
    if cut:
        longer = "1 is longer" if cut == 1 else f"{cut:,} are longer"
        click.echo(f"{longer} than {config.block_size} letters: learned as far as that")
    if resume is not None and run.finished:
        click.echo(f"{resume} has already done its {steps}")
    elif resume is not None:
        click.echo(f"going on after step {len(run.losses):,}")


def _farewell(run: Run, place: Path | None) -> str:
    done = f"stopped after step {len(run.losses):,} of {run.plan.num_steps:,}"
    if place is None:
        return f"{done}; nothing was saved (with --save FILE, Ctrl-C saves and --resume FILE goes on)"
    return f"{done}, saved in {place}; to go on: microgpt train --resume {place}"


def _show_samples(names: list[str], known: set[str], temperature: float) -> None:
    if not names:
        return
    click.echo(f"\n{counted(len(names), 'name')} at temperature {temperature:g}; * marks those already in the list:")
    for name in names:
        click.echo(f"  {name or '(empty: it stopped at once)'}{' *' if name in known else ''}")
    new = sum(name != "" and name not in known for name in names)
    click.echo(f"{new} of {len(names)} are new")


@click.command(cls=OneLineCommand)
@click.argument("file", type=FILE)
@click.option("--temperature", type=TEMPERATURE, default=0.5, show_default=True, help="Low: safe. High: wild.")
@click.option("--start", default="", metavar="LETTERS", help="What every name begins with.")
@click.option("--samples", type=ZERO_OR_MORE, default=20, show_default=True, help="Names to invent.")
@click.option("--seed", type=ZERO_OR_MORE, help="The same seed, the same names; without it, others each time.")
def generate(file: Path, temperature: float, start: str, samples: int, seed: int | None) -> None:
    """Invent names with the model in FILE, which `microgpt train --save FILE` made."""
    import random

    from microgpt_ref.engines import best_engine, from_lists, invent, quiet
    from microgpt_ref.saved import load

    saved = load(file)
    unknown = [letter for letter in dict.fromkeys(start) if letter not in saved.vocab]
    if unknown:
        raise UserError(
            f"--start has letters that the model has never seen: {_shown(unknown)} (it knows {_shown(saved.vocab)})"
        )
    longest = saved.plan.config.block_size
    if len(start) > longest:
        raise UserError(f"--start has {counted(len(start), 'letter')}, and this model's names have at most {longest}")
    module = best_engine()
    params, rng = from_lists(module, saved.params), random.Random(seed)
    with quiet(module):
        for _ in range(samples):
            click.echo(invent(module, params, saved.vocab, saved.plan.config, temperature, rng, start))


def _shown(letters: list[str]) -> str:
    """Letters on one line, those that cannot be seen as an escape or a word."""
    names = {" ": "space"}
    seen = [names.get(letter, letter if letter.isprintable() else ascii(letter)) for letter in letters]
    return " ".join(seen if len(seen) <= 40 else [*seen[:40], "…"])


@click.command(cls=OneLineCommand)
@click.option("--full", is_flag=True, help="Fetch the well-known list of 32,033 names first (once).")
def names(full: bool) -> None:
    """Show the list of names in use, or fetch the full one."""
    from microgpt_ref.names import describe, fetch_full, load_names

    fetched = fetch_full() if full else None
    listed = load_names(None)
    if fetched is not None and fetched.path != listed.path:
        click.echo(f"{describe(fetched)}, in {fetched.path}\nbut MICROGPT_NAMES is set, and goes first:")
    click.echo(describe(listed))
    click.echo(f"in {listed.path}")
    every = max(1, len(listed.docs) // 8)
    click.echo("for example: " + ", ".join(listed.docs[::every][:8]))
