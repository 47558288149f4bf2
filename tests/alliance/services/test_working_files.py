"""Files that wait to be read or taken over lie below folders of their own: a purge reaches them too."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

import alliance.tasks  # noqa: F401 - the handlers of its jobs
from alliance.enums import UploadState
from alliance.models import Site, SupporterImport
from alliance.queries.site import read_site
from alliance.services import supporter_imports
from portal.kernel import files
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import WrongState
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.report_forms import upload_form

pytestmark = pytest.mark.django_db
STEP = {"concern": "illegal", "reason": "It may not stand here."}
SUPPORTERS = b"Name;Kind;Region;Town;E-mail;Acceded on;Notes\nSchool 1;school;Eastport;;one@a.example;;\n"


@pytest.fixture(autouse=True)
def no_ledger() -> Iterator[None]:
    yield
    files.PURGED_FILES.path.unlink(missing_ok=True)


def purge(cast: Cast, sha256: str) -> None:
    url = reverse("secretariat:file-step", args=[sha256, "purge"])
    page = words_of(signed_in(cast.mona).get(url))
    assert "and files that wait to be read or imported" in page
    assert signed_in(cast.mona).post(url, STEP).status_code == 302
    run_all_jobs()


def test_a_file_with_answers_is_purged_with_all_that_was_read_from_it(
    cast: Cast, mailoutbox: list[Any]
) -> None:
    report = make_report(make_cycle(read_charter()), cast.aurora)
    content = b"indicator,service,cell,status,value,note,version\nmoderators,,,reported,12,,\n"
    upload = upload_form(cast.actor("alice"), report, content, "figures.csv")
    assert upload.state == UploadState.READY
    assert files.exists(upload.file)

    purge(cast, upload.sha256)

    assert not files.exists(upload.file)
    with acting_as(SYSTEM):
        upload.refresh_from_db()
    assert (upload.state, upload.file, upload.proposals) == (UploadState.FAILED, "", [])
    page = words_of(signed_in(cast.alice).get(reverse("workspace:report-upload", args=[upload.pk])))
    assert "This file was purged" in page
    letter = next(each for each in mailoutbox if each.to == [cast.alice.email] and "purged" in each.subject)
    assert "The same file cannot be uploaded again." in " ".join(letter.body.split())
    assert reverse("workspace:report-upload", args=[upload.pk]) in letter.body
    assert "figures.csv" not in letter.body  # its name may be what had to go
    again = signed_in(cast.alice).post(
        f"/workspace/reports/{report.pk}/spreadsheet/", {"file": SimpleUploadedFile("again.csv", content)}
    )
    assert "was purged from here and is not accepted again" in words_of(again)


def test_a_file_of_supporters_is_purged_and_nothing_of_it_imported(cast: Cast) -> None:
    Site.objects.update_or_create(id=1, defaults={"supporters_charter": read_charter().key})
    read_site.forget()
    with acting_as(cast.actor("mona")) as mona:
        upload = supporter_imports.send_supporters(mona, SimpleUploadedFile("march.csv", SUPPORTERS))
    run_all_jobs()
    assert files.exists(upload.file)
    places = signed_in(cast.mona).get(reverse("secretariat:file", args=[upload.sha256]))
    assert "march.csv" in words_of(places)

    purge(cast, upload.sha256)

    assert not files.exists(upload.file)
    with acting_as(SYSTEM):
        ended = SupporterImport.objects.get()
        assert (ended.file, ended.rows.exists()) == ("", False)
    page = signed_in(cast.mona).get(reverse("secretariat:supporter-import", args=[upload.pk]))
    assert "This file was purged" in words_of(page)
    with acting_as(cast.actor("mona")) as mona, pytest.raises(WrongState):
        supporter_imports.confirm_import(mona, ended, is_public_at_once=True)
