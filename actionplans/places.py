"""Whom a figure is about: the partnership's area, a locality of it, or a population it is compared with."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from priorities.models import Comparator

if TYPE_CHECKING:
    from actionplans.models import Reading
    from priorities.models import Locality


class PlaceKind(enum.StrEnum):
    AREA = "area"
    LOCALITY = "locality"
    COMPARATOR = "comparator"


@dataclass(frozen=True)
class Place:
    """Whom a series is about. `key` and `code` are of the locality or comparator; the area has neither.

    `comparator_kind` is one of `Comparator.Kind`, "" for the area and localities.
    """

    kind: PlaceKind
    key: int | None
    code: str
    name: str
    comparator_kind: str = ""

    @property
    def is_of_the_area(self) -> bool:
        """Whether it is the partnership's own people: all of them, a locality or a part of the population."""
        return self.kind is not PlaceKind.COMPARATOR or self.comparator_kind == Comparator.Kind.POPULATION


AREA = Place(PlaceKind.AREA, None, "", "Whole area")


def place_of_locality(locality: Locality) -> Place:
    return Place(PlaceKind.LOCALITY, locality.pk, locality.code, locality.name)


def place_of_comparator(comparator: Comparator) -> Place:
    return Place(PlaceKind.COMPARATOR, comparator.pk, comparator.code, comparator.name, comparator.kind)


# What the database knows a place by: the keys of its locality and of its comparator.
PlaceIds = tuple[int | None, int | None]

AREA_IDS: PlaceIds = (None, None)


def ids_of(place: Place) -> PlaceIds:
    match place.kind:
        case PlaceKind.LOCALITY:
            return place.key, None
        case PlaceKind.COMPARATOR:
            return None, place.key
        case _:
            return AREA_IDS


def ids_in(row: Reading) -> PlaceIds:
    return row.place_id, row.comparator_id
