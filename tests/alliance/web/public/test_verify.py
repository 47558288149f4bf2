"""Checking a document: by its digest, by sending it, and by the list of digests that a browser compares with."""

import gzip
import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from alliance.enums import ReportState
from alliance.models import DataFile, PublicFile
from alliance.services.publications import (
    record_charter_publication,
    record_report_notice,
    record_report_publication,
)
from alliance.services.references import load_reference_counts
from alliance.services.withdrawals import publish_again
from alliance.web.public import verify
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.files import digested_uploads
from portal.kernel.limits import Limit
from portal.kernel.publishing import Publication, check_chain
from tests.factories import Cast, make_charter, make_cycle, make_report, read_charter
from tests.support.open_data import build_release, file_content
from tests.support.pages import words_of
from tests.support.published_reports import make_published_report
from tests.support.submissions import make_submission
from tests.support.withdrawals import withdraw

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pages_are_new")]
PAGE = "/en/verify/"


@pytest.fixture
def publication(cast: Cast) -> Publication:
    note = {
        "id": 1, "kind": "file", "title": "Sampling note", "url": "", "file_name": "note.pdf", "size": 5,
        "media_type": "application/pdf", "sha256": "ab" * 32, "disclosure": "public",
    }  # fmt: skip
    return make_published_report(make_cycle(read_charter()), cast.aurora, evidence={"search": [note]})


def upload(*contents: bytes) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(f"file-{number}.json", each) for number, each in enumerate(contents, 1)]


def body_of(publication: Publication) -> bytes:
    return bytes(Publication.objects.get(pk=publication.pk).body)


def test_the_list_has_all_digests_that_begin_so_and_no_other(
    publication: Publication, client: Client
) -> None:
    digests = set(Publication.objects.values_list("sha256", flat=True))
    digests |= set(PublicFile.objects.values_list("sha256", flat=True))

    lists = {f"{number:02x}": client.get(f"{PAGE}digests/{number:02x}.json").json() for number in range(256)}

    assert {digest for each in lists.values() for digest in each["digests"]} == digests
    assert all(digest.startswith(prefix) for prefix, each in lists.items() for digest in each["digests"])
    entry = lists[publication.sha256[:2]]["digests"][publication.sha256]
    assert (entry["state"], entry["title"]) == ("current", "Genuine and current")
    assert f'href="/en/publications/{publication.number}/"' in entry["html"]
    assert "Подлинный и актуальный" in client.get(f"/ru/verify/digests/{publication.sha256[:2]}.json").text
    answer = client.get(f"{PAGE}digests/00.json")
    assert (answer["Access-Control-Allow-Origin"], answer["Content-Type"]) == ("*", "application/json")
    assert client.get(f"{PAGE}digests/{'a' * 9}.json").status_code == 404


def test_the_whole_list_names_each_digest_once_with_its_publication(
    publication: Publication, client: Client
) -> None:
    build_release()
    answer = client.get(f"{PAGE}list.txt")

    head, *lines = answer.text.splitlines()
    rows = {digest: (number, name) for digest, number, name in (line.split("\t") for line in lines)}
    digests = set(Publication.objects.values_list("sha256", flat=True))
    digests |= set(PublicFile.objects.values_list("sha256", flat=True))
    last = Publication.objects.latest("number").number
    attachment = publication.attachments[0]
    assert head == f"# as of publication No.\t{last}"
    assert (set(rows), len(lines)) == (digests, len(rows))
    assert rows[publication.sha256] == (str(publication.number), "")
    assert rows[attachment["sha256"]] == (str(publication.number), attachment["name"])
    assert rows[hashlib.sha256(file_content("reports.csv")).hexdigest()] == (str(last), "reports.csv")
    assert (answer["Access-Control-Allow-Origin"], answer["Content-Type"]) == (
        "*",
        "text/plain; charset=utf-8",
    )
    assert f'href="{PAGE}list.txt"' in client.get(PAGE).text


def test_the_size_of_the_list_is_about_what_it_is_compressed() -> None:
    names = [
        f"member-{number % 200}-2026-h{number % 2}.{end}" for number in range(600) for end in ("pdf", "xlsx")
    ]
    lines = "".join(
        f"{hashlib.sha256(str(at).encode()).hexdigest()}\t{at // 4}\t{name}\n"
        for at, name in enumerate(names)
    )

    size = len(gzip.compress(lines.encode(), 6))

    assert 0.8 < size / (len(names) * verify.LISTED_BYTES) < 1.2


def test_a_file_that_is_sent_is_read_and_not_stored(
    publication: Publication, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a file was opened for it")

    monkeypatch.setattr("django.core.files.uploadhandler.TemporaryUploadedFile", refuse)
    large = b"x" * 3_000_000

    one = client.post(PAGE, {"file": upload(body_of(publication))})
    unknown = client.post(PAGE, {"file": upload(large)})

    assert one["Location"] == f"{PAGE}{publication.sha256}/"
    assert unknown["Location"] == f"{PAGE}{hashlib.sha256(large).hexdigest()}/"


def test_the_limit_refuses_an_upload_before_its_bytes_are_read(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "VERIFIED_FILES_PER_ADDRESS", Limit("verified-file-from-test", 2, 3600))
    for content in (b"one", b"two"):
        assert client.post(PAGE, {"file": upload(content)}).status_code == 302
    read = digested_uploads.DigestUploadHandler.receive_data_chunk

    def refuse(*args: object) -> None:
        raise AssertionError("a file was read")

    monkeypatch.setattr(digested_uploads.DigestUploadHandler, "receive_data_chunk", refuse)
    assert client.post(PAGE, {"file": upload(b"x" * 3_000_000)}).status_code == 429
    monkeypatch.setattr(digested_uploads.DigestUploadHandler, "receive_data_chunk", read)
    assert client.post(PAGE, {}).status_code == 429  # counted too, though there is no file


def test_several_files_are_answered_one_by_one(
    publication: Publication, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = body_of(publication)
    monkeypatch.setattr(digested_uploads, "MAX_DIGESTED", len(content))

    page = words_of(client.post(PAGE, {"file": upload(content, b"other", content + b" ")}))

    places = [page.index(text) for text in ("file-1.json", "Genuine and current", "file-2.json")]
    places += [
        page.index(text) for text in ("Not a file of this record", "file-3.json", "This file is too large")
    ]
    assert places == sorted(places)


def test_a_post_without_a_file_or_with_a_field_that_nobody_asked_for(client: Client) -> None:
    empty = client.post(PAGE, {})

    assert (empty.status_code, "Choose a file." in empty.text) == (422, True)
    assert client.post(PAGE, {"name": "x"}).status_code == 422


def test_the_number_of_a_publication_leads_to_its_page(publication: Publication, client: Client) -> None:
    for typed in (f"{publication.number}", f"No. {publication.number}", f"№{publication.number}"):
        assert client.get(PAGE, {"digest": typed})["Location"] == f"/en/publications/{publication.number}/"
    missing = f"There is no publication No. 999: the last is No. {publication.number}."
    assert missing in words_of(client.get(PAGE, {"digest": "999"}))
    assert "This is no SHA-256" in words_of(client.get(PAGE, {"digest": "abc"}))


def test_an_empty_file_is_called_so(client: Client) -> None:
    answer = client.post(PAGE, {"file": SimpleUploadedFile("report.pdf", b"")}, follow=True)
    assert "This file is empty" in words_of(answer)
    assert "Not a file of this record" not in words_of(answer)


def test_what_is_not_known_is_never_called_false(client: Client) -> None:
    page = words_of(client.get(f"{PAGE}{'e' * 64}/")).casefold()

    causes = ("opened and saved again", "a draft or a preview", "made by a page", "just now", "in doubt")
    places = [page.index(cause) for cause in causes]
    assert places == sorted(places)
    assert [word for word in ("forged", "fake", "false", "counterfeit") if word in page] == []


def test_a_file_of_the_open_data_says_as_of_when_it_is(
    publication: Publication, cast: Cast, client: Client
) -> None:
    build_release()
    content = file_content("reports.csv")
    digest = hashlib.sha256(content).hexdigest()

    current = words_of(client.get(f"{PAGE}{digest}/"))
    make_published_report(make_cycle(read_charter(), "2026-h2"), cast.aurora)
    build_release()
    earlier = words_of(client.get(f"{PAGE}{digest}/"))

    assert "Genuine and current: open data" in current
    assert (
        f"since publication No. {Publication.objects.filter(number__lte=publication.number).count()}."
        in current
    )
    assert "Genuine: open data of an earlier day" in earlier
    assert not DataFile.objects.filter(sha256=digest).exists()


def test_an_attachment_is_known_by_the_publication_it_belongs_to(
    publication: Publication, client: Client
) -> None:
    assert publication.attachments

    page = words_of(client.get(f"{PAGE}{publication.attachments[0]['sha256']}/"))

    assert f"Attachment: {publication.attachments[0]['name']}" in page
    assert "Genuine and current" in page


def test_the_ways_to_the_page(publication: Publication, client: Client) -> None:
    for page in ("/en/", "/en/data/", f"/en/publications/{publication.number}/", "/ru/"):
        assert f'href="{page[:4]}verify/"' in client.get(page).text, page


def test_a_known_digest_stands_in_the_chain_with_its_neighbours(
    publication: Publication, cast: Cast, client: Client
) -> None:
    later = make_published_report(make_cycle(read_charter(), "2025-h1"), cast.beacon)
    first = Publication.objects.get(number=publication.number)
    page = words_of(client.get(f"{PAGE}{publication.sha256}/"))
    known = client.get(f"{PAGE}digests/{publication.sha256[:2]}.json").json()["digests"][publication.sha256]
    chain = client.get("/en/publications/chain.json")

    assert "In the chain of publications" in page
    assert f"No. {later.number}" in page
    assert [row["number"] for row in known["chain"]][-2:] == [publication.number, later.number]
    assert {"number": first.number, "sha256": first.sha256, "link": first.link} in known["chain"]
    assert chain["Access-Control-Allow-Origin"] == "*"
    assert chain.json()["entries"][first.number - 1] == [first.number, first.sha256, first.link]


def test_a_link_of_the_chain_is_known_up_to_its_publication(
    publication: Publication, cast: Cast, client: Client
) -> None:
    link = Publication.objects.get(number=publication.number).link
    assert link in client.get(PAGE).text  # the last one: to be kept
    last = make_published_report(make_cycle(read_charter(), "2025-h1"), cast.beacon)

    page = client.get(f"{PAGE}{link}/")
    words = words_of(page)

    assert client.get(PAGE, {"digest": f" {link.upper()}"})["Location"] == f"{PAGE}{link}/"
    assert "This link is in the chain" in words
    assert f"Publication No. {publication.number} The last link now No. {last.number}" in words
    assert f'data-number="{publication.number}" data-link="{link}"' in page.text
    assert "in the chain no more" in words_of(client.get(f"{PAGE}{link[::-1]}/"))
    assert client.get(f"{PAGE}{link}/receipt.txt").status_code == 404  # of a file alone


def test_a_link_after_a_publication_that_was_changed_is_in_the_chain_no_more(
    publication: Publication, cast: Cast, client: Client, owner_cursor: Any
) -> None:
    last = make_published_report(make_cycle(read_charter(), "2025-h1"), cast.beacon)
    link = Publication.objects.get(number=last.number).link
    owner_cursor.execute("SELECT set_config('portal.kind', 'system', false)")
    owner_cursor.execute("ALTER TABLE portal_publication DISABLE TRIGGER USER")
    owner_cursor.execute(
        "UPDATE portal_publication SET sha256 = reverse(sha256) WHERE number = %s", [publication.number]
    )
    owner_cursor.execute("ALTER TABLE portal_publication ENABLE TRIGGER USER")

    words = words_of(client.get(f"{PAGE}{link}/"))

    assert "in the chain no more" in words
    assert "This link is in the chain" not in words

    with acting_as(SYSTEM):
        check_chain()
    words = words_of(client.get(PAGE))
    assert f"found that No. {publication.number} is not what it was" in words
    assert "The last link stands for the whole record" not in words
    assert link not in words


def test_a_receipt_of_a_check_can_be_kept(publication: Publication, client: Client) -> None:
    page = client.get(f"{PAGE}{publication.sha256}/")
    receipt = client.get(f"{PAGE}{publication.sha256}/receipt.txt")

    assert f'href="{PAGE}{publication.sha256}/receipt.txt"' in page.text
    assert receipt["Content-Type"] == "text/plain; charset=utf-8"
    lines = receipt.text.splitlines()
    assert "Genuine and current" in lines
    assert f"Digest (SHA-256): {publication.sha256}" in lines
    link = Publication.objects.get(pk=publication.pk).link
    assert f"Link {publication.number} of the chain of publications: {link}" in lines
    assert "The record was read up to publication No. " in receipt.text
    assert client.get(f"{PAGE}{'0' * 64}/receipt.txt").status_code == 404


# --- What was overtaken by another record ---


def not_filed(cast: Cast) -> tuple[Publication, Publication]:
    """That a report was not filed, and the report that was filed late."""
    report = make_report(make_cycle(read_charter()), cast.aurora, ReportState.NOT_FILED)
    with acting_as(SYSTEM):
        notice = record_report_notice(SYSTEM, report)
        make_submission(report, ReportState.CONCLUDED)
        return notice, record_report_publication(SYSTEM, report)


def earlier_version(cast: Cast) -> tuple[Publication, Publication]:
    """That a version of a charter is in force, whose translation was corrected since, and the next version."""
    del cast
    first, second = read_charter(), make_charter(version=2)
    with acting_as(SYSTEM):
        in_force, later, _correction = (
            record_charter_publication(SYSTEM, each) for each in (first, second, first)
        )
    return in_force, later


def undone_withdrawal(cast: Cast) -> tuple[Publication, Publication]:
    """That a report is withdrawn, and the revision that made it public again."""
    report = make_published_report(make_cycle(read_charter()), cast.aurora)
    request = withdraw(cast, report, {"en": "Not theirs.", "ru": "Не их."})
    with acting_as(cast.actor("mona")) as actor:
        publish_again(actor, request, "It was theirs after all.")
    return Publication.objects.get(type="withdrawal"), Publication.objects.get(type="report", revision=2)


def replaced_counts(cast: Cast) -> tuple[Publication, Publication]:
    """A file of reference counts, and the one that has another number for one of them."""
    read_charter()
    rows = "organisation,indicator,period,value,observer,source\naurora-video,content-actioned,2026-H1,%d,Hotline,X"
    for value in (120, 130):
        load_reference_counts(cast.actor("mona"), (rows % value).encode(), "counts.csv")
    later, earlier = Publication.objects.filter(type="reference_load")
    return earlier, later


@pytest.mark.parametrize("make", [not_filed, earlier_version, undone_withdrawal, replaced_counts])
def test_what_another_record_has_overtaken_is_not_called_current(
    make: Callable[[Cast], tuple[Publication, Publication]], cast: Cast, client: Client
) -> None:
    earlier, later = make(cast)

    for publication, state in ((earlier, "superseded"), (later, "current")):
        entry = client.get(f"{PAGE}digests/{publication.sha256[:2]}.json").json()["digests"][
            publication.sha256
        ]
        assert entry["state"] == state, publication
    in_place = f"In its place No. {later.number}"
    assert in_place in words_of(client.get(f"{PAGE}{earlier.sha256}/"))
    assert client.get(f"/en/publications/{earlier.number}/").context["later"] == later
    assert client.get(f"/en/publications/{later.number}/").context["later"] is None
