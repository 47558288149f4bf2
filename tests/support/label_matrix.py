"""The data of the matrices: one practice of each label with all that may belong to it, a canary in every text."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from django.urls import reverse

from portal.kernel import clock, files
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.files import CheckedFile
from practices.enums import Label, TranslationState
from practices.fields import FIELDS, FieldType
from practices.models import (
    AccessLog,
    Adoption,
    AdoptionResult,
    AdoptionStep,
    Attachment,
    Author,
    Draft,
    Post,
    Practice,
    Reaction,
    Relation,
    Request,
    Translation,
    Version,
)
from practices.services.publications import publish_version
from tests.factories.cast import EPOCH
from tests.factories.relations import ReaderRelations, make_relations
from tests.practices.test_labels import RELATIONS, SHARED
from tests.support.canaries import canary
from tests.support.packs import classes_of, entry_of, hash_of, make_run, make_signals, make_test_set
from tests.support.visitors import CapturedAnswer, SignedInClients

RELATIONS_WITH_SUPPORTER = (*RELATIONS, "supporter")  # who reads CLEAR alone, and has no area
HOSTS = ("host", "host_named")
SOURCE = ("author", "colleague")  # of the organisation that the practices come from
# ANYONE gets no workspace, but the public pages
SIGNED_IN_RELATIONS = tuple(
    relation for relation in RELATIONS_WITH_SUPPORTER if relation not in ("suspended", "public", "supporter")
)


def names_of_readers(label: str) -> set[str]:
    """By the table, who reads it."""
    return {
        relation
        for relation, mark in zip(RELATIONS, SHARED[label].replace(" ", ""), strict=True)
        if mark == "y"
    }


def labels_readable_by(who: str) -> list[str]:
    """By the table, the labels that this person reads."""
    return [label for label in Label.values if who in names_of_readers(label)]


def labels_hidden_from(who: str) -> list[str]:
    return [label for label in Label.values if who not in names_of_readers(label)]


# --- Who asks --------------------------------------------------------------------------------


def relations_to_ask(label: str, page: str, *, full: bool) -> list[str]:
    """Of those with a workspace one of each kind of answer: the source's own, other readers, others.

    Which person asks follows from label and page, so over all pages everybody does; when `full`, all of them.
    """
    if full:
        return list(SIGNED_IN_RELATIONS)
    own, others = (
        names_of_readers(label) & set(SOURCE),
        names_of_readers(label) & set(SIGNED_IN_RELATIONS) - set(SOURCE),
    )
    kinds = (own, others, set(SIGNED_IN_RELATIONS) - names_of_readers(label))
    return [pick_one(kind, f"{label} {page}") for kind in kinds if kind]


def relations_to_ask_for_lists(page: str, *, full: bool) -> list[str]:
    """One of those who read the same labels, for each of the four sets of labels; when `full`, everybody."""
    if full:
        return list(SIGNED_IN_RELATIONS)
    kinds: dict[tuple[str, ...], list[str]] = {}
    for who in SIGNED_IN_RELATIONS:
        kinds.setdefault(tuple(labels_readable_by(who)), []).append(who)
    return [pick_one(kind, page) for kind in kinds.values()]


def pick_one(group: Collection[str], turn: str) -> str:
    """One of them, who depends on `turn` alone."""
    return sorted(group)[crc32(turn.encode()) % len(group)]


# --- The practices ---------------------------------------------------------------------------


@dataclass(frozen=True)
class LabelMatrix:
    """One practice of each label with all that may belong to it, and everybody signed in."""

    relations: ReaderRelations
    practices: Mapping[str, Practice]
    files: Mapping[str, Attachment]
    uses: Mapping[str, Adoption]
    requests: Mapping[str, Request]
    hub: Practice
    visitors: SignedInClients
    identifiers: Mapping[str, list[str]]

    def ask(self, who: str, url: str, method: str = "GET", **data: Any) -> CapturedAnswer:
        return self.visitors.ask(who, method, url, data)

    def url(self, who: str, route: str, *args: object) -> str:
        """The URL in this person's area; in the workspace for those who have none."""
        return reverse(f"{'secretariat' if who in HOSTS else 'workspace'}:{route}", args=args)


def make_label_matrix() -> LabelMatrix:
    relations = make_relations()
    with acting_as(SYSTEM):
        practices = {label: _practice(relations, label) for label in Label.values}
        files = {label: _add_related(relations, practice) for label, practice in practices.items()}
        requests = {label: _request(relations, label) for label in Label.values if label != Label.CLEAR}
        hub = _practice(relations, Label.CLEAR, title="The hub", harm="hub")
        for practice in practices.values():
            Relation.objects.create(practice=hub, kind="derives", target=practice)
        for practice in (practices[Label.CLEAR], hub):
            publish_version(SYSTEM, practice.versions.get())
        uses = {label: Adoption.objects.get(practice=practice) for label, practice in practices.items()}
        marks = {label: _identifiers(practice) for label, practice in practices.items()}
    visitors = SignedInClients({**relations.people, "public": None})
    return LabelMatrix(relations, practices, files, uses, requests, hub, visitors, marks)


def _identifiers(practice: Practice) -> list[str]:
    """What nobody can know who may not read it, besides its texts: its harm, keys, and digests of files."""
    files = Attachment.objects.filter(practice=practice)
    hanging = (files, Adoption.objects.filter(practice=practice), Post.objects.filter(practice=practice))
    keys = [str(key) for rows in hanging for key in rows.values_list("key", flat=True)]
    digests = files.values_list("sha256", flat=True)
    translations = Translation.objects.filter(practice=practice).values_list("key", flat=True)
    hashes = [hash_of(practice.label, number) for number in (1, 2)]
    return [harm_of(practice.label), str(practice.key), *keys, *digests, *map(str, translations), *hashes]


def canary_text(label: str, field: str) -> str:
    return canary(f"{label}-{field}")


def harm_of(label: str) -> str:
    """The harm of each practice is its own."""
    return f"{label}-harm".replace("_", "-")


def relation_of(matrix: LabelMatrix, address: str) -> str:
    return next(name for name, person in matrix.relations.people.items() if person.email == address)


def _texts(label: str) -> dict[str, Any]:
    """A canary in every field that holds a text."""
    content: dict[str, Any] = {
        field.key: canary_text(label, field.key)
        for field in FIELDS
        if field.field_type in (FieldType.LINE, FieldType.TEXT)
    }
    content |= classes_of(canary_text(label, "class"))
    content["scores"] = [{"name": canary_text(label, "score"), "precision": "0.5"}]
    content["steps"] = [{"text": canary_text(label, "step"), "by": "starts"}]
    content["effects"] = [
        {
            "what": canary_text(label, "effect"),
            "unit": canary_text(label, "unit"),
            "before": "4",
            "after": "1",
        }
    ]
    return content


def _practice(relations: ReaderRelations, label: str, *, title: str = "", harm: str = "") -> Practice:
    author = relations.actors["author"]
    practice = relations.practice(label)
    practice.shared_at = clock.now()
    practice.save(update_fields=["shared_at"])
    content = {
        **({"title": title, "summary": title} if title else _texts(label)),
        "kind": "technique",
        "stage": "proven",
        "harms": [harm or harm_of(label)],
        "measures": ["search"],
        "permitted_use": "adapt",
    }
    Author.objects.create(practice=practice, person_id=author.person_id, organisation_id=author.tenant_id)
    draft = {**content, "summary": "canary-never-7f3a" if title else canary_text(label, "draft")}
    Draft.objects.create(practice=practice, content=draft, updated_by_id=author.person_id)
    test_sets = (
        [] if title else [make_test_set(practice, content, canary_text(label, "row"), author.person_id)]
    )
    for test_set in test_sets:
        make_run(practice, test_set, canary_text(label, "run"), author.person_id, author.tenant_id)
    numbers = (1, 2) if not title and label != Label.CLEAR else (1,)
    # the last version has another hash list than the first one, whose hashes its exports revoke
    signals = (
        {}
        if title
        else {
            n: make_signals(practice, canary_text(label, "signal"), author.person_id, number=n)
            for n in numbers
        }
    )
    for number in numbers:
        hash_lists = signals[number][:1] if signals else []
        Version.objects.create(
            practice=practice,
            number=number,
            content=content,
            attachments=[
                entry_of(row) for row in (*test_sets, *hash_lists, *(signals[1][1:] if signals else ()))
            ],
            note=canary_text(label, "note") if not title else "",
            sha256="0" * 64,
            written_by_id=author.person_id,
        )
    if len(numbers) > 1:
        Attachment.objects.filter(pk=signals[1][0].pk).update(removed_at=clock.now())
    return practice


def _add_related(relations: ReaderRelations, practice: Practice) -> Attachment:
    """A file, a use, a question, a reaction, a translation: each with the readers of the practice."""
    author, label = relations.actors["author"], practice.label
    person = {"person_id": author.person_id, "organisation_id": author.tenant_id}
    checked = CheckedFile(
        f"{canary_text(label, 'file')}.csv", "text/csv", canary_text(label, "file").encode()
    )
    file = Attachment.objects.create(
        practice=practice, title=canary_text(label, "file"), file=files.store("practices", checked).path,
        file_name=checked.name, media_type=checked.media_type, size=checked.size, sha256=checked.sha256,
        added_by_id=author.person_id, shared_at=clock.now(),
    )  # fmt: skip
    use = Adoption.objects.create(
        practice=practice, organisation_id=author.tenant_id, author_people=practice.author_people, label=label,
        since=EPOCH, state="in_use", **relations.readers,
    )  # fmt: skip
    AdoptionStep.objects.create(
        adoption=use,
        state="in_use",
        on=EPOCH,
        note=canary_text(label, "use_note"),
        recorded_by_id=author.person_id,
    )
    AdoptionResult.objects.create(
        adoption=use, note=canary_text(label, "adoption"), added_by_id=author.person_id
    )
    Post.objects.create(practice=practice, text=canary_text(label, "post"), **person)
    Reaction.objects.create(practice=practice, kind="works", **person)
    Translation.objects.create(
        practice=practice, language="ru", version_number=max(practice.versions.values_list("number", flat=True)),
        content={key: canary_text(label, f"ru_{key}") for key in ("title", "summary")},
        state=TranslationState.SHARED, accepted_at=clock.now(), decided_at=clock.now(), **person,
    )  # fmt: skip
    return file


def _request(relations: ReaderRelations, label: str) -> Request:
    author = relations.actors["author"]
    return Request.objects.create(
        organisation_id=author.tenant_id,
        author_people=[f"{author.person_id}.{author.tenant_id}"],
        asked_by_id=author.person_id,
        label=label,
        title=canary_text(label, "request"),
        harms=["grooming"],
        **relations.readers,
    )


# --- What is logged ---


def logged_accesses(matrix: LabelMatrix) -> set[tuple[str, str, str]]:
    """Who, by which channel, under which label."""
    relation = {(actor.person_id, actor.tenant_id): who for who, actor in matrix.relations.actors.items()}
    with acting_as(SYSTEM):
        rows = list(AccessLog.objects.values_list("person_id", "organisation_id", "channel", "label"))
    assert len(rows) == len(set(rows))
    return {(relation[person, place], channel, label) for person, place, channel, label in rows}
