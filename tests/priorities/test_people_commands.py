"""Accounts and lead officers given from the command line."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command

from priorities.models import Membership, Priority, Role, User
from tests.factories import OrganisationFactory, PartnershipFactory, PriorityFactory, UserFactory, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def partnership():
    return PartnershipFactory(slug="strath", name="Strath CPP")


def add(capsys, *arguments):
    call_command("add_member", *arguments)
    return capsys.readouterr().out.strip()


def test_add_member_makes_an_account_without_a_usable_password(capsys, partnership):
    body = OrganisationFactory(partnership=partnership, code="nhs")

    said = add(
        capsys,
        "Mairi@Strath.example",
        "--name=Màiri",
        "--partnership=strath",
        "--role=board_member",
        "--organisation=nhs",
    )

    membership = Membership.objects.get()
    assert said == "mairi@strath.example: Board member of Strath CPP."
    assert (membership.user.name, membership.organisation, membership.role) == (
        "Màiri",
        body,
        Role.BOARD_MEMBER,
    )
    assert membership.starts_on == dt.date(2022, 1, 10)
    assert not membership.user.has_usable_password()


def test_add_member_twice_changes_nothing(capsys, partnership):
    for _ in range(2):
        add(capsys, "a@strath.example", "--name=A", "--partnership=strath", "--role=viewer")

    assert (User.objects.count(), Membership.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["a@b.example", "--name=A", "--partnership=elsewhere", "--role=viewer"],
            "There is no partnership elsewhere.",
        ),
        (
            ["no address", "--name=A", "--partnership=strath", "--role=viewer"],
            "no address: Enter a valid email address.",
        ),
        (
            ["a@b.example", "--name=A", "--partnership=strath", "--role=viewer", "--organisation=x"],
            "Strath CPP has no organisation x.",
        ),
    ],
)
def test_add_member_refuses_in_plain_words_and_changes_nothing(partnership, arguments, message):
    with pytest.raises(CommandError, match=message):
        call_command("add_member", *arguments)

    assert not User.objects.exists()


def test_set_lead_officer_by_slug_and_by_code(capsys, partnership):
    priority = PriorityFactory(plan__partnership=partnership, slug="poverty", code="POV", name="Poverty")
    first = person(partnership, Role.LEAD_OFFICER, email="first@strath.example", name="First")
    second = person(partnership, Role.LEAD_OFFICER, email="second@strath.example", name="Second")

    call_command("set_lead_officer", "poverty", "first@strath.example", "--partnership=strath")
    assert Priority.objects.get().lead_officer == first
    call_command("set_lead_officer", "POV", "SECOND@strath.example", "--partnership=strath")
    assert Priority.objects.get().lead_officer == second
    assert capsys.readouterr().out == "First answers for Poverty.\nSecond answers for Poverty.\n"
    assert priority.pk == Priority.objects.get().pk


@pytest.mark.parametrize(
    ("priority", "email", "message"),
    [
        ("wealth", "lead@strath.example", "There is no priority wealth in the published plan of strath."),
        ("poverty", "nobody@strath.example", "Nobody has an account with nobody@strath.example."),
        ("poverty", "stranger@strath.example", "Stranger is not a lead officer of Strath CPP."),
    ],
)
def test_set_lead_officer_refuses_who_may_not(partnership, priority, email, message):
    PriorityFactory(plan__partnership=partnership, slug="poverty")
    person(partnership, Role.LEAD_OFFICER, email="lead@strath.example")
    UserFactory(email="stranger@strath.example", name="Stranger")

    with pytest.raises(CommandError, match=message):
        call_command("set_lead_officer", priority, email, "--partnership=strath")

    assert Priority.objects.get().lead_officer is None
