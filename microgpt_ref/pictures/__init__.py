"""The pictures of the lessons: each is one function, and its result shows itself in a notebook.

A picture's module is loaded when the picture is first asked for, so importing this costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from microgpt_ref.pictures.areas import draw_parameters
    from microgpt_ref.pictures.attention import draw_attention
    from microgpt_ref.pictures.board import draw_board
    from microgpt_ref.pictures.descent import draw_descent
    from microgpt_ref.pictures.graph import draw_graph
    from microgpt_ref.pictures.live import LiveLoss
    from microgpt_ref.pictures.loss import draw_loss
    from microgpt_ref.pictures.map import draw_map
    from microgpt_ref.pictures.picture import Picture, PictureError
    from microgpt_ref.pictures.probabilities import draw_probabilities
    from microgpt_ref.pictures.slope import draw_slope
    from microgpt_ref.pictures.surprise import draw_surprise

__all__ = [
    "LiveLoss",
    "Picture",
    "PictureError",
    "draw_attention",
    "draw_board",
    "draw_descent",
    "draw_graph",
    "draw_loss",
    "draw_map",
    "draw_parameters",
    "draw_probabilities",
    "draw_slope",
    "draw_surprise",
]

_MODULES = {
    "LiveLoss": "live",
    "Picture": "picture",
    "PictureError": "picture",
    "draw_attention": "attention",
    "draw_board": "board",
    "draw_descent": "descent",
    "draw_graph": "graph",
    "draw_loss": "loss",
    "draw_map": "map",
    "draw_parameters": "areas",
    "draw_probabilities": "probabilities",
    "draw_slope": "slope",
    "draw_surprise": "surprise",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return list(__all__)
