"""What a picture is given, as plain numbers and labels, or one clear sentence about what is wrong with it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from microgpt_ref.microgpt import Config
from microgpt_ref.model import Model
from microgpt_ref.pictures.picture import PictureError

BOS = "BOS"


def as_number(thing: Any, what: str) -> float:
    """A plain number of a number or of anything like a Value; it may be NaN."""
    # NumPy's numbers have a `data` of their own, so first ask whether the thing is a number already.
    candidate: Any
    for candidate in (thing, getattr(thing, "data", None)):
        if isinstance(candidate, (int, float)) or hasattr(candidate, "__float__"):
            return float(candidate)
    raise PictureError(f"{what} should be numbers or Values, and {_short(thing)} is neither")


def finite(thing: Any, what: str) -> float:
    """A plain number that can be drawn."""
    number = as_number(thing, what)
    if not math.isfinite(number):
        raise PictureError(f"{what} cannot be drawn, because one of them is {number}")
    return number


def finite_list(things: Any, what: str) -> list[float]:
    """A list of numbers that can be drawn, with at least one in it."""
    try:
        numbers = [finite(thing, what) for thing in things]
    except TypeError:
        raise PictureError(f"{what} should be a list of numbers, and {_short(things)} is not a list") from None
    if not numbers:
        raise PictureError(f"{what}: the list is empty, so there is nothing to draw")
    return numbers


def finite_matrix(rows: Any, what: str) -> list[list[float]]:
    """Rows of equal length."""
    try:
        matrix = [finite_list(row, what) for row in rows]
    except TypeError:
        raise PictureError(f"{what} should be a list of rows, and {_short(rows)} is not a list") from None
    if not matrix:
        raise PictureError(f"{what}: the list is empty, so there is nothing to draw")
    if len({len(row) for row in matrix}) > 1:
        raise PictureError(f"{what}: the rows have different lengths")
    return matrix


def labels_for(labels: Any, count: int, what: str) -> list[str]:
    """One label for each of count things; where the letters of a vocab are one short, the last thing is BOS."""
    if isinstance(labels, Model):
        labels = labels.vocab
    found = [str(label) for label in labels]
    if len(found) == count - 1:
        found.append(BOS)
    if len(found) != count:
        raise PictureError(f"there are {count} {what} and {len(found)} labels: give one label for each")
    return found


def plain_params(params: Any) -> Any:
    """The dials as nested lists of plain numbers, whoever's Values they are."""
    if hasattr(params, "to_lists"):
        params = params.to_lists()
    if isinstance(params, dict):
        return {name: plain_params(part) for name, part in params.items()}
    if isinstance(params, (list, tuple)) and params and isinstance(params[0], dict):
        return [plain_params(part) for part in params]
    return finite_matrix(params, "the dials of the model")


def checked_model(model: Any, who: str) -> Model:
    """The model with plain dials that fit together."""
    if not all(hasattr(model, name) for name in ("params", "vocab", "config")):
        raise PictureError(f"{who} needs a model: Model(params, vocab, config), not {_short(model)}")
    try:
        params = plain_params(model.params)
        rows = {len(params["wte"]), len(params["lm_head"])}
        layers = len(params["layers"])
    except (TypeError, KeyError):
        raise PictureError("the params of the model should hold wte, wpe, lm_head and layers") from None
    config: Config = model.config
    if rows != {len(model.vocab) + 1}:
        raise PictureError(
            f"the model was made for {len(params['wte'])} tokens, and vocab has {len(model.vocab)} letters and BOS"
        )
    width = len(params["wte"][0])
    if (layers, width, len(params["wpe"])) != (config.n_layer, config.n_embd, config.block_size):
        raise PictureError(
            "config has other measurements than the params of the model: give the one they were made with"
        )
    return Model(params, model.vocab, config)


def known_letters(name: str, vocab: Sequence[str]) -> None:
    """Raise when the name has a letter that the model has never seen."""
    strangers = sorted({letter for letter in name if letter not in set(vocab)})
    if strangers:
        raise PictureError(
            f"the model does not know {', '.join(map(repr, strangers))}: it has learned only {''.join(vocab)!r}"
        )


def _short(thing: Any) -> str:
    text = repr(thing)
    return text if len(text) <= 40 else text[:37] + "..."
