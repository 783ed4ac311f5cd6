"""A mapping beside the partnership it names and the file it reads: does it fit, and what may rows name?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.db.models import Max
from django.utils.text import slugify

from actionplans.models import Gap, Measure
from actionplans.plan_file.entries import Entry, closest
from actionplans.plan_file.faults import Fault, FaultsFoundError
from actionplans.reading_file.mapping import ReadingMapping
from actionplans.reading_file.rows import Catalogue
from priorities.models import Comparator, Locality, Partnership
from priorities.wording import listed, quoted


def partnership_of(mapping: ReadingMapping) -> Partnership:
    found = Partnership.objects.filter(slug=mapping.partnership).first()
    if found is None:
        slugs = Partnership.objects.values_list("slug", flat=True)
        message = f"There is no partnership {quoted(mapping.partnership)}.{_hint(mapping.partnership, slugs)}"
        raise FaultsFoundError([mapping.fault("partnership", message)])
    return found


def make_comparators(mapping: ReadingMapping, partnership: Partnership) -> tuple[str, ...]:
    """Make those that the mapping lists and the partnership does not have; returns their names."""
    said = mapping.comparator
    if said is None:
        return ()
    known = set(comparator_ids(partnership))
    codes = set(Comparator.objects.filter(partnership=partnership).values_list("code", flat=True))
    last = Comparator.objects.filter(partnership=partnership).aggregate(last=Max("position"))["last"] or 0
    made: list[str] = []
    for kind, name in ((kind, name) for kind, names in said.make.items() for name in names):
        code = said.codes.get(name)
        if (code or name) in known:
            continue
        code = code or slugify(name)[:40]
        if not code or code in codes:
            message = f"{quoted(name)} needs a code of its own. Give it one in “codes”."
            raise FaultsFoundError([said.fault("make", message)])
        made.append(name)
        Comparator.objects.create(
            partnership=partnership, code=code, name=name, kind=kind, position=last + len(made)
        )
        codes.add(code)
        known |= {code, name}
    return tuple(made)


def comparator_ids(partnership: Partnership) -> dict[str, int]:
    """The keys of comparators by official code, by name and by code; where two meet, the code wins."""
    rows = list(Comparator.objects.filter(partnership=partnership))
    found: dict[str, int] = {}
    for column in ("area_code", "name", "code"):
        found |= {getattr(row, column): row.pk for row in rows if getattr(row, column)}
    return found


def catalogue_of(mapping: ReadingMapping, partnership: Partnership) -> Catalogue:
    """What rows may name. Raises FaultsFoundError for what the mapping names and the partnership does not have."""
    measures = {measure.code: measure for measure in Measure.objects.filter(partnership=partnership)}
    place_ids = dict(Locality.objects.filter(partnership=partnership).values_list("code", "pk"))
    compared = comparator_ids(partnership) if mapping.comparator else {}
    faults: list[Fault] = []
    if mapping.measure.code is not None:
        faults += _unknown(mapping.measure, "code", [mapping.measure.code], "measure", measures)
    faults += _unknown(mapping.measure, "codes", mapping.measure.codes.values(), "measure", measures)
    if mapping.place_column:
        faults += _unknown(
            mapping.place_column, "codes", mapping.place_column.codes.values(), "locality", place_ids
        )
    if mapping.comparator:
        codes = mapping.comparator.codes.values()
        faults += _unknown(mapping.comparator, "codes", codes, "comparator", compared)
    if faults:
        raise FaultsFoundError(faults)
    own_area = frozenset({partnership.area_name, partnership.area_code})
    gaps = Gap.objects.filter(measure__partnership=partnership).values_list("measure_id", flat=True)
    return Catalogue(measures, place_ids, compared, own_area, frozenset(gaps))


def _unknown(
    entry: Entry, name: str, codes: Iterable[str], noun: str, known: Iterable[str]
) -> Iterator[Fault]:
    known = set(known)
    for code in dict.fromkeys(codes):
        if code not in known:
            message = f"There is no {noun} {quoted(code)} in the partnership.{_hint(code, known)}"
            yield entry.fault(name, message)


def _hint(code: str, known: Iterable[str]) -> str:
    close = closest(code, sorted(known))
    return f" Did you mean {quoted(close)}?" if close else ""


def check_columns(mapping: ReadingMapping, headings: Sequence[str]) -> None:
    faults = []
    for entry, name, heading in mapping.columns():
        count = headings.count(heading)
        if count == 0:
            hint = _hint(heading, headings) or f" It has {listed([quoted(one) for one in headings[:20]])}."
            faults.append(entry.fault(name, f"The file has no column {quoted(heading)}.{hint}"))
        elif count > 1:
            faults.append(entry.fault(name, f"The file has {count} columns {quoted(heading)}."))
    if faults:
        raise FaultsFoundError(faults)
