"""The CP manager defines a measure: its source first, then all it is defined by; every slip is told beside its answer."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client

from actionplans.models import Gap, Measure, SeriesBreak
from priorities.models import Comparator, Locality
from tests.actionplans.conftest import Round
from tests.actionplans.factories import MeasureFactory, ReadingFactory, TargetFactory
from tests.actionplans.test_return_pages import text_of
from tests.factories import OrganisationFactory, PriorityFactory

BACKEND = "django.contrib.auth.backends.ModelBackend"
NEW = "/strathmuir/measures/new/"
ANOTHER = "/strathmuir/measures/new/another/"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def manager(client: Client, poverty_round: Round) -> Client:
    client.force_login(poverty_round.cast.manager, backend=BACKEND)
    return client


def edit(measure: Measure) -> str:
    return f"/strathmuir/measures/{measure.code}/edit/"


def sent(poverty_round: Round, **said: object) -> dict[str, object]:
    """A yearly percentage of Poverty, as it is published."""
    return {
        "name": "Children in low income families",
        "priority": str(poverty_round.cast.poverty.pk),
        "kind": "percentage",
        "period_kind": "financial_year",
        "polarity": "minimise",
        "release_class": "published",
        "comparison": "ongoing",
        "is_bounded": "on",
    } | said


def kept(response: object, name: str) -> list[str]:
    """What a page says beside one answer; nothing was saved, and what was typed is still there."""
    assert response.status_code == 200
    form = response.context["form"]
    assert "Nothing on this page has been saved yet." in text_of(response)
    return [str(error) for error in form[name].errors]


# The source


def test_the_whole_catalogue_is_offered_and_another_source(manager):
    shown = text_of(manager.get(NEW))

    assert "Source catalogue: 17 sources" in shown
    assert "It comes from another source" in shown
    assert "Release dates are as last known. Check them with the publisher before you rely on them." in shown
    assert (
        "National Records of Scotland. Three calendar years taken together. Usual release: About 12 months"
        in shown
    )
    assert "Licence Not recorded" in shown
    assert "Dates last checked Not recorded" in shown


def test_a_source_is_found_by_words(manager):
    shown = text_of(manager.get(NEW, {"words": "universal credit"}))

    assert "1 source with “universal credit”" in shown
    assert "Claimant count" in shown
    assert "Life expectancy" not in shown
    assert "No source with these words" in text_of(manager.get(NEW, {"words": HOSTILE}))
    assert HOSTILE not in manager.get(NEW, {"words": HOSTILE}).content.decode()


def test_a_source_fills_in_what_it_knows(manager):
    page = manager.get("/strathmuir/measures/new/life-expectancy/")

    form = page.context["form"]
    assert {
        name: form[name].value() for name in ("catalogue_key", "source", "period_kind", "years_covered")
    } == {
        "catalogue_key": "life-expectancy",
        "source": "National Records of Scotland: Life expectancy in Scottish areas",
        "period_kind": "rolling_years",
        "years_covered": "3",
    }
    assert form["publication_lag_days"].value() == "365"
    assert form["caution"].value().startswith("Neighbouring figures share two of their three years")
    assert "Revisions The series is put on a new footing after a census." in text_of(page)


def test_a_source_nobody_knows_is_not_there(manager):
    assert manager.get("/strathmuir/measures/new/tea-leaves/").status_code == 404


def test_free_codes_are_suggested(manager, poverty_round):
    MeasureFactory(priority=poverty_round.cast.poverty, code="POV-04")

    assert "Leave this empty for the next free one of its priority, such as POV-05." in text_of(
        manager.get(ANOTHER)
    )


# Defining


def test_a_measure_is_defined(manager, poverty_round):
    supplier = OrganisationFactory(partnership=poverty_round.cast.partnership)
    page = manager.post(
        ANOTHER,
        sent(
            poverty_round,
            kind="rate_ratio",
            per="1,000",
            numerator_name="Children in poverty",
            denominator_name="All children",
            shared_with=[str(poverty_round.cast.skills.pk)],
            decimals="2",
            tolerance_kind="absolute",
            tolerance_amber="1.5",
            tolerance_green="",
            dead_band="0.2",
            source="DWP",
            source_url="https://example.org/figures",
            supplier=str(supplier.pk),
            publication_lag_days="1,000",
            grace_days="",
            is_sensitive="on",
            discontinued_on="1 April 2025",
        ),
        follow=True,
    )

    made = Measure.objects.get(name="Children in low income families")
    assert (made.code, made.unit, made.is_ratio, made.per, made.roll_up) == (
        "POV-01",
        "rate",
        True,
        1000,
        "pooled",
    )
    assert (made.decimals, made.tolerance_amber, made.tolerance_green, made.dead_band) == (
        2,
        Decimal("1.5"),
        Decimal(0),
        Decimal("0.2"),
    )
    assert (made.publication_lag_days, made.grace_days, made.supplier) == (1000, 30, supplier)
    assert (made.is_sensitive, made.is_disclosure_controlled) == (True, True)
    assert made.discontinued_on == dt.date(2025, 4, 1)
    assert list(made.shared_with.all()) == [poverty_round.cast.skills]
    assert page.redirect_chain == [("/strathmuir/measures/POV-01/edit/", 302)]
    assert (
        "“Children in low income families” is defined, with the code POV-01. Set its targets next."
        in text_of(page)
    )


@pytest.mark.parametrize(
    ("kind", "usual"),
    [
        ("percentage", ("absolute", Decimal(2), 1)),
        ("count", ("relative", Decimal(5), 0)),
        ("money", ("relative", Decimal(5), 0)),
        ("yes_no", ("absolute", Decimal(0), 0)),
    ],
)
def test_what_is_left_empty_is_as_usual(manager, poverty_round, kind, usual):
    manager.post(ANOTHER, sent(poverty_round, kind=kind))

    made = Measure.objects.get(name="Children in low income families")
    assert (made.tolerance_kind, made.tolerance_amber, made.decimals) == usual
    assert (made.grace_days, made.publication_lag_days, made.roll_up) == (30, 0, "not_additive")


def test_a_running_total_adds_up(manager, poverty_round):
    manager.post(
        ANOTHER, sent(poverty_round, kind="count", period_kind="financial_quarter", is_cumulative="on")
    )

    made = Measure.objects.get(name="Children in low income families")
    assert (made.is_cumulative, made.roll_up) == (True, "sum")


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"name": " "}, "name", "Give the measure a name."),
        ({"name": "x" * 201}, "name", "This is 201 characters. Use 200 or fewer."),
        ({"priority": ""}, "priority", "Choose the priority it is reported under."),
        ({"priority": "0"}, "priority", "Choose one of the answers on the page."),
        ({"shared_with": ["0"]}, "shared_with", "Choose from those on the page."),
        ({"kind": ""}, "kind", "Say what its figures are."),
        (
            {"polarity": ""},
            "polarity",
            "Say which way is better. Without that nobody can tell a good figure from a bad one.",
        ),
        ({"period_kind": ""}, "period_kind", "Say which period one figure covers."),
        ({"kind": "rate", "per": "many"}, "per", "“many” is not a whole number. Enter one like 12 or 1,000."),
        ({"kind": "rate", "per": "10,000,001"}, "per", "Enter a number of at most 10,000,000."),
        ({"kind": "rate"}, "per", "Say how many the rate is per, like 1,000."),
        ({"decimals": "7"}, "decimals", "Enter a number of at most 6."),
        ({"decimals": "²"}, "decimals", "“²” is not a whole number. Enter one like 12 or 1,000."),
        ({"kind": "ratio"}, "numerator_name", "Say what the numerator counts."),
        ({"kind": "yes_no", "decimals": "1"}, "decimals", "Yes or no has no decimals. Enter 0."),
        (
            {"tolerance_kind": "absolute", "tolerance_amber": "2", "tolerance_green": "3"},
            "tolerance_green",
            "Green would reach further from the target than amber. Make it narrower, or amber wider.",
        ),
        ({"tolerance_kind": "absolute"}, "tolerance_amber", "Say how far from target is still amber."),
        ({"tolerance_amber": "2"}, "tolerance_kind", "Say whether this is a percentage of the target."),
        (
            {"tolerance_kind": "absolute", "tolerance_amber": "-2"},
            "tolerance_amber",
            "A tolerance cannot be below zero.",
        ),
        (
            {"tolerance_kind": "absolute", "tolerance_amber": "n/a"},
            "tolerance_amber",
            "“n/a” is not a number. Enter a number, like 20.3.",
        ),
        (
            {"period_kind": "rolling_years"},
            "years_covered",
            "Say how many years are taken together, from 2 to 20.",
        ),
        (
            {"years_covered": "3"},
            "years_covered",
            "Only several years taken together have this. Leave it empty.",
        ),
        (
            {"is_cumulative": "on"},
            "is_cumulative",
            "Only figures by financial quarter or by calendar month add up since 1 April.",
        ),
        (
            {"source_url": "javascript:alert(1)"},
            "source_url",
            "Enter the whole address of a page, beginning with https://.",
        ),
        (
            {"source_url": "example.org"},
            "source_url",
            "Enter the whole address of a page, beginning with https://.",
        ),
        ({"kind": "gap"}, "gap_of", "Choose the measure whose two sides are compared."),
        ({"kind": "gap"}, "gap_first", "Choose the first side."),
        ({"gap_first": "area"}, "gap_first", "Only a gap has this. Choose a gap above, or leave this empty."),
        ({"code": "new"}, "code", "“new” is the address of another page. Choose another code."),
    ],
)
def test_a_slip_is_told_beside_its_answer_and_nothing_is_saved(manager, poverty_round, said, field, words):
    page = manager.post(ANOTHER, sent(poverty_round, **said))

    assert words in kept(page, field)
    assert Measure.objects.filter(name="Children in low income families").count() == 0
    for name, typed in said.items():
        assert page.context["form"][name].value() == (True if typed == "on" else typed)


def test_what_is_wrong_is_listed_with_links_to_it(manager, poverty_round):
    page = manager.post(ANOTHER, sent(poverty_round, polarity="", name=""))

    assert '<a href="#name">Give the measure a name.</a>' in page.content.decode()
    assert '<a href="#polarity">Say which way is better.' in page.content.decode()
    assert 'id="polarity"' in page.content.decode()


def test_an_empty_form_breaks_nothing(manager):
    assert manager.post(ANOTHER).status_code == 200
    assert (
        manager.post(ANOTHER, {"kind": "gap", "tolerance_amber": "x", "discontinued_on": "soon"}).status_code
        == 200
    )


def test_the_same_series_twice_is_asked_about_and_sharing_offered(manager, poverty_round):
    twin = MeasureFactory(
        priority=poverty_round.cast.skills, code="SKI-01", name="Children in low income families"
    )
    twin.source = "DWP"
    twin.save()
    typed = sent(poverty_round, source="dwp")

    asked = manager.post(ANOTHER, typed)

    (question,) = kept(asked, "name")
    assert question == (
        "There is a measure called “Children in low income families” from the same source already (SKI-01, under "
        "Skills). To show it under another priority too, share that one: it is then counted once. Is this a "
        "different one?"
    )
    assert "Share SKI-01 with Poverty instead" in text_of(asked)
    shared = manager.post(ANOTHER, typed | {"share": "SKI-01"}, follow=True)
    assert list(twin.shared_with.all()) == [poverty_round.cast.poverty]
    assert "is shown under Poverty too. Nothing was defined twice." in text_of(shared)
    assert Measure.objects.filter(name="Children in low income families").count() == 1
    manager.post(ANOTHER, typed | {"is_sure": question})
    assert Measure.objects.filter(name="Children in low income families").count() == 2


def test_a_gap_between_two_groups_is_defined(manager, poverty_round):
    here = poverty_round.cast.partnership
    group = Comparator.objects.create(
        partnership=here, code="Q1", name="Most deprived fifth", kind="population"
    )
    place = Locality.objects.create(partnership=here, code="NORTH", name="North", kind="ward")
    gap = {
        "kind": "gap",
        "period_kind": "",
        "gap_of": str(poverty_round.measure.pk),
        "gap_first": f"comparator-{group.pk}",
        "gap_second": f"locality-{place.pk}",
    }

    manager.post(ANOTHER, sent(poverty_round, **gap))

    made = Gap.objects.get()
    assert (made.of, made.first_comparator, made.second_locality) == (poverty_round.measure, group, place)
    assert (made.measure.unit, made.measure.period_kind) == ("points", "financial_quarter")
    form = manager.get(edit(made.measure)).context["form"]
    assert {name: form[name].value() for name in ("kind", "gap_of", "gap_first", "gap_second")} == {
        name: gap[name] for name in ("kind", "gap_of", "gap_first", "gap_second")
    }
    assert "Choose two different sides." in kept(
        manager.post(ANOTHER, sent(poverty_round, **gap | {"name": "X", "gap_second": gap["gap_first"]})),
        "gap_second",
    )


# Changing


def typed_on(page: object) -> dict[str, object]:
    """A form sent back as the page shows it."""
    form = page.context["form"]
    shown = {field.name: field.value() for field in form if field.name != "is_sure"}
    ticked = {name: value for name, value in shown.items() if value not in (None, "", False)}
    return ticked | {"seen": form.seen}


def test_saving_a_definition_unchanged_changes_nothing(manager, poverty_round):
    measure = poverty_round.measure
    before = Measure.objects.filter(pk=measure.pk).values().get()

    page = manager.post(edit(measure), typed_on(manager.get(edit(measure))), follow=True)

    assert "The definition is saved. Reports already made do not change." in text_of(page)
    assert Measure.objects.filter(pk=measure.pk).values().get() == before


def test_a_definition_is_changed(manager, poverty_round):
    measure = poverty_round.measure
    typed = typed_on(manager.get(edit(measure)))

    manager.post(
        edit(measure), typed | {"name": "Grants decided in two days", "owner_title": "Head of Benefits"}
    )

    measure.refresh_from_db()
    assert (measure.name, measure.owner_title) == ("Grants decided in two days", "Head of Benefits")


def test_the_page_says_what_hangs_on_the_measure(manager, poverty_round):
    shown = text_of(manager.get(edit(poverty_round.measure)))

    assert (
        "This measure has 1 figure and 1 target. So what its figures are and which periods they cover stays"
        in shown
    )


def test_the_unit_of_figures_there_are_does_not_change(manager, poverty_round):
    measure = poverty_round.measure
    typed = typed_on(manager.get(edit(measure)))

    page = manager.post(edit(measure), typed | {"kind": "count"})

    (words,) = kept(page, "kind")
    assert words.startswith(
        "This measure has 1 figure and 1 target, which would come to mean something else."
    )
    measure.refresh_from_db()
    assert measure.unit == "percent"


def test_a_tolerance_in_per_cent_of_zero_is_told(manager, poverty_round):
    measure = poverty_round.measure
    TargetFactory(measure=measure, value=0, version=2)
    typed = typed_on(manager.get(edit(measure))) | {"tolerance_kind": "relative", "tolerance_amber": "5"}

    (words,) = kept(manager.post(edit(measure), typed), "tolerance_kind")

    assert words == (
        "The target for the period to 31 December 2021 is zero, and a percentage of zero is zero. Give the tolerance "
        "in the measure's own unit."
    )


def test_two_people_who_meet_see_both_versions(manager, poverty_round):
    measure = poverty_round.measure
    typed = typed_on(manager.get(edit(measure))) | {"name": "Mine", "tolerance_amber": "3"}
    Measure.objects.filter(pk=measure.pk).update(name="Theirs")

    page = manager.post(edit(measure), typed)

    shown = text_of(page)
    assert "Someone else changed this measure while you were working on it" in shown
    assert "Name Saved by someone else Theirs Name What you typed Mine" in shown
    assert [(one.label, one.saved, one.typed) for one in page.context["form"].differences] == [
        ("Name", "Theirs", "Mine"),
        ("How far from target is still amber?", "2", "3"),
    ]
    assert Measure.objects.get(pk=measure.pk).name == "Theirs"
    assert page.context["form"]["name"].value() == "Mine"
    manager.post(edit(measure), typed | {"seen": page.context["form"].seen})
    assert Measure.objects.get(pk=measure.pk).name == "Mine"


def test_a_page_that_names_no_fingerprint_saves_nothing(manager, poverty_round):
    typed = typed_on(manager.get(edit(poverty_round.measure))) | {"name": "Mine", "seen": ""}

    manager.post(edit(poverty_round.measure), typed)

    assert Measure.objects.filter(name="Mine").count() == 0


def test_words_sent_after_signing_out_are_kept(client, poverty_round):
    client.logout()
    typed = sent(poverty_round, writer=str(poverty_round.cast.manager.pk), name="Kept")
    assert client.post(ANOTHER, typed)["Location"].startswith("/accounts/login/")
    client.force_login(poverty_round.cast.manager, backend=BACKEND)

    page = client.get(ANOTHER)

    assert page.context["form"]["name"].value() == "Kept"
    assert "You were signed out before this was sent." in text_of(page)


def test_measures_and_priorities_of_others_are_not_offered(manager, poverty_round):
    theirs = MeasureFactory(priority=PriorityFactory(name="Priority of others"), name="Measure of others")
    OrganisationFactory(name="Organisation of others")

    page = manager.get(ANOTHER)

    assert "of others" not in page.content.decode()
    assert manager.get(edit(theirs)).status_code == 404


def test_what_people_wrote_is_never_run(manager, poverty_round):
    measure, cast = poverty_round.measure, poverty_round.cast
    for thing in (measure, cast.poverty):
        thing.name = HOSTILE
        thing.save()
    SeriesBreak.objects.create(measure=measure, on="2021-04-01", reason=HOSTILE)
    Locality.objects.create(partnership=cast.partnership, code="X", name=HOSTILE, kind="ward")

    pages = (
        manager.get(ANOTHER),
        manager.get(edit(measure)),
        manager.get(f"/strathmuir/measures/{measure.code}/breaks/"),
        manager.post(ANOTHER, sent(poverty_round, name=HOSTILE, code=HOSTILE, per=HOSTILE)),
    )

    for page in pages:
        assert page.status_code == 200
        assert "<script>alert" not in page.content.decode()


# Breaks


def test_a_break_is_marked(manager, poverty_round):
    address = f"/strathmuir/measures/{poverty_round.measure.code}/breaks/"

    page = manager.post(
        address, {"on": "1 April 2021", "reason": "Special schools count as well."}, follow=True
    )

    shown = text_of(page)
    assert "A break is marked on 1 April 2021. Figures on its two sides are not compared." in shown
    assert "1 April 2021 Special schools count as well." in shown
    again = manager.post(address, {"on": "2021-04-01", "reason": "Again."})
    assert kept(again, "on") == ["There is a break on 1 April 2021 already."]
    assert kept(manager.post(address, {}), "reason") == ["Say what changed in the way of counting."]
    assert kept(manager.post(address, {"on": "31 April 2021"}), "on") != []
    assert SeriesBreak.objects.count() == 1


# What it costs


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("page", "queries"), [("define", 10), ("edit", 15), ("breaks", 6)])
def test_queries_do_not_grow(manager, poverty_round, django_assert_num_queries, page, queries, count):
    measure, here = poverty_round.measure, poverty_round.cast.partnership
    for number in range(count):
        shared = PriorityFactory(plan=poverty_round.cast.plan)
        measure.shared_with.add(shared)
        MeasureFactory(priority=shared)
        ReadingFactory(measure=measure, ends_on=dt.date(2020, 3, 31 - number), starts_on=dt.date(2020, 1, 1))
        OrganisationFactory(partnership=here)
        SeriesBreak.objects.create(measure=measure, on=dt.date(2021, 4, 1 + number), reason="New rules.")
        Locality.objects.create(partnership=here, code=f"L{number}", name="North", kind="ward")
        Comparator.objects.create(partnership=here, code=f"C{number}", name="Scotland", kind="country")
    address = {
        "define": ANOTHER,
        "edit": edit(measure),
        "breaks": f"/strathmuir/measures/{measure.code}/breaks/",
    }

    with django_assert_num_queries(queries):
        assert manager.get(address[page]).status_code == 200
