-- What an organisation adds to the catalogue of makes, models, lines and engines, or says differently. The catalogue itself is in the
-- binary; its changes are in the audit.

CREATE TABLE catalogue_entry (
    organisation_id uuid NOT NULL REFERENCES organisation,
    -- UUIDv7: the order of ids is the order in which entries were added.
    id uuid NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    level text NOT NULL CHECK (level IN ('make', 'model', 'line', 'engine')),
    -- NULL: both, and any year.
    kind text CHECK (kind IN ('car', 'motorcycle')),
    first_year smallint CHECK (first_year BETWEEN 1885 AND 2200),
    last_year smallint CHECK (last_year BETWEEN 1885 AND 2200),
    -- Where it belongs, down to the level above it.
    make text CHECK (length(make) BETWEEN 1 AND 80),
    model text CHECK (length(model) BETWEEN 1 AND 80),
    line text CHECK (length(line) BETWEEN 1 AND 120),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    -- The name in vPIC that it stands for; NULL for one that vPIC does not have.
    corrects text CHECK (length(corrects) BETWEEN 1 AND 120),
    -- That name is not offered any more.
    hidden boolean NOT NULL DEFAULT false,
    -- The names as they are compared (vin::fold); '' where there is none.
    make_key text NOT NULL,
    model_key text NOT NULL,
    line_key text NOT NULL,
    name_key text NOT NULL CHECK (name_key <> ''),
    corrects_key text CHECK (corrects_key <> ''),
    displacement_cc integer CHECK (displacement_cc BETWEEN 1 AND 30000),
    cylinders smallint CHECK (cylinders BETWEEN 1 AND 24),
    fuel_type text CHECK (fuel_type IN ('gasoline', 'diesel', 'electric', 'flex_fuel', 'lpg', 'natural_gas', 'hydrogen', 'other')),
    electrification text CHECK (electrification IN ('none', 'mild_hybrid', 'hybrid', 'plug_in_hybrid', 'battery_electric', 'fuel_cell')),
    power_value integer CHECK (power_value BETWEEN 1 AND 3000),
    power_unit text CHECK (power_unit IN ('kw', 'hp', 'ps')),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    PRIMARY KEY (organisation_id, id),
    CONSTRAINT catalogue_entry_years CHECK (last_year >= first_year),
    CONSTRAINT catalogue_entry_parents CHECK (
        (make IS NOT NULL) = (level <> 'make') AND (model IS NOT NULL) = (level IN ('line', 'engine')) AND (line IS NULL OR level = 'engine')),
    CONSTRAINT catalogue_entry_keys CHECK (
        (make_key <> '') = (make IS NOT NULL) AND (model_key <> '') = (model IS NOT NULL) AND (line_key <> '') = (line IS NOT NULL)
        AND (corrects_key IS NULL) = (corrects IS NULL)),
    CONSTRAINT catalogue_entry_hides CHECK (NOT hidden OR corrects IS NOT NULL),
    CONSTRAINT catalogue_entry_engine CHECK (
        level = 'engine' OR num_nonnulls(displacement_cc, cylinders, fuel_type, electrification, power_value) = 0),
    CONSTRAINT catalogue_entry_power_whole CHECK ((power_value IS NULL) = (power_unit IS NULL))
);

-- Unique among the living entries of an organisation. server/src/catalogue/error.rs maps these names to fields.
CREATE UNIQUE INDEX catalogue_entry_name
    ON catalogue_entry (organisation_id, level, coalesce(kind, ''), make_key, model_key, line_key, name_key) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX catalogue_entry_corrects
    ON catalogue_entry (organisation_id, level, coalesce(kind, ''), make_key, model_key, line_key, corrects_key)
    WHERE deleted_at IS NULL AND corrects_key IS NOT NULL;
-- store.rs, entries and living: newest first, page by page.
CREATE INDEX catalogue_entry_by_added ON catalogue_entry (organisation_id, id) WHERE deleted_at IS NULL;

-- store.rs, changes: newest first, page by page.
CREATE INDEX audit_entry_catalogue ON audit_entry (organisation_id, id) WHERE subject_kind = 'catalogue_entry';

-- store.rs, stock: how many vehicles there are of each make and model, from the index alone. Its first columns serve vehicle/store/totals.rs
-- (the makes there are), so it takes the place of the index on those.
CREATE INDEX vehicle_make_model ON vehicle (organisation_id, make, model, kind) WHERE deleted_at IS NULL;
DROP INDEX vehicle_make;
