"""What divided tables need: numbers that begin with a month, and the parts of months and years.

The application's role owns no table and makes none. So what it may do with parts are two functions of the owner, each
of which does one thing: the parts that are needed soon, and the removal of months whose time is over. How long that is
stands here, not with the caller.
"""

from django.db import migrations

# The first number of a month: 2026 110 000 000 001 is one of November 2026. No table gets ten billion rows.
_FIRST_NUMBER = """
CREATE FUNCTION portal_first_number(moment timestamptz) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT to_char(moment AT TIME ZONE 'UTC', 'YYYYMM')::bigint * 10000000000
$$
"""

# The part of a table that the moment falls into; false where there is one, or where the default part already has rows of
# that time: these stay there, for to move them would mean to delete entries of the journal.
_MAKE_PARTITION = """
CREATE FUNCTION portal_make_partition(parent regclass, moment timestamptz) RETURNS boolean LANGUAGE plpgsql
  SET search_path = public, pg_temp SET timezone = 'UTC' SET lock_timeout = '3s' AS $$
DECLARE
  each CONSTANT text := replace(obj_description(parent, 'pg_class'), 'by ', '');
  first CONSTANT timestamptz := date_trunc(each, moment);
  part CONSTANT text := (SELECT relname FROM pg_class WHERE oid = parent)
    || to_char(first, CASE each WHEN 'year' THEN '_YYYY' ELSE '_YYYY_MM' END);
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('portal.partitions'));
  IF to_regclass('partitions.' || part) IS NOT NULL THEN
    RETURN false;
  END IF;
  EXECUTE format('CREATE TABLE partitions.%I PARTITION OF %s FOR VALUES FROM (%s) TO (%s)', part, parent,
    portal_first_number(first), portal_first_number(first + ('1 ' || each)::interval));
  RETURN true;
EXCEPTION WHEN check_violation THEN
  RETURN false;
END $$
"""

# The parts of now and of the next two months, of all divided tables; how many are new.
_MAKE_PARTITIONS = """
CREATE FUNCTION portal_make_partitions() RETURNS integer LANGUAGE sql
  SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT count(*) FILTER (WHERE portal_make_partition(partrelid, now() + months * interval '1 month'))::integer
    FROM pg_partitioned_table, generate_series(0, 2) months WHERE partstrat = 'r'
      AND obj_description(partrelid, 'pg_class') LIKE 'by %'
$$
"""

# What the planner knows of a divided table as a whole is gathered by nobody else: autovacuum looks at its parts alone.
_ANALYZE_PARTITIONED = """
CREATE FUNCTION portal_analyze_partitioned() RETURNS void LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  divided regclass;
BEGIN
  FOR divided IN SELECT partrelid FROM pg_partitioned_table JOIN pg_class ON oid = partrelid
    WHERE relnamespace = 'public'::regnamespace
  LOOP
    EXECUTE format('ANALYZE %s', divided);
  END LOOP;
END $$
"""

# The oldest month of messages of a channel that has been over for its lifetime; how many rows went with it, nothing where
# there is none. A month stays while something in it is younger, or still waits. Its rows are read while others write;
# locked is the month that goes alone. Nothing becomes pending later than it is made, so what was added meanwhile is
# younger, which the index of `created_at` tells; the exception gives the lock back.
_DROP_EXPIRED_MONTH = """
CREATE FUNCTION portal_drop_expired_month(of_channel text) RETURNS bigint LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' SET lock_timeout = '3s' AS $$
DECLARE
  over CONSTANT timestamptz := now() - CASE of_channel WHEN 'email' THEN interval '365 days'
    WHEN 'inbox' THEN interval '730 days' END;
  part name;
  is_needed boolean;
  removed bigint;
BEGIN
  FOR part IN SELECT relname FROM pg_class JOIN pg_inherits ON inhrelid = oid
    WHERE inhparent = to_regclass('partitions.portal_delivery_' || of_channel) AND relname ~ '_[0-9]{4}_[0-9]{2}$'
      AND to_timestamp(right(relname, 7), 'YYYY_MM') + interval '1 month' <= over
    ORDER BY relname
  LOOP
    EXECUTE format('SELECT count(*), coalesce(bool_or(created_at >= $1 OR state = ''pending''), false)'
      ' FROM partitions.%I', part) INTO removed, is_needed USING over;
    CONTINUE WHEN is_needed;
    BEGIN
      EXECUTE format('LOCK TABLE partitions.%I IN ACCESS EXCLUSIVE MODE', part);
      EXECUTE format('SELECT EXISTS (SELECT FROM partitions.%I WHERE created_at >= $1)', part)
        INTO is_needed USING over;
      IF is_needed THEN
        RAISE SQLSTATE 'PM001';
      END IF;
      EXECUTE format('DROP TABLE partitions.%I', part);
      RETURN removed;
    EXCEPTION WHEN SQLSTATE 'PM001' THEN
      CONTINUE;
    END;
  END LOOP;
  RETURN NULL;
END $$
"""

_FUNCTIONS = (_FIRST_NUMBER, _MAKE_PARTITION, _MAKE_PARTITIONS, _ANALYZE_PARTITIONED, _DROP_EXPIRED_MONTH)


class Migration(migrations.Migration):
    dependencies = (("portal", "0000_words"),)
    operations = (
        # a schema of its own: the application's role has no rights in it, and reaches the rows through their table alone
        migrations.RunSQL("CREATE SCHEMA partitions", "DROP SCHEMA partitions"),
        migrations.RunSQL(
            [(sql, None) for sql in _FUNCTIONS],
            "DROP FUNCTION portal_drop_expired_month, portal_analyze_partitioned, portal_make_partitions,"
            " portal_make_partition, portal_first_number",
        ),
    )
