"""A run gives the reference's losses and names, and goes on after a stop as if nothing had happened."""

import gc
import math
import random
import sys
from pathlib import Path

import pytest

import microgpt_ref
from microgpt_ref import microgpt
from microgpt_ref.engines import best_engine, engine, from_lists, invent, to_lists
from microgpt_ref.errors import UserError
from microgpt_ref.microgpt import Config
from microgpt_ref.plan import Plan, check_plan, count_parameters
from microgpt_ref.saved import NamesUsed, load, write
from microgpt_ref.training import advance, begin, freeze, list_sha256, samples, thaw

DOCS = ["ada", "bea", "cleo", "dora", "eva", "fay", "gil", "hal", "ida", "joe", "theodora"]
SMALL = Plan(Config(n_layer=1, n_embd=4, n_head=2, block_size=5), num_steps=12)
BOTH = pytest.mark.parametrize("fast", [False, True], ids=["slow", "fast"])


def used(docs):
    return NamesUsed("tiny.txt", "", len(docs), list_sha256(docs))


def finish(run):
    while not run.finished:
        advance(run)
    return run


def test_it_is_the_reference_bit_for_bit():
    rng = random.Random(42)
    docs = list(DOCS)
    rng.shuffle(docs)
    vocab = microgpt.build_vocab(docs)
    params = microgpt.init_params(len(vocab) + 1, SMALL.config, rng)
    losses = list(microgpt.train(docs, vocab, params, SMALL.config, 12))
    names = [microgpt.generate(params, vocab, SMALL.config, 0.5, rng) for _ in range(5)]

    run = finish(begin(DOCS, SMALL, engine(fast=False)))

    assert run.losses == losses
    assert samples(run, 0.5, 5) == names


def test_both_engines_agree():
    slow, fast = (finish(begin(DOCS, SMALL, engine(kind))) for kind in (False, True))

    assert fast.losses == pytest.approx(slow.losses, abs=1e-12)
    assert samples(fast, 0.5, 5) == samples(slow, 0.5, 5)


def test_without_numpy_the_readable_engine_serves(monkeypatch):
    assert best_engine() is engine(fast=True)
    monkeypatch.setitem(sys.modules, "microgpt_ref.fast", None)
    monkeypatch.delattr(microgpt_ref, "fast", raising=False)
    assert best_engine() is microgpt


def test_training_leaves_the_callers_list_alone():
    docs = list(DOCS)
    begin(docs, SMALL, engine(fast=False))
    assert docs == DOCS


@BOTH
@pytest.mark.parametrize("stop_after", [0, 1, 7, 12])
def test_a_resumed_run_is_the_same_run(tmp_path: Path, fast, stop_after):
    whole = finish(begin(DOCS, SMALL, engine(fast)))
    stopped = begin(DOCS, SMALL, engine(fast))
    for _ in range(stop_after):
        advance(stopped)

    write(freeze(stopped, used(DOCS)), tmp_path / "run.json")
    resumed = finish(thaw(load(tmp_path / "run.json"), DOCS, engine(fast)))

    assert resumed.losses == whole.losses
    assert freeze(resumed, used(DOCS)) == freeze(whole, used(DOCS))
    assert samples(resumed, 0.5, 5) == samples(whole, 0.5, 5)


@BOTH
def test_one_engine_goes_on_where_the_other_stopped(fast):
    whole = finish(begin(DOCS, SMALL, engine(fast)))
    stopped = begin(DOCS, SMALL, engine(fast))
    for _ in range(5):
        advance(stopped)

    resumed = finish(thaw(freeze(stopped, used(DOCS)), DOCS, engine(not fast)))

    assert resumed.losses == pytest.approx(whole.losses, abs=1e-11)


@pytest.mark.parametrize("other", [DOCS[:-1], DOCS[::-1], [*DOCS[:-1], "theodore"]])
def test_a_run_does_not_go_on_with_another_list(other):
    saved = freeze(begin(DOCS, SMALL, engine(fast=False)), used(DOCS))
    with pytest.raises(UserError, match="another or has changed"):
        thaw(saved, other, engine(fast=False))


def test_the_linear_schedule_is_the_lessons():
    assert [Plan(num_steps=7).rate(s) for s in range(7)] == [microgpt.learning_rate(s, 7) for s in range(7)]


def test_the_cosine_schedule_falls_gently_at_both_ends():
    plan = Plan(num_steps=100, schedule="cosine", learning_rate=0.02)
    assert plan.rate(0) == 0.02
    assert plan.rate(50) == pytest.approx(0.01)
    assert plan.rate(99) == pytest.approx(0.02 * 0.5 * (1 + math.cos(math.pi * 0.99)))
    assert plan.rate(10) > 0.02 * 0.9 > 0.02 * 0.1 > plan.rate(90)


def test_the_schedule_and_the_rate_change_the_run():
    def losses(**changes):
        plan = Plan(SMALL.config, **({"num_steps": 3} | changes))
        return finish(begin(DOCS, plan, engine(fast=True))).losses

    assert len({tuple(losses(**c)) for c in ({}, {"schedule": "cosine"}, {"learning_rate": 0.1}, {"seed": 1})}) == 4


@pytest.mark.parametrize(("config", "parameters"), [(Config(), 4192), (Config(block_size=8), 4064)])
def test_the_published_sizes(config, parameters):
    assert count_parameters(27, config) == parameters
    params = microgpt.init_params(27, config, random.Random(0))
    assert len(microgpt.parameters(params)) == parameters


@BOTH
def test_other_alphabets(fast):
    greek = ["Ελένη", "Νίκος", "Σοφία", "Άννα", "Γιώργος"]
    run = finish(begin(greek, SMALL, engine(fast)))
    assert set("".join(samples(run, 1.0, 10))) <= set("".join(greek))


@BOTH
def test_a_run_that_explodes_says_so_in_one_line(fast):
    plan = Plan(SMALL.config, num_steps=20, learning_rate=1e200)
    with pytest.raises(UserError, match=r"--learning-rate 1e.200 is too large") as caught:
        finish(begin(DOCS, plan, engine(fast)))
    assert "\n" not in str(caught.value)


def test_a_probability_that_vanishes_is_told_as_well():
    """The readable engine then takes the logarithm of 0."""
    with pytest.raises(UserError, match=r"at step 2 .* --learning-rate 10 is too large"):
        finish(begin(DOCS, Plan(SMALL.config, num_steps=3, learning_rate=10), engine(fast=False)))


@BOTH
def test_a_model_that_exploded_in_its_last_step_cannot_invent(fast):
    run = finish(begin(DOCS, Plan(SMALL.config, num_steps=1, learning_rate=1e300), engine(fast)))
    with pytest.raises(UserError, match="cannot invent names"):
        samples(run, 0.5, 5)


def test_the_garbage_collector_is_left_as_it_was():
    run = begin(DOCS, SMALL, engine(fast=False))
    advance(run)
    assert gc.isenabled()
    gc.disable()
    try:
        advance(run)
        assert not gc.isenabled()
    finally:
        gc.enable()


@pytest.mark.parametrize(
    "plan",
    [
        Plan(num_steps=0),
        Plan(Config(n_embd=10)),
        Plan(Config(n_layer=0)),
        Plan(Config(n_head=0)),
        Plan(Config(block_size=-1)),
        Plan(learning_rate=0.0),
        Plan(learning_rate=math.nan),
        Plan(schedule="steep"),
    ],
)
def test_impossible_plans_are_refused(plan):
    with pytest.raises(UserError):
        check_plan(plan)


def test_a_model_too_large_to_train_is_refused_before_it_is_made():
    with pytest.raises(UserError, match="parameters"):
        begin(DOCS, Plan(Config(n_embd=40_000)), engine(fast=False))


@pytest.mark.parametrize("start", ["", "t", "theo", "theod"])
def test_both_engines_go_on_alike_from_a_start(start):
    run = finish(begin(DOCS, SMALL, engine(fast=False)))
    lists = to_lists(run.params)

    def names(fast):
        params, rng = from_lists(engine(fast), lists), random.Random(3)
        return [invent(engine(fast), params, run.vocab, SMALL.config, 1.0, rng, start) for _ in range(20)]

    assert names(fast=True) == names(fast=False)
    assert all(name.startswith(start) and len(name) <= 5 for name in names(fast=False))
