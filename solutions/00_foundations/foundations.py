# %% [markdown]
# # 00 Foundations: letters become numbers
#
# A GPT is a function with many dials. It reads numbers and it answers with numbers, so the first job is to
# turn letters into numbers and back again.

# %%
from autograder import check, hint

# %% tags=["given"]
import math

# %% [markdown]
# ## The vocabulary
#
# Give every letter a number: its place in the sorted list of all letters that occur.


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
# 1. You need each letter once, in order. Python has one tool for "once" and one for "in order".
# 2. `set(...)` keeps each letter once; `sorted(...)` makes a list in order.
# 3. Join all the docs into one long string with `"".join(docs)`, make a `set` of it, and sort that.

# %% [markdown]
# ## Encode
#
# One extra number, `BOS`, marks the beginning and the end. It comes right after the last letter.


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
# ## Decode
#
# The way back: numbers to letters.


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
# ## Slope
#
# Nudge a dial a little. How much does the result move, for each unit of nudge?


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
# 3. The two places are 2 * h apart. Mind the brackets in the division.

# %% [markdown]
# ## Surprise
#
# The less likely a thing was, the more it surprises.


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
