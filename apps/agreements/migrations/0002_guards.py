"""What was agreed and said stays: the database refuses to change it, but for an agreement's end and an offer's closing."""

from __future__ import annotations

from django.db import migrations

GUARDS = """
CREATE FUNCTION agreements_agreement_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ending text[] := ARRAY['state', 'ended_at', 'ended_by', 'end_reason', 'updated_at'];
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an agreement is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF to_jsonb(NEW) - ending IS DISTINCT FROM to_jsonb(OLD) - ending THEN
        RAISE EXCEPTION 'an agreement is immutable' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> 'active' THEN
        RAISE EXCEPTION 'an agreement ends once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER agreements_agreement_guard BEFORE UPDATE OR DELETE ON agreements_agreement
    FOR EACH ROW EXECUTE FUNCTION agreements_agreement_guard();

CREATE FUNCTION agreements_offer_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    closing text[] := ARRAY['state', 'closed_at', 'updated_at'];
BEGIN
    IF to_jsonb(NEW) - closing IS DISTINCT FROM to_jsonb(OLD) - closing THEN
        RAISE EXCEPTION 'an offer is immutable' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state = 'closed' AND NEW.state <> 'closed' THEN
        RAISE EXCEPTION 'a closed offer stays closed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER agreements_offer_guard BEFORE UPDATE ON agreements_offer
    FOR EACH ROW EXECUTE FUNCTION agreements_offer_guard();

CREATE FUNCTION agreements_message_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of messages is not changed' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER agreements_message_guard BEFORE UPDATE OR DELETE ON agreements_message
    FOR EACH ROW EXECUTE FUNCTION agreements_message_guard();
"""

UNGUARD = """
DROP TRIGGER agreements_message_guard ON agreements_message;
DROP FUNCTION agreements_message_guard();
DROP TRIGGER agreements_offer_guard ON agreements_offer;
DROP FUNCTION agreements_offer_guard();
DROP TRIGGER agreements_agreement_guard ON agreements_agreement;
DROP FUNCTION agreements_agreement_guard();
"""


class Migration(migrations.Migration):
    """Triggers."""

    dependencies = [("agreements", "0001_initial")]
    operations = [migrations.RunSQL(GUARDS, UNGUARD)]
