//! What the catalogue offers: makes, models, lines and engines with what the organisation says and holds; how long answers are kept, and
//! what a vehicle is linked to.

use serde_json::{Value, json};

use crate::support::{
    browser::{Answer, Browser},
    catalogue::{ENGINES, ENTRIES, LINES, MAKES, MODELS, named},
    rest::{VEHICLES, car, problem, request, rest},
};

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
