"""For all tests of this folder: JupyterLab's quick start, and what many of them begin with."""

import pytest

from autograder.quick_start import without_grammars

without_grammars()


@pytest.fixture
def exercises(tmp_path, tmp_path_factory, monkeypatch):
    """The exercises as a learner first finds them; the commands work on them."""
    from autograder.tests.running import fresh

    return fresh(tmp_path / "exercises", tmp_path_factory, monkeypatch)


@pytest.fixture
def terminal():
    """Starts commands in terminals, which are closed afterwards."""
    from autograder.tests.running import terminals

    with terminals() as start:
        yield start


@pytest.fixture(scope="session")
def released_course(tmp_path_factory):
    """A course that has released one assignment, and nobody has handed in; to be copied, not used."""
    from autograder.tests import farm

    return farm.template(tmp_path_factory)


@pytest.fixture
def class_of_ten(released_course, tmp_path, tmp_path_factory):
    """A course whose class waits for its marks: whatever happens, one verdict each and the marks of a quiet run."""
    from autograder.tests import farm

    undisturbed = farm.undisturbed(tmp_path_factory)
    folder = farm.copy(released_course, tmp_path / "cs101", farm.small_class())
    yield folder
    assert farm.marks(folder) == undisturbed
    assert farm.verdicts(folder) == [member.name for member in farm.small_class()]
