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
    Line,
)

REASON = {"reason": "It has to be."}
TEXT = {"text": "What do you mean?"}
VERDICT = {"value": "limited", "reason": "Half of it is done.", "version": "0"}

SECRETARIAT = (
    Line("secretariat:home", get=HOST, post=HOST_REFUSED),
    Line("secretariat:member-list", get=HOST, post=HOST_REFUSED),
    Line("secretariat:member", "member", get=HOST, post=HOST_REFUSED),
    Line("secretariat:member-add", get=MANAGER, post=MANAGER_FORM),
    Line("secretariat:member-rename", "member", get=MANAGER, post=MANAGER_FORM),
    Line("secretariat:member-step", "member.suspend", get=MANAGER, post=MANAGER_DOES, data=REASON),
    Line("secretariat:member-step", "member.admit", get=MANAGER, post=MANAGER_DOES),
    Line("secretariat:organisation-change", "member", get=MANAGER, post=MANAGER_DOES),
    Line("secretariat:service-add", "member", get=MANAGER, post=MANAGER_FORM),
    Line("secretariat:membership-invite", "member", get=MANAGER, post=MANAGER_FORM),
    Line("secretariat:membership-grant", "membership", get=MANAGER, post=MANAGER_FORM),
    Line("secretariat:membership-end", "membership", get=MANAGER, post=MANAGER_DOES),
    Line("secretariat:invitation-revoke", "invitation", get=MANAGER, post=MANAGER_DOES),
    Line("secretariat:invitation-resend", "invitation", get=HOST_REFUSED, post=MANAGER_DOES),
    Line("secretariat:inbox", get=HOST, post=HOST_REFUSED),
    Line("secretariat:inbox-read", "line", get=HOST_REFUSED, post=HOST_HIDDEN),  # another person's line
    Line("secretariat:inbox-read", "line.mona", get=HOST_REFUSED, post="L 444 4 4>4 4 44L"),
    Line("secretariat:inbox-read-all", get=HOST_REFUSED, post="L 444 4 >>> 4 44L"),
    Line("secretariat:document-list", get=HOST, post=HOST_REFUSED),
    Line("secretariat:cycle-list", get=HOST, post=HOST_REFUSED),
    Line("secretariat:cycle-plan", get=MANAGER, post=MANAGER_FORM),
    Line("secretariat:cycle", "cycle.planned", get=HOST, post=HOST_REFUSED),
    Line("secretariat:cycle-edit", "cycle.planned", get=MANAGER, post=MANAGER_FORM),
    Line("secretariat:cycle-open", "cycle.planned", get=MANAGER, post=MANAGER_DOES),
    Line("secretariat:cycle-remind", "cycle.open", get=MANAGER, post=MANAGER_DOES),
    Line("secretariat:cycle-close", "cycle.open", get=MANAGER, post=MANAGER_DOES),
    Line("secretariat:cycle-publish", "cycle.concluded", get=MANAGER, post=MANAGER_DOES),
    Line("secretariat:report-extend", "report", get=MANAGER, post=MANAGER_FORM),
    Line("secretariat:report-exempt", "report", get=MANAGER, post=MANAGER_DOES, data=REASON),
    Line("secretariat:report-publish", "report.late", get=MANAGER, post=MANAGER_DOES),
    Line("secretariat:review-list", get=HOST, post=HOST_REFUSED),
    Line("secretariat:review", "report.in_review", get=HOST, post=HOST_REFUSED),
    Line("secretariat:review", "report", get=HOST_HIDDEN, post=HOST_REFUSED),  # nothing was submitted yet
    Line("secretariat:review-start", "report.submitted", get=HOST_REFUSED, post=REVIEWER_DOES),
    Line("secretariat:review-measure", "review.measure", get=HOST, post=REVIEWER_DOES, data=VERDICT),
    Line("secretariat:review-commitment", "review.commitment", get=HOST, post=REVIEWER_FORM, data=VERDICT),
    Line("secretariat:review-pledge", "review.pledge", get=HOST, post=REVIEWER_DOES, data=VERDICT),
    Line("secretariat:review-request-changes", "report.in_review", get=REVIEWER, post=REVIEWER_DOES,
         data={"summary": "Say more."}),
    Line("secretariat:review-conclude", "report.in_review", get=REVIEWER, post=REVIEWER_FORM),
    Line("secretariat:question-ask", "report.in_review", get=HOST_REFUSED, post=REVIEWER_DOES, data=TEXT),
    Line("secretariat:note-write", "report.in_review", get=HOST_REFUSED, post="L 444 4 >>3 4 44L", data=TEXT),
    Line("secretariat:question-close", "question", get=HOST_REFUSED, post=REVIEWER_DOES),
    Line("secretariat:evidence", "evidence.submitted", get=HOST, post=HOST_REFUSED),
    Line("secretariat:evidence", "evidence", get=HOST_HIDDEN, post=HOST_REFUSED),  # not submitted yet
    Line("secretariat:pledge-list", get=HOST, post=HOST_REFUSED),
    Line("secretariat:pledge", "pledge.signed", get=HOST, post=HOST_REFUSED),
    Line("secretariat:pledge", "pledge", get=HOST_HIDDEN, post=HOST_REFUSED),  # a draft is the member's alone
    Line("secretariat:pledge-publish", "pledge.signed", get=MANAGER, post=MANAGER_DOES),
    Line("secretariat:pledge-return", "pledge.signed", get=MANAGER, post=MANAGER_DOES, data=REASON),
    Line("secretariat:pledge-fulfil", "pledge.published", get=MANAGER, post=MANAGER_DOES),
    Line("secretariat:accession-publish", "accession.signed", get=MANAGER, post=MANAGER_DOES),
    Line("secretariat:accession-end", "accession", get=MANAGER, post=MANAGER_DOES, data=REASON),
    Line("secretariat:charter-list", get=HOST, post=HOST_REFUSED),
    Line("secretariat:charter", "charter.draft", get=HOST, post=HOST_REFUSED),
    Line("secretariat:charter-put-in-force", "charter.draft", get=MANAGER, post=MANAGER_DOES),
    Line("secretariat:journal", get=HOST, post=HOST_REFUSED),
    Line("secretariat:job-list", get=HOST, post=HOST_REFUSED),
    Line("secretariat:job-retry", "job", get=HOST_REFUSED, post=MANAGER_DOES),
    Line("secretariat:job-cancel", "job", get=MANAGER, post=MANAGER_DOES, data=REASON),
)  # fmt: skip
