"""The gallery shows every component, and every value a mark can have has its shape, its word and its class."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from actionplans.models.returns import ActionStatus, QuarterlyReturn, ReturnState
from actionplans.outlooks import WillReach
from actionplans.risk_bands import Band, Movement
from actionplans.status import Status
from actionplans.supply.states import LinkState, RequestState, SupplyState
from actionplans.trends import Direction

MARKS = [
    ("status", Status),
    ("trend", Direction),
    ("action-status", ActionStatus),
    ("return-state", ReturnState),
    ("supply-state", SupplyState),
    ("request-state", RequestState),
    ("link-state", LinkState),
    ("risk-band", Band),
    ("movement", Movement),
    ("judgement", QuarterlyReturn.Assessment),
    ("outlook", WillReach),
]


@pytest.fixture
def page(client: Client, db) -> str:
    response = client.get(reverse("gallery"))
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    ("mark", "value", "label"),
    [(mark, member.value, member.label) for mark, enumeration in MARKS for member in enumeration],
)
def test_every_value_is_a_word_a_shape_and_a_class(page, mark, value, label):
    assert (
        f'<span class="{mark} {mark}--{value}"><svg class="icon" aria-hidden="true" focusable="false">'
        f'<use href="#icon-{value}"/></svg>{label}</span>'
    ) in page


def test_every_shape_that_is_drawn_is_defined_once(page):
    drawn = set(re.findall(r'<use href="#(icon-\w+)"/>', page))
    defined = re.findall(r'<symbol id="(icon-\w+)"', page)
    assert drawn <= set(defined)
    assert len(defined) == len(set(defined))


def test_every_shape_is_of_use_somewhere(page):
    drawn = set(re.findall(r'<use href="#(icon-\w+)"/>', page))
    assert set(re.findall(r'<symbol id="(icon-\w+)"', page)) - drawn == set()


def test_nothing_is_styled_or_scripted_in_the_page(page):
    assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page) == []
