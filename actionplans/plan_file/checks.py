"""What must hold between the entries of a plan file before it may be loaded."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from actionplans.plan_file.entries import Entry, closest
from actionplans.plan_file.faults import Fault
from actionplans.plan_file.gap_checks import faults_in_gaps
from actionplans.plan_file.identities import repeated
from actionplans.plan_file.measure_checks import faults_in_measure
from actionplans.plan_file.schema import (
    FORMAT,
    DecisionEntry,
    PlanEntry,
    PlanFile,
    QuarterEntry,
    RiskEntry,
)
from priorities.models import Locality
from priorities.wording import quoted


def faults_between(plan_file: PlanFile) -> Iterator[Fault]:
    """Every fault that only shows when entries are seen together, in no particular order."""
    if plan_file.format not in (None, FORMAT):
        message = f"This is format {plan_file.format}; only format {FORMAT} is known."
        yield plan_file.fault("format", message)
    yield from _unknown_names(plan_file)
    yield from _repeated_identities(plan_file)
    yield from _circles_of_groups(plan_file)
    yield from _days_out_of_order(plan_file)
    yield from _localities_too_large(plan_file)
    if plan := _plan_of(plan_file):
        for measure in plan.measures:
            yield from faults_in_measure(measure)
        yield from faults_in_gaps(plan.measures)
        yield from _priorities_named_twice(plan)
    yield from _policies_out_of_order(plan_file)
    for risk in plan_file.risks:
        yield from _faults_in_risk(plan_file, risk)


def entries_within(entry: Entry) -> Iterator[Entry]:
    """The entry and all within it, in the order of the file format."""
    yield entry
    for declared in dataclasses.fields(entry):
        value = getattr(entry, declared.name)
        if isinstance(value, Entry):
            yield from entries_within(value)
        elif isinstance(value, tuple):
            for item in value:
                if isinstance(item, Entry):
                    yield from entries_within(item)


# Names of other entries


def _plan_of(plan_file: PlanFile) -> PlanEntry | None:
    """The plan, unless it could not be read."""
    return plan_file.plan


def known_names(plan_file: PlanFile) -> dict[str, list[str]]:
    """The codes that references may use, by noun."""
    plan = _plan_of(plan_file)
    outcomes = plan_file.national_outcomes
    return {
        "organisation": _codes(plan_file.organisations),
        "group": _codes(plan_file.groups),
        "locality": _codes(plan_file.localities),
        "comparator": _codes(plan_file.comparators),
        "theme": _codes(plan.themes) if plan else [],
        "priority": _codes(plan.priorities) if plan else [],
        "measure": _codes(plan.measures) if plan else [],
        "national outcome": [*_codes(outcomes), *(f"{one.framework}/{one.code}" for one in outcomes)],
    }


def _codes(entries: Iterable[Any]) -> list[str]:
    return [entry.code for entry in entries if entry.code]


def _unknown_names(plan_file: PlanFile) -> Iterator[Fault]:
    known = known_names(plan_file)
    for entry in entries_within(plan_file):
        for declared in dataclasses.fields(entry):
            noun = declared.metadata.get("refers_to")
            if not noun:
                continue
            name = declared.metadata.get("name", declared.name)
            for used in _as_list(getattr(entry, declared.name)):
                yield from _faults_in_name(entry, name, used, noun, known[noun])
    yield from _unknown_meetings(plan_file)


def _unknown_meetings(plan_file: PlanFile) -> Iterator[Fault]:
    if not all(meeting.is_sound for meeting in plan_file.meetings):
        return
    meetings = {meeting.identity for meeting in plan_file.meetings}
    for entry in entries_within(plan_file):
        meeting = entry.meeting if isinstance(entry, QuarterEntry | DecisionEntry) else None
        if meeting and meeting.is_sound and meeting.identity not in meetings:
            yield entry.fault("meeting", "This meeting is not among the meetings of the file.")


def _as_list(value: str | Sequence[str] | None) -> Sequence[str]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else value


def _faults_in_name(entry: Entry, name: str, used: str, noun: str, known: list[str]) -> Iterator[Fault]:
    if used not in known:
        close = closest(used, known)
        hint = f" Did you mean {quoted(close)}?" if close else ""
        yield entry.fault(name, f"There is no {noun} {quoted(used)} in the file.{hint}")
    elif noun == "national outcome" and known.count(used) > 1:
        yield entry.fault(
            name, f"Several frameworks have {quoted(used)}. Write the framework too, like 2018/{used}."
        )


# Identities


def _repeated_identities(plan_file: PlanFile) -> Iterator[Fault]:
    yield from _repeated_codes(plan_file.organisations)
    yield from _repeated_codes(plan_file.groups)
    yield from _repeated_codes(plan_file.localities)
    yield from _repeated_codes(plan_file.comparators)
    yield from repeated(
        plan_file.disclosure_policies,
        lambda one: one.version,
        lambda one: f"Version {one.version}",
        "version",
    )
    yield from _repeated_codes(plan_file.risks)
    yield from repeated(plan_file.meetings, lambda one: one.identity, lambda _: "This meeting", "held_on")
    yield from repeated(plan_file.national_outcomes, lambda one: one.identity, _the_code, "code")
    yield from repeated(plan_file.quarters, lambda one: one.quarter, lambda one: one.quarter.label, "quarter")
    for risk in plan_file.risks:
        yield from _repeated_codes(risk.controls)
        yield from repeated(
            risk.assessments, lambda one: one.quarter, lambda one: one.quarter.label, "quarter"
        )
    if plan := _plan_of(plan_file):
        yield from _repeated_in_plan(plan)


def _repeated_in_plan(plan: PlanEntry) -> Iterator[Fault]:
    yield from _repeated_codes(plan.themes)
    yield from _repeated_codes(plan.priorities)
    yield from _repeated_codes(plan.emerging_issues)
    yield from _repeated_codes(plan.measures)
    with_code = [priority for priority in plan.priorities if priority.code]
    by_slug = {priority.code: priority for priority in with_code}.values()
    yield from repeated(by_slug, lambda one: one.slug, lambda one: f"The address {quoted(one.slug)}", "slug")
    for priority in plan.priorities:
        yield from _repeated_codes(priority.stretch_outcomes)
        yield from _repeated_codes(priority.actions)


def _repeated_codes(entries: Iterable[Any]) -> Iterator[Fault]:
    return repeated(entries, lambda one: one.code, _the_code, "code")


def _the_code(entry: Any) -> str:
    return f"The code {quoted(entry.code)}"


# Single rules


def _circles_of_groups(plan_file: PlanFile) -> Iterator[Fault]:
    """Each circle once, at the first of its groups."""
    groups = {group.code: group for group in plan_file.groups if group.code}
    told: set[str] = set()
    for code, group in groups.items():
        way = [code]
        while (parent := groups[way[-1]].parent) in groups and parent not in way:
            assert parent is not None
            way.append(parent)
        if parent == code and code not in told:
            told.update(way)
            circle = ", then ".join([*way[1:], code])
            message = f"The groups go round in a circle: above {code} comes {circle} again."
            yield group.fault("parent", message)


def _days_out_of_order(plan_file: PlanFile) -> Iterator[Fault]:
    for entry in entries_within(plan_file):
        for first, second in entry.in_order:
            start, end = getattr(entry, first), getattr(entry, second)
            if start and end and end < start:
                yield entry.fault(second, f"{end} is before {first}, which is {start}.")


def _localities_too_large(plan_file: PlanFile) -> Iterator[Fault]:
    for locality in plan_file.localities:
        if locality.kind == Locality.Kind.AREA and (locality.population or 0) > Locality.LARGEST_AREA:
            message = (
                f"{locality.population:,} people are too many: a locality is a ward, or an area of at most "
                f"{Locality.LARGEST_AREA:,} people (2015 Act, section 9)."
            )
            yield locality.fault("population", message)


def _priorities_named_twice(plan: PlanEntry) -> Iterator[Fault]:
    """A measure that is also shown under its own priority, or twice under another."""
    for priority in plan.priorities:
        for measure in priority.measures:
            others = measure.also_under or ()
            if priority.code in others:
                message = f"It is reported under {quoted(priority.code)} already."
                yield measure.fault("also_under", message)
            if twice := next((code for code in others if others.count(code) > 1), None):
                yield measure.fault("also_under", f"{quoted(twice)} is named twice.")


def _policies_out_of_order(plan_file: PlanFile) -> Iterator[Fault]:
    sound = sorted(
        (one for one in plan_file.disclosure_policies if one.is_sound), key=lambda one: one.version
    )
    for before, after in pairwise(sound):
        if after.set_at < before.set_at:
            yield after.fault("set_on", f"Version {before.version} was set after this one.")
        if not after.reason:
            yield after.fault("version", "Say in “reason” why the policy was changed.")


def _faults_in_risk(plan_file: PlanFile, risk: RiskEntry) -> Iterator[Fault]:
    if not all(entry.is_sound for entry in plan_file.quarters):
        return
    quarters = {entry.quarter for entry in plan_file.quarters}
    for assessment in risk.assessments:
        if assessment.is_sound and assessment.quarter not in quarters:
            yield assessment.fault(
                "quarter", f"{assessment.quarter.label} is not among the quarters of the file."
            )
