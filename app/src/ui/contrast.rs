//! Proves the tokens' contrast, light and dark (WCAG 2.2, 1.4.3 and 1.4.11): every text on every ground it may stand on.

use std::collections::BTreeMap;

use super::tokens;

/// Grounds that text of any colour may stand on.
const GROUNDS: [&str; 7] = ["bg", "surface", "raised", "sunken", "hover", "accent-soft", "quiet-soft"];
const TEXTS: [&str; 8] = ["text", "muted", "faint", "accent", "ok", "info", "warn", "bad"];
/// Text and the one ground it is made for.
const PAIRS: [(&str, &str); 13] = [
    ("ok", "ok-soft"),
    ("info", "info-soft"),
    ("warn", "warn-soft"),
    ("bad", "bad-soft"),
    ("text", "ok-soft"),
    ("text", "info-soft"),
    ("text", "warn-soft"),
    ("text", "bad-soft"),
    ("on-accent", "accent-fill"),
    ("on-accent", "accent-fill-hover"),
    ("on-bad", "bad-fill"),
    ("on-bad", "bad-fill-hover"),
    ("on-inverse", "inverse"),
];

type Colours = BTreeMap<&'static str, [f64; 2]>;

/// Relative luminance of every token that has a light and a dark colour.
fn colours() -> Colours {
    tokens::colours()
        .filter_map(|(name, light, dark)| Some((name, [luminance(light)?, luminance(dark)?])))
        .collect()
}

fn luminance(hex: &str) -> Option<f64> {
    let hex = hex.strip_prefix('#').filter(|hex| hex.len() == 6)?;
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).ok()?) / 255.0;
        Some(if value <= 0.040_45 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        })
    };
    Some(0.2126 * channel(0)? + 0.7152 * channel(2)? + 0.0722 * channel(4)?)
}

fn too_weak(colours: &Colours, front: &str, ground: &str, least: f64) -> Vec<String> {
    let (Some(fronts), Some(grounds)) = (colours.get(front), colours.get(ground)) else {
        return vec![format!(
            "--{front} or --{ground} is not in _tokens.scss as light-dark(#rrggbb, #rrggbb)"
        )];
    };
    let themes = ["light", "dark"].iter().zip(fronts).zip(grounds);
    themes
        .filter_map(|((theme, front_light), ground_light)| {
            let ratio = (front_light.max(*ground_light) + 0.05) / (front_light.min(*ground_light) + 0.05);
            (ratio < least).then(|| format!("{theme}: --{front} on --{ground} is {ratio:.2}, needs {least}"))
        })
        .collect()
}

#[test]
fn every_text_can_be_read_on_every_ground_in_both_themes() {
    let colours = colours();
    let everywhere = TEXTS.iter().flat_map(|text| GROUNDS.iter().map(move |ground| (*text, *ground)));
    let weak: Vec<String> = everywhere
        .chain(PAIRS)
        .flat_map(|(text, ground)| too_weak(&colours, text, ground, 4.5))
        .collect();
    assert!(weak.is_empty(), "{}", weak.join("\n"));
}

#[test]
fn edges_of_fields_and_focus_rings_can_be_seen_in_both_themes() {
    let colours = colours();
    let weak: Vec<String> = ["edge", "focus"]
        .iter()
        .flat_map(|line| GROUNDS.iter().map(move |ground| (*line, *ground)))
        .flat_map(|(line, ground)| too_weak(&colours, line, ground, 3.0))
        .collect();
    assert!(weak.is_empty(), "{}", weak.join("\n"));
}
