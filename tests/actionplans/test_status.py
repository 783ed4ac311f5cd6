"""Status against target: every checked vector of the rules, and what must hold for all numbers."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actionplans.status import (
    Polarity,
    Status,
    StatusCounts,
    Tolerance,
    ToleranceError,
    ToleranceKind,
    better_in_words,
    rule_in_words,
    status_where_it_can_be_judged,
    target_status,
)

FIVE_PERCENT = Tolerance(ToleranceKind.RELATIVE, Decimal(5))
TWENTY_PERCENT = Tolerance(ToleranceKind.RELATIVE, Decimal(20))
TWO_POINTS = Tolerance(ToleranceKind.ABSOLUTE, Decimal(2))
FIVE_TO_TEN = Tolerance(ToleranceKind.ABSOLUTE, amber=Decimal(10), green=Decimal(5))

GREEN, AMBER, RED = Status.ON_TARGET, Status.SLIGHTLY_OFF, Status.OFF_TARGET
ORDER = {GREEN: 0, AMBER: 1, RED: 2}
MIRROR = {
    Polarity.MAXIMISE: Polarity.MINIMISE,
    Polarity.MINIMISE: Polarity.MAXIMISE,
    Polarity.GOLDILOCKS: Polarity.GOLDILOCKS,
    Polarity.NONE: Polarity.NONE,
}

FIGURES = st.decimals(min_value=-(10**9), max_value=10**9, places=3)
WIDTHS = st.decimals(min_value=0, max_value=1000, places=2)
JUDGED = st.sampled_from([Polarity.MAXIMISE, Polarity.MINIMISE, Polarity.GOLDILOCKS])


@st.composite
def tolerances(draw, kinds=tuple(ToleranceKind)):
    green, amber = sorted([draw(WIDTHS), draw(WIDTHS)])
    return Tolerance(draw(st.sampled_from(kinds)), amber, green)


@pytest.mark.parametrize(
    ("value", "target", "polarity", "tolerance", "expected"),
    [
        ("92.0", "92.0", "maximise", FIVE_PERCENT, GREEN),
        ("91.96", "92.0", "maximise", FIVE_PERCENT, AMBER),
        ("87.4", "92.0", "maximise", FIVE_PERCENT, AMBER),
        ("87.39", "92.0", "maximise", FIVE_PERCENT, RED),
        ("14.7", "14.0", "minimise", FIVE_PERCENT, AMBER),
        ("14.71", "14.0", "minimise", FIVE_PERCENT, RED),
        ("14.0", "14.0", "minimise", FIVE_PERCENT, GREEN),
        ("90.0", "92.0", "maximise", TWO_POINTS, AMBER),
        ("89.9", "92.0", "maximise", TWO_POINTS, RED),
        ("0", "0", "minimise", TWO_POINTS, GREEN),
        ("1", "0", "minimise", TWO_POINTS, AMBER),
        ("3", "0", "minimise", TWO_POINTS, RED),
        ("-5", "-5", "maximise", TWENTY_PERCENT, GREEN),
        ("-6", "-5", "maximise", TWENTY_PERCENT, AMBER),
        ("-6.01", "-5", "maximise", TWENTY_PERCENT, RED),
        ("105", "100", "goldilocks", FIVE_TO_TEN, GREEN),
        ("110", "100", "goldilocks", FIVE_TO_TEN, AMBER),
        ("110.1", "100", "goldilocks", FIVE_TO_TEN, RED),
        ("95", "100", "goldilocks", FIVE_TO_TEN, GREEN),
        ("90", "100", "goldilocks", FIVE_TO_TEN, AMBER),
        ("89.9", "100", "goldilocks", FIVE_TO_TEN, RED),
    ],
)
def test_status_of_the_checked_values(value, target, polarity, tolerance, expected):
    assert target_status(Decimal(value), Decimal(target), polarity, tolerance) is expected


def test_goldilocks_by_percentage_of_the_target():
    tolerance = Tolerance(ToleranceKind.RELATIVE, amber=Decimal(10), green=Decimal(5))

    statuses = [
        target_status(Decimal(v), Decimal(200), "goldilocks", tolerance)
        for v in ("210", "210.1", "180", "179.9")
    ]

    assert statuses == [GREEN, AMBER, AMBER, RED]


@pytest.mark.parametrize("value", ["1", "0", "-1"])
@pytest.mark.parametrize("polarity", ["maximise", "minimise", "goldilocks"])
def test_a_percentage_of_a_zero_target_is_a_fault_in_the_settings(value, polarity):
    with pytest.raises(ToleranceError) as refused:
        target_status(Decimal(value), Decimal(0), polarity, FIVE_PERCENT)
    assert str(refused.value) == (
        "A percentage of a zero target is zero. Give the tolerance in the measure's own unit instead."
    )


def test_without_a_target_or_a_better_direction_there_is_data_only():
    assert target_status(Decimal(5), None, Polarity.MAXIMISE, TWO_POINTS) is Status.DATA_ONLY
    assert target_status(Decimal(5), Decimal(4), Polarity.NONE, TWO_POINTS) is Status.DATA_ONLY
    assert target_status(Decimal(5), Decimal(0), Polarity.NONE, FIVE_PERCENT) is Status.DATA_ONLY


def test_a_value_that_is_not_a_number_is_never_judged():
    for strange in ("NaN", "Infinity", "-Infinity"):
        with pytest.raises(ValueError, match="must be numbers"):
            target_status(Decimal(strange), Decimal(4), Polarity.MAXIMISE, TWO_POINTS)


@pytest.mark.parametrize(
    ("amber", "green", "words"),
    [
        ("-1", "0", "A tolerance cannot be below zero."),
        ("1", "-1", "A tolerance cannot be below zero."),
        ("NaN", "0", "A tolerance cannot be below zero."),
        ("5", "6", "The green width cannot be wider than the amber width."),
    ],
)
def test_a_tolerance_that_makes_no_sense_is_refused(amber, green, words):
    with pytest.raises(ToleranceError) as refused:
        Tolerance(ToleranceKind.ABSOLUTE, Decimal(amber), Decimal(green))
    assert str(refused.value) == words


@pytest.mark.parametrize(
    ("polarity", "tolerance", "unit_word", "words"),
    [
        ("maximise", TWO_POINTS, "percentage points", "Amber within 2 percentage points of the target"),
        ("minimise", FIVE_PERCENT, "percentage points", "Amber within 5% of the target"),
        ("maximise", Tolerance("relative", Decimal("2.50")), "", "Amber within 2.5% of the target"),
        ("maximise", Tolerance("absolute", Decimal("1.0")), "days", "Amber within 1 day of the target"),
        ("maximise", Tolerance("absolute", Decimal(1200)), "£", "Amber within £1,200 of the target"),
        ("maximise", Tolerance("absolute", Decimal(10)), "", "Amber within 10 of the target"),
        (
            "maximise",
            Tolerance("absolute", Decimal(0)),
            "days",
            "No amber: anything short of the target is red",
        ),
        ("goldilocks", FIVE_TO_TEN, "days", "Green within 5 days of the target, amber within 10 days"),
        ("none", FIVE_PERCENT, "", "Not judged against a target"),
    ],
)
def test_the_rule_in_words(polarity, tolerance, unit_word, words):
    assert rule_in_words(polarity, tolerance, unit_word) == words


@pytest.mark.parametrize(
    ("polarity", "rule", "better"),
    [
        ("maximise", "On target when Yes", "Yes is better"),
        ("minimise", "On target when No", "No is better"),
        ("goldilocks", "On target when it is what the target says", "Closer to target is better"),
        ("none", "Not judged against a target", "No better direction"),
    ],
)
def test_a_yes_or_no_is_on_target_or_it_is_not(polarity, rule, better):
    assert rule_in_words(polarity, Tolerance.none(), unit="yes_no", targets=[Decimal(0)]) == rule
    assert better_in_words(polarity, "yes_no") == better
    for value in (Decimal(0), Decimal(1)):
        for target in (Decimal(0), Decimal(1)):
            assert target_status(value, target, polarity, Tolerance.none()) is not AMBER


def test_which_way_is_better_in_words():
    assert [better_in_words(polarity, "percent") for polarity in Polarity] == [
        "Higher is better",
        "Lower is better",
        "Closer to target is better",
        "No better direction",
    ]


@pytest.mark.parametrize("polarity", ["maximise", "minimise", "goldilocks"])
def test_a_status_that_cannot_be_judged_is_none(polarity):
    settings = (polarity, FIVE_PERCENT)
    assert status_where_it_can_be_judged(Decimal(1), Decimal(0), *settings) is Status.DATA_ONLY
    assert status_where_it_can_be_judged(None, Decimal(0), *settings) is Status.AWAITING
    assert status_where_it_can_be_judged(Decimal(10), Decimal(10), *settings) is Status.ON_TARGET


def test_the_rule_says_when_a_target_cannot_be_judged():
    targets = [Decimal(5), Decimal("0.000")]
    assert rule_in_words("minimise", FIVE_PERCENT, targets=targets) == (
        "Amber within 5% of the target. A target of zero cannot be judged, as a percentage of zero is zero: "
        "this needs a tolerance in the measure's own unit"
    )
    assert rule_in_words("minimise", FIVE_PERCENT, targets=targets[:1]) == "Amber within 5% of the target"
    assert rule_in_words("none", FIVE_PERCENT, targets=targets) == "Not judged against a target"
    assert rule_in_words("minimise", TWO_POINTS, "percentage points", targets=targets) == (
        "Amber within 2 percentage points of the target"
    )


def test_labels():
    assert Polarity.choices() == [
        ("maximise", "Higher is better"),
        ("minimise", "Lower is better"),
        ("goldilocks", "Closer to target is better"),
        ("none", "No better direction"),
    ]
    assert ToleranceKind.choices() == [
        ("relative", "Percentage of the target"),
        ("absolute", "In the measure's own unit"),
    ]
    assert Status.choices() == [
        ("on_target", "On target"),
        ("slightly_off", "Slightly off target"),
        ("off_target", "Off target"),
        ("data_only", "Data only"),
        ("awaiting", "Awaiting data"),
        ("overdue", "Overdue"),
        ("suppressed", "Suppressed"),
        ("discontinued", "Discontinued"),
    ]
    assert [status for status in Status if status.is_assessed] == [GREEN, AMBER, RED]


# Properties


@given(st.one_of(st.none(), FIGURES), st.sampled_from(Polarity), tolerances())
def test_no_value_is_never_a_colour(target, polarity, tolerance):
    assert target_status(None, target, polarity, tolerance) is Status.AWAITING


@given(FIGURES, JUDGED, tolerances())
def test_no_target_is_never_a_colour(value, polarity, tolerance):
    assert target_status(value, None, polarity, tolerance) is Status.DATA_ONLY


@given(FIGURES, FIGURES.filter(bool), st.sampled_from(Polarity), tolerances())
def test_the_mirror_of_a_value_and_target_has_the_same_status(value, target, polarity, tolerance):
    straight = target_status(value, target, polarity, tolerance)
    assert target_status(-value, -target, MIRROR[polarity], tolerance) is straight


@given(FIGURES.filter(bool), tolerances())
def test_a_boundary_belongs_to_the_better_side(target, tolerance):
    hair = Decimal("0.0000001")
    amber, green = tolerance.amber_width(target), tolerance.green_width(target)

    assert target_status(target, target, "maximise", tolerance) is GREEN
    assert target_status(target, target, "minimise", tolerance) is GREEN
    if amber:
        assert target_status(target - amber, target, "maximise", tolerance) is AMBER
        assert target_status(target + amber, target, "minimise", tolerance) is AMBER
    assert target_status(target - amber - hair, target, "maximise", tolerance) is RED
    assert target_status(target + amber + hair, target, "minimise", tolerance) is RED
    for side in (1, -1):
        assert target_status(target + side * green, target, "goldilocks", tolerance) is GREEN
        if amber > green:
            assert target_status(target + side * amber, target, "goldilocks", tolerance) is AMBER
        assert target_status(target + side * (amber + hair), target, "goldilocks", tolerance) is RED


@given(FIGURES, FIGURES, FIGURES, tolerances([ToleranceKind.ABSOLUTE]))
def test_a_better_value_never_has_a_worse_status(one, other, target, tolerance):
    low, high = sorted([one, other])

    at_low, at_high = (ORDER[target_status(value, target, "maximise", tolerance)] for value in (low, high))

    assert at_high <= at_low


# Counts


def counted(**counts):
    return StatusCounts.of(Status(name) for name, count in counts.items() for _ in range(count))


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        (
            {"on_target": 9, "slightly_off": 6, "off_target": 4, "data_only": 3, "awaiting": 2},
            (
                "There are 24 measures. "
                "19 can be assessed: 9 on target, 6 slightly off target, 4 off target. "
                "Not assessed: 3 data only, 2 awaiting data."
            ),
        ),
        (
            {"on_target": 1, "overdue": 2, "suppressed": 1, "discontinued": 3},
            (
                "There are 7 measures. 1 can be assessed: 1 on target, 0 slightly off target, 0 off target. "
                "Not assessed: 2 overdue, 1 suppressed, 3 discontinued."
            ),
        ),
        (
            {"off_target": 1},
            "There is 1 measure. 1 can be assessed: 0 on target, 0 slightly off target, 1 off target.",
        ),
        ({"awaiting": 1}, "There is 1 measure. None can be assessed: 1 awaiting data."),
        (
            {"data_only": 2, "awaiting": 1},
            "There are 3 measures. None can be assessed: 2 data only, 1 awaiting data.",
        ),
        ({}, "There are no measures."),
    ],
)
def test_the_counts_in_a_sentence(counts, sentence):
    assert counted(**counts).sentence() == sentence


@given(st.lists(st.sampled_from(Status), max_size=60))
def test_the_numbers_in_the_sentence_always_add_up(statuses):
    counts = StatusCounts.of(statuses)
    sentence = counts.sentence()

    assert counts.total == len(statuses)
    assert counts.assessed == sum(status.is_assessed for status in statuses)
    if not statuses:
        assert sentence == "There are no measures."
        return
    opening, rest = sentence.split(" measures. " if len(statuses) > 1 else " measure. ")
    assert opening.split()[-1] == str(len(statuses))
    parts = [int(number) for number in re.findall(r"(\d+) (?!can be)[a-z]", rest)]
    assert sum(parts) == len(statuses)
    if counts.assessed:
        assert int(re.match(r"(\d+) can be assessed: ", rest)[1]) == sum(parts[:3]) == counts.assessed


@given(st.lists(st.sampled_from(Status), max_size=60), st.randoms(use_true_random=False))
def test_the_order_of_measures_does_not_matter(statuses, chance):
    shuffled = list(statuses)
    chance.shuffle(shuffled)

    assert StatusCounts.of(shuffled) == StatusCounts.of(statuses)


@given(st.lists(st.lists(st.sampled_from(Status), max_size=20), max_size=6))
def test_the_counts_of_priorities_sum_to_those_of_the_whole(groups):
    parts = [StatusCounts.of(group) for group in groups]
    whole = StatusCounts.of(status for group in groups for status in group)

    assert whole.total == sum(part.total for part in parts)
    assert whole.assessed == sum(part.assessed for part in parts)
    for status in Status:
        assert getattr(whole, status.value) == sum(getattr(part, status.value) for part in parts)


@given(FIGURES, FIGURES.filter(bool), JUDGED, tolerances([ToleranceKind.RELATIVE]), st.integers(-6, 6))
def test_a_relative_status_does_not_depend_on_what_is_counted_in(value, target, polarity, tolerance, power):
    scaled = target_status(value.scaleb(power), target.scaleb(power), polarity, tolerance)

    assert scaled is target_status(value, target, polarity, tolerance)


@given(FIGURES, FIGURES, JUDGED, WIDTHS, WIDTHS)
def test_a_wider_tolerance_never_judges_harder(value, target, polarity, one, other):
    narrow, wide = (Tolerance(ToleranceKind.ABSOLUTE, width) for width in sorted([one, other]))

    assert (
        ORDER[target_status(value, target, polarity, wide)]
        <= ORDER[target_status(value, target, polarity, narrow)]
    )
