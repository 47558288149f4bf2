"""Extensions and functions that tables and indexes of the practices are made with, so they come before these."""

from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations

# Two words that are next to each other, as one of 65,536 numbers.
_PAIR = """
CREATE FUNCTION practices_pair(first text, next text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT hashtext(first || ' ' || next) & 65535
$$
"""

# All pairs of a text: the index on them finds a phrase without reading every text that has its words somewhere.
# public: building an index has no search path.
_PAIRS = """
CREATE FUNCTION practices_pairs(vector tsvector) RETURNS integer[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  WITH positions AS MATERIALIZED (SELECT lexeme, position FROM unnest(vector) word, unnest(word.positions) position)
  SELECT array_agg(DISTINCT public.practices_pair(first.lexeme, next.lexeme))
    FROM positions first JOIN positions next ON next.position = first.position + 1
$$;
"""

# Whose a record is, as tokens: its authors', and unless it is RED its whole organisation's.
_OWNER_TOKENS = """
CREATE FUNCTION practices_owner_tokens(label text, organisation bigint, authors text[]) RETURNS text[]
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ARRAY(SELECT 'person:' || author FROM unnest(authors) author)
    || CASE WHEN label <> 'red' THEN ARRAY['staff:' || organisation::text] ELSE '{}' END
$$
"""

# What a TLP label means: the readers of a record as tokens, those whose it is among them. Each label is a set of readers
# of its own, no step of an order. `practices_actor_tokens` gives what somebody holds, and one token in common lets them
# read. Records keep what this gave when they were written: a migration that changes it must write them anew.
_READER_TOKENS = """
CREATE FUNCTION practices_reader_tokens(label text, organisation bigint, authors text[], people text[],
    organisations bigint[], groups bigint[]) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE label
      WHEN 'clear' THEN ARRAY['everybody']
      WHEN 'green' THEN ARRAY['community']
      WHEN 'amber' THEN named.people || named.groups || named.staff || named.clients
      WHEN 'amber_strict' THEN named.people || named.groups || named.staff
      WHEN 'red' THEN named.people || named.groups
    END || public.practices_owner_tokens(label, organisation, authors)
  FROM (SELECT ARRAY(SELECT 'person:' || id FROM unnest(people) id) AS people,
      ARRAY(SELECT 'group:' || id::text FROM unnest(groups) id) AS groups,
      ARRAY(SELECT 'staff:' || id::text FROM unnest(organisations) id) AS staff,
      ARRAY(SELECT 'client:' || id::text FROM unnest(organisations) id) AS clients) named
$$
"""


class Migration(migrations.Migration):
    dependencies = []

    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunSQL(
            [(sql, None) for sql in (_PAIR, _PAIRS, _OWNER_TOKENS, _READER_TOKENS)],
            "DROP FUNCTION practices_reader_tokens, practices_owner_tokens, practices_pairs, practices_pair",
        ),
    ]
