"""Questions and complaints of the public: the form, the link, the desk, the member, and what becomes public."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from alliance.models import PublicQuestion, PublicQuestionContact
from alliance.queries.public_questions import public_question_counts, public_question_list
from alliance.queries.workspace_home import workspace_home
from alliance.services import public_questions as services
from alliance.services.public_question_links import link_token_of
from alliance.services.retention import RETENTION_RULES
from alliance.web.forms import person_check
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.notices.inbox_items import subject_of
from tests.factories import Cast
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.world_public_questions import make_public_question

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pages_are_new")]

ASK = "/en/questions/ask/"
FIELDS = {
    "kind": "complaint", "member": "aurora-video", "commitment": "", "text": "They answer nobody.",
    "email": "parent@home.example", "name": "A parent", "agrees": "on", "answer": "7", "fax": "", "proof": "",
}  # fmt: skip


_TEXTS_OF_RULES = {"public-question-contacts": ("question__text",), "public-questions": ("text",)}


def post(client: Client, monkeypatch: pytest.MonkeyPatch, **changes: str) -> int:
    """The form, filled in by somebody who took their time."""
    (opened,) = re.findall(r'name="opened" value="([^"]+)"', client.get(ASK).content.decode())
    monkeypatch.setattr(person_check, "OPEN_FOR_SECONDS", (0, 60))
    return client.post(ASK, {**FIELDS, "opened": opened, **changes}).status_code


def token_of(question: PublicQuestion) -> str:
    with acting_as(SYSTEM):
        token = link_token_of(PublicQuestionContact.objects.get(pk=question.pk))
    assert token is not None
    return token


def fresh(question: PublicQuestion) -> PublicQuestion:
    with acting_as(SYSTEM):
        return PublicQuestion.objects.get(pk=question.pk)


def test_the_form_says_first_what_it_is_not_for(client: Client) -> None:
    page = client.get(ASK).content.decode()

    assert page.index("not for reporting illegal content") < page.index('<form class="form"')
    assert 'type="file"' not in page


def test_nobody_reads_it_before_its_address_is_confirmed(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert post(client, monkeypatch) == 302
    run_all_jobs()
    (letter,) = mail.outbox
    (link,) = re.findall(r"/en/questions/status/\S+?/", str(letter.body))

    with acting_as(cast.actor("mona")) as actor:
        assert list(public_question_list(actor)) == []
    assert client.get(link).status_code == 200
    assert client.post(link).status_code == 302
    with acting_as(cast.actor("mona")) as actor:
        (question,) = public_question_list(actor)
    assert (question.state, question.asker_name) == ("open", "A parent")


def test_a_quick_visitor_confirms_once_more_and_a_bot_is_refused(client: Client, cast: Cast) -> None:
    """A page that was open for a moment, or for days, comes back with every word, and its form is taken at once."""

    def opened_in(page: str) -> str:
        (opened,) = re.findall(r'name="opened" value="([^"]+)"', page)
        return opened

    moment = clock.now()
    with clock.at(moment):
        first = opened_in(client.get(ASK).content.decode())
        quick = client.post(ASK, {**FIELDS, "opened": first})
        repeated = client.post(ASK, {**FIELDS, "opened": first})  # a program that sends what it has
        unsigned = client.post(ASK, FIELDS)
        forged = client.post(ASK, {**FIELDS, "opened": opened_in(unsigned.text)})
        second = client.post(ASK, {**FIELDS, "opened": opened_in(quick.text)})
    with clock.at(moment + timedelta(days=2)):
        old = client.post(ASK, {**FIELDS, "opened": first})
        renewed = client.post(ASK, {**FIELDS, "opened": opened_in(old.text)})

    assert {each.status_code for each in (quick, repeated, unsigned, forged, old)} == {422}
    assert "press the button once more" in words_of(quick)
    assert "more than a day" in words_of(old)
    for typed in (FIELDS["text"], FIELDS["email"], FIELDS["name"], 'value="7"', "checked"):
        assert typed in quick.text
    assert (second.status_code, renewed.status_code) == (302, 302)


@pytest.mark.parametrize(
    "changes", [{"member": ""}, {"answer": "eight"}, {"text": " "}, {"member": "nobody"}]
)
def test_an_incomplete_form_shows_its_errors_and_sends_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch, cast: Cast, changes: dict[str, str]
) -> None:
    assert post(client, monkeypatch, **changes) == 422
    run_all_jobs()

    assert mail.outbox == []


def test_a_member_answers_what_is_forwarded_and_never_learns_the_address(client: Client, cast: Cast) -> None:
    question = make_public_question(cast.aurora)
    with acting_as(cast.actor("alice")) as alice:
        assert not PublicQuestion.objects.visible_to(alice).exists()
    with acting_as(cast.actor("mona")) as mona:
        services.forward_question(mona, question)
    run_all_jobs()
    with acting_as(cast.actor("alice")) as alice:
        home = workspace_home(alice)
        assert [subject_of(item) for item in home.recent] == ["Question of the public for you to answer"]
        assert list(home.public_questions) == [question]
        answered = services.answer_question(alice, question, "By an adult’s card.", "en")
        assert not PublicQuestionContact.objects.visible_to(alice).exists()

    assert (answered.state, answered.answer_side) == ("answered", "member")
    with acting_as(cast.actor("mona")) as mona, pytest.raises(WrongState):
        services.take_back_question(mona, question)


def test_a_member_is_asked_once_though_two_forward_the_question(cast: Cast) -> None:
    question = make_public_question(cast.aurora)
    address = f"/secretariat/public-questions/{question.pk}/forward/"
    with acting_as(cast.actor("mona")) as mona:
        services.forward_question(mona, question)
    forwarded_at = fresh(question).forwarded_at

    late = signed_in(cast.rita).post(address)

    assert (late.status_code, fresh(question).forwarded_at) == (422, forwarded_at)
    assert "It is with the member already, since" in words_of(late)
    assert "It is with the member already, since" in words_of(signed_in(cast.rita).get(address))


def test_it_is_public_when_asker_member_and_manager_agree_and_each_takes_it_back(
    client: Client, cast: Cast
) -> None:
    question = make_public_question(cast.aurora, asker_agrees=True)
    with acting_as(cast.actor("mona")) as mona:
        services.forward_question(mona, question)
    with acting_as(cast.actor("sven")) as sven:
        services.answer_question(sven, question, "By an adult’s card.", "en")
    with acting_as(cast.actor("mona")) as mona, pytest.raises(DomainError):
        services.publish_question(mona, question)
    with acting_as(cast.actor("sven")) as sven:
        services.change_member_consent(sven, question, agrees=True)
    with acting_as(cast.actor("mona")) as mona:
        services.publish_question(mona, question)
    address = f"/en/questions/{question.pk}/"
    assert "By an adult’s card." in client.get(address).content.decode()

    services.change_asker_consent(token_of(question), agrees=False)

    assert client.get(address).status_code == 404


def press_the_button(client: Client, address: str, *, times: int = 1) -> None:
    """Post the form as the page offers it, from one page that was opened before."""
    (agrees,) = re.findall(r'name="agrees" value="(True|False)"', client.get(address).content.decode())
    for _time in range(times):
        assert client.post(address, {"agrees": agrees}).status_code == 302


@pytest.mark.parametrize("agrees", [True, False])
def test_a_button_pressed_twice_does_not_turn_consent_around(
    client: Client, cast: Cast, *, agrees: bool
) -> None:
    until = clock.now() + timedelta(days=1)
    question = make_public_question(
        cast.aurora, state="unconfirmed", asker_agrees=agrees, confirm_until=until
    )
    address = f"/en/questions/status/{token_of(question)}/"

    press_the_button(client, address, times=2)  # "Confirm"
    assert (fresh(question).state, fresh(question).asker_agrees) == ("open", agrees)

    press_the_button(client, address, times=2)
    assert fresh(question).asker_agrees is not agrees


def test_a_page_of_consent_that_a_colleague_has_overtaken_does_what_it_says(cast: Cast) -> None:
    question = make_public_question(cast.aurora, asker_agrees=True)
    with acting_as(cast.actor("mona")) as mona:
        services.forward_question(mona, question)
    with acting_as(cast.actor("sven")) as sven:
        services.answer_question(sven, question, "By an adult’s card.", "en")
        services.change_member_consent(sven, question, agrees=True)
    client = signed_in(cast.sven)
    address = f"/workspace/public-questions/{question.pk}/agree/"
    page = client.get(address).content.decode()
    assert "No longer agree to publication" in page
    (agrees,) = re.findall(r'name="agrees" value="(True|False)"', page)
    with acting_as(cast.actor("sven")) as sven:
        services.change_member_consent(sven, question, agrees=False)

    assert client.post(address, {"agrees": agrees}).status_code == 302

    assert not fresh(question).member_agrees


@pytest.mark.parametrize("overtaken_by", ["forward", "answer"])
def test_an_answer_that_a_colleague_has_overtaken_is_kept_and_says_so(cast: Cast, overtaken_by: str) -> None:
    question = make_public_question(cast.aurora)
    with acting_as(cast.actor("mona")) as mona:
        if overtaken_by == "forward":
            services.forward_question(mona, question)
        else:
            services.answer_question(mona, question, "By an adult’s card.", "en")

    response = signed_in(cast.rita).post(
        f"/secretariat/public-questions/{question.pk}/", {"text": "By a document.", "language": "en"}
    )

    page = response.content.decode()
    assert response.status_code == 422
    assert "error-summary" in page
    assert "By a document." in page
    assert fresh(question).answer != "By a document."


@pytest.mark.parametrize("overtaken_by", ["take back", "close", "withdraw"])
def test_a_member_who_answers_too_late_gets_its_words_back_and_learns_why(
    cast: Cast, overtaken_by: str
) -> None:
    question = make_public_question(cast.aurora, text="How do you check?")
    with acting_as(cast.actor("mona")) as mona:
        services.forward_question(mona, question)
    sentence = "the state is “Closed”"
    if overtaken_by == "withdraw":
        services.withdraw_question(token_of(question))
    else:
        with acting_as(cast.actor("mona")) as mona:
            if overtaken_by == "close":
                services.close_question(mona, question, {"en": "A duplicate."})
            else:
                services.take_back_question(mona, question)
                sentence = "The secretariat took this question back on"

    response = signed_in(cast.sven).post(
        f"/workspace/public-questions/{question.pk}/", {"text": "By a document.", "language": "en"}
    )

    page = response.content.decode()
    assert response.status_code == 422
    assert "By a document." in page
    assert sentence in page
    assert ("How do you check?" in page) is (overtaken_by != "take back")
    assert fresh(question).answer == ""


def test_a_question_taken_back_is_as_unknown_to_others_as_one_that_never_was(cast: Cast) -> None:
    question = make_public_question(cast.aurora, taken_back_at=clock.now())
    stranger = signed_in(cast.carol)
    missing = stranger.get("/workspace/public-questions/0/")

    foreign = stranger.get(f"/workspace/public-questions/{question.pk}/")

    assert (foreign.status_code, foreign.content) == (404, missing.content)


@pytest.mark.parametrize(
    ("reasons", "sent", "language"),
    [
        ({"en": "A duplicate.", "ru": "Повтор."}, "Повтор.", "ru"),
        ({"en": "A duplicate.", "ru": " "}, "A duplicate.", "en"),
    ],
)
def test_the_reason_to_close_is_sent_in_the_askers_language_where_it_is_given(
    client: Client, cast: Cast, reasons: dict[str, str], sent: str, language: str
) -> None:
    question = make_public_question(cast.aurora, language="ru")
    with acting_as(SYSTEM):
        PublicQuestionContact.objects.filter(pk=question.pk).update(language="ru")
    with acting_as(cast.actor("mona")) as mona:
        services.close_question(mona, question, reasons)
    run_all_jobs()

    (letter,) = mail.outbox
    assert sent in str(letter.body)
    page = client.get(f"/ru/questions/status/{token_of(question)}/").content.decode()
    named = '<span class="passage-language" lang="ru">На английском</span> ' if language == "en" else ""
    assert f'<span lang="{language}">{named}{sent}</span>' in page


def test_closing_asks_for_a_reason_in_one_language_at_least(cast: Cast) -> None:
    question = make_public_question(cast.aurora)
    address = f"/secretariat/public-questions/{question.pk}/close/"

    response = signed_in(cast.mona).post(address, {"reason_en": " ", "reason_ru": ""})

    assert response.status_code == 422
    assert "Give a reason." in words_of(response)
    assert fresh(question).state == "open"


def test_an_asker_who_withdraws_is_erased_at_once(client: Client, cast: Cast) -> None:
    question = make_public_question(cast.aurora, asker_name="A parent")
    token = token_of(question)

    assert client.post(f"/en/questions/status/{token}/withdraw/").status_code == 302

    row = fresh(question)
    assert (row.state, row.asker_name) == ("closed", "")
    assert client.get(f"/en/questions/status/{token}/")["Location"] == "/en/questions/outdated/"
    with acting_as(cast.actor("mona")) as mona, pytest.raises(WrongState):
        services.reopen_question(mona, row)
    page = signed_in(cast.mona).get(f"/secretariat/public-questions/{question.pk}/").content.decode()
    assert "Its asker has withdrawn it" in page
    assert "Open again" not in page


def test_addresses_are_erased_a_year_after_the_answer_and_what_is_not_public_after_two(cast: Cast) -> None:
    answer = {"answer": "Soon.", "answer_language": "en", "answer_side": "secretariat", "state": "answered"}
    lately, long_ago, longer_ago = (clock.now() - timedelta(days=days) for days in (300, 400, 800))
    make_public_question(cast.aurora, text="lately", answered_at=lately, **answer)
    make_public_question(cast.aurora, text="long ago", answered_at=long_ago, **answer)
    make_public_question(cast.aurora, text="longer ago", answered_at=longer_ago, **answer)
    make_public_question(
        cast.aurora, text="public", answered_at=longer_ago, published_at=longer_ago, **answer
    )
    make_public_question(cast.aurora, text="closed", state="closed", closed_at=longer_ago)

    with acting_as(SYSTEM):
        expired = {
            rule.name: {
                str(row) for rows in rule.rows for row in rows(clock.now()).values_list(text, flat=True)
            }
            for rule in RETENTION_RULES
            for text in _TEXTS_OF_RULES.get(rule.name, ())
        }

    assert expired == {
        "public-question-contacts": {"long ago", "longer ago", "public", "closed"},
        "public-questions": {"longer ago", "closed"},
    }


def test_opening_it_again_hides_it_until_the_new_answer_is_agreed_to(cast: Cast) -> None:
    question = make_public_question(cast.aurora, asker_agrees=True)
    with acting_as(cast.actor("mona")) as mona:
        services.answer_question(mona, question, "Soon.", "en")
        services.publish_question(mona, question)
        services.reopen_question(mona, question)

    assert (fresh(question).state, fresh(question).published_at) == ("open", None)


def test_opening_it_again_asks_the_member_anew_and_tells_the_asker_what_is_hidden(cast: Cast) -> None:
    question = make_public_question(cast.aurora, asker_agrees=True)
    with acting_as(cast.actor("mona")) as mona:
        services.forward_question(mona, question)
    with acting_as(cast.actor("sven")) as sven:
        services.answer_question(sven, question, "Soon.", "en")
        services.change_member_consent(sven, question, agrees=True)
    with acting_as(cast.actor("mona")) as mona:
        services.publish_question(mona, question)
    run_all_jobs()
    mail.outbox.clear()

    with acting_as(cast.actor("mona")) as mona:
        services.reopen_question(mona, question)
    run_all_jobs()

    sent = {(letter.to[0], letter.subject) for letter in mail.outbox}
    assert (cast.sven.email, "Question of the public for you to answer") in sent
    assert any("your question is no longer public" in subject for _to, subject in sent)


def test_a_hidden_question_waits_for_no_publication_and_can_be_published_again(cast: Cast) -> None:
    question = make_public_question(cast.aurora, asker_agrees=True)
    with acting_as(cast.actor("mona")) as mona:
        services.answer_question(mona, question, "Soon.", "en")
        assert public_question_counts(mona)["publish"] == 1
        services.publish_question(mona, question)
        services.hide_question(mona, question, "It names a child.")
        assert public_question_counts(mona)["publish"] == 0

    page = signed_in(cast.mona).get(f"/secretariat/public-questions/{question.pk}/publish/")
    assert "Soon." in words_of(page)
    with acting_as(cast.actor("mona")) as mona:
        services.publish_question(mona, question)
    assert fresh(question).hidden_at is None
