"""An attachment of a practice at the API: through the check that every channel uses."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.kernel import files
from portal.kernel.access import SYSTEM
from practices.enums import AttachmentKind, Label
from practices.services.attachments import add_attachment
from practices.services.signals import add_signals
from tests.factories import read_cast
from tests.factories.practices import call_as, make_shared
from tests.support.bearers import token_of

pytestmark = pytest.mark.django_db
STEP = {"concern": "illegal", "reason": "Reported by a reader."}


def test_a_file_that_is_checked_may_come_back_and_one_that_was_purged_may_not() -> None:
    cast = read_cast()
    practice = make_shared(cast, Label.AMBER)
    upload = SimpleUploadedFile("table.csv", b"a,b\n1,2\n")
    added = call_as(cast.actor("alice"), add_attachment, practice, upload, "A table")
    url = f"/api/v1/library/{practice.key}/files/{added.key}/"
    client, headers = Client(), {"Authorization": f"Bearer {token_of(cast.alice)}"}

    before = client.get(url, headers=headers)
    call_as(SYSTEM, files.quarantine_file, added.sha256, **STEP)
    checked = client.get(url, headers=headers)
    call_as(SYSTEM, files.purge_file, added.sha256, **STEP)
    purged = client.get(url, headers=headers)

    assert (before.status_code, before.content) == (200, b"a,b\n1,2\n")
    assert (checked.status_code, checked.json()["type"][-9:]) == (451, "withheld/")
    assert (purged.status_code, purged.json()["type"][-5:]) == (410, "gone/")


def test_a_hash_list_carries_the_label_as_on_the_page() -> None:
    cast = read_cast()
    practice = make_shared(cast, Label.AMBER)
    digest = "9e107d9d372bb6826bd81d3542a419d6"
    upload = SimpleUploadedFile("hashes.txt", digest.encode())
    added = call_as(
        cast.actor("alice"), add_signals, practice, upload, kind=AttachmentKind.HASH_LIST, algorithm="md5"
    )

    answer = Client().get(
        f"/api/v1/library/{practice.key}/files/{added.key}/",
        headers={"Authorization": f"Bearer {token_of(cast.alice)}"},
    )

    assert answer.content.decode() == f"# TLP:AMBER\n{digest}\n# TLP:AMBER\n"
