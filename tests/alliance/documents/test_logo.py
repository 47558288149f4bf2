"""The site's own logo stands on paper in place of the sun, and goes from there when it may not stand here."""

import io
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from PIL import Image

from alliance.models import Site
from alliance.queries.public.report_editions import report_edition
from alliance.services import site as services
from alliance.services.public_documents import request_public_report
from portal.kernel import files
from portal.kernel.access import acting_as
from portal.kernel.documents import Document
from practices.models import Practice
from practices.queries.exports import export_of
from practices.services.documents import request_brief
from tests.factories import Cast
from tests.factories.practices import make_shared
from tests.support.jobs import build_document, run_all_jobs
from tests.support.pdf_reports import reader_of, search_figures, two_half_years
from tests.support.published_reports import make_published_report

pytestmark = pytest.mark.django_db
WHY = {"concern": "mistake", "reason": "It is somebody else's."}


@pytest.fixture(autouse=True)
def _nothing_purged() -> Iterator[None]:
    yield
    files.PURGED_FILES.path.unlink(missing_ok=True)


@pytest.fixture
def picture_format() -> str:
    return "PNG"


@pytest.fixture
def logo(cast: Cast, picture_format: str) -> str:
    """The digest of the logo that mona has put there."""
    picture = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(picture, picture_format)
    ending = {"PNG": "png", "JPEG": "jpg"}[picture_format]
    upload = SimpleUploadedFile(f"logo.{ending}", picture.getvalue())
    with acting_as(cast.actor("mona")) as mona:
        return services.set_logo(mona, upload).logo.partition(".")[0]


def report(cast: Cast) -> Document:
    """Aurora's published report, built."""
    edition = report_edition(cast.aurora.slug, "2026-h1")
    assert edition is not None
    document = request_public_report(edition, "en")
    build_document(document)
    return document


def brief(cast: Cast) -> Document:
    """A practice of Aurora's on paper, for alice."""
    with acting_as(cast.actor("alice")) as alice, translation.override("en"):
        document = request_brief(alice, export_of(alice, Practice.objects.get()), "en")
    build_document(document)
    return document


def pictures_in(document: Document) -> int:
    """How many pictures stand on its first page."""
    return len(reader_of(document).pages[0].images)


@pytest.mark.parametrize("picture_format", ["PNG", "JPEG"])
def test_a_report_bears_the_logo_and_goes_with_it(cast: Cast, logo: str) -> None:
    make_published_report(two_half_years()[1], cast.aurora, search_figures(), {"find": "substantial"})
    document = report(cast)
    assert (document.source_digests, pictures_in(document)) == ([logo], 1)

    files.purge_file(cast.actor("mona"), logo, **WHY)
    run_all_jobs()

    document.refresh_from_db()
    assert (document.state, document.file, Site.objects.get().logo) == ("failed", "", "")
    again = report(cast)
    assert (again.pk, again.source_digests, pictures_in(again)) == (document.pk, [], 0)


def test_a_brief_bears_the_logo(cast: Cast, logo: str) -> None:
    make_shared(cast)

    document = brief(cast)

    assert (document.source_digests, pictures_in(document)) == ([logo], 1)


def test_while_the_logo_is_checked_the_sun_stands_in_its_place(cast: Cast, logo: str) -> None:
    make_published_report(two_half_years()[1], cast.aurora, search_figures(), {"find": "substantial"})
    files.quarantine_file(cast.actor("mona"), logo, **WHY)

    document = report(cast)

    assert (document.source_digests, pictures_in(document)) == ([], 0)


def test_its_address_names_the_file_and_where_it_stands(cast: Cast, logo: str) -> None:
    mona = cast.actor("mona")

    assert files.digest_named_in(mona, f"/logo/{Site.objects.get().logo}") == logo
    assert [str(place.label) for place in files.usages_of(mona, logo)] == ["Logo"]
