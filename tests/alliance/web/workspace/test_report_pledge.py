"""The account of a pledge beyond the charter, which saves itself; and a cache that is away."""

from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from alliance.enums import PledgeState, ReportState
from alliance.models import Answer, Pledge, Report
from alliance.services.answers import save_answer
from portal.kernel.access import acting_as
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.editor import form_data, stored_rows
from tests.support.pages import signed_in, words_of

pytestmark = pytest.mark.django_db

RECORD = UUID("0123456789abcdef0123456789abcdef")
PREFIX = f"p{RECORD.hex}"
TEXT = f"{PREFIX}-text"


@pytest.fixture
def report(cast: Cast) -> Report:
    report = make_report(make_cycle(read_charter()), cast.aurora)
    with acting_as(cast.actor("sven")):
        Pledge.objects.create(
            record=RECORD,
            organisation=cast.aurora,
            state=PledgeState.PUBLISHED,
            title="Ours",
            text="We will.",
        )
    return report


def account_url(report: Report) -> str:
    return f"/workspace/reports/{report.pk}/pledges/{RECORD}/"


def save_as_sven(cast: Cast, report: Report, text: str = "Written by Sven") -> None:
    with acting_as(cast.actor("sven")) as sven:
        save_answer(sven, report, RECORD, text=text, language="en", version=0)


def stored() -> list[str]:
    return [row.text for row in stored_rows(Answer)]


def test_it_saves_itself_and_says_where_the_report_stands(cast: Cast, report: Report) -> None:
    client, url = signed_in(cast.alice), account_url(report)
    page = words_of(client.get(url))
    posted = {**form_data(client, url), TEXT: "We did it.", "autosave": "1"}

    answer = client.post(url, posted, headers={"HX-Request": "true"})

    content = answer.content.decode()
    assert "Changes are saved as you work" in page
    assert f'data-saved="{PREFIX}" data-whole' in content
    assert f'name="{PREFIX}-version" id="id_{PREFIX}-version" value="1" hx-swap-oob="true"' in content
    assert "1 of 15 answers" in content
    assert 'aria-current="page">Ours' in content
    assert stored() == ["We did it."]


def test_its_button_saves_it_too_and_each_version_is_in_its_history(cast: Cast, report: Report) -> None:
    client, url = signed_in(cast.alice), account_url(report)

    for text in ("We began.", "We did it."):
        client.post(url, {**form_data(client, url), TEXT: text})
    history = client.get(f"/workspace/reports/{report.pk}/history/{PREFIX}/")

    assert stored() == ["We did it."]
    assert f"/history/{PREFIX}/" in client.get(url).content.decode()
    assert "We did it." in words_of(history)


def test_a_conflict_while_it_saves_itself_stands_beside_the_text(cast: Cast, report: Report) -> None:
    alice, url = signed_in(cast.alice), account_url(report)
    posted = {**form_data(alice, url), TEXT: "Written by Alice", "autosave": "1"}
    save_as_sven(cast, report)

    answer = alice.post(url, posted, headers={"HX-Request": "true"})

    content = answer.content.decode()
    assert f'id="conflict-{PREFIX}" data-conflict="{PREFIX}" hx-swap-oob="true"' in content
    assert "Sven saved this while you were editing it." in words_of(answer)
    assert "Not everything is saved" in content
    assert stored() == ["Written by Sven"]


def test_both_texts_are_shown_and_the_saved_one_stands(cast: Cast, report: Report) -> None:
    alice, url = signed_in(cast.alice), account_url(report)
    posted = {**form_data(alice, url), TEXT: "Written by Alice"}
    save_as_sven(cast, report)

    page = alice.post(url, posted)

    [entry] = page.context["editor"].conflicts
    assert page.status_code == 409
    assert (entry.conflict.stored_text, entry.conflict.sent_text) == ("Written by Sven", "Written by Alice")
    assert stored() == ["Written by Sven"]


@pytest.mark.parametrize(
    ("choice", "text"), [("sent", "Written by Alice"), ("stored", "Written by Sven")], ids=["sent", "stored"]
)
def test_a_person_chooses_whose_text_stands(cast: Cast, report: Report, choice: str, text: str) -> None:
    alice, url = signed_in(cast.alice), account_url(report)
    posted = {**form_data(alice, url), TEXT: "Written by Alice"}
    save_as_sven(cast, report)
    page = alice.post(url, posted)

    answer = alice.post(url, {**shown(page), "conflict": PREFIX, "resolve": choice})

    assert (answer.status_code, stored()) == (302, [text])


def test_merging_puts_both_texts_into_the_field(cast: Cast, report: Report) -> None:
    alice, url = signed_in(cast.alice), account_url(report)
    posted = {**form_data(alice, url), TEXT: "Written by Alice"}
    save_as_sven(cast, report)
    page = alice.post(url, posted)

    merged = alice.post(url, {**shown(page), "conflict": PREFIX, "resolve": "join"})
    # by this the page is not saved before its reader has looked at it
    assert merged.context["editor"].stored_values == f'{{"{TEXT}": "Written by Sven"}}'
    assert "data-stored=" in merged.text
    assert "Check it, then save." in words_of(merged)
    alice.post(url, shown(merged))

    assert stored() == ["Written by Sven\n\nWritten by Alice"]


def shown(page: Any) -> dict[str, str]:
    """What the page would post again: it was given back as it was typed."""
    [entry] = page.context["editor"].fields()
    fields = {field.html_name: str(field.value() or "") for field in entry.form}
    return {**fields, f"{PREFIX}-shown_digest": ""}


def test_what_is_sent_once_the_report_is_fixed_comes_back_to_be_copied(cast: Cast, report: Report) -> None:
    alice, url = signed_in(cast.alice), account_url(report)
    posted = {**form_data(alice, url), TEXT: "Written too late"}
    Report.objects.update(state=ReportState.IN_REVIEW)

    answer = alice.post(url, posted)

    assert answer.status_code == 422
    assert "What you typed" in words_of(answer)
    assert [value for field in answer.context["editor"].typed for value in field.values] == [
        "Written too late"
    ]
    assert stored() == []


def test_the_editor_opens_while_the_cache_is_away(cast: Cast, settings: Any) -> None:
    report = make_report(make_cycle(read_charter()), cast.aurora)
    alice = Client()
    alice.force_login(cast.alice)
    nowhere = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": "unix:///nowhere.sock?db=1",
    }
    settings.CACHES = {"default": nowhere}

    page = alice.get(f"/workspace/reports/{report.pk}/measures/search/")

    assert [person.name for person in page.context["present"]] == ["Alice"]
