"""A whole series replaced by its publisher, all its figures at once.

A census puts the past on a new footing, a method changes: from its release on only the new series counts, and the
older ones stay listed and are never mixed with it (domain rules 5.8 and part 7 "Revisions").
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from actionplans.clearing import clear_controlled
from actionplans.disclosure import SYMBOL
from actionplans.figures import may_be_shown
from actionplans.models import Measure, Reading, ReleaseClass, SeriesVersion
from actionplans.numbers import format_value
from actionplans.operations import Refused
from priorities.clock import EDINBURGH
from priorities.models import Comparator, Locality, User
from priorities.periods import Period, PeriodKind
from priorities.wording import day_in_words, listed

FIRST = 1

# May be given before the period they are about is over.
AHEAD_OF_TIME = frozenset({Reading.Flag.PROVISIONAL, Reading.Flag.ESTIMATED, Reading.Flag.PROJECTED})

# So many times another figure means another unit, not another count.
OTHER_UNIT = 10

# What stands in a file for a figure that is not out yet.
EMBARGOED = "Under embargo"


class SeriesRefused(Refused):
    """A series that may not take the place of another; `field` says what of it is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class SeriesRow:
    """One figure of a new series; `value` is None where `symbol` says why there is none."""

    period: Period
    value: Decimal | None
    symbol: str = ""
    flag: str = Reading.Flag.FINAL
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    place: Locality | None = None
    comparator: Comparator | None = None

    @property
    def is_of_the_area(self) -> bool:
        return self.place is None and self.comparator is None

    @property
    def where(self) -> str:
        """Whom it is about, "" for the whole area."""
        return str(self.place or self.comparator or "")


@dataclass(frozen=True)
class ComparedRow:
    """A figure of the new series beside that of the old one, both as pages print them; "" where there is none."""

    period: str
    place: str
    shown: str
    shown_before: str


@dataclass(frozen=True)
class SeriesPlan:
    """What a replacement would do, before it is kept: figures oldest first, `warnings` in words."""

    number: int
    rows: tuple[ComparedRow, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class SeriesFigure:
    """The newest figure of a period within one series.

    `shown` is the figure as it is held; `shown_to_all` is "[c]" where disclosure control holds it back, and
    `EMBARGOED` until its release.
    """

    period: str
    shown: str
    shown_to_all: str
    flag: str
    released_on: dt.date


@dataclass(frozen=True)
class SeriesListing:
    """One version of a measure's whole series. Of the first nobody has said when or why.

    `figures` are those of the whole area, oldest first; `other_places` counts the places that have some too.
    """

    number: int
    reason: str
    released_at: dt.datetime | None
    is_in_use: bool
    is_to_come: bool
    figures: tuple[SeriesFigure, ...]
    other_places: int

    @property
    def span(self) -> str:
        """ "14 periods, 2010/11 to 2023/24"."""
        count = len(self.figures)
        if count == 0:
            return "No figures of the whole area"
        first, last = self.figures[0].period, self.figures[-1].period
        return f"1 period, {first}" if count == 1 else f"{count} periods, {first} to {last}"


# Replacing


@transaction.atomic
def replace_series(
    measure: Measure,
    rows: Iterable[SeriesRow],
    *,
    released_at: dt.datetime,
    reason: str,
    release_class: str = ReleaseClass.PUBLISHED,
    by: User | None,
    at: dt.datetime,
) -> SeriesVersion:
    """Put a whole new series in the place of the newest one from `released_at` on, which may be to come.

    All of it or nothing: raises SeriesRefused, saying what is wrong. `by` is None for a file that was loaded.
    """
    rows = list(rows)
    # Held, so that two replacements at once do not get one number.
    held = Measure.objects.select_for_update(of=("self",)).get(pk=measure.pk)
    plan = plan_series(held, rows, released_at=released_at, reason=reason, at=at)
    version = SeriesVersion.objects.create(
        measure=held,
        number=plan.number,
        released_at=released_at,
        reason=reason.strip(),
        taken_in_at=at,
        taken_in_by=by,
    )
    # The version stands in the audit record for all of its figures.
    Reading.objects.bulk_create(_reading(version, row, release_class, by, at) for row in rows)
    clear_controlled([held.pk], by=by, at=at)
    return version


def _reading(
    version: SeriesVersion, row: SeriesRow, release_class: str, by: User | None, at: dt.datetime
) -> Reading:
    return Reading(
        measure=version.measure,
        place=row.place,
        comparator=row.comparator,
        series=version.number,
        starts_on=row.period.starts_on,
        ends_on=row.period.ends_on,
        value=row.value,
        symbol=row.symbol,
        numerator=row.numerator,
        denominator=row.denominator,
        flag=row.flag,
        release_class=release_class,
        released_at=version.released_at,
        entered_at=at,
        entered_by=by,
        note=version.reason,
    )


def plan_series(
    measure: Measure,
    rows: Sequence[SeriesRow],
    *,
    released_at: dt.datetime,
    reason: str,
    at: dt.datetime,
) -> SeriesPlan:
    """What a replacement would do, in three queries. Raises SeriesRefused when it may not be done at all."""
    if refusal := why_not_replaced(measure):
        raise SeriesRefused("figures", refusal)
    if not reason.strip():
        raise SeriesRefused("reason", "Say what changed, and where it was announced.")
    _check_rows(measure, rows, released_at)
    newest = SeriesVersion.objects.filter(measure=measure).order_by("-number").first()
    if newest and released_at <= newest.released_at:
        raise SeriesRefused(
            "released_on",
            f"Series {newest.number} was released on {_day(newest.released_at)}. "
            "A series that takes its place is released after it.",
        )
    number = newest.number if newest else FIRST
    before, waiting = _figures_of(measure, number, at)
    if not before:
        raise SeriesRefused(
            "figures",
            "There is no series yet that could be replaced. Record the figures, or load them, first.",
        )
    return SeriesPlan(
        number=number + 1,
        rows=tuple(
            _compared(measure, row, before.get(_key(row)))
            for row in sorted(rows, key=lambda row: (row.where, row.period))
        ),
        warnings=(*_warnings(measure, rows, before, number), *_about_embargoes(measure, waiting, number)),
    )


def why_not_replaced(measure: Measure) -> str:
    """Why a measure's series cannot be replaced at all; "" where it can."""
    gap = getattr(measure, "gap", None)
    if gap is not None:
        return f"This measure is a gap: its figures are worked out from those of {gap.of}. Replace the series there."
    return ""


def _check_rows(measure: Measure, rows: Sequence[SeriesRow], released_at: dt.datetime) -> None:
    if not rows:
        raise SeriesRefused("figures", "There are no figures in the new series.")
    seen = set()
    released_on = released_at.astimezone(EDINBURGH).date()
    for row in rows:
        period = row.period
        if not is_period_of(measure, period):
            kind = PeriodKind(measure.period_kind).name_in_words
            raise SeriesRefused(
                "figures", f"{period.label} is not {kind}, as every period of this measure must be."
            )
        if _key(row) in seen:
            where = f" for {row.where}" if row.where else ""
            raise SeriesRefused("figures", f"{period.label} is there twice{where}.")
        seen.add(_key(row))
        if (row.value is None) == (not row.symbol):
            raise SeriesRefused(
                "figures", f"{period.label} has neither a figure nor a reason why there is none."
            )
        if period.ends_on > released_on and row.flag not in AHEAD_OF_TIME:
            raise SeriesRefused(
                "figures",
                f"{period.label} ends on {day_in_words(period.ends_on)}, after the day of the release. "
                "Mark the figure provisional or estimated, or check both.",
            )


def is_period_of(measure: Measure, period: Period) -> bool:
    """Whether a period is of the measure's kind; of a run of years, of as many years from the same month."""
    return period.kind == measure.period_kind and period == measure.period_containing(period.ends_on)


# Beside the old series

_RowKey = tuple[int | None, int | None, dt.date, dt.date]


def _key(row: SeriesRow) -> _RowKey:
    return (
        row.place.pk if row.place else None,
        row.comparator.pk if row.comparator else None,
        row.period.starts_on,
        row.period.ends_on,
    )


def _figures_of(
    measure: Measure, number: int, at: dt.datetime
) -> tuple[dict[_RowKey, Reading], list[Reading]]:
    """The newest known figure of each period and place of a series, and those under embargo."""
    rows = Reading.objects.confirmed().filter(measure=measure, series=number)
    known: dict[_RowKey, Reading] = {}
    waiting = []
    for row in rows.select_related("place", "comparator").order_by("ends_on", "released_at", "pk"):
        if row.released_at > at:
            waiting.append(row)
        else:
            known[row.place_id, row.comparator_id, row.starts_on, row.ends_on] = row
    return known, waiting


def _about_embargoes(measure: Measure, waiting: Sequence[Reading], number: int) -> Iterable[str]:
    """What becomes of figures of the old series that are still to come."""
    if waiting:
        kind = PeriodKind(measure.period_kind)
        periods = sorted({Period(kind, row.starts_on, row.ends_on) for row in waiting})
        yield (
            f"Series {number} has figures under embargo, for {_from_to(periods)}. Released, they are listed under "
            f"series {number} and are not drawn."
        )


def _compared(measure: Measure, row: SeriesRow, before: Reading | None) -> ComparedRow:
    return ComparedRow(
        period=row.period.label,
        place=row.where,
        shown=_shown(measure, row.value, row.symbol),
        shown_before=_shown(measure, before.value, before.symbol) if before else "",
    )


def _shown(measure: Measure, value: Decimal | None, symbol: str) -> str:
    if value is None:
        return f"[{symbol}]"
    return format_value(value, unit=measure.unit, decimals=measure.decimals)


def _warnings(
    measure: Measure, rows: Sequence[SeriesRow], before: dict[_RowKey, Reading], number: int
) -> Iterable[str]:
    """What someone should know before the replacement is kept, in whole sentences."""
    old = sorted(
        {Period(PeriodKind(measure.period_kind), key[2], key[3]) for key in before if key[:2] == (None, None)}
    )
    new = sorted({row.period for row in rows if row.is_of_the_area})
    if new and old:
        yield from _shorter(old, new, number)
    if dropped := _places_dropped(rows, before):
        noun = "place" if len(dropped) == 1 else "places"
        yield (
            f"Series {number} has figures for {len(dropped)} other {noun} that the new one has none for: "
            f"{listed(dropped)}. They stay listed under series {number} and are no longer drawn."
        )
    odd = sum(1 for row in rows if _is_in_another_unit(row.value, before.get(_key(row))))
    if odd:
        many = "1 period the new figure is" if odd == 1 else f"{odd} periods the new figure is"
        yield (
            f"In {many} at least {OTHER_UNIT} times the old one, or at most a tenth of it. Check that both are in "
            "the same unit."
        )


def _shorter(old: Sequence[Period], new: Sequence[Period], number: int) -> Iterable[str]:
    stay = f"listed under series {number} and are not drawn with it"
    if early := [period for period in old if period < new[0]]:
        yield f"The new series begins in {new[0].label}; figures for {_from_to(early)} stay {stay}."
    if late := [period for period in old if period > new[-1]]:
        yield f"The new series ends in {new[-1].label}; figures for {_from_to(late)} stay {stay}."
    if between := [period for period in old if new[0] < period < new[-1] and period not in set(new)]:
        yield (
            f"The new series has no figure for {listed([period.label for period in between])}; "
            f"those of the old one stay {stay}."
        )


def _from_to(periods: Sequence[Period]) -> str:
    first, last = periods[0].label, periods[-1].label
    return first if first == last else f"{first} to {last}"


def _places_dropped(rows: Sequence[SeriesRow], before: dict[_RowKey, Reading]) -> list[str]:
    kept = {_key(row)[:2] for row in rows}
    found = {
        str(row.place or row.comparator)
        for key, row in before.items()
        if key[:2] not in kept and any(key[:2])
    }
    return sorted(found)


def _is_in_another_unit(value: Decimal | None, before: Reading | None) -> bool:
    if not value or before is None or not before.value:
        return False
    larger, smaller = sorted([abs(value), abs(before.value)], reverse=True)
    return larger >= OTHER_UNIT * smaller


def _day(moment: dt.datetime) -> str:
    return day_in_words(moment.astimezone(EDINBURGH).date())


# Listing


def series_listings(measure: Measure, *, at: dt.datetime) -> tuple[SeriesListing, ...]:
    """Every version of a measure's whole series, the newest first, in two queries. For the CP manager."""
    versions = {row.number: row for row in SeriesVersion.objects.filter(measure=measure)}
    rows = list(
        Reading.objects.confirmed()
        .filter(measure=measure)
        .order_by("ends_on", "starts_on", "released_at", "pk")
    )
    in_use = max((number for number, row in versions.items() if row.released_at <= at), default=FIRST)
    return tuple(
        _listing(measure, number, versions.get(number), rows, in_use=in_use, at=at)
        for number in sorted({FIRST, *versions}, reverse=True)
    )


def _listing(
    measure: Measure,
    number: int,
    version: SeriesVersion | None,
    rows: Sequence[Reading],
    *,
    in_use: int,
    at: dt.datetime,
) -> SeriesListing:
    own = [row for row in rows if row.series == number]
    newest: dict[tuple[dt.date, dt.date], Reading] = {}
    for row in own:
        # A figure under embargo is listed with its own version alone.
        if row.place_id is None and row.comparator_id is None and (row.released_at <= at or version):
            newest[row.starts_on, row.ends_on] = row
    return SeriesListing(
        number=number,
        reason=version.reason if version else "",
        released_at=version.released_at if version else None,
        is_in_use=number == in_use,
        is_to_come=version is not None and version.released_at > at,
        figures=tuple(_series_figure(measure, row, at) for row in newest.values()),
        other_places=len({(row.place_id, row.comparator_id) for row in own} - {(None, None)}),
    )


def _series_figure(measure: Measure, row: Reading, at: dt.datetime) -> SeriesFigure:
    shown = _shown(measure, row.value, row.symbol)
    is_held_back = row.value is not None and not may_be_shown(row, measure)
    return SeriesFigure(
        period=Period(PeriodKind(measure.period_kind), row.starts_on, row.ends_on).label,
        shown=shown,
        shown_to_all=SYMBOL if is_held_back else EMBARGOED if row.released_at > at else shown,
        flag="" if row.flag == Reading.Flag.FINAL else row.get_flag_display().lower(),
        released_on=row.released_at.astimezone(EDINBURGH).date(),
    )
