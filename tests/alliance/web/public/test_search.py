"""The search over the public record: what is found, however it is typed, and what nobody may find."""

import csv
import io
from datetime import datetime, timedelta
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from django.contrib.postgres.search import SearchVector
from django.db.models import Value
from django.test import Client
from django.utils.html import strip_tags

from alliance.enums import CycleState, IndicatorType, OrganisationState, Role
from alliance.models import Cycle, Harm, Indicator
from alliance.queries.public.record import standing_publications
from alliance.services.organisations import rename_organisation
from alliance.services.ownership import add_service
from alliance.services.synonyms import set_synonyms, version_of
from alliance.services.withdrawals import ask_for_withdrawal, consent_to_withdrawal, publish_again
from portal.kernel import clock, search
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import Publication, publish, rebuild, touch_public_revision
from portal.kernel.search import SearchDocument, find
from tests.factories import Cast, make_cycle, make_organisation, make_person, make_report, read_charter
from tests.factories.cast import actor_of
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.published_reports import make_published_report
from tests.support.submissions import body_of

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
ANSWER = "Signs of grooming in voice rooms are looked at within an hour by our moderators."


@pytest.fixture
def cycle(cast: Cast) -> Cycle:
    return make_cycle(read_charter(), "2026-h1", CycleState.PUBLISHED)


@pytest.fixture
def published(cast: Cast, cycle: Cycle) -> Publication:
    """Aurora answers about grooming, in English; the reasons of its verdicts are in Russian."""
    publication = make_published_report(
        cycle,
        cast.aurora,
        verdicts={"find": "limited"},
        language="ru",
        answer=ANSWER,
        replies={"find": "So it is."},
    )
    search.rebuild_index()
    touch_public_revision()
    return publication


def page(client: Client, text: str, rest: str = "", language: str = "en") -> str:
    response = client.get(f"/{language}/search/?q={quote(text)}{rest}")
    assert response.status_code == 200
    return response.content.decode()


def words(client: Client, text: str, rest: str = "", language: str = "en") -> str:
    return words_of(client.get(f"/{language}/search/?q={quote(text)}{rest}"))


def kinds_of(text: str, **options: bool) -> set[str]:
    return {hit.kind for hit in find(text, **options).hits}


# --- What is found ---


@pytest.mark.parametrize(
    "text", ["grooming", "груминг", "груминга", "sextortion", "GROOMING", "moderator voice"]
)
def test_an_answer_is_found_by_its_words_and_by_synonyms_in_either_language(
    published: Publication, text: str
) -> None:
    assert "passage" in kinds_of(text)


@pytest.mark.usefixtures("published")
def test_only_the_words_themselves_are_found_without_synonyms() -> None:
    assert "passage" in kinds_of("sextortion")
    assert kinds_of("sextortion", with_synonyms=False) == set()


def test_a_member_is_found_by_its_name_and_so_is_what_it_says(published: Publication) -> None:
    assert {"member", "passage", "verdict", "publication"} <= kinds_of("Aurora")


def test_a_misspelt_word_is_put_right_and_can_be_searched_as_typed(
    client: Client, published: Publication
) -> None:
    assert "Nothing in the record is written “moderatosr”" in words(client, "moderatosr")
    assert "<mark>moderators</mark>" in page(client, "moderatosr")
    as_typed = words(client, "moderatosr", "&spelling=typed")
    assert "Nothing in the record says “moderatosr”" in as_typed
    assert "Nearest words: moderators" in as_typed


def test_a_russian_word_that_is_misspelt_is_put_right_too(cast: Cast, cycle: Cycle) -> None:
    make_published_report(cycle, cast.aurora, language="ru", answer="Модераторы отвечают за час.")

    assert find("модероторы").respelt == "модераторы"


def test_a_word_of_another_length_is_not_taken_for_one_that_is_misspelt(published: Publication) -> None:
    assert find("voicemails").respelt == ""  # and not "voice"


def test_a_question_is_answered_by_texts_that_have_most_of_its_words(
    client: Client, published: Publication
) -> None:
    findings = find("which company looks at grooming in voice rooms fastest")

    assert (findings.least, {hit.kind for hit in findings.hits}) == (3, {"passage"})
    assert findings.respelt == ""  # a company is no misspelt "compared", where only most words are found
    page_words = words(client, findings.query.text)
    assert "Shown are those with 3 of them." in page_words
    assert "What readers ask" in page_words  # which may be the very thing
    assert "What readers ask" in words(client, "grooming?")
    assert "What readers ask" not in words(client, "grooming")


def test_a_long_question_is_answered_by_texts_that_have_most_of_its_rarest_words(
    client: Client, published: Publication
) -> None:
    question = (
        "How fast do your companies look at signs of grooming in voice rooms after parents complain loudly"
    )
    findings = find(question)

    assert len(findings.query.wanted) > 8
    assert (findings.least, {hit.kind for hit in findings.hits}) == (5, {"passage"})
    assert "Shown are those with 5 of them." in words(client, question)


def test_a_misspelt_word_of_a_question_is_put_right_where_most_of_its_words_do(
    client: Client, published: Publication
) -> None:
    question = "which company looks at groming in voice rooms fastest"
    findings = find(question)

    assert findings.respelt == question.replace("groming", "grooming")
    assert (findings.least, {hit.kind for hit in findings.hits}) == (3, {"passage"})
    assert all("<mark>grooming</mark>" in each for each in marked_of(findings))
    page_words = words(client, question)
    assert f"Nothing in the record is written “{question}”" in page_words
    assert "Shown are those with 3 of them." in page_words
    assert find(question, as_typed=True).respelt == ""


def marked_of(findings: search.Findings) -> list[str]:
    passages = search.marked_documents([hit.id for hit in findings.hits], findings.query)
    return [str(text.html) for _title, text in passages.values() if text]


def test_a_phrase_is_found_as_it_stands(published: Publication) -> None:
    assert kinds_of('"voice rooms"') == {"passage"}
    assert kinds_of('"rooms voice"') == set()


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


def test_a_word_of_the_list_of_harms_shows_what_is_searched_with_it(
    client: Client, published: Publication
) -> None:
    shown = words(client, "груминг")

    assert "sextortion" in shown
    assert "Only the words themselves" in shown


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


@pytest.mark.parametrize(
    ("typed", "meant"), [("uhevbyu", "груминг"), ("пкщщьштп", "grooming"), ("voce roms", "voice rooms")]
)
def test_another_keyboard_and_several_typing_errors_are_understood(
    client: Client, published: Publication, typed: str, meant: str
) -> None:
    findings = find(typed)

    assert (findings.respelt, bool(findings.hits)) == (meant, True)
    assert not find(typed, as_typed=True).hits
    assert f"Nothing in the record is written “{typed}”" in words(client, typed)


def test_a_question_without_its_mark_is_answered_by_what_readers_ask(
    client: Client, published: Publication
) -> None:
    assert "What readers ask" in words(client, "who has the xylophones and the moderators")
    assert "What readers ask" not in words(client, "xylophones")


def test_facets_narrow_and_count(client: Client, cast: Cast, cycle: Cycle, published: Publication) -> None:
    make_published_report(cycle, cast.beacon, answer=ANSWER)

    findings = find("grooming", {"member": ["beacon-search"]})

    assert {token for hit in findings.hits for token in hit.facets if token.startswith("member:")} == {
        "member:beacon-search"
    }
    assert set(findings.counts["member"]) == {"beacon-search", "aurora-video"}
    shown = page(client, "grooming", "&member=beacon-search&kind=passage&language=en")
    assert 'value="beacon-search" checked' in shown
    assert "Nothing matches with these choices" in words(client, "grooming", "&language=ru&kind=passage")


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


# --- What nobody may find ---


def test_withheld_answers_are_not_in_the_results(cast: Cast, cycle: Cycle) -> None:
    body = body_of(make_report(cycle, cast.aurora), answer="Our secret thresholdword.")
    for measure in body["measures"]:
        for answer in measure["answers"]:
            answer["disclosure"] = "secretariat"
    cast.aurora.reports.all().delete()
    make_published_report(cycle, cast.aurora, measures=body["measures"])

    assert kinds_of("thresholdword") == set()
    assert not SearchDocument.objects.filter(texts__icontains="thresholdword").exists()


def test_a_withdrawn_report_is_not_found_until_it_is_public_again(cast: Cast, published: Publication) -> None:
    assert {"passage", "verdict", "publication"} <= kinds_of("Aurora")
    with acting_as(cast.actor("mona")) as actor:
        request = ask_for_withdrawal(actor, published, {"en": "Not theirs.", "ru": "Не их."})
    second = actor_of(make_person("Otto", cast.secretariat, Role.AUDITOR))
    with acting_as(second):
        withdrawal = consent_to_withdrawal(second, request)

    assert kinds_of("grooming") == set()
    assert not {"passage", "verdict"} & kinds_of("Aurora")
    scopes = str(list(SearchDocument.objects.values_list("scope", flat=True)))
    assert f"report:{published.record}" not in scopes
    assert f"response:{published.record}" not in scopes  # with a report go the replies to its verdicts
    assert "response" not in {row.type for row in standing_publications(Publication.objects.all())}
    with acting_as(cast.actor("mona")) as actor:
        publish_again(actor, withdrawal, "It was theirs.")
    assert "passage" in kinds_of("grooming")
    assert f"response:{published.record}" in str(list(SearchDocument.objects.values_list("scope", flat=True)))


def test_a_new_name_is_found_at_once_and_all_under_both_names_soon(
    cast: Cast, cycle: Cycle, published: Publication
) -> None:
    with acting_as(cast.actor("mona")) as actor:
        rename_organisation(actor, cast.aurora, {"en": "Borealis", "ru": "Бореалис"})
        add_service(actor, cast.aurora, names={"en": "Skylight", "ru": "Скайлайт"}, starts_on=cycle.starts_on)

    assert kinds_of("Borealis") == {"member"}
    assert kinds_of("Скайлайт") == {"member"}
    run_all_jobs()
    assert {"member", "passage", "verdict"} <= kinds_of("Borealis") & kinds_of("Aurora")


def rows() -> list[tuple[object, ...]]:
    """The whole index but for the numbers of its rows."""
    names = [field.attname for field in SearchDocument._meta.concrete_fields if not field.primary_key]
    return sorted(SearchDocument.objects.values_list(*names), key=str)


def test_the_index_is_rebuilt_from_the_record_as_acts_have_written_it(
    cast: Cast, cycle: Cycle, published: Publication
) -> None:
    with acting_as(cast.actor("mona")) as actor:
        rename_organisation(actor, cast.aurora, {"en": "Borealis", "ru": "Бореалис"})
        add_service(actor, cast.aurora, names={"en": "Skylight", "ru": "Скайлайт"}, starts_on=cycle.starts_on)
    make_published_report(cycle, cast.beacon, answer=ANSWER)
    run_all_jobs()
    before = rows()
    with acting_as(SYSTEM):
        rebuild()

    assert rows() == before


def test_an_applicant_is_found_by_the_secretariat_alone(client: Client, cast: Cast) -> None:
    make_organisation("zephyr-dating", state=OrganisationState.APPLICANT)
    search.rebuild_index()

    assert kinds_of("Zephyr") == set()
    assert "Zephyr Dating" not in words(client, "Zephyr")
    assert "Zephyr Dating" not in words_of(signed_in(cast.alice).get("/workspace/search/?q=Zephyr"))
    assert "Zephyr Dating" in words_of(signed_in(cast.mona).get("/secretariat/search/?q=Zephyr"))


# --- However much there is ---


def fill(
    count: int, kind: str, title: str, first: int, *, number: int | None = None, at: datetime | None = None
) -> None:
    """Documents of this kind whose ids begin here."""
    SearchDocument.objects.bulk_create(
        SearchDocument(
            id=first + place, kind=kind, scope="tests", titles={"en": title}, route="public:home",
            facets=[f"kind:{kind}", "language:en"], at=at or clock.now(), number=number,
            vector=SearchVector(Value(title), config="portal_words"),
        )
        for place in range(count)
    )  # fmt: skip


@pytest.mark.usefixtures("cast")
def test_no_kind_is_left_out_for_another_that_has_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.kernel.search.engine.MAX_RANKED", 30)
    fill(1, "member", "Xylophone", 1)
    fill(40, "passage", "Xylophone", 50_000)

    findings = find("xylophone")

    assert findings.is_capped
    assert {kind: len(hits) for kind, hits in findings.by_kind.items()} == {"member": 1, "passage": 29}
    assert find("xylophone", {"kind": ["member"]}).is_capped is False


def test_of_more_than_are_ranked_the_newest_are_first_in_the_feed_and_the_table_says_that_it_is_cut(
    client: Client, cast: Cast, cycle: Cycle
) -> None:
    publications = [publish_note(number) for number in range(40)]
    SearchDocument.objects.all().delete()
    moment = clock.now()
    fill(600, "passage", "Xylophone", 50_000)
    # the rows of what was published last are the first ones, as after the index was made anew
    fill(20, "verdict", "Xylophone last", 1, number=publications[-1].number, at=moment - timedelta(days=400))
    fill(3, "promise", "Xylophone before", 30, number=publications[-2].number, at=moment)
    SearchDocument.objects.filter(kind="passage").update(number=publications[3].number)
    fill(1, "question", "Xylophone asked", 40, at=publications[-1].published_at - timedelta(microseconds=1))
    touch_public_revision()

    feed = ElementTree.fromstring(client.get("/en/search.atom?q=xylophone").content)
    titles = [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]
    assert titles[:24] == ["Xylophone last"] * 20 + ["Xylophone asked"] + ["Xylophone before"] * 3
    assert len(titles) == 50
    assert titles[24] == "Xylophone"
    moments = [entry.findtext(f"{ATOM}updated") for entry in feed.iter(f"{ATOM}entry")]
    assert moments == sorted(moments, reverse=True)

    newest = words(client, "xylophone", "&order=newest")
    assert newest.count("Xylophone last") == 20
    assert "Xylophone asked" in words(client, "xylophone", "&order=newest&page=2")
    assert "The newest 500 are shown." in newest
    assert "500 of them are shown and counted: some of each kind" in words(client, "xylophone")
    filtered = client.get("/en/search.atom?q=xylophone&kind=promise").content.decode()
    assert (filtered.count("<entry>"), "Xylophone before" in filtered) == (3, True)

    *_rows, last = csv.reader(
        io.StringIO(client.get("/en/search.csv?q=xylophone").content.decode("utf-8-sig"))
    )
    assert last[0].startswith("There are more than 500 results. These are 500 of them")
    assert last[5].endswith("/en/search/?q=xylophone")
    *_rows, last = csv.reader(io.StringIO(client.get("/en/search.csv?q=asked").content.decode("utf-8-sig")))
    assert last[1] == "Xylophone asked"


def publish_note(number: int) -> Publication:
    with acting_as(SYSTEM):
        return publish(
            SYSTEM, "note", f"note/{number}", {"text": "Noted."}, title={"en": "A note"}, languages=["en"]
        )


@pytest.mark.usefixtures("cast")
def test_old_and_new_documents_are_each_returned_once() -> None:
    for first in (1, 9_000, 12_000, 900_000):
        fill(3, "passage", "Xylophone", first)
    fill(1, "verdict", "Xylophone", 20)

    hits = find("xylophone").hits

    assert len({hit.id for hit in hits}) == len(hits) == 13
    assert search.count("xylophone", with_synonyms=True) == 13


def test_a_page_of_one_kind_goes_on(client: Client, cast: Cast) -> None:
    fill(25, "passage", "Xylophone", 1)

    assert 'aria-current="page"' in page(client, "xylophone", "&kind=passage")
    assert words(client, "xylophone", "&kind=passage&page=2").count("Xylophone") == 5


# --- However it is typed ---


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


@pytest.mark.usefixtures("published")
def test_stop_words_alone_ask_for_another_word(client: Client) -> None:
    assert "These words are in almost every text" in words(client, "the of and")


@pytest.mark.usefixtures("published")
def test_signs_and_words_to_leave_out_are_called_so(client: Client) -> None:
    assert "There is no word to search for" in words(client, "🧸 %")
    assert "Only words to leave out are given" in words(client, "-grooming")


def test_without_words_the_page_says_what_can_be_searched(client: Client) -> None:
    assert "Write words, a “phrase” in quotation marks, or a question." in words_of(client.get("/en/search/"))
