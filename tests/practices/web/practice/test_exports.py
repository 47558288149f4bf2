"""Taking a practice away: the label at both ends, for its readers alone, each taking a line for its source."""

import io
import json
import zipfile
from typing import Any

import pytest
from django.test import Client

from alliance.queries.documents import find_document, own_documents
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.documents import Document
from portal.kernel.journal import Event
from practices.audiences import audience
from practices.enums import Label
from practices.files import parse_practice_file
from practices.models import AccessLog, Practice, Relation
from practices.services.audiences import set_readers
from practices.services.practices import recall_practice
from tests.factories import Cast
from tests.factories.practices import call_as, make_draft, make_shared
from tests.support.jobs import run_all_jobs
from tests.support.pdf_reports import all_strings_of, bytes_of, reader_of, text_of

pytestmark = pytest.mark.django_db


def download(client: Client, practice: Practice, form: str, area: str = "workspace") -> Any:
    return client.get(f"/{area}/practices/{practice.key}/{form}/")


def request_brief(client: Client, practice: Practice) -> Document:
    answer = client.post(f"/workspace/practices/{practice.key}/document/")
    assert answer.status_code == 302, answer.status_code
    run_all_jobs()
    return Document.objects.get(key=answer["Location"].strip("/").split("/")[-1])


def fetch(client: Client, document: Document) -> int:
    answer = client.get(f"/documents/{document.key}/file/")
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer.status_code


def channels(practice: Practice) -> list[str]:
    with acting_as(SYSTEM):
        return list(
            AccessLog.objects.filter(practice=practice).order_by("pk").values_list("channel", flat=True)
        )


def test_markdown_carries_the_label_at_both_ends_and_reads_back(cast: Cast, client: Client) -> None:
    practice = make_shared(cast, Label.AMBER)
    client.force_login(cast.carol)

    answer = download(client, practice, "markdown")

    text = answer.content.decode()
    lines = text.splitlines()
    assert (lines[2], lines[-1]) == ("label: TLP:AMBER", "> **TLP:AMBER**")
    practice_file = parse_practice_file(text)
    assert practice_file.content["title"] == "Slow the first message"
    assert (practice_file.handling.key, practice_file.handling.version) == (str(practice.key), 1)
    assert answer["Content-Disposition"] == 'attachment; filename="slow-the-first-message-v1.md"'
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "private, no-store")


@pytest.mark.parametrize(("name", "area"), [("carol", "workspace"), ("mona", "secretariat")])
def test_the_page_of_a_practice_offers_every_form(cast: Cast, client: Client, name: str, area: str) -> None:
    practice = make_shared(cast, Label.GREEN)
    client.force_login(getattr(cast, name))

    page = client.get(f"/{area}/practices/{practice.key}/").content.decode()

    here = f"/{area}/practices/{practice.key}"
    forms = (f'action="{here}/document/"', f'href="{here}/markdown/"', f'href="{here}/json/"')
    assert [form for form in forms if form not in page] == []


def test_json_begins_and_ends_with_the_label(cast: Cast, client: Client) -> None:
    practice = make_shared(cast, Label.AMBER)
    client.force_login(cast.carol)

    document = json.loads(download(client, practice, "json").content)

    assert next(iter(document.items())) == ("label", "TLP:AMBER")
    assert list(document)[-1] == "handling"
    assert list(document["handling"].items())[-1] == ("label", "TLP:AMBER")
    assert document["content"]["summary"] == "A first message waits."


@pytest.mark.parametrize("form", ["markdown", "json"])
@pytest.mark.parametrize(("area", "name"), [("secretariat", "mona"), ("workspace", "petra")])
def test_a_person_who_may_not_see_it_finds_nothing(
    cast: Cast, client: Client, form: str, area: str, name: str
) -> None:
    practice = make_shared(cast, Label.AMBER)
    client.force_login(cast.mona if name == "mona" else cast.alice)
    if name == "petra":  # Aurora's own practice is Aurora's; Beacon's would not be
        with acting_as(SYSTEM):
            Practice.objects.filter(pk=practice.pk).update(organisation=cast.secretariat, author_people=[])

    assert download(client, practice, form, area).status_code == 404
    assert channels(practice) == []


def test_what_is_taken_away_names_no_source_where_the_practice_asks_for_that(
    cast: Cast, client: Client
) -> None:
    practice = make_shared(cast, attribution="none")
    client.force_login(cast.carol)

    for form in ("markdown", "json", "stix", "misp", "prompt"):
        assert "Aurora" not in download(client, practice, form).content.decode(), form
    with zipfile.ZipFile(io.BytesIO(download(client, practice, "pack").content)) as pack:
        assert all(b"Aurora" not in pack.read(name) for name in pack.namelist())
    brief = text_of(request_brief(client, practice))
    assert ("Aurora" in brief, "Alice" in brief) == (False, False)


def test_only_who_chooses_the_readers_finds_them_in_the_file(cast: Cast, client: Client) -> None:
    practice = make_shared(cast, Label.AMBER)
    client.force_login(cast.alice)
    own = download(client, practice, "markdown").content.decode()
    client.force_login(cast.carol)
    others = download(client, practice, "markdown").content.decode()

    assert parse_practice_file(own).handling.readers.organisations == ("beacon-search",)
    assert "beacon-search" not in others


def test_relations_to_what_the_reader_does_not_see_are_not_in_the_file(cast: Cast, client: Client) -> None:
    practice, hidden, open_one = (
        make_shared(cast, Label.AMBER),
        make_draft(cast),
        make_shared(cast, Label.GREEN),
    )
    with acting_as(SYSTEM):
        Relation.objects.create(practice=practice, kind="derives", target=hidden)
        Relation.objects.create(practice=practice, kind="replaces", target=open_one)
    client.force_login(cast.carol)

    for form in ("markdown", "json"):
        text = download(client, practice, form).content.decode()
        assert (str(hidden.key) in text, str(open_one.key) in text) == (False, True)


def test_every_taking_is_a_line_for_the_source(cast: Cast, client: Client) -> None:
    practice = make_shared(cast, Label.AMBER)
    client.force_login(cast.carol)
    download(client, practice, "markdown")
    download(client, practice, "json")
    document = request_brief(client, practice)
    assert channels(practice) == ["markdown", "json"]

    assert fetch(client, document) == 200
    assert channels(practice) == ["markdown", "json", "pdf"]


def test_the_brief_says_the_label_on_every_page_and_whose_copy_it_is(cast: Cast, client: Client) -> None:
    long = "\n\n".join(f"Paragraph {number}. " + "It waits a little longer. " * 12 for number in range(40))
    practice = make_shared(cast, Label.AMBER, limits=long[:2000], definitions=long, rights=long[:4000])
    client.force_login(cast.carol)

    document = request_brief(client, practice)

    pages = [page.extract_text() for page in reader_of(document).pages]
    assert len(pages) > 2
    assert all(page.count("TLP:AMBER") >= 2 for page in pages)
    assert "Copy for Carol, Beacon Search" in text_of(document)


def test_the_brief_prints_markdown_and_runs_nothing_of_it(cast: Cast, client: Client) -> None:
    summary = (
        "It **waits**, see [the page](https://example.org/a).\n\n- one\n- two\n\n> quoted\n\n| a | b |\n|---|---|\n"
        '| 1 | 2 |\n\n```\n#import "x"\n```\n<script>alert(1)</script> [no](javascript:alert(1)) ![p](https://example.org/p)'
    )
    practice = make_shared(
        cast, Label.GREEN, summary=summary,
        steps=[{"text": "Somebody writes.", "by": "starts"}, {"text": "A moderator looks.", "by": "person"}],
        effects=[{"what": "Contact", "unit": "in 10,000", "before": "4.1", "after": "1.6"}], precision="0.83",
        harms=["grooming"], service_kinds=["messenger"], grade="likely", age_bands=["13-15"], languages=["ru"],
    )  # fmt: skip
    client.force_login(cast.carol)

    document = request_brief(client, practice)

    text, everything = text_of(document), all_strings_of(document)
    phrases = (
        "waits",
        "quoted",
        '#import "x"',
        "<script>alert(1)</script>",
        "a person decides",
        "4.1",
        "0.83",
        "Messenger",
    )
    assert [phrase for phrase in phrases if phrase not in text] == []
    assert "https://example.org/a" in everything
    assert "javascript" not in everything.replace("[no](javascript:alert(1))", "")


def test_the_same_reader_gets_the_same_document_again(cast: Cast, client: Client) -> None:
    practice = make_shared(cast, Label.AMBER)
    client.force_login(cast.carol)

    assert request_brief(client, practice) == request_brief(client, practice)


def test_a_brief_is_in_the_readers_language(cast: Cast, client: Client) -> None:
    practice = make_shared(cast, Label.GREEN)
    client.force_login(cast.bob)
    client.cookies["django_language"] = "ru"

    document = request_brief(client, practice)

    assert document.language == "ru"
    assert "Кратко" in text_of(document)


# --- Losing access ----------------------------------------------------------------------------


def test_a_person_who_has_lost_access_cannot_fetch_what_was_built(cast: Cast, client: Client) -> None:
    practice = make_shared(cast, Label.GREEN)
    client.force_login(cast.carol)
    document = request_brief(client, practice)
    assert fetch(client, document) == 200

    call_as(cast.actor("sven"), recall_practice, practice, "It was wrong.")

    assert fetch(client, document) == 404
    assert client.get(f"/documents/{document.key}/").status_code == 404
    with acting_as(cast.actor("carol")) as carol:
        assert list(own_documents(carol)) == []


def test_under_another_label_the_old_pages_are_not_given_out(cast: Cast, client: Client) -> None:
    practice = make_shared(cast, Label.AMBER)
    client.force_login(cast.carol)
    document = request_brief(client, practice)

    narrower = audience(Label.AMBER_STRICT, organisations=[cast.beacon.pk])
    call_as(cast.actor("sven"), set_readers, practice, narrower)

    assert download(client, practice, "markdown").status_code == 200
    assert fetch(client, document) == 404
    assert request_brief(client, practice) != document


def test_access_lost_before_the_worker_came_ends_the_building(cast: Cast, client: Client) -> None:
    practice = make_shared(cast, Label.GREEN)
    client.force_login(cast.carol)
    answer = client.post(f"/workspace/practices/{practice.key}/document/")
    call_as(cast.actor("sven"), recall_practice, practice, "It was wrong.")
    run_all_jobs()

    document = Document.objects.get(key=answer["Location"].strip("/").split("/")[-1])
    assert (document.state, document.file) == ("failed", "")
    assert document.error == "You can no longer read this practice."


@pytest.mark.parametrize("label", [Label.RED, Label.AMBER, Label.AMBER_STRICT])
def test_lists_and_inbox_never_say_the_title_of_what_names_its_readers(
    cast: Cast, client: Client, label: str
) -> None:
    practice = make_draft(cast, Label.AMBER)
    with acting_as(SYSTEM):
        Practice.objects.filter(pk=practice.pk).update(label=label)
    client.force_login(cast.alice)

    document = request_brief(client, practice)

    assert "Slow" not in document.title
    assert "TLP:" in document.title


def test_the_journal_does_not_say_of_which_practice(cast: Cast, client: Client) -> None:
    practice = make_shared(cast, Label.AMBER)
    client.force_login(cast.carol)
    request_brief(client, practice)

    assert Event.objects.get(kind="document.request").data == {"document_kind": "practice.brief"}


def test_a_document_is_nobody_elses(cast: Cast, client: Client) -> None:
    practice = make_shared(cast, Label.GREEN)
    client.force_login(cast.carol)
    document = request_brief(client, practice)

    with acting_as(cast.actor("alice")) as alice:
        assert find_document(alice, document.key) is None


# --- All of one's organisation's -------------------------------------------------------------


def archived(client: Client) -> Document:
    answer = client.post("/workspace/practices/archive/")
    run_all_jobs()
    return Document.objects.get(key=answer["Location"].strip("/").split("/")[-1])


def files_in(document: Document) -> dict[str, str]:
    document.refresh_from_db()
    assert document.state == "ready", document.error
    with zipfile.ZipFile(io.BytesIO(bytes_of(document))) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_an_archive_holds_what_its_requester_sees_and_reads_back(cast: Cast, client: Client) -> None:
    practices = [
        make_shared(cast, Label.AMBER),
        make_draft(cast),
        make_draft(cast, Label.GREEN, title="Another"),
    ]
    red = make_draft(cast, Label.AMBER, title="For Alice alone")
    with acting_as(SYSTEM):
        Practice.objects.filter(pk=red.pk).update(label=Label.RED)
    client.force_login(cast.bob)

    files = files_in(archived(client))

    assert list(files) == [
        "slow-the-first-message-v1.md",
        "slow-the-first-message-draft.md",
        "another-draft.md",
    ]
    assert [parse_practice_file(text).handling.key for text in files.values()] == [
        str(practice.key) for practice in practices
    ]
    assert [text.splitlines()[-1] for text in files.values()] == [
        "> **TLP:AMBER**", "> **TLP:GREEN**", "> **TLP:GREEN**",
    ]  # fmt: skip


def test_an_archive_is_gone_with_access_to_one_practice_in_it(cast: Cast, client: Client) -> None:
    practice, other = make_draft(cast), make_draft(cast)
    client.force_login(cast.bob)
    document = archived(client)
    assert fetch(client, document) == 200

    with acting_as(SYSTEM):
        Practice.objects.filter(pk=practice.pk).update(label=Label.RED)

    assert fetch(client, document) == 404
    assert list(files_in(archived(client))) == ["slow-the-first-message-draft.md"]
    assert other.pk != practice.pk


def test_under_another_label_the_archive_is_not_given_out(cast: Cast, client: Client) -> None:
    practice = make_draft(cast)
    client.force_login(cast.bob)
    document = archived(client)

    with acting_as(SYSTEM):
        Practice.objects.filter(pk=practice.pk).update(label=Label.AMBER_STRICT)

    assert fetch(client, document) == 404


def test_where_there_is_nothing_to_archive_that_is_said(cast: Cast, client: Client) -> None:
    make_shared(cast, Label.GREEN)
    client.force_login(cast.carol)

    document = archived(client)

    assert (document.state, document.error) == (
        "failed",
        "There is no practice of your organisation that you may read.",
    )
