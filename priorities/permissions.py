"""Who may see and do what, as small named predicates that read as policy.

Each predicate takes a user and a thing that knows its partnership. Views ask `user.has_perm(...)`;
querysets start from `partnerships_of` and `priorities_led_by`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import rules
from django.apps import apps
from django.db.models import Q, QuerySet

from priorities import clock
from priorities.roles import READERS, RETURN_READERS, Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from priorities.models import Partnership, User


def partnerships_of(user: User | AnonymousUser, roles: Iterable[str] | None = None) -> QuerySet[Any, Any]:
    """Keys of the partnerships in which the person has a role today (any role unless some are named)."""
    memberships = apps.get_model("priorities", "Membership").objects.current(clock.today())
    if roles is not None:
        memberships = memberships.filter(role__in=list(roles))
    return memberships.filter(user=user.pk or 0, user__is_active=True).values("partnership")


def leads(user: User | AnonymousUser, priority: str = "") -> Q:
    """The priorities a person answers for: as lead officer or deputy, while they hold that role.

    `priority` is the lookup path to the priority, ending in two underscores, or empty for the priority itself.
    """
    person = Q((f"{priority}lead_officer_id", user.pk)) | Q((f"{priority}deputies", user.pk))
    return person & Q((f"{priority}plan__partnership__in", partnerships_of(user, [Role.LEAD_OFFICER])))


def roles_in(user: User | AnonymousUser, partnership: Partnership) -> frozenset[str]:
    """The roles a person holds in a partnership today; kept on the user for the length of a request."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    kept: dict[tuple[int, Any], frozenset[str]] = user.__dict__.setdefault("_roles_by_partnership", {})
    key = (partnership.pk, clock.today())
    if key not in kept:
        memberships = apps.get_model("priorities", "Membership").objects.current(clock.today())
        held = memberships.filter(user=user, partnership=partnership).values_list("role", flat=True)
        kept[key] = frozenset(held)
    return kept[key]


def _holds(name: str, *allowed: str) -> rules.Predicate:
    @rules.predicate(name=name)
    def predicate(user: User, partnership: Partnership) -> bool:
        return bool(roles_in(user, partnership) & set(allowed))

    return predicate


reads_the_dashboard = _holds("reads_the_dashboard", *READERS)
reads_every_return = _holds("reads_every_return", *RETURN_READERS)
is_cp_manager = _holds("is_cp_manager", Role.CP_MANAGER)
is_chair = _holds("is_chair", Role.CHAIR)
is_lead_officer = _holds("is_lead_officer", Role.LEAD_OFFICER)

rules.add_perm("priorities.read_dashboard", reads_the_dashboard)
rules.add_perm("priorities.read_every_return", reads_every_return)
rules.add_perm("priorities.run_quarter", is_cp_manager)
rules.add_perm("priorities.correct_figures", is_cp_manager)
# Until there is an analyst, the CP manager holds an analyst's rights: docs/adr/0010-disclosure.md.
rules.add_perm("priorities.clear_figures", is_cp_manager)
rules.add_perm("priorities.define_measures", is_cp_manager)
rules.add_perm("priorities.manage_supply", is_cp_manager)
rules.add_perm("priorities.have_work", is_lead_officer)
rules.add_perm("priorities.make_reports", is_cp_manager)
rules.add_perm("priorities.sign_off_reports", is_chair)
