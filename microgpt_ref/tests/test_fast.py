"""fast.py against microgpt.py: two ways to the same numbers, one by hand and one by Value.backward."""

import copy
import math
import random
from pathlib import Path

import numpy as np
import pytest

from microgpt_ref import fast, microgpt
from microgpt_ref.errors import UserError
from microgpt_ref.fast import Config

NAMES = (Path(fast.__file__).parent / "names.txt").read_text(encoding="utf-8").split()
random.Random(42).shuffle(NAMES)
VOCAB = microgpt.build_vocab(NAMES)
SHAPES = [  # layers, heads, numbers in a head, block size, letters
    (1, 4, 4, 16, 6),
    (1, 1, 5, 3, 1),
    (1, 3, 2, 4, 0),
    (2, 2, 3, 8, 8),
    (2, 8, 2, 5, 9),
    (3, 1, 4, 6, 5),
    (3, 5, 1, 2, 12),
    (1, 6, 3, 1, 4),
    (2, 7, 2, 12, 11),
    (3, 8, 3, 10, 7),
]


def random_model(shape, seed=0, spread=0.5):
    """Values, the same dials as Params, a config and tokens. Dials are large, so that nothing is nearly even."""
    layers, heads, head_dim, block_size, letters = shape
    rng = random.Random(f"{shape} {seed}")
    config = Config(layers, heads * head_dim, heads, block_size)
    vocab_size = rng.randint(3, 9)
    values = microgpt.init_params(vocab_size, config, rng)
    for dial in microgpt.parameters(values):
        dial.data = rng.gauss(0, spread)
    bos = vocab_size - 1
    tokens = [bos, *(rng.randrange(bos) for _ in range(letters)), bos]
    return values, fast.from_values(values), config, tokens


def loss_and_grads(values, config, tokens):
    for dial in microgpt.parameters(values):
        dial.grad = 0.0
    loss = microgpt.sequence_loss(tokens, values, config)
    loss.backward()
    return loss.data, [dial.grad for dial in microgpt.parameters(values)]


def run(module, steps=30):
    """What a caller does with either module."""
    rng, config = random.Random(7), Config()
    params = module.init_params(len(VOCAB) + 1, config, rng)
    optimizer = module.Adam(module.parameters(params))
    losses = []
    for step in range(steps):
        tokens = module.encode(NAMES[step % len(NAMES)], VOCAB)
        rate = module.learning_rate(step, steps)
        losses.append(module.train_step(tokens, params, optimizer, rate, config))
    names = [module.generate(params, VOCAB, config, 0.8, rng) for _ in range(20)]
    return params, optimizer, losses, names


@pytest.fixture(scope="module")
def both_runs():
    return run(microgpt), run(fast)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_loss_and_every_gradient_are_those_of_the_reference(shape):
    values, params, config, tokens = random_model(shape)
    expected_loss, expected_grads = loss_and_grads(values, config, tokens)
    loss, grads = fast.loss_and_grads(tokens, params, config)
    assert loss == pytest.approx(expected_loss, rel=1e-12)
    np.testing.assert_allclose(grads, expected_grads, rtol=1e-9, atol=1e-12)
    assert fast.sequence_loss(tokens, params, config) == loss


def test_a_long_name_leaves_nothing_behind_in_the_gradients_of_a_short_one():
    values, params, config, tokens = random_model((2, 2, 3, 8, 8))
    short = [tokens[0], tokens[1], tokens[-1]]
    fast.loss_and_grads(tokens, params, config)
    _, grads = fast.loss_and_grads(short, params, config)
    np.testing.assert_allclose(grads, loss_and_grads(values, config, short)[1], rtol=1e-9, atol=1e-12)


def test_one_params_serves_many_lengths_and_configs():
    values, params, config, tokens = random_model((1, 4, 2, 70, 70))
    for length in [70, *range(1, 70), 70]:
        fast.loss_and_grads(tokens[: length + 1], params, config)
    for heads in (2, 4):
        other, short = Config(1, 8, heads, 70), tokens[:6]
        expected_loss, expected_grads = loss_and_grads(values, other, short)
        loss, grads = fast.loss_and_grads(short, params, other)
        assert loss == pytest.approx(expected_loss, rel=1e-12)
        np.testing.assert_allclose(grads, expected_grads, rtol=1e-9, atol=1e-12)


def test_a_copy_learns_on_its_own():
    _, params, config, tokens = random_model((1, 2, 3, 8, 3))
    before, twin = fast.sequence_loss(tokens, params, config), copy.deepcopy(params)
    fast.train_step(tokens, twin, fast.Adam(twin), 0.01, config)
    assert fast.sequence_loss(tokens, twin, config) < before
    assert fast.sequence_loss(tokens, params, config) == before


def test_dials_that_had_no_part_in_a_name_get_a_gradient_of_exactly_zero():
    # Adam makes a full nudge of any gradient, however small, so nearly zero would not do
    _, params, config, tokens = random_model((1, 2, 3, 8, 3))
    fast.loss_and_grads(tokens, params, config)
    unused = set(range(params.vocab_size)) - set(tokens)
    assert unused
    assert not params.grads["wte"][sorted(unused)].any()
    assert not params.grads["wpe"][4:].any()


def test_training_gives_the_same_losses_dials_and_memory(both_runs):
    (values, reference, expected, _), (params, optimizer, losses, _) = both_runs
    np.testing.assert_allclose(losses, expected, rtol=0, atol=1e-12)
    np.testing.assert_allclose(params.data, [dial.data for dial in microgpt.parameters(values)], atol=1e-11)
    np.testing.assert_allclose(optimizer.mean, reference.mean, atol=1e-11)
    np.testing.assert_allclose(optimizer.mean_square, reference.mean_square, atol=1e-11)
    assert optimizer.steps == reference.steps == 30


def test_the_same_rng_invents_the_same_names(both_runs):
    (*_, expected), (*_, names) = both_runs
    assert names == expected
    assert len(set(names)) > 10


def test_train_does_the_steps_one_by_one(both_runs):
    losses = both_runs[1][2]
    params = fast.init_params(len(VOCAB) + 1, Config(), random.Random(7))
    training = fast.train(NAMES, VOCAB, params, Config(), 30)
    assert next(training) == losses[0]
    assert list(training) == losses[1:]


def test_training_goes_on_from_copies_as_if_it_had_not_been_stopped():
    config, tokens = Config(n_embd=8, n_head=2), microgpt.encode("amara", VOCAB)
    params = fast.init_params(len(VOCAB) + 1, config, random.Random(1))
    optimizer = fast.Adam(params)
    losses = [fast.train_step(tokens, params, optimizer, 0.01, config) for _ in range(3)]
    copy = fast.from_values(params.to_lists())
    other = fast.Adam(copy)
    other.mean[:], other.mean_square[:] = optimizer.mean.tolist(), optimizer.mean_square.tolist()
    other.steps = optimizer.steps
    losses = [fast.train_step(tokens, params, optimizer, 0.01, config) for _ in range(3)]
    assert [fast.train_step(tokens, copy, other, 0.01, config) for _ in range(3)] == losses


def test_init_params_draws_what_the_reference_draws():
    config, rngs = Config(n_layer=2, n_embd=6, n_head=3, block_size=5), (random.Random(3), random.Random(3))
    params = fast.init_params(7, config, rngs[0])
    values = microgpt.init_params(7, config, rngs[1])
    assert params.data.tolist() == [dial.data for dial in microgpt.parameters(values)]
    assert len(params) == len(microgpt.parameters(values))
    assert rngs[0].random() == rngs[1].random()


def test_dials_go_to_lists_and_back():
    values, params, *_ = random_model((2, 2, 3, 4, 5))
    lists = params.to_lists()
    assert lists["layers"][1]["fc2"] == [[dial.data for dial in row] for row in values["layers"][1]["fc2"]]
    assert set(lists) == set(values)
    assert list(lists["layers"][0]) == list(values["layers"][0])
    assert fast.from_values(lists).data.tolist() == params.data.tolist()


def test_a_matrix_is_a_window_into_the_flat_vector():
    params = fast.init_params(5, Config(n_embd=4, n_head=2), random.Random(0))
    params["layers"][0]["wk"][:] = 9
    assert (params.data == 9).sum() == 16
    assert (params["layers"][0]["wqkv"][4:8] == 9).all()
    params.data[0] = 8
    assert params["wte"][0, 0] == 8


@pytest.mark.parametrize("name", ["wq", "wk"])
def test_huge_attention_scores_are_no_problem(name):
    values, params, config, tokens = random_model((1, 2, 3, 8, 7))
    for row in values["layers"][0][name]:
        for dial in row:
            dial.data *= 1e4
    params["layers"][0][name][:] *= 1e4
    loss, grads = fast.loss_and_grads(tokens, params, config)
    expected_loss, expected_grads = loss_and_grads(values, config, tokens)
    assert loss == pytest.approx(expected_loss, rel=1e-9)
    np.testing.assert_allclose(grads, expected_grads, rtol=1e-6, atol=1e-9)


def test_huge_logits_give_a_finite_loss():
    values, params, config, tokens = random_model((1, 2, 3, 8, 7))
    params["lm_head"][:] *= 1e4
    cache, expected = microgpt.new_cache(config), 0.0
    for position in range(len(tokens) - 1):
        logits = microgpt.gpt(tokens[position], position, values, cache, config)
        scores = [logit.data * 1e4 for logit in logits]
        rest = sum(math.exp(score - max(scores)) for score in scores)
        expected += max(scores) + math.log(rest) - scores[tokens[position + 1]]
    loss, grads = fast.loss_and_grads(tokens, params, config)
    assert loss == pytest.approx(expected / (len(tokens) - 1), rel=1e-9)
    assert loss > 700  # e to the power of minus this is no longer a number that a float can hold
    assert np.isfinite(grads).all()


def test_attention_shows_what_the_reference_computes():
    values, params, config, tokens = random_model((2, 3, 2, 8, 5))
    weights = fast.attention(tokens, params, config)
    assert weights.shape == (2, 3, 7, 7)
    np.testing.assert_allclose(weights.sum(axis=-1), 1)
    assert not np.triu(weights, 1).any()  # nobody looks ahead

    layer, keys = values["layers"][0], []
    for position, token in enumerate(tokens):
        x = microgpt.rmsnorm(microgpt.rmsnorm(microgpt.embed(token, position, values)))
        query = microgpt.linear(x, layer["wq"])
        keys.append(microgpt.linear(x, layer["wk"]))
        for head in range(3):
            part = slice(2 * head, 2 * head + 2)
            expected = microgpt.attention_weights(query[part], [key[part] for key in keys])
            seen = weights[0, head, position, : position + 1]
            np.testing.assert_allclose(seen, [weight.data for weight in expected], atol=1e-12)


def test_attention_cuts_what_is_longer_than_the_block():
    _, params, config, tokens = random_model((1, 2, 3, 4, 9))
    assert fast.attention(tokens, params, config).shape == (1, 2, 4, 4)


@pytest.mark.parametrize("temperature", [0.3, 1.0, 2.0])
def test_next_probabilities_are_those_of_the_reference(temperature):
    values, params, config, tokens = random_model((2, 2, 3, 8, 5))
    cache = microgpt.new_cache(config)
    for position, token in enumerate(tokens[:-1]):
        logits = microgpt.gpt(token, position, values, cache, config)
    expected = microgpt.softmax([logit / temperature for logit in logits])
    probs = fast.next_probabilities(tokens[:-1], params, config, temperature)
    np.testing.assert_allclose(probs, [p.data for p in expected], atol=1e-12)


def test_next_probabilities_refuses_what_makes_no_sense():
    _, params, config, tokens = random_model((1, 2, 3, 4, 6))
    with pytest.raises(ValueError, match="temperature must be above 0"):
        fast.next_probabilities(tokens[:2], params, config, 0)
    with pytest.raises(ValueError, match="8 tokens are more than the 4"):
        fast.next_probabilities(tokens, params, config)


def test_a_tiny_temperature_always_takes_the_likeliest(both_runs):
    params = both_runs[1][0]
    probs = fast.next_probabilities([len(VOCAB)], params, Config(), 1e-6)
    assert probs.max() == 1.0


def test_names_stop_at_the_block_like_those_of_the_reference():
    values, params, config, _ = random_model((1, 2, 3, 2, 5), spread=0.1)
    vocab, rngs = VOCAB[: params.vocab_size - 1], (random.Random(1), random.Random(1))
    names = [fast.generate(params, vocab, config, 1.0, rngs[0]) for _ in range(20)]
    assert names == [microgpt.generate(values, vocab, config, 1.0, rngs[1]) for _ in range(20)]
    assert max(map(len, names)) == 2


@pytest.mark.parametrize("start", ["", "m", "mar", "x" * 15, "x" * 16])
def test_names_begin_as_told_and_end_at_the_block(both_runs, start):
    params, rng = both_runs[1][0], random.Random(5)
    names = [fast.generate(params, VOCAB, Config(), 1.0, rng, start) for _ in range(10)]
    assert all(name.startswith(start) and len(name) <= 16 for name in names)
    assert len(set(names)) > 1 or len(start) >= 15


def test_a_start_with_an_unknown_letter_is_refused_in_one_line(both_runs):
    with pytest.raises(UserError, match=r"never seen é ž: start with some of abc") as caught:
        fast.generate(both_runs[1][0], VOCAB, Config(), 1.0, random.Random(5), start="žaé")
    assert "\n" not in str(caught.value)
