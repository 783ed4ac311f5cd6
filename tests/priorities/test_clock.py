from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ImproperlyConfigured

from loip.environment import pretended_today
from priorities import clock


def test_a_pretended_moment_stands_still_in_scottish_time(settings):
    settings.LOIP_TODAY = datetime(2021, 6, 30, 23, 30, tzinfo=UTC)

    assert clock.now().isoformat() == "2021-07-01T00:30:00+01:00"
    assert clock.today() == date(2021, 7, 1)


def test_a_pretended_day_keeps_the_real_time_of_day(settings):
    settings.LOIP_TODAY = None
    before = clock.now()
    settings.LOIP_TODAY = date(2022, 1, 10)
    pretended = clock.now()
    settings.LOIP_TODAY = None
    after = clock.now()

    assert pretended.date() == date(2022, 1, 10)
    assert pretended.utcoffset().total_seconds() == 0
    if before.date() == after.date():  # else midnight passed between the readings
        assert before.time() <= pretended.time() <= after.time()


def test_without_pretence_it_is_the_real_moment(settings):
    settings.LOIP_TODAY = None
    before = datetime.now(UTC)  # noqa: TID251 what the clock is held against

    moment = clock.now()

    assert before <= moment <= datetime.now(UTC)  # noqa: TID251
    assert moment.tzinfo.key == "Europe/London"


def test_the_tests_stand_on_a_monday_morning():
    assert clock.now().isoformat() == "2022-01-10T10:00:00+00:00"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("2022-01-10", date(2022, 1, 10)),
        ("2022-07-10T09:30", "2022-07-10T09:30:00+01:00"),
        ("2022-07-10T09:30Z", "2022-07-10T09:30:00+00:00"),
    ],
)
def test_the_environment_may_give_a_day_or_a_moment(text, expected):
    answer = pretended_today({"LOIP_TODAY": text}, is_demonstration=True, zone=clock.EDINBURGH)

    assert (answer.isoformat() if isinstance(answer, datetime) else answer) == expected


@pytest.mark.parametrize("text", ["10 January 2022", "2022-02-30", "2022-01-10T25:00", "tomorrow!!"])
def test_what_is_no_day_is_refused(text):
    with pytest.raises(ImproperlyConfigured, match="Write it as 2022-01-10"):
        pretended_today({"LOIP_TODAY": text}, is_demonstration=True, zone=clock.EDINBURGH)
