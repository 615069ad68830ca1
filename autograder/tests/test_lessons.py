"""The lessons: figures that are true, words that are explained, sentences that do not talk down."""

import math
import re

import pytest

from autograder.course import course, solutions_folder
from microgpt_ref import fast, microgpt

TEXTS = [
    (exercise.folder, cell)
    for exercise in course().exercises
    for cell in exercise.cells
    if cell.kind in ("text", "hints", "written")
]
GLOSSARY = (solutions_folder() / "glossary.md").read_text(encoding="utf-8")
TERMS = re.findall(r"^## (.+)\n+(.+(?:\n(?!#).+)*)", GLOSSARY, re.MULTILINE)
FIGURES = [
    pytest.param(expression.strip(), text.strip(), cell.source, id=f"{folder}-{cell.line}-{text.strip()}")
    for folder, cell in TEXTS
    for expression, text in re.findall(r"<!-- figure: (.*) = (.*?) -->", cell.source)
]


@pytest.mark.parametrize(("expression", "text", "lesson"), FIGURES)
def test_every_figure_is_what_the_kit_computes(expression, text, lesson):
    value = eval(expression, {**vars(microgpt), "math": math, "fast": fast, "microgpt": microgpt})
    if isinstance(value, int | float):
        decimals = len(text.partition(".")[2])
        assert text in (f"{value:,.{decimals}f}", f"{value:.{decimals}f}")
    else:
        assert text == str(value)
    shown = re.sub(r"<!--.*?-->", "", lesson).replace("{,}", ",").replace("$", "").replace("\\", "")
    assert text in shown, "the figure is not in the text that it stands below"


def test_there_are_figures_in_every_lesson():
    for exercise in course().exercises:
        assert [figure for figure in FIGURES if str(figure.id).startswith(exercise.folder)], exercise.folder


@pytest.mark.parametrize("exercise", course().exercises, ids=lambda exercise: exercise.folder)
def test_no_word_talks_down(exercise):
    for folder, cell in TEXTS:
        if folder == exercise.folder:
            found = re.findall(r"\b(?:simply|obviously|of course|trivial\w*|clearly)\b", cell.source, re.IGNORECASE)
            assert not found, f"line {cell.line}: {found}"


@pytest.mark.parametrize("exercise", course().exercises, ids=lambda exercise: exercise.folder)
def test_no_paragraph_is_longer_than_five_sentences(exercise):
    for folder, cell in TEXTS:
        if folder == exercise.folder:
            for paragraph in re.split(r"\n\s*\n", re.sub(r"<!--.*?-->|```.*?```", "", cell.source, flags=re.DOTALL)):
                if not re.match(r"\s*([-*|#>]|\d\.|<)", paragraph):
                    text = re.sub(r"`[^`]*`|\$[^$]*\$|\[[^\]]*\]\([^)]*\)", "x", paragraph)
                    assert len(re.findall(r"[.!?:]?[.!?](?:\s|$)", text)) <= 5, f"line {cell.line}: {paragraph}"


def test_every_link_to_the_glossary_leads_to_a_term():
    known = {term.replace(" ", "-").lower() for term, _ in TERMS}
    used = {
        link.lower().replace("%20", "-")
        for _, cell in TEXTS
        for link in re.findall(r"glossary\.ipynb#([^)\s]+)", cell.source)
    }
    assert used, "no lesson links to the glossary"
    assert used <= known, used - known


def test_a_term_is_explained_in_one_sentence():
    assert len(TERMS) >= 30
    assert len({term for term, _ in TERMS}) == len(TERMS)
    for term, text in TERMS:
        assert text.strip().endswith("."), term
        assert len(re.findall(r"(?<!e\.g)(?<!i\.e)\.(?:\s|$)", text.strip())) == 1, f"{term}: more than one sentence"


@pytest.mark.parametrize("exercise", course().exercises, ids=lambda exercise: exercise.folder)
def test_a_lesson_has_all_its_parts(exercise):
    """A picture to play with, something to break, and a look back."""
    tags = [tag for cell in exercise.cells for tag in cell.options.get("tags", [])]
    assert "picture" in tags
    assert "experiment" in tags
    text = "\n".join(cell.source for folder, cell in TEXTS if folder == exercise.folder).lower()
    assert "what you will have" in text
    assert "predict" in text or "guess" in text
    assert "what you have built" in text


def test_all_pictures_of_the_kit_are_used():
    import microgpt_ref.pictures as pictures

    code = "\n".join(cell.source for exercise in course().exercises for cell in exercise.cells)
    names = [name for name in pictures.__all__ if name.startswith("draw_")]
    assert names
    assert not [name for name in names if name not in code]
