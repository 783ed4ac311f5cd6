"""A period as people type it into a form."""

from __future__ import annotations

from typing import Any

from django import forms

from priorities.periods import Period, PeriodError, PeriodKind


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
