"""The notebooks as people meet them: JupyterLab in a real browser."""

import os
import re
import shutil
from pathlib import Path

import pytest

from autograder.build import PRISTINE
from autograder.course import course
from autograder.tests.browser import CHROMIUM, FLAGS, PANEL, Desk, errors, lab, needs_browser
from autograder.tests.notebooks import notebook, save

pytestmark = [pytest.mark.slow, pytest.mark.browser]

EXERCISES = course().exercises
WRONG = """def softmax(logits):
    exps = [logit.exp() for logit in logits]
    total = sum(exps)
    return [e / total for e in exps]
"""
RIGHT = """def softmax(logits):
    largest = max(logit.data for logit in logits)
    exps = [(logit - largest).exp() for logit in logits]
    total = sum(exps)
    return [e / total for e in exps]
"""


@pytest.fixture(scope="module")
def browser():
    needs_browser()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def shot(request):
    """Keeps a picture of the page when the test fails."""
    pages = []
    yield pages.append
    if getattr(request.node, "failed", False):
        folder = Path(os.environ.get("MICROGPT_SHOTS", "test-results"))
        folder.mkdir(exist_ok=True)
        for number, page in enumerate(pages):
            name = re.sub(r"\W+", "-", request.node.name)
            page.screenshot(path=folder / f"{name}-{number}.png")


def with_fewer_steps(found):
    """A tenth of the training, and all the rest. The whole of it is `pytest -m thorough`."""
    for cell in found["cells"]:
        if cell["cell_type"] == "code":
            cell["source"] = re.sub(r"\b([1-9]0?)00\b", r"\g<1>0", cell["source"])
    return found


@pytest.fixture(scope="module")
def desk(browser, tmp_path_factory):
    """The exercises as a learner finds them, the first two solved, in JupyterLab; in solved/ all of them, solved."""
    folder = tmp_path_factory.mktemp("lab") / "exercises"
    for exercise in EXERCISES:
        save(notebook(exercise.folder, solved=exercise.number in ("00", "01")), folder, exercise.folder)
        save(notebook(exercise.folder), folder / "solved", exercise.folder)
    shutil.copy(PRISTINE / "glossary.ipynb", folder)
    with lab(folder, tmp_path_factory.mktemp("home")) as address:
        yield Desk(browser, address, folder)


# The first, one with a slider, one that trains, and the last; the others take half a minute: on request.
ALWAYS = ("00", "02", "05", "07")


@pytest.mark.parametrize(
    "exercise",
    [
        pytest.param(exercise, id=exercise.folder, marks=[] if exercise.number in ALWAYS else pytest.mark.thorough)
        for exercise in EXERCISES
    ],
)
def test_a_solved_notebook_runs_from_top_to_bottom_and_shows_its_pictures(desk, shot, exercise):
    if exercise.number == "07":
        save(with_fewer_steps(notebook("07")), desk.folder / "solved", "07")
    runs_from_top_to_bottom(desk, shot, exercise)


@pytest.mark.thorough
def test_the_last_notebook_with_every_step_of_its_training(desk, shot):
    save(notebook("07"), desk.folder / "solved", "07")
    runs_from_top_to_bottom(desk, shot, course().exercise("07"))


def runs_from_top_to_bottom(desk, shot, exercise):
    shot(desk.page)
    opened = desk.open(f"solved/{exercise.notebook}")
    opened.run_all(150)
    cells = opened.cells()
    assert errors(cells) == []
    for cell in cells:
        if "picture" in cell.get("metadata", {}).get("tags", []):
            drawn = opened.element(cell["id"]).locator(
                ".js-plotly-plot, .jp-RenderedMermaid, svg, img, .jp-RenderedHTML"
            )
            assert drawn.count() > 0, f"no picture below {cell['id']}"
    tables = desk.page.locator("div[role=region]")
    assert tables.count() >= len(exercise.pieces)
    assert "not written" not in desk.page.inner_text(PANEL)


def test_the_temperature_slider_moves_the_bars(desk, shot):
    page = desk.page
    shot(page)
    opened = desk.open("solved/02_layers/layers.ipynb")
    (picture,) = [cell["id"] for cell in opened.cells() if "draw_probabilities(" in cell["source"]][:1]
    opened.run_up_to(picture)
    drawn = opened.element(picture).locator(".js-plotly-plot")
    drawn.scroll_into_view_if_needed()
    drawn.locator(".slider-rail-touch-rect").wait_for(timeout=20_000)

    def bars():
        return [path.get_attribute("d") for path in drawn.locator(".barlayer .point path").all()]

    def slide(part):
        rail = drawn.locator(".slider-rail-touch-rect").bounding_box()
        page.mouse.click(rail["x"] + part * rail["width"], rail["y"] + rail["height"] / 2)
        page.wait_for_timeout(1000)

    slide(0.02)
    cold = bars()
    slide(0.98)
    warm = bars()
    assert len(cold) == len(warm) > 1
    assert cold != warm


def test_lab_opens_the_next_unfinished_notebook_and_nothing_stands_in_the_way(desk):
    assert "tree/02_layers/layers.ipynb" in desk.first_url
    assert desk.in_the_way == []
    (stub,) = [cell["source"] for cell in desk.first_cells if cell["id"] == "softmax"]
    assert stub.endswith('raise NotImplementedError("write softmax here")')


def test_a_wrong_piece_shows_its_sentence_and_a_right_one_its_points(desk, shot):
    page = desk.page
    shot(page)
    opened = desk.open("02_layers/layers.ipynb")
    opened.run_all()
    assert all("not written yet" in error or "NotImplementedError" in error for error in errors(opened.cells()))

    opened.type_into("softmax", WRONG)
    opened.run("softmax")
    opened.run("check-softmax")
    text = opened.element("check-softmax").inner_text()
    assert "This is what you get when" in text
    assert "softmax does not pass yet" in text
    if picture := os.environ.get("MICROGPT_PICTURE"):  # the README's own
        page.evaluate("async () => { await jupyterapp.commands.execute('application:toggle-left-area') }")
        opened.element("softmax").scroll_into_view_if_needed()
        opened.element("check-softmax").scroll_into_view_if_needed()
        page.wait_for_timeout(500)
        page.screenshot(path=picture, clip={"x": 0, "y": 0, "width": 1200, "height": 860})

    opened.type_into("softmax", RIGHT)
    opened.run("softmax")
    opened.run("check-softmax")
    text = opened.element("check-softmax").inner_text()
    assert "passed, 4 of 4 points" in text
    assert "does not pass" not in text


def test_the_validate_button_agrees(desk, shot):
    """nbgrader's own button: a notebook with stubs fails, in the words of the checks."""
    pytest.importorskip("nbgrader")
    page = desk.page
    shot(page)
    desk.open("03_attention/attention.ipynb")
    button = page.locator("button:has-text('Validate'), jp-button:has-text('Validate'), [title*='Validate']").first
    button.wait_for(timeout=20_000)
    button.click()
    dialog = page.locator(".jp-Dialog")
    dialog.get_by_text(re.compile("cell failed|cells failed|failed", re.IGNORECASE)).first.wait_for(timeout=60_000)
    assert "attention_weights is not written yet" in dialog.inner_text()
    page.keyboard.press("Escape")


@pytest.fixture(autouse=True)
def _remember_failure(request):
    before = request.session.testsfailed
    yield
    request.node.failed = request.session.testsfailed > before
