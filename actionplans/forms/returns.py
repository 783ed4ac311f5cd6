"""The forms of a return: one for each figure, action and risk, and one for the words.

A form's fields have the ids that `rules.Gap.field` points to. Drafts may have gaps, so nothing here is required.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, ClassVar, cast

from django import forms

from actionplans import rules
from actionplans.figure_drafts import FigureEntry, SentEntry
from actionplans.figure_kinds import Given, YearSoFar, rounded
from actionplans.figure_lines import FigureLine
from actionplans.forms.fields import (
    LARGEST_FIGURE,
    ChoiceField,
    PartField,
    ShownField,
    TickField,
    ValueField,
    WordsField,
)
from actionplans.forms.figures import ANSWERS, FIGURE_FIELDS, FigureField, how_worked_out, legend_of
from actionplans.models import ActionUpdate, QuarterlyReturn, Reading
from actionplans.numbers import Unit, mark_in
from actionplans.operations import ActionEntry, RiskEntry
from actionplans.return_sheet import ActionLine, ReturnSheet, RiskLine, WordsLine
from actionplans.risk_bands import IMPACTS, LIKELIHOODS
from actionplans.sent_lines import SentLine
from priorities.periods import FinancialQuarter, by_in_words
from priorities.wording import day_in_words

QUARTERS_AHEAD = 8
NOTHING = "Nothing"
PROVISIONAL_MARK = "p"


@dataclass(frozen=True)
class Difference:
    """One answer that two people, or two tabs, gave differently; both as they read, neither lost."""

    field_id: str
    label: str
    theirs: str
    yours: str


class LineForm(forms.Form):
    """What is asked about one line of a return: a figure, an action, a risk, or the words."""

    bound_field_class = ShownField
    use_required_attribute = False
    subject = ""
    saves: ClassVar[tuple[str, ...]] = ()

    def __init__(self, asked: Any, sheet: ReturnSheet, data: Mapping[str, Any] | None = None) -> None:
        self.asked, self.sheet = asked, sheet
        super().__init__(
            data,
            prefix=getattr(asked, "prefix", None),
            auto_id="%s",
            label_suffix="",
            initial={name: getattr(asked, name) for name in self.saves},
        )
        self.prepare()

    def prepare(self) -> None:
        """Fit the fields to the line."""

    def offer(self, name: str, choices: Sequence[tuple[Any, str]]) -> None:
        """Give a question its answers."""
        cast(ChoiceField, self.fields[name]).choices = choices

    def entry(self) -> Any:
        """What was entered, for an operation."""
        raise NotImplementedError

    def label_of(self, name: str) -> str:
        label = str(self[name].label)
        return f"{self.subject}: {label}" if self.subject else label

    def errors_by_field(self) -> Iterator[tuple[str, str]]:
        """(id of the field, what is wrong with it), as the box at the head of the page lists them."""
        for field in self:
            label = self.label_of(field.name)
            for error in field.errors:
                yield field.auto_id, f"{label} {error}" if label.endswith("?") else f"{label}. {error}"

    def differences(self) -> list[Difference]:
        """Where what was typed is not what is saved."""
        return [
            Difference(self[name].auto_id, self.label_of(name), *(self._shown(name, v) for v in versions))
            for name in self.saves
            if name in self.fields and (versions := self._versions(name))
        ]

    def untouched(self) -> dict[str, Any]:
        """What is saved, by name in the page, where nothing was typed: nobody's words stand against it."""
        return {
            self[name].html_name: str(self.fields[name].prepare_value(versions[0]))
            for name in self.saves
            if name in self.fields and (versions := self._versions(name)) and versions[1] is None
        }

    def _versions(self, name: str) -> tuple[Any, Any] | None:
        answer = self.cleaned_data[name] if name in self.cleaned_data else self[name].data
        saved, typed = (
            None if version == "" or version is False else version for version in (self.initial[name], answer)
        )
        return None if saved == typed else (saved, typed)

    def _shown(self, name: str, value: Any) -> str:
        if value is None:
            return NOTHING
        if value is True:
            return "Yes"
        choices = {str(key): str(label) for key, label in getattr(self.fields[name], "choices", ())}
        return choices.get(str(value)) or str(self.fields[name].prepare_value(value))


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


class FigureForm(LineForm):
    """One figure: what it is or why there is none, how firm it is, and what is said when it is off target.

    A ratio asks for its two numbers and any other measure for its value.
    """

    asked: FigureLine
    bound_field_class = FigureField
    saves = (
        *FIGURE_FIELDS,
        "is_provisional",
        "note",
        "no_figure_reason",
        "cause",
        "response",
        "back_on_track_on",
    )

    value = ValueField()
    numerator = PartField()
    denominator = PartField()
    is_provisional = TickField(label="Provisional: this figure may still change")
    note = WordsField(rows=2, label="Why is the total lower than before?")
    is_sure = forms.CharField(required=False)
    is_taken_out = TickField(label="Take it out, and leave the figure open")
    no_figure_reason = WordsField(
        rows=2,
        label="Why there is no figure yet",
        help_text="For example: published by NHS Scotland in March.",
    )
    cause = WordsField(
        label="Why is it off target?", help_text="What happened, in words a Board member would use."
    )
    response = WordsField(label="What is being done about it?", help_text="By whom, and by when.")
    back_on_track_on = ChoiceField(
        is_select=True, label="When will it be back on track?", coerce=_day, empty_value=None
    )

    def prepare(self) -> None:
        self.subject = self.asked.name
        self.offer("back_on_track_on", [("", "Choose a quarter"), *self._quarter_ends()])
        for name in self._not_asked():
            del self.fields[name]
        if not self.asked.symbol:
            del self.fields["is_taken_out"]
        if ratio := self.asked.ratio:
            for name, label in (("numerator", ratio.numerator_name), ("denominator", ratio.denominator_name)):
                if name in self.fields:
                    self.fields[name].label = label
        if "value" in self.fields:
            self._prepare_value()

    def _not_asked(self) -> tuple[str, ...]:
        """The fields that a measure of this kind, or one whose figure is not due, has no use for."""
        if not self.asked.is_asked:
            return (*FIGURE_FIELDS, "is_provisional", "note", "is_sure", "no_figure_reason")
        one_of_two = ("value",) if self.asked.ratio else ("numerator", "denominator")
        return one_of_two if self.asked.year else (*one_of_two, "note")

    def _prepare_value(self) -> None:
        if self.asked.is_yes_or_no:
            self.fields["value"] = ChoiceField(choices=ANSWERS, coerce=Decimal, empty_value=None)
            self.initial["value"] = None if self.asked.value is None else rounded(self.asked.value, 0)
        else:
            cast(ValueField, self.fields["value"]).unit = Unit(self.asked.unit)
        self.fields["value"].label = self.legend
        if year := self.asked.year:
            self.fields["value"].help_text = year_in_words(year, self.asked)

    @property
    def legend(self) -> str:
        """What is asked for: "Figure for Q3 2021/22", "Answer for …", "Total from 1 April to 31 December 2021"."""
        period = self.asked.period
        if period is None:
            return ""
        return legend_of(period, self.asked.unit, is_cumulative=self.asked.year is not None)

    @property
    def how(self) -> str:
        """What becomes of the two numbers of a ratio."""
        return how_worked_out(self.asked.ratio, self.asked.unit)

    @property
    def facts_id(self) -> str:
        return f"{self.prefix}-facts"

    @property
    def asks_for_note(self) -> bool:
        """Whether the box for why a total is lower is open."""
        return "note" in self.fields and bool(
            self.asked.has_fallen or self["note"].value() or self["note"].errors
        )

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        for name in FIGURE_FIELDS:
            if name in said:
                self._read_mark(name)
        ratio = self.asked.ratio
        if ratio and not self.errors.keys() & set(FIGURE_FIELDS):
            for fault in ratio.faults(self.given):
                self.add_error(fault.field, forms.ValidationError(fault.message, code="ratio"))
            if (value := self.asked.value_of(self.given)) is not None and abs(value) >= LARGEST_FIGURE:
                self.add_error("numerator", "This makes too large a figure. Check both numbers.")
        return said

    def _read_mark(self, name: str) -> None:
        """A (p) after a figure says that it is provisional; a first figure has no other mark."""
        mark = mark_in(str(self.data.get(self.add_prefix(name), "")))
        if mark == PROVISIONAL_MARK:
            self.cleaned_data["is_provisional"] = True
        elif mark:
            self.add_error(
                name,
                forms.ValidationError(
                    "Leave out the mark after the figure. If it may still change, tick that it is provisional.",
                    code="mark",
                ),
            )

    @property
    def given(self) -> Given:
        """What was given of the figure."""
        return Given(*(self.cleaned_data.get(name) for name in FIGURE_FIELDS))

    def entry(self) -> FigureEntry:
        said = self.cleaned_data
        asked = " ".join(self.asked.doubts_about(self.given))
        return FigureEntry(
            measure_id=self.asked.measure_id,
            value=said.get("value"),
            numerator=said.get("numerator"),
            denominator=said.get("denominator"),
            flag=Reading.Flag.PROVISIONAL if said.get("is_provisional") else Reading.Flag.FINAL,
            note=said.get("note", ""),
            # A tick answers the question that stood beside it, and no other.
            is_sure=bool(asked) and said.get("is_sure") == asked,
            no_figure_reason=said.get("no_figure_reason", ""),
            cause=said["cause"],
            response=said["response"],
            back_on_track_on=said["back_on_track_on"],
            is_taken_out=bool(said.get("is_taken_out")) and is_pressed(self.data),
        )

    @property
    def shows_commentary(self) -> bool:
        """Whether the page has room for what is said about the figure."""
        return self.asked.may_need_commentary or self.opens_commentary

    @property
    def opens_commentary(self) -> bool:
        """Whether that room is open: it is needed, something is said already, or something is wrong with it."""
        names = ("cause", "response", "back_on_track_on")
        return self.asked.needs_commentary or any(self[name].value() or self[name].errors for name in names)

    def differences(self) -> list[Difference]:
        """As for any line; and a figure typed here that its publisher gave meanwhile, so that it has no field now.

        Against a figure stands why there can be none, where that was sent.
        """
        typed = " over ".join(
            text for name in FIGURE_FIELDS if (text := str(self.data.get(self.add_prefix(name), "")).strip())
        )
        found = super().differences()
        if self.asked.symbol:
            figures = {self[name].auto_id for name in FIGURE_FIELDS if name in self.fields}
            return [
                replace(one, theirs=self.asked.saved_shown) if one.field_id in figures else one
                for one in found
            ]
        if self.asked.is_asked or not typed or self.asked.last is None:
            return found
        last = self.asked.last
        published = f"{last.shown} in {last.period.label}, published {day_in_words(last.released_on)}"
        label = f"{self.subject}: Figure"
        return [Difference(f"{self.prefix}-name", label, published, typed), *found]

    def _quarter_ends(self) -> list[tuple[str, str]]:
        """The ends of the next quarters, and whatever other day was said before."""
        quarter: FinancialQuarter = self.sheet.quarter.financial_quarter
        choices = {}
        for _ in range(QUARTERS_AHEAD):
            quarter = quarter.next()
            choices[quarter.ends_on.isoformat()] = by_in_words(quarter.ends_on)
        if said := self.asked.back_on_track_on:
            choices.setdefault(said.isoformat(), by_in_words(said))
        return sorted(choices.items())


class SentForm(LineForm):
    """One figure of a place or another period that was sent: left in, or taken out when a button is pressed."""

    asked: SentLine

    is_taken_out = forms.CharField(required=False)

    def prepare(self) -> None:
        self.subject = self.asked.name

    def clean_is_taken_out(self) -> str:
        """The tick brings along which figure it stood beside."""
        seen = str(self.cleaned_data["is_taken_out"])
        if seen and is_pressed(self.data) and seen != self.asked.seen:
            raise forms.ValidationError(
                f"Another figure has been sent in its place: {self.asked.shown}. Tick again to take that one out.",
                code="replaced",
            )
        return seen

    def entry(self) -> SentEntry:
        seen = self.cleaned_data["is_taken_out"]
        return SentEntry(self.asked.reading_id, seen, is_taken_out=bool(seen) and is_pressed(self.data))


def is_pressed(data: Mapping[str, Any]) -> bool:
    """Whether a page was saved by a press of one of its buttons: what saves as one types takes nothing out."""
    return "continue" in data or "later" in data


def year_in_words(year: YearSoFar, asked: FigureLine) -> str:
    """What is asked of a measure that runs through the year, and how far it had come."""
    so_far = (
        f" It was {asked.last.shown} to {year.name_before}."
        if year.last_total is not None and asked.last
        else ""
    )
    return f"Everything since 1 April, not {year.name} alone.{so_far}"


class ActionForm(LineForm):
    """How one action stands: a status and a line."""

    asked: ActionLine
    saves = ("status", "line")

    status = ChoiceField(label="Status")
    line = WordsField(
        rows=2,
        label="In a line, what has happened",
        help_text="Needed when it is late, paused or cancelled: say why.",
    )

    def prepare(self) -> None:
        self.subject = self.asked.title
        self.offer(
            "status",
            [
                (value, f"{label} (last time)" if value == self.asked.last_status else label)
                for value, label in ActionUpdate.Status.choices
            ],
        )

    def entry(self) -> ActionEntry:
        return ActionEntry(
            action_id=self.asked.action_id, status=self.cleaned_data["status"], line=self.cleaned_data["line"]
        )


class RiskForm(LineForm):
    """How likely and how grave one risk is now, and why."""

    asked: RiskLine
    saves = ("likelihood", "impact", "rationale")

    likelihood = ChoiceField(label="How likely is it now?", coerce=int, empty_value=None)
    impact = ChoiceField(label="How grave would it be?", coerce=int, empty_value=None)
    rationale = WordsField(
        label="Reason for the scores", help_text="What has changed since last time, or why nothing has."
    )

    def prepare(self) -> None:
        self.subject = self.asked.title
        self.offer("likelihood", _scores(LIKELIHOODS, self.asked.last_likelihood))
        self.offer("impact", _scores(IMPACTS, self.asked.last_impact))

    def entry(self) -> RiskEntry:
        said = self.cleaned_data
        return RiskEntry(
            risk_id=self.asked.risk_id,
            likelihood=said["likelihood"],
            impact=said["impact"],
            rationale=said["rationale"],
        )


def _scores(words: Mapping[int, str], last: int | None) -> list[tuple[int, str]]:
    return [
        (score, f"{score} {word} (last time)" if score == last else f"{score} {word}")
        for score, word in words.items()
    ]


class WordsForm(LineForm):
    """The lead officer's own words on the quarter."""

    asked: WordsLine
    saves = ("progress", "exceptional_issues", "good_practice", "assessment", "assessment_reason")

    progress = WordsField(
        rows=6,
        label="Progress this quarter",
        help_text="What partners and communities did, and what difference it made.",
    )
    exceptional_issues = WordsField(
        rows=4,
        label="Exceptional issues",
        help_text="Anything out of the ordinary that the Board should know. Leave empty if there is nothing.",
    )
    good_practice = WordsField(
        rows=4,
        max_words=rules.LONGEST_GOOD_PRACTICE,
        label="Good practice",
        help_text="Something another partnership could copy, in at most 300 words. Leave empty if there is nothing.",
    )
    assessment = ChoiceField(
        label="Your own assessment of the priority",
        choices=QuarterlyReturn.Assessment.choices,
        help_text="Your judgement, shown to the Board beside the figures. It is never worked out from them.",
    )
    assessment_reason = WordsField(label="Why do you say so?", help_text="Needed when you have a concern.")

    def entry(self) -> WordsLine:
        return WordsLine(**{name: self.cleaned_data[name] for name in self.saves})
