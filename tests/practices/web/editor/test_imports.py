"""The pages of an import: sending, the dry run, the work, the result; and bad input refused in words."""

import io
import json
import re
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.kernel.access import SYSTEM, acting_as
from practices import tasks
from practices.models import ImportedFile, Practice, PracticeImport
from tests.factories import Cast
from tests.support.jobs import run_all_jobs
from tests.support.pages import words_of
from tests.support.practice_imports import file_of

pytestmark = pytest.mark.django_db
assert tasks  # the worker's kinds of job


@pytest.fixture
def alice(cast: Cast, client: Client) -> Client:
    client.force_login(cast.alice)
    return client


def upload(content: str | bytes, name: str = "practice.md") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())


def send(client: Client, *files: SimpleUploadedFile, into: str = "upload") -> Any:
    return client.post("/workspace/practices/import/", {into: list(files)})


def page_of(client: Client, url: str) -> str:
    """The words of the page."""
    return words_of(client.get(url))


def test_files_are_sent_looked_through_confirmed_and_imported(alice: Client) -> None:
    answer = send(alice, upload(file_of()), upload("---\ncolour: red\n---\n", "wrong.md"))
    url = answer["Location"]
    checked = page_of(alice, url)
    assert "1 file can be imported" in checked
    assert "1 is refused" in checked
    assert "Line 2 colour : Unknown key “colour”." in checked

    assert alice.post(f"{url}choose/", {"act": "apply"})["Location"] == url
    assert f'hx-get="{url}progress/"' in alice.get(url).content.decode()
    running = alice.get(f"{url}progress/")
    assert "0 of 1 files" in running.content.decode()
    assert "HX-Refresh" not in running
    run_all_jobs()

    assert alice.get(f"{url}progress/")["HX-Refresh"] == "true"
    done = alice.get(url).content.decode()
    with acting_as(SYSTEM):
        key = Practice.objects.get().key
    assert f'href="/workspace/practices/{key}/"' in done
    assert "Import finished" in page_of(alice, "/workspace/inbox/")
    assert "Imported" in page_of(alice, "/workspace/practices/imports/")


def test_a_folder_may_be_sent(alice: Client) -> None:
    answer = send(alice, upload(file_of()), upload(b"\x89PNG", "picture.png"), into="folder")

    assert "1 file can be imported" in page_of(alice, answer["Location"])


def importable_names(client: Client, url: str) -> list[str]:
    """The names that the report gives to the files that are good, in their order."""
    return re.findall(r'<p class="quiet small">([^<]*\.md[^<]*)</p>', client.get(url).content.decode())


def test_empty_files_in_a_folder_are_reported_by_name_or_passed_over(alice: Client) -> None:
    answer = send(
        alice, upload(b"", ".gitkeep"), upload(b"", "empty.md"), upload(b"", "empty.zip"), upload(file_of()),
        into="folder",
    )  # fmt: skip

    page = page_of(alice, answer["Location"])
    assert "1 file can be imported" in page
    assert "2 are refused" in page
    assert "empty.md Refused Line 1 The file is empty." in page
    assert "empty.zip Refused Line 1 The file is empty." in page
    assert "1 file was passed over: the portal does not read files of its kind .gitkeep" in page


def test_the_paths_in_a_folder_stand_in_the_report(alice: Client) -> None:
    files = [upload(file_of(), "ok.md"), upload(b"", ".gitkeep"), upload(file_of(), "ok.md")]
    paths = json.dumps(["mine/d1/ok.md", "mine/.gitkeep", "mine/d2/ok.md"])

    answer = alice.post("/workspace/practices/import/", {"folder": files, "paths": paths})

    assert importable_names(alice, answer["Location"]) == ["mine/d1/ok.md", "mine/d2/ok.md"]


@pytest.mark.parametrize(
    "paths",
    ["", "{", "{}", "[1, 2]", '["one.md"]', '["a/other.md", "../ok.md"]', '["/ok.md", "a/\\u202e/ok.md"]'],
)
def test_without_good_paths_files_of_one_name_are_distinguished(alice: Client, paths: str) -> None:
    files = [upload(file_of(), "ok.md"), upload(file_of(), "ok.md")]

    answer = alice.post("/workspace/practices/import/", {"folder": files, "paths": paths})

    assert importable_names(alice, answer["Location"]) == ["ok.md", "ok (2).md"]


def test_more_files_than_a_form_may_send_are_refused_in_words(alice: Client) -> None:
    answer = send(alice, *(upload("# x", f"{number}.txt") for number in range(501)), into="folder")

    assert answer.status_code == 413
    assert "You sent more than 500 files, so nothing was saved." in answer.content.decode()


def test_a_zip_with_a_path_that_leads_out_is_refused_on_the_form(alice: Client) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("../evil.md", "# x")

    answer = send(alice, upload(made.getvalue(), "all.zip"))

    assert answer.status_code == 422
    assert (
        "The path “../evil.md” leads outside the zip. Nothing was imported from it."
        in answer.content.decode()
    )
    with acting_as(SYSTEM):
        assert not PracticeImport.objects.exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("---\ntitle: a\u202eb\n---\n", "There is an invisible character here (U+202E)"),
        (
            "---\ntitle: !!python/object:x y\n---\n",
            "Tags (“tag:yaml.org,2002:python/object:x”) are not allowed",
        ),
        ("---\ntitle: &a x\nlicence: *a\n---\n", "Aliases (“*a”) are not allowed"),
        (b"\xff\xfe\x00", "This is not UTF-8"),
    ],
)
def test_bad_files_are_refused_with_their_line_and_nothing_is_saved(
    alice: Client, content: str | bytes, message: str
) -> None:
    page = page_of(alice, send(alice, upload(content))["Location"])

    assert message in page
    assert "None of the files can be imported" in page


def test_scripts_are_shown_as_text(alice: Client) -> None:
    url = send(alice, upload("# <script>alert(1)</script>\n\n## <b onclick=x>\n\n<img src=x onerror=y>"))[
        "Location"
    ]

    page = alice.get(url).content.decode()

    assert "HTML is shown as text and has no effect." in page
    assert "<script>alert" not in page
    assert "<b onclick" not in page


def test_an_empty_form_and_too_many_files_are_said(alice: Client) -> None:
    assert "Choose at least one." in send(alice).content.decode()
    many = [upload("# x", f"{number}.md") for number in range(201)]
    assert "There are more than 200 files. Upload them in parts." in send(alice, *many).content.decode()


def test_an_import_is_discarded_before_it_is_confirmed(alice: Client) -> None:
    url = send(alice, upload(file_of()))["Location"]

    assert alice.post(f"{url}discard/")["Location"] == "/workspace/practices/imports/"
    assert "It was discarded, or not confirmed within seven days" in page_of(alice, url)


@pytest.mark.parametrize(
    ("act", "message"),
    [("set", "Choose at least one."), ("suggest:1:stage:none", "is not allowed here"), ("apply", "None of")],
)
def test_choices_stay_saved_where_the_rest_is_refused(alice: Client, act: str, message: str) -> None:
    url = send(alice, upload(file_of()))["Location"]

    answer = alice.post(f"{url}choose/", {"act": act, "choice-1": "leave_out"}, follow=True)

    page = answer.content.decode()
    assert answer.redirect_chain == [(url, 302)]
    assert message in page
    assert 'id="choices" data-keep="all"' in page  # and what is not sent yet stays on the device
    with acting_as(SYSTEM):
        assert ImportedFile.objects.get().choice == "leave_out"


def test_positions_that_no_file_has_change_nothing(alice: Client) -> None:
    url, many = send(alice, upload(file_of()))["Location"], "9" * 5000
    posted = {"act": f"suggest:{many}:stage:trial", "pick": many, "of-1": many, "choice-1": "practice"}

    assert alice.post(f"{url}choose/", posted).status_code == 302
    with acting_as(SYSTEM):
        assert (ImportedFile.objects.get().choice, ImportedFile.objects.get().settings) == ("practice", {})


def test_the_list_is_empty_at_first(alice: Client) -> None:
    assert "No imports yet" in page_of(alice, "/workspace/practices/imports/")


def test_a_form_sent_twice_imports_once(alice: Client) -> None:
    once = {"once": "7b0a4f60-7f7b-4b8e-9c55-2a5b5f7a1c11"}
    first = alice.post("/workspace/practices/import/", {"upload": upload(file_of()), **once})
    second = alice.post("/workspace/practices/import/", {"upload": upload(file_of()), **once})

    assert first["Location"] == second["Location"]
    with acting_as(SYSTEM):
        assert PracticeImport.objects.count() == 1
