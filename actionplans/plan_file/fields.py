"""Readers of the single fields of a plan file: each takes what was written and gives a value of our own.

Every reader raises WrongError, in words for the person who wrote the file, when it cannot.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_slug

from actionplans.plan_file.document import Node, Scalar, Sequence, Table
from actionplans.risk_bands import faults_in_cells
from priorities.clock import EDINBURGH
from priorities.models.partnership import CODE, RESERVED_SLUGS
from priorities.periods import FIRST_YEAR, LAST_YEAR, FinancialQuarter, PeriodError
from priorities.wording import quoted

LONGEST_CODE = 40
LONGEST_SLUG = 60
LONGEST_TEXT = 20_000

# Official figures come out at half past nine.
RELEASE_TIME = dt.time(9, 30)

Reader = Callable[[Node], Any]

_NUMBER = re.compile(r"-?[0-9]{1,14}(\.[0-9]{1,6})?")
_WHOLE = re.compile(r"-?[0-9]{1,9}")
_TIME = re.compile(r"(.+?)[ T]([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9])(?:\.([0-9]{1,6}))?)?")
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?")
_is_web_address = URLValidator(schemes=["http", "https"])


class WrongError(ValueError):
    """What was written cannot be read; the message says why."""


def words(longest: int = LONGEST_TEXT) -> Reader:
    """Text, without the spaces round it."""

    def read(node: Node) -> str:
        text = _scalar(node).text.strip()
        if len(text) > longest:
            raise WrongError(f"This is {len(text):,} characters long; at most {longest:,} fit.")
        if any(not (letter.isprintable() or letter in "\n\t\xa0") for letter in text):
            raise WrongError("This holds a character that cannot be printed.")
        return text

    return read


def code(node: Node) -> str:
    text = _scalar(node).text
    if not re.fullmatch(CODE.regex, text) or text.endswith("\n"):
        raise WrongError(
            f"{quoted(text)} cannot be a code. Use letters, digits, hyphens and underscores, "
            "and start with a letter or digit."
        )
    if len(text) > LONGEST_CODE:
        raise WrongError(f"{quoted(text)} is too long for a code: at most {LONGEST_CODE} characters.")
    return text


def slug(node: Node) -> str:
    text = _scalar(node).text
    try:
        validate_slug(text)
    except ValidationError:
        raise WrongError(
            f"{quoted(text)} cannot be part of an address. Use letters, digits, hyphens and underscores."
        ) from None
    if len(text) > LONGEST_SLUG:
        raise WrongError(f"{quoted(text)} is too long: at most {LONGEST_SLUG} characters.")
    return text


def address(node: Node) -> str:
    """The slug of a partnership: not one where the product keeps pages of its own."""
    text = slug(node)
    if text in RESERVED_SLUGS:
        raise WrongError(f"The address {quoted(text)} is used by the product itself. Choose another.")
    return text


def name_of(node: Node) -> str:
    """The code of another entry. Whether there is one is for the checks to say."""
    return _scalar(node).text


def web_address(node: Node) -> str:
    text = words(200)(node)
    try:
        _is_web_address(text)
    except ValidationError:
        raise WrongError(
            f"{quoted(text)} is not a web address. Write it like https://example.org/page."
        ) from None
    return text


def colour(node: Node) -> str:
    text = _scalar(node).text
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise WrongError(f'{quoted(text)} is not a colour. Write it like "#2b5d6e", in quotation marks.')
    return text


def one_of(choices: Iterable[str]) -> Reader:
    known = [str(choice) for choice in choices]

    def read(node: Node) -> str:
        text = _scalar(node).text
        if text not in known:
            listed = f"{', '.join(known[:-1])} or {known[-1]}"
            raise WrongError(f"{quoted(text)} is not known here. Use {listed}.")
        return text

    return read


def truth(node: Node) -> bool:
    text = _scalar(node).text
    if text not in ("true", "false"):
        raise WrongError(f"{quoted(text)} is neither true nor false.")
    return text == "true"


def number(node: Node) -> Decimal:
    """A number with every digit that was written."""
    text = _scalar(node).text
    if not _NUMBER.fullmatch(text):
        raise WrongError(
            f"{quoted(text)} is not a number. Write it like 1234.5, with at most 14 digits before the point "
            "and 6 after it."
        )
    return Decimal(text)


def whole_number(lowest: int, highest: int) -> Reader:
    def read(node: Node) -> int:
        text = _scalar(node).text
        if not _WHOLE.fullmatch(text) or not lowest <= int(text) <= highest:
            raise WrongError(f"{quoted(text)} is not a whole number from {lowest} to {highest:,}.")
        return int(text)

    return read


def day(node: Node) -> dt.date:
    text = _scalar(node).text
    parts = _DAY.fullmatch(text)
    if not parts or parts[3] is None:
        raise WrongError(f"{quoted(text)} is not a day. Write it like 2022-02-25.")
    return _real_day(text, int(parts[1]), int(parts[2]), int(parts[3]))


def day_or_month(node: Node) -> dt.date:
    """A day; or a month when no more is known, which stands for its first day."""
    text = _scalar(node).text
    parts = _DAY.fullmatch(text)
    if not parts:
        raise WrongError(f"{quoted(text)} is not a day or month. Write it like 2021-03-24, or 2021-03.")
    return _real_day(text, int(parts[1]), int(parts[2]), int(parts[3] or 1))


def moment(node: Node) -> dt.datetime:
    """When something comes out: a day or month stands for half past nine of it, as official figures do.

    With a time, as Scotland's clocks show it.
    """
    text = _scalar(node).text
    timed = _TIME.fullmatch(text)
    if timed is None:
        return known_from(day_or_month(node))
    on = day(Scalar(node.line, timed[1]))
    time = dt.time(int(timed[2]), int(timed[3]), int(timed[4] or 0), int((timed[5] or "0").ljust(6, "0")))
    return dt.datetime.combine(on, time, EDINBURGH)


def known_from(day: dt.date) -> dt.datetime:
    """The moment from which what came out on a day is known."""
    return dt.datetime.combine(day, RELEASE_TIME, EDINBURGH)


def quarter(node: Node) -> FinancialQuarter:
    try:
        return FinancialQuarter.parse(_scalar(node).text)
    except PeriodError as error:
        raise WrongError(str(error)) from None


def list_of(reader: Reader) -> Reader:
    def read(node: Node) -> tuple[Any, ...]:
        if not isinstance(node, Sequence):
            raise WrongError("Write a list here, like [one, two].")
        return tuple(reader(item) for item in node.items)

    return read


def yearly_aims(node: Node) -> dict[int, str]:
    """The aim for each plan year."""
    if not isinstance(node, Table):
        raise WrongError("Write the plan years and their aims here, like {1: first aim, 2: second aim}.")
    if node.repeats:
        raise WrongError(f"The aim for year {node.repeats[0][0]} is written twice.")
    plan_year = whole_number(1, 10)
    return {plan_year(Scalar(node.key_lines[name], name)): words()(aim) for name, aim in node.entries.items()}


def bands(node: Node) -> list[list[str]]:
    """The cells of a risk matrix."""
    cells = list_of(list_of(name_of))(node)
    rows = [list(row) for row in cells]
    if faults := faults_in_cells(rows):
        raise WrongError(" ".join(faults))
    return rows


def _scalar(node: Node) -> Scalar:
    if not isinstance(node, Scalar):
        raise WrongError("Write one value here, not a list or a group of names.")
    if node.is_blank:
        raise WrongError("Nothing is written here.")
    return node


def _real_day(text: str, year: int, month: int, number_of_day: int) -> dt.date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise WrongError(f"{quoted(text)} is out of range. Use a year from {FIRST_YEAR} to {LAST_YEAR}.")
    try:
        return dt.date(year, month, number_of_day)
    except ValueError:
        raise WrongError(f"There is no day {quoted(text)} in the calendar.") from None
