"""What the database itself refuses: every named constraint of an app, and proof that it was this one."""

from collections.abc import Callable

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import BaseConstraint, CheckConstraint, Model, UniqueConstraint

Named = tuple[type[Model], BaseConstraint]


def constraints_of(app_label: str) -> dict[str, Named]:
    """Every constraint of an app's models, by its name."""
    return {
        constraint.name: (model, constraint)
        for model in apps.get_app_config(app_label).get_models()
        for constraint in model._meta.constraints
    }


def twice(factory: Callable[..., object], **same: object) -> None:
    """Two rows that say the same."""
    factory(**same)
    factory(**same)


def assert_refused(named: Named, breaks_it: Callable[[], object]) -> None:
    """Breaking a constraint past every form and `clean` is refused, by that very constraint."""
    model, constraint = named
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        breaks_it()
    if connection.vendor == "postgresql":
        assert refused.value.__cause__.diag.constraint_name == constraint.name
    else:
        assert str(refused.value) == _words_of_sqlite(model, constraint)


def _words_of_sqlite(model: type[Model], constraint: BaseConstraint) -> str:
    """SQLite names a check and an index on an expression; for other unique constraints it names the columns."""
    if isinstance(constraint, CheckConstraint):
        return f"CHECK constraint failed: {constraint.name}"
    assert isinstance(constraint, UniqueConstraint)
    if constraint.expressions:
        return f"UNIQUE constraint failed: index '{constraint.name}'"
    columns = [model._meta.get_field(field).column for field in constraint.fields]
    table = model._meta.db_table
    return "UNIQUE constraint failed: " + ", ".join(f"{table}.{column}" for column in columns)
