"""Who is told of what, what letters and lines say by label, and what is left when sight is lost."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone, translation

from alliance.enums import Grant
from alliance.models import Membership
from alliance.queries.actors import actor_for
from portal.kernel import journal, notices, outbox
from portal.kernel.access import SYSTEM
from portal.kernel.models import Channel, Delivery, DeliveryState, Job
from portal.kernel.row_security import acting_as
from practices.access import named
from practices.audiences import audience
from practices.enums import NAMED_LABELS, Label, PracticeState
from practices.models import Adoption, GroupMembership, Practice, SavedSearch, WorkingGroup
from practices.notify.words import NEWS
from practices.queries.recalls import recalled
from practices.services.audiences import set_readers
from practices.services.discussion import accept_post, edit_post, remove_post, take_back_post
from practices.services.following import follow
from practices.services.groups import bring_in
from practices.services.openings import open_practice
from practices.services.practices import (
    recall_practice,
    retire_practice,
    return_practice,
    share_practice_directly,
    submit_practice,
)
from practices.services.requests import answer_request, close_request, make_offer
from tests.factories import Cast, make_cast, make_organisation, make_person
from tests.factories.circle import make_working_group
from tests.factories.practices import act, drafted, next_version, shared
from tests.factories.talk import SEEKING, asked, relabel, say
from tests.support.jobs import do_all_jobs

pytestmark = pytest.mark.django_db

TITLE = "Canary & title"
SOUGHT = "Tell a child from an adult by voice"  # as SEEKING has it, at the beginning of a line
WORDS = "Canary words"
SECRET = ("Canary", "Carol", "Alice", "Aurora", "Beacon")


@pytest.fixture
def cast() -> Cast:
    made = make_cast()
    Membership.objects.filter(person=made.sven).update(grants=[Grant.SIGNATORY, Grant.EDITOR])
    return made


def practice_of(cast: Cast, label: str = Label.GREEN) -> Practice:
    """Shared already; whatever was told of that is forgotten."""
    practice = shared(cast, Label.AMBER_STRICT if label in NAMED_LABELS else label)
    if label in NAMED_LABELS:
        person = named(cast.carol.pk, cast.beacon.pk)
        relabel(practice, label, reader_people=[person], reader_organisations=[cast.beacon.pk])
    next_version(cast, practice, title=TITLE, note="A better title.")
    forget()
    return practice


def forget() -> None:
    do_all_jobs()
    Delivery.objects.all().delete()


def told() -> list[tuple[str, str]]:
    """Who found which line in their inbox, as it reads to them now, in English."""
    do_all_jobs()
    return sorted(
        (line.recipient.name, read(line)) for line in Delivery.objects.filter(channel=Channel.INBOX)
    )


def told_to(*names: str) -> list[tuple[str, str]]:
    return [(name, line) for name, line in told() if name in names]


def read(line: Delivery, language: str = "en") -> str:
    actor = actor_for(line.recipient_id, line.tenant_id)
    with acting_as(actor), translation.override(language):
        lines = list(notices.inbox(actor).filter(pk=line.pk))
        notices.look_up(actor, lines)
        return notices.subject_of(lines[0])


def use(cast: Cast, practice: Practice, label: str = Label.GREEN) -> Adoption:
    with acting_as(SYSTEM):
        return Adoption.objects.create(
            practice=practice,
            organisation=cast.beacon,
            author_people=[named(cast.carol.pk, cast.beacon.pk)],
            label=label,
            since="2026-01-01",
            reader_organisations=[cast.aurora.pk],
        )


# --- Practices -------------------------------------------------------------------------------


def test_moderation_is_told_to_managers_and_back_to_writers(cast: Cast) -> None:
    practice = drafted(cast, title=TITLE)
    act(cast.actor("alice"), submit_practice, practice)
    assert told() == [("Mona", f"[TLP:GREEN] A practice waits for moderation: {TITLE}")]
    forget()
    act(cast.actor("mona"), return_practice, practice, "Say more.")
    assert told() == [
        ("Alice", f"[TLP:GREEN] Your practice has been returned: {TITLE}"),
        ("Sven", f"[TLP:GREEN] Your practice has been returned: {TITLE}"),
    ]


def test_what_is_shared_by_name_is_told_to_those_people_alone(cast: Cast) -> None:

    practice = drafted(cast)
    group = make_working_group("Grooming", cast.beacon, (cast.rita, cast.secretariat))
    readers = audience(Label.AMBER, [named(cast.mona.pk, cast.secretariat.pk)], [cast.beacon.pk], [group.pk])
    act(cast.actor("alice"), set_readers, practice, readers)
    act(cast.actor("sven"), share_practice_directly, practice)

    assert told() == [
        ("Alice", "[TLP:AMBER] Your practice has been shared"),
        ("Mona", "[TLP:AMBER] A practice has been shared with you by name"),
        ("Rita", "[TLP:AMBER] A practice has been shared with you by name"),
    ]


def test_a_new_version_is_told_to_who_uses_or_follows_it(cast: Cast) -> None:
    practice = practice_of(cast)
    use(cast, practice)
    act(cast.actor("bob"), follow, practice)
    new_version(cast, practice)

    line = f"[TLP:GREEN] A new version of a practice that you use or follow: {TITLE}"
    assert told_to("Carol") == [("Carol", line)]
    assert len(told_to("Bob")) == 1  # who belongs to the source hears of it as such, once


def new_version(cast: Cast, practice: Practice) -> None:
    next_version(cast, practice, summary="It waits longer.", note="It waits longer.")


def test_retiring_is_told_to_who_uses_it(cast: Cast) -> None:
    practice = practice_of(cast)
    use(cast, practice)
    act(cast.actor("alice"), retire_practice, practice, "Superseded.")

    assert told() == [("Carol", f"[TLP:GREEN] A practice that you use or follow has been retired: {TITLE}")]


def test_a_narrowing_is_told_to_nobody_and_takes_the_title_out_of_inboxes(cast: Cast) -> None:
    practice = practice_of(cast)
    act(cast.actor("carol"), follow, practice)
    new_version(cast, practice)
    assert TITLE in told_to("Carol")[0][1]
    relabel(practice, Label.RED)

    assert told_to("Carol") == [("Carol", "[TLP:GREEN] A new version of a practice that you use or follow")]
    assert TITLE not in str(list(Delivery.objects.values()))


@pytest.mark.parametrize(
    ("kind", "by", "names", "what"),
    [
        ("practice.propose_update", "alice", ["Mona"], "practice.propose_update"),
        ("practice.return_update", "mona", ["Alice", "Sven"], "practice.return_update"),
        ("practice.share", "mona", ["Alice", "Sven"], "practice.share"),
    ],
)
def test_who_hears_of_what_the_secretariat_reads(
    cast: Cast, kind: str, by: str, names: list[str], what: str
) -> None:
    practice = practice_of(cast)
    act(cast.actor("carol"), follow, practice)
    journal.record(cast.actor(by), kind, practice)

    assert told() == [(name, f"[TLP:GREEN] {NEWS[what]}: {TITLE}") for name in names]


def test_a_version_that_is_let_through_is_told_to_its_writers_and_to_its_readers(cast: Cast) -> None:
    practice = practice_of(cast)
    act(cast.actor("carol"), follow, practice)
    journal.record(cast.actor("mona"), "practice.share_update", practice, number=3)

    writers, readers = (NEWS[what] for what in ("practice.share_update", "practice.update"))
    assert told() == [
        ("Alice", f"[TLP:GREEN] {writers}: {TITLE}"),
        ("Carol", f"[TLP:GREEN] {readers}: {TITLE}"),
        ("Sven", f"[TLP:GREEN] {writers}: {TITLE}"),
    ]


# --- Recall ----------------------------------------------------------------------------------


@pytest.mark.parametrize("label", [Label.GREEN, Label.AMBER, Label.AMBER_STRICT, Label.RED])
def test_a_recall_is_told_to_whoever_had_opened_it_and_names_nothing(
    cast: Cast, mailoutbox: list[Any], label: str
) -> None:
    practice = practice_of(cast, label)
    mailoutbox.clear()
    act(cast.actor("carol"), open_practice, practice, "page")
    signatory(cast, practice)
    act(cast.actor("sven"), recall_practice, practice, "Canary reason.")

    assert told() == [
        ("Carol", f"[{Label(label).label}] A practice that you opened or use has been recalled")
    ]
    assert said_by(mailoutbox) == set()
    assert "/workspace/practices/recalled/" in mailoutbox[0].body
    with acting_as(cast.actor("carol")):
        (found,) = recalled(cast.actor("carol"))
    assert (found.label, found.opened_at is not None) == (Label(label).label, True)
    assert (found.title, found.reason) == (TITLE, "Canary reason.")  # on the portal, for who has read it


def signatory(cast: Cast, practice: Practice) -> None:
    """Sven becomes an author, so that he may recall what is RED."""
    with acting_as(SYSTEM):
        practice.author_people = [*practice.author_people, named(cast.sven.pk, cast.aurora.pk)]
        practice.save()


def said_by(letters: list[Any]) -> set[str]:
    """What of the secrets stands in any letter, its greeting aside."""
    texts = [
        part.replace("Hello, Carol", "").replace("Hello, Alice", "")
        for letter in letters
        for part in (letter.subject, letter.body, letter.alternatives[0][0])
    ]
    return {word for word in SECRET for text in texts if word in text}


def test_whoever_uses_a_practice_is_told_of_its_recall_and_others_are_not(cast: Cast) -> None:
    practice = practice_of(cast)
    use(cast, practice)
    act(cast.actor("rita"), follow, practice)
    act(cast.actor("sven"), recall_practice, practice, "It fails.")

    assert [name for name, _line in told()] == ["Carol"]
    with acting_as(cast.actor("mona")):
        assert recalled(cast.actor("mona")) == []


def test_under_the_label_that_one_knew_it_by(cast: Cast) -> None:
    """What was GREEN when it was opened, and RED when it was recalled: the reason is for the few."""
    practice = practice_of(cast)
    act(cast.actor("carol"), open_practice, practice, "page")
    relabel(practice, Label.RED)
    signatory(cast, practice)
    act(cast.actor("sven"), recall_practice, practice, "Canary reason.")

    assert told() == [("Carol", "[TLP:GREEN] A practice that you opened or use has been recalled")]
    with acting_as(cast.actor("carol")):
        (found,) = recalled(cast.actor("carol"))
    assert (found.title, found.reason) == (TITLE, "")


def test_a_recall_names_a_practice_as_its_reader_knew_it(cast: Cast) -> None:
    """The title of a version that came after they could read it no more is not told."""
    practice = practice_of(cast)
    act(cast.actor("carol"), open_practice, practice, "page")
    relabel(practice, Label.AMBER_STRICT)
    next_version(cast, practice, title="Canary of the few", note="Renamed.")
    act(cast.actor("sven"), recall_practice, practice, "Canary reason.")

    with acting_as(cast.actor("carol")):
        (found,) = recalled(cast.actor("carol"))
    assert (found.title, found.reason) == (TITLE, "")


# --- Adoptions -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["adoption.record", "adoption.change", "adoption.result"])
@pytest.mark.parametrize("label", [Label.GREEN, Label.AMBER, Label.RED])
def test_the_source_hears_of_a_use_that_it_may_see(
    cast: Cast, mailoutbox: list[Any], kind: str, label: str
) -> None:
    practice = practice_of(cast)
    mailoutbox.clear()
    journal.record(cast.actor("carol"), kind, use(cast, practice, label))

    seen = {Label.GREEN: f"[TLP:GREEN] {NEWS[kind]}: {TITLE}", Label.AMBER: f"[TLP:AMBER] {NEWS[kind]}"}
    lines = [(name, seen[Label(label)]) for name in ("Alice", "Sven")] if label in seen else []
    assert told() == lines
    assert ("Beacon" in str([one.body for one in mailoutbox])) == (label == Label.GREEN)


# --- Discussion ------------------------------------------------------------------------------


def test_who_hears_of_a_question_and_of_its_answer(cast: Cast) -> None:
    practice = practice_of(cast)
    act(cast.actor("bob"), follow, practice)
    question = say(cast.actor("carol"), practice, f"{WORDS}, @Mona?")
    assert told() == [
        ("Alice", f"[TLP:GREEN] A question about your practice: {TITLE}"),
        ("Bob", f"[TLP:GREEN] A question about your practice: {TITLE}"),
        ("Mona", f"[TLP:GREEN] You have been mentioned: {TITLE}"),
        ("Sven", f"[TLP:GREEN] A question about your practice: {TITLE}"),
    ]
    forget()
    answer = say(cast.actor("alice"), practice, "Both.", parent=question)
    assert told() == [
        ("Bob", f"[TLP:GREEN] A new answer about a practice that you follow: {TITLE}"),
        ("Carol", f"[TLP:GREEN] An answer to your question: {TITLE}"),
    ]
    forget()
    act(cast.actor("carol"), accept_post, answer)
    assert told() == [("Alice", f"[TLP:GREEN] Your answer has been accepted: {TITLE}")]
    forget()
    act(cast.actor("carol"), edit_post, question, f"{WORDS}, @Rita?")
    assert told() == [("Rita", f"[TLP:GREEN] You have been mentioned: {TITLE}")]
    forget()
    act(cast.actor("mona"), remove_post, question, "Off the point.")
    assert told() == [("Carol", f"[TLP:GREEN] Something that you wrote has been removed: {TITLE}")]


def test_what_was_taken_back_before_it_was_told_is_told_to_nobody(cast: Cast) -> None:
    post = say(cast.actor("carol"), practice_of(cast))
    act(cast.actor("carol"), take_back_post, post)

    assert told() == []


@pytest.mark.parametrize("label", Label.values)
def test_a_letter_says_by_its_label_what_it_may(cast: Cast, mailoutbox: list[Any], label: str) -> None:
    practice = practice_of(cast, label)
    mailoutbox.clear()
    say(cast.actor("carol"), practice, WORDS)
    do_all_jobs()

    heard = {"alice"} if label == Label.RED else {"alice", "sven"}
    assert {letter.to[0].partition("@")[0] for letter in mailoutbox} == heard
    for letter in mailoutbox:
        assert letter.subject.startswith(f"[{Label(label).label}] ")
        assert Label(label).label in letter.body
        assert Label(label).label in letter.alternatives[0][0]
        assert f"/practices/{practice.key}/talk/" in letter.body
        assert WORDS not in letter.body + letter.alternatives[0][0]
        assert "&#" not in letter.body
    # the address of a letter names its host; nothing else of it is looked for
    assert said_by(mailoutbox) == (set() if label in NAMED_LABELS else {"Canary", "Carol", "Beacon"})


def test_a_letter_is_dropped_when_sight_was_lost_before_it_went_out(
    cast: Cast, mailoutbox: list[Any]
) -> None:
    practice = practice_of(cast)
    mailoutbox.clear()
    act(cast.actor("carol"), follow, practice)
    say(cast.actor("sven"), practice, "@Carol?")
    for job in Job.objects.filter(kind="route_event", state="ready"):
        outbox.run(job.pk)
    relabel(practice, Label.RED)
    lines = dict(told())

    assert lines["Carol"] == "[TLP:GREEN] You have been mentioned"
    assert [letter.to for letter in mailoutbox] == [[cast.alice.email]]
    assert {(one.recipient.name, one.state) for one in Delivery.objects.filter(channel=Channel.EMAIL)} == {
        ("Carol", DeliveryState.DROPPED),
        ("Alice", DeliveryState.SENT),
    }


def test_a_group_is_told_by_the_strictest_label_and_not_by_name(cast: Cast, mailoutbox: list[Any]) -> None:
    group = make_working_group(
        "Canary group", cast.aurora, (cast.alice, cast.aurora), (cast.carol, cast.beacon)
    )
    journal.record(cast.actor("alice"), "group.bring_in", group, person=cast.carol.pk)
    act(cast.actor("alice"), follow, group)
    say(cast.actor("carol"), group, WORDS)

    assert told() == [
        ("Alice", "[TLP:RED] A new word in a working group that you follow"),
        ("Carol", "[TLP:RED] You are in a working group now"),
    ]
    pages = [
        url.partition("?")[0]
        for url in Delivery.objects.filter(channel=Channel.INBOX).values_list("url", flat=True)
    ]
    assert pages == [f"/workspace/practices/groups/{group.key}/"] * 2
    assert said_by(mailoutbox) == set()


# --- Who joins a group -----------------------------------------------------------------------


def test_the_sources_of_what_a_group_reads_are_told_that_somebody_joins(
    cast: Cast, mailoutbox: list[Any]
) -> None:
    """Alice and Sven at Aurora, once for both practices; Bob only reads there, and Carol's has none of them."""
    group = group_led_by_mona(cast)
    for label in (Label.AMBER, Label.AMBER_STRICT):
        given_to_group(cast, group, label)
    mailoutbox.clear()
    bring_carol_in(cast, group)

    line = "[TLP:AMBER+STRICT] Somebody was brought into a working group that reads 2 of your practices"
    assert told() == [
        ("Alice", line),
        ("Carol", "[TLP:RED] You are in a working group now"),
        ("Sven", line),
    ]
    assert said_by(mailoutbox) == set()
    assert {path_of(name) for name in ("Alice", "Sven")} == {"/workspace/practices/ours/"}


def test_of_what_is_red_the_authors_alone_are_told_who_reads(cast: Cast) -> None:
    group = group_led_by_mona(cast)
    given_to_group(cast, group, Label.RED)
    given_to_group(cast, group, Label.AMBER)
    bring_carol_in(cast, group)

    said = "Somebody was brought into a working group that reads"
    assert told_to("Alice", "Sven") == [
        ("Alice", f"[TLP:RED] {said} 2 of your practices"),
        ("Sven", f"[TLP:AMBER] {said} 1 of your practices"),
    ]


def test_a_group_is_named_to_a_source_that_is_in_it_and_in_no_letter(
    cast: Cast, mailoutbox: list[Any]
) -> None:
    group = group_led_by_mona(cast, (cast.alice, cast.aurora))
    given_to_group(cast, group, Label.AMBER)
    mailoutbox.clear()
    bring_carol_in(cast, group)

    said = "which reads 1 of your practices"
    assert told_to("Alice") == [
        ("Alice", f"[TLP:AMBER] Somebody was brought into the working group “Canary group”, {said}")
    ]
    assert path_of("Alice") == f"/workspace/practices/groups/{group.key}/"
    assert said_by(mailoutbox) == set()
    with acting_as(SYSTEM):
        GroupMembership.objects.filter(person=cast.alice).update(ended_at=timezone.now())
    assert "Canary" not in told_to("Alice")[0][1]
    assert "Canary" not in str(list(Delivery.objects.values()))


@pytest.mark.parametrize("label", [Label.AMBER, Label.GREEN])
def test_a_source_is_not_told_of_what_the_group_did_not_read_when_they_came(cast: Cast, label: str) -> None:
    """A draft, what is for all whatever it names, what was recalled, what is shared with the group afterwards."""
    group = group_led_by_mona(cast)
    given_to_group(cast, group, Label.AMBER, state=PracticeState.DRAFT)
    given_to_group(cast, group, Label.GREEN)
    given_to_group(cast, group, Label.AMBER, state=PracticeState.RECALLED)
    bring_carol_in(cast, group)
    given_to_group(cast, group, label)

    assert [name for name, _line in told()] == ["Carol"]


def test_a_source_is_not_told_when_nobody_new_comes_in(cast: Cast) -> None:
    group = group_led_by_mona(cast, (cast.carol, cast.beacon))
    given_to_group(cast, group, Label.AMBER)
    bring_carol_in(cast, group)
    bring_carol_in(cast, group, leads=True)

    assert told_to("Alice", "Sven") == []


def group_led_by_mona(cast: Cast, *members: Any) -> WorkingGroup:
    return make_working_group("Canary group", cast.secretariat, *members)


def given_to_group(
    cast: Cast, group: WorkingGroup, label: str, *, state: str = PracticeState.SHARED
) -> Practice:
    """Whatever was told of that is forgotten."""
    practice = shared(cast, Label.AMBER_STRICT)
    relabel(practice, label, reader_organisations=[], reader_groups=[group.pk])
    with acting_as(SYSTEM):
        Practice.objects.filter(pk=practice.pk).update(state=state)
    do_all_jobs_of_sharing()
    return practice


def bring_carol_in(cast: Cast, group: WorkingGroup, **more: Any) -> None:
    act(cast.actor("mona"), bring_in, group, named(cast.carol.pk, cast.beacon.pk), **more)


def do_all_jobs_of_sharing() -> None:
    """What is told of the sharing itself is not looked at."""
    do_all_jobs()
    Delivery.objects.filter(event__kind__startswith="practice.").delete()


def path_of(name: str) -> str:
    return str(Delivery.objects.get(channel=Channel.INBOX, recipient__name=name).url)


# --- Requests --------------------------------------------------------------------------------


def test_a_request_is_told_to_the_sources_of_what_serves_the_same(cast: Cast) -> None:
    practice_of(cast)
    asked(cast.actor("carol"))
    assert told() == [
        (name, f"[TLP:GREEN] Somebody is looking for what you may have: {SOUGHT}")
        for name in ("Alice", "Sven")
    ]


def test_of_what_is_red_the_authors_alone_hear_that_something_matches(cast: Cast) -> None:
    practice_of(cast, Label.RED)
    asked(cast.actor("carol"), audience(Label.CLEAR))

    assert [name for name, _line in told()] == ["Alice"]


def test_a_request_is_told_to_nobody_who_may_not_read_it_or_asks_it(cast: Cast) -> None:
    practice_of(cast)
    fjord = make_organisation("fjord")
    theo = make_person("Theo", fjord, Grant.EDITOR)
    for person, place in ((theo, fjord), (cast.carol, cast.beacon), (cast.rita, cast.secretariat)):
        SavedSearch.objects.create(
            person=person, organisation=place, name="Mine", query={"harms": ["grooming"]}
        )
    asked(cast.actor("carol"), audience(Label.AMBER_STRICT, organisations=[fjord.pk]))
    assert told() == [("Theo", "[TLP:AMBER+STRICT] Somebody is looking for what you may have")]
    forget()
    asked(cast.actor("carol"), draft=SEEKING.__class__(title="sort reports", harms=["bullying"]))
    assert told() == []


def test_offers_are_told_to_who_asked_and_follows_and_acceptance_to_who_offered(cast: Cast) -> None:
    request = asked(cast.actor("alice"))
    act(cast.actor("bob"), follow, request)
    forget()
    offer = act(cast.actor("carol"), make_offer, request, WORDS)
    assert told() == [
        ("Alice", f"[TLP:GREEN] An offer for your request: {SOUGHT}"),
        ("Bob", f"[TLP:GREEN] A new offer for a request that you follow: {SOUGHT}"),
    ]
    forget()
    act(cast.actor("alice"), answer_request, request, offer)
    assert told() == [
        ("Bob", f"[TLP:GREEN] A request that you follow has been answered: {SOUGHT}"),
        ("Carol", f"[TLP:GREEN] Your offer has been accepted: {SOUGHT}"),
    ]
    forget()
    act(cast.actor("sven"), close_request, request)
    assert [name for name, _line in told()] == ["Alice", "Bob", "Carol"]


# --- Both languages, and many lines ----------------------------------------------------------


def test_a_line_is_read_in_the_readers_language(cast: Cast) -> None:
    practice = practice_of(cast)
    say(cast.actor("carol"), practice)
    do_all_jobs()
    line = Delivery.objects.filter(channel=Channel.INBOX, recipient=cast.alice).get()

    with translation.override("ru"):
        sentence = translation.gettext("A question about your practice")
    assert read(line, "ru") == f"[TLP:GREEN] {sentence}: {TITLE}"


def test_an_inbox_asks_as_often_for_many_lines_as_for_one(
    cast: Cast, django_assert_num_queries: Callable[..., Any]
) -> None:
    practice, request = practice_of(cast), asked(cast.actor("carol"))
    journal.record(cast.actor("carol"), "adoption.record", use(cast, practice))
    for number in range(12):
        say(cast.actor("carol"), practice, f"Number {number}?")
        say(cast.actor("carol"), request, f"Number {number}? @Alice")
    do_all_jobs()
    actor = cast.actor("alice")
    with acting_as(actor):
        lines = list(notices.inbox(actor))
        assert len(lines) == 25 + 1
        with django_assert_num_queries(4):
            notices.look_up(actor, lines)


def test_every_notice_has_its_sentences() -> None:
    kinds = {
        kind for kind in notices.notice_kinds() if notices.notice_of(kind).template == "practices/email/news"
    }

    assert kinds - {"practice.share_directly", "practice.widen", "post.write", "post.edit"} <= set(NEWS)


def test_a_subject_keeps_the_label_and_the_news_and_looks_the_title_up() -> None:
    source = (settings.BASE_DIR / "templates/practices/email/news.subject.txt").read_text()
    named_in = set(re.findall(r"{{ (\w+)", source))
    kept = {
        notices.notice_of(kind).quotes
        for kind in notices.notice_kinds()
        if notices.notice_of(kind).template == "practices/email/news"
    }

    assert (named_in, kept) == ({"label", "what", "title"}, {("label", "what")})
