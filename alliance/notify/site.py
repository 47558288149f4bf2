"""Letters about the portal itself: a test of the mail server, and what visitors write to the secretariat."""

from smtplib import SMTPException

from django.conf import settings
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import translation

from alliance.enums import MailTestState
from alliance.models import ContactMessage, MailTest
from alliance.notify.letters import LetterAddress, compose_letter, to_person
from alliance.queries.site import read_site, sender_text
from portal.kernel import mail
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import Claim, Outcome, handles


@handles("send_test_mail", outward=True)
def send_test_mail(claim: Claim) -> None:
    """Send it once, without another try; the server's reply is stored for the page."""
    with acting_as(SYSTEM):
        test = MailTest.objects.select_related("requested_by").get(pk=claim.payload["test"])
    to, fault = to_person(claim, test.requested_by), ""
    with translation.override(to.language):
        context = {"recipient": test.requested_by, "sender": sender_text()}
    try:
        mail.send(compose_letter("test_mail", to, reverse("secretariat:settings"), context))
    except (mail.AddressRefused, SMTPException, OSError) as error:
        fault = error_code_of(error)
    with claim.finishing(Outcome.REFUSED if fault else None):
        state = MailTestState.REFUSED if fault else MailTestState.SENT
        MailTest.objects.filter(pk=test.pk).update(state=state, error=fault, ended_at=Now())


def error_code_of(error: Exception) -> str:
    """The class of the error and the server's code; its own words may quote addresses."""
    if isinstance(error, mail.ServerUnreachable) and isinstance(error.__cause__, Exception):
        error = error.__cause__
    if isinstance(error, mail.AddressRefused):
        code: object = error.fault.code
    else:
        code = getattr(error, "smtp_code", None) or getattr(error, "errno", None)
    return f"{type(error).__name__}{f' {code}' if code else ''}"[:80]


@handles("send_contact_message", outward=True)
def send_contact_message(claim: Claim) -> None:
    """Hand the message to the mail server, and forget it. While no address is set it waits."""
    with acting_as(SYSTEM):
        message = ContactMessage.objects.filter(pk=claim.payload["message"]).first()
    address = read_site().contact
    if message and not address:
        raise LookupError("no contact address")
    if message:
        key = f"letter-{claim.job_id}"
        to = LetterAddress("", message.pk, address, settings.LANGUAGE_CODE, key, reply_to=message.email)
        context = {"message": message, "recipient": {"name": ""}}
        mail.send(compose_letter("contact_message", to, reverse("public:contact"), context))
    with claim.finishing():
        ContactMessage.objects.filter(pk=claim.payload["message"]).delete()
