"""Each kind of measure in a return: how it is asked, what is kept of it, what it comes to and what it may not be."""

from __future__ import annotations

import datetime as dt
import html
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from actionplans import operations
from actionplans.figure_drafts import FigureEntry
from actionplans.models import Measure, MeasureCommentary, QuarterlyReturn, Reading
from priorities.periods import FinancialQuarter
from tests.actionplans.conftest import Round
from tests.actionplans.factories import (
    MeasureFactory,
    ReadingFactory,
    SeriesVersionFactory,
    period_of,
)
from tests.actionplans.kinds_cast import Kinds, a_measure_of_each_kind
from tests.actionplans.test_return_pages import text_of
from tests.factories import NOW, ComparatorFactory

LATER = NOW + dt.timedelta(minutes=5)
Q3 = period_of(FinancialQuarter.parse("Q3 2021/22"))


@pytest.fixture
def kinds(poverty_round: Round) -> Kinds:
    return a_measure_of_each_kind(poverty_round)


@pytest.fixture
def lead(client: Client, poverty_round: Round) -> Client:
    client.force_login(poverty_round.cast.lead, backend="django.contrib.auth.backends.ModelBackend")
    return client


def draft(measure: Measure) -> Reading:
    return Reading.objects.get(measure=measure, state="draft")


def page(client: Client, kinds: Kinds, part: str = "figures/") -> str:
    return text_of(client.get(kinds.round.url(part)))


def save(kinds: Kinds, *entries: FigureEntry, at: dt.datetime = NOW) -> QuarterlyReturn:
    return operations.save_figures(
        kinds.round.quarterly_return, entries, seen=None, by=kinds.round.cast.lead, at=at
    )


# How each is asked


def test_each_kind_is_asked_in_its_own_way(lead: Client, kinds: Kinds) -> None:
    response = lead.get(kinds.round.url("figures/"))
    shown, markup = text_of(response), response.content.decode()

    names = re.findall(r'<(?:input|textarea) [^>]*?name="measure-(\d+)-(\w+)"', markup)
    figure_fields = {"value", "numerator", "denominator", "note"}
    asked = {(int(pk), name) for pk, name in names if name in figure_fields}
    assert asked == {
        (kinds.round.measure.pk, "value"),
        (kinds.share.pk, "numerator"),
        (kinds.share.pk, "denominator"),
        (kinds.rate.pk, "numerator"),
        (kinds.rate.pk, "denominator"),
        (kinds.total.pk, "value"),
        (kinds.total.pk, "note"),
        (kinds.answer.pk, "value"),
    }
    assert (
        "Last: 20.6% in Q2 2021/22, published October 2021 Target: 20.0% for Q3 2021/22 "
        "Direction: Lower is better Unit: % of children"
    ) in shown
    assert "Give the two numbers. The percentage is worked out from them." in shown
    assert "Give the two numbers. The rate per 10,000 is worked out from them." in shown
    assert "Unit: rate per 10,000 homes" in shown


def test_a_total_since_april_is_asked_for_by_that_name(lead: Client, kinds: Kinds) -> None:
    shown = page(lead, kinds)

    assert "Total from 1 April to 31 December 2021 (Grants paid)" in shown
    assert "Everything since 1 April, not Q3 alone. It was 27 to Q2." in shown
    assert "Last: 27 since 1 April, to the end of Q2 2021/22" in shown
    assert "Target: 36 since 1 April, by the end of Q3 2021/22" in shown


def test_a_yes_or_no_is_answered_and_not_typed(lead: Client, kinds: Kinds) -> None:
    markup = lead.get(kinds.round.url("figures/")).content.decode()

    prefix = f"measure-{kinds.answer.pk}"
    values = re.findall(rf'<input type="radio" name="{prefix}-value" value="(\w*)"', markup)
    assert values == ["1", "0", ""]
    assert f'id="{prefix}-value"' in markup
    assert "Answer for Q3 2021/22 (Plan agreed) Yes No Not known yet" in page(lead, kinds)
    assert "Last: No in Q2 2021/22" in page(lead, kinds)


def test_a_gap_asks_nothing_and_says_what_it_is_worked_out_from(lead: Client, kinds: Kinds) -> None:
    shown = page(lead, kinds)

    words = "Worked out from Attainment: least deprived fifth less most deprived fifth."
    assert f"Nothing to give here. {words}" in shown
    assert "Last: 5.5 percentage points in Q2 2021/22" in shown
    assert words in page(lead, kinds, "check/")
    line = kinds.line(kinds.gap)
    assert (line.is_asked, line.period) == (False, None)


def test_management_information_says_so_and_stays_so(lead: Client, kinds: Kinds) -> None:
    assert page(lead, kinds).count("Management information: for the partnership only, not published") == 1

    save(kinds, FigureEntry(kinds.rate.pk, numerator=Decimal(7), denominator=Decimal(4000)))

    assert draft(kinds.rate).release_class == "management"


def test_a_measure_shared_with_a_priority_is_asked_only_in_its_own(lead: Client, kinds: Kinds) -> None:
    shared = MeasureFactory(priority=kinds.round.cast.skills, name="Positive destinations")
    shared.shared_with.add(kinds.round.cast.poverty)

    assert "Positive destinations" not in page(lead, kinds)
    assert shared.pk not in {line.measure_id for line in kinds.round.sheet.figures}


def test_a_figure_under_disclosure_control_is_before_those_who_enter_it(lead: Client, kinds: Kinds) -> None:
    Measure.objects.filter(pk=kinds.share.pk).update(is_disclosure_controlled=True)

    assert "Last: 20.6% in Q2 2021/22" in page(lead, kinds)
    kinds.post(lead, share_numerator="3", share_denominator="1800")
    assert "This makes 0.2%: 3 out of 1,800." in page(lead, kinds)


def test_a_figure_that_its_publisher_says_there_is_none_of_is_not_asked_for(
    lead: Client, kinds: Kinds
) -> None:
    ReadingFactory(measure=kinds.share, value=None, symbol="x", released_at=NOW, **Q3)

    assert "Newest: Not available [x] for Q3 2021/22" in page(lead, kinds)
    assert not kinds.line(kinds.share).is_asked


# What is kept, and what it comes to


def test_the_two_numbers_are_kept_and_the_percentage_is_worked_out(lead: Client, kinds: Kinds) -> None:
    response = kinds.post(lead, share_numerator=" 412 ", share_denominator="2,031", share_value="99")

    assert response["Location"].endswith(f"#{kinds.prefix('share')}-cause") is False
    row = draft(kinds.share)
    assert (row.numerator, row.denominator, row.value) == (412, 2031, Decimal("20.285574"))
    assert (row.flag, row.symbol, row.starts_on) == ("final", "", dt.date(2021, 10, 1))
    line = kinds.line(kinds.share)
    assert (line.value, line.saved_shown) == (Decimal(41200) / 2031, "20.3%")
    assert "This makes 20.3%: 412 out of 2,031." in page(lead, kinds)
    markup = lead.get(kinds.round.url("figures/")).content.decode()
    assert re.search(rf'name="{kinds.prefix("share")}-numerator" value="412"', markup)
    assert re.search(rf'name="{kinds.prefix("share")}-denominator" value="2,031"', markup)


def test_a_rate_is_worked_out_per_so_many(lead: Client, kinds: Kinds) -> None:
    kinds.post(lead, rate_numerator="7", rate_denominator="4,000")

    assert draft(kinds.rate).value == Decimal("17.5")
    assert "This makes 17.5 per 10,000: 7 over 4,000." in page(lead, kinds)


def test_a_ratio_is_judged_before_it_is_rounded(lead: Client, kinds: Kinds) -> None:
    kinds.post(lead, share_numerator="40001", share_denominator="200000")

    line = kinds.line(kinds.share)
    assert (line.saved_shown, line.status.label) == ("20.001%", "Slightly off target")


def test_a_save_as_one_types_says_what_the_numbers_make(lead: Client, kinds: Kinds) -> None:
    response = kinds.post(lead, share_numerator="412", share_denominator="2031", htmx=True)

    assert response.status_code == 200
    shown = text_of(response)
    assert "Saved at 10:00" in shown
    assert "This makes 20.3%: 412 out of 2,031." in shown
    assert f'<div id="{kinds.prefix("share")}-asks" hx-swap-oob="true"' in response.content.decode()


@pytest.mark.parametrize("htmx", [True, False])
def test_half_a_ratio_is_kept_and_the_other_half_asked_for(lead: Client, kinds: Kinds, htmx: bool) -> None:
    response = kinds.post(lead, share_numerator="412", htmx=htmx)

    assert response.status_code == (200 if htmx else 302)
    row = draft(kinds.share)
    assert (row.numerator, row.denominator, row.value, row.symbol) == (412, None, None, "")
    gaps = {gap.field: gap.message for gap in kinds.round.sheet.gaps_in("figures")}
    assert gaps[f"{kinds.prefix('share')}-denominator"] == (
        "Children in low income families: enter the denominator as well (All children under 16)."
    )
    assert "Still to give: All children under 16." in page(lead, kinds)
    assert "All children under 16 Not given yet" in page(lead, kinds, "check/")

    kinds.post(lead, share_denominator="2031")
    gaps = {gap.field: gap.message for gap in kinds.round.sheet.gaps_in("figures")}
    assert gaps[f"{kinds.prefix('share')}-numerator"] == (
        "Children in low income families: enter the numerator as well (Children in low income families)."
    )


def test_half_a_ratio_is_never_submitted_even_with_a_reason(kinds: Kinds) -> None:
    filled = kinds.round.fill()
    rest = [
        FigureEntry(measure.pk, no_figure_reason="Not counted.")
        for measure in (kinds.rate, kinds.total, kinds.answer)
    ]
    half = FigureEntry(kinds.share.pk, numerator=Decimal(412), no_figure_reason="Not counted.")
    save(kinds, half, *rest)

    with pytest.raises(operations.ReturnHasGaps) as found:
        operations.submit_return(filled, by=kinds.round.cast.lead, at=LATER)

    assert [gap.field for gap in found.value.gaps] == [f"{kinds.prefix('share')}-denominator"]


def test_nothing_out_of_nothing_is_kept_as_not_applicable(lead: Client, kinds: Kinds) -> None:
    kinds.post(lead, share_numerator="0", share_denominator="0")

    row = draft(kinds.share)
    assert (row.value, row.symbol, row.numerator, row.denominator) == (None, "z", 0, 0)
    assert "Not applicable [z]: there is nothing to divide by." in page(lead, kinds)
    read = page(lead, kinds, "check/")
    assert "Q3 2021/22 Not applicable [z]: there is nothing to divide by Children in low income" in read
    fields = {gap.field for gap in kinds.round.sheet.gaps_in("figures")}
    assert not any(field.startswith(kinds.prefix("share")) for field in fields)


def test_a_total_says_what_the_quarter_adds(lead: Client, kinds: Kinds) -> None:
    kinds.post(lead, total_value="36")

    assert draft(kinds.total).value == 36
    assert "36 since 1 April; 9 in Q3." in page(lead, kinds)
    assert "Q3 2021/22 36 since 1 April; 9 in Q3 On target" in page(lead, kinds, "check/")


def test_without_the_total_before_it_says_that_the_quarter_is_not_known(lead: Client, kinds: Kinds) -> None:
    kinds.total.readings.filter(ends_on=dt.date(2021, 9, 30)).delete()

    kinds.post(lead, total_value="36")

    assert "36 since 1 April; without the total to Q2, Q3 alone is not known." in page(lead, kinds)


def test_a_total_that_falls_is_asked_about_until_someone_says_why(lead: Client, kinds: Kinds) -> None:
    prefix = kinds.prefix("total")
    response = kinds.post(lead, total_value="26")

    question = (
        "The total to Q3 2021/22, 26, is lower than the total to Q2, 27. "
        "Correct it, or add a note that says why."
    )
    assert f"#{prefix}-" in response["Location"]
    markup = lead.get(kinds.round.url("figures/")).content.decode()
    assert question in page(lead, kinds)
    assert "26 since 1 April; −1 in Q3." in page(lead, kinds)
    assert "data-note open" in markup
    assert "data-needs-note" in markup
    gaps = {gap.field: gap.message for gap in kinds.round.sheet.gaps_in("figures")}
    assert gaps[f"{prefix}-note"] == f"Grants paid: {question}"

    kinds.post(lead, total_value="26", total_note="One grant was counted twice.")

    assert question not in page(lead, kinds)
    assert draft(kinds.total).note == "One grant was counted twice."
    assert "About the total One grant was counted twice." in page(lead, kinds, "check/")
    assert f"{prefix}-note" not in {gap.field for gap in kinds.round.sheet.gaps_in("figures")}


def test_a_note_typed_before_the_total_is_not_lost(lead: Client, kinds: Kinds) -> None:
    kinds.post(lead, total_note="One grant was counted twice.", htmx=True)

    assert "One grant was counted twice.</textarea>" in lead.get(
        kinds.round.url("figures/")
    ).content.decode().replace(">\n", ">")
    gaps = [gap.message for gap in kinds.round.sheet.gaps_in("figures")]
    assert "Give the figure for Grants paid, or say why there is none." in gaps


def test_a_total_of_a_new_year_is_not_held_against_the_old_one(kinds: Kinds) -> None:
    kinds.total.readings.all().delete()
    ReadingFactory(measure=kinds.total, value=900, **period_of(FinancialQuarter.parse("Q4 2020/21")))

    save(kinds, FigureEntry(kinds.total.pk, Decimal(3)))

    assert kinds.line(kinds.total).doubts == ()


@pytest.mark.parametrize(("typed", "value", "status"), [("1", 1, "On target"), ("0", 0, "Off target")])
def test_yes_and_no_are_kept_and_judged(
    lead: Client, kinds: Kinds, typed: str, value: int, status: str
) -> None:
    kinds.post(lead, answer_value=typed)

    line = kinds.line(kinds.answer)
    assert (draft(kinds.answer).value, line.status.label) == (value, status)
    markup = lead.get(kinds.round.url("figures/")).content.decode()
    name = f'name="{kinds.prefix("answer")}-value"'
    assert re.findall(rf'<input type="radio" {name} value="(\w*)"[^>]* checked', markup) == [typed]
    assert f"Q3 2021/22 {'Yes' if value else 'No'} {status}" in page(lead, kinds, "check/")


def test_an_answer_can_be_taken_back(lead: Client, kinds: Kinds) -> None:
    kinds.post(lead, answer_value="1")
    kinds.post(lead, answer_value="")

    assert not Reading.objects.filter(measure=kinds.answer, state="draft").exists()


# How firm it is


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ({"share_numerator": "412 (p)", "share_denominator": "2031"}, "share"),
        ({"share_numerator": "412", "share_denominator": "2031 [p]"}, "share"),
        ({"share_numerator": "412", "share_denominator": "2031", "share_is_provisional": "on"}, "share"),
        ({"total_value": "36(P)"}, "total"),
        ({"total_value": "36", "total_is_provisional": "on"}, "total"),
        ({"answer_value": "1", "answer_is_provisional": "on"}, "answer"),
    ],
)
def test_a_figure_is_marked_provisional_by_a_tick_or_as_it_is_typed(
    lead: Client, kinds: Kinds, typed: dict[str, str], kind: str
) -> None:
    kinds.post(lead, **typed)

    assert draft(getattr(kinds, kind)).flag == "provisional"
    markup = lead.get(kinds.round.url("figures/")).content.decode()
    assert re.search(rf'name="{kinds.prefix(kind)}-is_provisional"[^>]* checked', markup)
    assert "(provisional)" in page(lead, kinds, "check/")

    kinds.post(lead, **{name: text.strip("(pP)[] ") for name, text in typed.items() if "is_" not in name})
    assert draft(getattr(kinds, kind)).flag == "final"


def test_a_mark_that_a_first_figure_cannot_have_is_refused(lead: Client, kinds: Kinds) -> None:
    response = kinds.post(lead, share_numerator="412 (r)", share_denominator="2031")

    said = "Leave out the mark after the figure. If it may still change, tick that it is provisional."
    assert text_of(response).count(said) == 2
    assert not Reading.objects.filter(state="draft").exists()


# What it may not be (domain rules, part 7, "Numbers")


@pytest.mark.parametrize(
    ("numerator", "denominator", "field", "says"),
    [
        ("13", "12", "numerator", "13 is more than 12, the number it is part of. Check both."),
        ("-3", "12", "numerator", "−3 is below zero. A part of something cannot be."),
        ("3", "-12", "denominator", "−12 is below zero. What a figure is worked out over cannot be."),
        ("3", "0", "denominator", "Nothing can be divided by zero."),
        ("20.3%", "2031", "numerator", "“20.3%” is a result. Enter the number it is worked out from."),
        ("412", "1.234,5", "denominator", "“1.234,5” has a comma in an odd place."),
        (
            "<5",
            "2031",
            "numerator",
            "“<5” is not one number. If the figure may not be shown, leave this empty",
        ),
        (
            "*",
            "2031",
            "numerator",
            "“*” is not a number. If there is no figure, leave this empty and say why.",
        ),
        ("c", "2031", "numerator", "“c” is not a number."),
        ("[x]", "2031", "numerator", "“[x]” is not a number."),
        ("412", "..", "denominator", "“..” is not a number."),
        ("412", "-", "denominator", "“-” is not a number."),
        ("412", ":", "denominator", "“:” is not a number."),
        ("412", "n/a", "denominator", "“n/a” is not a number."),
        ("4O2", "2031", "numerator", "“4O2” has the letter O in it. Use the figure 0."),
        ("NaN", "2031", "numerator", "“NaN” is not a number."),
        ("412", "Infinity", "denominator", "“Infinity” is not a number."),
        ("=1+1", "2031", "numerator", "“=1+1” is not a number."),
        ("412", "9" * 40, "denominator", "is too long. Enter a number of at most 15 digits."),
        ("412", "999999999999999", "denominator", "This figure is too large."),
        ("0.1234567", "2", "numerator", "Use at most 6 decimals."),
        ("<script>alert(1)</script>", "2", "numerator", "“<script>alert(1)</script>” is not one number."),
        ("\x00", "2", "numerator", "is not a number."),
    ],
)
@pytest.mark.parametrize("htmx", [True, False])
def test_what_no_ratio_can_be_is_refused_beside_its_number_and_kept_as_typed(
    lead: Client, kinds: Kinds, numerator: str, denominator: str, field: str, says: str, htmx: bool
) -> None:
    typed = {"share_numerator": numerator, "share_denominator": denominator}

    response = kinds.post(lead, htmx=htmx, **typed)

    assert not Reading.objects.filter(state="draft").exists()
    if htmx:
        assert response.status_code == 422
        assert text_of(response).strip() == (
            "Not saved: check the figure for Children in low income families."
        )
        return
    assert response.status_code == 200
    markup = response.content.decode()
    assert f'<a href="#{kinds.prefix("share")}-{field}">' in markup
    assert says in text_of(response)
    for text in (numerator, denominator):
        assert f'value="{html.escape(text)}"' in markup
    assert "<script>alert" not in markup


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1,234", 1234),
        ("£1.2m", 1_200_000),
        ("'36", 36),
        ("\u00a036\u00a0", 36),
        ("+36", 36),
        ("36.0", 36),
    ],
)
def test_a_number_is_read_as_people_type_it(lead: Client, kinds: Kinds, typed: str, value: int) -> None:
    kinds.post(lead, share_numerator="1", share_denominator=typed)

    assert draft(kinds.share).denominator == value


@pytest.mark.parametrize("typed", ["2", "yes please", "<script>", "1.0", "-1"])
def test_an_answer_that_is_neither_yes_nor_no_is_refused(lead: Client, kinds: Kinds, typed: str) -> None:
    response = kinds.post(lead, answer_value=typed)

    assert "Choose one of the answers on the page." in text_of(response)
    assert not Reading.objects.filter(state="draft").exists()


def test_a_share_that_makes_too_large_a_figure_is_refused(lead: Client, kinds: Kinds) -> None:
    response = kinds.post(lead, rate_numerator="99999999999999", rate_denominator="1")

    assert "This makes too large a figure. Check both numbers." in text_of(response)


@pytest.mark.parametrize(
    ("typed", "question"),
    [
        (
            {"share_numerator": "412.5", "share_denominator": "2031"},
            "Children in low income families: 412.5 is not a whole number. Is this right?",
        ),
        (
            {"share_numerator": "2", "share_denominator": "2031"},
            "Is this really 0.1%, or did you mean 10%?",
        ),
        (
            {"share_numerator": "0", "share_denominator": "2031"},
            "The last figure was 20.6%. Is this one really zero?",
        ),
        ({"rate_numerator": "-1", "rate_denominator": "4000"}, "−1 is below zero. Is this right?"),
        (
            {"rate_numerator": "90", "rate_denominator": "4000"},
            "225 is ten times the last figure, 20, or more. Is this right?",
        ),
        (
            {"total_value": "36.5"},
            "36.5 is not a whole number, and this measure is a count. Is this right?",
        ),
        ({"total_value": "360"}, "360 is ten times the last figure, 27, or more. Is this right?"),
    ],
)
def test_what_is_strange_is_kept_and_asked_about(
    lead: Client, kinds: Kinds, typed: dict[str, str], question: str
) -> None:
    kind = next(iter(typed)).split("_")[0]
    measure = getattr(kinds, kind)
    kinds.post(lead, **typed)

    asked = " ".join(kinds.line(measure).open_doubts)
    assert question in asked
    assert question in page(lead, kinds)
    gaps = {gap.field: gap.message for gap in kinds.round.sheet.gaps_in("figures")}
    assert gaps[f"{kinds.prefix(kind)}-is_sure"] == f"{measure.name}: {asked}"

    kinds.post(lead, **typed, **{f"{kind}_is_sure": asked})

    assert kinds.line(measure).open_doubts == ()
    assert draft(measure).answered_doubt == asked


def test_a_figure_that_has_not_moved_for_four_periods_is_asked_about(kinds: Kinds) -> None:
    Measure.objects.filter(pk=kinds.answer.pk).update(unit="number", unit_name="hubs")
    kinds.answer.readings.all().delete()
    for label in ("Q4 2020/21", "Q1 2021/22", "Q2 2021/22"):
        ReadingFactory(measure=kinds.answer, value=7, **period_of(FinancialQuarter.parse(label)))

    save(kinds, FigureEntry(kinds.answer.pk, Decimal(7)))

    assert kinds.line(kinds.answer).doubts == (
        "7 is the same as the three figures before it. Is this a new figure, and not a copy?",
    )


# Two people


def test_both_versions_of_two_numbers_are_shown(lead: Client, kinds: Kinds) -> None:
    typed = kinds.typed(share_numerator="410", share_denominator="2031")
    save(
        kinds,
        FigureEntry(kinds.share.pk, numerator=Decimal(412), denominator=Decimal(2031), flag="provisional"),
    )

    response = lead.post(kinds.round.url("figures/"), typed)

    shown, markup = text_of(response), response.content.decode()
    label = "Children in low income families: Children in low income families"
    assert response.status_code == 409
    assert f"{label} Saved by you in another tab at 10:00 412 {label} What you typed 410" in shown
    assert "All children under 16 What you typed" not in shown
    assert draft(kinds.share).numerator == 412
    # What was not typed here is taken over, the tick too.
    assert re.search(rf'name="{kinds.prefix("share")}-is_provisional"[^>]* checked', markup)


def test_two_numbers_published_while_they_were_typed_are_not_swallowed(lead: Client, kinds: Kinds) -> None:
    typed = kinds.typed(share_numerator="410", share_denominator="2031")
    ReadingFactory(
        measure=kinds.share, numerator=412, denominator=2031, value="20.285574",
        released_at=NOW - dt.timedelta(hours=1), **Q3,
    )  # fmt: skip

    response = lead.post(kinds.round.url("figures/"), typed)

    assert response.status_code == 409
    assert "What you typed 410 over 2031" in text_of(response)
    assert "20.3% in Q3 2021/22, published 10 January 2022" in text_of(response)


@pytest.mark.parametrize(
    "entry",
    [
        {"numerator": Decimal(411), "denominator": Decimal(2031)},
        {"numerator": Decimal(412), "denominator": Decimal(2030)},
        {"numerator": Decimal(412), "denominator": Decimal(2031), "flag": "provisional"},
        {"numerator": Decimal(412)},
    ],
)
def test_every_part_of_a_figure_makes_a_page_out_of_date(kinds: Kinds, entry: dict) -> None:
    save(kinds, FigureEntry(kinds.share.pk, numerator=Decimal(412), denominator=Decimal("2031.00")))
    seen = kinds.round.seen("figures")
    save(kinds, FigureEntry(kinds.share.pk, numerator=Decimal("412.0"), denominator=Decimal(2031)))
    assert kinds.round.seen("figures") == seen

    save(kinds, FigureEntry(kinds.share.pk, **entry))

    assert kinds.round.seen("figures") != seen


def test_a_note_makes_a_page_out_of_date(kinds: Kinds) -> None:
    save(kinds, FigureEntry(kinds.total.pk, Decimal(26)))
    seen = kinds.round.seen("figures")

    save(kinds, FigureEntry(kinds.total.pk, Decimal(26), note="Counted twice."))

    assert kinds.round.seen("figures") != seen


# The record


def complete(kinds: Kinds, **share: object) -> QuarterlyReturn:
    filled = kinds.round.fill()
    numbers = {"numerator": Decimal(380), "denominator": Decimal(2000)} | share
    save(
        kinds,
        FigureEntry(kinds.share.pk, **numbers),
        FigureEntry(kinds.rate.pk, numerator=Decimal(7), denominator=Decimal(4000), flag="provisional"),
        FigureEntry(kinds.total.pk, Decimal(36)),
        FigureEntry(kinds.answer.pk, Decimal(1)),
    )
    return operations.submit_return(filled, by=kinds.round.cast.lead, at=NOW)


def test_an_accepted_return_gives_readings_with_what_they_are_made_of(kinds: Kinds) -> None:
    sent = complete(kinds)

    operations.accept_return(sent, by=kinds.round.cast.manager, at=LATER)

    rows = Reading.objects.filter(quarterly_return=sent).order_by("measure__position")
    figures = [
        (r.measure.name, r.state, r.released_at, r.numerator, r.denominator, r.value, r.flag, r.release_class)
        for r in rows
    ]
    known = ("confirmed", LATER)
    assert figures == [
        ("Grants decided in a day", *known, None, None, 51, "final", "published"),
        ("Children in low income families", *known, 380, 2000, 19, "final", "published"),
        ("Fires in homes", *known, 7, 4000, Decimal("17.5"), "provisional", "management"),
        ("Grants paid", *known, None, None, 36, "final", "published"),
        ("Plan agreed", *known, None, None, 1, "final", "published"),
    ]


def test_an_accepted_return_reads_as_it_was_sent(lead: Client, kinds: Kinds) -> None:
    operations.accept_return(complete(kinds), by=kinds.round.cast.manager, at=LATER)

    shown = page(lead, kinds, "check/")

    assert (
        "Q3 2021/22 19.0% On target Children in low income families 380 All children under 16 2,000" in shown
    )
    assert "Q3 2021/22 17.5 (provisional)" in shown
    assert "36 since 1 April; 9 in Q3 On target" in shown
    assert "Q3 2021/22 Yes On target" in shown


def test_what_the_manager_checks_is_what_was_entered(client: Client, kinds: Kinds) -> None:
    complete(kinds)
    client.force_login(kinds.round.cast.manager, backend="django.contrib.auth.backends.ModelBackend")

    shown = page(client, kinds, "review/")

    for words in (
        "Q3 2021/22 19.0% On target Children in low income families 380 All children under 16 2,000",
        "Q3 2021/22 17.5 (provisional)",
        "Q3 2021/22 36 since 1 April; 9 in Q3 On target",
        "Q3 2021/22 Yes On target",
        "Worked out from Attainment: least deprived fifth less most deprived fifth.",
        "Management information: for the partnership only, not published",
    ):
        assert words in shown


def test_nothing_to_divide_by_becomes_a_reading_without_a_value(kinds: Kinds) -> None:
    sent = complete(kinds, numerator=Decimal(0), denominator=Decimal(0))

    operations.accept_return(sent, by=kinds.round.cast.manager, at=LATER)

    row = Reading.objects.get(quarterly_return=sent, measure=kinds.share)
    assert (row.state, row.value, row.symbol) == ("confirmed", None, "z")


def test_a_figure_joins_the_series_that_replaced_the_old_one_meanwhile(kinds: Kinds) -> None:
    sent = complete(kinds)
    SeriesVersionFactory(measure=kinds.share, number=2, released_at=NOW)
    SeriesVersionFactory(measure=kinds.total, number=2, released_at=LATER + dt.timedelta(days=1))

    operations.accept_return(sent, by=kinds.round.cast.manager, at=LATER)

    series = dict(Reading.objects.filter(quarterly_return=sent).values_list("measure", "series"))
    assert (series[kinds.share.pk], series[kinds.total.pk]) == (2, 1)


@pytest.mark.parametrize(
    ("other", "becomes"),
    [
        ({"released_at": LATER}, "draft"),
        ({"released_at": LATER, "comparator": True}, "confirmed"),
        ({"released_at": LATER + dt.timedelta(days=30), "entered_at": LATER}, "confirmed"),
    ],
)
def test_only_a_figure_of_the_area_that_is_out_overtakes_a_draft(
    kinds: Kinds, other: dict, becomes: str
) -> None:
    sent = complete(kinds)
    if other.pop("comparator", False):
        other["comparator"] = ComparatorFactory(partnership=kinds.round.cast.partnership)
    ReadingFactory(measure=kinds.share, numerator=1, denominator=4, value=25, **Q3, **other)

    operations.accept_return(sent, by=kinds.round.cast.manager, at=LATER)

    assert Reading.objects.get(quarterly_return=sent, measure=kinds.share).state == becomes


# Saved as one types


def test_the_same_again_is_no_event(kinds: Kinds) -> None:
    entries = (
        FigureEntry(kinds.share.pk, numerator=Decimal(412), flag="provisional", cause="Prices."),
        FigureEntry(kinds.total.pk, Decimal(26), note="Counted twice."),
        FigureEntry(kinds.answer.pk, Decimal(1)),
        FigureEntry(kinds.rate.pk),
    )
    save(kinds, *entries)
    count = LogEntry.objects.count()

    save(kinds, *entries, at=LATER)

    assert LogEntry.objects.count() == count
    assert set(Reading.objects.filter(state="draft").values_list("entered_at", flat=True)) == {NOW}


def test_each_change_of_a_figure_is_on_record(kinds: Kinds) -> None:
    save(kinds, FigureEntry(kinds.share.pk, numerator=Decimal(412)))
    save(
        kinds,
        FigureEntry(kinds.share.pk, numerator=Decimal(412), denominator=Decimal(2000)),
        at=LATER,
    )

    entry = LogEntry.objects.get_for_object(draft(kinds.share)).first()
    assert entry.changes["denominator"] == ["None", "2000"]
    assert entry.changes["value"] == ["None", "20.600000"]
    assert draft(kinds.share).entered_at == LATER


def test_a_line_about_which_nothing_is_said_leaves_no_row(kinds: Kinds) -> None:
    save(kinds, FigureEntry(kinds.share.pk), FigureEntry(kinds.gap.pk))

    assert (Reading.objects.filter(state="draft").count(), MeasureCommentary.objects.count()) == (0, 0)


# A save reads the return and its sheet, whatever it changes.
READS = 23
# A new row, and what the audit record says of it.
CREATION = 2
# The row as it was, the row as it is, and what the audit record says of it.
CHANGE = 3


@pytest.fixture
def entries(kinds: Kinds, lines: int) -> list[FigureEntry]:
    """A figure and a word about each of some lines."""
    ContentType.objects.get_for_models(Reading, MeasureCommentary)
    return [
        FigureEntry(kinds.share.pk, numerator=Decimal(412), denominator=Decimal(2031), cause="Prices."),
        FigureEntry(kinds.total.pk, Decimal(36), cause="Prices."),
        FigureEntry(kinds.answer.pk, Decimal(1), cause="Prices."),
    ][:lines]


@pytest.mark.parametrize("lines", [1, 3])
def test_a_save_that_changes_nothing_asks_as_much_for_one_line_as_for_three(
    kinds: Kinds, entries: list[FigureEntry], django_assert_num_queries
) -> None:
    save(kinds, *entries)
    held = kinds.round.quarterly_return

    with django_assert_num_queries(READS):
        operations.save_figures(held, entries, seen=None, by=kinds.round.cast.lead, at=LATER)


@pytest.mark.parametrize("lines", [1, 3])
def test_a_save_that_changes_one_line_asks_as_much_whatever_else_is_there(
    kinds: Kinds, entries: list[FigureEntry], django_assert_num_queries
) -> None:
    save(kinds, *entries)
    held = kinds.round.quarterly_return
    changed = replace(entries[0], numerator=Decimal(413), cause="Wages.")

    with django_assert_num_queries(READS + 2 * CHANGE):
        operations.save_figures(held, [changed, *entries[1:]], seen=None, by=kinds.round.cast.lead, at=LATER)


@pytest.mark.parametrize("lines", [1, 3])
def test_a_first_save_writes_each_row_and_its_record_and_asks_no_more(
    kinds: Kinds, entries: list[FigureEntry], lines: int, django_assert_num_queries
) -> None:
    save(kinds)
    held = kinds.round.quarterly_return

    with django_assert_num_queries(READS + 2 * lines * CREATION):
        operations.save_figures(held, entries, seen=None, by=kinds.round.cast.lead, at=LATER)
