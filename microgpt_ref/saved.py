"""A training run as data, and its place on disk: one JSON file, written whole or not at all.

Floats are written with the digits that give back exactly the same float, so a resumed run is the same run.
"""

from __future__ import annotations

import json
import math
import os
import random
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from microgpt_ref.errors import UserError
from microgpt_ref.microgpt import Config
from microgpt_ref.plan import Plan, check_plan, check_size, count_parameters, shapes
from microgpt_ref.whole import write_whole

FORMAT = "microgpt run"
VERSION = 1
HEAD = f'{{\n"format": "{FORMAT}"'  # how every file of ours begins


@dataclass(frozen=True)
class NamesUsed:
    """Which list a run learns from."""

    label: str
    path: str
    count: int
    sha256: str


@dataclass(frozen=True)
class SavedRun:
    """Everything that a run needs to go on: what was planned, what was seen, where every number stands."""

    plan: Plan
    names: NamesUsed
    vocab: list[str]
    losses: list[float]  # one for each step done
    rng_state: tuple[Any, ...]  # what random.Random.getstate gives
    params: dict[str, Any]  # as in microgpt.py, with plain floats
    adam_mean: list[float]
    adam_mean_square: list[float]

    @property
    def finished(self) -> bool:
        return len(self.losses) == self.plan.num_steps


# Writing


def check_place(path: Path) -> None:
    """Raise UserError when a run could not be saved there: to be asked before the training, not after it."""
    try:
        if path.is_dir():
            raise UserError(f"cannot save to {path}: it is a folder; name a file in it, {path / 'run.json'}")
        if not _real(path).parent.is_dir():
            raise UserError(f"cannot save to {path}: there is no folder {path.parent}; make it first")
        if path.exists() and not path.is_file():
            raise UserError(f"cannot save to {path}: it is not an ordinary file; choose another name")
        if path.exists() and path.stat().st_size and not looks_saved(path):
            raise UserError(f"{path} exists and is not a saved run: choose another name, or remove it")
        trial = _temporary(path)
        trial.touch()
        trial.unlink()
    except OSError as error:
        raise UserError(f"cannot save to {path}: {error.strerror}; choose another place") from error


def looks_saved(path: Path) -> bool:
    """Does this file begin as our files do?"""
    with open(path, "rb") as file:
        return file.read(len(HEAD)) == HEAD.encode()


def keep_previous(path: Path) -> Path | None:
    """Keep a copy of the run that is already saved there, if there is one; returns the copy's place."""
    if not path.exists() or not path.stat().st_size:
        return None
    return Path(shutil.copy2(path, path.with_stem(path.stem + ".previous")))


def write(saved: SavedRun, path: Path) -> None:
    """Save a run: at every moment the file is the old one or the new one, never half of one."""
    plan = asdict(saved.plan)
    fields = {
        "format": FORMAT,
        "version": VERSION,
        "config": plan.pop("config"),
        **plan,
        "steps_done": len(saved.losses),
        "names": asdict(saved.names),
        "vocab": saved.vocab,
        "losses": saved.losses,
        "rng_state": saved.rng_state,
        "params": saved.params,
        "adam_mean": saved.adam_mean,
        "adam_mean_square": saved.adam_mean_square,
    }
    try:
        lines = [f'"{name}": {json.dumps(value, allow_nan=False)}' for name, value in fields.items()]
    except ValueError as error:
        raise UserError(f"not saved in {path}: the run holds numbers that are no longer finite") from error
    try:
        write_whole(path, ("{\n" + ",\n".join(lines) + "\n}\n").encode())
    except OSError as error:
        raise UserError(f"cannot save to {path}: {error.strerror}; --save names another place") from error


def _temporary(path: Path) -> Path:
    return _real(path).with_name(f".{path.name}.{os.getpid()}.part")


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))  # where a link points: the file is replaced, not the link


# Reading


class _Damaged(Exception):
    """What is wrong with the contents of a file."""


def load(path: Path) -> SavedRun:
    """Read a saved run, trusting nothing: what is returned can go on, or else it is a UserError."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UserError(f"there is no saved run {path}: `microgpt train --save {path}` makes one") from None
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError:
        raise UserError(f"{path} is not a saved run: name a file that --save wrote") from None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        if text.startswith(HEAD):
            advice = "train again, or use a copy that is whole"
            raise UserError(f"{path} is damaged, probably cut short: {advice}") from None
        raise UserError(f"{path} is not a saved run: name a file that --save wrote") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise UserError(f"{path} is not a saved run: name a file that --save wrote")
    if found.get("version") != VERSION or type(found["version"]) is not int:
        raise UserError(
            f"{path} is from another version of the kit (its format is {found.get('version')!r:.40}, "
            f"this kit reads {VERSION}): use that version, or train again"
        )
    try:
        return _checked(found)
    except (_Damaged, UserError) as error:
        raise UserError(f"{path} is damaged ({error}): train again, or use a copy that is whole") from error


def _checked(found: dict[str, Any]) -> SavedRun:
    plan = _plan(found)
    vocab = _entry(found, "vocab", list)
    if not vocab or not all(isinstance(letter, str) and len(letter) == 1 for letter in vocab):
        raise _Damaged("vocab is not a list of letters")
    if vocab != sorted(set(vocab)):
        raise _Damaged("vocab is not in order")
    check_size(len(vocab) + 1, plan.config)
    total = count_parameters(len(vocab) + 1, plan.config)
    steps_done = _entry(found, "steps_done", int)
    if not 0 <= steps_done <= plan.num_steps:
        raise _Damaged("steps_done is not a step of the run")
    return SavedRun(
        plan=plan,
        names=_names(_entry(found, "names", dict)),
        vocab=vocab,
        losses=_floats(_entry(found, "losses", list), steps_done, "losses"),
        rng_state=_rng_state(_entry(found, "rng_state", list)),
        params=_params(_entry(found, "params", dict), len(vocab) + 1, plan.config),
        adam_mean=_floats(_entry(found, "adam_mean", list), total, "adam_mean"),
        adam_mean_square=_floats(_entry(found, "adam_mean_square", list), total, "adam_mean_square", least=0.0),
    )


def _plan(found: dict[str, Any]) -> Plan:
    config = _entry(found, "config", dict)
    plan = Plan(
        config=Config(
            n_layer=_entry(config, "n_layer", int),
            n_embd=_entry(config, "n_embd", int),
            n_head=_entry(config, "n_head", int),
            block_size=_entry(config, "block_size", int),
        ),
        num_steps=_entry(found, "num_steps", int),
        schedule=_entry(found, "schedule", str),
        learning_rate=_entry(found, "learning_rate", float),
        seed=_entry(found, "seed", int),
    )
    check_plan(plan)
    return plan


def _names(found: dict[str, Any]) -> NamesUsed:
    return NamesUsed(
        label=_entry(found, "label", str),
        path=_entry(found, "path", str),
        count=_entry(found, "count", int),
        sha256=_entry(found, "sha256", str),
    )


def _entry(found: dict[str, Any], name: str, kind: type) -> Any:
    if name not in found:
        raise _Damaged(f"{name} is missing")
    if type(found[name]) is not kind:
        raise _Damaged(f"{name} has the wrong type")
    return found[name]


def _floats(numbers: Any, length: int, what: str, least: float = -math.inf) -> list[float]:
    if type(numbers) is not list or len(numbers) != length:
        raise _Damaged(f"{what} should be {length} numbers")
    if not all(type(number) is float and math.isfinite(number) and number >= least for number in numbers):
        raise _Damaged(f"{what} holds something that is not a proper number")
    return numbers


def _params(found: dict[str, Any], vocab_size: int, config: Config) -> dict[str, Any]:
    outside, layer_shapes = shapes(vocab_size, config)
    layers = _entry(found, "layers", list)
    if len(layers) != config.n_layer or not all(type(layer) is dict for layer in layers):
        raise _Damaged(f"params should have {config.n_layer} layers")
    params: dict[str, Any] = _matrices(found, outside)
    params["layers"] = [_matrices(layer, layer_shapes) for layer in layers]
    return params


def _matrices(found: dict[str, Any], wanted: dict[str, tuple[int, int]]) -> dict[str, Any]:
    for name, (rows, columns) in wanted.items():
        if len(_entry(found, name, list)) != rows:
            raise _Damaged(f"{name} should have {rows} rows")
        for row in found[name]:
            _floats(row, columns, f"a row of {name}")
    return {name: found[name] for name in wanted}


def _rng_state(found: list[Any]) -> tuple[Any, ...]:
    try:
        version, numbers, pending = found
        state = (version, tuple(numbers), pending)
        random.Random().setstate(state)
    except (ValueError, TypeError, OverflowError) as error:
        raise _Damaged("rng_state is not the state of a random.Random") from error
    if pending is not None and not (type(pending) is float and math.isfinite(pending)):
        raise _Damaged("rng_state is not the state of a random.Random")
    return state
