"""The questions of the label matrix, asked of a practice that was opened: a canary in every part that stayed behind.

Who reads it since it was opened finds nothing of these, whatever they ask; who could read it before finds all of them.
"""

import re
import zipfile
from collections.abc import Iterable
from io import BytesIO
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse

from alliance.models import Membership, Organisation
from portal.kernel import journal
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.documents import Document
from practices.enums import AttachmentKind, Label
from practices.models import AccessLog, Adoption, Follow, Practice, SavedSearch, Translation, Version
from practices.notify.webhook_kinds import KINDS
from practices.queries.exports import export_of
from practices.queries.translations import texts_for
from practices.services.discussion import write_post
from practices.services.documents import request_brief
from practices.services.openings import share_opening
from practices.services.publications import publish_version
from tests.factories.practices import call_as
from tests.factories.relations import ReaderRelations
from tests.support.bearers import Bearers
from tests.support.canaries import leaks
from tests.support.jobs import run_all_jobs
from tests.support.label_matrix import HOSTS
from tests.support.opened_practice import (
    EARLY,
    GOES,
    NEW,
    STAYS,
    OpenedPractice,
    make_named_practice,
    make_opened_practice,
    stays,
)
from tests.support.visitors import CapturedAnswer, SignedInClients

pytestmark = pytest.mark.django_db

NEWCOMERS = sorted(NEW)
# by route, what fills the rest of its address; of each number and file those that stayed behind are asked for, too
PAGES = (
    "practice", "practice-uses", "practice-results-table", "practice-discussion", "practice-versions",
    "practice-markdown", "practice-json", "practice-prompt", "practice-pack", "practice-test-set",
    "practice-test-set-jsonl", "practice-test-set-csv", "practice-stix", "practice-misp",
)  # fmt: skip
LISTS = (
    "practice-list", "practice-titles", "practice-people", "request-list", "inbox", "practice-following",
    "practice-recalled", "group-list",
)  # fmt: skip
BEHIND = {"file", "question", "answer", "result", "run", "note-1", "note-2", "title"}


def visitors(relations: ReaderRelations) -> SignedInClients:
    return SignedInClients({**relations.people, "public": None})


def at(who: str, route: str, *args: object) -> str:
    return reverse(f"{'secretariat' if who in HOSTS else 'workspace'}:{route}", args=args)


def text_of(answer: CapturedAnswer) -> str:
    if not answer.body.startswith(b"PK"):
        return re.sub("</?mark>", "", answer.text)
    with zipfile.ZipFile(BytesIO(answer.body)) as archive:
        return "\n".join(archive.read(name).decode() for name in archive.namelist())


def names(texts: Iterable[str], kind: str) -> set[str]:
    """The canaries of this kind, without how they begin."""
    return {name.partition("-")[2] for text in texts for name in leaks(text) if name.startswith(kind)}


def addresses(opened: OpenedPractice, who: str) -> list[str]:
    """Every page about the practice, and every list and page that might name something of it."""
    key = opened.practice.key
    return [
        *(at(who, route, key) for route in PAGES),
        *(at(who, "practice-version", key, number) for number in (1, 2, 3)),
        *(at(who, "practice-compare", key, old, new) for old, new in ((1, 3), (2, 3))),
        *(at(who, "practice-file", key, opened.parts[name].key) for name in ("file", "goes-file")),
        *(at(who, route) for route in LISTS),
        at(who, "practice-list") + "?text=stays",
        at(who, "practice-list") + "?text=translated",
        at(who, "practice-list") + "?sort=adoptions",
        at(who, "practice-titles") + "?text=canary",
        at(who, "translation", opened.parts["translation"].key),
        at(who, "practice", opened.hub.key),
        at(who, "request", opened.request.key),
        *(at(who, "practice-discussion", key) + f"?post={opened.parts[name].key}" for name in ("question",)),
    ]


def test_new_readers_see_no_earlier_parts(relations: ReaderRelations, full: bool) -> None:
    opened = make_opened_practice(relations)
    clients = visitors(relations)
    keys = [
        str(part.key) for name, part in opened.parts.items() if hasattr(part, "key") and "goes" not in name
    ]
    keys = [key for key in keys if key != str(opened.parts["offer"].key)]
    for who in NEWCOMERS if full else ("host", "other"):
        answers = {url: clients.ask(who, "GET", url) for url in addresses(opened, who)}
        texts = {url: text_of(answer) for url, answer in answers.items()}

        assert names(texts.values(), STAYS) == set(), [
            (url, names([text], STAYS)) for url, text in texts.items() if names([text], STAYS)
        ]
        assert {"title", "summary", "prompt", "class", "row", "file", "note-3"} <= names(texts.values(), GOES)
        asked = " ".join(texts[url].replace(url, "") for url in texts if "?post=" not in url)
        assert [key for key in keys if key in asked] == [], who
        hidden = {
            url for url in texts
            if f"/versions/{1}/" in url or f"/versions/{2}/" in url or ".." in url or "/translations/" in url
        } | {at(who, "practice-file", opened.practice.key, opened.parts["file"].key)}  # fmt: skip
        assert {answers[url].status for url in hidden} == {404}, who
        hub = texts[at(who, "practice", opened.hub.key)]
        assert str(opened.practice.key) not in hub, who
        assert str(opened.practice.key) not in texts[at(who, "request", opened.request.key)], who
        assert "In use: 1" not in texts[at(who, "practice-list")], who


def test_earlier_readers_still_see_every_part(relations: ReaderRelations, full: bool) -> None:
    opened = make_opened_practice(relations)
    clients = visitors(relations)
    for who in sorted(EARLY) if full else ("author", "named", "affiliate"):
        texts = [text_of(clients.ask(who, "GET", url)) for url in addresses(opened, who)]

        assert names(texts, STAYS) >= BEHIND, who
        assert str(opened.practice.key) in clients.ask(who, "GET", at(who, "practice", opened.hub.key)).text
        assert "Visible only to earlier readers" in " ".join(texts), who


def test_a_translation_of_a_version_that_its_reader_does_not_see_is_not_read(
    relations: ReaderRelations,
) -> None:
    """As there may be one once a practice was opened twice: the page is in the language of the practice."""
    opened = make_opened_practice(relations)
    with acting_as(SYSTEM):
        row = Translation.objects.get(pk=opened.parts["translation"].pk)
        row.earlier_readers, row.version_number = None, 1
        row.save()
        relations.people["other"].language = "ru"
        relations.people["other"].save()
    answer = visitors(relations).ask("other", "GET", at("other", "practice", opened.practice.key))
    with acting_as(relations.actors["other"]) as actor:
        latest = Version.objects.get(practice=opened.practice)
        carried = texts_for(actor, row, latest)

    assert (answer.status, names([answer.text], STAYS)) == (200, set())
    assert carried.texts == {}


# --- While it waits --------------------------------------------------------------------------


def test_the_moderator_reads_the_proposed_version_alone(relations: ReaderRelations) -> None:
    named = make_named_practice(relations)
    clients = visitors(relations)
    with acting_as(SYSTEM):
        Membership.objects.filter(person=relations.people["host"]).update(roles=["manager"])
    row = named.opening
    file, earlier = named.parts["goes-file"], named.parts["file"]
    own = [reverse("secretariat:opening", args=[row.key]), reverse("secretariat:moderation-list"),
           reverse("secretariat:home"), reverse("secretariat:opening-share", args=[row.key]),
           reverse("secretariat:opening-return", args=[row.key])]  # fmt: skip
    texts = [text_of(clients.ask("host", "GET", url)) for url in own]

    assert names(texts, STAYS) == set()
    assert {"title", "summary", "prompt", "class", "note-3", "file", "licence"} <= names(texts[:1], GOES)
    assert texts[0].count(reverse("secretariat:opening-file", args=[row.key, file.key])) == 1
    assert "Alice" in texts[0]
    assert [name for name in ("Beacon", "Carol", "Cedar", str(named.practice.key)) if name in texts[0]] == []
    assert [names([text], GOES) for text in texts[1:3]] == [{"title"}] * 2
    answers = [clients.ask("host", "GET", reverse("secretariat:opening-file", args=[row.key, each.key]))
               for each in (file, earlier)]  # fmt: skip
    assert [answer.status for answer in answers] == [200, 404]
    others = addresses(named, "host")
    assert names((text_of(clients.ask("host", "GET", url)) for url in others), GOES) == set()
    with acting_as(SYSTEM):
        log = AccessLog.objects.filter(practice=named.practice, person=relations.people["host"])
        assert set(log.values_list("channel", "label")) == {("page", "amber"), ("attachment", "amber")}
    for who in ("other", "named", "author", "public"):
        for url in own[:1] + own[3:]:
            assert clients.ask(who, "GET", url).status in (302, 404), who


def test_a_practice_that_waits_is_as_hidden_as_before(relations: ReaderRelations, full: bool) -> None:
    named = make_named_practice(relations)
    clients = visitors(relations)
    for who in NEWCOMERS if full else ("other",):
        texts = [text_of(clients.ask(who, "GET", url)) for url in addresses(named, who)]
        assert names(texts, GOES) | names(texts, STAYS) == set(), who


# --- Programs, letters, journal, documents, the public -----------------------------------------


def test_programs_read_what_their_owners_read(
    relations: ReaderRelations, full: bool, unlimited: None
) -> None:
    opened = make_opened_practice(relations)
    key = opened.practice.key
    bearers = Bearers({who: relations.people[who] for who in ("host", "other", "named")})
    urls = [
        *(reverse(f"api:{name}", kwargs={"key": key})
          for name in ("practice", "practice-markdown", "practice-version-list", "practice-use-list",
                       "practice-post-list")),
        *(reverse("api:practice-version", kwargs={"key": key, "number": number}) for number in (1, 2, 3)),
        *(reverse("api:practice-file", kwargs={"key": key, "file": opened.parts[name].key})
          for name in ("file", "goes-file")),
        reverse("api:practice-list"), reverse("api:practice-list") + "?text=stays",
        reverse("api:practice-change-feed"),
    ]  # fmt: skip
    texts = {who: [bearers.ask(who, "GET", url).text for url in urls] for who in ("host", "other", "named")}

    for who in ("host", "other"):
        assert names(texts[who], STAYS) == set(), who
        assert {"title", "file", "note-3"} <= names(texts[who], GOES), who
        assert "practice.updated" not in texts[who][-1], who
    assert names(texts["named"], STAYS) >= BEHIND - {"run"}
    assert "practice.updated" in texts["named"][-1]


def test_letters_and_inboxes_say_what_their_reader_may_read(relations: ReaderRelations) -> None:
    """Everybody follows it and searches for it; it is opened, and then somebody answers an earlier question."""
    named = make_named_practice(relations, kind=AttachmentKind.HASH_LIST)
    signed_in = sorted((EARLY | NEW) - {"public"})
    with acting_as(SYSTEM):
        for who in signed_in:
            actor = relations.actors[who]
            place = {"person_id": actor.person_id, "organisation_id": actor.tenant_id}
            Follow.objects.create(practice=named.practice, **place)
            SavedSearch.objects.create(name="Mine", query={"harms": ["grooming"]}, **place)
    run_all_jobs()
    mail.outbox = []
    call_as(named.manager, share_opening, named.opening)
    with acting_as(SYSTEM):
        practice = Practice.objects.get(pk=named.practice.pk)
        named.parts["question"].refresh_from_db()
    call_as(relations.actors["author"], write_post, practice, stays("later"), parent=named.parts["question"])
    run_all_jobs()
    letters = [
        (letter.to[0], f"{letter.subject} {letter.body} {letter.alternatives}") for letter in mail.outbox
    ]
    about_answers = {to for to, text in letters if "answer" in text.lower() and "AMBER" in text}
    emails = {who: relations.people[who].email for who in signed_in}

    assert names((text for _to, text in letters), STAYS) == set()
    assert {to for to, _text in letters} >= {emails[who] for who in NEW - {"host"}}  # who has opened it
    assert about_answers, [text.split("\n")[0][:90] for _to, text in letters]
    assert about_answers <= {emails[who] for who in EARLY}
    assert any("choose who may see your use" in text for to, text in letters if to == emails["staff"])
    asked = {to for to, text in letters if "delete hashes that you imported" in text}
    assert {emails["named"], emails["staff"]} <= asked <= {emails[who] for who in EARLY}
    clients = visitors(relations)
    for who in ("other", "partner"):
        inbox = clients.ask(who, "GET", at(who, "inbox")).text
        assert names([inbox], STAYS) == set()
        assert names([inbox], GOES) == {"title"}
        assert "A new answer about a practice" not in inbox


def test_the_journal_page_shows_nothing_of_before(relations: ReaderRelations) -> None:
    opened = make_opened_practice(relations)
    with acting_as(SYSTEM):
        journal.record(SYSTEM, "post.write", opened.parts["question"], practice=opened.practice.pk)
        Membership.objects.filter(person__in=[relations.people[who] for who in HOSTS]).update(
            roles=["auditor"]
        )
    clients = visitors(relations)
    pages = {who: clients.ask(who, "GET", reverse("secretariat:journal")).text for who in HOSTS}

    assert ["practice.update" in pages["host"], "post.write" in pages["host"]] == [False, False]
    assert "practice.open" in pages["host"]
    assert ["practice.update" in pages["host_named"], "post.write" in pages["host_named"]] == [True, True]


def test_a_brief_of_a_new_reader_says_nothing_of_before(relations: ReaderRelations) -> None:
    opened = make_opened_practice(relations)
    actor = relations.actors["other"]
    with acting_as(actor):
        practice = Practice.objects.select_related("organisation").get(pk=opened.practice.pk)
        document = request_brief(actor, export_of(actor, practice), "en")
    run_all_jobs()
    built = Document.objects.get(pk=document.pk)
    answer = visitors(relations).ask("other", "GET", reverse("document-file", args=[built.key]))

    assert answer.status == 200
    assert names([answer.text], STAYS) == set()


def test_the_public_sees_no_earlier_parts(relations: ReaderRelations) -> None:
    """A practice that was opened, and later published, with its relation, its use and a report that cites it."""
    opened = make_opened_practice(relations)
    clients = visitors(relations)
    with acting_as(SYSTEM):
        Practice.objects.filter(pk__in=[opened.practice.pk, opened.hub.pk]).update(label=Label.CLEAR)
        Adoption.objects.filter(pk=opened.use.pk).update(label=Label.CLEAR)
        for practice in (opened.practice, opened.hub):
            publish_version(SYSTEM, Version.objects.filter(practice=practice).first())  # type: ignore[arg-type]  # it has one
    key, hub = opened.practice.key, opened.hub.key
    slug = Organisation.objects.get(pk=opened.use.organisation_id).slug
    urls = [
        *(reverse(f"public:{name}", args=[each]) for each in (key, hub)
          for name in ("practice", "practice-data", "practice-history-feed")),
        "/en/practices/", "/en/practices/?q=stays", "/en/practices/practices.json", "/en/practices/feed.atom",
        f"/en/members/{slug}/",
    ]  # fmt: skip
    texts = {url: text_of(clients.ask("public", "GET", url)) for url in urls}

    assert names(texts.values(), STAYS) == set()
    assert {"title", "summary"} <= names(texts.values(), GOES)
    assert str(key) not in texts[reverse("public:practice", args=[hub])]
    assert str(hub) not in texts[reverse("public:practice", args=[key])]


def test_webhooks_say_what_happened_since(relations: ReaderRelations) -> None:
    opened = make_opened_practice(relations)
    describe: dict[str, Any] = {kind: each.data for each in KINDS for kind in each.entries}
    with acting_as(SYSTEM):
        events = journal.Event.objects.filter(target_type="practices.practice", target_id=opened.practice.pk)
        before, opening = events.get(kind="practice.update"), events.get(kind="practice.open")
    messages = {}
    for who in ("named", "other"):
        with acting_as(relations.actors[who]) as actor:
            messages[who] = [describe[event.kind](actor, event) is not None for event in (before, opening)]

    assert messages == {"named": [True, True], "other": [False, True]}
