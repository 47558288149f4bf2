"""When a letter goes out: in the working morning of its reader, and a last warning on its day."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from portal.kernel.notices import Timing
from portal.kernel.notices.mornings import sending_moment

MOSCOW, BERLIN, NEW_YORK = (ZoneInfo(name) for name in ("Europe/Moscow", "Europe/Berlin", "America/New_York"))
HONOLULU, KIRITIMATI = ZoneInfo("Pacific/Honolulu"), ZoneInfo("Pacific/Kiritimati")
_END = datetime(2026, 9, 6, tzinfo=MOSCOW)  # the end of that Saturday


def at(text: str, zone: ZoneInfo = MOSCOW) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("now", "zone", "timing", "moment"),
    [
        # the schedule's first round after midnight: that morning
        (at("2026-09-01T00:05"), MOSCOW, Timing(), at("2026-09-01T09:00")),
        # within the morning at once, after it on the next day, after Friday's on Monday
        (at("2026-09-01T10:30"), MOSCOW, Timing(), at("2026-09-01T10:30")),
        (at("2026-09-01T12:00"), MOSCOW, Timing(), at("2026-09-02T09:00")),
        (at("2026-09-04T12:00"), MOSCOW, Timing(), at("2026-09-07T09:00")),
        # where the reader lives
        (at("2026-09-01T00:05"), NEW_YORK, Timing(), at("2026-09-01T09:00", NEW_YORK)),
        (at("2026-09-01T00:05"), KIRITIMATI, Timing(), at("2026-09-01T00:05")),  # 11:05 there
        # what ends on the weekend does not wait for Monday
        (at("2026-09-04T12:00"), MOSCOW, Timing(_END), at("2026-09-05T09:00")),
        # a last warning: on the weekend too, and at once where the morning is over or would be too late
        (at("2026-09-05T00:05"), MOSCOW, Timing(_END, is_last=True), at("2026-09-05T09:00")),
        (at("2026-09-05T15:00"), MOSCOW, Timing(_END, is_last=True), at("2026-09-05T15:00")),
        (at("2026-09-05T00:05"), NEW_YORK, Timing(_END, is_last=True), at("2026-09-05T09:00", NEW_YORK)),
        (at("2026-09-05T00:05"), HONOLULU, Timing(_END, is_last=True), at("2026-09-05T00:05")),  # 11:05 there
        # summer time begins and ends in the night
        (at("2026-03-30T00:05", MOSCOW), BERLIN, Timing(), datetime(2026, 3, 30, 7, tzinfo=UTC)),
        (at("2026-03-27T00:05", MOSCOW), BERLIN, Timing(), datetime(2026, 3, 27, 8, tzinfo=UTC)),
        (at("2026-10-26T00:05", MOSCOW), BERLIN, Timing(), datetime(2026, 10, 26, 8, tzinfo=UTC)),
        (at("2026-10-25T02:30", BERLIN), BERLIN, Timing(_END.replace(month=11), is_last=True),
         datetime(2026, 10, 25, 8, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_when_a_letter_goes_out(now: datetime, zone: ZoneInfo, timing: Timing, moment: datetime) -> None:
    assert sending_moment(now, zone, 9, timing) == moment
