"""The search over the public record: what is found and shown, narrowed by facets, as a table and as a feed."""

import csv
import io

import pytest
from django.test import Client
from django.utils.html import strip_tags

from alliance.enums import IndicatorType
from alliance.models import Cycle, FormerSlug, Harm, Indicator
from alliance.queries.public import followed
from alliance.services.synonyms import set_synonyms, version_of
from portal.kernel import search
from portal.kernel.access import acting_as
from portal.kernel.publishing import Publication, touch_public_revision
from portal.kernel.search import find
from tests.factories import Cast
from tests.support.jobs import run_all_jobs
from tests.support.pages import words_of
from tests.support.public_search import ANSWER, kinds_of, page, publish_answer, words
from tests.support.published_reports import make_published_report

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(cast: Cast, cycle: Cycle) -> Publication:
    return publish_answer(cast, cycle)


def test_a_member_is_found_by_its_name_and_so_is_what_it_says(published: Publication) -> None:
    assert {"member", "passage", "verdict", "publication"} <= kinds_of("Aurora")


def test_passages_are_marked_in_their_language_and_their_texts_are_escaped(
    client: Client, cast: Cast, cycle: Cycle
) -> None:
    make_published_report(cycle, cast.aurora, answer="<script>alert(1)</script> grooming & <b>more</b>")

    shown = page(client, "grooming", language="ru")

    assert "<script>alert" not in shown
    assert 'lang="en"' in shown
    assert "<b>more" not in shown
    assert "<mark>grooming</mark>" in shown


def test_a_passage_says_where_its_text_goes_on(cast: Cast, cycle: Cycle) -> None:
    before, after = (" ".join(f"{word}{number}" for number in range(60)) for word in ("before", "after"))
    make_published_report(cycle, cast.aurora, answer=f"{before} xylophone {after}.")
    search.rebuild_index()

    findings = find("xylophone")
    passages = search.marked_documents(
        [hit.id for hit in findings.hits if hit.kind == "passage"], findings.query
    )
    (text,) = {strip_tags(text.html) for _title, text in passages.values() if text}

    assert text.startswith("… before")
    assert text.endswith(" …")


def test_a_harm_is_found_by_what_others_call_it_and_its_passage_is_its_own_words(
    client: Client, cycle: Cycle
) -> None:
    harm = Harm.objects.create(
        charter=cycle.charter, key="grooming", position=1, title_en="Grooming", title_ru="Груминг",
        note_en="An adult wins a child’s trust.", note_ru="Взрослый входит в доверие.",
        identifiers=[{"scheme": "dsa", "id": "KEYWORD_GROOMING_SEXUAL_ENTICEMENT_MINORS"}],
    )  # fmt: skip
    search.refresh("charter", [cycle.charter.key])
    touch_public_revision()

    shown = words(client, "keyword enticement minors")

    assert f"{harm.title_en} An adult wins a child’s trust. Kind of harm" in shown


def test_facets_narrow_and_count(client: Client, cast: Cast, cycle: Cycle, published: Publication) -> None:
    make_published_report(cycle, cast.beacon, answer=ANSWER)

    findings = find("grooming", {"member": ["beacon-search"]})

    facets = search.documents_by_id([hit.id for hit in findings.hits]).values()
    assert {token for row in facets for token in row.facets if token.startswith("member:")} == {
        "member:beacon-search"
    }
    assert set(findings.counts["member"]) == {"beacon-search", "aurora-video"}
    shown = page(client, "grooming", "&member=beacon-search&kind=passage&language=en")
    assert 'value="beacon-search" checked' in shown
    assert "Nothing matches with these choices" in words(client, "grooming", "&language=ru&kind=passage")


def test_a_search_is_narrowed_by_an_earlier_address_of_a_member_too(
    client: Client, cast: Cast, published: Publication
) -> None:
    FormerSlug.objects.create(organisation=cast.aurora, slug="aurora-old")

    for file in (".csv", ".atom"):
        now, before = (
            client.get(f"/en/search{file}?q=grooming&member={slug}")
            for slug in ("aurora-video", "aurora-old")
        )
        assert ANSWER.split(" ")[0] in now.getvalue().decode(), file
        assert before.getvalue() == now.getvalue(), file
    assert 'value="aurora-video" checked' in page(client, "grooming", "&member=aurora-old")
    subject = followed.find_subject("search", "q=grooming&member=aurora-old")
    assert subject is not None
    assert subject.key == "q=grooming&member=aurora-video"


def test_texts_are_filed_under_the_harms_of_which_they_have_words(
    client: Client, cast: Cast, cycle: Cycle
) -> None:
    for position, key in enumerate(("grooming", "bullying"), 1):
        Harm.objects.create(
            charter=cycle.charter, key=key, position=position, title_en=key.title(), title_ru=key.title()
        )
    make_published_report(
        cycle, cast.aurora, answer="Our queue for sexual extortion of teenagers.", verdicts={"find": "limited"},
        replies={"find": "Our queue is short."},
    )  # fmt: skip
    search.rebuild_index()
    touch_public_revision()

    assert {hit.kind for hit in find("queue", {"harm": ["grooming"]}).hits} == {"passage"}
    assert not find("queue", {"harm": ["bullying"]}).hits
    assert 'name="harm" value="grooming" checked' in page(client, "queue", "&harm=grooming")
    # the words that stand for a harm are the secretariat's
    with acting_as(cast.actor("mona")) as actor:
        set_synonyms(actor, "harm:bullying", {"en": ["bullying", "short queue"]}, expected_version=0)
        set_synonyms(actor, "harm:grooming", {"en": ["grooming", "groomer"]}, expected_version=0)
    run_all_jobs()
    assert not find("queue", {"harm": ["grooming"]}).hits
    assert not find("queue", {"harm": ["bullying"]}).hits  # a phrase
    with acting_as(cast.actor("mona")) as actor:
        stored = search.edited_group("harm:bullying")
        words_now = {"en": ["bullying", "teenagers"]}
        set_synonyms(actor, "harm:bullying", words_now, expected_version=version_of(stored))
    run_all_jobs()
    assert {hit.kind for hit in find("queue", {"harm": ["bullying"]}).hits} == {"passage"}


def test_an_indicator_is_filed_under_the_harms_that_it_is_broken_down_by(cycle: Cycle) -> None:
    Harm.objects.create(
        charter=cycle.charter, key="drugs", position=1, title_en="Drugs", title_ru="Наркотики"
    )
    indicator = Indicator.objects.filter(charter=cycle.charter, type=IndicatorType.FIGURE)[0]
    Indicator.objects.filter(pk=indicator.pk).update(breakdowns=["harm"])
    search.refresh("charter", [cycle.charter.key])

    hits = find(indicator.title, {"harm": ["drugs"]}).hits
    assert {hit.kind for hit in hits} == {"indicator"}


def test_of_many_values_of_a_facet_all_are_sent_where_they_are_asked_for(
    client: Client, cast: Cast, cycle: Cycle, published: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_published_report(cycle, cast.beacon, answer=ANSWER)
    monkeypatch.setattr("alliance.web.public.search._FIRST_OPTIONS", 0)
    monkeypatch.setattr("alliance.web.public.search._MOST_OPTIONS", 1)

    few, whole = page(client, "grooming"), page(client, "grooming", "&all=member")
    chosen = page(client, "grooming", "&member=beacon-search")

    assert [few.count(f'name="member" value="{slug}"') for slug in ("aurora-video", "beacon-search")] == [
        1,
        0,
    ]
    assert 'href="?q=grooming&amp;all=member">All 2' in few
    assert [whole.count(f'name="member" value="{slug}"') for slug in ("aurora-video", "beacon-search")] == [
        1,
        1,
    ]
    assert 'name="member" value="beacon-search" checked' in chosen
    both = page(client, "grooming", "&member=aurora-video,beacon-search")
    assert both.count('name="member" value="') - both.count('" checked') == 0
    assert both.count('" checked') == 2
    assert 'type="hidden" name="all" value="member"' in whole
    assert "all=member" not in client.get("/en/search/?q=grooming&all=member").context["canonical"]


def test_results_are_a_table_too(client: Client, published: Publication) -> None:
    response = client.get("/en/search.csv?q=grooming")

    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows[0] == [
        *("What it is", "Title", "Passage", "Language", "Publication", "Address"),
        *("Figures", "Correction"),
    ]
    assert any(row[0] == "Passages of reports" and ANSWER.split(" ")[0] in row[2] for row in rows[1:])
    assert "<mark>" not in response.content.decode()


def test_a_search_is_followed_as_a_feed(client: Client, published: Publication) -> None:
    response = client.get("/en/search.atom?q=grooming")

    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert ANSWER.split(" ")[0] in response.content.decode()
    assert "mark&gt;" not in response.content.decode()
    assert client.get("/en/search.atom").status_code == 200


@pytest.mark.parametrize("order", ["match", "newest"])
def test_results_are_one_list_in_another_order(client: Client, published: Publication, order: str) -> None:
    assert "Aurora" in page(client, "aurora", f"&order={order}")
    assert client.get(f"/en/search/?q=aurora&order={order}&page=99").status_code == 404


@pytest.mark.parametrize(
    "text",
    [
        "a & | ! <-> :* ( )", "'", "x" * 1000, "word " * 390, "the of and", "of", "go", '"', "-", "--grooming", "%",
        "\x02grooming\x03", "🙂", "e-mail@example.com", "http://example.com/?a=b",
    ],
)  # fmt: skip
def test_any_text_is_answered(client: Client, published: Publication, text: str) -> None:
    page(client, text)


def test_a_text_that_no_database_can_hold_is_refused(client: Client) -> None:
    assert client.get("/en/search/?q=a%00b").status_code == 400


def test_without_words_the_page_says_what_can_be_searched(client: Client) -> None:
    assert "Write words, a “phrase” in quotation marks, or a question." in words_of(client.get("/en/search/"))
