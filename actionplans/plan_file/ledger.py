"""Brings the database to what a plan file says, and keeps count of what that took."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from actionplans.plan_file.entries import Entry
from actionplans.plan_file.faults import Fault, FaultsFoundError

M = TypeVar("M", bound=Model)
Key = tuple[Any, ...]
# Why an entry that differs may not be written, or nothing. Asked with the row as it is and its new values.
Guard = Callable[[Any, Mapping[str, Any]], str]


@dataclass(frozen=True)
class Row:
    """The values an entry of the file asks for, by the names of the model's columns.

    `at_first` are those that only a new row takes.
    """

    entry: Entry
    values: Mapping[str, Any]
    at_first: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Noun:
    """A kind of row: its words, and the columns by which one is known within its scope."""

    singular: str
    plural: str
    key: tuple[str, ...]

    def key_of(self, row: Model) -> Key:
        return tuple(getattr(row, column) for column in self.key)


@dataclass(frozen=True)
class Links:
    """A many-to-many relation: its rows, and the columns of this side and of the other."""

    scope: QuerySet[Any]
    near: str
    far: str


@dataclass(frozen=True)
class Tally:
    """What became of the entries of one kind. `left` names those in the service and not in the file."""

    noun: str
    created: int
    changed: int
    same: int
    left: tuple[str, ...] = ()


@dataclass
class _Page:
    """The ledger's page for one noun, by key."""

    noun: Noun
    written: int = 0
    created: set[Key] = field(default_factory=set)
    changed: set[Key] = field(default_factory=set)
    left: tuple[str, ...] = ()

    def tally(self) -> Tally:
        created, changed = len(self.created), len(self.changed)
        return Tally(self.noun.plural, created, changed, self.written - created - changed, self.left)


class Ledger:
    """One loading of a plan file, within the caller's transaction."""

    def __init__(self) -> None:
        self._pages: dict[str, _Page] = {}

    def tallies(self) -> tuple[Tally, ...]:
        return tuple(page.tally() for page in self._pages.values())

    def write(
        self,
        noun: Noun,
        scope: QuerySet[M],
        rows: Iterable[Row],
        *,
        guard: Guard | None = None,
        named: Callable[[M], str] | None = None,
    ) -> dict[Key, M]:
        """Make each row so, and return all that are in the file, by key.

        `scope` are the rows among which the file's are looked for. `named` names one of them that is not in
        the file, for the report; without it these are not mentioned. Raises FaultsFoundError with all
        that `guard` refuses.
        """
        page = self._pages[noun.singular] = _Page(noun)
        found = {noun.key_of(row): row for row in scope}
        kept: dict[Key, M] = {}
        faults: list[Fault] = []
        for row in rows:
            key = tuple(row.values[column] for column in noun.key)
            instance = kept[key] = found.pop(key, None) or scope.model()
            page.written += 1
            asked = row.values if instance.pk else {**row.values, **row.at_first}
            changes = _changes(instance, asked)
            refusal = guard(instance, row.values) if guard and changes else ""
            if refusal:
                faults.append(row.entry.fault("", refusal))
            else:
                _bring_in_line(page, key, instance, {name: asked[name] for name in changes})
        if faults:
            raise FaultsFoundError(faults)
        scope.bulk_create([kept[key] for key in kept if key in page.created])
        if named:
            page.left = tuple(f"{noun.singular} {named(row)}" for row in found.values())
        return kept

    def point(
        self,
        noun: Noun,
        scope: QuerySet[M],
        rows: Mapping[Key, M],
        column: str,
        wanted: Mapping[Key, int | None],
    ) -> None:
        """Point rows at others of their own kind, once all of them are there."""
        page = self._pages[noun.singular]
        fresh = []
        for key, row in rows.items():
            if getattr(row, column) == wanted[key]:
                continue
            setattr(row, column, wanted[key])
            if key in page.created:
                fresh.append(row)
            else:
                page.changed.add(key)
                row.save(update_fields=[column])
        if fresh:
            scope.bulk_update(fresh, [column])

    def link(self, noun: Noun, rows: Mapping[Key, M], links: Links, wanted: Mapping[Key, set[int]]) -> None:
        """Make the links of the rows exactly those wanted (primary keys)."""
        owners = {row.pk: key for key, row in rows.items()}
        there = {
            (getattr(link, links.near), getattr(link, links.far)): link.pk
            for link in links.scope.filter(**{f"{links.near}__in": owners})
        }
        asked = {(row.pk, pk) for key, row in rows.items() for pk in wanted[key]}
        surplus = there.keys() - asked
        missing = sorted(asked - there.keys())
        if surplus:
            links.scope.filter(pk__in=[there[pair] for pair in surplus]).delete()
        links.scope.bulk_create(
            [links.scope.model(**{links.near: owner, links.far: other}) for owner, other in missing]
        )
        self.note_changed(noun, *(owners[owner] for owner, _ in surplus | set(missing)))

    def note_changed(self, noun: Noun, *keys: Key) -> None:
        """Count rows as changed that were written some other way; new ones stay new."""
        page = self._pages[noun.singular]
        page.changed |= set(keys) - page.created


def _changes(instance: Model, values: Mapping[str, Any]) -> list[str]:
    """The columns in which a row differs; for a new one all of them."""
    return [name for name, value in values.items() if instance.pk is None or getattr(instance, name) != value]


def _bring_in_line(page: _Page, key: Key, instance: Model, changes: Mapping[str, Any]) -> None:
    is_new = instance.pk is None
    for name, value in changes.items():
        setattr(instance, name, value)
    if is_new:
        page.created.add(key)
    elif changes:
        page.changed.add(key)
        # One by one, so that each change enters the audit record.
        instance.save(update_fields=list(changes))


def columns(entry: Entry, names: str, **others: Any) -> dict[str, Any]:
    """The values of an entry whose fields have the names of the columns, and the others."""
    return {name: getattr(entry, name) for name in names.split()} | others


def code_of(row: Any) -> str:
    return str(row.code)
