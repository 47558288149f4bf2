"""What every form carries, and what is wrong with it."""

import uuid
from typing import Any

from django import template
from django.forms import BaseForm, BaseFormSet
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.kernel.access import ANYONE
from portal.kernel.idempotency import FIELD
from portal.kernel.web import PAGE_PERSON, PAGE_TENANT

register = template.Library()


@register.simple_tag(takes_context=True)
def form_token(context: Context) -> SafeString:
    """The hidden key that makes a form act once, however often it is posted; the tenant and the reader of its page.

    A page with nothing but a form that was refused may give its key to it again (`repeated_key`): it was given back.
    """
    token = format_html(
        '<input type="hidden" name="{}" value="{}">', FIELD, context.get("repeated_key") or uuid.uuid4()
    )
    actor = context.get("actor") or ANYONE
    for name, number in ((PAGE_TENANT, actor.tenant_id), (PAGE_PERSON, actor.person_id)):
        if number is not None:
            token += format_html('<input type="hidden" name="{}" value="{}">', name, number)
    return token


@register.filter
def faults_of(form: Any) -> list[tuple[str, str]]:
    """Everything wrong with a form or its rows: the id of its field (empty for the whole), and a sentence."""
    if isinstance(form, BaseFormSet):
        whole = [("", str(error)) for error in form.non_form_errors()]
        return whole + [fault for row in form for fault in faults_of(row)]
    if isinstance(form, list):
        return [fault for each in form for fault in faults_of(each)]
    if not isinstance(form, BaseForm):
        return []
    whole = [("", str(error)) for error in form.non_field_errors()]
    return whole + [
        ("" if field.is_hidden else f"#{field.id_for_label or field.auto_id}", f"{field.label}: {error}")
        for field in form
        for error in field.errors
    ]
