"""Who may send which figures, and where they go: by the person signed in, or by a link."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from actionplans.models import Delivery, Measure, SupplyLink
from actionplans.places import AREA, PlaceKind, place_of_comparator, place_of_locality
from actionplans.sheets.asking import rows_asked
from actionplans.sheets.matching import AREA_KEY, Catalogue, KnownPlace, PlaceKey
from priorities.models import Comparator, Locality, Partnership, Priority, Quarter, User

_DRAFTS, _RECORD = Delivery.Destination.DRAFTS.value, Delivery.Destination.RECORD.value


@dataclass(frozen=True)
class Permit:
    """What figures may be sent for a round by somebody, and what becomes of them.

    `measures` are by their codes, `places` all of the partnership. `as_held` says that the person answers for these
    figures and sees those that disclosure control holds back. `only_ids` are the rows that a link is for; None where
    every row of the measures is. `contact_id` is whose link it is: what they sent themselves they may see again.
    `sender` is who sends, in words. `may_record` says that they could put figures on record at once.
    """

    quarter: Quarter
    measures: Mapping[str, Measure]
    places: Mapping[PlaceKey, KnownPlace]
    destination: str
    as_held: bool
    only_ids: frozenset[str] | None = None
    sender: str = ""
    contact_id: int | None = None
    may_record: bool = False
    link: SupplyLink | None = field(default=None, compare=False)

    @property
    def goes_on_record(self) -> bool:
        return self.destination == _RECORD

    @property
    def for_a_file(self) -> Permit:
        """The same for a preview that leaves as a file: files go from hand to hand."""
        return replace(self, as_held=False)

    @cached_property
    def catalogue(self) -> Catalogue:
        """What the words in a sheet may name."""
        return Catalogue(self.measures, self.places, self.quarter)


def permit_for(user: User, quarter: Quarter, destination: str, priority: Priority | None = None) -> Permit:
    """What a person may send: the CP manager all, a lead officer or deputy for the priorities they answer for.

    Nobody else anything. Only the CP manager puts figures on record at once; for anyone else they become drafts.
    With a `priority` it is of that one alone.
    """
    partnership = quarter.partnership
    is_manager = user.has_perm("priorities.correct_figures", partnership)
    goes_on_record = is_manager and destination == _RECORD
    measures = Measure.objects.filter(partnership=partnership)
    if not goes_on_record:
        measures = measures.filter(priority__in=Priority.objects.strategic().current())
    if not is_manager:
        measures = measures.filter(priority__in=Priority.objects.led_by(user))
    if priority is not None:
        measures = measures.filter(priority=priority)
    return Permit(
        quarter=quarter,
        measures={row.code: row for row in measures.select_related("priority", "gap__of")},
        places=places_of(partnership),
        destination=_RECORD if goes_on_record else _DRAFTS,
        as_held=True,
        sender=user.name or user.email,
        may_record=is_manager,
    )


def permit_for_link(link: SupplyLink, *, at: dt.datetime) -> Permit:
    """What may be sent by a link: the rows that its round still asks for of its measures, as drafts."""
    quarter = link.quarter
    current = Priority.objects.strategic().current()
    measures = list(
        link.measures.filter(priority__in=current)
        .select_related("priority", "supplier", "gap__of")
        .order_by("priority__position", "priority__name", "position", "code")
    )
    return Permit(
        quarter=quarter,
        measures={measure.code: measure for measure in measures},
        places=places_of(quarter.partnership),
        destination=_DRAFTS,
        as_held=False,
        only_ids=frozenset(row.id for row in rows_asked(quarter, measures, at=at)),
        sender=f"{link.contact.name}, {link.contact.organisation.name}",
        contact_id=link.contact_id,
        link=link,
    )


def places_of(partnership: Partnership) -> dict[PlaceKey, KnownPlace]:
    """The area and every locality and comparator of a partnership, in two queries."""
    names = (partnership.area_name, partnership.area_code, partnership.name)
    found = {AREA_KEY: KnownPlace(AREA, names=names)}
    for locality in Locality.objects.filter(partnership=partnership):
        found[PlaceKind.LOCALITY, locality.code] = KnownPlace(
            place_of_locality(locality), locality=locality, names=(locality.name,)
        )
    for comparator in Comparator.objects.filter(partnership=partnership):
        found[PlaceKind.COMPARATOR, comparator.code] = KnownPlace(
            place_of_comparator(comparator),
            comparator=comparator,
            names=(comparator.name, comparator.area_code),
        )
    return found
