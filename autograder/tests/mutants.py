"""Small changes to a piece's source, one at a time: what a slip of the keyboard or of the mind might make of it."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from autograder.course import Piece, without_markers

OPERATORS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.Pow: (ast.Mult, ast.Div),
}
COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt, ast.Eq),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
FAMILIES = (
    ("wq", "wk", "wv", "wo"),
    ("fc1", "fc2"),
    ("wte", "wpe", "lm_head"),
    ("data", "grad"),
    ("beta1", "beta2"),
    ("mean", "mean_square"),
    ("n_head", "head_dim", "n_embd", "block_size"),
    ("max", "min"),
    ("sum", "max"),
    ("sorted", "list"),
)


@dataclass(frozen=True)
class Mutant:
    """A piece's cell with one change in it."""

    piece: str
    change: str  # the lines that differ, as in a diff
    source: str


Change = Callable[[ast.AST], None]  # of a node, in a copy of the tree


def mutants(piece: Piece) -> Iterator[Mutant]:
    """All of them, each different from the solution and from the others."""
    right = without_markers(piece.source)
    tree = ast.parse(right)
    before = ast.unparse(tree)
    seen = {before}
    for place, node in enumerate(_inside_functions(tree)):
        for change in _changes(node, tree):
            wrong = copy.deepcopy(tree)
            twin = list(_inside_functions(wrong))[place]
            try:
                change(twin)
                source = ast.unparse(ast.fix_missing_locations(wrong))
                compile(source, "<mutant>", "exec")
            except (SyntaxError, ValueError, TypeError):
                continue
            if source not in seen:
                seen.add(source)
                yield Mutant(piece.name, _told(before, source), source)


def _told(before: str, after: str) -> str:
    """The lines that differ, each with its indent."""
    old, new = before.split("\n"), after.split("\n")
    while old and new and old[0] == new[0]:
        del old[0], new[0]
    while old and new and old[-1] == new[-1]:
        del old[-1], new[-1]
    return "\n".join([*(f"- {line}" for line in old), *(f"+ {line}" for line in new)])


def _inside_functions(tree: ast.Module) -> list[ast.AST]:
    """All functions and the nodes of their bodies, docstrings left out, always in the same order."""
    found: list[ast.AST] = []
    for function in tree.body:
        if isinstance(function, ast.FunctionDef):
            found.append(function)
            body = function.body[1:] if ast.get_docstring(function) is not None else function.body
            for statement in body:
                found += ast.walk(statement)
    return found


def _become(node: ast.AST, other: ast.AST) -> None:
    """Turn a node into another one, in its place."""
    other = copy.deepcopy(other)
    node.__class__ = other.__class__  # type: ignore[assignment]
    node.__dict__.clear()
    node.__dict__.update(other.__dict__)


def _changes(node: ast.AST, tree: ast.Module) -> Iterator[Change]:
    """What may be done to a node; each change is a function of its twin in a copy of the tree."""

    def put(other: ast.AST) -> Change:
        return lambda twin: _become(twin, other)

    def expression(text: str) -> Change:
        return put(ast.parse(text, mode="eval").body)

    if isinstance(node, ast.stmt) and not isinstance(node, ast.FunctionDef | ast.Pass):
        yield put(ast.Pass())
    if isinstance(node, ast.FunctionDef | ast.For | ast.While | ast.If):
        yield from _of_body(node.body)
    if isinstance(node, ast.expr) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        yield from _of_expression(node, tree, put, expression)
    match node:
        case ast.AugAssign(target=target, op=op, value=value):
            yield put(ast.Assign([target], value, lineno=1))
            for other in OPERATORS.get(type(op), ()):
                yield put(ast.AugAssign(target, other(), value))
        case ast.Break():
            yield put(ast.Continue())
        case ast.If() | ast.While():
            yield lambda twin: setattr(twin, "test", ast.Constant(False))
            yield lambda twin: setattr(twin, "test", ast.Constant(True))
        case ast.For(iter=source):
            for text in ("list({})[1:]", "list({})[:-1]", "list({})[::-1]"):
                changed = ast.parse(text.format(ast.unparse(source)), mode="eval").body
                yield lambda twin, changed=changed: setattr(twin, "iter", changed)
        case ast.comprehension(iter=source, ifs=ifs):
            for text in ("list({})[1:]", "list({})[:-1]", "list({})[::-1]"):
                changed = ast.parse(text.format(ast.unparse(source)), mode="eval").body
                yield lambda twin, changed=changed: setattr(twin, "iter", changed)
            if ifs:
                yield lambda twin: setattr(twin, "ifs", [])
        case ast.Slice(lower=lower, upper=upper):
            for side, bound in (("lower", lower), ("upper", upper)):
                if bound:
                    yield lambda twin, side=side: setattr(twin, side, None)
        case ast.Raise(exc=ast.expr()):
            yield put(ast.Raise(ast.Name("RuntimeError", ast.Load())))


def _of_body(body: list[ast.stmt]) -> Iterator[Change]:
    """Lines that change places, and lines with an indent too many or too few."""
    for i, statement in enumerate(body[:-1]):

        def swap(twin: Any, i: int = i) -> None:
            twin.body[i : i + 2] = reversed(twin.body[i : i + 2])

        def indent(twin: Any, i: int = i) -> None:
            twin.body[i].body.append(twin.body.pop(i + 1))

        def dedent(twin: Any, i: int = i) -> None:
            twin.body.insert(i + 1, twin.body[i].body.pop())

        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue  # the docstring
        yield swap
        if isinstance(statement, ast.For | ast.While | ast.If):
            yield indent
            yield dedent


def _of_expression(
    node: ast.expr,
    tree: ast.Module,
    put: Callable[[ast.AST], Change],
    expression: Callable[[str], Change],
) -> Iterator[Change]:
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            for other in OPERATORS.get(type(op), ()):
                yield put(ast.BinOp(left, other(), right))
            yield put(left)
            yield put(right)
            if not isinstance(op, ast.Mult):
                yield put(ast.BinOp(right, op, left))
        case ast.UnaryOp(operand=operand):
            yield put(operand)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            for relation in COMPARISONS[type(op)]:
                yield put(ast.Compare(left, [relation()], [right]))
        case ast.BoolOp(op=op, values=[first, *rest]):
            yield put(ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), [first, *rest]))
            for value in [first, *rest]:
                yield put(value)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield put(body)
            yield put(orelse)
            yield put(ast.IfExp(test, orelse, body))
        case ast.Constant(value=bool()):
            yield put(ast.Constant(not node.value))
        case ast.Constant(value=int() | float() as number):
            for other in (number + 1, number - 1, number * 2, number / 2, -number):
                if other != number:
                    yield put(ast.Constant(other))
        case ast.Constant(value=str() as text):
            for other in _family(text) or ("x",):
                yield put(ast.Constant(other))
        case ast.Call(func=func, args=args, keywords=keywords):
            yield from (put(argument) for argument in args[:2] if not isinstance(argument, ast.Starred))
            for i in range(len(args)):
                yield put(ast.Call(func, args[:i] + args[i + 1 :], keywords))
                if i:
                    yield put(ast.Call(func, [*args[: i - 1], args[i], args[i - 1], *args[i + 1 :]], keywords))
            for i in range(len(keywords)):
                yield put(ast.Call(func, args, keywords[:i] + keywords[i + 1 :]))
            if isinstance(func, ast.Attribute):
                yield put(func.value)
            if isinstance(func, ast.Name) and func.id == "range":
                for text in ("range(({}) - 1)", "range(({}) + 1)", "range(1, {})"):
                    yield expression(text.format(ast.unparse(args[-1])))
        case ast.Tuple(elts=elts) | ast.List(elts=elts):
            kind = type(node)
            for i in range(len(elts)):
                yield put(kind(elts[:i] + elts[i + 1 :], ast.Load()))
                if i:
                    yield put(kind([*elts[: i - 1], elts[i], elts[i - 1], *elts[i + 1 :]], ast.Load()))
        case ast.ListComp():
            yield lambda twin: setattr(twin, "elt", ast.Constant(1.0))
        case ast.Subscript(value=value):
            yield put(value)
        case ast.Attribute(value=value, attr=attr):
            for other in _family(attr):
                yield put(ast.Attribute(value, other, ast.Load()))
            if attr in ("data", "grad"):
                yield put(value)
        case ast.Name(id=name):
            for other in [*_family(name), *_neighbours(node, tree)]:
                if other != name:
                    yield put(ast.Name(other, ast.Load()))


def _family(name: str) -> list[str]:
    return [other for family in FAMILIES if name in family for other in family if other != name]


def _neighbours(node: ast.Name, tree: ast.Module) -> list[str]:
    """The other names of the same function: its arguments and what it assigns to."""
    for function in tree.body:
        if isinstance(function, ast.FunctionDef) and node in list(ast.walk(function)):
            names = [argument.arg for argument in function.args.args]
            names += [
                part.id for part in ast.walk(function) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
            ]
            return list(dict.fromkeys(names)) if node.id in names else []
    return []
