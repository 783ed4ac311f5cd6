"""The name of one row of a sheet to fill: which measure, whom about and for which days.

`POV-01@place:WARD-2@2021-10-01@2021-12-31`: it has no spaces, and no spreadsheet takes it for a number, a day or a formula.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from actionplans.models import Measure
from actionplans.places import Place, PlaceKind
from priorities.periods import Period

AREA_WORD = "area"
_KIND_WORDS = {PlaceKind.LOCALITY: "place", PlaceKind.COMPARATOR: "group"}
_KINDS = {word: kind for kind, word in _KIND_WORDS.items()}

_CODE = r"[A-Za-z0-9][A-Za-z0-9_-]*"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_ID = re.compile(rf"({_CODE})@(?:{AREA_WORD}|(place|group):({_CODE}))@({_DAY})@({_DAY})")


class NotARowId(ValueError):
    """The text is not the id of a row."""


@dataclass(frozen=True)
class RowId:
    """What an id says. `place_code` is that of a locality or a comparator, "" for the whole area."""

    measure_code: str
    place_kind: PlaceKind
    place_code: str
    starts_on: dt.date
    ends_on: dt.date

    def __str__(self) -> str:
        where = AREA_WORD
        if self.place_kind is not PlaceKind.AREA:
            where = f"{_KIND_WORDS[self.place_kind]}:{self.place_code}"
        return f"{self.measure_code}@{where}@{self.starts_on.isoformat()}@{self.ends_on.isoformat()}"


def row_id(measure: Measure, place: Place, period: Period) -> str:
    """The id of the row for a measure's figure of one place and period; the same as long as their codes are."""
    return str(RowId(measure.code, place.kind, place.code, period.starts_on, period.ends_on))


def parse_row_id(text: str) -> RowId:
    """What an id says. Raises NotARowId for what is none, or has been changed by hand."""
    found = _ID.fullmatch(text.strip())
    if found is None:
        raise NotARowId(text)
    code, word, place_code, *days = found.groups()
    try:
        starts_on, ends_on = (dt.date.fromisoformat(day) for day in days)
    except ValueError:
        raise NotARowId(text) from None
    if ends_on < starts_on:
        raise NotARowId(text)
    return RowId(code, _KINDS[word] if word else PlaceKind.AREA, place_code or "", starts_on, ends_on)
