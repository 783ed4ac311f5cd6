"""The source catalogue: where the figures of local outcomes come from, as reference data.

Read once from `sources.yaml`. What is not known of a source is empty there, and a page says that it is not
recorded. Source: domain rules part 6.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict, TypeAdapter
from ruamel.yaml import YAML

from priorities.periods import PeriodKind

FILE = Path(__file__).with_name("sources.yaml")


@dataclass(frozen=True)
class CatalogueEntry:
    """One source that measures may name.

    `period` says in words what period a figure covers; `period_kind` is there only where all its figures are of
    that kind, and `years_covered` where they cover several years. `lag_days` run from the end of a period to the
    day by which its figure is usually out. `checked_on` is the day on which the release dates were last checked
    with the publisher. Words are "" and the others None where nothing is recorded.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", str_strip_whitespace=True)

    key: str
    dataset: str
    period: str
    publisher: str = ""
    url: str = ""
    licence: str = ""
    period_kind: PeriodKind | None = None
    years_covered: int | None = None
    geography: str = ""
    frequency: str = ""
    usual_release: str = ""
    lag_days: int | None = None
    revision_policy: str = ""
    reliability_note: str = ""
    disclosure_note: str = ""
    contact: str = ""
    entered_by: str = ""
    checked_on: dt.date | None = None

    @property
    def name(self) -> str:
        """The source as a measure names it: "National Records of Scotland: Life expectancy in Scottish areas"."""
        return f"{self.publisher}: {self.dataset}" if self.publisher else self.dataset

    @property
    def caution(self) -> str:
        """What to watch for, as a measure takes it over."""
        return " ".join(
            note for note in (self.reliability_note, self.revision_policy, self.disclosure_note) if note
        )

    def has(self, word: str) -> bool:
        """Whether a word stands anywhere in what a reader might look for, in any case."""
        fields = (self.publisher, self.dataset, self.period, self.geography, self.frequency, self.caution)
        return any(word.casefold() in field.casefold() for field in fields)


@cache
def catalogue() -> tuple[CatalogueEntry, ...]:
    """Every source, in the order of the file. Raises ValidationError for a field it does not know."""
    rows = YAML(typ="safe").load(FILE)
    return tuple(TypeAdapter(list[CatalogueEntry]).validate_python(rows))


def catalogue_entry(key: str) -> CatalogueEntry | None:
    """The source of a key; None where the catalogue has no such source, or has it no longer."""
    return next((entry for entry in catalogue() if entry.key == key), None)


def sources_with(words: str) -> tuple[CatalogueEntry, ...]:
    """The sources in which every one of some words stands; all of them for no words."""
    return tuple(entry for entry in catalogue() if all(entry.has(word) for word in words.split()))
