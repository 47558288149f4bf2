"""The public pages of practices in a real browser, with everything in them that a practice can say."""

from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import Page

from alliance.enums import Role
from alliance.models import Membership, Site
from alliance.queries.site import read_site
from portal.kernel.access import SYSTEM, acting_as
from practices.enums import Label
from practices.models import Adoption, AdoptionResult
from practices.services.practices import recall_practice, retire_practice
from tests.factories import read_cast, read_charter
from tests.factories.practices import RICH, call_as, make_shared
from tests.support.page_inspection import VIEWPORTS, Inspector

pytestmark = pytest.mark.slow


@pytest.fixture
def addresses(live_server: Any) -> list[str]:
    """One practice in full that somebody uses, one that is retired, one withdrawn."""
    with transaction.atomic():
        cast, _charter = read_cast(), read_charter()
        Membership.objects.filter(person=cast.sven).update(roles=[Role.SIGNATORY, Role.EDITOR])
        Site.objects.update_or_create(id=1, defaults={"name_en": "The alliance", "name_ru": "Альянс"})
        full, retired, gone = (make_shared(cast, Label.CLEAR, **RICH) for _number in range(3))
        call_as(cast.actor("sven"), retire_practice, retired, "Voice calls go round it.")
        call_as(cast.actor("sven"), recall_practice, gone, "It misjudges school classes.")
        with acting_as(SYSTEM):
            adoption = Adoption.objects.create(
                practice=full, organisation=cast.beacon, label=Label.CLEAR, state="in_use", since="2026-04-01"
            )
            AdoptionResult.objects.create(
                adoption=adoption, what="Unwanted contact", before="3.1", after="1.5", added_by=cast.carol
            )
    read_site.forget()
    own = [f"practices/{practice.key}/" for practice in (full, retired, gone)]
    return [
        "practices/",
        "practices/?q=zebra",
        *own,
        f"{own[2]}versions/1/",
        "commitments/find/",
        "members/aurora-video/",
    ]


def test_the_public_pages_of_practices_stand(
    live_server: Any, addresses: list[str], page: Page, full: bool
) -> None:
    page.emulate_media(reduced_motion="reduce")  # colours in between two schemes are nobody's
    inspector = Inspector(page, full=full)

    for place, path in enumerate(addresses):
        for language, width in VIEWPORTS if full else (VIEWPORTS[place % len(VIEWPORTS)],):
            inspector.inspect(f"{live_server.url}/{language}/{path}", width)

    assert inspector.faults == []
