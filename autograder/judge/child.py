"""The process that runs learner code: a line of Python data in, a line of JSON out, and nothing else in reach.

Started as `python -I -S child.py`, with as few imports as will do: every check waits for them. It needs the standard
library only and knows no check, no expected value and no verdict; whoever takes it over can give answers, and wrong
answers are all that they can give.

The same `Runner` serves the judge itself, on the reference, and the live notebook, on the learner's own names.
"""

from __future__ import annotations

import _json
import _thread
import builtins
import os
import sys

RECURSION = 60_000  # a recursive backward on a chain of 5,000 operations needs some 10,000 calls
STACK = 256 * 1024 * 1024
MOST_NUMBERS = 20_000  # an answer longer than this is no answer
MOST_PRINTED = 2_000
MOST_SAID = 500  # of an exception's message
MOST_SHOWN = 200  # of a learner's line, and of a name

# What this file works with is looked up once, before learner code can replace it.
_float, _int, _str, _list, _dict, _tuple = float, int, str, list, dict, tuple
_type, _isinstance, _getattr, _len, _repr, _id = type, isinstance, getattr, len, repr, id
_write, _eval, _exec, _compile = os.write, eval, exec, compile
_quote = _json.encode_basestring_ascii
_float_repr, _int_repr = float.__repr__, int.__repr__
_Module, _Generator = type(sys), type((lambda: (yield))())


class TooLarge(Exception):
    """An answer that goes on and on."""


class NotAnAnswer(Exception):
    """Something in the answer is neither a number nor a text nor a list of them."""


class Printed:
    """Stands in for sys.stdout: keeps the beginning of what is printed and drops the flood."""

    encoding, errors = "utf-8", "replace"

    def __init__(self):
        self.kept = ""

    def write(self, text):
        room = MOST_PRINTED - _len(self.kept)
        if room > 0:
            self.kept += _str(text)[:room]
        return _len(text)

    def flush(self):
        pass

    def isatty(self):
        return False

    def take(self):
        text, self.kept = self.kept, ""
        return text


class Runner:
    """Runs expressions in a namespace, and answers in plain numbers."""

    def __init__(self, namespace):
        self.namespace = namespace

    def lend(self, sources):
        """Run the cells of pieces that the reference stands in for."""
        for name, source in sources:
            _exec(_compile(source, f"<{name}>", "exec"), self.namespace)

    def ask(self, request):
        """Evaluate request["expression"] on request["inputs"]; an answer or an error, never an exception."""
        try:
            inputs = {name: self._input(given) for name, given in request["inputs"].items()}
            result = self._evaluate(request, inputs)
            values: list = []
            answer = {"data": _plain(result, values), "values": _len(values)}
            if request.get("grads"):
                answer["grads"] = self._grads(values, request["inputs"], inputs)
            return answer
        except BaseException as error:  # sys.exit in learner code, too, is the learner's mistake to hear about
            return {"error": describe(error)}

    def _evaluate(self, request, inputs):
        scope = {**self.namespace, **inputs}
        if "random" in request["expression"] + request["before"]:
            import random

            scope["random"] = random
        # Functions that the request defines must see the same names, so one dictionary serves as both.
        _exec(_compile(request["before"], "<request>", "exec"), scope)
        return _eval(_compile(request["expression"], "<request>", "eval"), scope)

    def _input(self, given):
        """An input as the learner's function gets it: {"values": ...} becomes Values, the rest stays plain."""
        if _isinstance(given, _dict) and _len(given) == 1 and "values" in given:
            return self._to_values(given["values"])
        if _isinstance(given, _dict) and _len(given) == 1 and "plain" in given:
            return _copy(given["plain"])
        return _copy(given)

    def _to_values(self, data):
        if _isinstance(data, _list):
            return [self._to_values(item) for item in data]
        if _isinstance(data, _dict):
            return {key: self._to_values(item) for key, item in data.items()}
        return self.namespace["Value"](data)

    def _grads(self, results, given, inputs):
        """Backpropagate a weighted sum of all the results, and read off the grad of every input."""
        value = self.namespace["Value"]
        if _len(results) == 1:
            results[0].backward()
        elif results:
            weights = _tuple(1.0 + 0.5 * ((7 * i) % 5) for i in range(_len(results)))
            value(0.0, _tuple(results), weights).backward()
        return {
            name: _grads_of(inputs[name])
            for name in given
            if _isinstance(given[name], _dict) and "values" in given[name]
        }


def _copy(data):
    if _isinstance(data, _list):
        return [_copy(item) for item in data]
    if _isinstance(data, _dict):
        return {key: _copy(item) for key, item in data.items()}
    return data


def _grads_of(data):
    if _isinstance(data, _list):
        return [_grads_of(item) for item in data]
    if _isinstance(data, _dict):
        return {key: _grads_of(item) for key, item in data.items()}
    return _number(data.grad, "a number belongs, in a grad")


def _number(item, what_belongs="a number or a list belongs"):
    """A plain int or float, whatever class it came dressed in."""
    if _type(item) is _float or _type(item) is _int:
        return item
    if item is True or item is False:
        return item
    if _isinstance(item, _int):
        return _int.__add__(item, 0)
    if _isinstance(item, _float):
        return _float.__add__(item, 0.0)
    raise NotAnAnswer(f"a {_type(item).__name__} where {what_belongs}")


def _plain(result, values):
    """The result as plain data; every Value in it is also put on the list, each as often as it occurs."""
    room = [MOST_NUMBERS]

    def walk(item, depth):
        room[0] -= 1
        if room[0] < 0:
            raise TooLarge(f"the answer has more than {MOST_NUMBERS:,} entries")
        if depth > 20:
            raise TooLarge("the answer is a list in a list in a list, more than 20 deep")
        if item is None or _type(item) is _float or _type(item) is _int or item is True or item is False:
            return item
        if _isinstance(item, _str):
            if _len(item) > MOST_NUMBERS:
                raise TooLarge(f"the answer is a text of {_len(item):,} characters")
            return _str.__str__(item)
        if _isinstance(item, (_list, _tuple)) or _type(item) is range or _isinstance(item, _Generator):
            return [walk(part, depth + 1) for part in item]
        if _isinstance(item, _dict):
            return {_str(key): walk(part, depth + 1) for key, part in item.items()}
        if hasattr(_type(item), "backward") or hasattr(item, "local_grads"):
            values.append(item)
            return _number(item.data)
        return _number(item)

    return walk(result, 0)


def describe(error):
    """An exception as its type, its message, and the learner's own line."""
    found = {"type": _type(error).__name__[:MOST_SHOWN], "message": _safe_text(error)[:MOST_SAID]}
    trace, steps = error.__traceback__, 0
    while trace is not None and steps < 200_000:
        name = trace.tb_frame.f_code.co_filename
        if not name.startswith("<request") and name != serve.__code__.co_filename and not name.startswith("<frozen"):
            text = _source_line(trace.tb_frame, trace.tb_lineno)
            if text is not None:
                found["where"], found["line"], found["text"] = name, trace.tb_lineno, text[:MOST_SHOWN]
        trace, steps = trace.tb_next, steps + 1
    if _isinstance(error, SyntaxError) and error.text:
        found["line"], found["text"], found["where"] = error.lineno, error.text.strip()[:MOST_SHOWN], error.filename
        found["message"] = error.msg[:MOST_SAID]
    return found


SOURCES: dict = {}  # of the learner's cells, by the name that tracebacks know them by


def _source_line(frame, number):
    source = SOURCES.get(frame.f_code.co_filename)
    if source is None:
        import linecache

        if "ipykernel" not in frame.f_code.co_filename and not frame.f_code.co_filename.startswith("<ipython"):
            return None
        return linecache.getline(frame.f_code.co_filename, number).strip() or None
    lines = source.split("\n")
    return lines[number - 1].strip() if 0 < number <= _len(lines) else None


def _safe_text(error):
    try:
        return _str(error)
    except BaseException:
        return "(its message cannot be read)"


def build_namespace(prelude, cells):
    """Earlier pieces first, as `autograder.mygpt`; then the notebook's own cells. Returns names and errors."""
    kit, mygpt = _Module("autograder"), _Module("autograder.mygpt")
    kit.__dict__.update(check=lambda *piece: None, hint=lambda *piece: None, mygpt=mygpt)
    sys.modules["autograder"], sys.modules["autograder.mygpt"] = kit, mygpt
    for name, source in prelude:
        _exec(_compile(source, f"<{name}>", "exec"), mygpt.__dict__)
    main = _Module("__main__")
    sys.modules["__main__"] = main  # so that dataclasses and friends find the module they are defined in
    namespace = main.__dict__
    namespace["__name__"] = "notebook"
    sys.modules["notebook"] = main
    errors = []
    for number, (name, source) in enumerate(cells):
        filename = f"<{name}>"
        SOURCES[filename] = source
        try:
            _exec(_compile(source, filename, "exec"), namespace)
        except BaseException as error:
            errors.append({"cell": number, **describe(error)})
    # The requests speak of the earlier pieces by name, whether or not the notebook imports them.
    for name, thing in mygpt.__dict__.items():
        namespace.setdefault(name, thing)
    return namespace, errors


def encode(data):
    """JSON, written here so that a patched json module changes nothing."""
    if data is None:
        return "null"
    if data is True:
        return "true"
    if data is False:
        return "false"
    if _type(data) is _float:
        if data != data:
            return "NaN"
        if data in (_float("inf"), -_float("inf")):
            return "Infinity" if data > 0 else "-Infinity"
        return _float_repr(data)
    if _type(data) is _int:
        return _int_repr(data) if -(2**63) < data < 2**63 else "1e999"
    if _isinstance(data, _str):
        return _quote(data)
    if _isinstance(data, _list):
        return "[" + ",".join([encode(item) for item in data]) + "]"
    return "{" + ",".join([_quote(key) + ":" + encode(item) for key, item in data.items()]) + "}"


def limit(settings):
    """Ask the operating system for the limits that it knows."""
    try:
        import resource
    except ImportError:  # Windows has none of these; the judge's clock still ends the process
        return
    for name, most in settings.items():
        kind = _getattr(resource, name, None)
        if kind is not None:
            try:
                hard = resource.getrlimit(kind)[1]
                most = most if hard == resource.RLIM_INFINITY else min(most, hard)
                resource.setrlimit(kind, (most, most))
            except (ValueError, OSError):
                pass  # macOS refuses some; the judge's clock is the limit that always holds


def no_processes(event, details):
    """Another process would outlive the check: refused in words, wherever the sandbox is not there to refuse it."""
    if event in ("os.fork", "os.forkpty", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "subprocess.Popen"):
        raise RuntimeError("a piece cannot start another process")


def serve():
    """Load what the first line brings, then answer one line after the other."""
    requests = os.fdopen(os.dup(0), "r", encoding="utf-8")
    answers = os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    printed = Printed()
    sys.__dict__.update(stdout=printed, stderr=printed, __stdout__=printed, __stderr__=printed)

    def no_input(*anything):
        raise RuntimeError("input() cannot be answered here: nobody is at the keyboard when a check runs")

    builtins.input = no_input
    sys.addaudithook(no_processes)

    def answer(line):
        data = (encode(line) + "\n").encode("utf-8")
        while data:
            data = data[_write(answers, data) :]

    answer({"ready": True})  # whatever goes wrong before this line has nothing to do with the learner
    first = _eval(requests.readline(), {})
    limit(first.get("limits", {}))
    namespace, errors = build_namespace(first["prelude"], first["cells"])
    runner = Runner(namespace)
    runner.lend(first["lent"])
    answer({"errors": errors, "printed": printed.take()})
    while line := requests.readline():
        request = _eval(line, {})
        reply = runner.ask(request)
        reply.update(printed=printed.take(), number=request.get("number"))
        answer(reply)


def main():
    """Serve on a thread with a deep stack: recursion is a fine way to write backward."""
    sys.setrecursionlimit(RECURSION)
    _thread.stack_size(STACK)
    done = _thread.allocate_lock()
    done.acquire()

    def run():
        try:
            serve()
        finally:
            done.release()

    _thread.start_new_thread(run, ())
    done.acquire()


if __name__ == "__main__":
    main()
