"""Known mistakes in Adam.step of 05 Training."""

from autograder.judge.mistakes import Mistake

_COUNT = "    self.steps += 1\n"
_FAIR_MEAN = "self.mean[i] / fair_mean"
_FAIR_SQUARE = "self.mean_square[i] / fair_square"
_ROOT = f"(({_FAIR_SQUARE}) ** 0.5 + self.eps)"
_MOVE = f"        p.data -= rate * ({_FAIR_MEAN}) / {_ROOT}\n"
_CLEAR = "        p.grad = 0.0\n"

ADAM = [
    Mistake(
        "Adam.step",
        "adam-no-correction",
        "the running means are used as they are: divide each by 1 - beta**steps, or the first steps are far too small.",
        _MOVE,
        "        p.data -= rate * self.mean[i] / (self.mean_square[i] ** 0.5 + self.eps)\n",
    ),
    Mistake(
        "Adam.step",
        "adam-mean-not-corrected",
        "mean is used as it is: divide it by 1 - beta1**steps.",
        _FAIR_MEAN,
        "self.mean[i]",
    ),
    Mistake(
        "Adam.step",
        "adam-square-not-corrected",
        "mean_square is used as it is: divide it by 1 - beta2**steps.",
        _FAIR_SQUARE,
        "self.mean_square[i]",
    ),
    Mistake(
        "Adam.step",
        "adam-correction-kept",
        "the corrected means are written back over the running ones: use them for the nudge only.",
        _MOVE,
        "        self.mean[i] /= fair_mean\n"
        "        self.mean_square[i] /= fair_square\n"
        "        p.data -= rate * self.mean[i] / (self.mean_square[i] ** 0.5 + self.eps)\n",
    ),
    Mistake(
        "Adam.step",
        "adam-mean-correction-kept",
        "the corrected mean is written back over the running one: use it for the nudge only.",
        _MOVE,
        f"        self.mean[i] /= fair_mean\n        p.data -= rate * self.mean[i] / {_ROOT}\n",
    ),
    Mistake(
        "Adam.step",
        "adam-square-correction-kept",
        "the corrected mean_square is written back over the running one: use it for the nudge only.",
        _MOVE,
        "        self.mean_square[i] /= fair_square\n"
        f"        p.data -= rate * ({_FAIR_MEAN}) / (self.mean_square[i] ** 0.5 + self.eps)\n",
    ),
    Mistake(
        "Adam.step",
        "adam-counts-from-zero",
        "the first step is counted as number 0, so 1 - beta**0 is 0 and cannot divide. Count before you correct.",
        _COUNT,
        "",
    ),
    Mistake(
        "Adam.step",
        "adam-counts-one-ahead",
        "the first step is counted as number 2: steps is 0 at the beginning, and 1 after the first count.",
        _COUNT,
        "    self.steps += 1 + (self.steps == 0)\n",
    ),
    Mistake(
        "Adam.step",
        "adam-counts-parameters",
        "steps is counted once for each parameter: count once for the whole step, before the loop.",
        source="""def step(self, rate):
    for i, p in enumerate(self.parameters):
        self.steps += 1
        self.mean[i] = self.beta1 * self.mean[i] + (1 - self.beta1) * p.grad
        self.mean_square[i] = self.beta2 * self.mean_square[i] + (1 - self.beta2) * p.grad**2
        fair_mean = self.mean[i] / (1 - self.beta1**self.steps)
        fair_square = self.mean_square[i] / (1 - self.beta2**self.steps)
        p.data -= rate * fair_mean / (fair_square**0.5 + self.eps)
        p.grad = 0.0


Adam.step = step
""",
    ),
    Mistake(
        "Adam.step",
        "adam-no-power",
        "the means are divided by 1 - beta at every step: it is beta to the power of steps.",
        "**self.steps",
        "",
    ),
    Mistake(
        "Adam.step",
        "adam-times-steps",
        "beta is multiplied by steps: it is beta to the power of steps.",
        "**self.steps",
        " * self.steps",
    ),
    Mistake(
        "Adam.step",
        "adam-one-beta-for-both",
        "both corrections use beta1: mean_square has beta2.",
        "1 - self.beta2**self.steps",
        "1 - self.beta1**self.steps",
    ),
    Mistake(
        "Adam.step",
        "adam-betas-swapped",
        "beta1 and beta2 have changed places: beta1 belongs to mean, beta2 to mean_square.",
        source="""def step(self, rate):
    self.steps += 1
    for i, p in enumerate(self.parameters):
        self.mean[i] = self.beta2 * self.mean[i] + (1 - self.beta2) * p.grad
        self.mean_square[i] = self.beta1 * self.mean_square[i] + (1 - self.beta1) * p.grad**2
        fair_mean = self.mean[i] / (1 - self.beta2**self.steps)
        fair_square = self.mean_square[i] / (1 - self.beta1**self.steps)
        p.data -= rate * fair_mean / (fair_square**0.5 + self.eps)
        p.grad = 0.0


Adam.step = step
""",
    ),
    Mistake(
        "Adam.step",
        "adam-parts-swapped",
        "the old mean gets 1 - beta and the new gradient gets beta: it is the other way round.",
        source="""def step(self, rate):
    self.steps += 1
    for i, p in enumerate(self.parameters):
        self.mean[i] = (1 - self.beta1) * self.mean[i] + self.beta1 * p.grad
        self.mean_square[i] = (1 - self.beta2) * self.mean_square[i] + self.beta2 * p.grad**2
        fair_mean = self.mean[i] / (1 - self.beta1**self.steps)
        fair_square = self.mean_square[i] / (1 - self.beta2**self.steps)
        p.data -= rate * fair_mean / (fair_square**0.5 + self.eps)
        p.grad = 0.0


Adam.step = step
""",
    ),
    Mistake(
        "Adam.step",
        "adam-new-part-whole",
        "the new gradient is added to mean as a whole: only 1 - beta1 of it belongs there.",
        "(1 - self.beta1) * p.grad\n",
        "p.grad\n",
    ),
    Mistake(
        "Adam.step",
        "adam-new-square-whole",
        "the new square is added to mean_square as a whole: only 1 - beta2 of it belongs there.",
        "(1 - self.beta2) * p.grad**2",
        "p.grad**2",
    ),
    Mistake(
        "Adam.step",
        "adam-not-squared",
        "mean_square takes in the gradient itself: it should take in its square.",
        "p.grad**2",
        "abs(p.grad)",
    ),
    Mistake(
        "Adam.step",
        "adam-square-of-mean",
        "mean_square takes in the square of mean: it should take in the square of the gradient.",
        "p.grad**2",
        "self.mean[i] ** 2",
    ),
    Mistake(
        "Adam.step",
        "adam-no-root",
        "the nudge is divided by mean_square itself: take its root first.",
        ") ** 0.5 + self.eps",
        ") + self.eps",
    ),
    Mistake(
        "Adam.step",
        "adam-eps-inside",
        "eps is added inside the root: it should be added to the root.",
        f"(({_FAIR_SQUARE}) ** 0.5 + self.eps)",
        f"({_FAIR_SQUARE} + self.eps) ** 0.5",
    ),
    Mistake(
        "Adam.step",
        "adam-no-eps",
        "eps is missing: a parameter without a gradient then divides 0 by 0.",
        " + self.eps",
        "",
    ),
    Mistake(
        "Adam.step",
        "adam-eps-outside-division",
        "eps is added to the whole nudge: brackets keep it with the root, below the line.",
        _MOVE,
        f"        p.data -= rate * ({_FAIR_MEAN}) / max(({_FAIR_SQUARE}) ** 0.5, 1e-300) + self.eps\n",
    ),
    Mistake(
        "Adam.step",
        "adam-eps-typed-in",
        "eps is typed in as 1e-8: the optimizer keeps it in self.eps.",
        "self.eps",
        "1e-8",
    ),
    Mistake(
        "Adam.step",
        "adam-betas-typed-in",
        "the betas are typed in as 0.85 and 0.99: the optimizer keeps them in self.beta1 and self.beta2.",
        source="""def step(self, rate):
    self.steps += 1
    for i, p in enumerate(self.parameters):
        self.mean[i] = 0.85 * self.mean[i] + 0.15 * p.grad
        self.mean_square[i] = 0.99 * self.mean_square[i] + 0.01 * p.grad**2
        fair_mean = self.mean[i] / (1 - 0.85**self.steps)
        fair_square = self.mean_square[i] / (1 - 0.99**self.steps)
        p.data -= rate * fair_mean / (fair_square**0.5 + self.eps)
        p.grad = 0.0


Adam.step = step
""",
    ),
    Mistake(
        "Adam.step",
        "adam-uphill",
        "the nudge is added, which goes uphill: subtract it.",
        "p.data -=",
        "p.data +=",
    ),
    Mistake(
        "Adam.step",
        "adam-minus-typed-backwards",
        "=- stands where -= is meant: that replaces the parameter by minus the nudge.",
        "p.data -= ",
        "p.data = -",
    ),
    Mistake(
        "Adam.step",
        "adam-new-value",
        "a new Value takes the parameter's place: change p.data of the one that the model holds.",
        "        p.data -= ",
        "        self.parameters[i] = p - ",
    ),
    Mistake(
        "Adam.step",
        "adam-grads-kept",
        "the grads are not set back to 0, so backward will add the next name's to them.",
        _CLEAR,
        "",
    ),
    Mistake(
        "Adam.step",
        "adam-grads-cleared-first",
        "the grads are set to 0 before they are used.",
        "        self.mean[i] = ",
        "        p.grad = 0.0\n        self.mean[i] = ",
    ),
    Mistake(
        "Adam.step",
        "adam-last-grad-cleared",
        "only the last parameter's grad is set back to 0: the line belongs inside the loop.",
        _CLEAR,
        "    p.grad = 0.0\n",
    ),
    Mistake(
        "Adam.step",
        "adam-grad-deleted",
        "the grads are set to None: backward will want to add to them, so set them to 0.0.",
        _CLEAR,
        "        p.grad = None\n",
    ),
    Mistake(
        "Adam.step",
        "adam-plain-descent",
        "the parameter moves by rate times its gradient: that is plain descent, without Adam's running means.",
        _MOVE,
        "        p.data -= rate * p.grad\n",
    ),
    Mistake(
        "Adam.step",
        "adam-momentum-only",
        "the nudge is not divided by the root of mean_square.",
        _MOVE,
        f"        p.data -= rate * ({_FAIR_MEAN})\n",
    ),
    Mistake(
        "Adam.step",
        "adam-gradient-for-mean",
        "the newest gradient stands in the nudge where mean belongs.",
        f"rate * ({_FAIR_MEAN})",
        "rate * p.grad",
    ),
    Mistake(
        "Adam.step",
        "adam-no-memory",
        "the running means begin anew at every step: keep them on self.",
        _COUNT,
        _COUNT + "    self.mean = [0.0] * len(self.parameters)\n    self.mean_square = [0.0] * len(self.parameters)\n",
    ),
    Mistake(
        "Adam.step",
        "adam-shared-means",
        "all parameters share one mean and one mean_square: each has its own, mean[i] and mean_square[i].",
        "[i]",
        "[0]",
    ),
    Mistake(
        "Adam.step",
        "adam-rate-ignored",
        "the nudge is always 0.01: the rate comes as an argument.",
        "rate * (",
        "0.01 * (",
    ),
    Mistake(
        "Adam.step",
        "adam-first-parameter-only",
        "only the first parameter moves: the loop has to go through all of them.",
        _CLEAR,
        _CLEAR + "        break\n",
    ),
]
