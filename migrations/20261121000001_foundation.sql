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
    theme text NOT NULL DEFAULT 'system' CHECK (theme IN ('system', 'light', 'dark')),
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
CREATE INDEX user_login_user ON user_login (user_id);

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
    PRIMARY KEY (organisation_id, user_id),
    FOREIGN KEY (organisation_id, role_id) REFERENCES role (organisation_id, id),
    FOREIGN KEY (organisation_id, branch_id) REFERENCES branch (organisation_id, id)
);
-- For "where may this person act": every sign-in.
CREATE INDEX member_user ON member (user_id, organisation_id);

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
    PRIMARY KEY (organisation_id, id)
);
CREATE UNIQUE INDEX audit_entry_sequence ON audit_entry (organisation_id, sequence) WHERE sequence IS NOT NULL;
-- For the job that chains: what is not chained yet, in order.
CREATE INDEX audit_entry_unchained ON audit_entry (organisation_id, id) WHERE sequence IS NULL;
-- For the timeline of one thing.
CREATE INDEX audit_entry_subject ON audit_entry (organisation_id, subject_kind, subject_id, id);

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
