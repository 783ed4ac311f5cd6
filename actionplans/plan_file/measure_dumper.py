"""The measures of a plan as a plan file has them, with their targets and figures."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from ruamel.yaml.comments import CommentedMap

from actionplans.definitions import usual_tolerance
from actionplans.models import Gap, Measure, Reading, SeriesBreak, SeriesVersion, Target
from actionplans.numbers import Unit
from actionplans.plan_file import schema
from actionplans.plan_file.writer import told
from actionplans.rollups import kept_ratio
from priorities.models import Decision, Plan

M = TypeVar("M", bound=Model)


def measures_told(plan: Plan) -> dict[int, list[CommentedMap]]:
    """The measures of each priority, by its key, in their order."""
    measures = Measure.objects.filter(priority__plan=plan).select_related("supplier")
    parts = _Parts(plan)
    found: dict[int, list[CommentedMap]] = defaultdict(list)
    for measure in measures.prefetch_related("shared_with").order_by("priority", "position", "code"):
        found[measure.priority_id].append(_measure(measure, parts))
    return found


class _Parts:
    """What belongs to the measures of a plan, by measure."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        mine = {"measure__priority__plan": plan}
        self.targets = _by_measure(
            Target.objects.filter(**mine)
            .select_related("decision__meeting__group")
            .order_by("starts_on", "ends_on", "version")
        )
        self.breaks = _by_measure(SeriesBreak.objects.filter(**mine).order_by("on"))
        self.versions = _by_measure(SeriesVersion.objects.filter(**mine).order_by("number"))
        self.readings = _by_measure(
            Reading.objects.confirmed()
            .filter(**mine, quarterly_return__isnull=True)
            .select_related("place", "comparator")
            .order_by("series", "comparator__position", "place__code", "starts_on", "released_at")
        )
        gaps = Gap.objects.filter(**mine).select_related("of", *_SIDES)
        self.gaps = {gap.measure_id: gap for gap in gaps}


_SIDES = ("first_locality", "first_comparator", "second_locality", "second_comparator")


def _by_measure(rows: QuerySet[M]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.measure_id].append(row)  # type: ignore[attr-defined]
    return found


def _code(row: Any) -> str | None:
    return row.code if row else None


def _measure(measure: Measure, parts: _Parts) -> CommentedMap:
    entry = told(
        schema.MeasureEntry,
        measure,
        also_under=sorted(priority.code for priority in measure.shared_with.all()),
        tolerance=_tolerance(measure),
        gap=_gap(parts.gaps.get(measure.pk)),
        supplier=_code(measure.supplier),
        illustrative=measure.is_illustrative,
        targets=[_target(measure, one, parts.plan) for one in parts.targets[measure.pk]],
        breaks=[told(schema.BreakEntry, one) for one in parts.breaks[measure.pk]],
        series_versions=[told(schema.SeriesVersionEntry, one) for one in parts.versions[measure.pk]],
        readings=[_reading(measure, one) for one in parts.readings[measure.pk]],
    )
    entry.fa.set_block_style()
    return entry


def _tolerance(measure: Measure) -> CommentedMap | None:
    usual = usual_tolerance(Unit(measure.unit))
    is_usual = (measure.tolerance_kind, measure.tolerance_amber) == (usual.kind, usual.amber)
    if is_usual and not measure.tolerance_green:
        return None
    return told(
        schema.ToleranceEntry,
        None,
        kind=measure.tolerance_kind,
        amber=measure.tolerance_amber,
        green=measure.tolerance_green,
    )


def _gap(gap: Gap | None) -> CommentedMap | None:
    if gap is None:
        return None
    sides = {
        name: told(
            schema.SideEntry,
            None,
            locality=_code(getattr(gap, f"{name}_locality")),
            comparator=_code(getattr(gap, f"{name}_comparator")),
        )
        for name in ("first", "second")
    }
    return told(schema.GapEntry, None, of=gap.of.code, **sides)


def _target(measure: Measure, row: Target, plan: Plan) -> CommentedMap:
    return told(
        schema.TargetEntry,
        row,
        period=_period(measure, row),
        set_on=None if row.set_on == plan.starts_on else row.set_on,
        baseline=_baseline(measure, row),
        decision=_decision(row.decision),
        illustrative=_illustrative(measure, row),
    )


def _baseline(measure: Measure, row: Target) -> CommentedMap | None:
    if row.baseline_ends_on is None:
        return None
    period = measure.period_containing(row.baseline_ends_on)
    return told(schema.BaselineEntry, None, period=period.label, value=row.baseline_value)


def _decision(row: Decision | None) -> CommentedMap | None:
    if row is None:
        return None
    meeting = told(schema.MeetingEntry, row.meeting, group=row.meeting.group.code)
    return told(schema.DecisionEntry, row, meeting=meeting)


def _reading(measure: Measure, row: Reading) -> CommentedMap:
    value, symbol = row.value, row.symbol
    if measure.is_ratio and row.numerator is not None and row.denominator is not None:
        made = kept_ratio(row.numerator, row.denominator, per=measure.ratio_per)
        if value == made:
            value, symbol = None, ""
    return told(
        schema.ReadingEntry,
        row,
        period=_period(measure, row),
        value=value,
        symbol=symbol,
        place_code=_code(row.place),
        comparator=_code(row.comparator),
        release_class=None if row.release_class == measure.release_class else row.release_class,
        illustrative=_illustrative(measure, row),
    )


def _period(measure: Measure, row: Target | Reading) -> str:
    return measure.period_containing(row.ends_on).label


def _illustrative(measure: Measure, row: Target | Reading) -> bool | None:
    return None if row.is_illustrative == measure.is_illustrative else row.is_illustrative
