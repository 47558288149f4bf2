"""A practice that named readers knew, and that was opened: a canary in every part, by whether it went along."""

from dataclasses import dataclass, replace
from typing import Any

from alliance.enums import Role
from portal.kernel import clock, files, journal
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.files import CheckedFile
from practices.enums import Label
from practices.models import (
    Adoption,
    AdoptionResult,
    AdoptionStep,
    Attachment,
    Author,
    Draft,
    ModelRun,
    Offer,
    Opening,
    Post,
    Practice,
    PracticeChange,
    Reaction,
    Relation,
    Request,
    Translation,
    Version,
)
from practices.services.openings import propose_opening, share_opening
from tests.factories.cast import EPOCH
from tests.factories.practices import call_as
from tests.factories.relations import ReaderRelations
from tests.practices.test_labels import RELATIONS, SHARED
from tests.support.canaries import canary
from tests.support.packs import classes_of, entry_of, make_run, make_test_set

STAYS, GOES = "stays", "goes"  # how canaries begin
EARLY = frozenset(
    who for who, mark in zip(RELATIONS, SHARED[Label.AMBER].replace(" ", ""), strict=True) if mark == "y"
)
# who reads it since it was opened, and did not before
NEW = (
    frozenset(
        who for who, mark in zip(RELATIONS, SHARED[Label.GREEN].replace(" ", ""), strict=True) if mark == "y"
    )
    - EARLY
)


def stays(name: str) -> str:
    return canary(f"{STAYS}-{name}")


def goes(name: str) -> str:
    return canary(f"{GOES}-{name}")


@dataclass(frozen=True)
class OpenedPractice:
    """The practice, and what of it stayed behind, by the name of its canary."""

    relations: ReaderRelations
    practice: Practice
    hub: Practice  # everybody's, which names it
    request: Request  # the community's, on which it was offered
    opening: Opening
    use: Adoption
    parts: dict[str, Any]

    @property
    def signatory(self) -> Actor:
        return signatory_of(self.relations)

    @property
    def manager(self) -> Actor:
        return manager_of(self.relations)


def signatory_of(relations: ReaderRelations) -> Actor:
    return replace(relations.actors["colleague"], roles=frozenset({Role.EDITOR, Role.SIGNATORY}))


def manager_of(relations: ReaderRelations) -> Actor:
    return replace(relations.actors["host"], roles=frozenset({Role.MANAGER}))


def make_named_practice(relations: ReaderRelations, **earlier_file: Any) -> OpenedPractice:
    """Under TLP:AMBER, in its third version, proposed for the community, and not opened yet.

    `earlier_file`: what is set of the file that only the first two versions list.
    """
    with acting_as(SYSTEM):
        practice = relations.practice(Label.AMBER)
        parts = _make_parts(relations, practice, earlier_file)
        hub = relations.practice(Label.GREEN)
        _add_version(relations, hub, 1, {"title": "The hub", "summary": "It."}, [], note="")
        parts["relation"] = Relation.objects.create(practice=hub, kind="derives", target=practice)
        request = _make_request(relations)
        parts["offer"] = Offer.objects.create(
            request=request, practice=practice, text="We have one.", **_who(relations, "staff")
        )
        practice.refresh_from_db()
    opening = call_as(signatory_of(relations), propose_opening, practice)
    return OpenedPractice(relations, practice, hub, request, opening, parts["use"], parts)


def make_opened_practice(relations: ReaderRelations) -> OpenedPractice:
    """The same, once the secretariat has opened it."""
    opened = make_named_practice(relations)
    call_as(opened.manager, share_opening, opened.opening)
    with acting_as(SYSTEM):
        opened.practice.refresh_from_db()
        for part in opened.parts.values():
            part.refresh_from_db()
    return opened


def _who(relations: ReaderRelations, name: str) -> dict[str, Any]:
    actor = relations.actors[name]
    return {"person_id": actor.person_id, "organisation_id": actor.tenant_id}


def _content(text: Any) -> dict[str, Any]:
    return {
        "title": text("title"), "summary": text("summary"), "kind": "technique", "stage": "proven",
        "harms": ["grooming"], "permitted_use": "adapt", "licence": text("licence"), "prompt": text("prompt"),
        "effects": [{"what": text("effect"), "unit": "%", "before": "4", "after": "1"}],
        **classes_of(text("class")),
    }  # fmt: skip


def _add_version(
    relations: ReaderRelations,
    practice: Practice,
    number: int,
    content: dict[str, Any],
    listed: list[Any],
    note: str | None = None,
) -> Version:
    author, text = relations.actors["author"], goes if number == 3 else stays
    return Version.objects.create(
        practice=practice, number=number, content=content, attachments=[entry_of(row) for row in listed],
        note=text(f"note-{number}") if note is None else note, sha256="0" * 64, written_by_id=author.person_id,
    )  # fmt: skip


def _file(practice: Practice, text: str, person_id: int) -> Attachment:
    checked = CheckedFile(f"{text}.csv", "text/csv", text.encode())
    return Attachment.objects.create(
        practice=practice, title=text, file=files.store("practices", checked).path, file_name=checked.name,
        media_type=checked.media_type, size=checked.size, sha256=checked.sha256, added_by_id=person_id,
        shared_at=clock.now(),
    )  # fmt: skip


def _make_parts(
    relations: ReaderRelations, practice: Practice, earlier_facts: dict[str, Any]
) -> dict[str, Any]:
    author, staff = relations.actors["author"], relations.actors["staff"]
    person = author.person_id
    now, before = _content(goes), _content(stays)
    Practice.objects.filter(pk=practice.pk).update(shared_at=clock.now(), state_reason=stays("state_reason"))
    Author.objects.create(practice=practice, **_who(relations, "author"))
    Draft.objects.create(practice=practice, content={**now, "summary": stays("draft")}, updated_by_id=person)
    earlier_file, file = _file(practice, stays("file"), person), _file(practice, goes("file"), person)
    Attachment.objects.filter(pk=earlier_file.pk).update(removed_at=clock.now(), **earlier_facts)
    earlier_file.refresh_from_db()
    test_set = make_test_set(practice, now, goes("row"), person)
    make_run(practice, test_set, stays("run"), person, author.tenant_id)
    first = _add_version(relations, practice, 1, before, [earlier_file])
    _add_version(relations, practice, 2, before, [earlier_file])
    _add_version(relations, practice, 3, now, [file, test_set])
    use = Adoption.objects.create(
        practice=practice, organisation_id=staff.tenant_id, label=Label.GREEN, since=EPOCH, state="in_use",
        author_people=[f"{staff.person_id}.{staff.tenant_id}"],
    )  # fmt: skip
    step = AdoptionStep.objects.create(
        adoption=use, state="in_use", on=EPOCH, note=stays("step"), recorded_by_id=staff.person_id
    )
    result = AdoptionResult.objects.create(
        adoption=use, note=stays("result"), added_by_id=staff.person_id, what=now["effects"][0]["what"],
        unit="%", before=4, after=2, service_kind="messenger",
    )  # fmt: skip
    question = Post.objects.create(practice=practice, text=stays("question"), **_who(relations, "staff"))
    answer = Post.objects.create(
        practice=practice, text=stays("answer"), parent=question, accepted_at=clock.now(),
        **_who(relations, "author"),
    )  # fmt: skip
    translation = Translation.objects.create(
        practice=practice, language="ru", version_number=3, state="shared", accepted_at=clock.now(),
        content={"title": stays("translated-title"), "summary": stays("translated-summary")},
        **_who(relations, "staff"),
    )  # fmt: skip
    journal.record(SYSTEM, "practice.update", practice)
    change = PracticeChange.objects.create(
        number=1, practice=practice, event_id=10**9, kind="practice.updated", mark="stay"
    )
    return {
        "version": first, "file": earlier_file, "use": use, "step": step, "result": result,
        "question": question, "answer": answer, "translation": translation, "change": change,
        "run": ModelRun.objects.get(practice=practice),
        "reaction": Reaction.objects.create(practice=practice, kind="works", **_who(relations, "staff")),
        "goes-file": file, "goes-test-set": test_set,
    }  # fmt: skip


def _make_request(relations: ReaderRelations) -> Request:
    author = relations.actors["partner"]
    return Request.objects.create(
        organisation_id=author.tenant_id, author_people=[f"{author.person_id}.{author.tenant_id}"],
        asked_by_id=author.person_id, label=Label.GREEN, title="Who has something?", harms=["grooming"],
    )  # fmt: skip


def sees(opened: OpenedPractice, who: str, part: Any) -> tuple[bool, bool]:
    """By the filter, and by row-level security."""
    actor = opened.relations.actors[who]
    with acting_as(SYSTEM):
        by_filter = type(part).objects.visible_to(actor).filter(pk=part.pk).exists()
    with acting_as(actor):
        return by_filter, type(part).objects.filter(pk=part.pk).exists()
