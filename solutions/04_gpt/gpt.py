# %% [markdown]
# # 04 GPT: embed, attend, think, predict

# %%
from autograder import check, hint

# %% tags=["given"]
from autograder.mygpt import Config, Value, linear, multi_head_attention, rmsnorm


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
# ## Embed


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
# ## MLP


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
# ## Block


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
# ## GPT


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
