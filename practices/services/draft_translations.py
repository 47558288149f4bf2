"""What becomes of the translations of a working copy when that becomes a version: they are offered for it."""

from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from practices.enums import OPEN_LABELS, TranslationState
from practices.models import Practice, Translation, Version
from practices.translated_texts import carry_texts, lacks_needed
from practices.workflows import TRANSLATION


def offer_draft_translations(practice: Practice, version: Version) -> None:
    """Offer the translations of the working copy for the version that it has become.

    They are the source's own: of an open practice they wait for the secretariat, as what its writers send does; of a
    named one for a signatory. One that lacks title or summary, or is into the language of the practice by now, stays
    with the working copy.
    """
    with acting_as(SYSTEM):  # it may be a moderator who shares the version, and does not see them
        rows = Translation.objects.filter(practice=practice, state=TranslationState.DRAFT)
        for row in rows.exclude(language=practice.language).order_by("pk"):
            texts = carry_texts(row.originals or {}, version.content, row.content).texts
            if lacks_needed(version.content, texts):
                continue
            data = {"practice": practice.pk, "language": row.language}
            changes = {
                "content": texts,
                "originals": None,
                "version_number": version.number,
                "offered_at": clock.now(),
                "earlier_readers": None,  # what it says is in this version, which its readers read
            }
            TRANSLATION.apply(SYSTEM, row, "offer", changes=changes, data=data)
            if practice.label in OPEN_LABELS:
                accepted = {"accepted_at": clock.now()}
                TRANSLATION.apply(SYSTEM, row, "accept", changes=accepted, data=data)
