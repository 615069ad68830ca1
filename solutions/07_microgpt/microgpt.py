# %% [markdown]
# # 07 microgpt: all of it, yours
#
# This is the day the machine runs. Every part of it lies ready, each of them written and tested by you. What is missing
# is one function of four lines that lets them work in turn.
#
# **What you will have at the end:** your own GPT, trained by your own code from random dials in well under a minute. You
# will have watched its loss fall and its letters drift across the board, you will have 20 names that it invented, and a
# table of experiments of your own. And you will know what separates it from the large ones.

# %%
from autograder import check, hint

# %% tags=["given"]
import gc
import random

from autograder.mygpt import Adam, Config, build_vocab, encode, generate, init_params
from autograder.mygpt import learning_rate, parameters, sequence_loss

# %% [markdown]
# The lines above say whose pieces you are about to run. Whatever is lent can be written later; the machine works either
# way.
#
# ## The engine's four strokes
#
# A petrol engine does four things in turn, hundreds of times a minute: it takes in fuel, compresses it, lets it explode,
# and pushes out what is left. Each stroke prepares the next one, and none of them moves the car alone. The engine of
# training has four strokes as well, and one name is the fuel for one turn.
#
# | stroke | what happens | the archer | your piece |
# |---|---|---|---|
# | 1. **guess** | the name goes in letter by letter, scores come out | the shot | `gpt`, in `sequence_loss` |
# | 2. **measure** | how surprised was it by the letters that came? | the miss | `cross_entropy`, in `sequence_loss` |
# | 3. **blame** | from the loss back to every dial | the advice | `backward` |
# | 4. **nudge** | every dial a little against its blame, and all blame back to 0 | the adjustment | `Adam.step` |
#
# That is all that training is, here and in the largest machines. The next function is one turn of the engine. Strokes 1
# and 2 are one call, since `sequence_loss` makes the guesses itself.


# %%
def train_step(tokens, params, optimizer, rate, config):
    """Learn from one name: compute its loss, send the blame back, nudge. Return the loss, a plain number.

    On a new model with 27 tokens the first loss is near ln 27, about 3.3.
    """
    ### BEGIN SOLUTION
    loss = sequence_loss(tokens, params, config)
    loss.backward()
    optimizer.step(rate)
    return loss.data
    ### END SOLUTION


# %% points=10
check(train_step)

# %% [markdown] hints="train_step"
# 1. The three strokes that you have written: wrong by how much, whose fault, nudge.
# 2. `sequence_loss`, then `.backward()` on what it gives, then `optimizer.step`.
# 3. The loss is a Value; its `.data` is the plain number to return.

# %% [markdown]
# Let it turn three times by hand, with a fresh machine and the same name each time. **What will the three losses be
# like?** The first one you can nearly say to a digit. Write your guess down, then run the cell.


# %%
def three_turns(name="emma"):
    config = Config()
    params = init_params(27, config, random.Random(42))
    adam = Adam(parameters(params))
    tokens = encode(name, list("abcdefghijklmnopqrstuvwxyz"))
    return [train_step(tokens, params, adam, 0.01, config) for _ in range(3)]


print([round(number, 3) for number in three_turns()])

# %% [markdown]
# The first loss is near ln 27 = 3.30, knowing nothing. Then it falls, because the machine is shown the same name again.
# <!-- figure: math.log(27) = 3.30 -->
#
# ## The whole training
#
# `train` is given. It makes an Adam for all the dials, then takes one name after the other. When it has used all of
# them, it begins again from the front: that is what `step % len(docs)` does.
#
# There is one word in it that you may not know. `yield` hands out a loss and then **waits** until somebody asks for the
# next one. So `train` does not run off by itself. Whoever watches it decides when the next step is made, and may stop at
# any time.
#
# The two lines with `gc` are about speed: they tell Python not to look for rubbish in the middle of a step. And `main` is
# for later, when all your pieces stand in one file of their own.


# %% tags=["given"]
def train(docs, vocab, params, config, num_steps):
    """Learn from one doc a step, and yield the loss of each."""
    optimizer = Adam(parameters(params))
    for step in range(num_steps):
        tokens = encode(docs[step % len(docs)], vocab)
        gc.disable()  # a step's numbers are freed when it ends; searching them for garbage wastes time
        try:
            loss = train_step(tokens, params, optimizer, learning_rate(step, num_steps), config)
        finally:
            gc.enable()
        yield loss


def main(path, num_steps=1000, temperature=0.5, seed=42):
    """Train on a file with one name a line, then invent 20 names."""
    rng = random.Random(seed)
    with open(path, encoding="utf-8") as file:
        docs = [line.strip() for line in file if line.strip()]
    rng.shuffle(docs)
    vocab, config = build_vocab(docs), Config()
    params = init_params(len(vocab) + 1, config, rng)
    print(f"{len(docs)} names, {len(vocab)} letters, {len(parameters(params))} parameters")
    for step, loss in enumerate(train(docs, vocab, params, config, num_steps), start=1):
        print(f"step {step:4} of {num_steps}   loss {loss:.4f}", end="\r" if step % 100 > 1 else "\n")
    for _ in range(20):
        print(generate(params, vocab, config, temperature, rng))


# %% [markdown]
# ## The board, before the game
#
# Read the list of names, shuffle it, make a fresh machine. If you have fetched the full list with `microgpt names --full`
# in a terminal, it is used here; otherwise the kit's own.

# %%
from microgpt_ref.names import describe, load_names

my_list = load_names()
my_rng = random.Random(42)
my_names = list(my_list.docs)
my_rng.shuffle(my_names)
my_vocab, my_config = build_vocab(my_names), Config()
my_params = init_params(len(my_vocab) + 1, my_config, my_rng)

print(f"{describe(my_list)}, {len(my_vocab)} letters, {len(parameters(my_params))} dials")

# %% [markdown]
# Each letter has an [embedding](../glossary.ipynb#embedding), 16 numbers that say where it stands. Nobody can draw 16
# directions. But think of the letters as chess pieces in a large hall: you may choose from where to look, and from a
# good place you see most of how they stand. The picture chooses the two directions in which they differ most, and calls
# what it sees the board.
#
# **Before the first move:** all dials are random. Will you see any order? And which letters do you expect to stand
# together after 1,000 moves? Write it down, then run the cell.

# %% tags=["picture"]
from microgpt_ref.pictures import draw_board

draw_board([(0, my_params["wte"])], my_vocab)

# %% [markdown]
# Heaps of chance. Now let them play.
#
# ## Let it learn
#
# The next cell is the one that you have worked for. It makes a fresh machine and an empty diary, and runs your `train`
# for 1,000 steps. While it runs you see a bar with the time left and the loss as a curve. The diary keeps the loss of
# each step and, after every 20 steps, where the letters stood.
#
# You may stop it: press the button with the square, ■, at the top of this notebook. It ends the step that is under way,
# and what the machine has learned up to then is kept. And if the loss is not a number any more, or does not fall, the
# watcher stops by itself and says at which exercise to look.
#
# **Where will the thick line be at the end, and at which step will most of the way down be done?** Write both down, then
# run the cell and watch.

# %%
from autograder.learn.live_training import Diary, watch_training

my_rng = random.Random(42)
my_names = list(my_list.docs)
my_rng.shuffle(my_names)
my_params = init_params(len(my_vocab) + 1, my_config, my_rng)
my_diary = Diary()

my_training = train(my_names, my_vocab, my_params, my_config, 1000)  # it waits to be asked
watch_training(my_training, 1000, my_params, my_diary)

# %% [markdown]
# That was your code, each line of it. Most of the way down is done in the first hundred steps or so: that is when it
# learns which letters are frequent and how names end. After that it gets better slowly, and the single names jump about
# as you know them to. On the kit's own list the mean of the last 100 losses is about 2.5, on the full list about 2.3.
#
# Is it really the same machine as the fast engine of the kit, with which you have played since 00? Compare the losses,
# step by step. **How large will the largest difference be?**


# %%
from microgpt_ref import fast


def compare_with_the_fast_engine(losses):
    chance, names = random.Random(42), list(my_list.docs)
    chance.shuffle(names)
    quick = fast.init_params(len(my_vocab) + 1, fast.Config(), chance)
    pairs = list(zip(losses, fast.train(names, my_vocab, quick, fast.Config(), 1000)))
    difference = max((abs(yours - its) for yours, its in pairs), default=0.0)
    print(f"{len(pairs)} losses compared; the largest difference is {difference:.1g}")


compare_with_the_fast_engine(my_diary.losses)

# %% [markdown]
# A handful of millionths of a billionth: the two add up in a different order, and the last digit is rounded differently.
# A few thousand dials, a thousand steps, two programs that have hardly a line in common, and they agree. So in the
# experiments below the fast engine may stand in for yours.

# %% [markdown]
# ## The board, move by move
#
# Now look at where the letters went. The slider goes through the diary, and the button plays it. The directions are
# those in which the letters differ most *at the end*, so the board stays as it is and only the letters move. **Follow
# one letter that you like. Does it go straight, or does it change its mind?**

# %% tags=["picture"]
draw_board(my_diary.board, my_vocab)

# %% [markdown]
# Most drift apart: to be told from one another, letters need distance. But not all need the same. On the kit's own list
# the vowels stay together, while the consonants move away from them, since after any vowel similar things come. Nobody
# told the machine what a vowel is, and nothing in its program says so.
#
# The picture shows two directions of 16, so some that look close are not. The next cell measures with all 16: how many
# pairs of letters came closer, which one most of all, and which other letter is nearest to each at the end. **Who will be
# the neighbour of "a"?** Guess, then run the cell.


# %%
def gap(rows, one, other):
    """How far two letters stand apart, by all the numbers of their embeddings."""
    return sum((a - b) ** 2 for a, b in zip(rows[one], rows[other])) ** 0.5


def measure_the_board(board, vocab):
    first, last, shown = board[0][1], board[-1][1], [*vocab, "BOS"]
    numbers = range(len(shown))
    change = {(a, b): gap(last, a, b) - gap(first, a, b) for a in numbers for b in numbers if a < b}
    closer = [pair for pair in change if change[pair] < 0]
    print(f"{len(change)} pairs of letters, of which {len(closer)} came closer to one another")
    if closer:
        a, b = min(closer, key=change.get)
        print(f"most of all {shown[a]} and {shown[b]}: from {gap(first, a, b):.2f} to {gap(last, a, b):.2f}")
    nearest = {a: min((b for b in numbers if b != a), key=lambda b: gap(last, a, b)) for a in numbers}
    print("nearest:", ", ".join(f"{shown[a]} → {shown[b]}" for a, b in nearest.items()))


measure_the_board(my_diary.board, my_vocab)

# %% [markdown]
# And here is the hall in three dimensions. Take it with the mouse and turn it: the same letters, seen from where you
# like.

# %% tags=["picture"]
draw_board(my_diary.board, my_vocab, dimensions=3)

# %% [markdown]
# ## Twenty names
#
# Now let it write, with your `generate`, at the temperature 0.5. **How many of the 20 will be new, that is, not in the
# list? And how many would you believe?** Write two numbers down, then run the cell.


# %%
def invent(count=20, temperature=0.5):
    known, chance = set(my_names), random.Random(42)
    invented = [generate(my_params, my_vocab, my_config, temperature, chance) for _ in range(count)]
    print("\n".join(name if name in known else f"{name} (new)" for name in invented))
    print(f"\n{sum(name not in known for name in invented)} of {count} are new")


invent()

# %% [markdown]
# Read them aloud. A few thousand sums, each of which you understand, and out come names that nobody has given to anyone.
# Run the cell with `invent(temperature=1.0)`, too. Which would you choose for a character in a story?

# %% [markdown]
# ## Experiments
#
# You own the machine, so take it apart. Each of the next cells trains a model from the same start, with one thing
# changed, and adds a row to a table. The fast engine does it, most of the time in less than a second. The loss is
# measured on names that the model was not shown, up to 500 of them, so that learning by heart does not count.
#
# A good experiment begins with a guess. **For each cell, write down first whether the loss will be lower or higher than
# in the first row, and why.**

# %%
from microgpt_ref.experiments import ExperimentTable

my_table = ExperimentTable(my_names)
my_table.run("as it is")

# %% [markdown]
# **Wider.** Each letter gets 32 numbers instead of 16, which makes 14,528 dials out of 4,192. How much better will it
# be?
# <!-- figure: (27 + 16 + 27) * 32 + 12 * 32**2 = 14,528 -->

# %% tags=["experiment"]
my_table.run("width 32", Config(n_embd=32))

# %% [markdown]
# **Narrower.** And with 4 numbers for each letter, in a machine with 472 dials?
# <!-- figure: (27 + 16 + 27) * 4 + 12 * 4**2 = 472 -->

# %% tags=["experiment"]
my_table.run("width 4", Config(n_embd=4))

# %% [markdown]
# **Longer.** The machine as it is, but 2,000 steps.

# %% tags=["experiment"]
my_table.run("2000 steps", num_steps=2000)

# %% [markdown]
# On the kit's own list, more dials bring nothing: with 1,000 names to learn from, 16 numbers for a letter are enough, and
# even 4 do surprisingly well. More steps help. It is no use to give a larger notebook to someone who has no time to read.
#
# Is size good for nothing, then? It pays off with more time, and with smaller nudges: many dials that all leap at once
# leap too far. The next two cells give both machines 5,000 steps, and the wide one a quarter of the learning rate.

# %% tags=["experiment"]
my_table.run("5000 steps", num_steps=5000)

# %% tags=["experiment"]
my_table.run("width 32, small steps", Config(n_embd=32), num_steps=5000, learning_rate=0.0025)

# %% [markdown]
# Now the wide one is ahead. So it was no law of nature that spoke in the first experiment, but the way we trained. Those
# who build large machines spend much of their time on such questions.
#
# **Temperature.** The same training, drawn from at 0.1, 1 and 2. What will happen to the loss? (A trap.)

# %% tags=["experiment"]
my_table.run("temperature 0.1", temperature=0.1)
my_table.run("temperature 1", temperature=1.0)
my_table.run("temperature 2", temperature=2.0)

# %% [markdown]
# The loss stays what it was to the last digit, since the temperature changes nothing in the machine. It is only about how
# we draw.
#
# **Your own list.** Put in whatever you like: villages, dishes, dinosaurs, the names of your class. A few dozen are
# enough to play, and hundreds are better. Capital letters count as letters of their own. What will the machine make of
# it, if the list is as short as this one?

# %% tags=["experiment"]
my_own_words = """
    monday tuesday wednesday thursday friday saturday sunday
    january february march april may june july august september october november december
    spring summer autumn winter morning noon afternoon evening night midnight today tomorrow yesterday
"""

my_table.run("days and months", docs=my_own_words.split(), temperature=1.0)

# %% [markdown]
# From so short a list it learns much by heart: many of its inventions stand in the list. What does the loss on the words
# that it was not shown tell you? You have met this in 05. For a list in a file, one entry a line, write
# `docs=load_names("my_list.txt").docs`.
#
# Other things to try: `Config(n_layer=2)`, `Config(n_head=1)`, `Config(block_size=4)`, `num_steps=10000`. The next cell is
# yours.

# %% tags=["experiment"]
my_table.run("one head", Config(n_head=1))

# %% [markdown]
# ## Break it on purpose
#
# **First: an engine without its fourth stroke.** It guesses, it measures, it sends back the blame, and nobody turns a
# dial. What will the watcher say, and after how many steps?


# %% tags=["experiment"]
small_config = Config(n_embd=4, n_head=1)  # a small machine, so that it does not take long


def train_without_nudges(names, dials):
    for name in names:
        miss = sequence_loss(encode(name, my_vocab), dials, small_config)
        miss.backward()
        yield miss.data


def watch_without_nudges(num_steps=300):
    dials, diary = init_params(len(my_vocab) + 1, small_config, random.Random(42)), Diary()
    try:
        watch_training(train_without_nudges(my_names, dials), num_steps, dials, diary)
    except Exception as trouble:
        print(trouble)


watch_without_nudges()

# %% [markdown]
# The curve lies on the line of knowing nothing, and the watcher has looked at the dials themselves to find out why.
#
# **Second: strokes 3 and 4 in the wrong order.** Here the nudge comes first, by the blame that the *last* name left
# behind, and the new blame is sent back afterwards. Will it learn at all? Write your guess down: it is the most
# surprising experiment of this notebook.


# %% tags=["experiment"]
def train_with_old_news(names, dials, num_steps):
    adam = Adam(parameters(dials))
    for number, name in enumerate(names[:num_steps]):
        miss = sequence_loss(encode(name, my_vocab), dials, small_config)
        adam.step(learning_rate(number, num_steps))
        miss.backward()
        yield miss.data


def compare_orders(num_steps=300):
    right, old = (init_params(len(my_vocab) + 1, small_config, random.Random(42)) for _ in range(2))
    by_right_order = list(train(my_names, my_vocab, right, small_config, num_steps))
    by_old_news = list(train_with_old_news(my_names, old, num_steps))
    for order, found in (("blame, then nudge: ", by_right_order), ("nudge by old blame:", by_old_news)):
        print(f"{order} loss {sum(found[:50]) / 50:.2f} in the first 50 steps, {sum(found[-50:]) / 50:.2f} in the last")


compare_orders()

# %% [markdown]
# It learns nearly as well as with the right order. The advice is one name old, and good advice keeps for a while. So here
# is a wrong program whose loss falls, and nobody would find the mistake in the curve. That is why the checks of this
# course look at more than the loss.

# %% [markdown]
# ## The same algorithm at another scale
#
# What is the difference between your machine and the one behind ChatGPT? In the strokes of the engine, none. Letters, or
# pieces of words, become numbers; they look back at one another, think, and predict the next; the miss is sent back as
# blame, and an optimiser of Adam's family nudges the dials. What is different is everything around it.
#
# | | yours | a large one |
# |---|---|---|
# | tokens | 27: letters and BOS | tens of thousands of pieces of words, found by counting what is frequent |
# | dials | 4,192 | many billions |
# | blocks | 1 | dozens, or about a hundred |
# | what it can look back at | 16 tokens | hundreds of pages |
# | examples | one list of names | a large part of what people have written and published |
# | one step | one name | thousands of texts at once, the blame averaged: a [batch](../glossary.ipynb#batch) |
# | works on | one core of your computer | thousands of processors, for weeks or months |
# | after that | nothing | a second schooling, from examples of good answers and from people's judgement |
#
# The last row is why one can talk with it. What comes out of training alone continues any text in the style of the text,
# as yours continues names. To make an assistant of it, the training goes on with conversations, and then with answers
# that people (or other machines) have compared and rated. This is called [fine-tuning](../glossary.ipynb#fine-tuning),
# and its strokes are again the same four.
#
# There are refinements, too: other ways to say where a token sits, other shapes of the thinking part, ways to save memory
# in the cache, permission to use a calculator or a search engine. They make it better or cheaper. None of them replaces
# an idea that you have met.
#
# In 04 you counted dials. In 2020 a model named GPT-3 was published together with its measurements: 50,257 tokens, 2,048
# seats, 12,288 numbers for each token, 96 blocks. **How many dials does your formula give?** (Its makers say 175 billion.)
# Guess how many times your machine that is, then run the cell.


# %%
def count_dials(letters, seats, width, blocks):
    return (2 * letters + seats) * width + blocks * 12 * width**2


gpt3_dials = count_dials(letters=50_257, seats=2_048, width=12_288, blocks=96)
print(f"yours: {count_dials(27, 16, 16, 1):,} dials")
print(f"GPT-3: {gpt3_dials:,} dials, {gpt3_dials // count_dials(27, 16, 16, 1):,} times as many")

# %% [markdown]
# Your formula says 175 billion as well. (GPT-3 uses one matrix both to describe tokens and to predict them, and has a few
# small extras; that changes the later digits.) So complete is your machine: nothing large is missing in it.
# <!-- figure: round(((2 * 50257 + 2048) * 12288 + 96 * 12 * 12288**2) / 1e9) = 175 -->
#
# ## Where to go next
#
# - **Your GPT as a program.** In a terminal, `microgpt assemble` writes `mygpt.py`: all your pieces in one file that needs
#   nothing but Python. Run it with `python mygpt.py names.txt`, and give it to a friend.
# - **More names.** `microgpt names --full` fetches a list of 32,033 names; `microgpt train` and `microgpt generate` train
#   on any list, for as long as you like, and can stop and go on later.
# - **How it gets fast.** `microgpt_ref/fast.py` is the same machine in NumPy, a library for tables of numbers, with every
#   gradient worked out by hand. You know what it does, so you can read how.
# - **The tools of the trade.** PyTorch and JAX are autograd for tables of numbers. Write your GPT once more in one of
#   them: `Value` comes with it, and `dot` becomes a single `@`.
# - **Pieces of words.** Replace `build_vocab` by something that joins frequent pairs of letters into one token, and see
#   what it does to the loss of a name and to its length.
# - **The paper.** "Attention Is All You Need" appeared in 2017. Read it now. You will recognise more than you expect.
#
# ## What you have built
#
# | piece | what it does |
# |---|---|
# | `build_vocab`, `encode`, `decode` | letters to numbers and back |
# | `Value`, `backward` | numbers that remember, and everyone's blame |
# | `dot`, `linear`, `softmax`, `rmsnorm` | likeness, votes, probabilities, volume |
# | `attention_weights`, `attend`, `multi_head_attention` | which earlier letters matter |
# | `embed`, `mlp`, `block`, `gpt` | who and where, thinking, keeping what you had, the whole |
# | `cross_entropy`, `sequence_loss` | wrong by how much |
# | `learning_rate`, `Adam.step` | the nudge |
# | `sample`, `generate` | the names |
# | `train_step` | four strokes |
#
# A complete GPT, with nothing hidden in it. You may say that you wrote one.
#
# ## In your own words
#
# One last thing, and it is for a person to read, not for a check. A friend looks over your shoulder, sees the 20 names,
# and asks: **"So does this machine know what a name is?"** Answer in 150 to 300 words. A good answer does these three
# things.
#
# 1. It says what the machine has learned and where in it that is to be found, with at least one thing that you saw in
#    this notebook: on the board, in the curve, or among the names.
# 2. It tells of one of your experiments: what you expected, what came out, and why you think it did.
# 3. It names something that this machine can never learn as it is built, and says what you would change.
#
# There is no single right answer. What counts is that your reasons fit together and that they rest on what you saw.
# Double-click on the cell below, write, and press Shift+Enter.

# %% [markdown] tags=["written"] points=5
# Write here, in your own words: ...
