"""The SQL that makes the audit trail append-only, for SQLite and PostgreSQL. Migrations and tests apply it."""

from __future__ import annotations

SQLITE = (
    """
    CREATE TRIGGER audit_events_no_update BEFORE UPDATE ON audit_events
    BEGIN SELECT RAISE(ABORT, 'audit events are never changed'); END
    """,
    """
    CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events
    BEGIN SELECT RAISE(ABORT, 'audit events are never deleted'); END
    """,
    # REPLACE slips past the two triggers above; a sequence that must go on by one stops it here.
    """
    CREATE TRIGGER audit_events_in_sequence BEFORE INSERT ON audit_events
    WHEN NEW.seq <> 1 + COALESCE((SELECT MAX(seq) FROM audit_events WHERE chain_id = NEW.chain_id), 0)
      OR NEW.prev <> COALESCE(
        (SELECT hash FROM audit_events WHERE chain_id = NEW.chain_id ORDER BY seq DESC LIMIT 1),
        '0000000000000000000000000000000000000000000000000000000000000000')
    BEGIN SELECT RAISE(ABORT, 'an audit event must follow the last one of its chain'); END
    """,
    """
    CREATE TRIGGER audit_private_only_emptied BEFORE UPDATE ON audit_private
    WHEN NEW.body IS NOT NULL OR NEW.salt IS NOT NULL OR NEW.chain_id <> OLD.chain_id OR NEW.seq <> OLD.seq
    BEGIN SELECT RAISE(ABORT, 'the text of an audit event may only be redacted'); END
    """,
    """
    CREATE TRIGGER audit_private_no_delete BEFORE DELETE ON audit_private
    BEGIN SELECT RAISE(ABORT, 'the text of an audit event is never deleted'); END
    """,
    """
    CREATE TRIGGER audit_private_no_replace BEFORE INSERT ON audit_private
    WHEN EXISTS (SELECT 1 FROM audit_private WHERE chain_id = NEW.chain_id AND seq = NEW.seq)
    BEGIN SELECT RAISE(ABORT, 'the text of an audit event is never replaced'); END
    """,
)

POSTGRESQL = (
    """
    CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'audit rows are never changed or deleted'; END $$
    """,
    """
    CREATE FUNCTION audit_in_sequence() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE last_seq integer; last_hash text;
    BEGIN
      SELECT seq, hash INTO last_seq, last_hash FROM audit_events
        WHERE chain_id = NEW.chain_id ORDER BY seq DESC LIMIT 1;
      IF NEW.seq <> COALESCE(last_seq, 0) + 1 OR NEW.prev <> COALESCE(last_hash, repeat('0', 64)) THEN
        RAISE EXCEPTION 'an audit event must follow the last one of its chain';
      END IF;
      RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION audit_only_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.body IS NOT NULL OR NEW.salt IS NOT NULL OR NEW.chain_id <> OLD.chain_id OR NEW.seq <> OLD.seq THEN
        RAISE EXCEPTION 'the text of an audit event may only be redacted';
      END IF;
      RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER audit_events_no_update BEFORE UPDATE OR DELETE ON audit_events
    FOR EACH ROW EXECUTE FUNCTION audit_refuse()
    """,
    """
    CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()
    """,
    """
    CREATE TRIGGER audit_events_in_sequence BEFORE INSERT ON audit_events
    FOR EACH ROW EXECUTE FUNCTION audit_in_sequence()
    """,
    """
    CREATE TRIGGER audit_private_only_emptied BEFORE UPDATE ON audit_private
    FOR EACH ROW EXECUTE FUNCTION audit_only_emptied()
    """,
    """
    CREATE TRIGGER audit_private_no_delete BEFORE DELETE ON audit_private
    FOR EACH ROW EXECUTE FUNCTION audit_refuse()
    """,
    """
    CREATE TRIGGER audit_private_no_truncate BEFORE TRUNCATE ON audit_private
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()
    """,
)

POSTGRESQL_DOWN = (
    "DROP FUNCTION IF EXISTS audit_refuse() CASCADE",
    "DROP FUNCTION IF EXISTS audit_in_sequence() CASCADE",
    "DROP FUNCTION IF EXISTS audit_only_emptied() CASCADE",
)
