"""What is given to the learner with `Value`: numbers on either side, and how it is shown."""

import pytest

from microgpt_ref import microgpt
from microgpt_ref.microgpt import Value


@pytest.mark.parametrize(
    ("expression", "data", "grad"),
    [
        (lambda x: 3 - x, 1.0, -1.0),
        (lambda x: x - 3, -1.0, 1.0),
        (lambda x: 3 + x, 5.0, 1.0),
        (lambda x: 3 * x, 6.0, 3.0),
        (lambda x: 3 / x, 1.5, -0.75),
        (lambda x: x / 4, 0.5, 0.25),
        (lambda x: -x, -2.0, -1.0),
    ],
)
def test_a_number_may_stand_on_either_side(expression, data, grad):
    x = Value(2.0)
    result = expression(x)
    result.backward()
    assert (result.data, x.grad) == (data, grad)


def test_it_is_shown_with_its_data_and_its_grad():
    assert repr(Value(1 / 3)) == "Value(data=0.333333, grad=0)"


@pytest.mark.parametrize("temperature", [0, -1.0])
def test_sampling_needs_a_temperature_above_0(temperature):
    with pytest.raises(ValueError, match="temperature must be above 0"):
        microgpt.sample([Value(1.0)], temperature, None)
