"""How Excel shows a number or a day, from its format code, and which day a number stands for (pure).

Codes are read as people in Britain see them: what is common to most sheets of figures (decimals, thousands,
percentages, £ and words around a number, days and months) is shown so, and anything rarer as the plain number.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from actionplans.numbers import format_digits

GENERAL = "General"
LONGEST_CODE = 255

# Excel leaves these to the country it runs in.
BRITISH_DATES = {14: "dd/mm/yyyy", 22: "dd/mm/yyyy hh:mm"}

LAST_SERIAL = 2_958_465
"""31 December 9999, the last day that Excel knows."""

# Excel takes 1900 for a leap year, as Lotus 1-2-3 did: its day 60 never was.
_DAY_THAT_NEVER_WAS = 60

_PIECE = re.compile(
    r"""
    "(?P<quoted>[^"]*)" | \\(?P<escaped>.) | \[\$(?P<currency>[^\]-]*)[^\]]*\] | \[(?P<elapsed>h+|m+|s+)\]
    | \[[^\]]*\] | [_*].
    | (?P<general>general) | (?P<date>y+|m+|d+|h+|s+(?:\.0+)?|am/pm|a/p)
    | (?P<digits>[0#?][0#?,]*(?:\.[0#?]*)?|\.[0#?]+) | (?P<scale>,+) | (?P<other>.)
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_LITERALS = ("quoted", "escaped", "currency", "other")


@dataclass(frozen=True)
class NumberFormat:
    """One format code. `code` is "" for the general one; `has_day` is false for a date's format with hours alone."""

    code: str
    is_date: bool
    has_day: bool
    write_number: Callable[[Decimal], str]
    write_day: Callable[[dt.datetime], str]

    def write_hours(self, days: Decimal) -> str:
        """A span of time as hours and minutes: 0.5 is "12:00", 1.5 is "36:00"."""
        if days.adjusted() > 7:
            return plain(days)
        minutes = round(abs(days) * 1440)
        return f"{'-' if days < 0 else ''}{minutes // 60}:{minutes % 60:02}"


Pieces = list[tuple[str, str]]


@lru_cache(maxsize=512)
def number_format(code: str) -> NumberFormat:
    """What a format code means. One that nobody could have made is taken for the general one."""
    if len(code) > LONGEST_CODE:
        code = GENERAL
    pieces = _pieces(_first_section(code))
    is_date = any(kind in ("date", "elapsed") for kind, _ in pieces)
    return NumberFormat(
        code="" if code in (GENERAL, "@") else code,
        is_date=is_date,
        has_day=any(text[0] in "dmy" for index, text in _marks(pieces) if index not in _minutes(pieces)),
        write_number=plain if is_date else _number_writer(pieces),
        write_day=_day_writer(pieces),
    )


def plain(value: Decimal) -> str:
    """A number with just the digits it has: "1234.5", "-0.001"; very large ones as Excel shows them, "1E+20"."""
    if value.adjusted() > 20 or value.adjusted() < -20:
        return f"{value.normalize():E}" if value else "0"
    return f"{value or abs(value):f}"


def day_of_serial(serial: Decimal, *, is_1904: bool = False) -> dt.datetime | None:
    """The moment that a number stands for where Excel shows a day: 44287 is 1 April 2021. None where there is none."""
    if not 0 <= serial < LAST_SERIAL + 1:
        return None
    days = int(serial)
    seconds = round((serial - days) * 86_400)
    if is_1904:
        first = dt.datetime(1904, 1, 1)  # noqa: DTZ001 - a sheet's moments have no zone
        return first + dt.timedelta(days=days, seconds=seconds) if days <= LAST_SERIAL - 1_462 else None
    if days in (0, _DAY_THAT_NEVER_WAS):
        return None
    before = dt.datetime(1899, 12, 31 if days < _DAY_THAT_NEVER_WAS else 30)  # noqa: DTZ001 - as above
    try:
        return before + dt.timedelta(days=days, seconds=seconds)
    except OverflowError:
        return None


# Reading a code


def _first_section(code: str) -> str:
    """What a positive number is shown as: the code up to a semicolon that is not in quotation marks."""
    found = re.match(r'(?:"[^"]*"|\\.|\[[^\]]*\]|[^;])*', code, re.DOTALL)
    return found[0] if found else code


def _pieces(section: str) -> Pieces:
    """The parts of a section by kind, those that show nothing left out."""
    found = []
    for match in _PIECE.finditer(section):
        kind = match.lastgroup
        if kind:
            text = match[kind]
            found.append((kind, text if kind in _LITERALS else text.lower()))
    return found


# Numbers


def _number_writer(pieces: Pieces) -> Callable[[Decimal], str]:
    """Shows numbers as the pieces say; as they are where the pieces say nothing, or something rare."""
    digits = [text for kind, text in pieces if kind == "digits"]
    words = [text for kind, text in pieces if kind in _LITERALS]
    if len(digits) != 1 or any(text in "eE/@" for text in words if len(text) == 1):
        return plain
    place = next(index for index, (kind, _) in enumerate(pieces) if kind == "digits")
    before = "".join(text for kind, text in pieces[:place] if kind in _LITERALS)
    after = "".join(text for kind, text in pieces[place + 1 :] if kind in _LITERALS)
    scale = "".join(text for kind, text in pieces[place + 1 :] if kind == "scale")
    return _writer(digits[0], scale, before, after)


def _writer(digits: str, scales: str, before: str, after: str) -> Callable[[Decimal], str]:
    whole, _, fraction = digits.partition(".")
    bare = whole.rstrip(",")
    thousandths = 3 * (len(whole) - len(bare) + len(scales))
    needed = fraction.count("0")
    scale = (2 if "%" in before + after else 0) - thousandths
    has_thousands = "," in bare

    def write(value: Decimal) -> str:
        if abs(value.adjusted()) > 20:
            return plain(value)
        shown = format_digits(abs(value.scaleb(scale)), len(fraction))
        if not has_thousands:
            shown = shown.replace(",", "")
        if len(fraction) > needed:
            shown = _without_spare(shown, needed)
        sign = "-" if value < 0 and shown.strip("0.,") else ""
        return f"{sign}{before}{shown}{after}".strip()

    return write


def _without_spare(shown: str, needed: int) -> str:
    """A number without the zeros at its end that a "#" leaves out."""
    whole, _, decimals = shown.partition(".")
    decimals = decimals[:needed] + decimals[needed:].rstrip("0")
    return f"{whole}.{decimals}" if decimals else whole


# Days


def _marks(pieces: Pieces) -> list[tuple[int, str]]:
    """The marks of days and hours, each with its place among the pieces."""
    return [(index, text) for index, (kind, text) in enumerate(pieces) if kind in ("date", "elapsed")]


def _minutes(pieces: Pieces) -> set[int]:
    """The places of an "m" that is minutes: it comes after hours or before seconds."""
    marks = _marks(pieces)
    found = set()
    for order, (index, text) in enumerate(marks):
        is_after_hours = order > 0 and marks[order - 1][1].startswith("h")
        is_before_seconds = order + 1 < len(marks) and marks[order + 1][1].startswith("s")
        if text in ("m", "mm") and (is_after_hours or is_before_seconds):
            found.add(index)
    return found


def _day_writer(pieces: Pieces) -> Callable[[dt.datetime], str]:
    """Shows days as the pieces say."""
    minutes = _minutes(pieces)
    has_halves = any(text in ("am/pm", "a/p") for _, text in _marks(pieces))

    def write(moment: dt.datetime) -> str:
        shown = ""
        for index, (kind, text) in enumerate(pieces):
            if kind in _LITERALS:
                shown += text
            elif kind in ("date", "elapsed"):
                shown += (
                    f"{moment.minute:0{len(text)}}" if index in minutes else _mark(moment, text, has_halves)
                )
        return shown.strip()

    return write


def _mark(moment: dt.datetime, mark: str, has_halves: bool) -> str:  # noqa: FBT001 - one caller
    """One mark of a date's format: "d" is 1, "dd" 01, "ddd" Mon, "dddd" Monday; months and years likewise."""
    hour = (moment.hour % 12 or 12) if has_halves else moment.hour
    letter = mark[0]
    if mark in ("am/pm", "a/p"):
        return "AM" if moment.hour < 12 else "PM"
    if letter == "y":
        return f"{moment.year:04}" if len(mark) > 2 else f"{moment.year % 100:02}"
    if letter in "dm" and len(mark) > 2:
        return _name(moment, mark)
    number = {"d": moment.day, "m": moment.month, "h": hour, "s": moment.second}[letter]
    return f"{number:02}" if len(mark) > 1 else str(number)


def _name(moment: dt.datetime, mark: str) -> str:
    if mark[0] == "d":
        return f"{moment:%a}" if len(mark) == 3 else f"{moment:%A}"
    names = {3: f"{moment:%b}", 5: f"{moment:%B}"[0]}
    return names.get(len(mark), f"{moment:%B}")
