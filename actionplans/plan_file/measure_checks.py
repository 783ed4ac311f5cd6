"""What must hold within one measure of a plan file: what it is, its periods, its tolerance and its targets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TypeVar

from actionplans.catalogue import catalogue
from actionplans.definitions import RESERVED_CODES, RUNS_THROUGH_THE_YEAR, MeasureKind
from actionplans.numbers import Unit
from actionplans.plan_file.entries import closest
from actionplans.plan_file.faults import Fault
from actionplans.plan_file.identities import repeated
from actionplans.plan_file.reading_checks import faults_in_readings
from actionplans.plan_file.schema import BaselineEntry, MeasureEntry, ReadingEntry, TargetEntry
from actionplans.rollups import RollUp
from actionplans.status import Polarity, Tolerance, ToleranceError, ToleranceKind
from priorities.periods import Period, PeriodError, PeriodKind
from priorities.wording import quoted

P = TypeVar("P", TargetEntry, BaselineEntry, ReadingEntry)


def faults_in_measure(measure: MeasureEntry) -> Iterator[Fault]:
    yield from repeated(measure.breaks, lambda one: one.on, lambda _: "A break on this day", "on")
    yield from _faults_in_name(measure)
    yield from _faults_in_kind(measure)
    yield from _faults_in_disclosure(measure)
    yield from _faults_in_tolerance(measure)
    yield from _faults_in_series_versions(measure)
    if not measure.period_kind:
        return
    yield from _faults_in_period_kind(measure)
    yield from _wrong_periods(measure)
    readings = _with_periods(measure, measure.readings)
    yield from faults_in_readings(measure, readings)
    yield from _faults_in_targets(measure, _with_periods(measure, measure.targets), _baseline(readings))


# What it is


def _faults_in_name(measure: MeasureEntry) -> Iterator[Fault]:
    if (measure.code or "").lower() in RESERVED_CODES:
        yield measure.fault("code", f"{quoted(measure.code)} is the address of another page. Choose another.")
    known = [entry.key for entry in catalogue()]
    if measure.catalogue_key and measure.catalogue_key not in known:
        close = closest(measure.catalogue_key, known)
        hint = f"Did you mean {quoted(close)}?" if close else f"Known: {', '.join(known)}."
        message = f"There is no source {quoted(measure.catalogue_key)} in the catalogue. {hint}"
        yield measure.fault("catalogue_key", message)


def _faults_in_kind(measure: MeasureEntry) -> Iterator[Fault]:
    if not measure.unit:
        return
    is_rate = measure.unit == Unit.RATE
    if measure.per is not None and not is_rate:
        yield measure.fault("per", "Only a rate is per so many.")
    if measure.is_ratio and measure.unit not in (Unit.PERCENT, Unit.RATE):
        message = "Only a percentage or a rate is worked out from a numerator and a denominator."
        yield measure.fault("is_ratio", message)
    elif measure.is_ratio and is_rate and measure.per is None and measure.has_read("per"):
        message = "A rate that is worked out needs “per”: how many it is per, like 1000."
        yield measure.fault("is_ratio", message)
    if measure.unit == Unit.YES_NO and measure.decimals:
        yield measure.fault("decimals", "Yes or no has no decimals.")
    yield from _faults_in_roll_up(measure)


def _faults_in_roll_up(measure: MeasureEntry) -> Iterator[Fault]:
    if not measure.has_read("roll_up"):
        return
    if measure.roll_up == RollUp.POOLED and not measure.is_ratio:
        message = "Only a figure that is worked out keeps its numerators to be pooled. Say “is_ratio: true”."
        yield measure.fault("roll_up", message)
    elif (kind := _kind_of(measure)) and measure.roll_up not in kind.roll_ups:
        ways = " or ".join(rule.value for rule in kind.roll_ups)
        yield measure.fault("roll_up", f"Its figures cannot be put together so. Use {ways}.")
    if not measure.is_cumulative:
        return
    if measure.period_kind and measure.period_kind not in RUNS_THROUGH_THE_YEAR:
        message = "Only figures by financial quarter or by calendar month add up since 1 April."
        yield measure.fault("is_cumulative", message)
    if measure.roll_up != RollUp.SUM:
        yield measure.fault("is_cumulative", "A total since 1 April adds up: say “roll_up: sum”.")


def _kind_of(measure: MeasureEntry) -> MeasureKind | None:
    """What its figures are; None where they cannot be worked out as it says."""
    if measure.gap is not None:
        return MeasureKind.GAP
    found = (Unit(measure.unit), measure.is_ratio)
    return next((kind for kind in MeasureKind if (kind.unit, kind.is_ratio) == found), None)


def _faults_in_disclosure(measure: MeasureEntry) -> Iterator[Fault]:
    is_open = measure.is_disclosure_controlled is False and measure.has_read("is_disclosure_controlled")
    if measure.is_sensitive and is_open:
        message = "A sensitive measure is under disclosure control: say “is_disclosure_controlled: true”."
        yield measure.fault("is_sensitive", message)


def _faults_in_series_versions(measure: MeasureEntry) -> Iterator[Fault]:
    versions = measure.series_versions
    yield from repeated(versions, lambda one: one.number, lambda one: f"Series {one.number}", "number")
    sound = sorted((one for one in versions if one.is_sound), key=lambda one: one.number)
    if len(sound) == len(versions):
        for number, one in enumerate(sound, start=2):
            if one.number > number and (number == 2 or sound[number - 3].number < number):
                yield one.fault("number", f"There is no series {number}. Number them in a row, from 2.")
                break
    for before, after in pairwise(sound):
        if after.number > before.number and after.released_at <= before.released_at:
            message = f"Series {before.number}, which it replaces, was not released before it."
            yield after.fault("released_on", message)


def _faults_in_period_kind(measure: MeasureEntry) -> Iterator[Fault]:
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


# Periods


def _wrong_periods(measure: MeasureEntry) -> Iterator[Fault]:
    baselines = [target.baseline for target in measure.targets if target.baseline]
    entries: list[TargetEntry | BaselineEntry | ReadingEntry] = [
        *measure.targets,
        *baselines,
        *measure.readings,
    ]
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
    return min(
        (
            period
            for reading, period in readings
            if reading.place_code is None and reading.comparator is None and not reading.symbol
        ),
        default=None,
    )


# Tolerance and targets


def _faults_in_tolerance(measure: MeasureEntry) -> Iterator[Fault]:
    if measure.has_read("dead_band") and measure.dead_band < 0:
        yield measure.fault("dead_band", "This cannot be below zero.")
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
        if measure.unit == Unit.YES_NO and target.value not in (0, 1):
            yield target.fault("value", "The target of a yes or no is 1 for yes or 0 for no.")
        for start, begins in _with_periods(measure, [target.baseline] if target.baseline else []):
            if begins.ends_on >= period.ends_on:
                yield start.fault("period", f"A baseline comes before its target, for {period.label}.")
        if baseline and period < baseline:
            message = (
                f"A target for {period.label} comes before the baseline of {quoted(measure.code or '')}, "
                f"its first reading, for {baseline.label}."
            )
            yield target.fault("period", message)
