"""Promises that several models make in the same words."""

from django.db.models import CheckConstraint, F, Q


def both_or_neither(left: str, right: str, *, name: str) -> CheckConstraint:
    """Two fields that tell one fact, such as who and when: both are filled or neither is."""
    blank = Q((f"{left}__isnull", True), (f"{right}__isnull", True))
    filled = Q((f"{left}__isnull", False), (f"{right}__isnull", False))
    return CheckConstraint(condition=blank | filled, name=name)


def ends_after_it_starts(start: str, end: str, *, name: str) -> CheckConstraint:
    """The last day is not before the first; an open end is allowed."""
    return CheckConstraint(condition=Q((f"{end}__isnull", True)) | Q((f"{end}__gte", F(start))), name=name)


def one_of(field: str, choices: list[str], *, name: str) -> CheckConstraint:
    """The field holds one of the words this model knows."""
    return CheckConstraint(condition=Q((f"{field}__in", choices)), name=name)
