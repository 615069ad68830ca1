"""The computation graph: what its boxes say, the walk backward, and the limit."""

import math
import random
import time

from microgpt_ref import microgpt, pictures
from microgpt_ref.microgpt import Config, Value


def small_graph():
    a, b = Value(2.0), Value(-3.0)
    return a, b, ((a * b + 10.0) * a).relu()


def chain(length):
    value = Value(1.0)
    for _ in range(length):
        value = value.exp().log() if length > 1000 else value.relu()
    return value


def boxes_text(figure):
    return figure["data"][5]["text"]


def grads_at(figure, step):
    return figure["frames"][step]["data"][figure["frames"][step]["traces"].index(6)]["text"]


def test_the_graph_tells_how_each_number_was_made():
    a, b, _ = small_graph()
    made = {
        "+": a + b,
        "×": a * b,
        "^3": a**3,
        "^−0.5": a**-0.5,
        "log": a.log(),
        "exp": b.exp(),
        "relu": b.relu(),
        "dot": microgpt.dot([a, b], [b, a]),
        # Of the learner's own making: the numbers tell.
        "neg": Value(-2.0, (a,), (-1,)),
        "tanh": Value(math.tanh(2.0), (a,), (1 - math.tanh(2.0) ** 2,)),
        "sum": Value(1.0, (a, b, a), (1, 1, 1)),
    }
    for how, value in made.items():
        assert boxes_text(pictures.draw_graph(value).figure)[-1].startswith(f"<b>{how}</b>"), how


def test_an_operation_that_nobody_knows_is_a_question_mark():
    two, far = Value(2.0), Value(math.inf)
    for odd in (
        Value(7.0, (Value(1.0), two), (0.5, 0.25)),
        Value(7.0, (two,), (0.25,)),
        Value(1.0, (two,), (math.nan,)),
        Value(1.0, (far,), (1.0,)),
        Value(1e300, (Value(-1e200),), (-2e100,)),
    ):
        assert boxes_text(pictures.draw_graph(odd).figure)[-1].startswith("<b>?</b>")


def test_the_walk_starts_with_data_only_and_ends_with_all_the_blame():
    _, _, result = small_graph()
    figure = pictures.draw_graph(result).figure
    assert figure["layout"]["sliders"][0]["active"] == 0
    assert set(grads_at(figure, 0)) == {""}
    assert grads_at(figure, 1)[-1] == "grad 1"
    assert len(figure["frames"]) == 1 + 4  # four numbers were made
    # relu(a·(a·b + 10)) at a = 2, b = −3: a gets 4 as a factor and −6 through the product
    assert sorted(grads_at(figure, 4)) == sorted(
        ["grad −2", "grad 4", "grad 2", "grad 2", "grad 2", "grad 1", "grad 1"]
    )


def test_after_backward_the_walk_is_shown_from_its_end():
    a, b, result = small_graph()
    result.backward()
    picture = pictures.draw_graph(result, names={"a": a, "b": b})
    assert picture.figure["layout"]["sliders"][0]["active"] == 4
    assert "a has grad −2, b has grad 4" in picture.alt
    assert "the same" in picture.alt
    assert "<b>a</b><br>data 2" in boxes_text(picture.figure)


def test_a_backward_that_forgets_to_add_up_is_noticed():
    a, _, result = small_graph()
    result.backward()
    a.grad = 4.0
    assert "In 1 of the 7 Values" in pictures.draw_graph(result).alt


def test_a_value_used_twice_has_two_lines():
    a = Value(3.0)
    figure = pictures.draw_graph(a * a).figure
    lines = [x for x in figure["data"][0]["x"] if x is None]
    assert len(lines) == 2
    assert grads_at(figure, 1) == ["grad 6", "grad 1"]


def test_boxes_do_not_overlap():
    figure = pictures.draw_graph(microgpt.cross_entropy([Value(1.0), Value(2.0), Value(0.5)], 1)).figure
    boxes = []
    for area in figure["data"][2:4]:
        points = list(zip(area["x"], area["y"]))
        for start in range(0, len(points), 6):
            xs, ys = zip(*points[start : start + 5])
            boxes.append((min(xs), max(xs), min(ys), max(ys)))
    assert len(boxes) == 21
    for i, (l1, r1, t1, b1) in enumerate(boxes):
        for l2, r2, t2, b2 in boxes[:i]:
            assert r1 <= l2 or r2 <= l1 or b1 <= t2 or b2 <= t1


class Mine:
    """A learner's own class: no hash worth the name, lists instead of tuples, all Values equal."""

    __hash__ = None

    def __init__(self, data, children=None, local_grads=None):
        self.data, self.grad = data, 0
        self.children, self.local_grads = children or [], local_grads or []

    def __eq__(self, other):
        return True


def test_a_class_of_the_learners_own_is_drawn_too():
    a, b = Mine(2), Mine(2)
    picture = pictures.draw_graph(Mine(4, [a, b], [1, 1]))
    assert "A graph of 3 numbers: 2 were given, 1 was made (+)" in picture.alt


def test_a_single_number_is_a_single_box():
    assert "One box" in pictures.draw_graph(Value(5.0)).alt


def test_a_graph_too_large_is_a_sentence_and_no_error():
    params = microgpt.init_params(27, Config(), random.Random(1))
    loss = microgpt.sequence_loss([26, 0, 26], params, Config())
    start = time.perf_counter()
    picture = pictures.draw_graph(loss)
    assert time.perf_counter() - start < 0.5
    assert not picture.figure
    assert "nodes, too many to read: at most 60" in picture.alt
    assert "softmax" in picture.alt
    assert pictures.draw_graph(chain(60)).figure == {}
    assert pictures.draw_graph(chain(60), max_nodes=61).figure


def test_an_endless_graph_is_counted_only_so_far():
    picture = pictures.draw_graph(chain(60_000))
    assert "more than 100,000 nodes" in picture.alt


def test_a_large_number_is_shown_in_short():
    shown = {3.6e9: "3.6e9", -1e-9: "−1.0e−9", 12345.0: "12345", math.inf: "inf"}
    for data, text in shown.items():
        assert f"data {text}." in pictures.draw_graph(Value(data)).alt
