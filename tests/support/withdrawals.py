"""Withdrawals by two people of the secretariat: Mona asks, Otto consents."""

from collections.abc import Mapping

from alliance.enums import Role
from alliance.models import Person, Withdrawal
from alliance.services.withdrawals import ask_for_withdrawal, consent_to_withdrawal, publish_again
from portal.kernel.access import Actor, acting_as
from portal.kernel.publishing import Publication
from tests.factories import Cast, actor_of, make_cycle, make_person, read_charter
from tests.support.corrections import figures
from tests.support.published_reports import make_published_cycle, make_published_report

REASON = {"en": "It was not theirs.", "ru": "Это был не их отчёт."}


def second_person(cast: Cast) -> Actor:
    """Otto, an auditor, who is made with the first withdrawal."""
    otto = Person.objects.filter(name="Otto").first() or make_person("Otto", cast.secretariat, Role.AUDITOR)
    return actor_of(otto)


def ask_to_withdraw(cast: Cast, publication: Publication, reason: Mapping[str, str] = REASON) -> Withdrawal:
    """What waits for the second person."""
    with acting_as(cast.actor("mona")) as actor:
        return ask_for_withdrawal(actor, publication, reason)


def consent(cast: Cast, request: Withdrawal) -> Withdrawal:
    with acting_as(second_person(cast)) as actor:
        return consent_to_withdrawal(actor, request)


def withdraw(cast: Cast, publication: Publication, reason: Mapping[str, str] = REASON) -> Withdrawal:
    """What both have decided."""
    return consent(cast, ask_to_withdraw(cast, publication, reason))


def publish_anew(cast: Cast, withdrawal: Withdrawal, reason: str = "It was right.") -> None:
    with acting_as(cast.actor("mona")) as actor:
        publish_again(actor, withdrawal, reason)


def last_publication(type_: str) -> Publication:
    return Publication.objects.filter(type=type_).order_by("-number")[0]


def publish_report_with_reply(cast: Cast) -> Publication:
    """Aurora's report with two figures, a verdict and the reply to it; its cycle is published."""
    cycle = make_cycle(read_charter())
    publication = make_published_report(
        cycle,
        cast.aurora,
        figures("2960", "394"),
        verdicts={"find": "limited"},
        replies={"find": "So it is."},
    )
    make_published_cycle(cycle)
    return publication
