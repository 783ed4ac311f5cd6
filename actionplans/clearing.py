"""Disclosure control on the record: which figures of a measure may be shown, by whose clearance and which policy.

A measure is cleared as a whole: everything a reader can ever fetch of it bears on what may be shown of it. A figure
that no clearance has covered is not shown. Figures of other areas were published by somebody else and are not judged.
Source: domain rules 5.10 and part 7; docs/adr/0010-disclosure.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from actionplans.disclosure import Policy, Reason
from actionplans.models import Clearance, DisclosurePolicy, Measure, Reading
from actionplans.models.readings import ReadingQuerySet
from actionplans.numbers import Unit
from actionplans.publications import (
    AREA,
    Candidate,
    Exposed,
    ExposedKind,
    Nature,
    Part,
    PartKind,
    Role,
    Rulings,
    rulings_on,
)
from priorities.models import Comparator, Locality, Partnership, User
from priorities.periods import Period, PeriodKind
from priorities.wording import listed

# Rows told of at once: databases take only so many parameters.
ROWS_AT_ONCE = 400

MOST_EXPOSED_TOLD = 12


def policy_in_force(partnership: Partnership, *, at: dt.datetime) -> Policy:
    """The newest policy the partnership had set by a moment; the default one where it had set none."""
    row = DisclosurePolicy.objects.filter(partnership=partnership, set_at__lte=at).order_by("version").last()
    return row.policy if row else Policy()


def figures_to_clear(measure: Measure) -> ReadingQuerySet:
    """Every figure of a measure that a clearance judges: confirmed, with a value, of the area's own people.

    Under embargo or not, management information or not: what is hidden must stand all that will ever be shown.
    """
    own = Q(comparator__isnull=True) | Q(comparator__kind=Comparator.Kind.POPULATION)
    found: ReadingQuerySet = Reading.objects.confirmed().filter(own, measure=measure, value__isnull=False)
    return found


def clear_controlled(measures: Iterable[int], *, by: User | None, at: dt.datetime) -> list[Clearance]:
    """Clear those of some measures, by their keys, that are under disclosure control.

    For whoever has just brought figures in. What was there before is locked as it is cleared, in the same order
    whoever clears, so that two who bring figures in at once wait for each other.
    """
    found = Measure.objects.filter(pk__in=set(measures), is_disclosure_controlled=True).order_by("pk")
    cleared = (clear_measure(measure, by=by, at=at) for measure in found)
    return [clearance for clearance in cleared if clearance is not None]


@transaction.atomic
def clear_measure(measure: Measure, *, by: User | None, at: dt.datetime) -> Clearance | None:
    """Judge every figure of a measure by the policy in force, and keep what came of it.

    The clearance that stands: a new one, or the last where nothing has changed since; None for a measure without
    figures. What was hidden stays hidden. What was shown and should not have been is hidden from now on.
    """
    # The lock also holds off new figures, which would otherwise be marked as cleared unseen.
    held = Measure.objects.select_for_update(of=("self",)).select_related("partnership").get(pk=measure.pk)
    rows = list(figures_to_clear(held).order_by("released_at", "pk"))
    if not rows:
        return None
    policy = policy_in_force(held.partnership, at=at)
    candidates = [_candidate(held, row, at) for row in rows]
    rulings = rulings_on(candidates, Nature(held.is_sensitive, held.is_cumulative), policy)
    last = Clearance.objects.filter(measure=held).order_by("pk").last()
    if last is not None and _says_the_same(last, rows, rulings, policy):
        return last
    clearance = _recorded(held, rows, rulings, policy, by=by, at=at)
    _write(rows, rulings, clearance)
    return clearance


def _candidate(measure: Measure, row: Reading, at: dt.datetime) -> Candidate:
    was_shown = row.clearance_id is not None and not row.is_suppressed
    return Candidate(
        key=row.pk,
        part=_part(row),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        released_at=row.released_at,
        counts=_counts(measure, row),
        is_rate=not _is_count(measure),
        series=row.series,
        is_out=was_shown and row.released_at <= at,
        was_hidden=row.is_suppressed,
    )


def _part(row: Reading) -> Part:
    if row.place_id is not None:
        return Part(PartKind.LOCALITY, row.place_id)
    return AREA if row.comparator_id is None else Part(PartKind.POPULATION, row.comparator_id)


def _is_count(measure: Measure) -> bool:
    """Whether its values are counts; others are judged by the numerators and denominators they come with."""
    return Unit(measure.unit) is Unit.NUMBER


def _counts(measure: Measure, row: Reading) -> tuple[tuple[Role, Decimal], ...]:
    counts = [(Role.VALUE, row.value)] if _is_count(measure) else []
    if row.denominator is not None:
        counts += [(Role.NUMERATOR, row.numerator), (Role.DENOMINATOR, row.denominator)]
    return tuple((role, value) for role, value in counts if value is not None)


def _says_the_same(last: Clearance, rows: Sequence[Reading], rulings: Rulings, policy: Policy) -> bool:
    """Whether the last clearance covered these very figures, in the same words and with the same result."""
    if last.policy_in_words != policy.in_words:
        return False
    return all(row.clearance_id is not None and not _is_changed(row, rulings.hidden) for row in rows)


def _is_changed(row: Reading, hidden: Mapping[int, Reason]) -> bool:
    reason = hidden.get(row.pk)
    return (row.is_suppressed, row.suppressed_because) != (reason is not None, reason.value if reason else "")


def _recorded(
    measure: Measure,
    rows: Sequence[Reading],
    rulings: Rulings,
    policy: Policy,
    *,
    by: User | None,
    at: dt.datetime,
) -> Clearance:
    return Clearance.objects.create(
        measure=measure,
        policy_name=policy.name,
        policy_version=policy.version,
        policy_in_words=policy.in_words,
        cleared_at=at,
        cleared_by=by,
        shown=len(rows) - len(rulings.hidden),
        hidden=len(rulings.hidden),
        exposed=len(rulings.exposed),
        outcome=_outcome(measure, rows, rulings),
    )


def _write(rows: Sequence[Reading], rulings: Rulings, clearance: Clearance) -> None:
    changed = [row for row in rows if _is_changed(row, rulings.hidden)]
    for row in changed:
        reason = rulings.hidden.get(row.pk)
        row.clearance = clearance
        row.is_suppressed, row.suppressed_because = reason is not None, reason.value if reason else ""
    columns = ["clearance", "is_suppressed", "suppressed_because"]
    Reading.objects.bulk_update(changed, columns, batch_size=ROWS_AT_ONCE // len(columns))
    written = {row.pk for row in changed}
    for some in _in_batches([row.pk for row in rows if row.pk not in written]):
        Reading.objects.filter(pk__in=some).update(clearance=clearance)


def _in_batches(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(keys), ROWS_AT_ONCE):
        yield keys[start : start + ROWS_AT_ONCE]


def _outcome(measure: Measure, rows: Sequence[Reading], rulings: Rulings) -> str:
    """What came of it, for those who clear figures: "3 of 24 figures are not shown.", and what is out already."""
    hidden, count = len(rulings.hidden), len(rows)
    if not hidden:
        said = "The one figure is shown." if count == 1 else f"All {count:,} figures are shown."
    elif hidden == count:
        said = "The one figure is not shown." if count == 1 else f"None of the {count:,} figures is shown."
    else:
        said = f"{hidden:,} of {count:,} figures {'is' if hidden == 1 else 'are'} not shown."
    if not rulings.exposed:
        return said
    return f"{said} {_warning(measure, rulings.exposed)}"


def _warning(measure: Measure, exposed: Collection[Exposed]) -> str:
    """Which small figures can be worked out from what has been shown already, as far as there is room."""
    names = _names_of({one.group.part for one in exposed})
    told = [_exposed_in_words(measure, one, names) for one in list(exposed)[:MOST_EXPOSED_TOLD]]
    more = len(exposed) - len(told)
    if more:
        told.append(f"{more} more")
    return (
        f"Can be worked out from what has been shown before: {listed(told)}. "
        "From now on these are not shown, but whoever kept the earlier figures can still tell them."
    )


def _names_of(parts: Collection[Part]) -> dict[Part, str]:
    localities = {part.key for part in parts if part.kind is PartKind.LOCALITY}
    populations = {part.key for part in parts if part.kind is PartKind.POPULATION}
    names = {AREA: "the whole area"}
    names |= {Part(PartKind.LOCALITY, row.pk): row.name for row in Locality.objects.filter(pk__in=localities)}
    names |= {
        Part(PartKind.POPULATION, row.pk): row.name for row in Comparator.objects.filter(pk__in=populations)
    }
    return names


def _exposed_in_words(measure: Measure, one: Exposed, names: Mapping[Part, str]) -> str:
    group = one.group
    period = Period(PeriodKind(measure.period_kind), group.starts_on, group.ends_on).label
    where = names[group.part]
    match one.kind:
        case ExposedKind.BETWEEN:
            return f"what {period} adds to the total for {where}"
        case ExposedKind.REST:
            return f"what is left of {where} in {period} beside its parts"
        case _:
            return f"{where} in {period}"
