"""05 Training."""

from autograder.judge.checking import Examinee, Inputs, check
from autograder.judge.request import Values


@check("cross_entropy", "the surprise at the right answer", share=2)
def test_cross_entropy(learner: Examinee, inputs: Inputs) -> None:
    """The one number that training makes small: 0 when it was sure and right, large when it was sure and wrong."""
    for count, target in ((4, 2), (3, 0), (5, 4), (2, 1)):
        learner.agrees(
            "cross_entropy(logits, target)",
            logits=Values(inputs.vector(count)),
            target=target,
            means=f"Minus the log of the probability that softmax gives to number {target}.",
        )


@check("cross_entropy", "27 equal logits give ln 27")
def test_equal_logits(learner: Examinee, inputs: Inputs) -> None:
    """Where every training begins: a model that knows nothing is as surprised by each of the 27 tokens."""
    learner.agrees(
        "cross_entropy(logits, target)",
        logits=Values([inputs.number()] * 27),
        target=inputs.randrange(27),
        grads=False,
        means="Each of the 27 gets the probability 1/27, and minus the log of that is ln 27, about 3.296.",
    )


@check("cross_entropy", "large logits do no harm")
def test_large_logits(learner: Examinee, inputs: Inputs) -> None:
    """exp overflows beyond 709. Your softmax knows the remedy, so leave the exponentials to it."""
    for middle in (1000, -1000):
        learner.agrees(
            "cross_entropy(logits, target)",
            logits=Values([round(middle + 3 * x, 2) for x in inputs.vector(4)]),
            target=1,
            means="Only the differences between logits count, so large ones are no different from small ones.",
        )


BOS = 4  # of the small models below: four letters, numbered from 0
SIZES = "Config(n_layer={}, n_embd=4, n_head=2, block_size=3)"


@check("sequence_loss", "the mean surprise over all positions of a name", share=3)
def test_sequence_loss(learner: Examinee, inputs: Inputs) -> None:
    """At each position the model has read the letters so far and guesses the next one; at the end, that it is over."""
    for n_layer, letters in ((2, [3]), (1, [1, 1]), (1, [0, 2])):
        learner.agrees(
            f"sequence_loss(tokens, params, {SIZES.format(n_layer)})",
            tokens=[BOS, *letters, BOS],
            params=Values(inputs.params(5, n_layer, 4, 3)),
            means=f"With {len(letters)} {'letter' if len(letters) == 1 else 'letters'} there are {len(letters) + 1} "
            f"guesses, the first after BOS ({BOS}), the last of the BOS at the end.",
        )


@check("sequence_loss", "an empty name has one guess in it")
def test_empty_name(learner: Examinee, inputs: Inputs) -> None:
    """The shortest case there is: after BOS comes BOS."""
    learner.agrees(
        f"sequence_loss(tokens, params, {SIZES.format(1)})",
        tokens=[BOS, BOS],
        params=Values(inputs.params(5, 1, 4, 3)),
        grads=False,
        means="There is one position, so the loss is the surprise at BOS after BOS.",
    )


@check("sequence_loss", "a long name is cut to block_size positions", share=2)
def test_long_name(learner: Examinee, inputs: Inputs) -> None:
    """The model has block_size places, no more. What does not fit is left out; the mean is over what is used."""
    for letters in ([1, 3], [1, 3, 0], [2, 0, 1, 3, 1, 0]):
        learner.agrees(
            f"sequence_loss(tokens, params, {SIZES.format(1)})",
            tokens=[BOS, *letters, BOS],
            params=Values(inputs.params(5, 1, 4, 3)),
            means="The block_size is 3 here, so only the first 3 guesses count, and the mean is over those 3.",
        )


@check("learning_rate", "0.01 at first, then straight down")
def test_learning_rate(learner: Examinee, inputs: Inputs) -> None:
    """Long strides while far from the goal, short ones near it. Without the decay, training circles around the goal."""
    # Not judged here: where the line begins and ends tells apart known mistakes that meet in between.
    learner.call("[learning_rate(step, 5) for step in (0, 1, 5)]")
    for step, num_steps in ((250, 1000), (1, 4), (inputs.randrange(300, 400), 500), (9, 10)):
        learner.agrees(
            "learning_rate(step, num_steps)",
            step=step,
            num_steps=num_steps,
            means=f"{num_steps - step} of {num_steps} steps are left, so that part of 0.01 is left, too.",
        )


@check("learning_rate", "where it begins and where it ends")
def test_ends(learner: Examinee, inputs: Inputs) -> None:
    """The first step gets all of 0.01; at num_steps nothing would be left."""
    num_steps = inputs.randrange(5, 50)
    for step in (0, num_steps):
        learner.agrees(
            "learning_rate(step, num_steps)",
            step=step,
            num_steps=num_steps,
            means="At step 0 the answer is 0.01; at num_steps it is 0.",
        )


# The learner's step works on a list of its own, so that a parameter that is replaced, not changed, counts as unmoved.
FOLLOW = """
parameters = [Value(number) for number in start]
optimizer = Adam(list(parameters){settings})
places = []
for row in gradients:
    for parameter, gradient in zip(parameters, row):
        parameter.grad = gradient
    optimizer.step(rate)
    places.append([parameter.data for parameter in parameters])
"""


def _follow(
    learner: Examinee,
    inputs: Inputs,
    gradients: list[list[float]],
    means: str,
    *,
    rate: float = 0.01,
    settings: str = "",
) -> None:
    """Parameters, given these gradients one row a step, must end each step where the reference's end it."""
    learner.agrees(
        FOLLOW.format(settings=settings) + "places",
        shown=f"Adam(parameters{settings}) with the parameters start, after step(rate) on each of gradients,",
        start=inputs.vector(len(gradients[0])),
        gradients=gradients,
        rate=rate,
        means=means,
    )


@check("Adam.step", "the first nudge: as long as the rate, and downhill", share=2)
def test_first_nudge(learner: Examinee, inputs: Inputs) -> None:
    """A gradient tells the direction. How long the stride is follows from the rate, not from the gradient's size."""
    start = inputs.vector(3)
    gradients = [inputs.number(0.1, 0.9), inputs.number(-0.09, -0.01), inputs.number(10, 90)]
    # Not judged here: a second step, and the optimizer's own list, tell apart known mistakes that look alike.
    learner.call(
        FOLLOW.format(settings="")
        + "[places, [dial.data for dial in optimizer.parameters], [dial.grad for dial in parameters]]",
        shown="Adam(parameters).step(rate)",
        start=start,
        gradients=[gradients, inputs.vector(3)],
        rate=0.01,
    )
    for rate in (0.01, 0.25):
        learner.agrees(
            FOLLOW.format(settings="") + "places[0]",
            shown="the parameters start after Adam's first step(rate), with the grads slopes,",
            start=start,
            gradients=[gradients],
            slopes=gradients,
            rate=rate,
            means=f"Every parameter moves by very nearly {rate}, against the sign of its gradient.",
        )


@check("Adam.step", "step after step, with a memory of the earlier ones", share=4)
def test_several_steps(learner: Examinee, inputs: Inputs) -> None:
    """The running means smooth the path: a gradient that keeps its sign speeds up, one that flips is held back."""
    gradients = [
        inputs.vector(3),
        inputs.vector(3, 0.1),
        inputs.vector(3),
        inputs.vector(3, -0.5, 0.5),
        inputs.vector(3),
    ]
    _follow(
        learner,
        inputs,
        gradients,
        "Row n holds the parameters after step n. The running means stay as they are from step to step; only the "
        "nudge uses them divided by 1 - beta**steps.",
    )


@check("Adam.step", "each grad is 0 afterwards")
def test_grads_cleared(learner: Examinee, inputs: Inputs) -> None:
    """backward adds to the grads. Whatever is left over from one name would be blamed on the next one, too."""
    learner.agrees(
        FOLLOW.format(settings="") + "[parameter.grad for parameter in parameters]",
        shown="the grads of 3 parameters after Adam's step(rate)",
        start=inputs.vector(3),
        gradients=[inputs.vector(3)],
        rate=0.01,
        means="Set each parameter's grad back to 0 once it has been used.",
    )


@check("Adam.step", "a grad of 0: nothing to learn at first, later the memory still pulls")
def test_zero_grads(learner: Examinee, inputs: Inputs) -> None:
    """Most letters do not occur in a name, so most rows of wte get no blame. That must not divide by zero."""
    _follow(
        learner,
        inputs,
        [[0.0, inputs.number(0.2)], [0.0, 0.0], [0.0, 0.0], [inputs.number(0.2), 0.0]],
        "The first parameter has had no gradient before row 4, so it stays; the second goes on moving by its memory.",
    )


@check("Adam.step", "tiny gradients: eps is added to the root")
def test_tiny_gradients(learner: Examinee, inputs: Inputs) -> None:
    """eps keeps the division safe, and it keeps gradients that are next to nothing from making full strides."""
    _follow(
        learner,
        inputs,
        [[inputs.number(1, 9) * 1e-8, inputs.number(-9, -1) * 1e-7], [inputs.number(1, 9) * 1e-8, 1e-7]],
        "The nudge is rate * mean / (√mean_square + eps): eps is 1e-8, and here it counts.",
        rate=0.5,
    )


@check("Adam.step", "beta1, beta2 and eps are the optimizer's own")
def test_settings(learner: Examinee, inputs: Inputs) -> None:
    """Somebody who tries other settings expects step to use them: they are on self."""
    _follow(
        learner,
        inputs,
        [[inputs.number(), 0.0], *inputs.matrix(3, 2)],
        "Use self.beta1, self.beta2 and self.eps, whatever numbers they hold.",
        settings=", beta1=0.5, beta2=0.9, eps=0.125",
    )
