"""Which column of a sheet holds what, told by whoever sent it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms

from actionplans.forms.definition_fields import LineField, TickField
from actionplans.forms.fields import ChoiceField
from actionplans.forms.supply import SupplyForm
from actionplans.models import Measure
from actionplans.sheets.columns import LEFT_OUT, ROUND, ColumnPlan, FigureColumn, Part
from actionplans.sheets.outlines import Heading, SheetOutline
from actionplans.sheets.sent_rows import Untold
from priorities.wording import quoted

OTHER = "other"

MOST_WORDS = 100
"""Unknown words asked about at once; what is not asked about is refused in the preview."""

_PERIODS = (
    ("", "A column says it"),
    (ROUND, "All are of the period that this round asks for"),
    (OTHER, "All are of another period"),
)


@dataclass(frozen=True)
class ColumnQuestion:
    """One column of the sheet, with the fields that ask about it."""

    heading: Heading
    holds: forms.BoundField
    period: forms.BoundField | None


class ColumnsForm(SupplyForm):
    """What each column holds, and what no column says because it is the same for all figures.

    `places` are the places of the partnership as a row's id names them, with their names; the first is the area.
    """

    def __init__(
        self,
        outline: SheetOutline,
        known: ColumnPlan | None,
        measures: Sequence[Measure],
        places: Sequence[tuple[str, str]],
        *,
        whose: str,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        self.outline = outline
        plan = known if known and known.sheet == outline.name else outline.guess
        super().__init__(data, auto_id="%s", label_suffix="")
        self._ask_about_columns(plan)
        self._ask_what_no_column_says(plan, measures, places)
        self.measures, self.places, self.known = measures, places, plan
        self.untold = Untold((), ())
        self.fields["remember"] = TickField(
            label=f"Remember this for {whose}",
            initial=True,
            help_text="The next sheet with the same headings is then read without asking.",
        )

    def _ask_about_columns(self, plan: ColumnPlan) -> None:
        holds = {column: part for part, column in plan.columns.items()}
        wide = {one.column: one.period for one in plan.wide}
        choices = [("", "Nothing we need"), *((part.value, part.label) for part in Part)]
        for heading in self.outline.headings:
            column = heading.column
            guess = Part.FIGURE if column in wide else holds.get(column, "")
            self.fields[f"column-{column}"] = ChoiceField(
                label=f"What does column {heading.letters} hold?",
                is_select=True,
                choices=choices,
                initial=guess,
            )
            if column in wide or self._has_several_figures:
                self.fields[f"period-{column}"] = LineField(
                    label="Of which period?", width="10", initial=wide.get(column, ""), max_length=60
                )

    @property
    def _has_several_figures(self) -> bool:
        """Whether more than one column was said to hold figures."""
        said = Counter(self.data.get(f"column-{one.column}") for one in self.outline.headings)
        return said[Part.FIGURE.value] > 1

    def _ask_what_no_column_says(
        self, plan: ColumnPlan, measures: Sequence[Measure], places: Sequence[tuple[str, str]]
    ) -> None:
        named = [(one.code, f"{one.name} ({one.code})") for one in measures]
        says_period = Part.PERIOD in plan.columns or Part.ID in plan.columns or bool(plan.wide)
        period = plan.period or ("" if says_period else ROUND)
        self.fields["measure"] = ChoiceField(
            label="Which measure?",
            is_select=True,
            choices=[("", "A column says it"), *named],
            initial=plan.measure,
        )
        self.fields["place"] = ChoiceField(
            label="Which place?",
            is_select=True,
            choices=[("", "A column says it, or they are of the whole area"), *places],
            initial=plan.place,
        )
        self.fields["period"] = ChoiceField(
            label="Which period?",
            is_select=True,
            choices=_PERIODS,
            initial=period if period in ("", ROUND) else OTHER,
        )
        self.fields["other_period"] = LineField(
            label="Which other period?",
            help_text="Only if you chose another period. For example, Q2 2021/22 or 2020/21.",
            width="10",
            initial=period if period not in ("", ROUND) else "",
            max_length=60,
        )

    @property
    def questions(self) -> Iterator[ColumnQuestion]:
        for heading in self.outline.headings:
            period = f"period-{heading.column}"
            yield ColumnQuestion(
                heading, self[f"column-{heading.column}"], self[period] if period in self.fields else None
            )

    @property
    def same_for_all(self) -> list[forms.BoundField]:
        return [self[name] for name in ("measure", "place", "period", "other_period")]

    def clean(self) -> dict[str, Any]:
        self._check_parts()
        if self.cleaned_data.get("period") == OTHER and not self.cleaned_data.get("other_period"):
            self.add_error("other_period", "Say which period the figures are of.")
        if not self.errors:
            for sentence in self.plan.missing:
                self.add_error(None, sentence)
        return self.cleaned_data

    def _check_parts(self) -> None:
        """Each part in one column at most, but for figures of several periods."""
        first: dict[str, Heading] = {}
        for heading in self.outline.headings:
            name = f"column-{heading.column}"
            part = self.cleaned_data.get(name, "")
            if not part:
                continue
            if part == Part.FIGURE and self._has_several_figures:
                if not self.cleaned_data.get(f"period-{heading.column}"):
                    self.add_error(f"period-{heading.column}", _which_period(heading))
            elif part in first:
                what = Part(part).label.lower()
                self.add_error(
                    name, f"Column {first[part].letters} holds the {what} already. Choose one of them."
                )
            else:
                first[part] = heading

    @property
    def plan(self) -> ColumnPlan:
        """What was said, once it holds together."""
        said = self.cleaned_data
        parts = {one.column: said.get(f"column-{one.column}", "") for one in self.outline.headings}
        figures = [column for column, part in parts.items() if part == Part.FIGURE]
        is_wide = len(figures) > 1 or any(said.get(f"period-{column}") for column in figures)
        period = said.get("period", "")
        return ColumnPlan(
            sheet=self.outline.name,
            header_row=self.outline.header_row,
            columns={
                Part(part): column
                for column, part in parts.items()
                if part and not (is_wide and column in figures)
            },
            wide=tuple(FigureColumn(column, said[f"period-{column}"]) for column in figures)
            if is_wide
            else (),
            measure=said.get("measure", ""),
            place=said.get("place", ""),
            period=said.get("other_period", "") if period == OTHER else period,
        )

    # What words mean

    def ask_about(self, untold: Untold) -> None:
        """Ask what the words are that name no measure or place we know."""
        self.untold = Untold(untold.measures[:MOST_WORDS], untold.places[:MOST_WORDS])
        measures = [
            ("", "None: leave its rows out"),
            *((one.code, f"{one.name} ({one.code})") for one in self.measures),
        ]
        places = [("", "None: leave its rows out"), *self.places]
        for kind, words, choices in (
            ("measure", self.untold.measures, measures),
            ("place", self.untold.places, places),
        ):
            for number, word in enumerate(words):
                self.fields[f"{kind}-word-{number}"] = ChoiceField(
                    label=f"{quoted(word)} is", is_select=True, choices=choices
                )
        self.full_clean()

    @property
    def words(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if "-word-" in name]

    @property
    def plan_with_words(self) -> ColumnPlan:
        """The plan with what was said of the words, and what had been said before.

        Of words that were left out it is asked again: somebody else may know what they are.
        """
        return replace(
            self.plan,
            measure_words=_wanted(self.known.measure_words) | self._told("measure", self.untold.measures),
            place_words=_wanted(self.known.place_words) | self._told("place", self.untold.places),
        )

    def _told(self, kind: str, words: tuple[str, ...]) -> dict[str, str]:
        return {word: self.cleaned_data[f"{kind}-word-{number}"] for number, word in enumerate(words)}


def _wanted(words: Mapping[str, str]) -> dict[str, str]:
    return {word: told for word, told in words.items() if told != LEFT_OUT}


def _which_period(heading: Heading) -> str:
    return f"Say which period column {heading.letters}, {quoted(heading.text)}, is of."
