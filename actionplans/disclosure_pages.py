"""Disclosure control as whoever clears figures sees it: the policy, every measure under control, one in full.

The figures here are as they are held, hidden or not: for nobody else.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q

from actionplans.clearing import figures_to_clear, policy_in_force
from actionplans.disclosure import Policy, Reason
from actionplans.hidden_words import WordsBeside, words_beside_hidden
from actionplans.models import Clearance, DisclosurePolicy, Measure, Reading
from actionplans.numbers import decimals_in, format_digits, format_value
from priorities.clock import EDINBURGH
from priorities.models import Comparator, Partnership
from priorities.periods import Period, PeriodKind

# How many figures that are shown a page lists before it folds the rest away.
RECENT = 40


@dataclass(frozen=True)
class ClearanceRow:
    """One clearance: who, when, by which policy, and what came of it."""

    cleared_at: dt.datetime
    cleared_by: str
    policy: str
    policy_in_words: str
    shown: int
    hidden: int
    exposed: int
    outcome: str


@dataclass(frozen=True)
class ControlledMeasure:
    """A measure under disclosure control. `waiting` is how many of its figures no clearance has covered.

    `is_by_older_policy` says that its last clearance followed another policy than the one in force.
    """

    code: str
    name: str
    priority: str
    is_sensitive: bool
    waiting: int
    is_by_older_policy: bool
    last: ClearanceRow | None

    @property
    def needs_clearing(self) -> bool:
        return bool(self.waiting) or self.is_by_older_policy

    @property
    def standing(self) -> str:
        """Where it stands, in a few words."""
        if self.waiting:
            return "1 figure waits" if self.waiting == 1 else f"{self.waiting:,} figures wait"
        if self.is_by_older_policy:
            return "Cleared by an earlier policy"
        return "Cleared" if self.last else "No figures yet"


@dataclass(frozen=True)
class PolicyRow:
    """One version of the policy; the newest is in force."""

    name: str
    version: int
    threshold: int
    smallest_denominator: int
    reason: str
    set_at: dt.datetime
    set_by: str


@dataclass(frozen=True)
class DisclosurePage:
    """The policy in force in words, its versions newest first, and every measure, those that wait first."""

    policy: Policy
    versions: tuple[PolicyRow, ...]
    measures: tuple[ControlledMeasure, ...]

    @property
    def waiting(self) -> int:
        return sum(measure.needs_clearing for measure in self.measures)


@dataclass(frozen=True)
class HeldFigure:
    """One vintage of one figure with its ruling. `shown` is the raw figure, for whoever clears it alone."""

    period: str
    place: str
    shown: str
    made_of: str
    released_at: dt.datetime
    is_to_come: bool
    ruling: str
    reason: str
    is_hidden: bool
    waits: bool


@dataclass(frozen=True)
class ClearancePage:
    """One measure's figures with their rulings and every clearance, newest first."""

    measure: ControlledMeasure
    policy: Policy
    held: tuple[HeldFigure, ...]
    shown: tuple[HeldFigure, ...]
    record: tuple[ClearanceRow, ...]
    words: tuple[WordsBeside, ...]

    @property
    def recent(self) -> tuple[HeldFigure, ...]:
        return self.shown[:RECENT]

    @property
    def older(self) -> tuple[HeldFigure, ...]:
        return self.shown[RECENT:]


def disclosure_page(partnership: Partnership, *, at: dt.datetime) -> DisclosurePage:
    """Everything about disclosure control in a partnership, in a fixed number of queries."""
    policy = policy_in_force(partnership, at=at)
    measures = list(
        Measure.objects.filter(
            partnership=partnership, is_disclosure_controlled=True, gap__isnull=True
        ).select_related("priority")
    )
    waiting, last = _waiting(measures), _clearances(measures)
    rows = [
        _controlled(measure, waiting.get(measure.pk, 0), last[measure.pk], policy) for measure in measures
    ]
    versions = DisclosurePolicy.objects.filter(partnership=partnership).select_related("set_by")
    return DisclosurePage(
        policy,
        tuple(_policy_row(row) for row in versions.order_by("-version")),
        tuple(sorted(rows, key=lambda row: not row.needs_clearing)),
    )


def clearance_page(measure: Measure, *, at: dt.datetime) -> ClearancePage:
    """A measure's figures as they are held, in a fixed number of queries."""
    policy = policy_in_force(measure.partnership, at=at)
    rows = figures_to_clear(measure).select_related("place", "comparator")
    held = [_held(measure, row, at) for row in rows.order_by("-ends_on", "-starts_on", "-released_at", "pk")]
    record = _clearances([measure])[measure.pk]
    return ClearancePage(
        _controlled(measure, sum(figure.waits for figure in held), record, policy),
        policy,
        tuple(figure for figure in held if figure.is_hidden or figure.waits),
        tuple(figure for figure in held if not (figure.is_hidden or figure.waits)),
        tuple(reversed(record)),
        words_beside_hidden(measure),
    )


def _waiting(measures: list[Measure]) -> Mapping[int, int]:
    """How many figures of each measure no clearance has covered."""
    own = Q(comparator__isnull=True) | Q(comparator__kind=Comparator.Kind.POPULATION)
    found = (
        Reading.objects.confirmed()
        .filter(own, measure__in=measures, value__isnull=False, clearance__isnull=True)
        .order_by()
        .values_list("measure")
        .annotate(count=Count("pk"))
    )
    return dict(found)


def _clearances(measures: list[Measure]) -> Mapping[int, list[ClearanceRow]]:
    """Every clearance of each measure, the first one first."""
    found: dict[int, list[ClearanceRow]] = defaultdict(list)
    for row in Clearance.objects.filter(measure__in=measures).select_related("cleared_by").order_by("pk"):
        found[row.measure_id].append(
            ClearanceRow(
                row.cleared_at.astimezone(EDINBURGH),
                str(row.cleared_by) if row.cleared_by else "",
                f"{row.policy_name}, version {row.policy_version}",
                row.policy_in_words,
                row.shown,
                row.hidden,
                row.exposed,
                row.outcome,
            )
        )
    return found


def _controlled(
    measure: Measure, waiting: int, record: list[ClearanceRow], policy: Policy
) -> ControlledMeasure:
    last = record[-1] if record else None
    return ControlledMeasure(
        code=measure.code,
        name=measure.name,
        priority=measure.priority.name,
        is_sensitive=measure.is_sensitive,
        waiting=waiting,
        is_by_older_policy=last is not None and last.policy_in_words != policy.in_words,
        last=last,
    )


def _policy_row(row: DisclosurePolicy) -> PolicyRow:
    return PolicyRow(
        row.name,
        row.version,
        row.threshold,
        row.smallest_denominator,
        row.reason,
        row.set_at.astimezone(EDINBURGH),
        str(row.set_by) if row.set_by else "",
    )


def _held(measure: Measure, row: Reading, at: dt.datetime) -> HeldFigure:
    waits = row.clearance_id is None
    ruling = "Not cleared yet" if waits else "Not shown" if row.is_suppressed else "Shown"
    made_of = "" if row.denominator is None else f"{_plain(row.numerator)} of {_plain(row.denominator)}"
    return HeldFigure(
        period=Period(PeriodKind(measure.period_kind), row.starts_on, row.ends_on).label,
        place=str(row.place or row.comparator or "Whole area"),
        shown=format_value(row.value, unit=measure.unit, decimals=measure.decimals),
        made_of=made_of,
        released_at=row.released_at.astimezone(EDINBURGH),
        is_to_come=row.released_at > at,
        ruling=ruling,
        reason=Reason(row.suppressed_because).label if row.suppressed_because else "",
        is_hidden=row.is_suppressed,
        waits=waits,
    )


def _plain(number: Decimal | None) -> str:
    """A count with the decimals it has, and no others."""
    return "" if number is None else format_digits(number, decimals_in(number))
