"""Cells copied from a spreadsheet, and for which figure the first of them is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from actionplans.forms.fields import ChoiceField
from actionplans.forms.supply import SupplyForm
from actionplans.sheets.matching import Catalogue
from actionplans.sheets.pasting import AskedRow, PastePlan, PasteRefused, plan_of


class PastedField(forms.CharField):
    """Lines as they were copied: an empty line is an empty cell, so nothing is stripped."""

    def __init__(self, **options: Any) -> None:
        attrs = {
            "class": "govuk-textarea paste-area",
            "rows": 10,
            "spellcheck": "false",
            "autocomplete": "off",
            "wrap": "off",
        }
        super().__init__(required=False, strip=False, widget=forms.Textarea(attrs), **options)


class PasteForm(SupplyForm):
    """What was pasted. `asked` are the figures of the return in the order of its page."""

    pasted = PastedField(
        label="Paste the cells here",
        help_text="Copy them in Excel or LibreOffice, click in the box and press Ctrl and V.",
    )
    first = ChoiceField(label="The first line is for", is_select=True)

    def __init__(
        self, asked: Sequence[AskedRow], catalogue: Catalogue, *, data: Mapping[str, Any] | None = None
    ) -> None:
        self.asked, self.catalogue = asked, catalogue
        super().__init__(data, auto_id="%s", label_suffix="")
        self._offer("first", [(row.id, f"{place}. {row.name}") for place, row in enumerate(asked, start=1)])
        if len(asked) < 2:
            del self.fields["first"]

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if "pasted" in said:
            try:
                self.plan: PastePlan = plan_of(
                    said["pasted"], self.asked, self.catalogue, first=said.get("first", "")
                )
            except PasteRefused as refusal:
                self.add_error("pasted", str(refusal))
        return said
