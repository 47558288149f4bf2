"""What a second reader is typing on a measure: a draft of theirs alone, until it is their verdict."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect

from alliance.enums import DraftKind
from alliance.models import ReviewDraft, SecondReading
from alliance.queries.review_drafts import reading_place, review_drafts
from alliance.queries.second_readings import ReadingRow
from alliance.services.review_drafts import delete_review_draft, save_reading_draft
from alliance.web.forms.allocation import OpinionForm
from alliance.web.secretariat.posted_drafts import PostedDrafts
from portal.kernel.errors import DomainError
from portal.kernel.web import ActorRequest, names_of, refuse_unlisted_fields

_KIND = DraftKind.VERDICT


@dataclass
class OpinionDesk:
    """The form of one measure of a reading, filled with the reader's draft or the verdict that they have saved."""

    request: ActorRequest
    reading: SecondReading
    row: ReadingRow
    posted: PostedDrafts = field(init=False)

    def __post_init__(self) -> None:
        draft = review_drafts(self.request.actor, self.reading.report).get((self.place, _KIND))
        here = {_KIND: draft} if draft else {}
        self.posted = PostedDrafts(
            self.request.POST, here, self._save_draft, self._delete_draft, self._shown_form
        )

    @property
    def place(self) -> str:
        """How drafts name it."""
        return reading_place(self.reading, self.row.step.key)

    @property
    def draft(self) -> ReviewDraft | None:
        return self.posted.drafts.get(_KIND)

    @property
    def stored(self) -> dict[str, str]:
        """The verdict that was saved, by the form's fields."""
        opinion = self.row.opinion
        if opinion is None:
            return {}
        return {"value": opinion.value, "reason": opinion.reason, "language": opinion.language}

    def form(self, data: Any = None) -> OpinionForm:
        texts = {**self.stored, **self.posted.texts_of(_KIND)}
        if not texts.get("language"):  # then it is that in which its writer reads the portal
            texts.pop("language", None)
        return OpinionForm(data, initial=texts, is_blind=self.reading.is_blind)

    def _shown_form(self, kind: DraftKind) -> OpinionForm | None:
        return self.form() if kind == _KIND else None

    def respond(self) -> HttpResponse | None:
        """The answer to a post that gives no verdict; None for any other, whose words are kept or in conflict."""
        data = self.request.POST
        refuse_unlisted_fields(data, {*names_of(OpinionForm()), *OpinionForm.also_posted})
        refuse_unlisted_fields(self.request.FILES, ())
        if data.get("autosave"):
            try:
                self._keep(is_decided=False)
            except DomainError as refusal:
                return JsonResponse({"refused": str(refusal)}, status=422)
            return self.posted.script_answer()
        is_dropped = data.get("act") == f"undo:{_KIND.value}"
        with suppress(DomainError):  # the form says what is wrong with the text
            self._keep(is_decided=True)
        if self.posted.conflicts:
            return None
        if is_dropped:
            self.forget()
        return redirect(self.request.path) if is_dropped or self.posted.resolves else None

    def _keep(self, *, is_decided: bool) -> None:
        """Keep what was posted and is not saved as the verdict."""
        posted = self.request.POST
        texts = {name: posted.get(name, "").replace("\r\n", "\n") for name in ("value", "reason", "language")}
        is_new = any(texts[name] != self.stored.get(name, "") for name in ("value", "reason"))
        self.posted.keep(_KIND, texts, is_worth_keeping=is_new, is_decided=is_decided)

    def _save_draft(self, kind: DraftKind, texts: Mapping[str, str], expected: str | None) -> ReviewDraft:
        del kind
        return save_reading_draft(self.request.actor, self.reading, self.row.step.key, texts, expected)

    def _delete_draft(self, kind: DraftKind) -> None:
        delete_review_draft(self.request.actor, self.reading.report, self.place, kind)

    def forget(self) -> None:
        """Delete the draft: it was saved as the verdict, or its writer has changed their mind."""
        self.posted.drop(_KIND)
