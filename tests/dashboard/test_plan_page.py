"""The plan on a page."""

from __future__ import annotations

import datetime as dt
import html
import re

import pytest
from django.http import HttpResponse

from actionplans.models import StretchOutcome, YearlyAim
from dashboard.plan_page import plan_page
from priorities.models import EmergingIssue, NationalOutcome, Partnership, Plan, Priority, Theme
from tests.actionplans.factories import ActionFactory, MeasureFactory
from tests.factories import TODAY, Cast, GroupFactory, OrganisationFactory, PriorityFactory, cast

PLAN = "/strathmuir/"
BACKEND = "django.contrib.auth.backends.ModelBackend"


def text_of(response: HttpResponse) -> str:
    """The words of a page without its markup, spaces evened out."""
    shown = re.sub(r"(?s)<head>.*?</head>|<[^>]*>", " ", response.content.decode())
    return re.sub(r" ([.,:;])", r"\1", re.sub(r"\s+", " ", html.unescape(shown)))


@pytest.fixture
def people(db: None) -> Cast:
    """The cast, with one theme that has priorities and one that has none."""
    found = cast()
    theme = Theme.objects.create(plan=found.plan, code="FAIR", name="Fairness", position=1)
    Theme.objects.create(plan=found.plan, code="ENV", name="Environment", position=2)
    Priority.objects.update(theme=theme)
    return found


def fill(people: Cast) -> None:
    """Something of everything the page shows."""
    Plan.objects.update(
        vision="A fairer Strathmuir.", needs="One child in seven is poor.", source="Report 20/162."
    )
    group = GroupFactory(partnership=people.partnership, name="Poverty Working Group", kind="delivery")
    Priority.objects.filter(pk=people.poverty.pk).update(
        lead_group=group,
        description="Food, fuel and child poverty.",
        inequality="Lone parents are most likely to be poor.",
        related_strategies=["Food Growing Strategy"],
    )
    people.poverty.groups.add(group, GroupFactory(partnership=people.partnership, name="Food Network"))
    people.poverty.national_outcomes.add(
        NationalOutcome.objects.create(code="poverty", name="Poverty", framework_version="2018")
    )
    outcome = StretchOutcome.objects.create(
        priority=people.poverty,
        code="S1",
        statement="Fewer children are poor.",
        achieve_by=dt.date(2024, 3, 31),
        long_term_aim="No child is poor.",
    )
    YearlyAim.objects.create(stretch_outcome=outcome, plan_year=1, aim="Every family gets a benefit check.")
    council = OrganisationFactory(partnership=people.partnership, name="Strathmuir Council")
    ActionFactory(
        priority=people.poverty, title="Open hubs", lead_organisation=council, due_on=dt.date(2022, 3, 31)
    )
    ActionFactory(
        priority=people.poverty,
        title="Grow food",
        done_by="communities",
        owner_title="",
        support_offered="Land and tools",
    )
    MeasureFactory(priority=people.poverty, name="Children in poverty")
    MeasureFactory(priority=people.poverty, name="No longer counted", discontinued_on=dt.date(2021, 1, 1))
    MeasureFactory(priority=people.poverty, name="Counted until March", discontinued_on=dt.date(2022, 4, 1))
    PriorityFactory(plan=people.plan, kind="enabling", name="Data sharing", slug="data-sharing")
    issue = EmergingIssue.objects.create(
        plan=people.plan, code="I1", name="Food insecurity", what_became_of_it="Became part of Poverty."
    )
    issue.priorities.add(people.poverty)
    EmergingIssue.objects.create(
        plan=people.plan, code="I2", name="Bees", what_became_of_it="Left to others."
    )


def test_everyone_reads_the_whole_plan(client, people):
    fill(people)

    shown = text_of(client.get(PLAN))

    for words in (
        (
            "Local Outcomes Improvement Plan of the Strathmuir Community Planning Partnership, "
            "1 April 2020 to 31 March 2030."
        ),
        "A fairer Strathmuir.",
        "What people here need One child in seven is poor.",
        (
            "Poverty Food, fuel and child poverty. What will be different Fewer children are poor. "
            "Inequality it addresses Lone parents are most likely to be poor. "
            "Lead group Poverty Working Group Lead officer Head of Communities National outcomes Poverty"
        ),
        (
            "Fewer children are poor. To be achieved by 31 March 2024. "
            "Year 1 Every family gets a benefit check. Long term No child is poor."
        ),
        "Actions for partners Open hubs Strathmuir Council, by 31 March 2022",
        "Actions for communities Grow food Support offered: Land and tools",
        "How we will know Children in poverty Counted until March Works with Food Network",
        "Related strategies Food Growing Strategy",
        "Environment The partnership has set no priority under this theme.",
        "Enabling actions What the partners do differently together, whatever the priority. Data sharing",
        "Bees Left to others. No priority Food insecurity Became part of Poverty. Poverty",
        "Where this comes from Report 20/162.",
    ):
        assert words in shown
    assert "No longer counted" not in shown


def test_nothing_is_lost_or_told_twice(people):
    fill(people)

    page = plan_page(people.plan, on=TODAY)

    assert [(theme.name, [row.name for row in theme.priorities]) for theme in page.themes] == [
        ("Fairness", ["Poverty", "Skills"]),
        ("Environment", []),
    ]
    assert [row.name for row in page.enabling] == ["Data sharing"]
    assert [issue.priorities for issue in page.issues] == [(), (("Poverty", "poverty"),)]


def test_a_priority_without_a_theme_is_not_lost(client, people):
    Priority.objects.filter(pk=people.skills.pk).update(theme=None)

    shown = text_of(client.get(PLAN))

    assert "Other priorities Skills" in shown


def test_an_empty_plan_says_what_is_not_there_yet(client, people):
    Priority.objects.all().delete()
    Theme.objects.all().delete()

    assert "Priorities No priorities have been set yet." in text_of(client.get(PLAN))


@pytest.mark.parametrize("status", ["draft", "consultation", "agreed"])
def test_a_plan_not_published_is_for_its_own_people(client, people, status):
    Plan.objects.update(status=status)

    assert client.get(PLAN).status_code == 404
    client.force_login(people.stranger, backend=BACKEND)
    assert client.get(PLAN).status_code == 404
    client.force_login(people.viewer, backend=BACKEND)
    label = Plan.Status(status).label.lower()
    assert f"This plan is not published: {label}. Only people of the partnership can see it." in text_of(
        client.get(PLAN)
    )


def test_the_published_plan_goes_before_a_newer_draft(client, people):
    Plan.objects.create(
        partnership=people.partnership,
        code="NEXT",
        title="The next plan",
        starts_on=dt.date(2030, 4, 1),
        ends_on=dt.date(2033, 3, 31),
    )
    client.force_login(people.manager, backend=BACKEND)

    shown = text_of(client.get(PLAN))

    assert "The next plan" not in shown
    assert "This plan is not published" not in shown


def test_a_partnership_without_a_plan_says_so_to_its_people(client, people):
    bare = Partnership.objects.create(name="Bare", slug="bare", area_name="Bare", area_code="S12000001")
    people.manager.memberships.create(partnership=bare, role="cp_manager", starts_on=dt.date(2021, 1, 1))
    client.force_login(people.manager, backend=BACKEND)

    assert "No plan is published yet" in text_of(client.get("/bare/"))


def test_words_of_the_plan_are_never_markup(client, people):
    fill(people)
    Plan.objects.update(vision="<script>v</script>", needs="<b>n</b>")
    Priority.objects.update(name="<i>p</i>", description="<u>d</u>", related_strategies=["<s>r</s>"])

    page = client.get(PLAN).content.decode()

    assert not any(tag in page for tag in ("<script>v", "<b>n", "<i>p", "<u>d", "<s>r"))


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_much_for_one_priority_as_for_three(
    client, people, django_assert_num_queries, count
):
    fill(people)
    people.skills.delete()
    for _ in range(count - 1):
        extra = PriorityFactory(plan=people.plan, theme=people.plan.themes.first())
        ActionFactory(priority=extra)
        MeasureFactory(priority=extra)
        outcome = StretchOutcome.objects.create(
            priority=extra, code="S", statement="More.", achieve_by=dt.date(2024, 3, 31)
        )
        YearlyAim.objects.create(stretch_outcome=outcome, plan_year=1, aim="Some.")

    with django_assert_num_queries(13):
        client.get(PLAN)


def test_a_shared_measure_says_where_it_is_reported(client, people):
    fill(people)
    measure = MeasureFactory(priority=people.skills, name="People in training")
    measure.shared_with.add(people.poverty)

    shown = text_of(client.get(PLAN))

    assert "People in training (reported under Skills)" in shown
    assert shown.count("People in training") == 2


@pytest.mark.browser
def test_the_plan_is_accessible_folded_and_open(page, axe, people):
    fill(people)
    page.goto(PLAN)
    axe(page)
    page.get_by_text("Aims, actions and measures").first.click()
    page.get_by_text("Every family gets a benefit check.").wait_for()

    for colours, width in [("light", 1280), ("dark", 375), ("light", 320)]:
        page.emulate_media(color_scheme=colours)
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        axe(page)


@pytest.mark.browser
def test_what_is_folded_is_on_paper(page, people):
    fill(people)
    page.goto(PLAN)
    aim = page.get_by_text("Every family gets a benefit check.")
    assert not aim.is_visible()

    page.emulate_media(media="print")

    assert aim.is_visible()
