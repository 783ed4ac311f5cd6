"""A column pasted into a return: seen before it is saved, in the right rows, or refused with both counts."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from actionplans.models import Delivery, QuarterlyReturn, Reading
from tests.actionplans.factories import MeasureFactory, ReadingFactory
from tests.actionplans.test_return_pages import text_of
from tests.factories import NOW

pytestmark = pytest.mark.django_db

FIGURES = "/strathmuir/returns/2021-22/q3/poverty/figures/"
PASTE = f"{FIGURES}paste/"


@pytest.fixture
def lead(client, poverty_round):
    """Signed in where three figures are asked for: a percentage, a number, and a share of two numbers."""
    poverty = poverty_round.cast.poverty
    for code, fields in (
        ("POV-02", {"name": "Homes made warm", "unit": "number", "decimals": 0}),
        (
            "POV-03",
            {
                "name": "Children in poverty",
                "is_ratio": True,
                "numerator_name": "Children in poor homes",
                "denominator_name": "All children",
            },
        ),
    ):
        ReadingFactory(measure=MeasureFactory(priority=poverty, code=code, **fields), value=30)
    client.force_login(poverty_round.cast.lead)
    return client


def paste(client, text, **said):
    return client.post(PASTE, {"pasted": text, **said}, follow=True)


def test_the_figures_page_leads_there(lead):
    assert f'href="{PASTE}"' in lead.get(FIGURES).content.decode()


def test_the_page_says_the_order_and_what_takes_two_numbers(lead):
    page = text_of(lead.get(PASTE))

    assert (
        "A line for each, in this order Grants decided in a day Homes made warm Children in poverty Two numbers"
        in page
    )
    assert "1. Grants decided in a day 2. Homes made warm 3. Children in poverty" in page


def test_what_is_pasted_is_seen_before_it_is_saved_and_lands_in_the_return(lead, poverty_round):
    response = paste(lead, "51%\t\r\n35\t\r\n412\t2,031\r\n")

    page = text_of(response)
    assert "3 figures can be saved: 3 new. Nothing is saved yet." in page
    assert "They become drafts in the return for Poverty." in page
    assert "20.3%" in page
    assert "Line 3" in page
    made = Delivery.objects.get()
    assert (made.way, made.name, made.priority, bytes(made.file.content)) == (
        "paste", "Pasted figures", poverty_round.cast.poverty, b"51%\t\r\n35\t\r\n412\t2,031\r\n",
    )  # fmt: skip
    assert not QuarterlyReturn.objects.exists()

    seen = re.search(r'name="seen" value="([0-9a-f]+)"', response.content.decode())[1]
    done = text_of(lead.post(response.redirect_chain[-1][0], {"seen": seen}, follow=True))

    assert "3 figures were saved: 3 new." in done
    kept = Reading.objects.filter(delivery=made).order_by("measure__position")
    assert [(f"{row.value:.1f}", row.numerator, row.denominator) for row in kept] == [
        ("51.0", None, None),
        ("35.0", None, None),
        ("20.3", 412, 2031),
    ]
    assert 'value="51"' in lead.get(FIGURES).content.decode()


def test_by_their_names_the_order_does_not_matter(lead):
    page = text_of(paste(lead, "Measure\tFigure\nPOV-02\t35\nGrants decided in a day\t51"))

    assert "2 figures can be saved: 2 new." in page
    assert "Line 1 was taken for headings." in page


def test_it_may_begin_further_down(lead):
    first = re.search(r'<option value="(POV-02@[^"]+)"', lead.get(PASTE).content.decode())[1]

    page = text_of(paste(lead, "35\t\n412\t2031", first=first))

    assert "2 figures can be saved: 2 new." in page
    assert "Grants decided in a day" not in page


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("51\n35", "You pasted 2 lines, and 3 figures are asked for. Nothing is guessed"),
        ("51\n35\n20.3", "“Children in poverty” is worked out from two numbers: copy two columns"),
        ("  \r\n ", "Paste the figures here first: copy them in your spreadsheet."),
        ("", "Paste the figures here first: copy them in your spreadsheet."),
    ],
)
def test_what_does_not_fit_is_refused_and_stays_in_the_box(lead, text, words):
    response = lead.post(PASTE, {"pasted": text})

    assert words in text_of(response)
    assert text.strip() in response.content.decode().replace("\r\n", "\n")
    assert not Delivery.objects.exists()


def test_markup_that_is_pasted_stays_text(lead):
    response = paste(lead, "<script>alert(1)</script>\t51\nPOV-02\t<b>35</b>")

    page = response.content.decode()
    assert "<script>alert" not in page
    assert "&lt;b&gt;35&lt;/b&gt;" in page
    assert "2 are refused." in text_of(response)


def test_dropped_it_leads_back_to_the_box(lead):
    address = paste(lead, "POV-02\t35").redirect_chain[-1][0]

    response = lead.post(f"{address}drop/")

    assert response["Location"] == PASTE
    assert not Delivery.objects.exists()


def test_another_priorities_measure_cannot_be_pasted_in(lead, poverty_round):
    MeasureFactory(priority=poverty_round.cast.skills, code="SKI-01", name="Apprentices")
    page = text_of(paste(lead, "POV-02\t35\nSKI-01\t4"))

    assert "There is no measure “SKI-01” among those you may send figures for." in page
    assert "Apprentices" not in page


def test_a_return_that_was_submitted_takes_nothing(lead, poverty_round):
    QuarterlyReturn.objects.create(
        priority=poverty_round.cast.poverty,
        quarter=poverty_round.cast.quarter,
        state="submitted",
        submitted_at=NOW,
        submitted_by=poverty_round.cast.lead,
    )

    assert "<textarea" not in lead.get(PASTE).content.decode()
    response = lead.post(PASTE, {"pasted": "POV-02\t35"})
    assert response.status_code == 409
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"), [("manager", 403), ("officer", 403), ("other_lead", 404), ("viewer", 404)]
)
def test_it_is_for_those_who_answer_for_the_priority(lead, poverty_round, who, status):
    other = Client()
    other.force_login(getattr(poverty_round.cast, who))

    assert other.get(PASTE).status_code == status
    assert other.post(PASTE, {"pasted": "POV-02\t35"}).status_code == status


@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_as_many_queries_for_three_figures_as_for_one(client, poverty_round, count):
    for number in range(count - 1):
        MeasureFactory(priority=poverty_round.cast.poverty, name=f"More {number}")
    client.force_login(poverty_round.cast.lead)

    with CaptureQueriesContext(connection) as asked:
        page = text_of(client.get(PASTE))

    assert page.count("More ") == (count - 1) * (2 if count > 1 else 0)
    assert len(asked) == 22
