"""00 Foundations."""

from __future__ import annotations

from autograder.judge.checking import Examinee, Inputs, check

ALPHABET = list("abcdefghijklmnopqrstuvwxyz")


def _letters(inputs: Inputs, count: int) -> list[str]:
    """Letters in order, with gaps, and without an a: so a place in the list is not a place in the alphabet."""
    return sorted(inputs.sample(ALPHABET[1:], count))


def _spell(places: list[int], letters: list[str]) -> str:
    return "".join(letters[place] for place in places)


@check("build_vocab", "every letter is in the list once, in order", share=2)
def test_letters_in_order(learner: Examinee, inputs: Inputs) -> None:
    """A letter's number is its place in this list, so each letter needs one place, and the order must be fixed."""
    letters = _letters(inputs, 5)
    docs = [_spell(places, letters) for places in ([3, 1, 3], [4, 0, 0, 0, 1], [2, 0])]
    learner.agrees("build_vocab(docs)", docs=docs, means="Each letter of the docs once, from first to last.")
    learner.agrees("build_vocab(docs)", docs=docs[::-1] + docs, means="The order of the docs makes no difference.")


@check("build_vocab", "capitals, signs and other alphabets are letters, too")
def test_any_sign(learner: Examinee, inputs: Inputs) -> None:
    """The vocabulary comes from the docs alone. The day you train on songs or on recipes, it must still fit."""
    small = _letters(inputs, 4)
    means = "Whatever sign stands in a doc belongs in the list, just as it is."
    learner.agrees("build_vocab(docs)", docs=[small[3].upper() + small[2], small[0] + small[1]], means=means)
    learner.agrees("build_vocab(docs)", docs=[small[2] + "'" + small[0], small[1] + "-" + small[2] + "7"], means=means)
    learner.agrees("build_vocab(docs)", docs=["zoë " + small[0], "Анна", "明子"], means=means)


@check("build_vocab", "empty docs and no docs at all")
def test_nothing_there(learner: Examinee, inputs: Inputs) -> None:
    """Files have empty lines. They add no letters, and they should not stop you."""
    letters = _letters(inputs, 2)
    learner.agrees(
        "build_vocab(docs)",
        docs=["", letters[1] + letters[0] + letters[1], ""],
        means="An empty doc has no letters, so it changes nothing.",
    )
    learner.agrees("build_vocab(docs)", docs=[], means="Without docs there are no letters: an empty list.")
    learner.agrees(
        "build_vocab(tuple(docs))", docs=[letters[1], letters[0]], means="A tuple of docs is as good as a list."
    )


@check("encode", "each letter becomes its place in vocab, with BOS at both ends", share=2)
def test_places(learner: Examinee, inputs: Inputs) -> None:
    """The model never sees letters, only these numbers. BOS tells it where a name begins and where it ends."""
    letters = _letters(inputs, 6)
    for places in ([3, 0, 5, 0, 2], [1, 4, 4]):
        learner.agrees(
            "encode(text, vocab)",
            text=_spell(places, letters),
            vocab=letters,
            means="vocab has 6 letters, numbers 0 to 5, so BOS is 6: once in front, once behind.",
        )


@check("encode", "BOS is the length of vocab, whatever that is")
def test_other_vocabs(learner: Examinee, inputs: Inputs) -> None:
    """Names in English letters have 26 of them, other texts have other vocabularies, and BOS moves along."""
    for letters in (_letters(inputs, 2), ALPHABET, sorted("' -éßжю明")):
        places = [inputs.randrange(len(letters)) for _ in range(4)]
        learner.agrees(
            "encode(text, vocab)",
            text=_spell([len(letters) - 1, *places], letters),
            vocab=letters,
            means=f"This vocab has {len(letters)} letters, so BOS is {len(letters)}.",
        )


@check("encode", "short texts: one letter, and none")
def test_short_texts(learner: Examinee, inputs: Inputs) -> None:
    """A text without letters still begins and ends: two BOS, and nothing between."""
    letters = _letters(inputs, 3)
    learner.agrees("encode(text, vocab)", text=letters[1], vocab=letters, means="One letter between two BOS.")
    learner.agrees("encode(text, vocab)", text="", vocab=letters, means="No letters: only the two BOS are left.")


@check("decode", "numbers become letters again", share=2)
def test_letters_again(learner: Examinee, inputs: Inputs) -> None:
    """The model answers in numbers; this is how you get to read what it has invented."""
    letters = _letters(inputs, 6)
    learner.agrees(
        "decode(tokens, vocab)",
        tokens=[3, 0, 5, 0, 2],
        vocab=letters,
        means="Token number n is the letter vocab[n]; the answer is one text.",
    )
    tokens = [26, 12, 0, 25, *(inputs.randrange(26) for _ in range(3)), 26]
    learner.agrees(
        "decode(tokens, vocab)", tokens=tokens, vocab=ALPHABET, means="26 is BOS here, and BOS is not printed."
    )
    learner.agrees(
        "decode(tokens, vocab)",
        tokens=[6, 4, 1, 1, 5, 6],
        vocab=letters,
        means="This vocab has 6 letters, numbers 0 to 5, so 6 is BOS, which is not printed.",
    )


@check("decode", "BOS may be anywhere, or nowhere")
def test_bos_anywhere(learner: Examinee, inputs: Inputs) -> None:
    """When the model invents a name there is no BOS in front; only what is BOS may be left out, wherever it stands."""
    letters = _letters(inputs, 4)
    means = "4 is BOS here: leave out every 4 and keep everything else."
    for tokens in ([2, 3, 0], [4, 2, 1], [1, 3, 4], [4, 0, 3, 4, 2, 4], [1], [4, 4], []):
        learner.agrees("decode(tokens, vocab)", tokens=tokens, vocab=letters, means=means)


@check("decode", "what was encoded comes back")
def test_round_trip(learner: Examinee, inputs: Inputs) -> None:
    """There and back again: a text that is encoded and then decoded is the same text."""
    for letters in (_letters(inputs, 5), sorted("' -éßжю明")):
        text = _spell([inputs.randrange(len(letters)) for _ in range(6)], letters)
        learner.agrees(
            "decode(encode(text, vocab), vocab)", text=text, vocab=letters, means="The same text should come back."
        )


@check("slope", "the slope of x² is 2x", share=2)
def test_square(learner: Examinee, inputs: Inputs) -> None:
    """On the curve x² you know the answer, so it is the place to try a slope finder."""
    learner.agrees(
        "slope(lambda x: x * x, at)",
        at=inputs.number(1.0, 3.0),
        tolerance=1e-5,  # with a tiny h, rounding leaves some noise, and there is more than one way to divide
        means="The slope of x * x at any x is 2 * x, very nearly.",
    )
    learner.agrees("slope(lambda x: x * x, at)", at=inputs.number(-3.0, -1.0), tolerance=1e-5)


@check("slope", "other curves: 3x² + 2x has slope 26 at 4")
def test_other_curves(learner: Examinee, inputs: Inputs) -> None:
    """You do not know the rule for every curve. Nudging works on all of them."""
    learner.agrees(
        "slope(lambda x: 3 * x**2 + 2 * x, at)",
        at=4.0,
        tolerance=1e-5,
        means="By the rules, the slope is 6x + 2, and at 4 that is 26.",
    )
    learner.agrees("slope(math.exp, at)", at=inputs.number(-1.0, 1.0), tolerance=1e-5)
    learner.agrees("slope(lambda x: -5 * x, at)", at=inputs.number(), tolerance=1e-5)


@check("slope", "h to either side, even when h is large", share=2)
def test_large_step(learner: Examinee, inputs: Inputs) -> None:
    """Looking to one side only tilts the answer; looking as far left as right cancels most of that error.

    With a tiny h you would never notice. So here h is large: on x³ both ways are off, each by its own amount.
    """
    for h in (0.5, 0.25, 2.0):
        learner.agrees(
            "slope(lambda x: x**3, at, h)",
            at=inputs.number(1.0, 2.0),
            h=h,
            means="The change from x - h to x + h, divided by the way between them, 2 * h.",
        )


@check("surprise", "the less likely, the more surprising", share=2)
def test_surprise(learner: Examinee, inputs: Inputs) -> None:
    """This one number is what the whole training makes small: how surprised the model is by the letter that came."""
    for p in (inputs.uniform(0.6, 0.9), inputs.uniform(0.2, 0.4), 0.5, inputs.uniform(0.01, 0.1)):
        learner.agrees("surprise(p)", p=round(p, 3), means="Minus the natural logarithm of p.")


@check("surprise", "a sure thing is no surprise, a one-in-a-million is a big one")
def test_ends_of_the_scale(learner: Examinee, inputs: Inputs) -> None:
    """What is certain surprises nobody: 0. What is all but impossible gives a large number, but never infinity."""
    learner.agrees("surprise(p)", p=1.0, means="The logarithm of 1 is 0.")
    learner.agrees("surprise(p)", p=round(inputs.uniform(1, 9), 1) * 1e-6)
    learner.agrees("surprise(p)", p=1e-300)
