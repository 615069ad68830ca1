# %% [markdown]
# # 06 Sampling: one dial from boring to wild

# %%
from autograder import check, hint

# %% tags=["given"]
from autograder.mygpt import decode, gpt, new_cache, softmax

# %% [markdown]
# ## Sample


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
# ## Generate


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
