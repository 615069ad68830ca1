"""03 Attention."""

from autograder.judge.checking import Examinee, Inputs, check
from autograder.judge.request import Values


@check("attention_weights", "scores become shares of attention", share=2)
def test_weights(learner: Examinee, inputs: Inputs) -> None:
    """Each key's score is query · key, divided by the root of their length, and softmax turns scores into shares.

    Without the division, long queries make one share nearly 1 and the others nearly 0, and learning stalls.
    """
    for length, count in ((4, 3), (3, 5), (1, 2)):
        learner.agrees(
            "attention_weights(query, keys)",
            query=Values(inputs.vector(length)),
            keys=Values(inputs.matrix(count, length)),
        )
