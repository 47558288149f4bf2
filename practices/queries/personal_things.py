"""What is kept about a person beside practices, told through their own eyes."""

from django.utils.translation import gettext_lazy as _

from portal.kernel.personal import Part, rows_of
from practices.models import (
    AdoptionStep,
    Attachment,
    Author,
    Follow,
    GroupMembership,
    Offer,
    Opening,
    Post,
    PracticeImport,
    Reaction,
    Request,
    SavedSearch,
    Version,
)

PARTS = (
    Part(
        "practices", _("Practices that you are an author of"),
        rows_of(
            Author, "person_id",
            practice="practice__key", label="practice__label", state="practice__state", as_of="organisation__name",
        ),
    ),
    Part(
        "versions", _("Versions of practices that you wrote"),
        rows_of(
            Version, "written_by_id",
            practice="practice__key", number="number", content="content", note="note", at="shared_at",
        ),
    ),
    Part(
        "attachments", _("Files that you put beside practices"),
        rows_of(
            Attachment, "added_by_id",
            practice="practice__key", title="title", file="file_name", sha256="sha256", at="added_at",
        ),
    ),
    Part(
        "posts", _("What you wrote in discussions"),
        rows_of(Post, "person_id", text="text", language="language", at="posted_at", edited_at="edited_at"),
    ),
    Part(
        "reactions", _("Your reactions"),
        rows_of(Reaction, "person_id", practice="practice__key", kind="kind", at="at"),
    ),
    Part(
        "uses", _("What you recorded of the use of practices"),
        rows_of(
            AdoptionStep, "recorded_by_id",
            practice="adoption__practice__key", state="state", day="on", note="note", at="recorded_at",
        ),
    ),
    Part(
        "requests", _("Requests that you put on the board"),
        rows_of(Request, "asked_by_id", title="title", text="text", label="label", at="asked_at"),
    ),
    Part(
        "offers", _("Offers that you made"),
        rows_of(Offer, "person_id", text="text", at="offered_at", withdrawn_at="withdrawn_at"),
    ),
    Part(
        "follows", _("What you follow"),
        rows_of(
            Follow, "person_id",
            practice="practice__key", request="request__key", group="group__key", since="since",
        ),
    ),
    Part(
        "searches", _("Your saved searches"),
        rows_of(SavedSearch, "person_id", name="name", query="query", notifies="notifies", at="created_at"),
    ),
    Part(
        "groups", _("Working groups that you are in"),
        rows_of(GroupMembership, "person_id", group="group__key", leads="leads", since="joined_at", until="ended_at"),
    ),
    Part(
        "imports", _("Your imports"),
        rows_of(PracticeImport, "person_id", name="name", at="created_at", finished_at="finished_at"),
    ),
    Part(
        "openings", _("Practices that you opened, as their sources see it"),
        rows_of(Opening, "person_id", practice="practice__key", door="door", at="opened_at"),
    ),
)  # fmt: skip
