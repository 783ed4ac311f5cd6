"""The rule by which a partnership does not show a figure: set, kept in every version, and followed at once."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from actionplans.clearing import clear_controlled, policy_in_force
from actionplans.disclosure import Policy
from actionplans.models import DisclosurePolicy
from actionplans.operations import Refused
from priorities.models import Partnership, User

LARGEST_THRESHOLD = 20
LARGEST_GROUP = 1000
LONGEST_NAME = 120


class PolicyRefused(Refused):
    """A policy that may not be set; `field` says what of it is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def set_policy(
    partnership: Partnership,
    *,
    name: str,
    threshold: int,
    smallest_denominator: int,
    reason: str,
    by: User,
    at: dt.datetime,
) -> DisclosurePolicy:
    """Set a new version of the disclosure policy, and clear every measure under control by it.

    The earlier versions stay, and so does every clearance in the words of its day. Raises PolicyRefused.
    """
    # Held, so that two versions at once do not get one number.
    held = Partnership.objects.select_for_update().get(pk=partnership.pk)
    name, reason = " ".join(name.split()), reason.strip()
    _check(name, threshold, smallest_denominator, reason)
    now = policy_in_force(held, at=at)
    rule = (now.name, now.threshold, now.smallest_denominator)
    if rule == (name, threshold, smallest_denominator):
        raise PolicyRefused("threshold", "This is the policy already, so nothing would change.")
    last = held.disclosure_policies.order_by("version").last()
    policy = DisclosurePolicy.objects.create(
        partnership=held,
        version=last.version + 1 if last else 1,
        name=name,
        threshold=threshold,
        smallest_denominator=smallest_denominator,
        reason=reason,
        set_at=at,
        set_by=by,
    )
    clear_all_controlled(held, by=by, at=at)
    return policy


def clear_all_controlled(partnership: Partnership, *, by: User | None, at: dt.datetime) -> None:
    """Clear every measure of a partnership that is under disclosure control."""
    controlled = partnership.measures.filter(is_disclosure_controlled=True)
    clear_controlled(controlled.values_list("pk", flat=True), by=by, at=at)


def is_milder(new: Policy, old: Policy) -> bool:
    """Whether a policy would let more through in some respect: what is hidden already stays hidden all the same."""
    return new.threshold < old.threshold or new.smallest_denominator < old.smallest_denominator


def _check(name: str, threshold: int, smallest_denominator: int, reason: str) -> None:
    if not name:
        raise PolicyRefused("name", "Give the policy a name, as it is printed beside the figures.")
    if len(name) > LONGEST_NAME:
        raise PolicyRefused("name", f"Use {LONGEST_NAME} letters or fewer.")
    if not 1 <= threshold <= LARGEST_THRESHOLD:
        raise PolicyRefused("threshold", f"Enter a whole number from 1 to {LARGEST_THRESHOLD}.")
    if not 0 <= smallest_denominator <= LARGEST_GROUP:
        raise PolicyRefused("smallest_denominator", f"Enter a whole number from 0 to {LARGEST_GROUP:,}.")
    if not reason:
        raise PolicyRefused("reason", "Say why the policy is set or changed.")
