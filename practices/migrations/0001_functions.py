"""Extensions and functions that tables and indexes of the practices are made with, so they come before these."""

from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations

# Two words that stand beside one another, as one of 65,536 numbers.
_PAIR = """
CREATE FUNCTION practices_pair(one text, next text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT hashtext(one || ' ' || next) & 65535
$$
"""

# All pairs of a text: the index on them finds a phrase without reading every text that has its words somewhere.
# public: whoever builds an index has no search path.
_PAIRS = """
CREATE FUNCTION practices_pairs(words tsvector) RETURNS integer[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  WITH said AS MATERIALIZED (SELECT lexeme, position FROM unnest(words) one, unnest(one.positions) position)
  SELECT array_agg(DISTINCT public.practices_pair(one.lexeme, next.lexeme))
    FROM said one JOIN said next ON next.position = one.position + 1
$$;
"""


class Migration(migrations.Migration):
    dependencies = []

    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunSQL([(_PAIR, None), (_PAIRS, None)], "DROP FUNCTION practices_pairs, practices_pair"),
    ]
