"""What must hold of the figures of one measure in a plan file: whose they are, when they came out, what they say."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from actionplans.models import Reading
from actionplans.numbers import Unit, format_digits, ratio_faults
from actionplans.plan_file.faults import Fault
from actionplans.plan_file.identities import repeated
from actionplans.plan_file.schema import MeasureEntry, ReadingEntry
from actionplans.rollups import kept_ratio
from priorities.periods import Period

_LOWEST, _HIGHEST = -(10**14), 10**14


def faults_in_readings(measure: MeasureEntry, readings: list[tuple[ReadingEntry, Period]]) -> Iterator[Fault]:
    vintages = {
        id(one): (period, one.place_code or "", one.comparator or "", one.series, one.released_at)
        for one, period in readings
    }
    yield from repeated(
        [reading for reading, _ in readings],
        lambda one: vintages[id(one)],
        lambda one: f"A reading for {vintages[id(one)][0].label} released on {one.released_on}",
        "period",
    )
    for reading, period in readings:
        if reading.released_on < period.ends_on and reading.flag != Reading.Flag.PROJECTED:
            message = (
                f"This was released before its period ended, on {period.ends_on}. "
                "Only a reading with the flag projected can be."
            )
            yield reading.fault("released_on", message)
        if reading.place_code and reading.comparator:
            message = "A reading is of a place or of a comparator, not both."
            yield reading.fault("comparator", message)
        yield from _faults_in_series(measure, reading)
        yield from _faults_in_figures(measure, reading)


def _faults_in_series(measure: MeasureEntry, reading: ReadingEntry) -> Iterator[Fault]:
    if reading.series == 1 or not all(version.is_sound for version in measure.series_versions):
        return
    versions = {version.number: version for version in measure.series_versions}
    version = versions.get(reading.series)
    if version is None:
        message = f"There is no series {reading.series} among the “series_versions” of the measure."
        yield reading.fault("series", message)
    elif reading.released_at < version.released_at:
        yield reading.fault("released_on", f"This was released before series {version.number} was.")


# Figures


def _faults_in_figures(measure: MeasureEntry, reading: ReadingEntry) -> Iterator[Fault]:
    found = [*_what_is_missing(measure, reading), *_faults_in_ratio(measure, reading)]
    yield from found
    if found or not measure.unit or not measure.has_read("per"):
        return
    value, _ = measure.figure_of(reading)
    if value is None:
        return
    if not _LOWEST < value < _HIGHEST:
        yield reading.fault("", f"{value:,f} has too many digits: at most 14 before the point are kept.")
    elif measure.unit == Unit.YES_NO and value not in (0, 1):
        yield reading.fault("value", "Write 1 for yes or 0 for no.")
    elif measure.unit == Unit.PERCENT and measure.is_bounded and not 0 <= value <= 100:
        message = f"{value}% is not from 0 to 100%. If this percentage can be, give the measure “is_bounded: false”."
        yield reading.fault("value", message)


def _what_is_missing(measure: MeasureEntry, reading: ReadingEntry) -> Iterator[Fault]:
    has_value, has_ratio = reading.value is not None, reading.numerator is not None
    if reading.symbol and has_value:
        yield reading.fault("symbol", "There is a value, or a symbol that says why there is none: not both.")
    elif not has_value and not reading.symbol and not (has_ratio and measure.is_ratio):
        others = "a numerator and denominator or " if measure.is_ratio else ""
        yield reading.fault("", f"“value” is missing. Write it, or {others}a “symbol” that says why not.")


def _faults_in_ratio(measure: MeasureEntry, reading: ReadingEntry) -> Iterator[Fault]:
    numerator, denominator = reading.numerator, reading.denominator
    if (numerator is None) != (denominator is None):
        given = "numerator" if denominator is None else "denominator"
        yield reading.fault(given, "A numerator and its denominator come together.")
    if numerator is None or denominator is None:
        return
    if reading.symbol and not (reading.symbol == Reading.Symbol.NOT_APPLICABLE and denominator == 0):
        message = "A figure that is not there has no numerator and denominator."
        yield reading.fault("symbol", message)
    if not measure.is_ratio:
        return
    is_share = measure.unit == Unit.PERCENT and measure.is_bounded
    for fault in ratio_faults(numerator, denominator, is_share=is_share):
        # Over nothing a figure does not apply, which is no fault. A question has been answered by writing it down.
        if not fault.is_question and not (fault.field == "denominator" and denominator == 0):
            yield reading.fault(fault.field, fault.message)
    if reading.value is not None and measure.has_read("per") and measure.has_read("decimals"):
        yield from _disagreement(
            measure, reading, reading.value, kept_ratio(numerator, denominator, per=measure.ratio_per)
        )


def _disagreement(
    measure: MeasureEntry, reading: ReadingEntry, value: Decimal, worked_out: Decimal | None
) -> Iterator[Fault]:
    """A value that is not what its numerator and denominator make, to the decimals of the measure."""
    if worked_out is None:
        message = "Over a denominator of zero there is no value. Leave it out."
        yield reading.fault("value", message)
        return
    written, made = (format_digits(one, measure.decimals) for one in (value, worked_out))
    if written != made:
        message = f"{value} is not what the numerator and denominator make, which is {made}. Check all three."
        yield reading.fault("value", message)
