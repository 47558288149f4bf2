"""A member's certificate, and the page that verifies it by its digest."""

from datetime import timedelta

import pytest
from django.test import Client

from alliance.enums import CharterState, SignatureRule
from alliance.models import Accession, Charter, Organisation, Site
from alliance.queries.local_dates import today
from alliance.queries.public.certificates import certificate_editions
from alliance.services.accessions import (
    draft_accession,
    end_accession,
    sign_accession,
)
from alliance.services.charter_signatures import announce_charter
from alliance.services.charters import check_charter, put_charter_in_force
from alliance.services.organisations import rename_organisation
from alliance.services.public_documents import request_certificate
from alliance.services.publications import record_charter_publication
from alliance.services.supersession import publish_accession
from portal.kernel.access import acting_as
from portal.kernel.documents import Document
from portal.kernel.errors import WrongState
from portal.kernel.publishing import Publication
from tests.factories import Cast, make_charter
from tests.support.jobs import run_all_jobs
from tests.support.pages import words_of
from tests.support.pdf_reports import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pages_are_new")]


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
    assert client.get("/en/members/aurora-video/certificate/").url == "/en/members/aurora-video/"


def test_of_a_signature_that_has_carried_over_one_certificate_holds_and_ends_with_it(
    client: Client, cast: Cast, accession: Accession
) -> None:
    signed, first = Publication.objects.get(type="accession"), built("aurora-video")
    later = carried_over(cast, accession)

    (edition,) = certificate_editions("aurora-video")
    second = built("aurora-video")
    page = words_of(client.get("/en/members/aurora-video/"))

    assert (edition.accession, edition.publication) == (later, signed)
    assert ["Carried over" in text_of(each) for each in (first, second)] == [False, True]
    assert ("Version 2" in page, "Version 1" in page) == (True, False)
    assert "carried over, and is in force today for version 2" in verified(client, signed.sha256)
    assert "Genuine and in force" in verified(client, second.sha256)
    assert "Genuine, but no longer current" in verified(client, first.sha256)
    with acting_as(cast.actor("mona")) as actor:
        with pytest.raises(WrongState, match="signed a later version"):
            end_accession(actor, Accession.objects.get(pk=accession.pk), "It has left.")
        end_accession(actor, later, "It has left.")
    assert certificate_editions("aurora-video") == []
    assert client.get("/en/members/aurora-video/certificate/").url == "/en/members/aurora-video/"
    assert "No accession is in force" in words_of(client.get("/en/members/aurora-video/"))
    for digest in (signed.sha256, first.sha256, second.sha256):
        assert "Genuine, but not in force" in verified(client, digest)


def carried_over(cast: Cast, accession: Accession) -> Accession:
    """The accession to version 2, to which that to version 1 carries over."""
    rows = Charter.objects.filter(key=accession.charter.key)
    rows.update(later_signatures=SignatureRule.CARRY_OVER, notice_days=30)
    draft = make_charter(version=2, state=CharterState.DRAFT)
    with acting_as(cast.actor("mona")) as actor:
        announce_charter(actor, check_charter(actor, draft), SignatureRule.CARRY_OVER)
        rows.filter(pk=draft.pk).update(objections_until=today() - timedelta(days=1))
        put_charter_in_force(actor, check_charter(actor, draft))
    return Accession.objects.get(charter=draft)


def verified(client: Client, digest: str) -> str:
    return words_of(client.get(f"/en/verify/{digest}/"))


@pytest.mark.parametrize("state", ["suspended", "former"])
def test_a_member_that_is_suspended_or_has_left_has_none_and_its_page_says_why(
    client: Client, cast: Cast, accession: Accession, state: str
) -> None:
    Organisation.objects.filter(pk=cast.aurora.pk).update(
        state=state, state_reason="It has not paid its dues."
    )

    assert certificate_editions("aurora-video") == []
    for address in ("", f"{Publication.objects.get(type='accession').number}.pdf"):
        answer = client.get(f"/en/members/aurora-video/certificate/{address}", follow=True)
        assert answer.redirect_chain == [("/en/members/aurora-video/", 302)]
        assert "It has not paid its dues." in words_of(answer)
    assert client.get("/en/members/nobody/certificate/").status_code == 404


def test_what_is_no_digest_of_ours_is_refused_in_words(client: Client) -> None:
    assert "Nothing is published yet" in client.get(f"/en/verify/{'a' * 64}/").content.decode()
    for typed in ("abc", "xyz", "z" * 64, "<b>"):
        assert "This is no SHA-256" in client.get("/en/verify/", {"digest": typed}).content.decode()
    assert client.get(f"/en/verify/?digest=sha256:{'ab' * 32}").url == f"/en/verify/{'ab' * 32}/"
    assert client.get(f"/en/verify/?digest={'AB ' * 32}").url == f"/en/verify/{'ab' * 32}/"


def test_a_new_name_and_a_corrected_title_make_another_certificate(cast: Cast, accession: Accession) -> None:
    first = built("aurora-video")
    with acting_as(cast.actor("mona")) as actor:
        rename_organisation(actor, cast.aurora, {"en": "Borealis Video", "ru": "Бореалис Видео"})
    renamed = built("aurora-video")
    title = accession.charter.title_en
    with acting_as(cast.actor("mona")) as actor:
        accession.charter.title_en = "Charter of clear words"
        accession.charter.save()
        record_charter_publication(actor, accession.charter, {"reason": "A word.", "texts": ["title.en"]})
    corrected = built("aurora-video")

    texts = [text_of(each) for each in (first, renamed, corrected)]
    assert ["Borealis Video" in text for text in texts] == [False, True, True]
    assert [title in text for text in texts] == [True, True, False]
    assert "Charter of clear words" in texts[2]
    assert len({each.file_name for each in (first, renamed, corrected)}) == 3
