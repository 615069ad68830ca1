# %% [markdown]
# # 05 Training: wrong by how much, whose fault, nudge
#
# The archer can shoot: your `gpt` takes a letter and gives 27 scores. But all its dials are random, and in 04 you had to
# borrow good positions from somebody else. In this notebook the machine learns to find them itself.
#
# It takes three questions, over and over.
#
# - **Wrong by how much?** The answer is the loss.
# - **Whose fault?** The answer is the gradient, and you have built what finds it in 01.
# - **Which way, and how far, should each dial be nudged?** That is for the optimiser to say.
#
# **What you will have at the end:** `cross_entropy` and `sequence_loss`, which measure the miss; `learning_rate`, which
# says how large the nudges are; and `Adam.step`, which turns all dials at once, with a memory. With these your machine
# can be trained.

# %%
from autograder import check, hint

# %% tags=["given"]
from autograder.mygpt import gpt, new_cache, softmax

# %% [markdown]
# ## Wrong by how much: cross-entropy
#
# Think of a weather forecaster who says how probable rain is. She says 90%, and it rains: well done. She says 1%, and it
# rains: she should think again. You judge her by one thing only, the probability that she gave to **what really came**.
# What else she said does not matter.
#
# That is the surprise from 00, now for our machine. Softmax turns its 27 scores into probabilities, and the loss at one
# letter is the surprise at the right one, which is called the target:
#
# $$\text{loss} = -\ln p_\text{target} \qquad p = \text{softmax}(\text{logits})$$
#
# Why the logarithm, and not the missing part, 1 minus p? For two reasons.
#
# - Whoever is sure and wrong must learn it the hard way. From p = 0.02 down to 0.01 the missing part hardly changes, but
#   the surprise goes up by as much as from 1 to 0.5: each halving costs the same, ln 2 = 0.69.
# - Surprises add up. The probability of a whole name is a product, one factor for each letter, and the logarithm turns
#   products into sums. So the surprise at a name is the sum of the surprises at its letters.
#
# <!-- figure: math.log(2) = 0.69 -->
#
# The usual name for it is [cross-entropy](../glossary.ipynb#cross-entropy). Entropy is the surprise to be expected, on
# average, by someone who knows the true probabilities. "Cross" says that here two parties are involved: the letters come
# from real names, and the probabilities from the machine.


# %%
def cross_entropy(logits, target):
    """Return the surprise at the right answer: minus the log of the probability that target gets.

    With 27 equal logits, whatever the target, the answer is ln 27, about 3.296.
    """
    ### BEGIN SOLUTION
    return -softmax(logits)[target].log()
    ### END SOLUTION


# %% points=3
check(cross_entropy)

# %% [markdown] hints="cross_entropy"
# 1. You wrote `surprise` once. Here p is the probability of the letter that really came.
# 2. `softmax(logits)` gives all the probabilities; `target` is the place of the right one.
# 3. Minus the `.log()` of `softmax(logits)[target]`.

# %% [markdown]
# Four machines guess the third of three letters. The first knows nothing; the second is quite sure of the right one; the
# third is as sure of a wrong one; the fourth is very sure of a wrong one. **Whose loss is above 3?** ln 3, the surprise
# at one of three equal choices, is 1.1. Write your guess down, then run the cell.
# <!-- figure: math.log(3) = 1.1 -->

# %%
from autograder import mygpt


def as_values(numbers):
    return [mygpt.Value(number) for number in numbers]


for archer_case, archer_scores in (
    ("knows nothing:       ", [0.0, 0.0, 0.0]),
    ("sure and right:      ", [0.0, 0.0, 4.0]),
    ("sure and wrong:      ", [4.0, 0.0, 0.0]),
    ("very sure and wrong: ", [8.0, 0.0, 0.0]),
):
    print(archer_case, round(cross_entropy(as_values(archer_scores), 2).data, 3))

# %% [markdown]
# Being right earns little; being sure and wrong costs a lot, and twice as sure costs about twice as much. There is no
# upper limit. So training begins by taking false certainty away.

# %% [markdown]
# ## The loss of one name
#
# A name is not one question but several. From "emma", with BOS (here drawn as a dot) at both ends, the machine gets five:
#
# | position | it reads | and has seen before | it should say |
# |---|---|---|---|
# | 0 | · | nothing | e |
# | 1 | e | · | m |
# | 2 | m | · e | m |
# | 3 | m | · e m | a |
# | 4 | a | · e m m | · |
#
# So one name is a whole lesson: how names begin, what follows what, and when to stop. At each position p the machine
# reads `tokens[p]`, and the target is `tokens[p + 1]`. What it has seen before is in the cache, so one cache serves the
# whole name.
#
# The loss of the name is the **mean** of its cross-entropies, so that long names do not count for more than short ones.
# And the machine has `block_size` seats, 16 of them: what is beyond is cut off.
# <!-- figure: Config().block_size = 16 -->


# %%
def sequence_loss(tokens, params, config):
    """Return the mean cross-entropy over the positions: at each, gpt reads one token and guesses the next.

    tokens begins and ends with BOS. At most config.block_size positions are used; what is beyond is cut.
    """
    ### BEGIN SOLUTION
    cache = new_cache(config)
    positions = range(min(config.block_size, len(tokens) - 1))
    losses = [cross_entropy(gpt(tokens[p], p, params, cache, config), tokens[p + 1]) for p in positions]
    return sum(losses) / len(losses)
    ### END SOLUTION


# %% points=4
check(sequence_loss)

# %% [markdown] hints="sequence_loss"
# 1. One cache for the whole name. At each position p the model reads `tokens[p]` and should say `tokens[p + 1]`.
# 2. There is one position fewer than tokens, and never more than `config.block_size`.
# 3. Collect `cross_entropy(gpt(tokens[p], p, params, cache, config), tokens[p + 1])` in a list; answer with its mean.

# %% [markdown]
# A fresh machine and three names. **What will the losses be near?** You know the number. Then run the cell.

# %%
import random

archer_letters = list("abcdefghijklmnopqrstuvwxyz")
archer_config = mygpt.Config()
archer_dials = mygpt.init_params(27, archer_config, random.Random(42))

for archer_name in ("emma", "olivia", "zbigniew"):
    archer_loss = sequence_loss(mygpt.encode(archer_name, archer_letters), archer_dials, archer_config)
    print(f"{archer_name:9} {archer_loss.data:.3f}")

# %% [markdown]
# All near ln 27 = 3.30, knowing nothing. Now the same question to a trained machine. The cell borrows dials from the
# fast engine, as in 04, and shows the surprise at every letter.
# <!-- figure: math.log(27) = 3.30 -->
#
# **Which letter of "emma" will surprise it most? And which of "zbigniew"?** Guess, then run the cell. Then try your own
# name.

# %%
import math

from microgpt_ref import fast
from microgpt_ref.names import OWN_LIST, load_names


def shuffled_names():
    """The kit's own list of names, shuffled."""
    names = list(load_names(OWN_LIST).docs)
    random.Random(42).shuffle(names)
    return names


def borrowed_dials():
    """Dials for your gpt, in positions that the fast engine found in 1,000 steps."""
    quick = fast.init_params(27, fast.Config(), random.Random(1))
    for _ in fast.train(shuffled_names(), archer_letters, quick, fast.Config(), 1000):
        pass
    dials = mygpt.init_params(27, archer_config, random.Random(1))
    for dial, number in zip(mygpt.parameters(dials), quick.data):
        dial.data = float(number)
    return dials


def letter_by_letter(name, dials):
    numbers = mygpt.encode(name, archer_letters)
    seen_so_far = new_cache(archer_config)
    print(f"\nread   should say   probability   surprise     ({name})")
    for place, number in enumerate(numbers[:-1]):
        target_here = numbers[place + 1]
        answer = cross_entropy(gpt(number, place, dials, seen_so_far, archer_config), target_here).data
        read, wanted = (("·" if n == 26 else archer_letters[n]) for n in (number, target_here))
        print(f"{read:6} {wanted:12} {math.exp(-answer):11.3f} {answer:10.2f}")
    print(f"{'mean':32} {sequence_loss(numbers, dials, archer_config).data:9.2f}")


trained_dials = borrowed_dials()
letter_by_letter("emma", trained_dials)
letter_by_letter("zbigniew", trained_dials)

# %% [markdown]
# It is like reading its mind. Where many letters are possible, at the beginning above all, even a good machine must be
# surprised. Where the spelling leaves little choice, it is not.

# %% [markdown]
# ## Whose fault: blame for every dial
#
# Now the second question, and it costs one line, because in 01 you have built the answer: `loss.backward()`. The blame
# runs from the loss back through the logarithm and the softmax, through `lm_head`, the block and the embeddings, to every
# dial that had a hand in it. What arrives at a dial is its `grad`: how much the loss of this name would change if this
# dial were turned up.
#
# **Does every dial get some blame for "emma"?** Think of `wte`, with one row for each of 27 tokens, and of `wpe`, with
# one row for each of 16 places. How many of these rows will get any? Write it down, then run the cell.


# %%
def blame_by_matrix(name):
    dials = mygpt.init_params(27, archer_config, random.Random(42))
    sequence_loss(mygpt.encode(name, archer_letters), dials, archer_config).backward()
    print(f"{'matrix':8} {'dials':>6} {'with blame':>11} {'largest blame':>14}")
    for called, rows in [*dials.items(), *dials["layers"][0].items()]:
        if called != "layers":
            grads = [dial.grad for row in rows for dial in row]
            print(f"{called:8} {len(grads):6} {sum(g != 0 for g in grads):11} {max(map(abs, grads)):14.4f}")


blame_by_matrix("emma")

# %% [markdown]
# In `wte` 4 rows of 16 get blame: BOS, e, m and a. The other letters were not there, so nothing can be said about them.
# In `wpe` it is 5 rows, one for each position that was used. But in `lm_head` *all* dials get some, because every token
# took its share of the probability, the wrong ones too: "you claimed some, and should have claimed none."
# <!-- figure: 4 * 16 = 64 -->
# <!-- figure: 5 * 16 = 80 -->
#
# (That makes 64 dials and 80 dials. And in `fc1` and `fc2` a few get nothing: behind a relu that was shut for the whole
# name, there is no blame.)
#
# Look at the last column, too. The loudest blame in `wq` is hundreds of times softer than that in `lm_head`: it had a long
# way to go, and attention is still undecided. You will meet this difference again when the last piece is written.

# %% [markdown]
# ## Nudge: downhill, but how far?
#
# You stand on a hillside in thick fog and want to get down. You cannot see the valley, but you can feel with your feet
# which way the ground falls. So you take a step that way, and feel again. That is
# [gradient descent](../glossary.ipynb#gradient-descent). Each dial is turned against its slope, and the number that says
# how far is the [learning rate](../glossary.ipynb#learning-rate):
#
# $$\text{dial} \leftarrow \text{dial} - \text{rate} \cdot \text{grad}$$
#
# Your feet tell the direction *here*. They say nothing about the ground ten metres further on. The cell takes the fresh
# machine, makes one step for "emma" with seven different rates, each time from the same place, and measures the loss of
# "emma" again, and that of "olivia".
#
# **Is a larger step always better? And what will happen to "olivia", which it was not shown?** Guess, then run the cell.


# %%
def one_plain_step(*rates):
    dials = mygpt.init_params(27, archer_config, random.Random(42))
    emma, olivia = (mygpt.encode(name, archer_letters) for name in ("emma", "olivia"))
    miss = sequence_loss(emma, dials, archer_config)
    miss.backward()
    everything = mygpt.parameters(dials)
    start = [dial.data for dial in everything]
    print(f"before       emma {miss.data:7.3f}   olivia {sequence_loss(olivia, dials, archer_config).data:7.3f}")
    for how_far in rates:
        for dial, position in zip(everything, start):
            dial.data = position - how_far * dial.grad
        after = [sequence_loss(name, dials, archer_config).data for name in (emma, olivia)]
        print(f"rate {how_far:7} emma {after[0]:7.3f}   olivia {after[1]:7.3f}")


one_plain_step(0.001, 0.01, 0.1, 1.0, 3.0, 10.0, 30.0)

# %% [markdown]
# Small steps help a little, larger ones more, and then they leap across the valley and up the other side. Somewhere in
# between is a good rate, and nobody can know beforehand where: one tries.
#
# "olivia" got better as well, because both names share some letters and both end in "a". That is how a machine can learn
# about names that it has never seen.

# %% [markdown]
# ## Coarse, then fine sandpaper
#
# Someone who smooths a piece of wood begins with coarse paper, which takes off a lot, and ends with fine paper. With
# coarse paper alone it never gets smooth; with fine paper alone it takes for ever. So it is with the nudges: large ones
# first, to get to the right region at all, then smaller and smaller ones, to settle in.
#
# Our rate begins at 0.01 and goes down in a straight line, to reach 0 when the training ends. This is called
# [decay](../glossary.ipynb#decay). At step 250 of 1,000 a quarter of the way is done and three quarters are left:
#
# $$0.01 \cdot \left(1 - \frac{250}{1000}\right) = 0.0075$$
#
# <!-- figure: learning_rate(250, 1000) = 0.0075 -->


# %%
def learning_rate(step, num_steps):
    """Return the size of the nudge at this step: 0.01 at step 0, then straight down to 0 at num_steps.

    learning_rate(250, 1000) gives 0.0075.
    """
    ### BEGIN SOLUTION
    return 0.01 * (1 - step / num_steps)
    ### END SOLUTION


# %% points=2
check(learning_rate)

# %% [markdown] hints="learning_rate"
# 1. Which part of the way is done? Which part is left?
# 2. `step / num_steps` is the part that is done.
# 3. 0.01 times the part that is left, `1 - step / num_steps`.

# %% [markdown]
# **What is the rate in the middle, and what is it in the very last step, number 999?** (Steps are counted from 0.) Then
# run the cell.

# %%
for archer_step in (0, 250, 500, 750, 999):
    print(f"step {archer_step:3} of 1000: rate {learning_rate(archer_step, 1000):.5f}")

# %% [markdown]
# ## Why the loss of one name jumps about
#
# Before we come to the last piece, look at what the nudges have to cope with. In one training the machine is shown a
# single name, "emma", 100 times. In the other it is shown 1,000 different names. **What will the first curve look like,
# and where will it end?** Write your guess down, then run the cell.

# %% tags=["picture"]
from microgpt_ref.pictures import draw_loss


def trained_on(names, num_steps):
    """A machine of the fast engine that was shown these names, and its losses."""
    quick = fast.init_params(27, fast.Config(), random.Random(42))
    return quick, list(fast.train(names, archer_letters, quick, fast.Config(), num_steps))


def loss_of(name, quick):
    return fast.sequence_loss(fast.encode(name, archer_letters), quick, fast.Config())


only_emma, emma_losses = trained_on(["emma"], 100)
draw_loss(emma_losses)

# %% [markdown]
# A smooth curve, right down to 0. Is that a better machine? Ask it about another name. **What will its loss for "olivia"
# be?**

# %%
print("emma:  ", round(loss_of("emma", only_emma), 5))
print("olivia:", round(loss_of("olivia", only_emma), 2))

# %% [markdown]
# Far worse than knowing nothing. It has learned one name by heart and is certain that there is no other. To know the
# examples and nothing beyond them is called [overfitting](../glossary.ipynb#overfitting). This is why the machine gets
# many names, and why a loss is best measured on names that were not among those it was shown.
#
# And here are 1,000 different names.

# %% tags=["picture"]
many_names, many_losses = trained_on(shuffled_names()[:-500], 1000)
draw_loss(many_losses)

# %% [markdown]
# What jumps there so wildly, the machine or the names? There is a way to find out: **stop the learning.** The cell takes
# the trained machine, changes nothing any more, and measures its loss for 500 names that it was not shown. **How far
# apart will the lowest and the highest be?** Guess two numbers, then run the cell.


# %%
def easy_and_hard(quick, names):
    measured = sorted((loss_of(name, quick), name) for name in names)
    mean = sum(loss for loss, _ in measured) / len(measured)
    print(f"mean of {len(measured)} names: {mean:.2f}")
    print("easiest:", ", ".join(f"{name} {loss:.2f}" for loss, name in measured[:5]))
    print("hardest:", ", ".join(f"{name} {loss:.2f}" for loss, name in measured[-5:]))


easy_and_hard(many_names, shuffled_names()[-500:])

# %% [markdown]
# The same machine, and yet one name costs more than twice as much as another. **It is the names that jump.** "marina" is
# made of what many names are made of; "gry" is short and rare, so every letter is a surprise. A single loss says as much
# about the name as about the machine, and only the mean over many tells whether it learns.
#
# The advice jumps in the same way. Each name pulls the dials in its own direction: "emma" wants an "m" after the "m",
# and the next name wants something else. The last piece is about how to walk steadily while everyone shouts something
# different.

# %% [markdown]
# ## Adam: a memory for advice
#
# Plain descent has two weaknesses. The picture shows them in a valley with two dials: it falls gently in one direction
# and has steep walls in the other. Both walkers start at the same place and get the same slopes.
#
# **Which path will zigzag, and why?** Guess, then run the cell and move the slider.

# %% tags=["picture"]
from microgpt_ref.pictures import draw_descent

draw_descent()

# %% [markdown]
# Plain descent is in trouble: a rate that is small enough for the steep walls is far too small for the gentle way along
# the valley. [Adam](../glossary.ipynb#Adam) has two ideas against it, and both are memories.
#
# **First: do not follow each shout, follow the average.** Think of a heavy ball that rolls downhill. A push from the left
# and then one from the right cancel out; pushes that all go the same way add up. So Adam keeps for each dial a running
# mean $m$ of its slopes $g$. This is called [momentum](../glossary.ipynb#momentum).
#
# $$m \leftarrow 0.85 \cdot m + 0.15 \cdot g$$
#
# That is: keep 85% of what you remember, and take 15% from the newest advice. It is a mean over about the last 7 names.
# In the code 0.85 is called `beta1`.
# <!-- figure: 1 - 0.85 = 0.15 -->
# <!-- figure: 1 / (1 - 0.85) = 7 -->
#
# **Second: a step size for each dial.** Some dials always get loud advice and some always soft, as you saw in the table of
# blame. So Adam remembers how
# loud the advice for each dial usually is, with a running mean $v$ of the squares, and divides by its root. Loudness cancels out,
# and what is left is how well the advice of different names agrees.
#
# $$v \leftarrow 0.99 \cdot v + 0.01 \cdot g^2 \qquad \text{dial} \leftarrow \text{dial} - \text{rate} \cdot \frac{m}{\sqrt{v} + \varepsilon}$$
#
# That is where the name comes from: *ada*ptive *m*oments, step sizes that adapt, made from two such means. The memory of
# loudness is longer, about 100 names, and 0.99 is called `beta2`. The ε, `eps` in the code, is
# 0.00000001 and has one task: nobody must divide by 0 when a dial has never had any advice.
# <!-- figure: 1 / (1 - 0.99) = 100 -->
# <!-- figure: Adam([]).eps = 0.00000001 -->
#
# ### A fair start
#
# Both memories begin at 0, and that is unfair to the first steps. After one slope $g$, the mean is $0.15 \cdot g$, far too
# small. But we know by how much: after $t$ steps, a part of $0.85^t$ of the memory is still the 0 of the beginning. So we
# divide by the rest, $1 - 0.85^t$, whenever we use the mean, and by $1 - 0.99^t$ when we use the other.
#
# Work it out for the first step. The mean is $0.15 \cdot g$, divided by $1 - 0.85 = 0.15$ that is $g$. In the same way the
# fair mean of the squares is $g^2$, and its root is the size of $g$. So the very first nudge is the rate times 1, up or
# down, whether the slope was tiny or huge.
#
# The memories themselves stay as they are. Divide only what you use for the nudge, and do not write it back.
#
# ### The code
#
# The class is given: an `Adam` knows all the dials and has a place for the two memories of each. What is missing is
# `step`: for every dial update the memories, make them fair, nudge, and set `grad` to 0 for the next name. You saw in 01
# what happens to someone who forgets the last of these: blame adds up, also over two walks.


# %% tags=["given"]
class Adam:
    """Turns gradients into nudges, with a memory of the earlier ones."""

    def __init__(self, parameters, beta1=0.85, beta2=0.99, eps=1e-8):
        self.parameters = parameters
        self.beta1, self.beta2, self.eps = beta1, beta2, eps
        self.mean = [0.0] * len(parameters)  # running mean of each gradient
        self.mean_square = [0.0] * len(parameters)  # running mean of its square
        self.steps = 0


# %%
def step(self, rate):
    """Nudge every parameter downhill, then set its grad back to 0.

    mean and mean_square keep beta of what they were and take the rest from the new gradient. Divided by
    1 - beta**steps (steps counted from 1), they are fair from the start. The nudge is
    rate * mean / (√mean_square + eps). The first nudge of any parameter with a gradient is very nearly the rate.
    """
    ### BEGIN SOLUTION
    self.steps += 1
    fair_mean = 1 - self.beta1**self.steps
    fair_square = 1 - self.beta2**self.steps
    for i, p in enumerate(self.parameters):
        self.mean[i] = self.beta1 * self.mean[i] + (1 - self.beta1) * p.grad
        self.mean_square[i] = self.beta2 * self.mean_square[i] + (1 - self.beta2) * p.grad**2
        p.data -= rate * (self.mean[i] / fair_mean) / ((self.mean_square[i] / fair_square) ** 0.5 + self.eps)
        p.grad = 0.0
    ### END SOLUTION


Adam.step = step

# %% points=7
check(Adam.step)

# %% [markdown] hints="Adam.step"
# 1. Count the step first. Then for each parameter: update its two running means, make them fair, nudge, clear the grad.
# 2. `new mean = beta1 * old mean + (1 - beta1) * grad`, and the same with beta2 and grad**2. Keep the running means as
#    they are; divide only what you use for the nudge.
# 3. `p.data -= rate * (mean / (1 - beta1**steps)) / ((mean_square / (1 - beta2**steps)) ** 0.5 + eps)`, with every name
#    on `self`, and `p.grad = 0.0` at the end.

# %% [markdown]
# Four dials, all at 5, with very different slopes. **Where will each be after one step with the rate 0.01?** Guess, then
# run the cell.

# %%
try_dials = as_values([5.0, 5.0, 5.0, 5.0])
for try_dial, try_slope in zip(try_dials, (0.001, 1.0, -1000.0, 0.0)):
    try_dial.grad = try_slope
Adam(try_dials).step(0.01)
print([round(try_dial.data, 6) for try_dial in try_dials])

# %% [markdown]
# A thousandth or a thousand makes no difference in the first step: the dial goes by the rate, against the slope. And the
# dial without any slope stays where it is.
#
# Now let your Adam walk through the valley of the picture, beside plain descent, and write down their heights. The
# bottom is at height 0. **How many times as low will Adam be after 40 steps?**


# %%
def valley(across, along):
    return (along * along + across * across * 50) * 0.5


def walk(nudge_all, steps):
    """The height before the first step and after each; nudge_all gets the dials and returns what nudges them."""
    dials = as_values([1.5, -4.0])
    nudge, heights = nudge_all(dials), []
    for _ in range(steps):
        height = valley(*dials)
        heights.append(height.data)
        height.backward()
        nudge()
    return [*heights, valley(*dials).data]


def plain(dials, how_far=0.036):
    def nudge():
        for dial in dials:
            dial.data -= how_far * dial.grad
            dial.grad = 0.0

    return nudge


def with_adam(dials, how_far=0.25):
    adam = Adam(dials)
    return lambda: adam.step(how_far)


def compare_walks(steps=40):
    first, second = walk(plain, steps), walk(with_adam, steps)
    print("step   plain descent     Adam")
    for number in range(0, steps + 1, 5):
        print(f"{number:4} {first[number]:15.4f} {second[number]:8.4f}")


compare_walks()

# %% [markdown]
# The numbers are those of the picture, and now they come out of your own code. In our machine the valley has 4,192
# directions instead of two, and the ground changes with every name.

# %% [markdown]
# ## Break it on purpose
#
# **First: the learning rate.** The cell trains the fast machine for 1,000 steps with different rates and measures the
# loss on 500 names that it was not shown. One of them has no decay, and one walks uphill. **Which is best, and which
# will blow up?** Put them in order before you run it.


# %% tags=["experiment"]
def loss_with_rate(rate_at, dials_at=None, num_steps=1000):
    names = shuffled_names()
    quick = fast.init_params(27, fast.Config(), random.Random(42))
    if dials_at is not None:
        quick.data[:] = dials_at
    adam = fast.Adam(quick)
    for number in range(num_steps):
        numbers = fast.encode(names[number], archer_letters)
        fast.train_step(numbers, quick, adam, rate_at(number, num_steps), fast.Config())
    return sum(loss_of(name, quick) for name in names[-500:]) / 500


def straight_down(first):
    return lambda number, num_steps: first * (1 - number / num_steps)


print(f"from 0.0001:            {loss_with_rate(straight_down(0.0001)):14.2f}")
print(f"from 0.001:             {loss_with_rate(straight_down(0.001)):14.2f}")
print(f"from 0.01, as ours:     {loss_with_rate(straight_down(0.01)):14.2f}")
print(f"0.01, without decay:    {loss_with_rate(lambda number, num_steps: 0.01):14.2f}")
print(f"from 0.1:               {loss_with_rate(straight_down(0.1)):14.2f}")
print(f"from 1:                 {loss_with_rate(straight_down(1.0)):14.2f}")
print(f"from 0.01, but uphill:  {loss_with_rate(straight_down(-0.01)):14.2f}")

# %% [markdown]
# With a hundredth of our rate the machine does not get far in 1,000 steps; with a hundred times as much it ends far worse
# than knowing nothing, which is 3.30. Decay is worth having, although the steps are smaller with it. And a wrong sign, one minus in the wrong
# place, leads up a mountain without a top.
# <!-- figure: math.log(27) = 3.30 -->
#
# **Second: the start.** In 04 all dials began as small *random* numbers. What if they all begin at 0? Or all at 0.05?
# Guess the two losses, then run the cell.

# %% tags=["experiment"]
print(f"random, as ours:  {loss_with_rate(straight_down(0.01)):.3f}")
print(f"all at 0:         {loss_with_rate(straight_down(0.01), dials_at=0.0):.3f}")
print(f"all at 0.05:      {loss_with_rate(straight_down(0.01), dials_at=0.05):.3f}")

# %% [markdown]
# From all zeros it never learns anything: every product is 0, so nobody gets any blame, and no dial ever moves. From all
# equal it learns a little and stops. Sixteen voters that begin alike get the same blame, so they stay alike for ever, and
# sixteen people with one opinion are one person. Chance is what makes them different.
#
# **Third: the forgotten zero.** Here is an Adam that does not set `grad` back after its step, so that the blame of all
# steps piles up. How will it do in the valley?


# %% tags=["experiment"]
def with_forgetful_adam(dials, how_far=0.25):
    adam = Adam(dials)

    def nudge():
        piled_up = [dial.grad for dial in dials]
        adam.step(how_far)
        for dial, grad in zip(dials, piled_up):
            dial.grad = grad

    return nudge


archer_heights = walk(with_forgetful_adam, 40)
print("heights after 0, 10, 20, 30, 40 steps:", [round(height, 2) for height in archer_heights[::10]])

# %% [markdown]
# It acts on old news. The ground has long been rising again, and it still runs the way that was right ten steps ago.

# %% [markdown]
# ## What you have built so far
#
# | piece | what it does |
# |---|---|
# | `build_vocab`, `encode`, `decode` | letters to numbers and back |
# | `Value` and `backward` | numbers that remember, and everyone's blame |
# | `dot`, `linear`, `softmax`, `rmsnorm` | the four kinds of brick |
# | `multi_head_attention`, `block`, `gpt` | a letter in, 27 scores out |
# | `cross_entropy`, `sequence_loss` | wrong by how much |
# | `learning_rate`, `Adam.step` | the nudge, coarse first, then fine, and with a memory |
#
# The archer can shoot, sees the miss, gets the advice and adjusts. Everything that it takes to learn is there, and in 07
# you will let it run. Before that, one more thing: the machine has only ever been asked to *judge* names. In
# [06 Sampling](../06_sampling/sampling.ipynb) it begins to write.
