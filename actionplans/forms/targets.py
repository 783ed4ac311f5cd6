"""The targets of a measure as the CP manager sets them: from a baseline to a final target."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms

from actionplans.forms.fields import (
    LARGEST_FIGURE,
    MOST_DECIMALS,
    ChoiceField,
    ShownField,
    ValueField,
    WordsField,
)
from actionplans.forms.periods import PeriodField
from actionplans.models import Measure
from actionplans.numbers import NumberError, Unit, decimals_in, format_value, parse_figure
from actionplans.series import MeasureSeries
from actionplans.targets import LONGEST_PARAGRAPH, SETTING_VERBS, DecisionTaken
from actionplans.trajectories import ChangeKind, PathPoint, TargetPath, TrajectoryError, changed_by
from priorities.clock import EDINBURGH
from priorities.models import Meeting
from priorities.periods import PeriodKind
from priorities.wording import day_in_words

AS_A_FIGURE = "figure"

MILESTONE_ROWS = (1, 2, 3)

# Differences between figures in these are counted in percentage points.
_IN_POINTS = (Unit.PERCENT, Unit.POINTS)

_UNITS_OF_CHANGE = {ChangeKind.RELATIVE: Unit.PERCENT, ChangeKind.PERCENTAGE_POINTS: Unit.POINTS}

# The order of the page; then come the milestones and the rest.
ASKED_FIRST = ("baseline_period", "baseline_value", "final_period", "given_as", "final_value")

# Where a refusal that speaks of the whole decision is shown.
_FIRST_FIELDS = {"decision": "decision_verb"}


class MaybePeriodField(PeriodField):
    """A period, or None when the box is empty."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(value) if str(value or "").strip() else None


class TargetForm(forms.Form):
    """A path to a final target, why it is set and what decided it. `path` is there once the form is valid."""

    bound_field_class = ShownField
    use_required_attribute = False
    subject = ""

    # The periods, figures and choices are made for the measure when the form is: declared here for their place.
    baseline_period = PeriodField()
    baseline_value = ValueField()
    final_period = PeriodField()
    given_as = ChoiceField(label="How do you give the target?")
    final_value = ValueField()
    reason = WordsField(
        label="Why are the targets set or changed?",
        help_text="For example: The Board asked for a faster start after the first year.",
    )
    decision_verb = ChoiceField(label="What did the meeting do?", is_select=True)
    decision_meeting = ChoiceField(label="Which meeting?", is_select=True)
    decision_paragraph = forms.CharField(
        required=False,
        label="Minute paragraph, if it is known",
        help_text="For example, 4 or 5.2.",
        widget=forms.TextInput({"class": "govuk-input govuk-input--width-5", "autocomplete": "off"}),
    )

    def __init__(
        self,
        measure: Measure,
        series: MeasureSeries,
        *,
        at: dt.datetime,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        self.measure, self.series, self.at = measure, series, at.astimezone(EDINBURGH)
        self.path: TargetPath | None = None
        self.resolved = ""
        self.meetings = {
            str(row.pk): row
            for row in Meeting.objects.filter(
                partnership_id=measure.partnership_id, held_on__lte=self.at.date()
            )
            .select_related("group")
            .order_by("-held_on", "pk")
        }
        super().__init__(data, initial=self._first_answers(), auto_id="%s", label_suffix="")
        self._fit_to_measure()
        self._offer_choices()
        rows = [f"milestone_{row}_{part}" for row in MILESTONE_ROWS for part in ("period", "value")]
        self.order_fields([*ASKED_FIRST, *rows])

    def _first_answers(self) -> dict[str, Any]:
        current = self.series.current
        if current is None:
            return {"given_as": AS_A_FIGURE}
        return {
            "baseline_period": current.period.label,
            "baseline_value": current.value,
            "given_as": AS_A_FIGURE,
        }

    def _fit_to_measure(self) -> None:
        kind = PeriodKind(self.measure.period_kind)
        self.fields["baseline_period"] = self._period_field(
            label="Baseline: which period?", help_text=f"{kind.label}. For example, {self._example()}."
        )
        self.fields["baseline_value"] = self._value_field(label="Baseline: what was the figure?")
        self.fields["final_period"] = self._period_field(label="Final target: for which period?")
        self.fields["final_value"] = self._final_value_field()
        for row in MILESTONE_ROWS:
            self.fields[f"milestone_{row}_period"] = self._period_field(
                may_be_empty=True, label=f"Milestone {row}: period"
            )
            self.fields[f"milestone_{row}_value"] = self._value_field(label=f"Milestone {row}: target")

    def _period_field(self, *, may_be_empty: bool = False, **options: Any) -> PeriodField:
        kind = MaybePeriodField if may_be_empty else PeriodField
        return kind(
            PeriodKind(self.measure.period_kind),
            years=self.measure.years_covered,
            by_financial_year=self.measure.years_start_in_april,
            **options,
        )

    def _final_value_field(self) -> ValueField:
        if self._is_yes_or_no:
            return self._value_field(label="Target")
        points = ", or 10 percentage points less" if self.measure.unit in _IN_POINTS else ""
        # Which signs fit depends on how the target is given.
        return ValueField(
            asks_why=False,
            label="Target, or change",
            help_text=f"For a decrease put a minus before it: −10 is 10 less in every 100{points}.",
        )

    @property
    def _is_yes_or_no(self) -> bool:
        return self.measure.unit == Unit.YES_NO

    def _value_field(self, **options: Any) -> ValueField:
        return ValueField(self.measure.unit, asks_why=False, **options)

    def _example(self) -> str:
        current = self.series.current
        return current.period.label if current else PeriodKind(self.measure.period_kind).example

    def _offer_choices(self) -> None:
        kinds = [(AS_A_FIGURE, "As a figure")]
        if not self._is_yes_or_no:
            kinds.append((ChangeKind.RELATIVE.value, "As a change, in per cent of the baseline"))
        if self.measure.unit in _IN_POINTS:
            kinds.append((ChangeKind.PERCENTAGE_POINTS.value, "As a change, in percentage points"))
        self._offer("given_as", kinds)
        verbs = [(verb.value, verb.label) for verb in SETTING_VERBS]
        self._offer("decision_verb", [("", "No decision"), *verbs])
        meetings = [
            (key, f"{row.group.name}, {day_in_words(row.held_on)}") for key, row in self.meetings.items()
        ]
        self._offer("decision_meeting", [("", "No meeting"), *meetings])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, ChoiceField)
        field.choices = choices

    @property
    def milestones(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The period and the target of each milestone that may be given."""
        return [(self[f"milestone_{row}_period"], self[f"milestone_{row}_value"]) for row in MILESTONE_ROWS]

    @property
    def has_milestones(self) -> bool:
        """Whether anything was typed into them, so that the page shows them open."""
        return any(field.value() for row in self.milestones for field in row)

    @property
    def typed(self) -> list[tuple[str, str]]:
        """(name, what was typed) of every field, to be carried from one step to the next."""
        return [(field.name, str(self.data.get(field.html_name, ""))) for field in self]

    def errors_by_field(self) -> list[tuple[str, str]]:
        """(id of the field, what is wrong with it), as the box at the head of the page lists them."""
        return [(field.auto_id, str(error)) for field in self for error in field.errors]

    def refuse(self, field: str, message: str) -> None:
        """Show a refusal of the operation beside the field it is about."""
        self.add_error(_FIRST_FIELDS.get(field, field), message)

    # From the answers to a path

    def clean_baseline_value(self) -> Decimal:
        return self._given("baseline_value", f"Enter the figure of the baseline, like {self._like}.")

    def clean_given_as(self) -> str:
        answer: str = self.cleaned_data["given_as"]
        if not answer:
            raise forms.ValidationError("Say how you give the target.", code="required")
        return answer

    def clean_final_value(self) -> Decimal:
        value = self._given("final_value", f"Enter the target or the change, like {self._like}.")
        given_as = self.cleaned_data.get("given_as", AS_A_FIGURE)
        unit = self.measure.unit if given_as == AS_A_FIGURE else _UNITS_OF_CHANGE[ChangeKind(given_as)]
        try:
            parse_figure(self.data.get("final_value", ""), unit)
        except NumberError as error:
            raise forms.ValidationError(error.alone, code="sign") from error
        return value

    @property
    def _like(self) -> str:
        return "Yes" if self._is_yes_or_no else "20.3"

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        if not reason:
            raise forms.ValidationError("Say why the targets are set or changed.", code="required")
        return reason

    def clean_decision_paragraph(self) -> str:
        paragraph = str(self.cleaned_data["decision_paragraph"]).strip()
        if len(paragraph) > LONGEST_PARAGRAPH:
            raise forms.ValidationError(
                f"A minute paragraph has at most {LONGEST_PARAGRAPH} letters and figures, like 5.2.",
                code="max_length",
            )
        return paragraph

    def _given(self, name: str, otherwise: str) -> Decimal:
        value: Decimal | None = self.cleaned_data[name]
        if value is None:
            raise forms.ValidationError(otherwise, code="required")
        return value

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        self._check_decision()
        baseline, final = self._point("baseline"), self._final_point()
        milestones = self._milestone_points()
        if baseline and final and self._is_a_path(baseline, final, milestones) and not self.errors:
            self.path = TargetPath.by_milestones(baseline, milestones.values(), final)
        return said

    def _point(self, name: str) -> PathPoint | None:
        period, value = self.cleaned_data.get(f"{name}_period"), self.cleaned_data.get(f"{name}_value")
        return None if period is None or value is None else PathPoint(period, value)

    def _final_point(self) -> PathPoint | None:
        """The final target, worked out where a change was given."""
        said, final = self.cleaned_data, self._point("final")
        given_as, baseline = said.get("given_as"), said.get("baseline_value")
        if final is None or given_as in (AS_A_FIGURE, None) or baseline is None:
            return final
        try:
            target = changed_by(baseline, final.value, self.measure.unit, given_as)
        except TrajectoryError as error:
            self.add_error("final_value", str(error))
            return None
        if abs(target) >= LARGEST_FIGURE:
            self.add_error("final_value", "This change makes the target too large.")
            return None
        self.resolved = self._change_in_words(baseline, final.value, target, ChangeKind(given_as))
        return PathPoint(final.period, target)

    def _change_in_words(self, baseline: Decimal, change: Decimal, target: Decimal, kind: ChangeKind) -> str:
        word = "Plus" if change >= 0 else "Minus"
        size = f"{abs(change).normalize():,f}"
        of = "percentage points" if kind is ChangeKind.PERCENTAGE_POINTS else "per cent of the baseline"
        return f"{word} {size} {of}: from {self._shown(baseline)} to {self._shown(target)}."

    def _shown(self, value: Decimal) -> str:
        decimals = max(self.measure.decimals, decimals_in(value))
        return format_value(value, unit=self.measure.unit, decimals=min(decimals, MOST_DECIMALS))

    def _milestone_points(self) -> dict[int, PathPoint]:
        """Those given, by their rows. A period without a target, or the other way round, is said."""
        found = {}
        for row in MILESTONE_ROWS:
            period, value = f"milestone_{row}_period", f"milestone_{row}_value"
            given = {name for name in (period, value) if self.cleaned_data.get(name) is not None}
            if given == {period, value}:
                found[row] = PathPoint(self.cleaned_data[period], self.cleaned_data[value])
            elif given == {period} and not self.has_error(value):
                self.add_error(value, "Enter the target of this milestone.")
            elif given == {value} and not self.has_error(period):
                self.add_error(period, "Say for which period this milestone is.")
        return found

    def _is_a_path(self, baseline: PathPoint, final: PathPoint, milestones: Mapping[int, PathPoint]) -> bool:
        try:
            TargetPath.straight_line(baseline, final)
        except TrajectoryError as error:
            self.add_error("final_period", str(error))
            return False
        before: list[PathPoint] = []
        for row, milestone in milestones.items():
            try:
                TargetPath.by_milestones(baseline, [*before, milestone], final)
            except TrajectoryError as error:
                self.add_error(f"milestone_{row}_period", str(error))
                return False
            before.append(milestone)
        return True

    def _check_decision(self) -> None:
        """What, where and when belong together; nothing at all is an answer too."""
        said = self.cleaned_data
        if not any(said.get(name) for name in ("decision_verb", "decision_meeting", "decision_paragraph")):
            return
        for name, otherwise in (
            ("decision_verb", "Say what the meeting did."),
            ("decision_meeting", "Say which meeting it was."),
        ):
            if not said.get(name) and not self.has_error(name):
                self.add_error(name, otherwise)

    def decision(self) -> DecisionTaken | None:
        """What decided the targets, for the operation."""
        said = self.cleaned_data
        if not said["decision_verb"]:
            return None
        return DecisionTaken(
            self.meetings[said["decision_meeting"]], said["decision_verb"], said["decision_paragraph"]
        )
