//! The frame around every page: navigation, top bar, buttons that stand everywhere.

use super::texts;

texts! {
    stock { "Stock", "Inventario" }
    save { "Save", "Guardar" }
    cancel { "Cancel", "Cancelar" }
}
