"""Letters about returns."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from actionplans.models import QuarterlyReturn
from priorities.clock import EDINBURGH
from priorities.models import Membership, User
from priorities.roles import Role


def return_submitted(quarterly_return: QuarterlyReturn, *, at: dt.datetime) -> None:
    """Tell those who are CP managers then that a return waits for them."""
    memberships = Membership.objects.current(at.astimezone(EDINBURGH).date()).filter(
        partnership_id=quarterly_return.quarter.partnership_id, role=Role.CP_MANAGER
    )
    for person in User.objects.filter(memberships__in=memberships, is_active=True).distinct():
        _send("return_submitted", f"{quarterly_return} was submitted", quarterly_return, person)


def return_sent_back(quarterly_return: QuarterlyReturn) -> None:
    """Tell the person who submitted a return what needs to change."""
    person = quarterly_return.submitted_by
    if person is not None and person.is_active:
        _send("return_sent_back", f"{quarterly_return} needs a change", quarterly_return, person)


def _send(letter: str, subject: str, quarterly_return: QuarterlyReturn, person: User) -> None:
    # A subject is one line, whatever a priority is called.
    text = render_to_string(
        f"actionplans/notices/{letter}.txt", {"quarterly_return": quarterly_return, "person": person}
    )
    EmailMessage(" ".join(subject.split()), text, settings.DEFAULT_FROM_EMAIL, [person.email]).send()
