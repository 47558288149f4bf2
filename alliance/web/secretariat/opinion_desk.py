"""What a second reader is typing on a measure: a draft of theirs alone, until it is their verdict."""

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect

from alliance.enums import DraftKind
from alliance.models import ReviewDraft, SecondReading
from alliance.queries.review_drafts import reading_place, review_drafts
from alliance.queries.second_readings import ReadingRow
from alliance.services.review_drafts import delete_review_draft, save_reading_draft
from alliance.web.forms.allocation import OpinionForm
from portal.kernel.errors import DomainError
from portal.kernel.text import format_local_time
from portal.kernel.web import ActorRequest, names_of, refuse_unlisted_fields

_KIND = DraftKind.VERDICT


@dataclass(frozen=True)
class OpinionDesk:
    """The form of one measure of a reading, filled with the reader's draft or the verdict that they have saved."""

    request: ActorRequest
    reading: SecondReading
    row: ReadingRow

    @property
    def place(self) -> str:
        """How drafts name it."""
        return reading_place(self.reading, self.row.step.key)

    @cached_property
    def draft(self) -> ReviewDraft | None:
        return review_drafts(self.request.actor, self.reading.report).get((self.place, _KIND))

    @property
    def stored(self) -> dict[str, str]:
        """The verdict that was saved, by the form's fields."""
        opinion = self.row.opinion
        if opinion is None:
            return {}
        return {"value": opinion.value, "reason": opinion.reason, "language": opinion.language}

    def form(self, data: Any = None) -> OpinionForm:
        texts = {**self.stored, **(self.draft.texts if self.draft else {})}
        if not texts.get("language"):  # then it is that in which its writer reads the portal
            texts.pop("language", None)
        return OpinionForm(data, initial=texts)

    def respond(self) -> HttpResponse | None:
        """The answer to a post of the script, or to undoing the draft; None for any other, whose words are kept."""
        data = self.request.POST
        refuse_unlisted_fields(data, {*names_of(OpinionForm()), *OpinionForm.also_posted})
        refuse_unlisted_fields(self.request.FILES, ())
        if data.get("autosave"):
            try:
                return JsonResponse({"kept": self._save()})
            except DomainError as refusal:
                return JsonResponse({"refused": str(refusal)}, status=422)
        if data.get("act") == f"undo:{_KIND.value}":
            self.forget()
            return redirect(self.request.path)
        with suppress(DomainError):  # the form says what is wrong with the text
            self._save()
        return None

    def _save(self) -> dict[str, str]:
        """Keep what was posted and is not saved as the verdict; when it was kept, by the kind of draft."""
        posted = self.request.POST
        texts = {name: posted.get(name, "").replace("\r\n", "\n") for name in ("value", "reason", "language")}
        if all(texts[name] == self.stored.get(name, "") for name in ("value", "reason")):
            self.forget()
            return {}
        draft = save_reading_draft(self.request.actor, self.reading, self.row.step.key, texts)
        return {_KIND.value: format_local_time(draft.updated_at)}

    def forget(self) -> None:
        """Delete the draft: it was saved as the verdict, or its writer has changed their mind."""
        delete_review_draft(self.request.actor, self.reading.report, self.place, _KIND)
