"""The page of a practice and what belongs to it, as each reader gets it."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from alliance.enums import Role
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.journal import Event
from practices.audiences import audience
from practices.enums import Label
from practices.models import AccessLog, Adoption, AdoptionStep, Practice, Reaction, Relation, Version
from practices.services.adoptions import AdoptionResultInput, AdoptionStepInput, add_result, change_adoption
from practices.services.audiences import set_readers
from practices.services.practices import (
    draft_practice,
    recall_practice,
    retire_practice,
)
from practices.services.relations import relate_practice
from tests.factories import Cast, actor_of, make_organisation, make_person
from tests.factories.adoptions import DAY, make_adoption
from tests.factories.practices import CONTENT, call_as, make_draft, make_next_version, make_shared
from tests.support.forms import Form, forms_in
from tests.support.pages import queries_of, signed_in, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sven_edits")]
RICH: dict[str, Any] = {
    "steps": [
        {"text": "A message comes.", "by": "starts"},
        {"text": "A moderator looks.", "by": "person"},
    ],
    "effects": [{"what": "Unwanted contact", "unit": "in 10,000", "before": "4.1", "after": "1.6"}],
    "grade": "likely",
    "limits": "Not in groups. <script>alert(1)</script>",
}


def at(practice: Practice, more: str = "") -> str:
    return f"/workspace/practices/{practice.key}/{more}"


def page(person: Any, url: str) -> str:
    response = signed_in(person).get(url)
    assert response.status_code == 200, url
    return words_of(response)


def test_the_page_says_what_the_version_says_and_runs_nothing(cast: Cast) -> None:
    practice = make_shared(cast)
    make_next_version(cast, practice, note="More of it.", **RICH)
    response = signed_in(cast.carol).get(at(practice))
    html, words = response.content.decode(), words_of(response)

    for part in (
        "TLP:GREEN",
        "Version 2",
        "What changed",
        "A moderator looks.",
        "a person decides",
        "Likely",
    ):
        assert part in words, part
    assert '<li data-by="person">' in html
    assert "chart-hollow" in html
    assert "<script>alert" not in html


def test_the_files_of_the_version_stand_below_it(cast: Cast) -> None:
    practice = make_shared(cast)
    file = {
        "key": str(uuid4()),
        "title": "The rule",
        "name": "rule.pdf",
        "media_type": "application/pdf",
        "bytes": 2048,
    }
    with acting_as(SYSTEM):
        Version.objects.create(
            practice=practice,
            number=2,
            content=CONTENT,
            attachments=[{**file, "sha256": "0" * 64}],
            sha256="0" * 64,
            written_by=cast.alice,
        )
    assert "Files The rule rule.pdf, 2.0" in page(cast.carol, at(practice))


def test_the_access_log_is_for_the_source_alone(cast: Cast) -> None:
    practice = make_shared(cast)
    for _again in range(2):
        page(cast.carol, at(practice))
    assert "Who has opened it: 1" in page(cast.alice, at(practice))
    assert "Who has opened it" not in page(cast.carol, at(practice))
    assert "Carol" in page(cast.sven, at(practice, "access-log/"))
    table = signed_in(cast.alice).get(at(practice, "access-log.csv")).content.decode("utf-8-sig").splitlines()
    assert (len(table), table[1].split(",")[:2]) == (2, ["Carol", "Beacon Search"])
    for person, url in (
        (cast.carol, "access-log/"),
        (cast.carol, "access-log.csv"),
        (cast.mona, "access-log/"),
    ):
        assert signed_in(person).get(at(practice, url)).status_code == 404


def test_asking_whether_the_pages_can_be_opened_is_no_access(cast: Cast) -> None:
    practice = make_shared(cast, Label.AMBER)
    carol = signed_in(cast.carol)
    pages = (at(practice), reverse("workspace:practice-discussion", args=[practice.key]))
    assert [carol.head(page).status_code for page in pages] == [200, 200]
    with acting_as(SYSTEM):
        assert not AccessLog.objects.exists()


def test_accesses_are_grouped_by_person_and_paged(cast: Cast) -> None:
    practice = make_shared(cast)
    with acting_as(SYSTEM):
        line = {"practice": practice, "person": cast.carol, "organisation": cast.beacon, "label": "green"}
        for number in range(60):
            person = make_person(f"Reader{number}", cast.beacon, Role.READER)
            AccessLog.objects.create(**{**line, "person": person}, channel="page")
        AccessLog.objects.create(**line, channel="pdf")
        AccessLog.objects.create(**line, channel="page")
    first = page(cast.alice, at(practice, "access-log/"))
    assert "1–50 of 61" in first
    assert "Portal, PDF" in first


def test_readers_are_named_to_the_source_and_others_read_the_label(cast: Cast) -> None:
    practice = make_shared(cast, Label.AMBER)
    assert "Readers Beacon Search" in page(cast.alice, at(practice))
    assert "Readers Beacon" not in page(cast.carol, at(practice))


def test_states_are_said_before_anything_else(cast: Cast) -> None:
    practice = make_shared(cast)
    call_as(cast.actor("sven"), retire_practice, practice, "It has a flaw.")
    assert "Retired: do not start using it It has a flaw." in page(cast.carol, at(practice))
    call_as(cast.actor("sven"), recall_practice, practice, "It names a child.")
    assert "Recalled: only its source can read it It names a child." in page(cast.alice, at(practice))
    assert signed_in(cast.carol).get(at(practice)).status_code == 404


def test_any_two_versions_are_compared_in_words(cast: Cast) -> None:
    practice = make_shared(cast)
    make_next_version(cast, practice, note="Shorter.", summary="A message waits.")
    make_next_version(cast, practice, note="Proof.", summary="A message waits.", **RICH)
    client = signed_in(cast.carol)
    assert client.get(at(practice, "versions/?from=1&to=3")).headers["Location"] == at(
        practice, "versions/1..3/"
    )
    html = client.get(at(practice, "versions/1..2/")).content.decode()
    assert '<del><span class="hidden">Removed: </span>first </del>' in html

    assert "Stage" not in page(cast.carol, at(practice, "versions/1..3/")).split("Added", 1)[1]
    assert "No differences" in page(cast.carol, at(practice, "versions/2..2/"))
    assert "This is version 1" in page(cast.carol, at(practice, "versions/1/"))
    assert client.get(at(practice, "versions/1..4/")).status_code == 404


def test_relations_stand_on_both_pages_and_only_where_both_are_read(cast: Cast) -> None:
    practice, other = make_shared(cast), make_shared(cast, Label.AMBER)
    with acting_as(SYSTEM):
        Practice.objects.filter(pk=other.pk).update(reader_organisations=[cast.secretariat.pk])
    client = signed_in(cast.alice)
    search_page = client.get(at(practice, "relate/?q=slow first"))
    assert str(other.key) in search_page.content.decode()
    answer = client.post(at(practice, "relate/"), {"kind": "derives", "target": str(other.key)})
    assert answer.status_code == 302

    assert "Derives from Slow the first message TLP:AMBER" in page(cast.alice, at(practice))
    assert "Developed further in Slow the first message TLP:GREEN" in page(cast.alice, at(other))
    seen_by_carol = page(cast.carol, at(practice))
    assert "Derives from" not in seen_by_carol
    assert "Related practices" not in seen_by_carol
    with acting_as(SYSTEM):
        relation = Relation.objects.get()
        assert Event.objects.get(kind="practice.relate").data == {}
    client.post(at(practice, f"unrelate/{relation.key}/"))
    assert "Derives from" not in page(cast.alice, at(practice))


def test_what_one_may_not_read_cannot_be_related_to_or_found(cast: Cast) -> None:
    practice = call_as(cast.actor("carol"), _drafted_by, "Carol's own")
    hidden = make_draft(cast)
    client = signed_in(cast.carol)
    assert str(hidden.key) not in client.get(at(practice, "relate/?q=slow")).content.decode()
    answer = client.post(at(practice, "relate/"), {"kind": "derives", "target": str(hidden.key)})
    assert answer.status_code == 404


def _drafted_by(actor: Any, title: str) -> Practice:
    return draft_practice(actor, {**CONTENT, "title": title}, language="en")


def test_one_press_says_it_and_another_takes_it_back(cast: Cast) -> None:
    practice, client = make_shared(cast), signed_in(cast.carol)
    answer = client.post(at(practice, "react/"), {"kind": "works"})
    assert answer.headers["Location"] == at(practice) + "#reactions"
    assert "Works for us 1" in page(cast.sven, at(practice))
    assert "Carol , Beacon Search" in page(cast.sven, at(practice)).replace("Carol,", "Carol ,")
    assert "Carol" not in page(cast.mona, f"/secretariat/practices/{practice.key}/")

    part = client.post(at(practice, "react/"), {"kind": "works"}, headers={"HX-Request": "true"})
    assert (part.status_code, "<html" in part.content.decode()) == (200, False)
    with acting_as(SYSTEM):
        assert not Reaction.objects.exists()
    assert client.post(at(practice, "react/"), {"kind": "applause"}).status_code == 404


def test_a_use_is_recorded_changed_and_given_a_result_on_pages(cast: Cast) -> None:
    practice, client = make_shared(cast), signed_in(cast.carol)
    assert "Use this practice" in words_of(client.get(at(practice)))
    form = client.get(at(practice, "record-adoption/")).content.decode()
    assert re.search(r'value="green"[^>]* checked', form)
    fields = {"state": "trial", "on": "2026-04-03", "note": "Two titles.", "language": "en", "label": "green"}
    assert client.post(at(practice, "record-adoption/"), fields).status_code == 302
    with acting_as(SYSTEM):
        key = Adoption.objects.get().key
    result = {"what": "Contact", "before": "4.1", "after": "1.6", "unit": "in 10,000", "language": "en"}
    own = f"/workspace/practices/adoptions/{key}/"
    assert client.post(f"{own}result/", {"language": "en"}).status_code == 422
    assert client.post(f"{own}result/", result).status_code == 302
    change = {"state": "in_use", "on": "2026-05-03", "language": "en", "version": "2"}
    assert client.post(f"{own}change/", change).status_code == 302
    late = client.post(f"{own}change/", {**change, "state": "discontinued", "note": "Mine stays"})
    assert (late.status_code, "The record now says: In use" in words_of(late)) == (409, True)
    assert "Mine stays" in late.content.decode()

    seen = page(cast.sven, at(practice))
    assert "Beacon Search In use Since 3" in seen
    assert "Contact −61 % 4.1 → 1.6 in 10,000" in seen.replace("\N{NO-BREAK SPACE}", " ")
    assert "Slow the first message The whole organisation In use" in page(
        cast.carol, "/workspace/practices/adoptions/"
    )


def form_of(response: Any) -> Form:
    """The form that is saved over a version."""
    (form,) = [form for form in forms_in(response.content) if "version" in form.names]
    return form


def test_a_colleagues_narrower_choice_of_readers_is_not_overwritten_unread(cast: Cast) -> None:
    """Both have the form of one use open; the second is shown what the first has saved, and may save again."""
    use = make_adoption(cast.actor("carol"), make_shared(cast))
    url = reverse("workspace:adoption-readers", args=[use.key])
    carol, beth = signed_in(cast.carol), signed_in(make_person("Beth", cast.beacon, Role.EDITOR))
    wide, narrow = (
        form_of(client.get(url)).filled({"label": label, "organisations": str(cast.aurora.pk)})
        for client, label in ((carol, Label.GREEN), (beth, Label.AMBER_STRICT))
    )
    assert beth.post(url, narrow).status_code == 302

    late = carol.post(url, wide)
    assert late.status_code == 409
    assert f"The record now says: TLP:AMBER+STRICT ({cast.aurora.name})" in words_of(late)
    with acting_as(SYSTEM):
        assert Adoption.objects.get().label == Label.AMBER_STRICT
    assert carol.post(url, form_of(late).values).status_code == 302
    with acting_as(SYSTEM):
        assert Adoption.objects.get().label == Label.GREEN


def test_what_is_to_be_read_only_has_no_button_and_says_why(cast: Cast) -> None:
    practice, why = make_shared(cast, permitted_use="read"), "but not use it"
    seen = page(cast.carol, at(practice))
    assert (why in seen, "Use this practice" in seen) == (True, False)
    refused = signed_in(cast.carol).get(at(practice, "record-adoption/"), follow=True)
    assert (refused.redirect_chain, words_of(refused).count(why)) == ([(at(practice), 302)], 2)
    assert why not in page(cast.bob, at(practice))  # who could not record a use anyway
    assert "Use this practice" in page(cast.alice, at(practice))


def test_a_use_of_what_one_may_not_read_any_more_has_no_title(cast: Cast) -> None:
    practice = make_shared(cast, Label.AMBER)
    adoption = make_adoption(cast.actor("carol"), practice)
    call_as(cast.actor("sven"), recall_practice, practice, "It names a child.")
    for url in ("", f"{adoption.key}/", f"{adoption.key}/change/"):
        words = page(cast.carol, f"/workspace/practices/adoptions/{url}")
        assert "A practice that you can no longer read" in words
        assert "Slow the first" not in words


def test_uses_that_a_reader_may_not_see_leave_no_trace(cast: Cast) -> None:
    practice = make_shared(cast)
    strict = audience(Label.AMBER_STRICT, organisations=[cast.aurora.pk])
    make_adoption(cast.actor("carol"), practice, readers=strict, note="Canary")
    assert "Canary" in page(cast.sven, at(practice))
    secretariat = page(cast.mona, f"/secretariat/practices/{practice.key}/")
    assert "Beacon Search" not in secretariat
    assert "Nothing that you may read has been recorded yet." in secretariat


def test_seven_rows_take_as_many_queries_as_two(cast: Cast) -> None:
    practice, client = make_shared(cast), signed_in(cast.alice)
    pages = [at(practice, page) for page in ("", "uses/", "versions/")]
    _populate(cast, practice, range(2))
    few = {url: queries_of(client, url) for url in pages}
    _populate(cast, practice, range(2, 7))

    assert {url: queries_of(client, url) for url in pages} == few


def test_seven_own_uses_take_as_many_queries_as_two(cast: Cast) -> None:
    carol, client, url = cast.actor("carol"), signed_in(cast.carol), "/workspace/practices/adoptions/"
    for _number in range(2):
        make_adoption(carol, make_shared(cast))
    few = queries_of(client, url)
    for _number in range(5):
        make_adoption(carol, make_shared(cast))

    assert queries_of(client, url) == few


def _populate(cast: Cast, practice: Practice, numbers: range) -> None:
    """For each number an organisation that uses the practice, a reaction, a relation, an access and a version."""
    for number in numbers:
        organisation = make_organisation(f"user-{number}")
        actor = actor_of(make_person(f"Editor{number}", organisation, Role.EDITOR))
        adoption = make_adoption(actor, practice, note=f"Note {number}")
        call_as(actor, add_result, adoption, AdoptionResultInput("Contact", "", Decimal(4), Decimal(2)))
        with acting_as(SYSTEM):
            line = {"practice": practice, "person_id": actor.person_id, "organisation": organisation}
            Reaction.objects.create(**line, kind="works")
            AccessLog.objects.create(**line, label="green", channel="page")
        call_as(cast.actor("alice"), relate_practice, practice, "derives", make_shared(cast))
        make_next_version(cast, practice, note=f"Note {number}", licence=f"Licence {number}")


def test_the_source_reads_how_a_use_came_about_and_has_no_page_of_others(cast: Cast) -> None:
    carol, practice = cast.actor("carol"), make_shared(cast)
    adoption = make_adoption(carol, practice, note="First note")
    call_as(
        carol,
        change_adoption,
        adoption,
        AdoptionStepInput("in_use", DAY + timedelta(days=5), "Second note"),
        version=1,
    )
    with acting_as(SYSTEM):
        assert AdoptionStep.objects.count() == 2
    words = page(cast.sven, at(practice))
    assert "Second note" in words
    assert "First note" in words
    assert signed_in(cast.sven).get(f"/workspace/practices/adoptions/{adoption.key}/").status_code == 404


def test_narrowing_takes_the_practice_and_its_uses_from_who_is_out(cast: Cast) -> None:
    practice = make_shared(cast)
    make_adoption(cast.actor("alice"), practice)
    strict = audience(Label.AMBER_STRICT, organisations=[cast.secretariat.pk])
    call_as(cast.actor("sven"), set_readers, practice, strict)
    for url in ("", "uses/", "versions/", "versions/1/", "versions/1..1/"):
        assert signed_in(cast.carol).get(at(practice, url)).status_code == 404


@pytest.mark.parametrize("number", ["²", "9" * 5000], ids=["power", "long"])
def test_numbers_in_addresses_that_are_none_are_no_error_of_the_server(cast: Cast, number: str) -> None:
    practice, client = make_shared(cast, Label.GREEN), signed_in(cast.mona)

    for url in (
        f"/secretariat/practices/{practice.key}/uses/?effect={number}",
        f"/secretariat/practices/people/?year={number}",
        f"/secretariat/journal/?before={number}",
        f"/secretariat/journal/?target=practices.practice:{number}",
    ):
        assert client.get(url).status_code in (200, 422), url
