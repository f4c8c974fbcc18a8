"""What is recorded stays: the database refuses to change, delete or empty it, and to leave a gap."""

from __future__ import annotations

from django.db import migrations

PROTECTED = ("ledger_entry", "ledger_node", "ledger_checkpoint", "ledger_cosignature")

REFUSE = """
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE FUNCTION ledger_no_gap() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    next_index bigint := (SELECT coalesce(max(index) + 1, 0) FROM ledger_entry);
BEGIN
    IF NEW.index <> next_index THEN
        RAISE EXCEPTION 'the next ledger entry is %, not %', next_index, NEW.index
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER ledger_no_gap BEFORE INSERT ON ledger_entry FOR EACH ROW EXECUTE FUNCTION ledger_no_gap();
CREATE FUNCTION ledger_fork_settles_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.settled_at IS NULL AND NEW.settled_at IS NOT NULL
        AND to_jsonb(NEW) - 'settled_at' = to_jsonb(OLD) - 'settled_at' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'evidence of a fork is not changed' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER ledger_fork_settles_once BEFORE UPDATE ON ledger_fork
    FOR EACH ROW EXECUTE FUNCTION ledger_fork_settles_once();
CREATE TRIGGER ledger_refuse BEFORE DELETE OR TRUNCATE ON ledger_fork
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE FUNCTION ledger_salt_only_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.salt IS NULL AND NEW.erased_at IS NOT NULL
        AND to_jsonb(NEW) - 'salt' - 'erased_at' = to_jsonb(OLD) - 'salt' - 'erased_at' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a commitment is not changed, only its salt erased' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER ledger_salt_only_erased BEFORE UPDATE ON ledger_personalcommitment
    FOR EACH ROW EXECUTE FUNCTION ledger_salt_only_erased();
CREATE TRIGGER ledger_refuse BEFORE DELETE OR TRUNCATE ON ledger_personalcommitment
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
""" + "".join(
    f"CREATE TRIGGER ledger_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();\n"
    for table in PROTECTED
)

ALLOW = """
DROP FUNCTION ledger_refuse() CASCADE;
DROP FUNCTION ledger_no_gap() CASCADE;
DROP FUNCTION ledger_fork_settles_once() CASCADE;
DROP FUNCTION ledger_salt_only_erased() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [migrations.RunSQL(sql=REFUSE, reverse_sql=ALLOW)]
