"""Text that the report's own typeface can print, whatever people typed.

A machine's other fonts would make the same report differ from machine to machine, or fail, so a character
that ours lacks is written in words: an arrow as "to", an emoji as its name in square brackets.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont

# What the common signs say, for a reader and for a screen reader.
IN_WORDS = {
    "→": "to", "⇒": "to", "➔": "to", "➜": "to", "←": "from", "↑": "up", "↓": "down",
    "▲": "up", "▼": "down", "△": "up", "▽": "down",
    "≤": "at most", "≥": "at least", "≠": "not equal to", "≈": "about", "∞": "infinity",
    "✓": "yes", "✔": "yes", "✗": "no", "✘": "no", "☐": "[ ]", "☑": "[x]", "☒": "[x]",
}  # fmt: skip

# The same sign in the typeface's own shape.
IN_SHAPE = {
    "●": "•", "○": "•", "▪": "•", "▫": "•", "■": "•", "□": "•", "◆": "•", "◦": "•", "‣": "•",
    "\uf0b7": "•", "\uf0a7": "•", "\u2010": "-", "\u2011": "-", "―": "—", "‛": "‘", "‟": "“", "′": "’", "″": "”",
}  # fmt: skip

_KEPT = frozenset("\n\r\t")
# No character may turn into one of these: it would be markup.
_MARKUP = frozenset("<>&\"'")
# Spaces of any width are spaces; what only steers, or only marks the letter before it, goes.
_WITHOUT_WORDS = {"Zs": " ", "Cc": "", "Cf": "", "Cs": "", "Mn": ""}
# Joiners, variation selectors, skin tones: they only alter the character beside them.
_SILENT = re.compile(
    "[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0000-\U000e01ef]"
)


@lru_cache(maxsize=4)
def characters_of(fonts: tuple[Path, ...]) -> frozenset[str]:
    """Every character that all of these fonts can draw."""
    drawn = [{chr(code) for code in TTFont(font).getBestCmap()} for font in fonts]
    return frozenset(set.intersection(*drawn))


def printable(text: str, alphabet: Iterable[str]) -> str:
    """`text` in the characters of `alphabet` alone; markup in it stays markup."""
    known = frozenset(alphabet) | _KEPT
    text = _SILENT.sub("", unicodedata.normalize("NFC", text))
    if known.issuperset(text):
        return text
    return "".join(
        letter if letter in known else _instead(letter, known, _is_word(text, place))
        for place, letter in enumerate(text)
    )


def _is_word(text: str, place: int) -> tuple[bool, bool]:
    """Whether the character touches a word before it and after it, so that words in its place need room."""
    return text[place - 1 : place].isalnum(), text[place + 1 : place + 2].isalnum()


def _instead(letter: str, known: frozenset[str], touches: tuple[bool, bool]) -> str:
    if letter in IN_SHAPE:
        return IN_SHAPE[letter]
    if letter in IN_WORDS:
        before, after = touches
        return f"{' ' if before else ''}{IN_WORDS[letter]}{' ' if after else ''}"
    kind = unicodedata.category(letter)
    if kind in _WITHOUT_WORDS:
        return _WITHOUT_WORDS[kind]
    plain = "".join(part for part in unicodedata.normalize("NFKD", letter) if part in known)
    if plain.strip() and not _MARKUP.intersection(plain):
        return plain
    return f"[{unicodedata.name(letter, f'character U+{ord(letter):04X}').lower()}]"
