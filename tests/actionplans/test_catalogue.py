"""The source catalogue holds what domain rules part 6 say, and nothing it was not told to hold."""

from urllib.parse import urlsplit

import pytest
from pydantic import ValidationError

from actionplans import catalogue as package
from actionplans.catalogue import CatalogueEntry, catalogue, catalogue_entry, sources_with
from actionplans.models import Measure
from priorities.periods import PeriodKind


def test_every_source_is_there_once():
    assert [entry.key for entry in catalogue()] == [
        "children-in-low-income-families",
        "claimant-count",
        "annual-participation-measure",
        "school-leavers",
        "curriculum-for-excellence-levels",
        "simd",
        "scotpho-profiles",
        "life-expectancy",
        "house-condition-survey",
        "child-development-reviews",
        "cpop",
        "lgbf",
        "statistics-gov-scot",
        "earnings",
        "annual-population-survey",
        "scottish-household-survey",
        "recorded-crime",
    ]


@pytest.mark.parametrize("entry", catalogue(), ids=lambda entry: entry.key)
def test_an_entry_can_be_taken_over_by_a_measure(entry: CatalogueEntry):
    assert entry.dataset
    assert entry.period
    if entry.url:
        assert (urlsplit(entry.url).scheme, bool(urlsplit(entry.url).netloc)) == ("https", True)
    assert entry.lag_days is None or 1 <= entry.lag_days <= 800
    assert (entry.years_covered is not None) == (entry.period_kind is PeriodKind.ROLLING_YEARS)
    for name, text in (
        ("catalogue_key", entry.key),
        ("source", entry.name),
        ("source_url", entry.url),
    ):
        assert len(text) <= Measure._meta.get_field(name).max_length


def test_the_entry_of_a_key():
    found = catalogue_entry("life-expectancy")

    assert found is not None
    assert found.name == "National Records of Scotland: Life expectancy in Scottish areas"
    assert (found.period_kind, found.years_covered, found.lag_days) == (PeriodKind.ROLLING_YEARS, 3, 365)
    assert found.caution == (
        "Neighbouring figures share two of their three years: compare with one that shares none. "
        "The series is put on a new footing after a census."
    )
    assert (found.licence, found.contact, found.checked_on) == ("", "", None)
    assert catalogue_entry("tea-leaves") is None


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("EARNINGS", ["earnings"]),
        ("scottish survey", ["house-condition-survey", "scottish-household-survey"]),
        ("universal credit", ["claimant-count"]),
        ("tea leaves", []),
    ],
)
def test_sources_are_found_by_words(words: str, keys: list[str]):
    assert [entry.key for entry in sources_with(words)] == keys


def test_without_words_every_source_is_found():
    assert sources_with("  ") == catalogue()


def test_a_field_that_is_not_known_stops_the_load(tmp_path, monkeypatch):
    odd = tmp_path / "sources.yaml"
    odd.write_text("- {key: one, dataset: One, period: A year, colour: blue}\n")
    monkeypatch.setattr(package, "FILE", odd)

    with pytest.raises(ValidationError, match="colour"):
        catalogue.__wrapped__()
