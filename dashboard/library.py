"""The library: every measure of a partnership once, where it is used, where it comes from and how it stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from actionplans.forms.definition_fields import LineField
from actionplans.forms.fields import ChoiceField, ShownField
from actionplans.models import Measure
from actionplans.numbers import unit_in_words
from actionplans.series import series_of
from actionplans.status import Status
from dashboard.measure_rows import measure_row
from dashboard.measure_sheet import Use, covers, uses_of
from dashboard.rows import MeasureRow
from priorities.clock import EDINBURGH
from priorities.models import Partnership, Quarter
from priorities.wording import quoted

NO_SOURCE = "none"


@dataclass(frozen=True)
class LibraryRow:
    """One measure: its row of the dashboard, what it is counted in, and every priority it is shown under."""

    row: MeasureRow
    counted_in: str
    covers: str
    supplier: str
    owner: str
    uses: tuple[Use, ...]

    @property
    def reported_under(self) -> str:
        return next(use.priority for use in self.uses if use.is_reported_here)

    @property
    def also_under(self) -> tuple[str, ...]:
        return tuple(use.priority for use in self.uses if not use.is_reported_here)


class LibraryFilter(forms.Form):
    """What a reader looks for; empty answers leave nothing out."""

    bound_field_class = ShownField
    use_required_attribute = False
    subject = ""

    words = LineField(label="Words", max_length=100)
    priority = ChoiceField(label="Priority", is_select=True)
    source = ChoiceField(label="Source", is_select=True)
    status = ChoiceField(label="Status", is_select=True, choices=[("", "Any status"), *Status.choices()])

    def __init__(self, measures: list[Measure], data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="%s", label_suffix="")
        uses = {use.slug: use.priority for measure in measures for use in uses_of(measure)}
        self._offer("priority", [("", "Any priority"), *sorted(uses.items(), key=lambda one: one[1])])
        sources = sorted({measure.source for measure in measures if measure.source}, key=str.casefold)
        none = [(NO_SOURCE, "No source named")] if any(not measure.source for measure in measures) else []
        self._offer("source", [("", "Any source"), *((text, text) for text in sources), *none])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, ChoiceField)
        field.choices = choices

    @property
    def asked(self) -> dict[str, str]:
        """The answers that could be read and say something."""
        if not self.is_bound:
            return {}
        self.is_valid()
        return {name: text for name, text in self.cleaned_data.items() if text}

    def lets_through(self, measure: Measure) -> bool:
        """Whether a measure fits all but the status, which is known once its series is."""
        asked = self.asked
        if asked.get("priority") not in (None, *(use.slug for use in uses_of(measure))):
            return False
        if asked.get("source") not in (None, measure.source or NO_SOURCE):
            return False
        told = (measure.code, measure.name, measure.definition, measure.unit_name, measure.source)
        text = " ".join((*told, measure.owner_title)).casefold()
        return all(word in text for word in asked.get("words", "").casefold().split())

    @property
    def in_words(self) -> str:
        """What is looked for, as the page says it: "with “housing”, under Poverty"."""
        asked = self.asked
        parts = []
        if "words" in asked:
            parts.append(f"with {quoted(asked['words'])}")
        if "priority" in asked:
            parts.append(f"under {self._label('priority')}")
        if "source" in asked:
            is_named = asked["source"] != NO_SOURCE
            parts.append(f"from {asked['source']}" if is_named else "with no source named")
        if "status" in asked:
            parts.append(f"with the status {self._label('status')}")
        return ", ".join(parts)

    def _label(self, name: str) -> str:
        field = self.fields[name]
        assert isinstance(field, ChoiceField)
        return dict(field.widget.choices)[self.asked[name]]


@dataclass(frozen=True)
class Library:
    """The measures that fit, as the plan orders them, out of all there are."""

    form: LibraryFilter
    rows: tuple[LibraryRow, ...]
    total: int

    @property
    def is_filtered(self) -> bool:
        return bool(self.form.asked)

    @property
    def count_in_words(self) -> str:
        """ "12 measures", or "2 of 12 measures with “housing”"."""
        noun = "measure" if self.total == 1 else "measures"
        if not self.is_filtered:
            return f"{self.total} {noun}"
        return f"{len(self.rows)} of {self.total} {noun} {self.form.in_words}"


def library(
    partnership: Partnership,
    quarter: Quarter,
    *,
    known_at: dt.datetime,
    data: Mapping[str, Any] | None = None,
) -> Library:
    """Every measure of a partnership that fits `data`, as the dashboard of a quarter knows it.

    In a fixed number of queries whatever there is.
    """
    measures = list(
        Measure.objects.filter(partnership=partnership)
        .select_related("priority", "supplier")
        .prefetch_related("shared_with")
        .order_by("priority", "position", "code")
    )
    form = LibraryFilter(measures, data or None)
    fitting = [measure for measure in measures if form.lets_through(measure)]
    series = series_of(fitting, ends_by=quarter.ends_on, known_at=known_at)
    on = known_at.astimezone(EDINBURGH).date()
    rows = [_row(measure, measure_row(series[measure.pk], on=on)) for measure in fitting]
    status = form.asked.get("status")
    return Library(form, tuple(one for one in rows if status in (None, one.row.status)), len(measures))


def _row(measure: Measure, row: MeasureRow) -> LibraryRow:
    return LibraryRow(
        row=row,
        counted_in=unit_in_words(measure.unit, measure.unit_name),
        covers=covers(measure),
        supplier=measure.supplier.name if measure.supplier else "",
        owner=measure.owner_title,
        uses=uses_of(measure),
    )
