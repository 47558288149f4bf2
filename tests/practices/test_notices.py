"""Who is notified of what, what letters and inbox items say by label, and what is left when access is lost."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation

from alliance.enums import Role
from portal.kernel import jobs, journal, notices
from portal.kernel.access import acting_as
from portal.kernel.jobs import Job
from portal.kernel.notices import Channel, Delivery, DeliveryState
from practices.access import person_token
from practices.audiences import audience
from practices.enums import NAMED_LABELS, Label
from practices.models import Practice
from practices.notify.wording import NEWS_SENTENCES
from practices.services.access_log import log_access
from practices.services.audiences import set_readers
from practices.services.discussion import accept_post, edit_post, remove_post, take_back_post
from practices.services.following import follow
from practices.services.practices import (
    retire_practice,
    return_practice,
    share_practice_directly,
    submit_practice,
)
from tests.factories import Cast, make_organisation, make_person
from tests.factories.discussion import make_post, make_request, set_label_directly
from tests.factories.practices import call_as, make_draft, make_next_version
from tests.factories.relations import make_working_group
from tests.support.jobs import run_all_jobs
from tests.support.letters import subject_source
from tests.support.notifications import (
    TITLE,
    adopt_practice,
    clear_notifications,
    inbox_lines,
    inbox_lines_of,
    line_text,
    make_shared_practice,
    secrets_in_letters,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sven_edits")]

WORDS = "Canary words"


# --- Practices -------------------------------------------------------------------------------


def test_moderation_notifies_managers_and_then_writers(cast: Cast) -> None:
    practice = make_draft(cast, title=TITLE)
    call_as(cast.actor("alice"), submit_practice, practice)
    assert inbox_lines() == [("Mona", f"[TLP:GREEN] A practice is waiting for moderation: {TITLE}")]
    clear_notifications()
    call_as(cast.actor("mona"), return_practice, practice, "Say more.")
    assert inbox_lines() == [
        ("Alice", f"[TLP:GREEN] Your practice has been returned: {TITLE}"),
        ("Sven", f"[TLP:GREEN] Your practice has been returned: {TITLE}"),
    ]


def test_what_is_shared_by_name_notifies_those_people_alone(cast: Cast) -> None:

    practice = make_draft(cast)
    group = make_working_group("Grooming", cast.beacon, (cast.rita, cast.secretariat))
    readers = audience(
        Label.AMBER, [person_token(cast.mona.pk, cast.secretariat.pk)], [cast.beacon.pk], [group.pk]
    )
    call_as(cast.actor("alice"), set_readers, practice, readers)
    call_as(cast.actor("sven"), share_practice_directly, practice)

    assert inbox_lines() == [
        ("Alice", "[TLP:AMBER] Your practice has been shared: Slow the first message"),
        (
            "Mona",
            "[TLP:AMBER] A practice has been shared with you or your working group: Slow the first message",
        ),
        (
            "Rita",
            "[TLP:AMBER] A practice has been shared with you or your working group: Slow the first message",
        ),
    ]


def test_one_change_tells_both_those_who_lose_access_and_those_whom_it_names(cast: Cast) -> None:
    """One organisation for another, back, and once more: each time, whether or not they were told before."""
    fjord = make_organisation("fjord")
    theo = make_person("Theo", fjord, Role.EDITOR)
    practice = make_shared_practice(cast, Label.AMBER)
    call_as(cast.actor("carol"), log_access, practice, "page")
    carols = audience(Label.AMBER, [person_token(cast.carol.pk, cast.beacon.pk)], [cast.beacon.pk])
    theos = audience(Label.AMBER, [person_token(theo.pk, fjord.pk)], [fjord.pk])
    for readers in (theos, carols, theos):
        call_as(cast.actor("sven"), set_readers, practice, readers)
        run_all_jobs()
    # who is named already is not named anew
    more = audience(Label.AMBER, theos.people, [fjord.pk, cast.secretariat.pk])
    call_as(cast.actor("sven"), set_readers, practice, more)

    lost = "[TLP:AMBER] You can no longer read a practice that you opened or use"
    named = "[TLP:AMBER] A practice has been shared with you or your working group"
    lines = [(name, line.partition(": ")[0]) for name, line in inbox_lines()]
    assert lines == [("Carol", named), *[("Carol", lost)] * 2, *[("Theo", named)] * 2]


def test_a_group_that_comes_to_read_notifies_those_in_it_who_could_not_read_before(cast: Cast) -> None:
    practice = make_shared_practice(cast, Label.AMBER)
    group = make_working_group(
        "Grooming", cast.aurora, (cast.carol, cast.beacon), (cast.rita, cast.secretariat)
    )
    clear_notifications()
    both = audience(Label.AMBER, organisations=[cast.beacon.pk], groups=[group.pk])
    call_as(cast.actor("sven"), set_readers, practice, both)

    named = "[TLP:AMBER] A practice has been shared with you or your working group"
    assert [(name, line.partition(": ")[0]) for name, line in inbox_lines()] == [("Rita", named)]


def test_a_new_version_notifies_its_users_and_followers(cast: Cast) -> None:
    practice = make_shared_practice(cast)
    adopt_practice(cast, practice)
    call_as(cast.actor("bob"), follow, practice)
    new_version(cast, practice)

    line = f"[TLP:GREEN] A new version of a practice that you use or follow: {TITLE}"
    assert inbox_lines_of("Carol") == [("Carol", line)]
    assert len(inbox_lines_of("Bob")) == 1  # people of the source are notified as such, once


def new_version(cast: Cast, practice: Practice) -> None:
    make_next_version(cast, practice, summary="It waits longer.", note="It waits longer.")


def test_retiring_notifies_its_users(cast: Cast) -> None:
    practice = make_shared_practice(cast)
    adopt_practice(cast, practice)
    call_as(cast.actor("alice"), retire_practice, practice, "Superseded.")

    assert inbox_lines() == [
        ("Carol", f"[TLP:GREEN] A practice that you use or follow has been retired: {TITLE}")
    ]


def test_a_narrowing_notifies_nobody_and_takes_the_title_out_of_inboxes(cast: Cast) -> None:
    practice = make_shared_practice(cast)
    call_as(cast.actor("carol"), follow, practice)
    new_version(cast, practice)
    assert TITLE in inbox_lines_of("Carol")[0][1]
    set_label_directly(practice, Label.RED)

    assert inbox_lines_of("Carol") == [
        ("Carol", "[TLP:GREEN] A new version of a practice that you use or follow")
    ]
    assert TITLE not in str(list(Delivery.objects.values()))


@pytest.mark.parametrize(
    ("kind", "by", "names", "what"),
    [
        ("practice.propose_update", "alice", ["Mona"], "practice.propose_update"),
        ("practice.return_update", "mona", ["Alice", "Sven"], "practice.return_update"),
        ("practice.share", "mona", ["Alice", "Sven"], "practice.share"),
    ],
)
def test_who_is_notified_of_what_the_secretariat_reads(
    cast: Cast, kind: str, by: str, names: list[str], what: str
) -> None:
    practice = make_shared_practice(cast)
    call_as(cast.actor("carol"), follow, practice)
    journal.record(cast.actor(by), kind, practice)

    assert inbox_lines() == [(name, f"[TLP:GREEN] {NEWS_SENTENCES[what]}: {TITLE}") for name in names]


def test_a_version_that_is_let_through_notifies_its_writers_and_its_readers(cast: Cast) -> None:
    practice = make_shared_practice(cast)
    call_as(cast.actor("carol"), follow, practice)
    journal.record(cast.actor("mona"), "practice.share_update", practice, number=3)

    writers, readers = (NEWS_SENTENCES[what] for what in ("practice.share_update", "practice.update"))
    assert inbox_lines() == [
        ("Alice", f"[TLP:GREEN] {writers}: {TITLE}"),
        ("Carol", f"[TLP:GREEN] {readers}: {TITLE}"),
        ("Sven", f"[TLP:GREEN] {writers}: {TITLE}"),
    ]


# --- Adoptions -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind",
    [
        *("adoption.record", "adoption.change", "adoption.result"),
        *("adoption.correct_result", "adoption.withdraw_result"),
    ],
)
@pytest.mark.parametrize("label", [Label.GREEN, Label.AMBER, Label.RED])
def test_the_source_is_notified_of_a_use_that_it_may_see(
    cast: Cast, mailoutbox: list[Any], kind: str, label: str
) -> None:
    practice = make_shared_practice(cast)
    mailoutbox.clear()
    journal.record(cast.actor("carol"), kind, adopt_practice(cast, practice, label))

    seen = {
        Label.GREEN: f"[TLP:GREEN] {NEWS_SENTENCES[kind]}: {TITLE}",
        Label.AMBER: f"[TLP:AMBER] {NEWS_SENTENCES[kind]}: {TITLE}",
    }
    lines = [(name, seen[Label(label)]) for name in ("Alice", "Sven")] if label in seen else []
    assert inbox_lines() == lines
    assert ("Beacon" in str([letter.body for letter in mailoutbox])) == (label == Label.GREEN)


# --- Discussion ------------------------------------------------------------------------------


def test_who_is_notified_of_a_question_and_of_its_answer(cast: Cast) -> None:
    practice = make_shared_practice(cast)
    call_as(cast.actor("bob"), follow, practice)
    question = make_post(cast.actor("carol"), practice, f"{WORDS}, @Mona?")
    assert inbox_lines() == [
        ("Alice", f"[TLP:GREEN] A question about your practice: {TITLE}"),
        ("Bob", f"[TLP:GREEN] A question about your practice: {TITLE}"),
        ("Mona", f"[TLP:GREEN] You have been mentioned: {TITLE}"),
        ("Sven", f"[TLP:GREEN] A question about your practice: {TITLE}"),
    ]
    clear_notifications()
    answer = make_post(cast.actor("alice"), practice, "Both.", parent=question)
    assert inbox_lines() == [
        ("Bob", f"[TLP:GREEN] A new answer about a practice that you follow: {TITLE}"),
        ("Carol", f"[TLP:GREEN] An answer to your question: {TITLE}"),
    ]
    clear_notifications()
    call_as(cast.actor("carol"), accept_post, answer)
    assert inbox_lines() == [("Alice", f"[TLP:GREEN] Your answer has been accepted: {TITLE}")]
    clear_notifications()
    call_as(cast.actor("carol"), edit_post, question, f"{WORDS}, @Rita?")
    assert inbox_lines() == [("Rita", f"[TLP:GREEN] You have been mentioned: {TITLE}")]
    clear_notifications()
    call_as(cast.actor("mona"), remove_post, question, "Off the point.")
    assert inbox_lines() == [("Carol", f"[TLP:GREEN] Your message has been removed: {TITLE}")]


def test_what_was_taken_back_before_its_notice_notifies_nobody(cast: Cast) -> None:
    post = make_post(cast.actor("carol"), make_shared_practice(cast))
    call_as(cast.actor("carol"), take_back_post, post)

    assert inbox_lines() == []


@pytest.mark.parametrize("label", Label.values)
def test_a_letter_says_by_its_label_what_it_may(cast: Cast, mailoutbox: list[Any], label: str) -> None:
    practice = make_shared_practice(cast, label)
    mailoutbox.clear()
    make_post(cast.actor("carol"), practice, WORDS)
    run_all_jobs()

    recipients = {"alice"} if label == Label.RED else {"alice", "sven"}
    assert {letter.to[0].partition("@")[0] for letter in mailoutbox} == recipients
    for letter in mailoutbox:
        assert letter.subject.startswith(f"[{Label(label).label}] ")
        assert Label(label).label in letter.body
        assert Label(label).label in letter.alternatives[0][0]
        assert f"/practices/{practice.key}/discussion/" in letter.body
        assert (WORDS in letter.body) == (WORDS in letter.alternatives[0][0]) == (label not in NAMED_LABELS)
        assert "&#" not in letter.body
    # the address of a letter names its host; nothing else of it is looked for
    assert secrets_in_letters(mailoutbox) == (
        set() if label in NAMED_LABELS else {"Canary", "Carol", "Beacon"}
    )


def test_a_letter_is_dropped_when_access_was_lost_before_it_went_out(
    cast: Cast, mailoutbox: list[Any]
) -> None:
    practice = make_shared_practice(cast)
    mailoutbox.clear()
    call_as(cast.actor("carol"), follow, practice)
    make_post(cast.actor("sven"), practice, "@Carol?")
    for job in Job.objects.filter(kind="route_event", state="ready"):
        jobs.run_job(job.pk)
    set_label_directly(practice, Label.RED)
    lines = dict(inbox_lines())

    assert lines["Carol"] == "[TLP:GREEN] You have been mentioned"
    assert [letter.to for letter in mailoutbox] == [[cast.alice.email]]
    assert {
        (delivery.recipient.name, delivery.state)
        for delivery in Delivery.objects.filter(channel=Channel.EMAIL)
    } == {
        ("Carol", DeliveryState.DROPPED),
        ("Alice", DeliveryState.SENT),
    }


def test_a_notice_of_a_group_has_the_strictest_label_and_no_name(cast: Cast, mailoutbox: list[Any]) -> None:
    group = make_working_group(
        "Canary group", cast.aurora, (cast.alice, cast.aurora), (cast.carol, cast.beacon)
    )
    journal.record(cast.actor("alice"), "group.bring_in", group, person=cast.carol.pk)
    call_as(cast.actor("alice"), follow, group)
    make_post(cast.actor("carol"), group, WORDS)

    assert inbox_lines() == [
        ("Alice", "[TLP:RED] A new message in a working group that you follow"),
        ("Carol", "[TLP:RED] You have been added to a working group"),
    ]
    pages = [
        url.partition("?")[0]
        for url in Delivery.objects.filter(channel=Channel.INBOX).values_list("url", flat=True)
    ]
    assert pages == [f"/workspace/practices/groups/{group.key}/"] * 2
    assert secrets_in_letters(mailoutbox) == set()


# --- Both languages, and many lines ----------------------------------------------------------


def test_a_line_is_read_in_the_readers_language(cast: Cast) -> None:
    practice = make_shared_practice(cast)
    make_post(cast.actor("carol"), practice)
    run_all_jobs()
    line = Delivery.objects.filter(channel=Channel.INBOX, recipient=cast.alice).get()

    with translation.override("ru"):
        sentence = translation.gettext("A question about your practice")
    assert line_text(line, "ru") == f"[TLP:GREEN] {' '.join(sentence.split())}: {TITLE}"


def test_an_inbox_asks_as_often_for_many_lines_as_for_one(
    cast: Cast, django_assert_num_queries: Callable[..., Any]
) -> None:
    practice, request = make_shared_practice(cast), make_request(cast.actor("carol"))
    journal.record(cast.actor("carol"), "adoption.record", adopt_practice(cast, practice))
    for number in range(4):
        make_post(cast.actor("carol"), practice, f"Number {number}?")
        make_post(cast.actor("carol"), request, f"Number {number}? @Alice")
    run_all_jobs()
    actor = cast.actor("alice")
    with acting_as(actor):
        lines = list(notices.inbox_items(actor))
        assert len(lines) == 2 * 4 + 2
        with django_assert_num_queries(5):
            notices.attach_names(actor, lines)


def test_every_notice_has_its_sentences() -> None:
    kinds = {
        kind
        for kind in notices.notice_kinds()
        if notices.notice_of(kind).template == "practices/email/news.html"
    }

    assert kinds - {"practice.share_directly", "practice.widen", "post.write", "post.edit"} <= set(
        NEWS_SENTENCES
    )


def test_a_subject_keeps_the_label_and_the_news_and_looks_the_title_up() -> None:
    named_in = set(re.findall(r"{{ (\w+)", subject_source("practices/email/news.html")))
    quotes = {
        notices.notice_of(kind).quotes
        for kind in notices.notice_kinds()
        if notices.notice_of(kind).template == "practices/email/news.html"
    }

    assert named_in == {"label", "what", "title", "reminder"}
    assert quotes == {("label", "what"), ("label", "what", "reminder.time")}
