"""Pages about webhooks, in both areas: the list, one with its messages, its secret (shown once), its states."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from alliance.queries import webhooks as queries
from alliance.queries.last_edits import edited_meanwhile
from alliance.web.area import area_of, form_key, posted_data, secret_form
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.reasons import NewSecretForm
from alliance.web.forms.webhooks import ReplayForm, WebhookDeliveryFilterForm, WebhookEditForm, WebhookForm
from alliance.web.step_up import step_up
from portal.kernel import clock
from portal.kernel import webhooks as services
from portal.kernel.errors import Conflict, DomainError
from portal.kernel.stored_secrets import mark_of
from portal.kernel.text import format_figure
from portal.kernel.web import (
    ActorRequest,
    get_visible_or_404,
    paginate,
    posts,
    refusals_on,
    requires,
)
from portal.kernel.webhooks import (
    LISTED_STATES,
    WEBHOOK,
    Webhook,
    WebhookDelivery,
    kind_label,
)

_ADDRESSES = ("edit", "rotate", "test", "replay", "delivery-replay", "pause", "resume", "end")


def _context(request: ActorRequest) -> dict[str, object]:
    area = area_of(request.actor)
    names = {f"{name.replace('-', '_')}_name": f"{area.namespace}:webhook-{name}" for name in _ADDRESSES}
    return {
        "base": area.base,
        "list_url": area.url("webhook-list"),
        "tokens_url": area.url("token-list"),
        "create_url": area.url("webhook-create"),
        "detail_name": f"{area.namespace}:webhook",
        **names,
    }


@require_safe
@requires("webhook.list")
def webhook_list(request: ActorRequest) -> HttpResponse:
    """List of the organisation's webhooks, each with its state and its last delivery."""
    page = paginate(queries.webhook_list(request.actor), request)
    return render(request, "alliance/area/webhook_list.html", {**_context(request), "page": page})


@never_cache
@requires("webhook.create")
def webhook_create(request: ActorRequest) -> HttpResponse:
    """Form to create a webhook. Its secret is in the response to this post and nowhere else, so no redirect.

    The same form sent twice, as by a double click, shows the same webhook again.
    """
    if (again := step_up(request, "webhook.create")) is not None:
        return again
    form = WebhookForm(posted_data(request), actor=request.actor)
    if form.is_valid():
        with refusals_on(form):
            webhook, secret = services.create_webhook(
                request.actor, form_key=form_key(request), **form.cleaned_data
            )
        if form.is_valid():
            return _secret_page(request, webhook, secret)
    return _form_page(request, form, None)


@require_safe
def webhook(request: ActorRequest, pk: int) -> HttpResponse:
    """One webhook: where it leads, of what it notifies, how it fares, and its messages with a filter by state."""
    row = _webhook(request, pk)
    form = WebhookDeliveryFilterForm(request.GET)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    page = paginate(queries.deliveries_of(request.actor, pk, state), request)
    context = {
        **_context(request),
        "webhook": row,
        "kinds": [(name, kind_label(name)) for name in row.kinds],
        "scope": queries.scope_of(row),
        "members": queries.named_members(row),
        "has_previous_secret": row.has_previous_secret_at(clock.now()),
        "form": form,
        "page": page,
        "counts": queries.delivery_counts(request.actor, pk),
        "replay_form": ReplayForm(),
        "steps": [each.step for each in WEBHOOK.available(request.actor, row)],
        "may_edit": WEBHOOK.is_available(request.actor, row, "edit"),
        "may_test": WEBHOOK.is_available(request.actor, row, "test"),
        "may_replay": WEBHOOK.is_available(request.actor, row, "replay"),
    }
    return render(request, "alliance/area/webhook.html", context)


def webhook_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """Form to change where a webhook leads and of what it notifies."""
    row = _webhook(request, pk, "webhook.edit")
    if (again := step_up(request, "webhook.edit")) is not None:
        return again
    form = WebhookEditForm(
        posted_data(request), actor=request.actor, webhook=row, record_values=services.webhook_values(row)
    )
    if form.is_valid():
        with form.refusals():
            try:
                services.change_webhook(request.actor, row, **form.cleaned_data)
            except Conflict as conflict:
                cause = edited_meanwhile(request.actor, row, "webhook.edit")
                raise Conflict(cause, stored=conflict.stored, sent=conflict.sent) from conflict
        if form.is_valid():
            messages.success(request, _("Saved"))
            return redirect(area_of(request.actor).url("webhook", pk))
    return _form_page(request, form, row)


@never_cache
def webhook_rotate(request: ActorRequest, pk: int) -> HttpResponse:
    """Page before a webhook is given another secret, which is in the response to this post and nowhere else."""
    row = _webhook(request, pk, "webhook.rotate")
    issued: list[str] = []

    def rotate(**_replaces: str) -> None:
        issued.append(services.rotate_secret(request.actor, row, secret_form(request))[1])

    items = [
        _("your program gets the new secret from you: it is shown once"),
        _("for 24 hours each message is signed with both secrets, so that nothing is lost meanwhile"),
    ]
    page = _confirmation(request, row, "rotate", _("Give it a new secret?"), items)
    answer = confirm(request, page, rotate, NewSecretForm, {"replaces": mark_of(row.secret)})
    return _secret_page(request, row, issued[0]) if issued else answer


def webhook_pause(request: ActorRequest, pk: int) -> HttpResponse:
    """Page before a webhook is paused."""
    items = [
        _("nothing is sent until somebody switches it on again"),
        _("what happens meanwhile is listed for 30 days, and can be sent then"),
    ]
    return _step(request, pk, "pause", _("Pause the webhook?"), items, services.pause_webhook)


def webhook_resume(request: ActorRequest, pk: int) -> HttpResponse:
    """Page before a webhook is switched on again."""
    items = [
        _("what happens from now on is sent"),
        _("what was not sent meanwhile is sent again only if you choose it"),
    ]
    return _step(request, pk, "resume", _("Switch the webhook on?"), items, services.resume_webhook)


def webhook_end(request: ActorRequest, pk: int) -> HttpResponse:
    """Page before a webhook is deleted."""
    items = [_("nothing is sent to this address again; this cannot be undone")]
    return _step(request, pk, "end", _("Delete the webhook?"), items, services.end_webhook)


@posts()
def webhook_test(request: ActorRequest, pk: int) -> HttpResponse:
    """Send a test message."""
    row = _webhook(request, pk, "webhook.test")
    try:
        services.send_test(request.actor, row)
        messages.success(request, _("A test message is on its way"))
    except DomainError as refusal:
        messages.warning(request, str(refusal))
    return redirect(area_of(request.actor).url("webhook", pk))


def webhook_replay(request: ActorRequest, pk: int) -> HttpResponse:
    """Form to send again what has not arrived since a moment."""
    row = _webhook(request, pk, "webhook.replay")
    form = ReplayForm(posted_data(request))
    if form.is_valid():
        with refusals_on(form):
            count = services.replay_since(request.actor, row, clock.now() - form.term)
        if form.is_valid():
            text = ngettext("%(count)s message is sent again", "%(count)s messages are sent again", count)
            messages.success(request, text % {"count": format_figure(count)})
            return redirect(area_of(request.actor).url("webhook", pk))
    context = {**_context(request), "webhook": row, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "alliance/area/webhook_replay.html", context, status=status)


@posts()
def webhook_delivery_replay(request: ActorRequest, pk: int) -> HttpResponse:
    """Send one message again."""
    delivery: WebhookDelivery = get_visible_or_404(
        WebhookDelivery.objects.select_related("webhook"), request.actor, pk=pk
    )
    try:
        services.replay_delivery(request.actor, delivery)
        messages.success(request, _("The message is sent again"))
    except DomainError as refusal:
        messages.warning(request, str(refusal))
    return redirect(area_of(request.actor).url("webhook", delivery.webhook_id))


def _webhook(request: ActorRequest, pk: int, rule: str = "") -> Webhook:
    row: Webhook = get_visible_or_404(
        Webhook.objects, request.actor, rule=rule, pk=pk, state__in=LISTED_STATES
    )
    return row


def _form_page(request: ActorRequest, form: WebhookForm, row: Webhook | None) -> HttpResponse:
    back_url = area_of(request.actor).url("webhook", row.pk) if row else None
    context = {**_context(request), "form": form, "webhook": row, "back_url": back_url}
    return render(request, "alliance/area/webhook_form.html", context, status=form.status)


def _secret_page(request: ActorRequest, row: Webhook, secret: str) -> HttpResponse:
    context = {
        **_context(request),
        "webhook": row,
        "secret": secret,
        "webhook_url": area_of(request.actor).url("webhook", row.pk),
    }
    return render(request, "alliance/area/webhook_secret.html", context)


def _step(
    request: ActorRequest,
    pk: int,
    action: str,
    heading: str,
    items: list[str],
    act: Callable[..., object],
) -> HttpResponse:
    row = _webhook(request, pk)
    return confirm(
        request, _confirmation(request, row, action, heading, items), lambda: act(request.actor, row)
    )


def _confirmation(
    request: ActorRequest, row: Webhook, action: str, heading: str, items: list[str]
) -> Confirmation:
    area = area_of(request.actor)
    url = area.url("webhook", row.pk)
    labels = {"rotate": _("Give it a new secret")}
    steps = {name: str(step.label) for name, step in WEBHOOK.steps.items()}
    return Confirmation(
        rule=f"webhook.{action}",
        subject=row,
        heading=heading,
        title=_("What will happen"),
        items=items,
        label=labels.get(action) or steps[action],
        cancel_url=url,
        message=_("Done"),
        next_url=area.url("webhook-list") if action == "end" else url,
        kind="danger" if action == "end" else "primary",
        parent_title=row.name,
        refusal=WEBHOOK.refusal(request.actor, row, action) if action in WEBHOOK.steps else "",
    )
