"""Which figures are known of some measures at a cut-off, and which of them may be shown.

Whoever shows a figure gets it from here: one that disclosure control holds back, or has not looked at yet, comes
without its value (domain rules 5.2, 5.8 and 5.10). Only `as_held` gives everything, to those who enter figures,
put them right or clear them.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Q

from actionplans.disclosure import SYMBOL, SYMBOL_IN_WORDS
from actionplans.models import Gap, Measure, QuarterlyReturn, Reading, ReleaseClass
from actionplans.places import (
    AREA,
    Place,
    PlaceIds,
    ids_in,
    ids_of,
    place_of_comparator,
    place_of_locality,
)

PeriodKey = tuple[dt.date, dt.date]

# The newest figure of each period.
Vintages = dict[PeriodKey, "Figure"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One vintage as it may be shown. `value` is unrounded and None where there is none or it may not be shown.

    Then `symbol` says why in shorthand ("[c]", "[x]", "[z]") and `words` in words.
    """

    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    symbol: str
    words: str
    flag: str
    flag_label: str
    release_class: str
    released_at: dt.datetime
    note: str
    is_draft: bool
    is_illustrative: bool

    @property
    def is_confidential(self) -> bool:
        return self.symbol == SYMBOL


_SYMBOL_WORDS = {
    Reading.Symbol.CONFIDENTIAL.value: SYMBOL_IN_WORDS,
    Reading.Symbol.NOT_AVAILABLE.value: "not available",
    Reading.Symbol.NOT_APPLICABLE.value: "not applicable",
}

_FLAG_LABELS = {str(flag.value): str(flag.label) for flag in Reading.Flag}

_HELD_BACK = (None, None, None, SYMBOL, SYMBOL_IN_WORDS)


@dataclass(frozen=True)
class KnownFigures:
    """The newest figures of some measures, by measure and place, period by period."""

    by_series: Mapping[tuple[int, PlaceIds], Vintages]
    gaps: Mapping[int, Gap]

    def of(self, measure: Measure, place: Place = AREA) -> Vintages:
        gap = self.gaps.get(measure.pk)
        if gap is None:
            return self.by_series.get((measure.pk, ids_of(place)), {})
        if place is not AREA:
            return {}
        first, second = (self.by_series.get((gap.of_id, ids_of(side)), {}) for side in sides_of(gap))
        return {key: _difference(first[key], second[key]) for key in first if key in second}

    def places_of(self, measure: Measure) -> set[PlaceIds]:
        return {ids for key, ids in self.by_series if key == measure.pk}


def known_figures(
    measures: Sequence[Measure],
    gaps: Mapping[int, Gap],
    places: Mapping[PlaceIds, Place],
    *,
    ends_by: dt.date,
    known_at: dt.datetime,
    ends_from: dt.date | None = None,
    drafts_of: QuarterlyReturn | None = None,
    as_held: bool = False,
    for_public: bool = False,
    everywhere: bool = False,
    in_localities: bool = False,
) -> KnownFigures:
    """The figures known at a cut-off, in one query.

    Those of the whole area and of the sides of gaps, and those `in_localities` or `everywhere` when asked for.
    `places` names localities and comparators by their keys. Of a series that was replaced as a whole only the
    newest counts. `ends_from` leaves out older periods.
    """
    known = Q(state=Reading.State.CONFIRMED, released_at__lte=known_at)
    if drafts_of is not None and drafts_of.pk:
        is_figure = Q(value__isnull=False) | ~Q(symbol="")
        known |= Q(state=Reading.State.DRAFT, quarterly_return=drafts_of) & is_figure
    by_key = {measure.pk: measure for measure in [*measures, *(gap.of for gap in gaps.values())]}
    rows = Reading.objects.filter(known, measure__in=by_key.keys(), ends_on__lte=ends_by)
    if ends_from is not None:
        rows = rows.filter(ends_on__gte=ends_from)
    if not everywhere:
        rows = rows.filter(_places_wanted(gaps, in_localities=in_localities))
    if for_public:
        rows = rows.filter(release_class=ReleaseClass.PUBLISHED)
    return KnownFigures(_newest(rows, by_key, places, as_held=as_held), gaps)


def gaps_of(measures: Sequence[Measure]) -> dict[int, Gap]:
    """What makes some of the measures gaps, by the measure's key, in one query."""
    rows = Gap.objects.filter(measure__in=measures).select_related(
        "of", "first_locality", "first_comparator", "second_locality", "second_comparator"
    )
    return {gap.measure_id: gap for gap in rows}


def sides_of(gap: Gap) -> tuple[Place, Place]:
    """The place whose figure comes first and the one that is taken from it."""
    return (
        _side(gap, "first"),
        _side(gap, "second"),
    )


def places_in(gaps: Mapping[int, Gap]) -> dict[PlaceIds, Place]:
    """The sides of some gaps by what the database knows them by."""
    return {ids_of(place): place for gap in gaps.values() for place in sides_of(gap)}


def _side(gap: Gap, side: str) -> Place:
    locality, comparator = getattr(gap, f"{side}_locality"), getattr(gap, f"{side}_comparator")
    if locality is not None:
        return place_of_locality(locality)
    return place_of_comparator(comparator) if comparator is not None else AREA


def _places_wanted(gaps: Mapping[int, Gap], *, in_localities: bool) -> Q:
    wanted = Q(comparator__isnull=True)
    if not in_localities:
        wanted &= Q(place__isnull=True)
    sides = places_in(gaps)
    if localities := {locality for locality, _ in sides if locality}:
        wanted |= Q(place__in=localities)
    if comparators := {comparator for _, comparator in sides if comparator}:
        wanted |= Q(comparator__in=comparators)
    return wanted


def _newest(
    rows: Iterable[Reading],
    measures: Mapping[int, Measure],
    places: Mapping[PlaceIds, Place],
    *,
    as_held: bool,
) -> dict[tuple[int, PlaceIds], Vintages]:
    """The newest vintage of each period, drafts last; of several whole series the newest alone."""
    in_order = sorted(rows, key=lambda row: (row.state == Reading.State.DRAFT, row.released_at, row.pk))
    series: dict[int, int] = defaultdict(int)
    for row in in_order:
        series[row.measure_id] = max(series[row.measure_id], row.series)
    newest: dict[tuple[int, PlaceIds], dict[PeriodKey, Reading]] = defaultdict(dict)
    for row in in_order:
        if row.series == series[row.measure_id] or row.state == Reading.State.DRAFT:
            newest[row.measure_id, ids_in(row)][row.starts_on, row.ends_on] = row
    found = {}
    for (key, ids), periods in newest.items():
        measure, place = measures[key], places.get(ids, AREA)
        is_controlled = not as_held and is_controlled_at(measure, place)
        found[key, ids] = {
            period: figure_in(row, measure, is_controlled=is_controlled) for period, row in periods.items()
        }
    return found


def is_controlled_at(measure: Measure, place: Place) -> bool:
    """Whether figures about a place wait for a clearance; those of others were published by somebody else."""
    return measure.is_disclosure_controlled and place.is_of_the_area


def may_be_shown(row: Reading, measure: Measure) -> bool:
    """Whether a figure of the area's own people has been cleared, and let through, or needs no clearance."""
    return not measure.is_disclosure_controlled or _is_let_through(row)


def _is_let_through(row: Reading) -> bool:
    """Whether a clearance has covered a figure under control, and not held it back."""
    return row.clearance_id is not None and not row.is_suppressed


def held_back(measure: Measure) -> frozenset[PeriodKey]:
    """The periods with a figure of the whole area that may not be shown, in any vintage; one query, if any."""
    if not measure.is_disclosure_controlled:
        return frozenset()
    rows = Reading.objects.confirmed().filter(
        Q(clearance__isnull=True) | Q(is_suppressed=True),
        measure=measure,
        place__isnull=True,
        comparator__isnull=True,
        value__isnull=False,
    )
    return frozenset(rows.order_by().values_list("starts_on", "ends_on"))


def figure_in(row: Reading, measure: Measure, *, is_controlled: bool) -> Figure:
    """A vintage as it may be shown: under control only what a clearance has covered and let through."""
    if is_controlled and row.value is not None and not _is_let_through(row):
        value, numerator, denominator, symbol, words = _HELD_BACK
    elif row.symbol:
        value = numerator = denominator = None
        symbol, words = f"[{row.symbol}]", _SYMBOL_WORDS[row.symbol]
    else:
        value, numerator, denominator = _value(row, measure), row.numerator, row.denominator
        symbol = words = ""
    return Figure(
        value,
        numerator,
        denominator,
        symbol,
        words,
        row.flag,
        _FLAG_LABELS[row.flag],
        row.release_class,
        row.released_at,
        row.note,
        row.state == Reading.State.DRAFT,
        row.is_illustrative,
    )


def _value(row: Reading, measure: Measure) -> Decimal | None:
    """A ratio is worked out from what it is made of, so that nothing is rounded twice."""
    if measure.is_ratio and row.numerator is not None and row.denominator:
        return measure.ratio_per * row.numerator / row.denominator
    return row.value


@dataclass(frozen=True, slots=True)
class Vintage:
    """One vintage of a figure, of any period, place and series, as it may be shown."""

    measure: Measure
    place: Place
    starts_on: dt.date
    ends_on: dt.date
    series: int
    figure: Figure


def every_vintage(
    measures: Sequence[Measure],
    places: Mapping[PlaceIds, Place],
    *,
    known_at: dt.datetime,
    since: dt.datetime | None = None,
    within: tuple[dt.date, dt.date] | None = None,
    with_management_information: bool = False,
) -> Generator[Vintage, None, None]:
    """Every vintage of some measures that may be shown, measure by measure as they come, however many there are.

    What disclosure control holds back, or has not looked at yet, is left out altogether, and so is what is not released
    yet. `since` asks for what was released from a moment on, `within` for periods that end between two days. One query.
    """
    by_key = {measure.pk: measure for measure in measures}
    rows = Reading.objects.known_at(known_at).filter(measure__in=by_key)
    if since is not None:
        rows = rows.filter(released_at__gte=since)
    if within is not None:
        rows = rows.filter(ends_on__range=within)
    if not with_management_information:
        rows = rows.filter(release_class=ReleaseClass.PUBLISHED)
    # The whole area first, whatever a database does with nothing.
    place, comparator = (F(f"{name}__code").asc(nulls_first=True) for name in ("place", "comparator"))
    in_order = rows.order_by("measure__code", place, comparator, "ends_on", "starts_on", "released_at", "pk")
    for row in in_order.iterator(chunk_size=2_000):
        measure, where = by_key[row.measure_id], places[ids_in(row)]
        figure = figure_in(row, measure, is_controlled=is_controlled_at(measure, where))
        if not figure.is_confidential or row.symbol:
            yield Vintage(measure, where, row.starts_on, row.ends_on, row.series, figure)


def _difference(first: Figure, second: Figure) -> Figure:
    """The gap between two figures of one period; without either there is none, for that one's reason."""
    if first.value is None or second.value is None:
        missing = min((one for one in (first, second) if one.value is None), key=lambda one: one.symbol)
        value, symbol, words = None, missing.symbol, missing.words
    else:
        value, symbol, words = first.value - second.value, "", ""
    later = max(first, second, key=lambda one: one.released_at)
    loose = next((one for one in (first, second) if one.flag in _LOOSE), later)
    is_managed = ReleaseClass.MANAGEMENT in {first.release_class, second.release_class}
    return Figure(
        value,
        None,
        None,
        symbol,
        words,
        loose.flag,
        loose.flag_label,
        ReleaseClass.MANAGEMENT if is_managed else ReleaseClass.PUBLISHED,
        later.released_at,
        "",
        first.is_draft or second.is_draft,
        first.is_illustrative or second.is_illustrative,
    )


_LOOSE = frozenset({Reading.Flag.PROVISIONAL, Reading.Flag.ESTIMATED, Reading.Flag.PROJECTED})
