"""From a plan file's entries to the rows of the measures, their targets and their figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actionplans.models import (
    DisclosurePolicy,
    Gap,
    Measure,
    Reading,
    SeriesBreak,
    SeriesVersion,
    Target,
)
from actionplans.plan_file.ledger import Key, Ledger, Links, Noun, Row, code_of, columns
from actionplans.plan_file.plan_rows import LoadedPlan
from actionplans.plan_file.schema import (
    GapEntry,
    MeasureEntry,
    PlanFile,
    PriorityEntry,
    ReadingEntry,
    TargetEntry,
)
from priorities.models import Decision, Meeting

POLICY = Noun("disclosure policy", "disclosure policies", ("version",))
MEASURE = Noun("measure", "measures", ("code",))
GAP = Noun("gap", "gaps", ("measure_id",))
DECISION = Noun("decision", "decisions", ("meeting_id", "verb", "text", "minute_paragraph"))
TARGET = Noun("target", "targets", ("measure_id", "starts_on", "ends_on", "version"))
BREAK = Noun("break in a series", "breaks in a series", ("measure_id", "on"))
SERIES_VERSION = Noun("replacement of a series", "replacements of a series", ("measure_id", "number"))
READING = Noun(
    "reading",
    "readings",
    ("measure_id", "series", "place_id", "comparator_id", "starts_on", "ends_on", "released_at"),
)

Measures = Mapping[Key, Measure]


def load_measure_rows(plan_file: PlanFile, plan: LoadedPlan, ledger: Ledger) -> None:
    _load_policies(plan_file, plan, ledger)
    measures = _load_measures(plan_file, plan, ledger)
    _load_gaps(plan_file, plan, measures, ledger)
    _load_breaks(plan_file, measures, ledger)
    _load_targets(plan_file, plan, measures, ledger)
    _load_readings(plan_file, plan, measures, ledger)


def _load_policies(plan_file: PlanFile, plan: LoadedPlan, ledger: Ledger) -> None:
    names = "version name threshold smallest_denominator reason set_at"
    rows = [
        Row(one, columns(one, names, partnership_id=plan.partnership.pk))
        for one in plan_file.disclosure_policies
    ]

    def refuse_another_policy_of_the_same_version(policy: DisclosurePolicy, _: Mapping[str, Any]) -> str:
        if policy.pk is None:
            return ""
        return (
            f"Version {policy.version} of the disclosure policy is in the service already, and figures may have "
            "been cleared by it. A change is a new version."
        )

    ledger.write(
        POLICY,
        plan.partnership.disclosure_policies.all(),
        rows,
        guard=refuse_another_policy_of_the_same_version,
        named=lambda one: f"version {one.version}",
    )


# Measures


def _load_measures(plan_file: PlanFile, plan: LoadedPlan, ledger: Ledger) -> Measures:
    rows = [
        Row(one, _measure_values(one, priority, plan) | {"position": position})
        for priority in plan_file.plan.priorities
        for position, one in enumerate(priority.measures, start=1)
    ]
    measures: Measures = ledger.write(MEASURE, plan.partnership.measures.all(), rows, named=code_of)
    wanted = {
        (one.code,): {plan.priorities[code,].pk for code in one.also_under} for one in plan_file.plan.measures
    }
    links = Links(Measure.shared_with.through.objects.all(), "measure_id", "priority_id")
    ledger.link(MEASURE, measures, links, wanted)
    return measures


def _measure_values(entry: MeasureEntry, priority: PriorityEntry, plan: LoadedPlan) -> dict[str, Any]:
    return columns(
        entry,
        "code name definition unit unit_name per is_ratio numerator_name denominator_name decimals polarity "
        "is_bounded period_kind years_covered years_start_in_april is_cumulative roll_up comparison "
        "tolerance_kind tolerance_amber tolerance_green dead_band owner_title catalogue_key source source_url "
        "caution supplier_contact publication_lag_days grace_days release_class is_disclosure_controlled "
        "is_sensitive discontinued_on",
        partnership_id=plan.partnership.pk,
        priority_id=plan.priorities[priority.code,].pk,
        supplier_id=plan.bodies.organisation_id(entry.supplier),
        is_illustrative=entry.illustrative,
    )


def _load_gaps(plan_file: PlanFile, plan: LoadedPlan, measures: Measures, ledger: Ledger) -> None:
    rows = [
        Row(one.gap, _gap_values(one, one.gap, plan, measures)) for one in plan_file.plan.measures if one.gap
    ]

    def refuse_a_gap_with_figures(gap: Gap, values: Mapping[str, Any]) -> str:
        measure_id = values["measure_id"]
        if gap.pk is None and Reading.objects.filter(measure=measure_id).exists():
            return "This measure has figures of its own in the service; it cannot become a gap."
        if Gap.objects.filter(measure=values["of_id"]).exists():
            return "The measure it compares is a gap itself in the service."
        return ""

    ledger.write(
        GAP,
        Gap.objects.filter(measure__in=measures.values()).select_related("measure"),
        rows,
        guard=refuse_a_gap_with_figures,
        named=lambda one: f"of {one.measure.code}",
    )


def _gap_values(
    measure: MeasureEntry, gap: GapEntry, plan: LoadedPlan, measures: Measures
) -> dict[str, int | None]:
    values: dict[str, int | None] = {
        "measure_id": measures[measure.code,].pk,
        "of_id": measures[gap.of,].pk,
    }
    for name in ("first", "second"):
        locality, comparator = gap.side(name)
        values[f"{name}_locality_id"] = plan.bodies.locality_id(locality)
        values[f"{name}_comparator_id"] = plan.bodies.comparator_id(comparator)
    return values


def _load_breaks(plan_file: PlanFile, measures: Measures, ledger: Ledger) -> None:
    breaks = [
        Row(one, columns(one, "on reason", measure_id=measures[measure.code,].pk))
        for measure in plan_file.plan.measures
        for one in measure.breaks
    ]
    scope = SeriesBreak.objects.filter(measure__in=measures.values()).select_related("measure")
    ledger.write(BREAK, scope, breaks, named=lambda one: f"of {one.measure.code} on {one.on}")
    versions = [
        Row(
            one,
            columns(one, "number released_at reason", measure_id=measures[measure.code,].pk),
            {"taken_in_at": one.released_at},
        )
        for measure in plan_file.plan.measures
        for one in measure.series_versions
    ]
    ledger.write(
        SERIES_VERSION,
        SeriesVersion.objects.filter(measure__in=measures.values()).select_related("measure"),
        versions,
        named=lambda one: f"of {one.measure.code}, series {one.number}",
    )


# Targets


def _load_targets(plan_file: PlanFile, plan: LoadedPlan, measures: Measures, ledger: Ledger) -> None:
    decisions = _load_decisions(plan_file, plan, ledger)
    rows = [
        Row(
            one,
            columns(
                one,
                "value version reason basis",
                **_baseline_of(measure, one),
                set_on=one.set_on or plan_file.plan.starts_on,
                decision_id=decisions[id(one.decision)].pk if one.decision else None,
                **_numbered(measure, one, measures),
            ),
        )
        for measure in plan_file.plan.measures
        for one in measure.targets
    ]

    def refuse_what_was_set_here(target: Target, _values: Mapping[str, Any]) -> str:
        if target.set_by_id is None:
            return ""
        return f"Version {target.version} of this target was set in the service; the file cannot change it."

    ledger.write(
        TARGET,
        Target.objects.filter(measure__in=measures.values()).select_related("measure"),
        rows,
        guard=refuse_what_was_set_here,
        named=lambda one: f"of {one.measure.code} for the period to {one.ends_on}, version {one.version}",
    )


def _baseline_of(measure: MeasureEntry, target: TargetEntry) -> dict[str, Any]:
    start = target.baseline
    period = measure.period_of(start) if start else None
    return {
        "baseline_value": start.value if start else None,
        "baseline_starts_on": period.starts_on if period else None,
        "baseline_ends_on": period.ends_on if period else None,
    }


def _load_decisions(plan_file: PlanFile, plan: LoadedPlan, ledger: Ledger) -> dict[int, Decision]:
    """The decisions by which targets were set, by the identity of their entries; several may name the same one."""
    entries = [
        target.decision
        for measure in plan_file.plan.measures
        for target in measure.targets
        if target.decision
    ]
    if not entries:
        return {}
    meetings: dict[Key, int] = {
        (row.group_id, row.held_on): row.pk for row in Meeting.objects.filter(partnership=plan.partnership)
    }
    keys = {
        id(one): (
            meetings[plan.bodies.group_id(one.meeting.group), one.meeting.held_on],
            one.verb,
            one.text,
            one.minute_paragraph,
        )
        for one in entries
    }
    once = {keys[id(one)]: one for one in reversed(entries)}
    rows = [Row(one, dict(zip(DECISION.key, key, strict=True))) for key, one in once.items()]
    scope = Decision.objects.filter(meeting__in=meetings.values())
    decisions = ledger.write(DECISION, scope, rows)
    return {entry: decisions[key] for entry, key in keys.items()}


# Readings


def _load_readings(plan_file: PlanFile, plan: LoadedPlan, measures: Measures, ledger: Ledger) -> None:
    rows = [
        Row(one, _reading_values(measure, one, plan, measures), {"entered_at": one.released_at})
        for measure in plan_file.plan.measures
        for one in measure.readings
    ]
    # What returns brought in is theirs.
    own = Reading.objects.confirmed().filter(measure__in=measures.values(), quarterly_return__isnull=True)
    ledger.write(
        READING,
        own.select_related("measure"),
        rows,
        named=lambda one: f"of {one.measure.code} for the period to {one.ends_on}",
    )


def _reading_values(
    measure: MeasureEntry, entry: ReadingEntry, plan: LoadedPlan, measures: Measures
) -> dict[str, Any]:
    value, symbol = measure.figure_of(entry)
    return columns(
        entry,
        "series numerator denominator flag released_at note",
        value=value,
        symbol=symbol,
        place_id=plan.bodies.locality_id(entry.place_code),
        comparator_id=plan.bodies.comparator_id(entry.comparator),
        release_class=entry.release_class or measure.release_class,
        **_numbered(measure, entry, measures),
    )


def _numbered(measure: MeasureEntry, entry: TargetEntry | ReadingEntry, measures: Measures) -> dict[str, Any]:
    """What targets and readings have in common: whose they are, for which period, and whether made up."""
    period = measure.period_of(entry)
    return {
        "measure_id": measures[measure.code,].pk,
        "starts_on": period.starts_on,
        "ends_on": period.ends_on,
        "is_illustrative": measure.illustrative if entry.illustrative is None else entry.illustrative,
    }
