"""The area of a shared page: the workspace or the secretariat's, by actor."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from alliance.models import Organisation
from portal.kernel.access import Actor
from portal.kernel.stored_secrets import SecretForm
from portal.kernel.web import FORM_TOKEN, refuse_unlisted_fields


@dataclass(frozen=True, slots=True)
class Area:
    """An area with its base template and the namespace of its URLs."""

    namespace: str
    base: str

    def url(self, name: str, *args: object) -> str:
        return reverse(f"{self.namespace}:{name}", args=args)

    def people_url(self, organisation: Organisation) -> str:
        """The URL of the people of an organisation."""
        if self.namespace == "secretariat":
            return self.url("member", organisation.pk)
        return self.url("people")


WORKSPACE = Area("workspace", "base/workspace.html")
SECRETARIAT = Area("secretariat", "base/secretariat.html")


def area_of(actor: Actor) -> Area:
    return SECRETARIAT if actor.is_host else WORKSPACE


def posted_data(request: HttpRequest, *, with_files: bool = False) -> QueryDict | None:
    """What a form is bound to: the post, an empty one too, and nothing on any other request.

    Raises UnlistedFields for a file where the form has none.
    """
    if request.method != "POST":
        return None
    if not with_files:
        refuse_unlisted_fields(request.FILES, ())
    return request.POST


def form_key(request: HttpRequest) -> str:
    """The key of the posted form; empty for what is none, and would be no secret."""
    try:
        return str(UUID(request.POST.get(FORM_TOKEN, "")))
    except ValueError:
        return ""


def secret_form(request: HttpRequest) -> SecretForm | None:
    """The posted form of a secret that is made anew (`NewSecretForm`); None for what is none, and has no key."""
    key, replaces = form_key(request), request.POST.get("replaces", "")
    return SecretForm(key, replaces) if key and replaces else None
