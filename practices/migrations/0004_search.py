"""The index in which practices are found, written by triggers, and the functions that search it.

Under row-level security PostgreSQL uses no index for @@, && and <%: a caller who could make such an operator reveal what it
compares would read other people's rows. So `practices_searchentry` has its policy for the application's role, and the
search goes through functions that run as the owner and ask the same of each row itself: whether one of
its readers is one of the tokens that `practices_session_tokens` gives for the actor.
"""

from django.db import migrations

# `harms:grooming` for each value; what names none is for all: `harms:*`
_TOKENS = """
CREATE FUNCTION practices_tokens(field text, content jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE jsonb_typeof(content -> field)
    WHEN 'array' THEN
      (SELECT array_agg(field || ':' || value) FROM jsonb_array_elements_text(content -> field) value)
    WHEN 'string' THEN ARRAY[field || ':' || (content ->> field)]
    ELSE ARRAY[field || ':*'] END
$$
"""

# What a version says besides title and summary, and the long policy texts, which weigh least.
_BODY = """
CREATE FUNCTION practices_body(content jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT concat_ws(E'\\n', content ->> 'triggers',
    (SELECT string_agg(step ->> 'text', E'\\n') FROM jsonb_array_elements(content -> 'steps') step),
    content ->> 'person_decides', content ->> 'limits', content ->> 'forbidden_uses', content ->> 'goal',
    content ->> 'grade_reason', content ->> 'test_set',
    (SELECT string_agg(concat_ws(' ', effect ->> 'what', effect ->> 'unit'), E'\\n')
       FROM jsonb_array_elements(content -> 'effects') effect),
    content ->> 'false_alarms', content ->> 'ways_round', content ->> 'rights', content ->> 'safeguards', content ->> 'licence')
$$
"""
_POLICY_TEXT = """
CREATE FUNCTION practices_policy_text(content jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT concat_ws(E'\\n', content ->> 'definitions', content ->> 'allowed', content ->> 'violating',
    content ->> 'prompt',
    (SELECT string_agg(concat_ws(' ', class ->> 'title', class ->> 'meaning'), E'\\n')
       FROM jsonb_array_elements(content -> 'classes') class),
    (SELECT string_agg(example ->> 'text', E'\\n') FROM jsonb_array_elements(content -> 'examples') example))
$$
"""

# The words of a text as people spell them: plain small letters, long enough to be misspelt.
_SPELT = """
CREATE FUNCTION practices_spelt(source text) RETURNS SETOF text LANGUAGE sql IMMUTABLE AS $$
  SELECT DISTINCT word FROM regexp_split_to_table(translate(lower(source), 'ё', 'е'), '[^[:alnum:]]+') word
    WHERE length(word) BETWEEN 4 AND 40
$$
"""

# `month:2026-11` for each month from the first moment until the last one, or that of the first alone.
_MONTHS = """
CREATE FUNCTION practices_months(first timestamptz, last timestamptz) RETURNS text[] LANGUAGE sql STABLE AS $$
  SELECT ARRAY(SELECT 'month:' || to_char(month, 'YYYY-MM') FROM generate_series(
    date_trunc('month', first AT TIME ZONE 'UTC'), coalesce(last, first) AT TIME ZONE 'UTC', '1 month') month)
$$
"""

_INDEX = """
CREATE FUNCTION practices_index(p practices_practice) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  content jsonb;
  latest timestamptz;
  heading tsvector;
  filed text[];
  translated tsvector := '';
  other record;
BEGIN
  SELECT version.content, version.shared_at INTO content, latest FROM practices_version version
    WHERE practice_id = p.id ORDER BY number DESC LIMIT 1;
  IF content IS NULL OR p.state NOT IN ('shared', 'retired') THEN
    DELETE FROM practices_searchentry WHERE practice_id = p.id;
    RETURN;
  END IF;
  heading := to_tsvector('portal_words', content ->> 'title');
  -- found in every language that it has been translated into for all who read it
  FOR other IN SELECT t.content FROM practices_translation t
    WHERE t.practice_id = p.id AND t.state = 'shared' AND t.earlier_readers IS NULL LOOP
    heading := heading || to_tsvector('portal_words', coalesce(other.content ->> 'title', ''));
    translated := translated || setweight(to_tsvector('portal_words', coalesce(other.content ->> 'summary', '')), 'B')
      || setweight(to_tsvector('portal_words', (SELECT coalesce(string_agg(value, E'\\n'), '')
           FROM jsonb_each_text(other.content) WHERE key NOT IN ('title', 'summary'))), 'C');
  END LOOP;
  filed := ARRAY['label:' || p.label, 'organisation:' || p.organisation_id,
        'grade:' || coalesce(content ->> 'grade', 'untested')] || practices_months(coalesce(p.shared_at, latest), NULL)
      || practices_tokens('kind', content) || practices_tokens('stage', content) || practices_tokens('harms', content)
      || practices_tokens('content_types', content) || practices_tokens('service_kinds', content)
      || practices_tokens('languages', content) || practices_tokens('age_bands', content)
      || practices_tokens('measures', content)
      || CASE content ->> 'encryption' WHEN 'irrelevant' THEN ARRAY['encryption:*']
           ELSE practices_tokens('encryption', content) END;
  INSERT INTO practices_searchentry (practice_id, label, title, summary, measured, grade, shared_at, updated_at, expires_on,
      facets, reader_tokens, search_vector, title_vector)
    SELECT p.id, p.label, content ->> 'title', content ->> 'summary',
      jsonb_strip_nulls(jsonb_build_object('effects', content -> 'effects', 'precision', content -> 'precision',
        'recall', content -> 'recall', 'sample_size', content -> 'sample_size')),
      coalesce(array_position(ARRAY['tentative', 'possible', 'likely', 'convincing'], content ->> 'grade'), 0),
      coalesce(p.shared_at, latest), greatest(latest, p.shared_at), p.expires_on,
      filed,
      p.reader_tokens,
      setweight(heading, 'A') || setweight(to_tsvector('portal_words', content ->> 'summary'), 'B')
        || setweight(to_tsvector('portal_words', practices_body(content)), 'C')
        || setweight(to_tsvector('portal_words', practices_policy_text(content)), 'D')
        || translated
        -- what it is filed under is found by name: a query has these tokens beside the words that they are called by
        || array_to_tsvector(ARRAY(SELECT token FROM unnest(filed) token
             WHERE token ~ '^(harms|measures|organisation|kind|service_kinds):[^*]')),
      heading
    ON CONFLICT (practice_id) DO UPDATE SET
      label = excluded.label, title = excluded.title, summary = excluded.summary, measured = excluded.measured, grade = excluded.grade,
      shared_at = excluded.shared_at, updated_at = excluded.updated_at, expires_on = excluded.expires_on,
      facets = excluded.facets, reader_tokens = excluded.reader_tokens, search_vector = excluded.search_vector,
      title_vector = excluded.title_vector;
  INSERT INTO practices_searchword (word)
    SELECT spelt FROM practices_spelt(concat_ws(' ', content ->> 'title', content ->> 'summary')) spelt
    WHERE NOT EXISTS (SELECT 1 FROM practices_searchword known WHERE known.word = spelt) ORDER BY spelt
    ON CONFLICT DO NOTHING;  -- in order, so that two who share at once do not lock one another out
END $$
"""

# What every search compares, facets and readers, lies in the row, as it is; the texts, which it reads of few, are kept apart
# it. Ranking reads a thousand of them: they are not compressed.
_STORAGE = """
ALTER TABLE practices_searchentry SET (toast_tuple_target = 640);
ALTER TABLE practices_searchentry ALTER COLUMN facets SET STORAGE MAIN, ALTER COLUMN reader_tokens SET STORAGE MAIN,
  ALTER COLUMN search_vector SET STORAGE EXTERNAL;
"""

# A condition that the index answers for all texts with the phrases that are asked for, and hardly any others: it asks
# for their pairs. NULL where no phrase is, where a text may do without (either ... or ...), or where a word holds a
# sign that makes the query's own spelling hard to read.
_NEAR = """
CREATE FUNCTION practices_near(asked tsquery) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT format('practices_pairs(search_vector) @> %L AND search_vector @@ %L', array_agg(practices_pair(word, next)),
      string_agg(format($q$'%s' & '%s'$q$, word, next), ' & '))
    FROM regexp_replace(asked::text, $q$!\\( [^()]* \\)$q$, '', 'g') spelt,  -- without what must not be there
      regexp_matches(spelt, $q$('[^']+'(?: <-> '[^']+')+)$q$, 'g') phrase,
      LATERAL (SELECT match[1] AS word, lead(match[1]) OVER (ORDER BY place) AS next
        FROM regexp_matches(phrase[1], $q$'([^']+)'$q$, 'g') WITH ORDINALITY matches (match, place)) pair
    WHERE next IS NOT NULL AND spelt !~ $q$[|\\\\]|!\\(|''$q$ HAVING count(*) > 0
$$
"""

# Written as the owner, and read as SYSTEM: what is indexed does not depend on who acts.
_TRIGGERS = """
CREATE FUNCTION practices_indexed() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  earlier text := coalesce(current_setting('portal.kind', true), '');
  changed bigint;
BEGIN
  IF TG_TABLE_NAME = 'practices_practice' THEN changed := NEW.id; ELSE changed := NEW.practice_id; END IF;
  PERFORM set_config('portal.kind', 'system', true);
  PERFORM practices_index(p) FROM practices_practice p WHERE p.id = changed;
  PERFORM set_config('portal.kind', earlier, true);
  RETURN NULL;
END $$;
CREATE TRIGGER practice_indexed AFTER UPDATE ON practices_practice FOR EACH ROW
  WHEN (OLD IS DISTINCT FROM NEW AND (OLD.state IN ('shared', 'retired') OR NEW.state IN ('shared', 'retired')))
  EXECUTE FUNCTION practices_indexed();
CREATE TRIGGER version_indexed AFTER INSERT ON practices_version FOR EACH ROW
  EXECUTE FUNCTION practices_indexed();
CREATE TRIGGER translation_added_indexed AFTER INSERT ON practices_translation FOR EACH ROW
  WHEN (NEW.state IN ('shared', 'replaced')) EXECUTE FUNCTION practices_indexed();
CREATE TRIGGER translation_indexed AFTER UPDATE ON practices_translation FOR EACH ROW
  WHEN (OLD.state IN ('shared', 'replaced') OR NEW.state IN ('shared', 'replaced'))
  EXECUTE FUNCTION practices_indexed();
SELECT set_config('portal.kind', 'system', true);
SELECT practices_index(p) FROM practices_practice p;
SELECT set_config('portal.kind', '', true);
"""

# The application reads what the actor may read, and writes nothing; words are for `practices_respelt` alone.
_POLICY = """
ALTER TABLE practices_searchentry ENABLE ROW LEVEL SECURITY;
CREATE POLICY practices_searchentry_policy ON practices_searchentry FOR SELECT
  USING (label = 'clear' OR (label = 'green' AND current_setting('portal.kind', true) IN ('person', 'host'))
    OR reader_tokens && (SELECT practices_session_tokens()) OR current_setting('portal.kind', true) = 'system');
ALTER TABLE practices_searchword ENABLE ROW LEVEL SECURITY;
"""

# What a row must meet to be read by the actor, to have one of every list of tokens in `wanted`, and to be still in
# force, as SQL with literals, so that each plan fits what was asked. What is for everybody or for the community is
# known by its label, which costs less than to compare readers. Where named labels alone are wanted, which are for
# neither, the index finds the few that name the actor.
_CONDITIONS = """
CREATE FUNCTION practices_conditions(wanted jsonb, today date) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
  mine text[] := practices_session_tokens();
  readable text;
  chosen text := '';
  choices text[];
  named boolean := false;
BEGIN
  FOR choices IN SELECT ARRAY(SELECT jsonb_array_elements_text(facet)) FROM jsonb_array_elements(wanted) facet LOOP
    chosen := chosen || format(' AND facets && %L', choices);
    named := named OR choices <@ '{label:amber,label:amber_strict,label:red}';
  END LOOP;
  IF current_setting('portal.kind', true) = 'system' THEN
    readable := 'true';
  ELSIF named THEN
    readable := format('reader_tokens && %L', array_remove(array_remove(mine, 'everybody'), 'community'));
  ELSIF mine = '{everybody}' THEN
    readable := format('label = %L AND facets && %L', 'clear', '{label:clear}');  -- the one is checked, the other is in the index
  ELSE
    readable := format('(label = ANY(%L) OR reader_tokens && %L)', '{clear,green}', mine);
  END IF;
  RETURN readable || chosen
    || CASE WHEN today IS NULL THEN '' ELSE format(' AND (expires_on IS NULL OR expires_on >= %L)', today) END;
END $$
"""

# The rows of `source` that meet the conditions, `most` of them at most: those of the newest months first, in which the
# newest `few` practices were shared; then, going by how many of these there were, as many months more as should do, and
# again, until half of what is left would have to be read: then all of that. The months are tokens in the same index as words and facets, so that it reads no more of either than there is in
# these months, however much there is in all. This changes in which order rows are gathered, never what they must meet.
# `source` is what follows FROM, with one %s for the conditions; `rank` and `ordered` are SQL too.
_GATHER = """
CREATE FUNCTION practices_gather(source text, conditions text, rank text, ordered text, most integer,
    few integer DEFAULT 4000)
  RETURNS TABLE (practice bigint, fit real, grade smallint, shared_at timestamptz, facets text[]) LANGUAGE plpgsql STABLE
  SET enable_indexscan = on AS $$
DECLARE
  rows_of CONSTANT text := 'SELECT practice_id, ' || replace(rank, '%', '%%') || ', grade, shared_at, facets FROM %s '
    || ordered || ' LIMIT %s';
  newest timestamptz := (SELECT max(entry.shared_at) FROM practices_searchentry entry);
  oldest timestamptz := (SELECT min(entry.shared_at) FROM practices_searchentry entry);
  since timestamptz := (SELECT entry.shared_at FROM practices_searchentry entry ORDER BY entry.shared_at DESC OFFSET few LIMIT 1);
  boundary timestamptz := newest;
  done text[] := '{}';
  months text[];
  missing integer := most;
  gathered integer;
BEGIN
  PERFORM set_config('enable_indexscan', 'off', true);  -- bitmaps, until the end of this function
  IF since IS NOT NULL THEN
    LOOP
      months := ARRAY(SELECT unnest(practices_months(since, boundary)) EXCEPT SELECT unnest(done));
      RETURN QUERY EXECUTE format(rows_of, format(source, format('%s AND facets && %L', conditions, months)), missing);
      GET DIAGNOSTICS gathered = ROW_COUNT;
      missing := missing - gathered;
      done := done || months;
      boundary := date_trunc('month', since AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
      since := boundary
        - greatest((newest - boundary) * least(1.5 * missing / greatest(most - missing, 1), 100), '1 day'::interval);
      EXIT WHEN missing = 0 OR since < oldest + (boundary - oldest) / 2;
    END LOOP;
  END IF;
  IF missing > 0 THEN
    RETURN QUERY EXECUTE format(rows_of, format(source, conditions
      || CASE done WHEN '{}' THEN '' ELSE format(' AND NOT facets && %L', done) END), missing);
  END IF;
END $$
"""

# What has the words, for `practices_gather`: the rows that the index gives, and of those, for a phrase, the ones in
# which it stands.
_WORDED = """
CREATE FUNCTION practices_worded(asked tsquery) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN near IS NULL THEN format('practices_searchentry WHERE search_vector @@ %s AND %%s', query)
    ELSE format('(SELECT * FROM practices_searchentry WHERE %s AND %%s OFFSET 0) near WHERE search_vector @@ %s', near, query) END
  FROM replace(practices_near(asked), '%', '%%') near, replace(quote_literal(asked), '%', '%%') query
$$
"""

# `query` is a tsquery as text, which practices.queries.search_words has made.
# At most `cap` practices with how well the words fit and their tokens: those whose title has the words before those
# that have them elsewhere; without words the newest.
_FIND = """
CREATE FUNCTION practices_find(query text, wanted jsonb, today date, cap integer)
  RETURNS TABLE (practice bigint, rank real, grade smallint, shared_at timestamptz, facets text[]) LANGUAGE plpgsql STABLE
  SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off AS $$
DECLARE
  conditions text := practices_conditions(wanted, today);
  newest CONSTANT text := 'ORDER BY shared_at DESC, practice_id';
  -- where there is a choice of words, how near they stand says little, and takes ten times as long to work out
  fits CONSTANT text := format('%s(search_vector, %L)', CASE WHEN query LIKE '%|%' THEN 'ts_rank' ELSE 'ts_rank_cd' END, query);
  titled text := format('title_vector @@ %L', query);
  titled_count integer;
BEGIN
  IF query <> '' THEN
    -- a word that is left out must be nowhere, and not only not in the title
    RETURN QUERY SELECT * FROM practices_gather(
      replace(CASE WHEN query LIKE '%!%' THEN format('practices_searchentry WHERE %s AND search_vector @@ %L', titled, query)
        ELSE 'practices_searchentry WHERE ' || titled END, '%', '%%') || ' AND %s', conditions, fits, '', cap);
    GET DIAGNOSTICS titled_count = ROW_COUNT;
    IF titled_count < cap THEN
      RETURN QUERY SELECT * FROM practices_gather(practices_worded(query::tsquery),
        format('%s AND NOT %s', conditions, titled), fits, '', cap - titled_count);
    END IF;
  ELSIF wanted = '[]' THEN
    RETURN QUERY EXECUTE format('SELECT practice_id, 0::real, grade, shared_at, facets FROM practices_searchentry'
      ' WHERE %s %s LIMIT %s', conditions, newest, cap);
  ELSE
    RETURN QUERY SELECT * FROM practices_gather('practices_searchentry WHERE %s', conditions, '0::real', newest, cap);
  END IF;
END $$
"""

# For a count, by each field of `chosen`: at most `cap` of those that meet its other choices, in no order, each with its
# tokens of that field.
_SAMPLES = """
CREATE FUNCTION practices_samples(query text, chosen jsonb, today date, cap integer)
  RETURNS TABLE (field text, practice bigint, tokens text[]) LANGUAGE plpgsql STABLE
  SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off AS $$
DECLARE
  source CONSTANT text := CASE query WHEN '' THEN 'practices_searchentry WHERE %s' ELSE practices_worded(query::tsquery) END;
  facet text;
BEGIN
  FOR facet IN SELECT jsonb_object_keys(chosen) LOOP
    RETURN QUERY SELECT facet, sample.practice,
        ARRAY(SELECT token FROM unnest(sample.facets) token WHERE starts_with(token, facet || ':'))
      FROM practices_gather(source, practices_conditions(jsonb_path_query_array(chosen - facet, '$.*'), today),
        '0::real', '', cap) sample;
  END LOOP;
END $$
"""

# Suggestions while typing: practices whose title has these words, the last of them as far as it goes.
_TITLED = """
CREATE FUNCTION practices_titled(typed text, most integer) RETURNS SETOF bigint LANGUAGE plpgsql STABLE
  SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off AS $$
DECLARE
  last_word text := (regexp_match(typed, '[[:alnum:]]+$'))[1];
BEGIN
  IF last_word IS NULL THEN RETURN; END IF;
  RETURN QUERY EXECUTE format('SELECT practice_id FROM practices_searchentry WHERE title_vector @@ %L AND %s LIMIT %s',
    plainto_tsquery('portal_words', regexp_replace(typed, '[[:alnum:]]+$', ''))
      && to_tsquery('portal_words', last_word || ':*'),
    practices_conditions('[]', NULL), most);
END $$
"""

# The query with each word that the actor can find nowhere replaced by the most similar one that they can find;
# NULL when there is none. What they may not read changes nothing in the answer.
_RESPELT = """
CREATE FUNCTION practices_respelt(query text) RETURNS text LANGUAGE plpgsql STABLE
  SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off AS $$
DECLARE
  everything boolean := current_setting('portal.kind', true) IS NOT DISTINCT FROM 'system';
  mine text[] := practices_session_tokens();
  open_labels text[] := CASE mine WHEN '{everybody}' THEN '{clear}' ELSE '{clear,green}' END;
  answer text[] := '{}';
  query_word text;
  instead text;
BEGIN
  PERFORM set_config('pg_trgm.similarity_threshold', '0.4', true);
  FOR query_word IN SELECT practices_spelt(query) LOOP
    CONTINUE WHEN numnode(plainto_tsquery('portal_words', query_word)) = 0;
    SELECT similar_one.word INTO instead FROM
      (SELECT word FROM practices_searchword WHERE word % query_word ORDER BY similarity(word, query_word) DESC, word OFFSET 0) similar_one
      WHERE EXISTS (SELECT 1 FROM practices_searchentry
        WHERE search_vector @@ plainto_tsquery('portal_words', similar_one.word) 
          AND (everything OR label = ANY(open_labels) OR (reader_tokens || '{}') && mine))
      LIMIT 1;
    IF instead IS NULL THEN RETURN NULL; END IF;
    answer := answer || instead;
  END LOOP;
  RETURN nullif(array_to_string(answer, ' '), '');
END $$
"""

_FORWARDS = (
    _TOKENS, _BODY, _POLICY_TEXT, _SPELT, _MONTHS, _INDEX, _STORAGE,
    _TRIGGERS, _POLICY, _CONDITIONS, _NEAR, _GATHER, _WORDED, _FIND, _SAMPLES, _TITLED, _RESPELT,
)  # fmt: skip
_BACKWARDS = """
DROP FUNCTION practices_respelt, practices_titled, practices_samples, practices_find, practices_worded, practices_gather,
  practices_near, practices_conditions;
DROP POLICY practices_searchentry_policy ON practices_searchentry;
DROP TRIGGER version_indexed ON practices_version;
DROP TRIGGER practice_indexed ON practices_practice;
DROP FUNCTION practices_indexed, practices_index, practices_months, practices_spelt, practices_policy_text, practices_body,
  practices_tokens;
"""


class Migration(migrations.Migration):
    dependencies = [("practices", "0003_row_security")]

    operations = [migrations.RunSQL([(sql, None) for sql in _FORWARDS], _BACKWARDS)]
