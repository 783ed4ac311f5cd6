"""Figures of every kind from a CSV file: worked out, compared, replaced as a whole, or missing for a reason."""

import datetime as dt
from decimal import Decimal
from io import BytesIO

import pytest

from actionplans.models import Clearance, Measure, Reading, SeriesVersion
from actionplans.plan_file import FaultsFoundError
from actionplans.reading_file import RowsRefusedError, import_readings, read_mapping
from actionplans.reading_file.rows import LeftOut
from priorities.clock import EDINBURGH
from priorities.models import Comparator, Locality
from tests.actionplans.factories import GapFactory, MeasureFactory, ReadingFactory, SeriesVersionFactory
from tests.factories import NOW, ComparatorFactory, PartnershipFactory, PlanFactory, PriorityFactory, person

RATIO = """\
format: 1
partnership: strathmuir
measure: {code: RATIO}
period: {column: year}
value: {column: value}
numerator: n
denominator: d
released: {on: 2021-07}
"""
COUNTS = RATIO.replace("{column: value}", "{}")
COMPARED = """\
format: 1
partnership: strathmuir
measure: {code: RATIO}
period: {column: year}
value: {column: value}
released: {column: released}
comparator:
  column: cpp
  codes: {"Edinburgh, City of": edinburgh}
  own_area: [Strath Muir]
  make: {country: [Scotland], council: ["Edinburgh, City of", Fife]}
"""


@pytest.fixture
def priority(db):
    partnership = PartnershipFactory(slug="strathmuir", area_name="Strathmuir", area_code="S12000098")
    priority = PriorityFactory(plan=PlanFactory(partnership=partnership))
    yearly = {"priority": priority, "period_kind": "financial_year"}
    MeasureFactory(code="RATIO", name="Claimants", is_ratio=True, roll_up="pooled", **yearly)
    MeasureFactory(code="RATE", unit="rate", per=1000, is_ratio=True, **yearly)
    MeasureFactory(code="PLAIN", release_class="management", **yearly)
    return priority


def load(text, mapping, *, at=NOW, **more):
    return import_readings(BytesIO(text.encode()), read_mapping(mapping.encode()), at=at, **more)


def refused(text, mapping):
    with pytest.raises(RowsRefusedError) as raised:
        load(text, mapping)
    assert not Reading.objects.exists()
    return [str(fault) for fault in raised.value.faults]


def mapping_refused(text, mapping):
    with pytest.raises(FaultsFoundError) as raised:
        load(text, mapping)
    return [str(fault) for fault in raised.value.faults]


def figures():
    return {
        f"{one.starts_on.year} {one.comparator or one.place or ''}".strip(): (
            one.symbol if one.value is None else f"{one.value.normalize():f}"
        )
        for one in Reading.objects.select_related("comparator", "place")
    }


# Worked out from numerator and denominator


def test_a_figure_is_made_of_its_numerator_and_denominator_and_both_are_kept(priority):
    report = load("year,n,d\n2018/19,1,3\n2019/20,0,0\n2020/21,5,\n", COUNTS)

    assert figures() == {"2018": "33.333333", "2019": "z"}
    assert [(one.numerator, one.denominator) for one in Reading.objects.order_by("starts_on")] == [
        (1, 3),
        (0, 0),
    ]
    assert report.left_out[LeftOut.NO_FIGURE] == 1
    assert load("year,n,d\n2018/19,1,3\n2019/20,0,0\n", COUNTS).is_unchanged


def test_a_rate_is_per_as_many_as_its_measure_says(priority):
    load("year,n,d\n2018/19,7,2000\n", COUNTS.replace("RATIO", "RATE"))
    assert figures() == {"2018": "3.5"}


def test_published_values_are_compared_to_their_own_decimals_and_differences_told(priority):
    text = "year,value,n,d\n2017/18,33,1,3\n2018/19,33.3,1,3\n2019/20,33.4,1,3\n2020/21,0.50,1,200\n"

    report = load(text, RATIO)

    assert figures() == {"2017": "33.333333", "2018": "33.333333", "2019": "33.333333", "2020": "0.5"}
    assert report.lines() == [
        "readings: 4 added",
        "rows: 4 read",
        "published values that their numerators and denominators do not make, which are kept instead: 1",
        "  line 4: “RATIO” for 2019/20 is published as 33.4; they make 33.3",
    ]


def test_a_published_value_is_scaled_before_it_is_compared(priority):
    report = load(
        "year,value,n,d\n2018/19,0.333,1,3\n", RATIO.replace("column: value", "column: value, scale: 100")
    )
    assert (report.differing_count, figures()) == (0, {"2018": "33.333333"})


def test_no_more_than_ten_differences_are_told_and_all_are_counted(priority):
    rows = "".join(f"{year}/{(year + 1) % 100:02},40.0,1,3\n" for year in range(2001, 2013))
    report = load(f"year,value,n,d\n{rows}", RATIO)
    assert (report.differing_count, len(report.differing)) == (12, 10)


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("2018/19,,11,10", "line 2: n: 11 is more than 10, the number it is part of. Check both."),
        ("2018/19,,-1,10", "line 2: n: -1 is below zero. A part of something cannot be."),
        ("2018/19,,1,-10", "line 2: d: -10 is below zero. What a figure is worked out over cannot be."),
        ("2018/19,0,0,0", "line 2: d: Over a denominator of zero there is no value, and here is one."),
    ],
)
def test_what_cannot_be_worked_out_is_a_fault(priority, row, fault):
    assert [one.replace("−", "-") for one in refused(f"year,value,n,d\n{row}\n", RATIO)] == [fault]


def test_a_value_of_another_measure_needs_its_scale(priority):
    assert refused("year,n,d\n2018/19,1,3\n", COUNTS.replace("RATIO", "PLAIN")) == [
        "line 2: d: Write in the mapping the “scale” of a value made of these: 100 for a percentage."
    ]


# Why there is no figure


def test_symbols_say_why_and_nothing_of_them_is_zero(priority):
    mapping = RATIO + 'symbols: {"*": c, "..": x, NA: z}\n'
    text = "year,value,n,d\n2016/17,*,1,3\n2017/18,..,,\n2018/19,na,,\n2019/20,-,,\n2020/21,33.3,*,3\n"

    report = load(text, mapping)

    assert figures() == {"2016": "c", "2017": "x", "2018": "z", "2020": "33.3"}
    assert set(Reading.objects.values_list("numerator", flat=True)) == {None}
    assert (report.left_out[LeftOut.NO_FIGURE], report.halves) == (1, 1)
    assert load(text, mapping).is_unchanged


def test_a_count_that_is_not_shown_makes_a_figure_that_is_not(priority):
    load("year,n,d\n2018/19,*,300\n2019/20,..,*\n", COUNTS + 'symbols: {"*": c, "..": x}\n')
    assert figures() == {"2018": "c", "2019": "c"}


def test_a_symbol_where_a_value_was_is_a_fault_of_its_vintage(priority):
    load("year,value,n,d\n2018/19,33.3,,\n", RATIO)
    with pytest.raises(RowsRefusedError, match=r"was loaded before as 33\.3, final; here it is \[c\], final"):
        load("year,value,n,d\n2018/19,*,,\n", RATIO + 'symbols: {"*": c}\n')


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ('symbols: {"0": z}', "line 9: symbols: “0” is a number. Only what is none can be a symbol."),
        ('symbols: {"*": y}', "line 9: symbols: “y” is not known here. Use c, x or z."),
        ("symbols: {NA: x}\nno_figure: [na]", "line 10: no_figure: “NA” is among “symbols” already."),
    ],
)
def test_a_number_is_never_a_symbol(said, fault):
    with pytest.raises(FaultsFoundError) as raised:
        read_mapping(f"{RATIO}{said}\n".encode())
    assert [str(one) for one in raised.value.faults] == [fault]


# Comparators


ROWS = """\
cpp,year,value,released
Strathmuir,2019/20,6.1,2021-07
Strath Muir,2020/21,6.2,2021-07
Scotland,2019/20,7.5,2021-07
"Edinburgh, City of",2019/20,5.5,2021-07
S12000047,2019/20,5.8,2021-07
"""


def test_other_areas_are_comparators_by_code_name_or_official_code_and_made_when_missing(priority):
    fife = ComparatorFactory(
        partnership=priority.plan.partnership, code="fife", name="Fife", kind="council", area_code="S12000047"
    )

    report = load(ROWS, COMPARED)

    assert figures() == {
        "2019": "6.1",
        "2020": "6.2",
        "2019 Scotland": "7.5",
        "2019 Edinburgh, City of": "5.5",
        "2019 Fife": "5.8",
    }
    made = Comparator.objects.exclude(pk=fife.pk).order_by("position").values_list("code", "kind", "position")
    assert list(made) == [("scotland", "country", 1), ("edinburgh", "council", 2)]
    assert report.lines() == [
        "comparators added: Scotland and Edinburgh, City of",
        "readings: 5 added",
        "rows: 5 read",
    ]
    assert load(ROWS, COMPARED).is_unchanged


def test_an_area_under_two_names_is_made_once_and_codes_are_not_taken_twice(priority):
    mapping = COMPARED.replace(
        '  codes: {"Edinburgh, City of": edinburgh}\n',
        '  codes: {"Edinburgh, City of": edinburgh, City of Edinburgh: edinburgh}\n',
    ).replace(", Fife]}", ", City of Edinburgh, Fife]}")
    text = ROWS.replace("S12000047", "City of Edinburgh").replace("5.8", "5.5")
    report = load(text, mapping)
    assert (report.made, report.repeated) == (("Scotland", "Edinburgh, City of", "Fife"), 1)
    taken = COMPARED.replace("council: [", "council: [scotland!, ")
    Comparator.objects.filter(code="scotland").update(name="Alba")
    assert mapping_refused(ROWS, taken.replace("[Scotland]", "[Alba]")) == [
        "line 11: comparator › make: “scotland!” needs a code of its own. Give it one in “codes”."
    ]


def test_a_rehearsal_makes_no_comparators(priority):
    report = load(ROWS.replace("S12000047", "Fife"), COMPARED, is_rehearsal=True)
    assert report.made == ("Scotland", "Edinburgh, City of", "Fife")
    assert not Comparator.objects.exists()
    assert not report.is_unchanged


def test_an_area_nobody_knows_is_a_fault(priority):
    text = ROWS.replace("S12000047", "Fyfe")
    assert refused(text, COMPARED) == [
        "line 6: cpp: There is no comparator “Fyfe” in the partnership. Did you mean “fife”?"
    ]
    assert not Comparator.objects.exists()


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        (
            "  make: {country: [Scotland], council: [",
            "  make: {country: [Scotland, Fife], council: [",
            "line 11: comparator › make: “Fife” is listed twice.",
        ),
        (
            "  make: {country:",
            "  make: {nation:",
            (
                "line 11: comparator › make: “nation” is no kind of comparator. "
                "Use country, family, similar, council, population."
            ),
        ),
        (
            "own_area: [Strath Muir]",
            'own_area: ["Edinburgh, City of"]',
            "line 10: comparator › own_area: “Edinburgh, City of” is among “codes” already.",
        ),
        (
            ", Fife]}",
            ", Fife]}\nrelease_class: secret",
            "line 12: release_class: “secret” is not known here. Use published or management.",
        ),
    ],
)
def test_a_wrong_comparator_in_the_mapping_is_told(before, after, fault):
    assert COMPARED.count(before) == 1
    with pytest.raises(FaultsFoundError) as raised:
        read_mapping(COMPARED.replace(before, after).encode())
    assert [str(one) for one in raised.value.faults] == [fault]


def test_codes_of_comparators_must_be_there_or_made(priority):
    mapping = COMPARED.replace('"Edinburgh, City of", Fife]', "Fife]")
    assert mapping_refused(ROWS, mapping) == [
        "line 9: comparator › codes: There is no comparator “edinburgh” in the partnership."
    ]


def test_a_figure_is_of_a_place_or_of_a_comparator(priority):
    Locality.objects.create(partnership=priority.plan.partnership, code="north", name="North", kind="ward")
    ComparatorFactory(partnership=priority.plan.partnership, code="scotland", name="Scotland")
    mapping = (
        COMPARED.split("comparator:", maxsplit=1)[0]
        + 'comparator: {column: cpp, own_area: [""]}\nplace: {column: where, whole_area: ""}\n'
    )
    head = "cpp,where,year,value,released\n"

    load(f"{head},,2019/20,6,2021-07\n,north,2019/20,5,2021-07\nScotland,,2019/20,7,2021-07\n", mapping)
    assert figures() == {"2019": "6", "2019 North": "5", "2019 Scotland": "7"}
    Reading.objects.all().delete()

    assert refused(f"{head}Scotland,north,2019/20,6,2021-07\n", mapping) == [
        "line 2: cpp: A figure is of a place or of a comparator, not both."
    ]


# Releases


def test_a_file_may_be_for_the_partnership_only(priority):
    load("year,n,d\n2018/19,1,3\n", COUNTS + "release_class: management\n")
    assert Reading.objects.get().release_class == "management"
    with pytest.raises(
        RowsRefusedError, match=r"was loaded before as .* final, for the partnership only; here it is"
    ):
        load("year,n,d\n2018/19,1,3\n", COUNTS)


def test_without_a_word_figures_are_for_whom_their_measure_says(priority):
    load("year,n,d\n2018/19,1,3\n", COUNTS.replace("RATIO", "PLAIN").replace("{}", "{scale: 100}"))
    assert Reading.objects.get().release_class == "management"


@pytest.mark.parametrize("released", ["{on: 2035-01-31}", "{column: out}"])
def test_a_release_to_come_is_kept_only_under_embargo(priority, released):
    mapping = COUNTS.replace("{on: 2021-07}", released)
    text = "year,n,d,out\n2018/19,1,3,2035-01-31\n"
    with pytest.raises(FaultsFoundError, match="is still to come"):
        load(text, mapping)

    load(text, mapping.replace(released, f"{released[:-1]}, embargoed: true}}"))

    assert Reading.objects.get().released_at == dt.datetime(2035, 1, 31, 9, 30, tzinfo=EDINBURGH)
    assert not Reading.objects.known_at(NOW).exists()


# A series replaced as a whole

REPLACING = (
    COMPARED.split("comparator:", maxsplit=1)[0]
    + "replaces_series: {released_on: 2021-07, reason: New method}\n"
)


def in_series():
    return sorted(Reading.objects.values_list("series", "starts_on__year", "value"))


def test_a_file_may_replace_the_whole_series_once(priority):
    before = REPLACING.split("replaces_series")[0]
    load("year,value,released\n2018/19,5,2020-07\n2019/20,6,2020-07\n", before)
    new = "year,value,released\n2018/19,7,2021-07\n2019/20,8,2021-07\n"
    manager = person(priority.plan.partnership, "cp_manager")

    report = load(new, REPLACING, by=manager)

    assert report.lines() == ["whole series replaced: RATIO", "readings: 2 added", "rows: 2 read"]
    assert in_series() == [(1, 2018, 5), (1, 2019, 6), (2, 2018, 7), (2, 2019, 8)]
    version = SeriesVersion.objects.get()
    assert (version.number, version.reason, version.taken_in_at, version.taken_in_by) == (
        2,
        "New method",
        NOW,
        manager,
    )
    assert version.released_at == dt.datetime(2021, 7, 1, 9, 30, tzinfo=EDINBURGH)
    again = load(new, REPLACING)
    assert (again.is_unchanged, again.lines()[0]) == (True, "Nothing changed.")
    assert SeriesVersion.objects.count() == 1


def test_figures_belong_to_the_series_in_use_when_they_were_released(priority):
    load("year,value,released\n2018/19,7,2021-07\n", REPLACING)
    before = REPLACING.split("replaces_series")[0]
    load("year,value,released\n2018/19,5,2020-07\n2019/20,8,2021-09\n", before)
    assert in_series() == [(1, 2018, 5), (2, 2018, 7), (2, 2019, 8)]


def test_a_series_is_replaced_by_a_newer_one_only(priority):
    measure = Measure.objects.get(code="RATIO")
    SeriesVersionFactory(measure=measure, released_at=dt.datetime(2021, 9, 1, 9, 30, tzinfo=EDINBURGH))
    assert mapping_refused("year,value,released\n2018/19,7,2021-07\n", REPLACING) == [
        (
            "line 7: replaces_series › released_on: A series released on 1 September 2021 is there already, and it "
            "is newer."
        )
    ]


def test_a_figure_from_before_the_new_series_is_not_part_of_it(priority):
    assert refused("year,value,released\n2018/19,7,2021-07\n2018/19,6,2021-06\n", REPLACING) == [
        "line 3: It was released before the series that “replaces_series” gives."
    ]


def test_a_measure_without_a_new_figure_has_no_new_series(priority):
    load("year,value,released\n2018/19,-,2021-07\n", REPLACING)
    assert not SeriesVersion.objects.exists()


# Measures that are not like others


def test_a_gap_has_no_figures_of_its_own(priority):
    of = Measure.objects.get(code="RATIO")
    ReadingFactory(measure=of)
    measure = GapFactory(of=of, measure__period_kind="financial_year").measure
    mapping = COUNTS.replace("RATIO", measure.code).replace("{}", "{scale: 100}")
    with pytest.raises(RowsRefusedError, match="is a gap: it is worked out and has no figures of its own"):
        load("year,n,d\n2018/19,1,3\n", mapping)


def test_a_controlled_measure_is_cleared_as_it_comes_in(priority):
    Measure.objects.filter(code="RATIO").update(is_disclosure_controlled=True)
    load("year,n,d\n2018/19,100,300\n2019/20,2,300\n", COUNTS)
    assert Clearance.objects.count() == 1
    hidden = dict(Reading.objects.values_list("starts_on__year", "is_suppressed"))
    assert hidden == {2018: False, 2019: True}
    assert Decimal("0.666667") == Reading.objects.get(is_suppressed=True).value
