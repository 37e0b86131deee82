-- Decoding the VINs of a whole stock: how far a run is, and what came of it.

CREATE TABLE vehicle_decoding (
    organisation_id uuid NOT NULL REFERENCES organisation,
    id uuid NOT NULL,
    state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done', 'failed')),
    -- Vehicles with a VIN; NULL until the job has counted them.
    vehicles bigint,
    done bigint NOT NULL DEFAULT 0,
    decoded bigint NOT NULL DEFAULT 0,
    changed bigint NOT NULL DEFAULT 0,
    filled bigint NOT NULL DEFAULT 0,
    differing bigint NOT NULL DEFAULT 0,
    -- The first of them: see app::vehicle::DecodingDifference.
    differences jsonb NOT NULL DEFAULT '[]',
    -- The last vehicle that is done: a run goes on behind it.
    after_id uuid,
    failure jsonb,
    -- Who started it; the job acts in this person's name.
    user_id uuid REFERENCES app_user,
    actor text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    PRIMARY KEY (organisation_id, id)
);
-- One at a time: store/decodings.rs.
CREATE UNIQUE INDEX vehicle_decoding_running ON vehicle_decoding (organisation_id) WHERE state = 'running';
