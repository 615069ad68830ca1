"""From one release to the next: solutions/ change, the kit is built again, and a folder of the earlier one updated."""

import json
import shutil

import pytest

from autograder.build import PRISTINE, student_notebook, to_text
from autograder.course import course, read_exercise
from autograder.learn.update import update
from autograder.lessons import start_folder

LAYERS = "02_layers/layers.ipynb"
PICTURE, TIMES, LINES = "draw_graph(dot([", "import random\nimport time", "def dot_of_atoms"
HEADING, BALLOT = "# ## A linear layer is a vote", "# ## A linear layer is a ballot"
DEMO = '# %%\nprint("a new demonstration")\n\n# %% [markdown]\n# A text that is new, too.\n\n'


class Release:
    """The solution file of an exercise and the clean copy of its last build, built after each change."""

    def __init__(self, root):
        root.mkdir()
        self.source, self.pristine = root / "02_layers" / "layers.py", root
        self.source.parent.mkdir()
        shutil.copy(course().exercise("02").path, self.source)
        shutil.copy(PRISTINE / "02_layers.ipynb", root)

    def lessons(self, *changes):
        """The lessons of the next release, in which these texts stand in place of others."""
        text = self.source.read_text(encoding="utf-8")
        for old, new in changes:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        self.source.write_text(text, encoding="utf-8")
        built = to_text(student_notebook(read_exercise(self.source), self.pristine))
        (self.pristine / "02_layers.ipynb").write_text(built, encoding="utf-8")
        return {LAYERS: built.encode()}


@pytest.fixture
def release(tmp_path):
    return Release(tmp_path / "kit")


def cells(content):
    return [(cell["id"], "".join(cell["source"])) for cell in json.loads(content)["cells"]]


def ids(content):
    return {text: name for name, text in cells(content)}


def id_of(content, words):
    """The id of the cell with these words."""
    (found,) = [name for name, text in cells(content) if words in text]
    return found


def cell_of(release, words):
    """A whole cell of the solution file, with its first line."""
    text = release.source.read_text(encoding="utf-8")
    (found,) = [f"# %%{part}" for part in text.split("# %%") if words in part]
    return found


def test_the_same_solutions_give_the_same_ids(release):
    assert release.lessons()[LAYERS] == (PRISTINE / "02_layers.ipynb").read_bytes()


def test_what_comes_and_goes_leaves_the_ids_of_all_others(release):
    before = release.lessons()[LAYERS]
    after = release.lessons(
        (cell_of(release, LINES), DEMO + cell_of(release, LINES)), (cell_of(release, PICTURE), ""), (HEADING, BALLOT)
    )[LAYERS]
    old, new = ids(before), ids(after)
    stayed = set(old) & set(new)
    assert {text: new[text] for text in stayed} == {text: old[text] for text in stayed}
    assert id_of(after, "## A linear layer is a ballot") == id_of(before, "## A linear layer is a vote")
    assert not {new['print("a new demonstration")'], new["A text that is new, too."]} & set(old.values())
    assert len(new) == len(old) + 1


def test_a_cell_that_is_moved_or_reworded_is_the_same_cell(release):
    before = release.lessons()[LAYERS]
    picture, lines = cell_of(release, PICTURE), cell_of(release, LINES)
    after = release.lessons((picture, ""), (lines, picture + lines.replace("dot_of_atoms", "dot_from_atoms")))[LAYERS]
    assert id_of(after, PICTURE) == id_of(before, PICTURE)
    assert id_of(after, "def dot_from_atoms") == id_of(before, "def dot_of_atoms")
    assert [name for name, _ in cells(after)] != [name for name, _ in cells(before)]


def test_the_id_of_a_cell_that_is_gone_never_comes_again(release):
    first = release.lessons()[LAYERS]
    picture = cell_of(release, PICTURE)
    release.lessons((picture, ""))
    third = release.lessons(("# %% [markdown]\n" + HEADING, DEMO + "# %% [markdown]\n" + HEADING))[LAYERS]
    assert id_of(first, PICTURE) not in dict(cells(third))


def test_a_folder_of_the_earlier_release_is_updated_with_all_that_the_learner_did(release, tmp_path):
    """Edited, added, deleted and moved cells, while the kit puts in, takes out, rewords and renames its own."""
    given = release.lessons()
    home = start_folder(tmp_path / "my-gpt", given, "0.1.0")
    path = home.exercises / LAYERS
    notebook = json.loads(path.read_text(encoding="utf-8"))
    by_id = {cell["id"]: cell for cell in notebook["cells"]}
    text_of = dict(cells(given[LAYERS]))
    edited = by_id[id_of(given[LAYERS], LINES)]
    edited["source"] = ["my own experiment  \n", "with π\t"]
    after_picture = notebook["cells"].index(by_id[id_of(given[LAYERS], PICTURE)]) + 1
    note = {"cell_type": "markdown", "id": "mine", "metadata": {}, "source": ["on the seven boxes"]}
    notebook["cells"].insert(after_picture, note)
    notebook["cells"].remove(by_id[id_of(given[LAYERS], TIMES)])
    last = notebook["cells"].pop()
    notebook["cells"].insert(1, last)
    path.write_text(json.dumps(notebook), encoding="utf-8")

    new = release.lessons((cell_of(release, LINES), DEMO + cell_of(release, LINES)), (HEADING, BALLOT))
    (done,) = update(home, new, "0.2.0")
    after = cells(path.read_bytes())
    texts = [text for _, text in after]
    assert len(set(texts)) == len(texts)  # nothing stands there twice
    assert "my own experiment  \nwith π\t" in texts
    assert texts[texts.index("on the seven boxes") - 1].startswith(PICTURE)
    assert not any(text.startswith(TIMES) for text in texts)
    assert after[1] == (last["id"], text_of[last["id"]])
    assert 'print("a new demonstration")' in texts
    assert "A text that is new, too." in texts
    assert any(text.startswith("## A linear layer is a ballot") for text in texts)
    assert not any(text.startswith("## A linear layer is a vote") for text in texts)
    untouched = dict(cells(new[LAYERS]))
    gone = {edited["id"], id_of(given[LAYERS], TIMES)}
    assert {name: text for name, text in after if name not in (edited["id"], "mine")} == {
        name: text for name, text in untouched.items() if name not in gone
    }
    assert sorted(change.what for change in done.changes) == ["new", "new", "renewed"]
