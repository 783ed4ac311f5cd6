"""Defining a measure, changing one, sharing it with other priorities and marking a break in its series.

Each verb is atomic and refuses with exceptions whose words can be shown to the person. What must hold within a
definition is in `definitions`; what must hold beside the measures and figures there are is here.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max, Model

from actionplans.clearing import figures_to_clear
from actionplans.definitions import Fault, GapOf, MeasureDefinition, MeasureKind, Side, faults_in
from actionplans.models import Gap, Measure, MeasureCommentary, Reading, SeriesBreak, Target
from actionplans.operations import Refused
from actionplans.rollups import RollUp
from actionplans.status import Polarity, ToleranceKind
from actionplans.trends import Comparison
from priorities.models import Organisation, Partnership, Priority, User
from priorities.periods import PeriodKind
from priorities.wording import day_in_words, listed, quoted

# What a figure or a target means hangs on these: with either there, they stay as they are.
_MEANING = {
    "unit": "kind",
    "is_ratio": "kind",
    "per": "per",
    "period_kind": "period_kind",
    "years_covered": "years_covered",
    "years_start_in_april": "years_start_in_april",
    "is_cumulative": "is_cumulative",
    "gap": "gap_of",
}


class DefinitionRefused(Refused):
    """A definition that may not be saved; `faults` say what to mend and where."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(" ".join(fault.message for fault in self.faults))


class DefinitionInDoubt(Refused):
    """A definition that raises questions; it may be saved by whoever answers these very questions yes.

    `doubts` say beside which answers they arise; `question` is all of them, to be answered together.
    """

    def __init__(self, doubts: Iterable[Fault]) -> None:
        self.doubts = tuple(doubts)
        self.question = " ".join(doubt.message for doubt in self.doubts)
        super().__init__(self.question)


class DefinitionOutOfDate(Refused):
    """Someone changed the measure after the page was opened; `saved` is how it is defined now."""

    def __init__(self, saved: MeasureDefinition) -> None:
        super().__init__("Someone else changed this measure while you were working on it.")
        self.saved = saved


class BreakRefused(Refused):
    """A break that may not be marked. `field` names what to mend: on or reason."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


# As it is now


def definition_of(measure: Measure) -> MeasureDefinition:
    """How a measure is defined now, in two queries besides what it has at hand."""
    gap = Gap.objects.filter(measure=measure).select_related(*_GAP_PARTS).first()
    own = {
        name: getattr(measure, name)
        for name in (
            *("name", "priority", "code", "definition", "unit_name", "per", "numerator_name"),
            *("denominator_name", "decimals", "is_bounded", "years_covered", "years_start_in_april"),
            *("is_cumulative", "owner_title"),
            *("catalogue_key", "source", "source_url", "caution", "supplier", "supplier_contact"),
            *("publication_lag_days", "grace_days", "release_class", "is_disclosure_controlled"),
            *("is_sensitive", "discontinued_on"),
        )
    }
    if gap is not None:
        # It is its measure's.
        own["per"] = None
    return MeasureDefinition(
        **own,
        kind=MeasureKind.of(measure, is_gap=gap is not None),
        polarity=Polarity(measure.polarity),
        period_kind=PeriodKind(measure.period_kind),
        roll_up=RollUp(measure.roll_up),
        comparison=Comparison(measure.comparison),
        tolerance_kind=ToleranceKind(measure.tolerance_kind),
        tolerance_amber=Decimal(measure.tolerance_amber),
        tolerance_green=Decimal(measure.tolerance_green),
        dead_band=Decimal(measure.dead_band),
        shared_with=tuple(measure.shared_with.order_by("pk")),
        gap=_gap_of(gap) if gap else None,
    )


_GAP_PARTS = ("of", "first_locality", "first_comparator", "second_locality", "second_comparator")


def _gap_of(row: Gap) -> GapOf:
    return GapOf(
        row.of,
        Side(row.first_locality, row.first_comparator),
        Side(row.second_locality, row.second_comparator),
    )


def fingerprint(said: MeasureDefinition) -> str:
    """A short hash of a definition, by which a page tells whether someone else has changed it since."""
    told = {**said.columns(), "code": said.code, "kind": said.kind, "gap": _told_gap(said.gap)}
    told["shared_with"] = sorted(priority.pk for priority in said.shared_with)
    text = json.dumps(told, sort_keys=True, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, dt.date):
        return value.isoformat()
    return f"{value.normalize():f}"


def _told_gap(gap: GapOf | None) -> list[Any]:
    if gap is None:
        return []
    return [gap.of, *(part for side in (gap.first, gap.second) for part in (side.locality, side.comparator))]


def suggested_codes(partnership: Partnership, priorities: Iterable[Priority]) -> dict[int, str]:
    """The next free code of each priority by its key, after the priority's own: "POV-03"."""
    codes = list(Measure.objects.filter(partnership=partnership).values_list("code", flat=True))
    return {priority.pk: _next_code(f"{priority.code}-", codes) for priority in priorities}


def _next_code(stem: str, codes: Iterable[str]) -> str:
    ends = [code[len(stem) :] for code in codes if code.casefold().startswith(stem.casefold())]
    return f"{stem}{max((int(end) for end in ends if re.fullmatch('[0-9]{1,6}', end)), default=0) + 1:02}"


def what_it_holds(measure: Measure) -> str:
    """What there is already that hangs on a measure's meaning: "12 figures and 3 targets"; "" for nothing."""
    counts = {
        ("figure", "figures"): Reading.objects.filter(measure=measure).count(),
        ("target", "targets"): Target.objects.filter(measure=measure).count(),
        ("gap worked out from it", "gaps worked out from it"): Gap.objects.filter(of=measure).count(),
    }
    return listed([f"{count:,} {words[count != 1]}" for words, count in counts.items() if count])


# Defining and changing


@transaction.atomic
def define_measure(
    partnership: Partnership, said: MeasureDefinition, *, by: User, answered: str = ""
) -> Measure:
    """Begin a measure. `answered` is the question that was answered yes.

    Raises PermissionDenied, DefinitionRefused and DefinitionInDoubt.
    """
    _require(by, partnership)
    # Two people who define at once would take the same code.
    Partnership.objects.select_for_update().get(pk=partnership.pk)
    measure = Measure(partnership=partnership)
    _check(measure, said, answered)
    measure.code = said.code or suggested_codes(partnership, [said.priority])[said.priority.pk]
    last = Measure.objects.filter(priority=said.priority).aggregate(last=Max("position"))["last"]
    measure.position = 1 if last is None else last + 1
    _set(measure, said.columns())
    measure.save(force_insert=True)
    _keep(measure, said)
    return measure


@transaction.atomic
def change_measure(
    measure: Measure, said: MeasureDefinition, *, seen: str | None, by: User, answered: str = ""
) -> Measure:
    """Change how a measure is defined. An empty code leaves the code as it is.

    `seen` is the fingerprint of the definition as the page showed it; None skips the check. Raises
    PermissionDenied, DefinitionOutOfDate, DefinitionRefused and DefinitionInDoubt.
    """
    _require(by, measure.partnership)
    held = _held(measure)
    saved = definition_of(held)
    if seen is not None and seen != fingerprint(saved):
        raise DefinitionOutOfDate(saved)
    _check(held, said, answered)
    changed = _set(held, said.columns() | {"code": said.code or held.code})
    if changed:
        held.save(update_fields=changed)
    _keep(held, said)
    return held


@transaction.atomic
def share_measure(measure: Measure, priorities: Iterable[Priority], *, by: User) -> None:
    """Show a measure under other priorities too: these and no others. It is reported and counted under its own.

    Raises PermissionDenied and DefinitionRefused.
    """
    _require(by, measure.partnership)
    held = _held(measure)
    asked = list(priorities)
    if held.priority in asked:
        raise DefinitionRefused([Fault("shared_with", f"It is reported under {held.priority} already.")])
    if any(priority.plan.partnership_id != held.partnership_id for priority in asked):
        raise DefinitionRefused([Fault("shared_with", "Choose priorities of this partnership.")])
    held.shared_with.set(asked)


@transaction.atomic
def mark_break(measure: Measure, *, on: dt.date, reason: str, by: User) -> SeriesBreak:
    """Say that figures before a day are not to be compared with those from it on.

    Raises PermissionDenied and BreakRefused.
    """
    _require(by, measure.partnership)
    held = _held(measure)
    if not reason.strip():
        raise BreakRefused("reason", "Say what changed in the way of counting.")
    if SeriesBreak.objects.filter(measure=held, on=on).exists():
        raise BreakRefused("on", f"There is a break on {day_in_words(on)} already.")
    return SeriesBreak.objects.create(measure=held, on=on, reason=reason.strip())


def _require(by: User, partnership: Partnership) -> None:
    if not by.has_perm("priorities.define_measures", partnership):
        raise PermissionDenied


def _held(measure: Measure) -> Measure:
    rows = Measure.objects.select_for_update(of=("self",))
    return rows.select_related("partnership", "priority__plan", "supplier").get(pk=measure.pk)


def _set(measure: Measure, columns: Mapping[str, Any]) -> list[str]:
    """Set the columns that say something else, and no others: 2 and 2.000000 are the same."""
    changed = [name for name, value in columns.items() if getattr(measure, name, None) != value]
    for name in changed:
        setattr(measure, name, columns[name])
    return changed


def _keep(measure: Measure, said: MeasureDefinition) -> None:
    """What a definition holds outside the measure's own row."""
    if {row.pk for row in measure.shared_with.all()} != {row.pk for row in said.shared_with}:
        measure.shared_with.set(said.shared_with)
    now = Gap.objects.filter(measure=measure).first()
    if said.gap is None:
        if now is not None:
            now.delete()
        return
    row = now or Gap(measure=measure)
    row.of = said.gap.of
    for name, side in (("first", said.gap.first), ("second", said.gap.second)):
        setattr(row, f"{name}_locality", side.locality)
        setattr(row, f"{name}_comparator", side.comparator)
    row.save()


# What must hold beside what there is


def _check(measure: Measure, said: MeasureDefinition, answered: str) -> None:
    """`measure` is the one to change, or a new one that knows its partnership."""
    faults = [*faults_in(said), *_faults_of_strangers(measure, said), *_faults_in_code(measure, said)]
    if measure.pk:
        faults += [*_faults_in_change(measure, said), *_faults_with_targets(measure, said)]
    if faults:
        raise DefinitionRefused(faults)
    doubt = DefinitionInDoubt(_doubts(measure, said))
    if doubt.question and answered != doubt.question:
        raise doubt


def _faults_of_strangers(measure: Measure, said: MeasureDefinition) -> Iterator[Fault]:
    """Nothing crosses from one partnership to another."""
    home = measure.partnership_id
    if said.priority.plan.partnership_id != home:
        yield Fault("priority", "Choose a priority of this partnership.")
    if any(priority.plan.partnership_id != home for priority in said.shared_with):
        yield Fault("shared_with", "Choose priorities of this partnership.")
    if isinstance(said.supplier, Organisation) and said.supplier.partnership_id != home:
        yield Fault("supplier", "Choose an organisation of this partnership.")
    if said.gap is None:
        return
    of = said.gap.of
    if of.partnership_id != home or of.pk == measure.pk:
        yield Fault("gap_of", "Choose another measure of this partnership.")
    elif Gap.objects.filter(measure=of).exists():
        yield Fault("gap_of", "This is a gap itself. Choose the measure that it compares.")
    for name, side in (("gap_first", said.gap.first), ("gap_second", said.gap.second)):
        parts = [part for part in (side.locality, side.comparator) if part is not None]
        if any(part.partnership_id != home for part in parts):
            yield Fault(name, "Choose a place or a group of this partnership.")


def _faults_in_code(measure: Measure, said: MeasureDefinition) -> Iterator[Fault]:
    if not said.code or said.code == measure.code:
        return
    same = Measure.objects.filter(partnership_id=measure.partnership_id, code__iexact=said.code)
    if (taken := same.exclude(pk=measure.pk).first()) is not None:
        yield Fault("code", f"{taken.code} is the code of “{taken.name}”. Choose another.")
    elif measure.pk and _is_referred_to(measure):
        yield Fault(
            "code",
            f"{measure.code} stands in what has been reported and in the addresses people have kept, so it stays. "
            "Change the name instead.",
        )


def _is_referred_to(measure: Measure) -> bool:
    if what_it_holds(measure):
        return True
    return MeasureCommentary.objects.filter(measure=measure).exists()


def _faults_in_change(measure: Measure, said: MeasureDefinition) -> Iterator[Fault]:
    """What figures and targets mean does not change under them (domain rules part 7: unit changed mid-series)."""
    columns = said.columns()
    changed = [name for name in _MEANING if name in columns and columns[name] != getattr(measure, name)]
    # A rate that never said what it is per may say so now.
    if "per" in changed and measure.per is None and "unit" not in changed:
        changed.remove("per")
    if _told_gap(definition_of(measure).gap) != _told_gap(said.gap):
        changed.append("gap")
    if changed and (holds := what_it_holds(measure)):
        yield Fault(
            _MEANING[changed[0]],
            f"This measure has {holds}, which would come to mean something else. Leave this as it was. If the way "
            "of counting changed, mark a break; if the new figures are of another kind, say when this measure "
            "ends and define a new one.",
        )
    if measure.is_disclosure_controlled and not columns["is_disclosure_controlled"]:
        uncleared = figures_to_clear(measure).filter(clearance__isnull=True).count()
        if uncleared:
            what = "1 figure has" if uncleared == 1 else f"{uncleared:,} figures have"
            yield Fault(
                "is_disclosure_controlled",
                f"{what} not been through disclosure control and would be shown at once. Clear them first.",
            )


def _faults_with_targets(measure: Measure, said: MeasureDefinition) -> Iterator[Fault]:
    if said.tolerance_kind is ToleranceKind.ABSOLUTE or said.polarity is Polarity.NONE:
        return
    newest = {
        (row.starts_on, row.ends_on): row
        for row in Target.objects.filter(measure=measure).order_by("ends_on", "version")
    }
    zero = next((row for row in newest.values() if row.value == 0), None)
    if zero is not None:
        yield Fault(
            "tolerance_kind",
            f"The target for the period to {day_in_words(zero.ends_on)} is zero, and a percentage of zero is zero. "
            "Give the tolerance in the measure's own unit.",
        )


def twin_of(measure: Measure, said: MeasureDefinition) -> Measure | None:
    """Another measure of the partnership with the same name and source, which is likely the same series."""
    other = _namesake(measure, said)
    return other if other and other.source.casefold() == said.source.casefold() else None


def _namesake(measure: Measure, said: MeasureDefinition) -> Measure | None:
    same = Measure.objects.filter(partnership_id=measure.partnership_id, name__iexact=said.name.strip())
    return same.exclude(pk=measure.pk).select_related("priority").first()


def _doubts(measure: Measure, said: MeasureDefinition) -> Iterator[Fault]:
    if measure.pk and measure.is_disclosure_controlled and not said.columns()["is_disclosure_controlled"]:
        hidden = figures_to_clear(measure).filter(is_suppressed=True).count()
        if hidden:
            what = "1 figure that is" if hidden == 1 else f"{hidden:,} figures that are"
            yield Fault(
                "is_disclosure_controlled",
                f"{what} not shown now would be shown to everyone at once, and cannot be called back. Is this right?",
            )
    if (other := _namesake(measure, said)) is not None:
        where = f"{other.code}, under {other.priority}"
        if twin_of(measure, said):
            yield Fault(
                "name",
                f"There is a measure called {quoted(other.name)} from the same source already ({where}). To show it "
                "under another priority too, share that one: it is then counted once. Is this a different one?",
            )
        else:
            yield Fault(
                "name",
                f"There is another measure called {quoted(other.name)} ({where}). Is this a different one?",
            )
    if measure.pk and measure.polarity != said.polarity and Target.objects.filter(measure=measure).exists():
        before = Polarity(measure.polarity).label
        yield Fault(
            "polarity", f"Its targets were set while the rule was “{before}”. Do they hold for the new rule?"
        )
