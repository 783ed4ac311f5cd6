"""The kinds of answer our forms take, as their pages show them.

The form pack (crispy-forms-gds) trusts labels as HTML and makes up its own ids for radios; here a label may be
what someone called a measure, and an id is where a list of gaps points. So these fields are shown by
`actionplans/_field.html`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from actionplans import rules
from actionplans.numbers import YES_OR_NO, NumberError, Unit, parse_figure, parse_value, sign_in
from priorities.wording import quoted

LARGEST_FIGURE = Decimal(10) ** 14
MOST_DECIMALS = 6


class ShownField(forms.BoundField):
    """A field as a page shows it: marked when something is wrong with it."""

    @property
    def hint_id(self) -> str:
        return f"{self.auto_id}_helptext"

    @property
    def error_id(self) -> str:
        return f"{self.auto_id}_error"

    @property
    def described_by(self) -> str:
        """The ids of the hint and the error, for a group of choices."""
        return " ".join([self.hint_id] * bool(self.help_text) + [self.error_id] * bool(self.errors))

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        attrs = super().build_widget_attrs(attrs, widget)
        classes = (widget or self.field.widget).attrs.get("class", "")
        if self.errors and classes:
            attrs["class"] = f"{classes} {classes.split()[0]}--error"
        return attrs


class Radios(forms.RadioSelect):
    """Radio buttons of which the first carries the id of the field, so that a link to the field lands on it."""

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return id_ if index in (None, "0") else super().id_for_label(id_, index)


class WordsField(forms.CharField):
    """Some lines of text. Line ends are kept one way, so that saving the same words again changes nothing."""

    def __init__(self, *, rows: int = 3, max_words: int | None = None, **options: Any) -> None:
        counted = " govuk-js-character-count" if max_words else ""
        attrs = {"class": f"govuk-textarea{counted}", "rows": rows}
        self.max_words = max_words
        super().__init__(required=False, widget=forms.Textarea(attrs), **options)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n").strip()

    def validate(self, value: str) -> None:
        super().validate(value)
        words = len(value.split())
        if self.max_words and words > self.max_words:
            raise forms.ValidationError(
                f"This is {words:,} words. Use {self.max_words} words or fewer.", code="max_words"
            )
        if len(value) > rules.LONGEST_TEXT:
            raise forms.ValidationError(
                f"This is {len(value):,} characters. Use {rules.LONGEST_TEXT:,} or fewer.", code="max_length"
            )


class ValueField(forms.Field):
    """A figure as people type it; None when the box is empty. Wrong ones say what is wrong, in plain words.

    `unit` is the measure's: its sign stands beside the box and may be typed, another's may not. Without one any may.
    `asks_why` says that the page has room to say why there is no figure.
    """

    def __init__(self, unit: Unit | str | None = None, *, asks_why: bool = True, **options: Any) -> None:
        self.asks_why = asks_why
        attrs = {"class": "govuk-input govuk-input--width-10", "autocomplete": "off"}
        super().__init__(required=False, widget=forms.TextInput(attrs), **options)
        self.unit = None if unit is None else Unit(unit)

    @property
    def unit(self) -> Unit | None:
        return self._unit

    @unit.setter
    def unit(self, unit: Unit | None) -> None:
        self._unit = unit
        self.widget.attrs["inputmode"] = "text" if unit is Unit.YES_NO else "decimal"

    @property
    def prefix(self) -> str:
        """What stands before the box."""
        return "£" if self.unit is Unit.MONEY else ""

    @property
    def suffix(self) -> str:
        """What stands after the box."""
        if self.unit is None:
            return ""
        return {Unit.PERCENT: "%", Unit.DAYS: "days", Unit.POINTS: "percentage points"}.get(self.unit, "")

    def to_python(self, value: Any) -> Decimal | None:
        text = str(value or "")
        if not text.strip():
            return None
        try:
            figure = parse_value(text) if self.unit is None else parse_figure(text, self.unit)
        except NumberError as error:
            said = str(error) if self.asks_why else error.alone
            raise forms.ValidationError(said, code="invalid") from error
        if abs(figure) >= LARGEST_FIGURE:
            raise forms.ValidationError(
                "This figure is too large. Enter a number of at most 14 digits.", code="max"
            )
        if figure != round(figure, MOST_DECIMALS):
            raise forms.ValidationError(f"Use at most {MOST_DECIMALS} decimals.", code="max_decimals")
        return figure

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Decimal):
            return value
        if self.unit is Unit.YES_NO and value in YES_OR_NO:
            return YES_OR_NO[value]
        return f"{value.normalize():,f}"


class PartField(ValueField):
    """One of the two numbers a ratio is worked out from: a number of things or pounds, and no ratio itself."""

    def to_python(self, value: Any) -> Decimal | None:
        if sign_in(str(value or "")) in ("%", "points", "percentage points"):
            raise forms.ValidationError(
                f"{quoted(str(value))} is a result. Enter the number it is worked out from.", code="sign"
            )
        return super().to_python(value)


class TickField(forms.BooleanField):
    """Something that is so or is not. As it cannot be left empty, no tick counts as nothing said."""

    def __init__(self, **options: Any) -> None:
        widget = forms.CheckboxInput({"class": "govuk-checkboxes__input", "autocomplete": "off"})
        super().__init__(required=False, widget=widget, **options)


class ChoiceField(forms.TypedChoiceField):
    """One of a few answers, or none yet."""

    def __init__(self, *, is_select: bool = False, **options: Any) -> None:
        widget = (
            forms.Select({"class": "govuk-select"}) if is_select else Radios({"class": "govuk-radios__input"})
        )
        super().__init__(
            required=False,
            widget=widget,
            error_messages={"invalid_choice": "Choose one of the answers on the page."},
            **options,
        )
