"""The partnerships of this installation, as its front page lists them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from priorities import permissions
from priorities.models import Partnership, Plan

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from priorities.models import User


@dataclass(frozen=True)
class PublishedPlan:
    """A plan that everyone may read. `years` is its period: "2021 to 2024"; `contact` may be empty."""

    partnership: str
    slug: str
    area: str
    title: str
    years: str
    contact: str


def published_plans() -> tuple[PublishedPlan, ...]:
    """Each partnership's published Local Outcomes Improvement Plan, by partnership."""
    plans = Plan.objects.published().filter(kind=Plan.Kind.LOIP).select_related("partnership")
    return tuple(
        PublishedPlan(
            partnership=plan.partnership.name,
            slug=plan.partnership.slug,
            area=plan.partnership.area_name,
            title=plan.title,
            years=f"{plan.starts_on.year} to {plan.ends_on.year}",
            contact=plan.partnership.contact,
        )
        for plan in plans.order_by("partnership__name")
    )


def partnerships_joined(user: User | AnonymousUser) -> tuple[Partnership, ...]:
    """The partnerships in which someone has a role today, by name."""
    return tuple(Partnership.objects.filter(pk__in=permissions.partnerships_of(user)).order_by("name"))
