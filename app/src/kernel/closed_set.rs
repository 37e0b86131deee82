//! Closed sets: enums whose values have one name everywhere, in SQL, JSON, URLs and CSV.

/// Declares a closed set: `closed_set! { /// What it is. pub enum Kind { Car = "car" } }`.
macro_rules! closed_set {
    ($(#[$meta:meta])* pub enum $set:ident { $($(#[$value_meta:meta])* $value:ident = $name:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
        pub enum $set { $($(#[$value_meta])* #[cfg_attr(feature = "ssr", schema(rename = $name))] $value,)+ }

        impl $set {
            pub const ALL: &'static [Self] = &[$(Self::$value),+];

            /// Its name in SQL, JSON, URLs and CSV.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$value => $name,)+ }
            }

            /// The value of that name.
            #[must_use]
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.name() == name)
            }
        }

        // By hand: what serde derives for an enum is ten times as large in the WASM.
        impl serde::Serialize for $set {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }

        impl<'de> serde::Deserialize<'de> for $set {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let name = <String as serde::Deserialize>::deserialize(deserializer)?;
                Self::named(&name).ok_or_else(|| serde::de::Error::unknown_variant(&name, &[$($name),+]))
            }
        }

        impl std::fmt::Display for $set {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

pub(crate) use closed_set;
