"""Who a figure is for and since when it is known: asked alike of one figure and of a whole series."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms

from actionplans.forms.fields import ChoiceField
from actionplans.forms.periods import PeriodField
from actionplans.models import Measure, ReleaseClass
from priorities.clock import EDINBURGH
from priorities.wording import quoted

# Official statistics come out at this time of day.
USUAL_RELEASE = dt.time(9, 30)

EMBARGO = "embargo"

RELEASES = [
    (ReleaseClass.PUBLISHED.value, "Published"),
    (ReleaseClass.MANAGEMENT.value, "Management information: for the partnership only"),
    (EMBARGO, "Published later: under embargo until a day and time"),
]


def first_answers(measure: Measure) -> dict[str, Any]:
    """What the form holds before anything is said: whom the measure's figures are usually for, and the usual time."""
    return {"release": measure.release_class, "embargo_time": f"{USUAL_RELEASE:%-H:%M}"}


class TimeField(forms.Field):
    """A time of day on Scotland's clocks, as people type it: "9:30", "09.30", "2pm". Empty is the usual one."""

    def __init__(self, **options: Any) -> None:
        attrs = {"class": "govuk-input govuk-input--width-5", "autocomplete": "off"}
        super().__init__(required=False, widget=forms.TextInput(attrs), **options)

    def to_python(self, value: Any) -> dt.time:
        text = str(value or "").strip().lower()
        if not text:
            return USUAL_RELEASE
        found = re.fullmatch(r"([0-9]{1,2})(?:[:.]([0-9]{2}))? ?(am|pm)?", text)
        if not found or (found[2] is None and found[3] is None):
            raise forms.ValidationError(f"{quoted(text)} is not a time. Write it like 9:30.", code="invalid")
        hour, minute = int(found[1]), int(found[2] or 0)
        if found[3] and not 1 <= hour <= 12:
            raise forms.ValidationError(
                f"There is no {quoted(text)}. Write the time like 9:30.", code="invalid"
            )
        if found[3]:
            hour = hour % 12 + 12 * (found[3] == "pm")
        try:
            return dt.time(hour, minute)
        except ValueError:
            raise forms.ValidationError(
                f"There is no {quoted(text)}. Write the time like 9:30.", code="invalid"
            ) from None


class ReleaseForm(forms.Form):
    """The part of a form that asks who a figure is for. `at` is when it is asked."""

    at: dt.datetime

    release = ChoiceField(label="Who is it for?", choices=RELEASES)
    released_on = PeriodField(label="When was it released?")
    embargo_on = PeriodField(
        label="Under embargo until which day?", help_text="For example, 27 January 2022."
    )
    embargo_time = TimeField(
        label="And until what time?", help_text="On Scotland’s clocks. Official statistics come out at 9:30."
    )

    @property
    def is_embargoed(self) -> bool:
        return self.cleaned_data.get("release") == EMBARGO

    @property
    def release_class(self) -> str:
        """The class of the figure: one under embargo is a published one."""
        chosen: str = self.cleaned_data["release"]
        return ReleaseClass.PUBLISHED if chosen == EMBARGO else chosen

    def clean_release(self) -> str:
        chosen: str = self.cleaned_data["release"]
        if not chosen:
            raise forms.ValidationError("Say who it is for.", code="required")
        return chosen

    def check_release(self) -> None:
        """Keep what is wrong with the days that were asked for, and pass over the others."""
        unused = ("released_on",) if self.is_embargoed else ("embargo_on", "embargo_time")
        for name in unused:
            self.errors.pop(name, None)
        if self.is_embargoed:
            self._check_embargo()
        elif (day := self._day("released_on")) and day > self.at.date():
            self.add_error("released_on", "A figure cannot be released in the future.")

    @property
    def released_at(self) -> dt.datetime | None:
        """When it is known; None while that is not said, or wrongly.

        A figure of today is known from this moment on, so that it can be put right on the same day.
        """
        if self.is_embargoed:
            return self._embargo_ends_at()
        day = self._day("released_on")
        if day is None:
            return None
        return self.at if day == self.at.date() else dt.datetime.combine(day, USUAL_RELEASE, EDINBURGH)

    def _day(self, name: str) -> dt.date | None:
        period = self.cleaned_data.get(name)
        return period.starts_on if period else None

    def _embargo_ends_at(self) -> dt.datetime | None:
        day, time = self._day("embargo_on"), self.cleaned_data.get("embargo_time")
        return dt.datetime.combine(day, time, EDINBURGH) if day and time else None

    def _check_embargo(self) -> None:
        ends_at = self._embargo_ends_at()
        if ends_at is None:
            return
        if _falls_into_the_gap(ends_at):
            self.add_error("embargo_time", "The clocks go forward that night, so there is no such time.")
        elif ends_at <= self.at:
            self.add_error(
                "embargo_on",
                "An embargo ends in the future. If the figure is out already, choose Published.",
            )


def _falls_into_the_gap(moment: dt.datetime) -> bool:
    """Whether Scotland's clocks pass a time over when summer begins."""
    return moment.astimezone(dt.UTC).astimezone(EDINBURGH).replace(tzinfo=None) != moment.replace(tzinfo=None)
