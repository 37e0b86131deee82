-- The embedded OpenID Connect provider: accounts, clients, browser sessions, grants and keys.
--
-- Nothing here refers to another schema, so that the issuer can run alone on a database of its own. It knows people and
-- clients, not organisations: which organisation a person acts in is decided by Forecourt after sign-in.
-- Secrets lie here only as hashes (tokens, codes, cookies: SHA-256 of 256 random bits; passwords: Argon2id; client secrets:
-- keyed HMAC-SHA-256) or sealed (signing keys: ChaCha20-Poly1305).

CREATE SCHEMA IF NOT EXISTS issuer;

CREATE TABLE issuer.signing_key (
    -- RFC 7638 thumbprint of the public key.
    kid text PRIMARY KEY,
    algorithm text NOT NULL CHECK (algorithm IN ('RS256', 'EdDSA')),
    sealed bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    -- A retired key signs nothing more but is still published, so that what it signed can be verified.
    retired_at timestamptz
);
CREATE UNIQUE INDEX signing_key_active ON issuer.signing_key (algorithm) WHERE retired_at IS NULL;

CREATE TABLE issuer.account (
    -- The subject (`sub`).
    id uuid PRIMARY KEY,
    email text NOT NULL CHECK (email = lower(email) AND email <> ''),
    email_verified boolean NOT NULL DEFAULT false,
    name text NOT NULL CHECK (name <> ''),
    -- PHC string of Argon2id.
    password_hash text NOT NULL,
    enabled boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX account_email ON issuer.account (email);

CREATE TABLE issuer.client (
    id text PRIMARY KEY CHECK (id <> ''),
    name text NOT NULL CHECK (name <> ''),
    secret_hash bytea NOT NULL,
    redirect_uris text[] NOT NULL,
    post_logout_redirect_uris text[] NOT NULL,
    -- The `aud` of its access tokens.
    audience text NOT NULL,
    signing_algorithm text NOT NULL DEFAULT 'RS256' CHECK (signing_algorithm IN ('RS256', 'EdDSA')),
    created_at timestamptz NOT NULL DEFAULT now()
);

-- One signed-in browser. Its id is the `sid` of ID tokens.
CREATE TABLE issuer.browser_session (
    id uuid PRIMARY KEY,
    token_hash bytea NOT NULL,
    account_id uuid NOT NULL REFERENCES issuer.account,
    auth_time timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX browser_session_token ON issuer.browser_session (token_hash);
-- For the sweep.
CREATE INDEX browser_session_expiry ON issuer.browser_session (expires_at);

-- What one sign-in gave one client: the family of all tokens that descend from one authorization code.
CREATE TABLE issuer.token_grant (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES issuer.account,
    client_id text NOT NULL REFERENCES issuer.client,
    -- The browser session it was made in; no foreign key, since a grant outlives it.
    session_id uuid NOT NULL,
    scope text NOT NULL,
    auth_time timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    ended_because text CHECK (ended_because IN ('code_replay', 'refresh_replay', 'revoked', 'logout', 'account_disabled')),
    CHECK ((ended_at IS NULL) = (ended_because IS NULL))
);
-- For logout: the living grants of a session.
CREATE INDEX token_grant_session ON issuer.token_grant (session_id) WHERE ended_at IS NULL;
CREATE INDEX token_grant_expiry ON issuer.token_grant (expires_at);

CREATE TABLE issuer.authorization_code (
    code_hash bytea PRIMARY KEY,
    grant_id uuid NOT NULL REFERENCES issuer.token_grant,
    redirect_uri text NOT NULL,
    -- RFC 7636, method S256.
    code_challenge text NOT NULL,
    nonce text,
    expires_at timestamptz NOT NULL,
    -- Kept after use, so that a replay is recognised.
    used_at timestamptz
);
CREATE INDEX authorization_code_grant ON issuer.authorization_code (grant_id);

CREATE TABLE issuer.refresh_token (
    token_hash bytea PRIMARY KEY,
    grant_id uuid NOT NULL REFERENCES issuer.token_grant,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    -- Kept after use, so that a replay is recognised.
    used_at timestamptz,
    -- If its use bore an Idempotency-Key: that key's hash, and the token that was given for it (sealed), until that one is used.
    retry_hash bytea,
    successor bytea,
    CHECK (num_nulls(retry_hash, successor) IN (0, 2)),
    CHECK (successor IS NULL OR used_at IS NOT NULL)
);
CREATE INDEX refresh_token_grant ON issuer.refresh_token (grant_id);

-- Failed attempts, counted per typed e-mail address (whether or not it has an account) and per network address.
CREATE TABLE issuer.attempt (
    -- HMAC of what is counted: the table tells nobody who tried what.
    key bytea PRIMARY KEY,
    failures integer NOT NULL,
    last_at timestamptz NOT NULL,
    locked_until timestamptz NOT NULL
);
CREATE INDEX attempt_last ON issuer.attempt (last_at);
