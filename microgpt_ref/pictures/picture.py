"""What every picture is: a Plotly figure as plain data, and the same facts in words.

A figure is made as plain dictionaries, so that no picture waits for Plotly's Python package; JupyterLab's
Plotly extension draws it. Words come as an output of their own below the figure, because JupyterLab shows
one format of an output only: so they reach people who see, screen readers and the exported HTML alike.
"""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from typing import Any

from microgpt_ref.errors import UserError

MIMETYPE = "application/vnd.plotly.v1+json"
# Not "responsive": with it, Plotly 4.1 makes a figure 0 pixels high when its slider is moved in JupyterLab.
CONFIG = {"displaylogo": False, "displayModeBar": False}


class PictureError(UserError, ValueError):
    """What cannot be drawn, in one sentence. A notebook shows the sentence and no traceback."""

    def _render_traceback_(self) -> list[str]:
        return [f"{self}"]


@dataclass(frozen=True)
class Picture:
    """A picture that shows itself. `alt` says in words what this very picture shows."""

    title: str
    alt: str
    figure: dict[str, Any] = field(default_factory=dict)  # data, layout, frames; empty: nothing but words

    def __post_init__(self) -> None:
        if self.figure:
            self.figure["layout"]["meta"] = {"alt": self.alt}
            self.figure["config"] = CONFIG

    def __repr__(self) -> str:
        return f"{self.title}. {self.alt}" if self.title else self.alt

    def figure_bundle(self) -> dict[str, Any]:
        """The figure alone, as notebooks store it."""
        return {MIMETYPE: self.figure, "text/plain": f"[Picture: {self.title}]"}

    def words_bundle(self) -> dict[str, Any]:
        """The words alone, as notebooks store them."""
        words = html.escape(self.alt)
        paragraph = f'<p class="microgpt-words" style="max-width: 60em; margin: 0.2em 0 0.8em 0">{words}</p>'
        return {"text/html": paragraph, "text/plain": self.alt}

    def _ipython_display_(self) -> None:
        from IPython.display import display

        if self.figure:
            display(self.figure_bundle(), raw=True)
        display(self.words_bundle(), raw=True)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        bundle = self.figure_bundle() if self.figure else self.words_bundle()
        return bundle | {"text/plain": repr(self)}
