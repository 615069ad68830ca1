"""03 Attention."""

from typing import Any

from autograder.judge.checking import Examinee, Inputs, check
from autograder.judge.request import Values

WEIGHTS = "attention_weights(query, keys)"
ATTEND = "attend(query, keys, values)"


@check("attention_weights", "scores become shares of attention", share=3)
def test_shares(learner: Examinee, inputs: Inputs) -> None:
    """Each key's score is query · key, divided by the root of their length, and softmax turns scores into shares.

    Without the division, long queries make one share nearly 1 and the others nearly 0, and learning stalls.
    """
    # First positive numbers, so that a wrong formula shows as a wrong number rather than as the root of a negative.
    for low, length, count in ((0.2, 3, 4), (-2.0, 8, 2), (-2.0, 4, 3), (-2.0, 1, 2)):
        learner.agrees(
            WEIGHTS,
            query=Values(inputs.vector(length, low)),
            keys=Values(inputs.matrix(count, length, low)),
            means=f"One share for each key: the softmax of the scores, and a score is query · key / √{length} here.",
        )


@check("attention_weights", "one key gets everything, equal keys get equal shares")
def test_simple_cases(learner: Examinee, inputs: Inputs) -> None:
    """The first letter of a name has only itself to look at; letters with the same key are equally interesting."""
    learner.agrees(
        WEIGHTS,
        query=Values(inputs.vector(3)),
        keys=Values(inputs.matrix(1, 3)),
        means="With a single key there is nothing to choose: all the attention, 1.0, goes to it.",
        grads=False,
    )
    key = inputs.vector(3)
    learner.agrees(
        WEIGHTS,
        query=Values(inputs.vector(3)),
        keys=Values([key, key, key, key]),
        means="Four keys that are all the same share the attention equally: a quarter each.",
        grads=False,
    )
    fits = inputs.vector(3, 10.0, 20.0)
    keys = [fits, [0.0, 0.0, 0.0], [-number for number in fits]]
    inputs.shuffle(keys)
    learner.agrees(
        WEIGHTS,
        query=Values(fits),
        keys=Values(keys),
        means="One key fits the query so much better than the others that all the attention goes to it.",
        grads=False,
    )


@check("attention_weights", "large scores do no harm")
def test_large_scores(learner: Examinee, inputs: Inputs) -> None:
    """exp overflows beyond 709. Your softmax knows the remedy, so leave the exponentials to it."""
    near_twenty = [[round(20 + 0.05 * x, 3) for x in inputs.vector(4)] for _ in range(3)]
    learner.agrees(
        WEIGHTS,
        query=Values([round(20 + x, 2) for x in inputs.vector(4)]),
        keys=Values(near_twenty),
        means="The scores are near 800, even divided by the root: too large for exp, but not for softmax, which takes "
        "the largest away first.",
    )


@check("attend", "the values are mixed by their keys' shares", share=3)
def test_mixture(learner: Examinee, inputs: Inputs) -> None:
    """Keys decide how much each letter counts; values are what it has to say. The answer is their weighted sum."""
    for length, count in ((3, 4), (4, 2), (2, 2), (1, 3)):
        learner.agrees(
            ATTEND,
            query=Values(inputs.vector(length)),
            keys=Values(inputs.matrix(count, length)),
            values=Values(inputs.matrix(count, length)),
            means="The answer is as long as one value: each of its numbers is a weighted sum down a column.",
        )


@check("attend", "one value comes back as it is, equal keys give the average")
def test_simple_mixtures(learner: Examinee, inputs: Inputs) -> None:
    """With nothing to choose, the answer is easy to work out by hand, so it is a good first thing to try."""
    learner.agrees(
        ATTEND,
        query=Values(inputs.vector(3)),
        keys=Values(inputs.matrix(1, 3)),
        values=Values(inputs.matrix(1, 3)),
        means="With one key, its value gets a share of 1.0, so the answer is that value.",
        grads=False,
    )
    key = inputs.vector(3)
    learner.agrees(
        ATTEND,
        query=Values(inputs.vector(3)),
        keys=Values([key, key]),
        values=Values(inputs.matrix(2, 3)),
        means="With equal keys, the answer is the average of the values.",
        grads=False,
    )


@check("attend", "a key that matches much better wins")
def test_clear_winner(learner: Examinee, inputs: Inputs) -> None:
    """Attention can pick one letter out: when one score is far above the others, its value is nearly the answer."""
    query = [round(15 + x, 2) for x in inputs.vector(3)]
    learner.agrees(
        ATTEND,
        query=Values(query),
        keys=Values([inputs.vector(3), [round(q * 4, 2) for q in query], inputs.vector(3)]),
        values=Values(inputs.matrix(3, 3)),
        means="The second key matches the query far better than the others, so the answer is the second value.",
    )


def _layer(inputs: Inputs, width: int) -> Any:
    return Values({name: inputs.matrix(width, width, -1.0, 1.0) for name in ("wq", "wk", "wv", "wo")})


@check("multi_head_attention", "each head looks through its own slice, and wo mixes what they saw", share=4)
def test_heads(learner: Examinee, inputs: Inputs) -> None:
    """Several heads can look for several things at once: one for the last vowel, one for a double letter.

    Each has its own part of query, key and value. Their answers are glued in order and mixed by wo.
    """
    for width, heads, before in ((6, 3, 1), (6, 2, 2), (3, 3, 2), (2, 1, 3)):
        given = {
            "x": Values(inputs.vector(width)),
            "layer": _layer(inputs, width),
            "keys": Values(inputs.matrix(before, width)),
            "values": Values(inputs.matrix(before, width)),
        }
        shown = f"multi_head_attention(x, layer, keys, values, Config(n_embd={width}, n_head={heads}))"
        # Not judged here: the lists tell apart known mistakes that give the same answers.
        learner.call(f"{shown}\n[len(keys), len(values)]", shown=shown, **given)
        learner.agrees(
            shown.replace("keys, values", "list(keys), list(values)"),
            shown=shown,
            **given,
            means=f"Here the head_dim is {width // heads}; the heads look at {before} earlier and at x itself.",
        )


@check("multi_head_attention", "the first letter sees only itself")
def test_first_letter(learner: Examinee, inputs: Inputs) -> None:
    """With nothing before x, every head gives all its attention to x, so its value goes straight through."""
    for heads in (1, 2):
        learner.agrees(
            f"multi_head_attention(x, layer, [], [], Config(n_embd=4, n_head={heads}))",
            x=Values(inputs.vector(4)),
            layer=_layer(inputs, 4),
            means='With nothing before x the answer is linear(linear(x, layer["wv"]), layer["wo"]).',
        )


@check("multi_head_attention", "key and value of x are appended to the lists, once")
def test_appends(learner: Examinee, inputs: Inputs) -> None:
    """Later letters look back at this one through the lists, so what you add must reach the very lists you got."""
    call = "multi_head_attention(x, layer, keys, values, Config(n_embd=4, n_head=2))"
    given = {
        "x": Values(inputs.vector(4)),
        "layer": _layer(inputs, 4),
        "keys": Values(inputs.matrix(2, 4)),
        "values": Values(inputs.matrix(2, 4)),
    }
    learner.call(call, **given)  # not judged here: the answer tells apart known mistakes that leave the same lists
    learner.agrees(
        call + '\n{"keys": keys, "values": values}',
        shown=f"the lists after {call}",
        **given,
        means='keys must end with linear(x, layer["wk"]) and values with linear(x, layer["wv"]), whole and once, '
        "after the two that were there.",
    )


@check("multi_head_attention", "letter after letter, each sees all before it and none after it", share=2)
def test_letter_after_letter(learner: Examinee, inputs: Inputs) -> None:
    """A name is read one letter at a time. Nothing may be lost in between, and nothing carried to the next name."""
    learner.agrees(
        "def read():\n"
        "    keys, values = [], []\n"
        "    config = Config(n_embd=4, n_head=2)\n"
        "    return [multi_head_attention(x, layer, keys, values, config) for x in letters]\n"
        "[*read(), *read()]",
        shown="multi_head_attention on letters, one after the other, twice with new lists,",
        letters=Values(inputs.matrix(3, 4)),
        layer=_layer(inputs, 4),
        means="Rows 1 to 3 are the answers for the three letters, rows 4 to 6 the same again with empty lists.",
    )
