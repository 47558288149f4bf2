"""The lines of the secretariat: members, cycles, reviews, pledges, charters, jobs. Places: tests/support/world.py.

One letter for each actor: vera | alice sven bob | carol | rita mona otto | petra | selma emil ines.
o the page (200), > led on (302), L to sign in (302), 2 the form with its faults (422), 3 may see, may not do (403),
4 does not exist for them (404), 5 not this method (405), 9 somebody was quicker (409).
"""

from tests.policy.rows import (
    HOST,
    HOST_HIDDEN,
    HOST_REFUSED,
    MANAGER,
    MANAGER_DOES,
    MANAGER_FORM,
    REVIEWER,
    REVIEWER_DOES,
    REVIEWER_FORM,
    Case,
)

# reviewers and managers alike; managers and auditors
_DESK, _DESK_DOES, _DESK_FORM = "L 444 4 oo3 4 44L", "L 444 4 >>3 4 44L", "L 444 4 223 4 44L"
_SECOND_PERSON, _SECOND_PERSON_DOES = "L 444 4 3oo 4 44L", "L 444 4 3>> 4 44L"
REASON = {"reason": "It has to be."}
TEXT = {"text": "What do you mean?"}
VERDICT = {"value": "limited", "reason": "Half of it is done.", "version": "0"}

SECRETARIAT = (
    Case("secretariat:home", get=HOST, post=HOST_REFUSED),
    Case("secretariat:member-list", get=HOST, post=HOST_REFUSED),
    Case("secretariat:member", "member", get=HOST, post=HOST_REFUSED),
    Case("secretariat:member-add", get=MANAGER, post=MANAGER_FORM),
    Case("secretariat:member-rename", "member", get=MANAGER, post=MANAGER_FORM),
    Case("secretariat:member-step", "member.suspend", get=MANAGER, post=MANAGER_DOES, data=REASON),
    Case("secretariat:member-step", "member.expel", get=MANAGER, post=MANAGER_DOES, data=REASON),
    Case("secretariat:member-step", "member.admit", get=MANAGER, post=MANAGER_DOES),
    Case("secretariat:organisation-change", "member", get=MANAGER, post=MANAGER_DOES),
    Case("secretariat:service-add", "member", get=MANAGER, post=MANAGER_FORM),
    Case("secretariat:notice-recipients", "member", get=MANAGER, post=HOST_REFUSED),
    Case("secretariat:membership-invite", "member", get=MANAGER, post=MANAGER_FORM),
    Case("secretariat:membership-grant", "membership", get=MANAGER, post=MANAGER_FORM),
    Case("secretariat:membership-end", "membership", get=MANAGER, post=MANAGER_DOES),
    Case("secretariat:invitation-revoke", "invitation", get=MANAGER, post=MANAGER_DOES),
    Case("secretariat:invitation-resend", "invitation", get=HOST_REFUSED, post=MANAGER_DOES),
    Case("secretariat:inbox", get=HOST, post=HOST_REFUSED),
    Case("secretariat:inbox-read", "line", get=HOST_REFUSED, post=HOST_HIDDEN),  # another person's line
    Case("secretariat:inbox-read", "line.mona", get=HOST_REFUSED, post="L 444 4 4>4 4 44L"),
    Case("secretariat:inbox-read-all", get=HOST_REFUSED, post="L 444 4 >>> 4 44L"),
    Case("secretariat:document-list", get=HOST, post=HOST_REFUSED),
    Case("secretariat:cycle-list", get=HOST, post=HOST_REFUSED),
    Case("secretariat:cycle-plan", get=MANAGER, post=MANAGER_FORM),
    Case("secretariat:cycle", "cycle.planned", get=HOST, post=HOST_REFUSED),
    Case("secretariat:cycle-edit", "cycle.planned", get=MANAGER, post=MANAGER_FORM),
    Case("secretariat:cycle-open", "cycle.planned", get=MANAGER, post=MANAGER_DOES),
    Case("secretariat:cycle-remind", "cycle.open", get=MANAGER, post=MANAGER_DOES),
    Case("secretariat:cycle-close", "cycle.open", get=MANAGER, post=MANAGER_FORM),
    Case("secretariat:cycle-reopen", "cycle.concluded", get=MANAGER, post=MANAGER_FORM),
    Case("secretariat:cycle-publish", "cycle.concluded", get=MANAGER, post=MANAGER_DOES),
    Case("secretariat:report-extend", "report", get=MANAGER, post=MANAGER_FORM),
    Case("secretariat:extension-refuse", "extension", get=MANAGER, post=MANAGER_DOES, data=REASON),
    Case("secretariat:correction-list", get=HOST, post=HOST_REFUSED),
    Case("secretariat:correction-values", "report.published", get=_DESK, post=HOST_REFUSED),
    Case("secretariat:correction-new", "report.published", get=_DESK_DOES, post=_DESK_DOES),
    Case("secretariat:correction", "correction", get=HOST, post=HOST_REFUSED),
    Case("secretariat:correction", "correction.draft", get=HOST_HIDDEN, post=HOST_REFUSED),
    Case("secretariat:correction-edit", "correction.desk_draft", get=_DESK, post=_DESK_FORM),
    Case("secretariat:correction-file", "correction", get=HOST, post=HOST_REFUSED),
    Case("secretariat:correction-step", "correction.desk.propose", get=_DESK, post=_DESK_FORM),
    Case("secretariat:correction-step", "correction.desk.agree", get=MANAGER, post=MANAGER_DOES),
    Case("secretariat:correction-step", "correction.consent", get=REVIEWER, post=REVIEWER_FORM),
    Case("secretariat:correction-step", "correction.publish", get=MANAGER, post=MANAGER_DOES),
    Case("secretariat:correction-step", "correction.drop", get=MANAGER, post=MANAGER_DOES, data=REASON),
    Case("secretariat:correction-step", "correction.add_note", get=_DESK, post=_DESK_DOES, data=TEXT),
    Case("secretariat:publication-withdraw", "publication.withdraw", get=MANAGER, post=MANAGER_FORM),
    Case("secretariat:withdrawal-list", get=HOST, post=HOST_REFUSED),
    Case("secretariat:withdrawal", "withdrawal", get=HOST, post=HOST_REFUSED),
    Case("secretariat:withdrawal-step", "withdrawal.publish", get=_SECOND_PERSON, post=_SECOND_PERSON_DOES),
    Case("secretariat:withdrawal-step", "withdrawal.refuse", get=_SECOND_PERSON, post=_SECOND_PERSON_DOES, data=REASON),
    Case("secretariat:withdrawal-step", "withdrawal.take_back", get=MANAGER, post=MANAGER_DOES),
    Case("secretariat:report-exempt", "report", get=MANAGER, post=MANAGER_DOES, data=REASON),
    Case("secretariat:report-publish", "report.late", get=MANAGER, post=MANAGER_DOES),
    Case("secretariat:review-list", get=HOST, post=HOST_REFUSED),
    Case("secretariat:review", "report.in_review", get=HOST, post=HOST_REFUSED),
    Case("secretariat:review", "report", get=HOST_HIDDEN, post=HOST_REFUSED),  # nothing was submitted yet
    Case("secretariat:review-start", "report.submitted", get=HOST_REFUSED, post=REVIEWER_DOES),
    Case("secretariat:review-measure", "review.measure", get=HOST, post=REVIEWER_DOES, data=VERDICT),
    Case("secretariat:review-commitment", "review.commitment", get=HOST, post=REVIEWER_FORM, data=VERDICT),
    Case("secretariat:review-pledge", "review.pledge", get=HOST, post=REVIEWER_DOES, data=VERDICT),
    Case("secretariat:review-request-changes", "report.in_review", get=REVIEWER, post=REVIEWER_DOES,
         data={"summary": "Say more."}),
    Case("secretariat:review-conclude", "report.in_review", get=REVIEWER, post=REVIEWER_FORM),
    Case("secretariat:question-ask", "report.in_review", get=HOST_REFUSED, post=REVIEWER_DOES, data=TEXT),
    Case("secretariat:note-write", "report.in_review", get=HOST_REFUSED, post="L 444 4 >>3 4 44L", data=TEXT),
    Case("secretariat:question-close", "question", get=HOST_REFUSED, post=REVIEWER_DOES),
    Case("secretariat:evidence", "evidence.submitted", get=HOST, post=HOST_REFUSED),
    Case("secretariat:evidence", "evidence", get=HOST_HIDDEN, post=HOST_REFUSED),  # not submitted yet
    Case("secretariat:pledge-list", get=HOST, post=HOST_REFUSED),
    Case("secretariat:pledge", "pledge.signed", get=HOST, post=HOST_REFUSED),
    Case("secretariat:pledge", "pledge", get=HOST_HIDDEN, post=HOST_REFUSED),  # a draft is the member's alone
    Case("secretariat:pledge-publish", "pledge.signed", get=MANAGER, post=MANAGER_DOES),
    Case("secretariat:pledge-return", "pledge.signed", get=MANAGER, post=MANAGER_DOES, data=REASON),
    Case("secretariat:pledge-fulfil", "pledge.published", get=MANAGER, post=MANAGER_DOES),
    Case("secretariat:accession-publish", "accession.signed", get=MANAGER, post=MANAGER_DOES),
    Case("secretariat:accession-end", "accession", get=MANAGER, post=MANAGER_DOES, data=REASON),
    Case("secretariat:charter-list", get=HOST, post=HOST_REFUSED),
    Case("secretariat:charter", "charter.draft", get=HOST, post=HOST_REFUSED),
    Case("secretariat:charter-put-in-force", "charter.draft", get=MANAGER, post=MANAGER_DOES),
    Case("secretariat:journal", get=HOST, post=HOST_REFUSED),
    Case("secretariat:job-list", get=HOST, post=HOST_REFUSED),
    Case("secretariat:job-retry", "job", get=HOST_REFUSED, post=MANAGER_DOES),
    Case("secretariat:job-cancel", "job", get=MANAGER, post=MANAGER_DOES, data=REASON),
)  # fmt: skip
