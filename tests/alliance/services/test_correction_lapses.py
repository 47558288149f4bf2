"""What somebody has consented or agreed to lapses with their interest, and they take nothing off the public record."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage

from alliance.enums import CorrectionState, Role
from alliance.models import Correction, Person, Report, Withdrawal
from alliance.queries.local_dates import today
from alliance.services.correction_publication import publish_correction
from alliance.services.corrections import agree_to_correction, consent_to_correction
from alliance.services.interests import declare_interest
from alliance.services.withdrawals import ask_for_withdrawal, consent_to_withdrawal
from portal.kernel.access import acting_as
from portal.kernel.errors import DomainError, Forbidden
from portal.kernel.journal import Event
from portal.kernel.publishing import Publication
from portal.kernel.text import format_date
from tests.factories import Cast, make_cycle, make_person, read_charter
from tests.factories.cast import actor_of
from tests.support.corrections import LIVE, REASON, VERDICT, figures, let_the_days_pass, proposed
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.published_reports import make_published_report

pytestmark = pytest.mark.django_db
NEW = {"value": "substantial", "reason": "The log was complete.", "difference": "It weighs most."}


@pytest.fixture
def report(cast: Cast) -> Report:
    make_published_report(
        make_cycle(read_charter()), cast.aurora, figures("2960", "394"), verdicts={"find": "limited"}
    )
    return Report.objects.get()


def test_a_consent_lapses_with_the_interest(cast: Cast, report: Report) -> None:
    zoe, yuri = (make_person(name, cast.secretariat, Role.REVIEWER) for name in ("Zoe", "Yuri"))
    correction = proposed(cast, report, VERDICT, NEW)
    with acting_as(actor_of(zoe)) as actor:
        consent_to_correction(actor, correction)
    with acting_as(cast.actor("mona")) as mona:
        agree_to_correction(mona, correction)

    with acting_as(actor_of(zoe)) as actor:
        interest = declare_interest(actor, cast.aurora, "My sister works there.")

    with acting_as(cast.actor("mona")) as mona:
        with pytest.raises(DomainError, match="second reviewer"):
            publish_correction(mona, correction)
        event = Event.objects.get(kind="correction.lapse_consent")
        declared = Event.objects.get(kind="interest.declare", target_id=interest.pk)
    assert (event.target_id, event.data["person"]) == (correction.pk, zoe.pk)
    assert declared.data["corrections"] == 1
    with acting_as(actor_of(yuri)) as actor:
        consent_to_correction(actor, correction)
    with acting_as(cast.actor("mona")) as mona:
        assert publish_correction(mona, correction).state == CorrectionState.PUBLISHED


def test_an_agreement_lapses_with_the_interest(cast: Cast, report: Report) -> None:
    max_ = make_person("Max", cast.secretariat, Role.MANAGER)
    correction = proposed(cast, report, LIVE, "349")
    with acting_as(cast.actor("mona")) as mona:
        agree_to_correction(mona, correction)
    let_the_days_pass(correction)

    with acting_as(actor_of(max_)) as actor:
        declare_interest(actor, cast.aurora, "She has shares.", cast.mona)
        with pytest.raises(DomainError, match="can still agree or object"):
            publish_correction(actor, correction, "It is wrong.")

    current = Correction.objects.get()
    assert (current.state, current.answered_by, current.answer_name) == (CorrectionState.PROPOSED, None, "")
    assert current.respond_by is not None
    assert current.respond_by > today()
    with acting_as(cast.actor("mona")) as mona, pytest.raises(Forbidden):
        agree_to_correction(mona, correction)
    with acting_as(actor_of(max_)) as actor:
        agree_to_correction(actor, correction)
        assert publish_correction(actor, correction).state == CorrectionState.PUBLISHED
        assert Event.objects.filter(kind="correction.lapse", target_id=correction.pk).count() == 1


def test_a_withdrawal_needs_two_people_without_an_interest(cast: Cast, report: Report) -> None:
    published = Publication.objects.get(type="report")
    max_, olga = (make_person(name, cast.secretariat, Role.MANAGER) for name in ("Max", "Olga"))
    with acting_as(actor_of(olga)) as actor:
        declare_interest(actor, cast.aurora, "My sister works there.")
    with acting_as(actor_of(olga)) as actor, pytest.raises(Forbidden):
        ask_for_withdrawal(actor, published, REASON)
    address = f"/secretariat/publications/{published.number}/withdraw/"
    assert [signed_in(each).get(address).status_code for each in (olga, max_)] == [403, 200]

    with acting_as(actor_of(max_)) as actor:
        request = ask_for_withdrawal(actor, published, REASON)
        declare_interest(actor, cast.aurora, "She has shares.", cast.mona)

    page = f"/secretariat/withdrawals/{request.pk}/"
    assert "Nobody can decide: each manager and auditor has asked for it" in words_of(
        signed_in(max_).get(page)
    )
    otto = make_person("Otto", cast.secretariat, Role.AUDITOR)
    shown = signed_in(olga).get(page)
    assert ("One of these people can decide: Otto" in words_of(shown), f"{page}publish/" in shown.text) == (
        True, False,
    )  # fmt: skip
    for person in (olga, cast.mona):
        with acting_as(actor_of(person)) as actor, pytest.raises(Forbidden):
            consent_to_withdrawal(actor, request)
    with acting_as(actor_of(otto)) as actor:
        consent_to_withdrawal(actor, request)
    assert Withdrawal.objects.get().state == "published"


def letters_about(mailoutbox: list[EmailMessage], words: str) -> dict[str, str]:
    """By name to whom a letter with these words in its subject went, with its text."""
    names = dict(Person.objects.values_list("email", "name"))
    return {names[each.to[0]]: str(each.body) for each in mailoutbox if words in each.subject}


def assert_without_interests(mailoutbox: list[Any], cast: Cast) -> None:
    """No letter to the member names an interest, which the secretariat alone may know of: neither text nor HTML."""
    letters = [each for each in mailoutbox if each.to[0] in (cast.alice.email, cast.sven.email)]
    contents = [str(part) for each in letters for part in (each.subject, each.body, each.alternatives[0][0])]
    assert {each.to[0] for each in letters} == {cast.alice.email, cast.sven.email}
    assert not [each for each in contents if re.search("interest|интерес", each, re.IGNORECASE)]


def test_who_asked_and_who_may_agree_anew_are_notified(
    cast: Cast, report: Report, mailoutbox: list[EmailMessage]
) -> None:
    """The member too, in the language of each, but not of the interest."""
    max_ = make_person("Max", cast.secretariat, Role.MANAGER)
    Person.objects.filter(pk=cast.alice.pk).update(language="ru")
    correction = proposed(cast, report, LIVE, "349")
    with acting_as(cast.actor("mona")) as mona:
        agree_to_correction(mona, correction)
    run_all_jobs()
    mailoutbox.clear()

    with acting_as(actor_of(max_)) as actor:
        declare_interest(actor, cast.aurora, "She has shares.", cast.mona)
    run_all_jobs()

    letters = letters_about(mailoutbox, "the agreement to a correction has lapsed")
    letters |= letters_about(mailoutbox, "согласие с исправлением утратило силу")
    until = format_date(today() + timedelta(days=report.cycle.correction_days))
    assert sorted(letters) == ["Alice", "Max", "Sven"]
    assert "an interest in the member is on record" in letters["Max"]
    assert "has lapsed and is to be given anew by somebody else" in letters["Sven"]
    assert_without_interests(mailoutbox, cast)
    assert f"Agree or object until {until}" in letters["Max"]
    assert "You do not have to do anything" in letters["Sven"]
    assert f"agrees or objects until {until}" in letters["Sven"]
    assert f"/workspace/corrections/{correction.pk}/" in letters["Alice"]
    line = words_of(signed_in(cast.sven).get("/workspace/inbox/"))
    assert "the agreement to a correction has lapsed" in line
    page = words_of(signed_in(cast.sven).get(f"/workspace/corrections/{correction.pk}/"))
    assert "interest" not in line + page


def test_the_member_is_notified_of_a_consent_that_lapsed_and_not_why(
    cast: Cast, report: Report, mailoutbox: list[EmailMessage]
) -> None:
    zoe = make_person("Zoe", cast.secretariat, Role.REVIEWER)
    Person.objects.filter(pk=cast.alice.pk).update(language="ru")
    correction = proposed(cast, report, VERDICT, NEW)
    with acting_as(actor_of(zoe)) as actor:
        consent_to_correction(actor, correction)
    run_all_jobs()
    mailoutbox.clear()

    with acting_as(actor_of(zoe)) as actor:
        declare_interest(actor, cast.aurora, "My sister works there.")
    run_all_jobs()

    letters = letters_about(mailoutbox, "the consent to the correction of a verdict has lapsed")
    assert "cannot be published before another reviewer of the secretariat has consented" in letters["Sven"]
    assert_without_interests(mailoutbox, cast)


def test_who_asked_and_who_may_consent_anew_are_notified(
    cast: Cast, report: Report, mailoutbox: list[EmailMessage]
) -> None:
    """Not whoever has declared it, nor the reviewer whose own verdict it is."""
    zoe, _yuri = (make_person(name, cast.secretariat, Role.REVIEWER) for name in ("Zoe", "Yuri"))
    correction = proposed(cast, report, VERDICT, NEW, by="rita")
    with acting_as(actor_of(zoe)) as actor:
        consent_to_correction(actor, correction)
    run_all_jobs()
    mailoutbox.clear()

    with acting_as(actor_of(zoe)) as actor:
        declare_interest(actor, cast.aurora, "My sister works there.")
    run_all_jobs()

    letters = letters_about(mailoutbox, "the consent to the correction of a verdict has lapsed")
    assert sorted(letters) == ["Rita", "Yuri"]
    assert "Consent as second reviewer" in letters["Yuri"]
    assert "Without the consent of another reviewer it cannot be published. Its page names" in letters["Rita"]


def test_of_what_is_withdrawn_the_author_reads_that_consent_waits(
    cast: Cast, report: Report, mailoutbox: list[EmailMessage]
) -> None:
    zoe = make_person("Zoe", cast.secretariat, Role.REVIEWER)
    max_ = make_person("Max", cast.secretariat, Role.MANAGER)
    correction = proposed(cast, report, VERDICT, NEW, by="rita")
    with acting_as(actor_of(zoe)) as actor:
        consent_to_correction(actor, correction)
    with acting_as(cast.actor("mona")) as mona:
        request = ask_for_withdrawal(mona, Publication.objects.get(type="report"), REASON)
    with acting_as(actor_of(max_)) as actor:
        consent_to_withdrawal(actor, request)
    run_all_jobs()
    mailoutbox.clear()

    with acting_as(actor_of(zoe)) as actor:
        declare_interest(actor, cast.aurora, "My sister works there.")
    run_all_jobs()

    letters = letters_about(mailoutbox, "the consent to the correction of a verdict has lapsed")
    assert list(letters) == ["Rita"]
    assert "Once it is public again, another reviewer can consent" in letters["Rita"]


def test_a_lapsed_agreement_that_was_given_anew_is_no_news(
    cast: Cast, report: Report, mailoutbox: list[EmailMessage]
) -> None:
    max_ = make_person("Max", cast.secretariat, Role.MANAGER)
    correction = proposed(cast, report, LIVE, "349")
    with acting_as(cast.actor("mona")) as mona:
        agree_to_correction(mona, correction)
    with acting_as(actor_of(max_)) as actor:
        declare_interest(actor, cast.aurora, "She has shares.", cast.mona)
        agree_to_correction(actor, correction)
    run_all_jobs()

    assert letters_about(mailoutbox, "has lapsed") == {}
