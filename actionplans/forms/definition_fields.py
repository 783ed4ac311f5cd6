"""The further kinds of answer that the definition of a measure takes, beside those in `fields`."""

from __future__ import annotations

from typing import Any

from django import forms

from priorities.wording import quoted, tidied


class Ticks(forms.CheckboxSelectMultiple):
    """Boxes of which the first carries the id of the field, so that a link to the field lands on it."""

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return id_ if index in (None, "0") else super().id_for_label(id_, index)


class LineField(forms.CharField):
    """One line of text, its spaces evened out."""

    def __init__(self, *, width: str = "", **options: Any) -> None:
        size = f" govuk-input--width-{width}" if width else ""
        attrs = {"class": f"govuk-input{size}", "autocomplete": "off"}
        # The length is said in our own words, and no browser cuts off what was pasted.
        self.longest = options.pop("max_length", None)
        super().__init__(required=False, widget=forms.TextInput(attrs), **options)

    def to_python(self, value: Any) -> str:
        return tidied(str(super().to_python(value) or ""))

    def validate(self, value: str) -> None:
        super().validate(value)
        if self.longest is not None and len(value) > self.longest:
            raise forms.ValidationError(
                f"This is {len(value):,} characters. Use {self.longest} or fewer.", code="max_length"
            )


class AddressField(LineField):
    """The address of a page on the web."""

    def validate(self, value: str) -> None:
        super().validate(value)
        if not value:
            return
        try:
            forms.URLField(assume_scheme="https").clean(value)
        except forms.ValidationError:
            is_address = False
        else:
            is_address = value.lower().startswith(("https://", "http://"))
        if not is_address:
            raise forms.ValidationError(
                "Enter the whole address of a page, beginning with https://.", code="invalid"
            )


class WholeNumberField(forms.Field):
    """A count as people type it, such as `1,000`; None when the box is empty."""

    def __init__(self, *, largest: int, suffix: str = "", width: str = "5", **options: Any) -> None:
        self.largest, self.prefix, self.suffix = largest, "", suffix
        attrs = {
            "class": f"govuk-input govuk-input--width-{width}",
            "inputmode": "numeric",
            "autocomplete": "off",
        }
        super().__init__(required=False, widget=forms.TextInput(attrs), **options)

    def to_python(self, value: Any) -> int | None:
        text = tidied(str(value or ""))
        if not text:
            return None
        digits = text.replace(",", "").replace(" ", "")
        if not (digits.isascii() and digits.isdigit()):
            raise forms.ValidationError(
                f"{quoted(text)} is not a whole number. Enter one like 12 or 1,000.", code="invalid"
            )
        if len(digits) > 12 or int(digits) > self.largest:
            raise forms.ValidationError(f"Enter a number of at most {self.largest:,}.", code="max")
        return int(digits)

    def prepare_value(self, value: Any) -> Any:
        return f"{value:,}" if isinstance(value, int) else value


class TickField(forms.BooleanField):
    """Yes if it is ticked."""

    def __init__(self, **options: Any) -> None:
        widget = forms.CheckboxInput({"class": "govuk-checkboxes__input"})
        super().__init__(required=False, widget=widget, **options)


class TicksField(forms.MultipleChoiceField):
    """Any of several."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            required=False,
            widget=Ticks({"class": "govuk-checkboxes__input"}),
            error_messages={"invalid_choice": "Choose from those on the page."},
            **options,
        )
