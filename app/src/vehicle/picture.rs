//! A picture of a vehicle that has no photo: its body in its colour.
//!
//! The shapes live in one file, `/vehicles.svg`, fetched once; a picture in the page is only a reference to one of them, and the
//! paint is a class (`style/_picture.scss`). So twenty-five rows cost two kilobytes of HTML.

use leptos::prelude::*;
use maud::{Markup, html};

use super::{BodyType, VehicleKind};
use crate::ui::inert;

/// A drawn vehicle. It says nothing to a screen reader: the title stands beside it.
#[component]
pub fn VehiclePicture(
    kind: VehicleKind,
    #[prop(optional_no_strip)] body_type: Option<BodyType>,
    /// The colour as people wrote it, in English or Spanish.
    #[prop(optional_no_strip)]
    colour: Option<String>,
) -> impl IntoView {
    inert(picture(kind, body_type, colour.as_deref()))
}

/// The same in inert markup.
#[must_use]
pub fn picture(kind: VehicleKind, body_type: Option<BodyType>, colour: Option<&str>) -> Markup {
    html! {
        svg.car.(paint(colour.unwrap_or_default())) viewBox="0 0 320 160" aria-hidden="true" {
            use href={ "/vehicles.svg#" (shape(kind, body_type)) } {}
        }
    }
}

const fn shape(kind: VehicleKind, body_type: Option<BodyType>) -> &'static str {
    match (kind, body_type) {
        (VehicleKind::Motorcycle, _) => "motorcycle",
        (VehicleKind::Car, Some(body)) => match body {
            BodyType::Suv | BodyType::Crossover => "suv",
            BodyType::Hatchback => "hatchback",
            BodyType::Wagon => "wagon",
            BodyType::Coupe => "coupe",
            BodyType::Convertible => "convertible",
            BodyType::Pickup | BodyType::ChassisCab => "pickup",
            BodyType::Minivan | BodyType::Van => "van",
            BodyType::CargoVan | BodyType::Bus | BodyType::Truck => "cargo",
            BodyType::Sedan | BodyType::Other => "sedan",
        },
        (VehicleKind::Car, None) => "sedan",
    }
}

/// The class of the paint. The first word that is known decides: “Pearl white”, “Azul noche”, “gris plata”.
fn paint(colour: &str) -> &'static str {
    const PAINTS: &[(&str, &[&str])] = &[
        ("white", &["white", "blanc", "pearl", "perla", "ivory", "marfil"]),
        ("black", &["black", "negr", "ebony"]),
        ("silver", &["silver", "plat", "alumin"]),
        ("grey", &["grey", "gray", "gris", "graphite", "grafito", "charcoal", "titan", "gun"]),
        ("blue", &["blue", "azul", "navy", "turq"]),
        ("red", &["red", "roj", "burgundy", "maroon", "vino", "granate"]),
        ("green", &["green", "verde", "olive", "oliva"]),
        ("beige", &["beige", "sand", "arena", "champ", "cream", "crema", "tan"]),
        ("brown", &["brown", "marr", "caf", "bronze", "bronce", "copper", "cobre"]),
        ("orange", &["orange", "naranj"]),
        ("yellow", &["yellow", "amarill", "gold", "dorad"]),
        ("purple", &["purple", "violet", "morad", "lila"]),
    ];
    let colour = colour.to_lowercase();
    colour
        .split(|letter: char| !letter.is_alphabetic())
        .find_map(|word| {
            let known = |(_, starts): &&(&str, &[&str])| !word.is_empty() && starts.iter().any(|start| word.starts_with(start));
            PAINTS.iter().find(known).map(|(name, _)| *name)
        })
        .unwrap_or("unpainted")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_in_both_languages() {
        for (written, expected) in [
            ("White", "white"),
            ("Gris plata", "grey"),
            ("azul noche", "blue"),
            ("Soul red", "red"),
            ("", "unpainted"),
            ("¿?", "unpainted"),
        ] {
            assert_eq!(paint(written), expected, "{written}");
        }
    }
}
