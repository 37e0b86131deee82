//! The stock's plain forms: numbers mean what the page said, and what failed comes back with all that was chosen.

use std::collections::BTreeMap;

use app::i18n::Locale;
use axum::{body::Body, http::Request};
use serde_json::{Value, json};

use crate::support::rest::{Rest, rest};

const CALLS: &str = "/rpc/app/vehicle/calls";

/// A form of a page, posted as a browser without WASM does; where it leads.
async fn post(rest: &Rest, function: &str, form: &str) -> String {
    let answer = rest.owner.post(&format!("{CALLS}/{function}"), form).await;
    assert_eq!(answer.status.as_u16(), 302, "{}", answer.body);
    answer.location().to_owned()
}

/// What stands in the inputs of an edit form, as far as these tests change it.
#[derive(Clone)]
struct Fields(BTreeMap<String, String>);

impl Fields {
    fn of(page: &str) -> Self {
        let drafted = [
            "make",
            "model",
            "model_year",
            "mileage",
            "asking_price",
            "colour_outside",
            "lot_place",
        ];
        let drafted = drafted.map(|field| format!("draft[{field}]"));
        let names = ["id", "version", "base", "notation"].map(str::to_owned).into_iter().chain(drafted);
        Self(names.map(|name| (name.clone(), value_of(page, &name))).collect())
    }

    fn get(&self, name: &str) -> &str {
        &self.0[name]
    }

    fn with(&self, name: &str, value: &str) -> Self {
        let mut fields = self.clone();
        fields.0.insert(name.to_owned(), value.to_owned());
        fields
    }

    fn encode(&self) -> String {
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish()
    }
}

/// What a page has in the input of that name.
fn value_of(page: &str, name: &str) -> String {
    let at = page.find(&format!("name=\"{name}\"")).unwrap_or_else(|| panic!("no input {name}"));
    let (from, to) = (page[..at].rfind('<').unwrap(), at + page[at..].find('>').unwrap());
    let value = page[from..to]
        .split(" value=\"")
        .nth(1)
        .map_or("", |rest| &rest[..rest.find('"').unwrap()]);
    value.replace("&quot;", "\"").replace("&lt;", "<").replace("&amp;", "&")
}

async fn vehicle(rest: &Rest, path: &str) -> Value {
    rest.get(path).await.json()
}

#[tokio::test]
async fn a_price_means_what_its_page_said_whatever_the_language_is_by_now() {
    let rest = rest().await;
    let form = "draft[make]=Mazda&draft[model]=3&draft[asking_price]=12.900&notation=comma";
    let created = rest.owner.call(&format!("{CALLS}/vehicle_create"), form).await.json();
    assert_eq!(created["asking_price"]["amount"], "12900");
    let form = format!(
        "id={}&version=1&draft[make]=Mazda&draft[model]=3&draft[asking_price]=11.900,50&notation=comma",
        created["id"].as_str().unwrap()
    );
    let updated = rest.owner.call(&format!("{CALLS}/vehicle_update"), &form).await.json();
    assert_eq!(updated["asking_price"]["amount"], "11900.5");
    let without = rest
        .owner
        .call(&format!("{CALLS}/vehicle_create"), "draft[make]=Mazda&draft[model]=3")
        .await;
    assert_eq!(without.status.as_u16(), 422, "it is never guessed");
}

#[tokio::test]
async fn a_form_that_comes_back_into_another_language_keeps_its_price() {
    let rest = rest().await;
    let form = "draft[make]=&draft[model]=3&draft[asking_price]=12.900%2C50&draft[model_year]=2019&notation=comma";
    let back = post(&rest, "vehicle_create", form).await;
    assert!(back.starts_with("/stock/new?form="), "{back}");
    let page = rest.owner.get(&back).await.body;
    assert!(page.contains("value=\"12,900.50\"") && page.contains("value=\"2019\""));
    assert!(page.contains("name=\"notation\" value=\"point\""));
}

/// Without WASM too: what only the other one changed is theirs, what only I changed is mine, and nobody's change is undone by a form that
/// was opened before it.
#[tokio::test]
async fn a_plain_form_that_meets_a_change_is_merged_with_it() {
    let rest = rest().await;
    let path = rest
        .add(json!({ "asking_price": 9000, "colour_outside": "Red", "lot_place": "A-1" }))
        .await;
    let id = path.rsplit('/').next().unwrap();
    let edit = format!("/stock/{id}/edit");
    let mine = Fields::of(&rest.owner.get(&edit).await.body);
    let wrong = mine.with("draft[mileage]", "lots").with("draft[asking_price]", "9,500");
    let back = post(&rest, "vehicle_update", &wrong.encode()).await;
    // It comes back because something is wrong with it, and is still made from the first version, though there is another by now.
    let theirs =
        json!({ "make": "Mazda", "model": "3", "asking_price": 9000, "colour_outside": "Green", "lot_place": "B-2", "model_year": 2019 });
    assert_eq!(
        rest.ask("PUT", &path, &[("if-match", "\"1\"")], Some(theirs)).await.status.as_u16(),
        200
    );
    let again = Fields::of(&rest.owner.get(&back).await.body);
    assert_eq!((again.get("version"), again.get("base")), (mine.get("version"), mine.get("base")));

    let back = post(
        &rest,
        "vehicle_update",
        &again.with("draft[mileage]", "").with("draft[lot_place]", "C-3").encode(),
    )
    .await;
    assert!(back.starts_with(&format!("{edit}?form=")), "{back}");
    let page = rest.owner.get(&back).await.body;
    assert!(page.contains(Locale::En.conflict_title()) && page.contains(Locale::En.conflict_their_changes()));
    let merged = Fields::of(&page);
    assert_eq!(merged.get("draft[colour_outside]"), "Green", "theirs");
    assert_eq!(merged.get("draft[asking_price]"), "9,500", "mine");
    assert_eq!(merged.get("draft[lot_place]"), "C-3", "in conflict, and named so");
    assert!(page.contains("B-2"));
    assert_eq!(merged.get("version"), "2");

    let saved = post(&rest, "vehicle_update", &merged.encode()).await;
    assert_eq!(saved, format!("/stock/{id}?saved=1"));
    let vehicle = vehicle(&rest, &path).await;
    assert_eq!(vehicle["colour_outside"], "Green");
    assert_eq!(vehicle["asking_price"]["amount"], "9500");
    assert_eq!(vehicle["lot_place"], "C-3");
}

#[tokio::test]
async fn a_vehicle_stays_in_its_branch_though_that_was_closed() {
    let rest = rest().await;
    let branches = rest.get("/api/v1/branches").await.json();
    let branch = branches[0]["id"].as_str().unwrap();
    let path = rest.add(json!({ "branch": branch })).await;
    let id = path.rsplit('/').next().unwrap();
    sqlx::query("UPDATE branch SET deleted_at = now()")
        .execute(&rest.site.platform.db)
        .await
        .unwrap();
    let page = rest.owner.get(&format!("/stock/{id}/edit")).await.body;
    let select = &page[page.find("name=\"draft[branch]\"").unwrap()..];
    let select = &select[..select.find("</select>").unwrap()];
    let own = &select[select.find(&format!("value=\"{branch}\"")).expect("it is offered")..];
    assert!(own[..own.find('>').unwrap()].contains("selected"), "{select}");
}

#[tokio::test]
async fn a_form_whose_branches_cannot_be_read_is_not_shown() {
    let rest = rest().await;
    assert!(rest.owner.get("/stock/new").await.body.contains("draft[branch]"));
    sqlx::query("ALTER TABLE branch RENAME TO branch_away")
        .execute(&rest.site.platform.db)
        .await
        .unwrap();
    let page = rest.owner.get("/stock/new").await;
    assert_eq!(page.status.as_u16(), 500);
    assert!(!page.body.contains("draft[branch]"), "{}", page.body);
}

#[tokio::test]
async fn a_history_that_cannot_be_read_takes_nothing_else_from_the_page() {
    let rest = rest().await;
    let path = rest.add(json!({})).await;
    let id = path.rsplit('/').next().unwrap();
    sqlx::query("ALTER TABLE audit_entry RENAME TO audit_entry_away")
        .execute(&rest.site.platform.db)
        .await
        .unwrap();
    for page in [format!("/stock/{id}"), format!("/stock/{id}?tab=history")] {
        let html = rest.owner.get(&page).await.body;
        assert!(html.contains("2019 Mazda 3"), "{html}");
        let said = html.matches("Something went wrong on our side").count();
        assert_eq!(said, 2, "where the history stands, and the price's: {html}");
    }
}

/// Rows and filters are written by hand into the page, the rest by the framework.
#[tokio::test]
async fn whatever_was_typed_is_text_on_every_page() {
    const ATTACK: &str = "\"></title></textarea><img onerror=a()>";
    let rest = rest().await;
    let path = rest
        .add(json!({
            "make": ATTACK, "model": ATTACK, "line": ATTACK, "colour_outside": ATTACK, "lot_place": ATTACK,
            "notes": ATTACK, "tags": [ATTACK], "custom_fields": { ATTACK: ATTACK },
        }))
        .await;
    let id = path.rsplit('/').next().unwrap();
    let asked: String = url::form_urlencoded::byte_serialize(ATTACK.as_bytes()).collect();
    for page in [
        "/stock".to_owned(),
        format!("/stock?q={asked}&make={asked}&model={asked}&year_from={asked}&price_to={asked}&status={asked}&sort={asked}"),
        format!("/stock?make={asked}"),
        format!("/stock/{id}"),
        format!("/stock/{id}?tab=history"),
        format!("/stock/{id}/edit"),
        format!("/catalogue?make={asked}&model={asked}"),
        format!("/vin?vin={asked}&model_year={asked}"),
    ] {
        let html = rest.owner.get(&page).await.body;
        assert!(html.contains("onerror="), "{page} shows it");
        assert!(!html.contains("<img"), "{page}: {html}");
    }
}

#[tokio::test]
async fn a_delete_that_somebody_elses_edit_outran_is_shown_and_not_done() {
    let rest = rest().await;
    let path = rest.add(json!({})).await;
    let id = path.rsplit('/').next().unwrap().to_owned();
    let page = rest.owner.get(&format!("/stock/{id}")).await.body;
    assert!(page.contains("name=\"version\" value=\"1\""), "the page's delete names the version");
    let edit = json!({ "make": "Mazda", "model": "3", "notes": "sold to Ana" });
    rest.ask("PUT", &path, &[("if-match", "\"1\"")], Some(edit)).await;
    let back = post(&rest, "vehicle_delete", &format!("id={id}&version=1")).await;
    assert!(back.starts_with(&format!("/stock/{id}?form=")), "{back}");
    let page = rest.owner.get(&back).await.body;
    assert!(page.contains(Locale::En.delete_changed()), "{page}");
    assert_eq!(vehicle(&rest, &path).await["version"], 2);
    assert_eq!(
        post(&rest, "vehicle_delete", &format!("id={id}&version=2")).await,
        format!("/stock?deleted={id}")
    );
}

#[tokio::test]
async fn an_undo_that_failed_can_be_tried_again() {
    let rest = rest().await;
    let gone = rest.add(json!({ "plate": "KEX016" })).await;
    let id = gone.rsplit('/').next().unwrap();
    rest.ask("DELETE", &gone, &[], None).await;
    rest.add(json!({ "plate": "KEX016" })).await;
    let back = post(&rest, "vehicle_restore", &format!("id={id}")).await;
    assert!(back.starts_with(&format!("/stock?deleted={id}&form=")), "{back}");
    let page = rest.owner.get(&back).await.body;
    assert!(page.contains(Locale::En.undo()) && page.contains(&format!("value=\"{id}\"")));
    assert!(page.contains(Locale::En.error_taken()));
}

#[tokio::test]
async fn an_upload_that_failed_keeps_the_notation() {
    let rest = rest().await;
    let body = "--edge\r\nContent-Disposition: form-data; name=\"notation\"\r\n\r\ncomma\r\n\
                --edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\"\r\n\r\n\r\n--edge--\r\n";
    let request = Request::post(format!("{CALLS}/vehicle_import_start"))
        .header("accept", "text/html")
        .header("content-type", "multipart/form-data; boundary=edge")
        .header("sec-fetch-site", "same-origin");
    let answer = rest.owner.send(request.body(Body::from(body)).unwrap()).await;
    assert!(answer.location().starts_with("/stock/import?form="), "{}", answer.body);
    let page = rest.owner.get(answer.location()).await.body;
    let at = page.find("value=\"comma\"").expect("the choice is there");
    let input = &page[page[..at].rfind('<').unwrap()..at + page[at..].find('>').unwrap()];
    assert!(input.contains("checked"), "{input}");
    assert!(page.contains(Locale::En.problem_required()));
}

#[tokio::test]
async fn mileages_are_read_in_the_organisations_unit() {
    let rest = rest().await;
    let path = rest.add(json!({ "mileage": 50_000 })).await;
    sqlx::query("UPDATE organisation SET distance_unit = 'mi'")
        .execute(&rest.site.platform.db)
        .await
        .unwrap();
    let id = path.rsplit('/').next().unwrap();
    let page = rest.owner.get(&format!("/stock/{id}")).await.body;
    assert!(page.contains("31,069\u{a0}mi (50,000\u{a0}km)"), "{page}");
    assert!(rest.owner.get("/stock").await.body.contains("31,069\u{a0}mi"));
    let new = rest.owner.get("/stock/new").await.body;
    let select = &new[new.find("name=\"draft[mileage_unit]\"").unwrap()..];
    let select = &select[..select.find("</select>").unwrap()];
    let mi = &select[select.find("value=\"mi\"").unwrap()..];
    assert!(mi[..mi.find('>').unwrap()].contains("selected"), "{select}");
}
