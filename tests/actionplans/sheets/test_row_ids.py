"""The id of a row says which figure it is, and no spreadsheet makes anything else of it."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actionplans.models import Measure
from actionplans.places import AREA, Place, PlaceKind
from actionplans.sheets.row_ids import NotARowId, RowId, parse_row_id, row_id
from priorities.periods import Period, PeriodKind
from priorities.workbooks import guarded

CODES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,12}", fullmatch=True)
DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1))
PERIODS = st.builds(
    lambda kind, day: Period.containing(kind, day, 3 if kind is PeriodKind.ROLLING_YEARS else None),
    st.sampled_from(list(PeriodKind)),
    DAYS,
)
PLACES = st.just(AREA) | st.builds(
    lambda kind, code: Place(kind, 7, code, "Somewhere"),
    st.sampled_from([PlaceKind.LOCALITY, PlaceKind.COMPARATOR]),
    CODES,
)


@given(code=CODES, place=PLACES, period=PERIODS)
def test_an_id_is_read_back(code, place, period):
    made = row_id(Measure(code=code), place, period)
    assert parse_row_id(made) == RowId(code, place.kind, place.code, period.starts_on, period.ends_on)
    assert str(parse_row_id(made)) == made


@given(first=st.tuples(CODES, PLACES, PERIODS), second=st.tuples(CODES, PLACES, PERIODS))
def test_two_figures_have_two_ids(first, second):
    def meant(code, place, period):
        return code, place.kind, place.code, period.starts_on, period.ends_on

    made = [row_id(Measure(code=code), place, period) for code, place, period in (first, second)]
    assert (made[0] == made[1]) == (meant(*first) == meant(*second))


@given(code=CODES, place=PLACES, period=PERIODS)
def test_no_spreadsheet_takes_it_for_a_number_a_day_or_a_formula(code, place, period):
    made = row_id(Measure(code=code), place, period)
    assert guarded(made) == made
    assert made.count("@") == 3
    for reader in (float, dt.date.fromisoformat, dt.datetime.fromisoformat):
        with pytest.raises(ValueError):  # noqa: PT011 - each has words of its own
            reader(made)


def test_an_id_in_full():
    period = Period.containing("financial_quarter", dt.date(2021, 11, 1))
    ward = Place(PlaceKind.LOCALITY, 1, "WARD-2", "Letham")
    fifth = Place(PlaceKind.COMPARATOR, 1, "SIMD-1", "Most deprived fifth", "population")
    measure = Measure(code="POV-01")
    assert row_id(measure, AREA, period) == "POV-01@area@2021-10-01@2021-12-31"
    assert row_id(measure, ward, period) == "POV-01@place:WARD-2@2021-10-01@2021-12-31"
    assert row_id(measure, fifth, period) == "POV-01@group:SIMD-1@2021-10-01@2021-12-31"


@pytest.mark.parametrize(
    "text",
    ["", "POV-01", "POV-01@area@2021-10-01", "POV-01@area@2021-12-31@2021-10-01", "POV-01@area@2021-10-01@2021-12-32",
     "POV-01@here:X@2021-10-01@2021-12-31", "POV-01@area:X@2021-10-01@2021-12-31", "=POV@area@2021-10-01@2021-12-31",
     "POV-01@area@2021-10-01@2021-12-31@", "POV-01@area@२०२१-10-01@2021-12-31"],
)  # fmt: skip
def test_what_was_changed_by_hand_is_no_id(text):
    with pytest.raises(NotARowId):
        parse_row_id(text)


def test_spaces_around_an_id_do_not_matter():
    assert parse_row_id(" POV-01@area@2021-10-01@2021-12-31\n").measure_code == "POV-01"
