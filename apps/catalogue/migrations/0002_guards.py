"""What the database itself holds: prepared terms do not change, signatures stay, replicas stay out unless allowed."""

from django.db import migrations

SQL = """
CREATE FUNCTION catalogue_guard_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'draft' THEN
            RAISE EXCEPTION 'version % of terms was prepared and cannot be deleted', OLD.id USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.state <> 'draft' AND (NEW.terms, NEW.digest, NEW.number, NEW.dataset_id, NEW.override_reason)
        IS DISTINCT FROM (OLD.terms, OLD.digest, OLD.number, OLD.dataset_id, OLD.override_reason) THEN
        RAISE EXCEPTION 'version % of terms was prepared and cannot be changed', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (('draft', 'prepared'), ('prepared', 'released'),
        ('prepared', 'withdrawn'), ('released', 'superseded'), ('released', 'withdrawn')) THEN
        RAISE EXCEPTION 'version % of terms cannot go from % to %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER catalogue_guard_terms BEFORE UPDATE OR DELETE ON catalogue_termsversion
    FOR EACH ROW EXECUTE FUNCTION catalogue_guard_terms();

CREATE FUNCTION catalogue_guard_signature() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a release signature cannot be changed or deleted' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER catalogue_guard_signature BEFORE UPDATE OR DELETE ON catalogue_releasesignature
    FOR EACH ROW EXECUTE FUNCTION catalogue_guard_signature();

CREATE FUNCTION catalogue_guard_member() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    owner text;
BEGIN
    SELECT origin INTO owner FROM sensors_datastream WHERE id = NEW.datastream_id AND origin <> '' AND NOT onward_allowed;
    IF FOUND THEN
        RAISE EXCEPTION 'datastream % belongs to %, whose terms forbid onward sharing', NEW.datastream_id, owner
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER catalogue_guard_member BEFORE INSERT OR UPDATE ON catalogue_datasetmember
    FOR EACH ROW EXECUTE FUNCTION catalogue_guard_member();
"""
REVERSE = """
DROP TRIGGER catalogue_guard_member ON catalogue_datasetmember;
DROP FUNCTION catalogue_guard_member();
DROP TRIGGER catalogue_guard_signature ON catalogue_releasesignature;
DROP FUNCTION catalogue_guard_signature();
DROP TRIGGER catalogue_guard_terms ON catalogue_termsversion;
DROP FUNCTION catalogue_guard_terms();
"""


class Migration(migrations.Migration):
    """Triggers on terms, signatures and members."""

    dependencies = [("catalogue", "0001_initial"), ("sensors", "0001_initial")]
    operations = [migrations.RunSQL(SQL, REVERSE)]
