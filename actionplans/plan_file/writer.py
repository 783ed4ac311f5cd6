"""Writes entries of a plan file as YAML that people can read, and that reads back as the same."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
from decimal import Decimal
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import RoundTripRepresenter

from actionplans.plan_file.entries import OUR_OWN, Entry
from actionplans.plan_file.fields import known_from
from priorities.clock import EDINBURGH

WIDTH = 128
LONGEST_LINE = 150
"""An entry as short as this, with nothing further within, stands on one line."""


def told(entry: type[Entry], row: Any, **others: Any) -> CommentedMap:
    """An entry as the file has it: the columns of a row that its fields are named for, and the others.

    What is as it would be if it were left out is left out.
    """
    found = CommentedMap()
    for declared in dataclasses.fields(entry):
        if declared.name in OUR_OWN:
            continue
        value = others[declared.name] if declared.name in others else getattr(row, declared.name)
        if value is None or value in ("", (), [], {}):
            continue
        if not declared.metadata.get("is_required") and value == _default(declared):
            continue
        found[declared.metadata.get("name", declared.name)] = _written(value)
    if len(str(dict(found))) <= LONGEST_LINE and not any(_is_long(value) for value in found.values()):
        found.fa.set_flow_style()
    return found


def written(document: CommentedMap) -> str:
    """The text of a whole file."""
    yaml = YAML()
    yaml.Representer = _Representer
    yaml.width = WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    target = io.StringIO()
    yaml.dump(document, target)
    return target.getvalue()


def moment_told(moment: dt.datetime) -> dt.date | str:
    """When something came out: a day, or with the time where it is not the usual one."""
    local = moment.astimezone(EDINBURGH)
    if moment == known_from(local.date()):
        return local.date()
    if local.microsecond:
        return f"{local:%Y-%m-%d %H:%M:%S.%f}"
    return f"{local:%Y-%m-%d %H:%M:%S}" if local.second else f"{local:%Y-%m-%d %H:%M}"


def _default(declared: dataclasses.Field[Any]) -> Any:
    if declared.default is not dataclasses.MISSING:
        return declared.default
    return declared.default_factory() if declared.default_factory is not dataclasses.MISSING else None


def _written(value: Any) -> Any:
    if isinstance(value, list | tuple):
        value = _sequence([_written(item) for item in value])
    elif isinstance(value, dict) and not isinstance(value, CommentedMap):
        value = CommentedMap({key: _written(item) for key, item in value.items()})
    elif isinstance(value, dt.datetime):
        value = moment_told(value)
    elif isinstance(value, str):
        # Enumerations and texts of the database alike.
        value = str(value).strip()
    return value


def _sequence(items: list[Any]) -> CommentedSeq:
    found = CommentedSeq(items)
    if not any(isinstance(item, CommentedMap) for item in items):
        found.fa.set_flow_style()
    return found


def _is_long(value: Any) -> bool:
    """Whether it takes lines of its own."""
    if isinstance(value, CommentedMap):
        return not value.fa.flow_style()
    if isinstance(value, CommentedSeq):
        return any(isinstance(item, CommentedMap) for item in value)
    return isinstance(value, str) and "\n" in value


class _Representer(RoundTripRepresenter):
    """Numbers keep every digit, and a day is a day."""

    def represent_number(self, value: Decimal) -> ScalarNode:
        text = f"{value.normalize():f}"
        return self.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)


_Representer.add_representer(Decimal, _Representer.represent_number)
