"""A whole new series as the CP manager pastes it from a publisher's table."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms

from actionplans.figure_kinds import Given, as_kept
from actionplans.figure_lines import ratio_of
from actionplans.forms.fields import ShownField, ValueField, WordsField
from actionplans.forms.periods import PeriodField
from actionplans.forms.release import ReleaseForm, first_answers
from actionplans.models import Measure, Reading
from actionplans.numbers import Unit, mark_in, symbol_in
from actionplans.series_versions import SeriesPlan, SeriesRefused, SeriesRow, plan_series
from priorities.clock import EDINBURGH
from priorities.periods import Period, PeriodKind
from priorities.wording import quoted

MARKS = {"p": Reading.Flag.PROVISIONAL, "r": Reading.Flag.REVISED, "e": Reading.Flag.ESTIMATED}

# More lines than any series has periods.
MOST_LINES = 1000

# What the fields of a single figure say of an empty box, and what can be done in a pasted table.
_BOX, _TABLE = (
    "leave this empty and say why",
    "write [x] for not available, [z] for not applicable or [c] for confidential",
)


class LineFault(ValueError):
    """What is wrong with a pasted line, in plain words."""


@dataclass(frozen=True)
class PastedLines:
    """What was read of a pasted table, and what is wrong with it, line by line."""

    rows: tuple[SeriesRow, ...]
    faults: tuple[str, ...]


def read_pasted(measure: Measure, text: str) -> PastedLines:
    """The figures of a pasted table: a period and a figure a line, of a ratio its two numbers.

    A first line without digits is a heading. Cells stand apart by tabs, as spreadsheets copy them, by commas or by
    spaces.
    """
    rows: list[SeriesRow] = []
    faults: list[str] = []
    seen: dict[Period, int] = {}
    lines = [(place, line) for place, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if lines and not re.search("[0-9]", lines[0][1]):
        del lines[0]
    if len(lines) > MOST_LINES:
        return PastedLines((), (f"There are {len(lines):,} lines. Paste at most {MOST_LINES:,}.",))
    for place, line in lines:
        try:
            row = _read_line(measure, line, seen)
        except LineFault as fault:
            faults.append(f"Line {place}: {fault}")
        else:
            seen[row.period] = place
            rows.append(row)
    return PastedLines(tuple(rows), tuple(faults))


def _read_line(measure: Measure, line: str, seen: Mapping[Period, int]) -> SeriesRow:
    wanted = 3 if measure.is_ratio else 2
    cells = _cells(line, wanted)
    if len(cells) != wanted:
        raise LineFault(f"{quoted(line)} is not {_columns(measure)}.")
    period = _cleaned(
        PeriodField(
            PeriodKind(measure.period_kind),
            years=measure.years_covered,
            by_financial_year=measure.years_start_in_april,
        ),
        cells[0],
    )
    if period in seen:
        raise LineFault(f"{period.label} is there twice: line {seen[period]} has it too.")
    flag = next((MARKS[mark] for cell in cells[1:] if (mark := mark_in(cell)) in MARKS), Reading.Flag.FINAL)
    symbols = {symbol_in(cell) for cell in cells[1:]} - {""}
    if symbols:
        return SeriesRow(period, None, symbol=min(symbols), flag=flag)
    if measure.is_ratio:
        return _ratio_row(measure, period, cells[1], cells[2], flag)
    return SeriesRow(period, _number(ValueField(measure.unit), cells[1], period), flag=flag)


def _columns(measure: Measure) -> str:
    if measure.is_ratio:
        return "a period, a numerator and a denominator. Put a tab between them"
    return "a period and a figure. Put a tab between them"


def _cells(line: str, wanted: int) -> list[str]:
    """The cells of a line: between tabs, else between semicolons or wide spaces, else the last words of it."""
    line = line.strip()
    for mark in (r"\t", ";", r"  +"):
        if re.search(mark, line):
            return [cell.strip() for cell in re.split(mark, line)]
    if "," in line and re.fullmatch(r"[^,]*[0-9][^,]*(,[^,]*)+", line) and len(line.split(",")) == wanted:
        return [cell.strip() for cell in line.split(",")]
    return line.rsplit(None, wanted - 1)


def _ratio_row(measure: Measure, period: Period, over: str, under: str, flag: str) -> SeriesRow:
    ratio = ratio_of(measure)
    assert ratio is not None
    field = ValueField(Unit.NUMBER)
    given = Given(numerator=_number(field, over, period), denominator=_number(field, under, period))
    if faults := ratio.faults(given):
        raise LineFault(faults[0].message)
    made = ratio.made_of(given)
    assert made is not None
    value = as_kept(made.value) if made.value is not None else None
    symbol = "" if value is not None else Reading.Symbol.NOT_APPLICABLE.value
    return SeriesRow(period, value, symbol, flag, given.numerator, given.denominator)


def _number(field: ValueField, text: str, period: Period) -> Decimal:
    number: Decimal | None = _cleaned(field, text)
    if number is None:
        raise LineFault(f"there is no figure for {period.label}. If there is none, {_TABLE}.")
    return number


def _cleaned(field: forms.Field, text: str) -> Any:
    try:
        return field.clean(text)
    except forms.ValidationError as error:
        raise LineFault(" ".join(error.messages).replace(_BOX, _TABLE)) from error


class FiguresField(WordsField):
    """A table pasted as text: tabs and spaces in it mean something."""

    def to_python(self, value: Any) -> str:
        text = forms.CharField.to_python(self, value)
        return str(text or "").replace("\r\n", "\n").replace("\r", "\n")


class SeriesForm(ReleaseForm):
    """A whole new series: its figures, when it was released and why. `plan` is there once the form is valid."""

    bound_field_class = ShownField
    use_required_attribute = False
    subject = ""

    figures = FiguresField(rows=12, strip=False)
    released_on = PeriodField(
        label="When was the new series released?",
        help_text="For example, 27 March 2025. Leave this empty for a series under embargo.",
    )
    reason = WordsField(
        label="What changed, and where was it announced?",
        help_text="For example: Rebased on the census of 2022. National Records of Scotland, 27 March 2025.",
    )

    field_order = ("figures", "release", "released_on", "embargo_on", "embargo_time", "reason")

    def __init__(self, measure: Measure, *, at: dt.datetime, data: Mapping[str, Any] | None = None) -> None:
        self.measure, self.at = measure, at.astimezone(EDINBURGH)
        self.rows: tuple[SeriesRow, ...] = ()
        self.plan: SeriesPlan | None = None
        super().__init__(data, initial=first_answers(measure), auto_id="%s", label_suffix="")
        kind = PeriodKind(measure.period_kind)
        what = "a numerator and a denominator" if measure.is_ratio else "a figure"
        field = self.fields["figures"]
        field.label = "The whole new series"
        field.help_text = (
            f"Copy the columns from the publisher’s table and paste them here: on each line a period ({kind.example}) "
            f"and {what}. Where there is no figure, {_TABLE}."
        )

    def clean_figures(self) -> str:
        text: str = self.cleaned_data["figures"]
        if not text.strip():
            raise forms.ValidationError("Paste the figures of the new series.", code="required")
        read = read_pasted(self.measure, text)
        if read.faults:
            raise forms.ValidationError([forms.ValidationError(fault, code="line") for fault in read.faults])
        self.rows = read.rows
        return text

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        if not reason:
            raise forms.ValidationError("Say what changed, and where it was announced.", code="required")
        return reason

    def clean(self) -> dict[str, Any]:
        self.check_release()
        if not self.errors and self.released_at is not None:
            try:
                self.plan = plan_series(
                    self.measure,
                    self.rows,
                    released_at=self.released_at,
                    reason=self.cleaned_data["reason"],
                    at=self.at,
                )
            except SeriesRefused as refusal:
                self.refuse(refusal)
        return self.cleaned_data

    def refuse(self, refusal: SeriesRefused) -> None:
        """Show a refusal of the operation beside the field it is about."""
        is_day = refusal.field == "released_on" and self.is_embargoed
        self.add_error("embargo_on" if is_day else refusal.field, str(refusal))

    @property
    def typed(self) -> list[tuple[str, str]]:
        """(name, what was typed) of every field, to be carried from one step to the next."""
        return [(field.name, str(self.data.get(field.html_name, ""))) for field in self]

    def errors_by_field(self) -> list[tuple[str, str]]:
        """(id of the field, what is wrong with it), as the box at the head of the page lists them."""
        return [(field.auto_id, str(error)) for field in self for error in field.errors]
