"""What readers say: questions and answers, reactions, what somebody follows."""

from typing import TypeAlias

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliance.models import Organisation, Person
from portal.kernel import clock
from portal.kernel.access import visible_by
from portal.kernel.alphabet import ByAlphabet
from practices import access
from practices.enums import ReactionKind
from practices.models.adoptions import Adoption
from practices.models.audiences import WorkingGroup
from practices.models.keyed import Keyed
from practices.models.labelled import Part, person_token_array
from practices.models.practices import Practice
from practices.models.requests import Request

SUBJECT_FIELDS = ("practice", "request", "group")

DiscussionSubject: TypeAlias = Practice | Request | WorkingGroup  # what has a discussion and can be followed


def subject_field(subject: DiscussionSubject) -> str:
    """The field by which posts and follows name it."""
    return "group" if isinstance(subject, WorkingGroup) else str(subject._meta.model_name)


def _exactly_one_subject() -> Q:
    """Exactly one of the three."""
    return Q(
        *(Q(**{f"{other}__isnull": other != place for other in SUBJECT_FIELDS}) for place in SUBJECT_FIELDS),
        _connector=Q.OR,
    )


class Post(Keyed, Part):
    """A question or an answer about a practice, a request or a group. Read by everyone who may read that."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, null=True, related_name="posts")
    request = models.ForeignKey(Request, on_delete=models.CASCADE, null=True, related_name="posts")
    group = models.ForeignKey(WorkingGroup, on_delete=models.CASCADE, null=True, related_name="posts")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="answers")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("Text"), max_length=4000, blank=True)  # Markdown; empty once it is taken back
    language = models.CharField(max_length=8, default="en")
    mentions = person_token_array()
    accepted_at = models.DateTimeField(null=True)  # of an answer
    mail_digest = models.CharField(max_length=64, blank=True, default="")  # of the mail that it came by
    posted_at = models.DateTimeField(default=clock.now, editable=False)
    edited_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)  # the text is deleted, the post stays
    removed_reason = models.CharField(
        max_length=500, blank=True, default=""
    )  # of somebody else than its writer

    objects = visible_by(access.posts).as_manager()

    class Meta:
        ordering = ("posted_at", "id")
        constraints = (
            models.CheckConstraint(condition=_exactly_one_subject(), name="post_of_one_thing"),
            models.UniqueConstraint(
                fields=["parent"], condition=Q(accepted_at__isnull=False), name="one_accepted_answer"
            ),
            models.UniqueConstraint(
                fields=["mail_digest"], condition=~Q(mail_digest=""), name="post_of_one_mail"
            ),
        )

    def __str__(self) -> str:
        return f"post {self.pk}"

    @property
    def subject(self) -> DiscussionSubject:
        """The subject of its discussion."""
        subject = self.practice or self.request or self.group
        assert subject is not None
        return subject


class Reaction(Part):
    """One word of a reader about a practice."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="reactions")
    kind = models.CharField(max_length=8, choices=ReactionKind.choices)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now, editable=False)

    objects = visible_by(access.reactions).as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["practice", "kind", "person"], name="reaction_once"),)

    def __str__(self) -> str:
        return f"{self.kind} of practice {self.practice_id}"


class Thanks(models.Model):
    """A reader thanks whoever wrote an answer, or recorded a use. Seen with what it is for."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, null=True, related_name="thanks")
    adoption = models.ForeignKey(Adoption, on_delete=models.CASCADE, null=True, related_name="thanks")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now, editable=False)

    objects = visible_by(access.thanks).as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(post__isnull=False, adoption__isnull=True)
                | Q(post__isnull=True, adoption__isnull=False),
                name="thanks_for_one_thing",
            ),
            models.UniqueConstraint(
                fields=["person", "post", "adoption"], name="thanks_once", nulls_distinct=False
            ),
        )

    def __str__(self) -> str:
        return f"thanks of {self.person_id}"


class Follow(models.Model):
    """A person follows it, to be notified of changes. Nobody else sees that."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, null=True, related_name="followers")
    request = models.ForeignKey(Request, on_delete=models.CASCADE, null=True, related_name="followers")
    group = models.ForeignKey(WorkingGroup, on_delete=models.CASCADE, null=True, related_name="followers")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField(default=clock.now, editable=False)

    objects = visible_by(access.own_rows).as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=_exactly_one_subject(), name="follow_one_thing"),
            models.UniqueConstraint(
                fields=["person", "organisation", "practice", "request", "group"],
                name="follow_once",
                nulls_distinct=False,
            ),
        )

    def __str__(self) -> str:
        return f"{self.person_id} follows"


class SavedSearch(Keyed):
    """A saved search; its owner is notified of new results."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("Name"), max_length=120)
    query = models.JSONField(default=dict)  # as the library's form reads it
    notifies = models.BooleanField(_("Notify me of new results"), default=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = visible_by(access.own_rows).as_manager()

    class Meta:
        ordering = (ByAlphabet("name"), "id")
        constraints = (
            models.UniqueConstraint(fields=["person", "organisation", "name"], name="saved_search_name"),
        )

    def __str__(self) -> str:
        return f"saved search {self.pk}"
