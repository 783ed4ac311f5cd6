"""The page of a measure's whole series: its versions, and a new one pasted, seen and kept."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client

from actionplans.models import Measure, Reading, SeriesVersion
from priorities.clock import EDINBURGH
from priorities.periods import FinancialYear
from tests.actionplans.conftest import Round
from tests.actionplans.factories import GapFactory, MeasureFactory, ReadingFactory, TargetFactory
from tests.actionplans.test_return_pages import text_of
from tests.factories import NOW

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def manager(client: Client, poverty_round: Round) -> Client:
    client.force_login(poverty_round.cast.manager, backend=BACKEND)
    return client


@pytest.fixture
def measure(poverty_round: Round) -> Measure:
    """A yearly percentage, read from 2017/18 to 2020/21."""
    made = MeasureFactory(
        priority=poverty_round.cast.poverty,
        code="POV-9",
        period_kind="financial_year",
        name="Children in poverty",
    )
    for start in range(2017, 2021):
        of = FinancialYear(start)
        released_at = dt.datetime(start + 1, 7, 1, 9, 30, tzinfo=EDINBURGH)
        ReadingFactory(
            measure=made,
            starts_on=of.starts_on,
            ends_on=of.ends_on,
            value=Decimal(start - 2000),
            released_at=released_at,
        )
    return made


ADDRESS = "/strathmuir/measures/POV-9/series/"
TABLE = "Year\tPer cent\n2018/19\t28.5\n2019/20\t29.5\n2020/21\t30.5 (p)\n"


def sent(step: str, **said: str) -> dict[str, str]:
    return {
        "figures": TABLE,
        "release": "published",
        "released_on": "5 January 2022",
        "reason": "Rebased on the census of 2022.",
        "step": step,
    } | said


def test_the_page_lists_the_series_there_is(manager: Client, measure: Measure) -> None:
    shown = text_of(manager.get(ADDRESS))

    assert "Series 1, in use" in shown
    assert "4 periods, 2017/18 to 2020/21" in shown
    assert "on each line a period (2021/22) and a figure" in shown
    assert "Targets and their baseline" not in shown


def test_what_was_read_is_seen_before_it_is_kept(manager: Client, measure: Measure) -> None:
    page = manager.post(ADDRESS, sent("check"))

    shown = text_of(page)
    assert "Check the new series" in shown
    assert "It will be series 2. Nothing is kept yet." in shown
    assert "3 periods in the new series" in shown
    assert "2018/19 18.0% 28.5%" in shown
    assert (
        "The new series begins in 2018/19; figures for 2017/18 stay listed under series 1 and are not drawn with it."
    ) in shown
    assert not SeriesVersion.objects.exists()


def test_the_new_series_is_kept_whole(manager: Client, measure: Measure, poverty_round: Round) -> None:
    page = manager.post(ADDRESS, sent("save"), follow=True)

    assert "Series 2 is in use from now on. Reports already made do not change." in text_of(page)
    version = SeriesVersion.objects.get()
    assert (version.number, version.taken_in_by, version.taken_in_at) == (
        2,
        poverty_round.cast.manager,
        NOW,
    )
    rows = Reading.objects.filter(measure=measure, series=2).order_by("starts_on")
    assert [(row.value, row.flag) for row in rows] == [
        (Decimal("28.5"), "final"),
        (Decimal("29.5"), "final"),
        (Decimal("30.5"), "provisional"),
    ]
    assert "Series 2, in use" in text_of(page)
    assert "Series 1, replaced" in text_of(page)


def test_what_was_typed_goes_back_to_be_changed(manager: Client, measure: Measure) -> None:
    checked = manager.post(ADDRESS, sent("check")).content.decode()
    assert "2018/19\t28.5" in checked

    page = manager.post(ADDRESS, sent("change"))

    assert page.context["plan"] is None
    assert page.context["form"]["figures"].value() == TABLE
    assert not SeriesVersion.objects.exists()


def test_faults_are_told_line_by_line_and_nothing_is_kept(manager: Client, measure: Measure) -> None:
    table = "2018/19\t28.5\n2019/21\t29.5\n2020/21\t<script>\n2018/19\t28.6"

    page = manager.post(ADDRESS, sent("save", figures=table))

    assert page.context["form"].errors["figures"] == [
        "Line 2: “2019/21” is not one year: the second year must follow the first, like 2019/20.",
        (
            "Line 3: “<script>” is not one number. If the figure may not be shown, write [x] for not available, [z] "
            "for not applicable or [c] for confidential."
        ),
        "Line 4: 2018/19 is there twice: line 1 has it too.",
    ]
    assert "<script>\n" not in page.content.decode()
    assert "No series has been replaced yet." in text_of(page)
    assert page.context["form"]["figures"].value() == table
    assert not SeriesVersion.objects.exists()


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"figures": " \n"}, "figures", "Paste the figures of the new series."),
        ({"figures": "Year\tFigure"}, "figures", "There are no figures in the new series."),
        ({"reason": ""}, "reason", "Say what changed, and where it was announced."),
        ({"release": ""}, "release", "Say who it is for."),
        ({"released_on": "11 January 2022"}, "released_on", "A figure cannot be released in the future."),
        (
            {"released_on": "5 January 2021"},
            "figures",
            (
                "2020/21 ends on 31 March 2021, after the day of the release. Mark the figure provisional or "
                "estimated, or check both."
            ),
        ),
        (
            {"release": "embargo", "embargo_on": "9 January 2022"},
            "embargo_on",
            "An embargo ends in the future. If the figure is out already, choose Published.",
        ),
    ],
)
def test_bad_input_is_said_beside_its_field(
    manager: Client, measure: Measure, said: dict[str, str], field: str, words: str
) -> None:
    if said.get("released_on") == "5 January 2021":
        said = said | {"figures": "2020/21\t30.5"}

    page = manager.post(ADDRESS, sent("check", **said))

    assert page.context["form"].errors == {field: [words]}
    assert f'<a href="#{field}">' in page.content.decode()


def test_a_series_before_the_last_one_is_refused(manager: Client, measure: Measure) -> None:
    manager.post(ADDRESS, sent("save"))

    page = manager.post(ADDRESS, sent("save"))

    assert page.context["form"].errors == {
        "released_on": [
            "Series 2 was released on 5 January 2022. A series that takes its place is released after it."
        ]
    }
    assert SeriesVersion.objects.count() == 1


def test_a_series_under_embargo_says_so(manager: Client, measure: Measure) -> None:
    said = sent("save", release="embargo", released_on="", embargo_on="17 January 2022", embargo_time="")
    page = manager.post(ADDRESS, said, follow=True)

    shown = text_of(page)
    assert "Series 2 is kept under embargo until 09:30 on 17 January 2022." in shown
    assert "Series 2, under embargo" in shown
    assert "Series 1, in use" in shown


def test_no_figure_of_a_series_under_embargo_is_taken_back_alone(manager: Client, measure: Measure) -> None:
    manager.post(ADDRESS, sent("save", release="embargo", embargo_on="17 January 2022"))
    record = "/strathmuir/measures/POV-9/readings/new/"
    assert "Take back" not in text_of(manager.get(record))

    page = manager.post(record, {"take_back": Reading.objects.latest("pk").pk}, follow=True)

    assert "came with a whole new series, so it cannot be taken back by itself." in text_of(page)
    assert Reading.objects.filter(series=2).count() == 3


def test_a_series_for_the_partnership_only(manager: Client, measure: Measure) -> None:
    manager.post(ADDRESS, sent("save", release="management"))

    assert set(Reading.objects.filter(series=2).values_list("release_class", flat=True)) == {"management"}


def test_targets_are_set_anew_by_decision(manager: Client, measure: Measure) -> None:
    of = FinancialYear(2021)
    TargetFactory(measure=measure, starts_on=of.starts_on, ends_on=of.ends_on)
    assert "Targets and their baseline were set on the old series" in text_of(
        manager.post(ADDRESS, sent("check"))
    )

    page = manager.post(ADDRESS, sent("save"), follow=True)

    assert "set them anew by a recorded decision" in text_of(page)
    assert 'href="/strathmuir/measures/POV-9/targets/"' in page.content.decode()
    measure.refresh_from_db()
    assert measure.targets.count() == 1


def test_a_gap_is_replaced_where_it_comes_from(manager: Client, measure: Measure) -> None:
    gap = GapFactory(of=measure)

    page = manager.get(f"/strathmuir/measures/{gap.measure.code}/series/")

    assert "Replace the series there." in text_of(page)
    assert manager.post(f"/strathmuir/measures/{gap.measure.code}/series/", sent("save")).status_code == 200
    assert not SeriesVersion.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"), [("officer", 403), ("lead", 403), ("board", 403), ("viewer", 403), ("stranger", 404)]
)
def test_only_the_cp_manager_replaces_a_series(
    client: Client, poverty_round: Round, measure: Measure, who: str, status: int
) -> None:
    client.force_login(getattr(poverty_round.cast, who), backend=BACKEND)

    assert client.get(ADDRESS).status_code == status
    assert client.post(ADDRESS, sent("save")).status_code == status
    assert not SeriesVersion.objects.exists()


def test_words_wait_while_one_signs_in(client: Client, poverty_round: Round, measure: Measure) -> None:
    manager = poverty_round.cast.manager
    client.post(ADDRESS, sent("check", writer=str(manager.pk)))
    client.force_login(manager, backend=BACKEND)

    page = client.get(ADDRESS)

    assert page.context["is_held"] is True
    assert page.context["form"]["figures"].value() == TABLE


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_however_many_figures(
    manager: Client, measure: Measure, django_assert_num_queries: object, count: int
) -> None:
    if count == 3:
        manager.post(ADDRESS, sent("save"))

    with django_assert_num_queries(8):
        manager.get(ADDRESS)


@pytest.mark.browser
def test_replacing_a_series_is_accessible(page, axe, sign_in, poverty_round, measure):
    sign_in(poverty_round.cast.manager)
    page.goto(ADDRESS)
    axe(page)
    page.get_by_label("The whole new series").fill(TABLE)
    page.get_by_label("Published", exact=True).check()
    page.get_by_label("When was the new series released?").fill("5 January 2022")
    page.get_by_label("What changed, and where was it announced?").fill("The census of 2022.")
    page.get_by_role("button", name="See the new series before it is kept").click()
    page.get_by_role("heading", name="Check the new series").wait_for()

    for colours, width in [("light", 1280), ("dark", 375), ("light", 320)]:
        page.emulate_media(color_scheme=colours)
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        axe(page)
    page.get_by_role("button", name="Replace the series").click()
    page.get_by_text("Series 2 is in use from now on.").wait_for()
    axe(page)
