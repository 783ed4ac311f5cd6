"""What would become of each figure that was sent, beside what is known and drafted already.

Nothing that disclosure control holds back is told to who may not see it, and nothing that would let it be guessed:
neither in what stands there now, nor in a question, nor by calling a figure the same or another.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from actionplans.figure_kinds import YearSoFar, questions_about
from actionplans.figure_lines import ratio_of
from actionplans.figures import Figure, PeriodKey
from actionplans.models import Measure, Reading
from actionplans.places import AREA
from actionplans.recording import (
    REPLACING,
    question_about_loose,
    why_not_for,
    why_not_of,
    why_not_recorded,
)
from actionplans.series import period_of_round
from actionplans.sheets.comparing import (
    day_of,
    drafted_in_words,
    is_drafted,
    is_known,
    is_value,
    known_in_words,
    says_the_same,
    why_closed,
    words_of,
)
from actionplans.sheets.contents import (
    Content,
    Unfit,
    content_of,
    is_blank,
    shown_of,
)
from actionplans.sheets.known import Draft, Known, SeriesKey
from actionplans.sheets.permits import Permit
from actionplans.sheets.preview import PreviewRow, SentFigure, SentRow, Verdict
from actionplans.sheets.row_cells import listed_briefly
from actionplans.sheets.subjects import Subject, period_or_why_not
from priorities.clock import EDINBURGH
from priorities.periods import Period
from priorities.wording import day_in_words


@dataclass(frozen=True)
class Judged:
    """What a comparison says of a figure, before anything is asked about it."""

    verdict: Verdict
    before: str = ""
    reason: str = ""
    questions: tuple[str, ...] = ()
    flag: str = ""


class Judge:
    """Goes through the figures that were sent, the older periods of each series first."""

    def __init__(self, permit: Permit, known: Known, *, at: dt.datetime) -> None:
        self.permit, self.known = permit, known
        self.on = at.astimezone(EDINBURGH).date()
        self.histories: dict[SeriesKey, dict[PeriodKey, Decimal | None]] = {}
        self.asked: dict[int, Period | None] = {}

    def rows(self, sent: Sequence[SentRow], subjects: Sequence[Subject | str]) -> tuple[PreviewRow, ...]:
        """What becomes of each row, in their order. A subject in words is why there is none."""
        found: dict[int, PreviewRow] = {}
        keys = _keys(sent)
        order = sorted(range(len(sent)), key=lambda place: (_ends_on(subjects[place]), place))
        told = self._told_twice(sent, subjects)
        for place in order:
            row, subject = sent[place], subjects[place]
            if isinstance(subject, str):
                found[place] = self._unknown(keys[place], row, subject)
            else:
                found[place] = self._row(keys[place], row, subject, told.get(place, ""))
        return tuple(found[place] for place in range(len(sent)))

    def _unknown(self, key: str, row: SentRow, reason: str) -> PreviewRow:
        is_empty = row.id is not None and is_blank(row) and not row.read
        return PreviewRow(
            key=key,
            where=row.where,
            verdict=Verdict.EMPTY if is_empty else Verdict.REFUSED,
            read=row.read,
            reason="" if is_empty else reason,
            measure_code=row.id.measure_code if row.id else "",
            note=row.note,
        )

    # The same figure twice

    def _told_twice(
        self, sent: Sequence[SentRow], subjects: Sequence[Subject | str]
    ) -> dict[int, Judged | str]:
        """Of the rows that give one figure more than once: the later ones are the same, or all are refused."""
        places: dict[str, list[int]] = defaultdict(list)
        for place, row in enumerate(sent):
            if not isinstance(subjects[place], str) and not is_blank(row):
                places[str(row.id)].append(place)
        found: dict[int, Judged | str] = {}
        for several in places.values():
            if len(several) == 1:
                continue
            first = sent[several[0]]
            if all(says_the_same(first, sent[place]) for place in several[1:]):
                same = Judged(Verdict.SAME, reason=f"{first.where} says the same.")
                found |= dict.fromkeys(several[1:], same)
            else:
                others = listed_briefly([sent[place].where for place in several])
                found |= dict.fromkeys(
                    several,
                    f"This figure is given more than once, and not the same: {others}. Leave one of them.",
                )
        return found

    # One row

    def _row(self, key: str, row: SentRow, subject: Subject, told: Judged | str) -> PreviewRow:
        plain_row = PreviewRow(
            key=key,
            where=row.where,
            verdict=Verdict.EMPTY,
            read=row.read,
            measure_code=subject.measure.code,
            measure_name=subject.measure.name,
            place_name=subject.place_name,
            period_label=subject.period.label,
            note=row.note,
        )
        if is_blank(row):
            return replace(plain_row, reason="A note is kept only with a figure.") if row.note else plain_row
        try:
            self._check(row, subject, told)
            content = content_of(row, subject.measure, ratio_of(subject.measure))
        except Unfit as fault:
            return replace(plain_row, verdict=Verdict.REFUSED, reason=str(fault))
        shown = shown_of(content, subject.measure)
        judged = told if isinstance(told, Judged) else self._judged(row, subject, content)
        judged_row = replace(
            plain_row,
            verdict=judged.verdict,
            shown=shown,
            before=judged.before,
            hides_before=bool(judged.before) and self._is_hidden(subject),
            reason=judged.reason,
        )
        if not judged.verdict.is_saved:
            return judged_row
        doubts = self._doubts(subject, content)
        self._remember(subject, content)
        others = (*self._others(row, subject, content), *judged.questions)
        return replace(
            judged_row,
            questions=(*others, *doubts),
            sent=_sent(row, subject, content, judged.flag or content.flag, " ".join(doubts)),
        )

    def _is_hidden(self, subject: Subject) -> bool:
        """Whether what is known or drafted of it now may not be seen by who sends."""
        figure = self.known.figure(subject.measure, subject.place, subject.key)
        if figure is not None:
            return figure.is_confidential
        draft = self.known.draft(subject.measure, subject.place, subject.key)
        return draft is not None and draft.is_withheld

    def _check(self, row: SentRow, subject: Subject, told: Judged | str) -> None:
        """What a figure of this measure, place and period may not be. Raises Unfit."""
        measure, period = subject.measure, subject.period
        if row.fault:
            raise Unfit(row.fault)
        if isinstance(told, str) and told:
            raise Unfit(told)
        if reason := why_not_recorded(measure):
            raise Unfit(reason)
        if period.ends_on > self.on:
            raise Unfit(
                f"{period.label} ends on {day_in_words(period.ends_on)}. "
                "There can be no figure for a period that has not ended."
            )
        if reason := why_not_for(measure, period) or why_not_of(subject.where.locality, period):
            raise Unfit(reason)

    # Beside what is known

    def _judged(self, row: SentRow, subject: Subject, content: Content) -> Judged:
        figure = self.known.figure(subject.measure, subject.place, subject.key)
        if self.permit.goes_on_record:
            return self._on_record(subject, content, figure)
        if figure is not None:
            return self._known_already(subject, content, figure)
        held = self.known.returns.get(subject.measure.priority_id)
        draft = self.known.draft(subject.measure, subject.place, subject.key)
        judged = self._for_want(subject, content, draft) if content.reason else None
        judged = judged or self._drafted(row, subject, content, draft)
        if not judged.verdict.is_saved:
            return judged
        if self.permit.quarter.is_locked:
            closed = f"{self.permit.quarter} is locked, so its figures can no longer be changed."
            return Judged(Verdict.REFUSED, judged.before, closed)
        if held is not None and not held.is_open_to_changes:
            return Judged(Verdict.REFUSED, judged.before, why_closed(held, may_record=self.permit.may_record))
        return judged

    def _on_record(self, subject: Subject, content: Content, figure: Figure | None) -> Judged:
        if content.reason:
            return Judged(
                Verdict.EMPTY, reason="Why there is no figure is kept in a return, and not on record."
            )
        if figure is None:
            return Judged(Verdict.NEW)
        before = known_in_words(figure, subject.measure)
        if is_known(content, figure):
            return Judged(Verdict.SAME, before, f"It is on record already: {before}.")
        asked = question_about_loose(
            subject.period,
            content.flag,
            firm=figure.flag,
            shown=words_of(figure, subject.measure),
            released_on=day_of(figure.released_at),
        )
        is_another = (figure.value is None) != (content.value is None) or not is_value(content, figure.value)
        if not is_another and content.value is not None and content.flag in REPLACING:
            word = Reading.Flag(content.flag).label.lower()
            nothing = f"{words_of(figure, subject.measure)} is on record already, so nothing is {word}."
            return Judged(
                Verdict.REFUSED, before, f"{nothing} If it is confirmed, send it without the mark behind it."
            )
        is_revised = is_another and content.flag == Reading.Flag.FINAL
        flag = Reading.Flag.REVISED.value if is_revised else ""
        return Judged(Verdict.CHANGED, before, "", (asked,) if asked else (), flag)

    def _known_already(self, subject: Subject, content: Content, figure: Figure) -> Judged:
        """A figure on record, which a draft cannot take the place of."""
        before = known_in_words(figure, subject.measure)
        if not content.reason and is_known(content, figure):
            return Judged(Verdict.SAME, before, f"It is on record already: {before}.")
        how = (
            "choose to put the figures on record"
            if self.permit.may_record
            else "ask the CP manager of the partnership"
            if self.permit.contact_id
            else "ask the CP manager"
        )
        shown = words_of(figure, subject.measure)
        if figure.value is None:
            known = f"A figure for {subject.period.label} is known already, {shown}."
        else:
            known = f"{shown} is known already."
        return Judged(Verdict.REFUSED, before, f"{known} To put it right, {how}.")

    def _for_want(self, subject: Subject, content: Content, draft: Draft | None) -> Judged | None:
        """A reason why there is no figure: a return has room for one, beside the figure that it asks for."""
        if subject.place is not AREA or subject.period != self._asked(subject.measure):
            return Judged(
                Verdict.EMPTY,
                reason="Why there is no figure is kept only for the whole area and the period asked for.",
            )
        said = self.known.reasons.get(subject.measure.pk, "")
        if draft is not None:
            shown = drafted_in_words(draft, subject.measure)
            asked = f"A figure is in the return already ({shown}). Is there really none?"
            return Judged(Verdict.CHANGED, shown, "", (asked,))
        if said == content.reason:
            return Judged(Verdict.SAME, f"No figure: {said}", "The return says so already.")
        if said:
            before = f"No figure: {said}" if self.permit.as_held else "The return says why there is none"
            return Judged(Verdict.CHANGED, before)
        return Judged(Verdict.NEW)

    def _drafted(self, row: SentRow, subject: Subject, content: Content, draft: Draft | None) -> Judged:
        if draft is None:
            said = self.known.reasons.get(subject.measure.pk, "")
            is_asked = subject.place is AREA and subject.period == self._asked(subject.measure)
            before = f"No figure: {said}" if said and is_asked and self.permit.as_held else ""
            return Judged(Verdict.NEW, before)
        before = drafted_in_words(draft, subject.measure)
        if not draft.is_withheld and is_drafted(row, content, draft.row):
            return Judged(Verdict.SAME, before, f"It is in the return already: {before}.")
        return Judged(Verdict.CHANGED, before)

    def _asked(self, measure: Measure) -> Period | None:
        """The period whose figure the round asks for; None for a point in time."""
        if measure.pk not in self.asked:
            quarter = self.permit.quarter
            self.asked[measure.pk] = period_of_round(measure, quarter)
        return self.asked[measure.pk]

    # What is asked about it

    def _history(self, subject: Subject) -> dict[PeriodKey, Decimal | None]:
        if subject.series not in self.histories:
            self.histories[subject.series] = self.known.history(subject.measure, subject.place)
        return self.histories[subject.series]

    def _remember(self, subject: Subject, content: Content) -> None:
        """A later row of the same series is compared with this one too."""
        if content.value is not None:
            self._history(subject)[subject.key] = content.value

    def _before(self, subject: Subject) -> dict[Period, Decimal]:
        """The figures before a period, oldest first: those after the last one that is not shown."""
        kind, starts_on = subject.measure.period_kind, subject.period.starts_on
        found: dict[Period, Decimal] = {}
        for key, value in sorted(self._history(subject).items()):
            if key[0] >= starts_on:
                break
            if value is None:
                found.clear()
                continue
            period = period_or_why_not(kind, *key)
            if isinstance(period, Period):
                found[period] = value
        return found

    def _doubts(self, subject: Subject, content: Content) -> tuple[str, ...]:
        """The questions that the return would ask of it too."""
        measure, before = subject.measure, self._before(subject)
        if measure.is_cumulative:
            before = dict(YearSoFar.of(subject.period, before).totals)
        return questions_about(
            content.given,
            content.value,
            ratio=ratio_of(measure),
            before=list(before.values()),
            unit=measure.unit,
            decimals=measure.decimals,
            is_bounded=measure.is_bounded,
        )

    def _others(self, row: SentRow, subject: Subject, content: Content) -> Iterator[str]:
        """What else is asked: about the row itself, a total that fell, and a period of long ago."""
        if row.question:
            yield row.question
        has_two = not (row.numerator.is_blank and row.denominator.is_blank)
        if has_two and ratio_of(subject.measure) is None:
            yield "Two numbers stand beside it, which are not kept: this figure is typed. Is it right?"
        if fallen := self._fallen(row, subject, content):
            yield fallen
        if self._is_old(subject):
            yield f"{subject.period.label} ended more than a year before this round. Is it the right period?"

    def _fallen(self, row: SentRow, subject: Subject, content: Content) -> str:
        """The question about a total since 1 April that is lower than the one before it."""
        if not subject.measure.is_cumulative or content.value is None:
            return ""
        year = YearSoFar.of(subject.period, self._before(subject))
        part = year.part_of(content.value, row.note)
        if not part.question or year.last_total is None:
            return ""
        return f"The total since 1 April is lower than that to the end of {year.name_before}. Is this right?"

    def _is_old(self, subject: Subject) -> bool:
        """Whether a later figure is known, and the round asks for a period that is over a year younger."""
        newest = self._asked(subject.measure)
        ends_on = self.permit.quarter.ends_on if newest is None else newest.ends_on
        try:
            a_year_ago = ends_on.replace(year=ends_on.year - 1)
        except ValueError:
            a_year_ago = ends_on - dt.timedelta(days=366)
        return subject.period.ends_on < a_year_ago and any(
            key > subject.key for key in self._history(subject)
        )


def _sent(row: SentRow, subject: Subject, content: Content, flag: str, doubts: str) -> SentFigure:
    return SentFigure(
        measure=subject.measure,
        place=subject.place,
        period=subject.period,
        given=content.given,
        symbol=content.symbol,
        flag=flag,
        note=row.note,
        answered_doubt=doubts,
        no_figure_reason=content.reason,
    )


def _ends_on(subject: Subject | str) -> tuple[dt.date, dt.date]:
    return (dt.date.min, dt.date.min) if isinstance(subject, str) else subject.key


def _keys(sent: Sequence[SentRow]) -> list[str]:
    """A short name for each row, the same whenever the same rows come."""
    found: dict[str, None] = {}
    for row in sent:
        name = hashlib.sha256(f"{row.where}\x1f{row.id}".encode()).hexdigest()[:12]
        key, number = name, 1
        while key in found:
            number += 1
            key = f"{name}-{number}"
        found[key] = None
    return list(found)
