"""Every rule of who may do what against its written truth; each one lifted turns a test red."""

from types import SimpleNamespace

import pytest

from alliance.rules import RULES
from portal.kernel import access
from portal.kernel.access import SYSTEM, can
from tests.policy import rules as policy

NAMES = sorted(policy.RULES)
_OF_THE_PORTAL = {
    "extension_request.lapse",
    "extension_request.reopen",
    "supporter.confirm",
    "supporter.take_back_merger",
    "public_question.confirm",
    "public_question.withdraw",
    # by the link of the applicant's letter
    "application.confirm",
    "application.answer",
    "application.withdraw",
    "report.miss",
    "report_upload.expire",
    "report_upload.fail",
    "report_upload.ask",
    "report_upload.finish",
    "delegation.return",
    "report.restore",
    "report.correct_notice",
    "correction.lapse",
    "webhook.switch_off",
    "file.await_scan",
    "file.pass_scan",
}  # steps that SYSTEM alone takes


def letters(row: str) -> str:
    return row.replace(" ", "")


def subject_of(
    rule: str, organisation_id: int, side: str = "member", report_state: str = "in_review"
) -> SimpleNamespace:
    """A record whose number is nobody's, or the body itself; `side`: that which has proposed a correction."""
    pk = organisation_id if policy.RULES[rule].organisation else policy.HOST
    return SimpleNamespace(
        pk=pk,
        organisation_id=organisation_id,
        tenant_id=organisation_id,
        person_id=policy.ALICE,
        assignee_id=policy.ALICE,
        written_by_id=policy.ALICE,
        reviewer_id=policy.RITA,
        reader_id=policy.THEO,
        asked_by_id=policy.THEO,
        side=side,
        forwarded_at="2026-01-01",  # a question of the public
        report=SimpleNamespace(reviewer_id=policy.RITA, state=report_state),  # of a finding
        partner_id=policy.PETALS,
    )


def actual_row(rule: str, organisation_id: int, side: str = "member") -> str:
    """The row of the rule as it is."""
    subject = subject_of(rule, organisation_id, side)
    return "".join("y" if can(actor, rule, subject) else "." for actor in policy.ACTORS.values())


def actual_rows(rule: str) -> tuple[str, str]:
    return actual_row(rule, policy.AURORA), actual_row(rule, policy.BEACON)


def expected_rows(rule: str) -> tuple[str, str]:
    return letters(policy.RULES[rule].aurora), letters(policy.RULES[rule].beacon)


@pytest.mark.parametrize("rule", NAMES)
def test_a_rule_allows_whom_its_row_names_and_nobody_else(rule: str) -> None:
    assert actual_rows(rule) == expected_rows(rule)


@pytest.mark.parametrize("rule", sorted(policy.RULES_OF_SECRETARIATS_CORRECTION))
def test_a_correction_of_the_secretariat_is_answered_by_the_member(rule: str) -> None:
    row = policy.RULES_OF_SECRETARIATS_CORRECTION[rule]

    actual = (actual_row(rule, number, "secretariat") for number in (policy.AURORA, policy.BEACON))
    assert tuple(actual) == (letters(row.aurora), letters(row.beacon))


@pytest.mark.parametrize(("rule", "side"), policy.INDEPENDENT_RULES)
def test_a_conflict_of_interest_takes_a_manager_out(rule: str, side: str) -> None:
    own, other = (subject_of(rule, number, side) for number in (policy.AURORA, policy.BEACON))

    assert (can(policy.MAX, rule, own), can(policy.MAX, rule, other)) == (False, True)
    assert not can(policy.OLGA, rule, own)


@pytest.mark.parametrize("state", ["concluded", "published"])
def test_once_its_member_reads_it_a_manager_withdraws_a_finding(state: str) -> None:
    rule = "finding.withdraw"
    own, other = (subject_of(rule, number, report_state=state) for number in (policy.AURORA, policy.BEACON))
    able = [name for name, actor in policy.ACTORS.items() if can(actor, rule, other)]

    assert able == ["mona"]
    assert (can(policy.MAX, rule, own), can(policy.MAX, rule, other)) == (False, True)


@pytest.mark.parametrize(
    ("state", "able"), [("withdrawn", {"mona", "rita", "theo"}), ("done", {"rita", "theo"})]
)
def test_whoever_may_withdraw_a_finding_opens_it_again(state: str, able: set[str]) -> None:
    finding = subject_of("finding.reopen", policy.BEACON, report_state="concluded")
    finding.state = state

    assert {name for name, actor in policy.ACTORS.items() if can(actor, "finding.reopen", finding)} == able


def test_every_rule_has_a_row() -> None:
    assert set(policy.RULES) == set(RULES)


@pytest.mark.parametrize("rule", NAMES)
def test_every_rule_is_seen_to_allow_and_to_deny(rule: str) -> None:
    row = "".join(expected_rows(rule))
    assert can(SYSTEM, rule, None)
    assert "." in row
    assert "y" in row or rule in _OF_THE_PORTAL


@pytest.mark.parametrize("rule", NAMES)
def test_a_rule_that_were_lifted_would_be_noticed(monkeypatch: pytest.MonkeyPatch, rule: str) -> None:
    monkeypatch.setitem(access.RULES, rule, lambda actor, obj: True)

    assert actual_rows(rule) != expected_rows(rule)


def test_a_rule_that_is_not_there_is_an_error_and_no_refusal() -> None:
    with pytest.raises(LookupError):
        can(SYSTEM, "report.destroy")


def test_a_partners_editor_pledges_nothing_for_the_partner() -> None:
    paul = policy.ACTORS["paul"]

    assert not can(paul, "pledge.draft", SimpleNamespace(pk=paul.tenant_id))


_JUDGING = (
    "report.start_review",
    "report.review",
    "report.request_changes",
    "report.conclude",
    "question.ask",
)


@pytest.mark.parametrize("rule", _JUDGING)
@pytest.mark.parametrize(
    ("reviewer", "organisation", "allowed"),
    [
        (
            policy.THEO,
            policy.AURORA,
            [],
        ),  # assigned to somebody with a conflict of interest: to nobody's judgement
        (policy.THEO, policy.BEACON, ["theo"]),
        (None, policy.AURORA, []),
        (None, policy.BEACON, []),
    ],
)
def test_a_report_is_judged_by_the_reviewer_that_it_is_assigned_to(
    rule: str, reviewer: int | None, organisation: int, allowed: list[str]
) -> None:
    report = SimpleNamespace(organisation_id=organisation, reviewer_id=reviewer)
    if rule == "report.start_review" and reviewer is None:  # whoever begins it becomes its reviewer
        allowed = ["rita"] if organisation == policy.AURORA else ["rita", "theo"]

    assert [name for name, actor in policy.ACTORS.items() if can(actor, rule, report)] == allowed


def test_an_interest_is_ended_only_by_another_manager() -> None:
    mona = policy.ACTORS["mona"]

    assert can(mona, "interest.end", SimpleNamespace(person_id=policy.THEO))
    assert not can(mona, "interest.end", SimpleNamespace(person_id=mona.person_id))


def test_everybody_reads_the_figures_of_their_own_reviews() -> None:
    rita = policy.ACTORS["rita"]

    assert can(rita, "person.read_review_figures", SimpleNamespace(pk=policy.RITA))
    assert not can(rita, "person.read_review_figures", SimpleNamespace(pk=policy.THEO))
