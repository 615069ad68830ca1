"""A training that is watched: what is kept, how it is stopped, and what is said when it learns nothing."""

import math
import random
import signal
from types import SimpleNamespace

import pytest

from autograder.learn.live_training import Diary, TrainingTrouble, spoken, watch_training
from autograder.learn.trouble import Watchdog, numbers_by_matrix
from microgpt_ref import fast, microgpt
from microgpt_ref.errors import UserError
from microgpt_ref.microgpt import Adam, Config, Value

CONFIG = Config(n_embd=4, n_head=1)
VOCAB = list("abn")
DOCS = ["anna", "nan", "banana", "ab"]


@pytest.fixture
def params():
    return microgpt.init_params(len(VOCAB) + 1, CONFIG, random.Random(1))


@pytest.fixture
def diary():
    return Diary()


def train(params, num_steps, engine=microgpt):
    return engine.train(DOCS, VOCAB, params, CONFIG, num_steps)


def test_the_diary_keeps_every_loss_and_where_the_letters_stood(params, diary):
    start = [[dial.data for dial in row] for row in params["wte"]]
    watch_training(train(params, 25), 25, params, diary, every=10)
    assert len(diary.losses) == 25
    assert [step for step, _ in diary.board] == [0, 10, 20, 25]
    assert diary.board[0][1] == start
    assert diary.board[-1][1] == [[dial.data for dial in row] for row in params["wte"]] != start
    assert diary.seconds > 0


def test_watching_changes_nothing_in_the_training(params, diary):
    watch_training(train(params, 30), 30, params, diary)
    again = microgpt.init_params(len(VOCAB) + 1, CONFIG, random.Random(1))
    assert diary.losses == list(train(again, 30))


def test_a_diary_begins_anew_with_each_training(params, diary):
    watch_training(train(params, 5), 5, params, diary)
    watch_training(train(params, 3), 3, params, diary)
    assert len(diary.losses) == 3
    assert [step for step, _ in diary.board] == [0, 3]


def test_the_fast_engine_can_be_watched_too(diary):
    params = fast.init_params(len(VOCAB) + 1, CONFIG, random.Random(1))
    watch_training(train(params, 30, fast), 30, params, diary)
    assert len(diary.losses) == 30
    assert diary.board[0][1] != diary.board[-1][1]


def test_an_interrupt_ends_it_after_the_step_under_way_and_keeps_what_was_learned(params, diary, capsys):
    finished = []

    def interrupted():
        for step, loss in enumerate(train(params, 50), start=1):
            if step == 7:
                signal.raise_signal(signal.SIGINT)
            finished.append(step)
            yield loss

    before = signal.getsignal(signal.SIGINT)
    watch_training(interrupted(), 50, params, diary)
    assert finished[-1] == len(diary.losses) == diary.board[-1][0] == 7
    assert "Stopped, as you asked: 7 of 50 steps" in capsys.readouterr().out
    assert signal.getsignal(signal.SIGINT) is before


def test_a_second_interrupt_does_not_wait_for_the_step_and_keeps_the_rest(params, diary):
    def stuck():
        yield from train(params, 4)
        raise KeyboardInterrupt

    watch_training(stuck(), 50, params, diary)
    assert len(diary.losses) == 4
    assert diary.board[-1][0] == 4


def test_no_more_steps_are_made_than_were_asked_for(params, diary):
    watch_training(train(params, 1000), 5, params, diary)
    assert len(diary.losses) == 5


def test_a_training_that_ends_early_is_kept(params, diary, capsys):
    watch_training(train(params, 5), 50, params, diary)
    assert len(diary.losses) == 5
    assert "ended by itself: 5 of 50" in capsys.readouterr().out


def test_a_stub_stays_a_stub(params, diary):
    def unwritten():
        raise NotImplementedError("write train_step here")
        yield

    with pytest.raises(NotImplementedError):
        watch_training(unwritten(), 50, params, diary)


def test_a_slip_in_the_code_keeps_its_own_message(params, diary):
    def slip():
        yield from train(params, 2)
        ["a"].index("b")

    with pytest.raises(ValueError, match="not in list"):
        watch_training(slip(), 50, params, diary)
    assert len(diary.losses) == 2


def test_a_train_step_without_return_is_named(params, diary):
    with pytest.raises(TrainingTrouble, match=r"None is neither: .* train_step in 07"):
        watch_training(iter([None]), 50, params, diary)


# A loss that is not a number, or does not fall: which exercise?


def broken(params, step):
    """A training whose turn of the engine is step(tokens, optimizer, rate)."""
    optimizer = Adam(microgpt.parameters(params))
    for number in range(400):
        tokens = microgpt.encode(DOCS[number % len(DOCS)], VOCAB)
        yield step(tokens, optimizer, microgpt.learning_rate(number, 400))


def trouble(training, params, diary):
    with pytest.raises(TrainingTrouble) as caught:
        watch_training(training, 400, params, diary)
    assert caught.value._render_traceback_() == [str(caught.value)]
    assert isinstance(caught.value, UserError)
    return str(caught.value)


def blamed(tokens, params):
    loss = microgpt.sequence_loss(tokens, params, CONFIG)
    loss.backward()
    return loss.data


def test_without_a_nudge(params, diary):
    def step(tokens, optimizer, rate):
        return blamed(tokens, params)

    said = trouble(broken(params, step), params, diary)
    assert "no dial has moved" in said
    assert "train_step in 07" in said
    assert len(diary.losses) == 200


def test_uphill(params, diary):
    def step(tokens, optimizer, rate):
        loss = blamed(tokens, params)
        optimizer.step(-rate)
        return loss

    said = trouble(broken(params, step), params, diary)
    assert "uphill" in said
    assert "Adam.step" in said
    assert "05" in said
    assert len(diary.losses) <= 200


def test_a_nudge_far_too_large(params, diary):
    def step(tokens, optimizer, rate):
        loss = blamed(tokens, params)
        optimizer.step(1e5)
        return loss

    said = trouble(broken(params, step), params, diary)
    assert "grew without bound" in said
    assert "learning_rate" in said


def test_all_dials_at_zero(params, diary):
    for dial in microgpt.parameters(params):
        dial.data = 0.0
    assert "init_params in 04" in trouble(train(params, 400), params, diary)


@pytest.mark.parametrize("loss", [math.nan, math.inf, -math.inf])
def test_not_a_number(params, diary, loss):
    assert "forward pass" in trouble(iter([loss]), params, diary)
    said = trouble(iter([3.0, 2.9, loss]), params, diary)
    assert f"step 3 is {loss}" in said
    assert "05" in said


@pytest.mark.parametrize(
    "wild", [lambda: math.exp(1000), lambda: math.log(0.0), lambda: 1 / 0.0], ids=["exp", "log", "division"]
)
def test_numbers_out_of_bounds_in_the_middle_of_a_step(params, diary, wild):
    def step_that_fails():
        yield from [3.0, 2.9]
        yield wild()

    said = trouble(step_that_fails(), params, diary)
    assert "Error" in said.split("(")[0]
    assert "05" in said


def watched(params, change, losses=(1.4,) * 200):
    dog = Watchdog(params)
    change(params)
    return dog.after(list(losses))


def move(rows):
    rows[0][0].data += 1.0


def test_some_matrices_get_no_blame(params):
    def all_but_attention(params):
        for name in ("wte", "wpe", "lm_head"):
            move(params[name])
        for name in ("fc1", "fc2"):
            move(params["layers"][0][name])

    said = watched(params, all_but_attention)
    assert "wq, wk, wv and wo" in said
    assert "multi_head_attention in 03" in said


def test_blame_that_piles_up(params):
    def moved(params):
        for dial in microgpt.parameters(params):
            dial.data += 1.0
            dial.grad = 5.0

    assert "sets every grad back to 0" in watched(params, moved)


def test_dials_that_move_in_vain(params):
    def moved(params):
        for dial in microgpt.parameters(params):
            dial.data += 1.0

    assert "Value.backward in 01" in watched(params, moved)


def test_a_training_that_learns_is_left_alone():
    """Other sizes, other lists, a single name, a machine that has learned already: no false alarm."""
    cases = [
        (Config(), ["emma", "olivia", "ava", "mia", "anna"], 400),
        (Config(n_embd=64), ["emma", "olivia", "ava", "mia", "anna"], 200),
        (Config(n_embd=4, n_head=1, n_layer=2), [f"{n:03}" for n in range(300)], 400),
        (CONFIG, ["emma"], 400),
        (CONFIG, ["".join(random.Random(i).choices("abcdefgh", k=5)) for i in range(200)], 400),
    ]
    for config, docs, num_steps in cases:
        vocab = fast.build_vocab(docs)
        params = fast.init_params(len(vocab) + 1, config, random.Random(1))
        for _ in range(2):
            diary = Diary()
            watch_training(fast.train(docs, vocab, params, config, num_steps), num_steps, params, diary)
            assert len(diary.losses) == num_steps


def test_numbers_are_found_by_the_name_of_their_matrix():
    deep = Config(n_embd=4, n_head=1, n_layer=2)
    values = microgpt.init_params(4, deep, random.Random(1))
    found = numbers_by_matrix(values)
    assert "wq of block 2" in found
    assert sum(map(len, found.values())) == len(microgpt.parameters(values))
    assert found == numbers_by_matrix(fast.init_params(4, deep, random.Random(1)))


# What is shown


@pytest.fixture
def shown(monkeypatch):
    """A notebook that only remembers: each output by its id."""
    outputs = {}

    def display(bundle, raw, display_id=None):
        outputs.setdefault(display_id or len(outputs), []).append(bundle)

    import IPython
    import IPython.display

    monkeypatch.setattr(IPython, "get_ipython", lambda: SimpleNamespace(kernel=object()))
    monkeypatch.setattr(IPython.display, "display", display)
    monkeypatch.setattr(IPython.display, "update_display", display)
    return outputs


def test_a_bar_in_one_place_with_the_time_left(shown, params, diary, monkeypatch):
    monkeypatch.setattr("autograder.learn.live_training.REDRAW", 0.0)
    watch_training(train(params, 20), 20, params, diary)
    bar, _curve, _words = shown.values()
    assert 'value="5" max="20"' in bar[5]["text/html"]
    assert "step 5 of 20, about 1 s left" in bar[5]["text/plain"]
    assert "stops it and keeps" in bar[5]["text/html"]
    assert bar[-1]["text/plain"].startswith("Done: 20 of 20 steps")
    assert "stops it" not in bar[-1]["text/html"]


def test_a_fast_training_does_not_flood_the_notebook(shown, params, diary):
    watch_training(iter([1.0] * 5000), 5000, params, diary)
    assert all(len(bundles) < 30 for bundles in shown.values())


def test_a_bar_that_broke_off_says_so(shown, params, diary):
    with pytest.raises(TrainingTrouble):
        watch_training(iter([3.0, math.nan]), 50, params, diary)
    bar = next(iter(shown.values()))
    assert bar[-1]["text/plain"].startswith("Broken off: 2 of 50 steps")


def test_durations_as_one_says_them():
    assert [spoken(s) for s in (0.2, 1.4, 59.4, 61, 130)] == ["1 s", "1 s", "59 s", "1 min 1 s", "2 min 10 s"]


@pytest.mark.parametrize("wrong", [{"num_steps": 0}, {"every": 0}])
def test_bad_input_is_one_sentence(params, diary, wrong):
    with pytest.raises(UserError, match="1 or more"):
        watch_training(iter([1.0]), **({"num_steps": 1, "params": params, "diary": diary} | wrong))


@pytest.mark.slow
def test_the_stop_button_in_a_real_kernel():
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(kernel_name="python3")
    try:
        client.execute(
            "import time\n"
            "from autograder.learn.live_training import Diary, watch_training\n"
            "def slow():\n"
            "    for step in range(1000):\n"
            "        time.sleep(0.05)\n"
            "        yield 3.0\n"
            "diary = Diary()\n"
            "watch_training(slow(), 1000, {'wte': [[1.0]] * 27, 'layers': []}, diary)\n"
            "print('kept', len(diary.losses) > 0, len(diary.losses) == diary.board[-1][0])\n"
        )
        texts, pressed = "", False
        while True:
            message = client.get_iopub_msg(timeout=60)
            content = message["content"]
            texts += content.get("text", "") + content.get("data", {}).get("text/plain", "") + "\n"
            assert message["msg_type"] != "error", content
            if "left" in texts and not pressed:
                pressed = True
                manager.interrupt_kernel()
            if message["msg_type"] == "status" and content["execution_state"] == "idle" and pressed:
                break
        assert "Stopped, as you asked" in texts
        assert "kept True True" in texts
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_values_of_any_class_with_data_will_do(diary):
    params = {"wte": [[Value(1.0)], [Value(2.0)]], "layers": []}
    watch_training(iter([0.5, 0.4]), 2, params, diary)
    assert diary.board == [(0, [[1.0], [2.0]]), (2, [[1.0], [2.0]])]
