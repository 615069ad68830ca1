"""Right answers to 00, written differently from the solutions: (piece, how it is written, its cell)."""

VARIANTS = [
    (
        "build_vocab",
        "loops, a list that is sorted in place",
        """
def build_vocab(docs):
    letters = []
    for doc in docs:
        for letter in doc:
            if letter not in letters:
                letters.append(letter)
    letters.sort()
    return letters
""",
    ),
    (
        "build_vocab",
        "a set comprehension, given back as a tuple",
        """
def build_vocab(docs):
    return tuple(sorted({letter for doc in docs for letter in doc}))
""",
    ),
    (
        "build_vocab",
        "itertools, Counter",
        """
import itertools
from collections import Counter

def build_vocab(docs):
    return sorted(Counter(itertools.chain.from_iterable(docs)))
""",
    ),
    (
        "build_vocab",
        "a lambda",
        """
build_vocab = lambda docs: sorted(set().union(*docs))
""",
    ),
    (
        "encode",
        "a dictionary, append",
        """
def encode(text, vocab):
    numbers = {letter: number for number, letter in enumerate(vocab)}
    tokens = [len(vocab)]
    for letter in text:
        tokens.append(numbers[letter])
    tokens.append(len(vocab))
    return tokens
""",
    ),
    (
        "encode",
        "map, unpacked into a tuple",
        """
def encode(text, vocab):
    return (len(vocab), *map(vocab.index, text), len(vocab))
""",
    ),
    (
        "encode",
        "a generator with a helper",
        """
def number_of(letter, vocab):
    for number in range(len(vocab)):
        if vocab[number] == letter:
            return number

def encode(text, vocab):
    yield len(vocab)
    for letter in text:
        yield number_of(letter, vocab)
    yield len(vocab)
""",
    ),
    (
        "decode",
        "a loop that adds letters",
        """
def decode(tokens, vocab):
    text = ""
    for token in tokens:
        if token < len(vocab):
            text += vocab[token]
    return text
""",
    ),
    (
        "decode",
        "BOS as an empty letter",
        """
def decode(tokens, vocab):
    letters = list(vocab) + [""]
    return "".join([letters[token] for token in tokens])
""",
    ),
    (
        "decode",
        "filter and map",
        """
decode = lambda tokens, vocab: "".join(map(lambda t: vocab[t], filter(lambda t: t != len(vocab), tokens)))
""",
    ),
    (
        "slope",
        "step by step",
        """
def slope(f, x, h=1e-6):
    right = f(x + h)
    left = f(x - h)
    change = right - left
    return change / 2 / h
""",
    ),
    (
        "slope",
        "divided by the way that was really walked",
        """
def slope(f, x, h=1e-6):
    right, left = x + h, x - h
    return (f(right) - f(left)) / (right - left)
""",
    ),
    (
        "slope",
        "the mean of both sides",
        """
def slope(f, x, h=1e-6):
    return ((f(x + h) - f(x)) / h + (f(x) - f(x - h)) / h) / 2
""",
    ),
    (
        "surprise",
        "log of one over p",
        """
from math import log

def surprise(p):
    return log(1 / p)
""",
    ),
    (
        "surprise",
        "another base, divided",
        """
def surprise(p):
    return -math.log2(p) / math.log2(math.e)
""",
    ),
]
