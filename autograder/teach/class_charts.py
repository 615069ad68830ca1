"""The charts of `microgpt course report --html`."""

from __future__ import annotations

import html
from typing import Any

from autograder.teach.class_report import ClassReport

# Okabe and Ito's colours, as in the reports.
GREEN, ORANGE, YELLOW = "#009E73", "#D55E00", "#E69F00"
MOST_BARS = 25


def mistakes_chart(report: ClassReport) -> str:
    """A bar for each known mistake, the most frequent on top, its sentence on hover."""
    import plotly.graph_objects as go

    if not report.mistakes:
        return "<p>No known mistakes.</p>"
    shown = report.mistakes[:MOST_BARS][::-1]
    bars = go.Bar(
        x=[made.learners for made in shown],
        y=[f"{made.piece}: {made.id}" for made in shown],
        orientation="h",
        marker_color=ORANGE,
        customdata=[_wrapped(f"when {made.sentence}") for made in shown],
        hovertemplate="%{x} learners<br>%{customdata}<extra></extra>",
    )
    figure = go.Figure(bars)
    figure.update_layout(xaxis_title="learners", xaxis_dtick=None, height=120 + 26 * len(shown))
    table = "".join(
        f"<li>{made.learners} x <code>{html.escape(made.piece)}</code>: when {html.escape(made.sentence)}</li>"
        for made in report.mistakes
    )
    return _page(figure, with_library=True) + f"<ul>{table}</ul>"


def pieces_chart(report: ClassReport) -> str:
    """For each piece, how many pass it, do not pass it yet, and have not begun."""
    import plotly.graph_objects as go

    names = [f"{count.exercise[:2]} {count.piece}" for count in report.pieces]
    figure = go.Figure(
        [
            go.Bar(name="✓ passed", x=names, y=[count.passed for count in report.pieces], marker_color=GREEN),
            go.Bar(name="✗ does not pass", x=names, y=[count.failed for count in report.pieces], marker_color=ORANGE),
            go.Bar(name="○ to do", x=names, y=[count.todo for count in report.pieces], marker_color=YELLOW),
        ]
    )
    figure.update_layout(barmode="stack", yaxis_title="learners", height=420)
    return _page(figure, with_library=not report.mistakes)


def _page(figure: Any, with_library: bool) -> str:
    """The figure as HTML; the first one brings Plotly along, so that the page works offline."""
    figure.update_layout(template="plotly_white", margin={"l": 10, "r": 10, "t": 20, "b": 10})
    figure.update_yaxes(automargin=True)
    text: str = figure.to_html(full_html=False, include_plotlyjs=with_library)
    return text


def _wrapped(text: str) -> str:
    import textwrap

    return "<br>".join(textwrap.wrap(html.escape(text), 70))
