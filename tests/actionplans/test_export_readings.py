"""Figures leave by a file that brings them back, and none leaves that may not be shown."""

import datetime as dt
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from actionplans.models import Measure, Reading
from actionplans.reading_file import import_readings, read_mapping
from actionplans.reading_file.outgoing import HEADINGS, Asked, mapping_text, rows_of, workbook_of
from priorities.clock import EDINBURGH
from priorities.workbooks import csv_blocks, csv_bytes, ods_bytes, xlsx_bytes
from tests.actionplans.factories import (
    ClearanceFactory,
    MeasureFactory,
    QuarterlyReturnFactory,
    ReadingFactory,
    SeriesVersionFactory,
)
from tests.factories import (
    NOW,
    ComparatorFactory,
    LocalityFactory,
    PartnershipFactory,
    PlanFactory,
    PriorityFactory,
)
from tests.priorities.workbook_reading import csv_rows, ods_rows, xlsx_book, xlsx_rows

COLUMNS = (
    "measure__code", "place__code", "comparator__code", "series", "starts_on", "ends_on", "value", "symbol",
    "numerator", "denominator", "flag", "state", "release_class", "released_at", "note",
)  # fmt: skip
Q2 = dt.datetime(2021, 10, 15, 9, 30, tzinfo=EDINBURGH)


@pytest.fixture
def partnership(db):
    return PartnershipFactory(slug="strathmuir", name="Strathmuir CPP", area_name="Strathmuir")


@pytest.fixture
def priority(partnership):
    return PriorityFactory(plan=PlanFactory(partnership=partnership), code="POV")


def asked(partnership, **more):
    return Asked(partnership, list(Measure.objects.filter(partnership=partnership)), NOW, **more)


def out(partnership, **more):
    wanted = asked(partnership, **more)
    return csv_bytes(HEADINGS, rows_of(wanted)), read_mapping(mapping_text(wanted).encode())


def held():
    return sorted(Reading.objects.values_list(*COLUMNS), key=str)


def goes_round(partnership):
    """Out in each format, in again on the same figures, and in where there are none; with one mapping for all."""
    content, mapping = out(partnership, with_management_information=True)
    before = held()
    if not before:
        return
    wanted = asked(partnership, with_management_information=True)
    book = workbook_of(wanted, rows_of(wanted))
    for file in (content, xlsx_bytes(book), ods_bytes(book)):
        report = import_readings(BytesIO(file), mapping, at=NOW)
        assert (report.added, report.same) == (0, len(before))
        assert held() == before
        Reading.objects.all().delete()
        import_readings(BytesIO(file), mapping, at=NOW)
        assert held() == before


def one_of_each(priority):
    partnership = priority.plan.partnership
    share = MeasureFactory(
        priority=priority, code="POV-01", name="=Families", is_ratio=True, unit="percent", decimals=1
    )
    count = MeasureFactory(priority=priority, code="POV-02", unit="number", decimals=0, name="Advice given")
    ward = LocalityFactory(partnership=partnership, code="WARD-2")
    scotland = ComparatorFactory(partnership=partnership, code="SCO")
    ReadingFactory(
        measure=share, value=Decimal("33.333333"), numerator=1, denominator=3, note="=1+1\nChecked."
    )
    ReadingFactory(
        measure=share, value=None, symbol="z", released_at=Q2 + dt.timedelta(hours=3, microseconds=5)
    )
    ReadingFactory(measure=count, value=1234, place=ward, flag="provisional")
    ReadingFactory(measure=count, value=-7, comparator=scotland, release_class="management")
    ReadingFactory(measure=count, value=None, symbol="c")
    return share, count


# What goes out


def test_a_row_is_one_version_of_a_figure(priority):
    one_of_each(priority)

    content, _ = out(priority.plan.partnership)

    assert csv_rows(content) == [
        list(HEADINGS),
        ["POV-01", "'=Families", "Q2 2021/22", "Whole area", "[z]", "33.333333", "1", "3", "Final",
         "2021-10-15", "Published", "1", "No", "'=1+1\nChecked."],
        ["POV-01", "'=Families", "Q2 2021/22", "Whole area", "[z]", "[z]", "[z]", "[z]", "Final",
         "2021-10-15 12:30:00.000005+01:00", "Published", "1", "No", "[z]"],
        ["POV-02", "Advice given", "Q2 2021/22", "Whole area", "[z]", "[c]", "[z]", "[z]", "Final",
         "2021-10-15", "Published", "1", "No", "[z]"],
        ["POV-02", "Advice given", "Q2 2021/22", "WARD-2", "[z]", "1234", "[z]", "[z]", "Provisional",
         "2021-10-15", "Published", "1", "No", "[z]"],
    ]  # fmt: skip


def test_management_information_goes_out_only_when_it_is_asked_for(priority):
    one_of_each(priority)
    partnership = priority.plan.partnership

    assert b"Management information" not in out(partnership)[0]
    rows = csv_rows(out(partnership, with_management_information=True)[0])
    assert [row[3:6] for row in rows if row[10] == "Management information"] == [["[z]", "SCO", "-7"]]


def test_what_disclosure_control_holds_back_never_leaves(priority):
    controlled = MeasureFactory(
        priority=priority, code="SML-01", unit="number", is_disclosure_controlled=True
    )
    clearance = ClearanceFactory(measure=controlled)
    part = ComparatorFactory(partnership=priority.plan.partnership, code="SIMD1", kind="population")
    scotland = ComparatorFactory(partnership=priority.plan.partnership, code="SCO")
    hidden = {"is_suppressed": True, "suppressed_because": "small", "clearance": clearance}
    ReadingFactory(measure=controlled, value=111, clearance=clearance)
    ReadingFactory(measure=controlled, value=222, released_at=Q2 + dt.timedelta(days=1), **hidden)
    ReadingFactory(measure=controlled, value=333, released_at=Q2 + dt.timedelta(days=2))
    ReadingFactory(measure=controlled, value=444, comparator=part)
    ReadingFactory(measure=controlled, value=555, comparator=scotland)

    content, _ = out(priority.plan.partnership, with_management_information=True)

    assert sorted(row[5] for row in csv_rows(content)[1:]) == ["111", "555"]


def test_drafts_and_figures_under_embargo_stay(priority):
    measure = MeasureFactory(priority=priority)
    ReadingFactory(
        measure=measure, value=1, state="draft", quarterly_return=QuarterlyReturnFactory(priority=priority)
    )
    ReadingFactory(measure=measure, value=2, released_at=NOW + dt.timedelta(seconds=1))
    ReadingFactory(measure=MeasureFactory(), value=3)

    assert csv_rows(out(priority.plan.partnership)[0]) == [list(HEADINGS)]


def test_every_series_and_every_revision_goes_out(priority):
    measure = MeasureFactory(priority=priority, code="POV-01")
    SeriesVersionFactory(measure=measure, released_at=Q2 + dt.timedelta(days=10))
    ReadingFactory(measure=measure, value=1)
    ReadingFactory(measure=measure, value=2, flag="revised", released_at=Q2 + dt.timedelta(days=1))
    ReadingFactory(measure=measure, value=3, series=2, released_at=Q2 + dt.timedelta(days=10))

    rows = csv_rows(out(priority.plan.partnership)[0])[1:]

    assert [(row[5], row[8], row[11]) for row in rows] == [
        ("1", "Final", "1"), ("2", "Revised", "1"), ("3", "Final", "2"),
    ]  # fmt: skip
    goes_round(priority.plan.partnership)


def test_a_workbook_has_a_cover_and_the_same_figures(priority):
    one_of_each(priority)
    wanted = asked(priority.plan.partnership)
    book = workbook_of(wanted, rows_of(wanted))

    for rows in (xlsx_rows(xlsx_bytes(book), "Figures"), ods_rows(ods_bytes(book), "Figures")):
        assert rows[2] == list(HEADINGS)
        assert rows[3][:8] == [
            "POV-01", "=Families", "Q2 2021/22", "Whole area", "[z]", Decimal("33.333333"), Decimal(1), Decimal(3),
        ]  # fmt: skip
        assert rows[3][9] == dt.date(2021, 10, 15)
        assert len(rows) == 7
    cover = [row[0] for row in xlsx_rows(xlsx_bytes(book), "Cover") if row]
    assert "Management information is not in it." in cover


def test_a_hundred_figures_take_as_many_queries_as_one(priority):
    measure = MeasureFactory(priority=priority)

    def queries():
        wanted = asked(priority.plan.partnership)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            list(rows_of(wanted))
        return len(caught)

    ReadingFactory(measure=measure)
    few = queries()
    for days in range(1, 100):
        ReadingFactory(measure=measure, released_at=Q2 - dt.timedelta(days=days) / 100)
    assert (few, queries()) == (3, 3)


def test_the_file_begins_before_the_first_figure_is_asked_for(priority):
    one_of_each(priority)
    wanted = asked(priority.plan.partnership)
    with CaptureQueriesContext(connection) as caught:
        first = next(csv_blocks(HEADINGS, rows_of(wanted)))
    assert first.decode("utf-8-sig") == ",".join(HEADINGS) + "\r\n"
    assert len(caught) == 0


# Out and in again


def test_what_goes_out_comes_back(priority):
    one_of_each(priority)
    goes_round(priority.plan.partnership)


def test_a_comparator_called_like_the_area_comes_back_as_itself(priority):
    partnership = priority.plan.partnership
    double = ComparatorFactory(partnership=partnership, code="Strathmuir", name="Strathmuir in old borders")
    ReadingFactory(measure=MeasureFactory(priority=priority, code="POV-01"), comparator=double)
    goes_round(partnership)


@pytest.mark.parametrize(
    "note",
    ["#N/A", "_x0041_", "'=1", "''=1", "TRUE", "12/03/2021", "0012", "1e5", "<b>&amp;</b>", "12%", "[p]"],
)
def test_what_a_spreadsheet_would_make_something_of_stays_as_it_was_written(priority, note):
    ReadingFactory(measure=MeasureFactory(priority=priority, code="POV-01"), note=note)
    goes_round(priority.plan.partnership)


FLAGS = st.sampled_from(Reading.Flag.values)
NUMBERS = st.decimals(min_value=-99_999_999, max_value=99_999_999, places=6)
COUNTS = st.integers(min_value=0, max_value=99_999)
MOMENTS = st.timedeltas(dt.timedelta(), dt.timedelta(days=80)).map(lambda later: Q2 + later) | st.just(Q2)
NOTES = (
    st.text(st.sampled_from("=+-@'[]xz, \"\nBòrd£"), max_size=12)
    .map(lambda text: "\n".join(" ".join(line.split()) for line in text.split("\n")).strip())
    .filter(lambda note: note not in {"[x]", "[z]"})
)
FIGURES = st.one_of(
    st.builds(lambda value: {"value": value}, NUMBERS),
    st.builds(lambda symbol: {"value": None, "symbol": symbol}, st.sampled_from("cxz")),
    st.builds(
        lambda part, rest: {
            "value": Decimal(0), "numerator": part, "denominator": part + rest + 1,
        },
        COUNTS, COUNTS,
    ),
)  # fmt: skip
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["area", "ward", "comparator"]), MOMENTS, FLAGS,
        st.sampled_from(["published", "management"]), FIGURES, NOTES,
    ),
    max_size=6,
    unique_by=lambda row: row[:2],
)  # fmt: skip


class OutAndInAgain(TestCase):
    """Whatever is kept: nothing changes, and where there was nothing the same is there."""

    @given(rows=ROWS)
    @hypothesis_settings(max_examples=40, deadline=None)
    def test_nothing_changes(self, rows):
        partnership = PartnershipFactory()
        priority = PriorityFactory(plan=PlanFactory(partnership=partnership))
        plain = MeasureFactory(priority=priority, unit="number", is_bounded=False)
        share = MeasureFactory(priority=priority, unit="percent", is_ratio=True)
        where = {
            "area": {},
            "ward": {"place": LocalityFactory(partnership=partnership)},
            "comparator": {"comparator": ComparatorFactory(partnership=partnership)},
        }
        for place, released_at, flag, release_class, figure, note in rows:
            measure, given_ = plain, dict(figure)
            if "numerator" in given_:
                measure = share
                made = Decimal(100) * given_["numerator"] / given_["denominator"]
                given_["value"] = made.quantize(Decimal("0.000001"), rounding="ROUND_HALF_UP")
            ReadingFactory(
                measure=measure, released_at=released_at, entered_at=NOW, flag=flag,
                release_class=release_class, note=note, **where[place], **given_,
            )  # fmt: skip
        goes_round(partnership)


# The command


def run(capsysbinary, *words):
    call_command("export_readings", *words, stderr=StringIO())
    return capsysbinary.readouterr().out


def test_the_command_writes_to_standard_output(priority, capsysbinary):
    one_of_each(priority)
    assert run(capsysbinary, "strathmuir") == out(priority.plan.partnership)[0]


def test_a_file_says_by_its_name_what_it_is(priority, tmp_path):
    one_of_each(priority)
    said = StringIO()
    for name in ("f.csv", "f.xlsx", "f.ods"):
        call_command("export_readings", "strathmuir", str(tmp_path / name), stderr=said)
    assert said.getvalue() == "4 figures written.\n" * 3
    assert len(csv_rows((tmp_path / "f.csv").read_bytes())) == 5
    assert xlsx_book((tmp_path / "f.xlsx").read_bytes()).sheetnames == ["Cover", "Notes", "Figures"]
    assert len(ods_rows((tmp_path / "f.ods").read_bytes(), "Figures")) == 7
    assert sorted(path.name for path in tmp_path.iterdir()) == ["f.csv", "f.ods", "f.xlsx"]


@pytest.mark.parametrize("name", ["f.csv", "f.xlsx", "f.ods"])
def test_its_mapping_brings_the_file_back_by_the_other_command(priority, tmp_path, name):
    one_of_each(priority)
    before = held()
    file, mapping = str(tmp_path / name), str(tmp_path / "m.yaml")
    words = ["strathmuir", file, "--mapping", mapping, "--with-management-information"]
    call_command("export_readings", *words, stderr=StringIO())
    Reading.objects.all().delete()

    said = StringIO()
    call_command("import_readings", file, "--mapping", mapping, "--dry-run", stdout=said)
    assert "Nothing was loaded: this was only a check." in said.getvalue()
    assert held() == []
    call_command("import_readings", file, "--mapping", mapping, stdout=StringIO())
    assert held() == before


def test_one_mapping_brings_back_every_format(priority, tmp_path):
    one_of_each(priority)
    mapping = str(tmp_path / "m.yaml")
    for name in ("f.csv", "f.xlsx", "f.ods"):
        call_command(
            "export_readings", "strathmuir", str(tmp_path / name), "--mapping", mapping, stderr=StringIO()
        )
    for name in ("f.csv", "f.xlsx", "f.ods"):
        said = StringIO()
        call_command("import_readings", str(tmp_path / name), "--mapping", mapping, stdout=said)
        assert said.getvalue().startswith("Nothing changed.\nreadings: 4 as before\nrows: 4 read\n")


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (["--measure", "POV-02"], ["POV-02"]),
        (["--measure", "POV-02", "--measure", "SKI-01"], ["POV-02", "SKI-01"]),
        (["--priority", "SKI"], ["SKI-01"]),
        (["--since", "2021-11-01"], ["SKI-01"]),
        (["--period", "2020/21"], ["SKI-01"]),
        (["--period", "Q2 2021/22"], ["POV-01", "POV-02"]),
    ],
)
def test_one_may_ask_for_some(priority, capsysbinary, words, codes):
    one_of_each(priority)
    skills = PriorityFactory(plan=priority.plan, code="SKI")
    ReadingFactory(
        measure=MeasureFactory(priority=skills, code="SKI-01"),
        starts_on=dt.date(2021, 1, 1), ends_on=dt.date(2021, 3, 31),
        released_at=dt.datetime(2021, 11, 1, tzinfo=EDINBURGH),
    )  # fmt: skip
    rows = csv_rows(run(capsysbinary, "strathmuir", *words))[1:]
    assert sorted({row[0] for row in rows}) == codes


def test_a_dry_run_counts_and_writes_nothing(priority, tmp_path):
    one_of_each(priority)
    said = StringIO()
    words = ["strathmuir", str(tmp_path / "f.ods"), "--mapping", str(tmp_path / "m.yaml"), "--dry-run"]
    call_command("export_readings", *words, stdout=said)
    assert said.getvalue() == "4 figures would be written as ODS. Nothing was.\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (["nowhere"], 2, "There is no partnership “nowhere”."),
        (["strathmuir", "--measure", "POV-99"], 2, "There is no measure “POV-99”."),
        (["strathmuir", "--priority", "XYZ"], 2, "There is no priority “XYZ”."),
        (["strathmuir", "--since", "soon"], 2, "“soon” is not a day. Write it like 2021-10-01."),
        (["strathmuir", "--period", "May"], 2,
         "“May” is no financial year or quarter. Write 2021/22 or Q3 2021/22."),
        (["strathmuir", "f.txt"], 2, "“f.txt” ends with none of .csv, .xlsx and .ods. Say which with --format."),
        (["strathmuir", "no/such/folder/f.csv"], 1,
         "no/such/folder/f.csv.part cannot be written: No such file or directory."),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_told_with_a_status_for_scripts(
    priority, tmp_path, monkeypatch, words, status, message
):
    one_of_each(priority)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CommandError) as raised:
        call_command("export_readings", *words)
    assert (str(raised.value), raised.value.returncode) == (message, status)
    assert list(tmp_path.iterdir()) == []


def test_a_workbook_too_large_to_make_is_refused_whole(priority, tmp_path, monkeypatch):
    one_of_each(priority)
    monkeypatch.setattr("actionplans.management.commands.export_readings.MOST_ROWS_IN_A_WORKBOOK", 3)
    with pytest.raises(CommandError) as raised:
        call_command("export_readings", "strathmuir", str(tmp_path / "f.xlsx"))
    assert str(raised.value) == (
        "A workbook takes 3 figures, and there are more. Ask for fewer, or for CSV. Nothing was written."
    )
    assert raised.value.returncode == 1
    assert list(tmp_path.iterdir()) == []


def test_the_import_tells_a_missing_file_from_a_refused_one(priority, tmp_path):
    mapping = tmp_path / "m.yaml"
    mapping.write_text(mapping_text(asked(priority.plan.partnership)))
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("a,b\n1,2\n")
    for file, mapped, status in (("none.csv", mapping, 2), (wrong, "none.yaml", 2), (wrong, mapping, 1)):
        with pytest.raises(CommandError) as raised:
            call_command("import_readings", str(tmp_path / file), "--mapping", str(tmp_path / mapped))
        assert raised.value.returncode == status
