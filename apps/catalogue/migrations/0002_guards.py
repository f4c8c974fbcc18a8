"""What the database itself holds, whoever writes: prepared terms do not change, nothing is in force unsigned, signatures
stay, and no replica is shared onward unless its owner allows it."""

from django.db import migrations

TERMS = """
CREATE FUNCTION catalogue_guard_new_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'draft' THEN
        RAISE EXCEPTION 'terms begin as a draft' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER catalogue_guard_new_terms BEFORE INSERT ON catalogue_termsversion
    FOR EACH ROW EXECUTE FUNCTION catalogue_guard_new_terms();

CREATE FUNCTION catalogue_guard_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'draft' THEN
            RAISE EXCEPTION 'version % of terms was prepared and cannot be deleted', OLD.id
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.state <> 'draft' AND to_jsonb(NEW) - '{state,released_at,ended_at,updated_at}'::text[]
        IS DISTINCT FROM to_jsonb(OLD) - '{state,released_at,ended_at,updated_at}'::text[] THEN
        RAISE EXCEPTION 'version % of terms was prepared and cannot be changed', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (('draft', 'prepared'), ('prepared', 'released'),
        ('prepared', 'withdrawn'), ('released', 'superseded'), ('released', 'withdrawn')) THEN
        RAISE EXCEPTION 'version % of terms cannot go from % to %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state AND NEW.state IN ('prepared', 'released') THEN
        PERFORM catalogue_require_signatures(NEW.id, NEW.dataset_id, NEW.state);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER catalogue_guard_terms BEFORE UPDATE OR DELETE ON catalogue_termsversion
    FOR EACH ROW EXECUTE FUNCTION catalogue_guard_terms();

CREATE FUNCTION catalogue_require_signatures(version bigint, dataset bigint, target text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    needed text[] := CASE target WHEN 'prepared' THEN '{steward}'::text[] ELSE '{steward,owner}'::text[] END;
    signed text[] := ARRAY(SELECT role::text FROM catalogue_releasesignature WHERE terms_version_id = version);
BEGIN
    IF target = 'released'
        AND (SELECT sensitivity IN ('people', 'sensitive') FROM catalogue_dataset WHERE id = dataset) THEN
        needed := needed || 'gatekeeper'::text;
    END IF;
    IF NOT needed <@ signed THEN
        RAISE EXCEPTION 'version % of terms cannot become %: it needs the signatures of %', version, target, needed
            USING ERRCODE = 'restrict_violation';
    END IF;
END $$;

CREATE FUNCTION catalogue_guard_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('owl.flush', true) IS DISTINCT FROM 'on' THEN
        RAISE EXCEPTION '% is history and is not emptied', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER catalogue_guard_truncate BEFORE TRUNCATE ON catalogue_termsversion
    FOR EACH STATEMENT EXECUTE FUNCTION catalogue_guard_truncate();
CREATE TRIGGER catalogue_guard_truncate BEFORE TRUNCATE ON catalogue_releasesignature
    FOR EACH STATEMENT EXECUTE FUNCTION catalogue_guard_truncate();
"""

SIGNATURES = """
CREATE FUNCTION catalogue_guard_signature() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    standing text;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'a release signature cannot be changed or deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT state INTO standing FROM catalogue_termsversion WHERE id = NEW.terms_version_id;
    IF standing IS DISTINCT FROM (CASE NEW.role WHEN 'steward' THEN 'draft' ELSE 'prepared' END) THEN
        RAISE EXCEPTION 'a % cannot sign terms that are %', NEW.role, standing USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER catalogue_guard_signature BEFORE INSERT OR UPDATE OR DELETE ON catalogue_releasesignature
    FOR EACH ROW EXECUTE FUNCTION catalogue_guard_signature();

-- The class decides who must sign and how fine the terms may be, so it stands still while anything is signed by it.
CREATE FUNCTION catalogue_guard_class() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.identifier <> OLD.identifier THEN
        RAISE EXCEPTION 'a dataset keeps its identifier' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.sensitivity <> OLD.sensitivity AND EXISTS (SELECT FROM catalogue_termsversion
        WHERE dataset_id = OLD.id AND state IN ('prepared', 'released')) THEN
        RAISE EXCEPTION 'the class of dataset % cannot change while terms are prepared or in force', OLD.identifier
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER catalogue_guard_class BEFORE UPDATE ON catalogue_dataset
    FOR EACH ROW EXECUTE FUNCTION catalogue_guard_class();
"""

MEMBERS = """
CREATE FUNCTION catalogue_guard_member() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    owner text;
BEGIN
    SELECT origin INTO owner FROM sensors_datastream
        WHERE id = NEW.datastream_id AND origin <> '' AND NOT onward_allowed;
    IF FOUND THEN
        RAISE EXCEPTION 'datastream % belongs to %, whose terms forbid onward sharing', NEW.datastream_id, owner
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER catalogue_guard_member BEFORE INSERT OR UPDATE ON catalogue_datasetmember
    FOR EACH ROW EXECUTE FUNCTION catalogue_guard_member();

-- A permission taken back takes the replica out of every dataset; nobody has to remember it.
CREATE FUNCTION catalogue_forget_member() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM catalogue_datasetmember WHERE datastream_id = OLD.id;
        RETURN OLD;
    END IF;
    IF NEW.origin <> '' AND NOT NEW.onward_allowed THEN
        DELETE FROM catalogue_datasetmember WHERE datastream_id = NEW.id;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER catalogue_forget_member BEFORE DELETE OR UPDATE OF origin, onward_allowed ON sensors_datastream
    FOR EACH ROW EXECUTE FUNCTION catalogue_forget_member();
"""
REVERSE = """
DROP FUNCTION catalogue_forget_member() CASCADE;
DROP FUNCTION catalogue_guard_member() CASCADE;
DROP FUNCTION catalogue_guard_class() CASCADE;
DROP FUNCTION catalogue_guard_signature() CASCADE;
DROP FUNCTION catalogue_guard_truncate() CASCADE;
DROP FUNCTION catalogue_guard_terms() CASCADE;
DROP FUNCTION catalogue_require_signatures(bigint, bigint, text);
DROP FUNCTION catalogue_guard_new_terms() CASCADE;
"""


class Migration(migrations.Migration):
    """Triggers on terms, signatures, datasets and members."""

    dependencies = [("catalogue", "0001_initial"), ("sensors", "0001_initial")]
    operations = [migrations.RunSQL(TERMS + SIGNATURES + MEMBERS, REVERSE)]
