"""Known mistakes in 03 Attention."""

from autograder.judge.mistakes import Mistake

MISTAKES = [
    Mistake(
        "attention_weights",
        "attention-not-scaled",
        "the scores are not divided by √head_dim.",
        " / len(query) ** 0.5",
        "",
    ),
]
