"""Triggers: a charter that is or was in force does not change, whatever writes it, but for a translation."""

from collections.abc import Iterable

import pgtrigger
from django.conf import settings

from alliance.enums import CharterState

_LANGUAGES = [code for code, _name in settings.LANGUAGES]
_MESSAGE = "A charter that is or was in force does not change, but for a translation in one language."


def charter_fixed_in_force(texts: Iterable[str], keys: dict[str, Iterable[str]]) -> list[pgtrigger.Trigger]:
    """Of the charter itself: refuse DELETE, and any UPDATE but of a text in one language and to be superseded.

    `texts` are its translated columns. `keys` has the columns of JSON with translated titles, each with the paths of
    what is no title in them.
    """
    is_in_force = "OLD.in_force_on IS NOT NULL"
    texts = list(texts)
    steps = f"'{CharterState.IN_FORCE}', '{CharterState.SUPERSEDED}'"
    changes = " OR ".join(
        (
            _other_columns([*texts, "state", "sha256", *keys]),
            *_in_both_languages(texts),
            *_other_keys(keys),
            # it can only be superseded, once
            f"(NEW.state IS DISTINCT FROM OLD.state AND (OLD.state, NEW.state) IS DISTINCT FROM ({steps}))",
        )
    )
    return [
        pgtrigger.Trigger(
            name="fixed_in_force",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            condition=pgtrigger.Condition(f"{is_in_force} AND ({changes})"),
            func=f"RAISE EXCEPTION '{_MESSAGE}';",
        ),
        pgtrigger.Trigger(
            name="never_deleted_in_force",
            when=pgtrigger.Before,
            operation=pgtrigger.Delete,
            condition=pgtrigger.Condition(is_in_force),
            func=f"RAISE EXCEPTION '{_MESSAGE}';",
        ),
    ]


def part_fixed_in_force(
    texts: Iterable[str], keys: dict[str, Iterable[str]] | None = None
) -> list[pgtrigger.Trigger]:
    """Of what a charter consists of: refuse INSERT and DELETE, and any UPDATE but of a text in one language."""
    texts, keys = list(texts), keys or {}
    changes = " OR ".join((_other_columns([*texts, *keys]), *_in_both_languages(texts), *_other_keys(keys)))
    return [
        pgtrigger.Trigger(
            name="fixed_in_force",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
            declare=[("charters", "bigint[]")],
            func=f"""
                IF TG_OP = 'INSERT' THEN
                    charters := ARRAY[NEW.charter_id];
                ELSIF TG_OP = 'DELETE' THEN
                    charters := ARRAY[OLD.charter_id];
                ELSIF {changes} THEN
                    charters := ARRAY[OLD.charter_id, NEW.charter_id];
                ELSE
                    RETURN NEW;
                END IF;
                IF EXISTS (
                    SELECT 1 FROM alliance_charter c WHERE c.id = ANY (charters) AND c.in_force_on IS NOT NULL
                ) THEN
                    RAISE EXCEPTION '{_MESSAGE}';
                END IF;
                IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                RETURN NEW;
            """,
        )
    ]


def _other_columns(excepted: Iterable[str]) -> str:
    """Whether a column differs that is none of these, nor of their translations; one that is added later counts."""
    names = [name for stem in excepted for name in (stem, *(f"{stem}_{code}" for code in _LANGUAGES))]
    array = ", ".join(f"'{name}'" for name in names)
    return f"to_jsonb(OLD) - ARRAY[{array}] IS DISTINCT FROM to_jsonb(NEW) - ARRAY[{array}]"


def _in_both_languages(texts: Iterable[str]) -> list[str]:
    """Whether a text differs in every language: that is another wording."""
    return [
        "("
        + " AND ".join(
            f"coalesce(OLD.{text}_{code}, '') <> coalesce(NEW.{text}_{code}, '')" for code in _LANGUAGES
        )
        + ")"
        for text in texts
    ]


def _other_keys(keys: dict[str, Iterable[str]]) -> list[str]:
    return [
        f"jsonb_path_query_array(OLD.{column}, '{path}') "
        f"IS DISTINCT FROM jsonb_path_query_array(NEW.{column}, '{path}')"
        for column, paths in keys.items()
        for path in paths
    ]
