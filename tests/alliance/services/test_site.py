"""Settings of the site: names, logo, sender, time zone, the letter to try it out."""

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone, translation
from PIL import Image

from alliance.models import MailTest, Site
from alliance.queries.deadline_shifts import deadline_shifts
from alliance.queries.local_dates import end_of_day, time_zone, today
from alliance.queries.site import read_site, sender_header, sender_text, site_letterhead
from alliance.services import site as services
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import Conflict, DomainError, Forbidden
from portal.kernel.jobs import Job
from portal.kernel.journal import Event
from tests.factories import Cast, make_cycle, make_report, read_cast, read_charter

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(settings: Any, tmp_path: Any) -> Any:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        },
    }
    read_site.forget()
    yield read_cast()
    read_site.forget()


def rename(cast: Cast, name: str = "mona", number: int = 1, **changes: Any) -> Site:
    fields: dict[str, Any] = {
        "names": {"en": "The alliance", "ru": "Альянс"},
        "short_names": {"en": "TA", "ru": "А"},
        "headlines": {"en": "", "ru": ""},
        "banners": {"en": "", "ru": ""},
        "contact": "hello@alliance.example",
    }
    return services.rename_site(cast.actor(name), expected_version=number, **(fields | changes))


def test_rename_site_is_journalled_by_the_names_of_its_fields_alone(cast: Cast) -> None:
    site = rename(cast)
    assert (site.name_ru, site.contact, site.version) == ("Альянс", "hello@alliance.example", 2)
    changed = Event.objects.get(kind="site.rename").data["changed"]
    assert changed == ["contact", "name_en", "name_ru", "short_name_en", "short_name_ru"]


def test_two_managers_at_once_and_nothing_is_overwritten_unseen(cast: Cast) -> None:
    rename(cast)
    with pytest.raises(Conflict):
        rename(cast, contact="other@alliance.example")
    assert Site.objects.get().contact == "hello@alliance.example"


def test_a_name_with_characters_that_nobody_sees_is_refused_at_its_field(cast: Cast) -> None:
    with pytest.raises(DomainError) as refusal:
        rename(cast, banners={"en": "Demo\r\nBcc: all@x.example\u202e", "ru": ""})
    assert refusal.value.field == "banner_en"


@pytest.mark.parametrize("name", ["sven", "rita"])
def test_nobody_but_a_manager_changes_it(cast: Cast, name: str) -> None:
    with pytest.raises(Forbidden):
        rename(cast, name)


# --- The logo --------------------------------------------------------------------------------


def picture(width: int = 128, height: int = 128, form: str = "PNG") -> SimpleUploadedFile:
    drawn = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(drawn, form)
    return SimpleUploadedFile(f"logo.{form.lower()}", drawn.getvalue())


def test_set_logo_puts_the_picture_where_the_sun_was(cast: Cast, client: Client) -> None:
    site = services.set_logo(cast.actor("mona"), picture())
    read_site.forget()

    answer = client.get(f"/logo/{site.logo}")

    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert f'src="/logo/{site.logo}"' in client.get("/en/about/terms/").content.decode()


def test_the_logo_stands_while_the_database_is_away(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = services.set_logo(cast.actor("mona"), picture())
    read_site.forget()
    before = client.get(f"/logo/{site.logo}").content

    def refuse(_sha256: str) -> None:
        raise OperationalError

    monkeypatch.setattr("portal.kernel.files.storage.check_gate", refuse)

    assert client.get(f"/logo/{site.logo}").content == before
    assert client.get(f"/logo/{'0' * 64}.png").status_code == 404


def test_another_file_under_that_address_is_not_to_be_had(cast: Cast, client: Client) -> None:
    logo = services.set_logo(cast.actor("mona"), picture()).logo
    services.remove_logo(cast.actor("mona"))
    read_site.forget()
    assert default_storage.exists(services.logo_path(logo))
    assert client.get(f"/logo/{logo}").status_code == 404


@pytest.mark.parametrize(
    ("upload", "words"),
    [
        (lambda: picture(32, 32), "64 to 1024 pixels"),
        (lambda: picture(2000, 100), "64 to 1024 pixels"),
        (lambda: SimpleUploadedFile("logo.svg", b"<svg onload='alert(1)'/>"), "send PNG or JPEG"),
        (lambda: SimpleUploadedFile("logo.png", b"<svg onload='alert(1)'/>"), "does not match its name"),
        (lambda: SimpleUploadedFile("logo.csv", b"a,b\n1,2\n"), "PNG or JPEG"),
    ],
)
def test_what_is_no_small_picture_is_refused(cast: Cast, upload: Any, words: str) -> None:
    with pytest.raises(DomainError, match=words):
        services.set_logo(cast.actor("mona"), upload())


# --- The time zone ---------------------------------------------------------------------------


def set_zone(cast: Cast, zone: str) -> None:
    services.set_time_zone(
        cast.actor("mona"), expected_version=Site.objects.get_or_create(id=1)[0].version, zone=ZoneInfo(zone)
    )
    read_site.forget()


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Moscow"])
def test_days_end_where_the_settings_say(cast: Cast, zone: str) -> None:
    set_zone(cast, zone)
    with connection.cursor() as cursor:
        cursor.execute("SELECT (now() AT TIME ZONE %s)::date", [zone])
        assert today() == cursor.fetchone()[0]
    assert end_of_day(date(2026, 8, 31)) == datetime(2026, 9, 1, tzinfo=ZoneInfo(zone))


def test_moments_are_shown_in_that_zone(cast: Cast) -> None:
    set_zone(cast, "Asia/Vladivostok")
    with timezone.override(clock.local):
        local_time = timezone.localtime(datetime(2026, 8, 31, 20, 30, tzinfo=UTC))
        assert (f"{local_time:%d %H:%M %Z}", timezone.get_current_timezone_name()) == (
            "01 06:30 +10",
            "Asia/Vladivostok",
        )


def test_the_settings_file_says_it_until_somebody_does(cast: Cast, settings: Any) -> None:
    assert time_zone().key == settings.TIME_ZONE


def test_before_the_zone_changes_a_manager_sees_which_deadlines_move(cast: Cast) -> None:
    cycle = make_cycle(read_charter())
    type(cycle).objects.update(due_on=date(2999, 8, 31))
    report = make_report(cycle, cast.aurora)
    type(report).objects.update(due_on=date(2999, 8, 31))

    with acting_as(cast.actor("mona")) as mona:
        (shift,) = deadline_shifts(mona, ZoneInfo("Asia/Vladivostok"))

    assert (shift.deadline.day, shift.deadline.reports, shift.is_earlier) == (date(2999, 8, 31), 1, True)
    assert shift.before - shift.after == datetime(1, 1, 1, 7) - datetime(1, 1, 1)


def test_days_of_grace_move_with_the_zone_too(cast: Cast) -> None:
    report = make_report(make_cycle(read_charter()), cast.aurora)
    report.due_on = today() - timedelta(days=3)
    report.save()

    with acting_as(cast.actor("mona")) as mona:
        (shift,) = deadline_shifts(mona, ZoneInfo("Asia/Vladivostok"))

    assert (shift.deadline.day, shift.is_earlier) == (report.grace_ends_on, True)
    assert shift.deadline.description.startswith("Days of grace end: ")


# --- Letters ---------------------------------------------------------------------------------


def test_set_sender_is_who_letters_come_from(cast: Cast, settings: Any) -> None:
    assert (sender_header(), site_letterhead().reply_to) == (settings.DEFAULT_FROM_EMAIL, "")
    rename(cast)
    services.set_sender(
        cast.actor("mona"),
        expected_version=2,
        names={"en": "The alliance", "ru": "Альянс"},
        address="portal@x.example",
        reply_to="desk@x.example",
    )
    read_site.forget()
    assert sender_header() == sender_text() == "The alliance <portal@x.example>"
    with translation.override("ru"):
        assert sender_header() == "Альянс <portal@x.example>"
    assert site_letterhead().reply_to == "desk@x.example"


def test_a_sender_has_a_domain_that_mail_servers_know(cast: Cast) -> None:
    """A domain of other letters than Latin ones goes into letters as its encoded name."""
    names = {"names": {"en": "Альянс", "ru": ""}, "reply_to": ""}
    services.set_sender(cast.actor("mona"), expected_version=1, address="office@пример.рф", **names)
    read_site.forget()
    assert sender_header().endswith("<office@xn--e1afmkfd.xn--p1ai>")
    assert sender_text() == "Альянс <office@пример.рф>"

    with pytest.raises(DomainError) as refusal:
        services.set_sender(cast.actor("mona"), expected_version=2, address=f"office@{'п' * 63}.рф", **names)
    assert refusal.value.field == "sender_address"


def test_a_sender_cannot_bring_headers_of_its_own(cast: Cast) -> None:
    with pytest.raises(DomainError) as refusal:
        services.set_sender(
            cast.actor("mona"),
            expected_version=1,
            names={"en": "A\r\nBcc: x@x.example", "ru": ""},
            address="a@x.example",
            reply_to="",
        )
    assert refusal.value.field == "sender_name_en"


def test_send_test_mail_is_queued_and_not_sent_in_the_request(cast: Cast) -> None:
    test = services.send_test_mail(cast.actor("mona"))
    with acting_as(SYSTEM):
        assert Job.objects.get(kind="send_test_mail").payload == {"test": test.pk}
        assert MailTest.objects.get().requested_by == cast.mona
