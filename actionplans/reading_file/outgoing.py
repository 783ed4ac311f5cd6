"""Figures on their way out as rows of a file that `import_readings` reads back, and the mapping that reads it.

Each row is one vintage as it may be shown: what disclosure control holds back is not among them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal

from actionplans.figure_kinds import as_kept
from actionplans.figures import Figure, Vintage, every_vintage
from actionplans.models import Measure, Reading, ReleaseClass
from actionplans.places import (
    AREA,
    Place,
    PlaceIds,
    PlaceKind,
    ids_of,
    place_of_comparator,
    place_of_locality,
)
from actionplans.plan_file.fields import known_from
from priorities.clock import EDINBURGH
from priorities.models import Comparator, Locality, Partnership
from priorities.periods import Period, PeriodKind
from priorities.wording import day_in_words
from priorities.workbooks import Cell, Row, Sheet, Symbol, Workbook, figure_shown

HEADINGS = (
    "Measure",
    "Name",
    "Period",
    "Place",
    "Comparator",
    "Figure",
    "Numerator",
    "Denominator",
    "Flag",
    "Released",
    "Release",
    "Series",
    "Illustrative",
    "Note",
)

SHEET_NAME = "Figures"
WHOLE_AREA = "Whole area"
NOT_OF_IT = Symbol.NOT_APPLICABLE.value

_RELEASES = {
    ReleaseClass.PUBLISHED.value: "Published",
    ReleaseClass.MANAGEMENT.value: "Management information",
}


@dataclass(frozen=True)
class Asked:
    """Which figures to write: those of some measures, by when they were released and when their periods end."""

    partnership: Partnership
    measures: Sequence[Measure]
    known_at: dt.datetime
    since: dt.datetime | None = None
    within: tuple[dt.date, dt.date] | None = None
    with_management_information: bool = False


def rows_of(asked: Asked) -> Generator[Row, None, None]:
    """A row for each vintage that may be shown, as the database gives them: in constant memory."""
    vintages = every_vintage(
        asked.measures,
        _places_of(asked.partnership),
        known_at=asked.known_at,
        since=asked.since,
        within=asked.within,
        with_management_information=asked.with_management_information,
    )
    with closing(vintages):
        for vintage in vintages:
            yield _row(vintage)


def _places_of(partnership: Partnership) -> Mapping[PlaceIds, Place]:
    localities = Locality.objects.filter(partnership=partnership)
    comparators = Comparator.objects.filter(partnership=partnership)
    places = [
        AREA,
        *(place_of_locality(one) for one in localities),
        *(place_of_comparator(one) for one in comparators),
    ]
    return {ids_of(place): place for place in places}


def _row(vintage: Vintage) -> Row:
    measure, figure = vintage.measure, vintage.figure
    period = Period(PeriodKind(measure.period_kind), vintage.starts_on, vintage.ends_on)
    return (
        measure.code,
        measure.name,
        period.label,
        *_place(vintage.place),
        *_numbers(figure),
        str(Reading.Flag(figure.flag).label),
        _released(figure.released_at),
        _RELEASES[figure.release_class],
        vintage.series,
        "Yes" if figure.is_illustrative else "No",
        figure.note or Symbol.NOT_APPLICABLE,
    )


def _place(place: Place) -> tuple[Cell, Cell]:
    """The codes of a locality and of a comparator; each row has at most one of the two."""
    match place.kind:
        case PlaceKind.LOCALITY:
            return place.code, Symbol.NOT_APPLICABLE
        case PlaceKind.COMPARATOR:
            return Symbol.NOT_APPLICABLE, place.code
        case _:
            return WHOLE_AREA, Symbol.NOT_APPLICABLE


def _numbers(figure: Figure) -> tuple[Cell, Cell, Cell]:
    value: Cell = figure_shown(figure.symbol) if figure.value is None else _plain(figure.value)
    if figure.numerator is None or figure.denominator is None:
        return value, Symbol.NOT_APPLICABLE, Symbol.NOT_APPLICABLE
    return value, _plain(figure.numerator), _plain(figure.denominator)


def _plain(number: Decimal) -> Decimal:
    """A figure as it is kept, with just the decimals it has."""
    kept = as_kept(number)
    whole = kept.to_integral_value()
    return whole if whole == kept else Decimal(f"{kept:f}".rstrip("0"))


def _released(moment: dt.datetime) -> Cell:
    """The day of a release; the moment where it is not the one that official figures come out at."""
    local = moment.astimezone(EDINBURGH)
    return local.date() if known_from(local.date()) == local else local.isoformat(sep=" ")


def workbook_of(asked: Asked, rows: Iterable[Row]) -> Workbook:
    partnership, on = asked.partnership, asked.known_at.astimezone(EDINBURGH).date()
    held = tuple(rows)
    about = "Every version of every figure that may be shown"
    sheet = Sheet(SHEET_NAME, f"Figures of {partnership.name}", about, HEADINGS, held)
    notes = [f"What was known on {day_in_words(on)}.", *_notes(asked)]
    if not held:
        notes.append("There are no figures of what was asked for.")
    return Workbook(
        title=f"{partnership.name}: figures",
        contact=partnership.contact or partnership.name,
        next_update="whenever it is asked for",
        made_at=asked.known_at,
        notes=tuple(notes),
        sheets=(sheet,) if held else (),
    )


def _notes(asked: Asked) -> Iterator[str]:
    yield "Figures that could say something about a person are not in it."
    if asked.with_management_information:
        yield "Some figures are management information, for the partnership only: do not publish them."
    else:
        yield "Management information is not in it."


def mapping_text(asked: Asked) -> str:
    """The mapping with which `import_readings` reads such a file back, as YAML."""
    flags = "\n".join(f"    {flag.label}: {flag.value}" for flag in Reading.Flag)
    releases = "\n".join(f"    {words}: {value}" for value, words in _RELEASES.items())
    return f"""\
format: 1
partnership: {asked.partnership.slug}
sheet: {SHEET_NAME}
measure: {{column: Measure}}
period: {{column: Period}}
value: {{column: Figure}}
numerator: Numerator
denominator: Denominator
released: {{column: Released}}
flag:
  column: Flag
  values:
{flags}
place:
  column: Place
  whole_area: [{WHOLE_AREA}, "{NOT_OF_IT}"]
comparator:
  column: Comparator
{_own_names(asked.partnership)}\
  own_area: ["{NOT_OF_IT}"]
release_classes:
  column: Release
  values:
{releases}
note: {{column: Note}}
symbols: {{"[c]": c, "[x]": x, "[z]": z}}
"""


def _own_names(partnership: Partnership) -> str:
    """Comparators whose code is what the area itself is called."""
    names = [name for name in (partnership.area_name, partnership.area_code) if name]
    found = Comparator.objects.filter(partnership=partnership, code__in=names).values_list("code", flat=True)
    pairs = ", ".join(f'"{code}": "{code}"' for code in found)
    return f"  codes: {{{pairs}}}\n" if pairs else ""
