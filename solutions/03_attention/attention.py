# %% [markdown]
# # 03 Attention: which earlier letters matter?

# %%
from autograder import check, hint

# %% tags=["given"]
from dataclasses import dataclass

from autograder.mygpt import dot, linear, softmax


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
# ## Attention weights


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
# ## Attend


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
# 3. `dot(weights, column)` for each column.

# %% [markdown]
# ## Multi-head attention


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
