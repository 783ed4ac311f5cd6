"""What must hold within one measure of a plan file: its tolerance, targets and readings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from actionplans.models import Reading
from actionplans.numbers import Unit
from actionplans.plan_file.faults import Fault
from actionplans.plan_file.identities import repeated
from actionplans.plan_file.schema import MeasureEntry, ReadingEntry, TargetEntry
from actionplans.status import Polarity, Tolerance, ToleranceError, ToleranceKind
from priorities.periods import Period, PeriodError, PeriodKind
from priorities.wording import quoted

P = TypeVar("P", TargetEntry, ReadingEntry)


def faults_in_measure(measure: MeasureEntry) -> Iterator[Fault]:
    yield from repeated(measure.breaks, lambda one: one.on, lambda _: "A break on this day", "on")
    yield from _faults_in_tolerance(measure)
    if not measure.period_kind:
        return
    is_rolling = measure.period_kind == PeriodKind.ROLLING_YEARS
    is_unsaid = measure.years_covered is None and measure.has_read("years_covered")
    if is_rolling and is_unsaid:
        yield measure.fault(
            "period_kind", "A run of years needs “years_covered”: how many are taken together."
        )
    elif measure.years_covered and not is_rolling:
        yield measure.fault("years_covered", "Only a measure of rolling_years covers several years.")
    if measure.years_start_in_april and not is_rolling:
        yield measure.fault(
            "years_start_in_april", "Only a measure of rolling_years says when its years start."
        )
    yield from _wrong_periods(measure)
    readings = _with_periods(measure, measure.readings)
    yield from _faults_in_readings(measure, readings)
    yield from _faults_in_targets(measure, _with_periods(measure, measure.targets), _baseline(readings))


def _wrong_periods(measure: MeasureEntry) -> Iterator[Fault]:
    entries: list[TargetEntry | ReadingEntry] = [*measure.targets, *measure.readings]
    for entry in entries:
        try:
            if entry.period:
                measure.period_of(entry)
        except PeriodError as error:
            yield entry.fault("period", str(error))


def _with_periods(measure: MeasureEntry, entries: Iterable[P]) -> list[tuple[P, Period]]:
    """The entries that could be read, with their periods."""
    found = []
    for entry in entries:
        try:
            if entry.is_sound:
                found.append((entry, measure.period_of(entry)))
        except PeriodError:
            continue
    return found


def _baseline(readings: Iterable[tuple[ReadingEntry, Period]]) -> Period | None:
    """The period of the earliest reading for the whole area."""
    return min((period for reading, period in readings if reading.place_code is None), default=None)


def _faults_in_tolerance(measure: MeasureEntry) -> Iterator[Fault]:
    if (
        not measure.unit
        or not measure.has_read("tolerance")
        or (measure.tolerance and not measure.tolerance.is_sound)
    ):
        return
    kind = ToleranceKind(measure.tolerance_kind)
    try:
        Tolerance(kind, amber=measure.tolerance_amber, green=measure.tolerance_green)
    except ToleranceError as error:
        yield measure.fault("tolerance", str(error))
    if kind is ToleranceKind.ABSOLUTE or measure.polarity == Polarity.NONE:
        return
    for target in measure.targets:
        if target.is_sound and target.value == 0:
            message = (
                "A tolerance in per cent of a target of zero is zero. "
                "Give the measure a tolerance of kind absolute."
            )
            yield target.fault("value", message)


def _faults_in_targets(
    measure: MeasureEntry, targets: list[tuple[TargetEntry, Period]], baseline: Period | None
) -> Iterator[Fault]:
    versions = {id(target): (period, target.version) for target, period in targets}
    yield from repeated(
        [target for target, _ in targets],
        lambda one: versions[id(one)],
        lambda one: f"Version {one.version} of the target for {versions[id(one)][0].label}",
        "period",
    )
    for target, period in targets:
        if target.version > 1 and not target.reason:
            yield target.fault("version", "Say in “reason” why the target was changed.")
        if baseline and period < baseline:
            message = (
                f"A target for {period.label} comes before the baseline of {quoted(measure.code or '')}, "
                f"its first reading, for {baseline.label}."
            )
            yield target.fault("period", message)


def _faults_in_readings(
    measure: MeasureEntry, readings: list[tuple[ReadingEntry, Period]]
) -> Iterator[Fault]:
    vintages = {id(one): (period, one.place_code or "", one.released_on) for one, period in readings}
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
        yield from _faults_in_figures(measure, reading)


def _faults_in_figures(measure: MeasureEntry, reading: ReadingEntry) -> Iterator[Fault]:
    if (reading.numerator is None) != (reading.denominator is None):
        given = "numerator" if reading.denominator is None else "denominator"
        yield reading.fault(given, "A numerator and its denominator come together.")
    if measure.unit == Unit.PERCENT and measure.is_bounded and not 0 <= reading.value <= 100:
        message = f"{reading.value}% is not from 0 to 100%. If this percentage can be, give the measure “is_bounded: false”."
        yield reading.fault("value", message)
