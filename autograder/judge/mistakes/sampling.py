"""Known mistakes in 06 Sampling."""

from autograder.judge.mistakes import Mistake

_REFUSE = '    if temperature <= 0:\n        raise ValueError("the temperature must be above 0")\n'
_PROBS = "softmax([logit / temperature for logit in logits])"
_DRAW = "return rng.choices(range(len(probs)), weights=[p.data for p in probs])[0]"

SAMPLE = [
    Mistake(
        "sample",
        "sample-zero-not-refused",
        "the temperature is not checked: at 0 the division fails, and below 0 the unlikely would come most.",
        _REFUSE,
        "",
    ),
    Mistake(
        "sample",
        "sample-negative-not-refused",
        "only a temperature of 0 is refused: below 0 the unlikely would come most.",
        "temperature <= 0",
        "temperature == 0",
    ),
    Mistake(
        "sample",
        "sample-zero-passes",
        "a temperature below 0 is refused, but 0 is not: the division fails there.",
        "temperature <= 0",
        "temperature < 0",
    ),
    Mistake(
        "sample",
        "sample-cold-takes-largest",
        "a temperature of 0 or below takes the likeliest token: here it should raise a ValueError.",
        '        raise ValueError("the temperature must be above 0")\n',
        "        return max(range(len(logits)), key=lambda i: logits[i].data)\n",
    ),
    Mistake(
        "sample",
        "sample-error-returned",
        "a ValueError is returned, or only printed: raise it.",
        'raise ValueError("the temperature must be above 0")',
        "return 'ValueError'",
    ),
    Mistake(
        "sample",
        "sample-assert",
        "assert refuses the temperature, with an AssertionError: raise a ValueError.",
        _REFUSE,
        "    assert temperature > 0\n",
    ),
    Mistake(
        "sample",
        "sample-low-refused",
        "temperatures up to 1 are refused: only 0 and below are of no use.",
        "temperature <= 0",
        "temperature <= 1",
    ),
    Mistake(
        "sample",
        "sample-no-temperature",
        "the logits are not divided by the temperature before softmax. Dividing afterwards changes nothing.",
        "logit / temperature",
        "logit",
    ),
    Mistake(
        "sample",
        "sample-temperature-multiplied",
        "the logits are multiplied by the temperature: divide them by it.",
        "logit / temperature",
        "logit * temperature",
    ),
    Mistake(
        "sample",
        "sample-temperature-twice",
        "the temperature is applied twice.",
        "logit / temperature for",
        "logit / temperature / temperature for",
    ),
    Mistake(
        "sample",
        "sample-softmax-of-probabilities",
        "softmax is applied to the logits first, and to its own answer again after the division.",
        _PROBS,
        "softmax([p / temperature for p in softmax(logits)])",
    ),
    Mistake(
        "sample",
        "sample-largest",
        "the likeliest token is always taken: rng has to draw, by the probabilities.",
        _DRAW,
        "return max(range(len(probs)), key=lambda i: probs[i].data)",
    ),
    Mistake(
        "sample",
        "sample-no-weights",
        "every token is as likely as any other: hand the probabilities to rng.choices as weights.",
        ", weights=[p.data for p in probs]",
        "",
    ),
    Mistake(
        "sample",
        "sample-weights-as-places",
        "the weights go in as cum_weights: those would have to be running sums.",
        "weights=",
        "cum_weights=",
    ),
    Mistake(
        "sample",
        "sample-list",
        "the answer is a list with one entry: take entry [0] of what rng.choices gives.",
        "[p.data for p in probs])[0]",
        "[p.data for p in probs])",
    ),
    Mistake(
        "sample",
        "sample-counted-from-one",
        "the tokens are counted from 1: the first one is 0.",
        "range(len(probs))",
        "range(1, len(probs) + 1)",
    ),
    Mistake(
        "sample",
        "sample-probability-returned",
        "a probability comes back: draw from the numbers 0 to n - 1, and use the probabilities as weights.",
        "rng.choices(range(len(probs))",
        "rng.choices([p.data for p in probs]",
    ),
    Mistake(
        "sample",
        "sample-values-as-weights",
        "the weights are Values: rng.choices wants plain numbers, .data.",
        "[p.data for p in probs]",
        "probs",
    ),
    Mistake(
        "sample",
        "sample-random-module",
        "the random module draws, and not the rng that was handed in.",
        _REFUSE,
        _REFUSE + "    import random as rng\n\n",
    ),
    Mistake(
        "sample",
        "sample-own-generator",
        "each call makes a generator of its own, so every draw is the same: draw with the rng that was handed in.",
        _REFUSE,
        _REFUSE + "    import random\n\n    rng = random.Random(42)\n",
    ),
    Mistake(
        "sample",
        "sample-reversed",
        "the tokens meet the probabilities in the opposite order.",
        "range(len(probs))",
        "range(len(probs))[::-1]",
    ),
]

_START = "    token, tokens, cache = bos, [], new_cache(config)\n"
_STOP = "        if token == bos:\n            break\n"
_NEXT = "token = sample(gpt(token, position, params, cache, config), temperature, rng)"

GENERATE = [
    Mistake(
        "generate",
        "generate-not-fed-back",
        "the model hears BOS at every place: feed the token that was drawn back in.",
        f"        {_NEXT}\n{_STOP}        tokens.append(token)\n",
        f"        drawn = {_NEXT.removeprefix('token = ')}\n"
        "        if drawn == bos:\n            break\n        tokens.append(drawn)\n",
    ),
    Mistake(
        "generate",
        "generate-begins-with-letter",
        "the name begins with token 0, which is a letter: BOS is len(vocab).",
        "token, tokens, cache = bos, []",
        "token, tokens, cache = 0, []",
    ),
    Mistake(
        "generate",
        "generate-bos-zero",
        "0 is taken for BOS: that is the first letter, and BOS is len(vocab).",
        "bos = len(vocab)",
        "bos = 0",
    ),
    Mistake(
        "generate",
        "generate-bos-last-letter",
        "len(vocab) - 1 is taken for BOS: that is the last letter, and BOS comes right after it.",
        "bos = len(vocab)",
        "bos = len(vocab) - 1",
    ),
    Mistake(
        "generate",
        "generate-never-stops",
        "BOS does not end the name: when it is drawn, leave the loop, with break.",
        _STOP,
        "",
    ),
    Mistake(
        "generate",
        "generate-bos-printed",
        "BOS is printed as a letter at the end of the name.",
        source="""def generate(params, vocab, config, temperature, rng):
    bos = len(vocab)
    token, letters, cache = bos, "", new_cache(config)
    for position in range(config.block_size):
        token = sample(gpt(token, position, params, cache, config), temperature, rng)
        letters += [*vocab, "<BOS>"][token]
        if token == bos:
            break
    return letters
""",
    ),
    Mistake(
        "generate",
        "generate-bos-looked-up",
        "BOS is looked up in vocab: it is no letter, so stop before you look it up.",
        source="""def generate(params, vocab, config, temperature, rng):
    bos = len(vocab)
    token, letters, cache = bos, "", new_cache(config)
    for position in range(config.block_size):
        token = sample(gpt(token, position, params, cache, config), temperature, rng)
        letters += vocab[token]
        if token == bos:
            break
    return letters
""",
    ),
    Mistake(
        "generate",
        "generate-tokens-returned",
        "the tokens come back as numbers: decode makes letters of them.",
        "return decode(tokens, vocab)",
        "return tokens",
    ),
    Mistake(
        "generate",
        "generate-list-returned",
        "the letters come back as a list: a name is one string.",
        "return decode(tokens, vocab)",
        "return list(decode(tokens, vocab))",
    ),
    Mistake(
        "generate",
        "generate-last-letter-only",
        "the tokens are replaced, not collected: only the last letter is left.",
        "tokens.append(token)",
        "tokens = [token]",
    ),
    Mistake(
        "generate",
        "generate-one-letter",
        "the answer is given inside the loop, so the name is over after its first letter.",
        "    return decode(tokens, vocab)",
        "        return decode(tokens, vocab)\n    return decode(tokens, vocab)",
    ),
    Mistake(
        "generate",
        "generate-place-zero",
        "every letter is written at place 0: hand the position to gpt.",
        "gpt(token, position,",
        "gpt(token, 0,",
    ),
    Mistake(
        "generate",
        "generate-place-from-one",
        "the places are counted from 1: BOS stands at place 0.",
        "for position in range(config.block_size)",
        "for position in range(1, config.block_size)",
    ),
    Mistake(
        "generate",
        "generate-one-too-few",
        "the name ends one letter before block_size.",
        "range(config.block_size)",
        "range(config.block_size - 1)",
    ),
    Mistake(
        "generate",
        "generate-one-too-many",
        "the name goes on after block_size letters, where wpe has no more rows.",
        "range(config.block_size)",
        "range(config.block_size + 1)",
    ),
    Mistake(
        "generate",
        "generate-new-cache",
        "every letter gets a new cache, so the model forgets what it has said. One cache serves the whole name.",
        "params, cache, config), temperature",
        "params, new_cache(config), config), temperature",
    ),
    Mistake(
        "generate",
        "generate-temperature-ignored",
        "the temperature is not handed on: the draw is always made at 1.0.",
        "config), temperature, rng)",
        "config), 1.0, rng)",
    ),
    Mistake(
        "generate",
        "generate-temperature-twice",
        "the logits are divided by the temperature before sample does it once more.",
        "sample(gpt(token, position, params, cache, config), temperature, rng)",
        "sample([x / temperature for x in gpt(token, position, params, cache, config)], temperature, rng)",
    ),
    Mistake(
        "generate",
        "generate-softmax-first",
        "softmax is applied to the logits before sample does it once more.",
        "sample(gpt(token, position, params, cache, config), temperature, rng)",
        "sample(softmax(gpt(token, position, params, cache, config)), temperature, rng)",
    ),
    Mistake(
        "generate",
        "generate-likeliest",
        "the likeliest token is always taken: let sample draw.",
        f"        {_NEXT}\n",
        "        logits = gpt(token, position, params, cache, config)\n"
        "        token = max(range(len(logits)), key=lambda i: logits[i].data)\n",
    ),
    Mistake(
        "generate",
        "generate-random-module",
        "the random module draws, and not the rng that was handed in.",
        _START,
        _START + "    import random as rng\n\n",
    ),
    Mistake(
        "generate",
        "generate-own-generator",
        "every name gets a generator of its own, so all names are the same: use the rng that was handed in.",
        _START,
        _START + "    import random\n\n    rng = random.Random(42)\n",
    ),
]

MISTAKES = [*SAMPLE, *GENERATE]
