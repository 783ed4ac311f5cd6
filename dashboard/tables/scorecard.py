"""The Performance Dashboard and its priorities' pages as tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from actionplans.downloads.cells import where_it_applies, yes_or_no
from actionplans.status import Status
from dashboard.priority_page import PriorityPage
from dashboard.risk_profile import RiskProfile, RiskRow
from dashboard.rows import Attention, GoodPractice, Judgement, PriorityRow, Scorecard
from dashboard.tables.measures import Placed, charts_sheet, counts_sheet, measures_sheet
from dashboard.tables.risks import risks_sheet
from dashboard.tables.words import AS_THEY_COME, warnings_of
from dashboard.tables.work import actions_sheet, aims_sheet, outcomes_sheet
from priorities.clock import EDINBURGH
from priorities.downloads import PageTables
from priorities.models import Partnership, Quarter
from priorities.wording import day_in_words
from priorities.workbooks import Column, Sheet, sheet_of


def scorecard_tables(
    card: Scorecard, risks: RiskProfile, partnership: Partnership, *, known_at: dt.datetime
) -> PageTables:
    """The whole quarter: every measure, what needs attention first, the priorities, and the charts' numbers."""
    placed = [
        Placed(row.name, measure)
        for row in card.priorities
        for measure in (*row.exceptions_first, *row.shared)
    ]
    rows = [one.row for one in placed]
    return PageTables(
        partnership=partnership,
        title=f"Performance Dashboard: {card.quarter}",
        made_at=known_at,
        next_update=AS_THEY_COME,
        notes=(
            f"{card.partnership}. {card.quarter}: {card.months}. Figures as known on {_day(card.cut_off)}.",
            card.returns_in_words,
            *((f"Still to come: {card.unreported}.",) if card.unreported else ()),
            card.sentence,
            *((f"Trend of all measures: {card.trends_in_words}.",) if card.measures else ()),
            *(sentence for sentence in (risks.bands_sentence, risks.movements_sentence) if sentence),
            *warnings_of(rows),
        ),
        sheets=(
            measures_sheet(placed, title=f"Every measure: {card.quarter}", since=card.since),
            attention_sheet(card),
            priorities_sheet(card),
            counts_sheet(card.status_counts, title=f"Measures by status: {card.quarter}"),
            charts_sheet(rows, title=f"Chart figures: {card.quarter}"),
            _risks_sheet(risks),
            good_practice_sheet(card),
        ),
    )


def priority_tables(page: PriorityPage, quarter: Quarter, *, known_at: dt.datetime) -> PageTables:
    """One priority in one quarter: its measures, actions, outcomes and risks, and what its lead officer says."""
    row, where = page.row, f"{page.row.name}, {quarter.label}"
    placed = [Placed(row.name, measure) for measure in (*row.exceptions_first, *row.shared)]
    measures = [one.row for one in placed]
    return PageTables(
        partnership=quarter.partnership,
        title=f"{row.name}: {quarter.label}",
        made_at=known_at,
        next_update=AS_THEY_COME,
        notes=(
            f"{quarter.partnership.name}. Figures as known on {_day(known_at)}.",
            *(f"{label}: {text}" for label, text in _facts(page, quarter) if text),
            row.counts.sentence(),
            *((f"Trend: {row.trends_in_words}.",) if row.measures else ()),
            f"Actions: {row.actions_in_words.lower()}.",
            *warnings_of(measures),
        ),
        sheets=(
            measures_sheet(placed, title=f"Measures: {where}", since=page.since),
            counts_sheet(row.status_counts, title=f"Measures by status: {where}"),
            charts_sheet(measures, title=f"Chart figures: {where}"),
            actions_sheet(
                (*row.actions_for_partners, *row.actions_for_communities), title=f"Actions: {where}"
            ),
            outcomes_sheet(row.outcomes, title=f"Stretch outcomes: {row.name}"),
            aims_sheet(row.outcomes, title=f"Yearly aims: {row.name}"),
            risks_sheet(page.risks, title=f"Risks to delivery: {where}"),
        ),
    )


def _facts(page: PriorityPage, quarter: Quarter) -> Iterable[tuple[str, str]]:
    """What the page says of the priority, and its lead officer in it, in words."""
    row = page.row
    yield "What it is", row.description
    yield "Lead officer", row.lead_officer
    yield "Lead group", row.lead_group
    yield "Groups and networks", "; ".join(page.groups)
    yield "Inequality addressed", page.inequality
    yield "National outcomes", "; ".join(page.national_outcomes)
    yield "Related strategies", "; ".join(page.related_strategies)
    if row.judgement:
        yield "Lead officer’s assessment", f"{row.judgement.label}. {row.judgement.reason}".strip()
    elif row.has_reported:
        yield "Lead officer’s assessment", "None was given."
    else:
        yield f"Return of {quarter.label}", "Not accepted yet. Figures are those accepted so far."
        if row.earlier_judgement:
            before = row.earlier_judgement
            yield f"Assessment in {before.quarter}", f"{before.label}. {before.reason}".strip()
    yield "Exceptional issues", row.exceptional_issues
    yield "Progress", row.progress
    yield "Good practice", row.good_practice


def attention_sheet(card: Scorecard) -> Sheet:
    columns: list[Column[Attention]] = [
        ("Priority", lambda item: item.priority),
        ("Why it is here", lambda item: item.kind),
        ("What", lambda item: item.title),
        ("Measure", lambda item: where_it_applies(item.measure_code)),
        ("Status", lambda item: where_it_applies(item.status.label if item.status else "")),
        ("Trend", lambda item: where_it_applies(item.direction.label if item.direction else "")),
        ("Facts", lambda item: where_it_applies(item.facts)),
        ("Why", lambda item: where_it_applies(item.why)),
        ("What is being done", lambda item: where_it_applies(item.response)),
        ("Back on track", lambda item: where_it_applies(item.back_on_track)),
        ("Said in", lambda item: where_it_applies(item.said_in)),
    ]
    title = f"What needs attention first: {card.quarter}"
    return sheet_of("Needs attention", title, "What the Board should look at first", columns, card.attention)


def priorities_sheet(card: Scorecard) -> Sheet:
    columns: list[Column[PriorityRow]] = [
        ("Priority", lambda row: row.name),
        ("Theme", lambda row: where_it_applies(row.theme)),
        ("Lead officer", lambda row: row.lead_officer),
        ("Return accepted", lambda row: yes_or_no(row.has_reported)),
        ("Assessment", lambda row: where_it_applies(_judgement(row).label)),
        ("Reason", lambda row: where_it_applies(_judgement(row).reason)),
        ("Assessed in", lambda row: where_it_applies(_judgement(row).quarter)),
        *(_count(status) for status in Status),
        ("Trend of measures", lambda row: where_it_applies(row.trends_in_words)),
        ("Actions", lambda row: row.actions_in_words),
    ]
    about = "Each priority: its assessment, and how its measures and actions stand"
    return sheet_of("Priorities", f"Priorities: {card.quarter}", about, columns, card.priorities)


def _judgement(row: PriorityRow) -> Judgement:
    """This quarter's assessment or, until the return is accepted, the last one given; empty without either."""
    found = row.judgement or (None if row.has_reported else row.earlier_judgement)
    return found or Judgement("", "", "")


def _count(status: Status) -> Column[PriorityRow]:
    return f"Measures: {status.label.lower()}", lambda row: getattr(row.counts, status.value)


def _risks_sheet(risks: RiskProfile) -> Sheet:
    columns: list[Column[RiskRow]] = [
        ("Code", lambda row: row.code),
        ("Risk", lambda row: row.title),
        ("Why it needs attention", lambda row: row.attention),
    ]
    title = f"Risks that need attention: {risks.quarter}"
    about = "Risks very high, above appetite or increased; the Risk Profile has them all"
    return sheet_of("Risks", title, about, columns, risks.attention)


def good_practice_sheet(card: Scorecard) -> Sheet:
    columns: list[Column[GoodPractice]] = [
        ("Priority", lambda one: one.priority),
        ("Good practice", lambda one: one.text),
    ]
    title = f"Good practice: {card.quarter}"
    return sheet_of("Good practice", title, "What others may learn from", columns, card.good_practice)


def _day(moment: dt.datetime) -> str:
    return day_in_words(moment.astimezone(EDINBURGH).date())
