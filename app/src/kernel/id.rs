//! Typed ids: a vehicle's id cannot be handed to something that wants an organisation's.
//!
//! Ids are UUIDv7 (RFC 9562), so that they sort by creation; they are made on the server only.

/// Declares a newtype over [`uuid::Uuid`]: `typed_id!(VehicleId, "A vehicle.")`.
macro_rules! typed_id {
    ($name:ident, $doc:literal) => {
        #[doc = $doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
        pub struct $name(pub uuid::Uuid);

        impl $name {
            /// A new id, later than every id made before.
            #[cfg(feature = "ssr")]
            #[must_use]
            #[allow(clippy::new_without_default, reason = "an id is made on purpose, never by default")]
            pub fn new() -> Self {
                Self(uuid::Uuid::now_v7())
            }
        }

        // By hand: uuid's own also knows ids as bytes, four kilobytes of WASM.
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl From<uuid::Uuid> for $name {
            fn from(uuid: uuid::Uuid) -> Self {
                Self(uuid)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

typed_id!(OrganisationId, "A dealership or a private garage.");
typed_id!(UserId, "A person who can sign in.");
typed_id!(RoleId, "A set of permissions of one organisation.");
typed_id!(BranchId, "A lot or building of an organisation.");
typed_id!(VehicleId, "A vehicle in the stock of one organisation.");
typed_id!(ImportId, "One run of a stock import.");
typed_id!(DecodingId, "One run over the VINs of a stock.");
typed_id!(CatalogueEntryId, "An organisation's own entry in the catalogue.");
