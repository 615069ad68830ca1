"""Single keys from the keyboard, without Enter, on POSIX and on Windows. The terminal is put right on every way out."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

END = "\x04"  # Ctrl-D, or a terminal that is gone

Wait = Callable[[float], str]  # waits for a key so many seconds; "" when there was none


@contextmanager
def keys() -> Iterator[Wait | None]:
    """Something to wait for a key with; None when nobody is at a keyboard."""
    if not sys.stdin or not sys.stdin.isatty():
        yield None
    elif sys.platform == "win32":
        yield _wait_windows
    else:
        with _posix() as wait:
            yield wait


if sys.platform == "win32":
    import msvcrt

    def _wait_windows(seconds: float) -> str:
        end = time.monotonic() + seconds
        while not msvcrt.kbhit():
            if time.monotonic() >= end:
                return ""
            time.sleep(0.02)
        key = msvcrt.getwch()
        if key == "\x03":
            raise KeyboardInterrupt
        if key in ("\x00", "\xe0"):  # an arrow or a function key: its second half is not for us
            msvcrt.getwch()
            return ""
        return key

else:
    import select
    import termios
    import tty

    @contextmanager
    def _posix() -> Iterator[Wait | None]:
        keyboard = sys.stdin.fileno()
        if os.tcgetpgrp(keyboard) != os.getpgrp():  # started in the background: touching the terminal would stop us
            yield None
            return
        before = termios.tcgetattr(keyboard)

        def listen(*signalled: object) -> None:
            tty.setcbreak(keyboard, termios.TCSADRAIN)

        def leave(number: int, frame: object) -> None:
            raise SystemExit(128 + number)  # so that the terminal is put right below

        # Ctrl-Z gives the terminal to the shell; when we go on, it must listen to single keys again.
        handlers: dict[signal.Signals, Any] = {signal.SIGTERM: leave, signal.SIGHUP: leave, signal.SIGCONT: listen}
        old: dict[signal.Signals, Any] = {}
        try:
            for which, handler in handlers.items():
                old[which] = signal.signal(which, handler)
            listen()
            yield lambda seconds: _wait_posix(keyboard, seconds)
        finally:
            for which, handler in old.items():
                signal.signal(which, handler)
            try:
                termios.tcsetattr(keyboard, termios.TCSADRAIN, before)
            except termios.error:
                pass  # the terminal is gone

    def _wait_posix(keyboard: int, seconds: float) -> str:
        if not select.select([keyboard], [], [], seconds)[0]:
            return ""
        try:
            typed = os.read(keyboard, 64).decode(errors="ignore")
        except OSError:
            return END
        if not typed:
            return END
        return "" if typed.startswith("\x1b") else typed[0]  # an arrow sends several letters
