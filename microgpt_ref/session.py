"""One sitting of training: the steps, the display, saving now and then, and a clean stop on Ctrl-C."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from microgpt_ref.errors import UserError
from microgpt_ref.interrupt import StopWish, stop_wish
from microgpt_ref.progress import progress
from microgpt_ref.saved import NamesUsed, write
from microgpt_ref.training import SMOOTHED, Run, advance, freeze

AUTOSAVE = 5.0  # seconds: a run that is killed loses no more
SAVING_SHARE = 20  # but saving may take only a twentieth of the time


class Autosave:
    """Saves the run every few seconds, if there is a place for it."""

    def __init__(self, run: Run, names: NamesUsed, path: Path | None) -> None:
        self.run, self.names, self.path = run, names, path
        self.due = time.monotonic() + AUTOSAVE

    def now(self) -> None:
        """Save, whether it is time or not."""
        if self.path is not None:
            write(freeze(self.run, self.names), self.path)

    def if_due(self) -> None:
        """Save if the last time is long enough ago. A disk that is full now may have room at the end."""
        started = time.monotonic()
        if self.path is None or started < self.due:
            return
        try:
            self.now()
        except UserError as error:
            print(f"microgpt: {error} (training goes on)", file=sys.stderr)
        ended = time.monotonic()
        self.due = ended + max(AUTOSAVE, SAVING_SHARE * (ended - started))


def train_on(run: Run, autosave: Autosave) -> StopWish:
    """Take the run to its end, or to the end of the step in which somebody asked to stop, and save it."""
    with stop_wish() as wish:
        if not run.finished and not wish:
            with progress(len(run.losses), run.plan.num_steps, SMOOTHED) as show:
                while not run.finished and not wish:
                    loss = advance(run)
                    show(len(run.losses), loss, run.smoothed)
                    autosave.if_due()
        autosave.now()
    return wish
