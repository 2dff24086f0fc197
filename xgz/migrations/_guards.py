"""Guards that only a database can give: the audit is append-only, administrators hold one role.

SQLite forgets the guards of a table it rebuilds: a later migration that alters one of the two
tables there has to put them back (tests/test_migrations.py would say so).
"""

_ADMINISTRATORS = "('system_admin', 'security_admin', 'audit_admin')"
# Another role of the same person, on a day both hold, where one of the two is an administrator's.
_CLASH = f"""
    SELECT 1 FROM xgz_roleassignment other
    WHERE other.user_id = NEW.user_id AND other.id <> NEW.id AND other.role <> NEW.role
      AND (NEW.role IN {_ADMINISTRATORS} OR other.role IN {_ADMINISTRATORS})
      AND (other.valid_to IS NULL OR other.valid_to >= NEW.valid_from)
      AND (NEW.valid_to IS NULL OR NEW.valid_to >= other.valid_from)
"""

_SQLITE = [
    *(
        f"CREATE TRIGGER xgz_audit_no_{deed.lower()} BEFORE {deed} ON xgz_auditentry "
        "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
        for deed in ("UPDATE", "DELETE")
    ),
    *(
        f"CREATE TRIGGER xgz_role_alone_{deed.lower()} AFTER {deed} ON xgz_roleassignment "
        f"WHEN EXISTS ({_CLASH}) "
        "BEGIN SELECT RAISE(ABORT, 'administrators hold one role'); END"
        for deed in ("INSERT", "UPDATE")
    ),
]
_POSTGRESQL = [
    """
    CREATE FUNCTION xgz_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the audit is append-only' USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """,
    """
    CREATE TRIGGER xgz_audit_no_change BEFORE UPDATE OR DELETE ON xgz_auditentry
    FOR EACH ROW EXECUTE FUNCTION xgz_audit_is_append_only()
    """,
    f"""
    CREATE FUNCTION xgz_role_alone() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM 1 FROM xgz_user WHERE id = NEW.user_id FOR NO KEY UPDATE;
        IF EXISTS ({_CLASH}) THEN
            RAISE EXCEPTION 'administrators hold one role'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER xgz_role_alone BEFORE INSERT OR UPDATE ON xgz_roleassignment
    FOR EACH ROW EXECUTE FUNCTION xgz_role_alone()
    """,
]
PUT = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}
LIFT = {
    "sqlite": [
        "DROP TRIGGER xgz_audit_no_update",
        "DROP TRIGGER xgz_audit_no_delete",
        "DROP TRIGGER xgz_role_alone_insert",
        "DROP TRIGGER xgz_role_alone_update",
    ],
    "postgresql": [
        "DROP TRIGGER xgz_audit_no_change ON xgz_auditentry",
        "DROP FUNCTION xgz_audit_is_append_only()",
        "DROP TRIGGER xgz_role_alone ON xgz_roleassignment",
        "DROP FUNCTION xgz_role_alone()",
    ],
}


def put(apps, schema_editor):
    """Guard the two tables."""
    _run(PUT, schema_editor)


def lift(apps, schema_editor):
    """Leave the two tables unguarded."""
    _run(LIFT, schema_editor)


def _run(statements, schema_editor):
    for statement in statements[schema_editor.connection.vendor]:
        schema_editor.execute(statement)
