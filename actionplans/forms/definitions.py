"""The definition of a measure as the CP manager fills it in, and a break in its series."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms

from actionplans.catalogue import CatalogueEntry, catalogue, catalogue_entry
from actionplans.definitions import (
    LONGEST_GRACE,
    LONGEST_LAG,
    MOST_DECIMALS,
    MOST_YEARS,
    Fault,
    GapOf,
    MeasureDefinition,
    MeasureKind,
    Side,
    unit_of_gap,
    usual_tolerance,
)
from actionplans.forms.definition_fields import (
    AddressField,
    LineField,
    TickField,
    TicksField,
    WholeNumberField,
)
from actionplans.forms.fields import ChoiceField, ShownField, ValueField, WordsField
from actionplans.forms.targets import MaybePeriodField
from actionplans.measure_definitions import fingerprint, suggested_codes
from actionplans.models import Measure, ReleaseClass
from actionplans.rollups import RollUp
from actionplans.status import Polarity, ToleranceKind
from actionplans.trends import Comparison
from priorities.models import Comparator, Locality, Organisation, Partnership, Plan, Priority
from priorities.periods import Period, PeriodKind
from priorities.wording import day_in_words

AREA = "area"

LARGEST_BASE = 10_000_000

# The answers that a definition takes as they are.
AS_TYPED = (
    *("name", "code", "definition", "unit_name", "per", "numerator_name", "denominator_name", "is_bounded"),
    *("years_covered", "years_start_in_april", "is_cumulative", "owner_title", "catalogue_key", "source"),
    *("source_url", "caution", "supplier_contact", "release_class", "is_disclosure_controlled"),
    *("is_sensitive", "discontinued_on"),
)


@dataclass(frozen=True)
class FormPart:
    """A group of questions under one heading. A folded part opens when something is in it or wrong with it."""

    key: str
    title: str
    fields: tuple[forms.BoundField, ...]
    hint: str = ""
    is_folded: bool = False
    is_open: bool = False


@dataclass(frozen=True)
class Difference:
    """One answer that is another now than what was typed."""

    label: str
    saved: str
    typed: str


class DefinitionForm(forms.Form):
    """Everything a measure is defined by. `said` is there once every answer could be read.

    `saved` is the definition of a measure there is; `entry` a source to begin a new one from.
    """

    bound_field_class = ShownField
    use_required_attribute = False
    subject = ""

    name = LineField(label="Name", max_length=200, help_text="For example: Children in low income families.")
    code = LineField(label="Code", max_length=40, width="10")
    definition = WordsField(
        label="Definition",
        rows=4,
        help_text="What exactly is counted, so that two people would count the same.",
    )
    priority = ChoiceField(label="Which priority is it reported under?", is_select=True)
    shared_with = TicksField(
        label="Show it under other priorities too?",
        help_text="It is asked for and counted once, under its own priority.",
    )

    kind = ChoiceField(label="What are its figures?", choices=MeasureKind.choices())
    unit_name = LineField(
        label="What is counted, or taken as a share",
        max_length=60,
        width="20",
        help_text="For example: children, households, out of 10.",
    )
    per = WholeNumberField(
        label="For a rate: per how many?",
        largest=LARGEST_BASE,
        width="10",
        help_text="For example, 1,000 or 100,000.",
    )
    numerator_name = LineField(
        label="If it is worked out: what does the numerator count?",
        max_length=120,
        help_text="For example: grants decided within a day.",
    )
    denominator_name = LineField(
        label="If it is worked out: what does the denominator count?",
        max_length=120,
        help_text="For example: all grants decided.",
    )
    decimals = WholeNumberField(
        label="How many decimals are shown?",
        largest=MOST_DECIMALS,
        width="2",
        help_text="Leave this empty for what is usual. Figures are kept as they come and rounded only to be shown.",
    )
    is_bounded = TickField(
        label="It cannot be over 100% or below zero",
        help_text="A growth rate can: untick this for one.",
    )
    gap_of = ChoiceField(label="Which measure is compared?", is_select=True)
    gap_first = ChoiceField(label="First side", is_select=True)
    gap_second = ChoiceField(
        label="Second side, which is taken from the first",
        is_select=True,
        help_text="For example: the most deprived fifth, less the least deprived fifth.",
    )

    period_kind = ChoiceField(label="Which period does one figure cover?", is_select=True)
    years_covered = WholeNumberField(
        label="If several years are taken together: how many?", largest=MOST_YEARS, width="2"
    )
    years_start_in_april = TickField(label="Those years start in April")
    is_cumulative = TickField(
        label="Each figure is the total since 1 April",
        help_text="The figure of each quarter or month is then worked out from the totals.",
    )
    roll_up = ChoiceField(label="How do its periods make a year?", is_select=True)
    comparison = ChoiceField(label="What is a figure compared with?", choices=Comparison.choices())

    polarity = ChoiceField(label="Which way is better?", choices=Polarity.choices())
    tolerance_kind = ChoiceField(label="How is the distance from target given?", is_select=True)
    tolerance_amber = ValueField(
        asks_why=False,
        label="How far from target is still amber?",
        help_text="Beyond it, red. For example, 5 for 5% of the target, or 2 for 2 percentage points.",
    )
    tolerance_green = ValueField(
        asks_why=False,
        label="Where closer to target is better: how far is still green?",
        help_text="No further than amber.",
    )
    dead_band = ValueField(
        asks_why=False,
        label="Which change is too small to speak of?",
        help_text="A change of this size or less counts as no change. Leave this empty to speak of every change.",
    )

    catalogue_key = ChoiceField(label="Entry in the source catalogue", is_select=True)
    source = LineField(label="Source", max_length=250, help_text="Who publishes the figures, and in what.")
    source_url = AddressField(label="Address of the source", max_length=200)
    caution = WordsField(label="What should readers watch for?")
    owner_title = LineField(
        label="Who answers for it?", max_length=150, help_text="By role, such as Head of Communities."
    )
    supplier = ChoiceField(label="Which organisation supplies the figures?", is_select=True)
    supplier_contact = LineField(label="Whom to ask there", max_length=200)
    publication_lag_days = WholeNumberField(
        label="How long after its period ends is a figure out?", largest=LONGEST_LAG, suffix="days"
    )
    grace_days = WholeNumberField(
        label="How much later is it overdue?",
        largest=LONGEST_GRACE,
        suffix="days",
        help_text="30 days when this is left empty.",
    )

    release_class = ChoiceField(label="Who are its figures for?", choices=ReleaseClass.choices)
    is_disclosure_controlled = TickField(
        label="Small numbers could tell who somebody is",
        help_text="Its figures are then shown only after a check.",
    )
    is_sensitive = TickField(
        label="It is sensitive: zero is not shown either",
        help_text="A sensitive measure is always checked before its figures are shown.",
    )
    discontinued_on = MaybePeriodField(
        label="When does the measure end?",
        help_text="The first day on which it is no longer asked for, such as 1 April 2023. Leave this empty while it "
        "goes on.",
    )
    is_sure = forms.CharField(required=False)

    def __init__(
        self,
        partnership: Partnership,
        *,
        saved: MeasureDefinition | None = None,
        measure: Measure | None = None,
        entry: CatalogueEntry | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        self.partnership, self.saved, self.measure, self.entry = partnership, saved, measure, entry
        self.said: MeasureDefinition | None = None
        self.question = ""
        self.differences: list[Difference] = []
        # The definition this form was begun from, by which a change made meanwhile is noticed.
        begun = fingerprint(saved) if saved else ""
        self.seen = begun if data is None else str(data.get("seen", ""))
        initial = answers_of(saved) if saved else _first_answers(entry)
        super().__init__(data, initial=initial, auto_id="%s", label_suffix="")
        self._offer_priorities()
        self._offer_the_rest()
        self._offer_sides()

    # What there is to choose from

    def _offer_priorities(self) -> None:
        ours = Priority.objects.filter(plan__partnership=self.partnership).select_related("plan")
        self.priorities = {
            str(row.pk): row
            for row in ours.order_by("plan__starts_on", "position", "name")
            if self._is_live(row)
        }
        plans = {row.plan_id for row in self.priorities.values()}
        choices = [
            (key, f"{row.name} ({row.plan.title})" if len(plans) > 1 else row.name)
            for key, row in self.priorities.items()
        ]
        self._offer("priority", [("", "Choose a priority"), *choices])
        self._offer("shared_with", choices)
        if self.measure is None:
            self.fields["code"].help_text = self._free_code()

    def _free_code(self) -> str:
        """What to do about a code, with the first priority's next one as an example."""
        first = next(iter(self.priorities.values()), None)
        if first is None:
            return ""
        free = suggested_codes(self.partnership, [first])[first.pk]
        return f"Leave this empty for the next free one of its priority, such as {free}."

    def _is_live(self, row: Priority) -> bool:
        """Whether a measure may be under it: its plan is not superseded, or the measure is there already."""
        kept = {self.saved.priority, *self.saved.shared_with} if self.saved else set()
        return row.plan.status != Plan.Status.SUPERSEDED or row in kept

    def _offer_the_rest(self) -> None:
        self.suppliers = {
            str(row.pk): row for row in Organisation.objects.filter(partnership=self.partnership)
        }
        rows = [(key, row.name) for key, row in self.suppliers.items()]
        self._offer("supplier", [("", "None named"), *rows])
        self._offer("catalogue_key", [("", "None"), *((entry.key, entry.name) for entry in catalogue())])
        self._offer("period_kind", [("", "Choose a period"), *PeriodKind.choices()])
        self._offer("roll_up", [("", "As is usual for its kind"), *RollUp.choices()])
        self._offer("tolerance_kind", [("", "As is usual for its kind"), *ToleranceKind.choices()])

    def _offer_sides(self) -> None:
        bases = Measure.objects.filter(partnership=self.partnership, gap__isnull=True).order_by("code")
        self.bases = {str(row.pk): row for row in bases if self.measure is None or row.pk != self.measure.pk}
        choices = [(key, f"{row.code}: {row.name}") for key, row in self.bases.items()]
        self._offer("gap_of", [("", "None: it is not a gap"), *choices])
        self.sides = {AREA: (self.partnership.area_name, Side())}
        for locality in Locality.objects.filter(partnership=self.partnership).order_by("name"):
            self.sides[f"locality-{locality.pk}"] = (locality.name, Side(locality=locality))
        for group in Comparator.objects.filter(partnership=self.partnership).order_by("position", "name"):
            self.sides[f"comparator-{group.pk}"] = (group.name, Side(comparator=group))
        for name in ("gap_first", "gap_second"):
            self._offer(
                name, [("", "Choose a side"), *((key, label) for key, (label, _) in self.sides.items())]
            )

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    # How it is shown

    @property
    def parts(self) -> list[FormPart]:
        """The questions in the order of the page, under their headings."""
        return [
            self._part("what", "What it measures", "name code definition priority shared_with"),
            self._part(
                "figures",
                "What its figures are",
                "kind unit_name per numerator_name denominator_name decimals is_bounded",
            ),
            self._part(
                "gap",
                "If it is a gap between two places or groups",
                "gap_of gap_first gap_second",
                hint="A gap takes its unit and its periods from the measure that is compared.",
                is_folded=True,
            ),
            self._part(
                "period",
                "Its periods",
                "period_kind years_covered years_start_in_april is_cumulative roll_up comparison",
            ),
            self._part(
                "judged",
                "How it is judged",
                "polarity tolerance_kind tolerance_amber tolerance_green dead_band",
                hint="Left empty, amber reaches 2 percentage points from the target of a percentage, and 5% of the "
                "target of anything else.",
            ),
            self._part(
                "source",
                "Where its figures come from",
                "source source_url catalogue_key caution owner_title supplier supplier_contact "
                "publication_lag_days grace_days",
            ),
            self._part("shown", "Who may see it", "release_class is_disclosure_controlled is_sensitive"),
            self._part("end", "If it comes to an end", "discontinued_on", is_folded=True),
        ]

    def _part(self, key: str, title: str, names: str, *, hint: str = "", is_folded: bool = False) -> FormPart:
        fields = tuple(self[name] for name in names.split())
        is_open = any(field.errors or field.value() for field in fields)
        return FormPart(key, title, fields, hint, is_folded, is_open)

    def errors_by_field(self) -> list[tuple[str, str]]:
        """(id of the field, what is wrong with it), as the box at the head of the page lists them."""
        return [(field.auto_id, str(error)) for field in self for error in field.errors]

    @property
    def chosen_entry(self) -> CatalogueEntry | None:
        """The source in the catalogue that is chosen now."""
        return catalogue_entry(str(self["catalogue_key"].value() or ""))

    def show_both(self, saved: MeasureDefinition) -> None:
        """Someone else saved another definition meanwhile: show where it differs, and keep what was typed."""
        assert self.said is not None, "Only a whole definition can be compared."
        theirs, ours = (
            DefinitionForm(self.partnership, saved=saved, measure=self.measure, data=answers_of(one))
            for one in (saved, self.said)
        )
        pairs = [(str(field.label), _shown(field), _shown(ours[field.name])) for field in theirs]
        self.differences = [Difference(label, one, other) for label, one, other in pairs if one != other]
        self.seen = fingerprint(saved)

    # From the answers to a definition

    def refuse(self, faults: Iterable[Fault]) -> None:
        """Show refusals of the operation beside the answers they are about."""
        for fault in faults:
            self.add_error(fault.field, fault.message)

    def ask(self, doubts: Iterable[Fault], question: str) -> None:
        """Show what a careful colleague would ask beside the answers it is about."""
        self.question = question
        self.refuse(doubts)

    def clean_name(self) -> str:
        return self._given("name", "Give the measure a name.")

    def clean_priority(self) -> str:
        return self._given("priority", "Choose the priority it is reported under.")

    def clean_kind(self) -> str:
        return self._given("kind", "Say what its figures are.")

    def clean_polarity(self) -> str:
        return self._given(
            "polarity", "Say which way is better. Without that nobody can tell a good figure from a bad one."
        )

    def clean_release_class(self) -> str:
        return self._given("release_class", "Say who its figures are for.")

    def clean_discontinued_on(self) -> dt.date | None:
        period: Period | None = self.cleaned_data["discontinued_on"]
        return period.starts_on if period else None

    def _given(self, name: str, otherwise: str) -> str:
        answer: str = self.cleaned_data[name]
        if not answer:
            raise forms.ValidationError(otherwise, code="required")
        return answer

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        is_gap = said.get("kind") == MeasureKind.GAP
        if not is_gap and not said.get("period_kind") and not self.has_error("period_kind"):
            self.add_error("period_kind", "Say which period one figure covers.")
        if not is_gap:
            self._expect_no_gap()
        gap = self._gap() if is_gap else None
        if bool(said.get("tolerance_kind")) != (said.get("tolerance_amber") is not None):
            self._ask_for_whole_tolerance()
        if not self.errors:
            self.said = self._definition(gap)
        return said

    def _gap(self) -> GapOf | None:
        said = self.cleaned_data
        for name, otherwise in (
            ("gap_of", "Choose the measure whose two sides are compared."),
            ("gap_first", "Choose the first side."),
            ("gap_second", "Choose the second side."),
        ):
            if not said.get(name) and not self.has_error(name):
                self.add_error(name, otherwise)
        if any(self.has_error(name) for name in ("gap_of", "gap_first", "gap_second")):
            return None
        first, second = (self.sides[said[name]][1] for name in ("gap_first", "gap_second"))
        return GapOf(self.bases[said["gap_of"]], first, second)

    def _expect_no_gap(self) -> None:
        for name in ("gap_of", "gap_first", "gap_second"):
            if self.cleaned_data.get(name) and self.cleaned_data.get("kind"):
                self.add_error(name, "Only a gap has this. Choose a gap above, or leave this empty.")

    def _ask_for_whole_tolerance(self) -> None:
        if self.has_error("tolerance_kind") or self.has_error("tolerance_amber"):
            return
        if self.cleaned_data.get("tolerance_kind"):
            self.add_error("tolerance_amber", "Say how far from target is still amber.")
        else:
            self.add_error("tolerance_kind", "Say whether this is a percentage of the target.")

    def _definition(self, gap: GapOf | None) -> MeasureDefinition:
        said = self.cleaned_data
        kind = MeasureKind(said["kind"])
        unit = unit_of_gap(gap.of) if gap else kind.unit
        usual = usual_tolerance(unit)
        return MeasureDefinition(
            **{name: said[name] for name in AS_TYPED},
            priority=self.priorities[said["priority"]],
            shared_with=tuple(self.priorities[key] for key in said["shared_with"]),
            kind=kind,
            gap=gap,
            decimals=unit.usual_decimals if said["decimals"] is None else said["decimals"],
            period_kind=PeriodKind(gap.of.period_kind if gap else said["period_kind"]),
            roll_up=RollUp(said["roll_up"]) if said["roll_up"] else self._usual_roll_up(kind),
            comparison=Comparison(said["comparison"] or Comparison.ONGOING),
            polarity=Polarity(said["polarity"]),
            tolerance_kind=ToleranceKind(said["tolerance_kind"] or usual.kind),
            tolerance_amber=usual.amber if said["tolerance_amber"] is None else said["tolerance_amber"],
            tolerance_green=said["tolerance_green"] or Decimal(0),
            dead_band=said["dead_band"] or Decimal(0),
            supplier=self.suppliers.get(said["supplier"]),
            publication_lag_days=said["publication_lag_days"] or 0,
            grace_days=30 if said["grace_days"] is None else said["grace_days"],
        )

    def _usual_roll_up(self, kind: MeasureKind) -> RollUp:
        if self.cleaned_data["is_cumulative"]:
            return RollUp.SUM
        return RollUp.POOLED if kind.is_ratio else RollUp.NOT_ADDITIVE


def _first_answers(entry: CatalogueEntry | None) -> dict[str, Any]:
    """What a new measure begins with, from its source if there is one."""
    first: dict[str, Any] = {
        "is_bounded": True,
        "comparison": Comparison.ONGOING.value,
        "release_class": ReleaseClass.PUBLISHED.value,
        "grace_days": 30,
    }
    if entry is None:
        return first
    return first | {
        "catalogue_key": entry.key,
        "source": entry.name,
        "source_url": entry.url,
        "caution": entry.caution,
        "period_kind": entry.period_kind.value if entry.period_kind else "",
        "years_covered": entry.years_covered,
        "publication_lag_days": entry.lag_days,
    }


def answers_of(saved: MeasureDefinition) -> dict[str, Any]:
    """A definition as its page would have it typed."""
    as_they_are = {
        name: getattr(saved, name)
        for name in (
            *("name", "code", "definition", "kind", "unit_name", "per", "numerator_name", "denominator_name"),
            *("decimals", "is_bounded", "period_kind", "years_covered", "years_start_in_april"),
            *("is_cumulative", "roll_up", "comparison", "polarity", "tolerance_kind", "tolerance_amber"),
            *("tolerance_green", "dead_band", "catalogue_key", "source", "source_url", "caution"),
            *("owner_title", "supplier_contact", "publication_lag_days", "grace_days", "release_class"),
            *("is_disclosure_controlled", "is_sensitive"),
        )
    }
    gap = saved.gap
    return as_they_are | {
        "priority": str(saved.priority.pk),
        "shared_with": [str(row.pk) for row in saved.shared_with],
        "supplier": str(saved.supplier.pk) if saved.supplier else "",
        "discontinued_on": day_in_words(saved.discontinued_on) if saved.discontinued_on else "",
        "gap_of": str(gap.of.pk) if gap else "",
        "gap_first": _side_key(gap.first) if gap else "",
        "gap_second": _side_key(gap.second) if gap else "",
    }


def _side_key(side: Side) -> str:
    if side.locality:
        return f"locality-{side.locality.pk}"
    return f"comparator-{side.comparator.pk}" if side.comparator else AREA


def _shown(field: forms.BoundField) -> str:
    """An answer as a reader would say it."""
    value = field.value()
    if isinstance(field.field, TickField):
        return "Yes" if field.field.clean(value) else "No"
    if isinstance(field.field, forms.ChoiceField):
        chosen = {str(one) for one in value} if isinstance(value, list | tuple) else {str(value or "")}
        labels = [str(label) for key, label in field.field.widget.choices if str(key) in chosen]
        return "; ".join(labels) or "Nothing"
    return str(value or "").strip() or "Nothing"


class BreakForm(forms.Form):
    """A day on which the way of counting changed, and what changed."""

    bound_field_class = ShownField
    use_required_attribute = False
    subject = ""

    on = MaybePeriodField(
        label="First day of the new way of counting", help_text="For example, 1 April 2021."
    )
    reason = WordsField(
        label="What changed?", help_text="For example: Pupils in special schools are counted as well."
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="break-%s", label_suffix="")

    def clean_on(self) -> dt.date:
        period: Period | None = self.cleaned_data["on"]
        if period is None:
            raise forms.ValidationError("Say on which day the way of counting changed.", code="required")
        return period.starts_on

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        if not reason:
            raise forms.ValidationError("Say what changed in the way of counting.", code="required")
        return reason

    def errors_by_field(self) -> list[tuple[str, str]]:
        """(id of the field, what is wrong with it), as the box at the head of the page lists them."""
        return [(field.auto_id, str(error)) for field in self for error in field.errors]
