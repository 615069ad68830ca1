"""How pictures reach people: in a notebook, while training, and in exported HTML."""

import json
import math
import sys
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest

from microgpt_ref.errors import UserError
from microgpt_ref.pictures import LiveLoss, draw_surprise, live
from microgpt_ref.pictures.picture import MIMETYPE, Picture


@pytest.fixture
def shown(monkeypatch):
    """A notebook that only remembers: each output by its id, in order, and how often it was asked to draw."""
    outputs, calls = {}, []

    def display(bundle, raw, display_id=None):
        assert raw
        calls.append(bundle)
        outputs[display_id or len(outputs)] = bundle

    import IPython.display

    monkeypatch.setattr(IPython, "get_ipython", lambda: SimpleNamespace(kernel=object()))
    monkeypatch.setattr(IPython.display, "display", display)
    monkeypatch.setattr(IPython.display, "update_display", display)
    return SimpleNamespace(outputs=outputs, calls=calls)


@pytest.fixture
def clock(monkeypatch):
    """A clock that moves only when told to."""
    now = SimpleNamespace(time=1000.0)
    monkeypatch.setattr(live.time, "monotonic", lambda: now.time)
    return now


def test_a_picture_shows_its_figure_and_then_its_words(shown):
    picture = draw_surprise()
    picture._ipython_display_()
    figure, words = shown.outputs.values()
    assert figure[MIMETYPE] == picture.figure
    assert figure["text/plain"] == "[Picture: Surprise: −ln p]"
    assert picture.alt in words["text/html"]


def test_words_are_words_in_html():
    assert "a &lt; b &amp; c" in Picture("t", "a < b & c").words_bundle()["text/html"]


def test_live_loss_redraws_a_few_times_a_second_in_one_place(shown, clock):
    with LiveLoss(100) as curve:
        for step in range(50):
            curve.add(3.0 - step / 100)
            clock.time += 0.03
    # 50 steps in 1.5 s, a drawing every 0.3 s, each a curve and its words, and the real picture at the end
    assert len(shown.calls) <= 2 * (1.5 / live.REDRAW + 1 + 1)
    assert "<svg" in shown.calls[0]["text/html"]
    assert len(shown.outputs) == 2
    figure, words = shown.outputs.values()
    assert len(figure[MIMETYPE]["data"][0]["x"]) == 50
    assert "The losses of 50 steps" in words["text/plain"]


def test_live_loss_ends_by_itself_at_the_last_step(shown, clock):
    curve = LiveLoss(3)
    for loss in (3.0, 2.5, 2.0):
        curve.add(loss)
    calls = len(shown.calls)
    curve.finish()
    assert len(shown.calls) == calls
    assert MIMETYPE in next(iter(shown.outputs.values()))


def test_live_loss_keeps_what_there_was_when_it_is_stopped(shown, clock):
    curve = LiveLoss(1000)

    def train():
        with curve:
            curve.add(3.0)
            curve.add(2.9)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train()
    assert MIMETYPE in next(iter(shown.outputs.values()))
    assert "2 steps" in curve.picture().alt


def test_live_loss_stops_at_nan_with_a_sentence(shown, clock):
    curve = LiveLoss(10)
    curve.add(3.0)
    with pytest.raises(UserError, match="loss of step 2 is nan"):
        curve.add(math.nan)
    assert len(shown.outputs) == 2


def test_live_loss_without_a_notebook_is_silent(capsys, monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    with LiveLoss(5) as curve:
        for _ in range(5):
            curve.add(3.0)
    assert capsys.readouterr().out == ""
    assert "The losses of 5 steps" in curve.picture().alt


def exported(*bundles):
    """The HTML that nbconvert makes of a notebook with these outputs."""
    pytest.importorskip("nbconvert")
    import nbformat
    from nbconvert import HTMLExporter
    from traitlets.config import Config

    from microgpt_ref.pictures import embed

    settings = json.loads((embed.Path(embed.__file__).parent / "export_config.json").read_text())
    outputs = [nbformat.v4.new_output("display_data", data=bundle) for bundle in bundles]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x", outputs=outputs)])
    return HTMLExporter(config=Config(settings)).from_notebook_node(notebook)[0]


def labels_in(page):
    """What a screen reader is told about the figures of a page."""
    labels = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: labels.append(dict(attrs)["aria-label"]) if tag == "figure" else None
    parser.feed(page)
    return labels


def test_exported_html_draws_with_one_library_of_its_own():
    picture = draw_surprise()
    page = exported(picture.figure_bundle(), picture.words_bundle(), picture.figure_bundle())
    assert page.count('id="microgpt-plotly"') == 1
    assert labels_in(page) == [picture.alt, picture.alt]
    assert "cdn.plot.ly" not in page
    assert len(page) < 4_000_000


def test_a_notebook_without_pictures_carries_no_library():
    assert "microgpt-plotly" not in exported({"text/plain": "6"})


def test_exported_html_cannot_be_broken_by_a_figure():
    nasty = {"data": [{"name": "</script><script>alert(1)</script>"}], "layout": {"meta": {"alt": '"><b>'}}}
    page = exported({MIMETYPE: nasty}, {MIMETYPE: {"layout": {"meta": ["x"]}}}, {MIMETYPE: [], "text/plain": "no"})
    assert "<script>alert(1)" not in page
    assert labels_in(page) == ['"><b>', "a figure"]
