"""What can be worked out from equations: settled or not, least and most, against a hunt through whole numbers."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actionplans.inference import Equation, Knowledge


def knows(equations, floors):
    return Knowledge(
        [
            Equation({name: Fraction(times) for name, times in terms.items()}, Fraction(total))
            for terms, total in equations
        ],
        {name: Fraction(floor) for name, floor in floors.items()},
    )


def unit(name):
    return {name: Fraction(1)}


def test_two_hidden_parts_of_a_total_are_not_settled_but_bounded():
    knowledge = knows([({"a": 1, "b": 1}, 15)], {"a": 1, "b": 1})
    assert not knowledge.settles(unit("a"))
    assert (knowledge.least("a"), knowledge.most("a")) == (1, 14)
    assert knowledge.settles({"a": Fraction(2), "b": Fraction(2)})


def test_a_difference_settles_a_part():
    knowledge = knows([({"a": 1, "b": 1}, 15), ({"a": 1, "b": 2}, 18)], {"a": 0, "b": 0})
    assert knowledge.settles(unit("b"))
    assert (knowledge.least("b"), knowledge.most("b")) == (3, 3)


def test_an_amount_nothing_is_known_of_has_no_most():
    knowledge = knows([({"a": 1, "b": -1}, 2)], {"a": 0, "b": 0, "c": 1})
    assert knowledge.most("c") is None
    assert knowledge.least("c") == 1
    assert (knowledge.least("a"), knowledge.most("a")) == (2, None)


def test_floors_can_settle_what_equations_do_not():
    knowledge = knows([({"a": 1, "b": 1}, 2)], {"a": 1, "b": 1})
    assert not knowledge.settles(unit("a"))
    assert (knowledge.least("a"), knowledge.most("a")) == (1, 1)


def test_equations_that_no_amounts_fit_are_refused():
    with pytest.raises(ValueError, match="No amounts above their floors fit"):
        knows([({"a": 1, "b": 1}, -1)], {"a": 0, "b": 0}).most("a")


@given(
    st.lists(st.integers(0, 6), min_size=4, max_size=4),
    st.lists(st.lists(st.integers(0, 1), min_size=4, max_size=4), min_size=1, max_size=3),
)
def test_least_and_most_hold_every_whole_solution(values, patterns):
    # A last sum over all four keeps the hunt finite.
    equations = [
        ({name: times for name, times in zip("abcd", pattern, strict=True) if times}, _dot(pattern, values))
        for pattern in [*patterns, [1, 1, 1, 1]]
    ]
    knowledge = knows(equations, dict.fromkeys("abcd", 0))
    solutions = [
        guess
        for guess in product(range(sum(values) + 1), repeat=4)
        if sum(guess) == sum(values) and all(_dot(p, guess) == _dot(p, values) for p in patterns)
    ]
    for place, name in enumerate("abcd"):
        seen = {guess[place] for guess in solutions}
        assert knowledge.least(name) <= min(seen)
        assert knowledge.most(name) >= max(seen)
        if knowledge.settles(unit(name)):
            assert seen == {values[place]}


def _dot(pattern, values):
    return sum(times * value for times, value in zip(pattern, values, strict=True))
