"""What figures that somebody sent become in a return."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from auditlog.models import LogEntry
from django.test import Client

from actionplans import operations
from actionplans.figure_drafts import FigureEntry, SentEntry
from actionplans.figure_kinds import Given
from actionplans.models import DataRequest, Delivery, Measure, MeasureCommentary, QuarterlyReturn, Reading
from actionplans.places import AREA, Place, place_of_comparator, place_of_locality
from actionplans.return_sheet import return_sheet
from actionplans.sent import take_in_sent
from actionplans.sent_lines import SentLine
from actionplans.sheets.preview import SentFigure
from priorities.models import User
from priorities.periods import FinancialQuarter, Period
from tests.actionplans.conftest import Round
from tests.actionplans.factories import (
    ClearanceFactory,
    DataContactFactory,
    DataRequestFactory,
    DeliveryFactory,
    MeasureFactory,
    QuarterlyReturnFactory,
    ReadingFactory,
    SupplyLinkFactory,
)
from tests.actionplans.test_return_pages import text_of
from tests.factories import NOW, ComparatorFactory, LocalityFactory, OrganisationFactory

SENT = NOW + dt.timedelta(minutes=5)
LATER = NOW + dt.timedelta(hours=1)

Q3 = Period.for_quarter(FinancialQuarter.containing(dt.date(2021, 12, 31)))
Q2 = Q3.previous()


def by_link(sent_round: Round, **sent: object) -> Delivery:
    """What Ann Bell of NHS Tayside sent by link on 5 January 2022."""
    people = sent_round.cast
    body = OrganisationFactory(partnership=people.partnership, name="NHS Tayside")
    contact = DataContactFactory(
        partnership=people.partnership, organisation=body, name="Ann Bell", email=f"ann{body.pk}@example.org"
    )
    link = SupplyLinkFactory(quarter=people.quarter, contact=contact, sent_by=people.manager)
    said = {"sent_at": dt.datetime(2022, 1, 5, 14, 0, tzinfo=dt.UTC), "name": "By link"} | sent
    return DeliveryFactory(
        quarter=people.quarter, way="link", link=link, contact=contact, sent_by=None, **said
    )


def figure(
    measure: Measure, value: str | None = "51", place: Place = AREA, period: Period = Q3, **more: str
) -> SentFigure:
    given = Given() if value is None else Given(Decimal(value))
    return SentFigure(measure=measure, place=place, period=period, given=given, **more)


def take_in(
    sent_round: Round,
    *figures: SentFigure,
    delivery: Delivery | None = None,
    by: User | None = None,
    at: dt.datetime = SENT,
) -> Delivery:
    delivery = delivery or by_link(sent_round)
    take_in_sent(sent_round.cast.poverty, sent_round.cast.quarter, figures, delivery=delivery, by=by, at=at)
    return delivery


# Kept as drafts


def test_a_figure_by_link_begins_the_return_and_nobody_is_said_to_have_saved_it(poverty_round: Round) -> None:
    delivery = take_in(poverty_round, figure(poverty_round.measure, note="From the case system"))

    held = QuarterlyReturn.objects.get()
    draft = held.readings.get()
    assert (held.state, held.saved_at, held.saved_by) == ("in_progress", None, None)
    assert (draft.measure, draft.value, draft.flag, draft.note) == (
        poverty_round.measure,
        51,
        "final",
        "From the case system",
    )
    assert (draft.state, draft.starts_on, draft.ends_on) == ("draft", Q3.starts_on, Q3.ends_on)
    assert (draft.delivery, draft.entered_by, draft.entered_at, draft.released_at) == (
        delivery,
        None,
        SENT,
        SENT,
    )
    assert draft.release_class == "published"


def test_whoever_is_signed_in_is_said_to_have_saved_it(poverty_round: Round) -> None:
    lead = poverty_round.cast.lead
    sheet = DeliveryFactory(quarter=poverty_round.cast.quarter, sent_by=lead)

    take_in(poverty_round, figure(poverty_round.measure), delivery=sheet, by=lead)

    held = QuarterlyReturn.objects.get()
    assert (held.saved_at, held.saved_by, held.readings.get().entered_by) == (SENT, lead, lead)


def test_by_link_whoever_saved_the_return_last_stays_so(poverty_round: Round) -> None:
    poverty_round.fill("50")

    take_in(poverty_round, figure(poverty_round.measure, "51"))

    held = QuarterlyReturn.objects.get()
    assert (held.saved_at, held.saved_by) == (NOW, poverty_round.cast.lead)
    assert [row.value for row in held.readings.all()] == [51]


def test_figures_of_places_other_periods_and_comparators_are_drafts_of_their_own(
    poverty_round: Round,
) -> None:
    people = poverty_round.cast
    ward = place_of_locality(LocalityFactory(partnership=people.partnership, name="Almond"))
    carers = place_of_comparator(
        ComparatorFactory(partnership=people.partnership, name="Carers", kind="population")
    )
    measure = poverty_round.measure

    take_in(
        poverty_round,
        figure(measure, "51"),
        figure(measure, "49", period=Q2.previous()),
        figure(measure, "44", place=ward),
        figure(measure, None, place=carers, symbol="c"),
    )

    drafts = Reading.objects.filter(state="draft").order_by("pk")
    assert [(row.place_id, row.comparator_id, row.ends_on, row.value, row.symbol) for row in drafts] == [
        (None, None, Q3.ends_on, 51, ""),
        (None, None, Q2.previous().ends_on, 49, ""),
        (ward.key, None, Q3.ends_on, 44, ""),
        (None, carers.key, Q3.ends_on, None, "c"),
    ]


def test_a_ratio_of_none_out_of_none_does_not_apply(poverty_round: Round) -> None:
    ratio = MeasureFactory(priority=poverty_round.cast.poverty, is_ratio=True, is_bounded=True)
    none = SentFigure(measure=ratio, place=AREA, period=Q3, given=Given(None, Decimal(0), Decimal(0)))

    take_in(poverty_round, none)

    draft = Reading.objects.get(measure=ratio)
    assert (draft.value, draft.numerator, draft.denominator, draft.symbol) == (None, 0, 0, "z")


def test_management_information_stays_so(poverty_round: Round) -> None:
    own = MeasureFactory(priority=poverty_round.cast.poverty, release_class="management")

    take_in(poverty_round, figure(own, "5"))

    assert Reading.objects.get(measure=own).release_class == "management"


# Sent again


def test_the_same_again_is_not_written(poverty_round: Round) -> None:
    first = take_in(poverty_round, figure(poverty_round.measure, "51.5"))
    LogEntry.objects.all().delete()

    take_in(poverty_round, figure(poverty_round.measure, "51.500"), at=LATER)

    draft = Reading.objects.get(state="draft")
    assert (draft.delivery, draft.entered_at) == (first, SENT)
    assert not LogEntry.objects.get_for_model(Reading).exists()


def test_another_figure_takes_its_place_and_the_audit_record_has_both(poverty_round: Round) -> None:
    take_in(poverty_round, figure(poverty_round.measure, "51"))
    second = take_in(poverty_round, figure(poverty_round.measure, "52", flag="provisional"), at=LATER)

    draft = Reading.objects.get(state="draft")
    assert (draft.value, draft.flag, draft.delivery, draft.entered_at) == (52, "provisional", second, LATER)
    entry = LogEntry.objects.get_for_object(draft).first()
    assert entry is not None
    assert entry.changes["value"] == ["51.000000", "52.000000"]


def test_a_sent_figure_takes_the_place_of_one_that_was_typed(poverty_round: Round) -> None:
    poverty_round.fill("50")

    delivery = take_in(poverty_round, figure(poverty_round.measure, None, symbol="x"))

    draft = Reading.objects.get(state="draft")
    assert (draft.value, draft.symbol, draft.delivery, draft.entered_by) == (None, "x", delivery, None)


# Why there is none


def test_why_there_is_no_figure_yet_is_kept_where_the_return_asks_for_it(poverty_round: Round) -> None:
    why = "Published by NHS Scotland in March."

    take_in(poverty_round, figure(poverty_round.measure, None, no_figure_reason=why))

    said = MeasureCommentary.objects.get()
    assert (said.measure, said.no_figure_reason) == (poverty_round.measure, why)
    assert not Reading.objects.filter(state="draft").exists()


def test_why_there_is_none_takes_the_place_of_a_draft_and_a_figure_that_of_the_reason(
    poverty_round: Round,
) -> None:
    measure = poverty_round.measure
    take_in(poverty_round, figure(measure, "51"))

    take_in(poverty_round, figure(measure, None, no_figure_reason="It was counted wrongly."))
    assert not Reading.objects.filter(state="draft").exists()

    take_in(poverty_round, figure(measure, "52"))
    assert Reading.objects.get(state="draft").value == 52
    assert MeasureCommentary.objects.get().no_figure_reason == ""


def test_of_a_place_or_another_period_no_reason_is_kept(poverty_round: Round) -> None:
    ward = place_of_locality(LocalityFactory(partnership=poverty_round.cast.partnership))

    take_in(
        poverty_round,
        figure(poverty_round.measure, None, place=ward, no_figure_reason="Not counted."),
        figure(poverty_round.measure, None, period=Q2, no_figure_reason="Not counted."),
    )

    assert not MeasureCommentary.objects.exists()


# Refused


@pytest.mark.parametrize("state", ["submitted", "accepted"])
def test_a_return_that_was_sent_takes_nothing_in(poverty_round: Round, state: str) -> None:
    filled = operations.submit_return(poverty_round.fill("50"), by=poverty_round.cast.lead, at=NOW)
    if state == "accepted":
        operations.accept_return(filled, by=poverty_round.cast.manager, at=NOW)

    with pytest.raises(operations.ReturnClosed):
        take_in(poverty_round, figure(poverty_round.measure, "52"))

    assert list(filled.readings.values_list("value", flat=True)) == [50]


def test_a_locked_quarter_takes_nothing_in_and_no_return_begins(poverty_round: Round) -> None:
    quarter = poverty_round.cast.quarter
    quarter.locked_at, quarter.locked_by = NOW, poverty_round.cast.manager
    quarter.save()

    with pytest.raises(operations.ReturnClosed):
        take_in(poverty_round, figure(poverty_round.measure, "52"))

    assert not QuarterlyReturn.objects.exists()


def test_a_measure_of_another_priority_is_an_error_and_nothing_is_kept(poverty_round: Round) -> None:
    other = MeasureFactory(priority=poverty_round.cast.skills)

    with pytest.raises(ValueError, match="is not a measure of"):
        take_in(poverty_round, figure(poverty_round.measure), figure(other))

    assert not Reading.objects.filter(state="draft").exists()


# On the figures page


@pytest.fixture
def lead(client: Client, poverty_round: Round) -> Client:
    client.force_login(poverty_round.cast.lead, backend="django.contrib.auth.backends.ModelBackend")
    return client


def reader(client: Client, user: User) -> Client:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


ANN = "From Ann Bell, NHS Tayside, by link on 5 January 2022"


def ward_of(sent_round: Round, name: str = "Almond") -> Place:
    return place_of_locality(LocalityFactory(partnership=sent_round.cast.partnership, name=name))


def save(sent_round: Round, *entries: FigureEntry | SentEntry, seen: str | None = None) -> None:
    operations.save_figures(
        sent_round.quarterly_return, entries, seen=seen, by=sent_round.cast.lead, at=LATER
    )


def test_a_sent_figure_stands_in_its_field_and_says_from_whom_it_came(
    lead: Client, poverty_round: Round
) -> None:
    take_in(poverty_round, figure(poverty_round.measure, "51.5", flag="estimated", note="Two wards late"))

    page = lead.get(poverty_round.url("figures/"))

    assert 'value="51.5"' in page.content.decode()
    assert f"{ANN}. Estimated. “Two wards late”" in text_of(page)
    (line,) = poverty_round.sheet.figures
    assert (line.sent, line.saved_shown, line.is_given) == (ANN, "51.5%", True)
    for where in ("check/", "review/"):
        assert f"Q3 2021/22 51.5% (estimated) On target Where from {ANN} Note Two wards late" in text_of(
            lead.get(poverty_round.url(where))
        )


def test_a_figure_that_was_typed_says_nothing_of_the_kind(lead: Client, poverty_round: Round) -> None:
    poverty_round.fill("51")

    assert "Where from" not in text_of(lead.get(poverty_round.url("check/")))


def test_a_page_saved_untouched_leaves_a_sent_figure_as_it_came(poverty_round: Round) -> None:
    delivery = take_in(
        poverty_round,
        figure(
            poverty_round.measure,
            "480",
            flag="estimated",
            note="Two wards late",
            answered_doubt="480% is over 100%. Is this right? "
            "480% is ten times the last figure, 48%, or more. Is this right?",
        ),
    )
    (line,) = poverty_round.sheet.figures
    assert line.open_doubts == ()
    LogEntry.objects.all().delete()

    save(poverty_round, FigureEntry(poverty_round.measure.pk, Decimal(480), is_sure=True))

    draft = Reading.objects.get(state="draft")
    assert (draft.delivery, draft.flag, draft.note, draft.entered_by) == (
        delivery,
        "estimated",
        "Two wards late",
        None,
    )
    assert not LogEntry.objects.get_for_model(Reading).exists()


def test_a_doubt_that_was_answered_by_its_sender_can_be_raised_again(poverty_round: Round) -> None:
    asked = (
        "480% is over 100%. Is this right? 480% is ten times the last figure, 48%, or more. Is this right?"
    )
    take_in(poverty_round, figure(poverty_round.measure, "480", answered_doubt=asked))

    save(poverty_round, FigureEntry(poverty_round.measure.pk, Decimal(480)))

    (line,) = poverty_round.sheet.figures
    assert " ".join(line.open_doubts) == asked


def test_a_figure_typed_over_a_sent_one_is_theirs_who_typed_it(poverty_round: Round) -> None:
    take_in(poverty_round, figure(poverty_round.measure, "51", flag="estimated", note="Two wards late"))

    save(poverty_round, FigureEntry(poverty_round.measure.pk, Decimal(50)))

    draft = Reading.objects.get(state="draft")
    assert (draft.value, draft.delivery, draft.entered_by, draft.entered_at) == (
        50,
        None,
        poverty_round.cast.lead,
        LATER,
    )
    assert (draft.flag, draft.note) == ("final", "")
    (line,) = poverty_round.sheet.figures
    assert line.sent == ""


def test_a_page_opened_before_a_figure_was_sent_is_out_of_date(poverty_round: Round) -> None:
    poverty_round.fill("51")
    seen = poverty_round.seen("figures")
    take_in(poverty_round, figure(poverty_round.measure, None, symbol="c"))

    with pytest.raises(operations.PageOutOfDate):
        save(poverty_round, FigureEntry(poverty_round.measure.pk, Decimal(51)), seen=seen)


def test_both_versions_are_shown_with_who_sent_the_other(lead: Client, poverty_round: Round) -> None:
    seen = poverty_round.seen("figures")
    take_in(poverty_round, figure(poverty_round.measure, None, symbol="c"))
    typed = {"seen": seen, f"measure-{poverty_round.measure.pk}-value": "52", "continue": ""}

    page = lead.post(poverty_round.url("figures/"), typed)

    assert page.status_code == 409
    said = text_of(page)
    assert "This page was saved by Ann Bell, NHS Tayside, by link on 5 January 2022 while you" in said
    assert "by link on 5 January 2022 Confidential [c]" in said
    assert 'value="52"' in page.content.decode()


# Why there can be none


def test_a_sent_symbol_counts_as_given_and_is_shown_as_such(lead: Client, poverty_round: Round) -> None:
    take_in(poverty_round, figure(poverty_round.measure, None, symbol="c"))

    (line,) = poverty_round.sheet.figures
    assert (line.is_given, line.saved_shown, line.value) == (True, "Confidential [c]", None)
    assert poverty_round.sheet.gaps_in("figures") == ()
    assert poverty_round.sheet.has_begun("figures")
    assert f"Confidential [c]. {ANN}." in text_of(lead.get(poverty_round.url("figures/")))
    assert f"Q3 2021/22 Confidential [c] Where from {ANN}" in text_of(lead.get(poverty_round.url("check/")))


@pytest.mark.parametrize(
    ("symbol", "shown"), [("x", "Not available [x]"), ("z", "Not applicable [z]"), ("c", "Confidential [c]")]
)
def test_why_there_is_none_is_told_to_those_who_see_no_small_numbers(
    client: Client, poverty_round: Round, symbol: str, shown: str
) -> None:
    poverty_round.measure.is_disclosure_controlled = True
    poverty_round.measure.save()
    take_in(poverty_round, figure(poverty_round.measure, None, symbol=symbol))

    page = reader(client, poverty_round.cast.officer).get(poverty_round.url("figures/"))

    assert f"Q3 2021/22 {shown} Where from" in text_of(page)


def test_saving_the_page_untouched_keeps_a_sent_symbol(lead: Client, poverty_round: Round) -> None:
    delivery = take_in(poverty_round, figure(poverty_round.measure, None, symbol="x", note="Not counted"))
    typed = {
        "seen": poverty_round.seen("figures"),
        f"measure-{poverty_round.measure.pk}-value": "",
        "continue": "",
    }

    assert lead.post(poverty_round.url("figures/"), typed).status_code == 302

    draft = Reading.objects.get(state="draft")
    assert (draft.symbol, draft.delivery, draft.note) == ("x", delivery, "Not counted")


def test_a_figure_typed_over_a_sent_symbol_takes_its_place(poverty_round: Round) -> None:
    take_in(poverty_round, figure(poverty_round.measure, None, symbol="x"))

    save(poverty_round, FigureEntry(poverty_round.measure.pk, Decimal(50)))

    draft = Reading.objects.get(state="draft")
    assert (draft.value, draft.symbol, draft.delivery, draft.entered_by) == (
        50,
        "",
        None,
        poverty_round.cast.lead,
    )


def test_a_sent_symbol_can_be_taken_out_by_a_press_and_not_as_one_types(
    lead: Client, poverty_round: Round
) -> None:
    take_in(poverty_round, figure(poverty_round.measure, None, symbol="x"))
    prefix = f"measure-{poverty_round.measure.pk}"
    ticked = {"seen": poverty_round.seen("figures"), f"{prefix}-is_taken_out": "on"}

    lead.post(poverty_round.url("figures/"), ticked, HTTP_HX_REQUEST="true")
    assert Reading.objects.filter(state="draft", symbol="x").exists()

    lead.post(poverty_round.url("figures/"), ticked | {"continue": ""})
    assert not Reading.objects.filter(state="draft").exists()


# Places and other periods


def test_a_figure_of_a_place_answers_no_question_of_the_return(poverty_round: Round) -> None:
    take_in(poverty_round, figure(poverty_round.measure, "44", place=ward_of(poverty_round)))

    (line,) = poverty_round.sheet.figures
    assert (line.is_given, line.value, line.sent) == (False, None, "")
    (gap,) = poverty_round.sheet.gaps_in("figures")
    assert gap.message == "Give the figure for Grants decided in a day, or say why there is none."


def test_figures_that_were_sent_besides_are_listed_with_who_sent_them(
    lead: Client, poverty_round: Round
) -> None:
    measure = poverty_round.measure
    ratio = MeasureFactory(
        priority=poverty_round.cast.poverty, name="Fed", is_ratio=True, is_bounded=True, position=32_000
    )
    pooled = SentFigure(
        measure=ratio,
        place=ward_of(poverty_round, "Strathearn"),
        period=Q3,
        given=Given(Decimal("33.333333"), Decimal(412), Decimal(1236)),
    )
    take_in(
        poverty_round,
        figure(measure, "44.25", place=ward_of(poverty_round), flag="provisional", note="By postcode"),
        figure(measure, "49", period=Q2, answered_doubt="Is this right?"),
        figure(measure, None, place=ward_of(poverty_round, "Highland"), symbol="c"),
        pooled,
    )

    lines = [
        (line.measure_name, line.place_name, line.period_label, line.shown, line.made_of)
        for line in poverty_round.sheet.sent
    ]
    assert lines == [
        ("Grants decided in a day", "Almond", "Q3 2021/22", "44.25%", ""),
        (
            "Grants decided in a day",
            "Highland",
            "Q3 2021/22",
            "Confidential [c]",
            "",
        ),
        ("Grants decided in a day", "Whole area", "Q2 2021/22", "49.0%", ""),
        ("Fed", "Strathearn", "Q3 2021/22", "33.3%", "412 out of 1,236"),
    ]
    for page in ("figures/", "check/", "review/"):
        said = text_of(lead.get(poverty_round.url(page)))
        assert "Figures of places and other periods that were sent" in said
        assert f"Almond Q3 2021/22 44.25% (provisional) {ANN} “By postcode”" in said
        assert f"Whole area Q2 2021/22 49.0% {ANN} Checked: Is this right? Yes." in said


def test_a_return_without_any_shows_no_such_table(lead: Client, poverty_round: Round) -> None:
    take_in(poverty_round, figure(poverty_round.measure, "51"))

    assert poverty_round.sheet.sent == ()
    assert "Figures of places" not in text_of(lead.get(poverty_round.url("figures/")))


def test_small_numbers_of_places_are_withheld_from_those_who_may_not_see_them(
    client: Client, poverty_round: Round
) -> None:
    measure = poverty_round.measure
    measure.unit, measure.decimals, measure.is_disclosure_controlled = "number", 0, True
    measure.save()
    country = place_of_comparator(ComparatorFactory(partnership=poverty_round.cast.partnership))
    take_in(
        poverty_round,
        figure(measure, "3", place=ward_of(poverty_round), note="Three of them", answered_doubt="Really 3?"),
        figure(measure, "7042", place=country),
    )

    manager = text_of(reader(client, poverty_round.cast.manager).get(poverty_round.url("review/")))
    assert f"Almond Q3 2021/22 3 {ANN} “Three of them” Checked: Really 3? Yes." in manager

    officer = text_of(reader(client, poverty_round.cast.officer).get(poverty_round.url("review/")))
    hidden = "Confidential [c]"
    assert f"Almond Q3 2021/22 {hidden} {ANN} Grants" in officer
    assert "Scotland Q3 2021/22 7,042" in officer
    assert "Three of them" not in officer


def test_the_question_a_figure_raised_gives_away_no_hidden_figure_before_it(
    client: Client, poverty_round: Round
) -> None:
    """40 may be shown. It was asked about beside the 3 before it, which may not."""
    measure, ward = poverty_round.measure, ward_of(poverty_round)
    measure.unit, measure.decimals, measure.is_disclosure_controlled = "number", 0, True
    measure.save()
    asked = "40 is ten times the last figure, 3, or more. Is this right?"
    take_in(
        poverty_round,
        figure(measure, "40", answered_doubt=asked),
        figure(measure, "40", place=ward, answered_doubt=asked),
    )
    cleared = ClearanceFactory(measure=measure)
    Reading.objects.update(clearance=cleared)
    Reading.objects.filter(measure=measure, ends_on=Q2.ends_on).update(
        value=3, is_suppressed=True, suppressed_because="Small count."
    )

    manager = text_of(reader(client, poverty_round.cast.manager).get(poverty_round.url("review/")))
    assert manager.count(asked) == 2

    officer = text_of(reader(client, poverty_round.cast.officer).get(poverty_round.url("review/")))
    assert "Almond Q3 2021/22 40 " in officer
    assert "the last figure" not in officer


def taken_out(sent_round: Round, *lines: SentLine, **rest: str) -> dict[str, str]:
    ticks = {f"{line.prefix}-is_taken_out": line.seen for line in lines}
    return {"seen": sent_round.seen("figures"), "continue": ""} | ticks | rest


def test_a_figure_of_a_place_is_taken_out_by_a_tick_and_the_audit_record_tells(
    lead: Client, poverty_round: Round
) -> None:
    ward, other = ward_of(poverty_round), ward_of(poverty_round, "Highland")
    take_in(
        poverty_round,
        figure(poverty_round.measure, "44", place=ward),
        figure(poverty_round.measure, "45", place=other),
    )
    almond, _ = poverty_round.sheet.sent

    page = lead.post(poverty_round.url("figures/"), taken_out(poverty_round, almond), follow=True)

    assert [line.place_name for line in poverty_round.sheet.sent] == ["Highland"]
    assert "Taken out: Grants decided in a day, Almond, Q3 2021/22." in text_of(page)
    entry = LogEntry.objects.filter(action=LogEntry.Action.DELETE).get()
    assert (entry.object_pk, entry.actor) == (str(almond.reading_id), poverty_round.cast.lead)


def test_a_tick_waits_for_a_press(lead: Client, poverty_round: Round) -> None:
    take_in(poverty_round, figure(poverty_round.measure, "44", place=ward_of(poverty_round)))
    ticked = taken_out(poverty_round, *poverty_round.sheet.sent)
    del ticked["continue"]

    lead.post(poverty_round.url("figures/"), ticked, HTTP_HX_REQUEST="true")

    assert len(poverty_round.sheet.sent) == 1


def test_another_figure_that_came_meanwhile_is_not_taken_out_unseen(
    lead: Client, poverty_round: Round
) -> None:
    ward = ward_of(poverty_round)
    delivery = take_in(poverty_round, figure(poverty_round.measure, "44", place=ward))
    ticked = taken_out(poverty_round, *poverty_round.sheet.sent)
    take_in(poverty_round, figure(poverty_round.measure, "45", place=ward), delivery=delivery, at=LATER)

    page = lead.post(poverty_round.url("figures/"), ticked)

    assert "Another figure has been sent in its place: 45.0%. Tick again to take that one out." in text_of(
        page
    )
    assert [line.shown for line in poverty_round.sheet.sent] == ["45.0%"]


def test_another_return_s_figures_cannot_be_taken_out(poverty_round: Round) -> None:
    other = QuarterlyReturnFactory(priority=poverty_round.cast.skills, quarter=poverty_round.cast.quarter)
    row = ReadingFactory(
        measure=MeasureFactory(priority=poverty_round.cast.skills), quarterly_return=other, state="draft"
    )

    save(poverty_round, SentEntry(row.pk, row.entered_at.isoformat(), is_taken_out=True))

    assert Reading.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("count", [1, 4])
def test_pages_ask_the_database_as_often_however_many_were_sent(
    lead: Client, poverty_round: Round, django_assert_num_queries, count: int
) -> None:
    places = [
        place_of_locality(LocalityFactory(partnership=poverty_round.cast.partnership)) for _ in range(count)
    ]
    for place in places:
        take_in(poverty_round, figure(poverty_round.measure, "44", place=place))
    take_in(poverty_round, figure(poverty_round.measure, "51"))
    lead.get(poverty_round.url("figures/"))

    with django_assert_num_queries(23):
        page = lead.get(poverty_round.url("figures/"))

    assert text_of(page).count("Take out Grants decided in a day, Ward") == count


# Submitted, sent back, accepted


def test_a_figure_of_a_place_does_not_stand_in_the_way_of_submission(poverty_round: Round) -> None:
    take_in(poverty_round, figure(poverty_round.measure, "480", place=ward_of(poverty_round)))
    filled = poverty_round.fill()

    sent = operations.submit_return(filled, by=poverty_round.cast.lead, at=LATER)
    back = operations.send_back(sent, reason="Say more.", by=poverty_round.cast.manager, at=LATER)

    assert [line.shown for line in return_sheet(back, at=LATER).sent] == ["480.0%"]


def accept(sent_round: Round) -> QuarterlyReturn:
    sent = operations.submit_return(sent_round.quarterly_return, by=sent_round.cast.lead, at=LATER)
    return operations.accept_return(sent, by=sent_round.cast.manager, at=LATER)


def test_acceptance_confirms_every_figure_that_was_sent_and_clears_them(poverty_round: Round) -> None:
    measure = poverty_round.measure
    measure.unit, measure.decimals, measure.is_disclosure_controlled = "number", 0, True
    measure.save()
    poverty_round.fill("51")
    delivery = take_in(
        poverty_round,
        figure(measure, "3", place=ward_of(poverty_round)),
        figure(measure, "49", period=Q2.previous()),
        figure(measure, None, place=ward_of(poverty_round, "Highland"), symbol="x"),
    )

    accepted = accept(poverty_round)

    rows = accepted.readings.order_by("pk")
    assert [(row.state, row.released_at, row.value, row.symbol, row.is_suppressed) for row in rows] == [
        ("confirmed", LATER, 51, "", False),
        ("confirmed", LATER, 3, "", True),
        ("confirmed", LATER, 49, "", False),
        ("confirmed", LATER, None, "x", False),
    ]
    assert [row.delivery for row in rows] == [None, delivery, delivery, delivery]
    assert [(line.place_name, line.is_left_out) for line in return_sheet(accepted, at=LATER).sent] == [
        ("Almond", False),
        ("Highland", False),
        ("Whole area", False),
    ]


def test_a_sent_symbol_goes_on_record_with_its_return(poverty_round: Round) -> None:
    poverty_round.fill("51")
    take_in(poverty_round, figure(poverty_round.measure, None, symbol="x"))

    accept(poverty_round)

    row = Reading.objects.get(quarterly_return__isnull=False)
    assert (row.state, row.value, row.symbol) == ("confirmed", None, "x")


def test_a_draft_is_overtaken_by_a_newer_figure_of_its_own_place_alone(
    client: Client, poverty_round: Round
) -> None:
    measure, ward, other = poverty_round.measure, ward_of(poverty_round), ward_of(poverty_round, "Highland")
    poverty_round.fill("51")
    take_in(
        poverty_round,
        figure(measure, "44", place=ward),
        figure(measure, "45", place=other),
        figure(measure, "46", place=ward, period=Q2),
    )
    between = SENT + dt.timedelta(minutes=5)
    ReadingFactory(
        measure=measure,
        place_id=ward.key,
        starts_on=Q3.starts_on,
        ends_on=Q3.ends_on,
        value=40,
        released_at=between,
    )

    accepted = accept(poverty_round)

    rows = accepted.readings.order_by("pk")
    assert [(row.value, row.state) for row in rows] == [
        (51, "confirmed"),
        (44, "draft"),
        (45, "confirmed"),
        (46, "confirmed"),
    ]
    page = reader(client, poverty_round.cast.manager).get(poverty_round.url("review/"))
    assert "Almond Q3 2021/22 44.0% Left out: a newer figure was on record" in text_of(page)


def test_no_dashboard_shows_what_waits_in_a_return(client: Client, poverty_round: Round) -> None:
    people, measure = poverty_round.cast, poverty_round.measure
    measure.code = "GRANTS"
    measure.save()
    ward = ward_of(poverty_round)
    ReadingFactory(measure=measure, place_id=ward.key, value=Decimal("47.3"))
    take_in(
        poverty_round,
        figure(measure, "71.7"),
        figure(measure, "72.7", place=ward),
        figure(measure, "73.7", period=Q2.previous()),
    )
    pages = (
        "/strathmuir/dashboard/2021-22/q3/",
        "/strathmuir/dashboard/2021-22/q3/priorities/poverty/",
        "/strathmuir/measures/GRANTS/",
    )

    client = reader(client, people.manager)
    found = {url: client.get(url) for url in pages}

    assert {url: page.status_code for url, page in found.items()} == dict.fromkeys(pages, 200)
    drafted = [
        value for page in found.values() for value in ("71.7", "72.7", "73.7") if value in text_of(page)
    ]
    assert drafted == []
    assert "47.3" in text_of(found["/strathmuir/measures/GRANTS/"])


# Requests answered by themselves


def asked_for(sent_round: Round, *measures: Measure, **changes: object) -> DataRequest:
    made: DataRequest = DataRequestFactory(quarter=sent_round.cast.quarter, **changes)
    made.measures.set(measures)
    return made


def test_what_comes_by_link_answers_the_request_for_it(poverty_round: Round) -> None:
    request = asked_for(poverty_round, poverty_round.measure)

    take_in(poverty_round, figure(poverty_round.measure, None, no_figure_reason="Not out yet."))
    request.refresh_from_db()
    assert request.is_open

    take_in(poverty_round, figure(poverty_round.measure, "51"))
    request.refresh_from_db()
    assert (request.answered_how, request.answered_by, request.answered_at) == ("link", "Ann Bell", SENT)


def test_what_comes_in_a_sheet_is_answered_by_its_organisation(poverty_round: Round) -> None:
    people = poverty_round.cast
    request = asked_for(poverty_round, poverty_round.measure)
    body = OrganisationFactory(partnership=people.partnership, name="NHS Tayside")
    sheet = DeliveryFactory(quarter=people.quarter, sent_by=people.lead, organisation=body)

    take_in(poverty_round, figure(poverty_round.measure), delivery=sheet, by=people.lead)

    request.refresh_from_db()
    assert (request.answered_how, request.answered_by) == ("sheet", "NHS Tayside")
    (line,) = poverty_round.sheet.figures
    assert line.sent == "From NHS Tayside, by sheet on 6 January 2022, put in by Poverty lead"


@pytest.mark.parametrize(("typed_too", "answered"), [(True, "link"), (False, "")])
def test_acceptance_answers_what_was_sent_in_part_and_typed_in_part(
    poverty_round: Round, typed_too: bool, answered: str
) -> None:
    typed = MeasureFactory(priority=poverty_round.cast.poverty)
    request = asked_for(poverty_round, poverty_round.measure, typed)
    poverty_round.fill("51")
    take_in(poverty_round, figure(poverty_round.measure, "52"))
    entry = (
        FigureEntry(typed.pk, Decimal(5)) if typed_too else FigureEntry(typed.pk, no_figure_reason="Later.")
    )
    save(poverty_round, FigureEntry(poverty_round.measure.pk, Decimal(52)), entry)

    accept(poverty_round)

    request.refresh_from_db()
    assert request.answered_how == answered


def test_what_was_typed_alone_is_for_a_person_to_record(poverty_round: Round) -> None:
    request = asked_for(poverty_round, poverty_round.measure)
    poverty_round.fill("51")

    accept(poverty_round)

    request.refresh_from_db()
    assert request.is_open


# My work and the control room


def test_my_work_tells_what_others_sent_and_where_to_check_it(lead: Client, poverty_round: Round) -> None:
    measure, ward = poverty_round.measure, ward_of(poverty_round)
    take_in(poverty_round, figure(measure, "51"), figure(measure, "44", place=ward))
    later = {"sent_at": dt.datetime(2022, 1, 7, 9, 0, tzinfo=dt.UTC)}
    take_in(poverty_round, figure(measure, "49", period=Q2), delivery=by_link(poverty_round, **later))
    own = DeliveryFactory(quarter=poverty_round.cast.quarter, sent_by=poverty_round.cast.lead)
    take_in(
        poverty_round, figure(measure, "48", period=Q2.previous()), delivery=own, by=poverty_round.cast.lead
    )

    page = lead.get("/strathmuir/my-work/")

    assert (
        "In progress 2 figures were sent by NHS Tayside by link on 5 January 2022: check your figures "
        "1 figure was sent by NHS Tayside by link on 7 January 2022: check your figures Continue"
    ) in text_of(page)
    assert f'href="{poverty_round.url("figures/")}"' in page.content.decode()


def test_what_was_submitted_needs_no_more_checking(lead: Client, poverty_round: Round) -> None:
    poverty_round.fill("51")
    take_in(poverty_round, figure(poverty_round.measure, "52"))
    operations.submit_return(poverty_round.quarterly_return, by=poverty_round.cast.lead, at=LATER)

    assert "sent by NHS Tayside" not in text_of(lead.get("/strathmuir/my-work/"))


@pytest.mark.parametrize("count", [1, 3])
def test_my_work_asks_the_database_as_often_however_much_was_sent(
    lead: Client, poverty_round: Round, django_assert_num_queries, count: int
) -> None:
    for _ in range(count):
        take_in(poverty_round, figure(poverty_round.measure, "44", place=ward_of(poverty_round)))

    with django_assert_num_queries(22):
        page = lead.get("/strathmuir/my-work/")

    assert text_of(page).count("sent by NHS Tayside") == count


@pytest.mark.parametrize(
    ("due", "said"),
    [
        ((), ""),
        ((10,), "1 request for figures is open"),
        ((9,), "1 request for figures is open, late already"),
        ((9, 8, 20), "3 requests for figures are open, 2 of them late"),
    ],
)
def test_the_control_room_tells_how_many_requests_are_open(
    client: Client, poverty_round: Round, due: tuple[int, ...], said: str
) -> None:
    for day in due:
        asked_for(poverty_round, due_on=dt.date(2022, 1, day))
    asked_for(poverty_round, due_on=dt.date(2022, 1, 5), answered_at=NOW, answered_how="email")
    page = reader(client, poverty_round.cast.manager).get("/strathmuir/quarters/2021-22/q3/")

    shown = text_of(page)
    assert f"where they come back {said}".strip() + " The quarter can be locked" in shown
