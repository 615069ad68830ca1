"""Text of a submission on a page: in the formgrader and in feedback, where whoever reads it is signed in.

nbgrader's pages show a submission's texts as they are, scripts and all, and a script in the formgrader could give
marks as the instructor. Here Markdown keeps its shapes, and loses what could act or call home.
"""

from __future__ import annotations

import html
import re
from functools import cache
from typing import Any

import bleach  # type: ignore[import-untyped]
from jinja2 import pass_context
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.markdown_mistune import InvalidNotebook, IPythonRenderer, MarkdownWithMath

TAGS = {
    *("a", "b", "blockquote", "br", "code", "dd", "del", "details", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4"),
    *("h5", "h6", "hr", "i", "img", "li", "ol", "p", "pre", "s", "span", "strong", "sub", "summary", "sup", "table"),
    *("tbody", "td", "th", "thead", "tr", "u", "ul"),
}
LONGEST_TEXT = 40_000  # characters that Markdown is asked to read
# And how often these may stand in them: for each formula or tag it looks for the end, as far as the text goes.
MOST = ((re.compile(r"\\\\[\[(]|\\begin\{|\$\$?"), 200), (re.compile("<"), 1000), (re.compile(r"\|[ :]*-"), 200))
MOST_PICTURES = 20_000_000  # characters of pictures in one text, each as often as it is shown
# TeX that MathJax would turn into links, or into other TeX.
ACTING_TEX = re.compile(r"\\(href|url|require|csname|style|class|cssId|unicode)(?![A-Za-z])")


def allowed(tag: str, name: str, value: str) -> bool:
    """May this attribute stay? Pictures must be in the notebook itself: fetching one tells who reads, and when."""
    if tag == "img":
        return name in ("alt", "width", "height") or (name == "src" and value.startswith("data:image/"))
    if tag == "a":  # a link beside the notebook (the glossary) leads nowhere from these pages
        return name == "title" or (name == "href" and re.match(r"https?://|mailto:", value) is not None)
    if tag in ("td", "th"):
        return name in ("align", "colspan", "rowspan")
    return tag in ("div", "span", "pre", "code") and name == "class" and value.startswith(("highlight", "language-"))


@pass_context
def safe_markdown(context: Any, source: str) -> str:
    """In place of nbconvert's filter markdown2html."""
    attachments = context.get("cell", {}).get("attachments", {})
    if len(source) > LONGEST_TEXT or any(len(sign.findall(source)) > most for sign, most in MOST):
        return f"<pre>{html.escape(source)}</pre>"
    if len(str(attachments)) * source.count("attachment:") > MOST_PICTURES:
        attachments = {}
    renderer = _Renderer(escape=False, attachments=attachments, exclude_anchor_links=True)
    text = MarkdownWithMath(renderer=renderer).render(ACTING_TEX.sub(r"\\text{\1}", source))
    clean = bleach.clean(text, tags=TAGS, attributes=allowed, protocols={"http", "https", "mailto", "data"})
    clean = re.sub(r"<a>(.*?)</a>", r"\1", str(clean), flags=re.DOTALL)  # what leads nowhere should not look as if
    # The pages' own style leaves no space between the columns of a table.
    return clean.replace("<table>", '<table class="table table-condensed" style="width:auto">')


class _Renderer(IPythonRenderer):  # type: ignore[misc]
    """A picture that is not there stops the feedback of nobody."""

    def image(self, *about: Any, **more: Any) -> str:
        try:
            return str(super().image(*about, **more))
        except InvalidNotebook:
            return "(a picture was here)"


def safe_code(source: str, language: str | None = None, metadata: Any = None) -> str:
    """In place of nbconvert's filter highlight_code: IPython's lexer takes minutes for a page of dots."""
    return str(_python()(source))


def as_it_is(text: str) -> str:
    """In place of nbconvert's strip_files_prefix: a link to a file is gone already, and brackets cost it minutes."""
    return text


@cache
def _python() -> Highlight2HTML:
    return Highlight2HTML(pygments_lexer="python3")
