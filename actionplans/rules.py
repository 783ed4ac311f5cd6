"""What must hold before something may happen, in words an officer would accept (pure)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from actionplans.status import Status

if TYPE_CHECKING:
    from actionplans.figure_lines import FigureLine
    from actionplans.return_sheet import ActionLine, ReturnSheet, RiskLine

LONGEST_GOOD_PRACTICE = 300
"""Words, as the Board's papers allow for a case study."""

LONGEST_TEXT = 5_000
"""Characters of any one narrative: some two pages, beyond which nobody reads."""


@dataclass(frozen=True)
class Gap:
    """Something a reader would still be asking. `section` and `field` say where to mend it."""

    section: str
    field: str
    message: str


def gaps_in(sheet: ReturnSheet) -> tuple[Gap, ...]:
    """What is missing from a return, in the order of its pages; empty means it can be submitted."""
    gaps: list[Gap] = []
    for figure in sheet.figures:
        gaps += _gaps_in_figure(figure)
    for action in sheet.actions:
        gaps += _gaps_in_action(action)
    for risk in sheet.risks:
        gaps += _gaps_in_risk(risk)
    words = sheet.words
    if not words.progress.strip():
        gaps.append(Gap("words", "progress", "Say what progress was made this quarter."))
    if not words.assessment:
        gaps.append(Gap("words", "assessment", "Give your own assessment of the priority."))
    elif words.assessment != "on_track" and not words.assessment_reason.strip():
        gaps.append(Gap("words", "assessment_reason", "Say why you are concerned."))
    return tuple(gaps)


def needs_commentary(status: Status) -> bool:
    """Off target asks for cause, response and when it will be back on track."""
    return status is Status.OFF_TARGET


def _gaps_in_figure(figure: FigureLine) -> Iterator[Gap]:
    def gap(field: str, message: str) -> Gap:
        return Gap("figures", f"{figure.prefix}-{field}", message)

    if figure.missing:
        yield gap(
            figure.missing, f"{figure.name}: enter the {figure.missing} as well ({figure.missing_name})."
        )
    elif figure.is_asked and not figure.is_given and not figure.no_figure_reason.strip():
        yield gap(figure.first_field, f"Give the figure for {figure.name}, or say why there is none.")
    if figure.question_about_total:
        yield gap("note", f"{figure.name}: {figure.question_about_total}")
    if figure.open_doubts:
        yield gap("is_sure", f"{figure.name}: {' '.join(figure.open_doubts)}")
    if needs_commentary(figure.status):
        if not figure.cause.strip():
            yield gap("cause", f"Say why {figure.name} is off target.")
        if not figure.response.strip():
            yield gap("response", f"Say what is being done about {figure.name}.")
        if figure.back_on_track_on is None:
            yield gap("back_on_track_on", f"Say when {figure.name} will be back on track.")


def _gaps_in_action(action: ActionLine) -> Iterator[Gap]:
    if not action.status:
        yield Gap("actions", f"{action.prefix}-status", f"Give the status of {action.title}.")
    elif action.needs_a_line and not action.line.strip():
        yield Gap(
            "actions", f"{action.prefix}-line", f"Say why {action.title} is {action.status_label.lower()}."
        )


def _gaps_in_risk(risk: RiskLine) -> Iterator[Gap]:
    if risk.likelihood is None:
        yield Gap("risks", f"{risk.prefix}-likelihood", f"Say how likely it is: {risk.title}.")
    if risk.impact is None:
        yield Gap("risks", f"{risk.prefix}-impact", f"Say how grave it would be: {risk.title}.")
    if risk.likelihood is not None and risk.impact is not None and not risk.rationale.strip():
        yield Gap("risks", f"{risk.prefix}-rationale", f"Give the reason for the scores of {risk.title}.")
