"""How the product says small things in plain English (pure)."""

from collections.abc import Sequence
from datetime import date

LONGEST_QUOTE = 40


def tidied(text: str) -> str:
    """What someone typed with its spaces evened out: no-break and thin spaces become plain ones."""
    return " ".join(text.split())


def quoted(text: str) -> str:
    """What someone typed, in quotation marks, for an error message. Very long text is cut short."""
    shown = tidied("".join(letter if letter.isprintable() else " " for letter in text))
    if len(shown) > LONGEST_QUOTE:
        shown = shown[: LONGEST_QUOTE - 1].rstrip() + "…"
    return f"“{shown}”"


def listed(items: Sequence[str]) -> str:
    """Items as a sentence says them: "one", "one and two", "one, two and three"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def day_in_words(day: date) -> str:
    """A date as pages write it: "21 January 2022"."""
    return f"{day.day} {day:%B %Y}"
