"""What somebody sent is saved as they saw it, all of it or nothing, and once."""

import datetime as dt
import hashlib
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actionplans import operations
from actionplans.models import (
    Clearance,
    Delivery,
    DeliveryFile,
    MeasureCommentary,
    QuarterlyReturn,
    Reading,
    SheetMapping,
)
from actionplans.numbers import format_digits
from actionplans.operations import FigureEntry, save_figures
from actionplans.return_sheet import return_of
from actionplans.sheets import committing
from actionplans.sheets.columns import ROUND, ColumnPlan, Part
from actionplans.sheets.committing import (
    PreviewOutOfDate,
    discard,
    receive,
    save_delivery,
    save_sent,
    tell_columns,
)
from actionplans.sheets.figures_in_cells import FigureInCell
from actionplans.sheets.limits import SheetRefused
from actionplans.sheets.pasting import PastePlan
from actionplans.sheets.permits import permit_for, permit_for_link
from actionplans.sheets.preview import SentRow
from actionplans.sheets.previewing import preview_rows
from actionplans.sheets.row_ids import parse_row_id
from priorities.clock import EDINBURGH
from priorities.models import Membership
from priorities.workbooks import FileKind
from tests.actionplans.factories import (
    DataContactFactory,
    DataRequestFactory,
    MeasureFactory,
    ReadingFactory,
    SupplyLinkFactory,
)
from tests.actionplans.sheets.sending import (
    a_round,
    days,
    figure_row,
    fill_sheet,
    filled,
    id_of,
    own_sheet,
    preview,
    quarter,
    save,
    sent,
    table,
)
from tests.factories import NOW

LATER = dt.datetime(2022, 1, 12, 9, 0, tzinfo=EDINBURGH)


@pytest.fixture
def world(db):
    return a_round()


def drafts():
    return Reading.objects.filter(state="draft").order_by("measure__code", "pk")


def kept():
    """Everything that a save could have changed."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Reading, MeasureCommentary, QuarterlyReturn, Clearance, Delivery, SheetMapping)
    ]


# Taking in


def test_what_came_is_kept_as_it_came_until_it_is_saved(world):
    content = fill_sheet(world)

    delivery = sent(
        world, content, by=world.lead, name="C:\\My files\\Síle’s \u202efigures.xlsx", organisation=world.nhs
    )

    assert bytes(delivery.file.content) == content
    assert (delivery.name, delivery.size) == ("Síle’s figures.xlsx", len(content))
    assert delivery.sha256 == hashlib.sha256(content).hexdigest()
    assert (delivery.is_waiting, delivery.way, delivery.destination) == (True, "sheet", "drafts")
    assert (delivery.sent_by, delivery.sent_at, delivery.organisation) == (world.lead, NOW, world.nhs)
    assert set(Delivery.objects.visible_to(world.lead)) == {delivery}
    assert not Delivery.objects.visible_to(world.manager)


def test_a_file_that_is_not_read_is_not_kept(world):
    with pytest.raises(SheetRefused) as refused:
        sent(world, b"%PDF-1.7", name="figures.pdf")

    assert str(refused.value).startswith("The file is a PDF, not a spreadsheet.")
    assert (Delivery.objects.count(), DeliveryFile.objects.count()) == (0, 0)


def test_a_file_in_which_everything_is_hidden_is_not_kept(world):
    book = own_sheet([figure_row(id_of(world.grants), 51)])
    book.active.sheet_state = "hidden"
    book.create_sheet("Empty")

    with pytest.raises(SheetRefused, match="Every sheet with something in it is hidden"):
        sent(world, book)

    assert Delivery.objects.count() == 0


def test_who_has_no_figures_to_send_sends_none(world):
    for person in ("viewer", "board", "officer", "stranger"):
        with pytest.raises(operations.Refused) as refused:
            sent(world, fill_sheet(world), by=getattr(world.people, person))
        assert str(refused.value) == "There are no figures of this round that you may send."


def test_a_lead_officer_never_sends_to_the_record(world):
    assert sent(world, fill_sheet(world), by=world.lead, destination="record").destination == "drafts"


def test_a_locked_round_takes_figures_for_the_record_alone(world):
    world.quarter.locked_at, world.quarter.locked_by = NOW, world.manager
    world.quarter.save()

    with pytest.raises(operations.Refused) as refused:
        sent(world, fill_sheet(world))
    assert str(refused.value) == f"{world.quarter} is locked, so its figures can no longer be changed."
    book = own_sheet([figure_row(id_of(world.grants), 51)])
    assert save(sent(world, book, destination="record")).outcome == "1 figure was saved: 1 new."


def test_what_waits_is_refused_once_its_round_is_locked(world):
    delivery = sent(world, own_sheet([figure_row(id_of(world.grants), 51)]))
    world.quarter.locked_at, world.quarter.locked_by = NOW, world.manager
    world.quarter.save()
    delivery.refresh_from_db()

    found = preview(delivery)

    assert found.refusal == f"{world.quarter} is locked, so its figures can no longer be changed."
    with pytest.raises(operations.Refused, match="is locked"):
        save(delivery)


# As drafts


def test_figures_become_drafts_of_the_returns_of_their_own_priorities(world):
    rows = [
        figure_row(id_of(world.grants), "51 (p)", note="From the grants system"),
        figure_row(id_of(world.share), numerator=13, denominator=26),
        figure_row(id_of(world.count, place="place:WARD-2"), "<5"),
        figure_row(id_of(world.count), why_none="Not published yet"),
        figure_row(id_of(world.skills), 41),
    ]

    delivery = save(sent(world, own_sheet(rows), organisation=world.nhs))

    assert [
        (row.measure.code, str(row.place or ""), row.value, row.numerator, row.symbol, row.flag, row.note)
        for row in drafts()
    ] == [
        ("POV-01", "", Decimal(51), None, "", "provisional", "From the grants system"),
        ("POV-02", "", Decimal(50), Decimal(13), "", "final", ""),
        ("POV-03", "Letham", None, None, "c", "final", ""),
        ("SKI-01", "", Decimal(41), None, "", "final", ""),
    ]
    assert {row.delivery for row in drafts()} == {delivery}
    assert {row.entered_by for row in drafts()} == {world.manager}
    assert {row.quarterly_return.priority for row in drafts()} == {world.people.poverty, world.people.skills}
    assert [row.no_figure_reason for row in MeasureCommentary.objects.filter(measure=world.count)] == [
        "Not published yet"
    ]
    assert (delivery.state, delivery.saved_at, delivery.saved_by) == ("saved", NOW, world.manager)
    assert delivery.outcome == "5 figures were saved: 5 new."
    assert delivery.counts == {
        "new": 5, "changed": 0, "same": 0, "empty": 0, "refused": 0, "saved": 5, "unanswered": 0,
    }  # fmt: skip
    assert set(Delivery.objects.visible_to(world.manager)) == {delivery}
    assert not Delivery.objects.visible_to(world.lead)


def test_what_is_wrong_or_not_answered_is_left_out_and_told(world):
    save_figures(
        return_of(world.people.poverty, world.quarter),
        [FigureEntry(world.grants.pk, Decimal(50))],
        seen=None,
        by=world.lead,
        at=NOW,
    )
    rows = [
        figure_row(id_of(world.grants), 51),
        figure_row(id_of(world.share), numerator=27, denominator=26),
        figure_row(id_of(world.count), 3_100),
        figure_row(id_of(world.count, place="place:WARD-2"), 8),
        figure_row(id_of(world.skills)),
        figure_row(id_of(world.grants, quarter(2)), 48),
        figure_row("NONE@area@2021-10-01@2021-12-31", 1),
    ]
    delivery = sent(world, own_sheet(rows))

    held = save(delivery)

    assert held.outcome == (
        "2 figures were saved: 1 new, 1 changed. 3 were left out: 2 refused and 1 with its question not answered. "
        "1 was there already. 1 was left empty."
    )
    assert [(row.measure.code, row.value) for row in drafts()] == [("POV-01", 51), ("POV-03", 8)]
    assert held.counts == {
        "new": 2, "changed": 1, "same": 1, "empty": 1, "refused": 2, "saved": 2, "unanswered": 1,
    }  # fmt: skip


def test_a_question_answered_with_yes_lets_its_figure_in(world):
    delivery = sent(world, own_sheet([figure_row(id_of(world.count), 3_100)]))
    (row,) = preview(delivery).asked_about

    save(delivery, row.key)

    (draft,) = drafts()
    assert (
        draft.answered_doubt
        == row.question
        == "3,100 is ten times the last figure, 31, or more. Is this right?"
    )


def test_the_same_file_again_changes_nothing_and_says_so(world):
    content = filled(fill_sheet(world), {"G5": 51, "H6": 13, "I6": 26, "G7": 33, "G8": "[c]"})
    save(sent(world, content))
    again = sent(world, content, at=LATER)
    before = kept()

    found = preview(again, at=LATER)

    assert [row.verdict for row in found.rows] == ["same"] * 4
    assert found.notes == (
        "This same file was saved before, on 10 January 2022. What has not changed since is not saved again.",
    )
    with pytest.raises(operations.Refused) as refused:
        save(again, "all", at=LATER)
    assert str(refused.value) == "Nothing was saved. 4 were there already."
    assert kept() == before


def test_nothing_to_save_saves_nothing(world):
    delivery = sent(
        world, own_sheet([figure_row(id_of(world.count), 3_100), figure_row(id_of(world.grants), "forty")])
    )
    before = kept()

    with pytest.raises(operations.Refused) as refused:
        save(delivery)

    assert str(refused.value) == (
        "Nothing was saved. 2 were left out: 1 refused and 1 with its question not answered."
    )
    assert kept() == before


# On record


def test_figures_go_on_record_as_the_cp_manager_chose(world):
    small = MeasureFactory(
        priority=world.people.poverty, code="SMALL", unit="number", decimals=0, is_disclosure_controlled=True
    )
    rows = [
        figure_row(id_of(world.grants), 51, note="Checked"),
        figure_row(id_of(world.count, quarter(2)), 32),
        figure_row(id_of(world.count, place="place:WARD-2"), 8),
        figure_row(id_of(world.count, place="group:SCO"), 90_000),
        figure_row(id_of(world.share), numerator=0, denominator=0),
        figure_row(id_of(small), 3),
    ]

    delivery = save(sent(world, own_sheet(rows), destination="record", organisation=world.nhs), "all")

    assert delivery.outcome == "6 figures were saved: 5 new, 1 changed."
    came = f"From NHS Strathmuir, by sheet on 10 January 2022, put in by {world.manager} (figures.xlsx)."
    recorded = Reading.objects.confirmed().filter(delivery=delivery)
    assert [
        (
            row.measure.code,
            row.place or row.comparator,
            row.value,
            row.symbol,
            row.flag,
            row.released_at,
            row.note,
        )
        for row in recorded.order_by("pk")
    ] == [
        ("POV-01", None, 51, "", "final", NOW, f"{came} Checked"),
        ("POV-03", None, 32, "", "revised", NOW, came),
        ("POV-03", world.letham, 8, "", "final", NOW, came),
        ("POV-03", world.scotland, 90_000, "", "final", NOW, came),
        ("POV-02", None, None, "z", "final", NOW, came),
        ("SMALL", None, 3, "", "final", NOW, came),
    ]
    # The older vintage stays, and what is under disclosure control was looked at once all was there.
    assert Reading.objects.filter(measure=world.count, value=31).count() == 1
    assert [(row.measure, row.hidden) for row in Clearance.objects.all()] == [(small, 1)]
    assert not drafts()


def test_what_became_known_meanwhile_undoes_the_whole_save(world):
    """As when its publisher's release is under embargo, which the preview does not tell of."""
    ReadingFactory(measure=world.grants, value=52, released_at=LATER, **days(quarter(3)))
    rows = [figure_row(id_of(world.skills), 41), figure_row(id_of(world.grants), "51 [r]")]
    delivery = sent(world, own_sheet(rows), destination="record")
    before = kept()

    with pytest.raises(operations.Refused) as refused:
        save(delivery)

    assert str(refused.value) == (
        "Grants decided in a day (POV-01), Strathmuir, Q3 2021/22: The figure for Q3 2021/22 was first released on "
        "12 January 2022. A revised one cannot be released before it. Nothing was saved."
    )
    assert kept() == before


def test_whoever_is_no_cp_manager_any_more_puts_nothing_on_record_and_nothing_elsewhere(world):
    delivery = sent(world, own_sheet([figure_row(id_of(world.grants), 51)]), destination="record")
    Membership.objects.filter(user=delivery.sent_by).update(role="lead_officer")
    delivery = Delivery.objects.get(pk=delivery.pk)
    before = kept()

    with pytest.raises(operations.Refused) as refused:
        save(delivery)

    assert str(refused.value) == (
        "Only a CP manager puts figures on record at once. Send them again, as drafts in the returns."
    )
    assert kept() == before


def test_a_mark_alone_revises_nothing_and_keeps_no_other_figure_out(world):
    ReadingFactory(measure=world.grants, value=51, flag="provisional", **days(quarter(3)))
    rows = [figure_row(id_of(world.skills), 41), figure_row(id_of(world.grants), "51 [r]")]
    delivery = sent(world, own_sheet(rows), destination="record")

    assert preview(delivery).rows[1].reason == (
        "51.0% (provisional) is on record already, so nothing is revised. "
        "If it is confirmed, send it without the mark behind it."
    )
    assert save(delivery).outcome == "1 figure was saved: 1 new. 1 was left out: 1 refused."


def test_other_counts_behind_an_equal_result_go_on_record(world):
    rows = [figure_row(id_of(world.share, quarter(2)), numerator=24, denominator=50)]

    save(sent(world, own_sheet(rows), destination="record"))

    known = Reading.objects.confirmed().filter(measure=world.share).order_by("released_at")
    assert [(row.value, row.numerator, row.denominator) for row in known] == [(48, 12, 25), (48, 24, 50)]
    again = sent(world, own_sheet(rows), destination="record")
    assert preview(again).rows[0].verdict == "same"


def test_a_request_is_answered_once_all_its_figures_came(world):
    contact = DataContactFactory(partnership=world.partnership, organisation=world.nhs)
    request = DataRequestFactory(quarter=world.quarter, contact=contact)
    request.measures.set([world.grants, world.skills])
    save(sent(world, own_sheet([figure_row(id_of(world.grants), 51)]), destination="record"))
    request.refresh_from_db()
    assert request.is_open

    save(sent(world, own_sheet([figure_row(id_of(world.skills), 41)]), destination="record"))

    request.refresh_from_db()
    assert (request.answered_how, request.answered_at) == ("sheet", NOW)


# All or nothing


def test_a_preview_out_of_date_saves_nothing_and_shows_the_new_one(world):
    delivery = sent(world, own_sheet([figure_row(id_of(world.grants), 51)]))
    seen = preview(delivery).fingerprint
    save_figures(
        return_of(world.people.poverty, world.quarter),
        [FigureEntry(world.grants.pk, Decimal(50))],
        seen=None,
        by=world.lead,
        at=NOW,
    )
    before = kept()

    with pytest.raises(PreviewOutOfDate) as stale:
        save_delivery(delivery, seen=seen, answered=frozenset(), by=world.manager, at=NOW)

    (row,) = stale.value.preview.rows
    assert (row.verdict, row.before) == ("changed", "50.0%, typed by Poverty lead on 10 January 2022")
    assert kept() == before


@pytest.mark.parametrize("destination", ["drafts", "record"])
def test_a_save_that_breaks_off_half_way_leaves_nothing(world, monkeypatch, destination):
    rows = [
        figure_row(id_of(world.grants), 51),
        figure_row(id_of(world.share), numerator=13, denominator=26),
        figure_row(id_of(world.skills), 41),
    ]
    delivery = sent(world, own_sheet(rows), destination=destination)
    before = kept()
    made = []
    create = Reading.objects.create

    def breaks(**fields):
        if len(made) == 2:
            raise ConnectionError
        made.append(create(**fields))
        return made[-1]

    monkeypatch.setattr(Reading.objects, "create", breaks)

    with pytest.raises(ConnectionError):
        save(delivery)

    assert len(made) == 2
    assert kept() == before
    delivery.refresh_from_db()
    assert (delivery.is_waiting, delivery.outcome, delivery.counts) == (True, "", {})


def test_a_delivery_is_saved_once(world):
    delivery = sent(world, own_sheet([figure_row(id_of(world.grants), 51)]))
    seen = preview(delivery).fingerprint
    save(delivery)
    before = kept()

    with pytest.raises(operations.Refused) as refused:
        save_delivery(delivery, seen=seen, answered=frozenset(), by=world.manager, at=LATER)

    assert str(refused.value) == "This was saved already. What was saved stays."
    assert kept() == before


def test_who_did_not_send_it_neither_saves_nor_drops_it(world):
    delivery = sent(world, own_sheet([figure_row(id_of(world.grants), 51)]), by=world.lead)
    seen = preview(delivery).fingerprint

    with pytest.raises(operations.Refused):
        save_delivery(delivery, seen=seen, answered=frozenset(), by=world.manager, at=NOW)
    with pytest.raises(operations.Refused):
        discard(delivery, by=world.manager)

    assert Delivery.objects.filter(pk=delivery.pk, state="waiting").exists()


def test_what_waits_is_dropped_and_what_is_saved_stays(world):
    book = own_sheet([figure_row(id_of(world.grants), 51)])
    dropped, stays = sent(world, book), save(sent(world, book))
    discard(dropped, by=world.manager)

    with pytest.raises(operations.Refused) as refused:
        discard(stays, by=world.manager)

    assert str(refused.value) == "This was saved already. What was saved stays."
    assert set(Delivery.objects.all()) == {stays}
    assert set(DeliveryFile.objects.values_list("pk", flat=True)) == {stays.pk}


def test_who_lost_the_priority_meanwhile_saves_nothing_of_it(world):
    delivery = sent(world, own_sheet([figure_row(id_of(world.grants), 51)]), by=world.lead)
    seen = preview(delivery).fingerprint
    world.people.poverty.lead_officer = world.people.other_lead
    world.people.poverty.save()

    with pytest.raises(PreviewOutOfDate) as stale:
        save_delivery(delivery, seen=seen, answered=frozenset(), by=world.lead, at=NOW)

    assert [row.reason for row in stale.value.preview.rows] == [
        "There is no measure “POV-01” among those you may send figures for."
    ]


def test_a_sheet_whose_columns_nobody_told_is_not_saved(world):
    delivery = sent(world, table(["Name", "Value"], ["Grants", 51]))

    with pytest.raises(operations.Refused) as refused:
        save_delivery(delivery, seen="", answered=frozenset(), by=world.manager, at=NOW)

    assert str(refused.value) == "Say first which column of the sheet holds what."


def test_a_sheet_of_somebody_else_is_saved_by_what_was_told_of_it(world):
    delivery = sent(world, table(["Name", "Value"], ["Grants", 51]))
    plan = ColumnPlan("Sheet1", 1, {Part.FIGURE: 2}, measure="POV-01", period=ROUND)
    tell_columns(delivery, plan, remember=False, by=world.manager, at=NOW)

    assert save(Delivery.objects.get(pk=delivery.pk)).outcome == "1 figure was saved: 1 new."


# Pasted, and by link


def test_what_was_pasted_is_saved_like_a_sheet(world):
    plan = PastePlan(figure=1, second=0, ids={1: id_of(world.grants), 2: id_of(world.count)})
    delivery = receive(
        world.quarter, way="paste", name="Pasted figures", content=b"51%\n<5\n", destination="drafts",
        organisation=None, priority=world.people.poverty, by=world.lead, at=NOW, plan=plan.as_json(),
    )  # fmt: skip

    assert [(row.where, row.shown) for row in preview(delivery).rows] == [
        ("Line 1", "51.0%"),
        ("Line 2", "[c] confidential"),
    ]
    assert save(delivery).outcome == "2 figures were saved: 2 new."
    assert permit_for(world.manager, world.quarter, "drafts", world.people.skills).measures.keys() == {
        "SKI-01"
    }


def a_link(world):
    contact = DataContactFactory(partnership=world.partnership, organisation=world.nhs, name="Ann Bell")
    link = SupplyLinkFactory(quarter=world.quarter, contact=contact)
    link.measures.set([world.grants, world.count])
    return link


def link_rows(world, value="51"):
    return [SentRow("Grants", parse_row_id(id_of(world.grants)), value, FigureInCell(Decimal(value)))]


def test_what_comes_by_link_becomes_drafts_and_is_kept(world):
    link = a_link(world)
    seen = preview_rows(link_rows(world), permit_for_link(link, at=NOW), at=NOW).fingerprint

    delivery = save_sent(link, link_rows(world), seen=seen, answered=frozenset(), content=b"evidence", at=NOW)

    (draft,) = drafts()
    assert (draft.value, draft.delivery, draft.entered_by) == (51, delivery, None)
    assert (draft.quarterly_return.state, draft.quarterly_return.saved_by) == ("in_progress", None)
    assert (delivery.link, delivery.contact, delivery.organisation, delivery.sent_by) == (
        link,
        link.contact,
        world.nhs,
        None,
    )
    assert (delivery.state, delivery.name, delivery.outcome) == (
        "saved",
        "By link",
        "1 figure was saved: 1 new.",
    )
    assert bytes(delivery.file.content) == b"evidence"
    assert committing.sent_in_words(delivery) == "From Ann Bell, NHS Strathmuir, by link on 10 January 2022"


def test_a_link_that_changed_meanwhile_takes_nothing(world):
    link = a_link(world)
    seen = preview_rows(link_rows(world), permit_for_link(link, at=NOW), at=NOW).fingerprint
    sending = {"answered": frozenset(), "content": b"evidence"}
    before = kept()

    with pytest.raises(PreviewOutOfDate):
        save_sent(link, link_rows(world, "52"), seen=seen, at=NOW, **sending)
    with pytest.raises(operations.Refused) as refused:
        save_sent(link, link_rows(world), seen=seen, at=link.expires_at, **sending)

    assert str(refused.value) == "This link can no longer be used."
    assert kept() == before


# Out, filled, in


FIGURES = st.one_of(
    st.none(),
    st.integers(0, 99_999),
    st.decimals(0, 100, places=2),
    st.sampled_from(["<5", "[c]", "[x]", "12 (p)", "12%"]),
)


@pytest.mark.parametrize("kind", [FileKind.XLSX, FileKind.ODS])
def test_what_goes_out_empty_comes_back_as_nothing(world, kind):
    delivery = sent(world, fill_sheet(world, kind=kind), name=f"figures.{kind}")
    before = kept()

    found = preview(delivery)

    assert [row.verdict for row in found.rows] == ["empty"] * 4
    with pytest.raises(operations.Refused):
        save(delivery)
    assert kept() == before


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    grants=FIGURES,
    numerator=st.integers(0, 500),
    denominator=st.integers(500, 900),
    count=st.integers(0, 10**9),
)
def test_what_goes_out_and_is_filled_comes_in_just_so(world, grants, numerator, denominator, count):
    cells = {"G5": grants, "H6": numerator, "I6": denominator, "G8": count}
    delivery = sent(
        world, filled(fill_sheet(world), {ref: value for ref, value in cells.items() if value is not None})
    )

    found = preview(delivery)

    assert found.fingerprint == preview(delivery).fingerprint
    first, second, third, fourth = found.rows
    assert third.verdict == "empty"
    assert (second.sent.given.numerator, second.sent.given.denominator) == (numerator, denominator)
    assert fourth.sent.given.value == count
    assert fourth.shown == format_digits(Decimal(count), 0)
    if grants is None:
        assert first.verdict == "empty"
    elif isinstance(grants, str):
        assert (first.sent.symbol or first.sent.given.value) in ("c", "x", 12)
    else:
        assert first.sent.given.value == grants
    assert {row.key for row in found.to_save(frozenset(row.key for row in found.rows))} == {
        row.key for row in found.rows if row.verdict == "new"
    }
    discard(delivery, by=world.manager)


@pytest.mark.django_db(transaction=True)
def test_two_who_save_at_once_do_not_overwrite_each_other():
    """The second is shown what the first saved; SQLite lets one writer in at a time."""
    world = a_round()
    deliveries = [
        sent(world, own_sheet([figure_row(id_of(world.grants), value)]), by=person)
        for person, value in ((world.lead, 51), (world.manager, 52))
    ]
    seen = [preview(delivery).fingerprint for delivery in deliveries]

    def save_one(place):
        delivery = deliveries[place]
        try:
            save_delivery(delivery, seen=seen[place], answered=frozenset(), by=delivery.sent_by, at=NOW)
        except PreviewOutOfDate as stale:
            return stale.preview.rows[0].verdict.value
        finally:
            connection.close()
        return "saved"

    with ThreadPoolExecutor(2) as threads:
        outcomes = list(threads.map(save_one, range(2)))

    assert sorted(outcomes) == ["changed", "saved"]
    assert drafts().count() == 1
