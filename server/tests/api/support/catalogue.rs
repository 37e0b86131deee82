//! The catalogue over REST, as tests ask it.

use serde_json::Value;

use super::rest::Rest;

pub const ENTRIES: &str = "/api/v1/catalogue/entries";
pub const MAKES: &str = "/api/v1/catalogue/makes";
pub const MODELS: &str = "/api/v1/catalogue/models";
pub const LINES: &str = "/api/v1/catalogue/lines";
pub const ENGINES: &str = "/api/v1/catalogue/engines";

impl Rest {
    /// Adds an entry and gives its path.
    pub async fn enter(&self, entry: Value) -> String {
        let answer = self.ask("POST", ENTRIES, &[], Some(entry)).await;
        assert_eq!(answer.status.as_u16(), 201, "{}", answer.body);
        answer.location().to_owned()
    }

    /// What is offered at an address.
    pub async fn choices(&self, address: &str) -> Vec<Value> {
        let answer = self.get(address).await;
        assert_eq!(answer.status.as_u16(), 200, "{address}: {}", answer.body);
        answer.json().as_array().unwrap().clone()
    }

    /// The names of what is offered at an address.
    pub async fn names(&self, address: &str) -> Vec<String> {
        let choices = self.choices(address).await;
        choices.iter().map(|choice| choice["name"].as_str().unwrap().to_owned()).collect()
    }
}

/// The choice of that name; null if there is none.
pub fn named<'a>(choices: &'a [Value], name: &str) -> &'a Value {
    choices.iter().find(|choice| choice["name"] == name).unwrap_or(&Value::Null)
}
