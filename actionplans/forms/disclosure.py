"""The disclosure policy as its new version is set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms

from actionplans.disclosure import Policy
from actionplans.disclosure_policies import LARGEST_GROUP, LARGEST_THRESHOLD, LONGEST_NAME
from actionplans.forms.fields import ShownField, WordsField
from actionplans.numbers import NumberError, Unit, parse_figure


class WholeField(forms.Field):
    """A whole number from the smallest to the largest it may be, as people type it."""

    def __init__(self, smallest: int, largest: int, **options: Any) -> None:
        self.smallest, self.largest = smallest, largest
        attrs = {"class": "govuk-input govuk-input--width-4", "inputmode": "numeric", "autocomplete": "off"}
        super().__init__(required=False, widget=forms.TextInput(attrs), **options)

    def to_python(self, value: Any) -> int:
        says = f"Enter a whole number from {self.smallest} to {self.largest:,}."
        try:
            found = parse_figure(str(value or ""), Unit.NUMBER)
        except NumberError as error:
            raise forms.ValidationError(says, code="invalid") from error
        if found != found.to_integral_value() or not self.smallest <= found <= self.largest:
            raise forms.ValidationError(says, code="invalid")
        return int(found)


class PolicyForm(forms.Form):
    """A new version of the policy, begun from the one in force."""

    bound_field_class = ShownField
    use_required_attribute = False
    subject = ""

    name = forms.CharField(
        label="Name of the policy",
        help_text="As it is printed beside the figures, for example Tayside disclosure protocol.",
        max_length=LONGEST_NAME,
        widget=forms.TextInput({"class": "govuk-input", "autocomplete": "off"}),
        error_messages={
            "required": "Give the policy a name, as it is printed beside the figures.",
            "max_length": f"Use {LONGEST_NAME} letters or fewer.",
        },
    )
    threshold = WholeField(
        1,
        LARGEST_THRESHOLD,
        label="Largest count that is not shown",
        help_text="Counts from 1 to this one are not shown. Zero is shown, but for sensitive measures.",
    )
    smallest_denominator = WholeField(
        0,
        LARGEST_GROUP,
        label="Smallest group whose percentage or rate is shown",
        help_text="Percentages and rates of fewer people than this are not shown.",
    )
    reason = WordsField(
        label="Why is the policy set or changed?",
        help_text="Kept with this version. Say who agreed it, for example the data protection officer.",
    )

    def __init__(self, policy: Policy, data: Mapping[str, Any] | None = None) -> None:
        initial = {
            "name": policy.name,
            "threshold": policy.threshold,
            "smallest_denominator": policy.smallest_denominator,
        }
        super().__init__(data, initial=initial, auto_id="%s", label_suffix="")

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        if not reason:
            raise forms.ValidationError("Say why the policy is set or changed.", code="required")
        return reason

    @property
    def errors_by_field(self) -> Iterator[tuple[str, str]]:
        """Where each error is and what it says, in the order of the page."""
        for name in self.fields:
            for message in self.errors.get(name, ()):
                yield name, str(message)
