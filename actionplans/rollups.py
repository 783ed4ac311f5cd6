"""How the parts of a measure make a whole: quarters a year, localities an area (pure, decimals).

Percentages are pooled, numerators over denominators, never averaged. A whole is given only when every part it
needs is there; otherwise as far as it goes and marked so ("to Q1 only"), or not at all with the reason.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import takewhile
from typing import Self

from priorities.periods import FinancialQuarter, Period, PeriodKind
from priorities.wording import listed


class RollUpError(ValueError):
    """Parts that cannot make the whole asked for; the message says why."""


class RollUp(enum.StrEnum):
    """How a measure's values for parts of a year, or of an area, make the whole's."""

    SUM = "sum"
    LATEST = "latest"
    MEAN = "mean"
    POOLED = "pooled"
    NOT_ADDITIVE = "not_additive"

    @property
    def label(self) -> str:
        return _ROLL_UP_LABELS[self]

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """(value, label) pairs for a form or model field."""
        return [(rule.value, rule.label) for rule in cls]


_ROLL_UP_LABELS = {
    RollUp.SUM: "Add up (things counted over time)",
    RollUp.LATEST: "Take the latest (things counted on a day)",
    RollUp.MEAN: "Average",
    RollUp.POOLED: "Numerators over denominators (percentages and rates)",
    RollUp.NOT_ADDITIVE: "Cannot be rolled up",
}


@dataclass(frozen=True)
class Amount:
    """A part's figure: a value, or a numerator and denominator, or neither where it is missing.

    Raises RollUpError for half a ratio or a denominator below zero. A suppressed part may hold its figures:
    they are not used.
    """

    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    is_suppressed: bool = False

    def __post_init__(self) -> None:
        if (self.numerator is None) != (self.denominator is None):
            raise RollUpError("Give both the numerator and the denominator, or neither.")
        if self.denominator is not None and self.denominator < 0:
            raise RollUpError("A denominator cannot be below zero.")

    @classmethod
    def ratio(cls, numerator: Decimal | int, denominator: Decimal | int) -> Self:
        return cls(numerator=Decimal(numerator), denominator=Decimal(denominator))

    def is_known(self, rule: RollUp) -> bool:
        """Whether it holds what a rule needs."""
        return (self.numerator if rule is RollUp.POOLED else self.value) is not None


class Outcome(enum.StrEnum):
    """Whether a whole could be made, or why not."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    NO_DATA = "no_data"
    NOT_APPLICABLE = "not_applicable"
    SUPPRESSED = "suppressed"
    NOT_ADDITIVE = "not_additive"

    @property
    def label(self) -> str:
        return _OUTCOME_LABELS[self]


_OUTCOME_LABELS = {
    Outcome.COMPLETE: "Complete",
    Outcome.INCOMPLETE: "Incomplete",
    Outcome.NO_DATA: "No data",
    Outcome.NOT_APPLICABLE: "Not applicable",
    Outcome.SUPPRESSED: "Suppressed",
    Outcome.NOT_ADDITIVE: "Cannot be rolled up",
}


@dataclass(frozen=True)
class Whole:
    """What the parts make. `value` is there when it is complete or, as far as it goes, incomplete.

    `numerator` and `denominator` are those of a pooled value. `note` says what is missing or why there is no
    value ("to Q1 only", "no figure for Q1"): it must stand beside an incomplete value.
    """

    outcome: Outcome
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    note: str = ""


NO_DATA = Whole(Outcome.NO_DATA, note="no figures")
SUPPRESSED = Whole(Outcome.SUPPRESSED, note="a part of it is suppressed")


def pooled(amounts: Iterable[Amount], *, per: Decimal | int = 100) -> Whole:
    """All numerators over all denominators, `per` 100 for a percentage; not applicable over nothing.

    Raises RollUpError when one has no numerator.
    """
    numerator = denominator = Decimal(0)
    for amount in amounts:
        if amount.numerator is None or amount.denominator is None:
            raise RollUpError("A pooled value needs every numerator and denominator.")
        numerator += amount.numerator
        denominator += amount.denominator
    if denominator == 0:
        return Whole(Outcome.NOT_APPLICABLE, None, numerator, denominator, "there is nothing to divide by")
    return Whole(Outcome.COMPLETE, per * numerator / denominator, numerator, denominator)


KEPT = Decimal("0.000001")
"""To how many decimals a figure is kept."""


def kept_ratio(numerator: Decimal, denominator: Decimal, *, per: Decimal | int = 100) -> Decimal | None:
    """A numerator over its denominator as a figure is kept: to six decimals, half up. None over nothing."""
    if denominator == 0:
        return None
    return (per * numerator / denominator).quantize(KEPT, rounding=ROUND_HALF_UP)


# Parts of a year


def roll_up(
    parts: Mapping[Period, Amount],
    rule: RollUp | str,
    into: Period,
    *,
    per: Decimal | int = 100,
) -> Whole:
    """What quarters or months make of a longer period; those outside it are passed over.

    A sum, mean or pooled value goes as far as no part is missing. The latest goes as far as there is one.
    Raises RollUpError for parts of several kinds, or that do not fit the whole.
    """
    rule = RollUp(rule)
    if rule is RollUp.NOT_ADDITIVE:
        return Whole(Outcome.NOT_ADDITIVE, note="this measure cannot be rolled up")
    inside = {period: amount for period, amount in parts.items() if period.overlaps(into)}
    if not inside:
        return NO_DATA
    periods = _parts_of(into, _only_kind(inside))
    if rule is RollUp.LATEST:
        return _latest(inside, periods)
    return _run_together(inside, periods, rule, per)


def _run_together(
    inside: Mapping[Period, Amount], periods: Sequence[Period], rule: RollUp, per: Decimal | int
) -> Whole:
    """The parts from the first on, as far as none is missing."""
    if any(amount.is_suppressed for amount in inside.values()):
        return SUPPRESSED
    known = {period for period, amount in inside.items() if amount.is_known(rule)}
    run = list(takewhile(known.__contains__, periods))
    if not known:
        return NO_DATA
    if not run:
        return Whole(Outcome.INCOMPLETE, note=f"no figure for {_short(periods[0])}")
    return _so_far(_combined([inside[period] for period in run], rule, per), run, periods)


def _only_kind(periods: Iterable[Period]) -> PeriodKind:
    kinds = {period.kind for period in periods}
    if len(kinds) > 1:
        raise RollUpError("The parts must all be for the same kind of period.")
    return kinds.pop()


def _parts_of(into: Period, kind: PeriodKind) -> list[Period]:
    """Every quarter or month of a longer period, oldest first."""
    if kind not in (PeriodKind.FINANCIAL_QUARTER, PeriodKind.CALENDAR_MONTH):
        raise RollUpError("Only quarters and months are rolled up.")
    found = [Period.containing(kind, into.starts_on)]
    while found[-1].ends_on < into.ends_on:
        found.append(found[-1].next())
    if (found[0].starts_on, found[-1].ends_on) != (into.starts_on, into.ends_on):
        raise RollUpError(f"{into} is not made of whole periods like {found[0]}.")
    return found


def _latest(inside: Mapping[Period, Amount], periods: Sequence[Period]) -> Whole:
    """The last part's value, or the last there is."""
    held = [
        period
        for period in periods
        if period in inside and (inside[period].is_suppressed or inside[period].is_known(RollUp.LATEST))
    ]
    if not held:
        return NO_DATA
    last = inside[held[-1]]
    if last.is_suppressed:
        return SUPPRESSED
    return _so_far(Whole(Outcome.COMPLETE, last.value), held, periods)


def _so_far(whole: Whole, run: Sequence[Period], periods: Sequence[Period]) -> Whole:
    """A whole marked incomplete where the run of its parts stops short."""
    if run[-1] == periods[-1] or whole.outcome is not Outcome.COMPLETE:
        return whole
    return Whole(
        Outcome.INCOMPLETE,
        whole.value,
        whole.numerator,
        whole.denominator,
        f"to {_short(run[-1])} only",
    )


def _combined(amounts: Sequence[Amount], rule: RollUp, per: Decimal | int) -> Whole:
    if rule is RollUp.POOLED:
        return pooled(amounts, per=per)
    total = sum((amount.value for amount in amounts if amount.value is not None), Decimal(0))
    return Whole(Outcome.COMPLETE, total if rule is RollUp.SUM else total / len(amounts))


def _short(period: Period) -> str:
    """A part as a note within its year names it: "Q1", "June 2024"."""
    if period.kind is PeriodKind.FINANCIAL_QUARTER:
        return f"Q{FinancialQuarter.containing(period.starts_on).number}"
    return period.label


# Year to date


@dataclass(frozen=True)
class DerivedPart:
    """What one quarter or month adds to the year to date. None where the total before it is missing.

    `question` asks about a total that fell, unless a note explains it.
    """

    period: Period
    value: Decimal | None
    question: str = ""


def parts_from_year_to_date(
    totals: Mapping[Period, Decimal | None],
    *,
    notes: Mapping[Period, str] | None = None,
    year_kind: PeriodKind | str = PeriodKind.FINANCIAL_YEAR,
) -> tuple[DerivedPart, ...]:
    """Each period's own figure from the totals since the year began, oldest first.

    A total that is None is missing or suppressed: neither its own figure nor the next can be known. `notes`
    are the correction notes by period. Raises RollUpError for totals of several kinds.
    """
    if not totals:
        return ()
    kind = _only_kind(totals)
    found = []
    for period in sorted(totals):
        year = Period.containing(year_kind, period.starts_on)
        is_first = period == _parts_of(year, kind)[0]
        before = Decimal(0) if is_first else totals.get(period.previous())
        total = totals[period]
        value = None if total is None or before is None else total - before
        note = (notes or {}).get(period, "").strip()
        question = "" if note or is_first or value is None or value >= 0 else _fell(period, total, before)
        found.append(DerivedPart(period, value, question))
    return tuple(found)


def _fell(period: Period, total: Decimal | None, before: Decimal | None) -> str:
    return (
        f"The total to {period}, {total:,f}, is lower than the total to {_short(period.previous())}, {before:,f}. "
        "Correct it, or add a note that says why."
    )


def year_to_date(
    parts: Mapping[Period, Decimal | None], *, year_kind: PeriodKind | str = PeriodKind.FINANCIAL_YEAR
) -> dict[Period, Decimal | None]:
    """The totals since the year began from each period's own figure; None from the first missing one on.

    Raises RollUpError for parts of several kinds.
    """
    if not parts:
        return {}
    kind = _only_kind(parts)
    totals: dict[Period, Decimal | None] = {}
    for period in sorted(parts):
        year = Period.containing(year_kind, period.starts_on)
        is_first = period == _parts_of(year, kind)[0]
        before = Decimal(0) if is_first else totals.get(period.previous())
        value = parts[period]
        totals[period] = None if value is None or before is None else before + value
    return totals


def year_from_year_to_date(totals: Mapping[Period, Decimal | None], year: Period) -> Whole:
    """The year's total as far as no total to date is missing: with Q2 missing it is "to Q1 only".

    Raises RollUpError as `roll_up`.
    """
    inside = {period: Amount(total) for period, total in totals.items() if period.overlaps(year)}
    if not any(amount.is_known(RollUp.LATEST) for amount in inside.values()):
        return NO_DATA
    periods = _parts_of(year, _only_kind(inside))
    run = list(takewhile(lambda period: totals.get(period) is not None, periods))
    if not run:
        return Whole(Outcome.INCOMPLETE, note=f"no figure for {_short(periods[0])}")
    return _so_far(Whole(Outcome.COMPLETE, totals[run[-1]]), run, periods)


def year_to_date_targets(
    total: Decimal,
    year: Period,
    *,
    kind: PeriodKind | str = PeriodKind.FINANCIAL_QUARTER,
    profile: Sequence[Decimal] | None = None,
) -> dict[Period, Decimal]:
    """The target to date for each quarter (or month) of a year whose target is `total`.

    `profile` is each quarter's own share, in order, in the measure's unit; without one all are equal. Raises
    RollUpError when it has too few or too many, or does not add up to the year's target.
    """
    periods = _parts_of(year, PeriodKind(kind))
    if profile is None:
        return {period: total * place / len(periods) for place, period in enumerate(periods, start=1)}
    if len(profile) != len(periods):
        raise RollUpError(f"Give a target for each of the {len(periods)} periods of {year}.")
    if sum(profile) != total:
        raise RollUpError(
            f"The targets add up to {sum(profile):,f}, not to the target for {year}, {total:,f}."
        )
    return {period: sum(profile[:place], Decimal(0)) for place, period in enumerate(periods, start=1)}


# Parts of an area


def area_from_places(
    parts: Mapping[str, Amount],
    rule: RollUp | str,
    *,
    places: Collection[str],
    is_partition: bool,
    per: Decimal | int = 100,
) -> Whole:
    """What localities make of their area: only by adding or pooling, and only when nothing is left out.

    `places` are all the localities of the area; `is_partition` says that everyone belongs to exactly one of
    them, none unallocated. Nothing is forced: without this, or with a part missing or suppressed, there is no
    value. Raises RollUpError for a place that is not one of `places`.
    """
    rule = RollUp(rule)
    if strangers := sorted(set(parts) - set(places)):
        raise RollUpError(
            f"{listed(strangers)} {'is' if len(strangers) == 1 else 'are'} not part of the area."
        )
    if rule not in (RollUp.SUM, RollUp.POOLED):
        return Whole(Outcome.NOT_ADDITIVE, note="places are only added up or pooled")
    if not is_partition:
        note = "the places overlap or leave some of the area out"
        return Whole(Outcome.NOT_ADDITIVE, note=note)
    if any(amount.is_suppressed for amount in parts.values()):
        return SUPPRESSED
    missing = sorted(place for place in places if place not in parts or not parts[place].is_known(rule))
    if len(missing) == len(places):
        return NO_DATA
    if missing:
        return Whole(Outcome.INCOMPLETE, note=f"no figure for {listed(missing)}")
    return _combined([parts[place] for place in sorted(parts)], rule, per)
