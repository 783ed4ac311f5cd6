"""Links as those who sent them see them: where each stands, and every use that was made of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Max, Prefetch, Q, QuerySet

from actionplans.models import Measure, SupplyLink, SupplyLinkUse
from actionplans.supply.states import LinkState, link_state
from priorities.clock import EDINBURGH
from priorities.wording import day_in_words


@dataclass(frozen=True)
class LinkRow:
    """One link. `since` is the day of what its state says, `refused` how often a use of it was refused."""

    id: int
    contact_id: int
    contact: str
    organisation: str
    email: str
    quarter: str
    measures: tuple[str, ...]
    sent_at: dt.datetime
    sent_by: str
    expires_at: dt.datetime
    state: LinkState
    since: str
    refused: int
    is_usable: bool
    has_expired: bool

    @property
    def figures(self) -> str:
        return f"{len(self.measures)} figure{'' if len(self.measures) == 1 else 's'}"


@dataclass(frozen=True)
class UseRow:
    """One use of a link; `value` is one of `LinkUse`, as its mark draws it."""

    at: dt.datetime
    value: str
    label: str
    words: str


def link_rows(links: QuerySet[SupplyLink], *, at: dt.datetime) -> tuple[LinkRow, ...]:
    """Links, the newest first, in two queries however many there are."""
    counted = links.annotate(
        opened=_last(SupplyLinkUse.What.OPENED),
        saved=_last(SupplyLinkUse.What.SAVED),
        refused=Count("uses", filter=Q(uses__what=SupplyLinkUse.What.REFUSED)),
    )
    in_order = counted.order_by("-sent_at", "-pk")
    fetched = in_order.select_related("quarter", "contact__organisation", "sent_by").prefetch_related(
        Prefetch("measures", Measure.objects.order_by("name", "pk"))
    )
    return tuple(_row(link, at) for link in fetched)


def _last(what: str) -> Max:
    return Max("uses__used_at", filter=Q(uses__what=what))


def _row(link: SupplyLink, at: dt.datetime) -> LinkRow:
    opened, saved, refused = link.opened, link.saved, link.refused  # type: ignore[attr-defined]
    state = link_state(
        is_withdrawn=link.withdrawn_at is not None,
        is_expired=link.expires_at <= at,
        is_opened=opened is not None,
        is_saved=saved is not None,
    )
    since = {
        LinkState.OPENED: opened,
        LinkState.SAVED: saved,
        LinkState.EXPIRED: link.expires_at,
        LinkState.WITHDRAWN: link.withdrawn_at,
    }.get(state)
    return LinkRow(
        id=link.pk,
        contact_id=link.contact_id,
        contact=link.contact.name,
        organisation=link.contact.organisation.name,
        email=link.contact.email,
        quarter=str(link.quarter),
        measures=tuple(measure.name for measure in link.measures.all()),
        sent_at=link.sent_at,
        sent_by=str(link.sent_by),
        expires_at=link.expires_at,
        state=state,
        since=day_in_words(since.astimezone(EDINBURGH).date()) if since else "",
        refused=refused,
        is_usable=link.is_usable(at),
        has_expired=link.expires_at <= at,
    )


def use_rows(link: SupplyLink | int) -> Sequence[UseRow]:
    """Every use of a link, the newest first."""
    uses = SupplyLinkUse.objects.filter(link=link)
    return [UseRow(use.used_at, use.what, use.get_what_display(), use.words) for use in uses]
