//! People and organisations: what a member may, how accounts are linked, and the attacks on linking.

use app::{
    i18n::Locale,
    identity::{IdentityService, OrganisationKind, Permission, Preset},
    kernel::{
        actor::{Actor, Origin},
        id::OrganisationId,
    },
};
use rstest::rstest;
use server::identity::{Identity, IdentityError, IssuerAccount, find_actor, provision};
use sqlx::PgPool;

use crate::support;

const ISSUER: &str = "https://id.example.com";

async fn add(db: &PgPool, organisation: OrganisationId, email: &str, name: &str, preset: Preset) -> app::kernel::id::UserId {
    let new = provision::NewMember {
        email: email.into(),
        name: name.into(),
        preset,
        locale: Locale::Es,
    };
    provision::member(&mut db.acquire().await.unwrap(), organisation, new)
        .await
        .unwrap()
}

async fn sign_in(db: &PgPool, issuer: &str, subject: &str, email: &str, email_verified: bool, name: &str) -> Result<Actor, IdentityError> {
    let account = IssuerAccount {
        issuer,
        subject,
        email,
        email_verified,
        name,
    };
    let origin = Origin {
        address: "192.0.2.7".parse().ok(),
        request: Some("request-1".into()),
        channel: "web",
    };
    server::identity::sign_in(db, &account, origin).await
}

#[tokio::test]
async fn a_member_has_what_the_role_s_rows_grant_at_this_moment() {
    let platform = support::platform().await;
    let organisation = support::dealership(&platform).await;
    let user = add(&platform.db, organisation, "Sam@Example.com", "Sam", Preset::Sales).await;

    let actor = find_actor(&platform.db, user, organisation).await.unwrap().unwrap();
    let preset: std::collections::BTreeSet<_> = Preset::Sales.permissions().into_iter().collect();
    assert_eq!(actor.permissions, preset);
    assert_eq!(
        (actor.name.as_str(), actor.locale, actor.time_zone.as_str()),
        ("Sam", Locale::Es, "America/Bogota")
    );

    sqlx::raw_sql(
        "DELETE FROM role_permission WHERE permission = 'vehicle:update';
         INSERT INTO role_permission SELECT organisation_id, id, 'spaceship:launch' FROM role",
    )
    .execute(&platform.db)
    .await
    .unwrap();
    let actor = find_actor(&platform.db, user, organisation).await.unwrap().unwrap();
    assert!(!actor.may(Permission::VehicleUpdate), "a change of role acts on the next request");
    assert!(
        actor.may(Permission::VehicleRead),
        "an unknown permission grants nothing and breaks nothing"
    );

    sqlx::raw_sql("UPDATE app_user SET enabled = false")
        .execute(&platform.db)
        .await
        .unwrap();
    assert!(find_actor(&platform.db, user, organisation).await.unwrap().is_none());
}

#[tokio::test]
async fn a_member_of_one_organisation_is_nobody_in_another() {
    let platform = support::platform().await;
    let here = support::dealership(&platform).await;
    let there = support::organisation(&platform, OrganisationKind::Private, "Garage").await;
    let user = add(&platform.db, here, "a@example.com", "A", Preset::Owner).await;
    assert!(find_actor(&platform.db, user, there).await.unwrap().is_none());
}

#[tokio::test]
async fn every_sign_in_and_the_link_of_an_account_are_audited() {
    let platform = support::platform().await;
    let organisation = support::dealership(&platform).await;
    let user = add(&platform.db, organisation, "a@example.com", "A", Preset::Viewer).await;
    for _ in 0..2 {
        sign_in(&platform.db, ISSUER, "s1", "a@example.com", true, "").await.unwrap();
    }
    let refused = sign_in(&platform.db, ISSUER, "s2", "a@example.com", true, "").await;
    assert!(matches!(refused, Err(IdentityError::OtherAccount)), "{refused:?}");
    let rows: Vec<(String, Option<String>, Option<String>, serde_json::Value)> = sqlx::query_as(
        "SELECT action, host(address), request_id, after FROM audit_entry
         WHERE organisation_id = $1 AND user_id = $2 AND subject_id = $2 ORDER BY id",
    )
    .bind(organisation.0)
    .bind(user.0)
    .fetch_all(&platform.db)
    .await
    .unwrap();
    let actions: Vec<&str> = rows.iter().map(|row| row.0.as_str()).collect();
    assert_eq!(actions, ["account_linked", "signed_in", "signed_in"]);
    for (_, address, request, after) in &rows {
        assert_eq!((address.as_deref(), request.as_deref()), (Some("192.0.2.7"), Some("request-1")));
        assert_eq!(after["issuer"], ISSUER);
    }
}

#[tokio::test]
async fn an_account_is_linked_by_its_verified_address_and_found_by_its_subject_afterwards() {
    let platform = support::platform().await;
    let organisation = support::dealership(&platform).await;
    let user = add(&platform.db, organisation, "new@example.com", "", Preset::Viewer).await;

    let first = sign_in(&platform.db, ISSUER, "s1", "New@Example.com", true, "Nina New")
        .await
        .unwrap();
    assert_eq!((first.user, first.organisation), (Some(user), organisation));
    // The address at the provider may change later, verified or not: the subject is who they are.
    let again = sign_in(&platform.db, ISSUER, "s1", "other@example.com", false, "Somebody Else")
        .await
        .unwrap();
    assert_eq!(again.user, Some(user));
    let (name, seen): (String, bool) = sqlx::query_as("SELECT name, last_sign_in_at IS NOT NULL FROM app_user")
        .fetch_one(&platform.db)
        .await
        .unwrap();
    assert_eq!(
        (name.as_str(), seen),
        ("Nina New", true),
        "the name comes from the provider only where there was none"
    );
}

#[rstest]
#[case::unverified_address(ISSUER, "thief", "boss@example.com", false)]
#[case::no_address(ISSUER, "thief", "", true)]
#[case::unknown_address(ISSUER, "thief", "thief@example.com", true)]
#[case::second_account_with_the_same_address(ISSUER, "thief", "boss@example.com", true)]
#[case::subject_of_another_issuer("https://evil.example.com", "boss", "", true)]
#[case::letter_that_folds_to_another(ISSUER, "thief", "bo\u{17F}s@example.com", true)]
#[tokio::test]
async fn a_stranger_is_not_let_in(#[case] issuer: &str, #[case] subject: &str, #[case] email: &str, #[case] verified: bool) {
    let platform = support::platform().await;
    let organisation = support::dealership(&platform).await;
    add(&platform.db, organisation, "boss@example.com", "Boss", Preset::Owner).await;
    sign_in(&platform.db, ISSUER, "boss", "boss@example.com", true, "").await.unwrap();

    let error = sign_in(&platform.db, issuer, subject, email, verified, "Thief").await.unwrap_err();
    assert!(error.is_refusal(), "{error}");
    assert!(error.refusal_text(Locale::En).contains("no access"));
    let links: i64 = sqlx::query_scalar("SELECT count(*) FROM user_login")
        .fetch_one(&platform.db)
        .await
        .unwrap();
    assert_eq!(links, 1);
}

#[tokio::test]
async fn an_unverified_address_is_not_linked_even_where_no_account_is_linked_yet() {
    let platform = support::platform().await;
    let organisation = support::dealership(&platform).await;
    add(&platform.db, organisation, "boss@example.com", "Boss", Preset::Owner).await;
    let refused = sign_in(&platform.db, ISSUER, "thief", "boss@example.com", false, "").await;
    assert!(matches!(refused, Err(IdentityError::UnverifiedEmail)), "{refused:?}");
}

#[tokio::test]
async fn parallel_first_sign_ins_link_once() {
    let platform = support::platform().await;
    let organisation = support::dealership(&platform).await;
    let user = add(&platform.db, organisation, "p@example.com", "P", Preset::Sales).await;
    let db = &platform.db;
    let answers = futures::future::join_all((0..8).map(|_| sign_in(db, ISSUER, "p", "p@example.com", true, ""))).await;
    assert!(answers.into_iter().all(|answer| answer.unwrap().user == Some(user)));
}

#[tokio::test]
async fn the_disabled_and_those_without_an_organisation_are_told_so() {
    let platform = support::platform().await;
    let organisation = support::dealership(&platform).await;
    let user = add(&platform.db, organisation, "off@example.com", "Off", Preset::Sales).await;
    let ask = || sign_in(&platform.db, ISSUER, "off", "off@example.com", true, "");

    sqlx::query("DELETE FROM member WHERE user_id = $1")
        .bind(user.0)
        .execute(&platform.db)
        .await
        .unwrap();
    let alone = ask().await.unwrap_err();
    assert!(alone.refusal_text(Locale::Es).contains("ninguna organización"), "{alone}");

    sqlx::raw_sql("UPDATE app_user SET enabled = false")
        .execute(&platform.db)
        .await
        .unwrap();
    let disabled = ask().await.unwrap_err();
    assert!(disabled.refusal_text(Locale::En).contains("account is disabled"), "{disabled}");
    assert_eq!(app::kernel::error::AppError::from(disabled).status(), 403);
}

#[rstest]
#[case::no_name(" ", "America/Bogota", "name")]
#[case::no_such_zone("Northside", "Mars/Olympus", "time_zone")]
#[tokio::test]
async fn an_organisation_needs_a_name_and_a_time_zone(#[case] name: &str, #[case] zone: &str, #[case] field: &str) {
    let platform = support::platform().await;
    let new = provision::NewOrganisation {
        kind: OrganisationKind::Dealership,
        name: name.into(),
        tax_id: None,
        address: None,
        currency: iso_currency::Currency::COP,
        time_zone: zone.into(),
        distance_unit: app::kernel::unit::DistanceUnit::Km,
        locale: Locale::Es,
    };
    let error = provision::organisation(&mut platform.db.acquire().await.unwrap(), new)
        .await
        .unwrap_err();
    assert!(error.fields().contains_key(field), "{error:?}");
}

#[rstest]
#[case("no-at")]
#[case("two@at@signs")]
#[case("a b@example.com")]
#[case("nul\0@example.com")]
#[case("@example.com")]
#[tokio::test]
async fn a_member_needs_an_address(#[case] email: &str) {
    let platform = support::platform().await;
    let organisation = support::dealership(&platform).await;
    let new = provision::NewMember {
        email: email.into(),
        name: "X".into(),
        preset: Preset::Viewer,
        locale: Locale::En,
    };
    let error = provision::member(&mut platform.db.acquire().await.unwrap(), organisation, new)
        .await
        .unwrap_err();
    assert!(error.fields().contains_key("email"), "{error:?}");
}

#[tokio::test]
async fn one_person_may_be_a_member_of_many_organisations_but_of_each_once() {
    let platform = support::platform().await;
    let dealership = support::dealership(&platform).await;
    let garage = support::organisation(&platform, OrganisationKind::Private, "A garage").await;
    let user = add(&platform.db, dealership, "both@example.com", "Both", Preset::Manager).await;
    assert_eq!(user, add(&platform.db, garage, "BOTH@example.com", "", Preset::Owner).await);
    let again = provision::NewMember {
        email: "both@example.com".into(),
        name: "Both".into(),
        preset: Preset::Viewer,
        locale: Locale::En,
    };
    let error = provision::member(&mut platform.db.acquire().await.unwrap(), garage, again)
        .await
        .unwrap_err();
    assert_eq!(error.status(), 409);

    let identity = Identity::new(platform.clone());
    let actor = find_actor(&platform.db, user, dealership).await.unwrap().unwrap();
    let me = identity.me(&actor).await.unwrap();
    assert_eq!(
        (me.role.as_str(), me.email.as_str(), me.currency.code()),
        ("Gerente", "both@example.com", "USD")
    );
    let names: Vec<String> = identity
        .organisations(&actor)
        .await
        .unwrap()
        .into_iter()
        .map(|one| one.name)
        .collect();
    assert_eq!(names, ["A garage", "Northside Motors"]);

    identity.set_locale(&actor, Locale::En).await.unwrap();
    assert_eq!(identity.me(&actor).await.unwrap().role, "Manager");
    let audited: i64 = sqlx::query_scalar("SELECT count(*) FROM audit_entry WHERE subject_kind = 'user' AND user_id = $1")
        .bind(user.0)
        .fetch_one(&platform.db)
        .await
        .unwrap();
    assert_eq!(audited, 1);
}

/// The very query that runs, as sqlx noted it when it was compiled.
fn look_at_who_asks() -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../.sqlx");
    let noted = std::fs::read_dir(folder).unwrap().map(|file| {
        let noted: serde_json::Value = serde_json::from_slice(&std::fs::read(file.unwrap().path()).unwrap()).unwrap();
        noted["query"].as_str().unwrap().to_owned()
    });
    let mut queries = noted.filter(|query| query.contains("FROM member m") && query.contains("FROM role_permission p"));
    queries.next().expect("the query of identity/store.rs")
}

/// The look at who asks runs on every request: it must stay a handful of index look-ups, whatever the size of the tables.
#[tokio::test]
async fn finding_the_actor_scans_no_table() {
    let platform = support::platform().await;
    let organisation = support::dealership(&platform).await;
    let user = add(&platform.db, organisation, "plan@example.com", "Plan", Preset::Owner).await;
    let mut connection = platform.db.acquire().await.unwrap();
    // A test database is too small for the planner to prefer an index by itself.
    for statement in [
        "VACUUM ANALYZE member",
        "VACUUM ANALYZE role_permission",
        "SET enable_seqscan = off",
        "SET enable_bitmapscan = off",
    ] {
        sqlx::raw_sql(statement).execute(&mut *connection).await.unwrap();
    }
    let explained = format!("EXPLAIN {}", look_at_who_asks());
    let plan: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(explained))
        .bind(organisation.0)
        .bind(user.0)
        .fetch_all(&mut *connection)
        .await
        .unwrap();
    let plan = plan.join("\n");
    assert!(
        !plan.contains("Seq Scan") && plan.contains("Index Only Scan using member_"),
        "{plan}"
    );
    assert!(plan.contains("Index Only Scan using role_permission_pkey"), "{plan}");
}
