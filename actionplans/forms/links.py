"""What is said when a link is sent, and the figures that its contact types on the link's own page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, cast

from django import forms
from django.http import QueryDict

from actionplans.figure_kinds import Given, rounded
from actionplans.forms.definition_fields import TicksField
from actionplans.forms.fields import (
    LARGEST_FIGURE,
    ChoiceField,
    PartField,
    TickField,
    ValueField,
    WordsField,
)
from actionplans.forms.figures import ANSWERS, FIGURE_FIELDS, FigureField, how_worked_out, legend_of
from actionplans.forms.periods import PeriodField
from actionplans.forms.supply import SupplyForm
from actionplans.models import DataContact, Measure, Reading, SupplyLink
from actionplans.numbers import YES_OR_NO, Unit, mark_in
from actionplans.sheets.asking import FillRow
from actionplans.sheets.figures_in_cells import FLAGS, FigureInCell
from actionplans.sheets.outgoing import WHY_NONE
from actionplans.sheets.preview import SentRow
from actionplans.sheets.row_ids import parse_row_id
from actionplans.supply.link_figures import SentBefore
from actionplans.supply.links import wanted_in_words, why_closed
from actionplans.supply.requests import usual_due_day
from priorities.clock import EDINBURGH
from priorities.models import Priority, Quarter
from priorities.wording import day_in_words, listed

# Sending a link


class SendLinkForm(SupplyForm):
    """Which of the figures still missing one contact is asked for by link, and until when it works.

    `ticked` are the measures chosen at first, `usable` the contact's links of the round that still work. `closed` are
    the priorities of figures that are missing too, and that no link takes any more.
    """

    measures = TicksField(label="Which figures?")
    expires_on = PeriodField(label="Until when does the link work?")
    withdraw = TicksField(label="Links that still work")

    def __init__(
        self,
        quarter: Quarter,
        contact: DataContact,
        rows: Sequence[FillRow],
        *,
        ticked: Sequence[Measure],
        usable: Sequence[SupplyLink],
        newest: int | None,
        on: dt.date,
        closed: Sequence[Priority] = (),
        data: Mapping[str, Any] | None = None,
    ) -> None:
        self.quarter, self.contact, self.newest = quarter, contact, newest
        self.why_not_all = why_closed(closed) if closed else ""
        self.known = {str(row.measure.pk): row.measure for row in rows}
        self.usable = {str(link.pk): link for link in usable}
        initial = {
            "measures": [str(measure.pk) for measure in ticked],
            "expires_on": day_in_words(usual_due_day(quarter, on=on)),
            "withdraw": list(self.usable),
        }
        super().__init__(data, initial=initial, auto_id="%s", label_suffix="")
        self._offer("measures", list(zip(self.known, wanted_in_words(rows), strict=True)))
        self.fields[
            "expires_on"
        ].help_text = (
            f"To the end of that day, at most 90 days from today. For example, {day_in_words(on + _WEEK)}."
        )
        if self.usable:
            self._offer("withdraw", [(key, _of(link)) for key, link in self.usable.items()])
        else:
            del self.fields["withdraw"]

    def clean_expires_on(self) -> dt.date:
        return self.cleaned_data["expires_on"].starts_on

    @property
    def chosen(self) -> list[Measure]:
        """The measures chosen, once the form is valid."""
        return [self.known[key] for key in self.cleaned_data["measures"]]

    @property
    def replaces(self) -> list[SupplyLink]:
        """The links to be withdrawn."""
        return [self.usable[key] for key in self.cleaned_data.get("withdraw", ())]


_WEEK = dt.timedelta(days=7)


def _of(link: SupplyLink) -> str:
    sent = day_in_words(link.sent_at.astimezone(EDINBURGH).date())
    names = [measure.name for measure in link.measures.all()]
    figures = listed(names) if len(names) < 3 else f"{len(names)} figures"
    return f"Withdraw the link of {sent}, for {figures}"


# The figures of a link

OTHER_REASON = "Another reason"

_WHY = [
    ("", "Choose a reason"),
    *((why, why) for why in WHY_NONE),
    (OTHER_REASON, "Another reason: say which in the note"),
]

_FLAG_OF_MARK = {mark: flag.value for mark, flag in FLAGS.items()}


class RowForm(forms.Form):
    """One figure of a link: what it is, or why there is none. Nothing is required: a row may be left empty."""

    bound_field_class = FigureField
    use_required_attribute = False

    value = ValueField()
    numerator = PartField()
    denominator = PartField()
    is_provisional = TickField(label="Provisional: it may still change")
    why_none = ChoiceField(label="If there is no figure, why?", is_select=True, choices=_WHY)
    note = WordsField(rows=2, label="Note", help_text="For whoever checks the figure.")

    def __init__(self, row: FillRow, before: SentBefore, data: Mapping[str, Any] | None = None) -> None:
        self.row, self.before = row, before
        super().__init__(data, prefix=row.id, auto_id="%s", label_suffix="", initial=_initial(row, before))
        for name in ("value",) if row.ratio else ("numerator", "denominator"):
            del self.fields[name]
        if row.ratio:
            self.fields["numerator"].label = row.ratio.numerator_name
            self.fields["denominator"].label = row.ratio.denominator_name
        elif row.measure.unit == Unit.YES_NO:
            self.fields["value"] = ChoiceField(
                label=self.legend, choices=ANSWERS, coerce=Decimal, empty_value=None
            )
        else:
            cast(ValueField, self.fields["value"]).unit = Unit(row.measure.unit)
            self.fields["value"].label = self.legend

    # What the page says

    @property
    def subject(self) -> str:
        """Which figure it is, for those who do not see where a field stands."""
        return f"{self.row.measure.name}, {self.row.place_name}, {self.row.period.label}"

    @property
    def legend(self) -> str:
        """What is asked for: "Figure for Q3 2021/22", or the total since 1 April."""
        measure = self.row.measure
        return legend_of(self.row.period, measure.unit, is_cumulative=measure.is_cumulative)

    @property
    def how(self) -> str:
        """What becomes of the two numbers of a ratio."""
        return how_worked_out(self.row.ratio, self.row.measure.unit)

    @property
    def facts_id(self) -> str:
        return f"{self.prefix}-facts"

    @property
    def opens_more(self) -> bool:
        """Whether the room for what else there is to say is open: something is said there, or wrong with it."""
        return any(self[name].value() or self[name].errors for name in ("is_provisional", "why_none", "note"))

    # What was typed

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if self.errors.keys() & set(FIGURE_FIELDS):
            return said
        given = self.given
        for fault in self.row.ratio.faults(given) if self.row.ratio else ():
            self.add_error(fault.field, forms.ValidationError(fault.message, code="ratio"))
        if self.row.ratio and (missing := self.row.ratio.missing(given)):
            self.add_error(missing, forms.ValidationError("Give both numbers, or neither.", code="half"))
        made = None if self.errors or self.row.ratio is None else self.row.ratio.made_of(given)
        if made is not None and made.value is not None and abs(made.value) >= LARGEST_FIGURE:
            self.add_error("numerator", "This makes too large a figure. Check both numbers.")
        self._check_words(given, said.get("why_none", ""), said.get("note", ""))
        return said

    def _check_words(self, given: Given, why_none: str, note: str) -> None:
        if why_none and not given.is_empty:
            self.add_error("why_none", "A figure is given too. Take out one or the other.")
        elif why_none == OTHER_REASON and not note:
            self.add_error("note", "Say why there is no figure.")
        elif note and not why_none and given.is_empty:
            self.add_error("note", "Give the figure that this note is about, or say why there is none.")

    @property
    def given(self) -> Given:
        """What was given of the figure."""
        return Given(*(self.cleaned_data.get(name) for name in FIGURE_FIELDS))

    @property
    def is_empty(self) -> bool:
        return self.given.is_empty and not self.cleaned_data.get("why_none")

    @property
    def typed(self) -> str:
        """The figure as it was typed: "48 %", "12 of 40"."""
        texts = [str(self.data.get(self.add_prefix(name), "")).strip() for name in FIGURE_FIELDS]
        if self.row.measure.unit == Unit.YES_NO and self.given.value is not None:
            return YES_OR_NO[self.given.value]
        return " of ".join(text for text in texts if text)

    def sent(self) -> SentRow:
        """What was sent, for the preview."""
        said, given = self.cleaned_data, self.given
        why_none, note = said.get("why_none", ""), said.get("note", "")
        if why_none == OTHER_REASON:
            why_none, note = note, ""
        return SentRow(
            where=self.subject,
            id=parse_row_id(self.row.id),
            read=self.typed,
            figure=self._figure("value", given.value),
            numerator=self._figure("numerator", given.numerator),
            denominator=self._figure("denominator", given.denominator),
            why_none=why_none,
            note=note,
        )

    def _figure(self, name: str, value: Decimal | None) -> FigureInCell:
        if value is None:
            return FigureInCell()
        mark = mark_in(str(self.data.get(self.add_prefix(name), "")))
        flag = _FLAG_OF_MARK.get(mark, Reading.Flag.FINAL.value)
        if self.cleaned_data.get("is_provisional"):
            flag = Reading.Flag.PROVISIONAL.value
        return FigureInCell(value, flag=flag)

    def errors_by_field(self) -> Iterator[tuple[str, str]]:
        """(id of the field, what is wrong with it), as the box at the head of the page lists them."""
        for field in self:
            for error in field.errors:
                yield field.auto_id, f"{self.subject}. {error}"


def _initial(row: FillRow, before: SentBefore) -> dict[str, Any]:
    """What the contact sent before, as they may go on with it."""
    draft = before.reading
    if draft is None:
        why = before.why_none
        is_known = why in ("", *WHY_NONE)
        return {"why_none": why if is_known else OTHER_REASON, "note": "" if is_known else why}
    value = draft.value
    if value is not None and row.measure.unit == Unit.YES_NO:
        value = rounded(value, 0)
    return {
        "value": value,
        "numerator": draft.numerator,
        "denominator": draft.denominator,
        "is_provisional": draft.flag == Reading.Flag.PROVISIONAL,
        "why_none": _WHY_OF_SYMBOL.get(draft.symbol, ""),
        "note": draft.note,
    }


_WHY_OF_SYMBOL = {
    Reading.Symbol.CONFIDENTIAL.value: "Confidential",
    Reading.Symbol.NOT_APPLICABLE.value: "Does not apply",
}


@dataclass(frozen=True)
class MeasureForms:
    """The figures asked for of one measure: those of each place and period."""

    measure: Measure
    forms: tuple[RowForm, ...]

    @property
    def row(self) -> FillRow:
        """Any of them, for what all have in common."""
        return self.forms[0].row


class LinkSheet:
    """All the figures of a link's page, as they were typed. `rows` are what is asked for now."""

    def __init__(
        self,
        rows: Sequence[FillRow],
        before: Mapping[str, SentBefore],
        data: QueryDict | None = None,
    ) -> None:
        self.data = data
        self.rows = {row.id: row for row in rows}
        self.forms = [RowForm(row, before.get(row.id, SentBefore()), data) for row in rows]

    @cached_property
    def others(self) -> frozenset[str]:
        """The ids in what was sent that are not on the page. One may have become known while the page was open."""
        return ids_in(self.data or QueryDict()) - self.rows.keys()

    @property
    def groups(self) -> list[MeasureForms]:
        """The figures measure by measure."""
        found: dict[Measure, list[RowForm]] = {}
        for form in self.forms:
            found.setdefault(form.row.measure, []).append(form)
        return [MeasureForms(measure, tuple(forms)) for measure, forms in found.items()]

    @property
    def has_errors(self) -> bool:
        """Whether something typed cannot be read."""
        return any(form.errors for form in self.forms)

    @property
    def first_id(self) -> str:
        """The id of the first field of the page; "" without any."""
        return next((field.auto_id for form in self.forms for field in form), "")

    def is_valid(self) -> bool:
        # Every form is asked, so that each says what is wrong with it.
        return not [form for form in self.forms if not form.is_valid()]

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was typed, once it is valid."""
        return all(form.is_empty for form in self.forms)

    @property
    def is_valid_and_empty(self) -> bool:
        """Whether there is something to type, and nothing was."""
        return bool(self.forms) and not self.others and self.is_valid() and self.is_empty

    @property
    def errors_by_field(self) -> Iterator[tuple[str, str]]:
        for form in self.forms:
            if form.is_bound:
                yield from form.errors_by_field()

    def sent(self) -> tuple[SentRow, ...]:
        """What was sent of each row, once it is valid."""
        return tuple(form.sent() for form in self.forms)

    @property
    def typed(self) -> list[tuple[str, str]]:
        """Every answer by the name of its field, for a page that carries them on."""
        if self.data is None:
            return []
        names = [form.add_prefix(name) for form in self.forms for name in form.fields]
        return [(name, text) for name in names if (text := self.data.get(name))]


def ids_in(data: QueryDict) -> frozenset[str]:
    """What came as the ids of rows, whether or not the page asked for them."""
    found = (name.rpartition("-") for name in data)
    return frozenset(row for row, dash, field in found if dash and field in RowForm.base_fields)
