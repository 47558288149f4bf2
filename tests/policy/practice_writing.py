"""The lines of writing, moderation, groups and audiences. Places: tests/support/world_drafts.py.

One letter for each actor: vera | alice sven bob | carol | rita mona otto | petra | selma emil ines.
o the page (200), > led on (302), L to sign in (302), 2 the form with its faults (422), 3 may see, may not do (403),
4 does not exist for them (404), 5 not this method (405), 9 somebody was quicker (409).
"""

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.policy.rows import (
    HERE_EDITOR,
    HERE_EDITOR_FORM,
    HERE_SIGNATORY,
    HERE_SIGNATORY_FORM,
    HOST,
    HOST_HIDDEN,
    HOST_REFUSED,
    MANAGER,
    MANAGER_DOES,
    MANAGER_FORM,
    MEMBER,
    MEMBER_REFUSED,
    OWN,
    OWN_EDITOR,
    OWN_EDITOR_DOES,
    OWN_EDITOR_FORM,
    OWN_SIGNATORY,
    OWN_SIGNATORY_DOES,
    Case,
)
from tests.support.canaries import canary


def _table() -> SimpleUploadedFile:
    return SimpleUploadedFile("table.csv", b"a,b\n1,2\n", content_type="text/csv")


REASON = {"reason": "It has to be."}
NOTE = {"note": "Two pauses."}
IDENTITY = {"title": canary("practice-draft"), "kind": "technique", "stage": "proven", "language": "en"}
# of what the whole community reads, and may do nothing with
OPEN_EDITOR, OPEN_EDITOR_DOES, OPEN_EDITOR_FORM = (
    "L oo3 3 444 3 44L",
    "L >>3 3 444 3 44L",
    "L 223 3 444 3 44L",
)
OPEN_SIGNATORY, OPEN_SIGNATORY_DOES = "L 3o3 3 444 3 44L", "L 3>3 3 444 3 44L"
# of what names Carol's organisation
NAMED_SIGNATORY, NAMED_SIGNATORY_DOES = "L 3o3 3 444 4 44L", "L 3>3 3 444 4 44L"
# of a group that Alice leads and Carol is in
LEADER, LEADER_DOES, LEADER_FORM = "L o44 3 444 4 44L", "L >44 3 444 4 44L", "L 244 3 444 4 44L"

WORKSPACE = (
    # writing
    Case("workspace:practice-ours", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:practice-draft", get=HERE_EDITOR, post=HERE_EDITOR_FORM),
    Case("workspace:practice-edit", "practice.draft", get=OWN_EDITOR, post=OWN_EDITOR_DOES, data=IDENTITY),
    Case("workspace:practice-edit", "practice.green", get=OPEN_EDITOR, post="L 993 3 444 3 44L", data=IDENTITY),
    Case("workspace:practice-edit-group", "practice.draft", get=OWN_EDITOR, post=OWN_EDITOR_DOES,
         data={"permitted_use": "adapt"}, extra_kwargs={"group": "handling"}),
    Case("workspace:practice-field-history", "practice.draft", get=OWN_EDITOR, post=OWN_EDITOR_DOES,
         extra_kwargs={"field": "summary"}),
    Case("workspace:practice-field-history", "practice.red", get="L o44 3 444 4 44L", post="L >44 3 444 4 44L",
         extra_kwargs={"field": "summary"}),  # its authors alone
    Case("workspace:practice-files", "practice.draft", get=OWN_EDITOR, post=OWN_EDITOR_DOES,
         data={"file": _table, "title": "A table"}),
    Case("workspace:practice-file-remove", "practice.file.draft", get=MEMBER_REFUSED, post=OWN_EDITOR_DOES),
    Case("workspace:practice-file", "practice.file.draft", get=OWN, post=MEMBER_REFUSED),
    Case("workspace:practice-file", "practice.file.shared", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:practice-test-set-confirm", "practice.draft", get=MEMBER_REFUSED, post=OWN_EDITOR_DOES),
    Case("workspace:practice-authors", "practice.draft", get=OWN_EDITOR, post=OWN_EDITOR_FORM),
    Case("workspace:practice-check", "practice.draft", get=OWN_EDITOR, post=MEMBER_REFUSED),
    Case("workspace:practice-readers", "practice.draft", get=OWN_EDITOR, post=OWN_EDITOR_DOES,
         data={"label": "green"}),
    # steps
    Case("workspace:practice-submit", "practice.ready", get=OWN_EDITOR, post=OWN_EDITOR_DOES),
    Case("workspace:practice-share-directly", "practice.named", get=OWN_SIGNATORY, post=OWN_SIGNATORY_DOES),
    Case("workspace:practice-take-back", "practice.in_moderation", get=OWN_EDITOR, post=OWN_EDITOR_DOES),
    Case("workspace:practice-update", "practice.amber", get=NAMED_SIGNATORY, post=NAMED_SIGNATORY_DOES, data=NOTE),
    Case("workspace:practice-propose-update", "practice.green", get=OPEN_EDITOR, post=OPEN_EDITOR_FORM,
         data=NOTE),  # nothing has changed in it
    Case("workspace:practice-take-back-update", "practice.proposed", get=OPEN_EDITOR, post=OPEN_EDITOR_DOES),
    Case("workspace:practice-open", "practice.amber", get=NAMED_SIGNATORY, post=NAMED_SIGNATORY_DOES),
    Case("workspace:practice-take-back-opening", "practice.opening", get="L oo3 3 444 4 44L",
         post="L >>3 3 444 4 44L"),
    Case("workspace:practice-retire", "practice.green", get=OPEN_EDITOR, post=OPEN_EDITOR_DOES, data=REASON),
    Case("workspace:practice-recall", "practice.green", get=OPEN_SIGNATORY, post=OPEN_SIGNATORY_DOES, data=REASON),
    # the organisation
    Case("workspace:organisation-labels", get=HERE_SIGNATORY, post=HERE_SIGNATORY_FORM),
    # affiliations: Petra's organisation has nobody who may confirm, Beacon could not be an affiliate
    Case("workspace:affiliation-list", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:affiliation-propose", get=HERE_SIGNATORY, post=HERE_SIGNATORY_FORM),
    Case("workspace:affiliation", "affiliation.proposed", get="L ooo 4 444 o 44L", post=MEMBER_REFUSED),
    Case("workspace:affiliation-confirm", "affiliation", get="L 333 o 444 4 44L", post="L 333 2 444 4 44L"),
    Case("workspace:affiliation-confirm", "affiliation.proposed", get="L 333 4 444 3 44L", post="L 333 4 444 3 44L"),
    Case("workspace:affiliation-take-back", "affiliation", get="L 333 o 444 4 44L", post="L 333 2 444 4 44L"),
    Case("workspace:affiliation-decline", "affiliation.proposed", get="L 333 4 444 3 44L", post="L 333 4 444 3 44L",
         data=REASON),
    Case("workspace:affiliation-withdraw", "affiliation.proposed", get="L 3o3 4 444 3 44L",
         post="L 3>3 4 444 3 44L"),
    Case("workspace:affiliation-end", "affiliation", get="L 3o3 o 444 4 44L", post="L 3>3 > 444 4 44L", data=REASON),
    Case("workspace:practice-affiliates", get=MEMBER, post=MEMBER_REFUSED),
    # working groups
    Case("workspace:group-list", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:group-make", get=HERE_EDITOR, post=HERE_EDITOR_FORM),
    Case("workspace:group", "group", get="L o44 o 444 4 44L", post=MEMBER_REFUSED),
    Case("workspace:group-change", "group", get=LEADER, post=LEADER_FORM),
    Case("workspace:group-bring-in", "group", get=MEMBER_REFUSED, post=LEADER_DOES),
    Case("workspace:group-take-out", "group.member", get=LEADER, post=LEADER_DOES),
    # the last one to lead it cannot go
    Case("workspace:group-leave", "group", get="L o44 o 444 4 44L", post="L 244 > 444 4 44L"),
    Case("workspace:group-close", "group", get=LEADER, post=LEADER_DOES),
)  # fmt: skip

SECRETARIAT = (
    Case("secretariat:practice-file", "practice.file.shared", get=HOST, post=HOST_REFUSED),
    Case("secretariat:practice-file", "practice.file.moderated", get=HOST, post=HOST_REFUSED),
    Case("secretariat:practice-file", "practice.file.draft", get=HOST_HIDDEN, post=HOST_REFUSED),
    Case("secretariat:moderation-list", get=HOST, post=HOST_REFUSED),
    Case("secretariat:moderation", "practice.in_moderation", get=HOST, post=HOST_REFUSED),
    Case("secretariat:moderation", "practice.proposed", get=HOST, post=HOST_REFUSED),
    Case("secretariat:moderation", "practice.green", get=HOST_HIDDEN, post=HOST_REFUSED),  # waits for nothing
    Case("secretariat:moderation", "practice.amber", get=HOST_HIDDEN, post=HOST_REFUSED),
    Case("secretariat:practice-share", "practice.in_moderation", get=MANAGER, post=MANAGER_DOES,
         data={"version": "1"}),
    Case("secretariat:practice-share", "practice.proposed", get=MANAGER, post=MANAGER_DOES, data={"version": "1"}),
    Case("secretariat:practice-return", "practice.in_moderation", get=MANAGER, post=MANAGER_DOES, data=REASON),
    Case("secretariat:practice-return", "practice.proposed", get=MANAGER, post=MANAGER_DOES, data=REASON),
    Case("secretariat:opening", "opening", get=HOST, post=HOST_REFUSED),
    Case("secretariat:opening-file", "opening.file", get=HOST, post=HOST_REFUSED),
    Case("secretariat:opening-share", "opening", get=MANAGER, post=MANAGER_DOES),
    Case("secretariat:opening-return", "opening", get=MANAGER, post=MANAGER_DOES, data=REASON),
    # one person stands for two sides of it in the world, but not Mona
    Case("secretariat:affiliation-list", get=HOST, post=HOST_REFUSED),
    Case("secretariat:affiliation", "affiliation.confirmed", get=HOST, post=HOST_REFUSED),
    Case("secretariat:affiliation-approve", "affiliation.confirmed", get=MANAGER, post=MANAGER_DOES, data=REASON),
    Case("secretariat:affiliation-approve", "affiliation.proposed", get=MANAGER, post=MANAGER_FORM, data=REASON),
    Case("secretariat:affiliation-decline", "affiliation.confirmed", get=MANAGER, post=MANAGER_DOES, data=REASON),
    Case("secretariat:affiliation-end", "affiliation", get=MANAGER, post=MANAGER_DOES, data=REASON),
    Case("secretariat:group-list", get=HOST, post=HOST_REFUSED),
    Case("secretariat:group-make", get=MANAGER, post=MANAGER_FORM),
    Case("secretariat:group", "group", get=HOST, post=HOST_REFUSED),
    Case("secretariat:group-change", "group", get=MANAGER, post=MANAGER_FORM),
    Case("secretariat:group-bring-in", "group", get=HOST_REFUSED, post=MANAGER_DOES),
    Case("secretariat:group-take-out", "group.member", get=MANAGER, post=MANAGER_DOES),
    Case("secretariat:group-leave", "group", get="L 444 4 333 4 44L", post="L 444 4 333 4 44L"),
    Case("secretariat:group-close", "group", get=MANAGER, post=MANAGER_DOES),
)  # fmt: skip
