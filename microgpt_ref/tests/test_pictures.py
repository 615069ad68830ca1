"""Every picture: valid for Plotly, named, told in words, moved by its slider and quick."""

import json
import math
import random
import time

import numpy as np
import pytest

from microgpt_ref import fast, microgpt, pictures
from microgpt_ref.microgpt import Config, Value
from microgpt_ref.model import Model

NAMES = ["emma", "olivia", "ava", "isabella", "sophia", "mia", "zoe", "quinn", "xavi", "beth", "kyle", "wren"]
VOCAB = microgpt.build_vocab(NAMES)
CONFIG = Config()


def train(num_steps=60):
    params = fast.init_params(len(VOCAB) + 1, CONFIG, random.Random(42))
    losses, history = [], [(0, params["wte"].copy())]
    for step, loss in enumerate(fast.train(NAMES, VOCAB, params, CONFIG, num_steps), start=1):
        losses.append(loss)
        if step % 20 == 0:
            history.append((step, params["wte"].copy()))
    return Model(params, VOCAB, CONFIG), losses, history


MODEL, LOSSES, HISTORY = train()


def small_graph():
    a, b = Value(2.0), Value(-3.0)
    return a, b, ((a * b + 10.0) * a).relu()


DRAWN = {
    "graph": lambda: pictures.draw_graph(small_graph()[2]),
    "graph of 60": lambda: pictures.draw_graph(chain(59)),
    "probabilities": lambda: pictures.draw_probabilities([2.0, 1.0, 0.1], "abc"),
    "attention": lambda: pictures.draw_attention("emma", MODEL),
    "attention, longest": lambda: pictures.draw_attention("isabellaisabell", MODEL),
    "loss": lambda: pictures.draw_loss(LOSSES),
    "long loss": lambda: pictures.draw_loss(LOSSES * 1000),
    "board": lambda: pictures.draw_board(HISTORY, VOCAB),
    "board in space": lambda: pictures.draw_board(HISTORY, VOCAB, dimensions=3),
    "parameters": lambda: pictures.draw_parameters(),
    "descent": lambda: pictures.draw_descent(),
    "slope": lambda: pictures.draw_slope(lambda x: x * x),
    "map": lambda: pictures.draw_map(),
    "surprise": lambda: pictures.draw_surprise(),
}


def chain(length):
    value = Value(1.0)
    for _ in range(length):
        value = value.exp().log() if length > 1000 else value.relu()
    return value


@pytest.fixture(params=DRAWN, ids=lambda name: name.replace(" ", "-"))
def name(request):
    return request.param


# All of them


def test_plotly_takes_the_figure_as_it_is(name):
    go = pytest.importorskip("plotly.graph_objects")
    figure = DRAWN[name]().figure
    json.dumps(figure, allow_nan=False)
    go.Figure({part: figure[part] for part in ("data", "layout", "frames") if part in figure})


def test_it_has_a_title_and_names_on_its_axes(name):
    picture = DRAWN[name]()
    layout = picture.figure["layout"]
    assert layout["title"]["text"].startswith(picture.title[:5])
    axes = [axis for key, axis in layout.items() if key.startswith(("xaxis", "yaxis"))]
    axes += [axis for key, axis in layout.get("scene", {}).items() if key.endswith("axis")]
    named = [axis["title"]["text"] for axis in axes if axis["title"]["text"]]
    if name == "parameters":
        assert "area = number of dials" in layout["title"]["text"]
    else:
        assert named
        assert "graph" in name or len(named) >= 2


def test_its_words_are_whole_sentences_and_travel_with_the_figure(name):
    picture = DRAWN[name]()
    assert len(picture.alt) > 60
    assert picture.alt.endswith(".")
    assert "nan" not in picture.alt.lower()
    assert picture.figure["layout"]["meta"]["alt"] == picture.alt
    assert picture.alt in picture.words_bundle()["text/plain"]
    assert picture.alt in repr(picture)


def test_it_is_readable_on_black_and_on_white(name):
    layout = DRAWN[name]().figure["layout"]
    assert layout["paper_bgcolor"] == layout["plot_bgcolor"] == "rgba(0,0,0,0)"
    for background in ("#ffffff", "#111111"):
        assert contrast(layout["font"]["color"], background) >= 4
        assert contrast(layout["title"]["font"]["color"], background) >= 4


def contrast(one, other):
    """The contrast of two colours as the accessibility guidelines define it."""

    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        parts = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_every_stop_of_the_slider_shows_something_else(name):
    figure = DRAWN[name]().figure
    if "sliders" not in figure["layout"]:
        assert "frames" not in figure
        return
    (slider,) = figure["layout"]["sliders"]
    stops = [step["args"][0][0] for step in slider["steps"]]
    assert stops == [frame["name"] for frame in figure["frames"]]
    assert len(set(stops)) == len(stops)
    shown = [json.dumps(frame["data"]) for frame in figure["frames"]]
    assert len(set(shown)) == len(shown)
    # What is drawn at first is what the slider says it is.
    start = figure["frames"][slider["active"]]
    for trace, data in zip(start["traces"], start["data"]):
        assert figure["data"][trace] | data == figure["data"][trace]


def test_it_is_drawn_in_under_half_a_second(name):
    times = []
    for _ in range(3):
        start = time.perf_counter()
        DRAWN[name]().figure_bundle()
        times.append(time.perf_counter() - start)
    assert min(times) < 0.5


def test_nothing_is_imported_before_it_is_asked_for():
    assert set(pictures.__all__) <= set(dir(pictures))
    with pytest.raises(AttributeError, match="draw_nothing"):
        _ = pictures.draw_nothing


# The others, one by one: facts


def test_probabilities_of_the_lesson():
    picture = pictures.draw_probabilities([2.0, 1.0, 0.1], ["cat", "dog", "emu"])
    assert picture.figure["data"][0]["y"] == pytest.approx([0.659, 0.242, 0.099], abs=5e-4)
    assert "cat with 65.9%, dog with 24.2% and emu with 9.9%" in picture.alt
    heights = {frame["name"]: frame["data"][0]["y"] for frame in picture.figure["frames"]}
    assert len(heights) == 30
    assert heights["0.1"][0] > 0.99
    assert heights["3.0"][0] < 0.45
    assert all(sum(ys) == pytest.approx(1, abs=1e-3) for ys in heights.values())


def test_probabilities_take_values_and_a_vocab():
    picture = pictures.draw_probabilities([Value(1.0)] * (len(VOCAB) + 1), VOCAB)
    assert picture.figure["layout"]["xaxis"]["ticktext"][-1] == "BOS"
    assert pictures.draw_probabilities(np.zeros(3)).figure["layout"]["xaxis"]["ticktext"] == ["0", "1", "2"]


def test_attention_shows_a_triangle_for_every_head():
    picture = pictures.draw_attention("emma", MODEL)
    maps = [trace for trace in picture.figure["data"] if trace["type"] == "heatmap"]
    assert [trace["name"] for trace in maps] == ["head 1", "head 2", "head 3", "head 4"]
    for trace in maps:
        for q, row in enumerate(trace["z"]):
            assert sum(row[: q + 1]) == pytest.approx(1, abs=1e-3)
            assert row[q + 1 :] == [None] * (4 - q)
    assert picture.figure["layout"]["xaxis"]["ticktext"] == ["BOS", "e", "m", "m", "a"]
    assert "for BOS, e, m, m, a" in picture.alt
    assert picture.figure["data"][4]["text"][0] == "1.00"  # short names have their numbers written on
    assert len(pictures.draw_attention("isabellaisabell", MODEL).figure["data"]) == 4


def test_attention_is_that_of_the_reference():
    params = microgpt.init_params(len(VOCAB) + 1, CONFIG, random.Random(3))
    model = Model(params, VOCAB, CONFIG)
    tokens = microgpt.encode("mia", VOCAB)[:-1]
    keys, rows = [], []
    for position, token in enumerate(tokens):
        x = microgpt.rmsnorm(microgpt.rmsnorm(microgpt.embed(token, position, params)))
        keys.append(microgpt.linear(x, params["layers"][0]["wk"]))
        query = microgpt.linear(x, params["layers"][0]["wq"])
        rows.append([w.data for w in microgpt.attention_weights(query[4:8], [key[4:8] for key in keys])])
    drawn = pictures.draw_attention("mia", model).figure["data"][1]["z"]
    for row, expected in zip(drawn, rows):
        assert row[: len(expected)] == pytest.approx(expected, abs=1e-4)


def test_attention_of_two_layers_and_of_tokens():
    config = Config(n_layer=2, n_head=2)
    model = Model(fast.init_params(len(VOCAB) + 1, config, random.Random(1)), VOCAB, config)
    traces = pictures.draw_attention([len(VOCAB), 0, 1], model).figure["data"]
    names = [trace["name"] for trace in traces if trace["type"] == "heatmap"]
    assert names == ["layer 1, head 1", "layer 1, head 2", "layer 2, head 1", "layer 2, head 2"]


def test_the_loss_has_its_mean_and_the_line_of_knowing_nothing():
    picture = pictures.draw_loss([3.0] * 50 + [2.0] * 50, vocab_size=27)
    single, mean, line = picture.figure["data"]
    assert single["y"][0] == 3.0
    assert mean["y"][-1] == 2.0
    assert mean["y"][54] == pytest.approx(2.5)
    assert line["y"] == [math.log(27)] * 2
    assert "The first is 3.00, the mean of the last 10 is 2.00, below the 3.30 (ln 27)" in picture.alt


def test_a_long_loss_is_thinned_and_keeps_its_ends():
    trace = pictures.draw_loss([float(i) for i in range(10_000)]).figure["data"][0]
    assert len(trace["x"]) == 2000
    assert (trace["x"][0], trace["x"][-1]) == (1, 10_000)


def test_the_board_tells_vowels_by_colour_and_by_shape():
    figure = pictures.draw_board(HISTORY, VOCAB).figure
    vowels, consonants, bos = figure["data"]
    assert vowels["text"] == ["a", "e", "i", "o", "u"]
    assert bos["text"] == ["BOS"]
    assert len({trace["marker"]["symbol"] for trace in figure["data"]}) == 3
    assert len({trace["marker"]["color"] for trace in figure["data"]}) == 3
    assert set(vowels["text"] + consonants["text"] + bos["text"]) == {*VOCAB, "BOS"}
    assert [frame["name"] for frame in figure["frames"]] == ["0", "20", "40", "60"]


def test_the_board_stays_while_the_letters_move():
    """The axes are those of the last state, so a history that ends alike has the same last frame."""
    moved, alone = (pictures.draw_board(h, VOCAB).figure for h in (HISTORY, HISTORY[-1:]))
    assert moved["frames"][-1]["data"][0] == {key: alone["data"][0][key] for key in ("type", "x", "y")}
    assert "frames" not in alone
    assert moved["layout"]["xaxis"]["range"] != moved["layout"]["yaxis"]["range"]


def test_the_board_finds_the_plane_in_which_the_letters_lie():
    rows = [[x, y, 0.0] for x, y in [(0, 0), (9, 0), (0, 1), (9, 1), (4.5, 0.5)]]
    picture = pictures.draw_board([(0, rows)], "abcd")
    assert "the 2 directions drawn hold 100% of the spread" in picture.alt
    assert "5 letters (BOS counted)" in picture.alt
    xs = [x for trace in picture.figure["data"] for x in trace["x"]]
    assert sorted(abs(x) for x in xs) == pytest.approx([0, 4.5, 4.5, 4.5, 4.5])


def test_the_board_takes_a_model_values_and_a_long_history():
    assert pictures.draw_board(MODEL).figure["data"]
    values = [[Value(x) for x in row] for row in HISTORY[-1][1].tolist()]
    history = dict.fromkeys(range(1000), values)
    figure = pictures.draw_board(history, MODEL).figure
    assert len(figure["frames"]) == 60
    assert figure["frames"][-1]["name"] == "999"


def test_parameters_add_up():
    picture = pictures.draw_parameters(Config(), 27)
    tree = picture.figure["data"][0]
    sizes = dict(zip(tree["ids"], tree["values"]))
    assert sizes["all"] == 4192
    assert sizes["attention/wq"] == 256
    assert sizes["thinking (MLP)/fc1"] == 1024
    leaves = [size for ident, size in sizes.items() if "/" in ident]
    assert sum(leaves) == 4192
    assert "4,192 dials" in picture.alt
    assert "attention: 1,024 (24%)" in picture.alt
    assert "4,064 dials" in pictures.draw_parameters(Config(block_size=8), 27).alt


def test_parameters_of_a_model_with_two_layers():
    model = Model(None, VOCAB, Config(n_layer=2))
    picture = pictures.draw_parameters(model)
    counted = len(fast.init_params(len(VOCAB) + 1, model.config, random.Random(0)))
    assert f"{counted:,} dials" in picture.title
    assert "attention, layer 2" in picture.figure["data"][0]["ids"]


def test_descent_is_computed():
    picture = pictures.draw_descent(steps=3, plain_rate=0.01)
    plain = picture.figure["frames"][3]["data"][0]
    assert plain["x"] == pytest.approx([-4 * 0.99**k for k in range(4)], abs=1e-3)
    assert plain["y"] == pytest.approx([1.5 * 0.5**k for k in range(4)], abs=1e-3)
    adam = picture.figure["frames"][1]["data"][1]
    assert adam["x"][1] == pytest.approx(-4 + 0.25)  # Adam's first nudge is the rate itself
    assert adam["y"][1] == pytest.approx(1.5 - 0.25)


def test_adam_gets_farther_down_and_zigzags_less():
    alt = pictures.draw_descent().alt
    assert "plain descent (rate 0.036) is at height 0.426, Adam (rate 0.25) at 0.0058" in alt
    assert "crossed the valley floor 40 times, Adam 3 times" in alt


def test_a_rate_that_is_too_large_is_drawn_and_told():
    assert "is at height over a million" in pictures.draw_descent(plain_rate=1.0).alt


def test_slopes_of_the_lesson():
    picture = pictures.draw_slope(lambda x: x * x, (0, 4), "x²")
    assert "At x = 3 the height is 9 and the slope 6" in picture.alt
    picture = pictures.draw_slope(lambda x: 3 * x**2 + 2 * x, (0, 8))
    names = {frame["name"]: frame["data"][0]["name"] for frame in picture.figure["frames"]}
    assert names["4"] == "slope 26, height 56"


def test_the_slope_of_a_function_of_values_and_of_one_with_gaps():
    assert "slope 6" in pictures.draw_slope(lambda x: Value(x) ** 2, (0, 4)).alt
    figure = pictures.draw_slope(lambda x: math.log(x), (-1, 1)).figure
    assert figure["data"][0]["y"][0] is None
    assert all(float(frame["name"].replace("−", "-")) > 0 for frame in figure["frames"])
    low, high = pictures.draw_slope(lambda x: 1 / x).figure["layout"]["yaxis"]["range"]
    assert high - low < 50


def test_the_map_knows_who_uses_whom():
    picture = pictures.draw_map()
    assert "gpt uses rmsnorm, embed, block and linear" in picture.alt
    assert "in 8 rows" in picture.alt
    at = {name: (x, y) for name, x, y in zip(*(picture.figure["data"][7][key] for key in ("text", "x", "y")))}
    chosen = {frame["name"]: dict(zip(frame["traces"], frame["data"])) for frame in picture.figure["frames"]}
    uses = chosen["cross_entropy"][5]["x"]
    assert uses == [at["softmax"][0]] or set(uses) == {at["softmax"][0], at["Value"][0]}
    used_by = chosen["cross_entropy"][6]["x"]
    assert used_by == [at["sequence_loss"][0]]


def test_the_map_follows_the_source():
    from microgpt_ref.pictures.source import read_pieces

    found = read_pieces(
        "# 00 One: a\nclass Box:\n    def open(self): ...\n"
        "# 01 Two: b\ndef use(box, helper):\n    return helper(box.open())\ndef helper(): return Box()\n"
    )
    assert [(p.name, p.exercise, p.uses) for p in found] == [
        ("Box", "00 One", ()),
        ("use", "01 Two", ("Box",)),  # its helper is its own argument
        ("helper", "01 Two", ("Box",)),
    ]


def test_surprises_of_the_lesson():
    picture = pictures.draw_surprise()
    assert picture.figure["data"][1]["y"] == pytest.approx([0.105, 3.296, 4.605], abs=1e-3)
    assert "0.105 at p = 0.9" in picture.alt
