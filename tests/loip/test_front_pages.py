"""The front page, and the statements that every page links to."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from priorities.models import Membership, Role
from tests.factories import (
    MembershipFactory,
    PartnershipFactory,
    PlanFactory,
    UserFactory,
    cast,
    person,
)

pytestmark = pytest.mark.django_db


def sign_in_as(client, user):
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")


def test_everyone_finds_the_published_plans(client):
    PlanFactory(
        partnership=PartnershipFactory(slug="strathmuir", area_name="Strathmuir", name="Strathmuir CPP")
    )
    PlanFactory(partnership=PartnershipFactory(area_name="Glenbeg"), status="draft")

    page = client.get("/").content.decode()

    assert '<a class="govuk-link" href="/strathmuir/">Strathmuir</a>' in page
    assert "Local Outcomes Improvement Plan 2020, 2020 to 2030" in page
    assert "Glenbeg" not in page
    assert 'If you work on a plan, <a class="govuk-link" href="/accounts/login/">sign in</a>.' in page


def test_an_installation_without_plans_says_so(client):
    assert "No plan is published yet" in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("role", "address"),
    [
        (Role.CP_MANAGER, "/strathmuir/quarters/"),
        (Role.LEAD_OFFICER, "/strathmuir/my-work/"),
        (Role.OFFICER, "/strathmuir/dashboard/"),
        (Role.BOARD_MEMBER, "/strathmuir/dashboard/"),
        (Role.CHAIR, "/strathmuir/dashboard/"),
        (Role.VIEWER, "/strathmuir/dashboard/"),
        (Role.CONTRIBUTOR, "/strathmuir/"),
        (Role.ADMINISTRATOR, "/strathmuir/"),
    ],
)
def test_each_role_begins_on_its_own_page(client, role, address):
    sign_in_as(client, person(cast().partnership, role))

    assert client.get("/")["Location"] == address


def test_someone_in_two_partnerships_chooses(client):
    user = UserFactory()
    MembershipFactory(user=user, partnership=PartnershipFactory(slug="one", name="One"), role=Role.CP_MANAGER)
    MembershipFactory(user=user, partnership=PartnershipFactory(slug="two", name="Two"), role=Role.VIEWER)
    PartnershipFactory(name="Three")
    sign_in_as(client, user)

    page = client.get("/").content.decode()

    assert '<li><a class="govuk-link" href="/one/quarters/">One</a></li>' in page
    assert '<li><a class="govuk-link" href="/two/dashboard/">Two</a></li>' in page
    assert "Three" not in page


def test_someone_whose_membership_has_ended_is_told_whom_to_ask(client):
    found = cast()
    Membership.objects.filter(user=found.manager).update(ends_on="2022-01-09")
    sign_in_as(client, found.manager)

    page = client.get("/").content.decode()

    assert "Your account does not belong to a partnership today." in page


@pytest.mark.parametrize("plans", [1, 3])
def test_the_front_page_asks_as_much_for_one_plan_as_for_three(client, plans):
    for _ in range(plans):
        PlanFactory()

    with CaptureQueriesContext(connection) as queries:
        client.get("/")

    assert len(queries) == 2


def test_the_accessibility_statement_names_the_law_the_limits_and_whom_to_ask(client):
    PlanFactory(partnership=PartnershipFactory(contact="Community Planning Team, Strathmuir Council"))

    page = client.get("/accessibility/").content.decode()

    assert "(No. 2) Accessibility Regulations 2018 (SI 2018/952)" in page
    assert "This website is partially compliant with" in page
    assert "Equality Advisory and Support Service (EASS)" in page
    assert "<li>Community Planning Team, Strathmuir Council</li>" in page
    assert "This statement was prepared on 21 November 2026." in page


def test_what_a_partnership_calls_itself_is_never_markup(client):
    PlanFactory(
        title="<b>Plan</b>",
        partnership=PartnershipFactory(name="<i>CPP</i>", area_name="<u>Area</u>", contact="<s>Team</s>"),
    )

    pages = "".join(client.get(path).content.decode() for path in ("/", "/accessibility/", "/privacy/"))

    assert not any(tag in pages for tag in ("<b>Plan", "<i>CPP", "<u>Area", "<s>Team"))


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/", "/accessibility/", "/privacy/"])
def test_front_pages_are_accessible(page, axe, path):
    PlanFactory()
    page.goto(path)

    for colours, width in [("light", 1280), ("dark", 375), ("light", 320)]:
        page.emulate_media(color_scheme=colours)
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        axe(page)
