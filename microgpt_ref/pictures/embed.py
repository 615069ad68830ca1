"""Pictures in exported HTML, without a network.

A notebook holds a figure as data, and JupyterLab has the library that draws it. A page that nbconvert or
nbgrader makes has no such library, so this preprocessor packs it in, once a page, and turns the figures into
HTML. export_config.json beside this file switches it on; as jupyter_nbconvert_config.json in one of Jupyter's
configuration folders it works for nbconvert, as jupyter_server_config.json for JupyterLab's own export, and
nbgrader reads the same setting from nbgrader_config.py.
"""

from __future__ import annotations

import base64
import gzip
import html
import importlib.util
import json
from functools import cache
from pathlib import Path
from typing import Any

from nbconvert.preprocessors import Preprocessor

from microgpt_ref.errors import UserError
from microgpt_ref.pictures.picture import CONFIG, MIMETYPE

# The library arrives packed: a third of the size. `define` and `module` are hidden from it, because
# nbconvert's pages have require.js, to which it would give itself instead of to the page.
UNPACK = """<script type="text/plain" id="microgpt-plotly">%s</script>
<script>
window.microgptPlotly = (async () => {
  const packed = atob(document.getElementById("microgpt-plotly").textContent);
  const bytes = Uint8Array.from(packed, c => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const code = await new Response(stream).text();
  new Function("define", "module", "exports", code).call(window);
  return window.Plotly;
})();
</script>
"""

FIGURE = """<figure class="microgpt-picture" aria-label="%(alt)s" style="margin: 0; overflow-x: auto">
<div></div>
<script type="application/json">%(json)s</script>
<script>
(() => {
  const [target, data] = document.currentScript.parentElement.children;
  window.microgptPlotly.then(async Plotly => {
    await Plotly.newPlot(target, JSON.parse(data.textContent));
    window.addEventListener("resize", () => Plotly.Plots.resize(target));
  });
})();
</script>
</figure>
"""


class EmbedPictures(Preprocessor):  # type: ignore[misc]
    """Make the figures of a notebook drawable in the HTML made from it."""

    enabled = True

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Give every figure an HTML form; the first one brings the library."""
        library = UNPACK % packed_library()
        for cell in nb.cells:
            for output in cell.get("outputs", []):
                figure = output.get("data", {}).get(MIMETYPE)
                if isinstance(figure, dict):
                    output["data"]["text/html"] = library + figure_html(figure)
                    library = ""
        return nb, resources


def figure_html(figure: dict[str, Any]) -> str:
    """A figure as HTML for a page that has unpacked the library."""
    try:
        alt = str(figure["layout"]["meta"]["alt"])
    except (KeyError, TypeError):  # not one of ours
        alt = "a figure"
    # In a script element, nothing in the data may look like its end.
    text = json.dumps({"config": CONFIG} | figure, ensure_ascii=False).replace("<", "\\u003c")
    return FIGURE % {"alt": html.escape(alt, quote=True), "json": text}


@cache
def packed_library() -> str:
    """plotly.js as it comes with the plotly package, packed. Found without importing plotly, which takes long."""
    spec = importlib.util.find_spec("plotly")
    if spec is None or spec.origin is None:
        raise UserError("the pictures need plotly: pip install plotly")
    code = (Path(spec.origin).parent / "package_data" / "plotly.min.js").read_bytes()
    return base64.b64encode(gzip.compress(code, mtime=0)).decode("ascii")
