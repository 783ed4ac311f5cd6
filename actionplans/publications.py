"""Everything that can ever be fetched of one measure, as disclosure control reads it (pure).

A measure's figures fall into families that bear on one another: the places of one period in every vintage or, where
figures run through the year, those of one financial year. Between them hold the sums that a reader knows: places
and population groups make up the area, and a total since 1 April is the one before it and what came between. A
figure that was published twice with the same number is one cell. What is hidden of a place and period in one vintage
is hidden in all, and so is a numerator with its percentage: one ruling for each reading.

Source of the rules: domain rules 5.10; the arithmetic is `actionplans.disclosure`.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from itertools import combinations

from actionplans.disclosure import Cell, Clearance, Policy, Publication, Reason, Relation, cleared
from priorities.periods import FinancialYear

# More parts of an area than these are not tried in every combination: 2 to the power of them.
MOST_PARTS_COMBINED = 10


class PartKind(enum.StrEnum):
    """How a figure's place stands to the partnership's area. Parts of one kind are one breakdown of it."""

    AREA = "area"
    LOCALITY = "locality"
    POPULATION = "population"


@dataclass(frozen=True, order=True)
class Part:
    """Whose figure it is: the area (key 0), a locality of it or a part of its population."""

    kind: PartKind
    key: int = 0


AREA = Part(PartKind.AREA)


class Role(enum.StrEnum):
    """Which of a figure's counts it is."""

    VALUE = "value"
    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"


@dataclass(frozen=True)
class Candidate:
    """One vintage of one figure, as the counts it is made of: itself, or its numerator and denominator.

    `is_rate` says that the figure is the rate those two make, and no count. Without any counts it cannot be judged.
    `is_out` says that it may have been read by now; `was_hidden`, that an earlier clearance hid it.
    """

    key: int
    part: Part
    starts_on: dt.date
    ends_on: dt.date
    released_at: dt.datetime
    counts: tuple[tuple[Role, Decimal], ...]
    is_rate: bool = False
    series: int = 1
    is_out: bool = False
    was_hidden: bool = False

    @property
    def group(self) -> Group:
        return Group(self.part, self.starts_on, self.ends_on)

    def count_key(self, role: Role) -> str:
        """The name of the cell of a count. A number that did not change from vintage to vintage keeps it."""
        return f"{role} {self._name} {dict(self.counts)[role].normalize()}"

    @property
    def rate_key(self) -> str:
        return f"rate {self._name} {' of '.join(str(value.normalize()) for _, value in self.counts)}"

    @property
    def _name(self) -> str:
        return f"{self.part.kind} {self.part.key} {self.starts_on} {self.ends_on}"

    @property
    def keys(self) -> list[str]:
        """The cells that are printed of it, the figure itself first."""
        own = [self.rate_key] if self.is_rate else []
        return own + [self.count_key(role) for role, _ in self.counts]


@dataclass(frozen=True, order=True)
class Group:
    """A place and a period: all its vintages are shown or none."""

    part: Part
    starts_on: dt.date
    ends_on: dt.date


@dataclass(frozen=True)
class Nature:
    """What of a measure's definition disclosure control goes by, beside what its figures are made of."""

    is_sensitive: bool = False
    is_cumulative: bool = False


class ExposedKind(enum.StrEnum):
    """What can be worked out though it should be hidden."""

    FIGURE = "figure"
    BETWEEN = "between"
    REST = "rest"


@dataclass(frozen=True, order=True)
class Exposed:
    """A small figure that is out already, or follows from what is: of a group, what lies between it and the figure
    before it, or what the parts of a kind leave of it.
    """

    group: Group
    kind: ExposedKind = ExposedKind.FIGURE


@dataclass(frozen=True)
class Rulings:
    """What becomes of each figure: why it is hidden, by its key; those left out may be shown."""

    hidden: Mapping[int, Reason]
    exposed: tuple[Exposed, ...] = ()


def rulings_on(figures: Iterable[Candidate], nature: Nature, policy: Policy) -> Rulings:
    """What of a measure's figures may be shown. The order of the figures does not matter."""
    figures = sorted(figures, key=lambda figure: (figure.released_at, figure.key))
    # Without its numbers of people a percentage cannot be judged, so it is not shown.
    hidden = {figure.key: Reason.UNKNOWN_GROUP for figure in figures if not figure.counts}
    overlapping = _overlapping(figures)
    exposed: list[Exposed] = []
    for family in _families([f for f in figures if f.key not in hidden], nature, overlapping):
        found = family.rulings(policy)
        hidden.update(found.hidden)
        exposed += found.exposed
    return Rulings(hidden, tuple(sorted(exposed)))


def _families(
    figures: Sequence[Candidate], nature: Nature, overlapping: Collection[PartKind]
) -> list[_Family]:
    families: dict[object, list[Candidate]] = defaultdict(list)
    for figure in figures:
        year = FinancialYear.containing(figure.ends_on)
        families[year if nature.is_cumulative else (figure.starts_on, figure.ends_on)].append(figure)
    return [_Family(tuple(family), nature, frozenset(overlapping)) for family in families.values()]


_Known = dict[Group, Candidate]


def _by_series(figures: Iterable[Candidate]) -> list[list[Candidate]]:
    found: dict[int, list[Candidate]] = defaultdict(list)
    for figure in figures:
        found[figure.series].append(figure)
    return list(found.values())


def _editions(figures: Iterable[Candidate]) -> Iterator[_Known]:
    """The first vintages together, then the second and so on, of one series; the last of each stays.

    Areas and their parts are not always revised on the same day: what was known on a day between would not add up.
    """
    vintages: dict[Group, list[Candidate]] = defaultdict(list)
    for figure in figures:
        vintages[figure.group].append(figure)
    for turn in range(max(map(len, vintages.values()), default=0)):
        yield {group: found[min(turn, len(found) - 1)] for group, found in vintages.items()}


def _releases(figures: Sequence[Candidate]) -> Iterator[tuple[dt.datetime, _Known]]:
    """What was known of one series right after each release. Figures come oldest release first."""
    known: _Known = {}
    for place, figure in enumerate(figures):
        known[figure.group] = figure
        is_last = place + 1 == len(figures)
        if is_last or figures[place + 1].released_at != figure.released_at:
            yield figure.released_at, dict(known)


def _overlapping(figures: Iterable[Candidate]) -> frozenset[PartKind]:
    """Breakdowns whose parts add up to more than the area, in any period: they share people."""
    newest: _Known = {}
    for figure in figures:
        newest[figure.group] = figure
    found = set()
    for whole, kind, parts in _breakdowns(newest):
        if any(_total(parts, role) > total for role, total in whole.counts):
            found.add(kind)
    return frozenset(found)


def _breakdowns(known: _Known) -> Iterator[tuple[Candidate, PartKind, list[Candidate]]]:
    """The area in each period with its parts of each kind, those that are known."""
    parts: dict[tuple[dt.date, dt.date, PartKind], list[Candidate]] = defaultdict(list)
    for group, figure in sorted(known.items()):
        parts[group.starts_on, group.ends_on, group.part.kind].append(figure)
    for (starts_on, ends_on, kind), found in parts.items():
        whole = known.get(Group(AREA, starts_on, ends_on))
        if whole is not None and kind is not PartKind.AREA:
            yield whole, kind, found


def _total(parts: Iterable[Candidate], role: Role) -> Decimal:
    return sum((dict(part.counts).get(role, Decimal(0)) for part in parts), Decimal(0))


@dataclass(frozen=True)
class _Family:
    """Figures that bear on one another, oldest release first."""

    figures: tuple[Candidate, ...]
    nature: Nature
    overlapping: frozenset[PartKind]

    def rulings(self, policy: Policy) -> Rulings:
        """Hide what must be, group by group, until what is shown gives away nothing that is hidden."""
        before = {figure.group for figure in self.figures if figure.was_hidden}
        first = cleared(self.publication, policy, already=self._keys_of(before))
        exposed = frozenset(first.exposed)
        hidden = before | self._groups_in(first.suppressed | exposed)
        found = first
        if exposed or self._is_cut_short(hidden, first):
            # What is out stays known to those who read it; the pages themselves must give nothing away again.
            found = cleared(self._unreleased, policy, already=self._keys_of(hidden))
            while more := self._groups_in(found.suppressed) - hidden:
                hidden |= more
                found = cleared(self._unreleased, policy, already=self._keys_of(hidden))
        return Rulings(self._reasons(hidden, found), tuple(self._named(exposed)))

    def _is_cut_short(self, hidden: Collection[Group], found: Clearance) -> bool:
        """Whether a ruling leaves something of what is to be hidden together, or of what is out."""
        return any(key not in found.suppressed for key in self._keys_of(hidden))

    @cached_property
    def _by_group(self) -> Mapping[Group, frozenset[str]]:
        """The cells that are printed of each group."""
        keys: dict[Group, set[str]] = defaultdict(set)
        for figure in self.figures:
            keys[figure.group].update(figure.keys)
        return {group: frozenset(found) for group, found in keys.items()}

    def _keys_of(self, groups: Iterable[Group]) -> set[str]:
        return {key for group in groups for key in self._by_group[group]}

    def _groups_in(self, keys: Collection[object]) -> set[Group]:
        return {group for group, own in self._by_group.items() if not own.isdisjoint(keys)}

    def _reasons(self, hidden: Collection[Group], found: Clearance) -> dict[int, Reason]:
        """Why each figure is hidden: for what it is itself, or else to protect others."""
        why = {ruling.key: ruling.reason for ruling in found.rulings if ruling.is_suppressed}
        reasons = {}
        for figure in self.figures:
            if figure.group in hidden:
                own = (why[key] for key in figure.keys)
                small = (reason for reason in own if reason and reason is not Reason.PROTECTS_OTHERS)
                reasons[figure.key] = next(small, Reason.PROTECTS_OTHERS)
        return reasons

    def _named(self, exposed: Collection[object]) -> Iterator[Exposed]:
        for group in self._groups_in(exposed):
            yield Exposed(group)
        for key, name in self._sums.unprinted.items():
            if key in exposed:
                yield name

    @cached_property
    def publication(self) -> Publication:
        """Every figure as cells, with the sums between them."""
        return Publication((*self._printed, *self._sums.cells), tuple(self._sums.relations))

    @cached_property
    def _unreleased(self) -> Publication:
        """The same as if nothing were out: what the pages must be able to stand from now on."""
        cells = tuple(replace(cell, is_released=False) for cell in self.publication.cells)
        return Publication(cells, self.publication.relations)

    @cached_property
    def _printed(self) -> list[Cell]:
        cells: dict[str, Cell] = {}
        order = sorted({figure.ends_on for figure in self.figures})
        for figure in self.figures:
            for cell in self._cells_of(figure, order.index(figure.ends_on)):
                old = cells.get(str(cell.key))
                is_out = cell.is_released or (old is not None and old.is_released)
                cells[str(cell.key)] = replace(cell, is_released=is_out)
        return list(cells.values())

    def _cells_of(self, figure: Candidate, turn: int) -> Iterator[Cell]:
        for role, value in figure.counts:
            yield Cell(
                figure.count_key(role),
                value,
                is_sensitive=self.nature.is_sensitive and role is not Role.DENOMINATOR,
                is_released=figure.is_out,
                precedence=turn,
            )
        if figure.is_rate:
            yield Cell(
                figure.rate_key,
                numerator=figure.count_key(Role.NUMERATOR),
                denominator=figure.count_key(Role.DENOMINATOR),
                is_released=figure.is_out,
                precedence=turn,
            )

    @cached_property
    def _sums(self) -> _Sums:
        sums = _Sums(self.nature)
        for figures in _by_series(self.figures):
            for known in _editions(figures):
                for whole, kind, parts in _breakdowns(known):
                    self._add(sums, whole, kind, parts)
                if self.nature.is_cumulative:
                    sums.add_since_april(known)
            for moment, known in _releases(figures):
                for whole, kind, parts in _breakdowns(known):
                    # Released together, so made together.
                    if whole.released_at == moment and any(part.released_at == moment for part in parts):
                        self._add(sums, whole, kind, parts)
        return sums

    def _add(self, sums: _Sums, whole: Candidate, kind: PartKind, parts: Sequence[Candidate]) -> None:
        if kind in self.overlapping:
            sums.add_overlapping(whole, kind, parts)
        else:
            sums.add_parts(whole, kind, parts)


class _Sums:
    """The sums between the cells of a family, each once, and what they leave that is nowhere printed."""

    def __init__(self, nature: Nature) -> None:
        self.nature = nature
        self._relations: dict[Relation, None] = {}
        self._cells: dict[str, Cell] = {}
        self.unprinted: dict[str, Exposed] = {}

    @property
    def relations(self) -> list[Relation]:
        return list(self._relations)

    @property
    def cells(self) -> list[Cell]:
        return list(self._cells.values())

    def add_parts(self, whole: Candidate, kind: PartKind, parts: Sequence[Candidate]) -> None:
        """The parts and what they leave make up the whole: in counts, numerators and denominators alike."""
        rests = {role: total - _total(parts, role) for role, total in whole.counts}
        if any(rest < 0 for rest in rests.values()):
            return
        for role, _ in whole.counts:
            keys = [part.count_key(role) for part in parts if role in dict(part.counts)]
            if any(rests.values()):
                key = self._rest_key(whole, kind, parts, role)
                self._leave(key, rests[role], whole, ExposedKind.REST)
                keys.append(key)
            self._relate(Relation.total(whole.count_key(role), keys))
        if whole.is_rate and any(rests.values()):
            above, below = (self._rest_key(whole, kind, parts, role) for role, _ in whole.counts)
            rate = Cell(f"rate of {above}", numerator=above, denominator=below, is_printed=False)
            self._cells[str(rate.key)] = rate
            self.unprinted[str(rate.key)] = Exposed(whole.group, ExposedKind.REST)

    def _rest_key(self, whole: Candidate, kind: PartKind, parts: Sequence[Candidate], role: Role) -> str:
        known = " ".join(f"{part.part.key}={dict(part.counts).get(role)}" for part in parts)
        return f"rest of {whole.count_key(role)} beside {kind} {known}"

    def add_overlapping(self, whole: Candidate, kind: PartKind, parts: Sequence[Candidate]) -> None:
        """Parts that share people: each alone leaves a rest, and some may still make up the whole exactly."""
        for part in parts:
            self.add_parts(whole, kind, [part])
        if len(parts) > MOST_PARTS_COMBINED:
            return
        for size in range(2, len(parts) + 1):
            for some in combinations(parts, size):
                if all(_total(some, role) == total for role, total in whole.counts):
                    self.add_parts(whole, kind, some)

    def add_since_april(self, known: _Known) -> None:
        """Each total since 1 April is the one before it and what came between."""
        before: Candidate | None = None
        for group, figure in sorted(known.items()):
            if before is not None and before.part == group.part:
                for role, value in figure.counts:
                    self._add_between(before, figure, role, value)
            before = figure

    def _add_between(self, before: Candidate, figure: Candidate, role: Role, value: Decimal) -> None:
        earlier = dict(before.counts).get(role)
        if earlier is None:
            return
        between = f"between {before.count_key(role)} and {figure.count_key(role)}"
        is_sensitive = self.nature.is_sensitive and role is not Role.DENOMINATOR
        self._leave(between, value - earlier, figure, ExposedKind.BETWEEN, is_sensitive=is_sensitive)
        self._relate(Relation.total(figure.count_key(role), [before.count_key(role), between]))

    def _leave(
        self, key: str, value: Decimal, of: Candidate, kind: ExposedKind, *, is_sensitive: bool = False
    ) -> None:
        self._cells[key] = Cell(key, value, is_printed=False, is_sensitive=is_sensitive)
        self.unprinted[key] = Exposed(of.group, kind)

    def _relate(self, relation: Relation) -> None:
        self._relations[relation] = None
