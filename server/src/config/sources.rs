//! The layers: defaults < `config/*.toml` < environment < files of secrets < arguments; and the keys in them that don't exist.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use figment::{
    Figment, Metadata, Profile, Provider,
    providers::{Format, Toml},
    util::{map, nest},
    value::{Dict, Map, Value},
};

use super::{
    problem::ConfigProblem,
    table::{self, KEYS, Key},
};

/// Where a configuration is read from.
#[derive(Clone)]
pub struct Sources {
    /// The folder of `*.toml`, read in the order of their names; `*.example.toml` is left out.
    pub folder: PathBuf,
    /// Whether a person named the folder, so that it must be there.
    pub folder_is_required: bool,
    pub environment: BTreeMap<String, String>,
    /// What was typed for `roles`, as in a variable.
    pub roles: Option<String>,
    /// Whether a secret of this machine's own is made and kept if there is none yet. A command that only looks leaves nothing behind.
    pub makes_secret: bool,
}

impl std::fmt::Debug for Sources {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The environment holds secrets.
        f.debug_struct("Sources").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Sources {
    /// The environment of this process, and `config/` or the folder that was asked for.
    #[must_use]
    pub fn of_process(folder: Option<PathBuf>) -> Self {
        Self {
            folder_is_required: folder.is_some(),
            folder: folder.unwrap_or_else(|| "config".into()),
            environment: std::env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
                .collect(),
            roles: None,
            makes_secret: true,
        }
    }

    /// All layers over each other; problems go to `problems`.
    pub(super) fn layers(&self, problems: &mut Vec<ConfigProblem>) -> Figment {
        let mut figment = Figment::new();
        for key in KEYS {
            if let Some(default) = key.default {
                figment = figment.merge(Layer::new(key, "default".into(), default));
            }
        }
        if let Some(root) = self.environment.get("LEPTOS_SITE_ROOT")
            && let Some(key) = table::find("site_root")
        {
            // cargo-leptos says where it puts the pages.
            figment = figment.merge(Layer::new(key, "environment variable LEPTOS_SITE_ROOT".into(), root));
        }
        for file in self.files(problems) {
            let toml = Toml::file_exact(&file);
            match toml.data() {
                Ok(_) => figment = figment.merge(toml),
                Err(error) => problems.push(ConfigProblem {
                    key: file.display().to_string(),
                    source: String::new(),
                    value: None,
                    expected: format!("not valid TOML: {}", error.to_string().trim()),
                }),
            }
        }
        self.unknown_in_files(&figment, problems);
        for key in KEYS {
            let variable = key.variable();
            if let Some(value) = self.environment.get(&variable) {
                figment = figment.merge(Layer::new(key, format!("environment variable {variable}"), value));
            }
        }
        for key in KEYS.iter().filter(|key| key.secret) {
            let variable = format!("{}_FILE", key.variable());
            if let Some(path) = self.environment.get(&variable) {
                match std::fs::read_to_string(path) {
                    Ok(text) => {
                        figment = figment.merge(Layer::new(
                            key,
                            format!("{path}, named by {variable}"),
                            text.trim_end_matches(['\r', '\n']),
                        ));
                    }
                    Err(error) => problems.push(ConfigProblem {
                        key: key.name.into(),
                        source: format!("environment variable {variable}"),
                        value: Some(path.clone()),
                        expected: format!("expected a file that can be read ({error})"),
                    }),
                }
            }
        }
        if let Some(roles) = &self.roles
            && let Some(key) = table::find("roles")
        {
            figment = figment.merge(Layer::new(key, "argument --roles".into(), roles));
        }
        self.unknown_in_environment(problems);
        figment
    }

    fn files(&self, problems: &mut Vec<ConfigProblem>) -> Vec<PathBuf> {
        let entries = match std::fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !self.folder_is_required => return Vec::new(),
            Err(error) => {
                problems.push(ConfigProblem {
                    key: self.folder.display().to_string(),
                    source: String::new(),
                    value: None,
                    expected: format!("expected a folder with *.toml files ({error})"),
                });
                return Vec::new();
            }
        };
        let is_ours = |path: &Path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.ends_with(".toml") && !name.ends_with(".example.toml")
        };
        let mut files: Vec<PathBuf> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| is_ours(path))
            .collect();
        files.sort();
        files
    }

    #[expect(clippy::unused_self, reason = "reads as one of three steps over the same sources")]
    fn unknown_in_files(&self, figment: &Figment, problems: &mut Vec<ConfigProblem>) {
        let Ok(all) = figment.extract::<Dict>() else { return };
        let mut names = Vec::new();
        leaves("", &all, &mut names);
        for name in names.into_iter().filter(|name| table::find(name).is_none()) {
            let near = table::nearest(&name, KEYS.iter().map(|key| key.name));
            problems.push(ConfigProblem {
                source: source_of(figment, &name),
                value: None,
                expected: near.map_or_else(
                    || "there is no such key".into(),
                    |near| format!("there is no such key; did you mean {near}?"),
                ),
                key: name,
            });
        }
    }

    fn unknown_in_environment(&self, problems: &mut Vec<ConfigProblem>) {
        let known: Vec<String> = KEYS
            .iter()
            .flat_map(|key| [Some(key.variable()), key.secret.then(|| format!("{}_FILE", key.variable()))])
            .flatten()
            .collect();
        for variable in self.environment.keys().filter(|name| name.starts_with("FORECOURT_")) {
            if known.contains(variable) || table::is_foreign(variable) {
                continue;
            }
            let near = table::nearest(variable, known.iter().map(String::as_str));
            problems.push(ConfigProblem {
                key: variable.clone(),
                source: "environment variable".into(),
                value: None,
                expected: near.map_or_else(
                    || "there is no such setting".into(),
                    |near| format!("there is no such setting; did you mean {near}?"),
                ),
            });
        }
    }
}

/// Where the value of a key came from, for people.
pub(super) fn source_of(figment: &Figment, name: &str) -> String {
    figment.find_metadata(name).map_or_else(String::new, |metadata| {
        metadata
            .source
            .as_ref()
            .and_then(|source| source.file_path().map(|path| path.display().to_string()))
            .unwrap_or_else(|| metadata.name.to_string())
    })
}

fn leaves(prefix: &str, dict: &Dict, names: &mut Vec<String>) {
    for (name, value) in dict {
        let path = if prefix.is_empty() {
            name.clone()
        } else {
            format!("{prefix}.{name}")
        };
        match value {
            Value::Dict(_, inner) if table::find(&path).is_none() => leaves(&path, inner, names),
            _ => names.push(path),
        }
    }
}

/// One value of one key, always text, so that a secret of digits keeps its leading zeros.
struct Layer {
    key: &'static str,
    source: String,
    value: String,
}

impl Layer {
    fn new(key: &'static Key, source: String, value: &str) -> Self {
        Self {
            key: key.name,
            source,
            value: value.to_owned(),
        }
    }
}

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.source.clone())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let nested = nest(self.key, Value::from(self.value.clone()));
        Ok(map![Profile::Default => nested.into_dict().unwrap_or_default()])
    }
}
