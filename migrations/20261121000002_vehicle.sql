-- The stock: vehicles, what happened to their status and price, and the imports that brought them.
--
-- Lists page by key set. Every sort of the list has one index (organisation_id, key, id) over the living rows; it is read
-- forwards and backwards, the rows with a NULL key as a second stretch (key IS NULL is an index condition), so that both
-- directions show NULLs last without a second index. Plans on 1,000,000 rows: docs/decisions/0003-vehicle-list-plans.md.

-- Lower case without the accents of Western European languages, so that "Citroen" finds "Citroën". IMMUTABLE, which unaccent() is not.
CREATE FUNCTION fold(t text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN translate(lower(t), 'áàâäãåéèêëíìîïóòôöõúùûüñçýÿ', 'aaaaaaeeeeiiiiooooouuuuncyy');

CREATE TABLE vehicle_import (
    organisation_id uuid NOT NULL REFERENCES organisation,
    id uuid NOT NULL,
    file_name text NOT NULL,
    -- What was uploaded; emptied once the import is over.
    file bytea,
    options jsonb NOT NULL,
    state text NOT NULL CHECK (state IN ('checking', 'checked', 'running', 'done', 'failed')),
    mode text CHECK (mode IN ('all', 'good')),
    rows bigint,
    rows_done bigint NOT NULL DEFAULT 0,
    rows_good bigint NOT NULL DEFAULT 0,
    rows_bad bigint NOT NULL DEFAULT 0,
    -- ignored_columns, encoding, delimiter, problems, failure: see app::vehicle::ImportReport.
    report jsonb NOT NULL DEFAULT '{}',
    -- Who started it; the job acts in this person's name.
    user_id uuid REFERENCES app_user,
    actor text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    -- When its state last changed.
    state_since timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    PRIMARY KEY (organisation_id, id)
);
-- store/imports.rs, the hourly clean-up: what nobody works on or confirms any more.
CREATE INDEX vehicle_import_open ON vehicle_import (state_since) WHERE state IN ('checking', 'checked', 'running');

CREATE TABLE vehicle (
    organisation_id uuid NOT NULL REFERENCES organisation,
    -- UUIDv7: the order of ids is the order in which vehicles were added.
    id uuid NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    kind text NOT NULL CONSTRAINT vehicle_kind CHECK (kind IN ('car', 'motorcycle')),
    stock_number text NOT NULL CHECK (stock_number <> ''),
    vin text CHECK (vin <> ''),
    plate text CHECK (plate <> ''),
    make text NOT NULL CHECK (make <> ''),
    model text NOT NULL CHECK (model <> ''),
    line text CHECK (line <> ''),
    model_year smallint CHECK (model_year BETWEEN 1885 AND 2200),
    body_type text CHECK (body_type IN (
        'sedan', 'hatchback', 'wagon', 'coupe', 'convertible', 'suv', 'crossover', 'minivan', 'van', 'cargo_van', 'pickup', 'truck',
        'chassis_cab', 'bus', 'other')),
    motorcycle_type text CHECK (motorcycle_type IN (
        'standard', 'sport', 'touring', 'cruiser', 'street', 'dual_sport', 'off_road', 'custom', 'scooter', 'moped', 'three_wheeled', 'other')),
    doors smallint CHECK (doors BETWEEN 0 AND 9),
    seats smallint CHECK (seats BETWEEN 1 AND 99),
    fuel_type text CHECK (fuel_type IN ('gasoline', 'diesel', 'electric', 'flex_fuel', 'lpg', 'natural_gas', 'hydrogen', 'other')),
    electrification text CHECK (electrification IN ('none', 'mild_hybrid', 'hybrid', 'plug_in_hybrid', 'battery_electric', 'fuel_cell')),
    transmission text CHECK (transmission IN ('manual', 'automatic', 'cvt', 'dual_clutch', 'automated_manual', 'direct_drive', 'other')),
    drivetrain text CHECK (drivetrain IN (
        'front', 'rear', 'all', 'four_by_four', 'four_by_two', 'six_by_four', 'chain', 'belt', 'shaft', 'other')),
    displacement_cc integer CHECK (displacement_cc BETWEEN 1 AND 30000),
    power_value integer CHECK (power_value BETWEEN 1 AND 3000),
    power_unit text CHECK (power_unit IN ('kw', 'hp', 'ps')),
    -- SI beside what was typed. 1 hp = 0.7457 kW (mechanical horsepower), 1 PS = 0.735499 kW (metric, DIN 66036).
    power_kw integer GENERATED ALWAYS AS (
        CASE power_unit WHEN 'hp' THEN round(power_value * 0.745700)::integer
            WHEN 'ps' THEN round(power_value * 0.735499)::integer ELSE power_value END) STORED,
    engine_number text CHECK (engine_number <> ''),
    chassis_number text CHECK (chassis_number <> ''),
    colour_outside text CHECK (colour_outside <> ''),
    colour_inside text CHECK (colour_inside <> ''),
    keys smallint CHECK (keys BETWEEN 0 AND 20),
    mileage_value integer CHECK (mileage_value BETWEEN 0 AND 3000000),
    mileage_unit text CHECK (mileage_unit IN ('km', 'mi')),
    -- 1 mi = 1.609344 km (international yard and pound agreement).
    mileage_km integer GENERATED ALWAYS AS (
        CASE mileage_unit WHEN 'mi' THEN round(mileage_value * 1.609344)::integer ELSE mileage_value END) STORED,
    city_registered text CHECK (city_registered <> ''),
    branch_id uuid,
    lot_place text CHECK (lot_place <> ''),
    status text NOT NULL CHECK (status IN (
        'in_acquisition', 'in_preparation', 'in_maintenance', 'in_repair', 'available', 'reserved', 'sold', 'in_use', 'inactive')),
    acquired_on date NOT NULL,
    -- The day it left the stock (sold, inactive): days in stock stand still from then on.
    left_on date,
    purchase_amount numeric(16, 4) CHECK (purchase_amount >= 0),
    purchase_currency text CHECK (purchase_currency ~ '^[A-Z]{3}$'),
    asking_amount numeric(16, 4) CHECK (asking_amount >= 0),
    asking_currency text CHECK (asking_currency ~ '^[A-Z]{3}$'),
    tags text[] NOT NULL DEFAULT '{}',
    notes text CHECK (length(notes) <= 10000),
    custom_fields jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(custom_fields) = 'object'),
    -- The import that brought it.
    import_id uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    -- Sort key "title": bytewise, the same on every machine whatever its locale.
    title_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (
        fold(make || ' ' || model || ' ' || coalesce(line, '')) || ' ' || coalesce(lpad(model_year::text, 4, '0'), '')) STORED,
    -- Sort key "days in stock": NULL once it has left, so that what has left comes last.
    stock_since date GENERATED ALWAYS AS (CASE WHEN left_on IS NULL THEN acquired_on END) STORED,
    -- What the search box looks through.
    search_text text NOT NULL GENERATED ALWAYS AS (
        fold(stock_number || ' ' || coalesce(vin, '') || ' ' || coalesce(plate, '') || ' ' || make || ' ' || model || ' '
            || coalesce(line, '') || ' ' || coalesce(colour_outside, '') || ' ' || coalesce(notes, ''))) STORED,
    PRIMARY KEY (organisation_id, id),
    CONSTRAINT vehicle_branch FOREIGN KEY (organisation_id, branch_id) REFERENCES branch (organisation_id, id),
    CONSTRAINT vehicle_import_of FOREIGN KEY (organisation_id, import_id) REFERENCES vehicle_import (organisation_id, id),
    CONSTRAINT vehicle_power_whole CHECK ((power_value IS NULL) = (power_unit IS NULL)),
    CONSTRAINT vehicle_mileage_whole CHECK ((mileage_value IS NULL) = (mileage_unit IS NULL)),
    CONSTRAINT vehicle_purchase_whole CHECK ((purchase_amount IS NULL) = (purchase_currency IS NULL)),
    CONSTRAINT vehicle_asking_whole CHECK ((asking_amount IS NULL) = (asking_currency IS NULL)),
    CONSTRAINT vehicle_left CHECK ((status IN ('sold', 'inactive')) = (left_on IS NOT NULL))
);

-- Unique among the living vehicles of an organisation. server/src/vehicle/error.rs maps these names to fields.
CREATE UNIQUE INDEX vehicle_stock_number ON vehicle (organisation_id, lower(stock_number)) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX vehicle_vin ON vehicle (organisation_id, vin) WHERE deleted_at IS NULL AND vin IS NOT NULL;
CREATE UNIQUE INDEX vehicle_plate ON vehicle (organisation_id, plate) WHERE deleted_at IS NULL AND plate IS NOT NULL;
CREATE UNIQUE INDEX vehicle_engine_number ON vehicle (organisation_id, engine_number)
    WHERE deleted_at IS NULL AND engine_number IS NOT NULL;
CREATE UNIQUE INDEX vehicle_chassis_number ON vehicle (organisation_id, chassis_number)
    WHERE deleted_at IS NULL AND chassis_number IS NOT NULL;

-- store/list.rs, ORDER BY each sort key; the names end in VehicleSort's names.
CREATE INDEX vehicle_by_added ON vehicle (organisation_id, id) WHERE deleted_at IS NULL;
CREATE INDEX vehicle_by_price ON vehicle (organisation_id, asking_amount, id) WHERE deleted_at IS NULL;
CREATE INDEX vehicle_by_mileage ON vehicle (organisation_id, mileage_km, id) WHERE deleted_at IS NULL;
CREATE INDEX vehicle_by_year ON vehicle (organisation_id, model_year, id) WHERE deleted_at IS NULL;
CREATE INDEX vehicle_by_days_in_stock ON vehicle (organisation_id, stock_since, id) WHERE deleted_at IS NULL;
CREATE INDEX vehicle_by_title ON vehicle (organisation_id, title_key, id) WHERE deleted_at IS NULL;
-- store/list.rs, filters by status and by make, which is compared without case and accents.
CREATE INDEX vehicle_status ON vehicle (organisation_id, status, id) WHERE deleted_at IS NULL;
CREATE INDEX vehicle_make_folded ON vehicle (organisation_id, fold(make), id) WHERE deleted_at IS NULL;
-- store/totals.rs: the makes there are, from the index alone.
CREATE INDEX vehicle_make ON vehicle (organisation_id, make) WHERE deleted_at IS NULL;
-- store/list.rs, search: every word a LIKE '%word%'.
CREATE INDEX vehicle_search ON vehicle USING gin (organisation_id, search_text gin_trgm_ops) WHERE deleted_at IS NULL;
-- store/totals.rs: count, sums and counts by status, from the index alone.
CREATE INDEX vehicle_totals ON vehicle (organisation_id, status)
    INCLUDE (asking_amount, asking_currency, purchase_amount, purchase_currency) WHERE deleted_at IS NULL;

-- The next stock number that Forecourt proposes: ST-00001, ST-00002, …
CREATE TABLE vehicle_stock_counter (
    organisation_id uuid PRIMARY KEY REFERENCES organisation,
    next_number bigint NOT NULL DEFAULT 1 CHECK (next_number > 0)
);

CREATE TABLE vehicle_status_change (
    organisation_id uuid NOT NULL REFERENCES organisation,
    id uuid NOT NULL,
    vehicle_id uuid NOT NULL,
    from_status text,
    to_status text NOT NULL,
    reason text CHECK (length(reason) <= 500),
    user_id uuid REFERENCES app_user,
    actor text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, vehicle_id) REFERENCES vehicle (organisation_id, id)
);
-- store/history.rs: the timeline of one vehicle.
CREATE INDEX vehicle_status_change_of ON vehicle_status_change (organisation_id, vehicle_id, at);

CREATE TABLE vehicle_price_change (
    organisation_id uuid NOT NULL REFERENCES organisation,
    id uuid NOT NULL,
    vehicle_id uuid NOT NULL,
    from_amount numeric(16, 4),
    from_currency text,
    to_amount numeric(16, 4),
    to_currency text,
    user_id uuid REFERENCES app_user,
    actor text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, vehicle_id) REFERENCES vehicle (organisation_id, id),
    CHECK ((from_amount IS NULL) = (from_currency IS NULL) AND (to_amount IS NULL) = (to_currency IS NULL))
);
-- store/history.rs: the timeline of one vehicle.
CREATE INDEX vehicle_price_change_of ON vehicle_price_change (organisation_id, vehicle_id, at);
