"""Checks of the database: its letters, its roles, its schema. They run where `--database default` names it."""

import re
from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import OperationalError, ProgrammingError, connections
from django.db.migrations.loader import MigrationLoader

from portal.kernel.access import SYSTEM, acting_as, owner_alias
from portal.kernel.database import PARTITIONS_SQL, REPLICA
from portal.kernel.stored_secrets import unreadable_secrets

_OLDEST_VERSION = 17
_MONTHS_AHEAD = 2  # this one and the next
_ENGLISH = re.compile(r"(c|posix)\b|en", re.IGNORECASE)  # in which the portal reads what the server warns of
_EXTENSIONS = {"pg_trgm", "unaccent", "btree_gist"}


@register(Tags.database)
def database_speaks_russian(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """A cluster without a UTF-8 locale breaks Cyrillic in silence: lower(), ILIKE, trigrams, stemming."""
    if not databases or "default" not in databases:
        return []
    hint = "Create it from template0 with ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'."
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_encoding'), array_agg(extname::text) FROM pg_extension"
        )
        encoding, extensions = cursor.fetchone()
        if encoding != "UTF8":
            return [Error(f"The database stores its texts as {encoding}.", hint=hint, id="portal.E001")]
        if missing := _EXTENSIONS - set(extensions):
            statements = " ".join(f"CREATE EXTENSION {name};" for name in sorted(missing))
            text = f"The database has no {', '.join(sorted(missing))}."
            return [Error(text, hint=f"In the database, as a superuser: {statements}", id="portal.E002")]
        cursor.execute("SELECT lower('Я') = 'я' AND similarity('альянс', 'альянсы') > 0")
        if cursor.fetchone()[0]:
            return []
    return [Error("The database does not treat Cyrillic letters as letters.", hint=hint, id="portal.E001")]


@register(Tags.database)
def application_owns_nothing(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """The application's role may neither own tables, nor become their owner, nor pass by row-level security."""
    if not databases or "default" not in databases:
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user"
        )
        names = ("SUPERUSER", "BYPASSRLS", "CREATEROLE", "CREATEDB")
        powers = [name for name, has in zip(names, cursor.fetchone(), strict=True) if has]
        cursor.execute(
            "SELECT pg_has_role(nspowner, 'SET') OR pg_has_role(datdba, 'SET')"
            " OR EXISTS (SELECT FROM pg_class WHERE relnamespace = pg_namespace.oid"
            " AND pg_has_role(relowner, 'SET'))"
            " FROM pg_namespace, pg_database WHERE nspname = 'public' AND datname = current_database()"
        )
        owns = cursor.fetchone()[0]
    if not powers and not owns:
        return []
    why = " and ".join(
        [
            *([f"it has {', '.join(powers)}"] if powers else []),
            *(["it owns the tables, or may become their owner"] if owns else []),
        ]
    )
    hint = "Give DATABASE_URL a role without powers, which may become no other; DATABASE_OWNER_URL is for migrations."
    return [Error(f"The application's database role is too strong: {why}.", hint=hint, id="portal.E003")]


@register(Tags.database, deploy=True)
def schema_is_up_to_date(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """The migrations of the code are applied, and by a server that is new enough."""
    if not databases or "default" not in databases:
        return []
    connection: Any = connections["default"]  # of PostgreSQL, with its version
    if (version := connection.pg_version // 10_000) < _OLDEST_VERSION:
        hint = f"Use PostgreSQL {_OLDEST_VERSION} or newer."
        return [Error(f"PostgreSQL {version} is too old.", hint=hint, id="portal.E030")]
    loader = MigrationLoader(connection)
    missing = [
        f"{app}.{name}" for app, name in sorted(loader.graph.nodes.keys() - loader.applied_migrations.keys())
    ]
    if not missing:
        return []
    more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
    hint = "Run `manage.py migrate` with DATABASE_OWNER_URL."
    return [Error(f"Migrations are missing: {', '.join(missing[:3])}{more}.", hint=hint, id="portal.E031")]


@register(Tags.database, deploy=True)
def unconfirmed_commits_are_recognised(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Where commits wait for a standby, the server says in English that none has confirmed one."""
    if not databases or "default" not in databases:
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT current_setting('synchronous_standby_names'), current_setting('lc_messages')")
        standbys, language = cursor.fetchone()
    if not standbys or _ENGLISH.match(language):
        return []
    text = (
        f"Commits that no standby has confirmed are acknowledged: the server warns of them in “{language}”."
    )
    hint = "On every server: `ALTER SYSTEM SET lc_messages = 'C'` and `SELECT pg_reload_conf()`."
    return [Error(text, hint=hint, id="portal.E034")]


@register(Tags.database, deploy=True)
def coming_months_have_partitions(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Divided tables have parts for this month and the next; otherwise their rows fall into the default part."""
    if not databases or "default" not in databases:
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute(PARTITIONS_SQL)
        late = [table for table, months, _bytes in cursor.fetchall() if months < _MONTHS_AHEAD]
    if not late:
        return []
    hint = "The schedule and a worker make them each day; `manage.py migrate` makes them now."
    return [Warning(f"No part for this month or the next: {', '.join(late)}.", hint=hint, id="portal.W006")]


@register(Tags.database, deploy=True)
def keys_read_stored_secrets(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Every secret in the database is read by one of the keys: a wrong key shows in nothing else but refused codes."""
    if not databases or "default" not in databases:
        return []
    try:
        with acting_as(SYSTEM):
            counts = unreadable_secrets()
    except ProgrammingError:  # before `migrate`, which another check asks for
        return []
    if not counts:
        return []
    text = ", ".join(f"{name} ({count})" for name, count in counts.items())
    hint = (
        "Add the key that encrypted them behind the first one, after a blank, and start all processes again; where "
        "it is lost, docs/how-to/operate.md (“Restore”) says how each is given anew."
    )
    return [Error(f"No key of CREDENTIAL_KEYS reads: {text}.", hint=hint, id="portal.E035")]


@register(Tags.database, deploy=True)
def owner_owns_this_database(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """DATABASE_OWNER_URL, where it is set, leads to the owner of the same database."""
    alias = owner_alias()
    if not databases or "default" not in databases or _is_same_role(alias):
        return []
    hint = "DATABASE_OWNER_URL names the role that the manual calls portal_owner, at the same server and database."
    question = (
        "SELECT current_database(), pg_postmaster_start_time(), current_user = ANY (SELECT rolname FROM pg_roles"
        " WHERE oid IN (SELECT nspowner FROM pg_namespace WHERE nspname = 'public'))"
    )
    places = []
    for name in ("default", alias):
        try:
            with connections[name].cursor() as cursor:
                cursor.execute(question)
                places.append(cursor.fetchone())
        except OperationalError as error:
            text = (
                f"DATABASE_OWNER_URL does not lead into the database: {str(error).strip().splitlines()[0]}."
            )
            return [Error(text, hint=hint, id="portal.E032")]
    if places[0][:2] != places[1][:2]:
        return [
            Error(
                "DATABASE_OWNER_URL leads to another database than DATABASE_URL.", hint=hint, id="portal.E032"
            )
        ]
    if not places[1][2]:
        return [Error("The role of DATABASE_OWNER_URL does not own the schema.", hint=hint, id="portal.E032")]
    return []


@register(Tags.database, deploy=True)
def replica_follows_this_database(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """DATABASE_REPLICA_URL, where it is set, leads to a server that follows the one of DATABASE_URL."""
    if not databases or "default" not in databases or REPLICA not in settings.DATABASES:
        return []
    hint = "It names the application's role, the same database, and a server that streams from the primary."
    question = "SELECT system_identifier, current_database(), pg_is_in_recovery() FROM pg_control_system()"
    places = []
    for name in ("default", REPLICA):
        try:
            with connections[name].cursor() as cursor:
                cursor.execute(question)
                places.append(cursor.fetchone())
        except OperationalError as error:
            reason = str(error).strip().splitlines()[0]
            text = f"DATABASE_REPLICA_URL does not lead into the database: {reason}."
            return [Error(text, hint=hint, id="portal.E033")]
    (primary, replica) = places
    if primary[:2] != replica[:2]:
        return [Error("DATABASE_REPLICA_URL leads to another database.", hint=hint, id="portal.E033")]
    if not replica[2]:
        text = "DATABASE_REPLICA_URL leads to a server that follows nobody: the primary, or one promoted."
        return [Warning(text, hint=hint, id="portal.W005")]
    return []


def _is_same_role(alias: str) -> bool:
    """Whether no other role is named: an installation that serves needs none."""
    default, owner = settings.DATABASES["default"], settings.DATABASES[alias]
    return all(default.get(name) == owner.get(name) for name in ("USER", "HOST", "PORT", "NAME"))


@register(Tags.security, deploy=True)
def database_was_asked(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """`check --deploy` alone asks no database, and must not look as if it had."""
    if databases and "default" in databases:
        return []
    return [Warning("The database was not asked.", hint="Add `--database default`.", id="portal.W002")]
