"""What a reader can work out about hidden amounts from what is printed (pure, exact fractions).

A reader knows equations between amounts (parts and their total, a percentage with its denominator) and that no
amount is below its floor. From these one can ask whether something is settled and, if not, how little and how
much an amount can be. Fractions are exact, so nothing turns on rounding. Amounts may be any fractions here:
that they are whole is the caller's to add, and in tables of three or more ways whole numbers can say a little
more than fractions do.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

# Whole numbers stay ints, which are many times faster than fractions and just as exact.
Exact = Fraction | int
Terms = Mapping[Hashable, Exact]
_Row = dict[int, Exact]

# The column of what a row adds up to, after every amount and every helper.
_SUM = -1
_HELPER = 0


@dataclass(frozen=True)
class Equation:
    """So many times one amount and so many times another add up to a known figure."""

    terms: Terms
    equals: Exact = 0


class Knowledge:
    """Everything that some equations say of hidden amounts, each known to be at least its floor.

    `floors` names every amount. The equations must have a solution: they are read off a table that exists
    (ValueError from `most` and `least` when they have none).
    """

    def __init__(self, equations: Iterable[Equation], floors: Mapping[Hashable, Exact]) -> None:
        self._columns = {name: number for number, name in enumerate(floors, start=1)}
        self._floors = {name: _plain(floor) for name, floor in floors.items()}
        self._equations = [self._row(equation) for equation in equations]
        self._solved = _solved(self._equations)
        self._corner: dict[int, _Row] | None = None

    def settles(self, terms: Terms) -> bool:
        """Whether a sum of amounts follows from the equations alone (rank test: the row lies in their span)."""
        row = self._row(Equation(terms))
        for column, solved in self._solved.items():
            if column in row:
                _add(row, solved, -row[column])
        return not any(column != _SUM for column in row)

    def most(self, name: Hashable) -> Exact | None:
        """The largest an amount can be, by linear programming; None when nothing holds it down."""
        best = self._largest_above_floor(name, 1)
        return None if best is None else self._floors[name] + best

    def least(self, name: Hashable) -> Exact:
        """The smallest an amount can be: its floor, unless the equations hold it higher."""
        best = self._largest_above_floor(name, -1)
        return self._floors[name] - (best or 0)

    def _row(self, equation: Equation) -> _Row:
        row = {self._columns[name]: _plain(factor) for name, factor in equation.terms.items() if factor}
        if equation.equals:
            row[_SUM] = _plain(equation.equals)
        return row

    def _largest_above_floor(self, name: Hashable, sign: int) -> Exact | None:
        """The most that `sign` times an amount's height above its floor can be; None when there is no limit."""
        if self._corner is None:
            self._corner = _first_corner(self._solved, self._heights())
        goal: _Row = {self._columns[name]: sign}
        return _climb(self._corner, goal)

    def _heights(self) -> dict[int, Exact]:
        return {self._columns[name]: floor for name, floor in self._floors.items()}


# Elimination


def _solved(rows: Sequence[_Row]) -> dict[int, _Row]:
    """Each independent row, solved for one amount that appears in no other (reduced row echelon form)."""
    solved: dict[int, _Row] = {}
    for original in rows:
        row = dict(original)
        for column, other in solved.items():
            if column in row:
                _add(row, other, -row[column])
        columns = [column for column in row if column != _SUM]
        if columns:
            _bring_in(solved, row, min(columns))
    return solved


def _bring_in(solved: dict[int, _Row], row: _Row, column: int) -> None:
    """Solve a row for `column` and take that column out of every other row."""
    factor = row[column]
    scaled = {place: _quotient(amount, factor) for place, amount in row.items()}
    for other in solved.values():
        if column in other:
            _add(other, scaled, -other[column])
    solved[column] = scaled


def _quotient(amount: Exact, divisor: Exact) -> Exact:
    if divisor in (1, -1):
        return amount * divisor
    return _plain(Fraction(amount) / divisor)


def _plain(amount: Exact) -> Exact:
    return amount.numerator if amount.denominator == 1 else amount


def _add(row: _Row, other: _Row, times: Exact) -> None:
    """Add a multiple of another row, in place; columns that come to nothing are dropped."""
    for column, amount in other.items():
        total = row.get(column, 0) + times * amount
        if total:
            row[column] = total
        else:
            row.pop(column, None)


# Linear programming: the simplex method with Bland's rule, which always ends


def _first_corner(solved: Mapping[int, _Row], floors: Mapping[int, Exact]) -> dict[int, _Row]:
    """The same rows over heights above the floors, solved so that every height is zero or more."""
    rows = {column: dict(row) for column, row in solved.items()}
    for row in rows.values():
        height = row.get(_SUM, 0) - sum(
            amount * floors[column] for column, amount in row.items() if column != _SUM
        )
        row.pop(_SUM, None)
        if height:
            row[_SUM] = height
    lowest = min(rows, key=lambda column: rows[column].get(_SUM, 0), default=None)
    if lowest is None or rows[lowest].get(_SUM, 0) >= 0:
        return rows
    # One helper lifts every row above zero; climbing then takes the helper away again.
    for row in rows.values():
        row[_HELPER] = -1
    _swap(rows, leaving=lowest, entering=_HELPER)
    _climb(rows, {_HELPER: -1})
    _drop_helper(rows)
    return rows


def _drop_helper(rows: dict[int, _Row]) -> None:
    if _HELPER in rows:
        if rows[_HELPER].get(_SUM):
            raise ValueError("No amounts above their floors fit these equations.")
        others = [column for column in rows[_HELPER] if column not in (_SUM, _HELPER)]
        _swap(rows, leaving=_HELPER, entering=min(others))
    for row in rows.values():
        row.pop(_HELPER, None)


def _climb(rows: dict[int, _Row], goal: _Row) -> Exact | None:
    """The largest the goal can be, moving `rows` from corner to corner; None when it has no limit."""
    goal = dict(goal)
    for column, row in rows.items():
        if column in goal:
            _add(goal, row, -goal[column])
    while entering := _rising(goal):
        leaving = _first_to_reach_zero(rows, entering[0])
        if leaving is None:
            return None
        _swap(rows, leaving=leaving, entering=entering[0])
        _add(goal, rows[entering[0]], -goal[entering[0]])
    return -goal.get(_SUM, 0)


def _rising(goal: _Row) -> tuple[int, ...]:
    """The lowest-numbered column whose growth raises the goal, if there is one."""
    rising = [column for column, amount in goal.items() if column != _SUM and amount > 0]
    return (min(rising),) if rising else ()


def _first_to_reach_zero(rows: Mapping[int, _Row], entering: int) -> int | None:
    limits = [
        (_quotient(row.get(_SUM, 0), row[entering]), column)
        for column, row in rows.items()
        if row.get(entering, 0) > 0
    ]
    return min(limits)[1] if limits else None


def _swap(rows: dict[int, _Row], *, leaving: int, entering: int) -> None:
    _bring_in(rows, rows.pop(leaving), entering)
