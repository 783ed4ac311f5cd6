"""What the CP manager says of those who send figures, asks of them and hears from them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms

from actionplans.forms.definition_fields import LineField, TicksField
from actionplans.forms.fields import ChoiceField, ShownField, WordsField
from actionplans.forms.periods import PeriodField
from actionplans.forms.targets import MaybePeriodField
from actionplans.models import DataContact, DataRequest, Measure
from actionplans.supply.calendar import SupplyCalendar, SupplyRow
from actionplans.supply.requests import Answered, Asked, usual_due_day
from actionplans.supply.states import SupplyState
from priorities.models import Organisation, Partnership, Quarter
from priorities.wording import day_in_words


class SupplyForm(forms.Form):
    """A form of the supply pages: its errors are listed above it in the order of the page."""

    bound_field_class = ShownField
    use_required_attribute = False
    subject = ""

    @property
    def errors_by_field(self) -> Iterator[tuple[str, str]]:
        """Where each error is and what it says."""
        for name in self.fields:
            for message in self.errors.get(name, ()):
                yield name, str(message)

    def refuse(self, field: str, message: str) -> None:
        """Show what an operation refused, beside its field where it names one."""
        self.add_error(field if field in self.fields else None, message)

    def _offer(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)


class CalendarFilter(SupplyForm):
    """Which figures a reader looks for; empty answers leave nothing out."""

    supplier = ChoiceField(label="Supplier", is_select=True)
    state = ChoiceField(label="State", is_select=True, choices=[("", "Any state"), *SupplyState.choices()])

    def __init__(self, calendar: SupplyCalendar, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="%s", label_suffix="")
        self.suppliers = {one.key: one.name for one in calendar.suppliers}
        by_name = sorted(self.suppliers.items(), key=lambda one: one[1].casefold())
        self._offer("supplier", [("", "Any supplier"), *by_name])

    @property
    def asked(self) -> dict[str, str]:
        """The answers that could be read and say something."""
        if not self.is_bound:
            return {}
        self.is_valid()
        return {name: text for name, text in self.cleaned_data.items() if text}

    @property
    def in_words(self) -> str:
        """What is looked for: "from Strathmuir Council, overdue"."""
        parts = []
        if "supplier" in self.asked:
            parts.append(f"from {self.suppliers[self.asked['supplier']]}")
        if "state" in self.asked:
            parts.append(SupplyState(self.asked["state"]).label.lower())
        return ", ".join(parts)


class ContactForm(SupplyForm):
    """Someone who sends figures: who they are, for whom, and which measures."""

    name = LineField(label="Name", max_length=150)
    email = LineField(label="E-mail address", help_text="Requests and reminders go to it.", max_length=254)
    organisation = ChoiceField(label="Organisation", is_select=True)
    measures = TicksField(label="Which figures do they send?")
    left_on = MaybePeriodField(
        label="Have they left? Since when?",
        help_text="Leave this empty while they are there. Nobody who has left is asked or reminded. "
        "For example, 31 March 2022.",
    )

    def __init__(self, contact: DataContact, *, on: dt.date, data: Mapping[str, Any] | None = None) -> None:
        self.contact = contact
        super().__init__(data, initial=self._saved(), auto_id="%s", label_suffix="")
        partnership = contact.partnership
        self.organisations = {str(row.pk): row for row in _bodies(partnership, on, contact)}
        names = [(key, row.name) for key, row in self.organisations.items()]
        self._offer("organisation", [("", "Choose an organisation"), *names])
        self.known_measures = {str(row.pk): row for row in _measures(partnership, on, contact)}
        self._offer("measures", [(key, _named(row)) for key, row in self.known_measures.items()])

    def _saved(self) -> dict[str, Any]:
        contact = self.contact
        if contact.pk is None:
            return {}
        return {
            "name": contact.name,
            "email": contact.email,
            "organisation": str(contact.organisation_id),
            "measures": [str(key) for key in contact.measures.values_list("pk", flat=True)],
            "left_on": day_in_words(contact.left_on) if contact.left_on else "",
        }

    def clean_organisation(self) -> Organisation:
        chosen = self.organisations.get(self.cleaned_data["organisation"])
        if chosen is None:
            raise forms.ValidationError("Choose the organisation they send figures for.", code="required")
        return chosen

    def clean_measures(self) -> list[Measure]:
        return [self.known_measures[key] for key in self.cleaned_data["measures"]]

    def clean_left_on(self) -> dt.date | None:
        period = self.cleaned_data["left_on"]
        return period.starts_on if period else None


class RequestForm(SupplyForm):
    """What is asked of one supplier. Its measures are those the supplier sends; those expected by then are ticked."""

    measures = TicksField(
        label="Which figures?", help_text="Each is named in the request with the period it is for."
    )
    words = WordsField(label="What do you ask for?", rows=4)
    asked_how = ChoiceField(label="How do you ask?")
    due_on = PeriodField(label="By when?", help_text="For example, 17 January 2022.")

    def __init__(
        self,
        quarter: Quarter,
        organisation: Organisation,
        contact: DataContact | None,
        rows: Sequence[SupplyRow],
        *,
        on: dt.date,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        self.organisation, self.contact = organisation, contact
        self.rows = {str(row.measure.pk): row for row in rows}
        due_on = usual_due_day(quarter, on=on)
        initial = {
            "measures": [key for key, row in self.rows.items() if _is_for(row, contact, due_on)],
            "words": _usual_words(quarter),
            "asked_how": DataRequest.Asked.EMAIL.value if contact else "",
            "due_on": day_in_words(due_on),
        }
        super().__init__(data, initial=initial, auto_id="%s", label_suffix="")
        self._offer("measures", [(key, _choice(row)) for key, row in self.rows.items()])
        labels = dict(DataRequest.Asked.choices)
        if contact:
            labels[DataRequest.Asked.EMAIL.value] = f"E-mail: it is sent to {contact.email} at once"
        else:
            del labels[DataRequest.Asked.EMAIL.value]
        self._offer("asked_how", [(key, str(label)) for key, label in labels.items()])

    def clean_asked_how(self) -> str:
        return _chosen(self.cleaned_data["asked_how"], "Say how it is asked.")

    def clean_due_on(self) -> dt.date:
        return self.cleaned_data["due_on"].starts_on

    def asked(self) -> Asked:
        """What was said, once the form is valid."""
        said = self.cleaned_data
        rows = [self.rows[key] for key in said["measures"]]
        return Asked(
            organisation=self.organisation,
            contact=self.contact,
            measures=[row.measure for row in rows],
            wanted=[_wanted(row) for row in rows],
            words=said["words"],
            how=said["asked_how"],
            due_on=said["due_on"],
        )


class AnswerForm(SupplyForm):
    """How a partner answered."""

    answered_how = ChoiceField(label="How was it answered?", choices=DataRequest.Answered.choices)
    answered_on = PeriodField(label="When?", help_text="For example, 17 January 2022.")
    answered_by = LineField(label="Who answered?", max_length=150)
    answer = WordsField(
        label="What did they say?", help_text="Needed where something was not provided: say why."
    )

    def __init__(
        self,
        request: DataRequest,
        *,
        on: dt.date,
        answered_on: dt.date | None,
        data: Mapping[str, Any] | None,
    ) -> None:
        initial = {
            "answered_how": request.answered_how,
            "answered_on": day_in_words(answered_on or on),
            "answered_by": request.answered_by or (request.contact.name if request.contact else ""),
            "answer": request.answer,
        }
        super().__init__(data, initial=initial, auto_id="%s", label_suffix="")

    def clean_answered_how(self) -> str:
        return _chosen(self.cleaned_data["answered_how"], "Say how it was answered.")

    def clean_answered_on(self) -> dt.date:
        return self.cleaned_data["answered_on"].starts_on

    def answered(self) -> Answered:
        """What was said, once the form is valid."""
        said = self.cleaned_data
        return Answered(said["answered_how"], said["answered_on"], said["answered_by"], said["answer"])


def _chosen(answer: str, says: str) -> str:
    if not answer:
        raise forms.ValidationError(says, code="required")
    return answer


def _bodies(partnership: Partnership, on: dt.date, contact: DataContact) -> list[Organisation]:
    """The organisations there are on a day, and the contact's own."""
    rows = Organisation.objects.filter(partnership=partnership)
    return [
        row for row in rows if row.left_on is None or row.left_on > on or row.pk == contact.organisation_id
    ]


def _measures(partnership: Partnership, on: dt.date, contact: DataContact) -> list[Measure]:
    """The measures in use that have figures of their own, and those the contact sends already."""
    kept = set(contact.measures.values_list("pk", flat=True)) if contact.pk else set()
    rows = Measure.objects.filter(partnership=partnership, gap__isnull=True).select_related("supplier")
    return [row for row in rows.order_by("name", "pk") if row.is_in_use(on) or row.pk in kept]


def _named(measure: Measure) -> str:
    supplier = f", {measure.supplier}" if measure.supplier else ""
    return f"{measure.name} ({measure.code}{supplier})"


def _wanted(row: SupplyRow) -> str:
    period = f", for {row.period.label}" if row.period else ""
    return f"{row.name} ({row.measure.code}){period}"


def _choice(row: SupplyRow) -> str:
    return f"{_wanted(row)}: {row.state.label.lower()}"


def _is_for(row: SupplyRow, contact: DataContact | None, due_on: dt.date) -> bool:
    """Whether a figure is to be expected by a day and the contact is the one to ask, or nobody else is."""
    if row.state.has_come or row.expected_on is None or row.expected_on > due_on:
        return False
    ids = [person.id for person in row.people]
    return contact is None or not ids or contact.pk in ids


def _usual_words(quarter: Quarter) -> str:
    return (
        f"Please send us the figures below for our {quarter} report to the {quarter.partnership.board_name}. "
        "If one is not ready, please tell us when it will be."
    )
