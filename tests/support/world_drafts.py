"""Practices of the small alliance before each step that somebody takes, and the audiences around them."""

from typing import Any

from alliance.models import Organisation
from portal.kernel import clock, files
from portal.kernel.files import CheckedFile
from practices.enums import AffiliationState, PracticeState
from practices.models import Attachment, GroupMembership, Opening, Practice, Translation, WorkingGroup
from practices.queries.readership import readers_digest
from tests.factories import Cast
from tests.factories.affiliations import make_affiliation
from tests.support.canaries import canary
from tests.support.practice_rows import UrlKwargs, key_kwargs, make_practice


def make_practice_steps(cast: Cast) -> dict[str, UrlKwargs]:
    """The places by name; everything is Aurora's, written by Alice."""
    return {**_practices_before_steps(cast), **_groups_and_affiliates(cast)}


def _practices_before_steps(cast: Cast) -> dict[str, UrlKwargs]:
    """One before each step that somebody takes."""
    readers = {"reader_organisations": [cast.beacon.pk]}
    moderated = make_practice(cast, "green", PracticeState.IN_MODERATION, name="practice-moderated")
    proposed = make_practice(cast, "green", PracticeState.SHARED, name="practice-proposed")
    _write(
        proposed,
        title=canary("practice-next"),
        proposed_at=clock.now(),
        proposed_note=canary("practice-next"),
    )
    amber = make_practice(cast, "amber", PracticeState.SHARED, name="practice-amber", **readers)
    _write(amber, title="The next one", returned_reason=canary("practice-returned"))
    offered = Translation.objects.create(
        practice=amber, language="ru", version_number=1, content={"title": canary("translation-amber")},
        person=cast.alice, organisation=cast.aurora,
    )  # fmt: skip
    working = Translation.objects.create(
        practice=amber, language="ru", version_number=0, state="draft",
        content={"title": canary("translation-draft")}, originals={"title": "The next one"},
        person=cast.alice, organisation=cast.aurora,
    )  # fmt: skip
    ready = make_practice(cast, "green", PracticeState.DRAFT, name="practice-ready")
    practice = make_practice(cast, "amber", PracticeState.DRAFT, name="practice-ready", **readers)
    return {
        "practice.in_moderation": key_kwargs(moderated),
        "practice.proposed": key_kwargs(proposed),
        "practice.amber": key_kwargs(amber),
        **_opening(cast, readers),
        "translation.amber": key_kwargs(offered),
        "translation.draft": key_kwargs(working),
        "practice.ready": key_kwargs(ready),
        "practice.named": key_kwargs(practice),
        "practice.file.draft": _file(cast, ready, "practice-file-of-draft"),
        "practice.file.moderated": _file(cast, moderated, "practice-moderated-file"),
        "practice.file.shared": _file(cast, proposed, "practice-file-shared", shared_at=clock.now()),
    }


def _opening(cast: Cast, readers: dict[str, Any]) -> dict[str, UrlKwargs]:
    """One for named readers that is proposed for the community."""
    practice = make_practice(
        cast, "amber", PracticeState.SHARED, name="practice-opening", pack=True, **readers
    )
    version = practice.versions.get()
    opening = Opening.objects.create(
        practice=practice, organisation=cast.aurora, readers_digest=readers_digest(practice),
        proposed_by=cast.sven,
        proposed={
            "number": 1, "note": "", "shared_at": version.shared_at.isoformat(), "content": version.content,
            "files": version.attachments, "authors": [[cast.alice.pk, cast.aurora.pk]],
            "label": "amber", "language": "en", "expires_on": "",
        },
    )  # fmt: skip
    return {
        "practice.opening": key_kwargs(practice),
        "opening": key_kwargs(opening),
        "opening.file": {**key_kwargs(opening), "file": version.attachments[0]["key"]},
    }


def _write(practice: Practice, *, title: str, **changes: Any) -> None:
    draft = practice.draft
    draft.content = {**draft.content, "title": title}
    for name, value in changes.items():
        setattr(draft, name, value)
    draft.save()


def _file(cast: Cast, practice: Practice, name: str, **changes: Any) -> UrlKwargs:
    checked = CheckedFile(f"{canary(name)}.csv", "text/csv", canary(name).encode())
    row = Attachment.objects.create(
        practice=practice, title=canary(name), file=files.store("practices", checked).path,
        file_name=checked.name, media_type=checked.media_type, size=checked.size, sha256=checked.sha256,
        added_by=cast.alice, **changes,
    )  # fmt: skip
    return {"key": practice.key, "file": row.key}


def _groups_and_affiliates(cast: Cast) -> dict[str, UrlKwargs]:
    """A group that Alice leads and Carol is in, and affiliations in three states."""
    group = WorkingGroup.objects.create(
        name=canary("group"), purpose=canary("group"), organisation=cast.aurora
    )
    GroupMembership.objects.create(group=group, person=cast.alice, organisation=cast.aurora, leads=True)
    inside = GroupMembership.objects.create(group=group, person=cast.carol, organisation=cast.beacon)
    affiliations = _affiliations(cast)
    return {
        "group": key_kwargs(group),
        "group.member": {**key_kwargs(group), "membership": inside.key},
        **affiliations,
    }


def _affiliations(cast: Cast) -> dict[str, UrlKwargs]:
    """Petra's organisation is proposed by Aurora and confirmed for Beacon, which is Aurora's affiliate by its row."""
    petals = Organisation.objects.get(slug="petals")
    rows = {
        "affiliation": make_affiliation(cast.aurora, cast.beacon, cast.sven, **_reasons("affiliation")),
        "affiliation.proposed": make_affiliation(
            cast.aurora, petals, cast.sven, AffiliationState.PROPOSED, **_reasons("affiliation-proposed")
        ),
        "affiliation.confirmed": make_affiliation(
            cast.beacon, petals, cast.carol, AffiliationState.CONFIRMED, **_reasons("affiliation-confirmed")
        ),
    }
    return {name: key_kwargs(row) for name, row in rows.items()}


def _reasons(name: str) -> dict[str, str]:
    return {"purpose": canary(name)}
