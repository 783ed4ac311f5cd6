"""A figure recorded or put right outside a return."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms

from actionplans.forms.fields import ChoiceField, ShownField, ValueField, WordsField
from actionplans.models import Measure, Reading
from actionplans.numbers import doubts, mark_in
from actionplans.operations import PublishedFigure
from actionplans.series import MeasureSeries
from priorities.clock import EDINBURGH
from priorities.periods import Period, PeriodError, PeriodKind
from priorities.wording import day_in_words

MARKS = {"p": Reading.Flag.PROVISIONAL, "r": Reading.Flag.REVISED, "e": Reading.Flag.ESTIMATED}

# Official statistics come out at this time of day.
USUAL_RELEASE = dt.time(9, 30)

# May be given before the period they are about is over.
AHEAD_OF_TIME = frozenset({Reading.Flag.PROVISIONAL, Reading.Flag.ESTIMATED, Reading.Flag.PROJECTED})


class PeriodField(forms.Field):
    """A period of one kind, as people type it. Wrong ones say what is wrong, in plain words."""

    def __init__(
        self,
        kind: PeriodKind = PeriodKind.POINT_IN_TIME,
        *,
        years: int | None = None,
        by_financial_year: bool = False,
        **options: Any,
    ) -> None:
        self.kind, self.years, self.by_financial_year = kind, years, by_financial_year
        attrs = {"class": "govuk-input govuk-input--width-20", "autocomplete": "off"}
        super().__init__(required=False, widget=forms.TextInput(attrs), **options)

    def to_python(self, value: Any) -> Period:
        try:
            return Period.parse(
                self.kind, str(value or ""), years=self.years, by_financial_year=self.by_financial_year
            )
        except PeriodError as error:
            raise forms.ValidationError(str(error), code="invalid") from error


class ReadingForm(forms.Form):
    """One figure: of which period, how firm, since when it is known, and where it comes from."""

    bound_field_class = ShownField
    use_required_attribute = False
    subject = ""

    # Made for the measure when the form is: declared here for their place.
    period = PeriodField()
    value = ValueField()
    is_sure = forms.CharField(required=False)
    flag = ChoiceField(label="How firm is it?", choices=Reading.Flag.choices)
    released_on = PeriodField(
        label="When was it released?",
        help_text="The day its publisher released it. If you are putting a figure right, the day it was put right. "
        "For example, 15 October 2021.",
    )
    note = WordsField(
        label="Where does it come from, or why was it put right?",
        help_text="For example: Scottish Government, Homelessness in Scotland 2021, table 3.",
    )

    def __init__(
        self,
        measure: Measure,
        series: MeasureSeries,
        *,
        at: dt.datetime,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        self.measure, self.series, self.at = measure, series, at.astimezone(EDINBURGH)
        self.question, self.is_answered = "", False
        super().__init__(data, auto_id="%s", label_suffix="")
        kind = PeriodKind(measure.period_kind)
        self.fields["period"] = PeriodField(
            kind,
            years=measure.years_covered,
            by_financial_year=measure.years_start_in_april,
            label="Which period is it about?",
            help_text=f"{kind.label}. For example, {self._example_of_a_period()}.",
        )
        self.fields["value"] = ValueField(
            measure.unit, label="Figure", help_text=f"{measure.name}. {series.better}."
        )

    def _example_of_a_period(self) -> str:
        """The last period that is over, where one can be named for certain."""
        kind = PeriodKind(self.measure.period_kind)
        if kind is not PeriodKind.ROLLING_YEARS:
            return kind.example
        return self.measure.period_containing(self.at.date()).previous().label

    def clean_value(self) -> Any:
        value = self.cleaned_data["value"]
        if value is None:
            raise forms.ValidationError("Enter the figure, like 20.3.", code="required")
        return value

    def clean_flag(self) -> str:
        flag: str = self.cleaned_data["flag"]
        marked = MARKS.get(mark_in(self.data.get("value", "")))
        if not flag and not marked:
            raise forms.ValidationError("Say how firm the figure is.", code="required")
        if flag and marked and flag != marked:
            typed, chosen = marked.label.lower(), Reading.Flag(flag).label.lower()
            raise forms.ValidationError(
                f"You marked the figure {typed} and chose {chosen} here. Choose one.", code="mark"
            )
        return flag or str(marked)

    def clean_released_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["released_on"].starts_on
        if day > self.at.date():
            raise forms.ValidationError("A figure cannot be released in the future.", code="future")
        return day

    def clean_note(self) -> str:
        note: str = self.cleaned_data["note"]
        if not note:
            raise forms.ValidationError(
                "Say where the figure comes from, or why it was put right.", code="required"
            )
        return note

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        period, day, flag = said.get("period"), said.get("released_on"), said.get("flag")
        if period and day and day < period.ends_on and flag and flag not in AHEAD_OF_TIME:
            self.add_error(
                "period",
                f"{period.label} ends on {day_in_words(period.ends_on)}, after the day on which you say this "
                "figure was released. Check both.",
            )
        self.question = self._question()
        # A tick answers the question that stood beside it, and no other.
        self.is_answered = bool(self.question) and said.get("is_sure") == self.question
        if self.question and not self.is_answered:
            self.add_error("value", self.question)
        return said

    def _question(self) -> str:
        """What a careful colleague would ask about the figure typed; empty when it looks right."""
        value, period = self.cleaned_data.get("value"), self.cleaned_data.get("period")
        if value is None or period is None:
            return ""
        before = [v.value for v in self.series.values if v.period.ends_on < period.ends_on]
        last = before[-1] if before else None
        measure = self.measure
        return " ".join(
            doubts(value, last=last, unit=measure.unit, is_bounded=measure.is_bounded, earlier=before)
        )

    def figure(self) -> PublishedFigure:
        """What was entered, for an operation."""
        said = self.cleaned_data
        return PublishedFigure(
            period=said["period"],
            value=said["value"],
            flag=said["flag"],
            released_at=self._released_at(said["released_on"]),
            note=said["note"],
            answered_doubt=self.question if self.is_answered else "",
        )

    def errors_by_field(self) -> list[tuple[str, str]]:
        """(id of the field, what is wrong with it), as the box at the head of the page lists them."""
        return [(field.auto_id, str(error)) for field in self for error in field.errors]

    def _released_at(self, day: dt.date) -> dt.datetime:
        """A figure of today is known from this moment on, so that it can be put right on the same day."""
        return self.at if day == self.at.date() else dt.datetime.combine(day, USUAL_RELEASE, EDINBURGH)
