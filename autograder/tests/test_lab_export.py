"""JupyterLab started by `microgpt lab` exports notebooks to HTML with pictures that draw without a network."""

import json

import pytest

from autograder.learn.lab_command import SETTINGS
from microgpt_ref.pictures import picture


@pytest.mark.parametrize("program", ["jupyter_server", "jupyter_nbconvert"])
def test_the_servers_own_export_and_nbconvert_in_its_terminal_embed_the_pictures(program):
    traitlets = pytest.importorskip("traitlets")
    settings = json.loads((SETTINGS / f"{program}_config.json").read_text(encoding="utf-8"))
    kits = picture.__file__.replace("picture.py", "export_config.json")
    with open(kits, encoding="utf-8") as file:
        assert settings == json.load(file)
    (name,) = settings["HTMLExporter"]["preprocessors"]
    assert traitlets.import_item(name).enabled
