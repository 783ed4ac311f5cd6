"""Keeping the list of those who send figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Count, Prefetch, Q

from actionplans.models import DataContact, Measure
from priorities.models import Organisation, Partnership, User
from priorities.wording import tidied


class ContactRefused(Exception):
    """A contact may not be saved so; `field` is what is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class ContactRow:
    """One contact as the list shows them, with how many requests of theirs are open."""

    id: int
    name: str
    email: str
    organisation: str
    measures: tuple[str, ...]
    left_on: dt.date | None
    has_left: bool
    open_requests: int


def contact_rows(partnership: Partnership, *, on: dt.date) -> tuple[ContactRow, ...]:
    """Every contact, those who have left last, in two queries however many there are."""
    contacts = (
        DataContact.objects.filter(partnership=partnership)
        .select_related("organisation")
        .prefetch_related(Prefetch("measures", Measure.objects.order_by("name")))
        .annotate(waiting=Count("requests", filter=Q(requests__answered_at__isnull=True)))
        .order_by("organisation__name", "name", "pk")
    )
    rows = [
        ContactRow(
            id=contact.pk,
            name=contact.name,
            email=contact.email,
            organisation=contact.organisation.name,
            measures=tuple(measure.name for measure in contact.measures.all()),
            left_on=contact.left_on,
            has_left=not contact.is_there(on),
            open_requests=contact.waiting,  # type: ignore[attr-defined]
        )
        for contact in contacts
    ]
    return tuple(sorted(rows, key=lambda row: row.has_left))


@transaction.atomic
def save_contact(
    contact: DataContact,
    *,
    organisation: Organisation,
    name: str,
    email: str,
    measures: Sequence[Measure],
    left_on: dt.date | None,
    by: User,  # noqa: ARG001 (the audit record takes it from the request)
    on: dt.date,
) -> DataContact:
    """Keep a new contact, or change one. `contact` knows its partnership. Raises ContactRefused."""
    contact.organisation, contact.left_on = organisation, left_on
    contact.name, contact.email = tidied(name), email.strip().lower()
    _check(contact, measures, on)
    contact.save()
    contact.measures.set(measures)
    return contact


def _check(contact: DataContact, measures: Collection[Measure], on: dt.date) -> None:
    if contact.organisation.partnership_id != contact.partnership_id:
        raise ContactRefused("organisation", "Choose an organisation of your own partnership.")
    if not contact.name:
        raise ContactRefused("name", "Enter the person’s name.")
    try:
        validate_email(contact.email)
    except ValidationError:
        raise ContactRefused("email", "Enter an e-mail address in full, like name@example.org.") from None
    twin = DataContact.objects.filter(partnership_id=contact.partnership_id, email__iexact=contact.email)
    if found := twin.exclude(pk=contact.pk).select_related("organisation").first():
        raise ContactRefused(
            "email",
            f"{found.name} of {found.organisation} has this address already. Change that entry instead.",
        )
    if any(measure.partnership_id != contact.partnership_id for measure in measures):
        raise ContactRefused("measures", "Choose measures of your own partnership.")
    if contact.left_on is not None and contact.left_on > on:
        raise ContactRefused("left_on", "Enter the day when the person has left, not before.")
