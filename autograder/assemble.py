"""Cells in, one readable program out: microgpt_ref/microgpt.py, and the learner's own mygpt.py."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

RUN = """
if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Which names? For example: python {name} names.txt")
    main(sys.argv[1])
"""


@dataclass(frozen=True)
class Part:
    """One cell of the program and the heading it belongs under."""

    heading: str
    source: str


def assemble(parts: Iterable[Part], docstring: str, name: str) -> str:
    """Put the parts together: imports on top, methods inside their class, a way to run it at the end."""
    imports: set[str] = {"import sys"}
    body: list[tuple[str, str]] = []  # heading, source
    for part in parts:
        found, source = _take_imports(part.source)
        imports |= found
        methods = _methods(source)
        if methods:
            owner, text = methods
            _add_to_class(body, owner, text)
        elif source.strip():
            body.append((part.heading, source.strip("\n")))
    program = [f'"""{docstring}"""', "", *_sorted_imports(imports)]
    heading = ""
    for title, source in body:
        if title != heading:
            heading = title
            program += ["", f"# {title}"]
        program += ["", source]
    text = "\n".join(program) + "\n" + RUN.format(name=name)
    return re.sub(r"\n{3,}", "\n\n", text)  # one empty line is enough in a file that is read from top to bottom


def first_paragraphs(source: str) -> str:
    """The source with each function's docstring cut to its first paragraph: the contract, not the example."""
    lines = source.split("\n")
    for node in sorted(ast.walk(ast.parse(source)), key=lambda node: -getattr(node, "lineno", 0)):
        if not isinstance(node, ast.FunctionDef) or not ast.get_docstring(node):
            continue
        text = node.body[0]
        paragraph = lines[text.lineno - 1 : text.end_lineno]
        if "" in (stripped := [line.strip() for line in paragraph]):
            paragraph = paragraph[: stripped.index("")]
            paragraph[-1] += '"""'
            lines[text.lineno - 1 : text.end_lineno] = paragraph
    return "\n".join(lines)


def _take_imports(source: str) -> tuple[set[str], str]:
    """The import lines (those of autograder are not needed in one file), and what is left."""
    lines = source.split("\n")
    found = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            text = " ".join(line.strip() for line in lines[node.lineno - 1 : node.end_lineno])
            for number in range(node.lineno - 1, node.end_lineno or node.lineno):
                lines[number] = ""
            if not (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("autograder")):
                found.add(text)
    return found, "\n".join(lines).strip("\n")


def _sorted_imports(imports: set[str]) -> list[str]:
    return sorted(imports, key=lambda line: (line.startswith("from"), line.lower()))


def _methods(source: str) -> tuple[str, str] | None:
    """A cell that writes a function and hangs it on a class: the class, and the text for its body."""
    tree = ast.parse(source)
    hung = {
        node.targets[0].attr: (node.targets[0].value.id, node)
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Attribute)
        and isinstance(node.targets[0].value, ast.Name)
        and isinstance(node.value, ast.Name)
    }
    functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    if not hung or not functions or len(functions) + len(hung) != len(tree.body):
        return None
    (owner,) = {owner for owner, _ in hung.values()}
    lines = source.split("\n")
    text = []
    for node in tree.body:
        piece = "\n".join(lines[node.lineno - 1 : node.end_lineno])
        if isinstance(node, ast.FunctionDef):
            text.append(piece)
    for method, (_, node) in hung.items():
        if isinstance(node.value, ast.Name) and node.value.id != method:
            text.append(lines[node.lineno - 1].removeprefix(f"{owner}."))
    return owner, "\n\n".join(text)


def _add_to_class(body: list[tuple[str, str]], owner: str, text: str) -> None:
    for index, (heading, source) in enumerate(body):
        if re.search(rf"^class {owner}\b", source, re.MULTILINE):
            body[index] = (heading, source + "\n\n" + textwrap.indent(text, "    "))
            return
    raise ValueError(f"no class {owner} for its methods")
