"""Where on the paper a series stands: places across, values up."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from dashboard.charts.elements import brief
from dashboard.charts.measure import ChartForecast
from dashboard.charts.scale import Scale
from dashboard.charts.series import ChartSeries


@dataclass(frozen=True)
class Frame:
    """The rectangle a series is drawn in, in pixels from the top left corner of the picture."""

    series: ChartSeries
    scale: Scale
    left: float
    right: float
    top: float
    bottom: float
    inset: float

    @property
    def slot(self) -> float:
        """From one period to the next."""
        return (self.right - self.left - 2 * self.inset) / max(len(self.series.points) - 1, 1)

    def x(self, place: float) -> float:
        """Where a period stands; half places stand between two. A single period stands in the middle."""
        if len(self.series.points) < 2:
            return (self.left + self.right) / 2
        return self.left + self.inset + place * self.slot

    def y(self, value: Decimal) -> float:
        """Where a value stands."""
        return self.bottom - self.scale.share(value) * (self.bottom - self.top)

    def before(self, place: int) -> float:
        """Where a period begins: half way from the one before, or at the edge."""
        return self.left if place == 0 else self.x(place - 0.5)

    def after(self, place: int) -> float:
        """Where a period ends."""
        return self.right if place == len(self.series.points) - 1 else self.x(place + 0.5)

    def value_path(self) -> str:
        """The line through the figures, lifted at gaps and breaks. Lone figures are left to their markers."""
        return "".join(
            _path([(self.x(place), self.y(self._value(place))) for place in run])
            for run in self.series.runs()
            if len(run) > 1
        )

    def target_path(self) -> str:
        """The target as steps: each period's own target from its beginning to its end."""
        path = ""
        last_y: str | None = None
        pen_at: int | None = None
        for place, point in enumerate(self.series.points):
            if point.target is None:
                continue
            y = brief(self.y(point.target))
            if pen_at != place - 1 or last_y is None:
                path += f"M{brief(self.before(place))} {y}"
            elif y != last_y:
                path += f"H{brief(self.before(place))}V{y}"
            if self._target_rests(place):
                path += f"H{brief(self.after(place))}"
            last_y, pen_at = y, place
        return path

    def forecast_path(self, forecast: ChartForecast) -> str:
        """The line from the newest figure to the forecast."""
        return _path([(self.x(at.place), self.y(at.value)) for at in forecast.places])

    def range_path(self, forecast: ChartForecast) -> str:
        """The outline of the forecast's range, as much of it as is inside the frame."""
        highs = [(self.x(at.place), self.y(at.high)) for at in forecast.places]
        lows = [(self.x(at.place), self.y(at.low)) for at in reversed(forecast.places)]
        outline = _below(_above([*highs, *lows], self.bottom), self.top)
        return f"{_path(outline)}Z"

    def _target_rests(self, place: int) -> bool:
        """Whether the target's line ends after this period."""
        following = self.series.points[place + 1 :]
        return not following or following[0].target is None

    def _value(self, place: int) -> Decimal:
        value = self.series.points[place].value
        assert value is not None
        return value


Stop = tuple[float, float]


def _above(outline: Sequence[Stop], floor: float) -> list[Stop]:
    """The part of a closed outline that is above a level; down the picture y grows."""
    kept: list[Stop] = []
    for last, stop in zip([outline[-1], *outline], outline, strict=False):
        if (last[1] <= floor) != (stop[1] <= floor):
            share = (floor - last[1]) / (stop[1] - last[1])
            kept.append((last[0] + share * (stop[0] - last[0]), floor))
        if stop[1] <= floor:
            kept.append(stop)
    return kept


def _below(outline: Sequence[Stop], ceiling: float) -> list[Stop]:
    turned = _above([(x, -y) for x, y in outline], -ceiling)
    return [(x, -y) for x, y in turned]


def _path(stops: Sequence[tuple[float, float]]) -> str:
    start, *rest = (f"{brief(x)} {brief(y)}" for x, y in stops)
    return f"M{start}L{' '.join(rest)}"
