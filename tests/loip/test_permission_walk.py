"""Every address of the product, asked for by everyone: one table says what each gets.

A new address is not covered until it has a row here, and the test says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from actionplans.models import Delivery, Measure
from actionplans.sheets.committing import receive
from actionplans.supply.feed import address_of
from actionplans.supply.links import sha256_of
from priorities.models import Role, User
from reports import operations
from reports.models import Report
from tests.actionplans.factories import (
    ActionFactory,
    CalendarFeedFactory,
    DataContactFactory,
    DataRequestFactory,
    MeasureFactory,
    ReadingFactory,
    RiskAssessmentFactory,
    RiskFactory,
    RiskMatrixFactory,
    SupplyLinkFactory,
    accepted_return,
)
from tests.factories import NOW, Cast, GroupFactory, MeetingFactory, MembershipFactory, cast, person

pytestmark = pytest.mark.django_db

PEOPLE = (
    "nobody",
    "stranger",  # the CP manager of another partnership
    "former",  # was the CP manager here
    "administrator",
    "contributor",
    "viewer",
    "board",
    "chair",
    "officer",
    "other_lead",
    "lead",
    "deputy",
    "manager",
)

# What each person of PEOPLE gets, in that order. 302 sends nobody to sign in; 404 is a page one is not to know of;
# 403 one that is not one's to use; 405 an address that only takes what a form sends.
GET = """
home                                        200 302 200 302 302 302 302 302 302 302 302 302 302
account_login                               200 302 302 302 302 302 302 302 302 302 302 302 302
account_logout                              302 200 200 200 200 200 200 200 200 200 200 200 200
account_inactive                            200 200 200 200 200 200 200 200 200 200 200 200 200
account_signup                              200 302 302 302 302 302 302 302 302 302 302 302 302
account_reauthenticate                      302 200 200 200 200 200 200 200 200 200 200 200 200
account_change_password                     302 200 200 200 200 200 200 200 200 200 200 200 200
account_set_password                        302 302 302 302 302 302 302 302 302 302 302 302 302
account_reset_password                      200 200 200 200 200 200 200 200 200 200 200 200 200
account_reset_password_done                 200 200 200 200 200 200 200 200 200 200 200 200 200
account_reset_password_from_key             200 200 200 200 200 200 200 200 200 200 200 200 200
account_reset_password_from_key_done        200 200 200 200 200 200 200 200 200 200 200 200 200
accessibility                               200 200 200 200 200 200 200 200 200 200 200 200 200
privacy                                     200 200 200 200 200 200 200 200 200 200 200 200 200
gallery                                     200 200 200 200 200 200 200 200 200 200 200 200 200
actionplans:work-list                       302 404 404 404 404 404 404 404 404 200 200 200 404
actionplans:work-download                   302 404 404 404 404 404 404 404 404 200 200 200 404
actionplans:return-detail                   302 404 404 404 404 404 404 404 200 404 200 200 200
actionplans:return-figures                  302 404 404 404 404 404 404 404 200 404 200 200 200
actionplans:return-actions                  302 404 404 404 404 404 404 404 200 404 200 200 200
actionplans:return-risks                    302 404 404 404 404 404 404 404 200 404 200 200 200
actionplans:return-words                    302 404 404 404 404 404 404 404 200 404 200 200 200
actionplans:return-paste                    302 404 404 404 404 404 404 404 403 404 200 200 403
actionplans:return-check                    302 404 404 404 404 404 404 404 200 404 200 200 200
actionplans:return-review                   302 404 404 404 404 404 404 404 200 404 200 200 200
actionplans:return-download                 302 404 404 404 404 404 404 404 200 404 200 200 200
actionplans:quarter-current                 302 404 404 404 404 404 404 404 302 404 404 404 302
actionplans:quarter-detail                  302 404 404 404 404 404 404 404 200 404 404 404 200
actionplans:quarter-download                302 404 404 404 404 404 404 404 200 404 404 404 200
actionplans:quarter-lock                    302 404 404 404 404 404 404 404 403 404 404 404 200
actionplans:delivery-list                   302 404 404 404 404 404 404 404 404 200 200 200 200
actionplans:delivery-list-download          302 404 404 404 404 404 404 404 404 200 200 200 200
actionplans:delivery-new                    302 404 404 404 404 404 404 404 404 200 200 200 200
actionplans:delivery-detail                 302 404 404 404 404 404 404 404 404 404 200 404 404
actionplans:delivery-columns                302 404 404 404 404 404 404 404 404 404 200 404 404
actionplans:delivery-preview                302 404 404 404 404 404 404 404 404 404 200 404 404
actionplans:delivery-drop                   405 405 405 405 405 405 405 405 405 405 405 405 405
actionplans:delivery-file                   302 404 404 404 404 404 404 404 404 404 200 404 404
actionplans:sheet-list                      302 404 404 404 404 404 404 404 404 200 200 200 200
actionplans:sheet-download                  302 404 404 404 404 404 404 404 404 404 200 200 200
actionplans:measure-new                     302 404 404 404 404 403 403 403 403 403 403 403 200
actionplans:measure-define                  302 404 404 404 404 403 403 403 403 403 403 403 200
actionplans:measure-edit                    302 404 404 404 404 403 403 403 403 403 403 403 200
actionplans:break-list                      302 404 404 404 404 403 403 403 403 403 403 403 200
actionplans:break-download                  302 404 404 404 404 403 403 403 403 403 403 403 200
actionplans:reading-new                     302 404 404 404 404 403 403 403 403 403 403 403 200
actionplans:series-list                     302 404 404 404 404 403 403 403 403 403 403 403 200
actionplans:series-download                 302 404 404 404 404 403 403 403 403 403 403 403 200
actionplans:target-edit                     302 404 404 404 404 403 403 403 403 403 403 403 200
actionplans:target-download                 302 404 404 404 404 403 403 403 403 403 403 403 200
actionplans:disclosure-detail               302 404 404 404 404 403 403 403 403 403 403 403 200
actionplans:disclosure-download             302 404 404 404 404 403 403 403 403 403 403 403 200
actionplans:disclosure-measure              302 404 404 404 404 403 403 403 403 403 403 403 200
actionplans:clearance-download              302 404 404 404 404 403 403 403 403 403 403 403 200
actionplans:supply-detail                   302 404 404 404 404 404 404 404 200 404 404 404 200
actionplans:supply-download                 302 404 404 404 404 404 404 404 200 404 404 404 200
actionplans:supply-remind                   405 405 405 405 405 405 405 405 405 405 405 405 405
actionplans:supply-address                  405 405 405 405 405 405 405 405 405 405 405 405 405
actionplans:supply-feed                     302 404 404 404 404 404 404 404 200 404 404 404 200
actionplans:supply-feed-by-address          200 200 200 200 200 200 200 200 200 200 200 200 200
actionplans:link-list                       302 404 404 404 404 404 404 404 404 200 200 200 200
actionplans:link-new                        302 404 404 404 404 404 404 404 404 200 200 200 200
actionplans:link-detail                     302 404 404 404 404 404 404 404 404 404 200 404 200
actionplans:link-list-download              302 404 404 404 404 404 404 404 404 200 200 200 200
actionplans:link-download                   302 404 404 404 404 404 404 404 404 404 200 404 200
actionplans:link-fill                       200 200 200 200 200 200 200 200 200 200 200 200 200
actionplans:link-sent                       302 302 302 302 302 302 302 302 302 302 302 302 302
actionplans:contact-list                    302 404 404 404 404 404 404 404 200 404 404 404 200
actionplans:contact-download                302 404 404 404 404 404 404 404 200 404 404 404 200
actionplans:contact-new                     302 404 404 404 404 404 404 404 403 404 404 404 200
actionplans:contact-edit                    302 404 404 404 404 404 404 404 403 404 404 404 200
actionplans:request-current                 302 404 404 404 404 404 404 404 302 404 404 404 302
actionplans:request-list                    302 404 404 404 404 404 404 404 200 404 404 404 200
actionplans:request-download                302 404 404 404 404 404 404 404 200 404 404 404 200
actionplans:request-new                     302 404 404 404 404 404 404 404 403 404 404 404 200
actionplans:request-detail                  302 404 404 404 404 404 404 404 200 404 404 404 200
dashboard:plan-detail                       200 200 200 200 200 200 200 200 200 200 200 200 200
dashboard:scorecard-current                 302 404 404 404 404 200 200 200 200 200 200 200 200
dashboard:scorecard-detail                  302 404 404 404 404 200 200 200 200 200 200 200 200
dashboard:priority-detail                   302 404 404 404 404 200 200 200 200 200 200 200 200
dashboard:measure-list                      302 404 404 404 404 200 200 200 200 200 200 200 200
dashboard:measure-detail                    302 404 404 404 404 200 200 200 200 200 200 200 200
dashboard:measure-figure                    302 404 404 404 404 200 200 200 200 200 200 200 200
dashboard:risk-list                         302 404 404 404 404 200 200 200 200 200 200 200 200
dashboard:risk-detail                       302 404 404 404 404 200 200 200 200 200 200 200 200
dashboard:risk-profile-detail               302 404 404 404 404 200 200 200 200 200 200 200 200
dashboard:plan-download                     200 200 200 200 200 200 200 200 200 200 200 200 200
dashboard:scorecard-download                302 404 404 404 404 200 200 200 200 200 200 200 200
dashboard:priority-download                 302 404 404 404 404 200 200 200 200 200 200 200 200
dashboard:measure-list-download             302 404 404 404 404 200 200 200 200 200 200 200 200
dashboard:risk-profile-download             302 404 404 404 404 200 200 200 200 200 200 200 200
dashboard:risk-download                     302 404 404 404 404 200 200 200 200 200 200 200 200
dashboard:measure-download                  302 404 404 404 404 200 200 200 200 200 200 200 200
reports:report-list                         200 200 200 200 200 200 200 200 200 200 200 200 200
reports:list-download                       200 200 200 200 200 200 200 200 200 200 200 200 200
reports:report-new                          302 404 404 404 404 403 403 403 403 403 403 403 200
reports:report-detail published             200 200 200 200 200 200 200 200 200 200 200 200 200
reports:report-detail issued                302 404 404 404 404 200 200 200 200 200 200 200 200
reports:report-detail prepared              302 404 404 404 404 404 404 404 404 404 404 404 200
reports:report-download published           200 200 200 200 200 200 200 200 200 200 200 200 200
reports:report-download issued              302 404 404 404 404 200 200 200 200 200 200 200 200
reports:report-download prepared            302 404 404 404 404 404 404 404 404 404 404 404 200
reports:since-download published            200 200 200 200 200 200 200 200 200 200 200 200 200
reports:since-download issued               302 404 404 404 404 200 200 200 200 200 200 200 200
reports:since-download prepared             302 404 404 404 404 404 404 404 404 404 404 404 200
reports:report-progress published           302 302 302 302 302 302 302 302 302 302 302 302 302
reports:report-progress issued              302 404 404 404 404 302 302 302 302 302 302 302 302
reports:report-progress prepared            302 404 404 404 404 404 404 404 404 404 404 404 302
reports:report-html published               200 200 200 200 200 200 200 200 200 200 200 200 200
reports:report-html issued                  302 404 404 404 404 200 200 200 200 200 200 200 200
reports:report-html prepared                302 404 404 404 404 404 404 404 404 404 404 404 200
reports:report-pdf published                200 200 200 200 200 200 200 200 200 200 200 200 200
reports:report-pdf issued                   302 404 404 404 404 200 200 200 200 200 200 200 200
reports:report-pdf prepared                 302 404 404 404 404 404 404 404 404 404 404 404 200
reports:report-snapshot published           200 200 200 200 200 200 200 200 200 200 200 200 200
reports:report-snapshot issued              302 404 404 404 404 200 200 200 200 200 200 200 200
reports:report-snapshot prepared            302 404 404 404 404 404 404 404 404 404 404 404 200
reports:report-make-again published         405 405 405 405 405 405 405 405 405 405 405 405 405
reports:report-make-again issued            405 405 405 405 405 405 405 405 405 405 405 405 405
reports:report-make-again prepared          405 405 405 405 405 405 405 405 405 405 405 405 405
reports:report-files published              405 405 405 405 405 405 405 405 405 405 405 405 405
reports:report-files issued                 405 405 405 405 405 405 405 405 405 405 405 405 405
reports:report-files prepared               405 405 405 405 405 405 405 405 405 405 405 405 405
reports:report-issue published              302 403 403 403 403 403 403 403 403 403 403 403 200
reports:report-issue issued                 302 404 404 404 404 403 403 403 403 403 403 403 200
reports:report-issue prepared               302 404 404 404 404 404 404 404 404 404 404 404 200
reports:report-sign-off published           302 403 403 403 403 403 403 200 403 403 403 403 403
reports:report-sign-off issued              302 404 404 404 404 403 403 200 403 403 403 403 403
reports:report-sign-off prepared            302 404 404 404 404 404 404 404 404 404 404 404 403
reports:report-publish published            302 403 403 403 403 403 403 403 403 403 403 403 200
reports:report-publish issued               302 404 404 404 404 403 403 403 403 403 403 403 200
reports:report-publish prepared             302 404 404 404 404 404 404 404 404 404 404 404 200
"""

# The same for a form sent empty: what one may not change stays as it is.
POST = """
home                                        405 405 405 405 405 405 405 405 405 405 405 405 405
account_login                               200 302 302 302 302 302 302 302 302 302 302 302 302
account_logout                              302 302 302 302 302 302 302 302 302 302 302 302 302
account_inactive                            405 405 405 405 405 405 405 405 405 405 405 405 405
account_signup                              200 302 302 302 302 302 302 302 302 302 302 302 302
account_reauthenticate                      302 200 200 200 200 200 200 200 200 200 200 200 200
account_change_password                     302 200 200 200 200 200 200 200 200 200 200 200 200
account_set_password                        302 302 302 302 302 302 302 302 302 302 302 302 302
account_reset_password                      200 200 200 200 200 200 200 200 200 200 200 200 200
account_reset_password_done                 405 405 405 405 405 405 405 405 405 405 405 405 405
account_reset_password_from_key             200 200 200 200 200 200 200 200 200 200 200 200 200
account_reset_password_from_key_done        405 405 405 405 405 405 405 405 405 405 405 405 405
accessibility                               405 405 405 405 405 405 405 405 405 405 405 405 405
privacy                                     405 405 405 405 405 405 405 405 405 405 405 405 405
gallery                                     200 200 200 200 200 200 200 200 200 200 200 200 200
actionplans:work-list                       405 405 405 405 405 405 405 405 405 405 405 405 405
actionplans:work-download                   405 405 405 405 405 405 405 405 405 405 405 405 405
actionplans:return-detail                   405 405 405 405 405 405 405 405 405 405 405 405 405
actionplans:return-figures                  302 404 404 404 404 404 404 404 403 404 302 302 403
actionplans:return-actions                  302 404 404 404 404 404 404 404 403 404 302 302 403
actionplans:return-risks                    302 404 404 404 404 404 404 404 403 404 302 302 403
actionplans:return-words                    302 404 404 404 404 404 404 404 403 404 302 302 403
actionplans:return-paste                    302 404 404 404 404 404 404 404 403 404 200 200 403
actionplans:return-check                    302 404 404 404 404 404 404 404 403 404 200 200 403
actionplans:return-review                   302 404 404 404 404 404 404 404 403 404 403 403 200
actionplans:return-download                 405 405 405 405 405 405 405 405 405 405 405 405 405
actionplans:quarter-current                 405 405 405 405 405 405 405 405 405 405 405 405 405
actionplans:quarter-detail                  405 405 405 405 405 405 405 405 405 405 405 405 405
actionplans:quarter-download                405 405 405 405 405 405 405 405 405 405 405 405 405
actionplans:quarter-lock                    302 404 404 404 404 404 404 404 403 404 404 404 302
actionplans:delivery-list                   405 405 405 405 405 405 405 405 405 405 405 405 405
actionplans:delivery-list-download          405 405 405 405 405 405 405 405 405 405 405 405 405
actionplans:delivery-new                    302 404 404 404 404 404 404 404 404 200 200 200 200
actionplans:delivery-detail                 302 404 404 404 404 404 404 404 404 404 409 404 404
actionplans:delivery-columns                302 404 404 404 404 404 404 404 404 404 200 404 404
actionplans:delivery-preview                405 405 405 405 405 405 405 405 405 405 405 405 405
actionplans:delivery-drop                   302 404 404 404 404 404 404 404 404 404 302 404 404
actionplans:delivery-file                   405 405 405 405 405 405 405 405 405 405 405 405 405
actionplans:sheet-list                      405 405 405 405 405 405 405 405 405 405 405 405 405
actionplans:sheet-download                  405 405 405 405 405 405 405 405 405 405 405 405 405
actionplans:measure-new                     302 405 405 405 405 405 405 405 405 405 405 405 405
actionplans:measure-define                  302 404 404 404 404 403 403 403 403 403 403 403 200
actionplans:measure-edit                    302 404 404 404 404 403 403 403 403 403 403 403 200
actionplans:break-list                      302 404 404 404 404 403 403 403 403 403 403 403 200
actionplans:break-download                  405 405 405 405 405 405 405 405 405 405 405 405 405
actionplans:reading-new                     302 404 404 404 404 403 403 403 403 403 403 403 200
actionplans:series-list                     302 404 404 404 404 403 403 403 403 403 403 403 200
actionplans:series-download                 405 405 405 405 405 405 405 405 405 405 405 405 405
actionplans:target-edit                     302 404 404 404 404 403 403 403 403 403 403 403 200
actionplans:target-download                 405 405 405 405 405 405 405 405 405 405 405 405 405
actionplans:disclosure-detail               302 404 404 404 404 403 403 403 403 403 403 403 200
actionplans:disclosure-download             405 405 405 405 405 405 405 405 405 405 405 405 405
actionplans:disclosure-measure              302 404 404 404 404 403 403 403 403 403 403 403 302
actionplans:clearance-download              405 405 405 405 405 405 405 405 405 405 405 405 405
actionplans:supply-detail                   405 405 405 405 405 405 405 405 405 405 405 405 405
actionplans:supply-download                 405 405 405 405 405 405 405 405 405 405 405 405 405
actionplans:supply-remind                   302 404 404 404 404 404 404 404 403 404 404 404 302
actionplans:supply-address                  302 404 404 404 404 404 404 404 302 404 404 404 302
actionplans:supply-feed                     405 405 405 405 405 405 405 405 405 405 405 405 405
actionplans:supply-feed-by-address          405 405 405 405 405 405 405 405 405 405 405 405 405
actionplans:link-list                       405 405 405 405 405 405 405 405 405 405 405 405 405
actionplans:link-new                        302 404 404 404 404 404 404 404 404 200 200 200 200
actionplans:link-detail                     302 404 404 404 404 404 404 404 404 404 302 404 302
actionplans:link-list-download              405 405 405 405 405 405 405 405 405 405 405 405 405
actionplans:link-download                   405 405 405 405 405 405 405 405 405 405 405 405 405
actionplans:link-fill                       200 200 200 200 200 200 200 200 200 200 200 200 200
actionplans:link-sent                       405 405 405 405 405 405 405 405 405 405 405 405 405
actionplans:contact-list                    405 405 405 405 405 405 405 405 405 405 405 405 405
actionplans:contact-download                405 405 405 405 405 405 405 405 405 405 405 405 405
actionplans:contact-new                     302 404 404 404 404 404 404 404 403 404 404 404 200
actionplans:contact-edit                    302 404 404 404 404 404 404 404 403 404 404 404 200
actionplans:request-current                 405 405 405 405 405 405 405 405 405 405 405 405 405
actionplans:request-list                    405 405 405 405 405 405 405 405 405 405 405 405 405
actionplans:request-download                405 405 405 405 405 405 405 405 405 405 405 405 405
actionplans:request-new                     302 404 404 404 404 404 404 404 403 404 404 404 200
actionplans:request-detail                  302 404 404 404 404 404 404 404 403 404 404 404 200
dashboard:plan-detail                       405 405 405 405 405 405 405 405 405 405 405 405 405
dashboard:scorecard-current                 302 405 405 405 405 405 405 405 405 405 405 405 405
dashboard:scorecard-detail                  302 405 405 405 405 405 405 405 405 405 405 405 405
dashboard:priority-detail                   302 405 405 405 405 405 405 405 405 405 405 405 405
dashboard:measure-list                      302 405 405 405 405 405 405 405 405 405 405 405 405
dashboard:measure-detail                    302 405 405 405 405 405 405 405 405 405 405 405 405
dashboard:measure-figure                    302 405 405 405 405 405 405 405 405 405 405 405 405
dashboard:risk-list                         302 405 405 405 405 405 405 405 405 405 405 405 405
dashboard:risk-detail                       302 405 405 405 405 405 405 405 405 405 405 405 405
dashboard:risk-profile-detail               302 405 405 405 405 405 405 405 405 405 405 405 405
dashboard:plan-download                     405 405 405 405 405 405 405 405 405 405 405 405 405
dashboard:scorecard-download                302 405 405 405 405 405 405 405 405 405 405 405 405
dashboard:priority-download                 302 405 405 405 405 405 405 405 405 405 405 405 405
dashboard:measure-list-download             302 405 405 405 405 405 405 405 405 405 405 405 405
dashboard:risk-profile-download             302 405 405 405 405 405 405 405 405 405 405 405 405
dashboard:risk-download                     302 405 405 405 405 405 405 405 405 405 405 405 405
dashboard:measure-download                  302 405 405 405 405 405 405 405 405 405 405 405 405
reports:report-list                         405 405 405 405 405 405 405 405 405 405 405 405 405
reports:list-download                       405 405 405 405 405 405 405 405 405 405 405 405 405
reports:report-new                          302 404 404 404 404 403 403 403 403 403 403 403 200
reports:report-detail published             405 405 405 405 405 405 405 405 405 405 405 405 405
reports:report-detail issued                405 405 405 405 405 405 405 405 405 405 405 405 405
reports:report-detail prepared              405 405 405 405 405 405 405 405 405 405 405 405 405
reports:report-download published           405 405 405 405 405 405 405 405 405 405 405 405 405
reports:report-download issued              405 405 405 405 405 405 405 405 405 405 405 405 405
reports:report-download prepared            405 405 405 405 405 405 405 405 405 405 405 405 405
reports:since-download published            405 405 405 405 405 405 405 405 405 405 405 405 405
reports:since-download issued               405 405 405 405 405 405 405 405 405 405 405 405 405
reports:since-download prepared             405 405 405 405 405 405 405 405 405 405 405 405 405
reports:report-progress published           405 405 405 405 405 405 405 405 405 405 405 405 405
reports:report-progress issued              405 405 405 405 405 405 405 405 405 405 405 405 405
reports:report-progress prepared            405 405 405 405 405 405 405 405 405 405 405 405 405
reports:report-html published               405 405 405 405 405 405 405 405 405 405 405 405 405
reports:report-html issued                  405 405 405 405 405 405 405 405 405 405 405 405 405
reports:report-html prepared                405 405 405 405 405 405 405 405 405 405 405 405 405
reports:report-pdf published                405 405 405 405 405 405 405 405 405 405 405 405 405
reports:report-pdf issued                   405 405 405 405 405 405 405 405 405 405 405 405 405
reports:report-pdf prepared                 405 405 405 405 405 405 405 405 405 405 405 405 405
reports:report-snapshot published           405 405 405 405 405 405 405 405 405 405 405 405 405
reports:report-snapshot issued              405 405 405 405 405 405 405 405 405 405 405 405 405
reports:report-snapshot prepared            405 405 405 405 405 405 405 405 405 405 405 405 405
reports:report-make-again published         302 403 403 403 403 403 403 403 403 403 403 403 302
reports:report-make-again issued            302 404 404 404 404 403 403 403 403 403 403 403 302
reports:report-make-again prepared          302 404 404 404 404 404 404 404 404 404 404 404 302
reports:report-files published              302 403 403 403 403 403 403 403 403 403 403 403 302
reports:report-files issued                 302 404 404 404 404 403 403 403 403 403 403 403 302
reports:report-files prepared               302 404 404 404 404 404 404 404 404 404 404 404 302
reports:report-issue published              302 403 403 403 403 403 403 403 403 403 403 403 302
reports:report-issue issued                 302 404 404 404 404 403 403 403 403 403 403 403 302
reports:report-issue prepared               302 404 404 404 404 404 404 404 404 404 404 404 302
reports:report-sign-off published           302 403 403 403 403 403 403 302 403 403 403 403 403
reports:report-sign-off issued              302 404 404 404 404 403 403 200 403 403 403 403 403
reports:report-sign-off prepared            302 404 404 404 404 404 404 404 404 404 404 404 403
reports:report-publish published            302 403 403 403 403 403 403 403 403 403 403 403 302
reports:report-publish issued               302 404 404 404 404 403 403 403 403 403 403 403 302
reports:report-publish prepared             302 404 404 404 404 404 404 404 404 404 404 404 302
"""


@dataclass(frozen=True)
class World:
    """The cast in the middle of Q3, with something on every page that could leak."""

    people: dict[str, User]
    reports: dict[str, Report]
    cast: Cast
    supply: dict[str, str]


@pytest.fixture
def world(db: None, django_capture_on_commit_callbacks: Callable[..., Any]) -> World:
    with django_capture_on_commit_callbacks(execute=True):
        return _world()


def _world() -> World:
    found = cast()
    here, elsewhere = found.partnership, found.stranger.memberships.get().partnership
    former = MembershipFactory(
        partnership=here, role=Role.CP_MANAGER, starts_on="2020-04-01", ends_on="2022-01-09"
    ).user
    RiskMatrixFactory(partnership=here)
    measure = MeasureFactory(priority=found.poverty, code="POV-01")
    ReadingFactory(measure=measure)
    MeasureFactory(priority=found.poverty, code="POV-02", is_disclosure_controlled=True)
    ActionFactory(priority=found.poverty)
    risk = RiskFactory(priority=found.poverty, code="POV-R1")
    RiskAssessmentFactory(risk=risk, quarter=found.before)
    for priority, lead in ((found.poverty, found.lead), (found.skills, found.other_lead)):
        accepted_return(priority, found.before, by=lead, at=NOW, progress="Kept from outsiders.")
    people = {
        "stranger": person(elsewhere, Role.CP_MANAGER),
        "former": former,
        "administrator": person(here, Role.ADMINISTRATOR),
        "contributor": person(here, Role.CONTRIBUTOR),
        "viewer": found.viewer,
        "board": found.board,
        "chair": found.chair,
        "officer": found.officer,
        "other_lead": found.other_lead,
        "lead": found.lead,
        "deputy": found.deputy,
        "manager": found.manager,
    }
    return World(people, _reports(found), found, _supply(found) | {"delivery": _sent(found)})


def _supply(found: Cast) -> dict[str, str]:
    """What the addresses of the data supply name: a contact, a request, the manager's own calendar address, a link."""
    contact = DataContactFactory(partnership=found.partnership)
    asked = DataRequestFactory(quarter=found.quarter, contact=contact, asked_by=found.manager)
    feed = CalendarFeedFactory(partnership=found.partnership, user=found.manager)
    link = SupplyLinkFactory(
        quarter=found.quarter, contact=contact, sent_by=found.lead, token_sha256=sha256_of("key")
    )
    link.measures.add(Measure.objects.get(code="POV-01"))
    return {
        "contact": str(contact.pk),
        "number": str(asked.pk),
        "address": address_of(feed),
        "link": str(link.pk),
        "token": "key",
    }


def _sent(found: Cast) -> str:
    """A sheet that the lead officer has sent and not decided on."""
    made = receive(
        found.quarter,
        way=Delivery.Way.SHEET,
        name="figures.csv",
        content=b"Measure,Place,Period,New figure\nPOV-01,Whole area,Q3 2021/22,51%\n",
        destination=Delivery.Destination.DRAFTS,
        organisation=None,
        priority=None,
        by=found.lead,
        at=NOW,
    )
    return str(made.pk)


def _reports(found: Cast) -> dict[str, Report]:
    """One report in each state that shows to other people."""
    found.before.locked_at, found.before.locked_by = NOW, found.manager
    found.before.save()
    meeting = MeetingFactory(group=GroupFactory(partnership=found.partnership), held_on=NOW.date())

    def made(kind: str, quarter: object, number: str) -> Report:
        return operations.make_report(
            kind=kind, quarter=quarter, meeting=meeting, number=number, by=found.manager, at=NOW
        )

    published = made("performance_dashboard", found.before, "1")
    operations.issue_report(published, by=found.manager, at=NOW)
    operations.sign_off(published, verb="noted", text="Noted.", minute_paragraph="4", by=found.chair, at=NOW)
    operations.publish_report(published, by=found.manager, at=NOW)
    issued = made("risk_profile", found.before, "2")
    operations.issue_report(issued, by=found.manager, at=NOW)
    return {
        "published": published,
        "issued": issued,
        "prepared": made("performance_dashboard", found.quarter, "3"),
    }


def addresses(world: World) -> dict[str, tuple[str, dict[str, str]]]:
    """A name for each address asked for: that of its pattern, and where more than one thing hangs from it, which."""
    here = {"partnership": world.cast.partnership.slug}
    q3 = {"year": "2021-22", "quarter": "q3"}
    known = {
        "uidb36": "1",
        "key": "set-password",
        "code": "POV-01",
        "source": "another",
        "extension": "xlsx",
        "scope": "priority",
        "subject": "poverty",
        "priority": "poverty",
        **q3,
        **here,
        **world.supply,
    }
    found: dict[str, tuple[str, dict[str, str]]] = {}
    for name, words in _patterns(get_resolver()):
        wanted = {word: known[word] for word in words if word in known}
        if name in {"dashboard:risk-detail", "dashboard:risk-download"}:
            wanted["code"] = "POV-R1"
        if name in {"actionplans:disclosure-measure", "actionplans:clearance-download"}:
            wanted["code"] = "POV-02"
        if "slug" not in words:
            found[name] = (name, wanted)
            continue
        for state, report in world.reports.items():
            found[f"{name} {state}"] = (name, {**wanted, "slug": report.slug})
    return found


def _patterns(
    resolver: URLResolver, space: str = "", words: tuple[str, ...] = ()
) -> Iterator[tuple[str, list[str]]]:
    for pattern in resolver.url_patterns:
        here = (*words, *pattern.pattern.regex.groupindex, *getattr(pattern.pattern, "converters", {}))
        if isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}", list(dict.fromkeys(here))
        else:
            yield from _patterns(pattern, f"{pattern.namespace}:" if pattern.namespace else space, here)


def answers(world: World, method: str, people: Sequence[str]) -> dict[str, str]:
    """What each of some people gets at each address, as a row of the table."""
    sessions = {"nobody": ""}
    for name in people:
        if name != "nobody":
            client = Client()
            client.force_login(world.people[name], backend="django.contrib.auth.backends.ModelBackend")
            sessions[name] = client.cookies["sessionid"].value
    return {
        row: " ".join(_ask(sessions[name], method, reverse(url, kwargs=words)) for name in people)
        for row, (url, words) in addresses(world).items()
    }


def _ask(session: str, method: str, address: str) -> str:
    """The status of one request, whose effects are undone: the next person finds the same world."""
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = session
    with transaction.atomic():
        response = client.get(address) if method == "GET" else client.post(address)
        transaction.set_rollback(True)
    return str(response.status_code)


def rows(table: str, people: Sequence[str]) -> dict[str, str]:
    """The table's rows for some people."""
    found = {}
    for line in table.strip().splitlines():
        gets = dict(zip(PEOPLE, line[44:].split(), strict=True))
        found[line[:44].strip()] = " ".join(gets[name] for name in people)
    return found


# A few people at a time, so that no test takes long.
@pytest.mark.parametrize("people", [PEOPLE[:4], PEOPLE[4:7], PEOPLE[7:10], PEOPLE[10:]], ids=" ".join)
class TestEveryone:
    def test_gets_what_the_table_says(self, world, people):
        assert answers(world, "GET", people) == rows(GET, people)

    def test_changes_nothing_that_is_not_theirs(self, world, people):
        assert answers(world, "POST", people) == rows(POST, people)
