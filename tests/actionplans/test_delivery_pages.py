"""Figures that come back in sheets: sent, told, previewed, saved or dropped, each by whose they are."""

from __future__ import annotations

import io
import re
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.test.utils import CaptureQueriesContext

from actionplans.delivery_pages import MOST_SHOWN, PreviewPage, answered_by, evidence_name, size_in_words
from actionplans.downloads.deliveries import HELD_BACK
from actionplans.models import Delivery, DeliveryFile, Measure, Reading, SheetMapping
from actionplans.sheets.preview import Preview, PreviewRow, Verdict
from tests.actionplans.factories import DeliveryFactory, MeasureFactory, ReadingFactory
from tests.actionplans.test_return_pages import text_of
from tests.factories import NOW, TODAY, LocalityFactory, OrganisationFactory, cast
from tests.priorities.workbook_reading import xlsx_rows

pytestmark = pytest.mark.django_db

SHEETS = "/strathmuir/quarters/2021-22/q3/sheets/"
IN = f"{SHEETS}in/"
NEW = f"{IN}new/"
HEADINGS = "Measure,Place,Period,New figure"


@pytest.fixture
def people():
    """Two measures of Poverty, last 48 in Q2, and one of Skills."""
    found = cast()
    for code, name in (("POV-01", "Grants decided"), ("POV-02", "Homes made warm")):
        ReadingFactory(measure=MeasureFactory(priority=found.poverty, code=code, name=name, decimals=0))
    MeasureFactory(priority=found.skills, code="SKI-01", name="Apprentices", decimals=0)
    return found


@pytest.fixture
def lead(client, people):
    client.force_login(people.lead)
    return client


@pytest.fixture
def manager(people):
    client = Client()
    client.force_login(people.manager)
    return client


def csv(*rows):
    return "\r\n".join([HEADINGS, *rows]).encode()


def upload(content, name="figures.csv"):
    return SimpleUploadedFile(name, content)


def send(client, *rows, name="figures.csv", content=None, **said):
    """Send a sheet and follow to where it leads."""
    return client.post(NEW, {"file": upload(content or csv(*rows), name), **said}, follow=True)


def page_of(delivery):
    return f"{IN}{delivery.pk}/"


def save(client, response, *ticks, follow=True):
    """Press the button of a preview."""
    seen = re.search(r'name="seen" value="([0-9a-f]+)"', response.content.decode())[1]
    address = page_of(Delivery.objects.latest("pk"))
    return client.post(address, {"seen": seen, "answered": ticks}, follow=follow)


NOT_YET = "Nothing is saved yet."
POV_1 = "POV-01,Whole area,Q3 2021/22"
POV_2 = "POV-02,Whole area,Q3 2021/22"


# Sending


class TestSending:
    def test_a_sheet_is_kept_and_shown_before_anything_is_saved(self, lead, people):
        response = send(lead, f"{POV_1},51%", f"{POV_2},about 3")

        page = text_of(response)
        assert response.redirect_chain == [(page_of(Delivery.objects.get()), 302)]
        assert "1 figure can be saved: 1 new. 1 is refused. Nothing is saved yet." in page
        assert "D3" in page
        assert "“about 3” is not one number. Enter a number, like 20.3." in page
        assert "Save 1 figure and leave 1 out" in page
        made = Delivery.objects.get()
        assert (made.state, made.name, made.sent_by, made.destination) == (
            "waiting", "figures.csv", people.lead, "drafts",
        )  # fmt: skip
        assert bytes(made.file.content) == csv(f"{POV_1},51%", f"{POV_2},about 3")
        assert Reading.objects.filter(delivery__isnull=False).count() == 0

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"%PDF-1.4", "The file is a PDF, not a spreadsheet."),
            (b"", "The file is empty. Check that it was saved, and send it again."),
            (b"PK\x03\x04 cut short", "The file is damaged or was cut short on its way"),
            (
                b"a" * (5 * 1024 * 1024 + 1),
                "The file is larger than 5 MB. Send the sheets you need in a smaller file.",
            ),
        ],
        ids=["pdf", "empty", "damaged", "large"],
    )
    def test_what_is_not_read_is_refused_beside_the_file_and_not_kept(self, lead, content, words):
        response = lead.post(NEW, {"file": upload(content, "figures.xlsx")})

        assert response.status_code == 200
        assert words in text_of(response)
        assert 'id="file_error"' in response.content.decode()
        assert not Delivery.objects.exists()
        assert not DeliveryFile.objects.exists()

    @pytest.mark.parametrize("said", [{}, {"file": ""}, {"organisation": "1"}])
    def test_without_a_file_one_is_asked_for(self, lead, said):
        assert "Choose a file to send." in text_of(lead.post(NEW, said))

    def test_a_sheet_cut_off_on_its_way_leaves_nothing(self, lead):
        whole = encode_multipart(BOUNDARY, {"file": upload(csv(f"{POV_1},51%"))})
        part = whole[: whole.index(b"51%")]

        response = lead.post(
            NEW,
            **{
                "CONTENT_TYPE": MULTIPART_CONTENT,
                "CONTENT_LENGTH": str(len(whole)),
                "wsgi.input": io.BytesIO(part),
            },
        )

        assert response.status_code == 400
        assert "We could not read what was sent" in response.content.decode()
        assert not Delivery.objects.exists()

    def test_more_than_any_page_takes_is_not_even_read(self, lead):
        response = lead.post(
            NEW,
            **{
                "CONTENT_TYPE": MULTIPART_CONTENT,
                "CONTENT_LENGTH": str(2**31),
                "wsgi.input": io.BytesIO(b"x"),
            },
        )

        assert response.status_code == 400
        assert "It is more than one page can hold" in response.content.decode()

    def test_the_cp_manager_alone_says_what_becomes_of_the_figures(self, lead, manager):
        assert "On record at once" not in text_of(lead.get(NEW))
        assert "On record at once" in text_of(manager.get(NEW))

        send(lead, f"{POV_1},51%", destination="record")
        assert Delivery.objects.get().destination == "drafts"

    def test_a_person_signed_out_is_asked_to_sign_in(self, people):
        assert Client().get(NEW)["Location"] == f"/accounts/login/?next={NEW}"

    def test_a_locked_quarter_takes_none(self, lead, manager, people):
        people.quarter.locked_at, people.quarter.locked_by = NOW, people.manager
        people.quarter.save()

        assert "It takes no more figures." in text_of(lead.get(NEW))
        assert "is locked, so its figures can no longer be changed." in text_of(send(lead, f"{POV_1},51%"))
        assert not Delivery.objects.exists()

    def test_a_files_name_is_kept_without_what_nobody_sees(self, lead):
        response = send(lead, f"{POV_1},51%", name="<b>fig\u202eures</b>.csv")

        assert Delivery.objects.get().name == "b>.csv"
        assert "b&gt;.csv" in response.content.decode()


# The preview


class TestPreview:
    def test_another_partnerships_sheet_is_refused_whole(self, lead):
        mark = "Sheet version 1 for glenbeg 2021-22 q3. Leave this line as it is."
        response = send(lead, content=f"{mark}\r\n{HEADINGS}\r\n{POV_1},51%".encode())

        page = text_of(response)
        assert "This sheet was made for another partnership, so none of it is taken." in page
        assert "Drop this file" in page
        assert "Save" not in page.partition("Nothing in it can be taken")[2]

    @pytest.mark.parametrize("named", ["SKI-01", "NONE-1"])
    def test_what_is_not_theirs_is_refused_in_the_same_words_as_what_is_not_there(self, lead, named):
        page = text_of(send(lead, f"{named},Whole area,Q3 2021/22,51%"))

        assert f"There is no measure “{named}” among those you may send figures for." in page
        assert "Apprentices" not in page
        assert "There is no figure to save. 1 is refused. Nothing is saved yet." in page

    def test_a_question_is_left_out_until_it_is_ticked(self, lead):
        rows = f"{POV_1},480%", f"{POV_2},51%"
        response = send(lead, *rows)
        page = text_of(response)
        assert "2 figures can be saved: 2 new. 1 of them has a question to answer first." in page
        assert "Yes, 480% is right" in page
        assert "Every one with a question that you have not ticked will be left out." in page
        assert "Save 1 figure and those you ticked" in page

        assert "1 figure was saved: 1 new. 1 was left out: 1 with its question not answered." in text_of(
            save(lead, response)
        )
        again = send(lead, *rows)
        key = re.search(r'name="answered" id="answered-1" value="([^"]+)"', again.content.decode())[1]
        done = text_of(save(lead, again, key))
        assert "1 figure was saved: 1 new. 1 was there already." in done
        assert sorted(Reading.objects.filter(delivery__isnull=False).values_list("value", flat=True)) == [
            51,
            480,
        ]

    def test_what_another_saved_meanwhile_is_shown_first_and_ticks_are_kept(self, lead, manager, people):
        response = send(lead, f"{POV_1},480%", f"{POV_2},51%")
        key = re.search(r'name="answered" id="answered-1" value="([^"]+)"', response.content.decode())[1]
        waiting = Delivery.objects.get()
        other = send(manager, f"{POV_2},52%", destination="drafts")
        save(manager, other)
        seen = re.search(r'name="seen" value="([0-9a-f]+)"', response.content.decode())[1]

        late = lead.post(page_of(waiting), {"seen": seen, "answered": key})

        assert late.status_code == 409
        page = text_of(late)
        assert "Other figures came in while this page was open" in page
        assert "2 figures can be saved: 1 new, 1 changed." in page
        assert "52%" in page
        assert re.search(rf'value="{re.escape(key)}"[^>]* checked', late.content.decode())
        waiting.refresh_from_db()
        assert waiting.is_waiting
        assert "2 figures were saved: 1 new, 1 changed." in text_of(
            lead.post(
                page_of(waiting),
                {
                    "seen": re.search(r'name="seen" value="([0-9a-f]+)"', late.content.decode())[1],
                    "answered": key,
                },
                follow=True,
            )
        )

    def test_pressed_twice_it_says_that_it_is_saved_already(self, lead):
        response = send(lead, f"{POV_1},51%")
        save(lead, response)

        again = text_of(save(lead, response))

        assert "This was saved already. Nothing was saved a second time." in again
        assert Reading.objects.filter(delivery__isnull=False).count() == 1

    def test_text_from_a_file_is_never_markup(self, lead):
        hostile = "<script>alert(1)</script>"
        response = send(lead, f"{POV_1},{hostile}", f"{hostile},Whole area,Q3 2021/22,3")

        page = response.content.decode()
        assert "<script>alert" not in page
        assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 2

    def test_the_whole_preview_can_be_taken_away_and_runs_nothing(self, lead):
        send(lead, f"{POV_1},51%", f'{POV_2},"=HYPERLINK(""http://x"")"')
        address = f"{page_of(Delivery.objects.get())}preview."

        lines = lead.get(f"{address}csv").content.decode("utf-8-sig").splitlines()
        assert (
            lines[0]
            == "Verdict,Where,Measure,Code,Place,Period,What was read,New figure,Before,Why,Question,Note"
        )
        assert lines[1].startswith("New,Cell D2,Grants decided,POV-01,Strath")
        assert "'=HYPERLINK" in lines[2]
        book = openpyxl.load_workbook(io.BytesIO(lead.get(f"{address}xlsx").content))
        cells = [cell for row in book["Preview"].iter_rows() for cell in row]
        assert not [cell for cell in cells if cell.data_type == "f"]
        assert lead.get(f"{address}ods").status_code == 200
        assert lead.get(f"{address}pdf").status_code == 404

    def test_a_figure_held_back_is_in_the_preview_of_its_lead_officer_and_not_in_its_file(self, lead, people):
        measure = MeasureFactory(
            priority=people.poverty,
            code="POV-03",
            name="Cases",
            unit="number",
            decimals=0,
            is_disclosure_controlled=True,
        )
        ReadingFactory(measure=measure, value=3, starts_on="2021-10-01", ends_on="2021-12-31")
        page = send(lead, "POV-03,Whole area,Q3 2021/22,4")
        assert "3 is known already." in text_of(page)

        file = lead.get(f"{page_of(Delivery.objects.get())}preview.csv").content.decode("utf-8-sig")

        assert "3 is known already" not in file
        assert "known already" in file

    def test_dropped_it_is_gone_with_its_file(self, lead):
        send(lead, f"{POV_1},51%")

        page = text_of(lead.post(f"{page_of(Delivery.objects.get())}drop/", follow=True))

        assert "figures.csv is dropped. Nothing was saved." in page
        assert not Delivery.objects.exists()
        assert not DeliveryFile.objects.exists()

    def test_what_is_saved_cannot_be_dropped(self, lead):
        save(lead, send(lead, f"{POV_1},51%"))

        page = text_of(lead.post(f"{page_of(Delivery.objects.get())}drop/", follow=True))

        assert "This was saved already. What was saved stays." in page
        assert Delivery.objects.count() == 1

    @pytest.mark.parametrize("count", [1, 3])
    def test_it_takes_as_many_queries_for_three_figures_as_for_one(self, lead, people, count):
        for number in range(count):
            MeasureFactory(priority=people.poverty, code=f"Q-{number}")
        send(lead, *[f"Q-{number},Whole area,Q3 2021/22,51%" for number in range(count)])
        address = page_of(Delivery.objects.get())

        with CaptureQueriesContext(
            connection,
        ) as asked:
            page = text_of(lead.get(address))

        assert f"{count} figure{'s' if count > 1 else ''} can be saved" in page
        assert len(asked) == 16


def rows(count, verdict, **fields):
    return tuple(
        PreviewRow(key=f"{verdict}-{number}", where=f"Cell G{number}", verdict=verdict, read="1", **fields)
        for number in range(count)
    )


class TestPreviewPage:
    """What is said of a preview, without a file."""

    @pytest.mark.parametrize(
        ("new", "changed", "asked", "refused", "label", "summary"),
        [
            (1, 0, 0, 0, "Save 1 figure", "1 figure can be saved: 1 new. Nothing is saved yet."),
            (10, 2, 0, 0, "Save all 12 figures", "12 figures can be saved: 10 new, 2 changed. Nothing is saved yet."),
            (
                10, 2, 0, 3, "Save 12 figures and leave 3 out",
                "12 figures can be saved: 10 new, 2 changed. 3 are refused. Nothing is saved yet.",
            ),
            (
                0, 0, 1, 0, "Save the figures you ticked",
                "1 figure can be saved: 1 new. It has a question to answer first. Nothing is saved yet.",
            ),
            (
                2, 0, 2, 1, "Save 2 figures and those you ticked",
                f"4 figures can be saved: 4 new. 2 of them have a question to answer first. 1 is refused. {NOT_YET}",
            ),
            (0, 0, 0, 1, "", "There is no figure to save. 1 is refused. Nothing is saved yet."),
        ],
    )  # fmt: skip
    def test_it_is_summed_up_in_words_and_on_the_button(self, new, changed, asked, refused, label, summary):
        page = PreviewPage(
            Preview(
                rows(new, Verdict.NEW)
                + rows(changed, Verdict.CHANGED)
                + rows(asked, Verdict.NEW, questions=("Is it?",))
                + rows(refused, Verdict.REFUSED)
            )
        )

        assert page.summary == summary
        if label:
            assert page.save_label == label

    def test_no_more_of_a_kind_is_shown_than_a_page_holds(self):
        page = PreviewPage(Preview(rows(MOST_SHOWN + 5, Verdict.REFUSED)))

        assert (len(page.refused.rows), page.refused.more, page.refused.more_in_words) == (
            200,
            5,
            "5 more are",
        )

    def test_one_tick_stands_for_the_questions_that_are_not_shown(self):
        preview = Preview(rows(MOST_SHOWN + 2, Verdict.NEW, questions=("Is it?",)))

        assert answered_by(["new-0", "rest"], preview) == {"new-0", "new-200", "new-201"}
        assert answered_by(["new-0"], preview) == {"new-0"}
        assert PreviewPage(preview, answered_by(["rest"], preview)).rest_is_ticked
        assert not PreviewPage(preview).rest_is_ticked


# The columns


OWN = b"Supplier return\r\nIndicator,Ward,Q3 actual\r\nGrants,Everywhere,51\r\nHomes made warm,North,3\r\nTotal,,54\r\n"


class TestColumns:
    @pytest.fixture
    def told(self, people):
        LocalityFactory(partnership=people.partnership, code="NORTH", name="North")
        for measure in Measure.objects.all():
            measure.unit = "number"
            measure.save()
        return people

    ANSWERS = {
        "sheet": "0", "row": "2", "column-1": "measure", "column-2": "place", "column-3": "figure", "measure": "",
        "place": "", "period": "round", "other_period": "", "remember": "on",
    }  # fmt: skip

    def test_a_sheet_of_their_own_is_asked_about_with_guesses_made(self, lead, told):
        response = send(lead, content=OWN, name="own.csv")

        page = response.content.decode()
        assert response.redirect_chain[-1][0] == f"{page_of(Delivery.objects.get())}columns/"
        assert 'name="row" value="2"' in page
        assert re.search(r'id="column-1".*?<option value="measure" selected>', page, re.DOTALL)
        assert re.search(r'id="column-3".*?<option value="figure" selected>', page, re.DOTALL)
        assert "Homes made warm" in page

    def test_unknown_words_are_asked_about_and_it_is_remembered(self, lead, told):
        send(lead, content=OWN, name="own.csv")
        address = f"{page_of(Delivery.objects.get())}columns/"

        asked = lead.post(address, self.ANSWERS)
        assert "“Grants” is" in text_of(asked)
        assert "“Everywhere” is" in text_of(asked)
        assert Delivery.objects.get().plan == {}

        words = {"words_shown": "yes", "measure-word-0": "POV-01", "place-word-0": "area"}
        done = text_of(lead.post(address, self.ANSWERS | words, follow=True))
        assert "2 figures can be saved: 2 new. Nothing is saved yet." in done
        assert "looks like a total and was left out." in done
        assert SheetMapping.objects.get().plan["measure_words"] == {"Grants": "POV-01"}

        next_one = send(lead, content=OWN.replace(b"51", b"52"), name="own2.csv")
        assert "Read with the columns told on" in text_of(next_one)
        assert "2 figures can be saved" in text_of(next_one)

    def test_words_that_were_left_out_are_asked_about_again(self, lead, told):
        """Also where nothing else is in the sheet: whoever remembered it may not have known them."""
        alone = b"Indicator,Ward,Q3 actual\r\nAwards,North,3\r\n"
        answers = self.ANSWERS | {"row": "1"}
        send(lead, content=alone, name="own.csv")
        words = {"words_shown": "yes", "measure-word-0": ""}
        lead.post(f"{page_of(Delivery.objects.get())}columns/", answers | words)

        again = send(lead, content=alone, name="own2.csv")
        assert "Nothing in it can be taken" in text_of(again)
        columns = f"{page_of(Delivery.objects.latest('pk'))}columns/"
        assert f'href="{columns}"' in again.content.decode()
        assert "“Awards” is" in text_of(lead.post(columns, answers))
        done = lead.post(columns, answers | words | {"measure-word-0": "POV-02"}, follow=True)

        assert "1 figure can be saved: 1 new." in text_of(done)

    def test_it_is_not_remembered_when_nobody_wants_it(self, lead, told):
        send(lead, content=OWN, name="own.csv")
        words = {"words_shown": "yes", "measure-word-0": "", "place-word-0": "", "remember": ""}
        page = text_of(
            lead.post(f"{page_of(Delivery.objects.get())}columns/", self.ANSWERS | words, follow=True)
        )

        assert not SheetMapping.objects.exists()
        assert "Left out, as was told of sheets like this: “Grants”." in page
        assert "1 figure can be saved: 1 new." in page

    @pytest.mark.parametrize(
        ("said", "words"),
        [
            ({"column-3": ""}, "Say which column holds the figures."),
            ({"column-2": "measure"}, "Column A holds the measure already. Choose one of them."),
            (
                {"column-1": ""},
                "Say which column names the measure, or which measure all the figures are of.",
            ),
            ({"period": ""}, "Say which column holds the period, or which period all the figures are of."),
            ({"period": "other"}, "Say which period the figures are of."),
            ({"column-2": "figure"}, "Say which period column B, “Ward”, is of."),
            ({"column-1": "nonsense"}, "Choose one of the answers on the page."),
        ],
    )
    def test_what_does_not_hold_together_is_said(self, lead, told, said, words):
        send(lead, content=OWN, name="own.csv")

        response = lead.post(f"{page_of(Delivery.objects.get())}columns/", self.ANSWERS | said)

        assert response.status_code == 200
        assert words in text_of(response)
        assert Delivery.objects.get().plan == {}

    def test_another_sheet_or_row_of_headings_is_shown_when_asked_for(self, lead, told):
        send(lead, content=OWN, name="own.csv")
        address = f"{page_of(Delivery.objects.get())}columns/"

        assert 'name="row" value="3"' in lead.get(f"{address}?sheet=0&row=3").content.decode()
        for odd in ("row=99999999", "row=-1", "sheet=x&row=²", "row=999"):
            assert lead.get(f"{address}?{odd}").status_code == 200

    def test_what_is_saved_is_not_told_again(self, lead, told):
        save(lead, send(lead, f"{POV_1},51"))

        assert lead.get(f"{page_of(Delivery.objects.get())}columns/").status_code == 302


# What came


class TestWhatCame:
    def test_nothing_came_yet(self, manager):
        page = text_of(manager.get(IN))

        assert "Nothing came yet" in page
        assert "Every sheet, paste and link by which figures came in" in page

    def test_nothing_came_into_a_locked_quarter(self, manager, people):
        people.quarter.locked_at, people.quarter.locked_by = NOW, people.manager
        people.quarter.save()

        page = text_of(manager.get(IN))

        assert "Nothing came No sheet, paste or link brought figures in for this quarter." in page
        assert "Nothing came yet" not in page

    def test_whoever_sent_it_finds_what_waits_and_the_cp_manager_what_is_saved(self, lead, manager, people):
        send(lead, f"{POV_1},51%")
        assert "Not saved yet" in text_of(lead.get(IN))
        assert "figures.csv" not in text_of(manager.get(IN))
        assert manager.get(page_of(Delivery.objects.get())).status_code == 404

        save(lead, lead.get(page_of(Delivery.objects.get())))
        page = text_of(manager.get(IN))
        assert "1 figure was saved: 1 new." in page
        assert "From Poverty lead, by sheet on 10 January 2022" in page

    def test_the_list_can_be_taken_away_without_what_waits(self, lead, manager, people):
        save(lead, send(lead, f"{POV_1},51%", name="=1+1.csv"))
        send(lead, f"{POV_2},x1", name="waits.csv")

        assert f'href="{IN}download.xlsx"' in lead.get(IN).text
        for client in (lead, manager):
            rows = xlsx_rows(client.get(f"{IN}download.xlsx").content, "Saved")
            assert rows[-1] == [
                "=1+1.csv",
                TODAY,
                "From Poverty lead, by sheet on 10 January 2022",
                "1 figure was saved: 1 new.",
            ]
            assert "waits.csv" not in client.get(f"{IN}download.csv").text

    def test_what_became_of_it_is_told_with_the_file_as_it_came(self, lead, people):
        OrganisationFactory(partnership=people.partnership, code="NHS", name="NHS Strathmuir")
        key = str(people.partnership.organisations.get(code="NHS").pk)
        page = text_of(save(lead, send(lead, f"{POV_1},51%", f"{POV_2},x1", organisation=key)))

        assert "figures.csv is saved." in page
        assert "1 figure was saved: 1 new. 1 was left out: 1 refused." in page
        assert "From NHS Strathmuir, by sheet on 10 January 2022" in page
        assert Delivery.objects.get().sha256 in page
        assert "The return for Poverty" in page
        assert Reading.objects.get(delivery__isnull=False).value == Decimal(51)

    def test_the_file_comes_as_it_was_and_is_never_opened_here(self, lead, manager, people):
        save(lead, send(lead, f"{POV_1},51%", name="My “figures”; ../x.csv"))
        address = f"{page_of(Delivery.objects.get())}file"

        for client in (lead, manager):
            response = client.get(address)
            assert response.content == csv(f"{POV_1},51%")
            assert response["Content-Type"] == "application/octet-stream"
            assert response["Content-Disposition"] == 'attachment; filename="x.csv"'
            assert response["X-Content-Type-Options"] == "nosniff"
            assert response["Cache-Control"] == "private, no-store"

    @pytest.mark.parametrize("who", ["deputy", "other_lead", "officer", "viewer", "stranger"])
    def test_it_is_there_for_nobody_else(self, lead, people, who):
        save(lead, send(lead, f"{POV_1},51%"))
        other = Client()
        other.force_login(getattr(people, who))

        for end in ("", "file", "columns/", "preview.csv"):
            assert other.get(f"{page_of(Delivery.objects.get())}{end}").status_code == 404
        assert other.post(f"{page_of(Delivery.objects.get())}drop/").status_code == 404

    def test_put_on_record_it_is_known_at_once(self, manager):
        page = text_of(save(manager, send(manager, f"{POV_1},51%", destination="record")))

        assert "1 figure was saved: 1 new." in page
        assert "On record at once" in page
        assert "The return for" not in page
        assert Reading.objects.get(delivery__isnull=False).state == "confirmed"

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_list_takes_as_many_queries_for_three_as_for_one(self, manager, people, count):
        saved = {
            "state": "saved",
            "saved_at": people.quarter.opens_on,
            "outcome": "1 figure was saved: 1 new.",
        }
        saved["saved_at"] = "2022-01-07T10:00:00Z"
        DeliveryFactory.create_batch(count, quarter=people.quarter, sent_by=people.lead, **saved)

        with CaptureQueriesContext(connection) as asked:
            page = text_of(manager.get(IN))

        assert page.count("1 figure was saved: 1 new.") == count
        assert len(asked) == 6


def test_the_file_of_a_preview_says_why_it_differs_from_the_page_beside_a_hidden_figure(manager, people):
    measure = Measure.objects.get(code="POV-01")
    measure.is_disclosure_controlled = True
    measure.save()
    response = send(manager, "POV-01,Whole area,Q2 2021/22,48", destination="drafts")
    assert "1 is the same as before." in text_of(response)

    file = manager.get(f"{page_of(Delivery.objects.get())}preview.xlsx")

    book = openpyxl.load_workbook(io.BytesIO(file.getvalue()))
    cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert "Refused" in cells
    assert any(HELD_BACK in cell for cell in cells)


def test_a_draft_that_is_held_back_is_explained_in_the_file_too(lead, manager):
    Measure.objects.filter(code="POV-01").update(is_disclosure_controlled=True)
    save(lead, send(lead, f"{POV_1},51%"))
    waiting = Delivery.objects.order_by("pk")
    send(manager, f"{POV_1},51%", name="again.csv", destination="drafts")

    file = manager.get(f"{page_of(waiting.last())}preview.xlsx")

    book = openpyxl.load_workbook(io.BytesIO(file.getvalue()))
    cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert "A figure that somebody else gave" in cells
    assert any(HELD_BACK in cell for cell in cells)


@pytest.mark.parametrize(
    ("name", "way", "kept"),
    [
        ("Q3 Figures (final).XLSX", "sheet", "q3-figures-final.xlsx"),
        ("../../etc/passwd", "sheet", "etc-passwd.bin"),
        ("page.html", "sheet", "page-html.bin"),
        (".csv", "sheet", "csv.csv"),
        ("Pasted figures", "paste", "pasted-figures-2022-01-06.txt"),
    ],
)
def test_the_file_that_came_is_named_so_that_nothing_minds(people, name, way, kept):
    assert evidence_name(DeliveryFactory.build(quarter=people.quarter, name=name, way=way)) == kept


@pytest.mark.parametrize(("size", "words"), [(412, "412 bytes"), (38_912, "38 kB"), (1_258_291, "1.2 MB")])
def test_sizes_are_said_as_people_say_them(size, words):
    assert size_in_words(size) == words
