"""Known mistakes in 00 Foundations: letters and numbers here, the warm-ups in warmups.py."""

from __future__ import annotations

from autograder.judge.mistakes import Mistake
from autograder.judge.mistakes.warmups import SLOPE, SURPRISE

VOCAB_RIGHT = 'sorted(set("".join(docs)))'
ENCODE_RIGHT = "[bos] + [vocab.index(letter) for letter in text] + [bos]"
DECODE_RIGHT = '"".join(vocab[token] for token in tokens if token != len(vocab))'


def _vocab(id: str, sentence: str, new: str, source: str = "") -> Mistake:
    return Mistake("build_vocab", f"vocab-{id}", sentence, VOCAB_RIGHT, new, source)


def _encode(id: str, sentence: str, new: str) -> Mistake:
    return Mistake("encode", f"encode-{id}", sentence, ENCODE_RIGHT, new)


def _decode(id: str, sentence: str, new: str, source: str = "") -> Mistake:
    return Mistake("decode", f"decode-{id}", sentence, DECODE_RIGHT, new, source)


VOCAB = [
    _vocab(
        "not-sorted",
        "the letters stay in the order in which they first occur: they have to be sorted.",
        'list(dict.fromkeys("".join(docs)))',
    ),
    _vocab(
        "duplicates",
        "a letter that occurs twice is in the list twice: a set keeps each only once.",
        'sorted("".join(docs))',
    ),
    _vocab(
        "set",
        "the answer is a set, which has no order: sorted() makes a list of it.",
        'set("".join(docs))',
    ),
    _vocab(
        "one-text",
        "the letters are glued into one text: leave them in a list.",
        '"".join(sorted(set("".join(docs))))',
    ),
    _vocab(
        "dict",
        "the answer is a dict from letter to number: the sorted list alone will do, the place is the number.",
        '{letter: place for place, letter in enumerate(sorted(set("".join(docs))))}',
    ),
    _vocab(
        "pairs",
        "the answer is a list of pairs, number and letter: the letters alone will do, the place is the number.",
        'list(enumerate(sorted(set("".join(docs)))))',
    ),
    _vocab(
        "whole-docs",
        "whole docs are in the list: it should be their letters.",
        "sorted(set(docs))",
    ),
    _vocab(
        "first-doc",
        "only the first doc is looked at: the letters of all of them are wanted.",
        "sorted(set(docs[0]))",
    ),
    _vocab(
        "last-doc",
        "only the last doc counts, because each doc replaces the letters of the one before.",
        "",
        source="""def build_vocab(docs):
    letters = set()
    for doc in docs:
        letters = set(doc)
    return sorted(letters)
""",
    ),
    _vocab(
        "a-to-z",
        "the list is always a to z, whatever the docs hold.",
        'list("abcdefghijklmnopqrstuvwxyz")',
    ),
    _vocab(
        "small-letters",
        "capitals are turned into small letters: take every sign as it is.",
        'sorted(set("".join(docs).lower()))',
    ),
    _vocab(
        "letters-only",
        "only what isalpha() calls a letter is kept: signs such as - and ' belong in the list, too.",
        'sorted(letter for letter in set("".join(docs)) if letter.isalpha())',
    ),
    _vocab(
        "a-to-z-only",
        "everything but a to z is left out: other signs belong in the list, too.",
        'sorted(letter for letter in set("".join(docs)) if "a" <= letter <= "z")',
    ),
    _vocab(
        "joined-with-spaces",
        "the docs are joined with spaces, and so the space becomes a letter.",
        'sorted(set(" ".join(docs)))',
    ),
    _vocab(
        "joined-with-line-ends",
        "the docs are joined with line ends, and so the line end becomes a letter.",
        'sorted(set("\\n".join(docs)))',
    ),
    _vocab(
        "dot-in-front",
        "a dot for BOS is in the list: BOS is only a number, len(vocab), and needs no letter.",
        '["."] + sorted(set("".join(docs)))',
    ),
    _vocab(
        "bos-behind",
        "a sign for BOS is in the list: BOS is only a number, len(vocab), and needs no letter.",
        'sorted(set("".join(docs))) + ["<BOS>"]',
    ),
    _vocab(
        "by-frequency",
        "the letters are sorted by how often they occur: sort them by the alphabet.",
        'sorted(set("".join(docs)), key=lambda letter: (-"".join(docs).count(letter), letter))',
    ),
    _vocab(
        "backwards",
        "the list runs backwards, from the last letter to the first.",
        'sorted(set("".join(docs)), reverse=True)',
    ),
]

ENCODE = [
    _encode(
        "no-bos",
        "BOS is missing at both ends.",
        "[vocab.index(letter) for letter in text]",
    ),
    _encode(
        "bos-in-front-only",
        "BOS is missing at the end: it marks the beginning and the end.",
        "[bos] + [vocab.index(letter) for letter in text]",
    ),
    _encode(
        "bos-behind-only",
        "BOS is missing in front: it marks the beginning and the end.",
        "[vocab.index(letter) for letter in text] + [bos]",
    ),
    _encode(
        "bos-26",
        "BOS is always 26: it should be len(vocab), which is another number for other texts.",
        "[26] + [vocab.index(letter) for letter in text] + [26]",
    ),
    _encode(
        "bos-0",
        "BOS is 0, the number of the first letter: it should be len(vocab).",
        "[0] + [vocab.index(letter) for letter in text] + [0]",
    ),
    _encode(
        "bos-0-and-letters-from-1",
        "BOS is 0 and the letters are counted from 1: here they are counted from 0, and BOS is len(vocab).",
        "[0] + [vocab.index(letter) + 1 for letter in text] + [0]",
    ),
    _encode(
        "letters-from-1",
        "the letters are counted from 1: the first letter of vocab has number 0.",
        "[bos] + [vocab.index(letter) + 1 for letter in text] + [bos]",
    ),
    _encode(
        "bos-last-letter",
        "BOS is len(vocab) - 1, which is the number of the last letter already.",
        "[bos - 1] + [vocab.index(letter) for letter in text] + [bos - 1]",
    ),
    _encode(
        "bos-one-too-large",
        "BOS is one too large: the letters end at len(vocab) - 1, so len(vocab) is the next free number.",
        "[bos + 1] + [vocab.index(letter) for letter in text] + [bos + 1]",
    ),
    _encode(
        "bos-minus-1",
        "BOS is -1: it should be len(vocab).",
        "[-1] + [vocab.index(letter) for letter in text] + [-1]",
    ),
    _encode(
        "place-in-alphabet",
        "each letter becomes its place in the alphabet: it should be its place in vocab.",
        '[bos] + [ord(letter) - ord("a") for letter in text] + [bos]',
    ),
    _encode(
        "ord",
        "ord() is taken of each letter: its number here is its place in vocab.",
        "[bos] + [ord(letter) for letter in text] + [bos]",
    ),
    _encode(
        "place-in-text",
        "each letter is looked up in text: look it up in vocab.",
        "[bos] + [text.index(letter) for letter in text] + [bos]",
    ),
    _encode(
        "counted",
        "the letters are numbered as they come, 0, 1, 2, ...: look each one up in vocab.",
        "[bos] + list(range(len(text))) + [bos]",
    ),
    _encode(
        "in-order-of-vocab",
        "the numbers come in the order of vocab, each once: go through text, letter by letter.",
        "[bos] + [place for place, letter in enumerate(vocab) if letter in text] + [bos]",
    ),
    _encode(
        "letters-stay",
        "the letters are still letters: look up the number of each.",
        "[bos] + list(text) + [bos]",
    ),
    _encode(
        "list-in-list",
        "the numbers are a list inside the list: glue the lists together with +.",
        "[bos, [vocab.index(letter) for letter in text], bos]",
    ),
    _encode(
        "bos-after-each-letter",
        "BOS stands after every letter: once in front and once at the very end is enough.",
        "[bos] + [number for letter in text for number in (vocab.index(letter), bos)]",
    ),
    _encode(
        "bos-as-text",
        "BOS is written as a text: it is a number, too, len(vocab).",
        '["BOS"] + [vocab.index(letter) for letter in text] + ["BOS"]',
    ),
]

DECODE = [
    _decode(
        "list",
        "the letters are still a list: glue them together with join.",
        "[vocab[token] for token in tokens if token != len(vocab)]",
    ),
    _decode(
        "bos-looked-up",
        "BOS is looked up in vocab, too, where it has no letter: leave it out.",
        '"".join(vocab[token] for token in tokens)',
    ),
    _decode(
        "bos-26",
        "26 is taken for BOS: BOS is len(vocab), which is another number for other texts.",
        '"".join(vocab[token] for token in tokens if token != 26)',
    ),
    _decode(
        "bos-0",
        "0 is taken for BOS: 0 is the first letter, and BOS is len(vocab).",
        '"".join(vocab[token] for token in tokens if token != 0)',
    ),
    _decode(
        "last-letter-left-out",
        "the last letter of vocab is left out, too: its number is len(vocab) - 1, and BOS is len(vocab).",
        '"".join(vocab[token] for token in tokens if token < len(vocab) - 1)',
    ),
    _decode(
        "both-ends-cut",
        "the first and the last token are cut off, whatever they are: leave out what is BOS, and nothing else.",
        '"".join(vocab[token] for token in tokens[1:-1])',
    ),
    _decode(
        "first-cut",
        "the first token is cut off, whatever it is: leave out what is BOS, and nothing else.",
        '"".join(vocab[token] for token in tokens[1:] if token != len(vocab))',
    ),
    _decode(
        "stops-at-bos",
        "the text ends at the first BOS: leave BOS out and go on.",
        "",
        source="""def decode(tokens, vocab):
    text = ""
    for token in tokens:
        if token == len(vocab):
            break
        text += vocab[token]
    return text
""",
    ),
    _decode(
        "stops-at-second-bos",
        "the text ends at a BOS that comes after letters: leave BOS out and go on.",
        "",
        source="""def decode(tokens, vocab):
    text = ""
    for token in tokens:
        if token == len(vocab) and text:
            break
        if token != len(vocab):
            text += vocab[token]
    return text
""",
    ),
    _decode(
        "bos-printed-as-dot",
        "BOS is printed as a dot: leave it out.",
        '"".join((vocab + ["."])[token] for token in tokens)',
    ),
    _decode(
        "spaces-between",
        "the letters are joined with spaces between them: join them with nothing.",
        '" ".join(vocab[token] for token in tokens if token != len(vocab))',
    ),
    _decode(
        "place-in-alphabet",
        "each number is taken as a place in the alphabet: it is a place in vocab.",
        '"".join(chr(ord("a") + token) for token in tokens if token != len(vocab))',
    ),
    _decode(
        "letters-from-1",
        "the letters are counted from 1: number 0 is the first letter of vocab.",
        '"".join(vocab[token - 1] for token in tokens if token != len(vocab))',
    ),
    _decode(
        "each-once",
        "a letter that comes twice is printed once.",
        '"".join(dict.fromkeys(vocab[token] for token in tokens if token != len(vocab)))',
    ),
    _decode(
        "backwards",
        "the letters come out in the wrong order, the last one first.",
        '"".join(vocab[token] for token in reversed(tokens) if token != len(vocab))',
    ),
    _decode(
        "numbers",
        "the numbers themselves are printed: look up the letter of each in vocab.",
        '"".join(str(token) for token in tokens if token != len(vocab))',
    ),
]

MISTAKES = [*VOCAB, *ENCODE, *DECODE, *SLOPE, *SURPRISE]
