"""Months of the observation table, and the guard of replicas – in the database, not only in code.

Whatever a statement writes must belong to the origin its transaction has declared by
``SET LOCAL owl.replica_origin = '<DID>'``; without a declaration that is '' – this city's own.
"""

from django.db import migrations

ENTITIES = ("thing", "location", "sensor", "observedproperty", "featureofinterest", "datastream")
ROWS = ("sensors_observation", "sensors_tombstone", "sensors_correction")

FUNCTIONS = """
CREATE FUNCTION sensors_declared_origin() RETURNS text LANGUAGE sql STABLE AS
$$ SELECT coalesce(current_setting('owl.replica_origin', true), '') $$;

CREATE FUNCTION sensors_refuse(owner text, what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of origin "%" cannot be written by a transaction that declared origin "%"',
        what, owner, sensors_declared_origin()
        USING ERRCODE = 'insufficient_privilege', HINT = 'Replicas are written only by applying pages of their owner.';
END $$;

CREATE FUNCTION sensors_guard_entity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.origin <> sensors_declared_origin() THEN
        PERFORM sensors_refuse(OLD.origin, TG_TABLE_NAME);
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.origin <> sensors_declared_origin() THEN
        PERFORM sensors_refuse(NEW.origin, TG_TABLE_NAME);
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE FUNCTION sensors_guard_history() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    owner text;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        SELECT origin INTO owner FROM sensors_thing WHERE id = OLD.thing_id;
        IF owner <> sensors_declared_origin() THEN
            PERFORM sensors_refuse(owner, TG_TABLE_NAME);
        END IF;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        SELECT origin INTO owner FROM sensors_thing WHERE id = NEW.thing_id;
        IF owner <> sensors_declared_origin() THEN
            PERFORM sensors_refuse(owner, TG_TABLE_NAME);
        END IF;
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE FUNCTION sensors_guard_rows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    declared text := sensors_declared_origin();
    offender integer;
    owner text;
BEGIN
    SELECT t.datastream_id, d.origin INTO offender, owner
    FROM (SELECT DISTINCT datastream_id FROM touched) AS t
    LEFT JOIN sensors_datastream AS d ON d.id = t.datastream_id
    WHERE d.origin IS DISTINCT FROM declared
    LIMIT 1;
    IF FOUND AND owner IS NULL AND TG_OP = 'INSERT' THEN
        RAISE EXCEPTION 'there is no datastream %', offender USING ERRCODE = 'foreign_key_violation';
    END IF;
    IF FOUND AND owner IS NOT NULL THEN
        PERFORM sensors_refuse(owner, 'row in ' || TG_TABLE_NAME || ' of datastream ' || offender);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION sensors_guard_state() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    owner text;
BEGIN
    SELECT origin INTO owner FROM sensors_datastream
    WHERE id = CASE TG_OP WHEN 'DELETE' THEN OLD.datastream_id ELSE NEW.datastream_id END;
    IF owner <> sensors_declared_origin() THEN
        PERFORM sensors_refuse(owner, TG_TABLE_NAME);
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.origin <> owner THEN
        RAISE EXCEPTION 'the state of datastream % must repeat its origin', NEW.datastream_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE FUNCTION sensors_guard_series() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a row of % cannot move to another datastream', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION sensors_guard_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM sensors_datastream WHERE origin <> '')
        AND current_setting('owl.flush', true) IS DISTINCT FROM 'on' THEN
        PERFORM sensors_refuse('*', TG_TABLE_NAME);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION sensors_guard_datastream_in_use() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM sensors_observation WHERE datastream_id = OLD.id) THEN
        RAISE EXCEPTION 'datastream % still has observations', OLD.id USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN OLD;
END $$;

-- Statement triggers with transition tables: one look at the distinct datastreams of a statement, whatever its size.
CREATE FUNCTION sensors_guard_table(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER guard_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS touched
        FOR EACH STATEMENT EXECUTE FUNCTION sensors_guard_rows()', name);
    EXECUTE format('CREATE TRIGGER guard_update AFTER UPDATE ON %I REFERENCING OLD TABLE AS touched
        FOR EACH STATEMENT EXECUTE FUNCTION sensors_guard_rows()', name);
    EXECUTE format('CREATE TRIGGER guard_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS touched
        FOR EACH STATEMENT EXECUTE FUNCTION sensors_guard_rows()', name);
    EXECUTE format('CREATE TRIGGER guard_series BEFORE UPDATE OF datastream_id ON %I
        FOR EACH STATEMENT EXECUTE FUNCTION sensors_guard_series()', name);
    EXECUTE format('CREATE TRIGGER guard_truncate BEFORE TRUNCATE ON %I
        FOR EACH STATEMENT EXECUTE FUNCTION sensors_guard_truncate()', name);
END $$;

-- What a batch does first: advance the states of its datastreams, and thereby lock them. Where all its rows come later
-- than what the datastream holds they are new, and counted at once; where not, the caller counts after comparing.
-- ``previous`` is the last time before, as of after the lock. When everything is new the batch row can be written here
-- too (``done``), and the rows themselves when they were given, which saves three ways to the server and back. Whatever the planner does with these settings, rows are
-- taken in order of their ids, so that two batches never wait for each other.
CREATE FUNCTION sensors_advance(
    declared text, append boolean, streams integer[], counts bigint[], firsts bigint[], lasts bigint[],
    results double precision[], source text, client_key text, recorded_at timestamptz, rejected integer,
    row_streams integer[], row_spans integer[], row_times bigint[], row_results double precision[]
) RETURNS TABLE (batch bigint, ids bytea, previous bytea, tombstones bytea, done boolean) LANGUAGE plpgsql
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET enable_bitmapscan = off AS $$
#variable_conflict use_variable
DECLARE
    this bigint := nextval('sensors_batch_id_seq');
BEGIN
    WITH news AS (
        SELECT u.id, u.count, nullif(u.result, 'NaN') AS result,
            'epoch'::timestamptz + u.first * interval '1 microsecond' AS first,
            'epoch'::timestamptz + u.last * interval '1 microsecond' AS last
        FROM unnest(streams, counts, firsts, lasts, results) AS u (id, count, first, last, result)
    ), advanced AS (
        UPDATE sensors_datastreamstate s SET
            previous_time = s.last_time,
            observation_count = CASE WHEN append AND s.tombstone_count = 0
                AND (s.last_time IS NULL OR s.last_time < news.first)
                THEN s.observation_count + news.count ELSE s.observation_count END,
            last_batch = CASE WHEN append AND s.tombstone_count = 0
                AND (s.last_time IS NULL OR s.last_time < news.first)
                THEN this ELSE s.last_batch END,
            first_time = least(s.first_time, news.first),
            last_time = greatest(s.last_time, news.last),
            last_result = CASE WHEN s.last_time > news.last THEN s.last_result ELSE news.result END
        FROM news WHERE s.datastream_id = news.id AND s.origin = declared
        RETURNING s.datastream_id, coalesce(s.previous_time, '-infinity') AS previous_time, s.tombstone_count,
            append AND s.tombstone_count = 0 AND (s.previous_time IS NULL OR s.previous_time < news.first) AS later
    )
    SELECT this, array_send(array_agg(a.datastream_id)), array_send(array_agg(a.previous_time)),
        array_send(array_agg(a.tombstone_count)), coalesce(bool_and(a.later), false) AND count(*) = cardinality(streams)
    INTO batch, ids, previous, tombstones, done FROM advanced a;
    IF done THEN
        INSERT INTO sensors_batch (id, source, client_key, origin, recorded_at, rows, accepted, corrected, unchanged,
            rejected, deleted, first_time, last_time, datastream_ids)
        SELECT this, source, client_key, declared, recorded_at, sum(u.count), sum(u.count), 0, 0, rejected, 0,
            'epoch'::timestamptz + min(u.first) * interval '1 microsecond',
            'epoch'::timestamptz + max(u.last) * interval '1 microsecond', streams
        FROM unnest(counts, firsts, lasts) AS u (count, first, last);
        INSERT INTO sensors_observation (datastream_id, span, phenomenon_time, id, result)
        SELECT u.stream, u.span, 'epoch'::timestamptz + u.time * interval '1 microsecond', (this << 20) + u.place - 1,
            nullif(u.result, 'NaN')
        FROM unnest(row_streams, row_spans, row_times, row_results) WITH ORDINALITY
            AS u (stream, span, time, result, place);
    END IF;
    RETURN NEXT;
END $$;

-- A month is made beside the table and then attached: that blocks neither readers nor writers of other months. It gets
-- guards of its own, because the table's statement triggers do not fire for statements that name a partition.
CREATE FUNCTION sensors_make_month(month date) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    name text := 'sensors_observation_' || to_char(month, '"y"YYYY"m"MM');
    low timestamptz := date_trunc('month', month::timestamp) AT TIME ZONE 'UTC';
    high timestamptz := (date_trunc('month', month::timestamp) + interval '1 month') AT TIME ZONE 'UTC';
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('sensors.partitions', 0));
    IF to_regclass(name) IS NULL THEN
        EXECUTE format('CREATE TABLE %I (LIKE sensors_observation INCLUDING ALL)', name);
        EXECUTE format('ALTER TABLE sensors_observation ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
            name, low, high);
        PERFORM sensors_guard_table(name);
    END IF;
    RETURN name;
END $$;
"""
DROP_FUNCTIONS = "; ".join(
    f"DROP FUNCTION {name}"
    for name in (
        "sensors_make_month(date)",
        "sensors_advance(text, boolean, integer[], bigint[], bigint[], bigint[], double precision[], text, text, timestamptz,"
        " integer, integer[], integer[], bigint[], double precision[])",
        "sensors_guard_table(text)",
        "sensors_guard_datastream_in_use() CASCADE",
        "sensors_guard_truncate() CASCADE",
        "sensors_guard_series() CASCADE",
        "sensors_guard_state() CASCADE",
        "sensors_guard_rows() CASCADE",
        "sensors_guard_history() CASCADE",
        "sensors_guard_entity() CASCADE",
        "sensors_refuse(text, text)",
        "sensors_declared_origin()",
    )
)

ENTITY_GUARDS = [
    f"CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON sensors_{table} "
    "FOR EACH ROW EXECUTE FUNCTION sensors_guard_entity()"
    for table in ENTITIES
]
# Not the number: the sequencer gives it to own batches and to those of replicas alike.
BATCH_COLUMNS = "id, source, client_key, origin, recorded_at, rows, accepted, corrected, unchanged, rejected, deleted"
OTHER_GUARDS = [
    "CREATE TRIGGER guard BEFORE INSERT OR DELETE OR UPDATE OF "
    f"{BATCH_COLUMNS}, first_time, last_time, datastream_ids ON sensors_batch "
    "FOR EACH ROW EXECUTE FUNCTION sensors_guard_entity()",
    "CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON sensors_historicallocation "
    "FOR EACH ROW EXECUTE FUNCTION sensors_guard_history()",
    "CREATE TRIGGER guard_in_use BEFORE DELETE ON sensors_datastream "
    "FOR EACH ROW EXECUTE FUNCTION sensors_guard_datastream_in_use()",
    # Changed with every batch, row by row: the condition spares this city's own rows the function, and AFTER spares all
    # of them the lock that BEFORE takes first.
    "CREATE TRIGGER guard_change AFTER UPDATE ON sensors_datastreamstate FOR EACH ROW "
    "WHEN (OLD.origin <> '' OR NEW.origin <> '' OR OLD.datastream_id <> NEW.datastream_id) "
    "EXECUTE FUNCTION sensors_guard_state()",
    "CREATE TRIGGER guard BEFORE INSERT OR DELETE ON sensors_datastreamstate "
    "FOR EACH ROW EXECUTE FUNCTION sensors_guard_state()",
    *(f"SELECT sensors_guard_table('{table}')" for table in ROWS),
]


class Migration(migrations.Migration):
    dependencies = [("sensors", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTIONS, reverse_sql=DROP_FUNCTIONS),
        *(migrations.RunSQL(guard, reverse_sql=migrations.RunSQL.noop) for guard in ENTITY_GUARDS + OTHER_GUARDS),
    ]
