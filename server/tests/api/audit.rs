//! The hash chain of the audit: whole after any number of writers, broken by anyone who changes the past.

use app::{identity::Preset, kernel::id::OrganisationId};
use rstest::rstest;
use serde_json::json;
use server::{
    audit::{self, Break, Change, End, Verdict},
    platform::Platform,
};
use uuid::Uuid;

use crate::{process, support};

async fn record(platform: &Platform, organisation: OrganisationId, note: &str) {
    let mut connection = platform.db.acquire().await.unwrap();
    let mut actor = support::actor(organisation, Preset::Owner);
    actor.origin.address = Some("2001:db8::7".parse().unwrap());
    let change = Change {
        action: "updated",
        subject: "vehicle",
        id: Uuid::now_v7(),
        before: Some(json!({ "price": "10.50", "note": note, "ñ": [1, null] })),
        after: None,
    };
    audit::record(&mut connection, &actor, change).await.unwrap();
}

async fn verdict(platform: &Platform, organisation: OrganisationId) -> Verdict {
    let verdicts = audit::verify(&platform.db).await.unwrap();
    verdicts.into_iter().find(|verdict| verdict.organisation == organisation).unwrap()
}

/// What somebody with the database's password can do, past the triggers.
async fn tamper(platform: &Platform, sql: &str) {
    let mut connection = platform.db.acquire().await.unwrap();
    let sql = format!("SET session_replication_role = replica; {sql}; RESET session_replication_role");
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut *connection).await.unwrap();
}

#[tokio::test]
async fn fifty_writers_and_many_chainers_make_one_whole_chain() {
    let platform = support::platform().await;
    let here = support::dealership(&platform).await;
    let there = support::dealership(&platform).await;
    let writers = (0..50).map(|n| {
        let platform = platform.clone();
        tokio::spawn(async move {
            for m in 0..20 {
                record(&platform, if m % 2 == 0 { here } else { there }, &format!("{n}.{m}")).await;
            }
        })
    });
    let writers: Vec<_> = writers.collect();
    let chainers = (0..3).map(|_| {
        let db = platform.db.clone();
        tokio::spawn(async move {
            for _ in 0..10 {
                audit::chain(&db).await.unwrap();
            }
        })
    });
    for task in chainers.collect::<Vec<_>>().into_iter().chain(writers) {
        task.await.unwrap();
    }
    audit::chain(&platform.db).await.unwrap();
    for organisation in [here, there] {
        let verdict = verdict(&platform, organisation).await;
        // One more: the organisation's own beginning.
        assert_eq!((verdict.verified, verdict.waiting, verdict.broken), (501, 0, None));
    }
}

#[rstest]
#[case::contents("UPDATE audit_entry SET before = '{\"price\": \"99.00\"}' WHERE sequence = 3", "row 3 ")]
#[case::who("UPDATE audit_entry SET actor = 'Somebody else' WHERE sequence = 4", "row 4 ")]
#[case::when("UPDATE audit_entry SET at = at - interval '1 microsecond' WHERE sequence = 2", "row 2 ")]
#[case::removed("DELETE FROM audit_entry WHERE sequence = 3", "row 3 was removed")]
#[case::cut_off("DELETE FROM audit_entry WHERE sequence > 4", "row 5 was removed")]
#[case::all_gone("DELETE FROM audit_entry", "row 1 was removed")]
#[case::exchanged(
    "UPDATE audit_entry SET sequence = -sequence WHERE sequence IN (3, 4); UPDATE audit_entry SET sequence = 7 + sequence WHERE sequence < 0",
    "row 3 ("
)]
#[case::rehashed("UPDATE audit_entry SET before = NULL, hash = sha256('forged') WHERE sequence = 6", "row 6 ")]
#[case::added(
    "INSERT INTO audit_entry SELECT organisation_id, gen_random_uuid(), at, user_id, actor, action, subject_kind, subject_id, before, after,
       channel, address, request_id, 7, hash, sha256('forged') FROM audit_entry WHERE sequence = 6",
    "row 7 "
)]
#[tokio::test]
async fn a_changed_past_is_found(#[case] sql: &str, #[case] found: &str) {
    let platform = support::platform().await;
    let organisation = support::dealership(&platform).await;
    let other = support::dealership(&platform).await;
    for n in 0..5 {
        record(&platform, organisation, &n.to_string()).await;
    }
    assert_eq!(audit::chain(&platform.db).await.unwrap(), 7);
    assert_eq!(verdict(&platform, organisation).await.broken, None);

    let scoped = sql.replace("WHERE ", &format!("WHERE organisation_id = '{organisation}' AND "));
    let scoped = if scoped.contains("WHERE") {
        scoped
    } else {
        format!("{scoped} WHERE organisation_id = '{organisation}'")
    };
    tamper(&platform, &scoped).await;
    let broken = verdict(&platform, organisation).await.broken.expect("a broken chain");
    assert!(broken.to_string().starts_with(found), "{broken}");
    assert_eq!(verdict(&platform, other).await.broken, None, "the others stay whole");
}

/// Whoever recomputes a row's hash has to recompute every later one, and is then found at the end.
#[tokio::test]
async fn a_chain_rewritten_up_to_its_end_is_found_by_its_end() {
    let platform = support::platform().await;
    let organisation = support::dealership(&platform).await;
    record(&platform, organisation, "true").await;
    audit::chain(&platform.db).await.unwrap();
    let end: (i64, Vec<u8>) = sqlx::query_as("SELECT sequence, hash FROM audit_head")
        .fetch_one(&platform.db)
        .await
        .unwrap();
    tamper(
        &platform,
        "UPDATE audit_entry SET actor = 'Nobody', sequence = NULL, previous_hash = NULL, hash = NULL; DELETE FROM audit_head",
    )
    .await;
    audit::chain(&platform.db).await.unwrap();
    assert_eq!(verdict(&platform, organisation).await.broken, None);
    // The end as a backup or a printout has it.
    sqlx::query("UPDATE audit_head SET sequence = $1, hash = $2")
        .bind(end.0)
        .bind(&end.1)
        .execute(&platform.db)
        .await
        .unwrap();
    assert!(matches!(
        verdict(&platform, organisation).await.broken,
        Some(Break::Changed { sequence: 2, .. })
    ));
}

/// Nothing in the database tells a recalculated chain from the real one: an end that was noted elsewhere does, long after.
#[tokio::test]
async fn a_recalculated_chain_does_not_hold_the_end_that_was_noted() {
    let platform = support::platform().await;
    let organisation = support::dealership(&platform).await;
    record(&platform, organisation, "true").await;
    audit::chain(&platform.db).await.unwrap();
    let noted = verdict(&platform, organisation).await.end();
    assert_eq!(End::read(&noted.to_string()), Some(noted.clone()));
    record(&platform, organisation, "later").await;
    audit::chain(&platform.db).await.unwrap();
    let against = async |end: &End| {
        let verdicts = audit::verify_against(&platform.db, std::slice::from_ref(end)).await.unwrap();
        verdicts.into_iter().find_map(|verdict| verdict.broken)
    };
    assert_eq!(against(&noted).await, None, "it has grown since, and holds it");

    let further = End {
        sequence: noted.sequence + 2,
        ..noted.clone()
    };
    assert_eq!(against(&further).await, Some(Break::Removed { sequence: 4 }));
    let elsewhere = End {
        organisation: OrganisationId::new(),
        ..noted.clone()
    };
    assert_eq!(against(&elsewhere).await, Some(Break::Removed { sequence: 1 }));
    tamper(
        &platform,
        "UPDATE audit_entry SET actor = 'Nobody', sequence = NULL, previous_hash = NULL, hash = NULL; DELETE FROM audit_head",
    )
    .await;
    audit::chain(&platform.db).await.unwrap();
    assert_eq!(verdict(&platform, organisation).await.broken, None);
    assert_eq!(against(&noted).await, Some(Break::Recalculated { sequence: 2 }));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_needs_no_redis_changes_no_schema_and_prints_ends_that_it_takes_back() {
    let folder = process::folder();
    let run = |database: &str, arguments: &[&str]| {
        let output = process::forecourt(folder.path())
            .args(arguments)
            .env("FORECOURT_DATABASE_URL", database)
            .env("FORECOURT_REDIS_URL", "redis://127.0.0.1:9")
            .env("FORECOURT_SECRET_KEY", "0f3a9c5e7b1d8264a0c9e3f5b7d18264")
            .output()
            .unwrap();
        let shown = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.code(), shown, process::text(&output))
    };
    let empty = support::empty_database().await;
    let tables = async || {
        let db = sqlx::PgPool::connect(&empty).await.unwrap();
        let count = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace";
        sqlx::query_scalar::<_, i64>(count).fetch_one(&db).await.unwrap()
    };
    let (code, _, said) = run(&empty, &["audit", "verify"]);
    assert!(code == Some(1) && said.contains("forecourt migrate"), "{said}");
    assert_eq!(tables().await, 0);
    let (code, _, said) = run(&empty, &["migrate"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(tables().await > 0);

    let platform = support::platform().await;
    support::dealership(&platform).await;
    audit::chain(&platform.db).await.unwrap();
    let database = support::url_of(platform.db.connect_options().get_database().unwrap());
    let (code, shown, said) = run(&database, &["audit", "verify"]);
    assert!(
        code == Some(0) && shown.contains("Northside Motors: 1 entries verified, 0 waiting, whole"),
        "{shown}{said}"
    );
    let end = shown.lines().find_map(|line| line.strip_prefix("  end ")).unwrap();
    let (code, _, said) = run(&database, &["audit", "verify", "--expect", end]);
    assert_eq!(code, Some(0), "{said}");
    let other = format!("{}{}", &end[..end.len() - 64], "0".repeat(64));
    let (code, shown, said) = run(&database, &["audit", "verify", "--expect", end, "--expect", &other]);
    assert!(
        code == Some(1) && shown.contains("the chain was recalculated") && said.contains("Northside Motors is broken"),
        "{shown}{said}"
    );
    assert_eq!(run(&database, &["audit", "verify", "--expect", "nonsense"]).0, Some(2));
}

#[rstest]
#[case("UPDATE audit_entry SET actor = 'x'")]
#[case("UPDATE audit_entry SET after = NULL")]
#[case("UPDATE audit_entry SET sequence = sequence + 1")]
#[case("UPDATE audit_entry SET sequence = NULL, hash = NULL, previous_hash = NULL")]
#[case("DELETE FROM audit_entry")]
#[case("TRUNCATE audit_entry")]
#[case("DELETE FROM audit_head")]
#[tokio::test]
async fn the_database_itself_refuses_to_change_the_past(#[case] sql: &'static str) {
    let platform = support::platform().await;
    let organisation = support::dealership(&platform).await;
    record(&platform, organisation, "true").await;
    audit::chain(&platform.db).await.unwrap();
    let error = sqlx::query(sql).execute(&platform.db).await.unwrap_err();
    assert!(error.to_string().contains("append-only"), "{error}");
}
