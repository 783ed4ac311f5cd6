"""An attacker for disclosure control: fetches everything a reader can, and works out what follows from it.

Every figure of the attacked partnership is a number that stands nowhere else, so that finding the number is finding
the figure. What is hidden is then sought by exact linear algebra: the sums a reader knows to hold, every figure that
was found and every difference of two that was found.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Hashable, Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from html import unescape
from itertools import combinations

import pikepdf
from django.test import Client

from actionplans.models import Measure, Reading
from tests.reports.pdf_reading import words_of

# Numbers below this, and years, stand on pages for other reasons: dates, sizes, counts of things, Acts.
LEAST = 1000
YEARS = range(1900, 2100)

_NUMBER = re.compile(r"(?<![\w.,])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\w])")
_ADDRESS = re.compile(r"""["'](/strathmuir/[^"'#\s]*)["'#]""")

Name = Hashable
Row = dict[Name, Fraction]


# What a reader can fetch


def everything_fetched(client: Client) -> Iterator[tuple[str, str]]:
    """Every address a reader reaches from the partnership's first pages, by whatever stands in a page, and its text.

    Every page has links to its tables as files, so those are among them.
    """
    waiting = ["/strathmuir/", "/strathmuir/reports/", "/strathmuir/dashboard/", "/strathmuir/quarters/"]
    codes = Measure.objects.values_list("code", flat=True)
    waiting += [f"/strathmuir/measures/{code}/" for code in codes]
    seen = set(waiting)
    while waiting:
        address = waiting.pop()
        response = client.get(address, follow=True)
        if response.status_code != 200:
            continue
        content = response.getvalue()
        text = " ".join([*map(str, response.headers.values()), *_texts(content)])
        yield address, text
        for found in map(unescape, _ADDRESS.findall(text)):
            if found not in seen:
                seen.add(found)
                waiting.append(found)


def _texts(content: bytes) -> Iterator[str]:
    """All the text in a page or a file: what a PDF draws and carries, every part of a workbook."""
    if content.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(content)) as pdf:
            yield from (" ".join(words.text for words in words_of(page)) for page in pdf.pages)
            yield from (str(value) for value in pdf.docinfo.values())
            for spec in pdf.attachments.values():
                yield from _texts(spec.get_file().read_bytes())
    elif content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            for name in parts.namelist():
                yield from _texts(parts.read(name))
    else:
        # Tags become spaces beside what they held, so that a number in an attribute is found too.
        text = content.decode("utf-8", errors="replace")
        yield text.replace("<", " <").replace(">", "> ")


def numbers_in(texts: Iterable[str]) -> set[Decimal]:
    return {Decimal(found.replace(",", "")).normalize() for text in texts for found in _NUMBER.findall(text)}


# What follows from it


class Attack:
    """What a reader of some numbers knows of every figure of the measures under control."""

    def __init__(self, numbers: set[Decimal]) -> None:
        self.numbers = numbers
        readings = Reading.objects.confirmed().filter(
            measure__is_disclosure_controlled=True, measure__gap__isnull=True, value__isnull=False
        )
        self.readings = list(readings.select_related("measure", "place", "comparator").order_by("pk"))
        self.amounts: dict[Name, Decimal] = {
            (row.pk, role): value for row in self.readings for role, value in _amounts(row)
        }
        self.found = {name for name, value in self.amounts.items() if self._is_seen(value)}
        self._solved = _solved([*self._sums(), *self._found_rows()])

    @property
    def hidden(self) -> list[Name]:
        return [
            (row.pk, role)
            for row in self.readings
            if row.is_suppressed or row.clearance_id is None
            for role, _ in _amounts(row)
        ]

    def recovered(self) -> set[str]:
        """The hidden figures that were seen or can be worked out."""
        return self.told(name for name in self.hidden if name in self.found or self._is_settled(name))

    def told(self, names: Iterable[Name]) -> set[str]:
        """Figures by the names people give them; two equal vintages have one."""
        return {self._told(name) for name in names}

    def _told(self, name: Name) -> str:
        key, role = name
        row = next(row for row in self.readings if row.pk == key)
        place = row.place or row.comparator or "area"
        return f"{row.measure.code} {place} {row.ends_on} {role} {self.amounts[name].normalize():f}"

    def _is_seen(self, value: Decimal) -> bool:
        return _is_telling(value) and value.normalize() in self.numbers

    def _is_settled(self, name: Name) -> bool:
        return not _reduced({name: Fraction(1)}, self._solved)

    def _found_rows(self) -> Iterator[Row]:
        for name in self.found:
            yield {name: Fraction(1)}
        for row in self.readings:
            if (row.pk, "value") in self.found and row.denominator:
                share = Fraction(row.numerator) / Fraction(row.denominator)
                yield {(row.pk, "numerator"): Fraction(1), (row.pk, "denominator"): -share}
        yield from self._differences()

    def _differences(self) -> Iterator[Row]:
        """A change, a gap or a quarter of a running total that was found, and is no figure itself."""
        own = {value.normalize() for value in self.amounts.values()}
        for (one, first), (other, second) in combinations(self.amounts.items(), 2):
            apart = abs(first - second).normalize()
            if one[1] == other[1] and apart in self.numbers - own and _is_telling(apart):
                yield {one: Fraction(1), other: Fraction(-1)}

    def _sums(self) -> Iterator[Row]:
        """The places, and the parts of the population, of each period and vintage make up the area."""
        areas = [row for row in self.readings if row.place is None and row.comparator is None]
        for area in areas:
            for kind in ("place", "comparator"):
                parts = [
                    row
                    for row in self.readings
                    if getattr(row, kind) is not None
                    and (row.measure_id, row.starts_on, row.ends_on, row.released_at)
                    == (area.measure_id, area.starts_on, area.ends_on, area.released_at)
                ]
                for role, _ in _amounts(area):
                    if parts and (role != "value" or area.denominator is None):
                        yield {(area.pk, role): Fraction(-1)} | {(row.pk, role): Fraction(1) for row in parts}


def _amounts(row: Reading) -> list[tuple[str, Decimal]]:
    """A count itself; of a ratio its numerator, its denominator and the percentage as pages print it."""
    if row.denominator is None or row.numerator is None:
        return [("value", row.value)]
    exact = 100 * row.numerator / row.denominator
    shown = exact.quantize(Decimal(1).scaleb(-row.measure.decimals), rounding=ROUND_HALF_UP)
    return [("numerator", row.numerator), ("denominator", row.denominator), ("value", shown)]


def _is_telling(value: Decimal) -> bool:
    """Whether a number can be told from the others on a page: it is large and no year, or has four decimals."""
    return (value >= LEAST and value not in YEARS) or -int(value.as_tuple().exponent) >= 4


def _reduced(row: Row, solved: dict[Name, Row]) -> Row:
    row = dict(row)
    for name, other in solved.items():
        if name in row:
            times = row[name]
            for key, amount in other.items():
                row[key] = row.get(key, Fraction(0)) - times * amount
            row = {key: amount for key, amount in row.items() if amount}
    return row


def _solved(rows: Iterable[Row]) -> dict[Name, Row]:
    """Each independent row, solved for one amount that no other row has."""
    solved: dict[Name, Row] = {}
    for original in rows:
        row = _reduced(original, solved)
        if not row:
            continue
        name = next(iter(row))
        row = {key: amount / row[name] for key, amount in row.items()}
        for key, other in list(solved.items()):
            if name in other:
                solved[key] = _reduced(other, {name: row})
        solved[name] = row
    return solved


__all__ = ["Attack", "everything_fetched", "numbers_in"]
