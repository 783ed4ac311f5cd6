"""The figures of a return while they are entered: kept half given, and written only where something changed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from actionplans.figure_kinds import Given, as_kept
from actionplans.figure_lines import FigureLine
from actionplans.models import Measure, MeasureCommentary, QuarterlyReturn, Reading, ReleaseClass
from actionplans.places import AREA_IDS, ids_in
from priorities.models import User


@dataclass(frozen=True)
class FigureEntry:
    """What was entered for one measure: its value or, of a ratio, the two numbers it is worked out from.

    `is_sure` answers the questions a strange figure raises; `note` says why a total is lower than the one before.
    `flag` is one of `Reading.Flag`. `is_taken_out` drops why there is no figure, where that was sent.
    """

    measure_id: int
    value: Decimal | None = None
    is_sure: bool = False
    no_figure_reason: str = ""
    cause: str = ""
    response: str = ""
    back_on_track_on: dt.date | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    flag: str = Reading.Flag.FINAL.value
    note: str = ""
    is_taken_out: bool = False


@dataclass(frozen=True)
class SentEntry:
    """Whether a figure that was sent, and not asked for, is taken out; `seen` as its line said it."""

    reading_id: int
    seen: str
    is_taken_out: bool = False


# What of a draft is the figure itself. When it changes, it has become known anew.
_FIGURE = ("starts_on", "ends_on", "value", "numerator", "denominator", "symbol")

# What the page asks about how firm a figure is; other flags it can only have been sent with.
_ASKED_FLAGS = frozenset({Reading.Flag.FINAL, Reading.Flag.PROVISIONAL})

# A draft by its measure and period, of the whole area.
_AreaKey = tuple[int, dt.date, dt.date]


@dataclass
class FigureDrafts:
    """What one return, held for change, has of figures and of words about them: fetched once.

    Rows are written one by one, so that each change enters the audit record; what has not changed is not written.
    """

    held: QuarterlyReturn
    by: User
    at: dt.datetime
    measures: dict[int, Measure] = field(init=False)
    readings: dict[_AreaKey, Reading] = field(init=False)
    others: dict[int, Reading] = field(init=False)
    commentaries: dict[int, MeasureCommentary] = field(init=False)

    def __post_init__(self) -> None:
        # With the measures, which the audit record names.
        self.measures = {row.pk: row for row in Measure.objects.filter(priority=self.held.priority_id)}
        drafts = list(
            self.held.readings.filter(state=Reading.State.DRAFT).select_related(
                "measure", "place", "comparator", "entered_by", "delivery"
            )
        )
        self.readings = {
            (row.measure_id, row.starts_on, row.ends_on): row for row in drafts if ids_in(row) == AREA_IDS
        }
        self.others = {row.pk: row for row in drafts}
        commentaries = self.held.commentaries.select_related("measure")
        self.commentaries = {row.measure_id: row for row in commentaries}

    def keep(self, line: FigureLine, entry: FigureEntry) -> None:
        """Keep what was entered on one line; its figure only where the line asks for one."""
        self._keep_words(entry)
        if line.is_asked:
            self._keep_figure(line, entry)

    def _keep_words(self, entry: FigureEntry) -> None:
        said = {
            "cause": entry.cause,
            "response": entry.response,
            "back_on_track_on": entry.back_on_track_on,
            "no_figure_reason": entry.no_figure_reason,
        }
        row = self.commentaries.get(entry.measure_id)
        if row is not None:
            write_changed(row, said)
        elif any(said.values()):
            self.held.commentaries.create(measure=self.measures[entry.measure_id], **said)

    def take_out(self, entry: SentEntry) -> None:
        """Drop a figure that was sent; another one that has taken its place since stays."""
        row = self.others.get(entry.reading_id)
        if row is not None and entry.is_taken_out and row.entered_at.isoformat() == entry.seen:
            row.delete()

    def _keep_figure(self, line: FigureLine, entry: FigureEntry) -> None:
        assert line.period is not None  # The line asks for a figure.
        row = self.readings.get((line.measure_id, line.period.starts_on, line.period.ends_on))
        given = _asked_of(line, entry)
        if row is not None and line.symbol and given.is_empty:
            _keep_symbol(row, entry)
        elif given.is_empty and not entry.note and entry.flag == Reading.Flag.FINAL:
            if row is not None:
                row.delete()
        else:
            self._write(line, entry, given, row)

    def _write(self, line: FigureLine, entry: FigureEntry, given: Given, row: Reading | None) -> None:
        figure = _figure(line, given)
        # Typed over, a figure that was sent is theirs who typed it.
        known = {"released_at": self.at, "entered_at": self.at, "entered_by": self.by, "delivery": None}
        if row is None:
            Reading.objects.create(
                quarterly_return=self.held,
                measure=self.measures[line.measure_id],
                state=Reading.State.DRAFT,
                release_class=ReleaseClass.MANAGEMENT if line.is_management else ReleaseClass.PUBLISHED,
                **figure,
                **known,
                **_said(line, entry, given, None),
            )
        elif any(getattr(row, name) != figure[name] for name in _FIGURE):
            write_changed(row, figure | known | _said(line, entry, given, None))
        else:
            write_changed(row, _said(line, entry, given, row))


def _keep_symbol(row: Reading, entry: FigureEntry) -> None:
    """Leave why there can be no figure, as it was sent, unless it is taken out."""
    if entry.is_taken_out:
        row.delete()
    elif entry.note:
        write_changed(row, {"note": entry.note})


def _said(line: FigureLine, entry: FigureEntry, given: Given, row: Reading | None) -> dict[str, str]:
    """What is said beside a figure. What came with a sent one, which `row` holds still, stays where no field asks."""
    doubts = line.doubts_about(given)
    answered = " ".join(doubts) if entry.is_sure else ""
    if row is None:
        return {"flag": entry.flag, "note": entry.note, "answered_doubt": answered}
    was_answered = all(doubt in row.answered_doubt for doubt in doubts)
    is_other_flag = row.flag not in _ASKED_FLAGS and entry.flag == Reading.Flag.FINAL
    return {
        "flag": row.flag if is_other_flag else entry.flag,
        "note": entry.note if line.year else row.note,
        "answered_doubt": row.answered_doubt if was_answered and (entry.is_sure or not doubts) else answered,
    }


def _asked_of(line: FigureLine, entry: FigureEntry) -> Given:
    """What of an entry the measure's kind asks for: a ratio is worked out and never typed, any other is typed."""
    if line.ratio:
        return Given(numerator=entry.numerator, denominator=entry.denominator)
    return Given(entry.value)


def _figure(line: FigureLine, given: Given) -> dict[str, Any]:
    value, period = line.value_of(given), line.period
    assert period is not None  # The line asks for a figure.
    return {
        "starts_on": period.starts_on,
        "ends_on": period.ends_on,
        "value": None if value is None else as_kept(value),
        "numerator": given.numerator,
        "denominator": given.denominator,
        "symbol": Reading.Symbol.NOT_APPLICABLE.value if line.is_not_applicable(given) else "",
    }


def write_changed(row: Reading | MeasureCommentary, wanted: dict[str, Any]) -> None:
    """Write what has changed of a row; saved as people type, the same again is no event for the audit record."""
    changed = [name for name, value in wanted.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, wanted[name])
    if changed:
        row.save(update_fields=changed)
