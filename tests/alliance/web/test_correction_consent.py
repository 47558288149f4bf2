"""The second person of a correction, named on its page: who consents to a verdict, who decides unagreed."""

import pytest

from alliance.enums import CorrectionState, Role, Side
from alliance.models import Correction, Report, Verdict
from alliance.services.correction_publication import publish_correction
from alliance.services.corrections import (
    CorrectionInput,
    agree_to_correction,
    consent_to_correction,
    draft_correction,
    drop_correction,
    edit_correction,
    propose_correction,
)
from alliance.web.corrections.facts import waits_for
from portal.kernel.access import acting_as
from portal.kernel.errors import DomainError
from tests.factories import Cast, actor_of, make_cycle, make_person, read_charter
from tests.support.corrections import LIVE, REASON, VERDICT, figures, let_the_days_pass, proposed
from tests.support.pages import signed_in, words_of
from tests.support.published_reports import make_published_report

pytestmark = pytest.mark.django_db
NEW = {"value": "substantial", "reason": "The log was complete.", "difference": "It weighs most."}


@pytest.fixture
def correction(cast: Cast) -> Correction:
    """Proposed by Aurora and agreed to by Mona; the verdict is Rita's."""
    make_published_report(
        make_cycle(read_charter()), cast.aurora, figures("2960", "394"), verdicts={"find": "limited"}
    )
    report = Report.objects.get()
    Verdict.objects.filter(report=report).update(given_by=cast.rita)
    correction = proposed(cast, report, VERDICT, NEW)
    with acting_as(cast.actor("mona")) as actor:
        return agree_to_correction(actor, correction)


def test_the_author_of_the_verdict_does_not_consent(cast: Cast, correction: Correction) -> None:
    with (
        acting_as(cast.actor("rita")) as actor,
        pytest.raises(DomainError, match="is yours"),
    ):
        consent_to_correction(actor, correction)

    url = f"/secretariat/corrections/{correction.pk}/"
    page = signed_in(cast.rita).get(url)
    assert "the verdict that is corrected is yours" in words_of(page)
    assert f"{url}consent/" not in page.text
    assert "the verdict that is corrected is yours" in words_of(signed_in(cast.rita).post(f"{url}consent/"))


@pytest.mark.parametrize(
    ("side", "words"),
    [
        (Side.MEMBER, ["publication by a manager", "a manager’s decision"]),
        (
            Side.SECRETARIAT,
            ["publication by a manager or an auditor", "the decision of a manager or an auditor"],
        ),
    ],
)
def test_auditors_are_waited_for_too_where_they_decide(side: Side, words: list[str]) -> None:
    states = (CorrectionState.AGREED, CorrectionState.OBJECTED)
    assert [waits_for(Correction(side=side, state=state)) for state in states] == words


@pytest.mark.parametrize(
    ("by", "answers", "area", "decider"),
    [("sven", "mona", "secretariat", "a manager"), ("rita", "sven", "workspace", "a manager or an auditor")],
)
def test_who_answers_reads_who_decides_and_publishes(
    cast: Cast, correction: Correction, by: str, answers: str, area: str, decider: str
) -> None:
    figure = proposed(cast, correction.report, LIVE, "349", by=by)
    client, url = signed_in(getattr(cast, answers)), f"/{area}/corrections/{figure.pk}/"

    assert f"{decider} decides; if it is published" in words_of(client.get(f"{url}object/"))
    assert f"{decider} publishes it" in words_of(client.get(f"{url}agree/"))


def test_the_page_names_those_who_can_consent(cast: Cast, correction: Correction) -> None:
    zoe = make_person("Zoe", cast.secretariat, Role.REVIEWER)
    url = f"/secretariat/corrections/{correction.pk}/"
    assert "has to consent: Zoe" in words_of(signed_in(cast.mona).get(url))
    assert "Zoe" not in words_of(signed_in(cast.sven).get(f"/workspace/corrections/{correction.pk}/"))

    with acting_as(actor_of(zoe)) as actor:
        consent_to_correction(actor, correction)
    assert "has to consent" not in words_of(signed_in(cast.mona).get(url))


def test_an_editor_in_between_is_no_second_person(cast: Cast) -> None:
    make_published_report(make_cycle(read_charter()), cast.aurora, verdicts={"find": "limited"})
    zoe, _yuri = (make_person(name, cast.secretariat, Role.REVIEWER) for name in ("Zoe", "Yuri"))
    rita, mona, written = cast.actor("rita"), cast.actor("mona"), CorrectionInput({VERDICT: NEW}, REASON)
    with acting_as(rita):
        draft = draft_correction(rita, Report.objects.get(), written)
    for editor in (actor_of(zoe), mona, rita):
        with acting_as(editor):
            edit_correction(editor, draft, written)
    before = words_of(signed_in(cast.rita).get(f"/secretariat/corrections/{draft.pk}/propose/"))
    assert "a manager or an auditor who has not written, edited or proposed it decides" in before
    with acting_as(rita):
        correction = propose_correction(rita, draft)
    let_the_days_pass(correction)

    page = words_of(signed_in(cast.mona).get(f"/secretariat/corrections/{correction.pk}/"))

    assert "has to consent: Yuri" in page
    assert "Nobody can decide: each manager and auditor wrote, edited or proposed it" in page
    assert "somebody decides who has not written, edited or proposed it" in page
    with acting_as(actor_of(zoe)) as actor, pytest.raises(DomainError, match="taken part"):
        consent_to_correction(actor, correction)
    with acting_as(mona), pytest.raises(DomainError):
        publish_correction(mona, correction, "It is.")
    with acting_as(mona), pytest.raises(DomainError, match="another manager or an auditor decides"):
        drop_correction(mona, correction, "It is not.")


def test_where_nobody_can_consent_the_page_has_a_way_on(cast: Cast, correction: Correction) -> None:
    page = signed_in(cast.mona).get(f"/secretariat/corrections/{correction.pk}/")
    assert "no reviewer can consent" in words_of(page)
    assert f"/secretariat/members/{cast.secretariat.pk}/" in page.text


def test_the_page_says_why_its_author_cannot_decide_and_names_who_can(cast: Cast) -> None:
    make_published_report(make_cycle(read_charter()), cast.aurora, figures("2960", "394"))
    correction = proposed(cast, Report.objects.get(), LIVE, "349", by="mona")
    let_the_days_pass(correction)
    url = f"/secretariat/corrections/{correction.pk}/"
    alone = signed_in(cast.mona).get(url)
    assert "Nobody can decide: each manager and auditor wrote, edited or proposed it" in words_of(alone)
    assert f"/secretariat/members/{cast.secretariat.pk}/" in alone.text

    otto = make_person("Otto", cast.secretariat, Role.AUDITOR)

    own = signed_in(cast.mona).get(url)
    assert "Publish the correction: You wrote, edited or proposed this correction" in words_of(own)
    assert "One of these people can decide: Otto" in words_of(own)
    assert (f"{url}publish/" in own.text, f"{url}drop/" in own.text) == (False, False)
    assert f"{url}withdraw/" in own.text
    assert "another manager or an auditor decides" in words_of(signed_in(cast.mona).get(f"{url}publish/"))
    others = signed_in(otto).get(url)
    assert (f"{url}publish/" in others.text, f"{url}drop/" in others.text) == (True, True)
    assert "Otto" not in words_of(signed_in(cast.sven).get(f"/workspace/corrections/{correction.pk}/"))
