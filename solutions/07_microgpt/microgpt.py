# %% [markdown]
# # 07 microgpt: all of it, yours

# %%
from autograder import check, hint

# %% tags=["given"]
import gc
import random

from autograder.mygpt import Adam, Config, build_vocab, encode, generate, init_params
from autograder.mygpt import learning_rate, parameters, sequence_loss

# %% [markdown]
# ## One step of training


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
# ## The whole training


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


# %% [markdown] tags=["written"] points=5
# Write here, in your own words: ...
