"""Hostile and unlucky submissions: code that breaks, hangs and floods, answers that are none, and cheats."""

from __future__ import annotations

from typing import Any

from autograder.course import course
from autograder.judge.checking import Examinee, Inputs
from autograder.judge.judge import PUBLIC_SEED, checks_of
from autograder.judge.reference import reference
from autograder.tests.hostile import RIGHT, attend, piece

LOCK = """
import threading
lock = threading.Lock()
lock.acquire()
lock.acquire()
"""
MEMORY = """
kept = []
while True:
    kept.append(bytearray(1 << 24))
"""
FLOOD = """
for _ in range(100):
    print("x" * 1_000_000)
raise ValueError("enough")
"""

BREAKING = [
    piece("os._exit in the answer", attend("import os\nos._exit(0)"), says="ended the process"),
    piece("os._exit while loading", attend(RIGHT, "import os\nos._exit(0)"), says="ended the process"),
    piece("sys.exit in the answer", attend("raise SystemExit(0)"), says="SystemExit"),
    piece("kills itself", attend("import os\nos.kill(os.getpid(), 9)"), says="ended the process"),
    piece(
        "kills everything", attend("import os\nos.kill(-1, 9)\nos.kill(1, 9)\nos._exit(1)"), says="ProcessLookupError"
    ),
    # It stops a moment after it is told to; until then it waits, or it would answer at times.
    piece(
        "stops itself",
        attend("import os, time\nos.kill(os.getpid(), 19)\ntime.sleep(1000)"),
        says="no answer within",
        seconds=1.0,
    ),
    piece("a segmentation fault", attend("import ctypes\nctypes.string_at(0)"), says="ended the process"),
    piece("an endless loop", attend("while True:\n    pass"), says="no answer within", seconds=1.0),
    piece("an endless loop in C", attend("return sum(iter(int, 1))"), says="no answer within", seconds=1.0),
    piece("sleeps", attend("import time\ntime.sleep(1000)"), says="no answer within", seconds=1.0),
    piece("a lock that nobody opens", attend(LOCK), says="no answer within", seconds=1.0),
    piece("endless recursion", attend("return attend(query, keys, values)"), says="RecursionError"),
    piece("2 GB of memory", attend("return [bytearray(1 << 31)]"), says="MemoryError"),
    piece("memory by small steps", attend(MEMORY), says="raised MemoryError"),
    piece("100 MB printed", attend(FLOOD), says="It printed"),
    piece("input()", attend("return input('weights? ')"), says="nobody is at the keyboard"),
    piece("forks", attend("import os\nwhile True:\n    os.fork()"), says="cannot start another process"),
    piece("a million open files", attend("kept = [open('/dev/null') for _ in range(10**6)]"), says="OSError"),
    piece("a warning on stderr", attend("import sys\nprint('careful', file=sys.stderr)\n" + RIGHT), lost=False),
    piece("a warning", attend("import warnings\nwarnings.warn('careful')\n" + RIGHT), lost=False),
    piece("prints a number", attend("print(100)\n" + RIGHT), lost=False),
    piece("a syntax error", attend("return [weights"), says="Python cannot read cell"),
    piece("a bomb of brackets", attend("return " + "[" * 5000), says="Python cannot read cell"),
    piece("a bomb of minus signs", attend("return " + "-" * 40_000 + "1"), says="Python cannot read cell"),
    piece("a piece twice", attend(RIGHT) + attend("return values"), says="more than once"),
    piece("a piece renamed", attend(RIGHT).replace("attend(", "attent("), says="there is no attend"),
]

ALWAYS_EQUAL = """
class Anything(float):
    data = grad = 1.0
    backward = local_grads = lambda self: None
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __sub__(self, other): return 0.0
    __rsub__ = __sub__
    def __abs__(self): return 0.0
    __hash__ = float.__hash__
"""
LIAR = """
from autograder.mygpt import Value

class Liar(Value):
    __slots__ = ()
    @property
    def data(self): return Anything(1)
    @data.setter
    def data(self, data): pass
"""
CIRCLE = """
answer = []
answer.append(answer)
return answer
"""
# Whoever takes over the child can write to its channel; wrong answers are all that they can give.
CHANNEL = """
import os

def tell(line):
    for descriptor in range(3, 20):
        try:
            os.write(descriptor, line)
        except OSError:
            pass
"""
GOOD_NEWS = '{"data": true, "values": 99, "grads": {}, "passed": true, "points": 100, "score": 100}'


def telling(line: str, then: str = "return []") -> str:
    """attend as somebody writes it who has found the channel to the judge."""
    return attend(f"tell({line})\n{then}", CHANNEL)


ANSWERS = [
    piece(
        "equal to everything",
        attend("return [Anything(1) for _ in values[0]]", ALWAYS_EQUAL),
        says="gave [1, 1, 1], expected",
    ),
    piece(
        "a Value that lies",
        attend("return [Liar(0.5) for _ in values[0]]", ALWAYS_EQUAL + LIAR),
        says="gave [1, 1, 1], expected",
    ),
    piece("not a number", attend("return [float('nan') for _ in values[0]]"), says="nan"),
    piece("infinity", attend("return [float('inf') for _ in values[0]]"), says="inf"),
    piece("a million numbers", attend("return [0.5] * 1_000_000"), says="20,000"),
    piece("numbers as text", attend("return [str(number.data) for number in values[0]]"), says="gave ['"),
    piece("a list in itself", attend(CIRCLE), says="deep"),
    piece("nothing", attend("weights = attention_weights(query, keys)"), says="gave None"),
    piece(
        "an integer beyond all floats", attend("return [10 ** 5000 for _ in values[0]]"), says="gave [inf, inf, inf]"
    ),
    piece("forges an answer", telling(f"b'{GOOD_NEWS}\\n'"), says="wrote into the channel"),
    piece("forges answers in advance", telling(f"b'{GOOD_NEWS}\\n' * 500"), says="wrote into the channel"),
    piece("forges the exit code", telling(f"b'{GOOD_NEWS}\\n'", "os._exit(0)"), says="wrote into the channel"),
    piece(
        "an answer of odd shape",
        telling("""b'{"data": [], "values": {}, "grads": 5}\\n'"""),
        says="wrote into the channel",
    ),
    piece("an error of odd shape", telling("""b'{"error": 5}\\n'"""), says="wrote into the channel"),
    piece(
        "an error without a type",
        telling("""b'{"error": {"type": [], "message": {}}}\\n'"""),
        says="wrote into the channel",
    ),
    piece("an answer that is a list", telling("b'[1, 2]\\n'"), says="channel"),
    piece("rubbish in the channel", telling("b'\\xff\\x00 100\\n'"), says="channel"),
    piece("an answer without an end", telling("b'1' * 60_000", "os._exit(0)"), says="ended the process"),
    piece("an answer of 5 MB", telling("b'1' * 5_000_000", "os._exit(0)"), says="far too long"),
    piece("closes the channel", attend("import os\nos.closerange(0, 100)\nreturn []"), says="ended the process"),
]

# Whoever never reads again must not hold up the judge, who writes.
NO_READER = (
    CHANNEL
    + """
import fcntl, time

for descriptor in range(20):
    try:
        fcntl.fcntl(descriptor, 1031, 4096)  # the smallest of pipes
    except OSError:
        pass
tell(b'{"errors": [], "printed": ""}\\n')
"""
)
ANSWERS += [
    piece("an answer that cannot be saved", attend(r"raise ValueError('\ud800' * 9)"), says="raised ValueError: ???"),
    piece("never reads", attend(RIGHT, NO_READER + "time.sleep(1000)"), says="no answer within", seconds=0.3),
    piece("talks without end", attend(RIGHT, NO_READER + f"while True:\n    tell(b'{GOOD_NEWS}\\n')"), says="channel"),
    piece("an error of 4 MB", telling("""b'{"error": {"type": "E", "message": "' + b'x' * 4_000_000 + b'"}}\\n'""")),
]


class Listener:
    """Answers like the reference, and remembers what it was asked."""

    def __init__(self) -> None:
        self.exercise, self.known = course().exercise("03"), dict[str, Any]()

    def ask(self, request: Any, seconds: float) -> Any:
        answer = reference(course(), self.exercise).ask(request, seconds)
        inputs = [request.inputs[name].data for name in ("query", "keys", "values")]
        self.known[repr(inputs)] = answer["data"]
        return answer


def hard_coded() -> str:
    """attend as somebody writes it who has seen every question of the learner's own checks, and every answer."""
    listener = Listener()
    for check in checks_of(listener.exercise):
        if check.piece == "attend":
            examinee = Examinee(listener, reference(course(), listener.exercise))
            check.function(examinee, Inputs(PUBLIC_SEED, f"{check.piece}/{check.name}"))
    return attend(
        f"""
        asked = [[n.data for n in query], *([[n.data for n in row] for row in rows] for rows in (keys, values))]
        return {listener.known!r}[repr(asked)]
        """
    )


PATCHES = """
import builtins, json, sys

class Always(float):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    __hash__ = float.__hash__

class Screen:
    def write(self, text): return 100
    def flush(self): pass

json.loads = json.dumps = lambda *a, **k: {"data": 1.0, "passed": True}
json.JSONDecoder.decode = json.JSONEncoder.encode = lambda *a, **k: {"data": 1.0}
sys.stdout = sys.__stdout__ = sys.stderr = Screen()
"""
PATCHES_ALL = (
    PATCHES
    + """
usual = sum
builtins.float = Always
builtins.sum = lambda *a: Always(usual(*a))
builtins.repr = builtins.str = lambda *a: "1.0"
builtins.isinstance = lambda *a: True
"""
)
TAKE_OVER = """
import gc, sys

for thing in gc.get_objects():
    if type(thing).__name__ == "Runner":
        type(thing).ask = lambda self, request: {"data": [1.0], "values": 1, "grads": {}, "passed": True}
"""
SEARCH = """
import gc
for thing in gc.get_objects():
    if isinstance(thing, dict) and "expected" in thing:
        return thing["expected"]
raise NotImplementedError
"""
BORROW = """
from microgpt_ref.microgpt import attend as right
return right(query, keys, values)
"""

CHEATS = [
    piece("the constants of the public seed", hard_coded(), says="KeyError"),
    piece("patches json and stdout", attend("return [Always(1)]", PATCHES), says="gave [1], expected"),
    piece("patches float, sum and isinstance", attend("return [float(1)]", PATCHES_ALL), says="gave [1], expected"),
    piece("looks for the expected answer", attend(SEARCH), says="to do"),
    piece("asks the kit", attend(BORROW), says="ModuleNotFoundError"),
    piece("asks the judge", attend("import autograder.judge.reference"), says="ModuleNotFoundError"),
    piece("takes over the child", attend("return []", TAKE_OVER), says="gave [], expected"),
]
