"""The library of measures: every measure once, where it is used and how it stands, and how one is found."""

import pytest
from django.test import Client

from dashboard.library import library
from tests.actionplans.factories import MeasureFactory
from tests.dashboard.chart_cast import HOSTILE
from tests.dashboard.conftest import Q2, signed_in, text_of
from tests.factories import NOW, OrganisationFactory, PriorityFactory

LIBRARY = "/strathmuir/measures/"


@pytest.fixture
def measures(board):
    """One of Poverty, off target and shared with Skills; one of Skills that is overdue; and one without a source."""
    supplier = OrganisationFactory(partnership=board.cast.partnership, name="Strathmuir Council")
    shared = board.measure(
        "48",
        "45",
        code="POV-01",
        name="Grants decided in a day",
        definition="Of all grants.",
        unit_name="grants",
        source="Benefits service",
        source_url="https://example.org/grants",
        owner_title="Head of Benefits",
        supplier=supplier,
    )
    shared.shared_with.add(board.cast.skills)
    overdue = board.measure(
        priority=board.cast.skills,
        code="SKI-01",
        name="Places taken up",
        source="SDS",
        publication_lag_days=2,
        grace_days=5,
    )
    board.reading(overdue, "48", Q2, flag="provisional")
    MeasureFactory(priority=board.cast.poverty, code="POV-02", name="Homes made warm", polarity="none")
    return board


def found(board, **asked):
    return library(board.cast.partnership, board.cast.quarter, known_at=NOW, data=asked)


def test_every_measure_is_there_once_with_where_it_is_used(measures):
    shown = found(measures)

    assert [(one.row.code, one.reported_under, one.also_under) for one in shown.rows] == [
        ("POV-01", "Poverty", ("Skills",)),
        ("POV-02", "Poverty", ()),
        ("SKI-01", "Skills", ()),
    ]
    assert (shown.total, shown.count_in_words, shown.is_filtered) == (3, "3 measures", False)


def test_the_page_says_what_it_is_where_it_is_from_and_how_it_stands(member, measures):
    shown = text_of(member.get(LIBRARY))

    assert (
        "Grants decided in a day POV-01: % of grants. Higher is better. Financial quarter. Poverty Also shown under "
        "Skills Benefits service Supplied by Strathmuir Council Head of Benefits answers for it Off target 45.0% Q3 "
        "2021/22 Published 5 January 2022; next due March 2022."
    ) in shown
    assert (
        "Places taken up SKI-01: %. Higher is better. Financial quarter. Skills SDS Overdue 48.0% provisional Q2 "
        "2021/22 The figure for Q3 2021/22 was due in January 2022 and is overdue."
    ) in shown
    assert (
        "Homes made warm POV-02: %. No better direction. Financial quarter. Poverty No source named" in shown
    )


@pytest.mark.parametrize(
    ("asked", "codes", "words"),
    [
        ({"words": "grants DAY"}, ["POV-01"], "1 of 3 measures with “grants DAY”"),
        ({"words": "head of"}, ["POV-01"], "1 of 3 measures with “head of”"),
        ({"words": "ski-"}, ["SKI-01"], "1 of 3 measures with “ski-”"),
        ({"priority": "skills"}, ["POV-01", "SKI-01"], "2 of 3 measures under Skills"),
        ({"source": "SDS"}, ["SKI-01"], "1 of 3 measures from SDS"),
        ({"source": "none"}, ["POV-02"], "1 of 3 measures with no source named"),
        ({"status": "overdue"}, ["SKI-01"], "1 of 3 measures with the status Overdue"),
        (
            {"words": "day", "priority": "skills", "status": "off_target"},
            ["POV-01"],
            "1 of 3 measures with “day”, under Skills, with the status Off target",
        ),
        (
            {"priority": "poverty", "status": "overdue"},
            [],
            "0 of 3 measures under Poverty, with the status Overdue",
        ),
        ({"words": " ", "status": ""}, ["POV-01", "POV-02", "SKI-01"], "3 measures"),
        ({"status": "purple", "colour": "blue"}, ["POV-01", "POV-02", "SKI-01"], "3 measures"),
    ],
)
def test_measures_are_found(measures, asked, codes, words):
    shown = found(measures, **asked)

    assert [one.row.code for one in shown.rows] == codes
    assert shown.count_in_words == words


def test_a_choice_that_is_none_is_told(member, measures):
    page = member.get(LIBRARY, {"status": "purple"})

    assert "Choose one of the answers on the page." in text_of(page)
    assert page.status_code == 200


def test_where_nothing_fits_the_page_says_what_to_do(member, measures):
    shown = text_of(member.get(LIBRARY, {"words": "tea"}))

    assert "0 of 3 measures with “tea”" in shown
    assert "No measure fits Use fewer words, or leave a choice open." in shown
    assert "Show every measure" in shown


def test_a_partnership_without_measures(client: Client, board):
    assert "They appear here when the CP manager has defined them." in text_of(
        signed_in(client, board.cast.board).get(LIBRARY)
    )
    manager = signed_in(client, board.cast.manager).get(LIBRARY)
    assert "Define the first, or load a plan file that has some." in text_of(manager)
    assert 'href="/strathmuir/measures/new/"' in manager.content.decode()


def test_only_who_defines_measures_is_offered_to(client: Client, measures):
    offers = ("/strathmuir/measures/new/", "/strathmuir/measures/POV-01/edit/")

    reader = signed_in(client, measures.cast.board).get(LIBRARY).content.decode()
    manager = signed_in(client, measures.cast.manager).get(LIBRARY).content.decode()

    assert not any(offer in reader for offer in offers)
    assert all(offer in manager for offer in offers)


def test_measures_of_others_are_not_in_it(member, measures):
    MeasureFactory(
        priority=PriorityFactory(name="Priority of others"), name="Measure of others", source="of others"
    )

    assert "of others" not in member.get(LIBRARY).content.decode()


def test_a_figure_held_back_is_not_in_it(member, board):
    measure = board.measure("48.7", code="POV-01", is_disclosure_controlled=True)

    shown = text_of(member.get(LIBRARY))

    assert measure.name in shown
    assert "48.7" not in shown


def test_what_people_wrote_is_never_run(member, board):
    measure = board.measure("48", name=HOSTILE, source=HOSTILE, owner_title=HOSTILE)
    measure.priority.name = HOSTILE
    measure.priority.save()

    for page in (member.get(LIBRARY), member.get(LIBRARY, {"words": "<script>alert"})):
        assert page.status_code == 200
        assert b"<script>alert" not in page.content


def test_the_library_is_in_the_navigation(member, board):
    page = member.get(LIBRARY).content.decode()

    assert (
        '<a class="govuk-service-navigation__link" href="/strathmuir/measures/" aria-current="true">' in page
    )


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(member, board, django_assert_num_queries, count):
    for number in range(count):
        measure = board.measure(
            "54", "48", "45", supplier=OrganisationFactory(partnership=board.cast.partnership)
        )
        measure.shared_with.add(PriorityFactory(plan=board.cast.plan), board.cast.skills)
        board.measure("50", priority=board.cast.skills, code=f"SKI-0{number}")

    with django_assert_num_queries(11):
        shown = member.get(LIBRARY)

    assert len(shown.context["library"].rows) == 2 * count
