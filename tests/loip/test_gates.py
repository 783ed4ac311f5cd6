"""What must hold of the product as a whole."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.urls import reverse

OURS = ("priorities", "actionplans", "dashboard", "reports")

PRODUCTION = {
    "DJANGO_SECRET_KEY": "a made-up key, long enough for a test of the settings",
    "DJANGO_ALLOWED_HOSTS": "loip.example.org",
    "DATABASE_URL": "postgres://loip@db.example.org/loip",
    "EMAIL_URL": "smtp+tls://mail.example.org:587",
}


def settings_under(**environment: str | None) -> subprocess.CompletedProcess[str]:
    """Starts the product in production with `environment` on top (None takes a variable away)."""
    whole = PRODUCTION | environment
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", "import django; django.setup()"],
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "loip.settings",
            **{name: value for name, value in whole.items() if value is not None},
        },
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_starts_when_everything_is_said():
    answer = settings_under()

    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"DJANGO_SECRET_KEY": None}, "DJANGO_SECRET_KEY is not set. Make one"),
        ({"DJANGO_SECRET_KEY": ""}, "secrets.token_urlsafe(50)"),
        ({"DJANGO_SECRET_KEY": None, "LOIP_DEMONSTRATION": "True"}, "DJANGO_SECRET_KEY is not set"),
        ({"DJANGO_DEBUG": "maybe"}, "DJANGO_DEBUG is 'maybe'. Set it to True or to False."),
        ({"DJANGO_DEBUG": "true"}, "DJANGO_DEBUG is 'true'. Set it to True or to False."),
        ({"DJANGO_DEBUG": ""}, "DJANGO_DEBUG is ''. Set it to True or to False."),
        ({"LOIP_DEMONSTRATION": "yes"}, "LOIP_DEMONSTRATION is 'yes'. Set it to True or to False."),
        ({"LOIP_TODAY": "2022-01-10"}, "only the demonstration may pretend what day it is"),
        ({"LOIP_TODAY": "2022-01-10", "DJANGO_DEBUG": "True"}, "only the demonstration may pretend"),
        ({"LOIP_TODAY": "soon", "LOIP_DEMONSTRATION": "True"}, "Write it as 2022-01-10"),
        ({"DATABASE_URL": None}, "DATABASE_URL is not set. Name the database"),
        ({"DATABASE_URL": "mysql://db.example.org/loip"}, "DATABASE_URL must begin with"),
        ({"DATABASE_URL": "sqlite://"}, "DATABASE_URL names no file"),
        ({"DATABASE_URL": "sqlite:///loip.sqlite3"}, "DATABASE_URL names no file by its full path"),
        ({"DATABASE_URL": "loip.sqlite3"}, "DATABASE_URL must begin with"),
        ({"EMAIL_URL": None}, "EMAIL_URL is not set. Name the mail server"),
        ({"EMAIL_URL": "pigeon://loft"}, "EMAIL_URL must begin with"),
        ({"DJANGO_ALLOWED_HOSTS": None}, "DJANGO_ALLOWED_HOSTS is not set"),
    ],
)
def test_settings_refuse_to_guess(environment, message):
    answer = settings_under(**environment)

    assert answer.returncode != 0
    assert "ImproperlyConfigured" in answer.stderr
    assert message in answer.stderr


def test_a_developer_needs_to_say_nothing_but_debug():
    answer = settings_under(**dict.fromkeys(PRODUCTION), DJANGO_DEBUG="True")

    assert answer.returncode == 0, answer.stderr


@pytest.mark.django_db
def test_the_policy_allows_no_inline_script_or_style(client):
    response = client.get(reverse("account_login"))

    directives = response.headers["Content-Security-Policy"].split("; ")
    assert sorted(directives) == [
        "base-uri 'self'",
        "default-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self' data:",
        "object-src 'none'",
        "style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
    ]


@pytest.mark.django_db
def test_nobody_signs_themselves_up(client):
    words = "correct horse battery staple"

    response = client.post(
        reverse("account_signup"), {"email": "new@demo.example", "password1": words, "password2": words}
    )

    assert response.status_code == 200
    assert get_user_model().objects.count() == 0


@pytest.mark.parametrize(
    "line",
    [
        "from datetime import date; print(date.today())",
        "import datetime as dt; print(dt.datetime.now(tz=dt.UTC))",
        "from django.utils import timezone; print(timezone.now())",
        "from django.utils.timezone import localdate; print(localdate())",
    ],
)
def test_nothing_but_the_clock_asks_the_time(line):
    ruff = [sys.executable, "-m", "ruff", "check", "--quiet", "--output-format=concise", "--no-cache"]

    elsewhere = subprocess.run(
        [*ruff, "--stdin-filename=actionplans/operations.py", "-"],
        input=line, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert "Only priorities/clock.py asks the time" in elsewhere.stdout


def our_fields() -> Iterator[tuple[str, models.Field]]:
    """Every field of every model of ours, with its whole name."""
    for model in apps.get_models():
        if model._meta.app_label in OURS:
            for field in model._meta.local_fields:
                yield f"{model._meta.label}.{field.name}", field


# A moment that nobody brings about, or whose person stands elsewhere: each with its reason.
MOMENTS_WITHOUT_A_PERSON: dict[str, str] = {
    "actionplans.Reading.released_at": "the source's own publication, by nobody of ours",
    "actionplans.SupplyLink.expires_at": "a day to come, set by whoever sent the link",
    "actionplans.SupplyLinkUse.used_at": "by the contact of the link, who has no account",
    "actionplans.SeriesVersion.released_at": "the source's own publication, by nobody of ours",
    "priorities.User.last_login": "Django's own field; the person is the row itself",
    "reports.Report.data_cut_off": "chosen when the report is made, by whoever made it",
}


def test_whoever_did_it_is_kept_beside_when():
    alone = set()
    for name, field in our_fields():
        if isinstance(field, models.DateTimeField):
            try:
                field.model._meta.get_field(f"{field.name.removesuffix('_at')}_by")
            except FieldDoesNotExist:
                alone.add(name)

    assert alone == set(MOMENTS_WITHOUT_A_PERSON)


SHAPE_OF_NAME = {
    models.DateField: r".*_on",
    models.DateTimeField: r".*_at",
    models.BooleanField: r"(is|has|may)_.*",
}

# Names of another shape, each with its reason.
UNUSUAL_NAMES: dict[str, str] = {
    "actionplans.Measure.years_start_in_april": "reads as a sentence in the plan file",
    "actionplans.SeriesBreak.on": "read with its model: the series break on a day",
    "actionplans.StretchOutcome.achieve_by": "what the plan prints above it",
    "priorities.Organisation.represents_inequality": "the statute's words: bodies which represent them",
    "priorities.User.last_login": "Django's own field",
    "reports.Report.data_cut_off": "what the board's paper calls it",
}


def test_names_say_what_kind_of_fact_a_field_is():
    """A day ends in _on, a moment in _at; a truth begins with is_, has_ or may_."""
    unusual = {
        name
        for name, field in our_fields()
        if not re.fullmatch(SHAPE_OF_NAME.get(type(field), ".*"), field.name)
    }

    assert unusual == set(UNUSUAL_NAMES)
