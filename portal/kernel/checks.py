"""System checks that guard every start, production too."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections

from portal.kernel import files, privacy
from portal.kernel.errors import DomainError


@register(Tags.database)
def database_speaks_russian(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """A cluster without a UTF-8 locale breaks Cyrillic in silence: lower(), ILIKE, trigrams, stemming."""
    if not databases or "default" not in databases:
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT lower('Я') = 'я', (SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm')"
        )
        lowers, trigrams = cursor.fetchone()
        if not trigrams:
            hint = "Create the extension pg_trgm in the database."
            return [Error("The database has no trigram search.", hint=hint, id="portal.E002")]
        cursor.execute("SELECT similarity('альянс', 'альянсы') > 0")
        similar = cursor.fetchone()[0]
    if lowers and similar:
        return []
    hint = "Create the cluster with initdb -E UTF8 --locale-provider=builtin --builtin-locale=C.UTF-8."
    return [Error("The database does not treat Cyrillic letters as letters.", hint=hint, id="portal.E001")]


@register(Tags.database)
def application_owns_nothing(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """The application's role may neither own tables nor pass by row-level security."""
    if not databases or "default" not in databases:
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        passes_by = cursor.fetchone()[0]
        cursor.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user"
        )
        owned = cursor.fetchone()[0]
    if not passes_by and not owned:
        return []
    hint = "Give DATABASE_URL a role of its own, without SUPERUSER and BYPASSRLS; migrate with DATABASE_OWNER_URL."
    return [Error("The application's database role is too strong.", hint=hint, id="portal.E003")]


@register(Tags.models)
def tables_have_retention_rules(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Check that each table has a published retention rule."""
    labels = privacy.models_with_rules()
    hint = "Name it in a rule of the app's services/retention.py."
    return [
        Error("No retention rule names this table.", hint=hint, obj=model, id="portal.E004")
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy and model._meta.label not in labels
    ]


@register(Tags.models)
def person_columns_are_decided(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Check that each column that names a person is in the data export, and has a rule for erasure."""
    unexported = "Export it in the app's queries/personal_data.py, or name it in NOT_EXPORTED with a reason."
    undecided = "Remove it in a function marked @on_erasure, or name it in KEPT_AFTER_ERASURE there."
    return [
        *(
            Error("The export of personal data omits this.", hint=unexported, obj=column, id="portal.E005")
            for column in sorted(privacy.undecided_disclosures())
        ),
        *(
            Error(
                "This may still name a person who was erased.", hint=undecided, obj=column, id="portal.E006"
            )
            for column in sorted(privacy.undecided_erasures())
        ),
    ]


@register(Tags.security, deploy=True)
def origin_is_https(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Links, cookies and HSTS follow the configured origin."""
    if settings.ORIGIN.startswith("https://"):
        return []
    return [Warning("PORTAL_ORIGIN is not an https address.", id="portal.W001")]


_WALLS = {
    "user": "Files from outside are inspected as the user of the portal itself.",
    "network": "Files from outside are inspected with the network in reach.",
    "calls": "Files from outside are inspected without a filter of system calls.",
}


@register(Tags.security, deploy=True)
def uploads_are_inspected_apart(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Start an inspection that tries what it may not do; warn of each layer that this machine refuses."""
    hint = (
        "docs/how-to/uploads.md says what each layer needs of the machine, and what still holds without it."
    )
    try:
        missing = files.missing_walls()
    except (DomainError, OSError):
        hint = "The log names the reason. Is the data folder writable, and the code readable?"
        return [Error("Files from outside cannot be inspected.", hint=hint, id="portal.E020")]
    return [
        Warning(_WALLS[name], hint=hint, id="portal.W020")
        if name in _WALLS
        else Error(f"The inspection of a file has a right that it must not have: {name}.", id="portal.E021")
        for name in missing
    ]
