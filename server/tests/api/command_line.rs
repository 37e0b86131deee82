//! The demo and the import on the command line, which share the import's rules.

use std::time::Duration;

use app::{
    i18n::Locale,
    identity::{OrganisationKind, Preset},
    kernel::number::Notation,
    vehicle::{VehicleDraft, VehicleField, VehicleService},
};
use server::{audit, demo, vehicle::Vehicles};

use crate::support;

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_is_loaded_once_and_only_into_an_empty_database() {
    let platform = support::platform().await;
    let password = demo::password(&platform.config, None).unwrap();
    assert_eq!(demo::load(&platform, &password).await.unwrap(), demo::Outcome::Loaded);
    let count = |sql: &'static str| {
        let db = platform.db.clone();
        async move { sqlx::query_scalar::<_, i64>(sql).fetch_one(&db).await.unwrap() }
    };
    let everything = "SELECT (SELECT count(*) FROM vehicle) + (SELECT count(*) FROM audit_entry) + (SELECT count(*) FROM app_user)
                      + (SELECT count(*) FROM organisation) + (SELECT count(*) FROM issuer.account)";
    let before = count(everything).await;
    assert_eq!(count("SELECT count(*) FROM vehicle").await, 1_003);
    assert_eq!(count("SELECT count(*) FROM vehicle WHERE status = 'in_use'").await, 3);
    assert_eq!(count("SELECT count(*) FROM app_user").await, 5);
    assert_eq!(count("SELECT count(*) FROM issuer.account WHERE email_verified").await, 5);

    assert_eq!(demo::load(&platform, &password).await.unwrap(), demo::Outcome::Present);
    assert_eq!(count(everything).await, before);

    while audit::chain(&platform.db).await.unwrap() > 0 {}
    for verdict in audit::verify(&platform.db).await.unwrap() {
        assert!(verdict.broken.is_none(), "{verdict:?}");
    }

    let other = support::platform().await;
    support::organisation(&other, OrganisationKind::Private, "Somebody else").await;
    assert_eq!(demo::load(&other, &password).await.unwrap(), demo::Outcome::NotEmpty);
}

#[tokio::test]
async fn the_known_password_stays_on_this_machine() {
    let mut config = support::config();
    config.development = false;
    assert!(demo::password(&config, None).is_ok());
    config.public_url = "https://cars.example".parse().unwrap();
    assert!(demo::password(&config, None).is_err());
    assert!(demo::password(&config, Some("of-our-own".into())).is_ok());
}

/// The binary as a person types it: exit code, stdout, stderr.
fn forecourt(database: &str, arguments: &[&str]) -> (i32, String, String) {
    let var = tempfile::tempdir().unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_forecourt"))
        .env("FORECOURT_DATABASE_URL", database)
        .env("FORECOURT_REDIS_URL", support::redis_url())
        .env("FORECOURT_SECRET_KEY", uuid::Uuid::now_v7().to_string())
        .env("FORECOURT_OIDC_CLIENT_SECRET", "test-client-secret")
        .env("FORECOURT_VAR_DIR", var.path())
        .env("FORECOURT_LOG_FILTER", "warn")
        .current_dir(var.path())
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_reports_row_by_row_and_ends_accordingly() {
    let database = support::fresh_database().await;
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str, file: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, file).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let good = path("good.csv", "make;model;plate\nMazda;3;ZZZ901\n");
    let mixed = path(
        "mixed.csv",
        "make,model,plate,asking_price\nMazda,6,ZZZ901,1\nFiat,500,ZZZ903,2\nVespa,PX,,cheap\n",
    );
    let open = path("open.csv", "make,model\nMazda,\"3\n");

    let (code, _, told) = forecourt(&database, &["import", &good, "--notation", "point"]);
    assert!(code == 1 && told.contains("there is no organisation yet"), "{told}");
    let (code, shown, told) = forecourt(&database, &["demo"]);
    assert!(
        code == 0 && shown.contains("owner@northside.example") && shown.contains("forecourt-demo"),
        "{shown}{told}"
    );
    let (code, shown, _) = forecourt(&database, &["demo"]);
    assert!(code == 0 && shown.contains("loaded before"), "{shown}");

    let (code, _, told) = forecourt(&database, &["import", &good, "--notation", "point"]);
    assert!(
        code == 1 && told.contains("which organisation") && told.contains("Northside Motors"),
        "{told}"
    );
    let (code, _, told) = forecourt(&database, &["import", &good, "--notation", "point", "--organisation", "nobody"]);
    assert!(code == 1 && told.contains("no organisation is called"), "{told}");
    let (code, _, told) = forecourt(&database, &["import", "/nowhere/list.csv", "--notation", "point"]);
    assert!(code == 1 && told.contains("/nowhere/list.csv can't be read"), "{told}");

    let large = folder.path().join("large.csv");
    std::fs::File::create(&large).unwrap().set_len(50_000_001).unwrap();
    let (code, _, told) = forecourt(&database, &["import", large.to_str().unwrap(), "--notation", "point"]);
    assert!(
        code == 1 && told.contains("large.csv has 50000001 bytes; import_max_bytes allows 50000000"),
        "{told}"
    );

    let (code, _, told) = forecourt(&database, &["import", &good]);
    assert!(
        code == 2 && told.contains("--notation"),
        "how numbers are written is never guessed: {told}"
    );

    let there = ["--organisation", "northside motors", "--notation", "point"];
    let with = |file: &str, more: &[&str]| forecourt(&database, &[&["import", file][..], &there[..], more].concat());
    let (code, shown, told) = with(&good, &["--dry-run"]);
    assert!(code == 0 && shown.contains("nothing was saved"), "{shown}{told}");
    let (code, shown, told) = with(&good, &[]);
    assert!(code == 0 && shown.contains(&Locale::En.import_done(1)), "{shown}{told}");
    let (code, shown, _) = with(&open, &[]);
    assert!(code == 1 && shown.contains("line 2"), "{shown}");
    let (code, shown, _) = with(&mixed, &[]);
    assert!(
        code == 1 && shown.contains("line 2, \"plate\"") && shown.contains("line 4, \"asking_price\""),
        "{shown}"
    );
    let (code, shown, told) = with(&mixed, &["--mode", "good"]);
    let bad = Locale::En.import_bad(2);
    assert!(
        code == 1 && shown.contains(&format!("{}, {bad}", Locale::En.import_good(1))) && told.contains(&bad),
        "{shown}{told}"
    );
    let pool = sqlx::PgPool::connect(&database).await.unwrap();
    let there: i64 = sqlx::query_scalar("SELECT count(*) FROM vehicle WHERE plate LIKE 'ZZZ90%'")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(there, 2);
    let lists: Vec<(String, String)> = sqlx::query_as(
        "SELECT u.after ->> 'file_name', c.after ->> 'mode'
         FROM audit_entry u
         JOIN audit_entry c USING (subject_id)
         WHERE u.action = 'uploaded'
           AND c.action = 'confirmed'
           AND u.after ->> 'file_name' = ANY($1)
         ORDER BY u.id",
    )
    .bind(["good.csv", "mixed.csv"])
    .fetch_all(&pool)
    .await
    .unwrap();
    let [all, good] = [("good.csv", "all"), ("mixed.csv", "good")].map(|(list, mode)| (list.to_owned(), mode.to_owned()));
    assert_eq!(lists, [all, good]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_is_being_imported_holds_up_nobody_who_adds_a_vehicle() {
    let platform = support::platform().await;
    let owner = support::actor(support::dealership(&platform).await, Preset::Owner);
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("list.csv");
    std::fs::write(&list, "make,model\nMazda,3\nLada,Niva\n").unwrap();
    // The second row waits here, and the whole import with it.
    let mut hold = platform.db.begin().await.unwrap();
    sqlx::raw_sql(
        "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(7); RETURN NEW; END $$;
         CREATE TRIGGER wait BEFORE INSERT ON vehicle FOR EACH ROW WHEN (NEW.make = 'Lada') EXECUTE FUNCTION wait()",
    )
    .execute(&platform.db)
    .await
    .unwrap();
    sqlx::query("SELECT pg_advisory_xact_lock(7)").execute(&mut *hold).await.unwrap();
    let url = support::url_of(platform.db.connect_options().get_database().unwrap());
    let import = tokio::task::spawn_blocking(move || forecourt(&url, &["import", list.to_str().unwrap(), "--notation", "point"]));
    let waits = "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
                 WHERE d.datname = current_database() AND l.locktype = 'advisory' AND NOT l.granted";
    let begun = std::time::Instant::now();
    while sqlx::query_scalar::<_, i64>(waits).fetch_one(&platform.db).await.unwrap() == 0 {
        assert!(
            !import.is_finished() && begun.elapsed() < Duration::from_secs(60),
            "it does not get there"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let mut draft = VehicleDraft::default();
    draft.set(VehicleField::Make, "Fiat");
    draft.set(VehicleField::Model, "500");
    let vehicles = Vehicles::new(platform.clone());
    let added = tokio::time::timeout(Duration::from_secs(5), vehicles.create(&owner, draft, Notation::Point)).await;
    assert_eq!(added.unwrap().unwrap().stock_number, "ST-00003");
    hold.commit().await.unwrap();
    let (code, shown, told) = import.await.unwrap();
    assert_eq!(code, 0, "{shown}{told}");
}
