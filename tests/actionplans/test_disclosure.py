"""Disclosure control: the checked vectors, an attack that tries to work out what is hidden, and what must hold."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from actionplans.disclosure import (
    Cell,
    Companion,
    Policy,
    Publication,
    Reason,
    Relation,
    cleared,
    digits_beside_suppressed,
    with_quarters,
    with_rest,
    withheld,
)


def counts(**values):
    return tuple(Cell(key, Decimal(value)) for key, value in values.items())


def table(**values):
    """Parts and, named last, their total."""
    *parts, total = values
    return Publication(counts(**values), (Relation.total(total, parts),))


def hidden(publication, policy=None, **kwargs):
    return set(cleared(publication, policy, **kwargs).suppressed)


def rate(key, numerator, denominator, **kwargs):
    return Cell(key, numerator=numerator, denominator=denominator, **kwargs)


# The checked vectors


def test_one_small_part_takes_the_smallest_other_with_it():
    clearance = cleared(table(a=12, b=3, c=20, total=35))
    shown = {
        key: clearance.shown(key, str(value))
        for key, value in [("a", 12), ("b", 3), ("c", 20), ("total", 35)]
    }
    assert shown == {"a": "[c]", "b": "[c]", "c": "20", "total": "35"}
    assert clearance.reason_for("b") is Reason.SMALL_COUNT
    assert clearance.reason_for("a") is Reason.PROTECTS_OTHERS
    assert clearance.reason_for("c") is None
    # What is printed of a ruling does not say which figure was the small one.
    assert "small_count" not in repr(clearance)
    assert "protects" not in repr(clearance)


@pytest.mark.parametrize("is_released", [True, False])
def test_the_quarter_between_two_year_to_date_figures_is_not_given_away(is_released):
    publication = with_quarters(
        [Cell("Q1", Decimal(14), is_released=is_released), Cell("Q2 YTD", Decimal(16))], ["q1", "q2"]
    )
    clearance = cleared(publication)
    assert clearance.suppressed == {"Q2 YTD", "q1", "q2"}
    assert clearance.reason_for("Q2 YTD") is Reason.PROTECTS_OTHERS
    assert clearance.reason_for("q1") is Reason.NOT_PRINTED
    assert clearance.exposed == ()


def test_a_later_year_to_date_figure_may_come_out_again():
    running = [Cell(key, Decimal(value)) for key, value in [("Q1", 14), ("Q2", 16), ("Q3", 40)]]
    assert hidden(with_quarters(running, ["q1", "q2", "q3"])) == {"Q2", "q1", "q2", "q3"}


def test_an_area_less_its_localities_gives_nothing_away():
    assert hidden(table(one=3, two=97, three=100, four=140, five=160, area=500)) == {"one", "two"}


def test_a_percentage_of_a_known_group_does_not_give_its_numerator_away():
    publication = Publication(
        (*counts(numerator=3, denominator=6), rate("percentage", "numerator", "denominator"))
    )
    clearance = cleared(publication)
    assert clearance.suppressed == {"numerator", "percentage"}
    assert clearance.reason_for("percentage") is Reason.SMALL_GROUP


# Primary suppression


@pytest.mark.parametrize(("value", "is_hidden"), [(0, False), (1, True), (4, True), (5, False)])
def test_the_boundaries_of_a_small_count(value, is_hidden):
    assert hidden(Publication(counts(only=value))) == ({"only"} if is_hidden else set())


def test_zero_is_hidden_where_it_is_sensitive():
    clearance = cleared(Publication((Cell("only", Decimal(0), is_sensitive=True),)))
    assert clearance.reason_for("only") is Reason.SENSITIVE_ZERO


@pytest.mark.parametrize(
    ("numerator", "denominator", "reason"),
    [
        (4, 100, Reason.NUMERATOR),
        (5, 100, None),
        (10, 29, Reason.SMALL_GROUP),
        (10, 30, None),
        (0, 29, Reason.ALL_OR_NONE),
        (29, 29, Reason.ALL_OR_NONE),
        (0, 30, None),
        (0, 0, Reason.ALL_OR_NONE),
    ],
)
def test_a_rate_is_hidden_for_its_numerator_or_its_group(numerator, denominator, reason):
    cells = (
        Cell("n", Decimal(numerator), is_printed=False),
        Cell("d", Decimal(denominator), is_printed=False),
        rate("rate", "n", "d"),
    )
    assert cleared(Publication(cells)).reason_for("rate") is reason


def test_the_rate_of_a_small_group_is_not_left_to_be_divided_out():
    publication = Publication((*counts(n=12, d=25), rate("rate", "n", "d")))
    assert hidden(publication) == {"n", "rate"}


def test_a_rate_of_no_one_hides_no_counts():
    publication = Publication((*counts(n=0, d=0), rate("rate", "n", "d")))
    assert hidden(publication) == {"rate"}


def test_a_complementary_percentage_goes_too():
    # 40% men of 25 would tell 60% women.
    cells = (
        *counts(women=15, men=10),
        Cell("d", Decimal(25)),
        rate("% women", "women", "d"),
        rate("% men", "men", "d"),
    )
    publication = Publication(cells, (Relation.total("d", ["women", "men"]),))
    assert {"% women", "% men", "women", "men"} <= hidden(publication)


# Secondary suppression


def test_two_small_parts_that_fill_a_narrow_total_take_a_third():
    # Zero would be shown, so a sum of two can only be one and one.
    assert hidden(table(a=1, b=1, c=20, total=22)) == {"a", "b", "c"}


def test_a_zero_is_kept_and_the_smallest_other_that_is_not_zero_goes():
    assert hidden(table(a=0, b=3, c=7, d=20, total=30)) == {"b", "c"}


def test_rows_and_columns_protect_each_other():
    cells = counts(
        a=2, b=20, c=30, d=10, e=21, f=31, g=11, h=22, i=32, r1=52, r2=62, r3=65, k1=23, k2=63, k3=93, all=179
    )
    rows = [Relation.total(total, parts) for total, parts in [("r1", "abc"), ("r2", "def"), ("r3", "ghi")]]
    columns = [Relation.total(total, parts) for total, parts in [("k1", "adg"), ("k2", "beh"), ("k3", "cfi")]]
    totals = [Relation.total("all", ["r1", "r2", "r3"]), Relation.total("all", ["k1", "k2", "k3"])]
    assert hidden(Publication(cells, (*rows, *columns, *totals))) == {"a", "b", "d", "e"}


def test_an_earlier_vintage_gives_away_what_did_not_change():
    cells = (*counts(a=12, b=3, c=20, total=35), Cell("a before", Decimal(12), is_released=True))
    publication = Publication(cells, (Relation.total("total", "abc"), Relation.same("a", "a before")))
    # A is known from before, so C must go in its place; A itself is no secret and stays.
    assert hidden(publication) == {"b", "c"}


def test_what_cannot_be_hidden_any_more_is_reported():
    cells = tuple(Cell(key, Decimal(value), is_released=True) for key, value in [("a", 12), ("total", 15)])
    clearance = cleared(Publication((*cells, *counts(b=3)), (Relation.total("total", "ab"),)))
    assert clearance.exposed == ("b",)
    assert clearance.suppressed == {"b"}


def test_a_released_small_figure_is_left_as_it_was_published():
    clearance = cleared(Publication((Cell("official", Decimal(3), is_released=True),)))
    assert clearance.suppressed == frozenset()
    assert clearance.exposed == ("official",)


def test_what_no_locality_covers_counts_as_a_part():
    area = Cell("area", Decimal(100))
    publication = with_rest(area, counts(one=37, two=60), "elsewhere")
    assert hidden(publication) == {"one", "elsewhere"}
    assert hidden(with_rest(area, counts(one=40, two=60), "elsewhere")) == set()


def test_what_an_earlier_clearance_hid_stays_hidden_and_is_not_given_away():
    publication = table(a=12, b=30, c=20, total=62)
    assert hidden(publication) == set()
    assert hidden(publication, already={"a"}) == {"a", "c"}


def test_a_policy_may_ask_for_a_wider_range():
    publication = table(a=6, b=3, c=20, total=29)
    assert hidden(publication) == {"a", "b"}
    assert hidden(publication, Policy(possible_values=8)) == {"a", "b"}
    # A and B make nine, so B could be 1 to 8: eight numbers. With C hidden in place of A it could be many.
    assert hidden(publication, Policy(possible_values=9)) == {"b", "c"}


def test_the_policy_in_words():
    assert Policy("Tayside", "2", 9, 50).in_words == (
        "Tayside, version 2: counts from 1 to 9, figures about groups smaller than 50, and any other figure from "
        "which one of these could be worked out, are shown as [c]."
    )


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: table(a=1, b=2, total=4), "does not hold"),
        (lambda: Publication(counts(a=1) + counts(a=2)), "share a key"),
        (lambda: Publication(counts(a=1), (Relation.total("total", "a"),)), "as counts among the cells"),
        (lambda: Publication((*counts(a=1), rate("r", "a", "b"))), "needs 'b' as a count"),
        (lambda: Cell("r", numerator="a"), "a numerator and a denominator"),
        (lambda: Policy(threshold=-1), "below zero"),
        (lambda: Policy(possible_values=0), "at least one number"),
    ],
)
def test_what_makes_no_sense_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


# What goes with a hidden figure


def test_everything_made_from_a_hidden_figure_is_withheld():
    clearance = cleared(Publication(counts(now=3, before=12)))
    assert withheld(clearance, "now", compared_with=["before"]) == set(Companion)
    assert withheld(clearance, "before") == frozenset()
    compared = withheld(clearance, "before", compared_with=["now"])
    assert Companion.CHANGE in compared
    assert Companion.TREND in compared
    assert Companion.STATUS not in compared


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("The number fell by 2.", "“2”"),
        ("It fell by two, to 3 (1.5%).", "“two”, “3” and “1.5%”"),
        ("The number halved.", "“halved”"),
        ("Now £1,200 a head", "“£1,200”"),
        ("Down from 2,021 last year", "“2,021”"),
    ],
)
def test_figures_in_words_beside_a_hidden_figure_are_pointed_out(text, figures):
    assert digits_beside_suppressed(text) == (
        f"This text has {figures} in it, beside a figure that is not shown. Check that nobody can work it out."
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Fewer than in Q2 2021/22, as reported on 11 December 2020.",
        "One of the partners changed its recording in 2019; COVID-19 and P7 pupils.",
        "See priority 3 and year 2 of the plan, 2017-18.",
    ],
)
def test_dates_and_names_are_no_figures(text):
    assert digits_beside_suppressed(text) == ""


# The attack: everything a reader can fetch, solved exactly


@st.composite
def publications(draw, largest=40):
    """An area of localities by group and quarter: three breakdowns at once, with rates and year-to-date figures."""
    places = [f"place {number}" for number in range(draw(st.integers(2, 4)))]
    groups = [f"group {number}" for number in range(draw(st.integers(1, 3)))]
    # Small numbers often, so that hiding has work to do.
    number = st.one_of(st.integers(0, 6), st.integers(0, largest))
    values = {(place, group): draw(number) for place in places for group in groups}
    for place in places:
        values[place, "all"] = sum(values[place, group] for group in groups)
    for group in [*groups, "all"]:
        values["area", group] = sum(values[place, group] for place in places)
    relations = [
        Relation.total((place, "all"), [(place, group) for group in groups]) for place in [*places, "area"]
    ]
    relations += [
        Relation.total(("area", group), [(place, group) for place in places]) for group in [*groups, "all"]
    ]
    released = draw(st.sets(st.sampled_from(sorted(values)), max_size=1))
    cells = [
        Cell(key, Decimal(value), is_released=key in released, is_sensitive=draw(st.integers(0, 9)) == 0)
        for key, value in values.items()
    ]
    if draw(st.booleans()):
        cells += [
            Cell(("rate", place), numerator=(place, groups[0]), denominator=(place, "all"))
            for place in [*places, "area"]
        ]
    return Publication(tuple(cells), tuple(relations))


policies = st.builds(Policy, threshold=st.integers(0, 6), smallest_denominator=st.integers(0, 40))


def small_counts(publication, policy):
    """Which counts the policy calls small, told independently of the module."""
    return {
        cell.key
        for cell in publication.cells
        if cell.numerator is None
        and (
            0 < cell.value <= policy.threshold or (cell.value == 0 and cell.is_sensitive and policy.threshold)
        )
    }


def solved(publication, printed):
    """The counts that a reader can solve for: every sum, every printed figure, by Gaussian elimination."""
    keys = [cell.key for cell in publication.cells if cell.numerator is None]
    value = {cell.key: Fraction(cell.value) for cell in publication.cells}
    rows = [
        [Fraction(dict(relation.terms).get(key, 0)) for key in keys] + [Fraction(0)]
        for relation in publication.relations
    ]
    for cell in publication.cells:
        if cell.key not in printed:
            continue
        if cell.numerator is None:
            rows.append([Fraction(key == cell.key) for key in keys] + [value[cell.key]])
        elif value[cell.denominator]:
            share = value[cell.numerator] / value[cell.denominator]
            coefficient = {cell.numerator: Fraction(1), cell.denominator: -share}
            rows.append([coefficient.get(key, Fraction(0)) for key in keys] + [Fraction(0)])
    return {keys[row.index(1)]: row[-1] for row in reduced(rows, len(keys)) if sum(map(bool, row[:-1])) == 1}


def reduced(rows, width):
    done = 0
    for column in range(width):
        pivot = next((place for place in range(done, len(rows)) if rows[place][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        rows[done] = [amount / rows[done][column] for amount in rows[done]]
        for place, row in enumerate(rows):
            if place != done and row[column]:
                rows[place] = [a - row[column] * b for a, b in zip(row, rows[done], strict=True)]
        done += 1
    return rows[:done]


def printed_of(publication, clearance):
    return {cell.key for cell in publication.cells} - clearance.suppressed


def test_the_attack_succeeds_where_only_the_small_figures_are_hidden():
    publication = table(a=12, b=3, c=20, total=35)
    assert solved(publication, {"a", "c", "total"})["b"] == 3


@given(publications(), policies)
def test_no_hidden_figure_can_be_worked_out(publication, policy):
    clearance = cleared(publication, policy)
    found = solved(publication, printed_of(publication, clearance))
    assert small_counts(publication, policy) - clearance.suppressed <= {
        cell.key for cell in publication.cells if cell.is_released
    }
    assert set(found) & clearance.suppressed <= set(clearance.exposed)
    hidden_rates = [
        cell
        for cell in publication.cells
        if cell.is_rate and cell.key in clearance.suppressed and publication.by_key[cell.denominator].value
    ]
    for cell in hidden_rates:
        assert not {cell.numerator, cell.denominator} <= set(found) or cell.key in clearance.exposed


@given(publications(), policies)
def test_where_nothing_is_small_nothing_is_hidden(publication, policy):
    assume(not small_counts(publication, policy))
    counts_only = tuple(cell for cell in publication.cells if not cell.is_rate)
    assert hidden(Publication(counts_only, publication.relations), policy) == set()


@given(publications())
def test_nothing_is_hidden_without_need(publication):
    """Under a policy of one step, whatever is hidden for others would give one away or narrow it to one number."""
    ones = Policy(threshold=1, smallest_denominator=0)
    counts_only = tuple(cell for cell in publication.cells if not cell.is_rate and not cell.is_released)
    assume(len(counts_only) == sum(not cell.is_rate for cell in publication.cells))
    plain = Publication(counts_only, publication.relations)
    clearance = cleared(plain, ones)
    small = small_counts(plain, ones)
    for key in clearance.suppressed - small:
        released = tuple(
            replace(cell, is_released=cell.key == key or cell.key not in clearance.suppressed)
            for cell in counts_only
        )
        assert cleared(Publication(released, publication.relations), ones).exposed != ()


@given(st.lists(st.integers(0, 9), min_size=3, max_size=4), st.integers(1, 5))
def test_a_hunt_through_every_whole_table_finds_a_range(values, threshold):
    """A reader who tries every table of counts that fits, knowing that no zero is hidden, finds several."""
    names = "abcd"[: len(values)]
    publication = table(**dict(zip(names, values, strict=True)), total=sum(values))
    policy = Policy(threshold=threshold)
    suppressed = cleared(publication, policy).suppressed
    unknown = [name for name in names if name in suppressed]
    known = sum(value for name, value in zip(names, values, strict=True) if name not in suppressed)
    tops = range(61) if "total" in suppressed else [sum(values)]
    # Where a zero had to go too, the reader must allow for zeros.
    least = {name: min(1, publication.by_key[name].value) for name in unknown}
    fits = [
        guess
        for guess in product(*(range(int(least[name]), 30) for name in unknown))
        if (known + sum(guess)) in tops
    ]
    for name in small_counts(publication, policy) - {"total"}:
        assert len({guess[unknown.index(name)] for guess in fits}) >= max(2, threshold)


def test_a_stricter_policy_keeps_what_a_milder_one_hid_though_another_choice_would_do():
    # From scratch, a threshold of 6 would do without C, which a threshold of 5 hides.
    cells = counts(a=7, b=4, c=9, d=9, e=2, f=5, first=20, second=16, k1=16, k2=6, k3=14, all=36)
    rows = [
        Relation.total("first", "abc"),
        Relation.total("second", "def"),
        Relation.total("all", ["first", "second"]),
    ]
    columns = [Relation.total("k1", "ad"), Relation.total("k2", "be"), Relation.total("k3", "cf")]
    publication = Publication(cells, (*rows, *columns, Relation.total("all", ["k1", "k2", "k3"])))
    milder, stricter = hidden(publication, Policy(threshold=5)), hidden(publication, Policy(threshold=6))
    assert "c" in milder
    assert milder <= stricter


@given(publications(), policies, st.integers(0, 3), st.integers(0, 15))
@settings(max_examples=50)
def test_a_stricter_policy_hides_all_that_a_milder_one_does(publication, policy, more, larger):
    stricter = Policy(
        threshold=policy.threshold + more, smallest_denominator=policy.smallest_denominator + larger
    )
    assert hidden(publication, policy) <= hidden(publication, stricter)


@given(publications(), policies)
@settings(max_examples=50)
def test_clearing_again_changes_nothing(publication, policy):
    clearance = cleared(publication, policy)
    assert cleared(publication, policy, already=clearance.suppressed) == clearance


@given(publications(), policies, st.randoms(use_true_random=False))
@settings(max_examples=50)
def test_the_order_of_cells_and_relations_does_not_matter(publication, policy, random):
    cells, relations = list(publication.cells), list(publication.relations)
    random.shuffle(cells)
    random.shuffle(relations)
    assert hidden(Publication(tuple(cells), tuple(relations)), policy) == hidden(publication, policy)
