"""What the CP manager says when a return is sent back."""

from __future__ import annotations

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

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        if not reason:
            raise forms.ValidationError("Say what needs to change.", code="required")
        return reason
