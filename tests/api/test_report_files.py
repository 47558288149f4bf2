"""Files with answers and documents of reports at the API: as on their pages, and never more."""

import hashlib
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from alliance.enums import UploadState
from alliance.models import Figure, Report, ReportUpload
from alliance.queries.personal_archives import PERSONAL_DATA_KIND
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.documents import Document, DocumentState
from portal.kernel.journal import Event
from tests.factories import Cast
from tests.support.bearers import token_of
from tests.support.jobs import run_all_jobs
from tests.support.report_program import ReportProgram, faults, stored_rows
from tests.support.report_uploads import HEADER

pytestmark = pytest.mark.django_db
DOCUMENTS = "/api/v1/workspace/documents/"
UPLOADS = "/api/v1/workspace/uploads/"


class FileProgram:
    """Asks addresses that stand beside those of the report."""

    def __init__(self, program: ReportProgram) -> None:
        self._headers, self._client = {"Authorization": f"Bearer {program.token}"}, Client()

    def __call__(self, method: str, url: str, body: Any = None) -> Any:
        options = {} if method == "get" else {"data": body or {}, "content_type": "application/json"}
        return getattr(self._client, method)(url, headers=self._headers, **options)


def uploaded(program: ReportProgram, rows: str) -> Any:
    """The file as the API has it, once it is read."""
    sent = program.send("uploads/", file=SimpleUploadedFile("figures.csv", (HEADER + rows).encode()))
    assert sent.status_code == 201, sent.content
    assert sent.json()["state"] == "reading"
    run_all_jobs()
    return FileProgram(program)("get", f"{UPLOADS}{sent.json()['id']}/").json()


def figures() -> dict[str, Decimal | None]:
    return {row.indicator.key: row.value for row in stored_rows(Figure)}


# --- Files with answers ----------------------------------------------------------------------


def test_a_file_says_what_it_would_change_and_is_saved_when_it_is_asked_for(alice: ReportProgram) -> None:
    file = uploaded(alice, "moderators,,,,14,,\ncontent-actioned,aurora-kids,,,many,,\n")

    new, refused = file["differences"]
    (cell,) = refused["refusals"]
    assert (refused["address"], cell["field"], cell["text"]) == ("E3", "value", "many")
    assert (new["where"], new["choice"]) == ("Moderators", "take")
    assert {"field": "value", "before": None, "after": "14"} in new["changes"]
    assert figures() == {}

    ask = FileProgram(alice)
    saved = ask("post", f"{UPLOADS}{file['id']}/save/", {"digest": file["digest"]}).json()

    assert (saved["state"], saved["saved_count"], saved["digest"]) == ("saved", 1, "")
    assert [row["kind"] for row in saved["differences"]] == ["refused"]
    assert figures() == {"moderators": Decimal(14)}

    back = ask("post", f"{UPLOADS}{file['id']}/take-back/").json()
    assert (back["state"], figures()) == ("taken_back", {})


def test_a_choice_changes_the_digest_and_what_is_saved(alice: ReportProgram) -> None:
    file, ask = uploaded(alice, "moderators,,,,14,,\n"), FileProgram(alice)
    choices = [
        {"number": file["differences"][0]["number"], "choice": "leave"},
        {"number": 99, "choice": "take"},
    ]

    chosen = ask(
        "post", f"{UPLOADS}{file['id']}/choose/", {"digest": file["digest"], "choices": choices}
    ).json()
    late = ask("post", f"{UPLOADS}{file['id']}/save/", {"digest": file["digest"]})
    empty = ask("post", f"{UPLOADS}{file['id']}/save/", {"digest": chosen["digest"]})

    assert chosen["digest"] != file["digest"]
    assert (late.status_code, late.json()["type"].split("/")[-2]) == (409, "conflict")
    assert (empty.status_code, figures()) == (422, {})


def test_what_a_colleague_has_saved_meanwhile_is_neither_written_over_nor_chosen_about(
    alice: ReportProgram, sven: ReportProgram
) -> None:
    file, ask = uploaded(alice, "moderators,,,,14,,\n"), FileProgram(alice)
    row = {"indicator": "moderators", "service": None, "value": "16"}
    assert sven("patch", "figures/", {"figures": [row]}).status_code == 200
    url, read = f"{UPLOADS}{file['id']}/", {"digest": file["digest"]}
    taken = {**read, "choices": [{"number": file["differences"][0]["number"], "choice": "take"}]}

    answers = [ask("post", f"{url}choose/", taken), ask("post", f"{url}save/", read)]

    assert [(answer.status_code, answer.json()["type"].split("/")[-2]) for answer in answers] == [
        (409, "conflict")
    ] * 2
    assert ([row.choices for row in stored_rows(ReportUpload)], figures()) == (
        [{}],
        {"moderators": Decimal(16)},
    )


def test_a_file_that_waits_already_is_given_back_as_it_is(alice: ReportProgram, sven: ReportProgram) -> None:
    first, second = (
        program.send(
            "uploads/", file=SimpleUploadedFile("figures.csv", (HEADER + "moderators,,,,14,,\n").encode())
        )
        for program in (alice, sven)
    )

    assert [(answer.status_code, answer.json()["is_new"]) for answer in (first, second)] == [
        (201, True),
        (200, False),
    ]
    assert first.json()["id"] == second.json()["id"]


def test_a_file_can_be_thrown_away(alice: ReportProgram) -> None:
    file, ask = uploaded(alice, "moderators,,,,14,,\n"), FileProgram(alice)

    assert ask("post", f"{UPLOADS}{file['id']}/cancel/").json()["state"] == "cancelled"

    again = ask("post", f"{UPLOADS}{file['id']}/save/", {"digest": file["digest"]})
    assert (again.status_code, figures()) == (409, {})
    assert [row.state for row in stored_rows(ReportUpload)] == [UploadState.CANCELLED]


def test_a_file_of_another_kind_is_refused_by_its_field(alice: ReportProgram) -> None:
    answer = alice.send("uploads/", file=SimpleUploadedFile("figures.ods", b"x"))

    assert (answer.status_code, [pointer for pointer, _text in faults(answer)]) == (422, ["/file"])
    assert stored_rows(ReportUpload) == []


# --- Documents -------------------------------------------------------------------------------


def test_a_document_is_made_and_its_bytes_are_those_of_its_digest(alice: ReportProgram) -> None:
    asked = alice("post", "documents/", {"document": "form.xlsx", "language": "ru"})
    assert asked.status_code == 201, asked.content
    ask, url = FileProgram(alice), f"{DOCUMENTS}{asked.json()['key']}/"
    assert ask("get", f"{url}file/").status_code == 404
    run_all_jobs()

    document, file = ask("get", url).json(), ask("get", f"{url}file/")

    content = b"".join(file.streaming_content)
    assert (document["state"], document["language"]) == ("ready", "ru")
    assert (document["sha256"], document["size"]) == (hashlib.sha256(content).hexdigest(), len(content))
    assert file["Cache-Control"] == "private, no-store"
    assert [row["key"] for row in ask("get", DOCUMENTS).json()["results"]] == [document["key"]]
    with acting_as(SYSTEM):
        assert Event.objects.filter(kind="document.download").count() == 1


def test_the_form_is_for_those_who_may_fill_it_in(cast: Cast, report: Report, sven: ReportProgram) -> None:
    sven.token = token_of(cast.sven, "read", name="reads")

    form, draft = (sven("post", "documents/", {"document": name}) for name in ("form.xlsx", "working.json"))

    assert (form.status_code, draft.status_code) == (403, 201)


def test_documents_of_other_kinds_are_nowhere(cast: Cast, alice: ReportProgram) -> None:
    """What somebody has asked for about themselves shows more than the scope of a program opens."""
    with acting_as(SYSTEM):
        other = Document.objects.create(
            kind=PERSONAL_DATA_KIND, target_id=cast.alice.pk, language="en", title="Personal data",
            requested_by=cast.alice, tenant_id=cast.aurora.pk, state=DocumentState.READY,
        )  # fmt: skip
        other.refresh_from_db()
    ask = FileProgram(alice)

    assert ask("get", DOCUMENTS).json()["results"] == []
    assert ask("get", f"{DOCUMENTS}{other.key}/").status_code == 404
    assert ask("get", f"{DOCUMENTS}{other.key}/file/").status_code == 404
