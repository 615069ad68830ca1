"""06 Sampling."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from autograder.judge.checking import CheckFailed, Examinee, Inputs, check
from autograder.judge.request import Values, shorten

DRAWS = 512
BOUND = 0.13  # a right share of 512 draws is further off less than once in a million times, a wrong one nearly always


def _agree(what: str, found: Sequence[float], expected: Sequence[float], means: str) -> None:
    """Shares of draws must be near the probabilities."""
    worst = max(range(len(expected)), key=lambda i: abs(found[i] - expected[i]))
    if abs(found[worst] - expected[worst]) > BOUND:
        raise CheckFailed(
            f"{what} came in the shares {shorten(list(found), worst, digits=2)}, "
            f"expected about {shorten(list(expected), worst, digits=2)}",
            means,
        )


def _drawn(learner: Examinee, inputs: Inputs, logits: list[float], temperature: float, means: str) -> None:
    """Many draws must come in the shares that softmax gives."""
    given: dict[str, Any] = {"logits": Values(logits), "temperature": temperature, "seed": inputs.randrange(10**6)}
    draws = "rng = random.Random(seed)\ndraws = [sample(logits, temperature, rng) for _ in range({})]\n"
    shown = "sample(logits, temperature, rng)"
    call = f"sample({shorten(logits)}, {temperature}, rng)"
    # A few draws in their order, and one from flat logits, tell known mistakes apart at little cost.
    few, _ = learner.call(
        draws.format(20) + "[draws, sample(flat, temperature, rng)]",
        shown=shown,
        flat=Values([0.0] * len(logits)),
        **given,
    )
    for token in few:
        if type(token) is not int or not 0 <= token < len(logits):
            raise CheckFailed(
                f"{call} gave {shorten(token)}, expected one of the numbers 0 to {len(logits) - 1}",
                f"The answer is the number of a token: 0 for the first, {len(logits) - 1} for the last one here.",
            )
    found = learner.call(
        draws.format(DRAWS) + f"[draws.count(i) / {DRAWS} for i in range(len(logits))]", shown=shown, **given
    )
    expected = learner.expected("softmax([logit / temperature for logit in logits])", **given)
    _agree(f"{DRAWS} draws of {call}", found, expected, means)


def _uses_rng(learner: Examinee, what: str, several: str, given: dict[str, Any]) -> None:
    """`several` is an expression for what comes out with rng: it must follow from rng's seed and from nothing else."""
    several = (
        f"def several(rng):\n    return {several}\n"
        "kept = random.getstate()\n"
        "random.seed(99)\n"
        "before = random.getstate()\n"
        "first, again, other = (several(random.Random(seed)) for seed in (1, 1, 2))\n"
        "untouched = random.getstate() == before\n"
        "random.setstate(kept)\n"
    )
    # The answers themselves tell known mistakes apart.
    learner.call(several + "[first, again, other]", shown=what, **given)
    same, differs, untouched = learner.call(
        several + "[first == again, first != other, untouched]", shown=what, **given
    )
    means = "Draw with the rng that is handed in, not with the random module and not with a generator of your own."
    if not same:
        raise CheckFailed(f"{what}, called again with the same seed, gave something else, expected the same", means)
    if not differs:
        raise CheckFailed(f"{what} gave the same with another seed, expected something else", means)
    if not untouched:
        raise CheckFailed(f"{what} drew from the random module, expected it to draw from rng", means)


@check("sample", "likely tokens come often, unlikely ones seldom", share=2)
def test_shares(learner: Examinee, inputs: Inputs) -> None:
    """A name that always took the likeliest letter would be the same every time. Drawing makes names new."""
    logits = [round(x + inputs.uniform(-0.1, 0.1), 2) for x in (0.0, 1.1, 2.2, -2.0)]
    inputs.shuffle(logits)
    _drawn(
        learner, inputs, logits, 1.0, "At temperature 1 each token comes with the probability that softmax gives it."
    )


@check("sample", "the temperature makes the draw bold or careful", share=2)
def test_temperature(learner: Examinee, inputs: Inputs) -> None:
    """Below 1 the likely become likelier, above 1 all come closer together: one dial from boring to wild."""
    logits = [round(x + inputs.uniform(-0.05, 0.05), 2) for x in (-1.0, -1.0, -1.0, 3.0)]
    inputs.shuffle(logits)
    _drawn(learner, inputs, logits, 2.0, "Divide each logit by the temperature, once, before softmax.")
    logits = [round(x + inputs.uniform(-0.05, 0.05), 2) for x in (1.0, 2.0, 2.0)]
    inputs.shuffle(logits)
    _drawn(learner, inputs, logits, 0.5, "Divide each logit by the temperature, once, before softmax.")


@check("sample", "at a low temperature the likeliest always comes")
def test_low_temperature(learner: Examinee, inputs: Inputs) -> None:
    """Divided by a small number, logits become so large that exp alone would overflow; your softmax can take it."""
    for likeliest in inputs.sample(range(4), 2):
        logits = [0.0, 9.0, 3.0]
        inputs.shuffle(logits)
        logits.insert(likeliest, 20.0)
        learner.agrees(
            "rng = random.Random(seed)\n[sample(logits, temperature, rng) for _ in range(5)]",
            shown="five times sample(logits, temperature, rng)",
            logits=Values(logits),
            temperature=0.01,
            seed=inputs.randrange(10**6),
            means="At temperature 0.01 the others have no chance.",
        )


@check("sample", "a temperature of 0 or below is refused")
def test_refused(learner: Examinee, inputs: Inputs) -> None:
    """A clear error where the mistake is made is kinder than a strange name or a ZeroDivisionError far away."""
    # Not judged here: all the cases together tell known mistakes apart.
    learner.call(
        "def raised(temperature):\n"
        "    try:\n"
        "        sample(logits, temperature, random.Random(1))\n"
        "    except Exception as error:\n"
        "        return type(error).__name__\n"
        "[raised(temperature) for temperature in (0.0, -1.0)]",
        logits=Values(inputs.vector(3)),
    )
    for temperature in (0.0, -1.0, 0):
        learner.raises(
            "sample(logits, temperature, random.Random(1))",
            "ValueError",
            logits=Values(inputs.vector(3)),
            temperature=temperature,
            means='Begin with: if temperature <= 0: raise ValueError("...").',
        )


@check("sample", "the draw comes from the given rng")
def test_given_rng(learner: Examinee, inputs: Inputs) -> None:
    """With the same seed the same names come out, today and next year: that is what rng is for."""
    given: dict[str, Any] = {"logits": Values([0.0, 0.0, 0.0, 0.0])}
    _uses_rng(learner, "30 times sample(logits, 1.0, rng)", "[sample(logits, 1.0, rng) for _ in range(30)]", given)


# Models without blocks, made by hand, so that what they will say is plain to see: the letter a is token 0, BOS is last.
VOCAB = ["a", "b", "c", "d", "e"]
BOS = len(VOCAB)
SURE = 9.0


def _by_letter(follows: dict[int, int]) -> dict[str, Any]:
    """A model in which the next token depends on the last one alone."""
    size = BOS + 1
    eye = [[float(i == j) for j in range(size)] for i in range(size)]
    head = [[SURE * (follows.get(last) == token) for last in range(size)] for token in range(size)]
    return {"wte": eye, "wpe": [[0.0] * size for _ in range(8)], "lm_head": head, "layers": []}


def _by_place(said: list[int]) -> dict[str, Any]:
    """A model in which the next token depends on the place alone."""
    size = len(said)
    eye = [[float(i == j) for j in range(size)] for i in range(size)]
    head = [[SURE * (token == said[place]) for place in range(size)] for token in range(BOS + 1)]
    return {"wte": [[0.0] * size for _ in range(BOS + 1)], "wpe": eye, "lm_head": head, "layers": []}


def _generated(learner: Examinee, inputs: Inputs, params: dict[str, Any], block_size: int, means: str) -> None:
    """At a low temperature there is one name that a model can say."""
    width = len(params["wte"][0])
    learner.agrees(
        f"generate(params, vocab, Config(n_layer=0, n_embd={width}, n_head=1, block_size={block_size}), 0.1, "
        "random.Random(seed))",
        shown=f"generate(params, vocab, config with block_size={block_size}, 0.1, rng)",
        params=Values(params),
        vocab=VOCAB,
        seed=inputs.randrange(10**6),
        grads=False,
        means=means,
    )


@check("generate", "each letter is fed back in, until BOS", share=2)
def test_feeds_back(learner: Examinee, inputs: Inputs) -> None:
    """The model guesses one token at a time. It can spell a name only if it hears what it said last."""
    # Not judged here: a model that says c, and would say b, a, b, a after a, tells known mistakes apart.
    learner.call(
        "generate(params, vocab, Config(n_layer=0, n_embd=6, n_head=1, block_size=4), 0.1, random.Random(1))",
        shown="generate(params, vocab, config, 0.1, rng)",
        params=Values(_by_letter({BOS: 2, 2: BOS, 0: 1, 1: 0})),
        vocab=VOCAB,
    )
    order = [0, 1, 2, 3, 4]
    inputs.shuffle(order)
    for count in (5, 2, 0):
        path = [BOS, *order[:count], BOS]
        name = "".join(VOCAB[token] for token in path[1:-1])
        follows = dict.fromkeys(range(BOS), order[0]) | dict(pairwise(path))
        said = ", then ".join([*name, "BOS"])
        _generated(
            learner, inputs, _by_letter(follows), 8, f"After BOS this model says {said}, and there the name is over."
        )


@check("generate", "the places are counted up from 0")
def test_places(learner: Examinee, inputs: Inputs) -> None:
    """The model was told the place of each letter in training, so it must be told when it writes, too."""
    said = inputs.sample(range(BOS), 3)
    name = "".join(VOCAB[token] for token in said)
    means = f"This model goes by the place alone: it says {name[0]} at place 0, {name[1]} at place 1, and so on."
    _generated(learner, inputs, _by_place([*said, said[0], BOS]), 5, means)


@check("generate", "after block_size letters it stops by itself")
def test_block_size(learner: Examinee, inputs: Inputs) -> None:
    """The model has block_size places and no more. Some models never say BOS, and the name has to end all the same."""
    for size in (5, 1):
        said = inputs.sample(range(BOS), 4)
        means = f"This model never says BOS, so the name has {size} letter{'s' if size > 1 else ''}."
        _generated(learner, inputs, _by_place([*said, said[0]][:size]), size, means)


@check("generate", "a real model: later letters look back at earlier ones", share=2)
def test_real_model(learner: Examinee, inputs: Inputs) -> None:
    """One cache for the whole name: without it, each letter would be the only one that the model sees."""
    sizes = "Config(n_layer=1, n_embd=4, n_head=2, block_size=5)"
    for params in _clear_models(learner, inputs, sizes, 2):
        learner.agrees(
            f"generate(params, vocab, {sizes}, 0.01, random.Random(seed))",
            shown="generate(params, vocab, config, 0.01, rng)",
            params=Values(params),
            vocab=VOCAB,
            seed=inputs.randrange(10**6),
            grads=False,
            means="A temperature this low always takes the likeliest letter, so there is one right answer.",
        )


def _clear_models(learner: Examinee, inputs: Inputs, sizes: str, count: int) -> list[dict[str, Any]]:
    """Models that say something different without their memory, and are never in two minds about the next letter."""
    read = (
        f"config = {sizes}\n"
        "def spell(keep):\n"
        "    cache, token, said, doubts = new_cache(config), len(vocab), [], []\n"
        "    for position in range(config.block_size):\n"
        "        memory = cache if keep else new_cache(config)\n"
        "        scores = [score.data for score in gpt(token, position, params, memory, config)]\n"
        "        token = scores.index(max(scores))\n"
        "        doubts.append(sorted(scores)[-1] - sorted(scores)[-2])\n"
        "        if token == len(vocab):\n"
        "            break\n"
        "        said.append(token)\n"
        "    return said, min(doubts)\n"
        "[*spell(True), *spell(False)]"
    )
    found: list[dict[str, Any]] = []
    for _ in range(200):
        params = inputs.params(BOS + 1, 1, 4, 5, size=1.0)
        said, doubt, forgetful, _ = learner.expected(read, params=Values(params), vocab=VOCAB)
        if len(said) > 1 and doubt > 0.5 and said != forgetful:
            found.append(params)
        if len(found) == count:
            break
    return found


@check("generate", "temperature and rng are handed on", share=2)
def test_handed_on(learner: Examinee, inputs: Inputs) -> None:
    """generate adds no chance of its own: the dial and the generator are the caller's."""
    logits = [-1.0, -1.0, -1.0, -1.0, 3.0]
    inputs.shuffle(logits)
    # One number for each token, the same after each letter and at each place: so letters come as sample draws them.
    params = {
        "wte": [[1.0]] * (BOS + 1),
        "wpe": [[0.0]] * 16,
        "lm_head": [[logit] for logit in [*logits, -99.0]],
        "layers": [],
    }
    config = "Config(n_layer=0, n_embd=1, n_head=1, block_size=16)"
    names = f"[generate(params, vocab, {config}, temperature, rng) for _ in range(%d)]"
    given: dict[str, Any] = {"params": Values(params), "vocab": VOCAB, "temperature": 2.0}
    _uses_rng(learner, "generate(params, vocab, config, temperature, rng)", names % 1, given)
    found = learner.call(
        "rng = random.Random(seed)\n"
        f"text = ''.join(''.join(name) for name in {names % (DRAWS // 16)})\n"
        "[text.count(letter) / max(1, len(text)) for letter in vocab]",
        shown=f"{DRAWS // 16} times generate(params, vocab, config, temperature, rng)",
        seed=inputs.randrange(10**6),
        **given,
    )
    expected = learner.expected(
        "softmax([logit / temperature for logit in logits])", logits=Values(logits), temperature=2.0
    )
    _agree(
        f"the letters {', '.join(VOCAB)} in {DRAWS // 16} names by generate at temperature 2.0",
        found,
        expected,
        "Hand the temperature on to sample as it is; sample does the rest.",
    )
