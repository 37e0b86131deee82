//! Permissions, the presets of roles, and what the pages know of the person who looks at them.

use iso_currency::Currency;
use serde::{Deserialize, Serialize};

use crate::{
    i18n::Locale,
    kernel::{
        closed_set::closed_set,
        id::{OrganisationId, UserId},
        money::currency_code,
        unit::DistanceUnit,
    },
};

closed_set! {
    /// A right that a role may hold, `<resource>:<action>`. Services check it; pages only hide with it.
    pub enum Permission {
        UserRead = "user:read",
        UserCreate = "user:create",
        UserUpdate = "user:update",
        UserDelete = "user:delete",
        RoleRead = "role:read",
        RoleCreate = "role:create",
        RoleUpdate = "role:update",
        RoleDelete = "role:delete",
        OrganisationRead = "organisation:read",
        OrganisationCreate = "organisation:create",
        OrganisationUpdate = "organisation:update",
        OrganisationDelete = "organisation:delete",
        ClientRead = "client:read",
        ClientCreate = "client:create",
        ClientUpdate = "client:update",
        ClientDelete = "client:delete",
        VehicleRead = "vehicle:read",
        VehicleCreate = "vehicle:create",
        VehicleUpdate = "vehicle:update",
        VehicleDelete = "vehicle:delete",
        ContractRead = "contract:read",
        ContractCreate = "contract:create",
        ContractUpdate = "contract:update",
        ContractDelete = "contract:delete",
        PaymentRead = "payment:read",
        PaymentCreate = "payment:create",
        PaymentUpdate = "payment:update",
        PaymentDelete = "payment:delete",
        MediaRead = "media:read",
        MediaCreate = "media:create",
        MediaUpdate = "media:update",
        MediaDelete = "media:delete",
        DocumentRead = "document:read",
        DocumentCreate = "document:create",
        DocumentUpdate = "document:update",
        DocumentDelete = "document:delete",
        FuelRead = "fuel:read",
        FuelCreate = "fuel:create",
        FuelUpdate = "fuel:update",
        FuelDelete = "fuel:delete",
        MaintenanceRead = "maintenance:read",
        MaintenanceCreate = "maintenance:create",
        MaintenanceUpdate = "maintenance:update",
        MaintenanceDelete = "maintenance:delete",
        StationRead = "station:read",
        StationCreate = "station:create",
        StationUpdate = "station:update",
        StationDelete = "station:delete",
        CatalogueRead = "catalogue:read",
        CatalogueCreate = "catalogue:create",
        CatalogueUpdate = "catalogue:update",
        CatalogueDelete = "catalogue:delete",
        ReportRead = "report:read",
        ReportExport = "report:export",
        ForecastRead = "forecast:read",
        ForecastTrain = "forecast:train",
        AuditRead = "audit:read",
        BackupManage = "backup:manage",
        PaymentRefund = "payment:refund",
        ContractApprove = "contract:approve",
        ImportRun = "import:run",
    }
}

closed_set! {
    /// The roles that every organisation starts with. They are rows like any other; these are only their first contents.
    pub enum Preset {
        Owner = "owner",
        Manager = "manager",
        Buyer = "buyer",
        Sales = "sales",
        Mechanic = "mechanic",
        Accountant = "accountant",
        Viewer = "viewer",
    }
}

impl Preset {
    /// What the role may do in a new organisation.
    #[must_use]
    pub fn permissions(self) -> Vec<Permission> {
        Permission::ALL
            .iter()
            .copied()
            .filter(|permission| self.grants(permission.name()))
            .collect()
    }

    fn grants(self, permission: &str) -> bool {
        let (resource, action) = permission.split_once(':').unwrap_or((permission, ""));
        let reads = action == "read";
        let business = !matches!(
            resource,
            "user" | "role" | "organisation" | "audit" | "backup" | "forecast" | "report" | "import"
        );
        match self {
            Self::Owner => true,
            Self::Manager => !matches!(
                permission,
                "organisation:create" | "organisation:delete" | "role:create" | "role:update" | "role:delete" | "backup:manage"
            ),
            Self::Buyer => {
                business && reads
                    || matches!(resource, "vehicle" | "client" | "contract" | "media" | "document") && matches!(action, "create" | "update")
                    || matches!(
                        permission,
                        "forecast:read" | "report:read" | "import:run" | "organisation:read" | "user:read"
                    )
            }
            Self::Sales => {
                business && reads
                    || matches!(resource, "client" | "contract" | "media" | "document" | "payment") && matches!(action, "create" | "update")
                    || matches!(
                        permission,
                        "vehicle:create" | "vehicle:update" | "report:read" | "organisation:read" | "user:read"
                    )
            }
            Self::Mechanic => {
                matches!(resource, "vehicle" | "media" | "document" | "station" | "catalogue") && reads
                    || matches!(resource, "maintenance" | "fuel") && action != "delete"
                    || matches!(
                        permission,
                        "vehicle:update" | "media:create" | "document:create" | "organisation:read"
                    )
            }
            Self::Accountant => {
                business && reads
                    || matches!(resource, "payment") && action != "delete"
                    || matches!(
                        permission,
                        "report:read" | "report:export" | "audit:read" | "document:create" | "organisation:read" | "user:read"
                    )
            }
            Self::Viewer => business && reads || matches!(permission, "report:read" | "organisation:read"),
        }
    }
}

closed_set! {
    /// What an organisation is.
    pub enum OrganisationKind {
        /// Many members with roles; buys and sells.
        Dealership = "dealership",
        /// One owner and what stands in the garage.
        Private = "private",
    }
}

/// The signed-in person as pages need it; also the answer of `GET /auth/session`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Me {
    pub user: UserId,
    pub name: String,
    pub email: String,
    pub organisation: OrganisationId,
    pub organisation_name: String,
    pub organisation_kind: OrganisationKind,
    /// Every organisation that the person belongs to, by name; this one is among them.
    pub organisations: Vec<Membership>,
    pub role: String,
    pub permissions: Vec<Permission>,
    /// `en` or `es`.
    #[cfg_attr(feature = "ssr", schema(value_type = String))]
    pub locale: Locale,
    /// For amounts that name none.
    #[serde(with = "currency_code")]
    #[cfg_attr(feature = "ssr", schema(value_type = String, example = "USD"))]
    pub currency: Currency,
    /// How the organisation reads distances, and what one that names no unit is in.
    pub distance_unit: DistanceUnit,
}

/// An organisation that a person belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Membership {
    pub id: OrganisationId,
    pub name: String,
}

impl Me {
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(&permission)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_may_everything_and_a_viewer_changes_nothing() {
        assert_eq!(Preset::Owner.permissions().len(), Permission::ALL.len());
        for permission in Preset::Viewer.permissions() {
            assert!(permission.name().ends_with(":read"), "{permission}");
        }
    }

    #[test]
    fn a_salesperson_sells_and_does_not_import_or_delete_stock() {
        let sales = Preset::Sales.permissions();
        assert!(sales.contains(&Permission::VehicleUpdate) && sales.contains(&Permission::ContractCreate));
        assert!(!sales.contains(&Permission::VehicleDelete) && !sales.contains(&Permission::ImportRun));
    }

    #[test]
    fn a_buyer_brings_in_stock_and_takes_no_money() {
        let buyer = Preset::Buyer.permissions();
        assert!(buyer.contains(&Permission::ImportRun) && buyer.contains(&Permission::VehicleCreate));
        assert!(!buyer.contains(&Permission::PaymentCreate) && !buyer.contains(&Permission::VehicleDelete));
    }

    #[test]
    fn a_mechanic_keeps_the_service_history_and_sees_neither_clients_nor_money() {
        let mechanic = Preset::Mechanic.permissions();
        assert!(mechanic.contains(&Permission::MaintenanceCreate) && mechanic.contains(&Permission::VehicleUpdate));
        for permission in mechanic {
            for closed in ["client:", "contract:", "payment:", "report:", "audit:"] {
                assert!(!permission.name().starts_with(closed), "{permission}");
            }
        }
    }

    #[test]
    fn an_accountant_books_payments_and_changes_no_vehicle() {
        let accountant = Preset::Accountant.permissions();
        assert!(accountant.contains(&Permission::PaymentUpdate) && accountant.contains(&Permission::ReportExport));
        for permission in accountant.iter().filter(|permission| permission.name().starts_with("vehicle:")) {
            assert_eq!(*permission, Permission::VehicleRead);
        }
    }

    #[test]
    fn nobody_but_an_owner_changes_roles() {
        for preset in Preset::ALL.iter().filter(|preset| **preset != Preset::Owner) {
            assert!(!preset.permissions().contains(&Permission::RoleUpdate), "{preset}");
        }
    }
}
