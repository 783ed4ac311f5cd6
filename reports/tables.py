"""The data of a report as CSV, for whoever wants to reckon with it.

One table a file, every row as long as its header, no blank cells: what is missing says why, in the shorthand
of the Government Statistical Service.
"""

from __future__ import annotations

from decimal import Decimal

from actionplans.models import ReleaseClass
from actionplans.numbers import unit_in_words
from actionplans.risk_bands import Band
from dashboard.risk_profile import RiskProfile, RiskRow, RiskScore
from dashboard.rows import counted_under
from dashboard.scorecard import MeasureRow, PriorityRow, Scorecard
from priorities.workbooks import Row, Symbol, csv_bytes

MEASURE_COLUMNS = (
    "Code", "Measure", "Priority", "Unit", "Which way is better", "Period", "Value", "Flag", "Previous value",
    "Previous period", "Target", "Status", "Short trend", "Long trend", "Released on", "Release", "Source",
    "Illustrative",
)  # fmt: skip
FIGURE_COLUMNS = (
    "Code",
    "Measure",
    "Period",
    "Value",
    "Target",
    "Provisional",
    "Starts a new series",
    "Release",
)
RISK_COLUMNS = (
    "Code", "Risk", "Priority", "Owner", "Organisation", "Response", "Inherent score", "Likelihood", "Impact",
    "Current score", "Band", "Target score", "Appetite", "Within appetite", "Movement", "Compared with",
    "Illustrative",
)  # fmt: skip


def measures_csv(card: Scorecard) -> bytes:
    """One row a measure, however many priorities show it."""
    rows = (_measure(priority, row) for priority, row in counted_under(card.priorities))
    return csv_bytes(MEASURE_COLUMNS, rows)


def _measure(priority: PriorityRow, row: MeasureRow) -> Row:
    return (
        row.code, row.name, priority.name, unit_in_words(row.unit, row.unit_name), row.better,
        row.period, row.value, row.flag or "final", row.previous_shown,
        row.previous_period, Symbol.NOT_APPLICABLE if row.target is None else row.target,
        row.status.label, row.short.direction.label, row.long.direction.label, row.released_on,
        _release(row, row.period, row.value), row.source, _yes(row.is_illustrative),
    )  # fmt: skip


def figures_csv(card: Scorecard) -> bytes:
    """One row for every period of every measure: the numbers behind the charts."""
    rows = (
        (
            row.code, row.name, point.label, point.value,
            Symbol.NOT_APPLICABLE if point.target is None else point.target, _yes(point.is_provisional),
            _yes(point.starts_new_series), _release(row, point.label, point.value),
        )
        for row in card.measures
        for point in row.chart.points
    )  # fmt: skip
    return csv_bytes(FIGURE_COLUMNS, rows)


def _release(row: MeasureRow, period: str, value: Decimal | None) -> str:
    """Who the figure of a period is for; "" where there is none."""
    if value is None:
        return ""
    is_management = period in row.management_periods
    return ReleaseClass(ReleaseClass.MANAGEMENT if is_management else ReleaseClass.PUBLISHED).label


def risks_csv(profile: RiskProfile) -> bytes:
    """One row a risk."""
    return csv_bytes(RISK_COLUMNS, (_risk(row) for row in profile.rows))


def _risk(row: RiskRow) -> Row:
    current = row.current
    return (
        row.code, row.title, row.priority, row.owner, row.organisation, row.response, _score(row.inherent),
        current.likelihood if current else None, current.impact if current else None, _score(current),
        current.band.label if current else None, _score(row.target), Band(row.appetite).label,
        _yes(not row.is_above_appetite), row.movement.label, row.since, _yes(row.is_illustrative),
    )  # fmt: skip


def _score(score: RiskScore | None) -> int | None:
    return score.score if score else None


def _yes(truth: bool) -> str:  # noqa: FBT001 - a cell's worth of truth
    return "Yes" if truth else "No"
