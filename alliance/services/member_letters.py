"""The named write of a letter to a member."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.models import MemberLetter, Organisation
from alliance.queries.member_letters import letter_recipients, letter_refusal
from alliance.validators.languages import text_language
from portal.kernel import clock, journal
from portal.kernel.access import Actor, person_of, require
from portal.kernel.errors import DomainError
from portal.kernel.text import clean_name, clean_text, refuse_long

MAX_SUBJECT, MAX_TEXT = 150, 4000


@dataclass(frozen=True, slots=True)
class LetterInput:
    """What somebody writes to a member, and in which language."""

    subject: str
    text: str
    language: str = ""


@transaction.atomic
def send_member_letter(actor: Actor, organisation: Organisation, written: LetterInput) -> MemberLetter:
    """Write to the signatories and administrators of an organisation: in their inbox, and by e-mail.

    Raises Forbidden, or DomainError without a subject or a text, or where nobody there can be reached.
    """
    require(actor, "member_letter.send", organisation)
    if why := letter_refusal(organisation, letter_recipients(organisation)):
        raise DomainError(why)
    subject = clean_name(written.subject, field="subject").strip()
    text = clean_text(written.text, field="text").strip()
    if not text:
        raise DomainError(_("Enter a text."), field="text")
    refuse_long(subject, MAX_SUBJECT, field="subject")
    refuse_long(text, MAX_TEXT, field="text")
    letter = MemberLetter.objects.create(
        organisation=organisation,
        subject=subject,
        text=text,
        language=text_language(written.language),
        written_by_id=person_of(actor),
        written_at=clock.now(),
    )
    journal.record(actor, "member_letter.send", letter)
    return letter
