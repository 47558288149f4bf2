"""A service that Aurora has had for years, renamed and ended by its people."""

from datetime import date, timedelta

from alliance.models import Ownership, Service
from alliance.services.service_changes import change_service, end_service
from portal.kernel.access import acting_as
from tests.factories import Cast, make_service

NAMES = {"en": "Dune Talk", "ru": "Дюна Беседа"}
DAY = date(2026, 4, 1)
REASON = "Nobody used it any more."
SOON = timedelta(days=20)


def make_service_of_years(cast: Cast) -> Service:
    service = make_service(cast.aurora, "dune-chat")
    Ownership.objects.filter(service=service).update(starts_on=date(2024, 1, 1))
    return service


def end(cast: Cast, service: Service, on: date = DAY, who: str = "sven", reason: str = REASON) -> Ownership:
    """What is owned until then."""
    with acting_as(cast.actor(who)) as actor:
        return end_service(actor, cast.aurora, service, on=on, reason=reason)


def rename(cast: Cast, service: Service, names: dict[str, str] | None = None, on: date | None = None) -> None:
    with acting_as(cast.actor("sven")) as sven:
        change_service(sven, cast.aurora, service, names=names or NAMES, sorts={}, on=on)


def asked_for(cast: Cast, first: date, last: date) -> bool:
    """Whether reports of a period with these days ask for it."""
    return Service.objects.all().owned_by(cast.aurora.pk, first, last).filter(slug="dune-chat").exists()
