"""The chart of a measure's own page: its series, what it is to be and may become, and what its pattern says."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from dashboard.charts.scale import Scale, scale_for
from dashboard.charts.series import ChartPoint, ChartSeries

# A range may widen the axis this far beyond figures, targets and forecast, as a share of their own spread.
MOST_WIDENING = Decimal("0.5")


@dataclass(frozen=True)
class ForecastPlace:
    """The forecast in one period: where it stands in `MeasureChart.drawn`; without a range both ends are its value."""

    place: int
    value: Decimal
    shown: str
    low: Decimal
    high: Decimal


@dataclass(frozen=True)
class ChartForecast:
    """Where the pace so far leads, from the figure it goes on from to the period of the final target.

    `period` and `shown` are of the last place; `within` is its range in words ("19 times in 20 between 12.0% and
    14.0%"), "" where there is none; `condition` is what all of it rests on ("if the last three years’ pace holds").
    """

    places: tuple[ForecastPlace, ...]
    period: str
    shown: str
    within: str
    condition: str

    @property
    def value(self) -> Decimal:
        return self.places[-1].value


@dataclass(frozen=True)
class SignalMarks:
    """The points of a shift or a trend, by their places, and its sentence."""

    places: tuple[int, ...]
    sentence: str


@dataclass(frozen=True)
class MedianLine:
    """The median of one stretch between breaks, from its first place to its last, and the signals in it."""

    first: int
    last: int
    value: Decimal
    shown: str
    signals: tuple[SignalMarks, ...]


@dataclass(frozen=True)
class BaselineMark:
    """Where the path of the targets starts, as it was known when they were set: its place in `MeasureChart.drawn`."""

    place: int
    value: Decimal
    shown: str


@dataclass(frozen=True)
class ComparisonPoint:
    """One figure of a comparison, where it stands in `MeasureChart.drawn`."""

    place: int
    value: Decimal
    shown: str
    is_provisional: bool = False
    starts_new_series: bool = False


@dataclass(frozen=True)
class ComparisonLine:
    """Somewhere else's figures, for a reader to switch on.

    `key` is unlike any other line's; `group` is what it is listed under ("Localities", "Other councils"), "" for
    what a reader looks for first.
    """

    key: str
    name: str
    group: str
    points: tuple[ComparisonPoint, ...]


@dataclass(frozen=True)
class MeasureChart:
    """`known` is the series as every page draws it; `to_come` are the periods up to the final target.

    `others` are drawn by the chart to explore alone, and only when a reader asks for them.
    """

    known: ChartSeries
    to_come: tuple[ChartPoint, ...] = ()
    forecast: ChartForecast | None = None
    medians: tuple[MedianLine, ...] = ()
    others: tuple[ComparisonLine, ...] = ()
    baseline: BaselineMark | None = None

    @cached_property
    def drawn(self) -> ChartSeries:
        """The series with the periods to come."""
        return replace(self.known, points=(*self.known.points, *self.to_come))

    def scale(self, *, intervals: int) -> Scale:
        """The axis that figures, targets and forecast need; of a range as much as leaves those readable."""
        return scale_for(self.drawn, intervals=intervals, also=list(self._numbers_besides()))

    def scale_with(self, line: ComparisonLine, *, intervals: int) -> Scale:
        """The axis that all of it and one comparison need."""
        numbers = [*self._numbers_besides(), *(point.value for point in line.points)]
        return scale_for(self.drawn, intervals=intervals, also=numbers)

    def is_cut_off(self, scale: Scale) -> bool:
        """Whether the range goes on beyond the axis."""
        places = self.forecast.places if self.forecast else ()
        return any(place.low < scale.low or place.high > scale.high for place in places)

    def _numbers_besides(self) -> Iterator[Decimal]:
        if self.baseline is not None:
            yield self.baseline.value
        yield from self._forecast_numbers()

    def _forecast_numbers(self) -> Iterator[Decimal]:
        if self.forecast is None:
            return
        numbers = [self.forecast.value]
        for point in self.drawn.points:
            numbers += [number for number in (point.value, point.target) if number is not None]
        low, high = min(numbers), max(numbers)
        widening = (high - low) * MOST_WIDENING
        yield self.forecast.value
        yield max(low - widening, min(place.low for place in self.forecast.places))
        yield min(high + widening, max(place.high for place in self.forecast.places))
