"""What becomes of the translations of a working copy when that becomes a version: they are offered for it."""

from collections.abc import Mapping

from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from practices.enums import OPEN_LABELS, TranslationState
from practices.models import Practice, Translation, Version
from practices.translated_texts import carry_over, carry_texts, lacks_needed
from practices.workflows import TRANSLATION


def offer_draft_translations(practice: Practice, version: Version) -> None:
    """Offer the translations of the working copy for the version that it has become.

    They are the source's own: of an open practice they wait for the secretariat, as what its writers send does; of a
    named one for a signatory. One that lacks title or summary, or is into the language of the practice by now, stays
    with the working copy. So does one of which texts have changed in the original, or are gone: what holds is offered
    in a row of its own, once, and what does not is there to be finished.
    """
    with acting_as(SYSTEM):  # it may be a moderator who shares the version, and does not see them
        rows = Translation.objects.filter(practice=practice, state=TranslationState.DRAFT)
        for row in rows.exclude(language=practice.language).order_by("pk"):
            carried = carry_texts(row.originals or {}, version.content, row.content)
            texts = carried.texts
            if lacks_needed(version.content, texts):
                continue
            if carried.outdated:
                if _was_offered(row, version, texts):
                    continue
                row = _copy_of(row)
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


def _was_offered(draft: Translation, version: Version, texts: Mapping[str, str]) -> bool:
    """Whether these texts of a translation that stayed with the working copy were offered for an earlier version.

    What was offered before the practice was opened was not offered to those who read it now.
    """
    rows = Translation.objects.filter(
        practice=draft.practice_id, language=draft.language, version_number__gt=0, pk__gt=draft.pk,
        earlier_readers=None,
    )  # fmt: skip
    contents = dict(version.practice.versions.values_list("number", "content"))
    return any(
        carry_over(contents[row.version_number], version.content, row.content).texts == texts for row in rows
    )


def _copy_of(draft: Translation) -> Translation:
    return Translation.objects.create(
        practice=draft.practice,
        language=draft.language,
        version_number=draft.version_number,
        state=draft.state,
        content=draft.content,
        originals=draft.originals,
        person_id=draft.person_id,
        organisation_id=draft.organisation_id,
    )
