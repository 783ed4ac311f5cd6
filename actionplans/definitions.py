"""What a measure is: its kind in words people use, all it is defined by, and what must hold between them (pure)."""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from actionplans.numbers import Unit
from actionplans.rollups import RollUp
from actionplans.status import Polarity, ToleranceKind
from actionplans.trends import Comparison
from priorities.periods import PeriodKind

if TYPE_CHECKING:
    from actionplans.models import Measure
    from priorities.models import Comparator, Locality, Organisation, Priority

MOST_DECIMALS = 6
MOST_YEARS = 20
LONGEST_LAG = 1_500
"""Days: a figure that comes four years late is a slip, or no measure of this plan."""
LONGEST_GRACE = 365

RESERVED_CODES = frozenset({"new"})
"""Where a measure is defined: one of that code could not be reached."""

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


class MeasureKind(enum.StrEnum):
    """What the figures of a measure are, as those who define one would say it."""

    COUNT = "count"
    PERCENTAGE = "percentage"
    RATIO = "ratio"
    RATE = "rate"
    RATE_RATIO = "rate_ratio"
    MONEY = "money"
    DAYS = "days"
    INDEX = "index"
    SCORE = "score"
    YES_NO = "yes_no"
    POINTS = "points"
    GAP = "gap"

    @property
    def label(self) -> str:
        return _KINDS[self].label

    @property
    def is_ratio(self) -> bool:
        """Whether its figures are worked out from a numerator and a denominator."""
        return _KINDS[self].is_ratio

    @property
    def is_rate(self) -> bool:
        return _KINDS[self].unit is Unit.RATE

    @property
    def roll_ups(self) -> tuple[RollUp, ...]:
        """The ways in which its figures may be put together; a percentage is never averaged."""
        return (*_KINDS[self].roll_ups, RollUp.NOT_ADDITIVE)

    @property
    def unit(self) -> Unit:
        """What its figures are in; a gap's are in what its measure is in, so ask `unit_of_gap`."""
        return _KINDS[self].unit

    @classmethod
    def of(cls, measure: Measure, *, is_gap: bool) -> MeasureKind:
        """The kind of a measure there is."""
        if is_gap:
            return cls.GAP
        found = (Unit(measure.unit), measure.is_ratio)
        return next(kind for kind, row in _KINDS.items() if (row.unit, row.is_ratio) == found)

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """(value, label) pairs for a form field."""
        return [(kind.value, kind.label) for kind in cls]


@dataclass(frozen=True)
class _Kind:
    label: str
    unit: Unit
    roll_ups: tuple[RollUp, ...] = (RollUp.LATEST,)
    is_ratio: bool = False


_ADDS_UP = (RollUp.SUM, RollUp.LATEST, RollUp.MEAN)
_IS_POOLED = (RollUp.POOLED, RollUp.LATEST)

# A gap comes last: its unit is not its own, so no measure is taken for one by its unit.
_KINDS = {
    MeasureKind.COUNT: _Kind("Count: how many", Unit.NUMBER, _ADDS_UP),
    MeasureKind.PERCENTAGE: _Kind("Percentage, given as it is published", Unit.PERCENT),
    MeasureKind.RATIO: _Kind(
        "Percentage worked out from a numerator and a denominator", Unit.PERCENT, _IS_POOLED, is_ratio=True
    ),
    MeasureKind.RATE: _Kind("Rate per so many, given as it is published", Unit.RATE),
    MeasureKind.RATE_RATIO: _Kind(
        "Rate per so many, worked out from a numerator and a denominator",
        Unit.RATE,
        _IS_POOLED,
        is_ratio=True,
    ),
    MeasureKind.MONEY: _Kind("Money, in pounds", Unit.MONEY, _ADDS_UP),
    MeasureKind.DAYS: _Kind("Days", Unit.DAYS, _ADDS_UP),
    MeasureKind.INDEX: _Kind("Index", Unit.INDEX, (RollUp.LATEST, RollUp.MEAN)),
    MeasureKind.SCORE: _Kind("Score", Unit.SCORE, (RollUp.LATEST, RollUp.MEAN)),
    MeasureKind.YES_NO: _Kind("Yes or no", Unit.YES_NO),
    MeasureKind.POINTS: _Kind("Percentage points, given as they are published", Unit.POINTS),
    MeasureKind.GAP: _Kind(
        "Gap between two places or groups, worked out from another measure", Unit.POINTS, ()
    ),
}

# Totals since 1 April are kept of what adds up, by quarter or by month.
RUNS_THROUGH_THE_YEAR = frozenset({PeriodKind.FINANCIAL_QUARTER, PeriodKind.CALENDAR_MONTH})


@dataclass(frozen=True)
class UsualTolerance:
    """The tolerance a measure has when nobody gives another."""

    kind: ToleranceKind
    amber: Decimal


def usual_tolerance(unit: Unit) -> UsualTolerance:
    """Two percentage points for percentages, nothing for yes or no, 5% of the target for the rest."""
    if unit in (Unit.PERCENT, Unit.POINTS):
        return UsualTolerance(ToleranceKind.ABSOLUTE, Decimal(2))
    if unit is Unit.YES_NO:
        return UsualTolerance(ToleranceKind.ABSOLUTE, Decimal(0))
    return UsualTolerance(ToleranceKind.RELATIVE, Decimal(5))


def unit_of_gap(of: Measure) -> Unit:
    """What the difference of two figures of a measure is in: percentage points for percentages."""
    return Unit.POINTS if of.unit == Unit.PERCENT else Unit(of.unit)


@dataclass(frozen=True)
class Side:
    """One side of a gap: a locality, a comparator or, with neither, the partnership's own area."""

    locality: Locality | None = None
    comparator: Comparator | None = None


@dataclass(frozen=True)
class GapOf:
    """The measure whose two sides are compared: the first less the second."""

    of: Measure
    first: Side
    second: Side


@dataclass(frozen=True)
class MeasureDefinition:
    """All that a measure is defined by, as one page asks for it. `code` is "" where the next free one is wanted.

    A gap has its unit and its periods from the measure it compares, whatever is said here.
    """

    name: str
    priority: Priority
    kind: MeasureKind
    polarity: Polarity
    tolerance_kind: ToleranceKind
    tolerance_amber: Decimal
    tolerance_green: Decimal = Decimal(0)
    period_kind: PeriodKind = PeriodKind.FINANCIAL_YEAR
    code: str = ""
    definition: str = ""
    shared_with: tuple[Priority, ...] = ()
    unit_name: str = ""
    per: int | None = None
    numerator_name: str = ""
    denominator_name: str = ""
    decimals: int = 0
    is_bounded: bool = True
    years_covered: int | None = None
    years_start_in_april: bool = False
    is_cumulative: bool = False
    roll_up: RollUp = RollUp.NOT_ADDITIVE
    comparison: Comparison = Comparison.ONGOING
    dead_band: Decimal = Decimal(0)
    owner_title: str = ""
    catalogue_key: str = ""
    source: str = ""
    source_url: str = ""
    caution: str = ""
    supplier: Organisation | None = None
    supplier_contact: str = ""
    publication_lag_days: int = 0
    grace_days: int = 30
    release_class: str = "published"
    is_disclosure_controlled: bool = False
    is_sensitive: bool = False
    discontinued_on: dt.date | None = None
    gap: GapOf | None = field(default=None)

    @property
    def unit(self) -> Unit:
        return unit_of_gap(self.gap.of) if self.gap else self.kind.unit

    def columns(self) -> dict[str, Any]:
        """What the measure's own row holds of it, but for its code."""
        taken = self.gap.of if self.gap else self
        own = {
            name: getattr(self, name)
            for name in (
                *(
                    "name",
                    "priority",
                    "definition",
                    "unit",
                    "unit_name",
                    "numerator_name",
                    "denominator_name",
                ),
                *("decimals", "polarity", "is_bounded", "is_cumulative", "roll_up", "comparison"),
                *("tolerance_kind", "tolerance_amber", "tolerance_green", "dead_band", "owner_title"),
                *("catalogue_key", "source", "source_url", "caution", "supplier", "supplier_contact"),
                *("publication_lag_days", "grace_days", "release_class", "is_sensitive", "discontinued_on"),
            )
        }
        return own | {
            "is_ratio": self.kind.is_ratio,
            "per": taken.per,
            "period_kind": taken.period_kind,
            "years_covered": taken.years_covered,
            "years_start_in_april": taken.years_start_in_april,
            "is_disclosure_controlled": self.is_disclosure_controlled or self.is_sensitive,
        }


# What must hold


@dataclass(frozen=True)
class Fault:
    """Something that keeps a definition from being saved. `field` says beside which answer to show it."""

    field: str
    message: str


def faults_in(said: MeasureDefinition) -> tuple[Fault, ...]:
    """What is wrong with a definition by itself, in the order of its page; empty when it may be saved."""
    return (
        *_faults_in_name(said),
        *_faults_in_kind(said),
        *(_faults_in_gap(said) if said.kind is MeasureKind.GAP else _faults_in_period(said)),
        *_faults_in_tolerance(said),
        *_faults_in_dates(said),
    )


def _faults_in_name(said: MeasureDefinition) -> Iterator[Fault]:
    if not said.name.strip():
        yield Fault("name", "Give the measure a name.")
    if said.code and not _CODE.fullmatch(said.code):
        yield Fault("code", "A code has letters, digits, hyphens and underscores, like POV-03.")
    if said.code.casefold() in RESERVED_CODES:
        yield Fault("code", f"“{said.code}” is the address of another page. Choose another code.")
    if said.priority in said.shared_with:
        yield Fault(
            "shared_with", f"It is reported under {said.priority} already. Choose other priorities only."
        )


def _faults_in_kind(said: MeasureDefinition) -> Iterator[Fault]:
    kind = said.kind
    if kind.is_rate and said.per is None:
        yield Fault("per", "Say how many the rate is per, like 1,000.")
    if not kind.is_rate and said.per is not None:
        yield Fault("per", "Only a rate is per so many. Leave this empty, or choose a rate.")
    for name, of_what in (("numerator_name", "numerator"), ("denominator_name", "denominator")):
        given = getattr(said, name)
        if kind.is_ratio and not given:
            yield Fault(name, f"Say what the {of_what} counts.")
        if given and not kind.is_ratio:
            yield Fault(
                name, f"Only a figure that is worked out has a {of_what}. Leave this empty, or choose one."
            )
    if kind is MeasureKind.YES_NO and said.decimals:
        yield Fault("decimals", "Yes or no has no decimals. Enter 0.")
    elif not 0 <= said.decimals <= MOST_DECIMALS:
        yield Fault("decimals", f"Show from 0 to {MOST_DECIMALS} decimals.")
    yield from _faults_in_roll_up(said)


def _faults_in_roll_up(said: MeasureDefinition) -> Iterator[Fault]:
    if said.is_cumulative and said.period_kind not in RUNS_THROUGH_THE_YEAR:
        yield Fault(
            "is_cumulative", "Only figures by financial quarter or by calendar month add up since 1 April."
        )
    if said.is_cumulative and said.roll_up is not RollUp.SUM:
        yield Fault("roll_up", f"A total since 1 April adds up: choose “{RollUp.SUM.label}”.")
    elif said.roll_up not in said.kind.roll_ups:
        yield Fault("roll_up", _why_not(said))


def _why_not(said: MeasureDefinition) -> str:
    if said.roll_up is RollUp.POOLED:
        return "Only a figure that is worked out keeps its numerators and denominators. Choose another way."
    if said.kind.unit in (Unit.PERCENT, Unit.RATE) and said.roll_up is RollUp.MEAN:
        return (
            "Percentages and rates are never averaged: their parts are not of the same size. Choose "
            f"“{RollUp.NOT_ADDITIVE.label}”, or work the figure out from a numerator and a denominator."
        )
    allowed = " or ".join(f"“{rule.label}”" for rule in said.kind.roll_ups)
    return f"Figures of this kind cannot be put together so. Choose {allowed}."


def _faults_in_period(said: MeasureDefinition) -> Iterator[Fault]:
    is_rolling = said.period_kind is PeriodKind.ROLLING_YEARS
    if is_rolling and (said.years_covered is None or not 2 <= said.years_covered <= MOST_YEARS):
        yield Fault("years_covered", f"Say how many years are taken together, from 2 to {MOST_YEARS}.")
    if not is_rolling and said.years_covered is not None:
        yield Fault("years_covered", "Only several years taken together have this. Leave it empty.")
    if not is_rolling and said.years_start_in_april:
        yield Fault("years_start_in_april", "Only several years taken together have this. Leave it unticked.")


def _faults_in_gap(said: MeasureDefinition) -> Iterator[Fault]:
    gap = said.gap
    if gap is None:
        yield Fault("gap_of", "Choose the measure whose two sides are compared.")
        return
    if gap.of.unit == Unit.YES_NO:
        yield Fault("gap_of", "Yes or no has no gap. Choose a measure of numbers.")
    if gap.first == gap.second:
        yield Fault("gap_second", "Choose two different sides.")


def _faults_in_tolerance(said: MeasureDefinition) -> Iterator[Fault]:
    if said.tolerance_amber < 0:
        yield Fault("tolerance_amber", "A tolerance cannot be below zero.")
    if said.tolerance_green < 0:
        yield Fault("tolerance_green", "A tolerance cannot be below zero.")
    elif said.tolerance_green > said.tolerance_amber:
        yield Fault(
            "tolerance_green",
            "Green would reach further from the target than amber. Make it narrower, or amber wider.",
        )
    if said.dead_band < 0:
        yield Fault("dead_band", "This cannot be below zero.")


def _faults_in_dates(said: MeasureDefinition) -> Iterator[Fault]:
    if not 0 <= said.publication_lag_days <= LONGEST_LAG:
        yield Fault("publication_lag_days", f"Enter a number of days from 0 to {LONGEST_LAG:,}.")
    if not 0 <= said.grace_days <= LONGEST_GRACE:
        yield Fault("grace_days", f"Enter a number of days from 0 to {LONGEST_GRACE}.")
