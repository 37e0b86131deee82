-- Organisations, people, roles, audit and jobs: what every capability stands on.
--
-- Tenancy: every business table has organisation_id first in its primary key, unique keys and foreign keys, so that the
-- database itself refuses a reference across organisations. server/tests/api/tenancy.rs reads pg_catalog and proves it.
-- app_user and user_login belong to a person, not to an organisation: a person may be a member of many.

CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;

CREATE TABLE organisation (
    organisation_id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('dealership', 'private')),
    name text NOT NULL CHECK (name <> ''),
    tax_id text,
    address text,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    time_zone text NOT NULL,
    distance_unit text NOT NULL CHECK (distance_unit IN ('km', 'mi')),
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE branch (
    organisation_id uuid NOT NULL REFERENCES organisation,
    id uuid NOT NULL,
    name text NOT NULL CHECK (name <> ''),
    address text,
    created_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    PRIMARY KEY (organisation_id, id)
);
CREATE UNIQUE INDEX branch_name ON branch (organisation_id, lower(name)) WHERE deleted_at IS NULL;

CREATE TABLE app_user (
    id uuid PRIMARY KEY,
    name text NOT NULL CHECK (name <> ''),
    email text NOT NULL CHECK (email = lower(email)),
    locale text NOT NULL DEFAULT 'en',
    enabled boolean NOT NULL DEFAULT true,
    last_sign_in_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX app_user_email ON app_user (email);

-- Who a person is at an identity provider: (iss, sub) of the ID token (OpenID Connect Core 1.0 section 2).
CREATE TABLE user_login (
    issuer text NOT NULL,
    subject text NOT NULL,
    user_id uuid NOT NULL REFERENCES app_user,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (issuer, subject)
);
-- One account of an issuer for each person: a second one with the same e-mail must not slip in beside the first.
CREATE UNIQUE INDEX user_login_user ON user_login (user_id, issuer);

CREATE TABLE role (
    organisation_id uuid NOT NULL REFERENCES organisation,
    id uuid NOT NULL,
    -- The preset it began as, or NULL for a custom role.
    preset text,
    name text NOT NULL CHECK (name <> ''),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organisation_id, id)
);
CREATE UNIQUE INDEX role_preset ON role (organisation_id, preset) WHERE preset IS NOT NULL;
CREATE UNIQUE INDEX role_name ON role (organisation_id, lower(name));

CREATE TABLE role_permission (
    organisation_id uuid NOT NULL,
    role_id uuid NOT NULL,
    permission text NOT NULL CHECK (permission ~ '^[a-z]+:[a-z]+$'),
    PRIMARY KEY (organisation_id, role_id, permission),
    FOREIGN KEY (organisation_id, role_id) REFERENCES role (organisation_id, id)
);

CREATE TABLE member (
    organisation_id uuid NOT NULL REFERENCES organisation,
    user_id uuid NOT NULL REFERENCES app_user,
    role_id uuid NOT NULL,
    branch_id uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    -- With the role in the index, the look at who asks (every request) reads no row of this table.
    PRIMARY KEY (organisation_id, user_id) INCLUDE (role_id),
    FOREIGN KEY (organisation_id, role_id) REFERENCES role (organisation_id, id),
    FOREIGN KEY (organisation_id, branch_id) REFERENCES branch (organisation_id, id)
);
-- For "where may this person act": every sign-in.
CREATE INDEX member_user ON member (user_id, organisation_id) INCLUDE (role_id);

-- Who changed what. Written in the transaction of the change; chained later, in order, by the job that fills the last three columns.
CREATE TABLE audit_entry (
    organisation_id uuid NOT NULL REFERENCES organisation,
    id uuid NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    user_id uuid REFERENCES app_user,
    actor text NOT NULL,
    action text NOT NULL,
    subject_kind text NOT NULL,
    subject_id uuid NOT NULL,
    before jsonb,
    after jsonb,
    channel text NOT NULL,
    address inet,
    request_id text,
    sequence bigint,
    previous_hash bytea,
    hash bytea,
    PRIMARY KEY (organisation_id, id),
    CONSTRAINT audit_entry_chained CHECK (num_nulls(sequence, previous_hash, hash) IN (0, 3))
);
CREATE UNIQUE INDEX audit_entry_sequence ON audit_entry (organisation_id, sequence) WHERE sequence IS NOT NULL;
-- For the job that chains: what is not chained yet, in order.
CREATE INDEX audit_entry_unchained ON audit_entry (organisation_id, id) WHERE sequence IS NULL;
-- For the timeline of one thing.
CREATE INDEX audit_entry_subject ON audit_entry (organisation_id, subject_kind, subject_id, id);

-- The end of each chain, so that rows cut off its end are missed too.
CREATE TABLE audit_head (
    organisation_id uuid PRIMARY KEY REFERENCES organisation,
    sequence bigint NOT NULL,
    hash bytea NOT NULL
);

-- What is recorded stays as it was recorded; the chain's columns are set once.
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit is append-only: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_entry_recorded BEFORE UPDATE OF
    organisation_id, id, at, user_id, actor, action, subject_kind, subject_id, before, after, channel, address, request_id
    ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_entry_chained_once BEFORE UPDATE ON audit_entry
    FOR EACH ROW WHEN (OLD.sequence IS NOT NULL) EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_entry_kept BEFORE DELETE OR TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_head_kept BEFORE DELETE OR TRUNCATE ON audit_head FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

CREATE TABLE job (
    organisation_id uuid NOT NULL REFERENCES organisation,
    id uuid NOT NULL,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'done', 'dead')),
    attempts integer NOT NULL DEFAULT 0,
    max_attempts integer NOT NULL DEFAULT 10,
    run_at timestamptz NOT NULL DEFAULT now(),
    -- Which worker has it, and until when without a sign of life.
    locked_by text,
    locked_until timestamptz,
    last_error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    PRIMARY KEY (organisation_id, id)
);
-- For the worker's look for work.
CREATE INDEX job_due ON job (run_at) WHERE state = 'queued';
CREATE INDEX job_running ON job (locked_until) WHERE state = 'running';
-- For the clean-up of what is done.
CREATE INDEX job_done ON job (finished_at) WHERE state = 'done';

-- Wakes idle workers when the transaction that enqueued has committed; they poll too, in case they missed it.
CREATE FUNCTION job_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('job', '');
    RETURN NULL;
END $$;
CREATE TRIGGER job_enqueued AFTER INSERT ON job FOR EACH STATEMENT EXECUTE FUNCTION job_notify();
