"""What the pages of a return show: its parts as tasks, and each part as a form or as text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from actionplans import operations
from actionplans.forms import ActionForm, FigureForm, LineForm, RiskForm, WordsForm
from actionplans.forms.returns import Difference, SentForm
from actionplans.hidden_words import WordsBeside, words_beside_hidden_in
from actionplans.models import QuarterlyReturn
from actionplans.return_access import OpenedReturn, return_url
from actionplans.return_sheet import ReturnSheet, return_sheet
from actionplans.rules import Gap
from actionplans.sent_lines import SentLine
from priorities.clock import EDINBURGH
from priorities.models import Partnership, User


@dataclass(frozen=True)
class Section:
    """One part of a return: what it is called, its forms and the verb that saves it."""

    name: str
    title: str
    form: Callable[[Any, ReturnSheet, Mapping[str, Any] | None], LineForm]
    lines: Callable[[ReturnSheet], tuple[Any, ...]]
    save: Callable[..., QuarterlyReturn]

    @property
    def url_name(self) -> str:
        return f"return-{self.name}"

    def forms(self, sheet: ReturnSheet, data: Mapping[str, Any] | None = None) -> tuple[LineForm, ...]:
        return tuple(self.form(line, sheet, data) for line in self.lines(sheet))


def _save_words(quarterly_return: QuarterlyReturn, entries: list[Any], **who: Any) -> QuarterlyReturn:
    (words,) = entries
    return operations.save_words(quarterly_return, words, **who)


def _figure_form(asked: Any, sheet: ReturnSheet, data: Mapping[str, Any] | None) -> LineForm:
    form = SentForm if isinstance(asked, SentLine) else FigureForm
    return form(asked, sheet, data)


def _figures(sheet: ReturnSheet) -> tuple[Any, ...]:
    """What is asked, and after it what was sent besides."""
    return *sheet.figures, *sheet.sent


SECTIONS = {
    section.name: section
    for section in (
        Section("figures", "Figures", _figure_form, _figures, operations.save_figures),
        Section("actions", "Actions", ActionForm, lambda sheet: sheet.actions, operations.save_actions),
        Section("risks", "Risks", RiskForm, lambda sheet: sheet.risks, operations.save_risks),
        Section("words", "Your words", WordsForm, lambda sheet: (sheet.words,), _save_words),
    )
}


def page_after(section: Section) -> str:
    """The name of the page that follows a section's; the last is followed by the check."""
    names = list(SECTIONS)
    place = names.index(section.name) + 1
    return SECTIONS[names[place]].url_name if place < len(names) else "return-check"


@dataclass(frozen=True)
class State:
    """How far a part has come: the value picks the mark, the label says it."""

    value: str
    label: str


@dataclass(frozen=True)
class Task:
    """One row of the task list."""

    id: str
    label: str
    url: str | None
    hint: str
    state: State


@dataclass(frozen=True)
class GapLink:
    """A gap, and the field where it is mended."""

    url: str
    message: str


@dataclass(frozen=True)
class ReturnPage:
    """What every page of a return needs around its content.

    `beside_hidden` are the words with figures in them beside a figure that is not shown, for those who may see it.
    """

    partnership: Partnership
    opened: OpenedReturn
    sheet: ReturnSheet
    today: dt.date
    beside_hidden: tuple[WordsBeside, ...] = ()

    @classmethod
    def of(cls, opened: OpenedReturn, *, at: dt.datetime) -> ReturnPage:
        sheet = return_sheet(opened.quarterly_return, at=at, as_held=opened.sees_small_numbers)
        return cls(
            sheet.quarter.partnership,
            opened,
            sheet,
            at.astimezone(EDINBURGH).date(),
            words_beside_hidden_in(sheet, at=at) if opened.sees_small_numbers else (),
        )

    @property
    def quarterly_return(self) -> QuarterlyReturn:
        return self.sheet.quarterly_return

    @property
    def may_change(self) -> bool:
        return self.opened.may_change

    @property
    def title(self) -> str:
        return f"{self.sheet.quarter} update for {self.sheet.priority}"

    @property
    def state(self) -> State:
        if self.sheet.quarter.is_locked:
            return State("locked", "Locked")
        found = QuarterlyReturn.State(self.quarterly_return.state)
        return State(found.value, str(found.label))

    @property
    def is_late(self) -> bool:
        return self.quarterly_return.is_open_to_changes and self.sheet.quarter.is_late(self.today)

    @property
    def why_closed(self) -> str:
        """Why what one leads cannot be changed now; empty for a reader, who never could."""
        if not self.opened.is_theirs or self.quarterly_return.is_open_to_changes:
            return ""
        return operations.why_closed(self.quarterly_return)

    @property
    def saved_by(self) -> str:
        """Who saved last, as the page names them to its reader."""
        return str(self.quarterly_return.saved_by or "")

    def url(self, name: str) -> str:
        return return_url(name, self.partnership.slug, self.sheet.quarter, self.sheet.priority.slug)

    @property
    def return_url(self) -> str:
        return self.url("return-detail")

    @property
    def check_url(self) -> str:
        return self.url("return-check")

    @property
    def check_title(self) -> str:
        """What the page with everything on it is called."""
        return "Check and submit" if self.may_change else "The whole update"

    @property
    def gap_links(self) -> list[GapLink]:
        return self.links_to(self.sheet.gaps)

    def links_to(self, gaps: tuple[Gap, ...] | list[Gap]) -> list[GapLink]:
        return [
            GapLink(f"{self.url(SECTIONS[gap.section].url_name)}#{gap.field}", gap.message) for gap in gaps
        ]

    @property
    def tasks(self) -> list[Task]:
        return [*self.reading_tasks, self._check_task()] if self.may_change else self.reading_tasks

    @property
    def reading_tasks(self) -> list[Task]:
        """The parts in order, without the check."""
        return [self._task(section) for section in SECTIONS.values()]

    def _task(self, section: Section) -> Task:
        return Task(
            id=section.name,
            label=section.title,
            url=self.url(section.url_name),
            hint=_hint(self.sheet, section.name),
            state=section_state(self.sheet, section.name),
        )

    def _check_task(self) -> Task:
        gaps = len(self.sheet.gaps)
        state = State("in_progress", "Ready to submit") if not gaps else State("not_started", "Not ready yet")
        return Task("check", "Check and submit", self.check_url, "See it as the CP manager will", state)


def section_state(sheet: ReturnSheet, name: str) -> State:
    """How far one part of a return has come."""
    gaps = len(sheet.gaps_in(name))
    if not gaps:
        return State("completed", "Complete")
    if not sheet.has_begun(name):
        return State("not_started", "Not started")
    return State("in_progress", f"In progress: {counted(gaps, 'gap')}")


def counted(number: int, noun: str) -> str:
    """A number and its noun: "1 gap", "2 gaps"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _hint(sheet: ReturnSheet, name: str) -> str:
    match name:
        case "figures":
            due = sum(figure.is_asked for figure in sheet.figures)
            return f"{counted(len(sheet.figures), 'figure')}, {due or 'none'} due this quarter"
        case "actions":
            return f"{counted(len(sheet.actions), 'action')}: a status and a line each"
        case "risks":
            return f"{counted(len(sheet.risks), 'risk')}: how likely, how grave, and why"
        case _:
            return "Progress, exceptional issues, good practice, your assessment"


@dataclass(frozen=True)
class SectionPage:
    """One part of a return, as a form for those who may change it and as text for the others.

    `seen` is the fingerprint of what is saved, which comes back with the form. `differences` is what someone else
    saved meanwhile, `is_held` says that the words shown were sent when their writer was signed out, and `refusal`
    says why nothing can be saved.
    """

    page: ReturnPage
    section: Section
    forms: tuple[LineForm, ...]
    seen: str
    reader: User
    differences: tuple[Difference, ...] = ()
    is_held: bool = False
    refusal: str = ""

    @property
    def writer(self) -> str:
        """For whom the page is made, so that words held over the end of a session come back to nobody else."""
        return str(self.reader.pk)

    @property
    def line_forms(self) -> tuple[LineForm, ...]:
        """The forms of what the part asks, without those of what was sent besides."""
        return tuple(form for form in self.forms if not isinstance(form, SentForm))

    @property
    def sent_forms(self) -> tuple[LineForm, ...]:
        """One for each figure that was sent and is not asked for."""
        return tuple(form for form in self.forms if isinstance(form, SentForm))

    @property
    def errors(self) -> list[tuple[str, str]]:
        return [error for form in self.forms if form.is_bound for error in form.errors_by_field()]

    @property
    def not_saved(self) -> str:
        """Why a page that saves as one types could not, in a line."""
        subjects = dict.fromkeys(form.subject or "your words" for form in self.forms if form.errors)
        what = {"figures": "the figure for ", "actions": "what you say of ", "risks": "the scores of "}
        return f"Not saved: check {what.get(self.section.name, '')}{' and '.join(subjects)}."

    @property
    def saved_by_whom(self) -> str:
        """ "Poverty deputy at 10:02" or "you in another tab at 10:02", as far as it is known.

        Or where a figure was sent after that: "Ann Bell, NHS Tayside, by link on 5 January 2022".
        """
        saved = self.page.quarterly_return
        sent = max(
            ((line.sent_at, line.sent) for line in self.page.sheet.figures if line.sent_at), default=None
        )
        if self.section.name == "figures" and sent and (saved.saved_at is None or sent[0] > saved.saved_at):
            return sent[1].removeprefix("From ")
        if saved.saved_by is None or saved.saved_at is None:
            return "someone"
        who = "you in another tab" if saved.saved_by == self.reader else str(saved.saved_by)
        return f"{who} at {saved.saved_at.astimezone(EDINBURGH):%H:%M}"


def new_gaps(section: Section, before: ReturnSheet, after: ReturnSheet) -> list[Gap]:
    """What a save has brought up in its own part: a question about a figure, a status that needs a line."""
    known = set(before.gaps_in(section.name))
    return [gap for gap in after.gaps_in(section.name) if gap not in known]


def taken_out(before: ReturnSheet, after: ReturnSheet) -> list[str]:
    """What of the figures that were sent besides those asked for a save has taken out, by name."""
    kept = {line.reading_id for line in after.sent}
    return [line.name for line in before.sent if line.reading_id not in kept]
