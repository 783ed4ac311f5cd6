"""One risk in full: its scores, what is done about it, and how its score has moved."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from actionplans.models import Risk
from dashboard.charts.sentence import describe
from dashboard.charts.series import ChartSeries
from dashboard.risk_profile import RiskRow, risk_row, score_chart
from priorities.models import Quarter


@dataclass(frozen=True)
class RiskPage:
    """A risk's row of the profile with what only its own page has room for; `closed_on` is None while it is open."""

    row: RiskRow
    chart: ChartSeries
    chart_sentence: str
    quarter: str
    closed_on: dt.date | None
    closed_reason: str


def risk_page(risk: Risk, quarter: Quarter, *, known_at: dt.datetime) -> RiskPage:
    """A risk as the profile of a quarter has it."""
    row = risk_row(risk, quarter, known_at=known_at)
    chart = score_chart(row)
    return RiskPage(row, chart, describe(chart), quarter.label, risk.closed_on, risk.closed_reason)
