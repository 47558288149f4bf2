"""The matrix of labels, asked of what goes out: documents, letters, the inbox, the journal, the public pages.

A canary stands in every text, as in tests/practices/test_label_matrix.py, which asks the pages of members.
"""

from io import BytesIO

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from alliance.models import Membership
from portal.kernel import journal
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.documents import Document
from portal.kernel.publishing import Publication
from practices.enums import NAMED_LABELS, Label
from practices.models import Follow, Post, Practice, SavedSearch
from practices.queries.exports import export_of
from practices.services.documents import request_brief
from practices.services.searches import notify_saved_searches
from tests.support.canaries import leaks
from tests.support.jobs import run_all_jobs
from tests.support.label_matrix import (
    HOSTS,
    RELATIONS_WITH_SUPPORTER,
    SIGNED_IN_RELATIONS,
    SOURCE,
    LabelMatrix,
    canary_text,
    names_of_readers,
    pick_one,
    relation_of,
    relations_to_ask,
)

pytestmark = [pytest.mark.usefixtures("matrix_rollback"), pytest.mark.xdist_group("matrix")]

# --- Documents -------------------------------------------------------------------------------


@pytest.mark.parametrize("label", Label.values)
def test_a_brief_bears_its_label_on_every_page_and_is_its_askers_alone(
    matrix: LabelMatrix, full: bool, label: str
) -> None:
    with translation.override("en"):
        document = _brief(matrix, label)
    url = reverse("document-file", args=[document.key])
    pages = [page.extract_text() for page in PdfReader(BytesIO(matrix.ask("author", url).body)).pages]
    others = set(RELATIONS_WITH_SUPPORTER) - {"author"}

    assert [page.count(Label(label).label) >= 2 for page in pages] == [True] * len(pages)
    assert canary_text(label, "title") in " ".join(pages).replace("\n", "")
    for who in others if full or label == Label.GREEN else ["colleague", pick_one(others, label)]:
        assert matrix.ask(who, url).status != 200, who


def test_a_brief_is_gone_with_access_to_its_practice(matrix: LabelMatrix) -> None:
    label = Label.AMBER_STRICT
    document = _brief(matrix, label, who="staff")
    url = reverse("document-file", args=[document.key])
    assert matrix.ask("staff", url).status == 200

    with acting_as(SYSTEM):
        Practice.objects.filter(pk=matrix.practices[label].pk).update(reader_organisations=[])

    assert matrix.ask("staff", url).status == 404
    assert not leaks(matrix.ask("staff", reverse("workspace:document-list")).text)


def _brief(matrix: LabelMatrix, label: str, who: str = "author") -> Document:
    """Requested by a form that is really saved, and built."""
    actor = matrix.relations.actors[who]
    with acting_as(actor):
        export = export_of(actor, Practice.objects.select_related("organisation").get(
            pk=matrix.practices[label].pk))  # fmt: skip
        document = request_brief(actor, export, "en")
    run_all_jobs()
    document.refresh_from_db()
    return document


# --- Letters, inbox, journal -----------------------------------------------------------------


@pytest.mark.parametrize("label", Label.values)
def test_letters_and_inboxes_reach_readers_alone_and_say_what_the_label_lets_them(
    matrix: LabelMatrix, full: bool, label: str
) -> None:
    """Everybody follows it, and has a saved search that it answers; then there is a new version, and a question."""
    practice, recipients = matrix.practices[label], names_of_readers(label) & set(SIGNED_IN_RELATIONS)
    with acting_as(SYSTEM):
        _follow_and_search(matrix, practice)
        _update_and_question(matrix, practice)
    mail.outbox = []
    run_all_jobs()
    askers_of_inbox = relations_to_ask(label, "inbox", full=full)
    inboxes = {who: leaks(matrix.ask(who, matrix.url(who, "inbox")).text) for who in askers_of_inbox}
    with acting_as(SYSTEM):
        Practice.objects.filter(pk=practice.pk).update(state="recalled")
    later = {who: leaks(matrix.ask(who, matrix.url(who, "inbox")).text) for who in askers_of_inbox}

    assert {relation_of(matrix, letter.to[0]) for letter in mail.outbox} == recipients
    assert {Label(label).label in letter.subject for letter in mail.outbox} == {True}
    if label in NAMED_LABELS:
        letters = [f"{letter.subject} {letter.body} {letter.alternatives}" for letter in mail.outbox]
        assert [name for text in letters for name in leaks(text)] == []
        assert [text for text in letters if "Aurora" in text] == []
    # the inbox is read behind the sign-in: it names what its reader may see, whatever the label
    assert {who for who, names in inboxes.items() if names} == recipients & inboxes.keys()
    assert {who for who, names in later.items() if names} <= set(SOURCE)


def _follow_and_search(matrix: LabelMatrix, practice: Practice) -> None:
    for who in SIGNED_IN_RELATIONS:
        actor = matrix.relations.actors[who]
        membership = {"person_id": actor.person_id, "organisation_id": actor.tenant_id}
        Follow.objects.create(practice=practice, **membership)
        SavedSearch.objects.create(
            name="Mine", query={"harms": practice.versions.first().content["harms"]}, **membership
        )


def _update_and_question(matrix: LabelMatrix, practice: Practice) -> None:
    author = matrix.relations.actors["author"]
    journal.record(SYSTEM, "practice.update", practice, number=2)
    question = Post.objects.create(
        practice=practice,
        text=canary_text(practice.label, "post"),
        person_id=author.person_id,
        organisation_id=author.tenant_id,
    )
    journal.record(SYSTEM, "post.write", question)
    notify_saved_searches(SYSTEM, practice)


@pytest.mark.parametrize("label", Label.values)
def test_the_journal_shows_the_secretariat_what_it_may_read(matrix: LabelMatrix, label: str) -> None:
    with acting_as(SYSTEM):
        journal.record(SYSTEM, "practice.update", matrix.practices[label])
        Membership.objects.filter(person__in=[matrix.relations.people[who] for who in HOSTS]).update(
            roles=["auditor"]
        )
    names = {
        who for who in HOSTS if "practice.update" in matrix.ask(who, reverse("secretariat:journal")).text
    }

    assert names == names_of_readers(label) & set(HOSTS)


# --- The public ------------------------------------------------------------------------------

PUBLIC = (
    "/en/practices/", "/ru/practices/", "/en/practices/?q=canary", "/en/practices/practices.json",
    "/en/practices/feed.atom", "/en/", "/en/publications/", "/en/members/aurora/",
)  # fmt: skip


@pytest.mark.parametrize("url", PUBLIC)
def test_the_world_reads_what_is_clear(matrix: LabelMatrix, url: str) -> None:
    assert {name.rpartition("-")[0] for name in leaks(matrix.ask("public", url).text)} <= {Label.CLEAR}


@pytest.mark.parametrize("label", Label.values)
def test_a_public_page_is_there_for_what_is_clear(matrix: LabelMatrix, label: str) -> None:
    key = matrix.practices[label].key
    for name in ("practice", "practice-data", "practice-history-feed"):
        seen = matrix.ask("public", reverse(f"public:{name}", args=[key]))
        assert seen.status == (200 if label == Label.CLEAR else 404), name


def test_the_hub_names_to_the_world_what_the_world_may_read(matrix: LabelMatrix) -> None:
    page = matrix.ask("public", reverse("public:practice", args=[matrix.hub.key])).text

    assert {name.rpartition("-")[0] for name in leaks(page)} <= {Label.CLEAR}


def test_the_record_holds_what_is_clear_and_no_more(matrix: LabelMatrix) -> None:
    bodies = " ".join(bytes(row.body).decode() for row in Publication.objects.all())

    assert {name.rpartition("-")[0] for name in leaks(bodies)} == {Label.CLEAR}
