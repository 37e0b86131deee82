-- :vehicles vehicles for the demo dealership and a tenth as many for a neighbour: for `make bench`, and to look at plans
-- (docs/decisions/0003-vehicle-list-plans.md). In a database of its own that has the demo:
--   psql -v ON_ERROR_STOP=1 -v vehicles=1000000 -f scripts/many-vehicles.sql
-- Drawn by arithmetic, not at random: every run gives the same rows.

INSERT INTO organisation (organisation_id, kind, name, currency, time_zone, distance_unit)
VALUES ('00000000-0000-7000-8000-00000000000b', 'dealership', 'A neighbour', 'USD', 'America/Bogota', 'km');

SELECT organisation_id AS dealership FROM organisation WHERE name = 'Northside Motors' \gset

-- Rows go in ten times as fast before the indexes are there.
CREATE TEMP TABLE later AS
SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = 'vehicle' AND indexname <> 'vehicle_pkey';
SELECT format('DROP INDEX %I', indexname) FROM later \gexec

INSERT INTO vehicle (
    organisation_id, id, kind, stock_number, vin, plate, make, model, line, model_year, body_type, fuel_type, colour_outside,
    mileage_value, mileage_unit, status, acquired_on, left_on, purchase_amount, purchase_currency, asking_amount, asking_currency, notes)
SELECT CASE WHEN n <= :vehicles THEN :'dealership'::uuid ELSE '00000000-0000-7000-8000-00000000000b'::uuid END,
       ('01930000-' || lpad(to_hex(n / 65536), 4, '0') || '-7' || lpad(to_hex(n % 4096), 3, '0') || '-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
       'car',
       'M-' || lpad(n::text, 7, '0'),
       'VIN' || lpad((n * 7919 % 100000000)::text, 14, '0'),
       'X' || chr((65 + n % 26)::int) || chr((65 + n / 26 % 26)::int) || chr((65 + n / 676 % 26)::int) || lpad((n / 17576)::text, 3, '0'),
       (ARRAY['Mazda', 'Toyota', 'Chevrolet', 'Renault', 'Kia', 'Ford', 'Nissan', 'Volkswagen', 'BMW', 'Suzuki'])[1 + n * 31 % 97 % 10],
       (ARRAY['3', 'Corolla', 'Onix', 'Duster', 'Rio', 'Fiesta', 'Versa', 'Gol', 'X1', 'Swift'])[1 + n * 31 % 97 % 10],
       CASE WHEN n % 3 = 0 THEN 'Grand Touring' END,
       CASE WHEN n % 50 > 0 THEN 1995 + n * 13 % 31 END,
       (ARRAY['sedan', 'suv', 'hatchback', 'pickup'])[1 + n % 4],
       'gasoline',
       (ARRAY['White', 'Black', 'Grey', 'Red', 'Blue'])[1 + n % 5],
       CASE WHEN n % 20 > 0 THEN n * 7919 % 240000 END,
       CASE WHEN n % 20 > 0 THEN 'km' END,
       (ARRAY['available', 'available', 'available', 'available', 'in_preparation', 'in_repair', 'reserved', 'sold', 'sold', 'inactive'])[1 + n % 10],
       DATE '2026-11-20' - (n * 37 % 400)::int,
       CASE WHEN n % 10 >= 7 THEN DATE '2026-11-20' END,
       5000 + n * 101 % 40000, 'USD',
       CASE WHEN n % 12 > 0 THEN 6000 + n * 103 % 45000 END,
       CASE WHEN n % 12 > 0 THEN 'USD' END,
       CASE WHEN n % 10000 = 0 THEN 'Hail damage on the bonnet' END
FROM generate_series(1::bigint, :vehicles + :vehicles / 10) AS n;

SELECT indexdef FROM later \gexec

VACUUM (ANALYZE) vehicle;
