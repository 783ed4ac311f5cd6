"""A plan file is checked whole and loaded whole, and only what differs is written."""

import datetime as dt
import json
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command

from actionplans.models import Measure, QuarterlyReturn, Reading, Risk, RiskAssessment, StretchOutcome, Target
from actionplans.plan_file import FaultsFoundError, load, read_plan_file
from priorities.clock import EDINBURGH
from priorities.models import Decision, EmergingIssue, Group, Partnership, Plan, Priority, Quarter, User

VALID = """\
format: 1
partnership:
  slug: sample
  name: Sample Community Planning Partnership
  area_name: Sample
  area_code: S12000099
organisations:
  - {code: council, name: Sample Council, kind: statutory, is_facilitator: true}
  - {code: tsi, name: Voluntary Sector Sample, kind: third_sector, joined_on: 2016-04-01}
groups:
  - {code: eog, name: Executive Officer Group, kind: officers, parent: board}
  - {code: board, name: CPP Board, kind: board}
  - {code: food, name: Food Group, kind: delivery, parent: eog}
localities:
  - {code: town, name: Town, kind: area, population: 30000}
  - {code: city, name: City, kind: ward, population: 30001}
meetings:
  - {group: board, held_on: 2022-02-25}
national_outcomes:
  - {framework: 2018, code: poverty, name: We tackle poverty}
plan:
  code: loip-2020
  title: Local Outcomes Improvement Plan
  starts_on: 2020-10-01
  ends_on: 2023-09-30
  status: published
  themes:
    - {code: equality, name: Equality}
    - {code: environment, name: Environment}
  priorities:
    - code: POV
      name: Poverty
      theme: equality
      lead_officer_title: Chief Executive
      lead_group: food
      groups: [food, eog]
      related_strategies: [Child Poverty Action Report]
      national_outcomes: [poverty]
      stretch_outcomes:
        - code: S1
          statement: Fewer children grow up in poverty.
          achieve_by: 2023-09-30
          yearly_aims: {1: one in six, 2: one in seven}
      actions:
        - {code: A1, title: Open a pantry, done_by: communities, lead_organisation: tsi, due_on: 2022-03-31}
      measures:
        - code: POV-01
          name: Children in low income families
          unit: percent
          decimals: 1
          polarity: minimise
          period_kind: financial_year
          tolerance: {kind: absolute, amber: 1.5}
          supplier: council
          targets:
            - {period: 2020/21, value: 18.0}
            - {period: 2021/22, value: 16.0, set_on: 2020-10-13, illustrative: true}
            - {period: 2021/22, value: 17.0, set_on: 2021-10-01, version: 2, reason: Pandemic}
          breaks:
            - {on: 2019-04-01, reason: New method}
          readings:
            - {period: 2019/20, value: 19.40, released_on: 2021-03-24, flag: provisional}
            - {period: 2019/20, value: 19.1, released_on: 2021-07, flag: revised, note: "Census, 2021"}
            - {period: 2020/21, value: 17.25, released_on: 2022-03-24, numerator: 345, denominator: 2000}
            - {period: 2020/21, value: 21, released_on: 2022-03-24, place: town}
        - {code: POV-02, name: Parcels, unit: number, polarity: none, period_kind: financial_quarter}
    - {code: digital, name: Digital, kind: enabling, slug: digital-offer}
  emerging_issues:
    - {code: food, name: Food insecurity, what_became_of_it: Part of Poverty., priorities: [POV]}
quarters:
  - {quarter: Q4 2020/21, opens_on: 2021-04-01, due_on: 2021-04-21}
  - {quarter: Q3 2021/22, opens_on: 2022-01-01, due_on: 2022-01-21, meeting: {group: board, held_on: 2022-02-25}}
risks:
  - code: R1
    priority: POV
    title: Too few volunteers
    cause: Volunteers are tired.
    event: The pantry closes.
    consequence: Families go without.
    owner_title: Head of Communities
    owner_organisation: council
    target: {likelihood: 2, impact: 3}
    opened_on: 2020-10-01
    controls:
      - {code: C1, kind: existing, text: A rota}
    assessments:
      - {quarter: Q4 2020/21, likelihood: 3, impact: 4, inherent: {likelihood: 4, impact: 4}}
"""

OURS = [*apps.get_app_config("priorities").get_models(), *apps.get_app_config("actionplans").get_models()]


def counts():
    return {model.__name__: model.objects.count() for model in OURS}


def with_change(before, after):
    assert VALID.count(before) == 1, before
    return VALID.replace(before, after)


def faults_in(text):
    content = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(FaultsFoundError) as caught:
        read_plan_file(content)
    return [str(fault) for fault in caught.value.faults]


def loaded(text=VALID, **how):
    return load(read_plan_file(text.encode()), **how)


def changes(report):
    """The nouns that changed, with how many were added and how many changed."""
    return {one.noun: (one.created, one.changed) for one in report.tallies if one.created or one.changed}


# Reading what is well written


@pytest.mark.django_db
def test_everything_in_the_file_is_loaded():
    loaded()

    assert {name: count for name, count in counts().items() if count} == {
        "Partnership": 1,
        "Organisation": 2,
        "Group": 3,
        "Locality": 2,
        "Meeting": 1,
        "NationalOutcome": 1,
        "Plan": 1,
        "Theme": 2,
        "Priority": 2,
        "EmergingIssue": 1,
        "Quarter": 2,
        "StretchOutcome": 1,
        "YearlyAim": 2,
        "Action": 1,
        "Measure": 2,
        "Target": 3,
        "SeriesBreak": 1,
        "Reading": 4,
        "RiskMatrix": 1,
        "Risk": 1,
        "RiskControl": 1,
        "RiskAssessment": 1,
    }


@pytest.mark.django_db
def test_references_defaults_and_order():
    loaded()

    poverty, digital = Priority.objects.order_by("position")
    assert (poverty.slug, poverty.kind, poverty.theme.name) == ("pov", "strategic", "Equality")
    assert (digital.slug, digital.kind, digital.theme) == ("digital-offer", "enabling", None)
    assert {group.code for group in poverty.groups.all()} == {"food", "eog"}
    assert poverty.lead_group.parent.parent.code == "board"
    assert [outcome.name for outcome in poverty.national_outcomes.all()] == ["We tackle poverty"]
    assert poverty.related_strategies == ["Child Poverty Action Report"]
    assert [issue.name for issue in poverty.emerging_issues.all()] == ["Food insecurity"]
    assert [theme.name for theme in poverty.plan.themes.all()] == ["Equality", "Environment"]
    parcels = Measure.objects.get(code="POV-02")
    assert (parcels.tolerance_kind, parcels.tolerance_amber) == ("relative", Decimal(5))
    assert Quarter.objects.get(year=2021, number=3).meeting.group.code == "board"


@pytest.mark.django_db
def test_every_vintage_is_kept_and_known_from_half_past_nine():
    loaded()

    vintages = Reading.objects.filter(place=None).order_by("released_at")
    assert [(one.value, one.flag, one.released_at.astimezone(EDINBURGH).isoformat()) for one in vintages] == [
        (Decimal("19.4"), "provisional", "2021-03-24T09:30:00+00:00"),
        (Decimal("19.1"), "revised", "2021-07-01T09:30:00+01:00"),
        (Decimal("17.25"), "final", "2022-03-24T09:30:00+00:00"),
    ]
    assert all(one.entered_at == one.released_at for one in vintages)
    assert {one.state for one in vintages} == {"confirmed"}
    assert (vintages[2].starts_on, vintages[2].ends_on) == (dt.date(2020, 4, 1), dt.date(2021, 3, 31))
    assert Reading.objects.get(place__code="town").value == 21


@pytest.mark.django_db
def test_targets_keep_their_versions_and_days():
    loaded()

    assert list(Target.objects.values_list("ends_on", "version", "value", "set_on", "is_illustrative")) == [
        (dt.date(2021, 3, 31), 1, Decimal(18), dt.date(2020, 10, 1), False),
        (dt.date(2022, 3, 31), 1, Decimal(16), dt.date(2020, 10, 13), True),
        (dt.date(2022, 3, 31), 2, Decimal(17), dt.date(2021, 10, 1), False),
    ]


DECISION = (
    "{meeting: {group: board, held_on: 2022-02-25}, verb: agreed, text: Slower, minute_paragraph: '5.2'}"
)
DECIDED = VALID.replace(
    "value: 18.0}", f"value: 18.0, reason: As the plan says, decision: {DECISION}}}"
).replace("reason: Pandemic}", f"reason: Pandemic, decision: {DECISION}}}")


@pytest.mark.django_db
def test_targets_come_with_the_decision_that_set_them():
    assert changes(loaded(DECIDED))["decisions"] == (1, 0)

    first, unexplained, changed = Target.objects.all()
    assert unexplained.decision is None
    assert first.decision == changed.decision
    assert first.decision.in_words == "Agreed by the CPP Board, 25 February 2022, paragraph 5.2"
    assert (first.decision.text, first.reason, first.set_by) == ("Slower", "As the plan says", None)
    assert loaded(DECIDED).is_unchanged
    assert Decision.objects.count() == 1


@pytest.mark.django_db
def test_a_target_that_loses_its_decision_in_the_file_loses_it():
    loaded(DECIDED)

    assert changes(loaded()) == {"targets": (0, 2)}
    assert not Target.objects.exclude(decision=None).exists()


@pytest.mark.django_db
def test_a_target_set_in_the_service_is_not_the_files_to_change():
    loaded()
    manager = User.objects.create_user("manager@example.org", name="A manager")
    moment = dt.datetime(2022, 1, 10, tzinfo=dt.UTC)
    Target.objects.filter(version=2).update(set_by=manager, set_at=moment)
    assert loaded().is_unchanged

    with pytest.raises(FaultsFoundError) as caught:
        loaded(with_change("value: 17.0", "value: 17.5"))

    assert str(caught.value) == (
        "line 58: priorities › POV › measures › POV-01 › targets › 3: "
        "Version 2 of this target was set in the service; the file cannot change it."
    )
    assert Target.objects.get(version=2).value == 17


@pytest.mark.django_db
def test_risks_come_with_their_assessment():
    loaded()

    assessment = RiskAssessment.objects.get()
    assert (assessment.score, assessment.inherent_likelihood, assessment.quarter.label) == (
        12,
        4,
        "Q4 2020/21",
    )
    assert assessment.assessed_at.astimezone(EDINBURGH).isoformat() == "2021-03-31T09:30:00+01:00"
    assert (assessment.matrix.version, assessment.matrix.effective_on) == (1, dt.date(2020, 10, 1))
    assert assessment.risk.target_impact == 3


@pytest.mark.django_db
def test_what_is_made_up_is_marked_on_the_partnership():
    loaded()
    assert Partnership.objects.get().has_illustrative_entries is True

    report = loaded(with_change(", illustrative: true", ""))

    assert Partnership.objects.get().has_illustrative_entries is False
    assert changes(report) == {"targets": (0, 1), "partnership": (0, 1)}


@pytest.mark.django_db
def test_targets_and_readings_of_an_illustrative_measure_are_illustrative():
    text = with_change("supplier: council", "illustrative: true").replace(
        "Pandemic}", "Pandemic, illustrative: false}"
    )

    loaded(text)

    assert set(Reading.objects.values_list("is_illustrative", flat=True)) == {True}
    assert list(Target.objects.values_list("is_illustrative", flat=True)) == [True, True, False]


@pytest.mark.django_db
def test_json_is_a_plan_file_too():
    partnership = {"slug": "sample", "name": "Sample", "area_name": "Sample", "area_code": "S12000099"}
    plan = {"code": "loip", "title": "Plan", "starts_on": "2020-10-01", "ends_on": "2023-09-30"}
    document = {"format": 1, "partnership": partnership, "plan": plan}

    load(read_plan_file(json.dumps(document, indent="\t").encode("utf-8-sig")))

    assert Plan.objects.get().title == "Plan"


# Loading again


@pytest.mark.django_db
def test_loading_again_changes_nothing_and_says_so():
    loaded()

    report = loaded()

    assert report.is_unchanged
    assert report.lines() == ["Nothing changed."]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ("value: 17.25", "value: 17.5", {"readings": (0, 1)}),
        ("name: Voluntary Sector Sample", "name: Third Sector Sample", {"organisations": (0, 1)}),
        ("parent: eog", "parent: board", {"groups": (0, 1)}),
        ("groups: [food, eog]", "groups: [food, board]", {"priorities": (0, 1)}),
        ("national_outcomes: [poverty]", "national_outcomes: []", {"priorities": (0, 1)}),
        ("priorities: [POV]", "priorities: [POV, digital]", {"emerging issues": (0, 1)}),
        ("2: one in seven", "2: one in eight, 3: one in nine", {"yearly aims": (1, 1)}),
        ("likelihood: 3, impact: 4", "likelihood: 3, impact: 5", {"risk assessments": (0, 1)}),
        ("due_on: 2022-01-21", "due_on: 2022-01-28", {"quarters": (0, 1)}),
        ("supplier: council", "publication_lag_days: 350", {"measures": (0, 1)}),
        ("released_on: 2021-07,", "released_on: 2021-08,", {"readings": (1, 0)}),
        ("risks:\n", "risk_matrix: {effective_on: 2020-11-01}\nrisks:\n", {"risk matrix": (0, 1)}),
    ],
)
def test_a_changed_file_changes_just_that(before, after, changed):
    loaded()

    report = loaded(with_change(before, after))

    assert changes(report) == changed
    assert loaded(with_change(before, after)).is_unchanged


@pytest.mark.django_db
def test_a_field_left_out_returns_to_its_default():
    loaded()

    loaded(with_change("      lead_officer_title: Chief Executive\n", ""))

    assert Priority.objects.get(code="POV").lead_officer_title == ""


@pytest.mark.django_db
def test_what_people_added_in_the_service_stays():
    loaded()
    officer = User.objects.create_user("poverty@example.org", name="An officer")
    Priority.objects.filter(code="POV").update(lead_officer=officer)

    assert loaded().is_unchanged
    assert Priority.objects.get(code="POV").lead_officer == officer


@pytest.mark.django_db
def test_entries_no_longer_in_the_file_are_left_and_named():
    loaded()

    report = loaded(
        with_change("    - {code: digital, name: Digital, kind: enabling, slug: digital-offer}\n", "")
    )

    assert report.lines() == ["Nothing changed.", "Not in the file, left as before: priority digital."]
    assert Priority.objects.filter(code="digital").exists()


@pytest.mark.django_db
def test_a_rehearsal_counts_and_changes_nothing():
    report = loaded(is_rehearsal=True)

    assert changes(report)["readings"] == (4, 0)
    assert report.lines()[-1] == "Nothing was loaded: this was only a check."
    assert set(counts().values()) == {0}


@pytest.mark.django_db
def test_a_run_of_financial_years_is_loaded_as_such():
    loaded(
        with_change(
            "period_kind: financial_quarter",
            "period_kind: rolling_years, years_covered: 3, years_start_in_april: true, "
            "readings: [{period: 2017/18 to 2019/20, value: 3, released_on: 2021-03-24}]",
        )
    )
    measure = Measure.objects.get(code="POV-02")
    assert measure.years_start_in_april
    assert measure.readings.get().starts_on == dt.date(2017, 4, 1)
    assert measure.period_containing(dt.date(2020, 3, 31)).label == "2017/18 to 2019/20"


@pytest.mark.django_db
def test_two_partnerships_may_use_the_same_codes():
    loaded()

    loaded(with_change("slug: sample", "slug: other"))

    assert Measure.objects.filter(code="POV-01").count() == 2
    assert loaded().is_unchanged


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow_with_the_readings(
    django_assert_num_queries, django_assert_max_num_queries
):
    line = "            - {period: 2020/21, value: 21, released_on: 2022-03-24, place: town}\n"
    more = "".join(
        line.replace("2022-03-24", f"20{year}-0{month}-24")
        for year in range(23, 63)
        for month in range(1, 10)
    )
    small = read_plan_file(VALID.encode())
    large = read_plan_file(with_change(line, line + more).encode())
    load(small)

    with django_assert_num_queries(34):
        load(small)
    # SQLite takes some fifty readings at a time, PostgreSQL all.
    with django_assert_max_num_queries(34 + 9):
        load(large)
    with django_assert_num_queries(34):
        load(large)

    assert Reading.objects.count() == 364


# What is already loaded may forbid it


@pytest.mark.django_db
def test_a_locked_quarter_and_its_assessments_do_not_change():
    loaded()
    manager = User.objects.create_user("manager@example.org", name="A manager")
    Quarter.objects.filter(year=2020).update(
        locked_by=manager, locked_at=dt.datetime(2021, 5, 1, tzinfo=dt.UTC)
    )
    assert loaded().is_unchanged

    for text, fault in [
        (
            with_change("due_on: 2021-04-21", "due_on: 2021-04-28"),
            "line 71: quarters › 1: Q4 2020/21 is locked; its dates and meeting cannot change.",
        ),
        (
            with_change("likelihood: 3, impact: 4", "likelihood: 3, impact: 5"),
            "line 87: risks › R1 › assessments › 1: This quarter is locked; its assessments cannot change.",
        ),
    ]:
        with pytest.raises(FaultsFoundError) as caught:
            loaded(text)
        assert str(caught.value) == fault
    assert Quarter.objects.get(year=2020).due_on == dt.date(2021, 4, 21)
    assert RiskAssessment.objects.get().impact == 4


@pytest.mark.django_db
def test_figures_and_assessments_of_returns_stay():
    loaded()
    measure, risk = Measure.objects.get(code="POV-02"), Risk.objects.get()
    quarter = Quarter.objects.get(year=2021)
    returned = QuarterlyReturn.objects.create(priority=measure.priority, quarter=quarter)
    moment = dt.datetime(2022, 1, 12, 14, tzinfo=dt.UTC)
    Reading.objects.create(
        measure=measure,
        value=640,
        starts_on=quarter.starts_on,
        ends_on=quarter.ends_on,
        released_at=moment,
        entered_at=moment,
        quarterly_return=returned,
    )
    RiskAssessment.objects.create(
        risk=risk,
        quarter=quarter,
        quarterly_return=returned,
        matrix=risk.assessments.get().matrix,
        likelihood=5,
        impact=5,
        assessed_at=moment,
    )

    assert loaded().lines() == ["Nothing changed."]
    with pytest.raises(FaultsFoundError) as caught:
        loaded(VALID + "      - {quarter: Q3 2021/22, likelihood: 1, impact: 1}\n")

    assert str(caught.value) == (
        "line 88: risks › R1 › assessments › 2: "
        "A quarterly return has assessed this risk in this quarter; the file cannot change it."
    )
    assert RiskAssessment.objects.get(quarter=quarter).score == 25
    assert Reading.objects.get(measure=measure).value == 640


@pytest.mark.django_db
def test_a_second_published_plan_is_refused_and_nothing_changes():
    loaded()
    before = counts()

    with pytest.raises(FaultsFoundError) as caught:
        loaded(with_change("code: loip-2020", "code: loip-2022").replace("Sample Council", "Renamed Council"))

    assert str(caught.value) == (
        "line 22: plan: The plan “Local Outcomes Improvement Plan” is published already. Mark it as superseded first."
    )
    assert counts() == before
    assert loaded().is_unchanged


@pytest.mark.django_db
def test_an_address_that_another_priority_has_is_refused():
    loaded()

    with pytest.raises(FaultsFoundError) as caught:
        loaded(with_change("code: digital, name: Digital,", "code: online, name: Online,"))

    assert str(caught.value) == (
        "line 67: priorities › online: The priority “digital” has the address “digital-offer” already."
    )


# Bad input: each a clear message


@pytest.mark.parametrize(
    ("before", "after", "faults"),
    [
        (
            "priority: POV",
            "priority: pov",
            ["line 75: risks › R1 › priority: There is no priority “pov” in the file. Did you mean “POV”?"],
        ),
        (
            "priority: POV\n",
            "prioriti: POV\n",
            [
                "line 74: risks › R1: “priority” is missing.",
                "line 75: risks › R1: “prioriti” is not known here. Did you mean “priority”?",
            ],
        ),
        (
            "{code: board, name: CPP Board, kind: board}",
            "{code: board, name: CPP Board, kind: board, parent: food}",
            [
                (
                    "line 11: groups › eog › parent: The groups go round in a circle: "
                    "above eog comes board, then food, then eog again."
                )
            ],
        ),
        (
            "code: POV-02",
            "code: POV-01",
            [
                (
                    "line 66: priorities › POV › measures › POV-01 › code: "
                    "The code “POV-01” is already used on line 47."
                )
            ],
        ),
        (
            "{period: 2020/21, value: 18.0}",
            "{period: 2018/19, value: 18.0}",
            [
                (
                    "line 56: priorities › POV › measures › POV-01 › targets › 1 › period: A target for 2018/19 comes "
                    "before the baseline of “POV-01”, its first reading, for 2019/20."
                )
            ],
        ),
        (
            "unit: percent",
            "unit: furlongs",
            [
                (
                    "line 49: priorities › POV › measures › POV-01 › unit: “furlongs” is not known here. "
                    "Use percent, number, rate, money, score, days, index, yes_no or points."
                )
            ],
        ),
        (
            "held_on: 2022-02-25}\nnat",
            "held_on: 2022-02-30}\nnat",
            [
                "line 18: meetings › 1 › held_on: There is no day “2022-02-30” in the calendar.",
            ],
        ),
        (
            "starts_on: 2020-10-01",
            "starts_on: 1 October 2020",
            ["line 24: plan › starts_on: “1 October 2020” is not a day. Write it like 2022-02-25."],
        ),
        (
            "{period: 2020/21, value: 18.0}",
            "{period: Q3 2020/21, value: 18.0}",
            [
                (
                    "line 56: priorities › POV › measures › POV-01 › targets › 1 › period: "
                    "“Q3 2020/21” is not a financial year. Write it like 2021/22."
                )
            ],
        ),
        (
            "name: Sample Council,",
            "name: Sample Council, name: Sample,",
            ["line 8: organisations › council: “name” is written twice; it stands already on line 8."],
        ),
        (
            "is_facilitator: true",
            "is_facilitator: yes",
            ["line 8: organisations › council › is_facilitator: “yes” is neither true nor false."],
        ),
        (
            "value: 17.25",
            "value: 17,25",
            [
                (
                    "line 64: priorities › POV › measures › POV-01 › readings › 3: “25” is not known here. Known here: "
                    "period, value, symbol, released_on, flag, place, comparator, series, numerator, denominator, "
                    "release_class, note, illustrative."
                )
            ],
        ),
        (
            "value: 17.25",
            "value: about 17",
            [
                (
                    "line 64: priorities › POV › measures › POV-01 › readings › 3 › value: “about 17” is not a number. "
                    "Write it like 1234.5, with at most 14 digits before the point and 6 after it."
                )
            ],
        ),
        (
            "value: 17.25",
            "value: 172.5",
            [
                (
                    "line 64: priorities › POV › measures › POV-01 › readings › 3 › value: 172.5% is not from 0 to 100%. "
                    "If this percentage can be, give the measure “is_bounded: false”."
                )
            ],
        ),
        (
            "released_on: 2021-07, flag: revised",
            "released_on: 2020-03, flag: revised",
            [
                (
                    "line 63: priorities › POV › measures › POV-01 › readings › 2 › released_on: This was released before "
                    "its period ended, on 2020-03-31. Only a reading with the flag projected can be."
                )
            ],
        ),
        (
            "released_on: 2021-07, flag: revised",
            "released_on: 2021-03-24, flag: revised",
            [
                (
                    "line 63: priorities › POV › measures › POV-01 › readings › 2 › period: A reading for 2019/20 released "
                    "on 2021-03-24 is already used on line 62."
                )
            ],
        ),
        (
            "numerator: 345, ",
            "",
            [
                (
                    "line 64: priorities › POV › measures › POV-01 › readings › 3 › denominator: "
                    "A numerator and its denominator come together."
                )
            ],
        ),
        (
            ", version: 2, reason: Pandemic",
            "",
            [
                (
                    "line 58: priorities › POV › measures › POV-01 › targets › 3 › period: "
                    "Version 1 of the target for 2021/22 is already used on line 57."
                )
            ],
        ),
        (
            ", reason: Pandemic",
            "",
            [
                (
                    "line 58: priorities › POV › measures › POV-01 › targets › 3 › version: "
                    "Say in “reason” why the target was changed."
                )
            ],
        ),
        (
            (
                "tolerance: {kind: absolute, amber: 1.5}\n          supplier: council\n          targets:\n"
                "            - {period: 2020/21, value: 18.0}"
            ),
            (
                "tolerance: {kind: relative, amber: 5}\n          supplier: council\n          targets:\n"
                "            - {period: 2020/21, value: 0}"
            ),
            [
                (
                    "line 56: priorities › POV › measures › POV-01 › targets › 1 › value: A tolerance in per cent of a "
                    "target of zero is zero. Give the measure a tolerance of kind absolute."
                )
            ],
        ),
        (
            "amber: 1.5}",
            "amber: 1.5, green: 2}",
            [
                (
                    "line 53: priorities › POV › measures › POV-01 › tolerance: "
                    "The green width cannot be wider than the amber width."
                )
            ],
        ),
        (
            "period_kind: financial_quarter",
            "period_kind: rolling_years",
            [
                (
                    "line 66: priorities › POV › measures › POV-02 › period_kind: "
                    "A run of years needs “years_covered”: how many are taken together."
                )
            ],
        ),
        (
            "period_kind: financial_quarter",
            "period_kind: financial_quarter, years_covered: 3",
            [
                (
                    "line 66: priorities › POV › measures › POV-02 › years_covered: "
                    "Only a measure of rolling_years covers several years."
                )
            ],
        ),
        (
            "period_kind: financial_quarter",
            "period_kind: financial_quarter, years_start_in_april: true",
            [
                (
                    "line 66: priorities › POV › measures › POV-02 › years_start_in_april: "
                    "Only a measure of rolling_years says when its years start."
                )
            ],
        ),
        (
            "period_kind: financial_quarter",
            (
                "period_kind: rolling_years, years_covered: 3, years_start_in_april: true, "
                "readings: [{period: 2017-2019, value: 3, released_on: 2021-03-24}]"
            ),
            [
                (
                    "line 66: priorities › POV › measures › POV-02 › readings › 1 › period: “2017-2019” is in "
                    "calendar years; this needs financial years, like 2017/18 to 2019/20."
                )
            ],
        ),
        (
            "slug: sample",
            "slug: accounts",
            [
                (
                    "line 3: partnership › slug: The address “accounts” is used by the product itself. "
                    "Choose another."
                )
            ],
        ),
        (
            "population: 30000}",
            "population: 30001}",
            [
                (
                    "line 15: localities › town › population: 30,001 people are too many: a locality is a ward, or an "
                    "area of at most 30,000 people (2015 Act, section 9)."
                )
            ],
        ),
        (
            "ends_on: 2023-09-30\n",
            "ends_on: 2019-09-30\n",
            ["line 25: plan › ends_on: 2019-09-30 is before starts_on, which is 2020-10-01."],
        ),
        (
            "likelihood: 3, impact: 4",
            "likelihood: 0, impact: 6",
            [
                "line 87: risks › R1 › assessments › 1 › likelihood: “0” is not a whole number from 1 to 5.",
                "line 87: risks › R1 › assessments › 1 › impact: “6” is not a whole number from 1 to 5.",
            ],
        ),
        (
            "quarter: Q4 2020/21, likelihood",
            "quarter: Q1 2021/22, likelihood",
            [
                "line 87: risks › R1 › assessments › 1 › quarter: Q1 2021/22 is not among the quarters of the file."
            ],
        ),
        (
            "quarter: Q4 2020/21, opens_on",
            "quarter: Q5 2020/21, opens_on",
            [
                "line 71: quarters › 1 › quarter: There is no quarter 5. Quarters run from Q1 to Q4.",
            ],
        ),
        (
            "meeting: {group: board, held_on: 2022-02-25}",
            "meeting: {group: eog, held_on: 2022-02-25}",
            ["line 72: quarters › 2 › meeting: This meeting is not among the meetings of the file."],
        ),
        (
            "reason: Pandemic}",
            "reason: Pandemic, decision: {meeting: {group: eog, held_on: 2022-02-25}, verb: agreed, text: Slower}}",
            [
                (
                    "line 58: priorities › POV › measures › POV-01 › targets › 3 › decision › meeting: "
                    "This meeting is not among the meetings of the file."
                )
            ],
        ),
        (
            "reason: Pandemic}",
            "reason: Pandemic, decision: {verb: agreed}}",
            [
                "line 58: priorities › POV › measures › POV-01 › targets › 3 › decision: “meeting” is missing.",
                "line 58: priorities › POV › measures › POV-01 › targets › 3 › decision: “text” is missing.",
            ],
        ),
        (
            "groups: [food, eog]",
            "groups: food",
            ["line 36: priorities › POV › groups: Write a list here, like [one, two]."],
        ),
        ("format: 1", "format: 2", ["line 1: format: This is format 2; only format 1 is known."]),
        (
            "name: Poverty\n",
            'name: ""\n',
            ["line 32: priorities › POV: “name” is missing."],
        ),
        (
            "- {code: environment, name: Environment}",
            "- environment",
            ["line 29: themes › 2: Write names with values for each theme, further in or in braces."],
        ),
        (
            "name: Sample Community Planning Partnership",
            f"name: {'a' * 201}",
            ["line 4: partnership › name: This is 201 characters long; at most 200 fit."],
        ),
        (
            "name: Sample Community Planning Partnership",
            r'name: "Sample\0"',
            ["line 4: partnership › name: This holds a character that cannot be printed."],
        ),
        (
            "slug: sample",
            "slug: a sample",
            [
                (
                    "line 3: partnership › slug: “a sample” cannot be part of an address. "
                    "Use letters, digits, hyphens and underscores."
                )
            ],
        ),
    ],
)
def test_bad_entry_is_told_with_its_line_and_place(before, after, faults):
    assert faults_in(with_change(before, after)) == faults


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "The file is empty."),
        ("# Only a comment\n", "The file is empty."),
        (
            b"\x89PNG\r\n\x1a\n\x00\x00",
            "line 1: This is not text in UTF-8. Save the file as plain text in UTF-8.",
        ),
        (
            b"PK\x03\x04",
            "line 1: There is a character here that cannot be printed. Is this a plain text file?",
        ),
        (
            "a: 1\n".encode("utf-16"),
            "line 1: This is not text in UTF-8. Save the file as plain text in UTF-8.",
        ),
        (
            b"#" * 2_000_001,
            "The file is too large: 2,000,001 bytes. A plan file has at most 2,000,000.",
        ),
        (
            "- one\n- two\n",
            "line 1: The file must start with names and values, like “partnership:”, not with a list or plain text.",
        ),
        ("format: 1\n\tplan: 2\n", "line 2: There is a tab here. Indent with spaces, never with tabs."),
        ("format: 1\nname: 'Perth\nplan: x\n", "line 2: The quotation mark opened here is never closed."),
        (
            "format: 1\nname: Employability: the Offer\n",
            (
                "line 2: There is a colon too many, or the indentation is wrong. "
                "Put text with “: ” in it in quotation marks."
            ),
        ),
        (
            "format: 1\ngroups: [a, b\n",
            "line 2: The bracket opened here is not closed, or a comma is missing in it.",
        ),
        (
            "format: 1\nplan\nname: x\n",
            "line 2: This line is neither “name: value” nor an entry that starts with “- ”.",
        ),
        (
            "- a\nformat: 1\n",
            "line 2: This line does not fit with the lines above it. Check its indentation and its quotation marks.",
        ),
        ("name: @home\n", "line 1: Text that starts with “@” goes in quotation marks."),
        ("a: 1\n---\nb: 2\n", "line 2: A second document starts here (“---”). A plan file holds one."),
        ("a: &x 1\n", "line 1: “&x” is an anchor; put text that starts with & in quotation marks."),
        (
            "a: !!python/object/apply:os.system [ls]\n",
            "line 1: Text that starts with an exclamation mark goes in quotation marks; tags are not used.",
        ),
        ("? [a]\n: 1\n", "line 1: A list or a group of names cannot itself be a name."),
        (f"a: {'[' * 5000}", "line 1: Brackets or lists are nested too deeply here."),
    ],
)
def test_unreadable_file_is_told_in_plain_words(text, fault):
    assert faults_in(text) == [fault]


def test_aliases_are_refused_before_they_can_grow():
    assert faults_in("a: &a [x]\nb: [*a, *a]\n") == [
        "line 1: “&a” is an anchor; put text that starts with & in quotation marks.",
        "line 2: “*a” is an alias; write the entry out instead.",
        "line 2: “*a” is an alias; write the entry out instead.",
    ]


def test_an_empty_group_of_names_is_told_what_it_lacks():
    assert faults_in("partnership:\nplan: {}\n") == [
        "line 1: “format” is missing.",
        "line 1: “partnership” is missing.",
        "line 2: plan: “code” is missing.",
        "line 2: plan: “title” is missing.",
        "line 2: plan: “starts_on” is missing.",
        "line 2: plan: “ends_on” is missing.",
    ]


# The command


@pytest.fixture
def plan_path(tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text(VALID)
    return path


def run(*arguments):
    out = StringIO()
    call_command("load_plan", *map(str, arguments), stdout=out)
    return out.getvalue().splitlines()


@pytest.mark.django_db
def test_command_says_what_it_added_and_then_that_nothing_changed(plan_path):
    assert run(plan_path) == [
        "partnership: 1 added",
        "organisations: 2 added",
        "localities: 2 added",
        "groups: 3 added",
        "meetings: 1 added",
        "quarters: 2 added",
        "national outcomes: 1 added",
        "plan: 1 added",
        "themes: 2 added",
        "priorities: 2 added",
        "emerging issues: 1 added",
        "stretch outcomes: 1 added",
        "yearly aims: 2 added",
        "actions: 1 added",
        "measures: 2 added",
        "breaks in a series: 1 added",
        "targets: 3 added",
        "readings: 4 added",
        "risks: 1 added",
        "risk controls: 1 added",
        "risk matrix: 1 added",
        "risk assessments: 1 added",
    ]
    assert run(plan_path) == ["Nothing changed."]
    assert run(plan_path, "--check") == [
        "Nothing would change.",
        "Nothing was loaded: this was only a check.",
    ]


@pytest.mark.django_db
def test_command_tells_every_fault_at_once_and_loads_nothing(plan_path):
    plan_path.write_text(
        VALID.replace("priority: POV", "priority: POVERTY")
        .replace("unit: percent", "unit: per cent")
        .replace("due_on: 2022-03-31", "due_on: 31/03/2022")
    )

    with pytest.raises(CommandError) as caught:
        run(plan_path)

    assert str(caught.value).splitlines() == [
        f"{plan_path}: 3 things have to be mended; nothing was loaded.",
        "line 45: priorities › POV › actions › A1 › due_on: “31/03/2022” is not a day. Write it like 2022-02-25.",
        (
            "line 49: priorities › POV › measures › POV-01 › unit: “per cent” is not known here. "
            "Use percent, number, rate, money, score, days, index, yes_no or points."
        ),
        "line 75: risks › R1 › priority: There is no priority “POVERTY” in the file. Did you mean “POV”?",
    ]
    assert caught.value.returncode == 1
    assert set(counts().values()) == {0}


@pytest.mark.django_db
def test_command_tells_of_a_missing_file_and_of_a_folder(tmp_path):
    with pytest.raises(CommandError, match=r"^There is no file .*nowhere\.yaml\.$"):
        run(tmp_path / "nowhere.yaml")
    with pytest.raises(CommandError, match=r"is a folder, not a plan file\.$"):
        run(tmp_path)


# What we ship


def test_the_documented_example_can_be_loaded():
    page = (Path(settings.BASE_DIR) / "docs" / "plan-file.md").read_text(encoding="utf-8")
    example = page.split("```yaml\n")[1].split("```")[0]

    plan_file = read_plan_file(example.encode())

    assert [measure.code for measure in plan_file.plan.measures] == ["POV-01"]


@pytest.mark.django_db
def test_the_shipped_plan_loads_and_loads_again():
    path = Path(settings.BASE_DIR) / "fixtures" / "perth-and-kinross-2021.yaml"

    assert "partnership: 1 added" in run(path)
    assert run(path) == ["Nothing changed."]

    assert Priority.objects.strategic().count() == 5
    assert Priority.objects.filter(kind="enabling").count() == 4
    assert Measure.objects.count() == 27
    assert Risk.objects.count() == 10
    assert StretchOutcome.objects.filter(is_illustrative=True).exists()
    assert EmergingIssue.objects.exists()
    assert Group.objects.filter(parent__isnull=True).exists()
    assert Partnership.objects.get().has_illustrative_entries is True
