"""A return as a file: its figures, actions, risks and words.

What disclosure control holds back is not in it, also where its reader sees it on the page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from actionplans.downloads.cells import CHANGES, flag_cell, number_cell, where_it_applies, yes_or_no
from actionplans.figure_lines import FigureLine
from actionplans.return_pages import ReturnPage
from actionplans.return_sheet import ActionLine, ReturnSheet, RiskLine
from actionplans.sent_lines import SentLine
from priorities.downloads import PageTables
from priorities.wording import day_in_words
from priorities.workbooks import Cell, Column, Sheet, Symbol, figure_shown, one_line, sheet_of

HELD_BACK = (
    "A figure that disclosure control holds back is not in a file, also where you see it on the page: a file goes "
    "from hand to hand."
)


def return_tables(page: ReturnPage, *, at: dt.datetime) -> PageTables:
    """A return as its page shows it to those who do not see small numbers.

    Raises ValueError for a page that shows them.
    """
    if page.opened.sees_small_numbers:
        raise ValueError("A file holds no small numbers.")
    sheet = page.sheet
    sheets = (_figures(sheet), _actions(sheet), _risks(sheet), _words(sheet), _sent(sheet))
    return PageTables(page.partnership, page.title, at, CHANGES, tuple(_notes(page)), sheets)


def _notes(page: ReturnPage) -> Iterator[str]:
    sheet, found = page.sheet, page.quarterly_return
    yield f"{page.partnership.name}. {sheet.priority.name}, {sheet.quarter}."
    late = ", late" if page.is_late else ""
    yield f"{page.state.label}{late}. Due {day_in_words(sheet.quarter.due_on)}."
    if page.why_closed:
        yield page.why_closed
    if found.state == found.State.RETURNED:
        yield f"Returned by {found.returned_by}: {found.return_reason}"
    if any(figure.is_controlled for figure in sheet.figures):
        yield HELD_BACK
    if any(one.is_management for one in sheet.figures) or any(one.is_management for one in sheet.sent):
        yield "Some figures are management information, for the partnership only: do not publish them."


# Figures


def _figures(sheet: ReturnSheet) -> Sheet:
    return sheet_of(
        "Figures",
        f"Figures: {sheet.priority.name}",
        "What was given for each measure",
        _FIGURE,
        sheet.figures,
    )


def _asked(line: FigureLine) -> str:
    if line.is_asked:
        return "A figure for the period"
    if line.worked_out_from:
        return f"Nothing: worked out from {line.worked_out_from}"
    return "Nothing: no new figure is expected"


def _where_asked(line: FigureLine, words: str) -> Cell:
    return words if line.is_asked else Symbol.NOT_APPLICABLE


def _given(line: FigureLine) -> Cell:
    if line.is_withheld:
        return Symbol.CONFIDENTIAL
    if line.symbol:
        return figure_shown(f"[{line.symbol}]")
    if not line.is_asked or line.is_not_applicable(line.given):
        return Symbol.NOT_APPLICABLE
    return figure_shown(line.saved_shown) if line.value is not None else Symbol.NOT_AVAILABLE


def _in_words(line: FigureLine) -> Cell:
    """A total since April with what its period adds to it, which one number cannot say."""
    if line.is_withheld:
        return Symbol.CONFIDENTIAL
    return where_it_applies(line.reads_as if line.year else "")


def _part(line: FigureLine, number: Decimal | None) -> Cell:
    if line.ratio is None or not line.is_asked:
        return Symbol.NOT_APPLICABLE
    return Symbol.CONFIDENTIAL if line.is_withheld else number_cell(number)


def _counts(line: FigureLine) -> tuple[Cell, Cell]:
    if line.ratio is None:
        return Symbol.NOT_APPLICABLE, Symbol.NOT_APPLICABLE
    return line.ratio.numerator_name, line.ratio.denominator_name


def _how_firm(line: FigureLine) -> Cell:
    if line.is_withheld:
        return Symbol.CONFIDENTIAL
    return flag_cell(line.flag) if line.is_given else Symbol.NOT_APPLICABLE


def _target(line: FigureLine) -> tuple[str, str]:
    """The target of the period asked for, or else of the last figure, and that period; both "" without one."""
    if line.period:
        shown, period = line.target_shown, line.period.label
    elif line.last:
        shown, period = line.last.target_shown, line.last.period.label
    else:
        shown = period = ""
    return (shown, period) if shown and line.is_judged else ("", "")


def _unshown(line: FigureLine) -> Cell:
    one = line.unshown
    return f"{one.period.label}: {one.words} {one.symbol}" if one else Symbol.NOT_APPLICABLE


_FIGURE: tuple[Column[FigureLine], ...] = (
    ("Measure", lambda line: line.name),
    ("Code", lambda line: line.code),
    ("Unit", lambda line: one_line(line.unit_word)),
    ("Which way is better", lambda line: line.better),
    ("What is asked", _asked),
    ("Period", lambda line: _where_asked(line, line.period.label if line.period else "")),
    ("Figure", _given),
    ("In words", _in_words),
    ("Numerator", lambda line: _part(line, line.numerator)),
    ("What the numerator counts", lambda line: _counts(line)[0]),
    ("Denominator", lambda line: _part(line, line.denominator)),
    ("What the denominator counts", lambda line: _counts(line)[1]),
    ("How firm", _how_firm),
    ("Where it is from", lambda line: where_it_applies(line.sent)),
    ("Target", lambda line: figure_shown(_target(line)[0])),
    ("Target is for", lambda line: where_it_applies(_target(line)[1])),
    ("Status", lambda line: line.status.label),
    ("Why there is no figure", lambda line: where_it_applies(line.no_figure_reason)),
    ("Last figure", lambda line: figure_shown(line.last.shown) if line.last else None),
    ("Last period", lambda line: line.last.period.label if line.last else None),
    ("Last released on", lambda line: line.last.released_on if line.last else None),
    ("Newer, not shown", _unshown),
    ("Why it is off target", lambda line: where_it_applies(line.cause)),
    ("What is being done", lambda line: where_it_applies(line.response)),
    ("Back on track", lambda line: where_it_applies(line.back_on_track)),
    ("Note", lambda line: where_it_applies(line.note)),
)


def _sent(sheet: ReturnSheet) -> Sheet:
    title = f"Figures of places and other periods: {sheet.priority.name}"
    about = "Figures that were sent and that the return does not ask for"
    return sheet_of("Places and other periods", title, about, _SENT, sheet.sent)


_SENT: tuple[Column[SentLine], ...] = (
    ("Measure", lambda line: line.measure_name),
    ("Code", lambda line: line.code),
    ("Place", lambda line: line.place_name),
    ("Period", lambda line: line.period_label),
    ("Figure, with its unit", lambda line: line.shown),
    ("Made of", lambda line: where_it_applies(line.made_of)),
    ("How firm", lambda line: line.flag_label or "Final"),
    ("For the partnership only", lambda line: yes_or_no(line.is_management)),
    ("Left out for a newer figure", lambda line: yes_or_no(line.is_left_out)),
    ("Where it is from", lambda line: line.sent),
    ("Note", lambda line: where_it_applies(line.note)),
)


# Actions, risks and words


def _actions(sheet: ReturnSheet) -> Sheet:
    return sheet_of(
        "Actions", f"Actions: {sheet.priority.name}", "How each action stands", _ACTION, sheet.actions
    )


_ACTION: tuple[Column[ActionLine], ...] = (
    ("Action", lambda line: line.title),
    ("Code", lambda line: line.code),
    ("Done by", lambda line: line.done_by_label),
    ("Lead", lambda line: line.lead or "Nobody named"),
    ("Due on", lambda line: line.due_on or "No date"),
    ("Status", lambda line: line.status_label or "No status yet"),
    ("What is said of it", lambda line: where_it_applies(line.line)),
    ("Last status", lambda line: where_it_applies(line.last_status_label)),
    ("What was last said of it", lambda line: where_it_applies(line.last_line)),
)


def _risks(sheet: ReturnSheet) -> Sheet:
    return sheet_of(
        "Risks", f"Risks: {sheet.priority.name}", "How each open risk is scored", _RISK, sheet.risks
    )


_RISK: tuple[Column[RiskLine], ...] = (
    ("Risk", lambda line: line.title),
    ("Code", lambda line: line.code),
    ("Event", lambda line: line.event),
    ("Likelihood", lambda line: line.likelihood),
    ("Impact", lambda line: line.impact),
    ("Score", lambda line: line.score),
    ("Band", lambda line: line.band.label if line.band else "Not scored yet"),
    ("Reason", lambda line: where_it_applies(line.rationale)),
    ("Last likelihood", lambda line: line.last_likelihood),
    ("Last impact", lambda line: line.last_impact),
    ("Last score", lambda line: line.last_score),
    ("Last band", lambda line: line.last_band.label if line.last_band else "Not scored before"),
    ("Last reason", lambda line: where_it_applies(line.last_rationale)),
)


def _words(sheet: ReturnSheet) -> Sheet:
    said = sheet.words
    rows = (
        ("Progress", said.progress or "Nothing said"),
        ("Exceptional issues", said.exceptional_issues or "None"),
        ("Good practice", said.good_practice or "None"),
        ("Lead officer’s assessment", said.assessment_label or "Not given"),
        ("Reason for the assessment", said.assessment_reason or "None given"),
    )
    headings = ("About", "What is said")
    return Sheet("Words", f"Words: {sheet.priority.name}", "What the lead officer says", headings, rows)
