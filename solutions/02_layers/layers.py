# %% [markdown]
# # 02 Layers: votes, probabilities and a steady volume

# %%
from autograder import check, hint

# %% tags=["given"]
from autograder.mygpt import Value

# %% [markdown]
# ## Dot product


# %%
def dot(a, b):
    """Return the sum of the products of a and b, two lists of Values, as one Value with all of them as children.

    dot([1, 2, 3], [4, 0, -1]), with every number a Value, has data 1.0.
    """
    ### BEGIN SOLUTION
    total = 0.0
    for x, y in zip(a, b):
        total += x.data * y.data
    return Value(total, (*a, *b), [y.data for y in b] + [x.data for x in a])
    ### END SOLUTION


# %% points=4
check(dot)

# %% [markdown] hints="dot"
# 1. One number, and a memory of all the numbers in it: first those of a, then those of b.
# 2. The sum reacts to x as strongly as its partner y is large, and the other way round.
# 3. Add up `x.data * y.data` in a loop. The children are `(*a, *b)`; the local grads are all the data of b, then
#    all the data of a.

# %% [markdown]
# ## Linear


# %%
def linear(x, weights):
    """Return one number for each row of weights: how well x matches that row.

    linear([1, 2], [[3, 4], [5, 6], [7, 8]]) gives [11, 17, 23].
    """
    ### BEGIN SOLUTION
    return [dot(row, x) for row in weights]
    ### END SOLUTION


# %% points=2
check(linear)

# %% [markdown] hints="linear"
# 1. Each row of weights is one voter. What does a voter do with x?
# 2. A dot product for each row.
# 3. A list comprehension over the rows: `[... for row in weights]`.

# %% [markdown]
# ## Softmax


# %%
def softmax(logits):
    """Turn any scores into probabilities: all positive, adding up to 1, larger for larger scores.

    softmax([2.0, 1.0, 0.1]) gives about [0.66, 0.24, 0.10].
    """
    ### BEGIN SOLUTION
    largest = max(logit.data for logit in logits)
    exps = [(logit - largest).exp() for logit in logits]
    total = sum(exps)
    return [e / total for e in exps]
    ### END SOLUTION


# %% points=4
check(softmax)

# %% [markdown] hints="softmax"
# 1. Make every score positive, then divide each by the sum of all.
# 2. `exp` makes positive. With scores near 1000 it overflows, so take the largest score away from all first.
# 3. `largest = max(logit.data for logit in logits)`, a plain number. Then exp of each `logit - largest`, then each
#    divided by their `sum`.

# %% [markdown]
# ## Rmsnorm


# %%
def rmsnorm(x):
    """Scale x so that the mean of its squares is 1; 1e-5, added inside the root, keeps a row of zeros safe.

    rmsnorm([3.0, 4.0]) gives about [0.849, 1.131].
    """
    ### BEGIN SOLUTION
    mean_square = dot(x, x) / len(x)
    scale = (mean_square + 1e-5) ** -0.5
    return [value * scale for value in x]
    ### END SOLUTION


# %% points=4
check(rmsnorm)

# %% [markdown] hints="rmsnorm"
# 1. Three steps, read the name backwards: square, mean, root. Then divide by it.
# 2. The sum of squares is `dot(x, x)`. Dividing by a square root is the same as multiplying by `** -0.5`.
# 3. `scale = (mean_square + 1e-5) ** -0.5`, and then every value times that scale.
