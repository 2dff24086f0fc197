-- Rights of the two roles on PostgreSQL (docs/decisions/0014-audit-chain.md). Run with psql as a superuser:
--   psql -d xgz -v owner=xgz_owner -v app=xgz_app -f postgresql-roles.sql
-- Once before the first `xgz migrate` (it lets the owner create tables), and once after every
-- migration (it gives the application its rights). Passwords are set apart: \password xgz_app
\set ON_ERROR_STOP on
SELECT format('CREATE ROLE %I LOGIN', :'owner')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'owner') \gexec
SELECT format('CREATE ROLE %I LOGIN', :'app')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'app') \gexec

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO :"owner";
GRANT USAGE ON SCHEMA public TO :"app";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO :"app";
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO :"app";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"app";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO :"app";
-- An import asks PostgreSQL to look at the rows it staged (ANALYZE), so that they are joined by a
-- good plan at once. Who owns no table is refused with a warning, and autovacuum looks at them within
-- a minute or so; leave it on. From version 17 on the right can be given by itself:
--   GRANT MAINTAIN ON xgz_stagedbusiness, xgz_business TO xgz_app;

-- The trail can be read and added to. Its head moves, and is never deleted.
SELECT format('REVOKE UPDATE, DELETE, TRUNCATE ON xgz_auditentry FROM %I', :'app')
WHERE to_regclass('public.xgz_auditentry') IS NOT NULL \gexec
SELECT format('REVOKE DELETE, TRUNCATE ON xgz_audithead FROM %I', :'app')
WHERE to_regclass('public.xgz_audithead') IS NOT NULL \gexec
-- What has been applied is for the owner to write.
SELECT format('REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM %I', :'app')
WHERE to_regclass('public.django_migrations') IS NOT NULL \gexec
