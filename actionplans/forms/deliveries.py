"""What somebody says of figures that they send: the file, whose they are, and what should become of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from actionplans.forms.fields import ChoiceField
from actionplans.forms.supply import SupplyForm
from actionplans.models import Delivery
from actionplans.sheets.limits import MEGABYTE, MOST_BYTES, TAKE_APART
from priorities.models import Organisation

DESTINATIONS = {
    Delivery.Destination.DRAFTS.value: (
        "Drafts in the returns: each lead officer sees them and they count when the return is accepted"
    ),
    Delivery.Destination.RECORD.value: "On record at once: they count now, without a return",
}


class SpreadsheetField(forms.FileField):
    """A spreadsheet, chosen or left out. What is in it, whoever reads it says."""

    def __init__(self, **options: Any) -> None:
        attrs = {"class": "govuk-file-upload", "accept": ".xlsx,.ods,.csv"}
        super().__init__(
            widget=forms.FileInput(attrs),
            error_messages={
                "required": "Choose a file to send.",
                "invalid": "Choose a file to send.",
                "missing": "Choose a file to send.",
                "empty": "The file is empty. Check that it was saved, and send it again.",
            },
            **options,
        )


class SendForm(SupplyForm):
    """A sheet with figures that came back. The CP manager says what becomes of them; for others they are drafts."""

    file = SpreadsheetField(
        label="The sheet with the figures",
        help_text=f"Excel (.xlsx), OpenDocument (.ods) or CSV, at most {MOST_BYTES // MEGABYTE} MB.",
    )
    organisation = ChoiceField(
        label="Whose figures are they?",
        is_select=True,
        help_text="You may leave this open. It helps us to read their next sheet in the same way.",
    )
    destination = ChoiceField(label="What should become of the figures?", choices=list(DESTINATIONS.items()))

    def __init__(
        self,
        organisations: Mapping[str, Organisation],
        *,
        may_record: bool,
        data: Mapping[str, Any] | None = None,
        files: Any = None,
        said: Mapping[str, Any] | None = None,
    ) -> None:
        """`said` is what was said before signing in again, without its file."""
        self.organisations = organisations
        said = said or {}
        initial = {
            "organisation": said.get("organisation", ""),
            "destination": said.get("destination", Delivery.Destination.DRAFTS.value),
        }
        super().__init__(data, files, initial=initial, auto_id="%s", label_suffix="")
        names = [(key, row.name) for key, row in organisations.items()]
        self._offer("organisation", [("", "Nobody in particular"), *names])
        if not may_record:
            del self.fields["destination"]

    def clean_organisation(self) -> Organisation | None:
        return self.organisations.get(self.cleaned_data["organisation"])

    def clean_destination(self) -> str:
        chosen: str = self.cleaned_data["destination"]
        if not chosen:
            raise forms.ValidationError("Say what should become of the figures.", code="required")
        return chosen

    def refuse_as_too_large(self) -> None:
        """Say so in place of what is said of a file that never came."""
        self.errors.pop("file", None)
        self.refuse("file", f"The file is larger than {MOST_BYTES // MEGABYTE} MB. {TAKE_APART}")

    @property
    def sent(self) -> dict[str, Any]:
        """What was said, once the form is valid."""
        said = self.cleaned_data
        file: UploadedFile[bytes] = said["file"]
        return {
            "name": file.name or "",
            "content": file.read(),
            "organisation": said["organisation"],
            "destination": said.get("destination", Delivery.Destination.DRAFTS.value),
        }
