"""Every reader tries to work out what is not shown, from everything they can fetch, and fails.

Counts below 1,500 are small here, so that each of the figures can be told wherever it stands.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import resolve

from actionplans import figure_lines, figures
from actionplans.clearing import clear_controlled
from actionplans.models import Measure, MeasureCommentary, Reading
from actionplans.operations import Refused
from dashboard import measure_vintages
from priorities.models import Comparator, Locality, User
from priorities.periods import FinancialQuarter, FinancialYear
from priorities.roles import Role
from tests.actionplans.factories import (
    DisclosurePolicyFactory,
    GapFactory,
    MeasureFactory,
    QuarterlyReturnFactory,
    ReadingFactory,
    TargetFactory,
    period_of,
)
from tests.factories import NOW, ComparatorFactory, person
from tests.reports.recovery import Attack, everything_fetched, numbers_in
from tests.reports.report_cast import BoardQuarter, board_quarter

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(600)]

BACKEND = "django.contrib.auth.backends.ModelBackend"
Q4_BEFORE = FinancialQuarter(FinancialYear(2020), 4)
Q1, Q2, Q3 = (FinancialQuarter(FinancialYear(2021), number) for number in (1, 2, 3))
FIRST, REVISED = NOW - dt.timedelta(days=60), NOW - dt.timedelta(days=20)

# What each place had, and what it comes to; by quarter.
NIGHTS = {
    Q1: {"East": 21_347, "West": 18_229, "North": 34_511},
    # West adds 1,103 to its total.
    Q2: {"East": 44_683, "West": 19_332, "North": 70_207},
    Q3: {"East": 69_001, "West": 41_777, "North": 109_843},
}
HOMELESS = {
    Q1: {"East": 12_413, "West": 9_631, "North": 30_197},
    # West is small.
    Q2: {"East": 13_009, "West": 1_327, "North": 31_873},
    Q3: {"East": 14_557, "West": 10_211, "North": 33_347},
}
SHARES = {
    Q2: {"East": (7_907, 61_483), "West": (8_837, 52_951), "North": (20_021, 98_347)},
    # The numerator of West is small.
    Q3: {"East": (8_101, 60_013), "West": (1_409, 51_341), "North": (21_139, 97_771)},
}


@pytest.fixture
def round_(db: None) -> BoardQuarter:
    return world()


def world() -> BoardQuarter:
    """A quarter ready for the Board, with measures under control of every kind, cleared."""
    found = board_quarter(is_locked=False)
    people = found.cast
    DisclosurePolicyFactory(
        partnership=people.partnership, threshold=1499, smallest_denominator=2000, set_at=FIRST
    )
    for name in ("East", "West", "North"):
        Locality.objects.create(partnership=people.partnership, code=name.upper(), name=name, kind="ward")
    fields = {"priority": people.poverty, "is_disclosure_controlled": True}
    counted = {**fields, "unit": "number", "decimals": 0, "roll_up": "sum"}
    fill(MeasureFactory(**counted, code="NIGHTS", name="Nights in hostels", is_cumulative=True), NIGHTS)
    homeless = MeasureFactory(**counted, code="HOMELESS", name="Households without a home")
    fill(homeless, HOMELESS)
    revise(homeless)
    break_down(homeless)
    share = MeasureFactory(
        **fields, code="SHARE", name="Share helped", is_ratio=True, decimals=4, roll_up="pooled"
    )
    fill(share, SHARES)
    gap_of(share)
    aim(homeless)
    clear_controlled(Measure.objects.values_list("pk", flat=True), by=found.manager, at=NOW)
    hold_a_draft(found, homeless)
    found.lock()
    return found


def fill(measure: Measure, table: dict) -> None:
    """The places and, adding up to it, the area; all released together."""
    places = {row.name: row for row in Locality.objects.filter(partnership=measure.partnership)}
    for quarter, by_place in table.items():
        pairs = [(places[name], amount) for name, amount in by_place.items()]
        whole = [amount if isinstance(amount, tuple) else (amount,) for amount in by_place.values()]
        pairs.append((None, tuple(map(sum, zip(*whole, strict=True)))))
        for place, amount in pairs:
            add(measure, quarter, amount if isinstance(amount, tuple) else (amount,), place=place)


def add(measure: Measure, quarter: FinancialQuarter, amount: tuple, **fields) -> None:
    if len(amount) == 2:
        numerator, denominator = amount
        value = (Decimal(100 * numerator) / denominator).quantize(Decimal("0.000001"))
        fields |= {"numerator": numerator, "denominator": denominator}
    else:
        (value,) = amount
    ReadingFactory(measure=measure, value=value, **period_of(quarter), **{"released_at": FIRST, **fields})


def revise(measure: Measure) -> None:
    """Q2 again: North and the area changed, East and West as before."""
    places = {row.name: row for row in Locality.objects.filter(partnership=measure.partnership)}
    again = {"East": 13_009, "West": 1_327, "North": 32_099}
    for name, value in again.items():
        add(measure, Q2, (value,), place=places[name], released_at=REVISED, flag="revised")
    add(measure, Q2, (sum(again.values()),), released_at=REVISED, flag="revised")


def break_down(measure: Measure) -> None:
    """Women and men of Q3; there are few men."""
    whole = Reading.objects.get(measure=measure, place=None, ends_on=Q3.ends_on)
    for name, value in (("Men", 1_213), ("Women", int(whole.value) - 1_213)):
        comparator = ComparatorFactory(
            partnership=measure.partnership, code=name.upper(), name=name, kind=Comparator.Kind.POPULATION
        )
        add(measure, Q3, (value,), comparator=comparator)


def gap_of(measure: Measure) -> None:
    """Between West, which is not shown in Q3, and the whole area."""
    GapFactory(
        of=measure,
        measure=MeasureFactory(
            priority=measure.priority, code="GAP", name="Gap of the share helped", unit="points", decimals=4
        ),
        first_locality=Locality.objects.get(name="West"),
        second_comparator=None,
    )


def aim(measure: Measure) -> None:
    TargetFactory(measure=measure, value=40_009, **period_of(Q3))


def hold_a_draft(found: BoardQuarter, measure: Measure) -> None:
    """A draft that nobody has accepted, in the return of Q2."""
    held = QuarterlyReturnFactory(
        priority=found.cast.poverty,
        quarter=found.cast.before,
        state="submitted",
        submitted_at=NOW,
        submitted_by=found.cast.lead,
    )
    MeasureCommentary.objects.create(quarterly_return=held, measure=measure, cause="Fewer came.")
    add(measure, Q4_BEFORE, (1_277,), state="draft", quarterly_return=held)


def readers(found: BoardQuarter) -> dict[str, User | None]:
    """All who read something and do not answer for these figures."""
    people = found.cast
    return {
        "nobody": None,
        "viewer": people.viewer,
        "board": people.board,
        "chair": people.chair,
        "officer": people.officer,
        "other lead": people.other_lead,
        "contributor": person(people.partnership, Role.CONTRIBUTOR),
        "administrator": person(people.partnership, Role.ADMINISTRATOR),
        "stranger": people.stranger,
    }


def fetched_by(user: User | None) -> dict[str, str]:
    client = Client()
    if user is not None:
        client.force_login(user, backend=BACKEND)
    return dict(everything_fetched(client))


# Some of the files that an officer is led to.
FILES_FETCHED = (
    "supply/download.xlsx",
    "supply/download.csv?table=by-supplier",
    "quarters/2021-22/q3/download.ods",
    "returns/2021-22/q2/poverty/download.xlsx",
    "returns/2021-22/q2/poverty/download.csv?table=places-and-other-periods",
    "returns/2021-22/q3/poverty/download.ods",
    "reports/download.csv",
    "reports/2021-22-q3-performance-dashboard/download.xlsx",
    "reports/2021-22-q3-performance-dashboard/download.csv?table=chart-figures",
)


@pytest.mark.usefixtures("_reports_of")
def test_nobody_recovers_what_is_not_shown(round_):
    for name, user in readers(round_).items():
        pages = fetched_by(user)
        numbers = numbers_in(pages.values())
        attack = Attack(numbers)

        assert attack.recovered() == set(), name
        # The draft, and what West added to its total in Q2.
        assert not {Decimal(1277), Decimal(1103)} & numbers, name
        assert len(attack.hidden) == 14
        assert name != "officer" or set(pages) >= {f"/strathmuir/{file}" for file in FILES_FETCHED}


def test_what_is_shown_is_really_found(round_):
    """The attack is no good where the attacker reads nothing."""
    round_.published()

    pages = {user: fetched_by(user) for user in (round_.cast.viewer, None)}
    viewer, public = (Attack(numbers_in(found.values())) for found in pages.values())

    assert len(viewer.found) >= 30
    assert len(public.found) >= 3
    assert files_among(pages[round_.cast.viewer]) >= {
        f"dashboard:{page}-download.{extension}"
        for page in ("plan", "scorecard", "priority", "measure-list", "measure", "risk-profile", "risk")
        for extension in ("xlsx", "ods", "csv")
    }


def files_among(addresses: Iterable[str]) -> set[str]:
    """Which addresses of files are among those fetched, with their kinds: "dashboard:plan-download.csv"."""
    matches = (resolve(address.partition("?")[0]) for address in addresses if "/download." in address)
    return {f"{match.view_name}.{match.kwargs['extension']}" for match in matches}


def test_the_attack_succeeds_where_nothing_is_held_back(round_, monkeypatch):
    """With disclosure control switched off at the one place that reads it, everybody finds everything."""
    for module in (figures, measure_vintages):
        monkeypatch.setattr(module, "is_controlled_at", lambda measure, place: False)
    monkeypatch.setattr(figure_lines, "may_be_shown", lambda row, measure: True)
    round_.published()

    viewer = Attack(numbers_in(fetched_by(round_.cast.viewer).values()))

    assert viewer.recovered() == viewer.told(viewer.hidden)
    assert Attack(numbers_in(fetched_by(None).values())).recovered() != set()


def test_the_attack_succeeds_where_only_the_small_figures_are_hidden(round_):
    """Without the figures that are hidden for the sake of others, sums tell the small ones."""
    Reading.objects.filter(suppressed_because="protects_others").update(
        is_suppressed=False, suppressed_because=""
    )

    viewer = Attack(numbers_in(fetched_by(round_.cast.viewer).values()))

    assert any("HOMELESS West 2021-09-30" in told for told in viewer.recovered())
    assert any("SHARE West 2021-12-31" in told for told in viewer.recovered())


@pytest.fixture
def _reports_of(round_: BoardQuarter) -> None:
    round_.published()


# What was frozen before a figure was hidden


@pytest.mark.parametrize("stage", ["draft", "signed off"])
def test_a_report_does_not_go_out_with_what_has_been_hidden_since(round_, stage):
    report = round_.make()
    if stage == "signed off":
        report = round_.sign(round_.issue(report))
    Reading.objects.filter(measure__code="HOMELESS", place=None, comparator=None, ends_on=Q3.ends_on).update(
        is_suppressed=True, suppressed_because="protects_others"
    )

    with pytest.raises(Refused, match="under disclosure control now: HOMELESS, Q3 2021/22"):
        round_.issue(report) if stage == "draft" else round_.publish(report)


def test_a_report_goes_out_while_all_it_shows_may_be_shown(round_):
    assert round_.published().state == "published"
