"""What the CP manager says when a return is sent back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from actionplans.forms.fields import ShownField, WordsField


class SendBackForm(forms.Form):
    """Why a return goes back to its lead officer."""

    bound_field_class = ShownField
    use_required_attribute = False
    subject = ""

    reason = WordsField(
        rows=4,
        label="What needs to change?",
        help_text="The lead officer sees this on the return and gets it in a letter.",
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="%s", label_suffix="")

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        if not reason:
            raise forms.ValidationError("Say what needs to change.", code="required")
        return reason
