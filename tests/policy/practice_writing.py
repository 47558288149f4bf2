"""The lines of writing, moderation, groups and circles of readers. Places: tests/support/world_desk.py.

One letter for each actor: vera | alice sven bob | carol | rita mona otto | petra | selma emil ines.
o the page (200), > led on (302), L to sign in (302), 2 the form with its faults (422), 3 may see, may not do (403),
4 does not exist for them (404), 5 not this method (405), 9 somebody was quicker (409).
"""

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.policy.rows import (
    DESK,
    DESK_REFUSED,
    HERE_CHIEF,
    HERE_CHIEF_FORM,
    HERE_EDITOR,
    HERE_EDITOR_FORM,
    HOST,
    HOST_HIDDEN,
    HOST_REFUSED,
    MANAGER,
    MANAGER_DOES,
    MANAGER_FORM,
    OWN,
    OWN_EDITOR,
    OWN_EDITOR_DOES,
    OWN_EDITOR_FORM,
    OWN_SIGNATORY,
    OWN_SIGNATORY_DOES,
    Line,
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
    Line("workspace:practice-ours", get=DESK, post=DESK_REFUSED),
    Line("workspace:practice-draft", get=HERE_EDITOR, post=HERE_EDITOR_FORM),
    Line("workspace:practice-edit", "practice.draft", get=OWN_EDITOR, post=OWN_EDITOR_DOES, data=IDENTITY),
    Line("workspace:practice-edit", "practice.green", get=OPEN_EDITOR, post="L 993 3 444 3 44L", data=IDENTITY),
    Line("workspace:practice-edit-group", "practice.draft", get=OWN_EDITOR, post=OWN_EDITOR_DOES,
         data={"permitted_use": "adapt"}, also={"group": "handling"}),
    Line("workspace:practice-files", "practice.draft", get=OWN_EDITOR, post=OWN_EDITOR_DOES,
         data={"file": _table, "title": "A table"}),
    Line("workspace:practice-file-remove", "practice.file.draft", get=DESK_REFUSED, post=OWN_EDITOR_DOES),
    Line("workspace:practice-file", "practice.file.draft", get=OWN, post=DESK_REFUSED),
    Line("workspace:practice-file", "practice.file.shared", get=DESK, post=DESK_REFUSED),
    Line("workspace:practice-authors", "practice.draft", get=OWN_EDITOR, post=OWN_EDITOR_FORM),
    Line("workspace:practice-check", "practice.draft", get=OWN_EDITOR, post=DESK_REFUSED),
    Line("workspace:practice-readers", "practice.draft", get=OWN_EDITOR, post=OWN_EDITOR_DOES,
         data={"label": "green"}),
    # steps
    Line("workspace:practice-submit", "practice.ready", get=OWN_EDITOR, post=OWN_EDITOR_DOES),
    Line("workspace:practice-share-directly", "practice.named", get=OWN_SIGNATORY, post=OWN_SIGNATORY_DOES),
    Line("workspace:practice-take-back", "practice.in_moderation", get=OWN_EDITOR, post=OWN_EDITOR_DOES),
    Line("workspace:practice-update", "practice.amber", get=NAMED_SIGNATORY, post=NAMED_SIGNATORY_DOES, data=NOTE),
    Line("workspace:practice-propose-update", "practice.green", get=OPEN_EDITOR, post=OPEN_EDITOR_FORM,
         data=NOTE),  # nothing has changed in it
    Line("workspace:practice-take-back-update", "practice.proposed", get=OPEN_EDITOR, post=OPEN_EDITOR_DOES),
    Line("workspace:practice-retire", "practice.green", get=OPEN_EDITOR, post=OPEN_EDITOR_DOES, data=REASON),
    Line("workspace:practice-recall", "practice.green", get=OPEN_SIGNATORY, post=OPEN_SIGNATORY_DOES, data=REASON),
    # the organisation
    Line("workspace:organisation-labels", get=HERE_CHIEF, post=HERE_CHIEF_FORM),
    Line("workspace:organisation-affiliates", get=HERE_CHIEF, post=HERE_CHIEF_FORM),
    Line("workspace:affiliate-strike-off", "affiliation", get="L 3o3 4 444 3 44L", post="L 3>3 4 444 3 44L"),
    # working groups
    Line("workspace:group-list", get=DESK, post=DESK_REFUSED),
    Line("workspace:group-make", get=HERE_EDITOR, post=HERE_EDITOR_FORM),
    Line("workspace:group", "group", get="L o44 o 444 4 44L", post=DESK_REFUSED),
    Line("workspace:group-change", "group", get=LEADER, post=LEADER_FORM),
    Line("workspace:group-bring-in", "group", get=DESK_REFUSED, post=LEADER_DOES),
    Line("workspace:group-take-out", "group.member", get=LEADER, post=LEADER_DOES),
    # the last one to lead it cannot go
    Line("workspace:group-leave", "group", get="L o44 o 444 4 44L", post="L 244 > 444 4 44L"),
    Line("workspace:group-close", "group", get=LEADER, post=LEADER_DOES),
)  # fmt: skip

SECRETARIAT = (
    Line("secretariat:practice-file", "practice.file.shared", get=HOST, post=HOST_REFUSED),
    Line("secretariat:practice-file", "practice.file.moderated", get=HOST, post=HOST_REFUSED),
    Line("secretariat:practice-file", "practice.file.draft", get=HOST_HIDDEN, post=HOST_REFUSED),
    Line("secretariat:moderation-list", get=HOST, post=HOST_REFUSED),
    Line("secretariat:moderation", "practice.in_moderation", get=HOST, post=HOST_REFUSED),
    Line("secretariat:moderation", "practice.proposed", get=HOST, post=HOST_REFUSED),
    Line("secretariat:moderation", "practice.green", get=HOST_HIDDEN, post=HOST_REFUSED),  # waits for nothing
    Line("secretariat:moderation", "practice.amber", get=HOST_HIDDEN, post=HOST_REFUSED),
    Line("secretariat:practice-share", "practice.in_moderation", get=MANAGER, post=MANAGER_DOES,
         data={"version": "1"}),
    Line("secretariat:practice-share", "practice.proposed", get=MANAGER, post=MANAGER_DOES, data={"version": "1"}),
    Line("secretariat:practice-return", "practice.in_moderation", get=MANAGER, post=MANAGER_DOES, data=REASON),
    Line("secretariat:practice-return", "practice.proposed", get=MANAGER, post=MANAGER_DOES, data=REASON),
    Line("secretariat:group-list", get=HOST, post=HOST_REFUSED),
    Line("secretariat:group-make", get=MANAGER, post=MANAGER_FORM),
    Line("secretariat:group", "group", get=HOST, post=HOST_REFUSED),
    Line("secretariat:group-change", "group", get=MANAGER, post=MANAGER_FORM),
    Line("secretariat:group-bring-in", "group", get=HOST_REFUSED, post=MANAGER_DOES),
    Line("secretariat:group-take-out", "group.member", get=MANAGER, post=MANAGER_DOES),
    Line("secretariat:group-leave", "group", get="L 444 4 333 4 44L", post="L 444 4 333 4 44L"),
    Line("secretariat:group-close", "group", get=MANAGER, post=MANAGER_DOES),
)  # fmt: skip
