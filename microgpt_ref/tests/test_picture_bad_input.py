"""What cannot be drawn is told in one sentence."""

import math
import random
from dataclasses import replace
from types import SimpleNamespace

import pytest

from microgpt_ref import fast, pictures
from microgpt_ref.errors import UserError
from microgpt_ref.microgpt import Config
from microgpt_ref.model import Model

VOCAB = list("abem")
CONFIG = Config()
MODEL = Model(fast.init_params(len(VOCAB) + 1, CONFIG, random.Random(42)), VOCAB, CONFIG)
DEEP = Config(n_layer=20)
MANY_HEADS = Model(fast.init_params(len(VOCAB) + 1, DEEP, random.Random(42)), VOCAB, DEEP)
HISTORY = [(0, MODEL.params["wte"])]


def value(data, children=(), local_grads=()):
    return SimpleNamespace(data=data, grad=0.0, children=children, local_grads=local_grads)


def only_at(places):
    return lambda x: 1.0 if x in places else math.nan


def in_a_circle():
    a, b = value(1.0), value(1.0)
    a.children, a.local_grads = [b], [1.0]
    b.children, b.local_grads = [a], [1.0]
    return a


BAD = {
    "graph of a number": lambda: pictures.draw_graph(3.0),
    "graph with half a class": lambda: pictures.draw_graph(SimpleNamespace(data=1.0, grad=0.0)),
    "graph with a raw child": lambda: pictures.draw_graph(value(3.0, [value(1.0), 2.0], [1, 1])),
    "graph with a missing local grad": lambda: pictures.draw_graph(value(3.0, [value(1.0), value(2.0)], [1])),
    "graph in a circle": lambda: pictures.draw_graph(in_a_circle()),
    "too many bars": lambda: pictures.draw_probabilities([0.0] * 1000),
    "too many heads": lambda: pictures.draw_attention("emma", MANY_HEADS),
    "too many layers": lambda: pictures.draw_parameters(Config(n_layer=1000)),
    "a vocab of nothing": lambda: pictures.draw_loss([3.0], vocab_size=1),
    "a board of one letter": lambda: pictures.draw_board([(0, [[1.0, 2.0]])], ""),
    "a board without rows": lambda: pictures.draw_board([(0, [])], VOCAB),
    "a board of numbers": lambda: pictures.draw_board([(0, [1.0, 2.0])], VOCAB),
    "a board of nothing": lambda: pictures.draw_board([(0, None)], VOCAB),
    "rows of different lengths": lambda: pictures.draw_board([(0, [[1.0, 2.0], [1.0]])], "a"),
    "a function with a value here and there": lambda: pictures.draw_slope(only_at({-4.0, 4.0})),
    "no logits": lambda: pictures.draw_probabilities([]),
    "a logit that is NaN": lambda: pictures.draw_probabilities([1.0, math.nan]),
    "labels for others": lambda: pictures.draw_probabilities([1.0, 2.0, 3.0], "a"),
    "logits of letters": lambda: pictures.draw_probabilities("abc"),
    "one logit, not in a list": lambda: pictures.draw_probabilities(1.0),
    "letters unknown": lambda: pictures.draw_attention("Émma", MODEL),
    "no name": lambda: pictures.draw_attention("", MODEL),
    "name too long": lambda: pictures.draw_attention("a" * 16, MODEL),
    "tokens unknown": lambda: pictures.draw_attention([99], MODEL),
    "no model": lambda: pictures.draw_attention("emma", {}),
    "a model of nothing": lambda: pictures.draw_attention("emma", Model({}, VOCAB, CONFIG)),
    "another vocab": lambda: pictures.draw_attention("ab", replace(MODEL, vocab=["a", "b"])),
    "another config": lambda: pictures.draw_attention("emma", replace(MODEL, config=Config(n_embd=32))),
    "no losses": lambda: pictures.draw_loss([]),
    "a loss that is NaN": lambda: pictures.draw_loss([3.0, math.nan]),
    "no history": lambda: pictures.draw_board([], VOCAB),
    "history without steps": lambda: pictures.draw_board([[[1.0, 2.0]]], VOCAB),
    "history with NaN": lambda: pictures.draw_board([(0, [[math.nan, 1.0], [0.0, 1.0]])], "a"),
    "history of two models": lambda: pictures.draw_board([(0, [[1.0, 2.0]]), (1, [[1.0, 2.0]] * 2)], "a"),
    "no letters": lambda: pictures.draw_board(HISTORY),
    "four dimensions": lambda: pictures.draw_board(HISTORY, VOCAB, dimensions=4),
    "no dials": lambda: pictures.draw_parameters(Config(n_layer=0)),
    "parameters of a dict": lambda: pictures.draw_parameters({}),
    "no steps down": lambda: pictures.draw_descent(steps=0),
    "descent that goes up": lambda: pictures.draw_descent(plain_rate=-1),
    "a range of nothing": lambda: pictures.draw_slope(lambda x: x, (1, 1)),
    "a function of nothing": lambda: pictures.draw_slope(lambda: 1),
    "a function without values": lambda: pictures.draw_slope(lambda x: math.nan),
    "a function to letters": lambda: pictures.draw_slope(lambda x: "a"),
    "no live steps": lambda: pictures.LiveLoss(0),
}


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.replace(" ", "-"))
def test_bad_input_is_one_sentence(bad):
    with pytest.raises(UserError) as caught:
        BAD[bad]()
    assert isinstance(caught.value, ValueError)
    sentence = str(caught.value)
    assert 20 < len(sentence) < 200
    assert "\n" not in sentence
    assert caught.value._render_traceback_() == [sentence]  # what a notebook shows
