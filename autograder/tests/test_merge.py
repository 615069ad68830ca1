"""Merging a learner's notebook with newer lessons: nothing that they wrote is lost, whatever they and the kit did."""

import copy
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.learn.merge import DELETED, NEW, ORDER, OUTLIVES, REMOVED, RENEWED, YOURS, content, merge, text_of

# In CI the same examples each time; elsewhere always others.
settings.register_profile("here", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("here")

GRADING = {"grade_id": "", "solution": True, "locked": False, "grade": False, "checksum": ""}


def cell(name, source, kind="code", own=False):
    made = {"cell_type": kind, "id": name, "metadata": {}, "source": source.splitlines(keepends=True)}
    if not own and kind == "code":
        made["metadata"] = {"nbgrader": {**GRADING, "grade_id": name, "checksum": str(hash(source))}}
    if kind == "code":
        made |= {"outputs": [], "execution_count": None}
    return made


def notebook(*cells, minor=5):
    return {
        "cells": list(cells),
        "metadata": {"kernelspec": {"name": "python3"}},
        "nbformat": 4,
        "nbformat_minor": minor,
    }


def given_cells(*names):
    return notebook(*(cell(name, f"{name} as given") for name in names))


def edited(found, name, source):
    found = copy.deepcopy(found)
    (at,) = [at for at, one in enumerate(found["cells"]) if one["id"] == name]
    found["cells"][at]["source"] = source.splitlines(keepends=True)
    return found


def texts(found):
    return [text_of(one) for one in found["cells"]]


def whats(changes):
    return [change.what for change in changes]


def test_what_was_not_touched_follows_the_kit():
    base = given_cells("a", "b", "c")
    now = edited(notebook(*base["cells"][:1], cell("n", "new"), *base["cells"][2:]), "c", "c renewed")
    merged, changes = merge(base, now, copy.deepcopy(base))
    assert merged["cells"] == now["cells"]
    assert sorted(whats(changes)) == sorted([REMOVED, NEW, RENEWED])


def test_what_the_learner_wrote_stays_and_the_new_stub_is_told():
    base = given_cells("a", "softmax")
    merged, (change,) = merge(base, edited(base, "softmax", "new stub"), edited(base, "softmax", "mine"))
    assert texts(merged) == ["a as given", "mine"]
    assert (change.what, change.before, change.now) == (YOURS, "softmax as given", "new stub")


def test_a_deleted_cell_stays_deleted():
    base = given_cells("a", "b")
    merged, changes = merge(base, edited(base, "b", "new b"), notebook(base["cells"][0]))
    assert texts(merged) == ["a as given"]
    assert whats(changes) == [DELETED]


def test_a_cell_that_the_kit_gave_up_stays_if_it_was_touched_and_is_the_learners_then():
    base = given_cells("a", "b")
    base["cells"][1]["metadata"]["deletable"] = False
    merged, changes = merge(base, notebook(base["cells"][0]), edited(base, "b", "mine"))
    assert texts(merged) == ["a as given", "mine"]
    assert merged["cells"][1]["metadata"] == {}
    assert whats(changes) == [OUTLIVES]


def test_own_cells_follow_the_cell_they_followed():
    base = given_cells("a", "b", "c")
    mine = notebook(base["cells"][0], cell("own", "helper", own=True), *base["cells"][1:])
    now = notebook(base["cells"][1], base["cells"][0], cell("n", "new"), base["cells"][2])
    assert texts(merge(base, now, mine)[0]) == ["b as given", "a as given", "helper", "new", "c as given"]


def test_the_learners_order_comes_before_the_kits():
    base = given_cells("a", "b", "c")
    mine = notebook(*(base["cells"][at] for at in (2, 0, 1)))
    now = notebook(base["cells"][1], cell("n", "new"), base["cells"][0], base["cells"][2])
    merged, changes = merge(base, now, mine)
    assert texts(merged) == ["c as given", "a as given", "b as given", "new"]
    assert ORDER in whats(changes)


def test_outputs_stay_where_the_code_is_the_same_and_go_where_it_is_new():
    base = given_cells("a", "b")
    mine = copy.deepcopy(base)
    for one in mine["cells"]:
        one["outputs"], one["execution_count"] = [{"output_type": "stream", "name": "stdout", "text": "1"}], 3
    merged, _ = merge(base, edited(base, "b", "b renewed"), mine)
    assert merged["cells"][0] == mine["cells"][0]
    assert (merged["cells"][1]["outputs"], merged["cells"][1]["execution_count"]) == ([], None)


def test_notes_about_cells_are_merged_one_by_one_and_grading_is_the_kits():
    base = given_cells("a")
    mine, now = copy.deepcopy(base), copy.deepcopy(base)
    mine["cells"][0]["metadata"] |= {"collapsed": True, "nbgrader": {}}
    now["cells"][0]["metadata"]["tags"] = ["picture"]
    mine["metadata"]["widgets"] = {"state": 1}
    merged, changes = merge(base, now, mine)
    metadata = merged["cells"][0]["metadata"]
    assert metadata == {**now["cells"][0]["metadata"], "collapsed": True}
    assert merged["metadata"]["widgets"] == {"state": 1}
    assert not changes


def test_a_picture_pasted_into_a_text_is_the_learners_work():
    base = notebook(cell("a", "text", "markdown"))
    mine = copy.deepcopy(base)
    mine["cells"][0]["attachments"] = {"me.png": {"image/png": "AAAA"}}
    merged, changes = merge(base, edited(base, "a", "new text"), mine)
    assert merged["cells"] == mine["cells"]
    assert whats(changes) == [YOURS]


@pytest.mark.parametrize("ids", ["none", "other"])
def test_notebooks_whose_editor_dropped_or_renewed_the_ids(ids):
    base = notebook(cell("t", "text", "markdown", own=True), cell("softmax", "stub"), cell("u", "gone", own=True))
    now = notebook(cell("t", "new text", "markdown", own=True), cell("softmax", "stub"), cell("n", "new"))
    mine = edited(base, "softmax", "mine")
    mine["nbformat_minor"] = 4 if ids == "none" else 5
    for at, one in enumerate(mine["cells"]):
        del one["id"]
        if ids == "other":
            one["id"] = f"other-{at}"
    merged, _ = merge(base, now, mine)
    assert texts(merged) == ["new text", "mine", "new"]
    assert ("id" in merged["cells"][2]) == (ids == "other")
    assert merge(base, now, merged)[0] == merged


def test_an_own_cell_that_says_the_same_as_a_new_one_stays_where_it_is():
    base = given_cells("a", "b")
    mine = notebook(*base["cells"], cell("own", "draw()", own=True))
    now = notebook(cell("n", "draw()"), *base["cells"])
    assert texts(merge(base, now, mine)[0]) == ["draw()", "a as given", "b as given", "draw()"]


# What the kit and the learner may do, in any mixture. Every source is different, so that a lost one is noticed.


@st.composite
def changed(draw, cells, who, round_number, own):
    """The cells with some edited, deleted, added and moved."""
    result = []
    for one in cells:
        what = draw(st.sampled_from(["keep", "keep", "keep", "edit", "delete"]))
        if what == "edit":
            kind = draw(st.sampled_from([one["cell_type"], "markdown"]))
            fresh = cell(one["id"], f"{one['id']} by {who} {round_number}\nline", kind)
            one = {**fresh, "metadata": copy.deepcopy(one["metadata"])} if own else fresh
        if what != "delete":
            result.append(copy.deepcopy(one))
    for number in range(draw(st.integers(0, 3))):
        name = f"{who}-{round_number}-{number}"
        at = draw(st.integers(0, len(result)))
        result.insert(at, cell(name, f"{name} added", draw(st.sampled_from(["code", "markdown"])), own=own))
    if own and draw(st.booleans()):
        for one in result:
            if one["cell_type"] == "code":
                one["outputs"] = [{"output_type": "stream", "name": "stdout", "text": str(draw(st.integers(0, 9)))}]
    return draw(st.permutations(result)) if draw(st.integers(0, 3)) == 0 else result


@st.composite
def three_versions(draw):
    kinds = draw(st.lists(st.sampled_from(["code", "markdown"]), max_size=6))
    base = notebook(*(cell(f"c{number}", f"{number} as given", kind) for number, kind in enumerate(kinds)))
    now = notebook(*draw(changed(base["cells"], "kit", 1, own=False)))
    mine = notebook(*draw(changed(base["cells"], "me", 1, own=True)))
    return base, now, mine


def look(base, now, mine, merged):
    """Everything that must hold of a merged notebook."""
    b, t, r = ({one["id"]: one for one in found["cells"]} for found in (base, now, merged))
    assert len(r) == len(merged["cells"])
    m = {one["id"]: one for one in mine["cells"]}
    for name, one in m.items():
        if name not in b and name not in t:
            assert r[name] == one  # the learner's own cell, to the last character
        elif name not in b or content(one) != content(b[name]):
            assert content(r[name]) == content(one)  # what they wrote in a given cell
            assert r[name].get("outputs") == one.get("outputs")
        elif name in t:
            assert content(r[name]) == content(t[name])  # not touched: the kit's
            if content(one) == content(t[name]):
                assert r[name].get("outputs") == one.get("outputs")
        else:
            assert name not in r
    for name in b:
        assert name in m or name not in r  # deleted: stays away
    for name in t:
        assert name in b or name in r  # new: there
    shared = [name for name in b if name in t and name in m]
    order = [name for name in m if name in b and name in t]
    want = [name for name in t if name in shared] if order == shared else order
    assert [name for name in r if name in shared] == want


@settings(max_examples=120)
@given(three_versions())
def test_nothing_of_the_learners_is_lost(versions):
    base, now, mine = copy.deepcopy(versions)
    merged, _ = merge(base, now, mine)
    assert (base, now, mine) == versions  # none of the three is changed
    look(base, now, mine, merged)
    assert merge(base, now, merged)[0] == merged  # interrupted before the record was renewed
    assert merge(now, now, merged) == (merged, [])


@settings(max_examples=50)
@given(three_versions())
def test_one_who_did_nothing_gets_the_kits_and_no_news_change_nothing(versions):
    base, now, mine = versions
    assert merge(base, now, base)[0]["cells"] == now["cells"]
    assert merge(base, base, mine) == (mine, [])


@settings(max_examples=40)
@given(st.data())
def test_through_several_versions(data):
    base = given_cells("c0", "c1", "c2", "c3", "c4")
    mine = copy.deepcopy(base)
    for number in (1, 2, 3):
        mine = {**mine, "cells": data.draw(changed(mine["cells"], "me", number, own=True))}
        now = notebook(*data.draw(changed(base["cells"], "kit", number, own=False)))
        merged, _ = merge(base, now, mine)
        look(base, now, mine, merged)
        base, mine = now, merged


@settings(max_examples=50)
@given(three_versions())
def test_without_ids_no_character_is_lost(versions):
    base, now, mine = versions
    mine["nbformat_minor"] = 4
    for one in mine["cells"]:
        del one["id"]
    merged, _ = merge(base, now, mine)
    for one in mine["cells"]:
        assert text_of(one) in texts(merged) or text_of(one) in texts(base)
    assert not [one for one in merged["cells"] if "id" in one]
    assert merge(base, now, merged)[0] == merged
