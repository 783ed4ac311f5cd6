"""Which figures may not be printed, so that nobody can be picked out of a small number (pure, exact).

A publication is cells (the figures) and the sums a reader knows to hold between them: parts and their total,
quarters and the year to date, an area and its localities, one breakdown and another, this vintage and the last.
Primary suppression hides what the policy calls small. Secondary suppression hides more, until nothing hidden can
be worked out from what is printed. Every hidden figure is printed as `[c]`, and nothing printed says which of
them was the small one. What must be true of the result:

- no hidden figure follows from the printed ones (exact linear algebra: `inference.Knowledge.settles`);
- the small counts cannot be narrowed down: each could still be at least `Policy.possible_values` different whole
  numbers, given that counts are not negative and that a printed policy hides no zero (linear programming:
  `inference.Knowledge.least` and `most`);
- a stricter policy never prints what a milder one hides, and a figure already hidden stays hidden.

Sources: the default policy and its cases are those a partnership agrees with its data protection officer; the
shorthand `[c]` is that of the Government Statistical Service. Complementary suppression by the smallest other
figure is the usual practice of statistical offices.
"""

from __future__ import annotations

import enum
import re
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import ceil, floor

from actionplans.inference import Equation, Knowledge, Terms
from priorities.wording import listed, quoted

SYMBOL = "[c]"
SYMBOL_IN_WORDS = "confidential: not shown, so that nobody can be identified"

Key = Hashable


@dataclass(frozen=True)
class Policy:
    """When a partnership does not print a figure. Named and versioned, so a clearance can say what it followed.

    Counts from 1 to `threshold` are hidden, and zero too where a cell is sensitive. A percentage or rate is
    hidden when its numerator is, or when its denominator is below `smallest_denominator` (0% or 100% of a small
    group says something of everyone in it). `possible_values` is how many different whole numbers a small count
    must still be able to be; by default as many as the policy itself gives away, which is the threshold.
    """

    name: str = "Default disclosure policy"
    version: str = "1"
    threshold: int = 4
    smallest_denominator: int = 30
    possible_values: int | None = None

    def __post_init__(self) -> None:
        if self.threshold < 0 or self.smallest_denominator < 0:
            raise ValueError("A threshold and a smallest denominator cannot be below zero.")
        if self.possible_values is not None and self.possible_values < 1:
            raise ValueError("A hidden count must be able to be at least one number.")

    @property
    def fewest_possible(self) -> int:
        """How many whole numbers a small count must still be able to be."""
        # Two at least: a count that can be only one number is known.
        return max(2, self.threshold if self.possible_values is None else self.possible_values)

    @property
    def in_words(self) -> str:
        """The rule as a data note prints it. It says nothing that helps to undo it."""
        return (
            f"{self.name}, version {self.version}: counts from 1 to {self.threshold}, figures about groups "
            f"smaller than {self.smallest_denominator}, and any other figure from which one of these could be "
            f"worked out, are shown as {SYMBOL}."
        )


# What is to be published


@dataclass(frozen=True)
class Cell:
    """One figure: a count or, with `numerator` and `denominator`, the percentage or rate they make.

    A count's `value` is a whole number. A rate has no value of its own: it is worked out, exactly, from the two
    counts it names, which must be cells too (not printed, if only the rate is). `is_printed` is False for what
    no page shows but a reader might work out, such as the quarter between two year-to-date figures.
    `is_released` says that it is out already and cannot be called back. Where one of several figures has to go,
    those of the lowest `precedence` stay, then the largest.
    """

    key: Key
    value: Decimal = Decimal(0)
    numerator: Key | None = None
    denominator: Key | None = None
    is_sensitive: bool = False
    is_printed: bool = True
    is_released: bool = False
    precedence: int = 0

    def __post_init__(self) -> None:
        if (self.numerator is None) != (self.denominator is None):
            raise ValueError("A rate has a numerator and a denominator.")

    @property
    def is_rate(self) -> bool:
        return self.numerator is not None


@dataclass(frozen=True)
class Relation:
    """A sum that a reader knows to hold: so many times each count, together, make nothing."""

    terms: tuple[tuple[Key, int], ...]

    @classmethod
    def total(cls, whole: Key, parts: Iterable[Key]) -> Relation:
        """The parts add up to the whole: localities to the area, quarters to the year, groups to everyone."""
        return cls(((whole, -1), *((part, 1) for part in parts)))

    @classmethod
    def same(cls, one: Key, other: Key) -> Relation:
        """The two are equal, as a reader takes a figure to be that did not change from vintage to vintage."""
        return cls(((one, 1), (other, -1)))


@dataclass(frozen=True)
class Publication:
    """Everything that comes out together, or is out already, and bears on the same people.

    Raises ValueError where two cells share a key, a relation or a rate names a cell that is not here, or a
    relation does not hold: localities that do not cover the area need a cell, not printed, for the rest.
    """

    cells: tuple[Cell, ...]
    relations: tuple[Relation, ...] = ()

    def __post_init__(self) -> None:
        if len(self.by_key) < len(self.cells):
            raise ValueError("Two cells share a key.")
        for relation in self.relations:
            self._check(relation)
        for cell in self.cells:
            for key in (cell.numerator, cell.denominator):
                if key is not None and (key not in self.by_key or self.by_key[key].is_rate):
                    raise ValueError(f"The rate {cell.key!r} needs {key!r} as a count among the cells.")

    def _check(self, relation: Relation) -> None:
        keys = [key for key, _ in relation.terms]
        if any(key not in self.by_key or self.by_key[key].is_rate for key in keys):
            raise ValueError(f"A relation needs all of {keys!r} as counts among the cells.")
        if sum(times * self.by_key[key].value for key, times in relation.terms) != 0:
            raise ValueError(f"The relation between {keys!r} does not hold.")

    @cached_property
    def by_key(self) -> Mapping[Key, Cell]:
        return {cell.key: cell for cell in self.cells}


def with_rest(whole: Cell, parts: Sequence[Cell], rest: Key) -> Publication:
    """A whole and those of its parts that are known; what is left is a cell that is not printed.

    For an area and the localities that do not cover it, or a total with some unallocated.
    """
    left = whole.value - sum((part.value for part in parts), Decimal(0))
    cells = (whole, *parts) if left == 0 else (whole, *parts, Cell(rest, left, is_printed=False))
    keys = [cell.key for cell in cells[1:]]
    return Publication(cells, (Relation.total(whole.key, keys),))


def with_quarters(year_to_date: Sequence[Cell], quarters: Sequence[Key]) -> Publication:
    """Year-to-date figures, oldest first, and the quarters a reader gets by subtraction, not printed.

    The earlier figure comes out first, so where one must go it is the later.
    """
    cells: list[Cell] = []
    relations = []
    before: Cell | None = None
    for turn, (running, quarter) in enumerate(zip(year_to_date, quarters, strict=True)):
        own = running.value - (before.value if before else 0)
        parts = [quarter] if before is None else [before.key, quarter]
        cells += [replace(running, precedence=turn), Cell(quarter, own, is_printed=False)]
        relations.append(Relation.total(running.key, parts))
        before = running
    return Publication(tuple(cells), tuple(relations))


# What comes of it


class Reason(enum.StrEnum):
    """Why a figure is hidden. For the people who clear a publication; never printed."""

    SMALL_COUNT = "small_count"
    SENSITIVE_ZERO = "sensitive_zero"
    NUMERATOR = "numerator"
    SMALL_GROUP = "small_group"
    ALL_OR_NONE = "all_or_none"
    PROTECTS_OTHERS = "protects_others"
    NOT_PRINTED = "not_printed"
    UNKNOWN_GROUP = "unknown_group"

    @property
    def label(self) -> str:
        return _REASON_LABELS[self]


_REASON_LABELS = {
    Reason.SMALL_COUNT: "A small count",
    Reason.SENSITIVE_ZERO: "Zero, where that too is sensitive",
    Reason.NUMERATOR: "Its numerator is a small count",
    Reason.SMALL_GROUP: "The group it is about is small",
    Reason.ALL_OR_NONE: "It is about everyone or no one in a small group",
    Reason.PROTECTS_OTHERS: "Another hidden figure could be worked out from it",
    Reason.NOT_PRINTED: "It is nowhere printed",
    Reason.UNKNOWN_GROUP: "Nobody has said of how many people it is",
}


@dataclass(frozen=True)
class Ruling:
    """What becomes of one cell. `reason` is for those who clear the figures and is never printed."""

    key: Key
    is_suppressed: bool
    reason: Reason | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Clearance:
    """The rulings on a publication, in the order of its cells, and the policy they follow.

    `exposed` are figures that should be hidden but can be worked out from what is out already: nothing done now
    will hide them, and somebody must be told.
    """

    policy: Policy
    rulings: tuple[Ruling, ...]
    exposed: tuple[Key, ...] = field(default=(), repr=False)

    @cached_property
    def suppressed(self) -> frozenset[Key]:
        return frozenset(ruling.key for ruling in self.rulings if ruling.is_suppressed)

    def shown(self, key: Key, text: str) -> str:
        """The text of a figure as it may be printed: itself, or `[c]`."""
        return SYMBOL if key in self.suppressed else text

    def reason_for(self, key: Key) -> Reason | None:
        """Why a figure is hidden; None when it is printed. Not for publication."""
        return next(ruling.reason for ruling in self.rulings if ruling.key == key)


def cleared(
    publication: Publication, policy: Policy | None = None, *, already: Collection[Key] = ()
) -> Clearance:
    """What of a publication may be printed under a policy.

    `already` are keys that an earlier clearance hid and that stay hidden. The result does not depend on the order
    of cells or relations, and clearing again with what was hidden changes nothing.
    """
    policy = policy or Policy()
    hidden: set[Key] = set()
    exposed: set[Key] = set()
    for family in _families(publication):
        hidden |= family.hidden_under(policy, frozenset(already) & family.cells.keys())
        exposed |= family.exposed_under(policy)
    rulings = tuple(_ruling(cell, publication.by_key, policy, hidden) for cell in publication.cells)
    return Clearance(policy, rulings, tuple(cell.key for cell in publication.cells if cell.key in exposed))


def _ruling(cell: Cell, cells: Mapping[Key, Cell], policy: Policy, hidden: Collection[Key]) -> Ruling:
    if cell.key in hidden:
        return Ruling(
            cell.key, is_suppressed=True, reason=_why(cell, cells, policy) or Reason.PROTECTS_OTHERS
        )
    is_unseen = not (cell.is_printed or cell.is_released)
    return Ruling(cell.key, is_unseen, Reason.NOT_PRINTED if is_unseen else None)


# Primary suppression


def _why(cell: Cell, cells: Mapping[Key, Cell], policy: Policy) -> Reason | None:
    """Why the policy hides a cell for what it is; None when it may stand."""
    if not cell.is_rate:
        if 0 < abs(cell.value) <= policy.threshold:
            return Reason.SMALL_COUNT
        is_hidden_zero = cell.value == 0 and cell.is_sensitive and policy.threshold > 0
        return Reason.SENSITIVE_ZERO if is_hidden_zero else None
    numerator, denominator = cells[cell.numerator], cells[cell.denominator]
    if denominator.value < policy.smallest_denominator or denominator.value == 0:
        is_whole = numerator.value in (0, denominator.value)
        return Reason.ALL_OR_NONE if is_whole else Reason.SMALL_GROUP
    return Reason.NUMERATOR if _why(numerator, cells, policy) else None


# Secondary suppression


def _families(publication: Publication) -> list[_Family]:
    """The cells in families: no relation or rate joins one family to another."""
    links = [[key for key, _ in relation.terms] for relation in publication.relations]
    links += [[cell.key, cell.numerator, cell.denominator] for cell in publication.cells if cell.is_rate]
    leader = {cell.key: cell.key for cell in publication.cells}
    members: dict[Key, list[Key]] = {key: [key] for key in leader}
    for keys in links:
        for key in keys[1:]:
            one, other = leader[keys[0]], leader[key]
            if one != other:
                members[one] += members[other]
                leader.update(dict.fromkeys(members.pop(other), one))
    relations: dict[Key, list[Relation]] = defaultdict(list)
    for relation in publication.relations:
        if relation.terms:
            relations[leader[relation.terms[0][0]]].append(relation)
    return [
        _Family({key: publication.by_key[key] for key in sorted(keys, key=repr)}, tuple(relations[one]))
        for one, keys in members.items()
    ]


@dataclass(frozen=True)
class _Family:
    """Cells that bear on one another, and the relations between them."""

    cells: Mapping[Key, Cell]
    relations: tuple[Relation, ...]

    def primary(self, policy: Policy) -> frozenset[Key]:
        return frozenset(key for key, cell in self.cells.items() if _why(cell, self.cells, policy))

    def exposed_under(self, policy: Policy) -> frozenset[Key]:
        """What should be hidden and is out already, or follows from what is."""
        guard = self._guard(policy)
        return frozenset(self._gives_away(self._out, guard)) if guard.primary else frozenset()

    def _guard(self, policy: Policy, kept: frozenset[Key] = frozenset()) -> _Guard:
        """What is small, and `kept`. A rate of no one at all is hidden but has nothing to tell."""
        primary = self.primary(policy)
        empty = {
            key
            for key, cell in self.cells.items()
            if cell.is_rate and self.cells[cell.denominator].value == 0
        }
        return _Guard(policy.fewest_possible, primary - empty, kept - primary - empty)

    def hidden_under(self, policy: Policy, already: frozenset[Key] = frozenset()) -> frozenset[Key]:
        """The cells to hide, worked up from the mildest policy so that a stricter one never shows more.

        Each step hides all that the steps before it did: those with a threshold one lower, and those with the
        next smaller group let through.
        """
        if not (already or self.primary(policy)):
            return frozenset()
        groups = sorted(
            {
                int(self.cells[cell.denominator].value) + 1
                for cell in self.cells.values()
                if cell.is_rate and self.cells[cell.denominator].value < policy.smallest_denominator
            }
        )
        row: dict[int, frozenset[Key]] = {}
        for threshold in range(policy.threshold + 1):
            before: frozenset[Key] = frozenset()
            for smallest in [0, *groups]:
                step = replace(policy, threshold=threshold, smallest_denominator=smallest)
                before = self._completed(step, before | row.get(smallest, frozenset()))
                row[smallest] = before
        return self._completed(policy, before | already, already)

    def _completed(
        self, policy: Policy, hidden: frozenset[Key], kept: frozenset[Key] = frozenset()
    ) -> frozenset[Key]:
        """The primary cells, what is hidden before, and as few and as small others as it takes.

        Figures are let out one by one, those we would rather keep first, and one that would give a small one
        away is held back. So nothing is held back without need. Nor can a figure held back be worked out from
        what is let out: if it could, letting it out would have told nothing new. `kept`, hidden by an earlier
        clearance for reasons that may not be seen here, are guarded too.
        """
        hidden = (hidden | self.primary(policy)) - self._out
        guard = self._guard(policy, kept)
        if not (guard.primary or guard.kept):
            return hidden
        guard = guard.without(frozenset(self._gives_away(self._out, guard)))
        waiting = self._offered(hidden)
        out = self._out
        while waiting:
            count = self._how_many_may_go(waiting, out, guard)
            out = out | set(waiting[:count])
            hidden = hidden | set(waiting[count : count + 1])
            waiting = waiting[count + 1 :]
        return hidden

    def _offered(self, hidden: frozenset[Key]) -> list[Key]:
        """What may yet be let out, what we would rather keep first: the smallest are last, zeros are not small."""
        cells = [cell for cell in self.cells.values() if cell.is_printed and not cell.is_released]
        cells.sort(
            key=lambda cell: (cell.precedence, cell.is_rate, cell.value != 0, -cell.value, repr(cell.key))
        )
        return [cell.key for cell in cells if cell.key not in hidden]

    def _how_many_may_go(self, waiting: Sequence[Key], out: frozenset[Key], guard: _Guard) -> int:
        """How many of those waiting, from the front, may be let out. What is unsafe stays so with more out."""
        fits, too_many = 0, len(waiting) + 1
        tried = len(waiting)
        while too_many - fits > 1:
            if any(True for _ in self._gives_away(out | set(waiting[:tried]), guard)):
                too_many = tried
            else:
                fits = tried
            tried = (fits + too_many) // 2
        return fits

    @cached_property
    def _out(self) -> frozenset[Key]:
        return frozenset(key for key, cell in self.cells.items() if cell.is_released)

    def _gives_away(self, out: frozenset[Key], guard: _Guard) -> Iterator[Key]:
        """What a reader of `out` can settle of what is guarded or, for a small count, narrow down too far."""
        knowledge = self._knowledge(out)
        safe = []
        for key in sorted(guard.primary | guard.kept, key=repr):
            if key in out or knowledge.settles(_unknown(self._terms(self.cells[key]), out)):
                yield key
            elif key in guard.primary and not self.cells[key].is_rate:
                safe.append(key)
        yield from (key for key in safe if not _is_wide(knowledge, key, guard.fewest_possible))

    def _knowledge(self, out: frozenset[Key]) -> Knowledge:
        """All that a reader of `out` knows of the counts that are not in it."""
        floors: dict[Key, Fraction] = {
            key: _least(cell) for key, cell in self.cells.items() if not cell.is_rate and key not in out
        }
        sums: list[Terms] = [
            {key: Fraction(times) for key, times in relation.terms} for relation in self.relations
        ]
        for cell in self.cells.values():
            if not cell.is_rate:
                continue
            if cell.key in out:
                sums.append(self._terms(cell))
            if self.cells[cell.numerator].value <= self.cells[cell.denominator].value:
                rest = _Rest(cell.key)
                floors[rest] = Fraction(0)
                sums.append({cell.numerator: Fraction(1), rest: Fraction(1), cell.denominator: Fraction(-1)})
        return Knowledge((self._equation(terms, out) for terms in sums), floors)

    def _terms(self, cell: Cell) -> Terms:
        """A cell as a sum of counts: itself or, for a rate, its numerator less that share of its denominator."""
        if not cell.is_rate:
            return {cell.key: Fraction(1)}
        numerator, denominator = self.cells[cell.numerator].value, self.cells[cell.denominator].value
        share = Fraction(numerator) / Fraction(denominator) if denominator else Fraction(0)
        return {cell.numerator: Fraction(1), cell.denominator: -share}

    def _equation(self, terms: Terms, out: frozenset[Key]) -> Equation:
        """A sum that makes nothing, with the figures that are out put in."""
        known = (times * Fraction(self.cells[key].value) for key, times in terms.items() if key in out)
        return Equation(_unknown(terms, out), -sum(known, Fraction(0)))


@dataclass(frozen=True)
class _Guard:
    """What must not be worked out: small figures, and those that an earlier clearance hid."""

    fewest_possible: int
    primary: frozenset[Key]
    kept: frozenset[Key]

    def without(self, keys: frozenset[Key]) -> _Guard:
        return replace(self, primary=self.primary - keys, kept=self.kept - keys)


@dataclass(frozen=True)
class _Rest:
    """What a share leaves of its denominator: a reader knows that it is not below zero."""

    rate: Key


def _unknown(terms: Terms, out: frozenset[Key]) -> Terms:
    return {key: times for key, times in terms.items() if key not in out}


def _least(cell: Cell) -> Fraction:
    """The least a reader takes a hidden count to be: a printed policy says that zero would have been shown."""
    is_shown_when_zero = cell.is_printed and not cell.is_sensitive
    return min(Fraction(1 if is_shown_when_zero else 0), Fraction(cell.value))


def _is_wide(knowledge: Knowledge, key: Key, fewest: int) -> bool:
    """Whether a count could still be at least that many whole numbers."""
    most = knowledge.most(key)
    return most is None or floor(most) - ceil(knowledge.least(key)) + 1 >= fewest


# What goes with a hidden figure


class Companion(enum.StrEnum):
    """What is made from a figure and gives it away, or half away."""

    CHANGE = "change"
    STATUS = "status"
    TREND = "trend"
    FORECAST = "forecast"
    CHART_POINT = "chart_point"
    NARRATIVE = "narrative"

    @property
    def label(self) -> str:
        return _COMPANION_LABELS[self]


_COMPANION_LABELS = {
    Companion.CHANGE: "The change since an earlier period",
    Companion.STATUS: "The status against the target",
    Companion.TREND: "The trend and its arrow",
    Companion.FORECAST: "The forecast and the pace needed",
    Companion.CHART_POINT: "The point, bar or label in a chart",
    Companion.NARRATIVE: "Words that tell the figure",
}


def withheld(clearance: Clearance, key: Key, *, compared_with: Iterable[Key] = ()) -> frozenset[Companion]:
    """What else may not be printed of a figure, on a page, in a file or in a text alternative.

    Everything, where the figure itself is hidden. Where one it is compared with is (last quarter's, say), the
    change, the trend and the forecast: the figure less the change would tell it.
    """
    if key in clearance.suppressed:
        return frozenset(Companion)
    if clearance.suppressed.isdisjoint(compared_with):
        return frozenset()
    return frozenset({Companion.CHANGE, Companion.TREND, Companion.FORECAST, Companion.NARRATIVE})


_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*"

# Figures that say when or which, and so not how many.
_NOT_HOW_MANY = re.compile(
    rf"""
    \b\d{{1,2}}(?:st|nd|rd|th)?\ {_MONTH}\b(?:\ \d{{4}}\b)?      # 11 December 2020
    | \b(?:19|20)\d\d\ ?[/–-]\ ?\d{{2,4}}\b                       # 2021/22
    | \b(?:19|20)\d\d\b(?!,\d|\.\d|%)                            # 2021
    | \b(?:Q|quarters?\ |years?\ |priority\ |outcome\ |table\ |chart\ )\d+\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_FIGURE = re.compile(
    r"(?<![\w.])(?<![A-Za-z]-)£?\d[\d,]*(?:\.\d+)?%?"
    r"|\b(?:zero|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|halved|doubled?|trebled?)\b",
    re.IGNORECASE,
)


def digits_beside_suppressed(text: str) -> str:
    """A warning where words beside a hidden figure hold figures ("fell by 2", "fell by two"), or "".

    Dates, years and quarters are passed over. A warning only: a figure may be about something else, and words
    can tell a number without one.
    """
    found = dict.fromkeys(match[0].rstrip(",") for match in _FIGURE.finditer(_NOT_HOW_MANY.sub(" ", text)))
    if not found:
        return ""
    figures = listed([quoted(figure) for figure in found])
    return f"This text has {figures} in it, beside a figure that is not shown. Check that nobody can work it out."
