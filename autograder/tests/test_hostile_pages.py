"""Texts that would hold up feedback and the formgrader: each page is there in a moment, and the text can be read."""

import time
from html.parser import HTMLParser

import pytest

from autograder.report import FAILED, CheckReport, PieceReport, Report
from autograder.teach.pages import LONGEST_TEXT, safe_markdown
from autograder.teach.sanitise import sanitise
from autograder.teach.sheet import sheet_from_notebook
from autograder.tests.classroom import classroom, needs_sandbox
from autograder.tests.notebooks import add_cell, notebook

pytest.importorskip("nbgrader")
pytestmark = pytest.mark.filterwarnings("ignore")

SHEET = sheet_from_notebook(notebook("03", solved=False))
TEXTS = {
    "letters": "long " * 40_000,
    "a picture that is not there": "![a](attachment:a.png)",
    "blanks": "a" + " " * 100_000 + "b",
    "other blanks": "a" + "\u00a0\t" * 50_000 + "b",
    "lines": "a" + "\n" * 100_000 + "b",
    "TeX environments": r"\begin{a}" * 20_000,
    "TeX brackets": r"\\[" * 20_000,
    "TeX parentheses": r"\\(" * 20_000,
    "dollars": "$a$$" * 20_000,
    "brackets": "[" * 20_000,
    "pictures": "![a](files/" * 2_000,
    "lists in lists": "<ul><li>" * 2_000,
    "tables": "|a|\n|-|\n" * 2_000,
}


def text_cell(source, **more):
    return {"cell_type": "markdown", "id": "mine", "metadata": {}, "source": source, **more}


def as_shown(cell):
    found = notebook("03")
    found["cells"].append(cell)
    clean = sanitise(found, SHEET)["cells"][-1]
    return safe_markdown({"cell": clean}, clean["source"])


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_shown_in_a_moment(name):
    began = time.process_time()
    page = as_shown(text_cell(TEXTS[name]))
    assert time.process_time() - began < 2
    assert len(page) < 200_000


def test_all_of_them_in_one_class(tmp_path, monkeypatch):
    """With nbgrader's own command and its other filters: for code, and for links to files."""
    needs_sandbox()
    room = classroom(tmp_path, monkeypatch, generated=True)
    found = notebook("03")
    for name, text in TEXTS.items():
        found["cells"].append({**text_cell(f"{name}: {text}"), "id": name})
    add_cell(found, "# " + "." * 40_000)
    add_cell(found, 'x = "' + "." * 40_000)
    room.hand_in("eve", "03", found)
    room.hand_in("zoe", "03")
    room.must("autograde", "03_attention")
    began = time.process_time()
    room.must("generate_feedback", "03_attention")
    assert time.process_time() - began < 15
    page = (room.folder.path / "feedback/eve/03_attention/attention.html").read_text()
    assert "tables: |a|" in page
    assert "a picture that is not there: (a picture was here)" in page
    assert "(this text has 200,009 characters; 20,000 of them are shown)" in page
    assert {sum(marks.values()) for marks in room.marks("03_attention").values()} == {16}


def test_what_markdown_is_not_asked_to_read_can_be_read_as_it_is():
    text = "<b>" + r"\\[" * 300
    assert safe_markdown({"cell": {}}, text) == "<pre>&lt;b&gt;" + r"\\[" * 300 + "</pre>"
    assert safe_markdown({"cell": {}}, "*" * LONGEST_TEXT + "*").startswith("<pre>***")
    assert safe_markdown({"cell": {}}, "$a$ and \\\\(b\\\\) " * 20).startswith("<p>$a$ and")


def test_a_picture_is_not_shown_a_thousand_times():
    small = {"a.png": {"image/png": "QQ=="}}
    assert as_shown(text_cell("![a](attachment:a.png)", attachments=small)).count("data:image/png") == 1
    large = {"a.png": {"image/png": "A" * 1_000_000}}
    assert len(as_shown(text_cell("![a](attachment:a.png)" * 900, attachments=large))) < 200_000
    huge = {"a.png": {"image/png": "A" * 10_000_000}}
    assert "data:" not in as_shown(text_cell("![a](attachment:a.png)", attachments=huge))


class Typeset(HTMLParser):
    """The text of a page that MathJax would look at."""

    def __init__(self):
        super().__init__()
        self.text, self.ignored = "", []

    def handle_starttag(self, tag, attrs):
        if tag not in ("br", "img"):
            self.ignored.append("tex2jax_ignore" in (dict(attrs).get("class") or "").split() or any(self.ignored))

    def handle_endtag(self, tag):
        self.ignored.pop()

    def handle_data(self, data):
        if not any(self.ignored):
            self.text += data


def test_mathjax_does_not_read_a_message():
    evil = r"$\href{javascript:top.x()}{x}$"
    check = CheckReport("a", "it adds up", FAILED, 0, 1, (f"dot([1], [2]) raised ValueError: {evil}",))
    report = Report((PieceReport("dot", "02", (check,), 1), PieceReport("softmax", "02", (), 1, evil)))
    page = Typeset()
    page.feed(report.to_html())
    assert evil in report.to_html()
    assert "href" not in page.text
