"""The reference gives the published facts, bit for bit."""

import hashlib
import json
import os
import random
import string
import subprocess
import sys
from pathlib import Path

import pytest

from microgpt_ref import microgpt

HERE = Path(__file__).parent
TRACE = json.loads((HERE / "trace.json").read_text())


def start(docs, rng, vocab):
    config = microgpt.Config()
    return microgpt.init_params(len(vocab) + 1, config, rng), config


def test_first_30_losses_bit_for_bit():
    """Needs no list of names: shuffling 32,033 of anything leaves the random numbers in the same place."""
    rng = random.Random(42)
    rng.shuffle(list(range(TRACE["documents"])))
    vocab = list(string.ascii_lowercase)
    params, config = start(TRACE["first_docs"], rng, vocab)
    losses = microgpt.train(TRACE["first_docs"], vocab, params, config, 1000)
    assert [next(losses) for _ in range(30)] == TRACE["losses"][:30]


def full_names():
    """The well-known list, if this machine has it; CI must."""
    named = os.environ.get("MICROGPT_FULL_NAMES")
    if not named:
        if os.environ.get("CI"):
            pytest.fail("CI must set MICROGPT_FULL_NAMES to the full list of names")
        pytest.skip("MICROGPT_FULL_NAMES does not name the full list of names (microgpt names --full fetches it)")
    path = Path(named)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == TRACE["sha256_of_names"]
    return path


@pytest.mark.slow
def test_1000_losses_the_parameters_and_20_names_bit_for_bit():
    docs = full_names().read_text().split()
    rng = random.Random(42)
    rng.shuffle(docs)
    vocab = microgpt.build_vocab(docs)
    params, config = start(docs, rng, vocab)
    assert list(microgpt.train(docs, vocab, params, config, 1000)) == TRACE["losses"]
    assert [dial.data for dial in microgpt.parameters(params)[:16]] == TRACE["first_trained_parameters"]
    assert [microgpt.generate(params, vocab, config, 0.5, rng) for _ in range(20)] == TRACE["samples"]


def test_it_runs_as_a_program(tmp_path):
    """python microgpt.py names.txt, as its first lines say; here on a list that is learned in a moment."""
    names = tmp_path / "names.txt"
    names.write_text("ab\nba\n")
    script = f"import runpy, sys; sys.argv = ['microgpt.py', {str(names)!r}]\n" + (
        "source = runpy.run_path(sys.argv.pop(0) and PATH)\nsource['main'](sys.argv[0], num_steps=3)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", f"PATH = {microgpt.__file__!r}\n{script}"], capture_output=True, text=True, check=True
    )
    assert "2 names, 2 letters" in ran.stdout
    assert "step    1 of 3" in ran.stdout
    usage = subprocess.run([sys.executable, microgpt.__file__], capture_output=True, text=True)
    assert usage.returncode != 0
    assert "names.txt" in usage.stderr


def test_memory_stays_flat():
    """The numbers of one step are gone when the next one begins, with the garbage collector off."""
    import tracemalloc

    docs, vocab = ["anna", "otto", "ada"], ["a", "d", "n", "o", "t"]
    config = microgpt.Config()
    params = microgpt.init_params(6, config, random.Random(1))
    losses = microgpt.train(docs, vocab, params, config, 24)
    tracemalloc.start()
    for _ in range(6):
        next(losses)
    early = tracemalloc.get_traced_memory()[0]
    for _ in range(12):
        next(losses)
    late = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert late - early < 200_000


def test_the_reference_is_short_and_needs_nothing():
    source = Path(microgpt.__file__).read_text(encoding="utf-8")
    assert sum(bool(line.strip()) for line in source.splitlines()) <= 260
    imports = {line.split()[1] for line in source.splitlines() if line.startswith(("import ", "from "))}
    assert imports <= sys.stdlib_module_names
