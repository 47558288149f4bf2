"""What the settings and the pending pages need: a text with two revisions, who agreed, what is on its way."""

from typing import Any

from alliance.enums import TextKind
from alliance.models import ContactMessage, ErasureConfirmation, MailTest
from alliance.services.texts import agree_to_consent, ensure_current_text, write_text
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast
from tests.support.canaries import canary


def make_texts(cast: Cast) -> dict[str, dict[str, Any]]:
    """Mona has written on privacy, Alice has agreed to the consent; gives back the places."""
    ensure_current_text(TextKind.PRIVACY)
    write_text(
        cast.actor("mona"),
        TextKind.PRIVACY,
        {"en": "Little is kept.", "ru": "Хранится мало."},
        expected_revision=1,
    )
    agree_to_consent(cast.actor("alice"), expected_revision=1)
    with acting_as(SYSTEM):
        MailTest.objects.create(requested_by=cast.mona, error="SMTPSenderRefused 550", state="refused")
        letter = {"name": canary("writer"), "text": canary("written"), "language": "en"}
        ErasureConfirmation.objects.create(
            email=f"{canary('erased')}@example.org", name=canary("erased"), language="en", time_format="24"
        )
        ContactMessage.objects.create(email=f"{canary('writer')}@example.org", **letter)
    return {
        "text": {"kind": "privacy"},
        "text.revision": {"kind": "privacy", "revision": 1},
        "logo": {"logo": f"{'0' * 64}.png"},
    }
