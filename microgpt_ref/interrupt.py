"""Ctrl-C as a wish to stop soon, so that what is under way comes to a clean end."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType


@dataclass
class StopWish:
    """Has somebody asked to stop, and by which signal?"""

    signum: int = 0

    def __bool__(self) -> bool:
        return self.signum != 0

    @property
    def exit_code(self) -> int:
        return 128 + self.signum


@contextlib.contextmanager
def stop_wish() -> Iterator[StopWish]:
    """While this is open, a first Ctrl-C (or `kill`) is only noted; a second one ends the program at once."""
    wish = StopWish()
    if threading.current_thread() is not threading.main_thread():  # only the main thread is told of signals
        yield wish
        return
    before = {signum: signal.getsignal(signum) for signum in (signal.SIGINT, signal.SIGTERM)}

    def note(signum: int, frame: FrameType | None) -> None:
        wish.signum = signum
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)

    for signum in before:
        signal.signal(signum, note)
    try:
        yield wish
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler if handler is not None else signal.SIG_DFL)
