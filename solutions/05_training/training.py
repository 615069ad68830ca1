# %% [markdown]
# # 05 Training: wrong by how much, whose fault, nudge

# %%
from autograder import check, hint

# %% tags=["given"]
from autograder.mygpt import gpt, new_cache, softmax

# %% [markdown]
# ## Cross-entropy


# %%
def cross_entropy(logits, target):
    """Return the surprise at the right answer: minus the log of the probability that target gets.

    With 27 equal logits, whatever the target, the answer is ln 27, about 3.296.
    """
    ### BEGIN SOLUTION
    return -softmax(logits)[target].log()
    ### END SOLUTION


# %% points=3
check(cross_entropy)

# %% [markdown] hints="cross_entropy"
# 1. You wrote `surprise` once. Here p is the probability of the letter that really came.
# 2. `softmax(logits)` gives all the probabilities; `target` is the place of the right one.
# 3. Minus the `.log()` of `softmax(logits)[target]`.

# %% [markdown]
# ## The loss of one name


# %%
def sequence_loss(tokens, params, config):
    """Return the mean cross-entropy over the positions: at each, gpt reads one token and guesses the next.

    tokens begins and ends with BOS. At most config.block_size positions are used; what is beyond is cut.
    """
    ### BEGIN SOLUTION
    cache = new_cache(config)
    positions = range(min(config.block_size, len(tokens) - 1))
    losses = [cross_entropy(gpt(tokens[p], p, params, cache, config), tokens[p + 1]) for p in positions]
    return sum(losses) / len(losses)
    ### END SOLUTION


# %% points=4
check(sequence_loss)

# %% [markdown] hints="sequence_loss"
# 1. One cache for the whole name. At each position p the model reads `tokens[p]` and should say `tokens[p + 1]`.
# 2. There is one position fewer than tokens, and never more than `config.block_size`.
# 3. Collect `cross_entropy(gpt(tokens[p], p, params, cache, config), tokens[p + 1])` in a list; answer with its mean.

# %% [markdown]
# ## Learning rate


# %%
def learning_rate(step, num_steps):
    """Return the size of the nudge at this step: 0.01 at step 0, then straight down to 0 at num_steps.

    learning_rate(250, 1000) gives 0.0075.
    """
    ### BEGIN SOLUTION
    return 0.01 * (1 - step / num_steps)
    ### END SOLUTION


# %% points=2
check(learning_rate)

# %% [markdown] hints="learning_rate"
# 1. Which part of the way is done? Which part is left?
# 2. `step / num_steps` is the part that is done.
# 3. 0.01 times the part that is left, `1 - step / num_steps`.

# %% [markdown]
# ## Adam


# %% tags=["given"]
class Adam:
    """Turns gradients into nudges, with a memory of the earlier ones."""

    def __init__(self, parameters, beta1=0.85, beta2=0.99, eps=1e-8):
        self.parameters = parameters
        self.beta1, self.beta2, self.eps = beta1, beta2, eps
        self.mean = [0.0] * len(parameters)  # running mean of each gradient
        self.mean_square = [0.0] * len(parameters)  # running mean of its square
        self.steps = 0


# %%
def step(self, rate):
    """Nudge every parameter downhill, then set its grad back to 0.

    mean and mean_square keep beta of what they were and take the rest from the new gradient. Divided by
    1 - beta**steps (steps counted from 1), they are fair from the start. The nudge is
    rate * mean / (√mean_square + eps). The first nudge of any parameter with a gradient is very nearly the rate.
    """
    ### BEGIN SOLUTION
    self.steps += 1
    fair_mean = 1 - self.beta1**self.steps
    fair_square = 1 - self.beta2**self.steps
    for i, p in enumerate(self.parameters):
        self.mean[i] = self.beta1 * self.mean[i] + (1 - self.beta1) * p.grad
        self.mean_square[i] = self.beta2 * self.mean_square[i] + (1 - self.beta2) * p.grad**2
        p.data -= rate * (self.mean[i] / fair_mean) / ((self.mean_square[i] / fair_square) ** 0.5 + self.eps)
        p.grad = 0.0
    ### END SOLUTION


Adam.step = step

# %% points=7
check(Adam.step)

# %% [markdown] hints="Adam.step"
# 1. Count the step first. Then for each parameter: update its two running means, make them fair, nudge, clear the grad.
# 2. `new mean = beta1 * old mean + (1 - beta1) * grad`, and the same with beta2 and grad**2. Keep the running means as
#    they are; divide only what you use for the nudge.
# 3. `p.data -= rate * (mean / (1 - beta1**steps)) / ((mean_square / (1 - beta2**steps)) ** 0.5 + eps)`, with every name
#    on `self`, and `p.grad = 0.0` at the end.
