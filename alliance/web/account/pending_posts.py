"""What a form sends while its sender is signed out waits through signing in, for the same person.

It lies encrypted in the cache for an hour, under a random key that the address of its page carries. Without the cache,
or where the form does not say for whom its page was made, nothing is held, and the page of signing in says so.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from django.middleware.csrf import CsrfViewMiddleware
from django.urls import reverse

from alliance.web.limits import PENDING_POSTS_PER_ADDRESS
from portal.kernel.limits import address_of, count_try
from portal.kernel.stored_secrets import UnreadableSecret, decrypt, encrypt
from portal.kernel.text import whole_number
from portal.kernel.web import PAGE_PERSON

_SECONDS = 60 * 60
_MOST_BYTES = 256 * 1024


@dataclass(frozen=True)
class PendingPost:
    """A form as it was sent, without its files."""

    person: int
    action: str
    pairs: list[tuple[str, str]]
    has_files: bool


def hold_post(request: HttpRequest) -> str:
    """Hold what was sent; the address of the page that gives it back to its sender. Empty where nothing is held."""
    person = whole_number(request.POST.get(PAGE_PERSON, ""))
    pairs = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken"
    ]
    is_sent_by_own_page = CsrfViewMiddleware(_no_response).process_view(request, _no_response, (), {}) is None
    if person is None or not is_sent_by_own_page:
        return ""
    if any("password" in name for name, _value in pairs):
        return ""
    facts = {"person": person, "action": request.get_full_path(), "has_files": bool(request.FILES)}
    content = json.dumps({**facts, "pairs": pairs})
    if len(content) > _MOST_BYTES or count_try(address_of(request), PENDING_POSTS_PER_ADDRESS).is_spent:
        return ""
    token = secrets.token_urlsafe(32)
    cache.set(_key(token), encrypt(content), _SECONDS)
    return reverse("pending-post", args=[token]) if cache.has_key(_key(token)) else ""


def read_pending_post(request: Any, token: str) -> PendingPost | None:
    """What is held under this token; None where there is nothing, or somebody else had sent it."""
    encrypted = cache.get(_key(token))
    if not isinstance(encrypted, str):
        return None
    try:
        facts = json.loads(decrypt(encrypted))
    except UnreadableSecret:  # its key has been retired meanwhile
        return None
    if facts["person"] != request.user.pk:
        return None
    pairs = [(name, value) for name, value in facts["pairs"]]
    return PendingPost(facts["person"], facts["action"], pairs, facts["has_files"])


def _key(token: str) -> str:
    return f"pending-post:{hashlib.sha256(token.encode()).hexdigest()}"


def _no_response(request: HttpRequest) -> Any:
    del request
