"""The tables of one report as files, from its snapshot and from nothing else: a report never moves, nor do they."""

from __future__ import annotations

from collections.abc import Iterator

from actionplans.downloads.cells import where_it_applies
from dashboard.risk_profile import ControlRow, PastScore, RiskProfile, RiskRow
from dashboard.rows import ActionRow, MeasureRow, PriorityRow, Scorecard
from dashboard.tables.measures import Placed, charts_sheet, counts_sheet, measures_sheet
from dashboard.tables.risks import profile_sheets
from dashboard.tables.scorecard import attention_sheet, good_practice_sheet, priorities_sheet
from dashboard.tables.words import ROUNDED
from priorities.downloads import PageTables
from priorities.models import Partnership
from priorities.wording import day_in_words
from priorities.workbooks import Column, Sheet, Symbol, sheet_of
from reports.editions import Edition
from reports.snapshots import DashboardSnapshot, Recommendation, Snapshot

MADE_AGAIN = "the report may be made again until it is issued"
NEVER = "never, because a report that has been issued does not change"
MANAGED = "It holds management information, for the partnership only: do not publish it."
ILLUSTRATIVE = (
    "Some entries are illustrative: targets, narrative, risk scores and quarterly operational figures are made up "
    "where no published source gives them."
)


def report_tables(edition: Edition) -> PageTables:
    """The tables of a report as it stands. Made when its snapshot was, so that the same report is the same file."""
    snapshot, head = edition.snapshot, edition.snapshot.head
    return PageTables(
        partnership=Partnership(
            name=head.partnership, slug=head.partnership_slug, contact=head.contact or head.partnership
        ),
        title=edition.title,
        made_at=head.data_cut_off,
        next_update=MADE_AGAIN if edition.is_draft else NEVER,
        notes=tuple(_notes(edition)),
        sheets=(*_sheets(snapshot), _recommendations(snapshot.recommendations, edition.title)),
    )


def _notes(edition: Edition) -> Iterator[str]:
    snapshot, head = edition.snapshot, edition.snapshot.head
    cut_off = head.data_cut_off
    yield f"{head.partnership}. {head.quarter}: {head.months}."
    yield f"For: {head.board}, meeting of {day_in_words(head.meeting_on)}."
    yield f"Report number: {head.number}."
    yield f"By: {head.author}."
    yield f"{edition.status}."
    yield f"Figures as known at {cut_off:%H:%M} on {day_in_words(cut_off.date())}."
    if isinstance(snapshot, DashboardSnapshot):
        yield snapshot.scorecard.sentence
        yield ROUNDED
    else:
        profile = snapshot.profile
        words = (profile.bands_sentence, profile.responses_sentence, profile.movements_sentence)
        yield from (sentence for sentence in words if sentence)
    if snapshot.is_for_public:
        yield "Published figures only: management information is left out."
    if snapshot.management:
        yield MANAGED
    if head.is_illustrative:
        yield ILLUSTRATIVE
    yield f"Made from the report’s data, whose SHA-256 is {edition.snapshot_sha256}."


def _sheets(snapshot: Snapshot) -> Iterator[Sheet]:
    """The main table of the report first."""
    if isinstance(snapshot, DashboardSnapshot):
        yield from _dashboard(snapshot.scorecard)
    else:
        yield from _risks(snapshot.profile)


def _recommendations(rows: tuple[Recommendation, ...], title: str) -> Sheet:
    columns: tuple[Column[Recommendation], ...] = (
        ("The Board is asked to", lambda row: row.verb),
        ("What", lambda row: row.text),
    )
    return sheet_of(
        "Recommendations", f"Recommendations: {title}", "What the Board is asked to do", columns, rows
    )


# The Performance Dashboard


def _dashboard(card: Scorecard) -> Iterator[Sheet]:
    placed = [Placed(row.name, measure) for row in card.priorities for measure in _measures_of(row)]
    measures = [one.row for one in placed]
    yield measures_sheet(placed, title=f"Every measure: {card.quarter}", since=card.since)
    yield attention_sheet(card)
    yield priorities_sheet(card)
    yield _words(card)
    yield _actions(card)
    yield good_practice_sheet(card)
    yield counts_sheet(card.status_counts, title=f"Measures by status: {card.quarter}")
    yield charts_sheet(measures, title=f"The figures behind every chart: {card.quarter}")


def _measures_of(row: PriorityRow) -> tuple[MeasureRow, ...]:
    """Its own, then those of other priorities that are shown under it."""
    return (*row.measures, *row.shared)


def _words(card: Scorecard) -> Sheet:
    columns: tuple[Column[PriorityRow], ...] = (
        ("Priority", lambda row: row.name),
        ("Lead officer", lambda row: row.lead_officer),
        ("Lead group", lambda row: where_it_applies(row.lead_group)),
        ("Has reported", lambda row: "Yes" if row.has_reported else "No"),
        ("Progress", lambda row: where_it_applies(row.progress)),
        ("Exceptional issues", lambda row: where_it_applies(row.exceptional_issues)),
    )
    about = "What the lead officer of each priority says"
    return sheet_of("Words", f"In the lead officers’ words: {card.quarter}", about, columns, card.priorities)


def _actions(card: Scorecard) -> Sheet:
    columns: tuple[Column[tuple[PriorityRow, ActionRow]], ...] = (
        ("Priority", lambda pair: pair[0].name),
        ("Code", lambda pair: pair[1].code),
        ("Action", lambda pair: pair[1].title),
        ("Done by", lambda pair: pair[1].done_by),
        ("Who", lambda pair: pair[1].lead or "Nobody named"),
        ("Due on", lambda pair: pair[1].due_on or "No date"),
        ("Past its due date", lambda pair: "Yes" if pair[1].is_past_due else "No"),
        ("Status", lambda pair: pair[1].status.label if pair[1].status else "Not yet reported"),
        ("What was said", lambda pair: where_it_applies(pair[1].line)),
        ("Said in", lambda pair: where_it_applies(pair[1].quarter)),
    )
    pairs = [(row, action) for row in card.priorities for action in row.actions]
    return sheet_of(
        "Actions", f"Every action: {card.quarter}", "Every action and how it stands", columns, pairs
    )


# The Risk Profile


def _risks(profile: RiskProfile) -> Iterator[Sheet]:
    yield from profile_sheets(profile)
    yield _each_risk(profile)
    yield _controls(profile)
    yield _scores(profile)


def _each_risk(profile: RiskProfile) -> Sheet:
    columns: tuple[Column[RiskRow], ...] = (
        ("Code", lambda row: row.code),
        ("Risk", lambda row: row.title),
        ("Cause", lambda row: row.cause),
        ("Event", lambda row: row.event),
        ("Consequence", lambda row: row.consequence),
        ("Reason for the score", lambda row: where_it_applies(row.rationale)),
        ("Scored in", lambda row: where_it_applies(row.assessed_in)),
    )
    about = "What each risk is, and why it is scored as it is"
    return sheet_of("Each risk", f"Each risk: {profile.quarter}", about, columns, profile.rows)


def _controls(profile: RiskProfile) -> Sheet:
    columns: tuple[Column[tuple[RiskRow, str, ControlRow]], ...] = (
        ("Code", lambda one: one[0].code),
        ("Risk", lambda one: one[0].title),
        ("In place or planned", lambda one: one[1]),
        ("What is done", lambda one: one[2].text),
        ("Who", lambda one: where_it_applies(one[2].owner)),
        ("Due on", lambda one: one[2].due_on or Symbol.NOT_APPLICABLE),
    )
    controls = [
        (row, when, control)
        for row in profile.rows
        for when, found in (("In place", row.existing_controls), ("Planned", row.planned_actions))
        for control in found
    ]
    about = "The controls in place and the actions planned for each risk"
    return sheet_of("Controls", f"Controls and actions: {profile.quarter}", about, columns, controls)


def _scores(profile: RiskProfile) -> Sheet:
    columns: tuple[Column[tuple[RiskRow, PastScore]], ...] = (
        ("Code", lambda pair: pair[0].code),
        ("Risk", lambda pair: pair[0].title),
        ("Quarter", lambda pair: pair[1].quarter),
        ("Score", lambda pair: pair[1].score),
        ("Band", lambda pair: pair[1].band.label),
        ("Reason", lambda pair: where_it_applies(pair[1].rationale)),
    )
    pairs = [(row, past) for row in profile.rows for past in row.history]
    about = "How each risk was scored in each quarter, the oldest first"
    return sheet_of("Scores so far", f"Scores so far: {profile.quarter}", about, columns, pairs)
