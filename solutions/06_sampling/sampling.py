# %% [markdown]
# # 06 Sampling: one dial from boring to wild
#
# So far your machine has only judged: it was shown real names and was more or less surprised. Now it begins to write.
# Nothing new has to be learned for that. A machine that can say how probable each next letter is can also draw one, and
# then ask itself again.
#
# **What you will have at the end:** `sample`, which draws one letter, with a dial that goes from boring to wild; and
# `generate`, which draws letter after letter until the name is complete.

# %%
from autograder import check, hint

# %% tags=["given"]
from autograder.mygpt import decode, gpt, new_cache, softmax

# %% [markdown]
# ## One letter at a time
#
# Do you know the game in which a story is written by many people? Each of them reads what is there, adds one word and
# passes the sheet on. Nobody has a plan, and yet there is a story at the end. Our machine plays this game with itself: it
# reads the letters that are there, adds one, and reads again.
#
# | position | it reads | in the cache | it draws |
# |---|---|---|---|
# | 0 | BOS | nothing | m |
# | 1 | m | BOS | i |
# | 2 | i | BOS m | a |
# | 3 | a | BOS m i | BOS: the name is over |
#
# Its own words are fed back to it, and it cannot take back any of them. To draw from probabilities in this way is called
# [sampling](../glossary.ipynb#sampling). The chat programs of today write in the same manner: what looks like a thought is
# written one token at a time, and each token is drawn knowing only what stands before it.
#
# You need a machine that has learned something, so the next cell borrows dials from the fast engine, as in 04 and 05.
# In 07 they will be your own.

# %%
import random

from autograder import mygpt
from microgpt_ref import fast
from microgpt_ref.names import OWN_LIST, load_names

writer_letters = list("abcdefghijklmnopqrstuvwxyz")
writer_config = mygpt.Config()
writer_names = list(load_names(OWN_LIST).docs)


def trained_quickly():
    chance = random.Random(42)
    chance.shuffle(writer_names)
    quick = fast.init_params(27, fast.Config(), chance)
    for _ in fast.train(writer_names, writer_letters, quick, fast.Config(), 1000):
        pass
    return quick


def as_your_dials(quick):
    dials = mygpt.init_params(27, writer_config, random.Random(1))
    for dial, number in zip(mygpt.parameters(dials), quick.data):
        dial.data = float(number)
    return dials


writer_quick = trained_quickly()
writer_dials = as_your_dials(writer_quick)
print(len(mygpt.parameters(writer_dials)), "dials, trained on", len(writer_names), "names")

# %% [markdown]
# ## Drawing: a wheel of fortune
#
# Imagine a wheel with 27 sectors, one for each token, each as wide as its probability. Spin it, and where it stops, that
# is the next letter. A probable letter comes often, an improbable one seldom, and an impossible one never.
#
# Why not take the most probable letter every time? Because then there would be one name only: the same best first letter,
# after it the same best second letter, and so on. You will see that name at the end of this notebook. Chance is not a
# flaw here; it is where the variety comes from.
#
# ## Temperature: the dial
#
# Before the wheel is made, all scores are divided by a number $T$, the [temperature](../glossary.ipynb#temperature):
#
# $$p_i = \frac{e^{s_i / T}}{e^{s_1 / T} + e^{s_2 / T} + \dots}$$
#
# Think of a tray of marbles with hollows of different depth. If you hold it still, every marble ends in the deepest
# hollow that it can find. Shake it, and the marbles jump, also into shallow ones. The hotter, the more shaking.
#
# From 02 you know that only leads count. A letter that leads by one point is $e$, or 2.72, times as probable. Dividing by
# the temperature stretches or shrinks the leads:
#
# | temperature | a lead of 1 becomes | so the leader is this many times as probable |
# |---|---|---|
# | 0.1 | 10 | 22,026 |
# | 0.5 | 2 | 7.39 |
# | 1 | 1 | 2.72 |
# | 2 | 0.5 | 1.65 |
#
# <!-- figure: math.exp(10) = 22,026 -->
# <!-- figure: math.exp(2) = 7.39 -->
# <!-- figure: math.exp(1) = 2.72 -->
# <!-- figure: math.exp(0.5) = 1.65 -->
#
# At 1 the machine draws by its own probabilities, those that its training has found. Here is what it says after "mar".
# **Where must the slider stand for all bars to be nearly equal? And at 0.1, how many bars will you still see?** Guess,
# then move it.

# %% tags=["picture"]
from microgpt_ref.pictures import draw_probabilities


def scores_after(beginning):
    """What your gpt says after BOS and these letters: the logits for the next token."""
    table_so_far = new_cache(writer_config)
    for place, number in enumerate(mygpt.encode(beginning, writer_letters)[:-1]):
        logits_here = gpt(number, place, writer_dials, table_so_far, writer_config)
    return logits_here


draw_probabilities(scores_after("mar"), writer_letters)

# %% [markdown]
# Even at 3, the end of the slider, the bars are not all equal: for that the temperature would have to be infinite. And at
# 0.1 only two are left to be seen, those with the highest scores.
#
# ### Your first piece
#
# Python has the wheel already. `rng.choices(range(3), weights=[0.5, 0.3, 0.2])` draws one of 0, 1 and 2, each as often as
# its weight says, and hands it over in a list with one entry. `rng` is a source of chance, such as `random.Random(42)`:
# with the same number in the brackets the same things are drawn, so that what you see can be repeated.
#
# A temperature of 0 would mean to divide by 0, and a negative one would turn everything upside down. So your function
# refuses both: `raise ValueError("...")` stops with a message of your own.


# %%
def sample(logits, temperature, rng):
    """Draw one token: divide the logits by the temperature, make probabilities, and let rng.choices draw.

    With logits [0, 9] and temperature 0.1 the answer is 1, all but always. A temperature of 0 or below is a
    ValueError.
    """
    ### BEGIN SOLUTION
    if temperature <= 0:
        raise ValueError("the temperature must be above 0")
    probs = softmax([logit / temperature for logit in logits])
    return rng.choices(range(len(probs)), weights=[p.data for p in probs])[0]
    ### END SOLUTION


# %% points=4
check(sample)

# %% [markdown] hints="sample"
# 1. Refuse a temperature of 0 or below. Then three steps: divide, softmax, draw.
# 2. `rng.choices(range(n), weights=[...])` draws from the numbers 0 to n - 1 and gives a list with one entry.
# 3. The weights are plain numbers: `[p.data for p in probs]`. Take entry `[0]` of what `rng.choices` gives.

# %% [markdown]
# The cell draws 1,000 times what comes after "mar", with your function, and counts. **How often do you expect an "i", if
# its probability is p?** And how far off may chance be: by a few, or by hundreds? Write it down, then run the cell.


# %%
from collections import Counter


def count_draws(beginning, heat, draws=1000):
    logits_here = scores_after(beginning)
    chance = random.Random(3)
    counted = Counter(sample(logits_here, heat, chance) for _ in range(draws))
    shares = [share.data for share in softmax([score / heat for score in logits_here])]
    print(f"after {beginning!r} at temperature {heat}\nletter   expected   drawn")
    for number in sorted(range(27), key=lambda n: -shares[n])[:6]:
        shown = "BOS" if number == 26 else writer_letters[number]
        print(f"{shown:6} {draws * shares[number]:10.0f} {counted[number]:7}")


count_draws("mar", 1.0)

# %% [markdown]
# Close, and never quite the same: that is what drawing means. With a thousand draws, being off by ten or twenty is
# nothing unusual. Change the temperature in the last line to 0.5 and to 2, and try other beginnings.

# %% [markdown]
# ## A whole name
#
# Now put it into a loop. Begin with BOS and an empty cache. At each position ask `gpt`, draw a token, and let that be the
# token to read at the next position. Two things end the loop:
#
# - BOS is drawn: the machine says "I am done".
# - There are `block_size` letters, so no seat is left.
#
# At the end `decode` turns the tokens into text. Nobody tells the machine how long a name should be: when to stop is a
# thing it has learned, like any letter.


# %%
def generate(params, vocab, config, temperature, rng):
    """Invent one name: begin with BOS, feed each drawn token back in, stop at BOS or after block_size letters.

    Returns the name as a string, without BOS.
    """
    ### BEGIN SOLUTION
    bos = len(vocab)
    token, tokens, cache = bos, [], new_cache(config)
    for position in range(config.block_size):
        token = sample(gpt(token, position, params, cache, config), temperature, rng)
        if token == bos:
            break
        tokens.append(token)
    return decode(tokens, vocab)
    ### END SOLUTION


# %% points=4
check(generate)

# %% [markdown] hints="generate"
# 1. A loop over positions: ask the model, draw a token, feed it back in at the next position.
# 2. Begin with `token = len(vocab)`, which is BOS, an empty list and a new cache. When BOS is drawn, the name is over.
# 3. In the loop: `token = sample(gpt(token, position, params, cache, config), temperature, rng)`; stop at BOS, else
#    append. At the end `decode` the list.

# %% [markdown]
# Ten names, from your own code. **How many of them will stand in the list that it learned from?** Guess, then run the
# cell.

# %%
writer_chance = random.Random(9)
for _ in range(10):
    writer_name = generate(writer_dials, writer_letters, writer_config, 0.5, writer_chance)
    print(f"{writer_name:12} {'in the list' if writer_name in writer_names else 'new'}")

# %% [markdown]
# Most are new, and yet you would believe many of them. The machine does not keep the names of its list anywhere. It has
# 4,192 numbers, and the list has thousands of names: what it kept is what they have in common.
#
# Look over its shoulder while it writes. For each position you see its three best ideas and what was drawn. **Will it
# often take its best idea?** Guess, then run the cell, and run it with other numbers than 5.


# %%
def over_its_shoulder(heat, chance):
    number, word, table_so_far = 26, "", new_cache(writer_config)
    for place in range(writer_config.block_size):
        logits_here = gpt(number, place, writer_dials, table_so_far, writer_config)
        shares = [share.data for share in softmax([score / heat for score in logits_here])]
        best = sorted(range(27), key=lambda n: -shares[n])[:3]
        ideas = "  ".join(f"{'BOS' if n == 26 else writer_letters[n]} {shares[n]:.0%}" for n in best)
        number = sample(logits_here, heat, chance)
        print(f"{word or '(nothing yet)':15} {ideas:26} draws {'BOS' if number == 26 else writer_letters[number]}")
        if number == 26:
            return
        word += writer_letters[number]


over_its_shoulder(0.5, random.Random(5))

# %% [markdown]
# Every letter that it draws becomes a fact for the rest. An unlikely first letter does not stop it: it goes on from there
# as well as it can.

# %% [markdown]
# ## From boring to wild
#
# Now turn the dial: 0.1, 0.5, 1 and 2, eight names each. **What will the first row look like, and the last?** In which
# row will most names be new, and in which will they be longest? Write it down, then run the cell.

# %%
for writer_heat in (0.1, 0.5, 1.0, 2.0):
    writer_chance = random.Random(11)
    writer_row = [generate(writer_dials, writer_letters, writer_config, writer_heat, writer_chance) for _ in range(8)]
    print(f"{writer_heat}: {', '.join(writer_row)}")

# %% [markdown]
# (Are there two commas in a row? Between them is a name without letters: BOS was drawn at once.)
#
# And now in numbers. The next cell lets the fast engine write 300 names at each temperature, because that is many, and
# counts how many different ones there are, how many are new, and how long they are.


# %%
def count_names(*heats, count=300):
    known = set(writer_names)
    print("temperature   different    new   mean length")
    for heat in heats:
        chance = random.Random(1)
        written = [fast.generate(writer_quick, writer_letters, fast.Config(), heat, chance) for _ in range(count)]
        new, length = sum(name not in known for name in written), sum(map(len, written)) / count
        print(f"{heat:11} {len(set(written)):11} {new:6} {length:13.1f}")


count_names(0.1, 0.5, 1.0, 2.0)
print("in the list, the mean length is", round(sum(map(len, writer_names)) / len(writer_names), 1))

# %% [markdown]
# Cold, it says the same few names again and again; hot, it babbles, and it forgets to stop. At 1 the mean length comes
# nearest to that of the list, because there it draws by its own probabilities. There is no right temperature: whoever
# wants a safe answer turns it down, and whoever wants ideas turns it up.
#
# Did you notice that even at 1 many names look odd? Every letter that does not
# fit gets a small probability, but there are many such letters, and a name has several chances to slip. A lower
# temperature cuts them off. A longer training would help as well.

# %% [markdown]
# ## Break it on purpose
#
# **First: the ends of the dial.** What happens at 0, at 0.01, and at 100? Guess all three, then run the cell.


# %% tags=["experiment"]
def at_the_ends():
    for heat in (0, 0.01, 100):
        chance = random.Random(1)
        try:
            print(f"{heat}:", [generate(writer_dials, writer_letters, writer_config, heat, chance) for _ in range(4)])
        except ValueError as refused:
            print(f"{heat}: ValueError: {refused}")


at_the_ends()

# %% [markdown]
# At 0.01 you see the one name that always taking the best letter would give. To do that on purpose is called
# [greedy](../glossary.ipynb#greedy). At 100 all letters are nearly equal, and so is BOS: with a chance of about 1 in 27
# for an end, most of these words go on until the seats run out.
#
# **Second: its own words are not fed back.** Here the machine reads BOS at every position, whatever it has drawn. It
# still draws by good probabilities. What will the names look like?


# %% tags=["experiment"]
def without_feedback(heat, chance):
    word, table_so_far = "", new_cache(writer_config)
    for place in range(writer_config.block_size):
        number = sample(gpt(26, place, writer_dials, table_so_far, writer_config), heat, chance)
        if number == 26:
            return word
        word += writer_letters[number]
    return word


def names_without_feedback(count=8):
    chance = random.Random(1)
    return [without_feedback(0.5, chance) for _ in range(count)]


print(", ".join(names_without_feedback()))

# %% [markdown]
# The letters no longer know one another. What is left is what the seats alone can tell.
#
# **Third: put words into its mouth.** The fast engine can begin with letters of your choice. What will the machine make
# of a beginning that no name has, such as "qqq" or "zx"? Will it go on with nonsense, or will it find its way back?

# %% tags=["experiment"]
for writer_start in ("qqq", "zx", "bmw", "mar"):
    writer_chance = random.Random(2)
    writer_row = [
        fast.generate(writer_quick, writer_letters, fast.Config(), 0.5, writer_chance, writer_start) for _ in range(6)
    ]
    print(", ".join(writer_row))

# %% [markdown]
# It continues bravely: after a few letters the endings sound like names again, since it looks above all at the last
# letters. That is a strength, and a weakness as well. A machine that writes in this way never says "this beginning makes
# no sense"; it goes on, in the same tone, from whatever it is given. Remember it when a large one tells you something
# false with great confidence.

# %% [markdown]
# ## What you have built so far
#
# | piece | what it does |
# |---|---|
# | `build_vocab`, `encode`, `decode` | letters to numbers and back |
# | `Value` and `backward` | numbers that remember, and everyone's blame |
# | `dot`, `linear`, `softmax`, `rmsnorm` | the four kinds of brick |
# | `multi_head_attention`, `block`, `gpt` | a letter in, 27 scores out |
# | `sequence_loss`, `learning_rate`, `Adam.step` | the miss and the nudge |
# | `sample`, `generate` | a letter, and a name |
#
# That is all of it. Every part of a GPT now exists in your own words, but for one function of a few lines that ties
# together the parts of a training. You write it in [07 microgpt](../07_microgpt/microgpt.ipynb), and then you let the
# machine run: your machine, from random dials to names.
