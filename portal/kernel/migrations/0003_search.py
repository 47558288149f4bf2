"""The functions that search the index of what everybody may read; they hold no rights of their own.

A function each, so that no plan of theirs reads the table from end to end: PostgreSQL would where only some rows are
asked for and it expects to meet them soon, which a word that is in none of them makes dear.
"""

from django.db import migrations

# What has the words and one of each list of tokens in `wanted`, as SQL with literals, so that each plan fits what was
# asked; and the condition that only the newest documents meet, by which the rest is told from them too.
_CONDITIONS = """
CREATE FUNCTION portal_search_conditions(asked tsquery, wanted jsonb) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT format('vector @@ %L', asked) || coalesce((SELECT string_agg(format(' AND facets && %L',
    ARRAY(SELECT jsonb_array_elements_text(facet))), '') FROM jsonb_array_elements(wanted) facet), '')
$$
"""
_NEWEST = """
CREATE FUNCTION portal_search_newest() RETURNS text LANGUAGE sql STABLE AS $$
  SELECT format('ARRAY[id / 1000] && %L::bigint[]', ARRAY(SELECT generate_series(latest - 7, latest)))
    FROM (SELECT coalesce(max(id), 0) / 1000 AS latest FROM portal_searchdocument) documents
$$
"""

# At most `most` documents, with how well the words fit where they are ranked. Where there are more, of each kind an even
# share, before what there is more of any; always the newest before the rest, so that a word of most documents is not
# looked up in all.
_FIND = """
CREATE FUNCTION portal_search_find(asked text, wanted jsonb, kinds text[], most integer, is_ranked boolean)
  RETURNS TABLE (document bigint, kind text, facets text[], at timestamptz, fit real) LANGUAGE plpgsql STABLE
  SET enable_seqscan = off AS $$
DECLARE
  query CONSTANT tsquery := to_tsquery('portal_words', asked);
  -- where there is a choice of words, how near they stand says little, and takes ten times as long to work out
  ranked CONSTANT text := CASE WHEN query::text LIKE '%|%' THEN 'ts_rank' ELSE 'ts_rank_cd' END;
  rank CONSTANT text := CASE WHEN is_ranked THEN format('%s(vector, %L)', ranked, query) ELSE '0::real' END;
  conditions CONSTANT text := portal_search_conditions(query, wanted);
  newest CONSTANT text := portal_search_newest();
  ids bigint[];
BEGIN
  EXECUTE format('SELECT array_agg(id) FROM ((SELECT id FROM portal_searchdocument WHERE %1$s AND %2$s LIMIT %3$s)'
    ' UNION ALL (SELECT id FROM portal_searchdocument WHERE %1$s AND NOT %2$s LIMIT %3$s) LIMIT %3$s) documents',
    conditions, newest, most) INTO ids;
  IF ids IS NULL OR cardinality(ids) < most OR cardinality(kinds) = 1 THEN
    RETURN QUERY EXECUTE format(
      'SELECT id, kind::text, facets, at, %s FROM portal_searchdocument WHERE id = ANY(%L)', rank, coalesce(ids, '{}'));
    RETURN;
  END IF;
  RETURN QUERY EXECUTE format($q$
    WITH shares AS MATERIALIZED (SELECT share.* FROM unnest(%4$L::text[]) token, LATERAL (
        (SELECT * FROM portal_searchdocument WHERE %1$s AND facets && ARRAY[token] AND %2$s LIMIT %5$s)
        UNION ALL
        (SELECT * FROM portal_searchdocument WHERE %1$s AND facets && ARRAY[token] AND NOT %2$s LIMIT %5$s)
        LIMIT %5$s) share),
      more AS MATERIALIZED (SELECT count(*) >= %5$s AS is_possible, array_agg(id) AS ids FROM shares),
      others AS MATERIALIZED (
        (SELECT * FROM portal_searchdocument WHERE %1$s AND %2$s
          AND (SELECT is_possible FROM more) AND id <> ALL((SELECT ids FROM more)::bigint[]) LIMIT %3$s)
        UNION ALL
        (SELECT * FROM portal_searchdocument WHERE %1$s AND NOT %2$s
          AND (SELECT is_possible FROM more) AND id <> ALL((SELECT ids FROM more)::bigint[]) LIMIT %3$s)
        LIMIT %3$s)
    SELECT id, kind::text, facets, at, %6$s FROM (SELECT * FROM shares UNION ALL SELECT * FROM others LIMIT %3$s) matching
    $q$, conditions, newest, most, kinds,
    greatest(most / greatest(cardinality(kinds), 1), 1), rank);
END $$
"""

# How many documents have the words, counted up to `most`.
_COUNT = """
CREATE FUNCTION portal_search_count(asked text, most integer) RETURNS bigint LANGUAGE plpgsql STABLE
  SET enable_seqscan = off AS $$
DECLARE
  counted bigint;
BEGIN
  EXECUTE format('SELECT count(*) FROM ((SELECT FROM portal_searchdocument WHERE %1$s AND %2$s LIMIT %3$s) UNION ALL'
    ' (SELECT FROM portal_searchdocument WHERE %1$s AND NOT %2$s LIMIT %3$s) LIMIT %3$s) documents',
    portal_search_conditions(to_tsquery('portal_words', asked), '[]'), portal_search_newest(), most) INTO counted;
  RETURN counted;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("portal", "0002_row_security")]

    operations = [
        migrations.RunSQL(
            [(sql, None) for sql in (_CONDITIONS, _NEWEST, _FIND, _COUNT)],
            "DROP FUNCTION portal_search_count, portal_search_find, portal_search_newest, portal_search_conditions",
        )
    ]
