"""The definition sheet of a measure: what it counts, whose it is, how it is judged, and where it is used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from actionplans.models import Clearance, Measure, ReleaseClass
from actionplans.numbers import Unit, decimals_in, format_value, unit_in_words
from actionplans.rollups import RollUp
from actionplans.series import MeasureSeries
from actionplans.trends import Comparison, amount_in_words
from priorities.clock import EDINBURGH
from priorities.periods import PeriodKind
from priorities.wording import day_in_words


@dataclass(frozen=True)
class Fact:
    """A line of the sheet. `url` is where its text leads, "" for nowhere."""

    label: str
    text: str
    url: str = ""


@dataclass(frozen=True)
class Use:
    """A priority that a measure is shown under; it is reported under one of them."""

    priority: str
    slug: str
    is_reported_here: bool


def definition_sheet(series: MeasureSeries, *, judged: str, clearance: Clearance | None) -> tuple[Fact, ...]:
    """Everything that defines a measure, in the order a reader asks for it; what is not known is left out."""
    return tuple(fact for fact in _facts(series, judged, clearance) if fact.text)


def uses_of(measure: Measure) -> tuple[Use, ...]:
    """Where a measure is shown: where it is reported first. `priority` and `shared_with` should be fetched."""
    others = sorted(measure.shared_with.all(), key=lambda one: (one.position, one.name))
    return (
        Use(measure.priority.name, measure.priority.slug, is_reported_here=True),
        *(Use(priority.name, priority.slug, is_reported_here=False) for priority in others),
    )


def _facts(series: MeasureSeries, judged: str, clearance: Clearance | None) -> Iterator[Fact]:
    measure = series.measure
    yield Fact("Definition", measure.definition)
    yield Fact("Worked out from", series.worked_out_from)
    yield Fact("Counted in", _counted_in(measure))
    yield Fact("Which way is better", series.better)
    yield Fact("How it is judged", judged)
    yield Fact("Baseline of its targets", _baseline(series))
    yield Fact("Change too small to speak of", _dead_band(measure))
    yield Fact("One figure covers", covers(measure))
    yield Fact("How a year is made", _year(measure))
    yield Fact("Compared", "" if series.worked_out_from else _compared(measure))
    yield Fact("Answers for its figures", measure.owner_title)
    yield Fact("Supplied by", _supplier(measure))
    yield Fact("Source", measure.source, measure.source_url)
    yield Fact("Published", _published(measure))
    yield Fact("Watch for", measure.caution)
    if measure.release_class == ReleaseClass.MANAGEMENT:
        yield Fact("Who its figures are for", "The partnership only: they are management information")
    if measure.is_disclosure_controlled:
        yield Fact("Small numbers", _small_numbers(clearance))


def covers(measure: Measure) -> str:
    """What one figure is about, in words."""
    if measure.is_cumulative:
        return f"The time from 1 April to the end of the {_part(measure)}"
    if measure.period_kind == PeriodKind.ROLLING_YEARS:
        return f"{measure.years_covered} years taken together"
    return PeriodKind(measure.period_kind).label


def _counted_in(measure: Measure) -> str:
    words = unit_in_words(measure.unit, measure.unit_name)
    if measure.per and not measure.unit_name.startswith("per "):
        words += f" per {measure.per:,}"
    if measure.is_ratio and measure.numerator_name and measure.denominator_name:
        words += f": {measure.numerator_name}, out of {measure.denominator_name}"
    return f"{words[:1].upper()}{words[1:]}"


def _baseline(series: MeasureSeries) -> str:
    if series.baseline is None:
        return ""
    measure = series.measure
    shown = format_value(series.baseline.value, unit=measure.unit, decimals=measure.decimals)
    return f"{shown} in {series.baseline.period}"


def _dead_band(measure: Measure) -> str:
    if not measure.dead_band:
        return ""
    decimals = max(measure.decimals, decimals_in(measure.dead_band))
    return f"{amount_in_words(measure.dead_band, Unit(measure.unit), decimals)} or less"


def _year(measure: Measure) -> str:
    if measure.is_cumulative:
        return f"Each figure is the total since 1 April; what each {_part(measure)} adds is worked out"
    return "" if measure.roll_up == RollUp.NOT_ADDITIVE else RollUp(measure.roll_up).label


def _part(measure: Measure) -> str:
    return "quarter" if measure.period_kind == PeriodKind.FINANCIAL_QUARTER else "month"


def _compared(measure: Measure) -> str:
    comparison = Comparison.YEAR_TO_YEAR if measure.is_cumulative else Comparison(measure.comparison)
    return comparison.label


def _supplier(measure: Measure) -> str:
    name = measure.supplier.name if measure.supplier else ""
    return ", ".join(part for part in (name, measure.supplier_contact) if part)


def _published(measure: Measure) -> str:
    """How long after its period a figure comes out."""
    days = measure.publication_lag_days
    if not days or measure.period_kind == PeriodKind.POINT_IN_TIME:
        return ""
    if days < 60:
        return f"About {days} day{'' if days == 1 else 's'} after the period ends"
    return f"About {round(days / 30.4)} months after the period ends"


def _small_numbers(clearance: Clearance | None) -> str:
    if clearance is None:
        return "Under disclosure control: its figures are shown once they have been cleared"
    on = day_in_words(clearance.cleared_at.astimezone(EDINBURGH).date())
    return f"{clearance.policy_in_words} Cleared {on}"
