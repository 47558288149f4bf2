"""What of an opened practice leaves the portal: what only earlier readers see leaves it under a label of its own."""

import json
import re
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from alliance.queries.local_dates import today
from portal.kernel.access import SYSTEM, acting_as
from practices.enums import AttachmentKind, Label
from practices.models import AdoptionStep, Attachment, Post
from practices.notify.weekly import week_sections
from practices.queries.weekly import week_before
from practices.services.feed_addresses import create_feed_address
from practices.services.openings import share_opening
from practices.services.translations import decline_translation
from tests.factories.practices import call_as
from tests.factories.relations import ReaderRelations
from tests.support.bearers import Bearers
from tests.support.jobs import run_all_jobs
from tests.support.opened_practice import (
    OpenedPractice,
    goes,
    make_named_practice,
    make_opened_practice,
    stays,
)
from tests.support.visitors import SignedInClients

pytestmark = pytest.mark.django_db

STRICT, OPEN = "TLP:AMBER+STRICT", "TLP:GREEN"


def api_url(opened: OpenedPractice, name: str, **more: object) -> str:
    return reverse(f"api:{name}", kwargs={"key": opened.practice.key, **more})


def test_programs_are_given_the_label_of_each_part(relations: ReaderRelations, unlimited: None) -> None:
    opened = make_opened_practice(relations)
    with acting_as(SYSTEM):
        Attachment.objects.filter(pk=opened.parts["file"].pk).update(kind=AttachmentKind.RULES)
        Post.objects.create(
            practice=opened.practice, text="Since then.", person=relations.people["other"],
            organisation_id=relations.actors["other"].tenant_id,
        )  # fmt: skip
    bearers = Bearers({who: relations.people[who] for who in ("named", "other")})

    def rows(who: str, name: str) -> list[str]:
        answer = json.loads(bearers.ask(who, "GET", api_url(opened, name)).text)
        return [row["tlp"] for row in answer["results"]]

    assert rows("named", "practice-version-list") == [OPEN, STRICT, STRICT]
    assert rows("named", "practice-post-list") == [STRICT, STRICT, OPEN]
    assert rows("named", "practice-use-list") == rows("named", "practice-run-list") == [STRICT]
    assert rows("other", "practice-post-list") == [OPEN]
    labels = {
        url: bearers.ask("named", "GET", url).headers["TLP"]
        for url in (
            *(api_url(opened, "practice-version", number=number) for number in (1, 3)),
            *(
                api_url(opened, "practice-file", file=opened.parts[name].key)
                for name in ("file", "goes-file")
            ),
        )
    }
    assert list(labels.values()) == [STRICT, OPEN, STRICT, OPEN]
    file = bearers.ask("named", "GET", api_url(opened, "practice-file", file=opened.parts["file"].key)).text
    assert file.splitlines()[0] == f"# {STRICT}"


def test_files_under_the_label_of_the_practice_hold_nothing_of_before(relations: ReaderRelations) -> None:
    opened = make_opened_practice(relations)
    clients = SignedInClients({**relations.people})
    address = {
        name: reverse(f"workspace:practice-{name}", args=[row.key])
        for name, row in (
            ("pack", opened.practice),
            ("markdown", opened.hub),
            ("results-table", opened.practice),
        )
    }
    with zipfile.ZipFile(BytesIO(clients.ask("author", "GET", address["pack"]).body)) as archive:
        pack = "\n".join(archive.read(name).decode() for name in archive.namelist())
    markdown = clients.ask("author", "GET", address["markdown"]).text
    results = clients.ask("author", "GET", address["results-table"])
    table, name = results.text, results.headers["Content-Disposition"]
    name_for_others = clients.ask("other", "GET", address["results-table"]).headers["Content-Disposition"]

    assert (goes("row") in pack, stays("run") in pack) == (True, False)
    assert str(opened.practice.key) not in markdown
    (line,) = [line for line in table.splitlines() if stays("result") in line]
    assert line.startswith(STRICT)
    labels = (f"results-{opened.practice.key}-{label}-" for label in (Label.AMBER_STRICT, Label.GREEN))
    assert [label in each for label, each in zip(labels, (name, name_for_others), strict=True)] == [True] * 2
    file = reverse("workspace:practice-file", args=[opened.practice.key, opened.parts["file"].key])
    with acting_as(SYSTEM):
        Attachment.objects.filter(pk=opened.parts["file"].pk).update(kind=AttachmentKind.RULES)
    assert clients.ask("named", "GET", file).text.startswith(f"# {STRICT}")


@pytest.mark.parametrize("form", ["stix", "misp"])
def test_systems_that_exchange_signals_are_given_no_hash_of_before(
    relations: ReaderRelations, form: str
) -> None:
    """Neither listed nor as dropped; and under ids of their own, since the objects of before are older."""
    named = make_named_practice(
        relations, kind=AttachmentKind.HASH_LIST, facts={"algorithm": "md5", "count": 1}
    )
    clients = SignedInClients({**relations.people})
    address = reverse(f"workspace:practice-{form}", args=[named.practice.key])
    before = clients.ask("named", "GET", address).text
    call_as(named.manager, share_opening, named.opening)
    after = {who: clients.ask(who, "GET", address).text for who in ("author", "named", "other")}

    assert stays("file") in before
    assert len(set(after.values())) == 1
    assert stays("file") not in after["named"]
    id_key = "id" if form == "stix" else "uuid"
    shared = ids_in(before, id_key) & ids_in(after["named"], id_key)
    # but who the source is, and what a label means, is the same to everybody
    assert (
        all(each.startswith("marking-definition") for each in shared) if form == "stix" else len(shared) == 1
    )


def ids_in(text: str, key: str) -> set[str]:
    ids: set[str] = set()
    json.loads(text, object_hook=lambda row: ids.add(row.get(key, "")))
    return ids - {""}


def test_a_letter_about_an_earlier_translation_names_nothing(relations: ReaderRelations) -> None:
    opened = make_opened_practice(relations)
    run_all_jobs()
    mail.outbox = []
    call_as(relations.actors["author"], decline_translation, opened.parts["translation"], "It is behind.")
    run_all_jobs()

    (letter,) = mail.outbox
    assert letter.subject.startswith(f"[{STRICT}]")
    assert goes("title") not in f"{letter.subject} {letter.body} {letter.alternatives}"


def test_a_translation_of_before_stands_nowhere_under_the_label_of_the_practice(
    relations: ReaderRelations, unlimited: None
) -> None:
    """Its earlier readers read it on its own page, which says that they are; all else says what everybody reads."""
    opened = make_opened_practice(relations)
    key = opened.practice.key
    with acting_as(SYSTEM):
        for name in ("named", "author"):
            relations.people[name].language = "ru"
            relations.people[name].save()
    clients, bearers = SignedInClients({**relations.people}), Bearers({"named": relations.people["named"]})
    feed = f"/accounts/practices/{call_as(relations.actors['named'], create_feed_address)}"
    texts = {
        **{url: Client().get(url).content.decode() for url in (f"{feed}.atom", f"{feed}.json")},
        **{
            url: bearers.ask("named", "GET", url).text
            for url in (reverse("api:practice-list"), api_url(opened, "practice"))
        },
        **{
            url: clients.ask("named", "GET", url).text
            for url in (
                reverse("workspace:practice-list"),
                reverse("workspace:practice-list") + "?text=canary",
                reverse("workspace:practice-list") + "?text=stays",
                reverse("workspace:practice", args=[key]),
                reverse("workspace:practice-uses", args=[key]),
            )
        },
    }
    own = clients.ask(
        "named", "GET", reverse("workspace:translation", args=[opened.parts["translation"].key])
    )

    texts = {url: re.sub("</?mark>", "", text) for url, text in texts.items()}
    assert [url for url, text in texts.items() if goes("title") not in text and "stays" not in url] == []
    assert [url for url, text in texts.items() if "stays-translated" in text] == []
    assert stays("translated-title") in own.text
    assert band_of(own.text) == STRICT


def test_a_new_translation_begins_with_no_words_that_another_organisation_wrote_for_earlier_readers(
    relations: ReaderRelations,
) -> None:
    opened = make_opened_practice(relations)
    clients = SignedInClients({**relations.people})
    address = reverse("workspace:practice-translate", args=[opened.practice.key, "ru"])
    pages = {who: clients.ask(who, "GET", address).text for who in ("author", "named", "staff", "other")}

    # Cedar's own can be offered again by Cedar, and is under its label until then
    whose = {who: stays("translated-title") in page for who, page in pages.items()}
    assert whose == {"author": False, "named": False, "staff": True, "other": False}
    bands = {who: band_of(page) for who, page in pages.items()}
    assert bands == {"author": OPEN, "named": OPEN, "staff": STRICT, "other": OPEN}


def band_of(page: str) -> str:
    """The label above the page."""
    (label,) = re.findall(r'<strong class="tlp"[^>]*>([^<]+)', page)
    return str(label)


def test_the_page_of_an_earlier_version_says_who_sees_it(relations: ReaderRelations) -> None:
    opened = make_opened_practice(relations)
    clients, key = SignedInClients({**relations.people}), opened.practice.key
    pages = {
        number: clients.ask("named", "GET", reverse("workspace:practice-version", args=[key, number])).text
        for number in (1, 3)
    }
    compared = clients.ask("named", "GET", reverse("workspace:practice-compare", args=[key, 2, 3])).text

    mark = "Visible only to earlier readers"
    assert [mark in page for page in (pages[1], pages[3], compared)] == [True, False, True]
    bands = [band_of(page) for page in (pages[1], pages[3], compared)]
    assert bands == [STRICT, OPEN, STRICT]


def test_the_weekly_letter_leaves_out_parts_for_earlier_readers(relations: ReaderRelations) -> None:
    """A question and a use from before are news to the source still, under the label that letters about them bear."""
    opened = make_opened_practice(relations)
    with acting_as(SYSTEM):
        opened.parts["answer"].delete()
        AdoptionStep.objects.create(
            adoption=opened.use, state="trial", on=today(), recorded_by=relations.people["staff"]
        )
    actor = relations.actors["author"]
    with acting_as(actor):
        week = week_before(actor, today() + timedelta(days=1))
        lines = [line for section in week_sections(actor, week, leaving=True) for line in section.lines]

    assert sorted((str(line.label.label), line.title) for line in lines if line.label != "green") == [
        (STRICT, ""), (STRICT, ""),
    ]  # fmt: skip
    assert "cedar" not in str(lines).lower()
