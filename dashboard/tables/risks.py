"""Risks as tables: the profile of a quarter, and one risk with the scores it had."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from actionplans.downloads.cells import where_it_applies, yes_or_no
from actionplans.risk_bands import IMPACTS
from dashboard.charts.series import ChartPoint, ChartSeries
from dashboard.risk_page import RiskPage
from dashboard.risk_profile import (
    ClosedRisk,
    ControlRow,
    HeatCell,
    HeatRisk,
    HeatRow,
    PastScore,
    RiskProfile,
    RiskRow,
    RiskScore,
)
from dashboard.tables.words import figure_cell
from priorities.downloads import PageTables
from priorities.models import Partnership
from priorities.wording import day_in_words
from priorities.workbooks import Cell, Column, Sheet, Symbol, sheet_of

RISKS = "Risks"
MADE_UP = "Some risks and their scores are illustrative, as their notes say."
NOT_SET = "Not yet set"
NOT_SCORED = "Not yet scored"


def profile_tables(profile: RiskProfile, partnership: Partnership, *, known_at: dt.datetime) -> PageTables:
    """The Risk Profile of a quarter: the risks, the heat map, those above appetite and those closed."""
    words = (profile.bands_sentence, profile.responses_sentence, profile.movements_sentence)
    made_up = (MADE_UP,) if any(row.is_illustrative for row in profile.rows) else ()
    matrix = (
        "Likelihood and impact are each scored 1 to 5; the score is one times the other. "
        f"Matrix version {profile.matrix_version}."
    )
    where = f"Risk Profile: {profile.quarter}"
    return PageTables(
        partnership=partnership,
        title=where,
        made_at=known_at,
        next_update="as returns are accepted",
        notes=(
            profile.partnership,
            profile.returns_in_words,
            *(sentence for sentence in words if sentence),
            matrix,
            *made_up,
        ),
        sheets=profile_sheets(profile),
    )


def profile_sheets(profile: RiskProfile) -> tuple[Sheet, ...]:
    """The risks, the heat map, those above appetite and those closed."""
    return (
        risks_sheet(profile.rows, title=f"Every risk, the gravest first: {profile.quarter}"),
        _heat_sheet(profile.heat_map, title=f"Heat map: {profile.quarter}"),
        _above_sheet(profile.above_appetite, title=f"Above appetite: {profile.quarter}"),
        _closed_sheet(profile.closed, title=f"Closed: {profile.quarter}"),
    )


def risks_sheet(rows: Iterable[RiskRow], *, title: str) -> Sheet:
    """A row for each risk, its scores in numbers and in words."""
    columns: list[Column[RiskRow]] = [
        ("Code", lambda row: row.code),
        ("Risk", lambda row: row.title),
        ("Priority", lambda row: row.priority),
        ("Owner", lambda row: where_it_applies(row.owner)),
        ("Organisation", lambda row: where_it_applies(row.organisation)),
        *_score("Inherent", lambda row: row.inherent),
        *_score("Current", lambda row: row.current),
        *_score("Target", lambda row: row.target, none=NOT_SET),
        ("Scored in", lambda row: where_it_applies(row.assessed_in)),
        ("Movement", lambda row: row.movement.label),
        ("Compared with", lambda row: where_it_applies(row.since if row.movement_in_words else "")),
        ("Score before", lambda row: row.score_before if row.movement_in_words else Symbol.NOT_APPLICABLE),
        ("Response", lambda row: row.response),
        ("Highest acceptable band", lambda row: row.appetite.label),
        ("Within appetite", _is_within),
        ("Needs attention", lambda row: where_it_applies(row.attention)),
        ("Note", lambda row: "Illustrative." if row.is_illustrative else Symbol.NOT_APPLICABLE),
    ]
    about = "Every risk of the page: its scores, what they did, and whether it is within appetite"
    return sheet_of(RISKS, title, about, columns, rows)


def _score(
    when: str, score_of: Callable[[RiskRow], RiskScore | None], *, none: str = NOT_SCORED
) -> tuple[Column[RiskRow], ...]:
    """The four columns of one score; a risk that has none says so in each."""

    def column(what: str, cell: Callable[[RiskScore], Cell]) -> Column[RiskRow]:
        def found(row: RiskRow) -> Cell:
            score = score_of(row)
            return cell(score) if score else none

        return f"{when} {what}", found

    return (
        column("likelihood", lambda score: score.likelihood),
        column("impact", lambda score: score.impact),
        column("score", lambda score: score.score),
        column("band", lambda score: score.band.label),
    )


def _is_within(row: RiskRow) -> str:
    return yes_or_no(not row.is_above_appetite) if row.current else NOT_SCORED


def _heat_sheet(lines: Iterable[HeatRow], *, title: str) -> Sheet:
    cells = [(line, cell) for line in lines for cell in line.cells]
    columns: list[Column[tuple[HeatRow, HeatCell]]] = [
        ("Likelihood", lambda one: one[1].likelihood),
        ("Likelihood in words", lambda one: one[0].word),
        ("Impact", lambda one: one[1].impact),
        ("Impact in words", lambda one: IMPACTS[one[1].impact]),
        ("Score", lambda one: one[1].score),
        ("Band", lambda one: one[1].band.label),
        ("Number of risks", lambda one: len(one[1].risks)),
        ("Risks", lambda one: where_it_applies("; ".join(_moved(risk) for risk in one[1].risks))),
    ]  # fmt: skip
    about = "The 25 cells of the heat map, the most likely first, with the risks in each"
    return sheet_of("Heat map", title, about, columns, cells)


def _moved(risk: HeatRisk) -> str:
    return f"{risk.code} ({risk.movement.label.lower()})"


def _above_sheet(rows: Iterable[RiskRow], *, title: str) -> Sheet:
    columns: list[Column[RiskRow]] = [
        ("Code", lambda row: row.code),
        ("Risk", lambda row: row.title),
        *_score("Current", lambda row: row.current)[2:],
        ("Highest acceptable band", lambda row: row.appetite.label),
        ("Movement", lambda row: row.movement.label),
        ("Moved", lambda row: where_it_applies(row.movement_in_words)),
        ("Why this score", lambda row: where_it_applies(row.rationale)),
        (
            "Planned",
            lambda row: where_it_applies("; ".join(_planned(action) for action in row.planned_actions)),
        ),
    ]
    return sheet_of("Above appetite", title, "The risks that are above what is acceptable", columns, rows)


def _planned(action: ControlRow) -> str:
    return f"{action.text} (due {day_in_words(action.due_on)})" if action.due_on else action.text


def _closed_sheet(rows: Iterable[ClosedRisk], *, title: str) -> Sheet:
    columns: list[Column[ClosedRisk]] = [
        ("Code", lambda row: row.code),
        ("Risk", lambda row: row.title),
        ("Closed on", lambda row: row.closed_on),
        ("Reason", lambda row: where_it_applies(row.reason)),
    ]
    return sheet_of("Closed", title, "The risks that were closed in the quarter", columns, rows)


# One risk


def risk_tables(page: RiskPage, partnership: Partnership, *, known_at: dt.datetime) -> PageTables:
    """One risk: its three scores, the score of every quarter with the chart's target, and what is done about it."""
    row = page.row
    closed = f"{day_in_words(page.closed_on)}. {page.closed_reason}".strip() if page.closed_on else ""
    facts = (
        ("Priority", row.priority), ("Cause", row.cause), ("Event", row.event), ("Consequence", row.consequence),
        ("Owner", ", ".join(part for part in (row.owner, row.organisation) if part)), ("Response", row.response),
        ("Highest acceptable band", row.appetite.label), ("Within appetite", _is_within(row)),
        ("Movement", f"{row.movement.label} {row.movement_in_words}".strip()),
        ("Why the current score", row.rationale), ("Closed", closed),
    )  # fmt: skip
    return PageTables(
        partnership=partnership,
        title=f"{row.code}: {row.title}",
        made_at=known_at,
        next_update="as returns are accepted",
        notes=(
            f"{partnership.name}. As known in {page.quarter}.",
            *(f"{label}: {text}" for label, text in facts if text),
            *((page.chart_sentence,) if row.history else ()),
            *((MADE_UP,) if row.is_illustrative else ()),
        ),
        sheets=(_scores_sheet(row), _history_sheet(row, page.chart), _controls_sheet(row)),
    )


def _scores_sheet(row: RiskRow) -> Sheet:
    scores = (
        ("Inherent", "Before any controls", row.inherent),
        ("Current (residual)", "With the controls now in place", row.current),
        ("Target", "Acceptable after the planned actions", row.target),
    )
    columns: list[Column[tuple[str, str, RiskScore | None]]] = [
        ("Score", lambda one: one[0]),
        ("When", lambda one: one[1]),
        ("Likelihood", lambda one: one[2].likelihood if one[2] else NOT_SET),
        ("Likelihood in words", lambda one: one[2].likelihood_word if one[2] else NOT_SET),
        ("Impact", lambda one: one[2].impact if one[2] else NOT_SET),
        ("Impact in words", lambda one: one[2].impact_word if one[2] else NOT_SET),
        ("Likelihood × impact", lambda one: one[2].score if one[2] else NOT_SET),
        ("Band", lambda one: one[2].band.label if one[2] else NOT_SET),
    ]
    about = "The score before and after what is done about the risk"
    return sheet_of("Scores", f"Scores: {row.title}", about, columns, scores)


def _history_sheet(row: RiskRow, chart: ChartSeries) -> Sheet:
    """Its chart's numbers, the newest first, with why each score was given."""
    scored = list(zip(row.history, chart.points, strict=True))[::-1]
    columns: list[Column[tuple[PastScore, ChartPoint]]] = [
        ("Quarter", lambda one: one[0].quarter),
        ("Score", lambda one: one[0].score),
        ("Band", lambda one: one[0].band.label),
        ("Score aimed for now", lambda one: figure_cell(one[1].target_shown)),
        ("Why", lambda one: where_it_applies(one[0].rationale)),
    ]
    about = "The current score of every quarter, as the chart draws it, the newest first"
    return sheet_of("Score by quarter", f"Score by quarter: {row.title}", about, columns, scored)


def _controls_sheet(row: RiskRow) -> Sheet:
    done = [("In place", control) for control in row.existing_controls]
    done += [("Planned", action) for action in row.planned_actions]
    columns: list[Column[tuple[str, ControlRow]]] = [
        ("In place or planned", lambda one: one[0]),
        ("What is done", lambda one: one[1].text),
        ("Who", lambda one: where_it_applies(one[1].owner)),
        ("Due on", lambda one: one[1].due_on or Symbol.NOT_APPLICABLE),
    ]
    about = "The controls in place and the actions planned"
    return sheet_of("Controls and actions", f"Controls and actions: {row.title}", about, columns, done)
