"""All about one report: what was done after its publication too, with the words, and all that was published of it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alliance.enums import OrganisationKind, Role
from alliance.models import Commitment, Measure, Pledge, Report
from alliance.queries.local_dates import today
from alliance.queries.report_story import publications_of, story_entries, story_events
from alliance.services import mediation
from alliance.services.correction_publication import publish_correction
from alliance.services.corrections import add_correction_note, object_to_correction
from alliance.services.cycle_dates import CycleDates, reschedule_cycle
from alliance.services.pledges import draft_pledge, sign_pledge
from alliance.services.responses import respond_to_verdicts
from alliance.services.reviews import conclude_report, give_verdict, start_review
from alliance.services.withdrawals import (
    ask_for_withdrawal,
    consent_to_withdrawal,
    publish_again,
    refuse_withdrawal,
)
from portal.kernel import journal
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import Publication
from tests.factories import (
    Cast,
    actor_of,
    make_cycle,
    make_organisation,
    make_person,
    make_report,
    read_charter,
)
from tests.support.corrections import LIVE, REASON, figures, proposed
from tests.support.pledges import draft_with
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db
WITHDRAWN = {"en": "It was not theirs.", "ru": "Это был не их отчёт."}


@pytest.fixture
def report(cast: Cast) -> Report:
    """Aurora's report, published with a reply; and one of Beacon, of which nothing belongs to its story."""
    cycle = make_cycle(read_charter())
    make_published_report(cycle, cast.aurora, figures("2960", "394"), replies={"find": "So it is."})
    make_published_report(cycle, cast.beacon)
    make_published_cycle(cycle)
    with acting_as(SYSTEM):
        return Report.objects.select_related("cycle", "organisation").get(organisation=cast.aurora)


def test_the_dates_that_its_cycle_moved_belong_to_it_unless_its_member_joined_later(cast: Cast) -> None:
    cycle = make_cycle(read_charter())
    reports = [make_report(cycle, member) for member in (cast.aurora, cast.beacon)]
    Report.objects.filter(pk=reports[1].pk).update(joined_on=today() + timedelta(days=1))
    make_report(make_cycle(cycle.charter, "2025-h2"), cast.aurora)
    dates = CycleDates(cycle.due_on + timedelta(days=7), cycle.grace_ends_on + timedelta(days=7))
    with acting_as(cast.actor("mona")) as mona:
        reschedule_cycle(mona, cycle, dates, {"en": "A holiday.", "ru": "Праздник."})
        stories = [story_entries(mona, each, list(story_events(mona, each))) for each in reports]
        with CaptureQueriesContext(connection) as once:
            list(story_events(mona, reports[0]))
        for day in (8, 9):
            later = CycleDates(cycle.due_on + timedelta(days=day), cycle.grace_ends_on + timedelta(days=day))
            reschedule_cycle(mona, cycle, later, {"en": "Again.", "ru": "Ещё раз."})
        with CaptureQueriesContext(connection) as thrice:
            events = list(story_events(mona, reports[0]))

    assert [
        [(each.row.event.kind, [(words.text, words.language) for words in each.words]) for each in story]
        for story in stories
    ] == [[("cycle.reschedule", [("A holiday.", "en"), ("Праздник.", "ru")])], []]
    assert (len(events), len(thrice)) == (3, len(once))


def test_days_that_were_given_back_belong_to_each_report_that_has_them(cast: Cast) -> None:
    cycle = make_cycle(read_charter())
    reports = [
        make_report(cycle, cast.aurora),
        make_report(make_cycle(cycle.charter, "2025-h2"), cast.aurora),
    ]
    with acting_as(SYSTEM):
        journal.record(
            SYSTEM, "organisation.give_days_back", cast.aurora, reports=[reports[0].pk], findings=[]
        )

    with acting_as(cast.actor("mona")) as mona:
        kinds = [[event.kind for event in story_events(mona, report)] for report in reports]

    assert kinds == [["organisation.give_days_back"], []]


def test_a_whole_story_has_corrections_comments_and_withdrawals_with_their_words(
    cast: Cast, report: Report
) -> None:
    correct_against_objection(cast, report)
    ask_a_partner(cast, report)
    withdraw_and_publish_again(cast, report)

    with acting_as(cast.actor("mona")) as mona:
        entries = story_entries(mona, report, list(story_events(mona, report)))
        published = [(row.type, row.record, row.revision) for row in publications_of(report)]

    assert [(entry.row.event.kind, [words.text for words in entry.words]) for entry in entries] == [
        ("report.publish", []),
        ("correction.draft", []),
        ("correction.propose", list(REASON.values())),
        ("correction.add_note", ["See page 4."]),
        ("correction.object", ["It was counted twice."]),
        ("correction.publish", ["It was counted once."]),
        ("invited_comment.invite", ["How well does it work?"]),
        ("invited_comment.give", ["Well by day."]),
        ("invited_comment.withdraw", ["Asked by mistake."]),
        ("publication.withdraw", list(WITHDRAWN.values())),
        ("withdrawal.refuse", ["It stands."]),
        ("publication.withdraw", list(WITHDRAWN.values())),
        ("withdrawal.publish", []),
        ("withdrawal.undo", ["It was theirs after all."]),
    ]
    record = "aurora-video/2026-h1"
    assert published == [
        ("report", record, 1),
        ("response", f"{record}/find", 1),
        ("report", record, 2),
        ("withdrawal", f"report/{record}", 1),
        ("report", record, 3),
        ("response", f"{record}/find", 2),
    ]


def test_each_verdict_and_reply_of_a_story_names_what_it_is_on_or_to(cast: Cast) -> None:
    """Measure, commitment and own pledge, each with the step of the review that judges it."""
    report, pledge = judged_report(cast)
    reply_to_two_verdicts(cast, report)

    with acting_as(cast.actor("mona")) as mona:
        events = list(story_events(mona, report))
        rows = [entry.row for entry in story_entries(mona, report, events)]

    name, review = f"Aurora Video, {report.cycle.title}", f"/secretariat/reviews/{report.pk}"
    verdicts = [(row.target_title, row.url) for row in rows if row.event.kind == "verdict.give"]
    assert [row for row in verdicts if "/measures/" not in row[1]] == [
        (f"{name}, commitment 1", f"{review}/commitments/find/"),
        (f"{name}, commitment 2", f"{review}/commitments/answer/"),
        (f"{name}, More", f"{review}/pledges/{pledge.record}/"),
    ]
    assert (f"{name}, 1.1", f"{review}/measures/search/") in verdicts
    assert len(set(verdicts)) == len(verdicts)
    replies = [row.details_text for row in rows if row.event.kind == "report.respond"]
    assert replies == ["Reply: commitment 1", "Reply: all verdicts"]


def test_the_subjects_of_a_story_take_as_many_queries_however_many_they_are(cast: Cast) -> None:
    report, _pledge = judged_report(cast)
    reply_to_two_verdicts(cast, report)
    with acting_as(cast.actor("mona")) as mona:
        events = list(story_events(mona, report))
        one_of_each = list({(row.kind, bool(row.data.get("response"))): row for row in events}.values())

        with CaptureQueriesContext(connection) as few:
            story_entries(mona, report, one_of_each)
        with CaptureQueriesContext(connection) as many:
            story_entries(mona, report, events)

    assert len(many) == len(few)


def judged_report(cast: Cast) -> tuple[Report, Pledge]:
    """Aurora's, with a pledge beyond the charter, judged to the end by Rita and concluded."""
    pledge = own_pledge(cast)
    content = {
        "record": str(pledge.record), "title": "More", "text": "We did.", "language": "en",
        "disclosure": "public", "disclosure_reason": "",
    }  # fmt: skip
    report = make_report(make_cycle(read_charter()), cast.aurora)
    make_submission(report, pledges=[content])
    with acting_as(cast.actor("rita")) as rita:
        start_review(rita, report)
        for measure in Measure.objects.filter(commitment__charter=report.charter):
            give_verdict(rita, report, measure=measure, value="complete", reason="Done.")
        for commitment in Commitment.objects.filter(charter=report.charter):
            give_verdict(rita, report, commitment=commitment, value="complete", reason="Done.")
        give_verdict(rita, report, pledge_record=pledge.record, value="complete", reason="Done.")
        conclude_report(rita, report)
    return report, pledge


def own_pledge(cast: Cast) -> Pledge:
    """Signed, to no commitment."""
    with acting_as(cast.actor("alice")) as alice:
        draft = draft_pledge(alice, cast.aurora, draft_with(commitment_key="", title="More"))
    with acting_as(cast.actor("sven")) as sven:
        return sign_pledge(sven, draft)


def reply_to_two_verdicts(cast: Cast, report: Report) -> None:
    """To one commitment, and to all."""
    with acting_as(cast.actor("sven")) as sven:
        report.refresh_from_db()
        find = Commitment.objects.get(charter=report.charter, key="find")
        respond_to_verdicts(sven, report, find, "So it is.", "en")
        respond_to_verdicts(sven, report, None, "So it all is.", "en")


def correct_against_objection(cast: Cast, report: Report) -> None:
    """Sven proposes, the secretariat objects, and publishes it nevertheless."""
    correction = proposed(cast, report, LIVE, "349")
    with acting_as(cast.actor("sven")) as sven:
        add_correction_note(sven, correction, "See page 4.")
    with acting_as(cast.actor("mona")) as mona:
        object_to_correction(mona, correction, "It was counted twice.")
        publish_correction(mona, correction, "It was counted once.")


def ask_a_partner(cast: Cast, report: Report) -> None:
    """A partner comments, and the invitation is withdrawn."""
    with acting_as(SYSTEM):
        partner = make_organisation("hotline", OrganisationKind.PARTNER)
        paula = actor_of(make_person("Paula", partner, Role.EDITOR))
        measure = Measure.objects.get(key="search", commitment__charter=report.cycle.charter)
    with acting_as(cast.actor("mona")) as mona:
        comment = mediation.invite_comment(
            mona,
            report,
            measure,
            partner,
            question="How well does it work?",
            language="en",
            due_on=today() + timedelta(days=14),
        )
    with acting_as(paula):
        mediation.give_comment(paula, comment, "Well by day.", "en", agrees=False)
    with acting_as(cast.actor("mona")) as mona:
        mediation.withdraw_invitation(mona, comment, "Asked by mistake.")


def withdraw_and_publish_again(cast: Cast, report: Report) -> None:
    """The withdrawal is refused once, then consented to, and undone."""
    with acting_as(SYSTEM):
        second = actor_of(make_person("Otto", cast.secretariat, Role.AUDITOR))
        last = Publication.objects.get(type="report", record="aurora-video/2026-h1", revision=2)
    for decide in (
        lambda row: refuse_withdrawal(second, row, "It stands."),
        lambda row: consent_to_withdrawal(second, row),
    ):
        with acting_as(cast.actor("mona")) as mona:
            withdrawal = ask_for_withdrawal(mona, last, WITHDRAWN)
        with acting_as(second):
            decide(withdrawal)
    with acting_as(cast.actor("mona")) as mona:
        publish_again(mona, withdrawal, "It was theirs after all.")
