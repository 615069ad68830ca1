"""The table of experiments: a row for each trial, and one sentence for what cannot be tried."""

import pytest

from microgpt_ref.errors import UserError
from microgpt_ref.experiments import ExperimentTable
from microgpt_ref.microgpt import Config
from microgpt_ref.names import OWN_LIST, load_names

NAMES = load_names(OWN_LIST).docs[::20]
DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "march", "april", "<may>"]


@pytest.fixture
def table():
    return ExperimentTable(NAMES)


def test_the_table_fills_as_experiments_are_run(table):
    assert "No experiments yet" in repr(table)
    assert "No experiments yet" in table._repr_html_()
    table.run("as it is", num_steps=20)
    table.run("narrow", Config(n_embd=8), num_steps=20)
    lines = repr(table).splitlines()
    assert len(lines) == 3
    assert "4,192" in lines[1]
    assert "narrow" in lines[2]
    assert table._repr_html_().count("<tr>") == 3


def test_an_experiment_that_is_run_again_replaces_its_row(table):
    table.run("as it is", num_steps=5)
    table.run("as it is", num_steps=6)
    assert [trial.num_steps for trial in table.trials.values()] == [6]


def test_more_steps_learn_more_and_the_temperature_changes_nothing_in_the_machine(table):
    table.run("few", num_steps=10)
    table.run("many", num_steps=200)
    table.run("hot", num_steps=200, temperature=5.0)
    few, many, hot = (trial.loss for trial in table.trials.values())
    assert many < few - 0.2
    assert hot == many


def test_new_names_carry_a_star(table):
    names = table.run("hot", num_steps=5, temperature=3.0).trials["hot"].names
    for name in names:
        assert name.endswith("*") == (name.rstrip("*") not in NAMES)


def test_an_own_list_is_marked_and_its_names_cannot_harm_the_page(table):
    table.run("<days>", docs=DAYS, num_steps=200)
    assert "†" in repr(table).splitlines()[-1]
    page = table._repr_html_()
    assert "&lt;days&gt; †" in page
    assert "<may>" not in page


def test_a_config_of_the_learners_own_class_will_do(table):
    class Mine:
        n_layer, n_embd, n_head, block_size = 1, 8, 2, 16

    assert table.run("mine", Mine(), num_steps=5).trials["mine"].dials == 70 * 8 + 12 * 64


@pytest.mark.parametrize(
    "wrong",
    [
        {"docs": ["one", "two"]},
        {"docs": "monday"},
        {"config": Config(n_embd=30)},
        {"config": Config(n_embd=0)},
        {"num_steps": 0},
        {"temperature": 0},
        {"learning_rate": -1},
        {"learning_rate": 1e200},
        {"config": Config(n_embd=4096)},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_what_cannot_be_tried_is_one_sentence(table, wrong):
    with pytest.raises(UserError) as caught:
        table.run("wrong", **({"num_steps": 30} | wrong))
    assert "\n" not in str(caught.value)
    assert table.trials == {}
