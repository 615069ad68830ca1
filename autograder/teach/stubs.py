"""nbgrader's ClearSolutions, with a stub that says which piece belongs there, as in the kit's own notebooks."""

from __future__ import annotations

import re
from typing import Any

from nbgrader.preprocessors import ClearSolutions

from autograder.course import BEGIN, stub_line


class NamedStubs(ClearSolutions):  # type: ignore[misc]
    """Each stub names its piece: raise NotImplementedError("write softmax here")."""

    code_stub: dict[str, str]

    def preprocess_cell(self, cell: Any, resources: Any, cell_index: int) -> tuple[Any, Any]:
        if name := piece_in(cell.source):
            usual = self.code_stub
            self.code_stub = {**usual, "python": stub_line(name)}
            try:
                return super().preprocess_cell(cell, resources, cell_index)
            finally:
                self.code_stub = usual
        return super().preprocess_cell(cell, resources, cell_index)


def piece_in(source: str) -> str:
    """The piece whose solution is in this cell: softmax, or Value.log for a cell that ends with Value.log = log."""
    before, marker, _ = source.partition(BEGIN)
    functions = re.findall(r"^\s*def (\w+)", before, re.MULTILINE) if marker else []
    if not functions:
        return ""
    method = re.search(rf"^(\w+)\.{functions[-1]} = {functions[-1]}\b", source, re.MULTILINE)
    return f"{method[1]}.{functions[-1]}" if method else functions[-1]
