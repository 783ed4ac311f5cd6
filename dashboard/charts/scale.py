"""The vertical axis of a chart: round marks, an honest range, short labels."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext

from actionplans.numbers import NO, YES, YES_OR_NO
from dashboard.charts.series import ChartSeries

# Figures at least this close to the largest, as a share of it, are drawn without zero.
FAR_FROM_ZERO = Decimal("0.6")
# A range cut off above zero spans at least this share of the largest figure: small changes look small.
LEAST_SHARE = Decimal("0.15")
# The same for figures side by side, which are marks and not lines.
LEAST_SPREAD = Decimal("0.05")
PERCENT_TOP = Decimal(100)
# Enough digits that no figure a database can hold is ever rounded by the arithmetic.
DIGITS = 80

NAMED_SIZES = (
    (Decimal(10) ** 15, None),
    (Decimal(10) ** 12, "tn"),
    (Decimal(10) ** 9, "bn"),
    (Decimal(10) ** 6, "m"),
)


@dataclass(frozen=True)
class Scale:
    """The range of an axis and where its marks stand. `low` < `high`; both are marks."""

    low: Decimal
    high: Decimal
    step: Decimal
    is_percentage: bool
    is_money: bool
    is_yes_or_no: bool = False

    @property
    def marks(self) -> tuple[Decimal, ...]:
        """The values the axis is labelled at, lowest first."""
        with localcontext(prec=DIGITS):
            count = int((self.high - self.low) / self.step)
            return tuple(self.low + self.step * place for place in range(count + 1))

    @property
    def zero_note(self) -> str:
        """What the name of the axis has to add when zero is not on it."""
        return "" if self.low <= 0 <= self.high else f", axis from {self.label(self.low)}"

    def share(self, value: Decimal) -> float:
        """How far up the axis `value` stands: 0 at the foot, 1 at the top."""
        with localcontext(prec=DIGITS):
            return float((value - self.low) / (self.high - self.low))

    def label(self, mark: Decimal) -> str:
        """A mark in few characters: "20%", "£1.5m", "−5", "Yes"."""
        return self._written(mark, exponent=_exponent(self.step))

    def brief(self, value: Decimal) -> str:
        """A figure in few characters, to three meaningful digits, for where its full form has no room."""
        return self._written(value, exponent=_exponent(value) - 2)

    def _written(self, number: Decimal, *, exponent: int) -> str:
        if self.is_yes_or_no and number in YES_OR_NO:
            return YES_OR_NO[number]
        with localcontext(prec=DIGITS, rounding=ROUND_HALF_UP):
            size = _short(abs(number), exponent)
        sign = "−" if number < 0 else ""
        return f"{sign}{'£' if self.is_money else ''}{size}{'%' if self.is_percentage else ''}"


def scale_for(series: ChartSeries, *, intervals: int = 4, also: Iterable[Decimal] = ()) -> Scale:
    """The axis for a measure's figures and targets, and `also` for other numbers, in about `intervals` round steps.

    Zero is on the axis unless every figure is far from it. Otherwise the range stays wide enough that a small
    change does not look large. Percentages that never pass 100 are never drawn as if they could.
    """
    with localcontext(prec=DIGITS):
        return _rounded_out(*_range_to_cover(series, also), series, intervals)


def spread_scale_for(series: ChartSeries, *, intervals: int) -> Scale:
    """The axis for figures side by side, where how far they lie apart is the story and zero is none of it.

    It still spans a share of the largest figure, so that small differences look small.
    """
    with localcontext(prec=DIGITS):
        numbers = list(_numbers(series))
        low, high = min(numbers, default=Decimal(0)), max(numbers, default=Decimal(0))
        least = max(abs(low), abs(high)) * LEAST_SPREAD or Decimal(1)
        lack = max(least - (high - low), Decimal(0)) / 2
        bottom, top = low - lack, high + lack
        if low >= 0 > bottom:
            bottom, top = Decimal(0), top - bottom
        if series.is_percentage and high <= PERCENT_TOP < top:
            bottom, top = bottom - (top - PERCENT_TOP), PERCENT_TOP
        return _rounded_out(bottom, top, series, intervals)


def _rounded_out(low: Decimal, high: Decimal, series: ChartSeries, intervals: int) -> Scale:
    """A range whose ends are marks, in about as many steps as `intervals`; for a yes or no just these two."""
    if series.is_yes_or_no:
        return Scale(NO, YES, YES - NO, is_percentage=False, is_money=False, is_yes_or_no=True)
    step = _nice_step((high - low) / intervals)
    if series.decimals == 0:
        step = max(step, Decimal(1))
    return Scale(
        low=(low / step).to_integral_value(ROUND_FLOOR) * step,
        high=(high / step).to_integral_value(ROUND_CEILING) * step,
        step=step,
        is_percentage=series.is_percentage,
        is_money=series.is_money,
    )


def snug_scale_for(series: ChartSeries) -> Scale:
    """The same range without rounding out to marks, for a picture too small to have any."""
    with localcontext(prec=DIGITS):
        low, high = _range_to_cover(series)
        return Scale(low, high, high - low, series.is_percentage, series.is_money)


def _range_to_cover(series: ChartSeries, also: Iterable[Decimal] = ()) -> tuple[Decimal, Decimal]:
    if series.is_yes_or_no:
        return NO, YES
    numbers = [*_numbers(series), *also]
    low, high = min(numbers, default=Decimal(0)), max(numbers, default=Decimal(0))
    biggest = max(abs(low), abs(high))
    if not biggest:
        return Decimal(0), Decimal(1)
    nearest = min(abs(low), abs(high))
    if low <= 0 <= high or nearest <= biggest * FAR_FROM_ZERO:
        return min(low, Decimal(0)), max(high, Decimal(0))
    return _padded(low, high, biggest, series)


def _padded(low: Decimal, high: Decimal, biggest: Decimal, series: ChartSeries) -> tuple[Decimal, Decimal]:
    span = max((high - low) * Decimal("1.3"), biggest * LEAST_SHARE)
    middle = (low + high) / 2
    bottom, top = middle - span / 2, middle + span / 2
    if series.is_percentage and high <= PERCENT_TOP < top:
        return bottom - (top - PERCENT_TOP), PERCENT_TOP
    return bottom, top


def _numbers(series: ChartSeries) -> Iterable[Decimal]:
    for point in series.points:
        if point.value is not None:
            yield point.value
        if point.target is not None:
            yield point.target


def _nice_step(rough: Decimal) -> Decimal:
    power = Decimal(1).scaleb(rough.adjusted())
    return next(power * times for times in (1, 2, 5, 10) if power * times >= rough)


def _exponent(number: Decimal) -> int:
    return number.adjusted() if number else 0


def _short(size: Decimal, exponent: int) -> str:
    """`size` written to the place of 10 to the `exponent`, with a letter for millions and more."""
    for threshold, letter in NAMED_SIZES:
        if size < threshold:
            continue
        if letter is None:
            return f"{size:.2e}"
        rounded = _to_place(size / threshold, exponent - threshold.adjusted())
        return f"{rounded.normalize():,f}{letter}"
    return f"{_to_place(size, exponent):,f}"


def _to_place(size: Decimal, exponent: int) -> Decimal:
    return size.quantize(Decimal(1).scaleb(min(exponent, 0)), rounding=ROUND_HALF_UP)
