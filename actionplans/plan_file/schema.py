"""What a plan file may hold: one class for each kind of entry, its fields in the order of `docs/plan-file.md`."""

# Our field specifiers, `required`, `optional`, `one` and `many`, are calls by design, each to `dataclasses.field`.
# ruff: noqa: RUF009

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from actionplans.definitions import usual_tolerance
from actionplans.disclosure import Policy
from actionplans.models import Action, Reading, Risk, RiskControl
from actionplans.models.measures import ReleaseClass
from actionplans.numbers import Unit
from actionplans.plan_file import fields as read
from actionplans.plan_file.entries import Entry, many, one, optional, required
from actionplans.risk_bands import Band, default_cells
from actionplans.rollups import RollUp, kept_ratio
from actionplans.status import Polarity, ToleranceKind
from actionplans.trends import Comparison
from priorities.clock import EDINBURGH
from priorities.models import Comparator, Decision, Group, Locality, Organisation, Plan, Priority
from priorities.periods import FinancialQuarter, Period, PeriodKind

FORMAT = 1
LARGEST_COUNT = 10_000_000
LARGEST_SMALL_COUNT = 32_767


@dataclass(frozen=True, kw_only=True)
class PartnershipEntry(Entry):
    noun = "partnership"

    slug: str = required(read.address)
    name: str = required(read.words(200))
    area_name: str = required(read.words(100))
    area_code: str = required(read.words(9))
    board_name: str = optional(read.words(100), "CPP Board")
    officers_group_name: str = optional(read.words(100), "CPP Executive Officer Group")
    contact: str = optional(read.words(200))
    brand_colour: str = optional(read.colour)
    priority_warning_above: int = optional(read.whole_number(1, LARGEST_SMALL_COUNT), 6)


@dataclass(frozen=True, kw_only=True)
class OrganisationEntry(Entry):
    noun = "organisation"
    in_order = (("joined_on", "left_on"),)

    code: str = required(read.code)
    name: str = required(read.words(200))
    kind: str = required(read.one_of(Organisation.Kind.values))
    is_facilitator: bool = optional(read.truth, default=False)
    represents_inequality: bool = optional(read.truth, default=False)
    joined_on: dt.date | None = optional(read.day, None)
    left_on: dt.date | None = optional(read.day, None)


@dataclass(frozen=True, kw_only=True)
class GroupEntry(Entry):
    noun = "group"

    code: str = required(read.code)
    name: str = required(read.words(200))
    kind: str = required(read.one_of(Group.Kind.values))
    parent: str | None = optional(read.name_of, None, refers_to="group")


@dataclass(frozen=True, kw_only=True)
class LocalityEntry(Entry):
    noun = "locality"
    in_order = (("opened_on", "closed_on"),)

    code: str = required(read.code)
    name: str = required(read.words(200))
    kind: str = required(read.one_of(Locality.Kind.values))
    population: int | None = optional(read.whole_number(0, LARGEST_COUNT), None)
    status: str = optional(read.one_of(Locality.Status.values), "active")
    opened_on: dt.date | None = optional(read.day, None)
    closed_on: dt.date | None = optional(read.day, None)
    has_poorer_outcomes: bool = optional(read.truth, default=False)
    evidence: str = optional(read.words())


@dataclass(frozen=True, kw_only=True)
class ComparatorEntry(Entry):
    noun = "comparator"

    code: str = required(read.code)
    name: str = required(read.words(200))
    kind: str = required(read.one_of(Comparator.Kind.values))
    area_code: str = optional(read.words(9))


@dataclass(frozen=True, kw_only=True)
class DisclosurePolicyEntry(Entry):
    noun = "disclosure policy"

    version: int = required(read.whole_number(1, LARGEST_SMALL_COUNT))
    name: str = required(read.words(120))
    threshold: int = optional(read.whole_number(0, LARGEST_SMALL_COUNT), Policy().threshold)
    smallest_denominator: int = optional(
        read.whole_number(0, LARGEST_SMALL_COUNT), Policy().smallest_denominator
    )
    reason: str = optional(read.words())
    set_at: dt.datetime = required(read.moment, name="set_on")


@dataclass(frozen=True, kw_only=True)
class MeetingEntry(Entry):
    noun = "meeting"

    group: str = required(read.name_of, refers_to="group")
    held_on: dt.date = required(read.day)

    @property
    def identity(self) -> tuple[str, dt.date]:
        return self.group, self.held_on


@dataclass(frozen=True, kw_only=True)
class NationalOutcomeEntry(Entry):
    noun = "national outcome"

    framework: str = required(read.words(20))
    code: str = required(read.code)
    name: str = required(read.words(200))

    @property
    def identity(self) -> tuple[str, str]:
        return self.framework, self.code


@dataclass(frozen=True, kw_only=True)
class ThemeEntry(Entry):
    noun = "theme"

    code: str = required(read.code)
    name: str = required(read.words(100))


@dataclass(frozen=True, kw_only=True)
class StretchOutcomeEntry(Entry):
    noun = "stretch outcome"

    code: str = required(read.code)
    statement: str = required(read.words())
    achieve_by: dt.date = required(read.day)
    long_term_aim: str = optional(read.words())
    yearly_aims: Mapping[int, str] = field(
        default_factory=dict, metadata={"read": read.yearly_aims, "refers_to": ""}
    )
    illustrative: bool = optional(read.truth, default=False)


@dataclass(frozen=True, kw_only=True)
class ActionEntry(Entry):
    noun = "action"
    in_order = (("starts_on", "due_on"),)

    code: str = required(read.code)
    title: str = required(read.words(250))
    done_by: str = optional(read.one_of(Action.DoneBy.values), "partners")
    lead_organisation: str | None = optional(read.name_of, None, refers_to="organisation")
    owner_title: str = optional(read.words(150))
    support_offered: str = optional(read.words())
    starts_on: dt.date | None = optional(read.day, None)
    due_on: dt.date | None = optional(read.day, None)
    illustrative: bool = optional(read.truth, default=False)


@dataclass(frozen=True, kw_only=True)
class ToleranceEntry(Entry):
    noun = "tolerance"

    kind: str = required(read.one_of(ToleranceKind))
    amber: Decimal = required(read.number)
    green: Decimal = optional(read.number, Decimal(0))


@dataclass(frozen=True, kw_only=True)
class DecisionEntry(Entry):
    noun = "decision"

    meeting: MeetingEntry = one(lambda: MeetingEntry, is_required=True)
    verb: str = required(read.one_of(Decision.Verb.values))
    text: str = required(read.words())
    minute_paragraph: str = optional(read.words(20))


@dataclass(frozen=True, kw_only=True)
class BaselineEntry(Entry):
    """What the path to a target starts from, as it was known when the target was set."""

    noun = "baseline"

    period: str = required(read.name_of)
    value: Decimal = required(read.number)


@dataclass(frozen=True, kw_only=True)
class TargetEntry(Entry):
    noun = "target"

    period: str = required(read.name_of)
    value: Decimal = required(read.number)
    set_on: dt.date | None = optional(read.day, None)
    version: int = optional(read.whole_number(1, LARGEST_SMALL_COUNT), 1)
    reason: str = optional(read.words())
    basis: str = optional(read.words())
    baseline: BaselineEntry | None = one(lambda: BaselineEntry)
    decision: DecisionEntry | None = one(lambda: DecisionEntry)
    illustrative: bool | None = optional(read.truth, None)


@dataclass(frozen=True, kw_only=True)
class BreakEntry(Entry):
    noun = "break"

    on: dt.date = required(read.day)
    reason: str = required(read.words())


@dataclass(frozen=True, kw_only=True)
class SeriesVersionEntry(Entry):
    """A replacement of the whole series; `number` counts from 2, the first series being number 1."""

    noun = "series version"

    number: int = required(read.whole_number(2, LARGEST_SMALL_COUNT))
    released_at: dt.datetime = required(read.moment, name="released_on")
    reason: str = required(read.words())


@dataclass(frozen=True, kw_only=True)
class ReadingEntry(Entry):
    """One figure. Without a value and a symbol it is worked out from its numerator and denominator."""

    noun = "reading"

    period: str = required(read.name_of)
    value: Decimal | None = optional(read.number, None)
    symbol: str = optional(read.one_of(Reading.Symbol.values))
    released_at: dt.datetime = required(read.moment, name="released_on")
    flag: str = optional(read.one_of(Reading.Flag.values), "final")
    place_code: str | None = field(
        default=None, metadata={"read": read.name_of, "refers_to": "locality", "name": "place"}
    )
    comparator: str | None = optional(read.name_of, None, refers_to="comparator")
    series: int = optional(read.whole_number(1, LARGEST_SMALL_COUNT), 1)
    numerator: Decimal | None = optional(read.number, None)
    denominator: Decimal | None = optional(read.number, None)
    release_class: str | None = optional(read.one_of(ReleaseClass.values), None)
    note: str = optional(read.words())
    illustrative: bool | None = optional(read.truth, None)

    @property
    def released_on(self) -> dt.date:
        return self.released_at.astimezone(EDINBURGH).date()


@dataclass(frozen=True, kw_only=True)
class SideEntry(Entry):
    """One side of a gap: a locality, a comparator or, with neither, the whole area."""

    noun = "side"

    locality: str | None = optional(read.name_of, None, refers_to="locality")
    comparator: str | None = optional(read.name_of, None, refers_to="comparator")


@dataclass(frozen=True, kw_only=True)
class GapEntry(Entry):
    """What a measure of a gap is worked out from: the first side less the second."""

    noun = "gap"

    of: str = required(read.name_of, refers_to="measure")
    first: SideEntry | None = one(lambda: SideEntry)
    second: SideEntry | None = one(lambda: SideEntry)

    def side(self, name: str) -> tuple[str | None, str | None]:
        """The locality and the comparator of a side, by their codes; neither is the whole area."""
        side: SideEntry | None = getattr(self, name)
        return (side.locality, side.comparator) if side else (None, None)


@dataclass(frozen=True, kw_only=True)
class MeasureEntry(Entry):
    noun = "measure"

    code: str = required(read.code)
    name: str = required(read.words(200))
    also_under: tuple[str, ...] = optional(read.list_of(read.name_of), (), refers_to="priority")
    definition: str = optional(read.words())
    unit: str = required(read.one_of(Unit))
    unit_name: str = optional(read.words(60))
    per: int | None = optional(read.whole_number(1, LARGEST_COUNT), None)
    is_ratio: bool = optional(read.truth, default=False)
    numerator_name: str = optional(read.words(120))
    denominator_name: str = optional(read.words(120))
    decimals: int = optional(read.whole_number(0, 6), 0)
    polarity: str = required(read.one_of(Polarity))
    is_bounded: bool = optional(read.truth, default=True)
    period_kind: str = required(read.one_of(PeriodKind))
    years_covered: int | None = optional(read.whole_number(2, 20), None)
    years_start_in_april: bool = optional(read.truth, default=False)
    is_cumulative: bool = optional(read.truth, default=False)
    roll_up: str = optional(read.one_of(RollUp), RollUp.NOT_ADDITIVE.value)
    comparison: str = optional(read.one_of(Comparison), Comparison.ONGOING.value)
    tolerance: ToleranceEntry | None = one(lambda: ToleranceEntry)
    dead_band: Decimal = optional(read.number, Decimal(0))
    gap: GapEntry | None = one(lambda: GapEntry)
    owner_title: str = optional(read.words(150))
    catalogue_key: str = optional(read.words(40))
    source: str = optional(read.words(250))
    source_url: str = optional(read.web_address)
    caution: str = optional(read.words())
    supplier: str | None = optional(read.name_of, None, refers_to="organisation")
    supplier_contact: str = optional(read.words(200))
    publication_lag_days: int = optional(read.whole_number(0, LARGEST_SMALL_COUNT), 0)
    grace_days: int = optional(read.whole_number(0, LARGEST_SMALL_COUNT), 30)
    release_class: str = optional(read.one_of(ReleaseClass.values), "published")
    is_disclosure_controlled: bool = optional(read.truth, default=False)
    is_sensitive: bool = optional(read.truth, default=False)
    discontinued_on: dt.date | None = optional(read.day, None)
    illustrative: bool = optional(read.truth, default=False)
    targets: tuple[TargetEntry, ...] = many(lambda: TargetEntry)
    breaks: tuple[BreakEntry, ...] = many(lambda: BreakEntry)
    series_versions: tuple[SeriesVersionEntry, ...] = many(lambda: SeriesVersionEntry)
    readings: tuple[ReadingEntry, ...] = many(lambda: ReadingEntry)

    def period_of(self, entry: TargetEntry | BaselineEntry | ReadingEntry) -> Period:
        """The period of a target, a baseline or a reading. Raises PeriodError when it is not of this measure's kind."""
        return Period.parse(
            self.period_kind,
            entry.period,
            years=self.years_covered,
            by_financial_year=self.years_start_in_april,
        )

    def figure_of(self, entry: ReadingEntry) -> tuple[Decimal | None, str]:
        """The value of a reading and its symbol: as written, or worked out from numerator and denominator."""
        if entry.value is not None or entry.symbol or entry.numerator is None or entry.denominator is None:
            return entry.value, entry.symbol
        value = kept_ratio(entry.numerator, entry.denominator, per=self.ratio_per)
        return value, "" if value is not None else Reading.Symbol.NOT_APPLICABLE

    @property
    def ratio_per(self) -> int:
        """What a numerator over its denominator is taken of: 100 for a percentage."""
        return self.per or 100

    @property
    def tolerance_kind(self) -> str:
        return self.tolerance.kind if self.tolerance else usual_tolerance(Unit(self.unit)).kind

    @property
    def tolerance_amber(self) -> Decimal:
        return self.tolerance.amber if self.tolerance else usual_tolerance(Unit(self.unit)).amber

    @property
    def tolerance_green(self) -> Decimal:
        return self.tolerance.green if self.tolerance else Decimal(0)


@dataclass(frozen=True, kw_only=True)
class PriorityEntry(Entry):
    noun = "priority"

    code: str = required(read.code)
    slug_or_none: str | None = field(
        default=None, metadata={"read": read.slug, "refers_to": "", "name": "slug"}
    )
    name: str = required(read.words(200))
    theme: str | None = optional(read.name_of, None, refers_to="theme")
    kind: str = optional(read.one_of(Priority.Kind.values), "strategic")
    description: str = optional(read.words())
    inequality: str = optional(read.words())
    lead_officer_title: str = optional(read.words(150))
    lead_group: str | None = optional(read.name_of, None, refers_to="group")
    groups: tuple[str, ...] = optional(read.list_of(read.name_of), (), refers_to="group")
    related_strategies: tuple[str, ...] = optional(read.list_of(read.words(250)), ())
    national_outcomes: tuple[str, ...] = optional(
        read.list_of(read.name_of), (), refers_to="national outcome"
    )
    stretch_outcomes: tuple[StretchOutcomeEntry, ...] = many(lambda: StretchOutcomeEntry)
    actions: tuple[ActionEntry, ...] = many(lambda: ActionEntry)
    measures: tuple[MeasureEntry, ...] = many(lambda: MeasureEntry)

    @property
    def slug(self) -> str:
        return self.slug_or_none or self.code.lower()


@dataclass(frozen=True, kw_only=True)
class EmergingIssueEntry(Entry):
    noun = "emerging issue"

    code: str = required(read.code)
    name: str = required(read.words(200))
    what_became_of_it: str = required(read.words())
    priorities: tuple[str, ...] = optional(read.list_of(read.name_of), (), refers_to="priority")


@dataclass(frozen=True, kw_only=True)
class PlanEntry(Entry):
    noun = "plan"
    in_order = (("starts_on", "ends_on"),)

    code: str = required(read.code)
    title: str = required(read.words(200))
    kind: str = optional(read.one_of(Plan.Kind.values), "loip")
    version: int = optional(read.whole_number(1, LARGEST_SMALL_COUNT), 1)
    starts_on: dt.date = required(read.day)
    ends_on: dt.date = required(read.day)
    status: str = optional(read.one_of(Plan.Status.values), "draft")
    vision: str = optional(read.words())
    needs: str = optional(read.words())
    source: str = optional(read.words())
    themes: tuple[ThemeEntry, ...] = many(lambda: ThemeEntry)
    priorities: tuple[PriorityEntry, ...] = many(lambda: PriorityEntry)
    emerging_issues: tuple[EmergingIssueEntry, ...] = many(lambda: EmergingIssueEntry)

    @property
    def measures(self) -> list[MeasureEntry]:
        return [measure for priority in self.priorities for measure in priority.measures]


@dataclass(frozen=True, kw_only=True)
class RiskMatrixEntry(Entry):
    noun = "risk matrix"

    version: int = optional(read.whole_number(1, LARGEST_SMALL_COUNT), 1)
    effective_on: dt.date | None = optional(read.day, None)
    cells: list[list[str]] = field(
        default_factory=default_cells, metadata={"read": read.bands, "refers_to": ""}
    )


@dataclass(frozen=True, kw_only=True)
class QuarterEntry(Entry):
    noun = "quarter"
    in_order = (("opens_on", "due_on"),)

    quarter: FinancialQuarter = required(read.quarter)
    opens_on: dt.date = required(read.day)
    due_on: dt.date = required(read.day)
    meeting: MeetingEntry | None = one(lambda: MeetingEntry)


@dataclass(frozen=True, kw_only=True)
class ScoreEntry(Entry):
    noun = "score"

    likelihood: int = required(read.whole_number(1, 5))
    impact: int = required(read.whole_number(1, 5))


@dataclass(frozen=True, kw_only=True)
class ControlEntry(Entry):
    noun = "control"

    code: str = required(read.code)
    kind: str = required(read.one_of(RiskControl.Kind.values))
    text: str = required(read.words())
    owner_title: str = optional(read.words(150))
    due_on: dt.date | None = optional(read.day, None)


@dataclass(frozen=True, kw_only=True)
class AssessmentEntry(Entry):
    noun = "assessment"

    quarter: FinancialQuarter = required(read.quarter)
    likelihood: int = required(read.whole_number(1, 5))
    impact: int = required(read.whole_number(1, 5))
    inherent: ScoreEntry | None = one(lambda: ScoreEntry)
    rationale: str = optional(read.words())
    assessed_on: dt.date | None = optional(read.day, None)


@dataclass(frozen=True, kw_only=True)
class RiskEntry(Entry):
    noun = "risk"
    in_order = (("opened_on", "closed_on"),)

    code: str = required(read.code)
    priority: str = required(read.name_of, refers_to="priority")
    title: str = required(read.words(200))
    cause: str = required(read.words())
    event: str = required(read.words())
    consequence: str = required(read.words())
    owner_title: str = required(read.words(150))
    owner_organisation: str | None = optional(read.name_of, None, refers_to="organisation")
    response: str = optional(read.one_of(Risk.Response.values), "treat")
    appetite: str = optional(read.one_of(Band), "medium")
    target: ScoreEntry | None = one(lambda: ScoreEntry)
    opened_on: dt.date = required(read.day)
    closed_on: dt.date | None = optional(read.day, None)
    closed_reason: str = optional(read.words())
    illustrative: bool = optional(read.truth, default=False)
    controls: tuple[ControlEntry, ...] = many(lambda: ControlEntry)
    assessments: tuple[AssessmentEntry, ...] = many(lambda: AssessmentEntry)


@dataclass(frozen=True, kw_only=True)
class PlanFile(Entry):
    """A whole plan file."""

    noun = "plan file"

    format: int = required(read.whole_number(1, LARGEST_SMALL_COUNT))
    partnership: PartnershipEntry = one(lambda: PartnershipEntry, is_required=True)
    organisations: tuple[OrganisationEntry, ...] = many(lambda: OrganisationEntry)
    groups: tuple[GroupEntry, ...] = many(lambda: GroupEntry)
    localities: tuple[LocalityEntry, ...] = many(lambda: LocalityEntry)
    comparators: tuple[ComparatorEntry, ...] = many(lambda: ComparatorEntry)
    disclosure_policies: tuple[DisclosurePolicyEntry, ...] = many(lambda: DisclosurePolicyEntry)
    meetings: tuple[MeetingEntry, ...] = many(lambda: MeetingEntry)
    national_outcomes: tuple[NationalOutcomeEntry, ...] = many(lambda: NationalOutcomeEntry)
    plan: PlanEntry = one(lambda: PlanEntry, is_required=True)
    risk_matrix: RiskMatrixEntry | None = one(lambda: RiskMatrixEntry)
    quarters: tuple[QuarterEntry, ...] = many(lambda: QuarterEntry)
    risks: tuple[RiskEntry, ...] = many(lambda: RiskEntry)
