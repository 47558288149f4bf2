"""What a reviewer has typed on a page of a review and not given yet."""

from django.db import models

from alliance import access
from alliance.enums import DraftKind
from alliance.models.people import Person
from alliance.models.reports import Report
from alliance.validators.draft_words import words_digest, words_of
from portal.kernel import clock
from portal.kernel.access import visible_by


class ReviewDraft(models.Model):
    """One person's unsent words on one step of a review; theirs alone, deleted once they are given."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="review_drafts")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    step = models.CharField(
        max_length=80, blank=True, default=""
    )  # `measure:search`, of a second reading `reading7:search`; empty for the whole report
    kind = models.CharField(max_length=8, choices=DraftKind.choices)
    # the form's fields as they were typed, by name; of a verdict also the version that its writer saw
    texts = models.JSONField(default=dict)
    updated_at = models.DateTimeField(default=clock.now)

    objects = visible_by(access.review_drafts).as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["person", "report", "step", "kind"], name="one_review_draft"),
        )

    def __str__(self) -> str:
        return f"{self.report_id} {self.step} {self.kind} of {self.person_id}"

    @property
    def digest(self) -> str:
        """By what a page knows the words that it has shown."""
        return words_digest(self.texts)

    @property
    def words(self) -> str:
        """All of them, for reading."""
        return words_of(self.texts)
