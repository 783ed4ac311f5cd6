"""Who sent figures, how and when, as pages say it (pure).

The people and organisations of a delivery must have been fetched with it: `WITH_SENDERS` names them.
"""

from __future__ import annotations

from actionplans.models import DataRequest, Delivery
from priorities.clock import EDINBURGH
from priorities.wording import day_in_words

WITH_SENDERS = ("contact__organisation", "organisation", "sent_by")

_HOW = {Delivery.Way.LINK: "by link", Delivery.Way.SHEET: "by sheet", Delivery.Way.PASTE: "pasted"}


def sender_of(delivery: Delivery) -> str:
    """Whose figures they are: the organisation where it is known, or else the person."""
    if delivery.contact is not None:
        return str(delivery.contact.organisation.name)
    return str(delivery.organisation.name if delivery.organisation else delivery.sent_by)


def person_of(delivery: Delivery) -> str:
    """Who sent it, as the log of requests names them: the person by link, or else whose figures they are."""
    return str(delivery.contact.name) if delivery.contact is not None else sender_of(delivery)


def answered_how(delivery: Delivery) -> str:
    """How a request is answered by it: a pasted column is a sheet's."""
    is_by_link = delivery.way == Delivery.Way.LINK
    return str(DataRequest.Answered.LINK if is_by_link else DataRequest.Answered.SHEET)


def sent_how(delivery: Delivery) -> str:
    """ "by link on 5 January 2022"."""
    return (
        f"{_HOW[Delivery.Way(delivery.way)]} on {day_in_words(delivery.sent_at.astimezone(EDINBURGH).date())}"
    )


def sent_in_words(delivery: Delivery) -> str:
    """Where a figure came from: "From Ann Bell, NHS Tayside, by link on 5 January 2022".

    Of a sheet both who it is from, as far as that was said, and who put it in.
    """
    who = [delivery.contact.name] if delivery.contact is not None else []
    said = f"From {', '.join([*who, sender_of(delivery)])}, {sent_how(delivery)}"
    if delivery.contact is None and delivery.organisation is not None:
        return f"{said}, put in by {delivery.sent_by}"
    return said
