# %% [markdown]
# # 03 Attention: which earlier letters matter?
#
# What comes after "n"? It depends. In "ann" it may be an "a" or the end of the name; in "mn", hardly anything makes
# sense. Whoever sees one letter at a time cannot know. So each letter must be able to look back at the ones before
# it and ask: which of you matter to me?
#
# **What you will have at the end:** three short functions that do exactly this. `attention_weights` decides who gets
# how much attention, `attend` collects what they have to say, and `multi_head_attention` does it through several
# lenses at once. Together they are [attention](../glossary.ipynb#attention), the heart of every GPT.

# %%
from autograder import check, hint

# %% tags=["given"]
from dataclasses import dataclass

from autograder.mygpt import dot, linear, softmax

# %% [markdown]
# ## Look before you build
#
# The next cell trains the finished GPT once more, as in 00, and then looks inside while it reads a name. You see four
# squares. In each, a **row** is a letter that reads, and a **column** is a letter that it can look at. The brighter
# the field, the more attention goes there, and the numbers in a row add up to 1.
#
# **Before you run it:** the first row belongs to BOS, the token in front of the name, and nothing comes before that.
# What number must stand there? And which half of each square will be empty, and why? Write it down, then run the
# cell. Then put in other names; your own is a good one, in small letters.

# %% tags=["picture"]
import random

from microgpt_ref import fast
from microgpt_ref.model import Model
from microgpt_ref.names import load_names
from microgpt_ref.pictures import draw_attention


def trained_gpt(num_steps=1000):
    """The finished GPT, trained as in 00."""
    rng = random.Random(42)
    names = list(load_names().docs)
    rng.shuffle(names)
    vocab, config = fast.build_vocab(names), fast.Config()
    params = fast.init_params(len(vocab) + 1, config, rng)
    for _ in fast.train(names, vocab, params, config, num_steps):
        pass
    return Model(params, vocab, config)


reader = trained_gpt()
draw_attention("marina", reader)

# %% [markdown]
# BOS can look at nothing but itself, so it gives itself all its attention: 1. And the upper right half of each square
# is empty, because a letter can look at itself and at what came before, never at what is still to come.
#
# The four squares are the four lenses, called heads. Do they look alike? In some rows the attention is spread nearly
# evenly, in others one letter gets most of it. Nobody told them whom to look at: that was learned, dial by dial.
#
# How many heads there are is one of the measurements of a machine, like the number of letters that it can read. They
# are kept together in a `Config`, which is given. `@dataclass` saves us writing an `__init__`: `Config()` has the
# numbers that stand below, `Config(n_head=2)` has another number of heads, and `frozen=True` means that nobody changes
# one by accident. What `head_dim` is for, you will see with the third piece; thanks to `@property` it is written
# `config.head_dim`, without brackets.


# %% tags=["given"]
@dataclass(frozen=True)
class Config:
    """The measurements of a model."""

    n_layer: int = 1  # blocks on top of each other
    n_embd: int = 16  # numbers that describe one letter
    n_head: int = 4  # lenses in each attention
    block_size: int = 16  # letters that it can look at

    @property
    def head_dim(self):
        return self.n_embd // self.n_head


# %% [markdown]
# ## Question, label, content
#
# Imagine a library. You come in with a **question**. On the back of each book is a **label** that says what it is
# about, and inside is its **content**. You hold your question against each label and see how well they fit. Then you
# go home with a mixture: a lot from the books that fit well, a little from those that fit a little.
#
# In a GPT each letter is a visitor and a book at once. It is described by a list of 16 numbers, which we call `x`;
# where these come from is a story for 04. From its `x` each letter makes three more lists, each with a linear layer
# of its own:
#
# | list | what it is | in the library | made with the matrix |
# |---|---|---|---|
# | [query](../glossary.ipynb#query) | what am I looking for? | the question | `wq` |
# | [key](../glossary.ipynb#key) | what am I about? | the label | `wk` |
# | [value](../glossary.ipynb#value) | what do I hand over to whoever looks at me? | the content | `wv` |
#
# Why three, and not `x` itself for everything? Because what you are looking for is seldom what you are yourself. A
# vowel may be looking for a consonant.
#
# (One word, two things: a `Value` with a capital letter is a number that remembers. A value in attention is a list of
# such numbers, the content of one letter. Both names are the usual ones.)

# %% [markdown]
# ## Who gets how much: attention weights
#
# How well does a question fit a label? You have the tool: the dot product measures how alike two lists are. So each
# key gets a score, the dot product of the query with it. And how do scores become shares that add up to 1? You have
# that tool, too: softmax. As a formula, for key number $i$, where $d$ is the length of the query:
#
# $$\text{score}_i = \frac{q \cdot k_i}{\sqrt{d}} \qquad \text{weights} = \text{softmax}(\text{scores})$$
#
# The shares are called [attention weights](../glossary.ipynb#attention-weight). Unlike the weights in a matrix they
# are no dials: they are worked out anew for each letter.
#
# ### What is the √d doing there?
#
# A dot product of long lists has many products to add up, some positive, some negative. Most of them cancel, but not
# all: with 4 times as many products the sum is typically 2 times as large, with 16 times as many it is 4 times as
# large. That is the root of the length. So long lists give large scores for no good reason, and with large scores
# softmax gives nearly everything to the best one. Dividing by the root of $d$ takes out what the length has put in.
#
# The cell below makes random queries and keys of four lengths, measures how large their dot products typically are,
# and lets 10 keys compete. **What share will the best of 10 get, with lists of 4 and with lists of 256?** Write your
# guess down. It would be at least 0.10, even if all were equal.
# <!-- figure: 1 / 10 = 0.10 -->


# %%
import math


def best_share(competing):
    highest = max(competing)
    return 1 / sum(math.exp(score - highest) for score in competing)


def with_and_without_root(length, contests=200):
    rng = random.Random(0)
    products = []
    for _ in range(10 * contests):
        products.append(sum(rng.gauss(0, 1) * rng.gauss(0, 1) for _ in range(length)))
    typical = (sum(product**2 for product in products) / len(products)) ** 0.5
    groups = [products[start : start + 10] for start in range(0, len(products), 10)]
    without = sum(best_share(group) for group in groups) / contests
    divided = sum(best_share([score / length**0.5 for score in group]) for group in groups) / contests
    print(f"{length:6} {length**0.5:6.0f} {typical:14.2f} {without:19.2f} {divided:13.2f}")


print("length   root   typical size   best, not divided   best, divided")
for some_length in (4, 16, 64, 256):
    with_and_without_root(some_length)

# %% [markdown]
# Not divided, the best of 10 takes nearly everything when the lists are long, and the other nine get next to nothing.
# That would be bad for learning: who gets no attention gets no blame, and who gets no blame never improves. Divided,
# the length makes no difference.
#
# To be honest about our own machine: its heads work with lists of 4, where the root is 2, and at that size it learns
# about as well without. But it costs nothing, and you would not want to find out later.
#
# ### Your first piece
#
# Work out the example by hand first. The query is [2, 0, 0, 0]; the keys are [1, 0, 0, 0] and [0, 1, 0, 0]. The dot
# products are 2 and 0, divided by √4 they are 1 and 0, and softmax of these gives 0.73 and 0.27.
# <!-- figure: softmax([Value(1.0), Value(0.0)])[0].data = 0.73 -->
# <!-- figure: softmax([Value(1.0), Value(0.0)])[1].data = 0.27 -->


# %%
def attention_weights(query, keys):
    """Return how much of the attention each key gets: softmax of query · key / √(length of the query).

    With one key the answer is [1.0]. With query [2, 0, 0, 0] and keys [1, 0, 0, 0] and [0, 1, 0, 0] it is about
    [0.73, 0.27].
    """
    ### BEGIN SOLUTION
    return softmax([dot(query, key) / len(query) ** 0.5 for key in keys])
    ### END SOLUTION


# %% points=5
check(attention_weights)

# %% [markdown] hints="attention_weights"
# 1. First a score for each key, then probabilities from the scores.
# 2. The score is the dot product of query and key, divided by the square root of their length.
# 3. `softmax` of a list with `dot(query, key) / len(query) ** 0.5` for each key.

# %% [markdown]
# Three keys: one that points where the query points, one that has nothing to do with it, one that points the other
# way. **Who gets more than a third? Who gets 0?** Decide, then run the cell.

# %%
from autograder.mygpt import Value


def as_values(numbers):
    return [Value(number) for number in numbers]


def as_numbers(some_values):
    return [round(number.data, 3) for number in some_values]


asked = as_values([2.0, 0.0, 0.0, 0.0])
labels = [as_values([2.0, 0, 0, 0]), as_values([0, 2.0, 0, 0]), as_values([-2.0, 0, 0, 0])]
print(as_numbers(attention_weights(asked, labels)))

# %% [markdown]
# Nobody gets 0, not even the opposite: softmax never says never. A little attention always remains, and with it a
# little blame, so that even those who are overlooked can learn to be seen.

# %% [markdown]
# ## What do they say: attend
#
# Now the contents. The answer is a mixture of the values, as you mix paints: of each as much as its share. If the
# shares are 0.73 and 0.27, the first number of the answer is 0.73 times the first number of the first value plus 0.27
# times that of the second; and so on for the second number, and the third.
#
# $$\text{answer} = w_1 v_1 + w_2 v_2 + \dots$$
#
# Write the values one below the other, as a table. Then each number of the answer is the dot product of the shares
# with one *column* of the table. In Python, `zip(*values)` gives the columns: all the first numbers, then all the
# second numbers, and so on.


# %%
def attend(query, keys, values):
    """Return the mixture of the values, each taken as much as its key gets attention.

    With equal keys and values [1, 2] and [3, 6] the answer is [2, 4].
    """
    ### BEGIN SOLUTION
    weights = attention_weights(query, keys)
    return [dot(weights, column) for column in zip(*values)]
    ### END SOLUTION


# %% points=4
check(attend)

# %% [markdown] hints="attend"
# 1. The answer is as long as one value. Each of its numbers is a weighted average down one column of the values.
# 2. `zip(*values)` gives the columns: all first numbers, all second numbers, and so on.
# 3. First `weights = attention_weights(query, keys)`, then `dot(weights, column)` for each column.

# %% [markdown]
# A Python dictionary is a library as well: `{"apple": 3}["apple"]` compares your question with each label and hands
# you the content of the one that fits exactly. Attention is a dictionary that answers with a mixture. How strict it is
# depends on the length of the question.
#
# Below, two keys and the values [1, 2] and [3, 6]. The first question is all zeros, so it fits both labels equally
# well; the others point to the second label, more and more strongly. **What are the first and the last answer?**

# %%
two_labels = [as_values([1.0, 0, 0, 0]), as_values([0, 1.0, 0, 0])]
two_contents = [as_values([1.0, 2.0]), as_values([3.0, 6.0])]
for loudness in (0, 1, 3, 10, 100):
    asked = as_values([0, float(loudness), 0, 0])
    print(f"asked with {loudness:3}: {as_numbers(attend(asked, two_labels, two_contents))}")

# %% [markdown]
# From the plain average to a strict lookup, without a break in between. There is a reason why it must be soft: a
# lookup that jumps from one book to another has no slope, and without a slope there is no advice. A mixture has one
# everywhere.
#
# And blame follows attention. Send it back from the first number of an answer: each value is blamed by exactly its
# share.

# %%
asked = as_values([0, 2.0, 0, 0])
two_contents = [as_values([1.0, 2.0]), as_values([3.0, 6.0])]
attend(asked, two_labels, two_contents)[0].backward()
print("shares:          ", as_numbers(attention_weights(asked, two_labels)))
print("blame of contents:", [round(content[0].grad, 3) for content in two_contents])

# %% [markdown]
# ## Four heads, four lenses
#
# One attention has one set of shares: it can look in one way only. But a letter may want to know several things: where
# did the last vowel stand? How did the name begin? So we give it four lenses, called
# [heads](../glossary.ipynb#head), as if four people with different glasses looked at the same page.
#
# It costs nothing extra. Query, key and value have 16 numbers each. Cut each of them into four slices of 4 numbers,
# which is the `head_dim` of the `Config`: the first head gets the first slice of all three, the second the second, and
# so on.
# <!-- figure: Config().head_dim = 4 -->
#
# Each head attends on its own and answers with 4 numbers. Glue the four answers together in order, and there are 16
# again. At the end one more linear layer, with the matrix `wo`, mixes what the lenses saw.
#
# ### Notes on the table: the cache
#
# A name is read one letter after the other. When a letter's turn comes, it makes its key and its value, and puts them
# on the table for itself and for all who come later: it appends them to the lists `keys` and `values`. Then it asks
# its question to everything on the table. These lists are called the [cache](../glossary.ipynb#cache). Nothing on the
# table is ever made twice.
#
# **Think first:** for the third letter of a name, with BOS in front, how many keys are on the table when it asks? Does
# it find its own among them?
#
# <details><summary>Answer</summary>
#
# Four keys: those of BOS, of the first two letters, and its own, since it puts that down before it asks.
#
# </details>
#
# ### Your third piece
#
# `slice(4, 8)` is what Python makes of `4:8`, so `query[slice(4, 8)]` is `query[4:8]`. It is handy when you need the
# same part of many lists. `layer` is a dictionary with the matrices: `layer["wq"]`, and so on.


# %%
def multi_head_attention(x, layer, keys, values, config):
    """Look at x and at everything before it through config.n_head lenses, and mix what they saw with wo.

    Appends the key and the value of x to the lists keys and values, so that later letters can look back at x.
    With one head and nothing before x, the answer is linear(linear(x, layer["wv"]), layer["wo"]).
    """
    ### BEGIN SOLUTION
    query = linear(x, layer["wq"])
    keys.append(linear(x, layer["wk"]))
    values.append(linear(x, layer["wv"]))
    seen = []
    for head in range(config.n_head):
        part = slice(head * config.head_dim, (head + 1) * config.head_dim)
        seen += attend(query[part], [key[part] for key in keys], [value[part] for value in values])
    return linear(seen, layer["wo"])
    ### END SOLUTION


# %% points=7
check(multi_head_attention)

# %% [markdown] hints="multi_head_attention"
# 1. Make query, key and value of x, each by a `linear` with its own matrix. Append key and value to the lists. Then
#    each head attends with its own slice of all three.
# 2. Head number h owns the numbers from `h * config.head_dim` up to `(h + 1) * config.head_dim`. Glue the heads'
#    answers together in order.
# 3. For each head: `attend(query[part], [key[part] for key in keys], [value[part] for value in values])`, where
#    `part` is the slice. At the end one `linear` with `layer["wo"]`.

# %% [markdown]
# Watch the table fill. The cell sends five lists of random numbers through your function, as if they were BOS and the
# four letters of a name. **How many scores will one head have worked out by the end,** counting one for each letter
# that looks and each key it looks at? Add them up, then run the cell.


# %%
def random_matrix(rows, columns, rng, spread=0.3):
    return [as_values(rng.gauss(0, spread) for _ in range(columns)) for _ in range(rows)]


def watch_the_table(letters=5):
    rng, config = random.Random(7), Config()
    layer = {name: random_matrix(16, 16, rng) for name in ("wq", "wk", "wv", "wo")}
    table_of_keys, table_of_values, scores = [], [], 0
    for number in range(letters):
        described = as_values(rng.gauss(0, 1) for _ in range(16))
        answer = multi_head_attention(described, layer, table_of_keys, table_of_values, config)
        scores += len(table_of_keys)
        print(
            f"letter {number}: {len(table_of_keys)} on the table; answer {as_numbers(answer[:3])} ... ({len(answer)})"
        )
    print("scores by one head:", scores)


watch_the_table()

# %% [markdown]
# 1 + 2 + 3 + 4 + 5 = 15. Twice as many letters take about four times as many scores: this is why long texts are
# costly for a GPT.
# <!-- figure: 1 + 2 + 3 + 4 + 5 = 15 -->

# %% [markdown]
# ## Why there is no mask here
#
# If you read other people's code, you will meet a [mask](../glossary.ipynb#mask), and you may wonder where ours is.
# The question behind it: during training the whole name is known. What keeps a letter from peeking at the next one,
# which it is supposed to guess?
#
# Other code works on all letters of a name at once, because large tables are what fast hardware is good at. It works
# out the full table of scores, everyone with everyone, the future too. Then it must hide what nobody may see: it
# writes −∞ over every score above the diagonal, and softmax turns these into shares of 0, because $e^{-\infty} = 0$.
# For "emma" the masked table looks like this:
#
# | who reads | BOS | e | m | m | a |
# |---|---|---|---|---|---|
# | **BOS** | score | −∞ | −∞ | −∞ | −∞ |
# | **e** | score | score | −∞ | −∞ | −∞ |
# | **m** | score | score | score | −∞ | −∞ |
# | **m** | score | score | score | score | −∞ |
# | **a** | score | score | score | score | score |
#
# Our code reads one letter at a time. When the first "m" asks its question, the second "m" and the "a" have not put
# their labels on the table yet. **The future is not in the cache yet, so there is nothing to hide.** The scores
# above the diagonal are never worked out.
#
# The cell does both for head 2 of the trained GPT, with your `attention_weights` and the trained dials: once letter by
# letter, once with the whole table and a mask. **Will the shares be the same?** And do you find the numbers in the
# picture at the beginning, if you draw "emma" there?


# %%
from autograder.mygpt import rmsnorm


def queries_and_keys(name, model, head):
    """The query and the key of each token, in the slice of one head, as the trained GPT has them."""
    dials = model.params.to_lists()
    part = slice(4 * head, 4 * head + 4)
    made = []
    for position, token in enumerate(fast.encode(name, model.vocab)[:-1]):
        letter, place = dials["wte"][token], dials["wpe"][position]
        described = rmsnorm(rmsnorm(as_values(one + other for one, other in zip(letter, place))))  # 04 tells why
        for matrix in ("wq", "wk"):
            rows = [as_values(row) for row in dials["layers"][0][matrix]]
            made.append(linear(described, rows)[part])
    return made[0::2], made[1::2]


def letter_by_letter(questions, all_labels):
    return [as_numbers(attention_weights(asking, all_labels[: i + 1])) for i, asking in enumerate(questions)]


def whole_table_with_mask(questions, all_labels):
    table = [[dot(asking, label).data / len(asking) ** 0.5 for label in all_labels] for asking in questions]
    for row in range(len(table)):
        for column in range(row + 1, len(table)):
            table[row][column] = -math.inf  # the mask
    return [as_numbers(softmax(as_values(row))) for row in table]


def compare_with_mask(name="emma", head=1):
    questions, all_labels = queries_and_keys(name, reader, head)
    for method in (letter_by_letter, whole_table_with_mask):
        print(method.__name__.replace("_", " "))
        for who, found in zip(["BOS", *name], method(questions, all_labels)):
            print(f"   {who:3} " + " ".join(f"{share:5.3f}" for share in found))


compare_with_mask()

# %% [markdown]
# The same shares; the mask only adds the zeros. (Counting from 0, as Python does, head 2 has the number 1.)
#
# So remember when you meet `mask` or `tril` in other code: it does in one large table what your cache does by not
# knowing the future. When a GPT *writes*, everybody does it your way, since then the future does not exist yet.

# %% [markdown]
# ## Break it on purpose
#
# First: does attention know in which order the letters came? Below, the same five keys and values are put on the
# table in two orders, each value staying with its key; and then the values alone are turned round. **Which of the
# answers will be the same?**


# %% tags=["experiment"]
def shuffle_the_table():
    rng = random.Random(3)
    question = as_values(rng.gauss(0, 1) for _ in range(4))
    all_labels, all_contents = random_matrix(5, 4, rng, 1.0), random_matrix(5, 4, rng, 1.0)
    print("as they came:          ", as_numbers(attend(question, all_labels, all_contents)))
    print("both in reverse order: ", as_numbers(attend(question, all_labels[::-1], all_contents[::-1])))
    print("only the contents:     ", as_numbers(attend(question, all_labels, all_contents[::-1])))


shuffle_the_table()

# %% [markdown]
# Attention does not know about order at all! To it, "emma" read up to the last letter is a bag of letters. Yet "am"
# and "ma" are not the same. So the place of each letter must be written into its 16 numbers from the start, and that
# is the first thing that you do in 04.
#
# Second: one large lens instead of four. The dials are the same, 16 numbers are 16 numbers; only `n_head` changes.
# **Will the answers differ?**


# %% tags=["experiment"]
def other_numbers_of_heads():
    for heads in (1, 2, 4, 16):
        rng, config = random.Random(7), Config(n_head=heads)
        layer = {name: random_matrix(16, 16, rng) for name in ("wq", "wk", "wv", "wo")}
        table_of_keys, table_of_values = [], []
        for _ in range(5):
            described = as_values(rng.gauss(0, 1) for _ in range(16))
            answer = multi_head_attention(described, layer, table_of_keys, table_of_values, config)
        print(f"n_head {heads:2}, slices of {config.head_dim:2}: {as_numbers(answer[:4])} ...")


other_numbers_of_heads()

# %% [markdown]
# Every number of heads gives another machine. How many are best is no question of right or wrong: one tries it out.
#
# Third: what if somebody forgets the table? Here each letter gets an empty cache of its own. **What can it still look
# at, and what will its shares be?**

# %% tags=["experiment"]
print(
    "alone with its own key:",
    as_numbers(attention_weights(as_values([2.0, -1.0, 0.5, 3.0]), [as_values([1.0, 1.0, 1.0, 1.0])])),
)

# %% [markdown]
# Only at itself, with a share of exactly 1, whatever it asks. Such a machine still trains, and its loss still falls. It
# has lost its memory and nobody notices, which is why the checks in this course look at more than the loss.

# %% [markdown]
# ## What you have built so far
#
# | piece | what it does |
# |---|---|
# | `build_vocab`, `encode`, `decode` | letters to numbers and back |
# | `Value`, with `backward` | numbers that remember, and everyone's blame |
# | `dot`, `linear`, `softmax`, `rmsnorm` | likeness, votes, shares, volume |
# | `attention_weights` | who gets how much attention |
# | `attend` | the mixture of what they say |
# | `multi_head_attention` | four lenses, and the cache |
#
# The hardest part of a GPT is behind you. All its parts lie on the bench now, each of them tested, none of them
# connected. In [04 GPT](../04_gpt/gpt.ipynb) you put them together: letters get their 16 numbers, look at one another,
# think, and predict. At its end a GPT of your own says its first word. It will be nonsense, and it will be yours.
