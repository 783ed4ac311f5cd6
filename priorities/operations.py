"""What is done with people: giving a role, naming a lead officer."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from priorities.models import Membership, Organisation, Partnership, Priority, Role, User


@transaction.atomic
def add_member(
    partnership: Partnership,
    *,
    email: str,
    name: str,
    role: Role,
    organisation: Organisation | None = None,
    on: dt.date,
) -> Membership:
    """Give a person a role from a day on, and an account if they have none; they set a password by resetting it.

    Someone who already holds the role keeps it as it is. Raises ValidationError for what is not an address.
    """
    validate_email(email)
    user = User.objects.filter(email__iexact=email).first() or User.objects.create_user(email, name=name)
    membership, _ = Membership.objects.get_or_create(
        user=user,
        partnership=partnership,
        role=role,
        defaults={"organisation": organisation, "starts_on": on},
    )
    return membership


@transaction.atomic
def name_lead_officer(priority: Priority, user: User, *, on: dt.date) -> Priority:
    """Say who answers for a priority. Raises ValidationError unless they are a lead officer on that day."""
    is_lead = Membership.objects.current(on).filter(
        user=user, partnership=priority.plan.partnership, role=Role.LEAD_OFFICER
    )
    if not is_lead.exists():
        raise ValidationError(f"{user} is not a lead officer of {priority.plan.partnership}.")
    priority.lead_officer = user
    priority.save(update_fields=["lead_officer"])
    return priority
