//! An organisation's own entries: what they may say, who may write them, how they are changed, and the log of it.

use app::{i18n::Locale, identity::Preset, kernel::id::OrganisationId};
use futures::future::join_all;
use serde_json::json;

use crate::support::{
    self,
    browser::Answer,
    catalogue::{ENGINES, ENTRIES, LINES, MAKES, MODELS},
    rest::{Rest, problem, request, rest},
};

/// Adds so many makes at once.
async fn fill(rest: &Rest, count: i32) {
    sqlx::query(
        "INSERT INTO catalogue_entry (organisation_id, id, level, name, make_key, model_key, line_key, name_key)
         SELECT $1, gen_random_uuid(), 'make', 'Make ' || n, '', '', '', 'make' || n FROM generate_series(1, $2) n",
    )
    .bind(rest.site.organisation.0)
    .bind(count)
    .execute(&rest.site.platform.db)
    .await
    .unwrap();
}

#[tokio::test]
async fn the_same_name_twice_is_a_conflict_at_its_field_that_leads_to_the_other() {
    let rest = rest().await;
    let path = rest.enter(json!({ "level": "make", "name": "Chery" })).await;
    let answer = rest
        .ask("POST", ENTRIES, &[], Some(json!({ "level": "make", "name": " CHÉRY " })))
        .await;
    assert_eq!(problem(&answer, 409), ["name"]);
    assert!(
        path.ends_with(answer.json()["fields"]["name"]["id"].as_str().unwrap()),
        "{}",
        answer.body
    );
    rest.enter(json!({ "level": "make", "name": "Chery", "kind": "motorcycle" })).await;
    rest.ask("DELETE", &path, &[], None).await;
    rest.enter(json!({ "level": "make", "name": "Chery" })).await;
    let restored = rest.ask("POST", &format!("{path}/restore"), &[], None).await;
    assert_eq!(problem(&restored, 409), ["name"]);
}

#[tokio::test]
async fn an_entry_that_loses_a_race_to_one_that_is_gone_again_is_added_all_the_same() {
    let rest = rest().await;
    // Breaks the unique index at the first try only: a sequence does not go back with its transaction.
    let race = "CREATE SEQUENCE race;
        CREATE FUNCTION lose_race() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF nextval('race') = 1 THEN
                RAISE unique_violation USING CONSTRAINT = 'catalogue_entry_name';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER lose_race BEFORE INSERT ON catalogue_entry FOR EACH ROW EXECUTE FUNCTION lose_race();";
    sqlx::raw_sql(race).execute(&rest.site.platform.db).await.unwrap();
    rest.enter(json!({ "level": "make", "name": "Chery" })).await;
}

#[tokio::test]
async fn there_is_an_end_to_how_many_entries_live_also_for_those_that_come_back() {
    let rest = rest().await;
    let path = rest.enter(json!({ "level": "make", "name": "Chery" })).await;
    rest.ask("DELETE", &path, &[], None).await;
    fill(&rest, 5_000).await;
    let added = rest
        .ask("POST", ENTRIES, &[], Some(json!({ "level": "make", "name": "One more" })))
        .await;
    assert_eq!(problem(&added, 422), ["name"]);
    let restored = rest.ask("POST", &format!("{path}/restore"), &[], None).await;
    assert_eq!(problem(&restored, 422), ["name"]);
    assert_eq!(restored.json()["fields"], added.json()["fields"]);
}

#[tokio::test]
async fn of_ten_who_want_the_last_three_places_three_get_one() {
    let rest = rest().await;
    fill(&rest, 4_997).await;
    let add = async |number: u32| {
        let entry = json!({ "level": "make", "name": format!("Late {number}") });
        rest.ask("POST", ENTRIES, &[], Some(entry)).await
    };
    let answers = join_all((0..10).map(add)).await;
    let (added, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status.as_u16() == 201);
    assert_eq!((added.len(), refused.len()), (3, 7));
    for answer in refused {
        assert_eq!(problem(answer, 422), ["name"]);
    }
}

#[tokio::test]
async fn bad_entries_are_refused_with_every_problem_at_its_field() {
    let rest = rest().await;
    let long = "x".repeat(20_000);
    let bad = [
        (json!({}), &["level", "name"][..]),
        (json!({ "level": "line", "name": "Pro" }), &["make", "model"]),
        (
            json!({ "level": "make", "name": "A", "first_year": 2010, "last_year": 2009 }),
            &["last_year"],
        ),
        (
            json!({ "level": "make", "name": "A", "first_year": 1600, "last_year": "soon" }),
            &["first_year", "last_year"],
        ),
        (
            json!({ "level": "make", "name": "A\u{0}B", "corrects": "\u{7}" }),
            &["corrects", "name"],
        ),
        (json!({ "level": "make", "name": long, "corrects": long }), &["corrects", "name"]),
        (
            json!({ "level": "engine", "make": "A", "model": "B", "name": "C", "cylinders": 99, "power": -1 }),
            &["cylinders", "power"],
        ),
        (json!({ "level": "make", "name": ["A"], "colour": "red" }), &["colour", "name"]),
        (json!({ "level": "make", "hidden": true }), &["corrects", "name"]),
        (
            json!({ "level": "make", "hidden": "perhaps", "name": "A", "kind": "boat" }),
            &["hidden", "kind"],
        ),
    ];
    for (entry, fields) in bad {
        let answer = rest.ask("POST", ENTRIES, &[], Some(entry.clone())).await;
        assert_eq!(problem(&answer, 422), fields, "{entry}");
    }
    for (address, fields) in [
        (format!("{MAKES}?year=1600"), &["year"][..]),
        (format!("{MAKES}?make=Honda"), &["make"]),
        (MODELS.to_owned(), &["make"]),
        (format!("{ENGINES}?make=%00&year=2019"), &["make", "model"]),
        (format!("{LINES}?make=A&model={long}"), &["model"]),
        (format!("{ENTRIES}?cursor=tampered"), &["cursor"]),
        (format!("{ENTRIES}?limit=0"), &["limit"]),
        ("/api/v1/catalogue/changes?cursor=AAAA".to_owned(), &["cursor"]),
    ] {
        assert_eq!(
            problem(&rest.get(&address).await, 422),
            fields,
            "{}",
            &address[..address.len().min(80)]
        );
    }
}

#[tokio::test]
async fn a_change_names_the_version_that_it_was_made_from() {
    let rest = rest().await;
    let path = rest.enter(json!({ "level": "make", "name": "Chery" })).await;
    let change = |name: &str| Some(json!({ "level": "make", "name": name }));
    assert_eq!(rest.ask("PUT", &path, &[], change("A")).await.status.as_u16(), 428);
    let changed = rest.ask("PUT", &path, &[("if-match", "\"1\"")], change("Cherry")).await;
    assert_eq!((changed.status.as_u16(), changed.header("etag")), (200, "\"2\""));
    let late = rest.ask("PUT", &path, &[("if-match", "\"1\"")], change("B")).await;
    assert_eq!((late.status.as_u16(), late.header("etag")), (412, "\"2\""));
    let same = rest.ask("PUT", &path, &[("if-match", "\"2\"")], change("Cherry")).await;
    assert_eq!(same.header("etag"), "\"2\"", "nothing changed, so no new version");
    assert_eq!(
        rest.ask("GET", &path, &[("if-none-match", "\"2\"")], None).await.status.as_u16(),
        304
    );
    assert_eq!(rest.ask("DELETE", &path, &[("if-match", "\"1\"")], None).await.status.as_u16(), 412);
    // The form of the page learns the same as a conflict, and keeps what was typed.
    let id = path.rsplit('/').next().unwrap();
    let form = format!("id={id}&version=1&draft[level]=make&draft[name]=Mine&notation=point");
    let answer = rest.owner.call("/rpc/app/catalogue/calls/catalogue_update", &form).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["number"]), (409, &json!(2)));
}

#[tokio::test]
async fn a_form_that_came_back_overwrites_nobody_who_saved_meanwhile() {
    let rest = rest().await;
    let path = rest.enter(json!({ "level": "make", "name": "Chery" })).await;
    let id = path.rsplit('/').next().unwrap();
    let save = async |first_year: &str| {
        let form = format!("id={id}&version=1&draft[level]=make&draft[name]=Mine&draft[first_year]={first_year}&notation=point");
        let answer = rest.owner.post("/rpc/app/catalogue/calls/catalogue_update", &form).await;
        rest.owner.get(answer.location()).await.body
    };
    let made_from = "name=\"version\" value=\"1\"";
    let refused = save("1600").await;
    assert!(refused.contains("value=\"1600\"") && refused.contains(made_from), "{refused}");
    let theirs = json!({ "level": "make", "name": "Cherry" });
    rest.ask("PUT", &path, &[("if-match", "\"1\"")], Some(theirs)).await;
    let refused = save("1600").await;
    assert!(refused.contains(made_from), "it knows nothing of the other's change: {refused}");
    let compared = save("2007").await;
    assert!(compared.contains(Locale::En.catalogue_changed_meanwhile()), "{compared}");
    for name in ["<del>Cherry<", "<ins>Mine<"] {
        assert!(compared.contains(name), "{compared}");
    }
    assert_eq!(compared.matches("role=\"alert\"").count(), 1, "it is said once: {compared}");
    assert!(!compared.contains(made_from), "the next save is made from what was compared");
}

#[tokio::test]
async fn every_change_stands_in_the_change_log_newest_first_by_the_organisations_clock() {
    let rest = rest().await;
    let path = rest.enter(json!({ "level": "make", "name": "Chery", "first_year": 2007 })).await;
    rest.ask(
        "PUT",
        &path,
        &[("if-match", "*")],
        Some(json!({ "level": "make", "name": "Cherry", "first_year": 2007 })),
    )
    .await;
    rest.ask("DELETE", &path, &[], None).await;
    rest.ask("POST", &format!("{path}/restore"), &[], None).await;
    let log = rest.get("/api/v1/catalogue/changes").await.json();
    let log = log["items"].as_array().unwrap();
    let actions: Vec<&str> = log.iter().map(|change| change["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["restored", "deleted", "updated", "created"]);
    assert_eq!(log[2]["changes"], json!([["name", "Chery", "Cherry"]]), "what stayed is not said");
    assert_eq!((&log[2]["title"], &log[2]["by"]), (&json!("Cherry"), &json!("Olga Owner")));
    assert!(log[0]["at"].as_str().unwrap().ends_with("-05:00"), "{}", log[0]);
}

#[tokio::test]
async fn entries_and_changes_page_by_key_set_both_ways() {
    let rest = rest().await;
    for number in 0..30 {
        rest.enter(json!({ "level": "make", "name": format!("Make {number:02}") })).await;
    }
    let first = rest.get(&format!("{ENTRIES}?limit=20&level=make")).await;
    assert!(first.header("link").contains("rel=\"next\"") && first.header("link").contains("limit=20"));
    let cursor = |answer: &Answer, way: &str| answer.json()[way].as_str().unwrap().to_owned();
    let second = rest
        .get(&format!("{ENTRIES}?limit=20&level=make&cursor={}", cursor(&first, "next")))
        .await;
    let names = |answer: &Answer| {
        answer.json()["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["name"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (names(&first)[0].clone(), names(&second).len(), names(&second)[0].clone()),
        (json!("Make 29"), 10, json!("Make 09"))
    );
    let back = rest
        .get(&format!("{ENTRIES}?limit=20&level=make&cursor={}", cursor(&second, "previous")))
        .await;
    assert_eq!(names(&back), names(&first));
    assert_eq!(
        problem(&rest.get(&format!("{ENTRIES}?cursor={}", cursor(&first, "next"))).await, 422),
        ["cursor"],
        "of another list"
    );
    let changes = rest.get("/api/v1/catalogue/changes").await;
    let older = rest
        .get(&format!("/api/v1/catalogue/changes?cursor={}", cursor(&changes, "next")))
        .await;
    assert_eq!(older.json()["items"].as_array().unwrap().len(), 5);
    assert!(older.json()["next"].is_null());
}

#[tokio::test]
async fn what_is_hidden_is_listed_with_the_way_to_its_form_for_those_who_may_change_it() {
    let rest = rest().await;
    let path = rest
        .enter(json!({ "level": "model", "make": "Honda", "corrects": "Civic", "hidden": true }))
        .await;
    rest.enter(json!({ "level": "make", "name": "Chery", "first_year": 2007 })).await;
    let id = path.rsplit('/').next().unwrap();
    let form = format!("href=\"/catalogue/entries/{id}?back=/catalogue/entries%3Flevel%3Dmodel\"");
    let page = rest.owner.get("/catalogue/entries?level=model").await;
    assert!(
        page.body.contains("Honda Civic") && page.body.contains("hidden") && page.body.contains(&form),
        "{form}"
    );
    assert!(!page.body.contains("Chery"), "another level");
    assert!(rest.owner.get("/catalogue/entries").await.body.contains("2007–"));
    let viewer = rest.somebody(Preset::Viewer).await;
    let page = viewer.get("/catalogue/entries").await;
    assert!(page.body.contains("Honda Civic") && !page.body.contains(&format!("entries/{id}")));
}

#[tokio::test]
async fn everybody_reads_and_only_administrators_write() {
    let rest = rest().await;
    let path = rest.enter(json!({ "level": "make", "name": "Chery" })).await;
    for preset in [Preset::Sales, Preset::Viewer, Preset::Mechanic] {
        let somebody = rest.somebody(preset).await;
        assert_eq!(
            somebody.send(request("GET", &path, &[], None)).await.status.as_u16(),
            200,
            "{preset}"
        );
        let entry = json!({ "level": "make", "name": "Other" });
        for (method, address) in [("POST", ENTRIES), ("PUT", path.as_str()), ("DELETE", path.as_str())] {
            let answer = somebody
                .send(request(method, address, &[("if-match", "\"1\"")], Some(&entry)))
                .await;
            assert_eq!(problem(&answer, 403), [""; 0], "{preset} {method}");
        }
    }
    let manager = rest.somebody(Preset::Manager).await;
    let entry = json!({ "level": "make", "name": "Other" });
    assert_eq!(manager.send(request("POST", ENTRIES, &[], Some(&entry))).await.status.as_u16(), 201);
}

#[tokio::test]
async fn another_organisations_entries_and_stock_say_nothing_here() {
    let rest = rest().await;
    let elsewhere: OrganisationId = support::dealership(&rest.site.platform).await;
    let backend = server::backend(&rest.site.platform);
    let owner = support::actor(elsewhere, Preset::Owner);
    let fields = [("level", "make"), ("name", "Foreign"), ("corrects", "Honda")];
    let draft = app::catalogue::CatalogueDraft {
        fields: fields.map(|(name, text)| (name.to_owned(), text.to_owned())).into(),
    };
    let entry = backend
        .catalogue
        .create(&owner, draft, app::kernel::number::Notation::Point)
        .await
        .unwrap();
    let makes = rest.names(&format!("{MAKES}?year=2019")).await;
    assert!(makes.contains(&"Honda".into()) && !makes.contains(&"Foreign".into()));
    assert_eq!(rest.get(&format!("{ENTRIES}/{}", entry.id)).await.status.as_u16(), 404);
    assert!(
        rest.get("/api/v1/catalogue/changes").await.json()["items"]
            .as_array()
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn a_plain_form_adds_hides_and_undoes_and_keeps_what_was_typed() {
    let rest = rest().await;
    let at = |name: &str| format!("/rpc/app/catalogue/calls/catalogue_{name}");
    let hide = "draft[level]=make&draft[corrects]=Honda&draft[hidden]=true&notation=point&back=/catalogue?year=2019";
    let answer = rest.owner.post(&at("create"), hide).await;
    let place = answer.location().to_owned();
    assert!(place.starts_with("/catalogue?year=2019&hidden="), "{place}");
    let page = rest.owner.get(&place).await;
    assert!(page.body.contains("It is not offered any more"), "{}", page.body.len());
    let id = place.rsplit('=').next().unwrap();
    let answer = rest.owner.post(&at("delete"), &format!("id={id}&back=//evil.example")).await;
    assert_eq!(answer.location(), format!("/catalogue?removed={id}"));
    let answer = rest.owner.post(&at("restore"), &format!("id={id}")).await;
    assert_eq!(answer.location(), format!("/catalogue?saved={id}"));
    for back in ["javascript:alert(1)", "https://evil.example"] {
        let page = rest.owner.get(&format!("/catalogue/entries/new?back={back}")).await;
        assert!(page.body.contains("href=\"/catalogue\"") && !page.body.contains(back), "{back}");
    }
    // A form that is refused comes back filled in.
    let wrong = "draft[level]=model&draft[name]=Tiggo&draft[first_year]=1600&notation=point&back=/catalogue";
    let answer = rest.owner.post(&at("create"), wrong).await;
    assert!(
        answer.location().starts_with("/catalogue/entries/new?level=model&form="),
        "{}",
        answer.location()
    );
    let page = rest.owner.get(answer.location()).await;
    assert!(
        page.body.contains("value=\"Tiggo\"") && page.body.contains("value=\"1600\""),
        "what was typed is there"
    );
}
