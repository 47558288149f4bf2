"""The named write of the contact page: queue a visitor's message to the site's own address, and to no other."""

from django.db import transaction

from alliance.models import ContactMessage
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import enqueue
from portal.kernel.text import clean_name, clean_text


@transaction.atomic
def submit_contact_message(*, name: str, email: str, text: str, language: str) -> None:
    """Queue a letter with the text; anybody may, as often as the page lets them. Acts as SYSTEM.

    The same text of the same sender that is still on its way is not sent twice. Raises the DomainError of a
    name or text with characters that nobody sees.
    """
    clean = {
        "name": clean_name(name, field="name") if name.strip() else "",
        "email": email.strip(),
        "text": clean_text(text, field="text").strip(),
        "language": language,
    }
    with acting_as(SYSTEM):
        message, new = ContactMessage.objects.get_or_create(
            email=clean["email"], text=clean["text"], defaults=clean
        )
        if new:
            enqueue("send_contact_message", key=f"contact:{message.pk}", payload={"message": message.pk})
