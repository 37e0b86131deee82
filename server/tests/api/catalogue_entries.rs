//! The catalogue as an organisation sees it: what is offered, what it adds, corrects and hides, and what is said of it afterwards.

use app::{identity::Preset, kernel::id::OrganisationId};
use serde_json::{Value, json};

use crate::support::{
    self,
    browser::{Answer, Browser},
    rest::{Rest, VEHICLES, car, problem, request, rest},
};

const ENTRIES: &str = "/api/v1/catalogue/entries";
const MAKES: &str = "/api/v1/catalogue/makes";
const MODELS: &str = "/api/v1/catalogue/models";
const LINES: &str = "/api/v1/catalogue/lines";
const ENGINES: &str = "/api/v1/catalogue/engines";

impl Rest {
    /// Adds an entry and gives its path.
    async fn enter(&self, entry: Value) -> String {
        let answer = self.ask("POST", ENTRIES, &[], Some(entry)).await;
        assert_eq!(answer.status.as_u16(), 201, "{}", answer.body);
        answer.location().to_owned()
    }

    async fn choices(&self, address: &str) -> Vec<Value> {
        let answer = self.get(address).await;
        assert_eq!(answer.status.as_u16(), 200, "{address}: {}", answer.body);
        answer.json().as_array().unwrap().clone()
    }

    async fn names(&self, address: &str) -> Vec<String> {
        let choices = self.choices(address).await;
        choices.iter().map(|choice| choice["name"].as_str().unwrap().to_owned()).collect()
    }
}

fn named<'a>(choices: &'a [Value], name: &str) -> &'a Value {
    choices.iter().find(|choice| choice["name"] == name).unwrap_or(&Value::Null)
}

#[tokio::test]
async fn makes_models_lines_and_engines_are_offered_by_name_however_it_is_written() {
    let rest = rest().await;
    let makes = rest.choices(&format!("{MAKES}?year=2019&kind=car")).await;
    assert!(named(&makes, "Honda")["nhtsa_id"].is_u64() && named(&makes, "Honda")["source"] == "vpic");
    assert!(named(&makes, "Harley-Davidson").is_null(), "no motorcycles among the cars");
    assert!(
        rest.names(&format!("{MAKES}?kind=motorcycle"))
            .await
            .contains(&"Harley-Davidson".into())
    );
    let models = rest.names(&format!("{MODELS}?year=2019&make=mercedes%20BENZ")).await;
    assert!(models.contains(&"C-Class".into()), "{models:?}");
    assert!(
        rest.names(&format!("{LINES}?year=2019&make=honda&model=civic"))
            .await
            .contains(&"EX-T".into())
    );
    let engines = rest.choices(&format!("{ENGINES}?year=2019&make=Honda&model=Civic&line=EX-T")).await;
    assert_eq!(
        (&engines[0]["fuel_type"], &engines[0]["displacement_cc"]),
        (&json!("gasoline"), &json!(1496)),
        "{engines:?}"
    );
    assert_eq!(engines[0]["power"], json!({ "value": 174, "unit": "hp" }));
    assert!(
        rest.names(&format!("{MODELS}?make=No%20Such%20Make")).await.is_empty(),
        "free text is no error"
    );
}

#[tokio::test]
async fn what_stands_in_the_stock_comes_first() {
    let rest = rest().await;
    let before = rest.names(&format!("{MAKES}?year=2019")).await;
    assert_ne!(before[0], "Mazda");
    for model in ["3", "CX-30", "cx30"] {
        rest.add(json!({ "make": "MAZDA", "model": model })).await;
    }
    let makes = rest.choices(&format!("{MAKES}?year=2019")).await;
    assert_eq!((&makes[0]["name"], &makes[0]["in_stock"]), (&json!("Mazda"), &json!(3)));
    assert_eq!(makes[0]["spelled_make"], "MAZDA", "the stock is filtered by what it holds");
    let models = rest.choices(&format!("{MODELS}?make=Mazda&year=2020")).await;
    assert_eq!((&models[0]["name"], &models[0]["in_stock"]), (&json!("CX-30"), &json!(2)));
    assert_eq!(
        (&models[1]["name"], &models[1]["spelled_model"]),
        (&json!("Mazda3"), &json!("3")),
        "{models:?}"
    );
    let address = format!("{VEHICLES}?make=MAZDA&model=cx-30");
    assert_eq!(rest.get(&address).await.json()["items"].as_array().unwrap().len(), 1);
    assert_eq!(problem(&rest.get(&format!("{VEHICLES}?model=a%00b")).await, 422), ["model"]);
}

#[tokio::test]
async fn an_own_make_and_model_are_offered_where_they_fit() {
    let rest = rest().await;
    let make = rest
        .enter(json!({ "level": "make", "name": "Chery", "kind": "car", "first_year": 2007 }))
        .await;
    rest.enter(json!({ "level": "model", "make": "Chery", "name": "Tiggo 7", "first_year": 2017, "last_year": 2024 }))
        .await;
    rest.enter(json!({ "level": "line", "make": "CHERY", "model": "tiggo7", "name": "Pro" }))
        .await;
    let engine = json!({ "level": "engine", "make": "Chery", "model": "Tiggo 7", "name": "1.5T", "displacement_cc": 1498,
        "cylinders": 4, "fuel_type": "gasoline", "power": 145, "power_unit": "hp" });
    rest.enter(engine).await;
    let own = rest.choices(&format!("{MAKES}?year=2019&kind=car")).await;
    let own = named(&own, "Chery");
    assert_eq!(
        (&own["source"], make.ends_with(own["entry"].as_str().unwrap())),
        (&json!("own"), true)
    );
    for elsewhere in ["year=2006", "kind=motorcycle"] {
        assert!(
            !rest.names(&format!("{MAKES}?{elsewhere}")).await.contains(&"Chery".into()),
            "{elsewhere}"
        );
    }
    assert_eq!(rest.names(&format!("{MODELS}?make=chery&year=2020")).await, ["Tiggo 7"]);
    assert!(rest.names(&format!("{MODELS}?make=chery&year=2025")).await.is_empty());
    assert_eq!(rest.names(&format!("{LINES}?make=chery&model=Tiggo%207")).await, ["Pro"]);
    let engines = rest.choices(&format!("{ENGINES}?make=chery&model=Tiggo%207&line=Pro")).await;
    assert_eq!((&engines[0]["name"], &engines[0]["cylinders"]), (&json!("1.5T"), &json!(4)));
}

#[tokio::test]
async fn a_correction_takes_the_place_of_the_name_and_both_lead_to_its_models() {
    let rest = rest().await;
    let path = rest
        .enter(json!({ "level": "make", "name": "Mercedes", "corrects": "Mercedes-Benz" }))
        .await;
    let makes = rest.choices(&format!("{MAKES}?year=2019")).await;
    assert!(named(&makes, "Mercedes-Benz").is_null());
    let corrected = named(&makes, "Mercedes");
    assert_eq!(
        (&corrected["source"], &corrected["corrects"]),
        (&json!("own"), &json!("Mercedes-Benz"))
    );
    assert!(corrected["nhtsa_id"].is_u64(), "it is still the same make");
    for name in ["Mercedes", "Mercedes-Benz"] {
        assert!(
            rest.names(&format!("{MODELS}?make={name}&year=2019"))
                .await
                .contains(&"C-Class".into()),
            "{name}"
        );
    }
    rest.enter(json!({ "level": "model", "make": "Mercedes", "corrects": "C-Class", "name": "Clase C", "first_year": 2015 }))
        .await;
    let models = |year: u16| format!("{MODELS}?make=Mercedes-Benz&year={year}");
    let (now, before) = (rest.names(&models(2019)).await, rest.names(&models(2014)).await);
    assert!(now.contains(&"Clase C".into()) && !now.contains(&"C-Class".into()));
    assert!(!before.contains(&"Clase C".into()) && before.contains(&"C-Class".into()));
    assert_eq!(rest.ask("DELETE", &path, &[], None).await.status.as_u16(), 204);
    assert!(
        rest.names(&format!("{MAKES}?year=2019")).await.contains(&"Mercedes-Benz".into()),
        "as in vPIC again"
    );
}

#[tokio::test]
async fn a_hidden_name_is_not_offered_until_the_entry_is_taken_away_and_again_when_it_is_restored() {
    let rest = rest().await;
    let path = rest
        .enter(json!({ "level": "model", "make": "Honda", "corrects": "Civic", "hidden": true }))
        .await;
    let address = format!("{MODELS}?make=Honda&year=2019");
    assert!(!rest.names(&address).await.contains(&"Civic".into()));
    assert!(
        !rest.names(&format!("{LINES}?make=Honda&model=Civic&year=2019")).await.is_empty(),
        "whoever asks for it is answered"
    );
    let again = rest
        .ask(
            "POST",
            ENTRIES,
            &[],
            Some(json!({ "level": "model", "make": "HONDA", "corrects": "civic", "hidden": true })),
        )
        .await;
    assert_eq!(problem(&again, 409), ["corrects"]);
    rest.ask("DELETE", &path, &[], None).await;
    assert_eq!(
        rest.ask("DELETE", &path, &[], None).await.status.as_u16(),
        204,
        "twice is the same as once"
    );
    assert!(rest.names(&address).await.contains(&"Civic".into()));
    assert_eq!(rest.get(&path).await.status.as_u16(), 404);
    assert_eq!(rest.ask("POST", &format!("{path}/restore"), &[], None).await.status.as_u16(), 200);
    assert!(!rest.names(&address).await.contains(&"Civic".into()));
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
async fn answers_are_kept_until_something_changes_and_asked_about_each_time() {
    let rest = rest().await;
    assert_eq!(
        rest.get("/rpc/app/catalogue/calls/catalogue_makes").await.status.as_u16(),
        200,
        "a question may say nothing"
    );
    let function = "/rpc/app/catalogue/calls/catalogue_makes?query[year]=2019";
    for address in [&*format!("{MAKES}?year=2019"), function] {
        let first = rest.get(address).await;
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with("W/\""), "{address}: {tag}");
        assert_eq!(first.header("cache-control"), "private, no-cache");
        let again = rest.ask("GET", address, &[("if-none-match", &tag)], None).await;
        assert_eq!(
            (again.status.as_u16(), &*again.body, again.header("etag")),
            (304, "", &*tag),
            "{address}"
        );
        assert_eq!(
            rest.ask("GET", &format!("{address}0"), &[("if-none-match", &tag)], None)
                .await
                .status
                .as_u16(),
            422,
            "of another address"
        );
        assert!(
            rest.get(&format!("{address}0")).await.header("etag").is_empty(),
            "an error is not kept"
        );
        // A vehicle of another make changes what comes first; an entry changes what there is.
        rest.add(json!({ "make": "Ferrari" })).await;
        let changed = rest.ask("GET", address, &[("if-none-match", &tag)], None).await;
        assert_eq!(changed.status.as_u16(), 200, "{address}");
        let tag = changed.header("etag").to_owned();
        let path = rest.enter(json!({ "level": "make", "name": "Chery" })).await;
        assert_eq!(
            rest.ask("GET", address, &[("if-none-match", &tag)], None).await.status.as_u16(),
            200
        );
        rest.ask("DELETE", &path, &[], None).await;
        assert_eq!(
            rest.ask("GET", address, &[("if-none-match", &tag)], None).await.status.as_u16(),
            304,
            "the same as before is the same"
        );
        let stranger = Browser::new(&rest.router)
            .send(request("GET", address, &[("if-none-match", &tag)], None))
            .await;
        assert_eq!(stranger.status.as_u16(), 401, "a stranger learns nothing by a tag");
    }
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
async fn a_vehicle_is_linked_to_the_catalogue_where_it_is_known_and_free_text_stays_allowed() {
    let rest = rest().await;
    let known = rest.add(json!({ "make": "mercedes benz", "model": "c class" })).await;
    let link = |answer: &Answer| answer.json()["catalogue"].clone();
    let linked = link(&rest.get(&known).await);
    assert_eq!(
        (&linked["make"]["name"], &linked["model"]["name"]),
        (&json!("Mercedes-Benz"), &json!("C-Class"))
    );
    assert!(linked["make"]["nhtsa_id"].is_u64());
    let short = rest.add(json!({ "make": "Mazda", "model": "3" })).await;
    assert_eq!(link(&rest.get(&short).await)["model"]["name"], "Mazda3");
    let free = rest
        .ask(
            "POST",
            VEHICLES,
            &[],
            Some(car(json!({ "make": "Grandpa's Own", "model": "Buggy" }))),
        )
        .await;
    assert_eq!((free.status.as_u16(), link(&free)), (201, Value::Null));
    let half = rest.add(json!({ "make": "Honda", "model": "My own" })).await;
    assert_eq!(
        (
            &link(&rest.get(&half).await)["make"]["name"],
            &link(&rest.get(&half).await)["model"]
        ),
        (&json!("Honda"), &Value::Null)
    );
    rest.enter(json!({ "level": "model", "make": "Honda", "name": "My Own" })).await;
    assert_eq!(
        link(&rest.get(&half).await)["model"],
        json!({ "name": "My Own", "nhtsa_id": null, "source": "own" }),
        "nothing goes stale"
    );
    rest.enter(json!({ "level": "make", "corrects": "Honda", "hidden": true })).await;
    assert_eq!(link(&rest.get(&half).await), Value::Null, "what is hidden is no match");
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
