"""Named writes on webhooks: made, changed, given another secret, paused, tried, and what is sent again."""

from collections.abc import Collection
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db import models, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM, Actor, acting_as, person_of, require, tenant_of
from portal.kernel.errors import Conflict, DomainError, WrongState
from portal.kernel.outgoing import is_allowed_address
from portal.kernel.stored_secrets import (
    SecretForm,
    UnreadableSecret,
    counts_unreadable,
    decrypt,
    derive,
    encrypt,
    is_readable,
    is_under_newest_key,
    refuse_older_form,
)
from portal.kernel.text import clean_line, clean_name, values_key
from portal.kernel.webhooks.kinds import TEST_KIND, event_kinds
from portal.kernel.webhooks.models import (
    Webhook,
    WebhookDelivery,
    WebhookDeliveryState,
    WebhookState,
)
from portal.kernel.webhooks.pending import NO_FAILURES, skip_pending, wake
from portal.kernel.webhooks.signing import message_id_of, new_secret, secret_of
from portal.kernel.webhooks.states import WEBHOOK

MOST_WEBHOOKS = 10  # of one tenant
MOST_SUBJECTS = 100  # tenants whose events one webhook names
PREVIOUS_SECRET_TERM = timedelta(hours=24)
_REPLAYED = (WebhookDeliveryState.FAILED, WebhookDeliveryState.SKIPPED)


@transaction.atomic
def create_webhook(
    actor: Actor,
    *,
    name: str,
    address: str,
    kinds: Collection[str],
    subjects: Collection[int] | None = None,
    form_key: str = "",
) -> tuple[Webhook, str]:
    """Make a webhook of the actor's tenant; gives it and its secret, which no page shows again.

    `subjects`: only events about these tenants, and about all; None: all that the tenant may see.

    With the key of a form the secret follows from it: the same form sent twice gives the one webhook. Raises Forbidden,
    WrongState for a form whose webhook has been deleted, or the DomainError of a field.
    """
    tenant = tenant_of(actor)
    require(actor, "webhook.create")
    own = list(Webhook.objects.select_for_update().filter(tenant_id=tenant))
    secret = _secret_of_form(f"{tenant}:{form_key}") if form_key else new_secret()
    earlier = next((row for row in own if form_key and _has_secret(row, secret)), None)
    if earlier is not None:
        if earlier.state == WebhookState.ENDED:
            raise WrongState(WEBHOOK.wrong_state(actor, earlier))
        return earlier, secret
    if sum(row.state != WebhookState.ENDED for row in own) >= MOST_WEBHOOKS:
        message = _("The limit of %(most)d webhooks is reached: delete one first.")
        raise DomainError(message % {"most": MOST_WEBHOOKS})
    webhook = Webhook(tenant_id=tenant, created_by_id=person_of(actor), secret=encrypt(secret))
    _fill(actor, webhook, name, address, kinds, subjects)
    webhook.save()
    journal.record(actor, "webhook.create", webhook, kinds=webhook.kinds)
    return webhook, secret


def _secret_of_form(facts: str) -> str:
    return secret_of(derive("portal.webhook", facts))


def _has_secret(webhook: Webhook, secret: str) -> bool:
    try:
        return decrypt(webhook.secret) == secret
    except UnreadableSecret:
        return False


@transaction.atomic
def change_webhook(
    actor: Actor,
    webhook: Webhook,
    *,
    name: str,
    address: str,
    kinds: Collection[str],
    subjects: Collection[int] | None,
    seen: str | None = None,
) -> Webhook:
    """Change where it leads and of what it is notified. What waits goes to the new address, whatever it is about.

    `seen`: the key of the `webhook_values` that the actor has seen, None for any. Raises Forbidden, WrongState,
    Conflict when it was changed in between, or the DomainError of a field.
    """
    locked = _locked(actor, webhook, "edit")
    before = webhook_values(locked)
    if seen is not None and seen != values_key(before):
        raise Conflict(_("This was saved elsewhere while you were editing it."), stored=locked, sent=seen)
    _fill(actor, locked, name, address, kinds, subjects)
    changed = [field for field, value in before.items() if getattr(locked, field) != value]
    if changed:
        if "address" in changed:  # another receiver: how the one before has fared says nothing about it
            locked.failing_since, locked.failures, locked.retry_at = None, 0, None
        locked.save()
        journal.record(actor, "webhook.edit", locked, fields=changed, kinds=locked.kinds)
        wake([locked.pk])
    return locked


def webhook_values(webhook: Webhook) -> dict[str, object]:
    """What a change of a webhook replaces, by column."""
    return {name: getattr(webhook, name) for name in ("name", "address", "kinds", "subjects")}


def _fill(
    actor: Actor,
    webhook: Webhook,
    name: str,
    address: str,
    kinds: Collection[str],
    subjects: Collection[int] | None,
) -> None:
    webhook.name = clean_name(name, field="name")
    webhook.address = clean_line(address, field="address")
    if not is_allowed_address(webhook.address) or urlsplit(webhook.address).fragment:
        raise DomainError(_("Enter an address that begins with https://."), field="address")
    possible = [kind.name for kind in event_kinds(for_host=actor.is_host)]
    if not kinds or not set(kinds) <= set(possible):
        raise DomainError(_("Choose at least one."), field="kinds")
    webhook.kinds = [name for name in possible if name in kinds]
    if subjects is not None and not 0 < len(subjects) <= MOST_SUBJECTS:
        message = _("Name one at least, and no more than %(most)d.")
        raise DomainError(message % {"most": MOST_SUBJECTS}, field="subjects")
    webhook.subjects = None if subjects is None else sorted(set(subjects))


@transaction.atomic
def rotate_secret(actor: Actor, webhook: Webhook, form: SecretForm | None = None) -> tuple[Webhook, str]:
    """Give it another secret; for a day all is signed with the one before too. Gives it and the secret.

    With a form the secret follows from it: sent twice it gives the one secret. Raises Forbidden, or WrongState, also
    for a form older than the present secret.
    """
    locked = _locked(actor, webhook, "rotate")
    secret = new_secret()
    if form is not None:
        secret = _secret_of_form(f"{locked.pk}:rotate:{form.replaces}:{form.key}")
        if _has_secret(locked, secret):  # the same form twice
            return locked, secret
    refuse_older_form(form, locked.secret)
    locked.previous_secret, locked.previous_until = locked.secret, clock.now() + PREVIOUS_SECRET_TERM
    locked.secret = encrypt(secret)
    locked.save(update_fields=["secret", "previous_secret", "previous_until"])
    journal.record(actor, "webhook.rotate", locked)
    return locked, secret


@transaction.atomic
def pause_webhook(actor: Actor, webhook: Webhook) -> Webhook:
    """Send nothing any more; what waits is not sent. Raises Forbidden, WrongState."""
    paused = WEBHOOK.apply(actor, webhook, "pause", changes={"state_at": clock.now()})
    skip_pending(paused.pk)
    return paused


@transaction.atomic
def resume_webhook(actor: Actor, webhook: Webhook) -> Webhook:
    """Send what happens from now on; what was not sent meanwhile waits to be replayed. Raises Forbidden, WrongState."""
    changes = {"state_at": clock.now(), "off_reason": "", **NO_FAILURES}
    return WEBHOOK.apply(actor, webhook, "resume", changes=changes)


@transaction.atomic
def end_webhook(actor: Actor, webhook: Webhook) -> Webhook:
    """Delete it: nothing is sent there again. Raises Forbidden, WrongState."""
    changes = {"state_at": clock.now(), "previous_secret": "", "previous_until": None}
    ended = WEBHOOK.apply(actor, webhook, "end", changes=changes)
    skip_pending(ended.pk)
    return ended


@transaction.atomic
def pause_webhooks_made_by(person_id: int) -> int:
    """Pause what a person has made whose account somebody else may have used; returns how many they were. As SYSTEM."""
    with acting_as(SYSTEM):
        rows = list(Webhook.objects.filter(created_by_id=person_id, state=WebhookState.ACTIVE))
        for row in rows:
            pause_webhook(SYSTEM, row)
    return len(rows)


@transaction.atomic
def send_test(actor: Actor, webhook: Webhook) -> WebhookDelivery:
    """Send a message that says nothing but that it is a test. Raises Forbidden, WrongState."""
    locked = _locked(actor, webhook, "test")
    event = journal.record(actor, "webhook.test", locked)
    delivery = WebhookDelivery.objects.create(
        webhook=locked,
        event=event,
        kind=TEST_KIND,
        message_id=message_id_of(locked.pk, event.pk, event.at),
    )
    _hurry(locked)
    return delivery


@transaction.atomic
def replay_delivery(actor: Actor, delivery: WebhookDelivery) -> WebhookDelivery:
    """Send one message again, under the number that it had, delivered or not. Raises Forbidden, WrongState."""
    webhook = _locked(actor, delivery.webhook, "replay")
    rows = WebhookDelivery.objects.filter(pk=delivery.pk).exclude(state=WebhookDeliveryState.PENDING)
    if not _replay(rows):
        raise WrongState(_("This message is waiting to be sent already."))
    journal.record(actor, "webhook.replay", webhook, count=1)
    _hurry(webhook)
    delivery.refresh_from_db()
    return delivery


@transaction.atomic
def replay_since(actor: Actor, webhook: Webhook, since: datetime) -> int:
    """Send again what has not arrived since this moment; returns how many messages. Raises Forbidden, WrongState."""
    locked = _locked(actor, webhook, "replay")
    count = _replay(locked.deliveries.filter(state__in=_REPLAYED, created_at__gte=since))
    if count:
        journal.record(actor, "webhook.replay", locked, count=count)
        _hurry(locked)
    return count


def _replay(rows: models.QuerySet[WebhookDelivery]) -> int:
    return rows.update(state=WebhookDeliveryState.PENDING, attempts=0, next_at=Now())


def _hurry(webhook: Webhook) -> None:
    """A person waits: whatever has failed before, it is tried now."""
    webhook.retry_at = None
    webhook.save(update_fields=["retry_at"])
    wake([webhook.pk])


def _locked(actor: Actor, webhook: Webhook, action: str) -> Webhook:
    locked: Webhook = Webhook.objects.select_for_update().get(pk=webhook.pk)
    require(actor, WEBHOOK.rule(action), locked)
    if locked.state not in WEBHOOK.acts[action]:
        raise WrongState(WEBHOOK.wrong_state(actor, locked))
    return locked


@transaction.atomic
def reencrypt_secrets() -> int:
    """Encrypt under the newest key what is under an earlier one; returns how many webhooks no key reads. As SYSTEM."""
    unreadable = 0
    with acting_as(SYSTEM):
        for row in Webhook.objects.select_for_update().order_by("pk"):
            try:
                _reencrypt(row)
            except UnreadableSecret:
                unreadable += row.state != WebhookState.ENDED
    return unreadable


@counts_unreadable("secrets of webhooks")
def unreadable_webhooks() -> int:
    """How many webhooks that have not ended have a secret that no configured key reads. As SYSTEM."""
    rows = Webhook.objects.exclude(state=WebhookState.ENDED).values_list("secret", flat=True)
    return sum(not is_readable(secret) for secret in rows.iterator())


def _reencrypt(webhook: Webhook) -> None:
    stored = {name: getattr(webhook, name) for name in ("secret", "previous_secret")}
    old = [name for name, value in stored.items() if value and not is_under_newest_key(value)]
    for name in old:
        setattr(webhook, name, encrypt(decrypt(stored[name])))
    if old:
        webhook.save(update_fields=old)
