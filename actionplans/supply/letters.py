"""Letters to those who send figures. Plain text; replies go to a person of the partnership."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from actionplans.models import DataContact, DataRequest, SupplyLink
from priorities.models import User
from priorities.wording import tidied


def data_requested(request: DataRequest) -> None:
    """Ask a contact for what a request is for."""
    assert request.contact is not None
    _send(
        "data_requested",
        f"Figures for {request.quarter}: {request.partnership.name}",
        request.contact,
        request.asked_by,
        {"request": request},
    )


def data_reminder(
    contact: DataContact, requests: Sequence[DataRequest], *, from_person: User, on: dt.date
) -> None:
    """Remind a contact of what is still open, in one letter. Raises OSError when it cannot be sent."""
    _send(
        "data_reminder",
        f"Reminder: figures for {contact.partnership.name}",
        contact,
        from_person,
        {"requests": requests, "on": on},
    )


def link_sent(link: SupplyLink, *, address: str, wanted: Sequence[str]) -> None:
    """Send a contact their link. Raises OSError when it cannot be sent."""
    _send(
        "link_sent",
        f"Figures for {link.quarter}: {link.partnership.name}",
        link.contact,
        link.sent_by,
        {"link": link, "address": address, "wanted": wanted},
    )


def link_refused(link: SupplyLink, *, words: str, at: dt.datetime) -> None:
    """Tell whoever sent a link that a use of it was refused."""
    context = {"link": link, "words": words, "at": at}
    EmailMessage(
        tidied(f"A link you sent was refused: {link.contact}, {link.quarter}"),
        render_to_string("actionplans/notices/link_refused.txt", context),
        settings.DEFAULT_FROM_EMAIL,
        [link.sent_by.email],
    ).send()


def _send(letter: str, subject: str, contact: DataContact, person: User, words: dict[str, object]) -> None:
    context = words | {"contact": contact, "person": person, "partnership": contact.partnership}
    EmailMessage(
        # A subject is one line, whatever a partnership is called.
        tidied(subject),
        render_to_string(f"actionplans/notices/{letter}.txt", context),
        settings.DEFAULT_FROM_EMAIL,
        [contact.email],
        reply_to=[person.email],
    ).send()
