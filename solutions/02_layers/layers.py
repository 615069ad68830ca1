# %% [markdown]
# # 02 Layers: votes, probabilities and a steady volume
#
# A wall is made of very few kinds of brick. So is a GPT: nearly all of it is made of the four pieces that you write
# now. Two of them you have met as ideas in 00.
#
# **What you will have at the end:** `dot`, which measures how alike two lists are; `linear`, in which many voters
# look at the same thing; `softmax`, which turns scores into probabilities; and `rmsnorm`, the knob that keeps the
# volume steady. On the way your engine becomes several times as fast, and you measure by how much.

# %%
from autograder import check, hint

# %% tags=["given"]
from autograder.mygpt import Value

# %% [markdown]
# The line that the cell printed tells you whose pieces you are building on: your own where they pass their checks, and
# the kit's where they do not yet. You can go on either way.
#
# ## One node for a whole dot product
#
# A dot product multiplies two lists place by place and adds up. With your atoms that is already possible. Here is the
# dot product of two lists of three numbers as a computation graph. **How many boxes do you expect?** Count on your
# fingers what has to be multiplied and added, write the number down, then run the cell.

# %% tags=["picture"]
from microgpt_ref.pictures import draw_graph


def dot_of_atoms(first, second):
    return sum(one * other for one, other in zip(first, second))


draw_graph(dot_of_atoms([Value(1.0), Value(2.0), Value(3.0)], [Value(4.0), Value(0.0), Value(-1.0)]))

# %% [markdown]
# Thirteen: six numbers that were given, three products, three sums, and a 0, because Python's `sum` starts from 0.
# Each box, which we also call a [node](../glossary.ipynb#node), takes time to make, memory to keep, and a stop in the
# walk backward. In our GPT the lists are mostly 16 long, and a name of four letters takes 1,010 dot products.
# <!-- figure: 5 * (4 * 16 + 4 * 16 + 16 + 27 + 16 + 3) + 4 * (1 + 2 + 3 + 4 + 5) = 1,010 -->
#
# But nobody needs those boxes in between. Think of a shop that writes a receipt for every single egg. It could as
# well add up in its head and write one receipt at the end, as long as the receipt says how the total hangs on each
# thing. So: **one node, with all the numbers of both lists as its children.** Its local grads are no secret:
#
# $$a \cdot b = a_1 b_1 + a_2 b_2 + a_3 b_3$$
#
# If $a_1$ grows by 1, the sum grows by $b_1$; if $b_1$ grows by 1, it grows by $a_1$. Each number reacts to the size
# of its partner in the other list, as with times. This is the seventh rule of the engine, and the last.
#
# For [1, 2, 3] and [4, 0, −1]: **what are the six local grads,** first those for the first list, then those for the
# second? Write them down; a picture below will tell.
#
# Add up in a loop, with `total += ...`, and not with `sum`: newer versions of Python round the sum of a list of
# floats in a finer way than older ones, and we want the same answer to the last digit everywhere. `zip(a, b)` walks
# through two lists in step, and `(*a, *b)` is a tuple with everything in `a` and then everything in `b`.


# %%
def dot(a, b):
    """Return the sum of the products of a and b, two lists of Values, as one Value with all of them as children.

    dot([1, 2, 3], [4, 0, -1]), with every number a Value, has data 1.0.
    """
    ### BEGIN SOLUTION
    total = 0.0
    for x, y in zip(a, b):
        total += x.data * y.data
    return Value(total, (*a, *b), [y.data for y in b] + [x.data for x in a])
    ### END SOLUTION


# %% points=4
check(dot)

# %% [markdown] hints="dot"
# 1. One number, and a memory of all the numbers in it: first those of a, then those of b.
# 2. The sum reacts to x as strongly as its partner y is large, and the other way round.
# 3. Add up `x.data * y.data` in a loop. The children are `(*a, *b)`; the local grads are all the data of b, then
#    all the data of a.

# %% tags=["picture"]
draw_graph(dot([Value(1.0), Value(2.0), Value(3.0)], [Value(4.0), Value(0.0), Value(-1.0)]))

# %% [markdown]
# Seven boxes instead of thirteen, and the small numbers on the lines are your local grads: 4, 0 and −1 for the first
# list, 1, 2 and 3 for the second. With lists of 16 one node takes the place of 33.
#
# ### What it saves, measured
#
# The next cell borrows the finished GPT and lets it guess its way through one name and walk back, twice: once with a
# dot product of atoms, once with one node. It counts the nodes that had to be made, and takes the time. The loss must
# stay the same, or we would have saved at the wrong end. **How many times as fast will it be?** Write your guess down.

# %%
import random
import time

from microgpt_ref import microgpt as finished


def nodes_made(result):
    """How many Values stand between the given numbers and the result, the result included."""
    met, waiting = {id(result)}, [result]
    for node in waiting:  # the list grows while we walk along it
        for made_from in node.children:
            if made_from.children and id(made_from) not in met:
                met.add(id(made_from))
                waiting.append(made_from)
    return len(waiting)


def one_name(dot_product, name="emma"):
    """Nodes, seconds and loss of one name, forward and back, when the finished GPT uses this dot product."""
    config = finished.Config()
    params = finished.init_params(27, config, random.Random(42))
    tokens = finished.encode(name, list("abcdefghijklmnopqrstuvwxyz"))
    its_own, finished.dot = finished.dot, dot_product
    try:
        seconds = []
        for _ in range(5):
            start = time.perf_counter()
            loss = finished.sequence_loss(tokens, params, config)
            loss.backward()
            seconds.append(time.perf_counter() - start)
    finally:
        finished.dot = its_own
    return nodes_made(loss), min(seconds), loss.data


def compare_dots():
    many_nodes, slow, many_loss = one_name(dot_of_atoms)
    few_nodes, quick, few_loss = one_name(finished.dot)
    print(f"a node for each + and *:  {many_nodes:6,} nodes made, {slow * 1000:6.1f} ms, loss {many_loss}")
    print(f"one node for each dot:    {few_nodes:6,} nodes made, {quick * 1000:6.1f} ms, loss {few_loss}")
    print(f"one node where there were {many_nodes / few_nodes:.0f}, and {slow / quick:.1f} times as fast")


compare_dots()

# %% [markdown]
# The same loss to the last digit, with a small part of the nodes. This is not a trick for toys: the programs that
# train the large machines do the same on a grander scale, with a single node for whole tables of dot products.

# %% [markdown]
# ## A linear layer is a vote
#
# A jury tastes lemonades. Each lemonade is described by two numbers, how sour and how sweet it is. Each judge has a
# taste of their own, also two numbers: how much sourness counts for them and how much sweetness. A judge's score is
# the dot product of the two lists. With three judges, one lemonade gets three scores.
#
# That is a [linear layer](../glossary.ipynb#linear-layer): a list goes in, each voter makes one number of it, and the
# list of these numbers comes out. The voters' tastes, one below the other, are a table of numbers, called a
# [matrix](../glossary.ipynb#matrix); each row is one voter. The numbers in it are called
# [weights](../glossary.ipynb#weight), because they say how much something weighs in the vote. They are dials: 3,504 of
# the 4,192 are such weights. As a formula, for voter number $i$:
# <!-- figure: 27 * 16 + 12 * 16**2 = 3,504 -->
#
# $$y_i = w_{i1} x_1 + w_{i2} x_2 + \dots$$
#
# A weight may be negative: then this judge votes against what others like.


# %%
def linear(x, weights):
    """Return one number for each row of weights: how well x matches that row.

    linear([1, 2], [[3, 4], [5, 6], [7, 8]]) gives [11, 17, 23].
    """
    ### BEGIN SOLUTION
    return [dot(row, x) for row in weights]
    ### END SOLUTION


# %% points=2
check(linear)

# %% [markdown] hints="linear"
# 1. Each row of weights is one voter. What does a voter do with x?
# 2. A dot product for each row.
# 3. A list comprehension over the rows: `[... for row in weights]`, with `dot(row, x)` for the dots.

# %% [markdown]
# Three judges with the tastes [3, 4], [5, 6] and [7, 8], and a fourth who hates what is sour, [−2, 1]. The lemonade
# is 1 sour and 2 sweet. **What are the four scores?** Work them out on paper, then run the cell.


# %%
def as_values(numbers):
    return [Value(number) for number in numbers]


def jury(lemonade, tastes):
    return [score.data for score in linear(as_values(lemonade), [as_values(taste) for taste in tastes])]


print(jury([1, 2], [[3, 4], [5, 6], [7, 8], [-2, 1]]))

# %% [markdown]
# In the machine the judges are not people, and nobody tells them what to look for. One row may come to react to vowels,
# another to "this could be the end of the name", most to something that has no word. Training turns their weights
# until the votes help.
# <!-- figure: linear([Value(1), Value(2)], [[Value(3), Value(4)]])[0].data = 11 -->
#
# Check one of the scores by hand: 3·1 + 4·2 = 11.

# %% [markdown]
# ## Softmax: scores become probabilities
#
# The last layer of a GPT has one voter for each token, so out come 27 scores, the [logits](../glossary.ipynb#logit). We
# want probabilities. You know the recipe from 00: $e$ to the power of each score, divided by the sum of all of these.
#
# $$p_i = \frac{e^{s_i}}{e^{s_1} + e^{s_2} + \dots}$$
#
# Why such a detour over $e$? Dividing each score by the sum of the scores would give nonsense as soon as one of them
# is negative. And with $e$ only the *lead* counts: whoever is one point ahead of another is $e$, about 2.718, times as
# probable, whether the scores are 1 and 2 or 101 and 102.
# <!-- figure: math.e = 2.718 -->
#
# That last fact saves us from a trap. `exp` of a large number is huge, and from about 710 on it is too large for a
# computer's numbers. But since only the lead counts, we may take the same amount away from all scores first. Take away
# the largest: then the best score is 0, all others are below, and nothing can grow too large.
# <!-- figure: math.log(1.7976931348623157e308) = 710 -->
#
# `largest` may be a plain number. It changes nothing in the result, so it needs no blame.


# %%
def softmax(logits):
    """Turn any scores into probabilities: all positive, adding up to 1, larger for larger scores.

    softmax([2.0, 1.0, 0.1]) gives about [0.66, 0.24, 0.10].
    """
    ### BEGIN SOLUTION
    largest = max(logit.data for logit in logits)
    exps = [(logit - largest).exp() for logit in logits]
    total = sum(exps)
    return [e / total for e in exps]
    ### END SOLUTION


# %% points=4
check(softmax)

# %% [markdown] hints="softmax"
# 1. Make every score positive, then divide each by the sum of all.
# 2. `exp` makes positive. With scores near 1000 it overflows, so take the largest score away from all first.
# 3. `largest = max(logit.data for logit in logits)`, a plain number. Then exp of each `logit - largest`, then each
#    divided by their `sum`.

# %% [markdown]
# Three lists of scores. The second is the first with 100 added to every score, the third is the first times 2.
# **Which of the two gives the same probabilities as the first?** Decide, then run the cell.


# %%
def shares(scores):
    return [round(share.data, 3) for share in softmax(as_values(scores))]


print("2.0, 1.0, 0.1:        ", shares([2.0, 1.0, 0.1]))
print("102.0, 101.0, 100.1:  ", shares([102.0, 101.0, 100.1]))
print("4.0, 2.0, 0.2:        ", shares([4.0, 2.0, 0.2]))

# %% [markdown]
# Adding changes nothing, because all leads stay as they were. Doubling makes all leads twice as large, so the best one
# gets more. Dividing by the temperature, as the slider in the picture does, works the other way round.
#
# Play with it: put in scores of your own, many or few, negative ones too. Can you find scores for which one choice
# gets exactly 0%? (Trust the formula more than the rounded label.)

# %% tags=["picture"]
from microgpt_ref.pictures import draw_probabilities

draw_probabilities([2.0, 1.0, 0.1, -1.0, -3.0], list("aeiou"))

# %% [markdown]
# ### What softmax says when blamed
#
# Softmax gives its probabilities, and then the right answer comes. The surprise is $-\ln p$ of the right one. Send
# that back through your engine, and each score gets its blame. Remember the rule of 00: a dial is turned against its
# slope, so a score with negative blame will be pushed up.
#
# The scores are 2.0, 1.0 and 0.1 again, with probabilities 0.66, 0.24 and 0.10, and the right answer is the last one.
# **Which scores will have negative blame? Whose is the largest?** Write it down, then run the cell.
# <!-- figure: softmax([Value(2.0), Value(1.0), Value(0.1)])[0].data = 0.66 -->
# <!-- figure: softmax([Value(2.0), Value(1.0), Value(0.1)])[1].data = 0.24 -->
# <!-- figure: softmax([Value(2.0), Value(1.0), Value(0.1)])[2].data = 0.10 -->


# %%
def blame_of_scores(numbers, right):
    scores = as_values(numbers)
    probabilities = softmax(scores)
    surprise = -probabilities[right].log()
    surprise.backward()
    print("score   probability   blame")
    for place, (score, probability) in enumerate(zip(scores, probabilities)):
        mark = "   <- the right one" if place == right else ""
        print(f"{score.data:5.1f} {probability.data:11.3f} {score.grad:10.3f}{mark}")


blame_of_scores([2.0, 1.0, 0.1], right=2)

# %% [markdown]
# Look at it for a moment. The blame of each wrong score is exactly its probability, and that of the right one is its
# probability minus 1. "You claimed 0.66 and should have claimed 0: down with you by 0.66." Nobody wrote that rule; it
# fell out of your atoms. It is the most beautiful gradient in the whole machine.

# %% [markdown]
# ## Rmsnorm: the volume knob
#
# When several musicians play into one microphone after the other, someone must sit at the volume knob. Too loud, and
# everything distorts; too soft, and nothing is heard. In our machine lists of numbers go through one layer after
# another, and each may make them larger or smaller. So before a layer listens, the volume is set to 1.
#
# How loud is a list? Positive and negative numbers should count alike, so take the squares; take their mean; and take
# the root of that, to undo the squaring. That is the root of the mean of the squares, the
# [rms](../glossary.ipynb#rms) for short. Divide every number by it, and the list has volume 1:
#
# $$\text{rms}(x) = \sqrt{\frac{x_1^2 + x_2^2 + \dots + x_n^2}{n}} \qquad y_i = \frac{x_i}{\text{rms}(x)}$$
#
# For [3, 4]: the squares are 9 and 16, their mean is 12.5, the root of that is 3.536. So the list becomes
# [0.849, 1.131]. This is [rmsnorm](../glossary.ipynb#rmsnorm), "norm" for normalise.
# <!-- figure: (3**2 + 4**2) / 2 = 12.5 -->
# <!-- figure: math.sqrt(12.5) = 3.536 -->
# <!-- figure: rmsnorm([Value(3.0), Value(4.0)])[0].data = 0.849 -->
# <!-- figure: rmsnorm([Value(3.0), Value(4.0)])[1].data = 1.131 -->
#
# One small thing: a list of zeros has volume 0, and nobody can divide by 0. So 1e-5, which is 0.00001, is added
# inside the root. Beside 12.5 it is nothing; beside 0 it saves the day. Values have no square root of their own, but
# you have "to the power of": $1 / \sqrt{m}$ is $m^{-0.5}$.


# %%
def rmsnorm(x):
    """Scale x so that the mean of its squares is 1; 1e-5, added inside the root, keeps a row of zeros safe.

    rmsnorm([3.0, 4.0]) gives about [0.849, 1.131].
    """
    ### BEGIN SOLUTION
    mean_square = dot(x, x) / len(x)
    scale = (mean_square + 1e-5) ** -0.5
    return [value * scale for value in x]
    ### END SOLUTION


# %% points=4
check(rmsnorm)

# %% [markdown] hints="rmsnorm"
# 1. Three steps, read the name backwards: square, mean, root. Then divide by it.
# 2. The sum of squares is `dot(x, x)`. Dividing by a square root is the same as multiplying by `** -0.5`.
# 3. `scale = (mean_square + 1e-5) ** -0.5`, and then every value times that scale.

# %% [markdown]
# **What do you expect for [30, 40], ten times as loud? For [−3, 4]? For [0, 0]?** Write it down, then run the cell.

# %%
for loud_list in ([3.0, 4.0], [30.0, 40.0], [-3.0, 4.0], [0.0, 0.0]):
    print(loud_list, "becomes", [round(number.data, 3) for number in rmsnorm(as_values(loud_list))])

# %% [markdown]
# The volume goes, the pattern stays: which numbers are large or small beside the others, and which are negative. The
# pattern is what the machine thinks with.
#
# What is it good for? Send a list of 16 numbers through 12 linear layers, one after the other, with random weights,
# and watch its volume. With large weights, with small weights, and with small weights and a knob before each layer.
# **Where will the three volumes be after 12 layers?** Guess the order of magnitude, then run the cell.


# %%
def volume(numbers):
    return (sum(number.data**2 for number in numbers) / len(numbers)) ** 0.5


def through_layers(spread, with_knob, layers=12, width=16):
    """The volume after each layer of random weights; spread is how large they are."""
    rng = random.Random(1)
    signal, volumes = as_values(rng.gauss(0, 1) for _ in range(width)), []
    for _ in range(layers):
        if with_knob:
            signal = rmsnorm(signal)
        signal = linear(signal, [as_values(rng.gauss(0, spread) for _ in range(width)) for _ in range(width)])
        volumes.append(volume(signal))
    return volumes


def compare_volumes():
    columns = [through_layers(0.8, False), through_layers(0.08, False), through_layers(0.08, True)]
    print("layer  large weights  small weights  small weights and knob")
    for layer, volumes in enumerate(zip(*columns), start=1):
        print(f"{layer:5} {volumes[0]:14.4g} {volumes[1]:14.4g} {volumes[2]:14.4g}")


compare_volumes()

# %% [markdown]
# Without the knob the volume is multiplied by about the same number at every layer, so it runs off: to hundreds of
# thousands, or to nothing. The blame on the way back runs off in the same manner, and a dial that gets thousands of
# times too much or too little advice cannot learn. With the knob every layer starts from the same volume, however many
# there are.

# %% [markdown]
# ## Break it on purpose
#
# First, a softmax without the largest score taken away. **At which of these lists will it fail, and how will yours
# do?**


# %% tags=["experiment"]
def softmax_without_largest(scores):
    powers = [score.exp() for score in scores]
    together = sum(powers)
    return [power / together for power in powers]


for high_score in (1.0, 10.0, 100.0, 700.0, 1000.0):
    try:
        without = [round(share.data, 3) for share in softmax_without_largest(as_values([high_score, high_score - 1]))]
    except OverflowError as too_large:
        without = f"OverflowError: {too_large}"
    print(f"{high_score:6.0f} {shares([high_score, high_score - 1])}   without: {without}")

# %% [markdown]
# It is right for a long time and then stops dead. Scores of 1000 do not happen on an ordinary day. They happen when
# something else goes wrong, and then you want to see that and not this.
#
# Second, a volume knob without the 1e-5, and a list of zeros.


# %% tags=["experiment"]
def rmsnorm_without_epsilon(numbers):
    scale_without = (dot(numbers, numbers) / len(numbers)) ** -0.5
    return [number * scale_without for number in numbers]


try:
    print(rmsnorm_without_epsilon(as_values([0.0, 0.0])))
except ZeroDivisionError as by_zero:
    print("ZeroDivisionError:", by_zero)
print("yours:", [number.data for number in rmsnorm(as_values([0.0, 0.0]))])

# %% [markdown]
# Third, one to think about. Why is there a bend, such as relu, between two linear layers in 04? Here are two linear
# layers in a row, and one layer whose single matrix was made from the two. **Will they ever disagree?**


# %% tags=["experiment"]
def two_in_a_row(numbers):
    inner = linear(as_values(numbers), [as_values([1.0, 2.0]), as_values([3.0, -1.0])])
    return [number.data for number in linear(inner, [as_values([2.0, 0.5]), as_values([-1.0, 1.0])])]


def one_for_both(numbers):
    matrix_of_both = [as_values([3.5, 3.5]), as_values([2.0, -3.0])]
    return [number.data for number in linear(as_values(numbers), matrix_of_both)]


for some_input in ([1.0, 0.0], [0.0, 1.0], [5.0, -7.0]):
    print(some_input, "two layers:", two_in_a_row(some_input), "  one layer:", one_for_both(some_input))

# %% [markdown]
# Never. A vote about votes is still one vote: without a bend in between, a hundred linear layers can do no more than
# one. That is what relu is for.

# %% [markdown]
# ## What you have built so far
#
# | piece | what it does |
# |---|---|
# | `build_vocab`, `encode`, `decode` | letters to numbers and back |
# | `Value` with six atoms and `backward` | numbers that remember, and everyone's blame |
# | `dot` | likeness, as one node: the seventh rule |
# | `linear` | many voters, one number each |
# | `softmax` | scores to probabilities |
# | `rmsnorm` | the volume set to 1 |
#
# With these you could already build a machine that looks at one letter and guesses the next. It would know that "u"
# often follows "q". But it would have forgotten every letter before that. In
# [03 Attention](../03_attention/attention.ipynb) the letters learn to look back at one another. It is the idea that
# made these machines famous, and it takes three short functions.
