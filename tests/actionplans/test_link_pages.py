"""The pages of links: those of whoever sends one, and the one by which somebody without an account sends figures."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from decimal import Decimal

import pytest
from auditlog.models import LogEntry
from django.core import mail
from django.test import Client

from actionplans import operations
from actionplans.figure_drafts import FigureEntry
from actionplans.models import (
    DataContact,
    Delivery,
    Measure,
    QuarterlyReturn,
    Reading,
    SupplyLink,
    SupplyLinkUse,
)
from actionplans.return_sheet import return_of
from actionplans.supply.link_figures import lines_of
from priorities.models import Organisation
from tests.actionplans.factories import (
    DataContactFactory,
    MeasureFactory,
    QuarterlyReturnFactory,
    ReadingFactory,
    SupplyLinkFactory,
    SupplyLinkUseFactory,
    TargetFactory,
)
from tests.actionplans.test_return_pages import text_of
from tests.factories import NOW, TODAY, Cast, LocalityFactory, OrganisationFactory, PartnershipFactory, cast

pytestmark = pytest.mark.django_db

BACKEND = "django.contrib.auth.backends.ModelBackend"
LIST = "/strathmuir/supply/links/"
NEW = f"{LIST}new/"
TOKEN = "the-token-of-the-link-of-ann"
PAGE = f"/strathmuir/send/{TOKEN}/"
SENT = f"{PAGE}sent/"
AREA = "POV-01@area@2021-10-01@2021-12-31"
RATIO = "POV-02@area@2021-10-01@2021-12-31"


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def measure(people: Cast) -> Measure:
    """Last 48.0%, target 50.0%; the figure of Q3 2021/22 is missing."""
    made = MeasureFactory(
        priority=people.poverty, code="POV-01", name="Grants <in a day>", definition="Of all grants."
    )
    ReadingFactory(measure=made)
    TargetFactory(measure=made)
    return made


@pytest.fixture
def body(people: Cast) -> Organisation:
    return OrganisationFactory(partnership=people.partnership, name="NHS Tayside", code="NHS")


@pytest.fixture
def ann(people: Cast, body: Organisation, measure: Measure) -> DataContact:
    made = DataContactFactory(
        partnership=people.partnership, organisation=body, name="Ann Bell", email="ann@example.org"
    )
    made.measures.add(measure)
    return made


@pytest.fixture
def link(people: Cast, ann: DataContact, measure: Measure) -> SupplyLink:
    made = SupplyLinkFactory(
        quarter=people.quarter,
        contact=ann,
        sent_by=people.manager,
        token_sha256=hashlib.sha256(TOKEN.encode()).hexdigest(),
    )
    made.measures.add(measure)
    return made


@pytest.fixture
def manager(people: Cast) -> Client:
    return signed_in(people.manager)


@pytest.fixture
def lead(people: Cast) -> Client:
    return signed_in(people.lead)


def signed_in(user: object) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def uses(link: SupplyLink) -> list[tuple[str, str]]:
    """Every use, oldest first."""
    return list(link.uses.order_by("pk").values_list("what", "words"))


def check(client: Client, **figures: str) -> str:
    """The preview of some answers for the whole area."""
    return client.post(PAGE, answers("check", **figures)).content.decode()


def answers(do: str, row: str = AREA, **figures: str) -> dict[str, str]:
    return {"do": do, **{f"{row}-{name}": text for name, text in figures.items()}}


def seen_in(page: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]+)"', page)
    assert found
    return found[1]


def send(client: Client, *yes: str, **figures: str) -> object:
    """Check some answers, then send them."""
    seen = seen_in(check(client, **figures))
    return client.post(PAGE, {**answers("send", **figures), "seen": seen, "yes": list(yes)})


# Sending a link


def test_the_figures_that_are_missing_are_ticked_and_the_usual_day_is_there(manager, ann):
    page = manager.get(f"{NEW}?contact={ann.pk}")

    assert "Ann Bell, NHS Tayside Which figures? Grants <in a day> (POV-01), for Q3 2021/22" in text_of(page)
    form = page.context["form"]
    assert form["measures"].value() == [str(ann.measures.get().pk)]
    assert form["expires_on"].value() == "17 January 2022"
    assert "withdraw" not in form.fields


def sending(contact: DataContact, **said: object) -> dict[str, object]:
    return {
        "contact": str(contact.pk),
        "measures": [str(contact.measures.get().pk)],
        "expires_on": "17 January 2022",
        "newest": "",
        **said,
    }


def test_a_link_is_sent_and_its_address_shown_once(manager, ann, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        page = manager.post(NEW, sending(ann))

    sent = SupplyLink.objects.get()
    [letter] = mail.outbox
    found = re.search(r"http://testserver/strathmuir/send/([\w-]{43})/", letter.body)
    assert found
    assert found[0] in text_of(page)
    assert (
        "Ann Bell has a letter at ann@example.org. The link works until the end of 17 January 2022."
        in text_of(page)
    )
    assert "no-store" in page["Cache-Control"]
    assert hashlib.sha256(found[1].encode()).hexdigest() == sent.token_sha256
    for address in (LIST, f"{LIST}{sent.pk}/", f"{NEW}?contact={ann.pk}"):
        assert found[1] not in manager.get(address).content.decode()
    assert Client().get(found[0]).status_code == 200


def test_pressed_twice_one_link_is_sent_and_another_only_when_asked_again(manager, ann):
    manager.post(NEW, sending(ann))
    again = manager.post(NEW, sending(ann))

    assert SupplyLink.objects.count() == 1
    assert (
        "CP manager sent Ann Bell a link on 10 January 2022 at 10:00, after you opened this page."
        in text_of(again)
    )
    first = SupplyLink.objects.get()
    assert f'name="newest" value="{first.pk}"' in again.content.decode()

    manager.post(NEW, sending(ann, newest=str(first.pk), withdraw=[str(first.pk)]))

    first.refresh_from_db()
    assert SupplyLink.objects.count() == 2
    assert first.withdrawn_at == NOW


def test_the_links_that_still_work_can_be_withdrawn_in_the_same_step(manager, ann, link):
    SupplyLinkFactory(quarter=link.quarter, contact=ann, expires_at=NOW, sent_by=link.sent_by)

    page = manager.get(f"{NEW}?contact={ann.pk}")

    assert page.context["form"].fields["withdraw"].choices == [
        (str(link.pk), "Withdraw the link of 5 January 2022, for Grants <in a day>")
    ]
    assert page.context["form"]["withdraw"].value() == [str(link.pk)]


@pytest.mark.parametrize(
    ("said", "field", "says"),
    [
        ({"measures": []}, "measures", "Choose at least one figure."),
        ({"measures": ["0"]}, "measures", "Choose from those on the page."),
        (
            {"expires_on": "10 January 2022"},
            "expires_on",
            "Enter a day from tomorrow to 10 April 2022: 90 days at most.",
        ),
        ({"expires_on": "soon"}, "expires_on", "“soon” is not a date. Write it like 31 March 2021."),
    ],
)
def test_what_is_wrong_stands_beside_it_and_what_was_typed_is_kept(manager, ann, said, field, says):
    page = manager.post(NEW, sending(ann, **said))

    assert page.context["form"].errors[field] == [says]
    assert str(said.get("expires_on", "17 January 2022")) in page.content.decode()
    assert not SupplyLink.objects.exists()


def test_figures_that_no_link_takes_any_more_are_not_offered_and_that_is_said(manager, people, ann, measure):
    more = MeasureFactory(priority=people.skills, code="SKI-01", name="Places taken up")
    ann.measures.add(more)
    held = QuarterlyReturnFactory(
        priority=people.poverty, quarter=people.quarter, state="submitted", submitted_at=NOW,
        submitted_by=people.lead,
    )  # fmt: skip
    why = (
        "The update for Poverty has been submitted, so a link takes no figures for it until it is returned to its "
        "lead officer."
    )

    page = manager.get(f"{NEW}?contact={ann.pk}")
    ann.measures.remove(more)
    alone = text_of(manager.get(f"{NEW}?contact={ann.pk}"))
    held.delete()
    ReadingFactory(
        measure=measure, starts_on=dt.date(2021, 10, 1), ends_on=dt.date(2021, 12, 31), released_at=NOW,
    )  # fmt: skip
    here = text_of(manager.get(f"{NEW}?contact={ann.pk}"))

    assert [key for key, _ in page.context["form"].fields["measures"].choices] == [str(more.pk)]
    assert why in text_of(page)
    assert f"Nothing to ask for now {why}" in alone
    assert "Nothing to ask for This round waits for no figure of theirs." in here


@pytest.mark.parametrize("newest", ["9" * 5000, "-1", "x", "٣"])
def test_an_odd_answer_sends_a_link_or_says_why_not(manager, ann, newest):
    assert manager.post(NEW, sending(ann, newest=newest)).status_code == 200


def test_a_lead_officer_reaches_those_who_send_figures_of_their_priorities(lead, people, ann, body):
    bob = DataContactFactory(partnership=people.partnership, name="Bob Wood")
    bob.measures.add(MeasureFactory(priority=people.skills))
    left = DataContactFactory(partnership=people.partnership, organisation=body, left_on=TODAY)
    left.measures.add(ann.measures.get())

    page = lead.get(NEW)

    assert [one for _, one in page.context["contacts"]] == [ann]
    assert "Choose one of those in the list." in text_of(lead.get(f"{NEW}?contact={bob.pk}"))
    assert text_of(lead.get("/strathmuir/supply/links/")).count("My work") >= 2


def test_a_lead_officer_cannot_ask_for_a_figure_that_is_not_offered(lead, people, ann):
    foreign = MeasureFactory(priority=people.skills)
    ann.measures.add(foreign)

    page = lead.post(
        NEW, {"contact": str(ann.pk), "measures": [str(foreign.pk)], "expires_on": "17 January 2022"}
    )

    assert page.context["form"].errors["measures"] == ["Choose from those on the page."]
    assert not SupplyLink.objects.exists()


def test_words_sent_after_the_session_ended_wait(ann, people):
    client = Client()
    answer = client.post(NEW, sending(ann, writer=str(people.manager.pk), expires_on="20 January 2022"))
    assert answer.status_code == 302
    client.force_login(people.manager, backend=BACKEND)

    page = client.get(NEW)

    assert "You were signed out before this was sent." in text_of(page)
    assert 'value="20 January 2022"' in page.content.decode()
    assert not SupplyLink.objects.exists()


def test_the_list_says_where_each_link_stands(manager, link):
    SupplyLinkUseFactory(link=link)
    SupplyLinkUseFactory(link=link, what="refused", words="It was tried after it had expired.")

    assert (
        "Ann Bell, sent 5 January 2022, 09:30 NHS Tayside Opened 6 January 2022 1 use refused Q3 2021/22 "
        "Grants <in a day> 5 January 2022 By CP manager 19 January 2022"
    ) in text_of(manager.get(LIST))


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_much_for_three_links_as_for_one(
    manager, people, measure, count, django_assert_num_queries
):
    for made in SupplyLinkFactory.create_batch(count, quarter=people.quarter, sent_by=people.lead):
        made.measures.add(measure)
        SupplyLinkUseFactory(link=made)

    # Session, person, partnership, roles; the links and their measures.
    with django_assert_num_queries(6):
        page = manager.get(LIST)

    assert page.content.decode().count("Grants &lt;in a day&gt;") == count


def test_every_use_is_on_the_links_page_with_what_was_refused_and_why(manager, link):
    SupplyLinkUseFactory(link=link)
    SupplyLinkUseFactory(link=link, what="refused", words="Figures came for <b>.", used_at=NOW)

    shown = text_of(manager.get(f"{LIST}{link.pk}/"))

    assert (
        "10 January 2022, 10:00 Refused Figures came for <b>. 6 January 2022, 14:00 Opened The page was shown."
        in shown
    )


def test_a_link_is_withdrawn_on_its_page(manager, link):
    page = manager.post(f"{LIST}{link.pk}/", follow=True)

    link.refresh_from_db()
    assert (link.withdrawn_at, link.withdrawn_by.email) == (NOW, "manager@example.org")
    assert "The link is withdrawn: nobody can send figures by it any more." in text_of(page)
    assert "Withdraw the link" not in text_of(page)
    assert Client().get(PAGE).status_code == 410


def test_the_links_and_the_uses_of_one_can_be_taken_away(manager, link):
    SupplyLinkUseFactory(link=link, what="refused", words="=1+1")

    links = manager.get(f"{LIST}download.csv").content.decode("utf-8-sig")
    used = manager.get(f"{LIST}{link.pk}/download.csv").content.decode("utf-8-sig")

    assert links == (
        "For,Organisation,E-mail,State,Since,Uses refused,Round,Figures,Sent on,Sent by,Works until\r\n"
        "Ann Bell,NHS Tayside,ann@example.org,Not opened yet,Not opened yet,1,Q3 2021/22,Grants <in a day>,"
        "2022-01-05,CP manager,2022-01-19\r\n"
    )
    assert used == "Day,Time,What,What came of it\r\n2022-01-06,14:00,Refused,'=1+1\r\n"


def test_the_calendar_a_contact_and_my_work_lead_to_sending_a_link(manager, lead, ann):
    new = f"{NEW}?contact={ann.pk}"

    assert f'href="{LIST}"' in manager.get("/strathmuir/supply/").content.decode()
    assert f'href="{new}"' in manager.get("/strathmuir/supply/contacts/").content.decode()
    assert f'href="{new}"' in manager.get(f"/strathmuir/supply/contacts/{ann.pk}/").content.decode()
    assert f'href="{NEW}"' in lead.get("/strathmuir/my-work/").content.decode()
    DataContact.objects.update(left_on=TODAY)
    for page in ("", f"{ann.pk}/"):
        assert new not in manager.get(f"/strathmuir/supply/contacts/{page}").content.decode()


def test_another_lead_officers_link_is_not_there(lead, link):
    assert lead.get(f"{LIST}{link.pk}/").status_code == 404
    assert lead.post(f"{LIST}{link.pk}/").status_code == 404
    assert "No links yet" in text_of(lead.get(LIST))
    link.refresh_from_db()
    assert link.withdrawn_at is None


# The page of a link


def test_it_names_whom_it_is_for_and_shows_just_their_figure(client, link, people):
    MeasureFactory(priority=people.poverty, code="POV-09", name="Nobody else's figure")

    page = client.get(PAGE)

    shown = text_of(page)
    assert "For Ann Bell, NHS Tayside Figures for Q3 2021/22" in shown
    assert "your link works until the end of 19 January 2022" in shown
    assert "Grants <in a day>" in shown
    assert "%. Higher is better. What this counts (Grants <in a day>) Of all grants." in shown
    assert "Last: 48.0% in Q2 2021/22 Target: 50.0% Figure for Q3 2021/22" in shown
    assert "Questions? Write to CP manager, manager@example.org, who sent you this link." in shown
    assert "Nobody else" not in shown
    assert uses(link) == [("opened", "")]


def test_it_leads_nowhere_into_the_product(client, link):
    for address in (PAGE, "/strathmuir/send/none/"):
        page = client.get(address).content.decode()
        assert set(re.findall(r'href="(/(?!static)[^"]*)"', page)) == {"/accessibility/", "/privacy/"}


@pytest.mark.parametrize("address", [PAGE, SENT, "/strathmuir/send/none/", "/nowhere/send/none/"])
def test_it_is_kept_out_of_caches_search_engines_and_referrers(client, link, address):
    for response in (client.get(address), client.post(address), client.put(address)):
        assert response["Referrer-Policy"] == "strict-origin"
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert "no-store" in response["Cache-Control"]


def test_its_token_is_in_no_log(client, link, caplog):
    SupplyLink.objects.update(withdrawn_at=NOW, withdrawn_by=link.sent_by)
    client.get(PAGE)

    assert "Gone: /strathmuir/send/…/" in caplog.messages
    assert TOKEN not in caplog.text


def test_being_looked_at_by_a_mail_scanner_changes_nothing_but_that_it_was_opened(client, link):
    client.head(PAGE)
    client.get(PAGE)
    client.get(SENT)

    assert uses(link) == [("opened", "")]
    assert not Delivery.objects.exists()
    assert not QuarterlyReturn.objects.exists()


def test_somebody_signed_in_who_uses_it_is_named(manager, link):
    manager.get(PAGE)

    assert uses(link) == [("opened", "By CP manager, who was signed in.")]
    entry = LogEntry.objects.get_for_object(link.uses.get()).get()
    assert entry.actor.email == "manager@example.org"


@pytest.mark.parametrize("count", [1, 3])
def test_three_figures_ask_no_more_of_the_database_than_one(
    client, link, people, count, django_assert_num_queries
):
    for _ in range(count - 1):
        link.measures.add(MeasureFactory(priority=people.poverty))

    with django_assert_num_queries(17):
        page = client.get(PAGE)

    assert page.content.decode().count('class="card link-card"') == count


# Typing, checking, sending


def test_a_figure_is_checked_then_sent_as_a_draft_for_the_lead_officer(client, link, people, measure):
    shown = check(client, value=" 51 %", note="From the  register.")
    assert "Nothing is sent yet. This is how each figure was read." in shown
    assert "51.0%" in shown
    assert not Reading.objects.filter(state="draft").exists()

    answer = send(client, value=" 51 %", note="From the  register.")

    assert (answer.status_code, answer["Location"]) == (302, SENT)
    draft = Reading.objects.get(state="draft")
    assert (draft.measure, draft.value, draft.flag) == (measure, Decimal(51), "final")
    assert (draft.note, draft.entered_by) == ("From the  register.", None)
    assert draft.delivery == Delivery.objects.get()
    assert draft.quarterly_return == return_of(people.poverty, people.quarter)
    assert uses(link) == [("saved", "1 figure was saved: 1 new.")]


def test_the_evidence_is_what_was_typed_and_what_became_of_it(client, link):
    send(client, value=" 51 %", note="=SUM(A1)")

    delivery = Delivery.objects.get()
    assert (delivery.way, delivery.link, delivery.contact, delivery.state) == (
        "link",
        link,
        link.contact,
        "saved",
    )
    assert bytes(delivery.file.content).decode("utf-8-sig") == (
        "Row,Measure,Place,Period,Sent,Not available because,Note,Read as,Outcome\r\n"
        f"{AREA},POV-01: Grants <in a day>,{link.partnership.area_name},Q3 2021/22,51 %,,'=SUM(A1),51.0%,Saved\r\n"
    )
    [line] = lines_of(delivery)
    assert (line.name, line.note) == ("Grants <in a day>", "=SUM(A1)")


def test_the_thank_you_page_lists_what_was_sent_and_says_what_happens_next(client, link):
    send(client, value="51 (p)")

    shown = text_of(client.get(SENT))

    assert "Thank you: your figures have been sent 10 January 2022, 10:00, for Q3 2021/22." in shown
    assert "What you sent Grants <in a day>" in shown
    assert "51.0% (provisional)" in shown
    assert "The lead officer of Poverty looks at your figures in the return for Q3 2021/22." in shown
    assert (
        "Until it is submitted you can change them by the same link, up to the end of 19 January 2022."
        in shown
    )
    assert uses(link) == [("saved", "1 figure was saved: 1 new.")]


def test_coming_back_shows_what_they_sent_and_takes_a_change(client, link):
    send(client, value="51")

    page = client.get(PAGE)
    assert "You sent figures on 10 January 2022." in text_of(page)
    assert 'value="51"' in page.content.decode()

    assert "In place of: 51.0%, from Ann Bell, NHS Tayside, by link on 10 January 2022" in text_of_words(
        check(client, value="52")
    )
    send(client, value="52")

    assert Reading.objects.get(state="draft").value == Decimal(52)
    assert Delivery.objects.count() == 2


def text_of_words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_sent_twice_by_a_double_press_it_is_saved_once(client, link):
    seen = seen_in(check(client, value="51"))
    form = {**answers("send", value="51"), "seen": seen}

    first, second = client.post(PAGE, form), client.post(PAGE, form)

    assert (first.status_code, second.status_code) == (302, 302)
    assert second["Location"] == SENT
    assert Delivery.objects.count() == 1
    assert uses(link) == [("saved", "1 figure was saved: 1 new.")]


def test_a_question_answered_afterwards_lets_its_figure_in(client, link, people):
    """The same answers as before, with one tick more: that is no second press of the button."""
    warm = MeasureFactory(priority=people.poverty, code="POV-07", name="Homes made warm")
    ReadingFactory(measure=warm, value=10)
    link.measures.add(warm)
    typed = {f"{AREA}-value": "0.51", "POV-07@area@2021-10-01@2021-12-31-value": "11"}
    page = client.post(PAGE, {"do": "check", **typed}).content.decode()
    key = re.search(r'name="yes" id="yes-([^"]+)"', page)[1]
    client.post(PAGE, {"do": "send", **typed, "seen": seen_in(page)})
    assert [row.value for row in Reading.objects.filter(state="draft")] == [Decimal(11)]

    page = client.post(PAGE, {"do": "check", **typed}).content.decode()
    client.post(PAGE, {"do": "send", **typed, "seen": seen_in(page), "yes": [key]})

    drafts = Reading.objects.filter(state="draft").order_by("measure__code")
    assert [row.value for row in drafts] == [Decimal("0.51"), Decimal(11)]


def test_a_figure_that_was_typed_over_meanwhile_can_be_sent_again(client, link, people, measure):
    send(client, value="51")
    operations.save_figures(
        return_of(people.poverty, people.quarter),
        [FigureEntry(measure.pk, value=Decimal(55))],
        seen=None,
        by=people.lead,
        at=NOW,
    )

    send(client, value="51")

    assert Reading.objects.get(state="draft").value == Decimal(51)
    assert Delivery.objects.count() == 2


def test_of_two_tabs_the_later_is_shown_what_the_earlier_sent(client, link):
    seen = seen_in(check(client, value="52"))
    send(client, value="51")

    page = client.post(PAGE, {**answers("send", value="52"), "seen": seen})

    shown = text_of(page)
    assert "Something changed while you were here: look again, then send." in shown
    assert "In place of: 51.0%, from Ann Bell, NHS Tayside, by link on 10 January 2022" in shown
    assert Reading.objects.get(state="draft").value == Decimal(51)
    seen = seen_in(page.content.decode())
    client.post(PAGE, {**answers("send", value="52"), "seen": seen})
    assert Reading.objects.get(state="draft").value == Decimal(52)


def test_a_question_that_is_not_answered_leaves_its_figure_out(client, link):
    page = check(client, value="0.51")
    assert "Is this really 0.51%, or did you mean 51%?" in text_of_words(page)
    assert "Send those I ticked" in page
    key = re.search(r'name="yes" id="yes-([^"]+)"', page)[1]

    stays = send(client, value="0.51")
    assert "Please check" in text_of(stays)
    assert not Reading.objects.filter(state="draft").exists()

    assert send(client, key, value="0.51").status_code == 302
    draft = Reading.objects.get(state="draft")
    assert (draft.value, draft.answered_doubt) == (
        Decimal("0.51"),
        "Is this really 0.51%, or did you mean 51%?",
    )


@pytest.mark.parametrize(
    ("typed", "field", "says"),
    [
        ({"value": "many"}, "value", "“many” is not a number. Enter a number, like 20.3."),
        (
            {"value": "*"},
            "value",
            "“*” is not a number. If there is no figure, leave this empty and say why.",
        ),
        ({"value": "£51"}, "value", "“£51” is money"),
        (
            {"value": "51", "why_none": "Confidential"},
            "why_none",
            "A figure is given too. Take out one or the other.",
        ),
        ({"why_none": "Another reason"}, "note", "Say why there is no figure."),
        ({"note": "Late."}, "note", "Give the figure that this note is about, or say why there is none."),
        ({"why_none": "Made up"}, "why_none", "Choose one of the answers on the page."),
    ],
)
def test_what_cannot_be_read_is_said_beside_it_and_kept(client, link, typed, field, says):
    page = client.post(PAGE, answers("check", **typed))

    [form] = page.context["sheet"].forms
    assert says in " ".join(form.errors[field])
    assert f'id="{AREA}-{field}_error"' in page.content.decode()
    for name, text in typed.items():
        assert form[name].value() == text
    assert not Delivery.objects.exists()


def test_nothing_typed_is_nothing_to_check(client, link):
    page = client.post(PAGE, {"do": "check"})

    assert "Type at least one figure, or say why there is none." in text_of(page)
    assert f'href="#{AREA}-value"' in page.content.decode()


def test_going_back_keeps_what_was_typed(client, link):
    page = client.post(PAGE, answers("change", value="51.5", why_none="", note=""))

    assert 'value="51.5"' in page.content.decode()
    assert "There is a problem" not in text_of(page)


def test_a_reason_for_want_of_a_figure_is_sent_and_shown_again(client, link, people, measure):
    send(client, why_none="Another reason", note="The survey is late.")

    held = return_of(people.poverty, people.quarter)
    assert held.commentaries.get(measure=measure).no_figure_reason == "The survey is late."
    [form] = client.get(PAGE).context["sheet"].forms
    assert (form.initial["why_none"], form.initial["note"]) == ("Another reason", "The survey is late.")


def test_confidential_is_kept_as_its_symbol(client, link):
    send(client, why_none="Confidential")

    draft = Reading.objects.get(state="draft")
    assert (draft.symbol, draft.value) == ("c", None)
    [form] = client.get(PAGE).context["sheet"].forms
    assert form.initial["why_none"] == "Confidential"


@pytest.fixture
def ratio(people: Cast, link: SupplyLink) -> Measure:
    made = MeasureFactory(
        priority=people.poverty,
        code="POV-02",
        name="Homes made warm",
        is_ratio=True,
        numerator_name="Homes made warm",
        denominator_name="Homes visited",
    )
    link.measures.set([made])
    return made


def test_a_ratio_asks_for_its_two_numbers(client, link, ratio):
    page = client.get(PAGE)
    assert "Give the two numbers. The percentage is worked out from them." in text_of(page)

    figures = answers("check", row=RATIO, numerator="30", denominator="1,200")
    seen = seen_in(client.post(PAGE, figures).content.decode())
    client.post(PAGE, {**figures, "do": "send", "seen": seen})

    draft = Reading.objects.get(state="draft")
    assert (draft.numerator, draft.denominator, draft.value) == (Decimal(30), Decimal(1200), Decimal("2.5"))


@pytest.mark.parametrize(
    ("numerator", "denominator", "field", "says"),
    [
        ("30", "", "denominator", "Give both numbers, or neither."),
        ("30", "20", "numerator", "30 is more than 20, the number it is part of. Check both."),
        ("30%", "20", "numerator", "“30%” is a result. Enter the number it is worked out from."),
        ("30", "0", "denominator", "Nothing can be divided by zero."),
    ],
)
def test_what_cannot_make_a_ratio_is_said_beside_it(client, link, ratio, numerator, denominator, field, says):
    Measure.objects.filter(pk=ratio.pk).update(is_bounded=True)
    page = client.post(PAGE, answers("check", row=RATIO, numerator=numerator, denominator=denominator))

    [form] = page.context["sheet"].forms
    assert says in " ".join(form.errors[field])


# What others did, and what may not be told


def test_what_the_lead_officer_typed_is_not_told(client, link, people, measure):
    operations.save_figures(
        return_of(people.poverty, people.quarter),
        [FigureEntry(measure.pk, Decimal("33.3"))],
        seen=None,
        by=people.lead,
        at=NOW,
    )

    pages = [client.get(PAGE).content.decode(), check(client, value="51"), check(client, value="33.3")]

    assert all("33.3" not in page.replace('value="33.3"', "").replace("33.3%</p>", "") for page in pages)
    assert all("Poverty lead" not in page for page in pages)


def test_a_figure_that_the_lead_officer_corrected_is_not_shown_back(client, link, people, measure):
    send(client, value="51")
    operations.save_figures(
        return_of(people.poverty, people.quarter),
        [FigureEntry(measure.pk, Decimal("44.4"))],
        seen=None,
        by=people.lead,
        at=NOW,
    )

    page = client.get(PAGE).content.decode()

    assert "44.4" not in page
    assert 'value="51"' not in page


def test_a_hidden_figure_stands_as_its_symbol(client, link, people):
    hidden = MeasureFactory(
        priority=people.poverty, code="POV-03", name="Places kept", unit="number", decimals=0,
        is_disclosure_controlled=True,
    )  # fmt: skip
    ReadingFactory(measure=hidden, value=3)
    link.measures.set([hidden])

    page = client.get(PAGE)

    assert "Last: [c] in Q2 2021/22" in text_of(page)
    assert not re.search(r"(?<![\w@#-])3(?![\w@-])", text_of(page).replace("Q3 2021/22", ""))


def test_a_figure_that_became_known_meanwhile_is_not_taken_and_that_is_said(client, link, measure):
    SupplyLink.objects.update(sent_at=NOW - dt.timedelta(days=5))
    ReadingFactory(
        measure=measure,
        starts_on=dt.date(2021, 10, 1),
        ends_on=dt.date(2021, 12, 31),
        value=47,
        released_at=NOW - dt.timedelta(hours=1),
    )

    page = client.post(PAGE, answers("check", value="51"))

    assert "Not taken, because it is not asked for any more: Grants <in a day>" in text_of(page)
    assert "Nothing is missing" in text_of(page)
    assert not Delivery.objects.exists()
    assert uses(link) == []


def test_once_everything_is_here_nothing_is_asked(client, link, measure):
    ReadingFactory(
        measure=measure,
        starts_on=dt.date(2021, 10, 1),
        ends_on=dt.date(2021, 12, 31),
        released_at=NOW - dt.timedelta(hours=1),
    )

    assert "Nothing is missing Every figure that you were asked for is here." in text_of(client.get(PAGE))


# Attacks

PLAIN = "This link no longer works"


def is_plain(response: object) -> bool:
    """Whether a page shows nothing of any figure, nor whom the link is for."""
    shown = response.content.decode()
    return not any(words in shown for words in ("Grants", "48.0", "Ann", "NHS", "Strathmuir", "CP manager"))


def submitted(link: SupplyLink, people: Cast) -> None:
    QuarterlyReturnFactory(
        priority=people.poverty,
        quarter=people.quarter,
        state=QuarterlyReturn.State.SUBMITTED,
        submitted_at=NOW,
        submitted_by=people.lead,
    )


def locked(link: SupplyLink, people: Cast) -> None:
    people.quarter.locked_at, people.quarter.locked_by = NOW, people.manager
    people.quarter.save()


def expired(link: SupplyLink, people: Cast) -> None:
    SupplyLink.objects.update(expires_at=NOW)


def withdrawn(link: SupplyLink, people: Cast) -> None:
    SupplyLink.objects.update(withdrawn_at=NOW, withdrawn_by=people.manager)


def left(link: SupplyLink, people: Cast) -> None:
    DataContact.objects.update(left_on=TODAY)


@pytest.mark.parametrize(
    ("spoil", "status", "words"),
    [
        (expired, 410, "It was tried after it had expired. Nothing was shown."),
        (withdrawn, 410, "It was tried after it had been withdrawn. Nothing was shown."),
        (left, 410, "It was tried after Ann Bell had left. Nothing was shown."),
        (locked, 410, "It was tried after Q3 2021/22 had been locked. Nothing was shown."),
        (submitted, 403, "It was tried after the figures of Poverty had been submitted. Nothing was shown."),
    ],
)
def test_a_link_whose_time_is_over_shows_nothing_and_says_why_to_whoever_sent_it(
    client, manager, link, people, spoil, status, words
):
    seen = seen_in(check(client, value="51"))
    spoil(link, people)

    responses = [
        client.get(PAGE),
        client.get(SENT),
        client.post(PAGE, answers("check", value="51")),
        client.post(PAGE, {**answers("send", value="51"), "seen": seen}),
    ]

    assert [response.status_code for response in responses] == [status] * 4
    assert all(is_plain(response) and PLAIN in text_of(response) for response in responses)
    assert uses(link) == [("refused", words)] * 4
    assert not Delivery.objects.exists()
    assert words in text_of(manager.get(f"{LIST}{link.pk}/"))


def test_under_another_partnerships_address_it_shows_nothing(client, link, people, manager):
    foreign = [
        client.get(f"/glenbeg/send/{TOKEN}/"),
        client.post(f"/glenbeg/send/{TOKEN}/", answers("check", value="51")),
    ]
    nowhere = client.get(f"/nowhere/send/{TOKEN}/")

    for response in (*foreign, nowhere):
        assert response.status_code == 404
        assert is_plain(response)
        assert PLAIN in text_of(response)
    glenbeg = "It was tried under an address of Glenbeg Community Planning Partnership. Nothing was shown."
    assert uses(link) == [
        ("refused", glenbeg),
        ("refused", glenbeg),
        ("refused", "It was tried under an address that is no partnership’s. Nothing was shown."),
    ]
    assert glenbeg in text_of(manager.get(f"{LIST}{link.pk}/"))


def test_an_unknown_token_gets_the_same_page_and_leaves_nothing(client, link):
    unknown = client.get("/strathmuir/send/none/")
    elsewhere = client.get(f"/glenbeg/send/{TOKEN}/")

    assert unknown.status_code == 404
    assert unknown.content == elsewhere.content
    assert SupplyLinkUse.objects.count() == 1


@pytest.fixture
def foreign(people: Cast, measure: Measure) -> None:
    """Figures that could leak: of another measure, of a locality, of another partnership."""
    other = MeasureFactory(priority=people.poverty, code="POV-08", name="Grants kept")
    ReadingFactory(measure=other, value=Decimal("12.3"))
    LocalityFactory(partnership=people.partnership, code="WARD-1")
    elsewhere = MeasureFactory(
        priority__plan__partnership=PartnershipFactory(), code="GLEN-01", name="Grants of Glenbeg"
    )
    ReadingFactory(measure=elsewhere, value=Decimal("12.3"))


@pytest.mark.parametrize(
    "row",
    [
        "POV-08@area@2021-10-01@2021-12-31",  # another measure of the same priority
        "GLEN-01@area@2021-10-01@2021-12-31",  # another partnership's
        "NONE-01@area@2021-10-01@2021-12-31",  # nobody's
        "POV-01@area@2021-07-01@2021-09-30",  # a period that is known
        "POV-01@area@2022-01-01@2022-03-31",  # a period to come
        "POV-01@area@2021-10-01@2021-12-30",  # no period at all
        "POV-01@place:WARD-1@2021-10-01@2021-12-31",  # a place that is not asked about
        "POV-01",
        "",
        "x" * 500,
    ],
)
@pytest.mark.parametrize("do", ["check", "send"])
def test_what_the_link_is_not_for_is_refused_whole(
    client, link, foreign, row, do, django_capture_on_commit_callbacks
):
    before = Reading.objects.count()
    form = {**answers(do, value="51"), f"{row}-value": "12", "seen": seen_in(check(client, value="51"))}
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(PAGE, form)

    assert response.status_code == 403
    assert "This cannot be sent" in text_of(response)
    assert is_plain(response)
    assert "12.3" not in text_of(response)
    [(what, words)] = uses(link)
    assert what == "refused"
    assert words.startswith("Figures came for “")
    assert words.endswith("”, which the link is not for. Nothing was saved.")
    assert Reading.objects.count() == before
    assert not Delivery.objects.exists()
    assert [letter.subject for letter in mail.outbox] == ["A link you sent was refused: Ann Bell, Q3 2021/22"]


def test_a_link_withdrawn_while_figures_are_sent_saves_nothing(client, link, people):
    seen = seen_in(check(client, value="51"))
    withdrawn(link, people)

    client.post(PAGE, {**answers("send", value="51"), "seen": seen})

    assert not Delivery.objects.exists()


def test_by_a_forged_fingerprint_nothing_is_saved(client, link):
    page = client.post(PAGE, {**answers("send", value="51"), "seen": "0" * 16})

    assert "Something changed while you were here" in text_of(page)
    assert not Delivery.objects.exists()


def test_a_form_that_another_site_sent_is_refused(link):
    client = Client(enforce_csrf_checks=True)

    assert client.post(PAGE, answers("check", value="51")).status_code == 403

    page = client.get(PAGE)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())[1]
    assert (
        client.post(PAGE, {**answers("check", value="51"), "csrfmiddlewaretoken": token}).status_code == 200
    )


def test_whoever_asks_too_often_is_asked_to_wait(client, link):
    for _ in range(60):
        assert client.get(PAGE).status_code == 200

    response = client.get(PAGE)

    assert response.status_code == 429
    assert is_plain(response)
    assert "Too many tries" in text_of(response)
    assert len(uses(link)) == 60


def test_whoever_guesses_tokens_is_stopped_and_the_link_goes_on(client, link):
    for number in range(20):
        assert client.get(f"/strathmuir/send/{number}/").status_code == 404

    assert client.get("/strathmuir/send/guess/").status_code == 429
    assert client.get(PAGE).status_code == 200


def test_the_link_itself_rests_after_two_hundred_uses(client, link):
    SupplyLinkUse.objects.bulk_create(
        [SupplyLinkUse(link=link, used_at=NOW - dt.timedelta(hours=1), what="opened") for _ in range(200)]
    )

    assert client.get(PAGE).status_code == 429
    assert SupplyLinkUse.objects.count() == 200
