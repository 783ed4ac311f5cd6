"""The CP manager's pages of disclosure control: the policy, what needs clearing, the clearing itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.test import Client

from actionplans.clearing import clear_measure
from actionplans.disclosure_policies import PolicyRefused, set_policy
from actionplans.measure_definitions import DefinitionInDoubt, change_measure, definition_of
from actionplans.models import Clearance, DisclosurePolicy, Measure, Reading
from priorities.models import Locality
from tests.actionplans.factories import (
    DisclosurePolicyFactory,
    MeasureCommentaryFactory,
    MeasureFactory,
    QuarterlyReturnFactory,
    ReadingFactory,
    accepted_return,
)
from tests.actionplans.test_definition_pages import typed_on
from tests.actionplans.test_return_pages import text_of
from tests.factories import NOW, Cast, cast

pytestmark = pytest.mark.django_db

BACKEND = "django.contrib.auth.backends.ModelBackend"
PAGE = "/strathmuir/disclosure/"
MEASURE = "/strathmuir/disclosure/HOMELESS/"
NEW = {
    "name": "Tayside protocol",
    "threshold": "9",
    "smallest_denominator": "50",
    "reason": "Agreed with the DPO.",
}


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def measure(people: Cast) -> Measure:
    """East 12, West 3 and North 20 of an area of 35, in Q2 2021/22, not cleared."""
    made = MeasureFactory(
        priority=people.poverty,
        code="HOMELESS",
        name="Households sleeping rough",
        unit="number",
        decimals=0,
        is_disclosure_controlled=True,
    )
    for name, value in (("East", 12), ("West", 3), ("North", 20)):
        place = Locality.objects.create(
            partnership=people.partnership, code=name.upper(), name=name, kind="ward"
        )
        ReadingFactory(measure=made, place=place, value=value)
    ReadingFactory(measure=made, value=35)
    return Measure.objects.get(pk=made.pk)


@pytest.fixture
def manager(client: Client, people: Cast) -> Client:
    client.force_login(people.manager, backend=BACKEND)
    return client


# The policy


def test_without_a_policy_of_its_own_the_default_is_in_force(manager):
    shown = text_of(manager.get(PAGE))

    assert (
        "Default disclosure policy, version 1: counts from 1 to 4, figures about groups smaller than 30"
        in shown
    )
    assert "The default policy is in force" in shown
    assert "No measures under disclosure control" in shown


def test_a_new_version_is_set_and_clears_every_measure_at_once(manager, measure, people):
    clear_measure(measure, by=people.manager, at=NOW - dt.timedelta(days=30))

    page = manager.post(PAGE, NEW, follow=True)

    shown = text_of(page)
    assert (
        "Tayside protocol, version 1 is in force, and every measure under control was cleared by it." in shown
    )
    made = DisclosurePolicy.objects.get()
    assert (made.version, made.threshold, made.smallest_denominator) == (1, 9, 50)
    assert (made.set_by, made.set_at, made.reason) == (people.manager, NOW, "Agreed with the DPO.")
    assert Clearance.objects.latest("pk").policy_in_words.startswith(
        "Tayside protocol, version 1: counts from 1 to 9"
    )
    assert "1 Tayside protocol. In force 9 50" in shown


def test_the_second_version_stands_beside_the_first(manager, people):
    DisclosurePolicyFactory(partnership=people.partnership, name="Tayside protocol", reason="The first.")

    shown = text_of(manager.post(PAGE, NEW, follow=True))

    assert "Tayside protocol, version 2 is in force" in shown
    assert "1 Tayside protocol 4 30" in shown
    assert "The first." in shown


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("name", " ", "Give the policy a name, as it is printed beside the figures."),
        ("name", "n" * 121, "Use 120 letters or fewer."),
        ("threshold", "", "Enter a whole number from 1 to 20."),
        ("threshold", "0", "Enter a whole number from 1 to 20."),
        ("threshold", "21", "Enter a whole number from 1 to 20."),
        ("threshold", "4.5", "Enter a whole number from 1 to 20."),
        ("threshold", "ten", "Enter a whole number from 1 to 20."),
        ("smallest_denominator", "-1", "Enter a whole number from 0 to 1,000."),
        ("smallest_denominator", "1001", "Enter a whole number from 0 to 1,000."),
        ("reason", " ", "Say why the policy is set or changed."),
    ],
)
def test_bad_answers_are_said_beside_their_field_and_kept(manager, field, typed, says):
    page = manager.post(PAGE, NEW | {field: typed})

    assert page.status_code == 200
    assert page.context["form"].errors[field] == [says]
    assert page.context["form"][field].value() == typed
    assert f'<a href="#{field}">' in page.content.decode()
    assert "The policy has not been changed." in text_of(page)
    assert not DisclosurePolicy.objects.exists()


def test_the_same_policy_again_is_refused(manager, people):
    manager.post(PAGE, NEW)

    page = manager.post(PAGE, NEW)

    assert "This is the policy already, so nothing would change." in text_of(page)
    assert DisclosurePolicy.objects.count() == 1


def test_the_operation_insists_on_what_the_form_asks(people):
    with pytest.raises(PolicyRefused, match="Say why"):
        set_policy(
            people.partnership,
            name="A",
            threshold=5,
            smallest_denominator=30,
            reason=" ",
            by=people.manager,
            at=NOW,
        )


def test_markup_in_a_reason_is_shown_as_text(manager):
    page = manager.post(PAGE, NEW | {"reason": "<script>alert(1)</script>"}, follow=True)

    assert "<script>alert(1)" not in page.content.decode()
    assert "<script>alert(1)</script>" in text_of(page)


def test_what_was_sent_after_signing_out_waits(client, people):
    client.post(PAGE, NEW | {"writer": str(people.manager.pk)})
    client.force_login(people.manager, backend=BACKEND)

    assert not DisclosurePolicy.objects.exists()
    assert client.get(PAGE).status_code == 200


# The measures


def test_what_needs_clearing_comes_first(manager, measure, people):
    ReadingFactory(
        measure__priority=people.poverty,
        measure__name="Arrears",
        measure__unit="number",
        measure__is_disclosure_controlled=True,
        measure__position=0,
    )
    clear_measure(Measure.objects.get(name="Arrears"), by=people.manager, at=NOW)

    shown = text_of(manager.get(PAGE))

    assert "1 measure needs clearing. A figure that has not been cleared is not shown." in shown
    assert "Households sleeping rough Poverty 4 figures wait Never" in shown
    assert shown.index("Households sleeping rough") < shown.index("Arrears")
    assert (
        "Arrears Poverty Cleared 10 January 2022 CP manager. Default disclosure policy, version 1 1 0 0"
        in shown
    )


def test_the_figures_are_cleared_on_a_press(manager, measure, people):
    page = manager.post(MEASURE, follow=True)

    shown = text_of(page)
    assert "The figures are cleared. 2 of 4 figures are not shown." in shown
    assert "Q2 2021/22 West 3 15 October 2021 Not shown A small count" in shown
    assert (
        "Q2 2021/22 East 12 15 October 2021 Not shown Another hidden figure could be worked out from it"
        in shown
    )
    assert "Q2 2021/22 Whole area 35 15 October 2021 Shown" in shown
    assert Clearance.objects.get().cleared_by == people.manager


def test_the_same_press_twice_clears_once(manager, measure):
    manager.post(MEASURE)

    page = manager.post(MEASURE, follow=True)

    assert "Nothing has changed since the last clearance, so it stands." in text_of(page)
    assert Clearance.objects.count() == 1


def test_what_is_out_already_is_a_warning(manager, measure):
    Reading.objects.update(clearance=Clearance.objects.create(
        measure=measure, policy_name="Old", policy_version="1", policy_in_words="Everything is shown.",
        cleared_at=NOW, shown=4, hidden=0, outcome="All 4 figures are shown.",
    ))  # fmt: skip

    page = manager.post(MEASURE, follow=True)

    assert "Can be worked out from what has been shown before: West in Q2 2021/22." in text_of(page)
    assert "govuk-notification-banner--warning" in page.content.decode()


def test_a_measure_without_figures(manager, measure):
    Reading.objects.all().delete()

    shown = text_of(manager.get(MEASURE))
    assert "No figures yet" in shown
    assert "Never cleared Until its figures are cleared none of them is shown." in shown
    assert "There are no figures to clear yet." in text_of(manager.post(MEASURE, follow=True))


@pytest.mark.parametrize("code", ["OTHER", "missing"])
def test_only_measures_under_control_have_a_page(manager, measure, people, code):
    MeasureFactory(priority=people.poverty, code="OTHER")

    assert manager.get(f"/strathmuir/disclosure/{code}/").status_code == 404


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("officer", 403),
        ("lead", 403),
        ("deputy", 403),
        ("board", 403),
        ("chair", 403),
        ("viewer", 403),
        ("stranger", 404),
    ],
)
def test_only_the_cp_manager_clears_figures(client, measure, people, who, status):
    client.force_login(getattr(people, who), backend=BACKEND)

    for address, sent in ((PAGE, NEW), (MEASURE, {})):
        assert client.get(address).status_code == status
        assert client.post(address, sent).status_code == status
    assert not Clearance.objects.exists()
    assert not DisclosurePolicy.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_much_for_one_measure_as_for_three(
    manager, measure, people, django_assert_num_queries, count
):
    for turn in range(count - 1):
        other = ReadingFactory(
            measure__priority=people.skills,
            measure__name=f"Also controlled {turn}",
            measure__unit="number",
            measure__is_disclosure_controlled=True,
        ).measure
        clear_measure(other, by=people.manager, at=NOW)

    with django_assert_num_queries(10):
        page = manager.get(PAGE)

    assert text_of(page).count("Also controlled") == count - 1


# The definition


def test_putting_a_measure_under_control_clears_it_at_once(manager, people):
    loose = ReadingFactory(
        measure__priority=people.poverty, measure__code="LOOSE", measure__unit="number"
    ).measure
    edit = "/strathmuir/measures/LOOSE/edit/"

    manager.post(edit, typed_on(manager.get(edit)) | {"is_disclosure_controlled": "on"})

    assert Clearance.objects.get(measure=loose).cleared_by == people.manager


def test_lifting_control_asks_about_what_would_be_shown(manager, measure, people):
    clear_measure(measure, by=people.manager, at=NOW)
    lifted = replace(definition_of(measure), is_disclosure_controlled=False)
    question = (
        "2 figures that are not shown now would be shown to everyone at once, and cannot be called back."
    )

    with pytest.raises(DefinitionInDoubt) as asked:
        change_measure(measure, lifted, seen=None, by=people.manager)

    assert asked.value.question == f"{question} Is this right?"
    changed = change_measure(measure, lifted, seen=None, by=people.manager, answered=asked.value.question)
    assert changed.is_disclosure_controlled is False


# Words beside hidden figures


def test_words_with_figures_beside_a_hidden_one_are_listed(manager, measure, people):
    Reading.objects.filter(place__name="West").update(note="Two families moved away.")
    said = accepted_return(
        people.poverty, people.before, by=people.lead, at=NOW, progress="Only 3 households were left in West."
    )
    MeasureCommentaryFactory(
        quarterly_return=said, measure=measure, cause="It fell by 2.", response="More advice."
    )
    Measure.objects.update(definition="Counted on one night in November 2021.", caution="In 2020 it was 7.")
    manager.post(MEASURE)

    page = manager.get(MEASURE)

    assert [(found.where, found.text) for found in page.context["page"].words] == [
        ("What to watch for", "In 2020 it was 7."),
        ("Note beside the figure for Q2 2021/22, West", "Two families moved away."),
        ("Q2 2021/22 return, about this measure", "It fell by 2."),
        ("Q2 2021/22 return, in its own words", "Only 3 households were left in West."),
    ]
    assert "“2” in it, beside a figure that is not shown. Check that nobody can work it out." in text_of(page)


def test_where_nothing_is_hidden_no_words_are_listed(manager, measure, people):
    Reading.objects.filter(place__name="West").update(value=30)
    Reading.objects.filter(place=None).update(value=62, note="Rose by 30.")
    manager.post(MEASURE)

    assert "Words beside hidden figures" not in text_of(manager.get(MEASURE))


@pytest.fixture
def draft(measure, people):
    """Q3's return holds a draft of 2 and says "It fell by 14."; Q2 of the area, 35, is cleared and shown."""
    clear_measure(measure, by=people.manager, at=NOW)
    held = QuarterlyReturnFactory(
        priority=people.poverty,
        quarter=people.quarter,
        state="submitted",
        submitted_at=NOW,
        submitted_by=people.lead,
        progress="Fewer than 30 were left.",
    )
    MeasureCommentaryFactory(
        quarterly_return=held, measure=measure, cause="It fell by 14.", response="Advice."
    )
    return ReadingFactory(
        measure=measure,
        state="draft",
        value=2,
        quarterly_return=held,
        starts_on=dt.date(2021, 10, 1),
        ends_on=dt.date(2021, 12, 31),
    )


WARNING = (
    "Households sleeping rough: This text has “14” in it, beside a figure that is not shown. "
    "Check that nobody can work it out."
)
Q3_RETURN = "/strathmuir/returns/2021-22/q3/poverty/"


@pytest.mark.parametrize("page", ["check/", "review/", "words/"])
def test_who_answers_for_a_figure_is_warned_of_words_beside_it(client, draft, people, page):
    client.force_login(people.manager if page == "review/" else people.lead, backend=BACKEND)
    if page == "words/":
        draft.quarterly_return.state = "in_progress"
        draft.quarterly_return.save()

    shown = text_of(client.get(Q3_RETURN + page))

    assert WARNING in shown
    assert "Progress: This text has “30” in it" in shown


def test_nobody_is_warned_where_nothing_is_small(client, draft, people):
    Reading.objects.filter(pk=draft.pk).update(value=21)
    Reading.objects.filter(is_suppressed=True).delete()
    client.force_login(people.manager, backend=BACKEND)

    assert "Some words stand beside a figure" not in text_of(client.get(f"{Q3_RETURN}review/"))


def test_a_hidden_place_is_reason_enough_to_warn(client, draft, people):
    Reading.objects.filter(pk=draft.pk).update(value=21)
    client.force_login(people.manager, backend=BACKEND)

    assert WARNING in text_of(client.get(f"{Q3_RETURN}review/"))


@pytest.mark.parametrize(
    ("who", "sees"), [("manager", True), ("lead", True), ("deputy", True), ("officer", False)]
)
@pytest.mark.parametrize("page", ["check/", "review/", "figures/"])
def test_small_numbers_are_read_by_those_who_answer_for_them_or_clear_them(
    client, draft, people, who, sees, page
):
    client.force_login(getattr(people, who), backend=BACKEND)

    found = client.get(Q3_RETURN + page)

    shown = text_of(found)
    assert found.status_code == 200
    assert ("Q3 2021/22 2 " in shown) is sees
    assert ("Q3 2021/22 Confidential [c] Suppressed" in shown) is not sees


@pytest.mark.parametrize(("who", "sees"), [("lead", True), ("officer", False)])
@pytest.mark.parametrize("page", ["check/", "review/", "figures/"])
def test_the_two_numbers_of_a_small_ratio_are_kept_with_it(client, draft, people, who, sees, page):
    share = MeasureFactory(priority=people.poverty, is_ratio=True, is_disclosure_controlled=True)
    ReadingFactory(
        measure=share, state="draft", value="0.04", numerator=3, denominator=7771, **_dates_and_return(draft)
    )
    client.force_login(getattr(people, who), backend=BACKEND)

    assert ("7,771" in text_of(client.get(Q3_RETURN + page))) is sees


def _dates_and_return(draft: Reading) -> dict:
    return {name: getattr(draft, name) for name in ("starts_on", "ends_on", "quarterly_return")}
