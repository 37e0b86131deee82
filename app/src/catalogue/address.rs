//! The address of the catalogue: what is chosen, level by level, and what the lists are narrowed to.

use super::{CatalogueEntry, CatalogueLevel, CatalogueQuery};
use crate::{
    kernel::{id::CatalogueEntryId, percent},
    vehicle::VehicleKind,
};

/// Where the catalogue begins.
const PATH: &str = "/catalogue";
/// Where the organisation's own entries are listed.
const ENTRIES: &str = "/catalogue/entries";
/// The form of a new entry.
const NEW_ENTRY: &str = "/catalogue/entries/new";

/// What an address of the catalogue says. What it does not understand is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CatalogueAddress {
    pub year: Option<u16>,
    pub kind: Option<VehicleKind>,
    pub make: Option<String>,
    pub model: Option<String>,
    pub line: Option<String>,
    /// Text that the entries of one level are narrowed to.
    pub find: Option<(CatalogueLevel, String)>,
    /// The level of which every entry is shown.
    pub all: Option<CatalogueLevel>,
}

impl CatalogueAddress {
    /// Reads an address; `get` gives the value of a name, decoded.
    pub fn read(get: &dyn Fn(&str) -> Option<String>) -> Self {
        let text = |name: &str| get(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let level = |name: &str| text(name).and_then(|text| CatalogueLevel::named(&text));
        let make = text("make");
        // A model without its make means nothing, and so on.
        let model = text("model").filter(|_| make.is_some());
        Self {
            year: text("year").and_then(|year| year.parse().ok()),
            kind: text("kind").and_then(|kind| VehicleKind::named(&kind)),
            line: text("line").filter(|_| model.is_some()),
            make,
            model,
            find: level("in").zip(text("find")),
            all: level("all"),
        }
    }

    /// The address, with the path: `/catalogue?year=2019&make=Honda`.
    #[must_use]
    pub fn write(&self) -> String {
        let (level, text) = self.find.clone().unzip();
        percent::address(
            PATH,
            [
                ("year", self.year.map(|year| year.to_string())),
                ("kind", self.kind.map(|kind| kind.to_string())),
                ("make", self.make.clone()),
                ("model", self.model.clone()),
                ("line", self.line.clone()),
                ("in", level.map(|level| level.to_string())),
                ("find", text),
                ("all", self.all.map(|level| level.to_string())),
            ],
        )
    }

    /// What is asked for one level, which knows what is chosen above it.
    #[must_use]
    pub fn query(&self, level: CatalogueLevel) -> CatalogueQuery {
        let above = |other: CatalogueLevel, name: &Option<String>| name.clone().filter(|_| level > other);
        CatalogueQuery {
            year: self.year,
            kind: self.kind,
            make: above(CatalogueLevel::Make, &self.make),
            model: above(CatalogueLevel::Model, &self.model),
            line: above(CatalogueLevel::Line, &self.line),
        }
    }

    /// What is chosen on a level.
    #[must_use]
    pub fn chosen(&self, level: CatalogueLevel) -> Option<&str> {
        match level {
            CatalogueLevel::Make => self.make.as_deref(),
            CatalogueLevel::Model => self.model.as_deref(),
            CatalogueLevel::Line => self.line.as_deref(),
            CatalogueLevel::Engine => None,
        }
    }

    /// The same with another choice on a level, and nothing below it.
    #[must_use]
    pub fn choose(&self, level: CatalogueLevel, name: Option<&str>) -> Self {
        let pick = |own: CatalogueLevel, before: &Option<String>| match own.cmp(&level) {
            std::cmp::Ordering::Less => before.clone(),
            std::cmp::Ordering::Equal => name.map(str::to_owned),
            std::cmp::Ordering::Greater => None,
        };
        Self {
            year: self.year,
            kind: self.kind,
            make: pick(CatalogueLevel::Make, &self.make),
            model: pick(CatalogueLevel::Model, &self.model),
            line: pick(CatalogueLevel::Line, &self.line),
            find: None,
            all: None,
        }
    }

    /// The form of a new entry on a level, under what is chosen above it; one that corrects `corrects`, if that is said.
    #[must_use]
    pub fn new_entry(&self, level: CatalogueLevel, corrects: Option<&str>) -> String {
        let query = self.query(level);
        percent::address(
            NEW_ENTRY,
            [
                ("level", Some(level.to_string())),
                ("kind", query.kind.map(|kind| kind.to_string())),
                ("make", query.make),
                ("model", query.model),
                ("line", query.line),
                ("corrects", corrects.map(str::to_owned)),
                ("back", Some(self.write())),
            ],
        )
    }
}

/// The list of the organisation's own entries, of one level if it is named.
#[must_use]
pub fn entries_address(level: Option<CatalogueLevel>, cursor: Option<&str>) -> String {
    percent::address(ENTRIES, [("level", level.map(CatalogueLevel::name)), ("cursor", cursor)])
}

/// The form of a new entry, of a level if it is named, which leads back to `back`.
#[must_use]
pub fn new_entry_address(level: Option<CatalogueLevel>, back: &str) -> String {
    percent::address(NEW_ENTRY, [("level", level.map(CatalogueLevel::name)), ("back", Some(back))])
}

/// The way back to the catalogue, or to the list of own entries. Only what their addresses say is taken over from `back`, and written anew:
/// any other leads to the catalogue's beginning.
#[must_use]
pub fn back_address(back: Option<&str>) -> String {
    let (path, query) = back.map_or((PATH, ""), |back| back.split_once('?').unwrap_or((back, "")));
    let pairs: Vec<(&str, String)> = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name, percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned()))
        .collect();
    let value = |name: &str| pairs.iter().find(|(own, _)| *own == name).map(|(_, value)| value.clone());
    match path {
        PATH => CatalogueAddress::read(&value).write(),
        ENTRIES => {
            let level = value("level").and_then(|level| CatalogueLevel::named(&level));
            entries_address(level, value("cursor").as_deref())
        }
        _ => PATH.to_owned(),
    }
}

/// Where the form of a new entry leads: a name that it hides is told apart, for it can be shown again.
#[must_use]
pub fn catalogue_created(back: Option<&str>, entry: &CatalogueEntry) -> String {
    catalogue_back(back, if entry.hidden { "hidden" } else { "saved" }, entry.id)
}

/// Where a form leads when it is done: back as [`back_address`], where a notice says what happened to which entry.
#[must_use]
pub fn catalogue_back(back: Option<&str>, happened: &str, id: CatalogueEntryId) -> String {
    percent::address(&back_address(back), [(happened, Some(id.to_string()))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use CatalogueLevel as L;

    fn read(pairs: &[(&str, &str)]) -> CatalogueAddress {
        CatalogueAddress::read(&|name| pairs.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn an_address_says_what_is_chosen_and_nothing_that_hangs_in_the_air() {
        let address = read(&[
            ("year", "2019"),
            ("kind", "car"),
            ("make", " Honda "),
            ("model", "Civic"),
            ("line", "EX-T"),
        ]);
        assert_eq!(address.write(), "/catalogue?year=2019&kind=car&make=Honda&model=Civic&line=EX-T");
        assert_eq!(
            read(&[("model", "Civic"), ("line", "EX"), ("year", "many"), ("kind", "boat")]),
            CatalogueAddress::default()
        );
        assert_eq!(CatalogueAddress::default().write(), "/catalogue");
        let find = read(&[("make", "Land Rover"), ("in", "model"), ("find", "range"), ("all", "make")]);
        assert_eq!(find.write(), "/catalogue?make=Land%20Rover&in=model&find=range&all=make");
    }

    #[test]
    fn another_make_forgets_the_model() {
        let address = read(&[("year", "2019"), ("make", "Honda"), ("model", "Civic"), ("line", "EX-T")]);
        assert_eq!(address.choose(L::Make, Some("Mazda")).write(), "/catalogue?year=2019&make=Mazda");
        assert_eq!(address.choose(L::Line, None).write(), "/catalogue?year=2019&make=Honda&model=Civic");
        assert_eq!(address.query(L::Model).make.as_deref(), Some("Honda"));
        assert_eq!(address.query(L::Model).model, None);
        assert!(
            address
                .new_entry(L::Model, Some("Civic"))
                .starts_with("/catalogue/entries/new?level=model&make=Honda&corrects=Civic&back=/catalogue%3Fyear")
        );
    }

    #[test]
    fn a_form_leads_back_to_the_list_of_entries_that_it_came_from() {
        let list = entries_address(Some(L::Make), Some("a-b_c"));
        assert_eq!(list, "/catalogue/entries?level=make&cursor=a-b_c");
        assert_eq!(back_address(Some(&list)), list);
        assert_eq!(
            new_entry_address(Some(L::Make), &list),
            "/catalogue/entries/new?level=make&back=/catalogue/entries%3Flevel%3Dmake%26cursor%3Da-b_c"
        );
        assert_eq!(back_address(Some("/catalogue/entries?level=car&make=x")), "/catalogue/entries");
    }

    #[test]
    fn a_form_leads_back_into_the_catalogue_and_nowhere_else() {
        let id = CatalogueEntryId(uuid::Uuid::nil());
        let to = |back| catalogue_back(back, "saved", id);
        assert_eq!(
            to(Some("/catalogue?make=Honda&hidden=x")),
            format!("/catalogue?make=Honda&saved={id}")
        );
        // The router decodes once too often.
        for back in ["/catalogue?make=Land%20Rover&model=x", "/catalogue?make=Land Rover&model=x"] {
            assert_eq!(to(Some(back)), format!("/catalogue?make=Land%20Rover&model=x&saved={id}"));
        }
        assert_eq!(
            to(Some("/catalogue?make=a\r\nX: y")),
            format!("/catalogue?make=a%0D%0AX%3A%20y&saved={id}")
        );
        for elsewhere in [
            None,
            Some("https://example.com"),
            Some("//example.com"),
            Some("/cataloguex"),
            Some("/catalogue?\r\nX: y"),
            Some(""),
        ] {
            assert_eq!(to(elsewhere), format!("/catalogue?saved={id}"), "{elsewhere:?}");
        }
    }
}
