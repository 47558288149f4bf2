"""A search that looks for the shares of all kinds at once; the earlier index goes, which nothing asks any more."""

from importlib import import_module

from django.db import migrations

# As before at most `most` documents, the newest first; where there are more, of each kind an even share before what
# there is more of any. The first of all are the first of each kind too: only of kinds that have fewer there than their
# share more is looked for, of all of these at once, unless they have very much; and among the newest only where the
# first of all are not all of these.
_FIND = """
CREATE OR REPLACE FUNCTION portal_search_find(
    asked text, wanted jsonb, kinds text[], most integer, is_ranked boolean)
  RETURNS TABLE (document bigint, kind text, facets text[], at timestamptz, fit real) LANGUAGE plpgsql STABLE
  SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
  query CONSTANT tsquery := to_tsquery('portal_words', asked);
  -- where there is a choice of words, how near they stand says little, and takes ten times as long to work out
  has_choice CONSTANT boolean := query::text LIKE '%|%';
  conditions CONSTANT text := portal_search_conditions(query, wanted);
  newest CONSTANT text := portal_search_newest();
  share CONSTANT integer := greatest(most / greatest(cardinality(kinds), 1), 1);
  ids bigint[];
  scarce text[];
  has_all_newest boolean;
  further bigint[];
BEGIN
  EXECUTE format('SELECT array_agg(id) FROM ((SELECT id FROM portal_searchdocument WHERE %1$s AND %2$s LIMIT %3$s)'
    ' UNION ALL (SELECT id FROM portal_searchdocument WHERE %1$s AND NOT %2$s LIMIT %3$s) LIMIT %3$s) documents',
    conditions, newest, most) INTO ids;
  IF ids IS NULL OR cardinality(ids) < most OR cardinality(kinds) = 1 THEN
    RETURN QUERY SELECT few.id, few.kind::text, few.facets, few.at, CASE
        WHEN NOT is_ranked THEN 0
        WHEN has_choice THEN ts_rank(few.vector, query)
        ELSE ts_rank_cd(few.vector, query) END
      FROM portal_searchdocument few WHERE few.id = ANY(ids);
    RETURN;
  END IF;
  SELECT array_agg(token) INTO scarce FROM unnest(kinds) AS named (token) LEFT JOIN (
    SELECT 'kind:' || first.kind AS token, count(*) AS documents FROM portal_searchdocument first
      WHERE first.id = ANY(ids) GROUP BY 1) counted USING (token)
    WHERE coalesce(documents, 0) < share;
  EXECUTE format('SELECT NOT (%s) FROM (SELECT %L::bigint AS id) last', newest, ids[most]) INTO has_all_newest;
  EXECUTE format('SELECT array_agg(id) FROM ('
    '(SELECT id FROM portal_searchdocument WHERE %1$s AND facets && %4$L AND %2$s AND NOT %5$L::boolean'
    ' AND id <> ALL($1) LIMIT %3$s) UNION ALL'
    ' (SELECT id FROM portal_searchdocument WHERE %1$s AND facets && %4$L AND NOT %2$s'
    ' AND id <> ALL($1) LIMIT %3$s) LIMIT %3$s) documents',
    conditions, newest, CASE cardinality(scarce) WHEN 1 THEN share ELSE most END, scarce, has_all_newest)
    INTO further USING ids;
  IF cardinality(scarce) > 1 AND cardinality(further) = most THEN
    EXECUTE format('SELECT array_agg(id) FROM unnest(%4$L::text[]) token, LATERAL ('
      '(SELECT id FROM portal_searchdocument WHERE %1$s AND facets && ARRAY[token] AND %2$s AND NOT %5$L::boolean'
      ' AND id <> ALL($1) LIMIT %3$s) UNION ALL'
      ' (SELECT id FROM portal_searchdocument WHERE %1$s AND facets && ARRAY[token] AND NOT %2$s'
      ' AND id <> ALL($1) LIMIT %3$s) LIMIT %3$s) documents',
      conditions, newest, share, scarce, has_all_newest) INTO further USING ids;
  END IF;
  RETURN QUERY
    WITH numbered AS (
      SELECT found.id, found.kind, found.facets, found.at, found.vector, turn, place,
          row_number() OVER (PARTITION BY found.kind ORDER BY place) AS of_kind
        FROM unnest(ids || further) WITH ORDINALITY AS listed (id, place)
        JOIN portal_searchdocument found USING (id)
        LEFT JOIN unnest(kinds) WITH ORDINALITY AS named (token, turn) ON token = 'kind:' || found.kind),
    chosen AS (
      SELECT * FROM numbered WHERE place <= most OR of_kind <= share
        ORDER BY CASE WHEN of_kind <= share THEN turn END, place LIMIT most)
    SELECT chosen.id, chosen.kind::text, chosen.facets, chosen.at, CASE
        WHEN NOT is_ranked THEN 0
        WHEN has_choice THEN ts_rank(chosen.vector, query)
        ELSE ts_rank_cd(chosen.vector, query) END
      FROM chosen;
END $$
"""
_BEFORE = import_module("portal.kernel.migrations.0003_search")._FIND.replace("CREATE ", "CREATE OR REPLACE ", 1)


class Migration(migrations.Migration):
    dependencies = [("portal", "0007_search_index")]

    operations = [
        migrations.RunSQL(_FIND, _BEFORE),
        migrations.RemoveIndex("searchdocument", "search_document_words"),
    ]
