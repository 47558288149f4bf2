"""A report whose publication is withdrawn: what every desk, list and program calls it."""

import pytest
from django.test import Client
from django.utils.translation import override

from alliance.models import Report
from alliance.services.withdrawals import publish_again
from portal.kernel.access import acting_as
from portal.kernel.publishing import Publication
from tests.factories import Cast, make_cycle, read_charter
from tests.support.bearers import token_of
from tests.support.pages import signed_in, words_of
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.withdrawals import withdraw

pytestmark = pytest.mark.django_db


def test_every_desk_and_list_calls_the_report_withdrawn_and_leads_to_why(cast: Cast) -> None:
    """So do programs; a report that is public again is called published again."""
    cycle = make_cycle(read_charter())
    published = make_published_report(cycle, cast.aurora, verdicts={"find": "limited"})
    make_published_cycle(cycle)
    report = Report.objects.get()
    request = withdraw(cast, published)
    report.refresh_from_db()
    link = f'href="/en/publications/{request.published_as}/"'
    mona, sven = signed_in(cast.mona), signed_in(cast.sven)
    member = f"/secretariat/members/{cast.aurora.pk}/"
    review = f"/secretariat/reviews/{report.pk}/"
    pages = [
        *((mona, address) for address in (
            "/secretariat/", "/secretariat/cycles/2026-h1/", "/secretariat/cycles/2026-h1/?state=withdrawn",
            "/secretariat/reviews/?state=any", "/secretariat/reviews/?state=withdrawn", member, review,
            f"/secretariat/reports/{report.pk}/story/",
        )),
        (sven, "/workspace/reports/"), (sven, f"/workspace/reports/{report.pk}/"),
    ]  # fmt: skip
    read = {address: client.get(address) for client, address in pages}

    assert [url for url, page in read.items() if "Withdrawn" not in words_of(page)] == []
    assert [url for url, page in read.items() if link not in page.text] == []
    with override("ru"):
        assert report.get_state_display() == "Отозван"
    desk = mona.get("/secretariat/cycles/2026-h1/?state=published")
    queue = mona.get("/secretariat/reviews/?state=published")
    assert [len(page.context["page"].object_list) for page in (desk, queue)] == [0, 0]
    table = mona.get("/secretariat/reviews/csv/?state=any")
    assert "Withdrawn" in b"".join(table.streaming_content).decode()  # type: ignore[attr-defined]  # a stream
    for page in (read[review], read[f"/workspace/reports/{report.pk}/"]):
        history = words_of(page)
        assert f"Withdrawn from the public pages, publication No. {request.published_as}" in history
    program = {"Authorization": f"Bearer {token_of(cast.mona)}"}
    (row,) = Client().get("/api/v1/secretariat/reports/?withdrawn=true", headers=program).json()["results"]
    assert (row["state"], row["withdrawn_by"]) == ("published", request.published_as)

    with acting_as(cast.actor("mona")) as actor:
        publish_again(actor, request, "It was theirs after all.")
    again = Publication.objects.get(type="report", revision=2)

    report.refresh_from_db()
    assert (report.get_state_display(), report.withdrawn_as) == ("Published", None)
    assert f"Public again, publication No. {again.number}" in words_of(mona.get(review))
