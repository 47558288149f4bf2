"""A comment on a report of a member without access: the secretariat publishes it after thirty days, and says so."""

from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from django.db import ProgrammingError, transaction
from django.test import Client

from alliance.enums import InvitedCommentState, OrganisationKind, OrganisationState, Role
from alliance.models import InvitedComment, Measure, Organisation, Person, Report
from alliance.queries.local_dates import today
from alliance.queries.mediation import public_comments
from alliance.services import mediation as services
from alliance.services.freezing import thaw_account
from alliance.services.organisations import reinstate_organisation, suspend_organisation
from portal.kernel import clock
from portal.kernel.access import ANYONE, SYSTEM, acting_as
from portal.kernel.errors import Forbidden, WrongState
from portal.kernel.journal import Event
from tests.factories import Cast, actor_of, make_organisation, make_person
from tests.support.bearers import token_of
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.pdf_reports import search_figures, two_half_years
from tests.support.published_reports import make_published_report

pytestmark = pytest.mark.django_db
PAGE, API = "/secretariat/comments/", "/api/v1/invited-comments/"


@pytest.fixture
def comment(cast: Cast) -> InvitedComment:
    """Given by the hotline 31 days ago; the partner agrees to its publication."""
    cycle = two_half_years()[1]
    make_published_report(cycle, cast.aurora, search_figures(), {"find": "substantial"})
    measure = Measure.objects.get(key="search", commitment__charter=cycle.charter)
    return InvitedComment.objects.create(
        report=Report.objects.get(organisation=cast.aurora, cycle=cycle), organisation=cast.aurora, cycle=cycle,
        measure=measure, partner=make_organisation("hotline", OrganisationKind.PARTNER), language="en",
        question="How well does it work?", due_on=today(), invited_by=cast.mona, text="It works.", text_language="en",
        state=InvitedCommentState.ANSWERED, given_at=clock.now() - timedelta(days=31), partner_agrees=True,
    )  # fmt: skip


def leave(cast: Cast, days: int = 31) -> None:
    Organisation.objects.filter(pk=cast.aurora.pk).update(state=OrganisationState.SUSPENDED)
    note(cast, "organisation.suspend", days)


def note(cast: Cast, kind: str, days_ago: int) -> None:
    with acting_as(SYSTEM):
        Event.objects.create(
            kind=kind, actor_kind="system", target_type="alliance.organisation",
            target_id=cast.aurora.pk, at=clock.now() - timedelta(days=days_ago),
        )  # fmt: skip


def lose_signatory(cast: Cast, days: int = 31) -> None:
    """The account of Sven, the only signatory, was frozen these days ago; Alice and Bob have access."""
    Person.objects.filter(pk=cast.sven.pk).update(is_active=False, frozen_at=clock.now())
    note(cast, "organisation.lose_signatories", days)


def publish(cast: Cast, comment: InvitedComment, name: str = "mona") -> InvitedComment:
    with acting_as(cast.actor(name)) as actor:
        return services.publish_comment(actor, comment)


def readable(comment: InvitedComment) -> list[str]:
    with acting_as(ANYONE):
        rows = public_comments(comment.organisation_id, comment.cycle_id)
        return [row.text for row in rows.get("search", [])]


def test_after_thirty_days_everybody_reads_it_and_why(
    cast: Cast, comment: InvitedComment, client: Client
) -> None:
    leave(cast)
    before, mona = readable(comment), signed_in(cast.mona)
    offered = words_of(mona.get(f"{PAGE}{comment.pk}/"))
    answer = mona.post(f"{PAGE}{comment.pk}/publish/")

    assert (before, answer.status_code, readable(comment)) == ([], 302, ["It works."])
    assert "Publish without the member" in offered
    own = words_of(mona.get(f"{PAGE}{comment.pk}/"))
    assert "Publish without the member" not in own
    assert "nobody who could agree for the member had access" in own
    for language, words in (
        ("en", "has not agreed: nobody there who could agree had access"), ("ru", "без согласия участника"),
    ):  # fmt: skip
        page = words_of(client.get(f"/{language}/reports/{cast.aurora.slug}/{comment.cycle.slug}/"))
        assert "It works." in page
        assert words in page
    (row,) = client.get("/api/v1/comments/").json()["results"]
    assert row["published_without_member_at"]
    with acting_as(SYSTEM):
        assert Event.objects.get(kind="invited_comment.publish").target_id == comment.pk


@pytest.mark.parametrize(
    ("days", "changes", "why"),
    [
        (None, {}, "The member has a signatory with access"),
        (29, {}, "It can be published without the member from"),
        (60, {"given_at": clock.now}, "It can be published without the member from"),
        (31, {"partner_agrees": False}, "The partner has not agreed"),
        (31, {"state": InvitedCommentState.OPEN}, "There is no comment yet"),
        (31, {"state": InvitedCommentState.WITHDRAWN}, "The comment is withdrawn"),
    ],
)
def test_else_it_says_why_not(
    cast: Cast, comment: InvitedComment, days: int | None, changes: dict[str, object], why: str
) -> None:
    values = {name: value() if callable(value) else value for name, value in changes.items()}
    InvitedComment.objects.update(**values)
    if days is not None:
        leave(cast, days)

    with pytest.raises(WrongState, match=why):
        publish(cast, comment)
    assert why in words_of(signed_in(cast.mona).get(f"{PAGE}{comment.pk}/publish/"))
    assert readable(comment) == []


def test_nothing_is_said_of_the_publication_of_a_withdrawn_comment(
    cast: Cast, comment: InvitedComment
) -> None:
    leave(cast)
    InvitedComment.objects.update(state=InvitedCommentState.WITHDRAWN)

    assert "without the member" not in words_of(signed_in(cast.mona).get(f"{PAGE}{comment.pk}/"))


def test_what_the_member_has_taken_back_stays_unpublished(cast: Cast, comment: InvitedComment) -> None:
    with acting_as(cast.actor("sven")) as sven:
        services.change_member_consent(sven, comment, agrees=True)
        services.change_member_consent(sven, comment, agrees=False)
    leave(cast)

    with pytest.raises(WrongState, match="its word stands"):
        publish(cast, comment)


def test_with_the_only_signatory_frozen_it_is_published_and_the_member_notified(
    cast: Cast, comment: InvitedComment, mailoutbox: list[EmailMessage]
) -> None:
    lose_signatory(cast)
    mona = signed_in(cast.mona)
    offered = words_of(mona.get(f"{PAGE}{comment.pk}/"))
    answer = mona.post(f"{PAGE}{comment.pk}/publish/")
    run_all_jobs()

    assert "Publish without the member" in offered
    assert (answer.status_code, readable(comment)) == (302, ["It works."])
    assert [each.to for each in mailoutbox if "is public" in each.subject] == [[cast.alice.email]]
    with acting_as(cast.actor("mona")) as actor:
        thaw_account(actor, Person.objects.get(pk=cast.sven.pk), "Seen in person.")
    with acting_as(cast.actor("sven")) as sven:
        services.change_member_consent(sven, comment, agrees=False)
    assert readable(comment) == []


def test_for_thirty_days_without_a_signatory_it_waits(cast: Cast, comment: InvitedComment) -> None:
    lose_signatory(cast, days=29)

    with pytest.raises(WrongState, match="It can be published without the member from"):
        publish(cast, comment)
    page = words_of(signed_in(cast.mona).get(f"{PAGE}{comment.pk}/"))
    assert "It can be published without the member from" in page


@pytest.mark.parametrize("name", [None, "carol"])
def test_who_reads_a_public_comment_does_not_change_it(
    cast: Cast, comment: InvitedComment, name: str | None
) -> None:
    leave(cast)
    publish(cast, comment)
    rows = InvitedComment.objects.filter(pk=comment.pk)

    with acting_as(cast.actor(name) if name else ANYONE):
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            rows.update(text="It does not work.")
        removed, _each = rows.delete()

    assert (removed, readable(comment)) == (0, ["It works."])


def test_the_partner_agrees_again_and_it_is_not_public_by_the_earlier_act(
    cast: Cast, comment: InvitedComment
) -> None:
    leave(cast)
    publish(cast, comment)
    ida = actor_of(make_person("Ida", comment.partner, Role.SIGNATORY))
    with acting_as(ida):
        services.change_partner_consent(ida, comment, agrees=False)
    with acting_as(cast.actor("mona")) as mona:
        reinstate_organisation(mona, Organisation.objects.get(pk=cast.aurora.pk))
    with acting_as(ida):
        again = services.change_partner_consent(ida, comment, agrees=True)

    assert (again.is_public, readable(comment)) == (False, [])


def test_who_publishes_it_is_a_manager(cast: Cast, comment: InvitedComment) -> None:
    leave(cast)
    with pytest.raises(Forbidden):
        publish(cast, comment, "rita")


def test_with_access_again_the_member_ends_it(cast: Cast, comment: InvitedComment) -> None:
    with acting_as(cast.actor("mona")) as mona:
        suspend_organisation(mona, cast.aurora, "The dues are not paid.")
    InvitedComment.objects.update(published_without_member_at=clock.now())
    before = readable(comment)
    with acting_as(cast.actor("mona")) as mona:
        reinstate_organisation(mona, Organisation.objects.get(pk=cast.aurora.pk))
    page = words_of(signed_in(cast.sven).get(f"/workspace/comments/{comment.pk}/"))
    with acting_as(cast.actor("sven")) as sven:
        services.change_member_consent(sven, comment, agrees=False)

    assert (before, readable(comment)) == (["It works."], [])
    assert "Published by the secretariat on" in page
    assert "End the publication" in page
    assert "Agree to publication" in page
    assert "No longer agree" not in page
    leave(cast)
    with pytest.raises(WrongState, match="The member has said that it does not agree"):
        publish(cast, comment)


@pytest.mark.parametrize("is_public", [True, False])
def test_the_letter_of_its_return_names_what_is_public_without_it(
    cast: Cast, comment: InvitedComment, mailoutbox: list[EmailMessage], *, is_public: bool
) -> None:
    with acting_as(cast.actor("mona")) as mona:
        suspend_organisation(mona, cast.aurora, "The dues are not paid.")
        InvitedComment.objects.update(published_without_member_at=clock.now(), partner_agrees=is_public)
        reinstate_organisation(mona, Organisation.objects.get(pk=cast.aurora.pk))
    run_all_jobs()

    (letter,) = [each for each in mailoutbox if each.to == [cast.sven.email] and "again" in each.subject]
    assert (f"/workspace/comments/{comment.pk}/" in letter.body) == is_public


@pytest.mark.parametrize("ended", [True, False])
def test_the_partners_letter_is_true_when_it_goes_out(
    cast: Cast, comment: InvitedComment, mailoutbox: list[EmailMessage], *, ended: bool
) -> None:
    ida = make_person("Ida", comment.partner, Role.SIGNATORY)
    leave(cast)
    publish(cast, comment)
    if ended:
        InvitedComment.objects.update(published_without_member_at=None)
    run_all_jobs()

    assert any("is public" in each.subject for each in mailoutbox if each.to == [ida.email]) != ended


def test_with_access_again_the_member_agrees_or_ends_it_on_its_page(
    cast: Cast, comment: InvitedComment
) -> None:
    InvitedComment.objects.update(published_without_member_at=clock.now())
    sven, act = signed_in(cast.sven), f"/workspace/comments/{comment.pk}/member-agree/"
    ending, agreeing = sven.get(act), sven.get(f"{act}?agrees=1")
    answer = sven.post(f"{act}?agrees=1", {"agrees": "True"}, follow=True)

    assert ("End the publication" in ending.text, "Agree to publication" in agreeing.text) == (True, True)
    assert "You have agreed to publication." in words_of(answer)
    comment.refresh_from_db()
    assert (comment.member_agrees, comment.published_without_member_at) == (True, None)
    assert readable(comment) == ["It works."]


def test_programs_publish_it(cast: Cast, comment: InvitedComment, client: Client) -> None:
    leave(cast)
    bearer = {"Authorization": f"Bearer {token_of(cast.mona)}"}
    detail = client.get(f"{API}{comment.pk}/", headers=bearer).json()
    answer = client.post(f"{API}{comment.pk}/publish/", headers=bearer)

    assert detail["acts"] == ["publish"]
    assert (answer.status_code, answer.json()["public"]) == (200, True)


def test_the_page_before_an_invitation_names_who_cannot_comment_or_agree(
    cast: Cast, comment: InvitedComment
) -> None:
    make_person("Paula", make_organisation("school", OrganisationKind.PARTNER), Role.EDITOR)
    mona, url = signed_in(cast.mona), f"/secretariat/reviews/{comment.report_id}/measures/search/invite/"
    silent, alone = (
        "Nobody can comment at: Hotline.",
        "Nobody who could agree for Aurora Video has access now.",
    )
    before = words_of(mona.get(url))
    lose_signatory(cast)

    assert (silent in before, alone in before) == (True, False)
    assert alone in words_of(mona.get(url))


def test_an_invitation_that_nobody_can_answer_says_so(cast: Cast, comment: InvitedComment) -> None:
    InvitedComment.objects.filter(pk=comment.pk).update(state=InvitedCommentState.OPEN, text="")
    mona, words = signed_in(cast.mona), "Nobody can comment for Hotline now"
    before = words_of(mona.get(f"{PAGE}{comment.pk}/"))
    make_person("Paula", comment.partner, Role.EDITOR)

    assert (words in before, words in words_of(mona.get(f"{PAGE}{comment.pk}/"))) == (True, False)


def test_a_partner_reads_that_its_comment_may_become_public_without_the_member(
    comment: InvitedComment,
) -> None:
    InvitedComment.objects.filter(pk=comment.pk).update(state=InvitedCommentState.OPEN, text="")
    paula = signed_in(make_person("Paula", comment.partner, Role.EDITOR))

    page = words_of(paula.get(f"/workspace/comments/{comment.pk}/give/"))

    assert "the secretariat can publish it without the member" in page
    assert "if the member agrees too" not in page
