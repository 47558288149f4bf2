"""A member's certificate, and the page that verifies it by its digest."""

import pytest
from django.test import Client

from alliance.models import Accession, Charter, Organisation, Site
from alliance.queries.public.certificates import certificate_editions
from alliance.services.accessions import (
    draft_accession,
    end_accession,
    sign_accession,
)
from alliance.services.public_documents import request_certificate
from alliance.services.supersession import publish_accession
from portal.kernel.access import acting_as
from portal.kernel.documents import Document
from portal.kernel.publishing import Publication
from tests.factories import Cast
from tests.support.jobs import run_all_jobs
from tests.support.pdf_reports import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def pages_are_new(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.kernel.publishing.revision._REFRESH_SECONDS", 0.0)


@pytest.fixture
def accession(cast: Cast, charter: Charter) -> Accession:
    """Signed by Sven, published by Mona."""
    with acting_as(cast.actor("sven")) as actor:
        signed = sign_accession(actor, draft_accession(actor, cast.aurora, charter))
    with acting_as(cast.actor("mona")) as actor:
        return publish_accession(actor, signed)


def built(slug: str, language: str = "en") -> Document:
    (edition,) = certificate_editions(slug)
    document = request_certificate(edition, language)
    run_all_jobs()
    document.refresh_from_db()
    return document


@pytest.mark.parametrize(("language", "word"), [("en", "In force"), ("ru", "Действует")])
def test_it_says_what_was_signed_by_whom(accession: Accession, language: str, word: str) -> None:
    Site.objects.update_or_create(
        id=1, defaults={"name_en": "Alliance of Names", "name_ru": "Alliance of Names"}
    )

    text = text_of(built("aurora-video", language))

    words = ("Sven", accession.charter.title_en, "Alliance of Names", word)
    assert [each for each in words if each not in text] == []


def test_the_file_and_the_publication_are_verified_by_their_digests(
    client: Client, accession: Accession
) -> None:
    document, publication = built("aurora-video"), Publication.objects.get(type="accession")

    for digest in (document.sha256, publication.sha256, publication.sha256.upper()):
        assert "Genuine and in force" in client.get(f"/en/verify/{digest}/").content.decode()


def test_one_whose_accession_has_ended_is_genuine_and_not_in_force(
    client: Client, cast: Cast, accession: Accession
) -> None:
    document = built("aurora-video")
    with acting_as(cast.actor("mona")) as actor:
        end_accession(actor, accession, "It has left.")

    page = client.get(f"/en/verify/{document.sha256}/").content.decode()

    assert "Genuine, but no longer current" in page
    assert client.get("/en/members/aurora-video/certificate/").status_code == 404


def test_a_suspended_member_has_none(client: Client, cast: Cast, accession: Accession) -> None:
    Organisation.objects.filter(pk=cast.aurora.pk).update(state="suspended")

    assert certificate_editions("aurora-video") == []


def test_what_is_no_digest_of_ours_is_refused_in_words(client: Client) -> None:
    assert "Not a file of this record" in client.get(f"/en/verify/{'a' * 64}/").content.decode()
    for typed in ("abc", "xyz", "z" * 64, "<b>"):
        assert "This is no SHA-256" in client.get("/en/verify/", {"digest": typed}).content.decode()
    assert client.get(f"/en/verify/?digest=sha256:{'ab' * 32}").url == f"/en/verify/{'ab' * 32}/"
    assert client.get(f"/en/verify/?digest={'AB ' * 32}").url == f"/en/verify/{'ab' * 32}/"
