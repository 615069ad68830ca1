"""A trained model in one piece: what the pictures need to look inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from microgpt_ref.microgpt import Config


@dataclass(frozen=True)
class Model:
    """The dials, the letters they are about, and the measurements. Any Values or plain numbers will do as dials."""

    params: Any
    vocab: Sequence[str]
    config: Config
