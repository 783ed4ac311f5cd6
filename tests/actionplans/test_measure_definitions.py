"""Defining a measure, changing it, sharing it and marking a break: what is kept and what is refused."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from actionplans.definitions import (
    Fault,
    GapOf,
    MeasureDefinition,
    MeasureKind,
    Side,
    UsualTolerance,
    faults_in,
    usual_tolerance,
)
from actionplans.measure_definitions import (
    BreakRefused,
    DefinitionInDoubt,
    DefinitionOutOfDate,
    DefinitionRefused,
    change_measure,
    define_measure,
    definition_of,
    fingerprint,
    mark_break,
    share_measure,
    suggested_codes,
    what_it_holds,
)
from actionplans.models import Gap, Measure, SeriesBreak
from actionplans.numbers import Unit
from actionplans.rollups import RollUp
from actionplans.status import Polarity, ToleranceKind
from priorities.models import Comparator, Locality, Priority
from priorities.periods import PeriodKind
from tests.actionplans.factories import MeasureFactory, ReadingFactory, TargetFactory
from tests.audit_record import changes_of
from tests.factories import Cast, OrganisationFactory, PriorityFactory, cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def poverty(people: Cast) -> Priority:
    return people.poverty


def defined(priority: Priority, **said: object) -> MeasureDefinition:
    """A yearly percentage, given as it is published."""
    return MeasureDefinition(
        **{
            "name": "Children in low income families",
            "priority": priority,
            "kind": MeasureKind.PERCENTAGE,
            "polarity": Polarity.MINIMISE,
            "tolerance_kind": ToleranceKind.ABSOLUTE,
            "tolerance_amber": Decimal(2),
            "decimals": 1,
            "source": "DWP",
        }
        | said
    )


def messages_of(said: MeasureDefinition) -> list[tuple[str, str]]:
    return [(fault.field, fault.message) for fault in faults_in(said)]


# What must hold within a definition


def test_a_sound_definition_has_no_faults(poverty):
    assert faults_in(defined(poverty)) == ()


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"name": "  "}, "name", "Give the measure a name."),
        ({"code": "POV 1"}, "code", "A code has letters, digits, hyphens and underscores, like POV-03."),
        ({"code": "New"}, "code", "“New” is the address of another page. Choose another code."),
        ({"kind": MeasureKind.RATE}, "per", "Say how many the rate is per, like 1,000."),
        ({"per": 1000}, "per", "Only a rate is per so many. Leave this empty, or choose a rate."),
        (
            {"kind": MeasureKind.RATIO, "numerator_name": "Children in poverty"},
            "denominator_name",
            "Say what the denominator counts.",
        ),
        (
            {"numerator_name": "Children in poverty"},
            "numerator_name",
            "Only a figure that is worked out has a numerator. Leave this empty, or choose one.",
        ),
        (
            {"kind": MeasureKind.YES_NO, "decimals": 1},
            "decimals",
            "Yes or no has no decimals. Enter 0.",
        ),
        ({"decimals": 7}, "decimals", "Show from 0 to 6 decimals."),
        (
            {"kind": MeasureKind.COUNT, "decimals": 0, "is_cumulative": True, "roll_up": RollUp.SUM},
            "is_cumulative",
            "Only figures by financial quarter or by calendar month add up since 1 April.",
        ),
        (
            {
                "kind": MeasureKind.COUNT,
                "is_cumulative": True,
                "period_kind": PeriodKind.CALENDAR_MONTH,
                "roll_up": RollUp.LATEST,
            },
            "roll_up",
            "A total since 1 April adds up: choose “Add up (things counted over time)”.",
        ),
        (
            {"roll_up": RollUp.MEAN},
            "roll_up",
            (
                "Percentages and rates are never averaged: their parts are not of the same size. Choose “Cannot be "
                "rolled up”, or work the figure out from a numerator and a denominator."
            ),
        ),
        (
            {"roll_up": RollUp.POOLED},
            "roll_up",
            "Only a figure that is worked out keeps its numerators and denominators. Choose another way.",
        ),
        (
            {"roll_up": RollUp.SUM},
            "roll_up",
            (
                "Figures of this kind cannot be put together so. Choose “Take the latest (things counted on a day)” "
                "or “Cannot be rolled up”."
            ),
        ),
        (
            {"period_kind": PeriodKind.ROLLING_YEARS},
            "years_covered",
            "Say how many years are taken together, from 2 to 20.",
        ),
        (
            {"period_kind": PeriodKind.ROLLING_YEARS, "years_covered": 21},
            "years_covered",
            "Say how many years are taken together, from 2 to 20.",
        ),
        (
            {"years_covered": 3},
            "years_covered",
            "Only several years taken together have this. Leave it empty.",
        ),
        (
            {"years_start_in_april": True},
            "years_start_in_april",
            "Only several years taken together have this. Leave it unticked.",
        ),
        ({"tolerance_amber": Decimal(-1)}, "tolerance_amber", "A tolerance cannot be below zero."),
        ({"tolerance_green": Decimal(-1)}, "tolerance_green", "A tolerance cannot be below zero."),
        (
            {"tolerance_green": Decimal(3)},
            "tolerance_green",
            "Green would reach further from the target than amber. Make it narrower, or amber wider.",
        ),
        ({"dead_band": Decimal("-0.1")}, "dead_band", "This cannot be below zero."),
        ({"publication_lag_days": 1501}, "publication_lag_days", "Enter a number of days from 0 to 1,500."),
        ({"grace_days": 366}, "grace_days", "Enter a number of days from 0 to 365."),
        ({"kind": MeasureKind.GAP}, "gap_of", "Choose the measure whose two sides are compared."),
    ],
)
def test_what_cannot_be_is_said_beside_its_answer(poverty, said, field, words):
    assert (field, words) in messages_of(defined(poverty, **said))
    assert {found for found, _ in messages_of(defined(poverty, **said))} <= {field, "tolerance_green"}


def test_a_measure_is_not_shared_with_its_own_priority(poverty):
    assert messages_of(defined(poverty, shared_with=(poverty,))) == [
        ("shared_with", "It is reported under Poverty already. Choose other priorities only.")
    ]


@pytest.mark.parametrize(
    ("unit", "usual"),
    [
        (Unit.PERCENT, UsualTolerance(ToleranceKind.ABSOLUTE, Decimal(2))),
        (Unit.POINTS, UsualTolerance(ToleranceKind.ABSOLUTE, Decimal(2))),
        (Unit.YES_NO, UsualTolerance(ToleranceKind.ABSOLUTE, Decimal(0))),
        (Unit.NUMBER, UsualTolerance(ToleranceKind.RELATIVE, Decimal(5))),
        (Unit.MONEY, UsualTolerance(ToleranceKind.RELATIVE, Decimal(5))),
    ],
)
def test_the_usual_tolerance(unit, usual):
    assert usual_tolerance(unit) == usual


@pytest.mark.parametrize(
    ("unit", "is_ratio", "kind"),
    [
        ("number", False, MeasureKind.COUNT),
        ("percent", False, MeasureKind.PERCENTAGE),
        ("percent", True, MeasureKind.RATIO),
        ("rate", False, MeasureKind.RATE),
        ("rate", True, MeasureKind.RATE_RATIO),
        ("money", False, MeasureKind.MONEY),
        ("days", False, MeasureKind.DAYS),
        ("index", False, MeasureKind.INDEX),
        ("score", False, MeasureKind.SCORE),
        ("yes_no", False, MeasureKind.YES_NO),
        ("points", False, MeasureKind.POINTS),
    ],
)
def test_every_measure_there_can_be_has_a_kind(unit, is_ratio, kind):
    measure = Measure(unit=unit, is_ratio=is_ratio)

    assert MeasureKind.of(measure, is_gap=False) is kind
    assert MeasureKind.of(measure, is_gap=True) is MeasureKind.GAP
    assert (kind.unit, kind.is_ratio) == (unit, is_ratio)


# Defining


def test_a_measure_is_defined_with_all_that_was_said(people, poverty):
    supplier = OrganisationFactory(partnership=people.partnership)
    said = defined(
        poverty,
        code="POV-CHILD",
        kind=MeasureKind.RATE_RATIO,
        definition="All children under 16.",
        shared_with=(people.skills,),
        unit_name="children",
        per=1000,
        numerator_name="Children in poverty",
        denominator_name="All children",
        is_bounded=False,
        period_kind=PeriodKind.ROLLING_YEARS,
        years_covered=3,
        years_start_in_april=True,
        roll_up=RollUp.POOLED,
        tolerance_kind=ToleranceKind.RELATIVE,
        tolerance_amber=Decimal(10),
        tolerance_green=Decimal(1),
        dead_band=Decimal("0.5"),
        owner_title="Head of Communities",
        catalogue_key="life-expectancy",
        source_url="https://example.org/figures",
        caution="Small samples.",
        supplier=supplier,
        supplier_contact="Data team",
        publication_lag_days=365,
        grace_days=60,
        release_class="management",
        is_sensitive=True,
        discontinued_on=dt.date(2030, 4, 1),
    )

    made = define_measure(people.partnership, said, by=people.manager)

    kept = Measure.objects.get(code="POV-CHILD")
    assert made == kept
    assert (kept.unit, kept.is_ratio, kept.per, kept.roll_up) == ("rate", True, 1000, "pooled")
    assert (kept.is_sensitive, kept.is_disclosure_controlled) == (True, True)
    assert definition_of(kept) == replace(said, is_disclosure_controlled=True)
    assert list(kept.shared_with.all()) == [people.skills]


def test_a_measure_without_a_code_gets_the_next_free_one(people, poverty):
    for code in ("POV-01", "pov-07", "POV-OLD", "SKI-09"):
        MeasureFactory(priority=poverty, code=code)

    first = define_measure(people.partnership, defined(poverty), by=people.manager)
    second = define_measure(people.partnership, defined(poverty, name="Another"), by=people.manager)

    assert (first.code, second.code) == ("POV-08", "POV-09")
    assert suggested_codes(people.partnership, [people.skills]) == {people.skills.pk: "SKI-10"}


def test_a_new_measure_comes_last(people, poverty):
    MeasureFactory(priority=poverty, position=4)

    assert define_measure(people.partnership, defined(poverty), by=people.manager).position == 5
    assert (
        define_measure(
            people.partnership, defined(people.skills), by=people.manager, answered=ANSWER
        ).position
        == 1
    )


ANSWER = (
    "There is a measure called “Children in low income families” from the same source already (POV-01, under "
    "Poverty). To show it under another priority too, share that one: it is then counted once. Is this a different "
    "one?"
)


def test_the_same_series_under_two_priorities_is_asked_about(people, poverty):
    define_measure(people.partnership, defined(poverty), by=people.manager)
    again = defined(people.skills, name="children in LOW income families ", source="dwp")

    with pytest.raises(DefinitionInDoubt) as asked:
        define_measure(people.partnership, again, by=people.manager)

    assert asked.value.doubts == (Fault("name", ANSWER),)
    assert Measure.objects.count() == 1
    define_measure(people.partnership, again, by=people.manager, answered=ANSWER)
    assert Measure.objects.count() == 2


def test_the_same_name_from_another_source_is_asked_about(people, poverty):
    define_measure(people.partnership, defined(poverty), by=people.manager)

    with pytest.raises(DefinitionInDoubt) as asked:
        define_measure(people.partnership, defined(poverty, source="HMRC"), by=people.manager)

    assert asked.value.question == (
        "There is another measure called “Children in low income families” (POV-01, under Poverty). Is this a "
        "different one?"
    )


def test_the_same_name_elsewhere_is_nobodys_business(people, poverty):
    MeasureFactory(name="Children in low income families")

    define_measure(people.partnership, defined(poverty), by=people.manager)


def test_a_code_is_one_measures_whatever_its_case(people, poverty):
    MeasureFactory(priority=poverty, code="POV-01", name="Grants")

    with pytest.raises(DefinitionRefused) as refused:
        define_measure(people.partnership, defined(poverty, code="pov-01"), by=people.manager)

    assert refused.value.faults == (Fault("code", "POV-01 is the code of “Grants”. Choose another."),)


def test_nothing_crosses_from_another_partnership(people, poverty):
    elsewhere = PriorityFactory()
    theirs = MeasureFactory(priority=elsewhere)
    place = Locality.objects.create(partnership=theirs.partnership, code="X", name="X", kind="area")
    said = defined(
        elsewhere,
        shared_with=(PriorityFactory(),),
        supplier=OrganisationFactory(),
        kind=MeasureKind.GAP,
        gap=GapOf(theirs, Side(), Side(locality=place)),
    )

    with pytest.raises(DefinitionRefused) as refused:
        define_measure(people.partnership, said, by=people.manager)

    assert [fault.field for fault in refused.value.faults] == [
        "priority",
        "shared_with",
        "supplier",
        "gap_of",
        "gap_second",
    ]
    assert Measure.objects.filter(partnership=people.partnership).count() == 0


@pytest.mark.parametrize("who", ["lead", "board", "viewer", "officer", "chair", "stranger"])
def test_only_the_cp_manager_defines(people, poverty, who):
    measure = MeasureFactory(priority=poverty)
    someone = getattr(people, who)

    for attempt in (
        lambda: define_measure(people.partnership, defined(poverty), by=someone),
        lambda: change_measure(measure, defined(poverty), seen=None, by=someone),
        lambda: share_measure(measure, [people.skills], by=someone),
        lambda: mark_break(measure, on=dt.date(2021, 4, 1), reason="New rules.", by=someone),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    assert Measure.objects.count() == 1


# A gap


@pytest.fixture
def fifths(people: Cast) -> tuple[Comparator, Comparator]:
    made = [
        Comparator.objects.create(partnership=people.partnership, code=code, name=name, kind="population")
        for code, name in (("Q1", "Most deprived fifth"), ("Q5", "Least deprived fifth"))
    ]
    return made[0], made[1]


def gap_of(measure: Measure, fifths: tuple[Comparator, Comparator], **said: object) -> MeasureDefinition:
    gap = GapOf(measure, Side(comparator=fifths[0]), Side(comparator=fifths[1]))
    return defined(measure.priority, **({"kind": MeasureKind.GAP, "name": "The gap", "gap": gap} | said))


def test_a_gap_has_its_unit_and_periods_from_its_measure(people, poverty, fifths):
    base = MeasureFactory(
        priority=poverty,
        unit="percent",
        period_kind="rolling_years",
        years_covered=3,
        years_start_in_april=True,
    )

    made = define_measure(people.partnership, gap_of(base, fifths), by=people.manager)

    assert (made.unit, made.period_kind, made.years_covered, made.years_start_in_april) == (
        "points",
        "rolling_years",
        3,
        True,
    )
    row = Gap.objects.get(measure=made)
    assert (row.of, row.first_comparator, row.second_comparator) == (base, *fifths)
    assert definition_of(made).kind is MeasureKind.GAP
    assert what_it_holds(base) == "1 gap worked out from it"


def test_a_gap_of_a_rate_is_per_as_many(people, poverty, fifths):
    base = MeasureFactory(priority=poverty, unit="rate", per=1000)

    made = define_measure(people.partnership, gap_of(base, fifths), by=people.manager)

    assert (made.unit, made.per) == ("rate", 1000)
    changed = change_measure(made, definition_of(made), seen=None, by=people.manager)
    assert changed.per == 1000


def test_a_gap_of_itself_of_a_gap_or_of_one_side_is_refused(people, poverty, fifths):
    base = MeasureFactory(priority=poverty)
    made = define_measure(people.partnership, gap_of(base, fifths), by=people.manager)

    def faults(measure: Measure, said: MeasureDefinition) -> list[tuple[str, str]]:
        with pytest.raises(DefinitionRefused) as refused:
            change_measure(measure, said, seen=None, by=people.manager)
        return [(fault.field, fault.message) for fault in refused.value.faults]

    assert faults(made, gap_of(made, fifths)) == [("gap_of", "Choose another measure of this partnership.")]
    assert faults(MeasureFactory(priority=poverty), gap_of(made, fifths, name="Of a gap")) == [
        ("gap_of", "This is a gap itself. Choose the measure that it compares.")
    ]
    one_side = replace(gap_of(base, fifths), gap=GapOf(base, Side(), Side()))
    assert faults(made, one_side) == [("gap_second", "Choose two different sides.")]


def test_a_gap_of_yes_or_no_is_refused(poverty, fifths):
    base = MeasureFactory(priority=poverty, unit="yes_no", decimals=0)

    assert ("gap_of", "Yes or no has no gap. Choose a measure of numbers.") in messages_of(
        gap_of(base, fifths)
    )


def test_a_measure_that_is_no_gap_any_more_loses_its_sides(people, poverty, fifths):
    made = define_measure(
        people.partnership, gap_of(MeasureFactory(priority=poverty), fifths), by=people.manager
    )

    change_measure(made, defined(poverty), seen=None, by=people.manager)

    assert Gap.objects.count() == 0
    assert Measure.objects.get(pk=made.pk).unit == "percent"


# Changing


@pytest.fixture
def measure(people: Cast, poverty: Priority) -> Measure:
    return define_measure(people.partnership, defined(poverty, code="POV-01"), by=people.manager)


def changed(people: Cast, measure: Measure, **said: object) -> Measure:
    return change_measure(measure, replace(definition_of(measure), **said), seen=None, by=people.manager)


def refusals(people: Cast, measure: Measure, **said: object) -> list[tuple[str, str]]:
    with pytest.raises(DefinitionRefused) as refused:
        changed(people, measure, **said)
    return [(fault.field, fault.message) for fault in refused.value.faults]


def test_what_is_changed_is_on_record_and_nothing_else(people, measure):
    count = len(changes_of(measure))

    changed(people, measure, definition="All children under 16.", shared_with=(people.skills,))

    entries = changes_of(measure)[count:]
    assert entries[0] == {"definition": ("", "All children under 16.")}
    assert [set(entry) for entry in entries] == [{"definition"}, {"shared_with"}]


def test_saving_what_is_there_leaves_no_entry(people, measure):
    count = len(changes_of(measure))

    changed(people, measure)

    assert len(changes_of(measure)) == count


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"kind": MeasureKind.COUNT}, "kind"),
        (
            {
                "kind": MeasureKind.RATIO,
                "numerator_name": "Children in poverty",
                "denominator_name": "All children",
            },
            "kind",
        ),
        ({"kind": MeasureKind.RATE, "per": 1000}, "kind"),
        ({"period_kind": PeriodKind.FINANCIAL_QUARTER}, "period_kind"),
        ({"period_kind": PeriodKind.ROLLING_YEARS, "years_covered": 3}, "period_kind"),
    ],
)
@pytest.mark.parametrize(("holds", "words"), [(ReadingFactory, "1 figure"), (TargetFactory, "1 target")])
def test_what_figures_and_targets_mean_does_not_change_under_them(people, measure, said, field, holds, words):
    holds(measure=measure)

    assert refusals(people, measure, **said) == [
        (
            field,
            (
                f"This measure has {words}, which would come to mean something else. Leave this as it was. If the way of "
                "counting changed, mark a break; if the new figures are of another kind, say when this measure "
                "ends and define a new one."
            ),
        )
    ]


@pytest.mark.parametrize("said", [{"kind": MeasureKind.COUNT}, {"period_kind": PeriodKind.FINANCIAL_QUARTER}])
def test_a_measure_without_figures_may_become_another_kind(people, measure, said):
    after = changed(people, measure, **said)

    assert definition_of(after) == replace(definition_of(measure), **said)


def test_totals_since_april_do_not_become_figures_of_a_quarter(people, poverty):
    measure = define_measure(
        people.partnership,
        defined(
            poverty,
            kind=MeasureKind.COUNT,
            period_kind=PeriodKind.FINANCIAL_QUARTER,
            is_cumulative=True,
            roll_up=RollUp.SUM,
        ),
        by=people.manager,
    )
    ReadingFactory(measure=measure)

    assert [field for field, _ in refusals(people, measure, is_cumulative=False)] == ["is_cumulative"]


def test_a_rate_that_never_said_what_it_is_per_may_say_so(people, poverty):
    measure = MeasureFactory(priority=poverty, unit="rate")
    ReadingFactory(measure=measure)

    assert changed(people, measure, per=1000).per == 1000
    assert [field for field, _ in refusals(people, measure, per=100)] == ["per"]


def test_the_sides_of_a_gap_with_targets_stay(people, poverty, fifths):
    made = define_measure(
        people.partnership, gap_of(MeasureFactory(priority=poverty), fifths), by=people.manager
    )
    TargetFactory(measure=made)
    gap = definition_of(made).gap

    assert [field for field, _ in refusals(people, made, gap=replace(gap, first=Side()))] == ["gap_of"]


def test_a_code_that_has_been_used_stays(people, measure):
    assert changed(people, measure, code="POV-02").code == "POV-02"
    ReadingFactory(measure=measure)
    measure.refresh_from_db()

    assert refusals(people, measure, code="POV-03") == [
        (
            "code",
            (
                "POV-02 stands in what has been reported and in the addresses people have kept, so it stays. Change the "
                "name instead."
            ),
        )
    ]
    assert changed(people, measure, code="", name="Child poverty").code == "POV-02"


def test_a_tolerance_in_per_cent_of_a_target_of_zero_is_refused(people, measure):
    TargetFactory(measure=measure, value=5, version=1)
    TargetFactory(measure=measure, value=0, version=2)
    relative = {"tolerance_kind": ToleranceKind.RELATIVE, "tolerance_amber": Decimal(5)}

    assert refusals(people, measure, **relative) == [
        (
            "tolerance_kind",
            (
                "The target for the period to 31 December 2021 is zero, and a percentage of zero is zero. Give the "
                "tolerance in the measure's own unit."
            ),
        )
    ]
    TargetFactory(measure=measure, value=1, version=3)
    assert changed(people, measure, **relative).tolerance_kind == "relative"


def test_another_polarity_under_targets_is_asked_about(people, measure):
    TargetFactory(measure=measure)

    with pytest.raises(DefinitionInDoubt) as asked:
        changed(people, measure, polarity=Polarity.MAXIMISE)

    assert asked.value.doubts == (
        Fault(
            "polarity",
            "Its targets were set while the rule was “Lower is better”. Do they hold for the new rule?",
        ),
    )


def test_disclosure_control_is_not_lifted_from_figures_nobody_has_checked(people, measure):
    changed(people, measure, is_disclosure_controlled=True)
    ReadingFactory(measure=measure)
    measure.refresh_from_db()

    assert refusals(people, measure, is_disclosure_controlled=False) == [
        (
            "is_disclosure_controlled",
            "1 figure has not been through disclosure control and would be shown at once. Clear them first.",
        )
    ]


def test_two_people_who_meet_in_one_definition(people, measure):
    seen = fingerprint(definition_of(measure))
    mine = replace(definition_of(measure), name="Mine")
    changed(people, measure, name="Theirs")

    with pytest.raises(DefinitionOutOfDate) as late:
        change_measure(measure, mine, seen=seen, by=people.manager)

    assert late.value.saved.name == "Theirs"
    assert Measure.objects.get(pk=measure.pk).name == "Theirs"
    change_measure(measure, mine, seen=fingerprint(late.value.saved), by=people.manager)
    assert Measure.objects.get(pk=measure.pk).name == "Mine"


@pytest.mark.parametrize(
    "said",
    [
        {"name": "Another"},
        {"code": "POV-99"},
        {"tolerance_amber": Decimal("2.5")},
        {"kind": MeasureKind.COUNT},
        {"discontinued_on": dt.date(2022, 4, 1)},
        {"is_sensitive": True},
    ],
)
def test_a_fingerprint_tells_every_change(measure, said):
    before = definition_of(measure)

    assert fingerprint(before) == fingerprint(definition_of(Measure.objects.get(pk=measure.pk)))
    assert fingerprint(replace(before, **said)) != fingerprint(before)


def test_a_fingerprint_tells_who_shares_and_the_sides_of_a_gap(people, measure, fifths):
    before = definition_of(measure)
    base = MeasureFactory(priority=people.poverty)
    gap, turned = (
        replace(before, kind=MeasureKind.GAP, gap=GapOf(base, Side(comparator=one), Side(comparator=other)))
        for one, other in (fifths, reversed(fifths))
    )

    assert (
        len(
            {fingerprint(one) for one in (before, replace(before, shared_with=(people.skills,)), gap, turned)}
        )
        == 4
    )


# Sharing, and breaks


def test_a_measure_is_shared_with_these_and_no_others(people, measure):
    third = PriorityFactory(plan=people.plan)
    share_measure(measure, [people.skills], by=people.manager)
    share_measure(measure, [third], by=people.manager)

    assert list(measure.shared_with.all()) == [third]
    for other, words in (
        (people.poverty, "It is reported under Poverty already."),
        (PriorityFactory(), "Choose priorities of this partnership."),
    ):
        with pytest.raises(DefinitionRefused, match=words):
            share_measure(measure, [other], by=people.manager)


def test_a_break_is_marked_once_and_with_a_reason(people, measure):
    day = dt.date(2021, 4, 1)

    made = mark_break(measure, on=day, reason=" Special schools count as well. ", by=people.manager)

    assert (made.on, made.reason) == (day, "Special schools count as well.")
    for on, reason, field, words in (
        (day, "Again.", "on", "There is a break on 1 April 2021 already."),
        (dt.date(2020, 4, 1), " ", "reason", "Say what changed in the way of counting."),
    ):
        with pytest.raises(BreakRefused, match=words) as refused:
            mark_break(measure, on=on, reason=reason, by=people.manager)
        assert refused.value.field == field
    assert SeriesBreak.objects.count() == 1
