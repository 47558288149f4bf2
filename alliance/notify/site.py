"""Letters about the portal itself: a test of the mail server, and what visitors write to the secretariat."""

from smtplib import SMTPException

from django.conf import settings
from django.db.models.functions import Now
from django.urls import reverse

from alliance.enums import MailTestState
from alliance.models import ContactMessage, MailTest
from alliance.notify.letters import send_letter
from alliance.queries.site import read_site, the_sender
from portal.kernel.access import SYSTEM
from portal.kernel.outbox import Claim, handles
from portal.kernel.row_security import acting_as


@handles("send_test_mail")
def send_test_mail(claim: Claim) -> None:
    """Send it once; what the server says is kept for the page, and is not tried again."""
    test = MailTest.objects.select_related("asked_by").get(pk=claim.payload["test"])
    person, fault = test.asked_by, ""
    try:
        context = {"recipient": person, "sender": the_sender()}
        send_letter(
            claim, "test_mail", person.email, person.language, reverse("secretariat:settings"), context
        )
    except (SMTPException, OSError) as error:
        fault = fault_of(error)
    with claim.finishing():
        state = MailTestState.REFUSED if fault else MailTestState.SENT
        MailTest.objects.filter(pk=test.pk).update(state=state, fault=fault, ended_at=Now())


def fault_of(error: Exception) -> str:
    """The class of the error and the server's code; its own words may quote addresses."""
    code = getattr(error, "smtp_code", None) or getattr(error, "errno", None)
    return f"{type(error).__name__}{f' {code}' if code else ''}"[:80]


@handles("send_contact_message")
def send_contact_message(claim: Claim) -> None:
    """Hand the message to the mail server, and forget it. While no address is set it waits."""
    with acting_as(SYSTEM):
        message = ContactMessage.objects.filter(pk=claim.payload["message"]).first()
    address = read_site().contact
    if message and not address:
        raise LookupError("no contact address")
    if message:
        context = {"message": message, "recipient": {"name": ""}}
        url = reverse("public:contact")
        send_letter(
            claim, "contact_message", address, settings.LANGUAGE_CODE, url, context, reply_to=[message.email]
        )
    with claim.finishing():
        ContactMessage.objects.filter(pk=claim.payload["message"]).delete()
