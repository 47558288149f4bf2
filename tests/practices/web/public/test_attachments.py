"""The files of public practices: which of them are served, how, and for how long."""

from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import Publication, digest
from practices.audiences import audience
from practices.enums import Label
from practices.models import Attachment, Practice, Version
from practices.services.audiences import set_readers
from practices.services.publications import publish_version
from tests.factories import Cast
from tests.factories.practices import CONTENT, call_as, make_shared
from tests.support.public_practices import read_publishing_cast, text

pytestmark = pytest.mark.django_db

FILE = b"a,b\n1,2\n"


@pytest.fixture
def cast(monkeypatch: pytest.MonkeyPatch) -> Cast:
    return read_publishing_cast(monkeypatch)


def address(practice: Practice, rest: str = "") -> str:
    return f"/en/practices/{practice.key}/{rest}"


@pytest.fixture
def with_file(cast: Cast) -> tuple[Practice, str]:
    practice, sha256 = make_shared(cast, Label.CLEAR), digest(FILE)
    with acting_as(SYSTEM):
        for name, content in (("set.csv", FILE), ("kept.csv", b"c\n3\n")):
            path = default_storage.save(f"practices/{name}", ContentFile(content))
            Attachment.objects.create(
                practice=practice, title="The test set", file=path, file_name=name, media_type="text/csv",
                size=len(content), sha256=digest(content), added_by=cast.alice,
            )  # fmt: skip
        listed = {
            "key": str(uuid4()),
            "title": "The test set",
            "name": "set.csv",
            "media_type": "text/csv",
            "bytes": 8,
            "sha256": sha256,
        }
        version = Version.objects.create(
            practice=practice, number=2, content=CONTENT, attachments=[listed], note="A file.", sha256="0" * 64,
            written_by=cast.alice,
        )  # fmt: skip
        publish_version(SYSTEM, version)
    return practice, sha256


def test_a_public_file_is_served_so_that_nothing_runs(
    client: Client, with_file: tuple[Practice, str]
) -> None:
    practice, sha256 = with_file
    answer = client.get(address(practice, f"files/{sha256}"))

    assert b"".join(answer) == FILE
    assert answer["Content-Disposition"] == 'attachment; filename="set.csv"'
    assert (answer["X-Content-Type-Options"], answer["Content-Security-Policy"]) == (
        "nosniff",
        "default-src 'none'; frame-ancestors 'none'; sandbox",
    )
    assert "The test set" in text(client, address(practice))
    assert Publication.objects.order_by("-number")[0].attachments == [
        {"name": "set.csv", "sha256": sha256, "bytes": 8, "media_type": "text/csv"}
    ]


def test_a_file_that_no_public_version_lists_is_not_served(
    client: Client, with_file: tuple[Practice, str]
) -> None:
    practice, _sha256 = with_file
    for sha256 in (digest(b"c\n3\n"), "0" * 64):
        assert client.get(address(practice, f"files/{sha256}")).status_code == 404


def test_a_file_stays_with_the_record_and_is_not_served_when_its_bytes_are_missing(
    client: Client, cast: Cast, with_file: tuple[Practice, str]
) -> None:
    practice, sha256 = with_file
    call_as(
        cast.actor("alice"), set_readers, practice, audience(Label.GREEN), reason="It gives too much away."
    )
    response = client.get(address(practice, f"files/{sha256}"))
    assert (response.status_code, b"".join(response)) == (200, FILE)

    with acting_as(SYSTEM):
        default_storage.delete(Attachment.objects.get(sha256=sha256).file)
    assert client.get(address(practice, f"files/{sha256}")).status_code == 503
