"""A world with at least one row of everything that somebody could see who should not."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from alliance.enums import Role
from alliance.models import KnownDevice, Membership, PersonSession, Pledge, Service
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.documents import Document
from portal.kernel.files import FileDamage, Scrub
from portal.kernel.idempotency import FormToken, IdempotencyKey
from portal.kernel.jobs import Job
from portal.kernel.journal import Event
from portal.kernel.limits import LimitCount
from portal.kernel.notices import Delivery
from portal.kernel.notices.models import Digest, NoticePreference
from portal.kernel.search.models import SynonymGroup
from practices.models import (
    Adoption,
    ArchiveEntry,
    Follow,
    LabelPolicy,
    Offer,
    Post,
    Practice,
    Reaction,
    Request,
    Thanks,
)
from tests.factories import Cast, make_person

MODELS = {
    model.__name__: model
    for app in ("portal", "alliance", "practices", "account", "mfa", "socialaccount", "sessions")
    for model in apps.get_app_config(app).get_models(include_auto_created=True)
}


def make_missing_rows(cast: Cast) -> None:
    """Of what the world has none: a reaction, an offer, something followed, archived, repeated, a choice of labels."""
    alice = {"person": cast.alice, "organisation": cast.aurora}
    carol = {"person": cast.carol, "organisation": cast.beacon}
    with acting_as(SYSTEM):
        red = Practice.objects.get(label="red")
        for person in (alice, carol):
            Reaction.objects.create(practice=red, kind="works", **person)
        Thanks.objects.create(adoption=Adoption.objects.get(label="red"), **alice)
        Thanks.objects.create(post=Post.objects.filter(practice__label="green")[0], **carol)
        Follow.objects.create(practice=red, **alice)
        document = Document.objects.filter(requested_by=cast.alice)[0]
        ArchiveEntry.objects.create(document=document, practice=red, label="red", **alice)
        Offer.objects.create(request=Request.objects.get(label="amber"), text="I may know one.", **carol)
        LabelPolicy.objects.create(organisation=cast.aurora, labels=["amber"])
        IdempotencyKey.objects.create(
            person_id=cast.alice.pk, tenant_id=cast.aurora.pk, key="a key", fingerprint="0" * 64
        )
        for pledge in Pledge.objects.filter(state="draft"):
            pledge.services.add(Service.objects.get(slug="aurora-kids"))
        _make_rows_of_accounts(cast)
        _make_rows_of_platform(cast)


def _make_rows_of_accounts(cast: Cast) -> None:
    """Alice's ways to sign in; and somebody who has left Aurora."""
    soon = timezone.now() + timedelta(days=1)
    gone = make_person("Gone", cast.aurora, Role.READER)
    Membership.objects.filter(person=gone).update(ended_at=timezone.now())
    address = EmailAddress.objects.create(user=cast.alice, email=cast.alice.email)
    EmailConfirmation.objects.create(email_address=address, key="a key")
    Authenticator.objects.create(user=cast.alice, type="totp", data={"secret": "a secret"})
    SocialAccount.objects.create(user=cast.alice, provider="a key", uid="a number")
    token = SocialToken(account=SocialAccount.objects.get(), token="a token")
    SocialApp.objects.create(provider="saml", name="an app", client_id="a key")
    token.save()
    Session.objects.create(session_key="a key", session_data="data", expire_date=soon)
    PersonSession.objects.create(
        session_key="a key", session_data="data", expire_date=soon, person=cast.alice
    )
    KnownDevice.objects.create(sha256="0" * 64, device="Firefox/Linux", person=cast.alice)


def _make_rows_of_platform(cast: Cast) -> None:
    """An act of Alice's, one that Carol is notified of, and what each of them has asked for and chosen."""
    SynonymGroup.objects.create(key="harm:x", words={"en": ["x"], "ru": ["x"]})
    act = {"target_type": "alliance.report", "target_id": 1, "actor_kind": "person"}
    Event.objects.create(kind="test.act", person_id=cast.alice.pk, tenant_id=cast.aurora.pk, **act)
    event = Event.objects.create(
        kind="test.notified", person_id=cast.mona.pk, tenant_id=cast.secretariat.pk, **act
    )
    delivery = Delivery.objects.create(
        event=event, channel="email", recipient=cast.carol, tenant_id=cast.beacon.pk
    )
    Job.objects.create(kind="send_delivery", dedupe_key="test", payload={"delivery": delivery.pk})
    Job.objects.create(kind="test", dedupe_key="another", payload={})
    Digest.objects.create(person=cast.alice, tenant_id=cast.aurora.pk, on=timezone.now().date())
    NoticePreference.objects.create(person=cast.alice, group="practices", pace="off")
    FormToken.objects.create(person_id=cast.alice.pk, location="/workspace/")
    FileDamage.objects.create(path="a path", sha256="0" * 64, detected_by="scrub")
    Scrub.objects.create(reference="a table", position="a path")
    LimitCount.objects.create(digest="0" * 64, used=1, ends_at=timezone.now())
    document = {"kind": "test", "target_id": 1, "language": "en"}
    own = {"requested_by": cast.alice, "tenant_id": cast.aurora.pk}
    Document.objects.create(title="restricted", is_restricted=True, **document, **own)
    Document.objects.create(title="of Alice's", is_restricted=False, **document, **own)
    Document.objects.create(title="for everybody", is_restricted=False, **document)


def keys_of(model: str, lookup: Mapping[str, object]) -> list[Any]:
    """There are such rows, so that somebody could see them who should not."""
    with acting_as(SYSTEM):
        keys = list(MODELS[model]._default_manager.filter(**lookup).values_list("pk", flat=True))
    assert keys, "the world has none"
    return keys


def tables_with_policies() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tablename FROM pg_policies")
        return {table for (table,) in cursor.fetchall()}
