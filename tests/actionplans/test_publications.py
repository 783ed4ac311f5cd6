"""One measure's figures as disclosure control reads them: what belongs together, what is hidden with what."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actionplans.disclosure import Policy, Reason
from actionplans.publications import (
    AREA,
    Candidate,
    Exposed,
    ExposedKind,
    Group,
    Nature,
    Part,
    PartKind,
    Role,
    rulings_on,
)
from priorities.periods import FinancialQuarter, FinancialYear

EAST, WEST, NORTH = (Part(PartKind.LOCALITY, key) for key in (1, 2, 3))
WOMEN, MEN, POOREST = (Part(PartKind.POPULATION, key) for key in (11, 12, 13))

Q1, Q2, Q3, Q4 = (FinancialQuarter(FinancialYear(2021), number) for number in (1, 2, 3, 4))


def released(day: int) -> dt.datetime:
    return dt.datetime(2022, 1, 1, 9, 30, tzinfo=dt.UTC) + dt.timedelta(days=day)


class Table:
    """Candidates with names: "east" to their keys and back."""

    def __init__(self) -> None:
        self.figures: list[Candidate] = []
        self.names: dict[int, str] = {}

    def add(self, name, part, *counts, quarter=Q1, day=0, **fields):
        if len(counts) == 1:
            made = ((Role.VALUE, Decimal(counts[0])),)
        else:
            made = tuple(zip((Role.NUMERATOR, Role.DENOMINATOR), map(Decimal, counts), strict=True))
        key = len(self.figures) + 1
        self.names[key] = name
        self.figures.append(
            Candidate(
                key,
                part,
                quarter.starts_on,
                quarter.ends_on,
                released(day),
                made,
                is_rate=len(counts) > 1,
                **fields,
            )
        )
        return self

    def rulings(self, policy=None, **nature):
        return rulings_on(self.figures, Nature(**nature), policy or Policy())

    def hidden(self, policy=None, **nature):
        return {self.names[key] for key in self.rulings(policy, **nature).hidden}


def places(**values):
    """Localities in order and, last, the area."""
    table = Table()
    *parts, (whole, total) = values.items()
    for part, (name, value) in zip((EAST, WEST, NORTH), parts, strict=False):
        table.add(name, part, value)
    return table.add(whole, AREA, total)


def test_a_small_locality_takes_the_smallest_other_with_it():
    table = places(east=12, west=3, north=20, area=35)

    assert table.hidden() == {"east", "west"}
    assert table.rulings().hidden == {1: Reason.PROTECTS_OTHERS, 2: Reason.SMALL_COUNT}


def test_what_no_locality_covers_is_guarded_too():
    assert places(east=40, west=60, area=103).hidden() != set()
    assert places(east=40, west=60, area=110).hidden() == set()


def test_a_period_stands_alone():
    table = places(east=12, west=3, north=20, area=35)
    for name, part, value in [("east later", EAST, 12), ("west later", WEST, 30), ("later", AREA, 62)]:
        table.add(name, part, value, quarter=Q2)

    assert table.hidden() == {"east", "west"}


def test_each_breakdown_is_a_sum_of_its_own():
    table = Table().add("area", AREA, 100).add("east", EAST, 40).add("west", WEST, 60)
    table.add("women", WOMEN, 97).add("men", MEN, 3)

    assert table.hidden() == {"women", "men"}


def test_groups_that_share_people_make_no_sum_but_each_leaves_a_rest():
    # 60 and 40 make up the area though a third group shares people with both.
    table = Table().add("area", AREA, 100).add("women", WOMEN, 97).add("men", MEN, 3).add("poor", POOREST, 30)
    assert table.hidden() == {"women", "men"}

    # The two who are not among the most deprived could be told from the rest.
    table = Table().add("area", AREA, 100).add("women", WOMEN, 60).add("poor", POOREST, 98)
    assert table.hidden() == {"poor"}

    table = Table().add("area", AREA, 100).add("women", WOMEN, 60).add("poor", POOREST, 50)
    assert table.hidden() == set()


def test_a_quarter_between_two_totals_is_not_given_away():
    table = Table().add("q1", AREA, 14).add("q2", AREA, 16, quarter=Q2).add("q3", AREA, 40, quarter=Q3)

    assert table.hidden(is_cumulative=True) == {"q2"}
    assert table.hidden() == set()


def test_a_total_starts_again_each_april():
    last = FinancialQuarter(FinancialYear(2020), 4)
    table = Table().add("last year", AREA, 14, quarter=last).add("q1", AREA, 16)

    assert table.hidden(is_cumulative=True) == set()


def test_a_zero_of_a_quarter_counts_where_zero_is_sensitive():
    table = Table().add("q1", AREA, 14).add("q2", AREA, 14, quarter=Q2)

    assert table.hidden(is_cumulative=True) == set()
    assert table.hidden(is_cumulative=True, is_sensitive=True) == {"q2"}


def test_a_percentage_goes_with_its_numerator_and_takes_another_with_it():
    table = Table().add("area", AREA, 60, 200).add("east", EAST, 3, 60)
    table.add("west", WEST, 27, 70).add("north", NORTH, 30, 70)

    assert table.hidden() == {"east", "west"}
    assert table.rulings().hidden == {2: Reason.NUMERATOR, 3: Reason.PROTECTS_OTHERS}


def test_the_rate_of_the_people_no_locality_covers_is_guarded():
    table = Table().add("area", AREA, 40, 120).add("east", EAST, 10, 50).add("west", WEST, 20, 50)
    assert table.hidden() != set()

    table = Table().add("area", AREA, 40, 140).add("east", EAST, 10, 50).add("west", WEST, 20, 50)
    assert table.hidden() == set()


def test_a_percentage_without_its_numbers_cannot_be_judged_and_is_not_shown():
    bare = Candidate(1, AREA, Q1.starts_on, Q1.ends_on, released(0), (), is_rate=True)

    assert rulings_on([bare], Nature(), Policy()).hidden == {1: Reason.UNKNOWN_GROUP}


# Vintages


def test_what_is_hidden_in_one_vintage_is_hidden_in_all():
    table = Table().add("first", AREA, 3).add("revised", AREA, 5, day=30)

    assert table.rulings().hidden == {1: Reason.SMALL_COUNT, 2: Reason.PROTECTS_OTHERS}


def test_every_vintage_of_a_series_that_was_replaced_is_judged():
    table = Table().add("old", AREA, 3).add("new", AREA, 12, day=30, series=2)

    assert table.hidden() == {"old", "new"}


def test_an_area_revised_before_its_localities_makes_no_small_rest():
    table = places(east=200, west=300, area=500)
    table.add("area revised", AREA, 503, day=30)
    table.add("east revised", EAST, 202, day=40).add("west revised", WEST, 301, day=40)

    assert table.hidden() == set()


def test_a_revision_of_the_others_gives_nothing_away():
    table = places(east=12, west=3, north=20, area=35)
    table.add("north revised", NORTH, 21, day=30).add("area revised", AREA, 36, day=30)

    assert table.hidden() == {"east", "west"}


def test_an_equal_vintage_that_is_out_gives_away_as_much_as_the_figure_itself():
    table = places(east=12, west=3, north=20, area=35)
    table.figures[0] = Candidate(**{**vars(table.figures[0]), "is_out": True})
    table.add("east again", EAST, 12, day=30)

    found = table.rulings()

    # East is out, so north must go in its place: nobody is to tell west from the area, east and north.
    assert {table.names[key] for key in found.hidden} == {"west", "north"}
    assert found.exposed == ()


def test_what_an_earlier_clearance_hid_stays_hidden_and_protected():
    table = places(east=12, west=30, north=20, area=62)
    assert table.hidden() == set()

    table.figures[0] = Candidate(**{**vars(table.figures[0]), "was_hidden": True})
    assert table.hidden() == {"east", "north"}


def test_what_is_out_and_small_is_named_and_hidden_with_others_from_now_on():
    table = places(east=12, west=3, north=20, area=35)
    table.figures = [Candidate(**{**vars(figure), "is_out": True}) for figure in table.figures]

    found = table.rulings()

    assert found.exposed == (Exposed(Group(WEST, Q1.starts_on, Q1.ends_on)),)
    assert {table.names[key] for key in found.hidden} == {"east", "west"}


def test_a_quarter_that_two_totals_gave_away_is_named():
    table = Table().add("q1", AREA, 14, is_out=True).add("q2", AREA, 16, quarter=Q2, is_out=True)

    found = table.rulings(is_cumulative=True)

    assert found.exposed == (Exposed(Group(AREA, Q2.starts_on, Q2.ends_on), ExposedKind.BETWEEN),)
    assert {table.names[key] for key in found.hidden} == {"q2"}


# What must hold


@st.composite
def tables(draw):
    """A year of quarters, an area and its localities, counts or shares, some of them revised."""
    is_rate = draw(st.booleans())
    table = Table()
    amounts = st.integers(0, 30)
    for quarter in (Q1, Q2)[: draw(st.integers(1, 2))]:
        for day in (0, 30)[: draw(st.integers(1, 2))]:
            sums = [0, 0]
            for part in (EAST, WEST, NORTH)[: draw(st.integers(2, 3))]:
                numerator = draw(amounts)
                denominator = numerator + draw(st.integers(0, 40))
                sums = [sums[0] + numerator, sums[1] + denominator]
                counts = (numerator, denominator) if is_rate else (numerator,)
                table.add(f"{part.key} {quarter} {day}", part, *counts, quarter=quarter, day=day)
            rest = draw(st.sampled_from([0, 0, 2, 20]))
            whole = (sums[0] + rest, sums[1] + 2 * rest) if is_rate else (sums[0] + rest,)
            table.add(f"area {quarter} {day}", AREA, *whole, quarter=quarter, day=day)
    return table


@settings(max_examples=60, deadline=None)
@given(tables(), st.booleans(), st.randoms(use_true_random=False))
def test_the_order_of_figures_does_not_matter(table, is_cumulative, shuffler: random.Random):
    before = table.rulings(is_cumulative=is_cumulative)
    shuffler.shuffle(table.figures)

    assert table.rulings(is_cumulative=is_cumulative) == before


@settings(max_examples=60, deadline=None)
@given(tables(), st.booleans())
def test_clearing_again_changes_nothing(table, is_cumulative):
    first = table.rulings(is_cumulative=is_cumulative)

    table.figures = [
        Candidate(**{**vars(f), "was_hidden": f.key in first.hidden, "is_out": f.key not in first.hidden})
        for f in table.figures
    ]

    assert table.rulings(is_cumulative=is_cumulative).hidden == first.hidden


@settings(max_examples=60, deadline=None)
@given(tables(), st.booleans())
def test_a_place_and_period_is_shown_or_not_as_a_whole(table, is_cumulative):
    hidden = table.rulings(is_cumulative=is_cumulative).hidden

    by_group = {}
    for figure in table.figures:
        by_group.setdefault(figure.group, set()).add(figure.key in hidden)
    assert all(len(found) == 1 for found in by_group.values())


@settings(max_examples=60, deadline=None)
@given(tables(), st.booleans())
def test_every_small_count_is_hidden(table, is_cumulative):
    hidden = table.rulings(is_cumulative=is_cumulative).hidden

    small = {f.key for f in table.figures if any(0 < v <= 4 for role, v in f.counts if role != "denominator")}
    assert small <= hidden.keys()


@pytest.mark.parametrize("day", [0, 30])
def test_a_figure_under_embargo_bears_on_what_is_shown_today(day):
    table = places(east=12, north=20, area=35)
    table.add("west", NORTH, 3, day=day)

    assert "west" in table.hidden()
    assert len(table.hidden()) > 1
