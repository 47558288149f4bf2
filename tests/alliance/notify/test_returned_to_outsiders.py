"""Letters to those who have no account that come back: noted beside the address, for the secretariat to see."""

from collections.abc import Iterator
from typing import Any

import pytest

import alliance.notify.letters  # noqa: F401 - the handlers of its bounces
from alliance.models import Charter, MembershipApplication, PublicQuestionContact, SupporterContact
from alliance.services.supporter_links import send_link
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.mail import AddressFault, Bounce, LetterReference, address_fingerprint, smtp_connection
from portal.kernel.notices import record_bounce
from tests.factories import Cast
from tests.support.faulty_smtp import FaultySmtpServer, faulty_smtp_server
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.world_applications import make_applications
from tests.support.world_public_questions import make_public_question
from tests.support.world_supporters import make_supporter

pytestmark = pytest.mark.django_db
PERMANENT, FULL = AddressFault("5.1.1", is_permanent=True), AddressFault("5.2.2", is_permanent=False)


@pytest.fixture
def server(settings: Any) -> Iterator[FaultySmtpServer]:
    smtp_connection._CONNECTION.away_until = 0.0
    with faulty_smtp_server(settings) as smtp_server:
        yield smtp_server
    smtp_connection.close_connection()
    smtp_connection._CONNECTION.away_until = 0.0


def come_back(kind: str, pk: int, address: str, fault: AddressFault = PERMANENT) -> None:
    record_bounce(Bounce(LetterReference(kind, pk, address_fingerprint(address)), fault))


def test_a_link_to_a_supporter_that_was_refused_is_shown_until_it_is_sent_again(
    cast: Cast, charter: Charter, server: FaultySmtpServer
) -> None:
    supporter = make_supporter(charter, "Harbour Club", email="gone@harbour.example")
    make_supporter(charter, "Lighthouse", email="here@light.example")
    server.to_recipient = "550 5.1.1 No such user"
    with acting_as(SYSTEM):
        contact = SupporterContact.objects.get(supporter=supporter)
        send_link(contact, days=1)
    run_all_jobs()
    mona = signed_in(cast.mona)
    for url in (f"/secretariat/supporters/{supporter.pk}/", "/secretariat/supporters/?returned=on"):
        assert "E-mail returned 5.1.1" in words_of(mona.get(url)), url
    assert "Lighthouse" not in words_of(mona.get("/secretariat/supporters/?returned=on"))

    server.to_recipient = "250 OK"
    with acting_as(SYSTEM):
        contact.refresh_from_db()
        send_link(contact, days=1)
    run_all_jobs()
    assert "E-mail returned 5.1.1" not in words_of(mona.get(f"/secretariat/supporters/{supporter.pk}/"))


def test_a_letter_to_an_asker_and_to_an_applicant_that_came_back_is_shown_to_the_secretariat(
    cast: Cast,
) -> None:
    question = make_public_question(cast.aurora, email="parent@home.example")
    application = MembershipApplication(pk=make_applications()["application"]["pk"])
    with acting_as(SYSTEM):
        application.refresh_from_db()
    come_back("q", question.pk, "parent@home.example")
    come_back("m", application.pk, application.email)
    mona = signed_in(cast.mona)
    page = words_of(mona.get(f"/secretariat/public-questions/{question.pk}/"))
    assert "A letter came back The asker’s mail server rejected it (5.1.1)" in page
    page = words_of(mona.get(f"/secretariat/members/applications/{application.pk}/"))
    assert "The last letter came back Its mail server rejected it (5.1.1)" in page


@pytest.mark.parametrize(
    ("address", "fault"), [("other@home.example", PERMANENT), ("parent@home.example", FULL)]
)
def test_another_address_and_a_full_mailbox_are_not_noted(
    cast: Cast, address: str, fault: AddressFault
) -> None:
    question = make_public_question(cast.aurora, email="parent@home.example")
    come_back("q", question.pk, address, fault)
    with acting_as(SYSTEM):
        assert PublicQuestionContact.objects.get(question=question).bounce_code == ""
