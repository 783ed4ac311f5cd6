"""A measure in other places: where the area stands among others, and how its own localities do.

Pure: it is given series that are already computed, and nothing in it asks the database or judges a figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from actionplans.measure_series import MeasureSeries, SeriesValue
from actionplans.models import ReleaseClass
from actionplans.numbers import Unit, decimals_to_tell_apart
from actionplans.places import AREA, Place, PlaceKind
from actionplans.status import Polarity
from actionplans.trends import amount_in_words
from dashboard.charts.multiples import (
    Multiples,
    PlaceChart,
    TableRow,
    describe_places,
    off_target_note,
)
from dashboard.charts.series import ChartPoint
from dashboard.charts.strip import (
    COUNCILS,
    LOCALITIES,
    Strip,
    StripKind,
    StripMark,
    StripRow,
    describe_spread,
    describe_standing,
)
from dashboard.measure_rows import chart_of, flag_word
from priorities.periods import Period, PeriodKind

SeriesByPlace = Mapping[Place, MeasureSeries]
NO_FIGURE = "No figure"


@dataclass(frozen=True)
class NewestRow:
    """One place's newest figure, for a table of places that have no period in common."""

    name: str
    kind: StripKind
    period: str
    shown: str
    flag: str


@dataclass(frozen=True)
class ComparatorsSection:
    """The area beside Scotland, its family group and other councils.

    `strip` is None, and `newest` stands for it, where no period has a figure of the area and of at least half of
    the others. `not_shown` are the places whose figure of that period is held back or missing.
    """

    area: str
    strip: Strip | None
    sentence: str
    newest: tuple[NewestRow, ...]

    @property
    def rows(self) -> tuple[StripRow, ...]:
        return self.strip.rows() if self.strip else ()

    @property
    def not_shown(self) -> tuple[StripMark, ...]:
        return self.strip.without_figure if self.strip else ()


@dataclass(frozen=True)
class PlacesSection:
    """The localities of the area, and parts of its population, over time and side by side.

    `sentence` says how many are off target, by name; `spread` how far they lie apart, "" without a strip.
    """

    area: str
    multiples: Multiples
    sentence: str
    strip: Strip | None
    spread: str

    @property
    def rows(self) -> tuple[StripRow, ...]:
        return self.strip.rows() if self.strip else ()

    @property
    def table(self) -> tuple[TableRow, ...]:
        return self.multiples.table

    @property
    def judged_by(self) -> str:
        """Whose target the places are judged by."""
        if not self.multiples.has_target:
            return ""
        return f"Each is judged by its newest figure against the target of {self.area} as a whole for the same period."


def comparators_section(by_place: SeriesByPlace, *, area_name: str) -> ComparatorsSection | None:
    """Where the area stands among others; None where nobody else's figures are known."""
    others = {place: series for place, series in by_place.items() if not place.is_of_the_area}
    if not others or AREA not in by_place:
        return None
    area = by_place[AREA]
    strip = _strip(area, others, area_name=area_name)
    newest = () if strip else tuple(_newest({AREA: area} | others, area_name))
    sentence = describe_standing(strip) if strip else _no_common_period(area, area_name)
    return ComparatorsSection(area=area_name, strip=strip, sentence=sentence, newest=newest)


def places_section(by_place: SeriesByPlace, *, area_name: str) -> PlacesSection | None:
    """How localities and parts of the population do; None where there are none with figures."""
    places = _own_places(by_place)
    if not places or AREA not in by_place:
        return None
    area = by_place[AREA]
    multiples = _multiples(area, places, area_name=area_name)
    strip = _strip(area, places, area_name=area_name, is_of_places=True)
    return PlacesSection(
        area=area_name,
        multiples=multiples,
        sentence=describe_places(multiples),
        strip=strip,
        spread=describe_spread(strip) if strip else "",
    )


def places_note(by_place: SeriesByPlace) -> str:
    """ "2 of 5 localities are off target" where the area as a whole is on target and they are not; else ""."""
    if AREA not in by_place:
        return ""
    localities = [series.status for place, series in by_place.items() if place.kind is PlaceKind.LOCALITY]
    return off_target_note(by_place[AREA].status, localities)


def management_behind(by_place: SeriesByPlace) -> tuple[str, ...]:
    """Which localities' newest figures are management information: "Q3 2021/22 in Aberfeldy"."""
    return tuple(
        f"{series.current.period.label} in {place.name}"
        for place, series in by_place.items()
        if place.kind is PlaceKind.LOCALITY
        and series.current is not None
        and series.current.release_class == ReleaseClass.MANAGEMENT
    )


def _own_places(by_place: SeriesByPlace) -> dict[Place, MeasureSeries]:
    return {place: series for place, series in by_place.items() if place.is_of_the_area and place != AREA}


def _kind(place: Place) -> StripKind:
    match place.kind:
        case PlaceKind.AREA:
            return StripKind.AREA
        case PlaceKind.LOCALITY:
            return StripKind.LOCALITY
        case _:
            return StripKind(place.comparator_kind)


# Side by side in one period


def _strip(
    area: MeasureSeries, others: SeriesByPlace, *, area_name: str, is_of_places: bool = False
) -> Strip | None:
    """None without a period in common, where the answer is only yes or no, and for amounts: places differ in size."""
    measure, period = area.measure, common_period(area, others.values())
    unit = Unit(measure.unit)
    if period is None or unit is Unit.YES_NO or unit.is_amount:
        return None
    own = area.value_for(period)
    assert own is not None
    polarity = Polarity(measure.polarity)
    has_target = own.target is not None and (is_of_places or polarity is Polarity.GOLDILOCKS)
    return Strip(
        measure=measure.name,
        period=period.label,
        unit_label=chart_of(area).unit_label,
        decimals=measure.decimals,
        polarity=polarity,
        marks=(
            StripMark(area_name, StripKind.AREA, own.value, own.shown, is_provisional=own.is_provisional),
            *(_mark(place, series, own, period) for place, series in others.items()),
        ),
        ranked=LOCALITIES if is_of_places else COUNCILS,
        noun="localities" if is_of_places else "councils",
        target=own.target if has_target else None,
        target_shown=own.target_shown if has_target else "",
    )


def common_period(area: MeasureSeries, others: Iterable[MeasureSeries]) -> Period | None:
    """The newest period for which the area, and at least half of the others, have a figure that is shown."""
    known = [{value.period for value in series.values} for series in others]
    for value in reversed(area.values):
        if sum(value.period in periods for periods in known) * 2 >= len(known):
            return value.period
    return None


def _mark(place: Place, series: MeasureSeries, own: SeriesValue, period: Period) -> StripMark:
    value = series.value_for(period)
    if value is None:
        hidden = next((one for one in series.unshown if one.period == period), None)
        if hidden is None:
            return StripMark(place.name, _kind(place), None, NO_FIGURE)
        return StripMark(place.name, _kind(place), None, hidden.symbol, why_none=hidden.words)
    return StripMark(
        place.name,
        _kind(place),
        value.value,
        value.shown,
        _difference(value.value - own.value, series),
        is_provisional=value.is_provisional,
    )


def _difference(difference: Decimal, series: MeasureSeries) -> str:
    """ "2.0 percentage points higher", "£1,200 lower", "the same"."""
    if not difference:
        return "the same"
    unit = Unit(series.measure.unit)
    decimals = decimals_to_tell_apart(difference, Decimal(0), series.measure.decimals)
    return f"{amount_in_words(abs(difference), unit, decimals)} {'higher' if difference > 0 else 'lower'}"


def _no_common_period(area: MeasureSeries, area_name: str) -> str:
    if Unit(area.measure.unit) is Unit.YES_NO:
        return "The newest answers side by side."
    if Unit(area.measure.unit).is_amount:
        return f"Figures are numbers, and the others differ from {area_name} in size, so they are not ranked."
    return f"There is no period for which {area_name} and at least half of the others have a figure."


def _newest(by_place: SeriesByPlace, area_name: str) -> Iterable[NewestRow]:
    for place, series in by_place.items():
        period, shown, flag = _newest_figure(series)
        yield NewestRow(area_name if place == AREA else place.name, _kind(place), period, shown, flag)


def _newest_figure(series: MeasureSeries) -> tuple[str, str, str]:
    """The period of the newest figure, what is shown of it, and its mark in words; `current` and what stands for it."""
    if series.current is not None:
        return series.current.period.label, series.current.shown, flag_word(series.current)
    if series.latest_unshown is not None:
        return series.latest_unshown.period.label, series.latest_unshown.symbol, series.latest_unshown.words
    return "", NO_FIGURE, ""


# Over time


def _multiples(area: MeasureSeries, places: SeriesByPlace, *, area_name: str) -> Multiples:
    chart, measure = chart_of(area), area.measure
    periods = _periods([area, *places.values()])
    return Multiples(
        measure=measure.name,
        unit_label=chart.unit_label,
        better=area.better,
        polarity=Polarity(measure.polarity),
        decimals=measure.decimals,
        area=_place_chart(AREA, area, periods, area_name),
        places=tuple(_place_chart(place, series, periods, place.name) for place, series in places.items()),
        is_amount=Unit(measure.unit).is_amount,
    )


def _periods(everyone: Sequence[MeasureSeries]) -> tuple[Period, ...]:
    """Every period that any of them has a figure for, and those between, oldest first."""
    known = {value.period for series in everyone for value in series.values}
    known |= {one.period for series in everyone for one in series.unshown}
    if not known or next(iter(known)).kind is PeriodKind.POINT_IN_TIME:
        return tuple(sorted(known))
    period, last = min(known), max(known)
    while period < last:
        period = period.next()
        known.add(period)
    return tuple(sorted(known))


def _place_chart(place: Place, series: MeasureSeries, periods: Sequence[Period], name: str) -> PlaceChart:
    by_label = {point.label: point for point in chart_of(series).points}
    missing = {period: ChartPoint(period.label, None, NO_FIGURE, None, "") for period in periods}
    period, shown, flag = _newest_figure(series)
    return PlaceChart(
        name=name,
        points=tuple(by_label.get(period.label, missing[period]) for period in periods),
        period=period,
        shown=shown,
        flag=flag,
        status=series.status,
        is_part=place.kind is PlaceKind.COMPARATOR,
    )
