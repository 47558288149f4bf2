"""How the words of a search are understood: synonyms, misspelt words, questions, phrases, other keyboards."""

from datetime import date
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.test import Client

from alliance.models import Cycle, Harm, Organisation, PublishedTarget
from portal.kernel import search
from portal.kernel.publishing import Publication, touch_public_revision
from portal.kernel.search import find
from tests.factories import Cast, read_charter
from tests.support.public_search import kinds_of, page, publish_answer, words
from tests.support.published_reports import make_published_report

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(cast: Cast, cycle: Cycle) -> Publication:
    return publish_answer(cast, cycle)


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


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("porn", "harm:not-for-age"), ("порно", "harm:not-for-age"), ("child porn", "harm:sexual-abuse-material"),
        ("детское порно", "harm:sexual-abuse-material"), ("педофилы", "harm:sexual-abuse-material"),
        ("sexting", "harm:grooming"), ("секстинга", "harm:grooming"), ("шантаж", "harm:grooming"),
        ("AI", "artificial-intelligence"), ("ИИ", "artificial-intelligence"), ("нейросети", "artificial-intelligence"),
        ("апелляцию", "appeal"),
    ],
)  # fmt: skip
def test_what_parents_call_it_is_searched_with_the_words_of_the_record(text: str, key: str) -> None:
    assert [group.key for group in search.parse(text).groups] == [key]


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("методика", "/about/method/"), ("methodology", "/about/method/"), ("how are verdicts given", "/about/method/"),
        ("API", "/data/"), ("скачать csv", "/data/"), ("open data", "/data/"), ("невыполненные обещания", "/promises/"),
        ("рейтинг", "/compare/"), ("сторонники", "/supporters/"), ("проверить документ", "/verify/"),
        ("questions and complaints", "/questions/"), ("вступить в альянс", "/apply/"),
    ],
)  # fmt: skip
def test_search_lists_pages_of_the_portal_by_title_and_by_label(
    client: Client, text: str, address: str
) -> None:
    language = "en" if text.isascii() else "ru"

    response = client.get(f"/{language}/search/?q={quote(text)}&kind=text")

    assert f"/{language}{address}" in [row.url for row in response.context["rows"]]


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


def test_the_nearest_words_are_different_ones_and_none_that_was_looked_for(cast: Cast, cycle: Cycle) -> None:
    answer = "Правило для родителей, родителям, о родителях: хешировать."
    make_published_report(cycle, cast.aurora, language="ru", answer=answer)

    assert (
        len([word for word in search.nearest_words("родители зонтиками") if word.startswith("родител")]) == 1
    )
    assert search.nearest_words("hash matching") == []  # with its synonyms, which are nowhere either


_EVERYDAY = {
    "en": "Children, parents and a teacher send complaints and an appeal about video, games, every account at school.",
    "ru": "Ребёнок, родители и школа пишут жалобы и отзывы про игры, видео, охват, каждый ответ и возраст.",
}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        # a letter too few, too many, another one
        ("complaimts", "complaints"), ("compaints", "complaints"), ("complainnts", "complaints"),
        ("childrem", "children"), ("acount", "account"), ("teecher", "teacher"), ("schol", "school"),
        ("жалобф", "жалобы"), ("родитили", "родители"), ("возрст", "возраст"), ("школла", "школа"),
        # two in each other's place, which leaves a short word hardly a group of three letters
        ("appael", "appeal"), ("gaems", "games"), ("vidoe", "video"), ("eevry", "every"), ("parnets", "parents"),
        ("игыр", "игры"), ("шклоа", "школа"), ("охавт", "охват"), ("ребнеок", "ребенок"), ("отвте", "ответ"),
    ],
)  # fmt: skip
def test_one_wrong_letter_of_an_everyday_word_is_put_right(
    cast: Cast, cycle: Cycle, typed: str, meant: str
) -> None:
    language = "en" if typed.isascii() else "ru"
    make_published_report(cycle, cast.aurora, language=language, answer=_EVERYDAY[language])

    findings = find(typed)
    assert (findings.respelt, bool(findings.hits)) == (meant, True)


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


@pytest.mark.parametrize("text", ["moderators xylophone", "xylophone moderators", "moderatosr xylophone"])
def test_of_two_words_of_which_one_is_nowhere_the_other_is_shown(
    client: Client, published: Publication, text: str
) -> None:
    findings = find(text)

    assert (findings.least, list(findings.absent)) == (1, ["xylophone"])
    assert "passage" in {hit.kind for hit in findings.hits}
    shown = words(client, text)
    assert "Not found: “xylophone”. Shown is what has “moderators”." in shown
    assert "No text has all" not in shown
    in_russian = words(client, text, language="ru")
    assert "Не найдено: «xylophone». Показано то, где есть «moderators»." in in_russian


def test_a_question_says_which_of_its_words_are_nowhere(client: Client, published: Publication) -> None:
    shown = words(client, "signs of grooming in voice rooms with xylophones")

    assert "Not found: “xylophones”. No text has all" in shown


@pytest.mark.parametrize(
    ("typed", "meant"), [("zhaloby", "жалобы"), ("otvechayut", "отвечают"), ("жалобы видео", "")]
)
def test_a_russian_word_in_latin_letters_is_understood(
    cast: Cast, cycle: Cycle, typed: str, meant: str
) -> None:
    answer = "Модераторы отвечают за час на жалобы про видео."
    make_published_report(cycle, cast.aurora, language="ru", answer=answer)

    findings = find(typed)
    assert (findings.respelt, bool(findings.hits)) == (meant, True)


@pytest.mark.usefixtures("published")
def test_an_english_word_in_russian_letters_is_understood() -> None:
    assert find("румс").respelt == "rooms"


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


def test_a_word_of_the_list_of_harms_shows_what_is_searched_with_it(
    client: Client, published: Publication
) -> None:
    shown = words(client, "груминг")

    assert "sextortion" in shown
    assert "Only the words themselves" in shown


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


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("who looks at grooming in voice rooms", "en"),
        ("How are moderators", "en"),
        ("кто смотрит груминг", "ru"),
        ("на какие модераторы", "ru"),
    ],
)
def test_a_question_is_answered_too_where_texts_have_all_its_words(
    client: Client, published: Publication, text: str, language: str
) -> None:
    response = client.get(f"/{language}/search/?q={quote(text)}")

    assert response.context["answers"]
    assert "What readers ask" not in words(client, "moderators how")


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("1", True), ("#1", True), ("№ 1", True), ("No. 1", True), ("publication 1", True),
        ("Публикация № 1", True), ("публикацию 1", True), ("99999", False), ("1 voice", False), ("0", False),
    ],
)  # fmt: skip
def test_a_publication_is_led_to_by_its_number_as_people_quote_it(
    client: Client, published: Publication, text: str, is_named: bool
) -> None:
    named = client.get(f"/en/search/?q={quote(text)}").context["named"]

    assert (named and named.url) == ("/en/publications/1/" if is_named else None)
    assert ("By number or digest" in words(client, text)) == is_named


def test_a_digest_leads_to_what_the_record_says_of_its_file(client: Client, published: Publication) -> None:
    digest = published.sha256

    shown = client.get(f"/en/search/?q=SHA-256:%20{digest.upper()}")

    assert shown.context["named"].url == f"/en/verify/{digest}/"
    assert "Nothing in the record says" not in words(client, digest)
    assert client.get(shown.context["named"].url).status_code == 200


@pytest.mark.usefixtures("published")
def test_stop_words_alone_ask_for_another_word(client: Client) -> None:
    assert "These words are in almost every text" in words(client, "the of and")


@pytest.mark.usefixtures("published")
def test_signs_and_words_to_leave_out_are_called_so(client: Client) -> None:
    assert "There is no word to search for" in words(client, "🧸 %")
    assert "Only words to leave out are given" in words(client, "-grooming")


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("text", ["", "the of and", "-grooming", "🧸 %", "qqqqqqqqqq"])
def test_a_page_without_results_offers_the_kinds_of_harm(client: Client, text: str) -> None:
    names = {"title_en": "Night calls", "title_ru": "Ночные звонки"}
    Harm.objects.create(charter=read_charter(), key="calls", position=1, **names)

    assert "Or by kind of harm: Night calls" in words(client, text)
    assert '?q=Night%20calls">Night calls</a>' in page(client, text)


@pytest.mark.usefixtures("published")
def test_a_question_that_names_one_member_is_answered_by_what_became_of_its_promises(
    client: Client, cast: Cast
) -> None:
    cast.beacon.former_names.create(name_en="Lantern Search", name_ru="Фонарь", until=date(2025, 1, 1))
    Organisation.objects.filter(pk=cast.aurora.pk).update(name_ru="Аврора Видео")
    for organisation, outcome in ((cast.aurora, "missed"), (cast.beacon, "kept")):
        PublishedTarget.objects.create(
            valid_from=1, organisation=organisation, record=uuid4(), number=1, outcome=outcome, due_on="2026-03-31"
        )  # fmt: skip
    touch_public_revision()

    def answers_to(question: str, language: str = "en") -> list[tuple[str, str, str]]:
        answers = client.get(f"/{language}/search/?q={quote(question)}").context["answers"]
        assert len(answers) >= 2
        return [(each.question, each.url, each.text) for each in answers if "member=" in each.url]

    missed = ("What did Aurora Video promise and not keep?", "/en/promises/?member=aurora-video")
    assert answers_to("what did aurora promise and not keep?")[0] == (
        *missed, "1 target was missed. 0 of 1 target whose day is over was kept."
    )  # fmt: skip
    assert answers_to("what did Lantern promise?")[0][1] == "/en/promises/?member=beacon-search"
    assert answers_to("что обещала Аврора?", "ru")[0][1] == "/ru/promises/?member=aurora-video"
    assert answers_to("is aurora better than beacon?") == []  # two: neither is meant alone
    assert answers_to("which video company is safe?") == []  # no name begins so
