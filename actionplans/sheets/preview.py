"""What would become of figures that somebody sent, told before anything is saved (pure).

One shape for a sheet, a pasted column and the page of a link, and for whoever looks at it.
"""

from __future__ import annotations

import enum
import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from actionplans.figure_kinds import Given
from actionplans.models import Measure, Reading
from actionplans.places import Place
from actionplans.sheets.figures_in_cells import FigureInCell
from actionplans.sheets.row_ids import RowId
from priorities.periods import Period

_BLANK = FigureInCell()
_NOTHING_GIVEN = Given()


class Verdict(enum.StrEnum):
    """What becomes of one figure. A changed one takes the place of another; an empty row brings none."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    EMPTY = "empty"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        return {"empty": "Left empty"}.get(self, self.capitalize())

    @property
    def is_saved(self) -> bool:
        """Whether there is something to save, once its questions are answered."""
        return self in (Verdict.NEW, Verdict.CHANGED)


@dataclass(frozen=True)
class SentRow:
    """One figure as it was sent, before it is compared with anything.

    `where` is its place in words: "Cell G7", "Line 3". Without an `id` the `fault` says why nobody can tell which
    figure it is; a fault beside an id is about the row. `read` is what stood there, as it was seen. A ratio has a
    numerator and a denominator and no figure. `why_none` is why there is no figure, in words.
    """

    where: str
    id: RowId | None
    read: str
    figure: FigureInCell = _BLANK
    numerator: FigureInCell = _BLANK
    denominator: FigureInCell = _BLANK
    why_none: str = ""
    note: str = ""
    fault: str = ""
    question: str = ""


@dataclass(frozen=True)
class SentFigure:
    """A figure that may be saved: of which measure, place and period, and what is kept of it.

    `value` of a ratio is worked out already. With a `symbol` (c, x or z) there is none. `no_figure_reason` is why
    none is to be had yet, in words; then there is nothing else.
    """

    measure: Measure
    place: Place
    period: Period
    given: Given = _NOTHING_GIVEN
    symbol: str = ""
    flag: str = Reading.Flag.FINAL.value
    note: str = ""
    answered_doubt: str = ""
    no_figure_reason: str = ""


@dataclass(frozen=True)
class PreviewRow:
    """What would become of one figure.

    `key` is the same in every preview of the same delivery. `read` is what stood in the file, `shown` the figure as
    pages would print it ("12.0%", "[c]", "No figure: not published yet"), `before` what is known or drafted now,
    with since when; `hides_before` says that it may not be seen. `reason` is why it is refused, and what to do; of one
    that is the same, where it stands already.
    `questions` have to be answered with yes before it is saved. `sent` is what would be saved, None for the others.
    """

    key: str
    where: str
    verdict: Verdict
    read: str
    shown: str = ""
    before: str = ""
    hides_before: bool = False
    reason: str = ""
    questions: tuple[str, ...] = ()
    measure_code: str = ""
    measure_name: str = ""
    place_name: str = ""
    period_label: str = ""
    note: str = ""
    sent: SentFigure | None = None

    @property
    def question(self) -> str:
        """All that is asked about it in one; "" where nothing is."""
        return " ".join(self.questions)


@dataclass(frozen=True)
class Preview:
    """What would become of everything that somebody sent. `notes` are sentences about the whole of it.

    A whole delivery that cannot be taken has a `refusal` and no rows.
    """

    rows: tuple[PreviewRow, ...]
    notes: tuple[str, ...] = ()
    refusal: str = ""

    def of(self, *verdicts: Verdict) -> tuple[PreviewRow, ...]:
        return tuple(row for row in self.rows if row.verdict in verdicts)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many rows have each verdict, by its word; those with none too."""
        counted = Counter(row.verdict for row in self.rows)
        return {verdict.value: counted[verdict] for verdict in Verdict}

    @property
    def asked_about(self) -> tuple[PreviewRow, ...]:
        """The rows that are saved only if their questions are answered with yes."""
        return tuple(row for row in self.rows if row.verdict.is_saved and row.questions)

    @cached_property
    def fingerprint(self) -> str:
        """A short hash of all that was shown: a page that saw another one is out of date."""
        digest = hashlib.sha256()
        for row in self.rows:
            said = (row.key, row.verdict, row.read, row.shown, row.before, row.reason, row.question, row.note)
            digest.update(repr(said).encode())
        digest.update(repr((self.notes, self.refusal)).encode())
        return digest.hexdigest()[:16]

    def to_save(self, answered: frozenset[str]) -> Iterator[PreviewRow]:
        """The rows that are saved when the questions of those with the keys `answered` are answered with yes."""
        for row in self.rows:
            if row.verdict.is_saved and (not row.questions or row.key in answered):
                yield row
