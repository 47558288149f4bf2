"""Personal data in the practices app, as the person themselves may see it."""

from django.utils.translation import gettext_lazy as _

from portal.kernel.access import SYSTEM, Actor, person_of
from portal.kernel.privacy import NumberedRows, PersonalDataPart, columns_of, rows_of
from practices.models import (
    AccessLog,
    AdoptionResult,
    AdoptionStep,
    Affiliation,
    Attachment,
    Author,
    Draft,
    FeedAddress,
    FieldHistory,
    Follow,
    GroupMembership,
    ModelRun,
    Offer,
    Opening,
    Post,
    PracticeImport,
    Reaction,
    Request,
    RequestHistory,
    SavedSearch,
    Thanks,
    Translation,
    Version,
)


def _access_log(actor: Actor) -> NumberedRows:
    """What the sources keep of this person: numbers of practices, whether they may still read them or not."""
    rows = AccessLog.objects.filter(person_id=person_of(actor))
    return columns_of(rows, ("practice__key", "label", "channel", "opened_at"), reader=SYSTEM)


_PARTIES = {"organisation": "organisation__name", "affiliate": "affiliate__name"}

PERSONAL_DATA_PARTS = (
    PersonalDataPart(
        "practices", _("Practices that you are an author of"),
        rows_of(
            Author, "person",
            practice="practice__key", label="practice__label", state="practice__state", as_of="organisation__name",
        ),
    ),
    PersonalDataPart(
        "versions", _("Versions of practices that you wrote"),
        rows_of(
            Version, "written_by",
            practice="practice__key", number="number", content="content", note="note", at="shared_at",
        ),
    ),
    PersonalDataPart(
        "drafts", _("Working copies of practices that you edited last"),
        rows_of(Draft, "updated_by", practice="practice__key", content="content", at="updated_at"),
    ),
    PersonalDataPart(
        "earlier-drafts", _("Earlier wordings of yours in working copies of practices"),
        rows_of(FieldHistory, "written_by", practice="practice__key", field="field", value="value", at="written_at"),
    ),
    PersonalDataPart(
        "proposals", _("New versions of practices that you proposed"),
        rows_of(Draft, "proposed_by", practice="practice__key", note="proposed_note", at="proposed_at"),
    ),
    PersonalDataPart(
        "openings", _("Practices that you proposed to open to the community"),
        rows_of(
            Opening, "proposed_by",
            practice="practice__key", proposed="proposed", state="state", at="proposed_at",
        ),
    ),
    PersonalDataPart(
        "attachments", _("Files that you added to practices"),
        rows_of(
            Attachment, "added_by",
            practice="practice__key", title="title", file="file_name", sha256="sha256", at="added_at",
        ),
    ),
    PersonalDataPart(
        "runs", _("Runs on test sets that you added"),
        rows_of(
            ModelRun, "person",
            practice="practice__key", name="name", setting="setting", ran_on="ran_on", rows="rows", at="added_at",
        ),
    ),
    PersonalDataPart(
        "posts", _("What you wrote in discussions"),
        rows_of(Post, "person", text="text", language="language", at="posted_at", edited_at="edited_at"),
    ),
    PersonalDataPart(
        "translations", _("Translations of practices that you wrote"),
        rows_of(
            Translation, "person",
            practice="practice__key", language="language", version="version_number", content="content", state="state",
            at="offered_at",
        ),
    ),
    PersonalDataPart(
        "reactions", _("Your reactions"),
        rows_of(Reaction, "person", practice="practice__key", kind="kind", at="at"),
    ),
    PersonalDataPart(
        "thanks", _("Your thanks for answers and uses"),
        rows_of(Thanks, "person", post="post__key", use="adoption__key", at="at"),
    ),
    PersonalDataPart(
        "uses", _("Uses of practices that you recorded"),
        rows_of(
            AdoptionStep, "recorded_by",
            practice="adoption__practice__key", state="state", day="on", note="note", at="recorded_at",
        ),
    ),
    PersonalDataPart(
        "results", _("Results of the use of practices that you recorded"),
        rows_of(
            AdoptionResult, "added_by",
            practice="adoption__practice__key", what="what", unit="unit", before="before", after="after", note="note",
            at="added_at",
        ),
    ),
    PersonalDataPart(
        "results-withdrawn", _("Results that you corrected or withdrew"),
        rows_of(
            AdoptionResult, "withdrawn_by",
            practice="adoption__practice__key", what="what", reason="withdrawal_reason", at="withdrawn_at",
        ),
    ),
    PersonalDataPart(
        "requests", _("Requests that you posted"),
        rows_of(Request, "asked_by", title="title", text="text", label="label", at="asked_at"),
    ),
    PersonalDataPart(
        "earlier-requests", _("Versions of requests that you saved"),
        rows_of(RequestHistory, "written_by", request="request__key", content="content", at="written_at"),
    ),
    PersonalDataPart(
        "offers", _("Offers that you made"),
        rows_of(Offer, "person", text="text", at="offered_at", withdrawn_at="withdrawn_at"),
    ),
    PersonalDataPart(
        "follows", _("What you follow"),
        rows_of(
            Follow, "person",
            practice="practice__key", request="request__key", group="group__key", since="since",
        ),
    ),
    PersonalDataPart(
        "searches", _("Saved searches"),
        rows_of(SavedSearch, "person", name="name", query="query", notifies="notifies", at="created_at"),
    ),
    PersonalDataPart(
        "feed-addresses", _("Addresses of feeds that you made"),
        rows_of(
            FeedAddress, "person",
            organisation="organisation__name", created_at="created_at", used_at="used_at", ended_at="ended_at",
        ),
    ),
    PersonalDataPart(
        "groups", _("Working groups that you are in"),
        rows_of(GroupMembership, "person", group="group__key", leads="leads", since="joined_at", until="ended_at"),
    ),
    PersonalDataPart(
        "affiliations-proposed", _("Affiliates that you proposed"),
        rows_of(Affiliation, "proposed_by", **_PARTIES, relation="relation", purpose="purpose", at="proposed_at"),
    ),
    PersonalDataPart(
        "affiliations-confirmed", _("Affiliations that you confirmed for the affiliate"),
        rows_of(Affiliation, "confirmed_by", **_PARTIES, at="confirmed_at"),
    ),
    PersonalDataPart(
        "affiliations-approved", _("Affiliations that you put in force"),
        rows_of(Affiliation, "approved_by", **_PARTIES, reason="approval_reason", at="approved_at"),
    ),
    PersonalDataPart(
        "affiliations-closed", _("Affiliations that you declined, withdrew or ended"),
        rows_of(Affiliation, "closed_by", **_PARTIES, state="state", reason="closing_reason", at="closed_at"),
    ),
    PersonalDataPart(
        "imports", _("Your imports"),
        rows_of(PracticeImport, "person", name="name", at="created_at", finished_at="finished_at"),
    ),
    PersonalDataPart(
        "access-log", _("Practices that you opened (their sources see this)"), _access_log,
        person_columns=("practices.AccessLog.person",),
    ),
)  # fmt: skip

NOT_EXPORTED = {"It stands in the archive that the person asked for.": ["practices.ArchiveEntry.person"]}

KEPT_AFTER_ERASURE = {
    "Others read what was shared, and may ask who wrote it; a name is not told any more.": [
        "practices.Author.person", "practices.FieldHistory.written_by", "practices.RequestHistory.written_by",
        "practices.Draft.updated_by", "practices.Draft.proposed_by", "practices.Opening.proposed_by",
        "practices.Version.written_by", "practices.Attachment.added_by", "practices.Post.person",
        "practices.Request.asked_by", "practices.Offer.person", "practices.AdoptionStep.recorded_by",
        "practices.AdoptionResult.added_by", "practices.AdoptionResult.withdrawn_by", "practices.Reaction.person",
        "practices.ModelRun.person", "practices.Translation.person", "practices.Thanks.person",
    ],
    "Its source can see whom a practice has reached.": ["practices.AccessLog.person"],
    "Who was in a group, and who let whom read along, is what readers are judged by.": [
        "practices.GroupMembership.person", "practices.Affiliation.proposed_by", "practices.Affiliation.confirmed_by",
        "practices.Affiliation.approved_by", "practices.Affiliation.closed_by",
    ],
}  # fmt: skip
