"""What the CP manager gives to make a report, and the Chair to sign it off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms

from actionplans.forms.fields import ChoiceField, ShownField, WordsField
from priorities.models import Decision, Group, Meeting, Partnership, Quarter
from priorities.wording import day_in_words
from reports.models import Report
from reports.operations import SIGNING_VERBS, suggested_number


class LineField(forms.CharField):
    """A short line of text."""

    def __init__(self, *, width: int, **options: Any) -> None:
        attrs = {"class": f"govuk-input govuk-input--width-{width}", "autocomplete": "off"}
        super().__init__(required=False, widget=forms.TextInput(attrs), **options)


class ReportForm(forms.Form):
    """A form of ours: what is wrong stands beside the answer and in the box at the head of the page."""

    bound_field_class = ShownField
    use_required_attribute = False
    subject = ""

    def __init__(self, data: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(data, auto_id="%s", label_suffix="", **options)

    def errors_by_field(self) -> list[tuple[str, str]]:
        """(id of the field, what is wrong with it), as the box at the head of the page lists them."""
        return [(field.auto_id, str(error)) for field in self for error in field.errors]


class NewReportForm(ReportForm):
    """Which report, of which quarter, for which meeting, under which number."""

    kind = ChoiceField(label="Which report?", choices=Report.Kind.choices)
    quarter = ChoiceField(label="Quarter it reports on", is_select=True)
    meeting = ChoiceField(label="Meeting it goes to", is_select=True)
    number = LineField(
        label="Report number",
        help_text="As it will stand in the agenda and the minutes.",
        width=10,
    )

    is_for_public = forms.BooleanField(
        required=False, label="Leave out management information, so that the report can be published"
    )

    def __init__(
        self, partnership: Partnership, *, on: dt.date, data: Mapping[str, Any] | None = None
    ) -> None:
        self.quarters = {
            f"{row.year_slug}-{row.slug}": row
            for row in Quarter.objects.filter(partnership=partnership)
            .opened_by(on)
            .select_related("meeting", "partnership")
        }
        self.meetings = {
            str(row.pk): row
            for row in Meeting.objects.filter(partnership=partnership, group__kind=Group.Kind.BOARD)
            .select_related("group")
            .order_by("-held_on")
        }
        newest = next(iter(self.quarters.values()), None)
        initial = {
            "quarter": next(iter(self.quarters), ""),
            "meeting": str(newest.meeting_id) if newest and newest.meeting_id else "",
            "number": suggested_number(partnership, on),
        }
        super().__init__(data, initial=initial)
        self._offer("quarter", [(key, row.label) for key, row in self.quarters.items()])
        self._offer(
            "meeting",
            [(key, f"{row.group.name}, {day_in_words(row.held_on)}") for key, row in self.meetings.items()],
        )

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, ChoiceField)
        field.choices = choices

    def clean_kind(self) -> str:
        return _given(self.cleaned_data["kind"], "Choose which report to make.")

    def clean_quarter(self) -> Quarter:
        return self.quarters[_given(self.cleaned_data["quarter"], "Choose the quarter it reports on.")]

    def clean_meeting(self) -> Meeting:
        return self.meetings[_given(self.cleaned_data["meeting"], "Choose the meeting it goes to.")]


class SignOffForm(ReportForm):
    """What the Board decided on a report, and where its minutes say so."""

    verb = ChoiceField(
        label="What did the Board decide?", choices=[(verb.value, verb.label) for verb in SIGNING_VERBS]
    )
    text = WordsField(
        rows=4,
        label="The decision in the words of the minutes",
        help_text="For example: The Board noted the Performance Dashboard and asked for a paper on fuel poverty.",
    )
    minute_paragraph = LineField(
        label="Minute paragraph, if it is known",
        help_text="For example, 4 or 5.2.",
        width=5,
    )

    def clean_verb(self) -> str:
        verb = _given(self.cleaned_data["verb"], "Choose what the Board decided.")
        return Decision.Verb(verb).value


def _given(answer: str, otherwise: str) -> str:
    if not answer:
        raise forms.ValidationError(otherwise, code="required")
    return answer
