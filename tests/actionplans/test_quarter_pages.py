"""The CP manager's round: the control room, the check of a return, the lock of the quarter."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client

from actionplans import operations
from actionplans.control_room import control_room, quarter_in_progress
from actionplans.models import QuarterlyReturn, Reading
from priorities.clock import EDINBURGH
from priorities.models import Quarter
from priorities.roles import Role
from tests.actionplans.conftest import Round
from tests.actionplans.factories import ActionFactory, MeasureFactory, RiskFactory, accepted_return
from tests.actionplans.test_return_pages import text_of
from tests.factories import NOW, TODAY, GroupFactory, MeetingFactory, PriorityFactory, QuarterFactory, person

BACKEND = "django.contrib.auth.backends.ModelBackend"
ROOM = "/strathmuir/quarters/2021-22/q3/"
LOCK = f"{ROOM}lock/"
LATER = dt.datetime(2022, 1, 11, 9, 0, tzinfo=EDINBURGH)


@pytest.fixture
def manager(client: Client, poverty_round: Round) -> Client:
    client.force_login(poverty_round.cast.manager, backend=BACKEND)
    return client


def submit(poverty_round: Round, **words: str) -> QuarterlyReturn:
    poverty_round.fill(**words)
    return operations.submit_return(poverty_round.quarterly_return, by=poverty_round.cast.lead, at=NOW)


def accept_all(poverty_round: Round) -> None:
    for priority in (poverty_round.cast.poverty, poverty_round.cast.skills):
        accepted_return(priority, poverty_round.cast.quarter, by=poverty_round.cast.lead, at=NOW)


def seen(poverty_round: Round) -> str:
    at = poverty_round.quarterly_return.submitted_at
    return at.isoformat() if at else ""


# The control room


def test_the_round_at_a_glance(manager, poverty_round):
    submit(poverty_round)
    board = GroupFactory(partnership=poverty_round.cast.partnership, name="CPP Board")
    Quarter.objects.filter(pk=poverty_round.cast.quarter.pk).update(
        meeting=MeetingFactory(group=board, held_on=dt.date(2022, 2, 25))
    )

    shown = text_of(manager.get(ROOM))

    assert "October to December 2021. Reports to the CPP Board, 25 February 2022." in shown
    assert "1 of 2 submitted, 0 accepted, 1 to come; due 21 January 2022, in 11 days" in shown
    assert "Poverty Head of Communities Submitted Submitted on 10 January 2022 by Poverty lead" in shown
    assert "Skills Head of Communities Not started Nothing saved yet" in shown
    assert "Check the return for Poverty. Wait until 21 January 2022 for Skills." in shown
    assert "The quarter can be locked when every return is accepted. None is accepted yet." in shown
    assert "Lock Q3 2021/22" not in shown


@pytest.mark.parametrize(
    ("on", "glance"),
    [
        (dt.date(2022, 1, 20), "due 21 January 2022, tomorrow"),
        (dt.date(2022, 1, 21), "due 21 January 2022, today"),
        (dt.date(2022, 1, 22), "due 21 January 2022, yesterday"),
        (dt.date(2022, 1, 24), "due 21 January 2022, 3 days ago"),
    ],
)
def test_how_far_off_the_due_day_is(poverty_round, on, glance):
    assert control_room(poverty_round.cast.quarter, on=on).glance == (
        f"0 of 2 submitted, 0 accepted, 2 to come; {glance}"
    )


def test_only_what_has_not_come_is_late_and_only_after_the_due_day(poverty_round):
    submit(poverty_round)
    quarter = poverty_round.cast.quarter

    on_the_day = control_room(quarter, on=dt.date(2022, 1, 21))
    after = control_room(quarter, on=dt.date(2022, 1, 22))

    assert [row.is_late for row in on_the_day.rows] == [False, False]
    assert [(row.name, row.is_late) for row in after.rows] == [("Poverty", False), ("Skills", True)]
    assert [step.text for step in after.steps] == [
        "Check the return for Poverty.",
        "Ask for the returns that are late: Skills.",
    ]


def test_the_last_change_of_a_return_that_went_to_and_fro(poverty_round):
    submit(poverty_round)
    who = poverty_round.cast
    operations.send_back(poverty_round.quarterly_return, reason="Say more.", by=who.manager, at=LATER)

    def last_change() -> str:
        return control_room(who.quarter, on=TODAY).rows[0].what_happened

    assert last_change() == "Returned on 11 January 2022 by CP manager"
    operations.save_words(
        poverty_round.quarterly_return,
        poverty_round.sheet.words,
        seen=None,
        by=who.deputy,
        at=LATER + dt.timedelta(days=1),
    )
    assert last_change() == "Last saved on 12 January 2022 by Poverty deputy"


def test_when_every_return_is_accepted_the_quarter_can_be_locked(manager, poverty_round):
    accept_all(poverty_round)

    page = manager.get(ROOM)

    assert "0 of 2 submitted, 2 accepted, 0 to come" in text_of(page)
    assert "Every return is accepted. Lock Q3 2021/22, then make the reports." in text_of(page)
    assert f'href="{LOCK}"' in page.content.decode()


def test_a_quarter_before_the_plan_asks_for_no_returns(manager, poverty_round):
    QuarterFactory(partnership=poverty_round.cast.partnership, year=2019, number=4)

    page = manager.get("/strathmuir/quarters/2019-20/q4/")

    assert "Q4 2019/20 ended before the plan began on 1 April 2020, so it asks for no returns." in text_of(
        page
    )


def test_a_round_to_come_says_when_it_opens_and_links_to_no_return(manager, poverty_round):
    QuarterFactory(partnership=poverty_round.cast.partnership, number=4)

    page = manager.get("/strathmuir/quarters/2021-22/q4/")

    assert "Nothing yet. Lead officers can begin on 1 April 2022." in text_of(page)
    assert "/review/" not in page.content.decode()


def test_the_officers_group_reads_and_is_not_told_what_to_do(client, poverty_round):
    client.force_login(poverty_round.cast.officer, backend=BACKEND)

    shown = text_of(client.get(ROOM))

    assert "0 of 2 submitted" in shown
    assert "What to do next" not in shown


def test_the_quarter_in_progress_is_the_newest_that_is_open(manager, poverty_round):
    assert manager.get("/strathmuir/quarters/")["Location"] == ROOM

    Quarter.objects.filter(pk=poverty_round.cast.quarter.pk).update(
        locked_at=NOW, locked_by=poverty_round.cast.manager
    )
    assert manager.get("/strathmuir/quarters/")["Location"] == "/strathmuir/quarters/2021-22/q2/"

    Quarter.objects.update(locked_at=NOW, locked_by=poverty_round.cast.manager)
    assert manager.get("/strathmuir/quarters/")["Location"] == ROOM
    assert (
        quarter_in_progress(poverty_round.cast.partnership, on=dt.date(2020, 1, 1))
        == poverty_round.cast.before
    )


def test_a_partnership_without_quarters_is_told_how_to_begin(manager, poverty_round):
    Quarter.objects.all().delete()

    assert "No quarters yet" in text_of(manager.get("/strathmuir/quarters/"))


@pytest.mark.parametrize("path", ["9999-00/q3/", "2021-22/q5/", "2021-22/3/", "2021-23/q3/", "2019-20/q1/"])
def test_a_quarter_that_is_not_there_is_not_found(manager, path):
    assert manager.get(f"/strathmuir/quarters/{path}").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_control_room_asks_as_much_for_one_priority_as_for_three(
    manager, poverty_round, django_assert_num_queries, count
):
    submit(poverty_round)
    poverty_round.cast.skills.delete()
    for _ in range(count - 1):
        extra = PriorityFactory(plan=poverty_round.cast.plan, lead_officer=poverty_round.cast.lead)
        accepted_return(extra, poverty_round.cast.quarter, by=poverty_round.cast.lead, at=NOW)

    with django_assert_num_queries(8):
        manager.get(ROOM)


# The check of a return


def test_a_return_is_read_whole_before_it_is_judged(manager, poverty_round):
    submit(poverty_round, good_practice="One phone line for all.")

    shown = text_of(manager.get(poverty_round.url("review/")))

    assert "Q3 2021/22 update for Poverty" in shown
    assert "48.0% in Q2 2021/22" in shown
    assert "51.0% On target" in shown
    assert "Open an advice hub" in shown
    assert "likelihood 2 × impact 4 = 8 Medium" in shown
    assert "Two hubs opened." in shown
    assert "One phone line for all." in shown
    assert "Submitted by Poverty lead on 10 January 2022 at 10:00" in shown
    assert "Your decision" in shown


def test_accepting_puts_the_figures_on_the_record(manager, poverty_round):
    submit(poverty_round)

    page = manager.post(
        poverty_round.url("review/"), {"accept": "yes", "seen": seen(poverty_round)}, follow=True
    )

    assert page.redirect_chain == [(ROOM, 302)]
    assert "You accepted the Q3 2021/22 return for Poverty." in text_of(page)
    assert poverty_round.quarterly_return.state == "accepted"
    assert poverty_round.quarterly_return.accepted_by == poverty_round.cast.manager
    assert Reading.objects.get(value=51).state == "confirmed"


def test_a_second_press_of_accept_finds_it_done(manager, poverty_round):
    submit(poverty_round)
    sent = {"accept": "yes", "seen": seen(poverty_round)}
    manager.post(poverty_round.url("review/"), sent)

    page = manager.post(poverty_round.url("review/"), sent, follow=True)

    assert "You accepted the Q3 2021/22 return for Poverty." in text_of(page)
    assert "There is a problem" not in text_of(page)


def test_returning_says_why_on_the_return_and_in_a_letter(
    manager, poverty_round, django_capture_on_commit_callbacks
):
    submit(poverty_round)

    with django_capture_on_commit_callbacks(execute=True):
        page = manager.post(
            poverty_round.url("review/"),
            {"reason": "Say where the hubs <b>are</b>.\r\nAnd when.", "seen": seen(poverty_round)},
            follow=True,
        )

    assert "You returned the Q3 2021/22 return for Poverty, with your reason." in text_of(page)
    assert poverty_round.quarterly_return.state == "returned"
    assert [letter.to for letter in mail.outbox] == [["poverty@example.org"]]
    assert "Say where the hubs <b>are</b>.\nAnd when." in mail.outbox[0].body
    shown = manager.get(poverty_round.url("review/"))
    assert "Returned by CP manager, 10 January 2022" in text_of(shown)
    assert "Say where the hubs &lt;b&gt;are&lt;/b&gt;.<br>And when." in shown.content.decode()
    assert "Your decision" not in text_of(shown)


def test_the_same_reason_sent_twice_is_one_letter(manager, poverty_round, django_capture_on_commit_callbacks):
    submit(poverty_round)
    sent = {"reason": "Say more.", "seen": seen(poverty_round)}

    with django_capture_on_commit_callbacks(execute=True):
        manager.post(poverty_round.url("review/"), sent)
        page = manager.post(poverty_round.url("review/"), sent, follow=True)

    assert "There is a problem" not in text_of(page)
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("reason", ["", "  \n "])
def test_a_return_goes_back_only_with_a_reason(manager, poverty_round, reason):
    submit(poverty_round)

    page = manager.post(poverty_round.url("review/"), {"reason": reason, "seen": seen(poverty_round)})

    assert '<a href="#reason">Say what needs to change.</a>' in page.content.decode()
    assert poverty_round.quarterly_return.state == "submitted"


def test_a_reason_too_long_is_kept_in_the_form(manager, poverty_round):
    submit(poverty_round)

    page = manager.post(poverty_round.url("review/"), {"reason": "x" * 5001, "seen": seen(poverty_round)})

    assert "This is 5,001 characters. Use 5,000 or fewer." in text_of(page)
    assert "x" * 5001 in page.content.decode()
    assert poverty_round.quarterly_return.state == "submitted"


def test_what_was_submitted_again_meanwhile_is_read_again_first(manager, poverty_round):
    submit(poverty_round)
    old = seen(poverty_round)
    operations.send_back(poverty_round.quarterly_return, reason="Why?", by=poverty_round.cast.manager, at=NOW)
    operations.submit_return(poverty_round.quarterly_return, by=poverty_round.cast.lead, at=LATER)

    page = manager.post(poverty_round.url("review/"), {"accept": "yes", "seen": old}, follow=True)

    assert "This return was submitted again while you were reading. Please read it as it is now." in text_of(
        page
    )
    assert poverty_round.quarterly_return.state == "submitted"


def test_a_reason_outlives_that_the_return_was_submitted_again_meanwhile(manager, poverty_round):
    submit(poverty_round)
    old = seen(poverty_round)
    operations.send_back(poverty_round.quarterly_return, reason="Why?", by=poverty_round.cast.manager, at=NOW)
    operations.submit_return(poverty_round.quarterly_return, by=poverty_round.cast.lead, at=LATER)

    page = manager.post(poverty_round.url("review/"), {"reason": "Name the partner.", "seen": old})

    assert "This return was submitted again while you were reading. Please read it as it is now." in text_of(
        page
    )
    assert "Name the partner.</textarea>" in page.content.decode()
    assert f'name="seen" value="{seen(poverty_round)}"' in page.content.decode()
    assert poverty_round.quarterly_return.return_reason == "Why?"


def test_a_reason_outlives_that_another_manager_was_quicker(manager, poverty_round):
    submit(poverty_round)
    another = person(poverty_round.cast.partnership, Role.CP_MANAGER)
    operations.accept_return(poverty_round.quarterly_return, by=another, at=NOW)

    page = text_of(
        manager.post(
            poverty_round.url("review/"), {"reason": "Name the partner.", "seen": seen(poverty_round)}
        )
    )

    assert "This return is accepted, not submitted." in page
    assert "You had written, and it was not sent: Name the partner." in page
    assert poverty_round.quarterly_return.state == "accepted"


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_does_not_answer_is_in_nobodys_way(
    manager, poverty_round, settings, caplog: pytest.LogCaptureFixture
):
    submit(poverty_round)
    settings.EMAIL_BACKEND = f"{__name__}.NoMail"

    page = manager.post(
        poverty_round.url("review/"),
        {"reason": "Name the partner.", "seen": seen(poverty_round)},
        follow=True,
    )

    assert "You returned the Q3 2021/22 return for Poverty, with your reason." in text_of(page)
    assert poverty_round.quarterly_return.state == "returned"
    assert "Nobody answers." in caplog.text


class NoMail(BaseEmailBackend):
    def send_messages(self, letters: object) -> int:
        raise ConnectionRefusedError("Nobody answers.")


def test_what_is_not_submitted_cannot_be_judged(manager, poverty_round):
    poverty_round.fill()

    shown = text_of(manager.get(poverty_round.url("review/")))
    page = manager.post(poverty_round.url("review/"), {"accept": "yes", "seen": ""}, follow=True)

    assert "The lead officer has still to submit this return, so what you see may change." in shown
    assert "Your decision" not in shown
    assert "This return is in progress, not submitted." in text_of(page)
    assert poverty_round.quarterly_return.state == "in_progress"


@pytest.mark.parametrize("as_what", ["lead officer", "deputy", "sender"])
def test_nobody_checks_their_own_return(manager, poverty_round, as_what):
    submit(poverty_round)
    people = poverty_round.cast
    if as_what == "lead officer":
        people.poverty.lead_officer = people.manager
        people.poverty.save()
    elif as_what == "deputy":
        people.poverty.deputies.add(people.manager)
    else:
        QuarterlyReturn.objects.update(submitted_by=people.manager)

    shown = text_of(manager.get(poverty_round.url("review/")))
    answer = manager.post(poverty_round.url("review/"), {"accept": "yes", "seen": seen(poverty_round)})

    assert "You submitted this return or answer for its priority, so someone else must check it." in shown
    assert "Your decision" not in shown
    assert answer.status_code == 403
    assert poverty_round.quarterly_return.state == "submitted"


@pytest.mark.parametrize(
    ("who", "reading", "judging"),
    [
        ("officer", 200, 403),
        ("lead", 200, 403),
        ("other_lead", 404, 404),
        ("board", 404, 404),
        ("stranger", 404, 404),
    ],
)
def test_only_the_cp_manager_judges(client, poverty_round, who, reading, judging):
    submit(poverty_round)
    client.force_login(getattr(poverty_round.cast, who), backend=BACKEND)
    sent = {"accept": "yes", "seen": seen(poverty_round)}

    assert client.get(poverty_round.url("review/")).status_code == reading
    assert client.post(poverty_round.url("review/"), sent).status_code == judging
    assert poverty_round.quarterly_return.state == "submitted"


def test_a_reason_sent_after_signing_out_is_still_there(client, poverty_round):
    submit(poverty_round)
    page, manager = poverty_round.url("review/"), poverty_round.cast.manager
    sent = {"reason": "Say more of hubs.", "seen": seen(poverty_round), "writer": str(manager.pk)}

    assert client.post(page, sent)["Location"] == f"/accounts/login/?next={page}"
    manager.set_password("a long pass phrase")
    manager.save()
    client.post("/accounts/login/", {"login": manager.email, "password": "a long pass phrase"})
    shown = client.get(page)

    assert "You were signed out before this was sent. Check what you typed and send it again." in text_of(
        shown
    )
    assert "Say more of hubs.</textarea>" in shown.content.decode()
    assert poverty_round.quarterly_return.state == "submitted"


@pytest.mark.parametrize("count", [1, 3])
def test_the_review_asks_as_much_for_one_line_as_for_three(
    manager, poverty_round, django_assert_num_queries, count
):
    for _ in range(count - 1):
        MeasureFactory(priority=poverty_round.cast.poverty)
        ActionFactory(priority=poverty_round.cast.poverty)
        RiskFactory(priority=poverty_round.cast.poverty)
    poverty_round.fill()

    with django_assert_num_queries(24):
        manager.get(poverty_round.url("review/"))


# The lock


def test_before_locking_the_page_says_what_it_means(manager, poverty_round):
    accept_all(poverty_round)

    shown = text_of(manager.get(LOCK))

    assert "Every return is accepted: Poverty and Skills." in shown
    assert "A locked quarter cannot be unlocked." in shown


def test_locking_closes_the_quarter(manager, poverty_round):
    accept_all(poverty_round)

    page = manager.post(LOCK, follow=True)

    assert page.redirect_chain == [(ROOM, 302)]
    assert "Locked on 10 January 2022 by CP manager." in text_of(page)
    assert "Q3 2021/22 is locked. Its figures and words are ready for the Board’s reports." in text_of(page)
    poverty_round.cast.quarter.refresh_from_db()
    assert (poverty_round.cast.quarter.locked_at, poverty_round.cast.quarter.locked_by) == (
        NOW,
        poverty_round.cast.manager,
    )


def test_a_second_press_of_lock_finds_it_done(manager, poverty_round):
    accept_all(poverty_round)
    manager.post(LOCK)

    page = manager.post(LOCK, follow=True)

    assert "There is a problem" not in text_of(page)
    assert "Q3 2021/22 is locked." in text_of(page)


def test_a_quarter_with_returns_to_come_is_not_locked(manager, poverty_round):
    accepted_return(
        poverty_round.cast.poverty, poverty_round.cast.quarter, by=poverty_round.cast.lead, at=NOW
    )

    shown = text_of(manager.get(LOCK))
    page = manager.post(LOCK, follow=True)

    assert "The quarter can be locked when every return is accepted. Not accepted yet: Skills." in shown
    assert "Q3 2021/22 cannot be locked yet: 1 return is not accepted." in text_of(page)
    poverty_round.cast.quarter.refresh_from_db()
    assert not poverty_round.cast.quarter.is_locked


def test_someone_elses_lock_is_said_and_not_overwritten(manager, poverty_round):
    accept_all(poverty_round)
    operations.lock_quarter(poverty_round.cast.quarter, by=poverty_round.cast.officer, at=LATER)

    page = manager.post(LOCK, follow=True)

    assert "Q3 2021/22 is locked, so it can no longer be changed." in text_of(page)
    assert "Locked on 11 January 2022 by Officer." in text_of(page)


@pytest.mark.parametrize(
    ("who", "room", "lock"),
    [
        ("officer", 200, 403),
        ("lead", 404, 404),
        ("board", 404, 404),
        ("viewer", 404, 404),
        ("stranger", 404, 404),
    ],
)
def test_only_the_cp_manager_locks(client, poverty_round, who, room, lock):
    accept_all(poverty_round)
    client.force_login(getattr(poverty_round.cast, who), backend=BACKEND)

    assert client.get(ROOM).status_code == room
    assert client.get(LOCK).status_code == lock
    assert client.post(LOCK).status_code == lock
    poverty_round.cast.quarter.refresh_from_db()
    assert not poverty_round.cast.quarter.is_locked


@pytest.mark.parametrize(
    "path", ["/strathmuir/quarters/", ROOM, LOCK, "/strathmuir/returns/2021-22/q3/poverty/review/"]
)
def test_nobody_is_asked_to_sign_in(client, poverty_round, path):
    assert client.get(path)["Location"] == f"/accounts/login/?next={path}"


@pytest.mark.browser
@pytest.mark.parametrize("path", [ROOM, LOCK, "/strathmuir/returns/2021-22/q3/poverty/review/"])
def test_the_managers_pages_are_accessible(page, axe, sign_in, poverty_round, path):
    if path == LOCK:
        accept_all(poverty_round)
    else:
        submit(poverty_round)
    sign_in(poverty_round.cast.manager)
    page.goto(path)

    for colours, width in [("light", 1280), ("dark", 375), ("light", 320)]:
        page.emulate_media(color_scheme=colours)
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        axe(page)
