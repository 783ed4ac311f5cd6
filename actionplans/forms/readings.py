"""A figure recorded or put right outside a return."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms

from actionplans.figure_kinds import Given, as_kept
from actionplans.figure_lines import ratio_of
from actionplans.forms.fields import LARGEST_FIGURE, ChoiceField, ShownField, ValueField, WordsField
from actionplans.forms.periods import PeriodField
from actionplans.forms.release import ReleaseForm, first_answers
from actionplans.models import Measure, Reading
from actionplans.numbers import Unit, doubts, mark_in
from actionplans.places import AREA, Place, PlaceKind
from actionplans.recording import FigureRefused, PublishedFigure, question_about_flag, vintages_of
from actionplans.series import MeasureSeries
from actionplans.series_versions import AHEAD_OF_TIME
from priorities.clock import EDINBURGH
from priorities.models import Comparator, Locality
from priorities.periods import Period, PeriodKind
from priorities.wording import day_in_words

MARKS = {"p": Reading.Flag.PROVISIONAL, "r": Reading.Flag.REVISED, "e": Reading.Flag.ESTIMATED}

# What each flag says of a figure, where it is chosen.
FLAGS = [
    (Reading.Flag.FINAL, "Final"),
    (Reading.Flag.PROVISIONAL, "Provisional: it may still be revised"),
    (Reading.Flag.REVISED, "Revised: as its publisher had planned"),
    (Reading.Flag.CORRECTED, "Corrected: the figure before it was wrong"),
    (Reading.Flag.ESTIMATED, "Estimated"),
    (Reading.Flag.PROJECTED, "Projected"),
]

SYMBOLS = [
    ("", "There is a figure"),
    (Reading.Symbol.NOT_AVAILABLE, "[x] Not available, or withdrawn by its publisher"),
    (Reading.Symbol.NOT_APPLICABLE, "[z] Not applicable"),
    (Reading.Symbol.CONFIDENTIAL, "[c] Confidential at its source"),
]

WHOLE_AREA = ""

# Where a refusal that speaks of the release is shown under embargo, and of the figure for a ratio.
_ELSEWHERE = {"released_on": "embargo_on", "value": "numerator"}


def places_of(measure: Measure) -> dict[str, Locality | Comparator | None]:
    """Whom a figure of a measure may be about, by the word a form knows each by; the whole area first."""
    localities = Locality.objects.filter(partnership=measure.partnership_id)
    comparators = Comparator.objects.filter(partnership=measure.partnership_id)
    return {
        WHOLE_AREA: None,
        **{f"locality-{row.pk}": row for row in localities},
        **{f"comparator-{row.pk}": row for row in comparators},
    }


def _begins(name: str) -> str:
    """A name as a label begins with it."""
    return f"{name[:1].upper()}{name[1:]}"


class ReadingForm(ReleaseForm):
    """One figure: of which period and place, how firm, who it is for and since when, and where it comes from.

    Of a ratio the two numbers are given and the figure is worked out. `series` are the measure's by place, as held.
    """

    bound_field_class = ShownField
    use_required_attribute = False
    subject = ""

    # Made for the measure when the form is: declared here for their place.
    place = ChoiceField(label="Who or where is it about?", is_select=True)
    period = PeriodField()
    value = ValueField()
    numerator = ValueField(Unit.NUMBER)
    denominator = ValueField(Unit.NUMBER)
    symbol = ChoiceField(label="If there is no figure, why?", choices=SYMBOLS, is_select=True)
    is_sure = forms.CharField(required=False)
    flag = ChoiceField(label="How firm is it?", choices=FLAGS)
    note = WordsField(
        label="Where does it come from, or why was it put right?",
        help_text="For example: Scottish Government, Homelessness in Scotland 2021, table 3. Of a correction: what was "
        "wrong with the figure before.",
    )
    effect = WordsField(
        label="If it is a correction: what does it change for those who used the figure before?",
        help_text="For example: The target was not met after all. The Board’s paper of February is affected.",
        rows=2,
    )
    released_on = PeriodField(
        label="When was it released?",
        help_text="The day its publisher released it. If you are putting a figure right, the day it was put right. "
        "For example, 15 October 2021. Leave this empty for a figure under embargo.",
    )

    field_order = (
        "place", "period", "value", "numerator", "denominator", "symbol", "is_sure", "flag", "release",
        "released_on", "embargo_on", "embargo_time", "note", "effect",
    )  # fmt: skip

    def __init__(
        self,
        measure: Measure,
        series: Mapping[Place, MeasureSeries],
        *,
        at: dt.datetime,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        self.measure, self.series, self.at = measure, series, at.astimezone(EDINBURGH)
        self.ratio = ratio_of(measure)
        self.places = places_of(measure)
        self.symbol_of_ratio = ""
        self.question, self.is_answered = "", False
        super().__init__(data, initial=first_answers(measure), auto_id="%s", label_suffix="")
        self._fit_to_measure()
        self._offer_places()

    def _fit_to_measure(self) -> None:
        measure, kind = self.measure, PeriodKind(self.measure.period_kind)
        self.fields["period"] = PeriodField(
            kind,
            years=measure.years_covered,
            by_financial_year=measure.years_start_in_april,
            label="Which period is it about?",
            help_text=f"{kind.label}. For example, {self._example_of_a_period()}.",
        )
        about = f"{measure.name}. {self.series[AREA].better}."
        if self.ratio is None:
            del self.fields["numerator"], self.fields["denominator"]
            self.fields["value"] = ValueField(measure.unit, label="Figure", help_text=about)
            return
        del self.fields["value"]
        self.fields["numerator"].label = _begins(self.ratio.numerator_name)
        self.fields["numerator"].help_text = f"{about} The figure is worked out from two numbers."
        self.fields["denominator"].label = _begins(self.ratio.denominator_name)

    def _offer_places(self) -> None:
        if len(self.places) == 1:
            del self.fields["place"]
            return
        field = self.fields["place"]
        assert isinstance(field, ChoiceField)
        field.choices = [(key, str(place or "The whole area")) for key, place in self.places.items()]

    def _example_of_a_period(self) -> str:
        """The last period that is over, where one can be named for certain."""
        kind = PeriodKind(self.measure.period_kind)
        if kind is not PeriodKind.ROLLING_YEARS:
            return kind.example
        return self.measure.period_containing(self.at.date()).previous().label

    # What was said

    @property
    def locality(self) -> Locality | None:
        """The locality it is about."""
        chosen = self._chosen_place
        return chosen if isinstance(chosen, Locality) else None

    @property
    def comparator(self) -> Comparator | None:
        """The comparator it is about."""
        chosen = self._chosen_place
        return chosen if isinstance(chosen, Comparator) else None

    @property
    def _chosen_place(self) -> Locality | Comparator | None:
        return self.places.get(self._given("place", WHOLE_AREA))

    @property
    def known(self) -> MeasureSeries | None:
        """What is known of the place it is about; None where that is nothing."""
        kind, key = PlaceKind.AREA, None
        if self._chosen_place is not None:
            is_locality = isinstance(self._chosen_place, Locality)
            kind, key = PlaceKind.LOCALITY if is_locality else PlaceKind.COMPARATOR, self._chosen_place.pk
        return next(
            (one for place, one in self.series.items() if (place.kind, place.key) == (kind, key)), None
        )

    def _given(self, name: str, otherwise: str = "") -> Any:
        return getattr(self, "cleaned_data", {}).get(name) or otherwise

    @property
    def first_number(self) -> str:
        """The field in which one begins to give the figure."""
        return "numerator" if self.ratio else "value"

    def clean_flag(self) -> str:
        flag: str = self.cleaned_data["flag"]
        marked = MARKS.get(mark_in(self.data.get(self.first_number, "")))
        if not flag and not marked:
            raise forms.ValidationError("Say how firm the figure is.", code="required")
        if flag and marked and flag != marked:
            typed, chosen = marked.label.lower(), Reading.Flag(flag).label.lower()
            raise forms.ValidationError(
                f"You marked the figure {typed} and chose {chosen} here. Choose one.", code="mark"
            )
        return flag or str(marked)

    def clean_note(self) -> str:
        note: str = self.cleaned_data["note"]
        if not note:
            raise forms.ValidationError(
                "Say where the figure comes from, or why it was put right.", code="required"
            )
        return note

    def clean_effect(self) -> str:
        effect: str = self.cleaned_data["effect"]
        is_correction = self.cleaned_data.get("flag") == Reading.Flag.CORRECTED
        if is_correction and not effect:
            raise forms.ValidationError(
                "Say what the correction changes for those who used the earlier figure.", code="required"
            )
        return effect if is_correction else ""

    def clean(self) -> dict[str, Any]:
        self.check_release()
        self._check_figure()
        self._check_period_is_over()
        is_readable = not self.errors.keys() & {
            "place",
            "period",
            "value",
            "numerator",
            "denominator",
            "symbol",
        }
        self.question = self._question() if is_readable else ""
        # A tick answers the question that stood beside it, and no other.
        self.is_answered = bool(self.question) and self.cleaned_data.get("is_sure") == self.question
        if self.question and not self.is_answered:
            self.add_error(self.first_number, self.question)
        return self.cleaned_data

    def _check_figure(self) -> None:
        """A figure or a reason why there is none, never both."""
        typed = [name for name in ("value", "numerator", "denominator") if self._is_typed(name)]
        if self._given("symbol"):
            if typed:
                self.add_error(typed[0], "Give a figure, or say why there is none, not both.")
        elif self.ratio is not None:
            self._work_out_ratio()
        elif not typed:
            self.add_error("value", "Enter the figure, like 20.3, or say below why there is none.")

    def _is_typed(self, name: str) -> bool:
        return name in self.fields and bool(str(self.data.get(name, "")).strip())

    def _work_out_ratio(self) -> None:
        """The figure of its two numbers, as it is kept; over nothing there is none, and the symbol says so."""
        assert self.ratio is not None
        if {"numerator", "denominator"} & self.errors.keys():
            return
        given = Given(numerator=self._number("numerator"), denominator=self._number("denominator"))
        for name in ("numerator", "denominator"):
            if getattr(given, name) is None:
                self.add_error(name, "Enter the number, like 1,234, or say below why there is no figure.")
        for fault in self.ratio.faults(given):
            self.add_error(fault.field, fault.message)
        made = self.ratio.made_of(given)
        if made is None or self.errors.keys() & {"numerator", "denominator"}:
            return
        value = as_kept(made.value) if made.value is not None else None
        if value is not None and abs(value) >= LARGEST_FIGURE:
            self.add_error("denominator", "The figure that these two numbers make is too large. Check both.")
            return
        self.cleaned_data["value"] = value
        self.symbol_of_ratio = "" if value is not None else Reading.Symbol.NOT_APPLICABLE.value

    def _number(self, name: str) -> Decimal | None:
        number: Decimal | None = self.cleaned_data.get(name)
        return number

    def _check_period_is_over(self) -> None:
        period, released_at, flag = self._given("period"), self.released_at, self._given("flag")
        if not period or not released_at or not flag or flag in AHEAD_OF_TIME:
            return
        if released_at.date() < period.ends_on:
            self.add_error(
                "period",
                f"{period.label} ends on {day_in_words(period.ends_on)}, after the day on which you say this "
                "figure was released. Check both.",
            )

    # What it brings up

    def _question(self) -> str:
        """What a careful colleague would ask about the figure typed; empty when it looks right."""
        said = self.cleaned_data
        return " ".join(
            question
            for question in (*self._doubts(said.get("value"), said["period"]), self._question_about_flag())
            if question
        )

    def _doubts(self, value: Decimal | None, period: Period) -> list[str]:
        if value is None:
            return []
        measure, known = self.measure, self.known
        before = [v.value for v in known.values if v.period.ends_on < period.ends_on] if known else []
        last = before[-1] if before else None
        asked = doubts(value, last=last, unit=measure.unit, is_bounded=measure.is_bounded, earlier=before)
        if self.ratio is None:
            return asked
        given = Given(numerator=self._number("numerator"), denominator=self._number("denominator"))
        return [*self.ratio.questions(given), *asked]

    def _question_about_flag(self) -> str:
        released_at, period, flag = self.released_at, self.cleaned_data["period"], self._given("flag")
        if released_at is None or not flag:
            return ""
        series = self.measure.series_at(released_at)
        vintages = vintages_of(self.measure, period, series, place=self.locality, comparator=self.comparator)
        earlier = [row for row in vintages if row.released_at < released_at]
        return question_about_flag(self.measure, period, flag, earlier)

    # For the operation

    def figure(self) -> PublishedFigure:
        """What was entered, for an operation."""
        said = self.cleaned_data
        assert self.released_at is not None
        return PublishedFigure(
            period=said["period"],
            value=said.get("value"),
            symbol=said["symbol"] or self.symbol_of_ratio,
            numerator=said.get("numerator"),
            denominator=said.get("denominator"),
            flag=said["flag"],
            released_at=self.released_at,
            release_class=self.release_class,
            is_embargoed=self.is_embargoed,
            place=self.locality,
            comparator=self.comparator,
            note=said["note"],
            effect=said["effect"],
            answered_doubt=self.question if self.is_answered else "",
        )

    def refuse(self, refusal: FigureRefused) -> None:
        """Show a refusal of the operation beside the field it is about."""
        field = refusal.field
        if self.is_embargoed or field not in self.fields:
            field = _ELSEWHERE.get(field, field)
        self.add_error(field if field in self.fields else self.first_number, str(refusal))

    def errors_by_field(self) -> list[tuple[str, str]]:
        """(id of the field, what is wrong with it), as the box at the head of the page lists them."""
        return [(field.auto_id, str(error)) for field in self for error in field.errors]
