"""What must hold between a gap in a plan file and the measure it is worked out from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from actionplans.numbers import Unit
from actionplans.plan_file.faults import Fault
from actionplans.plan_file.schema import GapEntry, MeasureEntry
from priorities.wording import quoted

_PERIODS = ("period_kind", "years_covered", "years_start_in_april")


def faults_in_gaps(measures: Sequence[MeasureEntry]) -> Iterator[Fault]:
    by_code = {measure.code: measure for measure in measures}
    for measure in measures:
        if measure.gap is None:
            continue
        yield from _faults_in_sides(measure.gap)
        if measure.readings:
            message = "A gap is worked out from its two sides. It has no readings of its own."
            yield measure.fault("readings", message)
        if of := by_code.get(measure.gap.of):
            yield from _faults_beside(measure, measure.gap, of)


def _faults_in_sides(gap: GapEntry) -> Iterator[Fault]:
    for side in (gap.first, gap.second):
        if side and side.locality and side.comparator:
            yield side.fault("", "A side is a locality or a comparator, not both.")
    if gap.is_sound and gap.side("first") == gap.side("second"):
        yield gap.fault("", "The two sides are the same. A side that is left out is the whole area.")


def _faults_beside(measure: MeasureEntry, gap: GapEntry, of: MeasureEntry) -> Iterator[Fault]:
    if of is measure:
        yield gap.fault("of", "A measure cannot be the gap of itself.")
        return
    if of.gap is not None:
        yield gap.fault("of", f"{quoted(of.code)} is a gap itself. Name the measure that has figures.")
    if of.unit == Unit.YES_NO:
        yield gap.fault("of", "Yes or no has no gap. Choose a measure of numbers.")
    elif of.unit and measure.unit and measure.unit != (unit := _unit_of_gap(of)):
        yield measure.fault("unit", f"A gap of {quoted(of.code)} is in {unit}.")
    elif of.unit and measure.per != of.per:
        yield measure.fault("per", f"A gap is per as many as {quoted(of.code)}.")
    for name in _PERIODS:
        theirs = getattr(of, name)
        if measure.has_read(name) and of.has_read(name) and getattr(measure, name) != theirs:
            yield measure.fault(name, f"A gap has the periods of {quoted(of.code)}: {_written(theirs)}.")


def _unit_of_gap(of: MeasureEntry) -> str:
    """Percentages differ by percentage points."""
    return Unit.POINTS.value if of.unit == Unit.PERCENT else of.unit


def _written(value: object) -> str:
    """A value as a plan file has it."""
    if value is None:
        return "left out"
    return str(value).lower() if isinstance(value, bool) else str(value)
