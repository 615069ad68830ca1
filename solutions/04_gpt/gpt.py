# %% [markdown]
# # 04 GPT: embed, attend, think, predict
#
# Letters have become numbers. Numbers remember how they were made. Lists can be compared, voted on and kept at a
# steady volume, and letters can look back at one another. Now these parts become one machine.
#
# **What you will have at the end:** four short functions, and the last of them is called `gpt`. It takes a letter and
# gives a score for each letter that may come next. You will know where each of its 4,192 dials sits and what each group
# of them is for. And you will see your own code make good guesses, with dials that somebody else has trained.

# %%
from autograder import check, hint

# %% tags=["given"]
from autograder.mygpt import Config, Value, linear, multi_head_attention, rmsnorm

# %% [markdown]
# ## The map of the whole program
#
# Before you build the middle of a house, look at the plan once more. Here are all the pieces of the program, a row for
# each notebook. A line means: this piece uses that one. Move the slider to pick a piece.
#
# **Before you move it:** which piece do you expect to be used by the most others? And which piece needs no other at
# all? Write your guess down.

# %% tags=["picture"]
from microgpt_ref.pictures import draw_map

draw_map()

# %% [markdown]
# Find `gpt` on the map and look at what it uses: four pieces, each of which you could explain to a friend by the end of
# this notebook. Then find `dot` and see how many lean on it. That is how a program of this kind grows: a few small
# pieces first, and each new one says in two or three lines how to combine those that are there.

# %% [markdown]
# ## The way of a letter
#
# Think of a letter that goes through an office with four counters.
#
# | counter | what happens | piece |
# |---|---|---|
# | **embed** | the letter gets its description, and the number of its place | `embed` |
# | **attend** | it listens to the letters before it | `multi_head_attention`, from 03 |
# | **think** | it thinks about what it has heard, alone | `mlp` |
# | **predict** | it says how well each of 27 tokens would fit as the next | `linear` with `lm_head` |
#
# Attend and think together are a [block](../glossary.ipynb#block). Ours has one block; larger machines put many of them
# in a row, so that a letter listens and thinks again and again. The volume knob from 02, `rmsnorm`, is turned right after
# the first counter, and once more before each half of a block.

# %% [markdown]
# ## The dials, and where they are
#
# Now the dials themselves. The next cell is given; read it once, because you will meet every name in it again.
#
# `params` is a dictionary, a box with labelled drawers. Three drawers hold a [matrix](../glossary.ipynb#matrix) each.
# The fourth, `layers`, holds a list with a smaller box of six matrices for each block.
#
# | name | what a row of it is | size |
# |---|---|---|
# | `wte` | the description of one token | 27 × 16 |
# | `wpe` | the description of one place in the name | 16 × 16 |
# | `wq`, `wk`, `wv`, `wo` | the voters of attention: question, label, content, and the mixing of what was seen | 16 × 16 each |
# | `fc1` | a voter of the thinking part, on the way to a wider list | 64 × 16 |
# | `fc2` | a voter on the way back to 16 numbers | 16 × 64 |
# | `lm_head` | the voter for one token as the next | 27 × 16 |
#
# The names are those that everybody uses, and each says what it is: **w**eights of **t**oken **e**mbedding, **w**eights
# of **p**osition **e**mbedding, **f**ully **c**onnected layers 1 and 2, and the head of a **l**anguage **m**odel.
# ([Language model](../glossary.ipynb#language-model) is the general word for a machine that says what comes next.)
#
# `rng.gauss(0, 0.08)` draws a random number near 0: about 68 in a hundred of them lie between −0.08 and 0.08. Why not
# start with all dials at 0? You will see in 05 that such a machine never learns.
# <!-- figure: 100 * math.erf(1 / math.sqrt(2)) = 68 -->


# %% tags=["given"]
def matrix(rows, columns, rng):
    """A matrix of small random dials."""
    return [[Value(rng.gauss(0, 0.08)) for _ in range(columns)] for _ in range(rows)]


def init_params(vocab_size, config, rng):
    """All the dials of a model, before it has learned anything."""
    width = config.n_embd
    params = {
        "wte": matrix(vocab_size, width, rng),
        "wpe": matrix(config.block_size, width, rng),
        "lm_head": matrix(vocab_size, width, rng),
        "layers": [],
    }
    for _ in range(config.n_layer):
        layer = {name: matrix(width, width, rng) for name in ("wq", "wk", "wv", "wo")}
        layer["fc1"] = matrix(4 * width, width, rng)
        layer["fc2"] = matrix(width, 4 * width, rng)
        params["layers"].append(layer)
    return params


def parameters(params):
    """All the dials in one flat list."""
    matrices = [params["wte"], params["wpe"], params["lm_head"]]
    for layer in params["layers"]:
        matrices += layer.values()
    return [dial for weights in matrices for row in weights for dial in row]


def new_cache(config):
    """For each layer an empty list of keys and an empty list of values."""
    return [([], []) for _ in range(config.n_layer)]


# %% [markdown]
# `parameters` lays all the dials in one long row, for the optimiser, who does not care where a dial sits. `new_cache`
# makes the empty table of 03, on which the letters leave their keys and values: two lists for each block.
#
# Here is the machine as a map of its land: each matrix is as large as it has dials. **Which part do you expect to be the
# largest: the descriptions of the letters, attention, thinking, or the prediction?** Guess, then run the cell.

# %% tags=["picture"]
from microgpt_ref.pictures import draw_parameters

draw_parameters(Config())

# %% [markdown]
# Half of the land is for thinking. Count along with your finger:
#
# - the descriptions: 27 · 16 = 432 for the tokens and 16 · 16 = 256 for the places,
# - attention: 4 · 16 · 16 = 1,024,
# - thinking: 2 · 64 · 16 = 2,048,
# - the prediction: 27 · 16 = 432.
#
# Together 4,192.
# <!-- figure: 27 * 16 = 432 -->
# <!-- figure: 16 * 16 = 256 -->
# <!-- figure: 4 * 16 * 16 = 1,024 -->
# <!-- figure: 2 * 64 * 16 = 2,048 -->
# <!-- figure: len(parameters(init_params(27, Config(), random.Random(1)))) = 4,192 -->
#
# **And if every letter were described by 32 numbers instead of 16: would there be twice as many dials?** Decide, then
# run the cell. After it, try two blocks, or four.

# %% tags=["experiment"]
import random


def count_dials(**measures):
    return len(parameters(init_params(27, Config(**measures), random.Random(1))))


print(f"as it is:                {count_dials():7,}")
print(f"32 numbers for a letter: {count_dials(n_embd=32):7,}")
print(f"64 numbers for a letter: {count_dials(n_embd=64):7,}")
print(f"two blocks:              {count_dials(n_layer=2):7,}")

# %% [markdown]
# Twice as wide is more than three times as many, 14,528. The matrices inside a block grow in both directions, in rows
# and in columns, so they become four times as large. In large machines nearly all the dials are inside the blocks, for the
# same reason.
# <!-- figure: (27 + 16 + 27) * 32 + 12 * 32**2 = 14,528 -->

# %% [markdown]
# ## Embed: who you are and where you sit
#
# A token is a number without meaning, as you saw in 00: letter 12 is not "more" than letter 4. So each token gets a
# description, a row of 16 numbers in the matrix `wte`. Such a description is called an
# [embedding](../glossary.ipynb#embedding). Nobody writes these descriptions. They begin as random numbers, and training
# turns them, like all dials, until they are of use.
#
# But there is a second thing to know about a letter. Think of a theatre ticket: it says which play, and which seat. The
# "m" at the beginning of "mia" and the "m" in the middle of "emma" are the same play in different seats. So each place
# has a description too, a row of `wpe`, and the letter gets the **sum** of both:
#
# $$x = \text{wte}[\text{token}] + \text{wpe}[\text{position}]$$
#
# Why a sum? Sixteen numbers are a lot of room. Training can keep the "which letter" and the "which place" apart in them,
# as a sound of two instruments still lets you hear both.


# %%
def embed(token, position, params):
    """Return the row of wte for the token plus the row of wpe for the position, number by number.

    When the two rows are [1, 2] and [10, 20], the answer is [11, 22].
    """
    ### BEGIN SOLUTION
    return [t + p for t, p in zip(params["wte"][token], params["wpe"][position])]
    ### END SOLUTION


# %% points=3
check(embed)

# %% [markdown] hints="embed"
# 1. Two rows of numbers, added pairwise.
# 2. `params["wte"][token]` is the row that describes the letter, `params["wpe"][position]` the row for its place.
# 3. `zip` the two rows and add each pair.

# %% [markdown]
# Here is a fresh machine, with all its dials where chance has put them. It reads "emma", which has an "m" at position 2
# and one at position 3, because position 0 is for BOS. **Will the two m's get the same list?** Guess, then run the cell.

# %%
from autograder.mygpt import encode

fresh_letters = list("abcdefghijklmnopqrstuvwxyz")
fresh_config = Config()
fresh_dials = init_params(27, fresh_config, random.Random(42))
fresh_m = encode("m", fresh_letters)[1]


def first_four(numbers):
    return " ".join(f"{number.data:7.3f}" for number in numbers[:4])


print("the row of wte for m: ", first_four(fresh_dials["wte"][fresh_m]))
print("m at position 2:      ", first_four(embed(fresh_m, 2, fresh_dials)))
print("m at position 3:      ", first_four(embed(fresh_m, 3, fresh_dials)))

# %% [markdown]
# Three different lists: the letter alone, and the letter in two seats. Without the seats, attention would see the earlier
# letters as things in a bag, without any order. You will try that at the end of this notebook.

# %% [markdown]
# ## MLP: listen, then think
#
# In attention the letters talk to one another. After a meeting, everybody goes back to their own desk and thinks about
# what they have heard. That is the second half of a block. Every letter does it alone, all with the same dials.
#
# It has three steps: **wide, bent, and narrow again.** A linear layer makes 64 numbers from the 16: these are 64 voters,
# each of which looks for something of its own. Then relu, the valve from 01, silences every voter whose vote is
# negative: "what I look for is not here". Then a second linear layer turns the 64 into 16 again, and so says what follows
# from what was found. As a formula:
#
# $$\text{mlp}(x) = \text{fc2} \cdot \text{relu}(\text{fc1} \cdot x)$$
#
# The name is short for [multilayer perceptron](../glossary.ipynb#MLP), which is an old word for "several layers of
# voters with a bend in between". At the end of 02 you saw why the bend must be there: without it the two layers would be
# no more than one.


# %%
def mlp(x, layer):
    """Return fc2 of relu of fc1 of x: wide, bent, and narrow again.

    With x = [1.0, -1.0], fc1 = [[1, 0], [0, 1]] and fc2 = [[5, 7]] the answer is [5.0].
    """
    ### BEGIN SOLUTION
    hidden = [value.relu() for value in linear(x, layer["fc1"])]
    return linear(hidden, layer["fc2"])
    ### END SOLUTION


# %% points=3
check(mlp)

# %% [markdown] hints="mlp"
# 1. Two linear layers with a bend in between.
# 2. The bend is `relu`, on every number that comes out of the first layer.
# 3. `hidden = [value.relu() for value in linear(x, layer["fc1"])]`, then one more `linear`.

# %% [markdown]
# What can a bend do that votes alone cannot? Here is the smallest case: one number in, two voters, one number out. The
# first voter is in favour of the number, the second against it, and at the end both are added up. **What comes out for
# −3, −1, 0 and 2?** Work it out on paper, then run the cell.


# %%
def as_dials(rows):
    return [[Value(number) for number in row] for row in rows]


def tiny_mlp(number, fc1, fc2):
    """Your mlp for a list with one number in it."""
    return mlp([Value(number)], {"fc1": as_dials(fc1), "fc2": as_dials(fc2)})[0].data


for tiny_number in (-3.0, -1.0, 0.0, 2.0):
    print(f"{tiny_number:4} becomes {tiny_mlp(tiny_number, fc1=[[1.0], [-1.0]], fc2=[[1.0, 1.0]]):4}")

# %% [markdown]
# The number without its sign. No linear layer can do that, since a vote that is for 2 is against −2. With two bends you
# have made a corner; with many bends you can make nearly any curve.
#
# The picture shows an MLP with four voters. Each of them is a ramp that begins somewhere, and the sum of ramps is a
# zigzag. Change the numbers in `zigzag` and run the cell again. **Can you make the curve flat on the right?**

# %% tags=["picture"]
from microgpt_ref.pictures import draw_slope


def zigzag(number):
    # Each voter sees two numbers, the number itself and a 1, so that its ramp can begin where it likes.
    seen = [Value(number), Value(1.0)]
    fc1 = as_dials([[1.0, 3.0], [1.0, 1.0], [1.0, -1.0], [1.0, -2.0]])  # ramps from -3, -1, 1 and 2
    fc2 = as_dials([[1.0, -2.0, 2.0, -2.0]])  # up, turn down, turn up, turn down
    return mlp(seen, {"fc1": fc1, "fc2": fc2})[0].data


draw_slope(zigzag, (-4, 4), "an MLP with four voters")

# %% [markdown]
# With −1.0 as the last number of `fc2` it is flat on the right: far out there all four ramps are open, with the slopes 1,
# −2, 2 and −1, and together these are 0.
# <!-- figure: 1 - 2 + 2 - 1 = 0 -->

# %% [markdown]
# ## Block: keep what you had
#
# Now attention and MLP are put together, and here comes a thought that made deep machines possible at all. Suppose each
# half of a block gave its answer *in place of* what it got. After a few blocks hardly anything of the letter would be
# left, as in the game in which a message is whispered from ear to ear.
#
# So they do it as careful people do with an important text: they leave the page as it is and write a note in the margin.
# The answer is **added** to what was there. Keeping what you had and adding to it is called a
# [residual connection](../glossary.ipynb#residual-connection).
#
# $$x \leftarrow x + \text{attention}(\text{norm}(x)) \qquad x \leftarrow x + \text{mlp}(\text{norm}(x))$$
#
# Each half reads a normalised copy, so that the volume is right, but its note goes to the page itself. And the plus has
# a second gift, on the way back. From 01 you know that a sum hands its blame to both children unchanged. So the blame
# has a straight road from the loss down to the embeddings, past every block.


# %%
def block(x, layer, keys, values, config):
    """Attend, then think. Each half works on a normalised copy and adds its answer to what was there.

    When all matrices of the layer are zeros, the answer is x itself.
    """
    ### BEGIN SOLUTION
    attended = multi_head_attention(rmsnorm(x), layer, keys, values, config)
    x = [new + old for new, old in zip(attended, x)]
    thought = mlp(rmsnorm(x), layer)
    return [new + old for new, old in zip(thought, x)]
    ### END SOLUTION


# %% points=4
check(block)

# %% [markdown] hints="block"
# 1. Twice the same pattern: normalise, work, add the result to what went in.
# 2. The second half starts from the *new* x, the one with the attention's answer already added.
# 3. `attended = multi_head_attention(rmsnorm(x), ...)`, then add x; `thought = mlp(rmsnorm(x), layer)`, then add x.

# %% [markdown]
# How much does one block of a fresh machine change? Measure the likeness of the list before and after it: the dot
# product of both at volume 1, divided by 16. It is 1 when two lists point the same way, 0 when they have nothing in
# common. **What do you expect, for dials that are small random numbers?** Guess, then run the cell.


# %%
from autograder.mygpt import dot


def likeness(one_list, other_list):
    """1 when both lists have the same pattern, 0 when they have nothing in common, -1 when they are opposite."""
    return dot(rmsnorm(one_list), rmsnorm(other_list)).data / len(one_list)


fresh_before = rmsnorm(embed(fresh_m, 2, fresh_dials))
fresh_after = block(fresh_before, fresh_dials["layers"][0], [], [], fresh_config)
print("likeness of before and after:", round(likeness(fresh_before, fresh_after), 3))

# %% [markdown]
# The letter is still there, with a small note in the margin. A fresh machine begins by changing little, and training
# decides what is worth writing down.

# %% [markdown]
# ## GPT: all of it
#
# The last piece puts the counters in a row. Embed the token at its position and set the volume to 1. Send the list
# through each block; every block has its own dials and its own two lists in the cache. At the end a linear layer,
# `lm_head`, has one voter for each of the 27 tokens, and its votes are the [logits](../glossary.ipynb#logit).
#
# One thing to notice: `gpt` reads **one** letter at a time. What was before that letter, it finds in the cache, and
# nowhere else. So whoever calls it for a whole name makes one new cache, and calls it for position 0, 1, 2 and so on.


# %%
def gpt(token, position, params, cache, config):
    """Return a score for each possible next token: embed, normalise, go through every block, then lm_head.

    cache holds for each layer a list of keys and a list of values; the blocks add to them.
    """
    ### BEGIN SOLUTION
    x = rmsnorm(embed(token, position, params))
    for layer, (keys, values) in zip(params["layers"], cache):
        x = block(x, layer, keys, values, config)
    return linear(x, params["lm_head"])
    ### END SOLUTION


# %% points=4
check(gpt)

# %% [markdown] hints="gpt"
# 1. Four stations: embed, rmsnorm, the blocks one after the other, and a last linear layer.
# 2. Each layer has its own pair of lists in the cache: `for layer, (keys, values) in zip(params["layers"], cache)`.
# 3. `x = block(x, layer, keys, values, config)` in that loop; `linear(x, params["lm_head"])` at the end.

# %% [markdown]
# ## Ask your machine
#
# The next cell asks your `gpt` what comes after a few letters. All dials are still random. **How will the 27 bars look,
# and how high will they be?** Write your guess down, then run the cell.

# %% tags=["picture"]
from microgpt_ref.pictures import draw_probabilities


def scores_after(beginning, dials, config):
    """What your gpt says after BOS and these letters: the logits for the next token."""
    table_so_far = new_cache(config)
    for place, number in enumerate(encode(beginning, fresh_letters)[:-1]):
        logits_here = gpt(number, place, dials, table_so_far, config)
    return logits_here


draw_probabilities(scores_after("jess", fresh_dials, fresh_config), fresh_letters)

# %% [markdown]
# All near 1/27, which is 3.7%: it knows nothing, and it says so. That is a good start. A machine that begins with strong
# opinions has to unlearn them first.
# <!-- figure: 100 / 27 = 3.7 -->
#
# Let it say its first words all the same. The cell draws a letter by these probabilities, hands it back to the machine
# as the next one to read, and goes on until BOS is drawn. (How that works is the topic of 06.) **What will the words of
# a machine look like that has learned nothing?**

# %%
from autograder.mygpt import softmax


def first_words(dials, rng, most=10):
    number, word, table_so_far = 26, "", new_cache(fresh_config)
    for place in range(most):
        shares = softmax(gpt(number, place, dials, table_so_far, fresh_config))
        number = rng.choices(range(27), weights=[share.data for share in shares])[0]
        if number == 26:
            break
        word += fresh_letters[number]
    return word


fresh_chance = random.Random(4)
print(", ".join(first_words(fresh_dials, fresh_chance) for _ in range(5)))

# %% [markdown]
# Nonsense, as promised, and yours. A word ends when BOS happens to be drawn, or after ten letters at the latest.
#
# Now the moment for which you have built all this. The fast engine of the kit is the same machine, written for speed. We
# let it train for 1,000 steps on the kit's own list of names, and copy its 4,192 numbers into *your* dials.
#
# Then we ask your `gpt` again, the very same functions as before. **What will it say after "jess"?** Guess the two
# highest bars.

# %% tags=["picture"]
from microgpt_ref import fast
from microgpt_ref.names import OWN_LIST, load_names


def trained_quickly(num_steps=1000):
    """The kit's own names, shuffled, and the dials of the fast engine after so many steps."""
    chance = random.Random(42)
    names = list(load_names(OWN_LIST).docs)
    chance.shuffle(names)
    quick = fast.init_params(27, fast.Config(), chance)
    for _ in fast.train(names[:-500], fresh_letters, quick, fast.Config(), num_steps):
        pass
    return names, quick


def borrowed_dials():
    """Dials for your gpt, in the positions that the fast engine has found."""
    dials = init_params(27, Config(), random.Random(1))
    for dial, number in zip(parameters(dials), trained_quickly()[1].data):
        dial.data = float(number)
    return dials


trained_dials = borrowed_dials()
draw_probabilities(scores_after("jess", trained_dials, fresh_config), fresh_letters)

# %% [markdown]
# Your code, and somebody else's dials: it knows what a name looks like. Try other beginnings: "q", "chr", "ann", "mari",
# and the beginning of your own name. In 05 you write the part that finds such dials.
#
# By the way, how good is it? In 00 you saw a loss: the mean surprise at the letters that really came. You write that in
# 05 too, and then you can measure it.

# %% [markdown]
# ## Break it on purpose
#
# Three ways to take something away from a machine that works. **Guess before each cell.**
#
# **First: no seats.** We set all of `wpe` to 0, and let the machine read "mar" and "amr". Both end in the same "r", and
# both have an "m" and an "a" before it. How different will its scores for the next letter be?


# %% tags=["experiment"]
def largest_difference(one_list, other_list):
    return max(abs(one.data - other.data) for one, other in zip(one_list, other_list))


def without_seats():
    dials = borrowed_dials()
    for row in dials["wpe"]:
        for dial in row:
            dial.data = 0.0
    return dials


for seats, seat_dials in (("with seats:   ", trained_dials), ("without seats:", without_seats())):
    after_mar = scores_after("mar", seat_dials, fresh_config)
    after_amr = scores_after("amr", seat_dials, fresh_config)
    print(seats, f"scores after 'mar' and 'amr' differ by at most {largest_difference(after_mar, after_amr):.6f}")

# %% [markdown]
# Without seats the machine cannot tell them apart. In 03 you saw why: to attention, what lies on the table is a bag of
# letters.
#
# **Second: an operation.** Take the trained machine, put one of its matrices to sleep by setting it to 0, and measure
# the loss on 500 names that it has not seen in its training. Then wake it up again and do the next. Knowing nothing
# would be 3.3, as in 00.
# <!-- figure: math.log(27) = 3.3 -->
#
# **Which part can it least do without, and which part will it hardly miss?** Put these in order: the descriptions of the
# letters, the seats, listening, thinking.


# %% tags=["experiment"]
def operate(num_steps=1000):
    names, quick = trained_quickly(num_steps)
    inside = quick["layers"][0]
    parts = {
        "the letters (wte)": quick["wte"],
        "the seats (wpe)": quick["wpe"],
        "listening (wo)": inside["wo"],
        "thinking (fc2)": inside["fc2"],
    }

    def loss_on_new_names():
        losses = [fast.sequence_loss(fast.encode(name, fresh_letters), quick, fast.Config()) for name in names[-500:]]
        return sum(losses) / len(losses)

    print(f"all awake:                 loss {loss_on_new_names():.3f}")
    for part, numbers in parts.items():
        awake = numbers.copy()
        numbers[:] = 0
        print(f"asleep: {part:18} loss {loss_on_new_names():.3f}")
        numbers[:] = awake


operate()

# %% [markdown]
# The letters matter most, and the seats come next. Even without the letters it is better than knowing nothing, because
# a machine that knows its seat knows how names begin and when they tend to end.
#
# And did you expect that listening and thinking would be missed so little? A machine first learns the plainest things:
# which letters are frequent, and which tend to follow which. To make use of more distant letters takes many more
# examples, and names are short. Try `operate(10000)`: the more it has learned, the more it misses listening.
#
# **Third: no margin.** Twelve blocks in a row, fresh and random. In one machine each half adds its answer to what was
# there; in the other it replaces it. After each block we measure the likeness with what went in. After how many blocks
# will the second machine have forgotten the letter?


# %% tags=["experiment"]
def block_without_margin(numbers, dials, config):
    numbers = multi_head_attention(rmsnorm(numbers), dials, [], [], config)
    return mlp(rmsnorm(numbers), dials)


def compare_margins(blocks=12):
    tall = Config(n_layer=blocks)
    dials = init_params(27, tall, random.Random(1))
    start = rmsnorm(embed(4, 0, dials))
    kept = replaced = start
    print("block   adding   replacing")
    for number, layer_dials in enumerate(dials["layers"], start=1):
        kept = block(kept, layer_dials, [], [], tall)
        replaced = block_without_margin(replaced, layer_dials, tall)
        print(f"{number:5} {likeness(start, kept):8.3f} {likeness(start, replaced):11.3f}")


compare_margins()

# %% [markdown]
# After a single block the second machine has lost the letter, and what it carries on is noise. The first one still knows
# it after twelve, with all the notes beside it.

# %% [markdown]
# ## What you have built so far
#
# | piece | what it does |
# |---|---|
# | `build_vocab`, `encode`, `decode` | letters to numbers and back |
# | `Value` and `backward` | numbers that remember, and everyone's blame |
# | `dot`, `linear`, `softmax`, `rmsnorm` | the four kinds of brick |
# | `multi_head_attention` | letters look back at one another |
# | `embed`, `mlp`, `block` | who and where, thinking, notes in the margin |
# | `gpt` | a letter in, 27 scores out |
#
# The forward pass is complete: the archer can shoot. What is missing is everything that comes after the shot: the miss,
# the advice in use, and the adjustment. That is [05 Training](../05_training/training.ipynb).
