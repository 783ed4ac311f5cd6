"""The pages of reports: who reads what, who may do what, and what they are told."""

import hashlib
import re

import pytest
from django.test import Client
from django.urls import reverse

from reports import rendering
from reports.models import Report, ReportFile, SignOff
from tests.reports.report_cast import HOSTILE, board_quarter

pytestmark = pytest.mark.django_db

SLUG = "2021-22-q3-performance-dashboard"
ADDRESS = f"/strathmuir/reports/{SLUG}/"
READ = ("", "progress/", "report.html", "report.pdf", "snapshot.json")
MAKE = ("make-again/", "files/", "issue/", "publish/")


@pytest.fixture
def quarter():
    return board_quarter()


@pytest.fixture(autouse=True)
def _quick_paper(monkeypatch):
    """Printing is tested elsewhere, and takes seconds."""
    monkeypatch.setattr(rendering, "pdf_file", lambda edition: b"%PDF of " + edition.status.encode())


@pytest.fixture(autouse=True)
def _files_at_once(monkeypatch):
    """The tests' own transaction never ends, so what waits for its end is done at once."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda function: function())


def as_(person):
    client = Client()
    if person:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def brought_to(state, quarter):
    report = quarter.make()
    for step in {"assembling": [], "issued": ["issue"], "agreed": ["issue", "sign"],
                 "published": ["issue", "sign", "publish"]}[state]:  # fmt: skip
        getattr(quarter, step)(report)
    return Report.objects.get(pk=report.pk)


# Who reads what


def test_addresses_are_those_people_keep():
    args = ["strathmuir", SLUG]

    assert reverse("reports:report-list", args=args[:1]) == "/strathmuir/reports/"
    assert reverse("reports:report-new", args=args[:1]) == "/strathmuir/reports/new/"
    assert reverse("reports:report-detail", args=args) == ADDRESS
    assert reverse("reports:report-html", args=args) == f"{ADDRESS}report.html"
    assert reverse("reports:report-pdf", args=args) == f"{ADDRESS}report.pdf"


@pytest.mark.parametrize(
    ("state", "readers"),
    [
        ("assembling", {"manager"}),
        ("issued", {"manager", "chair", "board", "lead", "viewer"}),
        ("agreed", {"manager", "chair", "board", "lead", "viewer"}),
        ("published", {"manager", "chair", "board", "lead", "viewer", "stranger", "nobody"}),
    ],
)
def test_each_state_has_its_readers(quarter, state, readers):
    brought_to(state, quarter)
    people = {
        "manager": quarter.manager, "chair": quarter.chair, "board": quarter.cast.board, "lead": quarter.cast.lead,
        "viewer": quarter.cast.viewer, "stranger": quarter.cast.stranger, "nobody": None,
    }  # fmt: skip

    for name, person in people.items():
        client = as_(person)
        listed = client.get("/strathmuir/reports/").content.decode()
        assert (f'href="{ADDRESS}"' in listed) is (name in readers)
        for page in READ:
            answer = client.get(ADDRESS + page)
            if name in readers:
                assert answer.status_code == (302 if page == "progress/" else 200)
            elif name == "nobody":
                assert (answer.status_code, answer["Location"]) == (
                    302,
                    f"/accounts/login/?next={ADDRESS}{page}",
                )
            else:
                assert answer.status_code == 404


def test_a_report_that_is_not_there_looks_like_one_that_is_not_yours(quarter):
    assert as_(quarter.manager).get("/strathmuir/reports/2021-22-q4-risk-profile/").status_code == 404
    answer = as_(None).get("/strathmuir/reports/2021-22-q4-risk-profile/")
    assert answer["Location"] == "/accounts/login/?next=/strathmuir/reports/2021-22-q4-risk-profile/"
    assert as_(quarter.manager).get(f"/glenbeg/reports/{SLUG}/").status_code == 404


def test_changes_belong_to_their_roles(quarter):
    brought_to("published", quarter)
    others = (
        quarter.chair,
        quarter.cast.board,
        quarter.cast.lead,
        quarter.cast.viewer,
        quarter.cast.stranger,
    )

    for page in MAKE:
        assert [as_(person).post(ADDRESS + page).status_code for person in others] == [403] * 5
        assert as_(None).post(ADDRESS + page)["Location"].startswith("/accounts/login/")
    others = (quarter.manager, *others[1:])
    assert [as_(person).get(f"{ADDRESS}sign-off/").status_code for person in others] == [403] * 5
    for person, status in [(quarter.chair, 403), (quarter.cast.viewer, 403), (quarter.cast.stranger, 404)]:
        assert as_(person).get("/strathmuir/reports/new/").status_code == status
    assert as_(None).get("/strathmuir/reports/new/").status_code == 302


def test_buttons_are_for_those_who_may_press_them(quarter):
    report = brought_to("assembling", quarter)

    def buttons(person):
        content = as_(person).get(ADDRESS).content.decode()
        pressed = re.findall(r'class="govuk-button[^>]*>([^<]+)<', content)
        return [words.strip() for words in pressed]

    assert buttons(quarter.manager) == ["Issue to the Board", "Make again from today’s figures"]
    quarter.issue(report)
    assert (buttons(quarter.manager), buttons(quarter.chair), buttons(quarter.cast.board)) == (
        [],
        ["Sign off"],
        [],
    )
    quarter.sign(report)
    assert (buttons(quarter.manager), buttons(quarter.chair)) == (["Publish"], [])
    quarter.publish(report)
    assert [buttons(person) for person in (quarter.manager, quarter.chair, None)] == [[], [], []]


# What a reader gets


@pytest.mark.parametrize(
    ("page", "kind", "name"),
    [
        ("report.html", "text/html; charset=utf-8", f"strathmuir-{SLUG}.html"),
        ("report.pdf", "application/pdf", f"strathmuir-{SLUG}.pdf"),
        ("snapshot.json", "application/json", f"strathmuir-{SLUG}.json"),
    ],
)
def test_a_file_is_served_with_its_name_and_its_hash(quarter, page, kind, name):
    brought_to("published", quarter)
    client = as_(None)

    answer = client.get(ADDRESS + page)

    assert answer["Content-Type"] == kind
    assert answer["Content-Disposition"] == f'inline; filename="{name}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "public, no-cache"
    assert answer["ETag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'
    assert answer["ETag"].strip('"') in client.get(ADDRESS).content.decode().replace("<wbr>", "")
    again = client.get(ADDRESS + page, headers={"if-none-match": answer["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", answer["ETag"])


def test_what_is_not_published_stays_out_of_shared_caches(quarter):
    brought_to("issued", quarter)

    assert as_(quarter.cast.board).get(f"{ADDRESS}report.html")["Cache-Control"] == "private, no-cache"


def test_publishing_leaves_the_files_as_they_were_signed(quarter):
    report = brought_to("agreed", quarter)
    signed = [as_(quarter.cast.board).get(ADDRESS + page).content for page in READ[2:]]

    quarter.publish(report)

    assert [as_(None).get(ADDRESS + page).content for page in READ[2:]] == signed


def test_the_page_tells_where_a_report_stands(quarter):
    brought_to("published", quarter)

    content = as_(None).get(ADDRESS).content.decode()

    assert "Signed off by Eilidh Mòr, Chair, Strathmuir Council, at 10:00 on 11 January 2022" in content
    assert "paragraph 5.2: <strong>NOTED</strong>" in content
    for note in (
        "With the figures as known at 10:00 on 10 January 2022", "Issued at 10:00 on 11 January 2022",
        "Signed off at 10:00 on 11 January 2022", "Published at 10:00 on 12 January 2022",
    ):  # fmt: skip
        assert note in content


@pytest.mark.parametrize(
    ("person", "words"),
    [
        ("manager", "make its reports for the Board here"),
        ("board", "when they are issued to the Board"),
        ("nobody", "and they are published"),
    ],
)
def test_an_empty_list_says_what_comes(quarter, person, words):
    who = {"manager": quarter.manager, "board": quarter.cast.board, "nobody": None}[person]

    assert words in as_(who).get("/strathmuir/reports/").content.decode()


# Waiting for files


def test_the_page_waits_for_files_and_then_stops_asking(quarter):
    report = brought_to("issued", quarter)
    client = as_(quarter.cast.board)
    ReportFile.objects.filter(report=report, format="pdf").update(state="rendering", content=b"", sha256="")

    waiting = client.get(ADDRESS).content.decode()
    part = client.get(f"{ADDRESS}progress/", headers={"hx-request": "true"}).content.decode()

    for content in (waiting, part):
        assert f'hx-get="{ADDRESS}progress/" hx-trigger="every 2s" hx-swap="outerHTML"' in content
        assert "Being made" in content
        assert f'<a class="govuk-link" href="{ADDRESS}">Refresh this page</a>' in content
    assert "htmx" in waiting
    assert client.get(f"{ADDRESS}report.pdf")["Location"] == ADDRESS
    rendering.try_again(report)
    part = client.get(f"{ADDRESS}progress/", headers={"hx-request": "true"}).content.decode()
    assert "hx-get" not in part
    assert "Refresh" not in part


def test_the_manager_may_try_again(quarter):
    report = brought_to("issued", quarter)
    ReportFile.objects.filter(report=report, format="pdf").update(state="failed", content=b"", sha256="")

    assert "It could not be made." in as_(quarter.cast.board).get(ADDRESS).content.decode()
    assert "Try to make" not in as_(quarter.cast.board).get(ADDRESS).content.decode()
    assert "Try to make the files again" in as_(quarter.manager).get(ADDRESS).content.decode()
    as_(quarter.manager).post(f"{ADDRESS}files/")

    assert as_(quarter.cast.board).get(f"{ADDRESS}report.pdf").status_code == 200


# From draft to public, by the pages


def test_the_road_of_a_report_by_its_pages(quarter):
    manager, chair = as_(quarter.manager), as_(quarter.chair)

    form = manager.get("/strathmuir/reports/new/").content.decode()
    assert 'value="CPP/22/1"' in form
    made = manager.post(
        "/strathmuir/reports/new/",
        {
            "kind": "performance_dashboard",
            "quarter": "2021-22-q3",
            "meeting": quarter.meeting.pk,
            "number": "G/22/7",
        },
    )
    assert made["Location"] == ADDRESS
    assert "Draft, not yet issued to the Board" in manager.get(f"{ADDRESS}report.html").content.decode()
    assert manager.post(f"{ADDRESS}make-again/", follow=True).content.decode().count("is made again") == 1
    assert "can no longer be changed" in manager.get(f"{ADDRESS}issue/").content.decode()
    manager.post(f"{ADDRESS}issue/")
    assert "Issued to the Board on 10 January 2022" in chair.get(f"{ADDRESS}report.html").content.decode()
    signed = chair.post(
        f"{ADDRESS}sign-off/", {"verb": "approved", "text": "Approved.", "minute_paragraph": "4"}
    )
    assert signed["Location"] == ADDRESS
    assert as_(None).get(f"{ADDRESS}report.html").status_code == 302
    manager.post(f"{ADDRESS}publish/")
    page = as_(None).get(f"{ADDRESS}report.html").content.decode()
    assert "Signed off: meeting of 4 March 2022, paragraph 4 of the minutes" in page
    assert "<strong>APPROVED</strong>" in page


def test_buttons_pressed_twice_do_once(quarter):
    manager, chair = as_(quarter.manager), as_(quarter.chair)
    asked = {
        "kind": "performance_dashboard",
        "quarter": "2021-22-q3",
        "meeting": quarter.meeting.pk,
        "number": "7",
    }
    said = {"verb": "noted", "text": "Noted.", "minute_paragraph": ""}

    for client, page, data in [
        (manager, "/strathmuir/reports/new/", asked), (manager, f"{ADDRESS}issue/", {}),
        (chair, f"{ADDRESS}sign-off/", said), (manager, f"{ADDRESS}publish/", {}),
    ]:  # fmt: skip
        for _ in range(2):
            answer = client.post(page, data, follow=True)
            assert answer.redirect_chain == [(ADDRESS, 302)]
            assert "There is a problem" not in answer.content.decode()
    assert (Report.objects.count(), SignOff.objects.count()) == (1, 1)


def test_a_form_with_faults_keeps_what_was_typed_and_makes_nothing(quarter):
    quarter.make("risk_profile", number="CPP/22/9")

    answer = as_(quarter.manager).post(
        "/strathmuir/reports/new/",
        {"kind": "", "quarter": "2021-22-q9", "meeting": "x", "number": "CPP/22/9"},
    )

    content = answer.content.decode()
    assert answer.status_code == 200
    assert '<a href="#kind">Choose which report to make.</a>' in content
    assert '<a href="#quarter">Choose one of the answers on the page.</a>' in content
    assert '<a href="#meeting">Choose one of the answers on the page.</a>' in content
    assert 'value="CPP/22/9"' in content
    assert Report.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"number": ""}, '<a href="#number">Give the report a number.</a>'),
        ({"number": "CPP/22/9"}, '<a href="#number">There is already a report with the number CPP/22/9.</a>'),
        (
            {"kind": "risk_profile"},
            '<a href="#kind">There is already a Risk Profile report for Q3 2021/22.</a>',
        ),
        (
            {"number": "9" * 41},
            '<a href="#number">The report number is too long. Use at most 40 characters.</a>',
        ),
    ],
)
def test_what_is_refused_stands_beside_its_answer(quarter, change, message):
    quarter.make("risk_profile", number="CPP/22/9")
    asked = {
        "kind": "performance_dashboard",
        "quarter": "2021-22-q3",
        "meeting": quarter.meeting.pk,
        "number": "7",
    }

    answer = as_(quarter.manager).post("/strathmuir/reports/new/", asked | change)

    assert message in answer.content.decode()
    assert Report.objects.count() == 1


def test_a_sign_off_with_faults_keeps_what_was_typed(quarter):
    brought_to("issued", quarter)

    answer = as_(quarter.chair).post(
        f"{ADDRESS}sign-off/", {"verb": "", "text": HOSTILE, "minute_paragraph": "5" * 30}
    )

    content = answer.content.decode()
    assert '<a href="#verb">Choose what the Board decided.</a>' in content
    assert "&lt;script&gt;" in content
    assert "<script>alert" not in content
    assert SignOff.objects.count() == 0
    answer = as_(quarter.chair).post(
        f"{ADDRESS}sign-off/", {"verb": "noted", "text": "", "minute_paragraph": "5" * 30}
    )
    assert (
        '<a href="#text">Write down what the Board decided, as the minutes say it.</a>'
        in answer.content.decode()
    )


def test_words_sent_after_a_session_has_ended_come_back(quarter):
    brought_to("issued", quarter)
    client = Client()
    said = {
        "verb": "noted",
        "text": "The Board noted it.",
        "minute_paragraph": "4",
        "writer": quarter.chair.pk,
    }

    answer = client.post(f"{ADDRESS}sign-off/", said, headers={"sec-fetch-site": "same-origin"})
    assert answer["Location"] == f"/accounts/login/?next={ADDRESS}sign-off/"
    session = client.session
    client.force_login(quarter.chair, backend="django.contrib.auth.backends.ModelBackend")
    kept = client.session
    kept.update(session.items())
    kept.save()

    assert "The Board noted it." in client.get(f"{ADDRESS}sign-off/").content.decode()
    assert SignOff.objects.count() == 0


def test_what_is_not_yet_time_for_is_told_and_changes_nothing():
    quarter = board_quarter(is_locked=False)
    brought_to("assembling", quarter)
    manager = as_(quarter.manager)

    assert "Lock Q3 2021/22 first" in manager.get(ADDRESS).content.decode()
    assert "Lock Q3 2021/22 first" in manager.get(f"{ADDRESS}issue/").content.decode()
    assert "Lock Q3 2021/22 first" in manager.post(f"{ADDRESS}issue/", follow=True).content.decode()
    assert "cannot be published" in manager.post(f"{ADDRESS}publish/", follow=True).content.decode()
    assert Report.objects.get().state == "assembling"


# How much is asked of the database


@pytest.mark.parametrize("measures", [1, 3])
def test_a_report_costs_the_same_whatever_its_size(measures, django_assert_num_queries):
    quarter = board_quarter(measures=measures)
    brought_to("published", quarter)
    client = as_(None)
    client.get(ADDRESS)

    with django_assert_num_queries(11):
        content = client.get(ADDRESS).content.decode()
    with django_assert_num_queries(5):
        page = client.get(f"{ADDRESS}report.html").content.decode()

    assert "Performance Dashboard report" in content
    assert page.count("chart-line") == measures


@pytest.mark.parametrize("reports", [1, 2])
def test_the_list_costs_the_same_however_long(quarter, reports, django_assert_num_queries):
    for kind in ["performance_dashboard", "risk_profile"][:reports]:
        quarter.published(kind, kind)
    client = as_(None)

    with django_assert_num_queries(2):
        content = client.get("/strathmuir/reports/").content.decode()

    assert content.count("Published</span>") == reports
