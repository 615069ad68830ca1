"""Known mistakes in 05 Training. Those in Adam.step are in adam.py."""

from autograder.judge.mistakes import Mistake
from autograder.judge.mistakes.adam import ADAM

_SURPRISE = "return -softmax(logits)[target].log()"

CROSS_ENTROPY = [
    Mistake(
        "cross_entropy",
        "cross-entropy-no-minus",
        "the minus is missing: the log of a probability is negative, and surprise is positive.",
        "-softmax",
        "softmax",
    ),
    Mistake(
        "cross_entropy",
        "cross-entropy-no-log",
        "minus the probability is returned, without its log.",
        ".log()",
        "",
    ),
    Mistake(
        "cross_entropy",
        "cross-entropy-one-minus",
        "1 minus the probability is returned: surprise is minus its log.",
        _SURPRISE,
        "return 1 - softmax(logits)[target]",
    ),
    Mistake(
        "cross_entropy",
        "cross-entropy-inverse",
        "1 divided by the probability is returned: surprise is minus its log.",
        _SURPRISE,
        "return 1 / softmax(logits)[target]",
    ),
    Mistake(
        "cross_entropy",
        "cross-entropy-no-softmax",
        "the logit itself is taken for the probability: softmax has to make probabilities first.",
        _SURPRISE,
        "return -logits[target]",
    ),
    Mistake(
        "cross_entropy",
        "cross-entropy-log-of-logit",
        "the log is taken of the logit itself: softmax has to make probabilities first.",
        "softmax(logits)[target]",
        "logits[target]",
    ),
    Mistake(
        "cross_entropy",
        "cross-entropy-softmax-twice",
        "softmax is applied twice.",
        "softmax(logits)",
        "softmax(softmax(logits))",
    ),
    Mistake(
        "cross_entropy",
        "cross-entropy-all-answers",
        "the surprise at every answer is added up: only the right one counts.",
        _SURPRISE,
        "return -sum(p.log() for p in softmax(logits))",
    ),
    Mistake(
        "cross_entropy",
        "cross-entropy-mean-of-answers",
        "the surprise is averaged over every answer: only the right one counts.",
        _SURPRISE,
        "return -sum(p.log() for p in softmax(logits)) / len(logits)",
    ),
    Mistake(
        "cross_entropy",
        "cross-entropy-largest",
        "the most likely answer is taken for the right one: the right one is target.",
        _SURPRISE,
        "return -max(softmax(logits), key=lambda p: p.data).log()",
    ),
    Mistake(
        "cross_entropy",
        "cross-entropy-next-door",
        "the answer before the right one is looked up: targets are counted from 0, as lists are.",
        "[target]",
        "[target - 1]",
    ),
    Mistake(
        "cross_entropy",
        "cross-entropy-weighted",
        "the surprise is multiplied by the probability once more.",
        _SURPRISE,
        "p = softmax(logits)[target]\n    return -p * p.log()",
    ),
    Mistake(
        "cross_entropy",
        "cross-entropy-squares",
        "the squared distance from the right answer is returned: here the loss is minus the log of its probability.",
        _SURPRISE,
        "return sum((p - (i == target)) ** 2 for i, p in enumerate(softmax(logits)))",
    ),
    Mistake(
        "cross_entropy",
        "cross-entropy-bits",
        "the log has base 2: here it is the natural one.",
        _SURPRISE,
        "return -softmax(logits)[target].log() / math.log(2)",
    ),
    Mistake(
        "cross_entropy",
        "cross-entropy-exp-by-hand",
        "exp is applied to the logits as they are. Your softmax is safe, because it takes the largest away first.",
        _SURPRISE,
        "exps = [logit.exp() for logit in logits]\n    return -(exps[target] / sum(exps)).log()",
    ),
    Mistake(
        "cross_entropy",
        "cross-entropy-plain",
        "math.log of .data is returned, a plain number: no blame can flow back from it. Values have .log().",
        _SURPRISE,
        "return -math.log(softmax(logits)[target].data)",
    ),
]

_POSITIONS = "range(min(config.block_size, len(tokens) - 1))"
_ASKED = "gpt(tokens[p], p, params, cache, config)"
_MEAN = "return sum(losses) / len(losses)"

SEQUENCE_LOSS = [
    Mistake(
        "sequence_loss",
        "loss-summed",
        "the losses are added up, but not divided by how many they are.",
        _MEAN,
        "return sum(losses)",
    ),
    Mistake(
        "sequence_loss",
        "loss-divided-by-tokens",
        "the sum is divided by the number of tokens: there is one guess fewer than that.",
        _MEAN,
        "return sum(losses) / len(tokens)",
    ),
    Mistake(
        "sequence_loss",
        "loss-divided-by-block-size",
        "the sum is divided by block_size: divide by the number of guesses that were made.",
        _MEAN,
        "return sum(losses) / config.block_size",
    ),
    Mistake(
        "sequence_loss",
        "loss-divided-by-all",
        "a name that was cut is divided by its full length: divide by the number of guesses that were made.",
        _MEAN,
        "return sum(losses) / (len(tokens) - 1)",
    ),
    Mistake(
        "sequence_loss",
        "loss-last-only",
        "only the last guess counts: take the mean of all of them.",
        _MEAN,
        "return losses[-1]",
    ),
    Mistake(
        "sequence_loss",
        "loss-list",
        "the losses come back as a list: one number is wanted, their mean.",
        _MEAN,
        "return losses",
    ),
    Mistake(
        "sequence_loss",
        "loss-no-bos-in-front",
        "the first guess, after BOS, is skipped: so the model never learns how names begin.",
        "cache = new_cache(config)\n",
        "cache = new_cache(config)\n    tokens = tokens[1:]\n",
    ),
    Mistake(
        "sequence_loss",
        "loss-no-bos-behind",
        "the last guess, of the BOS at the end, is skipped: so the model never learns to stop.",
        "len(tokens) - 1",
        "len(tokens) - 2",
    ),
    Mistake(
        "sequence_loss",
        "loss-same-token",
        "the model is asked for the token that it has just read: the target is the next one, tokens[p + 1].",
        "tokens[p + 1]",
        "tokens[p]",
    ),
    Mistake(
        "sequence_loss",
        "loss-backwards",
        "the model reads each token and is asked for the one before it: the target is the one after it.",
        f"cross_entropy({_ASKED}, tokens[p + 1])",
        "cross_entropy(gpt(tokens[p + 1], p, params, cache, config), tokens[p])",
    ),
    Mistake(
        "sequence_loss",
        "loss-new-cache",
        "every position gets a new cache, so the model forgets the letters before. One cache serves the whole name.",
        "params, cache, config), tokens",
        "params, new_cache(config), config), tokens",
    ),
    Mistake(
        "sequence_loss",
        "loss-place-zero",
        "every token is read at place 0: hand the position to gpt.",
        "gpt(tokens[p], p,",
        "gpt(tokens[p], 0,",
    ),
    Mistake(
        "sequence_loss",
        "loss-places-from-one",
        "the places are counted from 1: the first token is read at place 0.",
        "gpt(tokens[p], p,",
        "gpt(tokens[p], p + 1,",
    ),
    Mistake(
        "sequence_loss",
        "loss-not-cut",
        "a name longer than block_size is not cut: wpe has only block_size rows.",
        "min(config.block_size, len(tokens) - 1)",
        "len(tokens) - 1",
    ),
    Mistake(
        "sequence_loss",
        "loss-cut-too-short",
        "a long name is cut to block_size tokens, which leaves one guess fewer than there is room for.",
        "cache = new_cache(config)\n",
        "cache = new_cache(config)\n    tokens = tokens[: config.block_size]\n",
    ),
    Mistake(
        "sequence_loss",
        "loss-front-cut",
        "the beginning of a long name is cut off: keep the beginning and cut the end.",
        "cache = new_cache(config)\n",
        "cache = new_cache(config)\n    tokens = tokens[-config.block_size - 1 :]\n",
    ),
    Mistake(
        "sequence_loss",
        "loss-places-wrap",
        "the places of a long name begin again at 0 after block_size letters: what is beyond should be cut.",
        f"    positions = {_POSITIONS}\n    losses = [cross_entropy({_ASKED}, tokens[p + 1]) for p in positions]\n",
        "    losses = [\n"
        "        cross_entropy(gpt(tokens[p], p % config.block_size, params, cache, config), tokens[p + 1])\n"
        "        for p in range(len(tokens) - 1)\n"
        "    ]\n",
    ),
    Mistake(
        "sequence_loss",
        "loss-plain",
        "the losses are added up as plain numbers, .data: then no blame can flow back.",
        _MEAN,
        "return sum(loss.data for loss in losses) / len(losses)",
    ),
]

_RATE = "0.01 * (1 - step / num_steps)"

LEARNING_RATE = [
    Mistake("learning_rate", "rate-constant", "the rate never goes down.", _RATE, "0.01"),
    Mistake(
        "learning_rate",
        "rate-rising",
        "the rate goes up from 0: it should begin at 0.01 and go down.",
        _RATE,
        "0.01 * step / num_steps",
    ),
    Mistake(
        "learning_rate",
        "rate-whole-division",
        "// drops the part behind the decimal point: divide with a single /.",
        "step / num_steps",
        "step // num_steps",
    ),
    Mistake(
        "learning_rate",
        "rate-subtracted",
        "the whole part that is done is taken away from 0.01: brackets make it 0.01 times the part that is left.",
        _RATE,
        "0.01 - step / num_steps",
    ),
    Mistake(
        "learning_rate",
        "rate-one-ahead",
        "the steps are counted from 1: at step 0 nothing is done yet, and the rate is 0.01.",
        "step / num_steps",
        "(step + 1) / num_steps",
    ),
    Mistake(
        "learning_rate",
        "rate-ends-early",
        "the rate is 0 at the last step already: it should be 0 at num_steps, one step later.",
        "step / num_steps",
        "step / (num_steps - 1)",
    ),
    Mistake(
        "learning_rate",
        "rate-not-divided",
        "0.01 is multiplied by the number of steps that are left: it should be the part that is left.",
        "(1 - step / num_steps)",
        "(num_steps - step)",
    ),
    Mistake(
        "learning_rate",
        "rate-upside-down",
        "num_steps is divided by step: the part that is done is step / num_steps.",
        "step / num_steps",
        "num_steps / max(step, 1)",
    ),
    Mistake("learning_rate", "rate-ten-times", "the rate begins at 0.1: it should be 0.01.", "0.01", "0.1"),
    Mistake("learning_rate", "rate-a-tenth", "the rate begins at 0.001: it should be 0.01.", "0.01", "0.001"),
    Mistake("learning_rate", "rate-from-one", "the rate begins at 1: it should be 0.01.", "0.01 * ", ""),
    Mistake(
        "learning_rate",
        "rate-cosine",
        "the rate follows a cosine: here it goes straight down.",
        _RATE,
        "0.01 * 0.5 * (1 + math.cos(math.pi * step / num_steps))",
    ),
    Mistake(
        "learning_rate",
        "rate-squared",
        "the part that is left is squared: here the rate goes straight down.",
        "(1 - step / num_steps)",
        "(1 - step / num_steps) ** 2",
    ),
    Mistake(
        "learning_rate",
        "rate-exponential",
        "the rate is multiplied by the same factor at each step: here it goes straight down, to 0.",
        _RATE,
        "0.01 * 0.5 ** (step / num_steps)",
    ),
]

MISTAKES = [*CROSS_ENTROPY, *SEQUENCE_LOSS, *LEARNING_RATE, *ADAM]
