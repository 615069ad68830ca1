# %% [markdown]
# # 00 Foundations: letters become numbers
#
# Eight notebooks from now you will own a program that reads a list of names and then invents new ones. You will
# have written its heart yourself and understood the rest. It is a complete [GPT](../glossary.ipynb#GPT), the kind
# of machine that stands behind today's chat programs, at a size where you can look into every corner.
#
# **What you will have at the end of this notebook:** you will have seen the finished machine at work, you will know
# its parts by name, and you will have written its first three pieces. They turn letters into numbers and numbers
# back into letters. On the way you build two small measuring tools.
#
# You need school mathematics, a little Python, and no more. A notebook is a row of boxes, called cells. Click into
# one and press Shift+Enter: it runs, its answer appears below it, and the next one is ready. Go from top to bottom.

# %%
from autograder import check, hint

# %% tags=["given"]
import math

# %% [markdown]
# ## The whole house, before the first brick
#
# Let us begin at the end. The next cell holds the finished machine: the one that you are going to build. It is
# shown 1,000 names, one after the other, and after each it adjusts itself a little. Then it invents 20 names.
#
# **What do you think comes out:** heaps of letters such as "xqzfw", names from the list, or something in between? And
# how long will it take to learn from 1,000 names? Write your guess down, then run the cell.

# %%
import random
import time

from microgpt_ref import fast
from microgpt_ref.names import describe, load_names

house_rng = random.Random(42)  # the source of all chance; with the same 42, the same things happen
house_names = list(load_names().docs)
house_rng.shuffle(house_names)

house_vocab = fast.build_vocab(house_names)
house_config = fast.Config()
house_dials = fast.init_params(len(house_vocab) + 1, house_config, house_rng)  # + 1: idea 2 says why

house_start = time.perf_counter()
house_losses = list(fast.train(house_names, house_vocab, house_dials, house_config, num_steps=1000))
print(f"{describe(load_names())}; learned from 1,000 of them in {time.perf_counter() - house_start:.2f} seconds\n")

# 0.5 says how daring it may be; that is the story of 06
house_inventions = [fast.generate(house_dials, house_vocab, house_config, 0.5, house_rng) for _ in range(20)]
print("\n".join(name if name in house_names else f"{name} (new)" for name in house_inventions))

# %% [markdown]
# Nobody typed those names in. The machine wrote each of them letter by letter, and those marked as new stand nowhere
# in the list. At the start it did not know that names need vowels, nor how one ends: it found out from the examples
# alone.
#
# Now look at the cell again, from top to bottom. It does four things, and those are all that this course is about.
#
# 1. It reads a list of names and shuffles them like cards.
# 2. It makes a machine full of [dials](../glossary.ipynb#dial), all turned to random positions. So far the machine
#    knows nothing.
# 3. It **trains** the machine: it shows it a name, measures how wrong its guesses were, and turns every dial a
#    little. It does so 1,000 times. This is [training](../glossary.ipynb#training).
# 4. It lets the machine write.
#
# The three letters GPT say the same. *Generative*: it makes something new. *Pre-trained*: it has learned from
# examples before you use it. *Transformer* is the name of the kind of machine inside, in which the letters look at
# one another; that part is the fourth notebook, 03.
#
# The fast version that you saw is written to be quick and not to be read. Yours will do the same sums in the same
# order of ideas, in plain Python, and you will be able to read every line of it.

# %% [markdown]
# ## The blindfolded archer
#
# How can a machine learn something that nobody tells it? Think of an archer who shoots blindfolded at a target.
# After each arrow a friend calls out how far it missed and which way to lean: "Half a metre off, a bit further
# left." The archer shifts the aim a little and shoots again. After a thousand arrows most of them hit near the
# middle, and the archer has still never seen the target.
#
# Every part of that story is a part of the program. Here is the table from the story to the code.
#
# | the archer | the machine | its name | in the code | notebook |
# |---|---|---|---|---|
# | the aim | the positions of all its dials | [parameters](../glossary.ipynb#parameter) | `params` | 04 |
# | the shot | letters go in, a guess comes out | [forward pass](../glossary.ipynb#forward-pass) | `gpt(...)` | 02, 03, 04 |
# | the miss | one number: how wrong the guess was | [loss](../glossary.ipynb#loss) | `sequence_loss(...)` | 05 |
# | the advice | for each dial: which way, and how much it matters | [gradient](../glossary.ipynb#gradient) | `loss.backward()` | 01 |
# | the adjustment | turn every dial a little | [optimiser](../glossary.ipynb#optimiser) | `Adam.step(...)` | 05 |
#
# The machine is never told a rule of spelling. All that it ever gets is the miss and the advice.
#
# The cell above kept the miss of each of its 1,000 shots. **What do you think the curve looks like:** a straight line
# down, or steep first and then flat? Smooth or jumpy? Write your guess down, then run the cell.

# %% tags=["picture"]
from microgpt_ref.pictures import draw_loss

draw_loss(house_losses, vocab_size=len(house_vocab) + 1)

# %% [markdown]
# The thin line jumps about, because some names are harder to guess than others: the miss says as much about the
# name as about the machine. The thick line is a mean over many names, and that one falls. On the kit's own list of
# 4,312 names it goes from near 3.3 to about 2.5; on the full list of 32,033 names, which `microgpt names --full`
# fetches for you in a terminal, to about 2.3. What these numbers mean, and why the start is near 3.3, you will know before this notebook
# ends.
#
# Five ideas carry all of it. The rest of this notebook is about them, one after the other.

# %% [markdown]
# ## Idea 1: a model is a function with 4,192 dials
#
# A function takes something in and gives something out. In school it may have been $f(x) = a \cdot x + b$: for each
# $x$ one answer. That function has two dials, $a$ and $b$. Turn them, and the same $x$ gets another answer.
#
# A [model](../glossary.ipynb#model) is a function with many dials. The one that you saw has 4,192 of them. In goes
# the beginning of a name; out come 27 numbers, one for each thing that may come next: 26 letters, and "the name ends
# here". Each number says how probable that is.
# <!-- figure: (27 + 16 + 27) * 16 + 12 * 16**2 = 4,192 -->
#
# **What would you expect after "q"?** And after "mari"? Write your guess down, then run the cell. Change the letters
# in it and run it again, as often as you like.

# %% tags=["picture"]
from microgpt_ref.pictures import draw_probabilities


def house_guess(beginning):
    """The probability of each letter to come next, and of the end, according to the trained machine."""
    numbers = fast.encode(beginning, house_vocab)[:-1]  # what this does is idea 2
    return [float(p) for p in fast.next_probabilities(numbers, house_dials, house_config)]


draw_probabilities([math.log(p) for p in house_guess("q")], house_vocab)

# %% [markdown]
# The bar named BOS is "the name ends here"; why it is called so, you will see in a moment. The slider below the
# picture, the [temperature](../glossary.ipynb#temperature), is not about learning: it makes the same guess more
# careful or more daring. Idea 5 says how.
#
# What are the dials? Plain numbers in the middle of the arithmetic, like $a$ and $b$ above. The next cell takes one
# dial of the 4,192, turns it by 1, asks for the same guess again, and then turns it back. **How much can one dial
# in 4,192 change?** Guess, then run it, and then try other dials.

# %% tags=["experiment"]
house_turned = 758  # which dial; try others, from 0 to 4191
house_before = house_guess("q")
house_dials.data[house_turned] += 1.0
house_after = house_guess("q")
house_dials.data[house_turned] -= 1.0

print(f"{len(house_dials)} dials; dial number {house_turned} turned by 1\n")
print("letter   before    after")
for house_place in sorted(range(len(house_vocab)), key=lambda i: -house_before[i])[:6]:
    print(f"{house_vocab[house_place]:6} {house_before[house_place]:8.3f} {house_after[house_place]:8.3f}")

# %% [markdown]
# Some dials turn the whole guess over, others barely move it. To learn is to find positions for all of them at once,
# such that the guesses become good. Nobody sets them by hand, and nobody knows beforehand what a single dial is for.

# %% [markdown]
# ## Idea 2: letters become numbers
#
# A function like ours can only calculate, so letters must become numbers first. Think of a post office with numbered
# boxes: each letter gets a box, and from then on only the number of the box is spoken of. Which number belongs to
# which letter does not matter at all. It only has to stay the same, for ever.
#
# The list of all the letters in use is the [vocabulary](../glossary.ipynb#vocabulary). A letter's number is its
# place in that list, counted from 0, as Python counts. Such a number, which stands for a piece of text, is called a
# [token](../glossary.ipynb#token).
#
# ### Your first piece: the vocabulary
#
# Now you write. Take out the line that begins with `raise` and put your own code in its place. The text between the
# triple quotes says what the function must do and gives an example. Run the cell, then run the one with `check`
# below it: it tries your function on many inputs and says what it found. Below that wait three folded hints, each
# stronger than the one before; click on one to open it.


# %%
def build_vocab(docs):
    """Return the sorted list of the different letters in docs.

    build_vocab(["cab", "ad"]) gives ["a", "b", "c", "d"].
    """
    ### BEGIN SOLUTION
    return sorted(set("".join(docs)))
    ### END SOLUTION


# %% points=2
check(build_vocab)

# %% [markdown] hints="build_vocab"
# 1. You need each letter once, and you need them in order. Python has one tool for "once" and one for "in order".
# 2. `set(...)` keeps each thing once; `sorted(...)` makes a list in order. Both can take a string, letter by letter.
# 3. Join all the docs into one long string with `"".join(docs)`, make a `set` of it, and sort that.

# %% [markdown]
# `docs` is short for documents, the pieces of text to learn from; here each of them is a name. Try your function on
# the list of the machine above.
#
# **How many different letters are there in thousands of names?** Write your guess down, then run the cell.

# %%
print(build_vocab(["cab", "ad"]))
print(len(build_vocab(house_names)), "letters:", "".join(build_vocab(house_names)))

# %% [markdown]
# ### Your second piece: text to numbers
#
# One thing is missing. If the machine only ever sees letters, how can it know where a name begins, and how could it
# ever say "I am done"? So we add one extra token that is no letter and put it at both ends. It is called
# [BOS](../glossary.ipynb#BOS), for "beginning of sequence", and its number is the first that no letter has.
#
# With the 26 letters from a to z, which have the numbers 0 to 25, BOS is 26. So `cat` becomes
# `[26, 2, 0, 19, 26]`: BOS, c, a, t, BOS. To turn text into tokens is to [encode](../glossary.ipynb#encode) it.
# <!-- figure: encode("cat", list("abcdefghijklmnopqrstuvwxyz")) = [26, 2, 0, 19, 26] -->
#
# Why is one token enough for both ends? Because BOS means "between two names". After it a name begins, and when it
# comes, a name is over.


# %%
def encode(text, vocab):
    """Return the numbers of the letters of text, with BOS, which is len(vocab), in front and behind.

    encode("cab", ["a", "b", "c"]) gives [3, 2, 0, 1, 3].
    """
    ### BEGIN SOLUTION
    bos = len(vocab)
    return [bos] + [vocab.index(letter) for letter in text] + [bos]
    ### END SOLUTION


# %% points=2
check(encode)

# %% [markdown] hints="encode"
# 1. Three parts in a row: the mark for the beginning, one number for each letter, the mark for the end.
# 2. `vocab.index("c")` tells the place of "c" in the list. BOS is `len(vocab)`, a number that no letter has.
# 3. `[bos] + [... for letter in text] + [bos]`, where the dots are the place of that letter.

# %% [markdown]
# **What are the tokens of "zebra"?** Count them off on paper first: a is 0, b is 1. Then run the cell, and after it
# try your own name, in small letters.

# %%
house_alphabet = list("abcdefghijklmnopqrstuvwxyz")
print("cat  ", encode("cat", house_alphabet))
print("zebra", encode("zebra", house_alphabet))

# %% [markdown]
# ### Your third piece: numbers to text
#
# The machine answers in tokens, and we want to read letters. To turn tokens back into text is to
# [decode](../glossary.ipynb#decode) them. BOS has no letter, so it is left out.


# %%
def decode(tokens, vocab):
    """Return the text that the tokens spell, leaving out every BOS.

    decode([3, 2, 0, 1, 3], ["a", "b", "c"]) gives "cab".
    """
    ### BEGIN SOLUTION
    return "".join(vocab[token] for token in tokens if token != len(vocab))
    ### END SOLUTION


# %% points=2
check(decode)

# %% [markdown] hints="decode"
# 1. Turn each number back into its letter, and leave out the mark that is not a letter.
# 2. `vocab[2]` is the letter with number 2. BOS is `len(vocab)`, one past the end of the list.
# 3. `"".join(...)` glues letters together; go through the tokens and keep those that are not `len(vocab)`.

# %% [markdown]
# There and back again should change nothing. The next cell sends every name of the list through both functions.

# %%
house_returned = [decode(encode(name, house_vocab), house_vocab) for name in house_names]
print(house_returned == house_names, "for", len(house_names), "names")

# %% [markdown]
# **Break it on purpose.** The numbers mean nothing without the list that they were made with. Below, "emma" is
# encoded with one list and decoded with the same list read backward. And what happens to a letter that is not in the
# list at all? Say what you expect before you run it.

# %% tags=["experiment"]
print("with the wrong list:", decode(encode("emma", house_alphabet), house_alphabet[::-1]))
try:
    print("with a strange letter:", encode("zoé", house_alphabet))
except ValueError as house_error:
    print("with a strange letter:", house_error)

# %% [markdown]
# Someone who saves a trained machine and forgets to save its vocabulary has kept the safe and lost the key.

# %% [markdown]
# ## Idea 3: the dot product measures how alike two lists are
#
# A single number for each letter is a name tag and says nothing about the letter. So inside the machine each letter
# is described by a list of 16 numbers, a [vector](../glossary.ipynb#vector). To work with such lists it needs one
# tool above all: a way to ask how well two of them agree.
#
# Think of two people who answer the same three questions about films. Each answer is a number: positive for "I like
# it", negative for "I do not", large for strong feelings. Multiply their answers question by question, then add up.
# Where both like or both dislike something, the product is positive; where they differ, it is negative. A large sum
# means that they should go to the cinema together.
#
# That sum is the [dot product](../glossary.ipynb#dot-product). As a formula:
#
# $$a \cdot b = a_1 b_1 + a_2 b_2 + a_3 b_3 + \dots$$
#
# For [1,2,3]·[4,0,-1] that is 4 + 0 − 3 = 1: they barely agree.
# <!-- figure: dot([Value(1), Value(2), Value(3)], [Value(4), Value(0), Value(-1)]).data = 1 -->
#
# **Before you run the cell:** which of the other three pairs agree, which oppose each other, which have nothing to
# do with each other?


# %%
def products_added_up(first, second):
    return sum(one * other for one, other in zip(first, second))


print("[1, 2, 3] · [4, 0, -1]   =", products_added_up([1, 2, 3], [4, 0, -1]))
print("[1, 2, 3] · [1, 2, 3]    =", products_added_up([1, 2, 3], [1, 2, 3]))
print("[1, 2, 3] · [-1, -2, -3] =", products_added_up([1, 2, 3], [-1, -2, -3]))
print("[1, 0, 0] · [0, 5, 9]    =", products_added_up([1, 0, 0], [0, 5, 9]))

# %% [markdown]
# Two lists that point the same way give a large positive number, two that point opposite ways a large negative one,
# and two that care about different things give 0. Nearly all the time that a GPT takes, it spends on dot products.
# You write yours in 02.

# %% [markdown]
# ## Idea 4: the derivative measures sensitivity
#
# Back to the archer's friend. To give advice about a dial, the friend must know one thing: if this dial is turned a
# little, how much does the result change? That number is the [derivative](../glossary.ipynb#derivative), and drawn
# as a curve it is how steep the curve is, the [slope](../glossary.ipynb#slope).
#
# Take $x^2$ at 3. The height there is 9. One small step to the right, at 3.001, it is 9.006001. The step was 0.001
# and the height grew by a good 0.006, six times as much, so the slope of $x^2$ at 3 is 6.
# <!-- figure: 3.001**2 = 9.006001 -->
# <!-- figure: (3.000001**2 - 2.999999**2) / 0.000002 = 6 -->
#
# Move the slider: the dashed line touches the curve, and its steepness is the slope. Where is the slope 0? Where is
# it negative, and what would it advise there to someone who wants to get to the lowest point?

# %% tags=["picture"]
from microgpt_ref.pictures import draw_slope

draw_slope(lambda x: x * x, (-4, 4), "x²")

# %% [markdown]
# Left of the lowest point the slope is negative: to get down, go right. Right of it the slope is positive: to get
# down, go left. So the rule of the whole training is: **turn each dial against its slope.**
#
# ### A measuring tool: the slope of any function
#
# You do not need rules from school to find a slope: measure it. Look a tiny step $h$ to the right and the same step
# to the left, and divide the change in height by the way between the two places:
#
# $$\text{slope} \approx \frac{f(x + h) - f(x - h)}{2h}$$
#
# Here a function is handed to a function: `f` is whatever the caller brings, and `f(x)` calls it. `h=1e-6` means
# that $h$ is 0.000001 unless the caller asks for another. This tool is a warm-up: it is graded, and it will not be
# part of your GPT.


# %% tags=["warmup"]
def slope(f, x, h=1e-6):
    """Return how fast f(x) changes at x: step h to either side, and divide the change by the way.

    slope(lambda x: x * x, 3.0) gives a number very near 6.
    """
    ### BEGIN SOLUTION
    return (f(x + h) - f(x - h)) / (2 * h)
    ### END SOLUTION


# %% points=1
check(slope)

# %% [markdown] hints="slope"
# 1. A slope is the change in height divided by the way you walked.
# 2. Look at f a little to the right, at x + h, and a little to the left, at x - h.
# 3. The two places are 2 * h apart. Mind the brackets in the division: `(...) / (2 * h)`.

# %% [markdown]
# (`lambda x: x * x` is a function without a name, written on the spot: it takes `x` and gives `x * x`.)
#
# Try $3x^2 + 2x$ at 4, where the height is 56. **And the slope?** If you know the rule from school, use it; if not,
# guess: more than 10, or more than 20? Write it down, then run the cell.
# <!-- figure: 3 * 4**2 + 2 * 4 = 56 -->

# %%
print("x² at 3:       slope", round(slope(lambda x: x * x, 3.0), 4))
print("3x² + 2x at 4: slope", round(slope(lambda x: 3 * x**2 + 2 * x, 4.0), 4))

# %% [markdown]
# The slope is 26: turn this dial by a hundredth, and the result moves by about 26 hundredths.
# <!-- figure: 6 * 4 + 2 = 26 -->
#
# Now something bigger. The finished machine has 4,192 dials, and its miss with a name is a function of every one of
# them. So your little tool can measure the advice for a dial of a real GPT. The cell compares it with the advice that
# the machine itself calculated while it was training.

# %%
house_tokens = fast.encode("emma", house_vocab)


def miss_when_dial_is(position):
    """The loss of "emma" with dial number 885 in this position; the dial is turned back afterwards."""
    remembered = house_dials.data[885]
    house_dials.data[885] = position
    miss = fast.sequence_loss(house_tokens, house_dials, house_config)
    house_dials.data[885] = remembered
    return miss


house_advice = fast.loss_and_grads(house_tokens, house_dials, house_config)[1]
print("measured by you:         ", round(slope(miss_when_dial_is, float(house_dials.data[885])), 6))
print("worked out by the machine:", round(float(house_advice[885]), 6))

# %% [markdown]
# The same number, and the machine has it for all of the dials. The list of all those slopes is the gradient. Your
# tool needs two shots for each dial, so 8,384 shots for a single piece of advice. The machine needs one shot and one
# walk back. How it does that is the next notebook, and it is the best trick in the whole course.
# <!-- figure: 2 * 4192 = 8,384 -->
#
# **Break it on purpose.** Should $h$ be as small as can be? The slope of $x^3$ at 3 is exactly 27. Before you run
# the cell: which $h$ do you expect to come nearest?

# %% tags=["experiment"]
for house_step in (1.0, 0.1, 1e-3, 1e-6, 1e-9, 1e-12, 1e-15):
    print(f"h = {house_step:<6g} slope {slope(lambda x: x**3, 3.0, house_step):.9f}")

# %% [markdown]
# A large $h$ looks too far away, where the curve has already bent. A tiny $h$ drowns in rounding, because a computer
# keeps only about 16 digits of a number, and two nearly equal heights have nearly all of their digits in common. In
# between, at about a millionth, the tool is at its best.

# %% [markdown]
# ## Idea 5: softmax turns scores into probabilities
#
# In the end the machine has a score for each letter, any numbers at all. A score of this kind is called a
# [logit](../glossary.ipynb#logit). We would like [probabilities](../glossary.ipynb#probability) instead: none
# below 0, all of them together 1, and the higher the score, the higher the probability.
#
# Think of votes in which passion counts. Each candidate's score is turned into votes, and one point more multiplies
# the votes by 2.718. That number is called $e$, and $e$ to the power of any score is positive, even when the score
# is not. Then each candidate gets a share of all the votes. This is [softmax](../glossary.ipynb#softmax):
# <!-- figure: math.e = 2.718 -->
#
# $$\text{share of } i = \frac{e^{s_i}}{e^{s_1} + e^{s_2} + \dots}$$
#
# | score | votes: $e$ to the power of the score | share |
# |---|---|---|
# | 2.0 | 7.389 | 0.66 |
# | 1.0 | 2.718 | 0.24 |
# | 0.1 | 1.105 | 0.10 |
# | together | 11.21 | 1 |
#
# <!-- figure: math.exp(2.0) = 7.389 -->
# <!-- figure: math.exp(0.1) = 1.105 -->
# <!-- figure: math.exp(2.0) + math.exp(1.0) + math.exp(0.1) = 11.21 -->
# <!-- figure: softmax([Value(2.0), Value(1.0), Value(0.1)])[0].data = 0.66 -->
# <!-- figure: softmax([Value(2.0), Value(1.0), Value(0.1)])[1].data = 0.24 -->
# <!-- figure: softmax([Value(2.0), Value(1.0), Value(0.1)])[2].data = 0.10 -->
#
# Here is the slider again: the temperature is a number by which all scores are divided before they are turned into
# votes. You will use it in 06 to make your machine careful or daring. **What do you think happens at 0.1, and what at 3?** Guess, then move it.

# %% tags=["picture"]
draw_probabilities([2.0, 1.0, 0.1], ["score 2.0", "score 1.0", "score 0.1"])

# %% [markdown]
# Cold, the winner takes all; hot, everyone gets nearly the same. "Soft" is in the name because the best score does
# not get everything: it gets the most, softly. You write softmax in 02.

# %% [markdown]
# ## The miss: surprise
#
# The machine says how probable each next letter is, and then the real next letter comes. How large was the miss? We
# measure it as [surprise](../glossary.ipynb#surprise): the less probable the thing that happened, the greater it is.
# If you were sure and it came, you are not surprised at all. If you had ruled it out, you fall off your chair.
#
# The formula is minus the natural logarithm, $-\ln p$. The logarithm turns the question of the last section round:
# to which power must $e$ be raised to get $p$? For a probability, which is at most 1, the answer is 0 or negative,
# and the minus makes it a positive surprise.
#
# - You gave it 0.9, and it came: −ln 0.9 = 0.105. Hardly a surprise.
# - You gave it 0.01, and it came: −ln 0.01 = 4.6. A shock.
# - You knew nothing, so you gave 1/27 to each of 27 tokens: ln 27 = 3.3, whatever comes.
#
# <!-- figure: -math.log(0.9) = 0.105 -->
# <!-- figure: -math.log(0.01) = 4.6 -->
# <!-- figure: math.log(27) = 3.3 -->

# %% tags=["picture"]
from microgpt_ref.pictures import draw_surprise

draw_surprise()

# %% [markdown]
# ### A second measuring tool
#
# The loss of the machine, the miss in the archer's table, is the mean of these surprises over the letters of a name.
# Write the surprise at one letter. `math.log` is the natural logarithm.


# %% tags=["warmup"]
def surprise(p):
    """Return minus the natural logarithm of the probability p.

    surprise(0.9) gives about 0.105.
    """
    ### BEGIN SOLUTION
    return -math.log(p)
    ### END SOLUTION


# %% points=1
check(surprise)

# %% [markdown] hints="surprise"
# 1. The logarithm of a number below 1 is negative; surprise is positive.
# 2. `math.log` is the natural logarithm.
# 3. Minus `math.log` of p.

# %% [markdown]
# Now you can read the curve from the beginning of this notebook. **Where must it start, if the machine knows
# nothing? And what would a curve at 0 mean?** Write your answers down, then run the cell.

# %%
print(f"knowing nothing of {len(house_vocab) + 1} tokens:  {surprise(1 / (len(house_vocab) + 1)):.2f}")
print(f"the machine's first name:      {house_losses[0]:.2f}")
print(f"mean of its last 100 names:    {sum(house_losses[-100:]) / 100:.2f}")
print(f"surprise at 'a' after 'q':     {surprise(house_guess('q')[house_vocab.index('a')]):.2f}")

# %% [markdown]
# The machine starts near 3.3, which is knowing nothing, and learns from there. (Not at 3.3 exactly: its dials were
# random, so its first guesses were uneven, and a single name may be lucky or unlucky.) A loss of 0 would mean that
# it is never surprised: that it knows every name in advance. No honest machine gets there, since nobody can know
# whether "ann" goes on to "anna" or ends.
#
# You can turn a loss back into a number of choices. A loss of 2.5 is the surprise at one of 12 equal choices,
# because ln 12 = 2.5, and ln 10 = 2.3 in the same way. So learning brought the machine down from guessing among 27
# tokens to guessing among about 12, or among about 10 with the full list.
# <!-- figure: math.log(12) = 2.5 -->
# <!-- figure: math.log(10) = 2.3 -->
#
# **Break it on purpose.** What is the surprise at something to which you gave the probability 0? Say what you
# expect, then run the cell.

# %% tags=["experiment"]
for house_p in (0.1, 0.0001, 1e-12, 1e-300, 0.0):
    try:
        print(f"p = {house_p:<8g} surprise {surprise(house_p):8.2f}")
    except ValueError as house_error:
        print(f"p = {house_p:<8g} {house_error}")

# %% [markdown]
# The surprise at the impossible has no end, so there is no number for it. A machine that learns should never say
# never, and with softmax it never does.

# %% [markdown]
# ## What you have built so far
#
# | piece | what it does | in your GPT |
# |---|---|---|
# | `build_vocab` | the list of letters | yes |
# | `encode` | text to tokens, BOS at both ends | yes |
# | `decode` | tokens to text | yes |
# | `slope` | measures the sensitivity of anything | a tool for checking |
# | `surprise` | measures a miss | comes back in 05, as the loss |
#
# You have the five ideas: dials, tokens, dot products, slopes, probabilities. What you lack is the archer's friend,
# the one who knows after a single shot how each of the 4,192 dials should be turned. In the next notebook,
# [01 Autograd](../01_autograd/autograd.ipynb), you build that friend out of six tiny rules.
