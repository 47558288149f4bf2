"""What the application's role may do: read and write rows, only add to append-only tables, delete nothing lasting."""

from django.apps import apps
from django.conf import settings
from django.db import connections


def grant_application_role() -> None:
    """Give the application's role its rights on every table and sequence, as the owner; repeatable.

    A model whose table is not there yet is left out: a database may be at an earlier migration.
    """
    role = connections["default"].settings_dict["USER"]
    owner = connections["owner"]
    if role == owner.settings_dict["USER"]:
        return
    quoted = owner.ops.quote_name(role)
    with owner.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {quoted}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quoted}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quoted}")
        tables = set(owner.introspection.table_names(cursor))
        for table in tables.intersection(append_only_tables()):
            cursor.execute(f"REVOKE UPDATE, DELETE ON {owner.ops.quote_name(table)} FROM {quoted}")
        for table in tables.intersection(never_deleted_tables()):
            cursor.execute(f"REVOKE DELETE ON {owner.ops.quote_name(table)} FROM {quoted}")
        cursor.execute(f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {quoted}")


def append_only_tables() -> list[str]:
    """The tables of the models that say `append_only = True`."""
    return [model._meta.db_table for model in apps.get_models() if getattr(model, "append_only", False)]


def never_deleted_tables() -> list[str]:
    """The tables of the models that say `never_deleted = True`: their rows change, and never go."""
    return [model._meta.db_table for model in apps.get_models() if getattr(model, "never_deleted", False)]


def owner_alias() -> str:
    """The database alias under which migrations run."""
    return "owner" if "owner" in settings.DATABASES else "default"
