"""Who may see a practice and what belongs to it. What a TLP label means is written in `practices_reader_tokens` alone.

That function (migration 0001_functions) turns the label of a record and whom it names into tokens, which PostgreSQL
keeps on the record; `practices_actor_tokens` (0003_row_security) says which tokens an actor holds. One in common lets
them read. The policies and the search compare the same tokens.
"""

from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, Case, Exists, F, Func, OuterRef, Q, TextField, Value, When
from django.db.models.functions import Cast

from alliance.enums import OrganisationKind, OrganisationState
from portal.kernel.access import EVERYTHING, NOTHING, Actor, context_of
from portal.kernel.text import whole_number
from practices.enums import (
    INTERNAL_KINDS,
    OPEN_LABELS,
    RELEASED_STATES,
    AffiliationState,
    Label,
    OpeningState,
    PracticeState,
    TranslationState,
)

# made once: each visible_to would make them anew
_TEXT, _TOKENS, _TRUTH = TextField(), ArrayField(TextField()), BooleanField()

# --- Seeing ----------------------------------------------------------------------------------


def person_token(person_id: int | None, organisation_id: int | None) -> str:
    """A person as who they are in one organisation: somebody who has changed companies is no longer named."""
    return f"{person_id}.{organisation_id}"


def is_person_token(text: str) -> bool:
    """Whether a text that somebody sent has the form of one."""
    person, _dot, organisation = text.partition(".")
    return whole_number(person) is not None and whole_number(organisation) is not None


def actor_tokens(actor: Actor) -> Func:
    """The tokens that the actor holds, as an expression: the database looks them up once for a query."""
    return Func(
        *(Value(part, output_field=_TEXT) for part in context_of(actor)),
        function="practices_actor_tokens",
        template="(SELECT %(function)s(%(expressions)s))",
        output_field=_TOKENS,
    )


def practices(actor: Actor) -> Q:
    """What is one's own, what is released to one, and for the secretariat what waits for moderation."""
    released = Q(state__in=RELEASED_STATES) & readable(actor)
    moderation = Q(state=PracticeState.IN_MODERATION) if actor.is_host else NOTHING
    return released | own(actor) | moderation


def readable(actor: Actor) -> Q:
    """What its label lets the actor read; owners are among the readers."""
    return _overlap("reader_tokens", actor)


def own(actor: Actor) -> Q:
    """The source organisation's; what is RED is its authors' alone."""
    return _overlap("owner_tokens", actor)


def owns(actor: Actor, record: Any) -> bool:
    """The same of one labelled record that was read: whether it is the actor's, by its tokens."""
    tokens = {f"person:{person_token(actor.person_id, actor.tenant_id)}", f"staff:{actor.tenant_id}"}
    return actor.is_person and not tokens.isdisjoint(record.owner_tokens)


def _overlap(column: str, actor: Actor) -> Q:
    """Whether a record and the actor have a token in common.

    By the function behind the operator &&: of that PostgreSQL expects one row in a hundred, for any actor, and would
    read and sort all of them to show the first fifty. Of the function it expects every third, which is nearer.
    """
    return Q(Func(F(column), actor_tokens(actor), function="arrayoverlap", output_field=_TRUTH))


def practice_parts(actor: Actor) -> Q:
    """What belongs to a practice is seen with it; what has earlier readers (`models.Part`) by these alone."""
    return seen_with_practice(actor) & by_earlier_readers(actor)


def by_earlier_readers(actor: Actor) -> Q:
    """What was there when a practice was opened takes one of the tokens that let people read the practice until then.

    A condition besides seeing the practice, so that narrowing and recalling take everything from everybody as before.
    """
    return Q(earlier_readers__isnull=True) | _overlap("earlier_readers", actor)


def versions(actor: Actor) -> Q:
    """With the practice; those before the version with which it was opened by its earlier readers.

    A version is never written again, so its practice says this for all.
    """
    earlier = Q(opened_version__isnull=True) | Q(opened_version__lte=OuterRef("number"))
    return _with_practice(_visible_practices(actor).filter(earlier | _overlap("earlier_readers", actor)))


def readable_versions(actor: Actor) -> Q:
    """The same where the practice itself is seen no more: the versions that its label and readers let the actor see."""
    earlier = Q(practice__opened_version__isnull=True) | Q(practice__opened_version__lte=F("number"))
    return earlier | _overlap("practice__earlier_readers", actor)


def is_before_opening(actor: Actor, practice: Any, event_id: int) -> bool:
    """Whether an entry of the journal is from before the practice was opened, and is not the actor's to know."""
    if practice.opened_event is None or event_id >= practice.opened_event:
        return False
    return not type(practice).objects.filter(_overlap("earlier_readers", actor), pk=practice.pk).exists()


def entries_before_opening(actor: Actor) -> Q:
    """The entries of the journal about practices that are from before their opening, for all but earlier readers."""
    return _entries_before_opening(actor, "Practice", "")


def file_entries_before_opening(actor: Actor) -> Q:
    """The same of the entries about their files."""
    return _entries_before_opening(actor, "Attachment", "practice__")


def _entries_before_opening(actor: Actor, model: str, path: str) -> Q:
    if actor.is_system:
        return NOTHING
    later = _get_model(model).objects.filter(**{f"{path}opened_event__gt": OuterRef("pk")})
    later = later.exclude(_overlap(f"{path}earlier_readers", actor))
    return Q(Exists(later.filter(pk=OuterRef("target_id"))))


def entries_naming(actor: Actor) -> Q:
    """The entries of the journal by which the actor came to be among the readers of something (`added`).

    None where another token let them read it before (`earlier_readers`): those of groups and organisations overlap.
    """
    return _token_in_entry("data__added", actor) & ~entries_of_earlier_readers(actor)


def entries_of_earlier_readers(actor: Actor) -> Q:
    """The entries of the journal about other readers of what the actor could read before (`earlier_readers`)."""
    return _token_in_entry("data__earlier_readers", actor)


def _token_in_entry(name: str, actor: Actor) -> Q:
    return Q(Func(F(name), actor_tokens(actor), function="jsonb_exists_any", output_field=_TRUTH))


def reactions(actor: Actor) -> Q:
    """As other parts, and one's own, which one can take back."""
    return seen_with_practice(actor) & (by_earlier_readers(actor) | own_rows(actor))


def seen_with_practice(actor: Actor) -> Q:
    """What is read by everybody who may read the practice, whenever it was opened: its authors, what is found of it."""
    return _with_practice(_visible_practices(actor))


def _with_practice(practices: Any) -> Q:
    # asked of each row, and not of all practices first: there may be very many of them; OFFSET holds the planner to it
    return Q(Exists(practices.filter(pk=OuterRef("practice_id")), template="EXISTS(%(subquery)s OFFSET 0)"))


def _visible_practices(actor: Actor) -> Any:
    return _get_model("Practice").objects.filter(practices(actor))


def translations(actor: Actor) -> Q:
    """Shared ones with the practice; others its writer's and the source's, and once accepted the secretariat's.

    One of the working copy is the source's alone, also where its writer reads the practice as one of others by now.
    """
    waits = Q(accepted_at__isnull=False, practice__label__in=OPEN_LABELS) if actor.is_host else NOTHING
    mine = own_rows(actor) & Q(originals__isnull=True) | _of_own_practice(actor) | waits
    return practice_parts(actor) & (Q(state=TranslationState.SHARED) | mine)


def relations(actor: Actor) -> Q:
    """Everyone who may see both ends."""
    return practice_parts(actor) & Q(target__in=_visible_practices(actor))


def openings(actor: Actor) -> Q:
    """Its source's; the secretariat reads one while it waits, and of its practice nothing."""
    waiting = Q(state=OpeningState.PROPOSED) if actor.is_host else NOTHING
    return waiting | _of_own_practice(actor)


def drafts(actor: Actor) -> Q:
    """A working copy: its own organisation's, and the secretariat's while it waits for moderation."""
    own_practices = Q(practice__in=_get_model("Practice").objects.filter(own(actor)))
    if not actor.is_host:
        return own_practices
    proposed = Q(proposed_at__isnull=False, practice__label__in=OPEN_LABELS)
    return own_practices | Q(practice__state=PracticeState.IN_MODERATION) | proposed


def attachments(actor: Actor) -> Q:
    """Files that a version lists are seen with the practice, others with the working copy.

    Rows held back and answers of runs are seen by nobody, their source included: the portal alone counts with them.
    """
    working = _get_model("Draft").objects.filter(drafts(actor))
    readable_files = Q(practice__in=working.values("practice_id")) | (
        seen_with_practice(actor) & Q(shared_at__isnull=False)
    )
    # a moderator who reads the working copy of an opened practice has not read its earlier files
    return readable_files & by_earlier_readers(actor) & ~Q(kind__in=INTERNAL_KINDS)


def runs(actor: Actor) -> Q:
    """A run is seen with the test set that it answers."""
    return by_earlier_readers(actor) & Q(
        attachment__in=_get_model("Attachment").objects.filter(attachments(actor))
    )


def access_log(actor: Actor) -> Q:
    """Who has opened a practice is for its source to know."""
    return _of_own_practice(actor)


def field_history(actor: Actor) -> Q:
    """Who wrote what into a working copy is for its source to know, while it waits for moderation too."""
    return _of_own_practice(actor)


def _of_own_practice(actor: Actor) -> Q:
    return Q(practice__in=_get_model("Practice").objects.filter(own(actor)))


def adoptions(actor: Actor) -> Q:
    """One's own, and those of others whose readers one is, of practices that one may see."""
    return own(actor) | (readable(actor) & practice_parts(actor))


def still_readable_uses() -> Q:
    """Uses whose practice its users may read now: anybody of their organisation; of a use that is RED its author."""
    author = Func(F("author_people__0"), Value("."), Value(1), function="split_part", output_field=_TEXT)
    person = Case(When(label=Label.RED, then=author), default=Value("0"), output_field=_TEXT)  # 0: nobody
    users = (Value("person", output_field=_TEXT), person, Cast("organisation_id", _TEXT))
    tokens = Func(*users, function="practices_actor_tokens", output_field=_TOKENS)
    return Q(Func(F("practice__reader_tokens"), tokens, function="arrayoverlap", output_field=_TRUTH))


def adoption_parts(actor: Actor) -> Q:
    return Q(adoption__in=_get_model("Adoption").objects.filter(adoptions(actor)))


def offered_practices(actor: Actor) -> Q:
    """The offers whose practice may be named to the actor, if they may see it."""
    return by_earlier_readers(actor) | own_rows(actor)


def requests(actor: Actor) -> Q:
    """One's own, and those whose readers one is."""
    return readable(actor)


def request_parts(actor: Actor) -> Q:
    """Seen with the request. A practice that an offer names is looked up through the practice's own `visible_to`."""
    return Q(request__in=_get_model("Request").objects.filter(requests(actor)))


def request_history(actor: Actor) -> Q:
    """Who wrote what into a request is for those to know whose request it is."""
    return Q(request__in=_get_model("Request").objects.filter(own(actor)))


def posts(actor: Actor) -> Q:
    """Seen with what they stand beneath. What a group says to itself is for its members."""
    return practice_parts(actor) | request_parts(actor) | Q(group__in=_own_groups(actor))


def thanks(actor: Actor) -> Q:
    """Seen with the answer or the use that they are for."""
    answers, uses = _get_model("Post").objects.filter(posts(actor)), _get_model("Adoption").objects
    return Q(post__in=answers) | Q(adoption__in=uses.filter(adoptions(actor)))


def own_rows(actor: Actor) -> Q:
    """A person's own, as who they are now."""
    if not actor.is_person:
        return NOTHING
    return Q(person_id=actor.person_id, organisation_id=actor.tenant_id)


def import_parts(actor: Actor) -> Q:
    """Files of an import, seen by the person who sent it."""
    return Q(upload__in=_get_model("PracticeImport").objects.filter(own_rows(actor)))


def _own_groups(actor: Actor) -> Any:
    """The groups that the person is in, as who they are now."""
    return (
        _get_model("GroupMembership")
        .objects.filter(person_id=actor.person_id, organisation_id=actor.tenant_id, ended_at__isnull=True)
        .values("group_id")
    )


def groups(actor: Actor) -> Q:
    """Their members', and the secretariat's."""
    if actor.is_host:
        return EVERYTHING
    return Q(pk__in=_own_groups(actor)) if actor.is_person else NOTHING


def group_parts(actor: Actor) -> Q:
    return Q(group__in=_get_model("WorkingGroup").objects.filter(groups(actor)))


# --- Affiliations. Affiliates are partners: a member or associate signs, pledges and reports in its own name, so a
# source that wants it to read names it; the secretariat reads what names it, and supporters have no people here ---

# who has staff here that reads what it is sent; supporters have none
COMMUNITY_KINDS = (OrganisationKind.MEMBER, OrganisationKind.ASSOCIATE, OrganisationKind.PARTNER)
AFFILIATE_KINDS = (OrganisationKind.PARTNER,)


def affiliations(actor: Actor) -> Q:
    """For the two organisations and the secretariat; what a source may know of them is in `queries.affiliations`."""
    if actor.is_host:
        return EVERYTHING
    if not actor.is_person:
        return NOTHING
    return Q(organisation_id=actor.tenant_id) | Q(affiliate_id=actor.tenant_id)


def in_effect() -> Q:
    """The affiliations by which somebody reads now: in force, and both as they have to be.

    `practices_actor_tokens` asks the same in SQL. Neither trusts the state alone: who is suspended, has left or has
    changed its kind gives and gets nothing from that moment on, whoever closes the affiliation, and when.
    """
    both_active = Q(organisation__state=OrganisationState.ACTIVE, affiliate__state=OrganisationState.ACTIVE)
    kinds = Q(organisation__kind__in=COMMUNITY_KINDS, affiliate__kind__in=AFFILIATE_KINDS)
    return Q(state=AffiliationState.IN_FORCE) & both_active & kinds


def own_or_secretariat(actor: Actor) -> Q:
    """An organisation's own affairs, and the secretariat's."""
    if actor.is_host:
        return EVERYTHING
    return Q(organisation_id=actor.tenant_id) if actor.is_person else NOTHING


def _get_model(name: str) -> Any:
    """Visibility stands below the models whose rows it compares, so they are looked up by name."""
    return apps.get_model("practices", name)
