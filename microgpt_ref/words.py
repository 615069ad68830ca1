"""Numbers in sentences."""

from __future__ import annotations


def counted(number: int, thing: str) -> str:
    """Such as 1 name, or 4,312 names."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
