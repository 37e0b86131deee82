//! People, roles and signing in.

use super::{labels, texts};
use crate::identity::Preset;

texts! {
    sign_in { "Sign in", "Iniciar sesión" }
    sign_out { "Sign out", "Cerrar sesión" }
    main_branch { "Main branch", "Sede principal" }
    sign_in_unknown_account {
        "This account has no access to Forecourt. Ask an owner of your organization to add you with the e-mail address of this account; the address must be verified at your sign-in provider.",
        "Esta cuenta no tiene acceso a Forecourt. Pida a un propietario de su organización que le agregue con el correo de esta cuenta; el correo debe estar verificado en su proveedor de inicio de sesión."
    }
    sign_in_disabled {
        "Your account is disabled. Ask an owner of your organization to enable it.",
        "Su cuenta está desactivada. Pida a un propietario de su organización que la active."
    }
    sign_in_no_organisation {
        "You don't belong to an organization. Ask an owner to add you.",
        "Usted no pertenece a ninguna organización. Pida a un propietario que le agregue."
    }
}

labels!(Preset {
    Owner: "Owner", "Propietario";
    Manager: "Manager", "Gerente";
    Buyer: "Buyer", "Comprador";
    Sales: "Sales", "Ventas";
    Mechanic: "Mechanic", "Mecánico";
    Accountant: "Accountant", "Contador";
    Viewer: "Viewer", "Consulta";
});
