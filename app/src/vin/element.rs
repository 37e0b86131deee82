//! The kinds of attributes that NHTSA knows (table Element): in which group each stands, and what it is called in Spanish.
//! The English names are NHTSA's own and come with the attribute.

use serde::{Deserialize, Serialize};

use super::VinGroup;

/// A kind of attribute, by NHTSA's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct VinElement(pub u8);

impl VinElement {
    pub const MAKE: Self = Self(26);
    pub const MANUFACTURER: Self = Self(27);

    fn entry(self) -> Option<(usize, &'static (u8, VinGroup, &'static str))> {
        ELEMENTS.iter().enumerate().find(|(_, (element, ..))| *element == self.0)
    }

    /// The group that it is shown in.
    #[must_use]
    pub fn group(self) -> VinGroup {
        self.entry().map_or(VinGroup::Other, |(_, (_, group, _))| *group)
    }

    /// Its place among the others of its group: the most asked for first.
    #[must_use]
    pub fn rank(self) -> usize {
        self.entry().map_or(ELEMENTS.len(), |(rank, _)| rank)
    }

    /// What it is called in Spanish.
    #[must_use]
    pub fn spanish(self) -> Option<&'static str> {
        self.entry().map(|(_, (.., name))| *name)
    }
}

/// Element, group, Spanish name; within a group the most asked for first.
const ELEMENTS: &[(u8, VinGroup, &str)] = &[
    (26, VinGroup::Vehicle, "Marca"),
    (27, VinGroup::Manufacture, "Fabricante"),
    (28, VinGroup::Vehicle, "Modelo"),
    (29, VinGroup::Vehicle, "Año modelo"),
    (34, VinGroup::Vehicle, "Serie"),
    (38, VinGroup::Vehicle, "Versión"),
    (39, VinGroup::Vehicle, "Tipo de vehículo"),
    (109, VinGroup::Vehicle, "Versión 2"),
    (110, VinGroup::Vehicle, "Serie 2"),
    (10, VinGroup::Vehicle, "Mercado de destino"),
    (114, VinGroup::Vehicle, "Nota"),
    (136, VinGroup::Vehicle, "Precio base (USD)"),
    (195, VinGroup::Vehicle, "Uso fuera de vía"),
    (5, VinGroup::Body, "Clase de carrocería"),
    (14, VinGroup::Body, "Puertas"),
    (33, VinGroup::Body, "Número de asientos"),
    (61, VinGroup::Body, "Filas de asientos"),
    (3, VinGroup::Body, "Tipo de platón"),
    (4, VinGroup::Body, "Tipo de cabina"),
    (25, VinGroup::Body, "Peso bruto vehicular, desde"),
    (190, VinGroup::Body, "Peso bruto vehicular, hasta"),
    (184, VinGroup::Body, "Peso bruto combinado, desde"),
    (185, VinGroup::Body, "Peso bruto combinado, hasta"),
    (36, VinGroup::Body, "Posición del volante"),
    (40, VinGroup::Body, "Ventanas"),
    (49, VinGroup::Body, "Largo del platón (pulgadas)"),
    (54, VinGroup::Body, "Peso en vacío (libras)"),
    (60, VinGroup::Body, "Tipo de distancia entre ejes"),
    (111, VinGroup::Body, "Distancia entre ejes (pulgadas), desde"),
    (112, VinGroup::Body, "Distancia entre ejes (pulgadas), hasta"),
    (159, VinGroup::Body, "Ancho de vía (pulgadas)"),
    (115, VinGroup::Body, "Número de ruedas"),
    (119, VinGroup::Body, "Rueda delantera (pulgadas)"),
    (120, VinGroup::Body, "Rueda trasera (pulgadas)"),
    (23, VinGroup::Body, "Sistema de entretenimiento"),
    (151, VinGroup::Body, "Tipo de motocicleta personalizada"),
    (152, VinGroup::Body, "Suspensión de la motocicleta"),
    (153, VinGroup::Body, "Chasis de la motocicleta"),
    (154, VinGroup::Body, "Otros datos de la motocicleta"),
    (116, VinGroup::Body, "Enganche del remolque"),
    (117, VinGroup::Body, "Carrocería del remolque"),
    (118, VinGroup::Body, "Largo del remolque (pies)"),
    (155, VinGroup::Body, "Otros datos del remolque"),
    (147, VinGroup::Body, "Largo del bus (pies)"),
    (148, VinGroup::Body, "Piso del bus"),
    (149, VinGroup::Body, "Tipo de bus"),
    (150, VinGroup::Body, "Otros datos del bus"),
    (9, VinGroup::Engine, "Cilindros"),
    (11, VinGroup::Engine, "Cilindrada (cc)"),
    (12, VinGroup::Engine, "Cilindrada (pulgadas cúbicas)"),
    (13, VinGroup::Engine, "Cilindrada (L)"),
    (17, VinGroup::Engine, "Tiempos del motor"),
    (18, VinGroup::Engine, "Modelo de motor"),
    (21, VinGroup::Engine, "Potencia (kW)"),
    (24, VinGroup::Engine, "Combustible principal"),
    (66, VinGroup::Engine, "Combustible secundario"),
    (62, VinGroup::Engine, "Distribución"),
    (64, VinGroup::Engine, "Configuración del motor"),
    (67, VinGroup::Engine, "Inyección"),
    (71, VinGroup::Engine, "Potencia (hp), desde"),
    (125, VinGroup::Engine, "Potencia (hp), hasta"),
    (122, VinGroup::Engine, "Refrigeración"),
    (135, VinGroup::Engine, "Turbo"),
    (139, VinGroup::Engine, "Velocidad máxima (mph)"),
    (146, VinGroup::Engine, "Fabricante del motor"),
    (129, VinGroup::Engine, "Otros datos del motor"),
    (200, VinGroup::Engine, "Tipo de tanque"),
    (201, VinGroup::Engine, "Material del tanque"),
    (15, VinGroup::Drive, "Tracción"),
    (37, VinGroup::Drive, "Transmisión"),
    (63, VinGroup::Drive, "Marchas"),
    (41, VinGroup::Drive, "Ejes"),
    (145, VinGroup::Drive, "Configuración de ejes"),
    (42, VinGroup::Drive, "Tipo de frenos"),
    (52, VinGroup::Drive, "Descripción de los frenos"),
    (126, VinGroup::Electric, "Electrificación"),
    (72, VinGroup::Electric, "Unidad motriz eléctrica"),
    (1, VinGroup::Electric, "Otros datos de la batería"),
    (2, VinGroup::Electric, "Tipo de batería"),
    (48, VinGroup::Electric, "Celdas por módulo"),
    (137, VinGroup::Electric, "Módulos por paquete"),
    (138, VinGroup::Electric, "Paquetes por vehículo"),
    (57, VinGroup::Electric, "Corriente de la batería (A), desde"),
    (132, VinGroup::Electric, "Corriente de la batería (A), hasta"),
    (58, VinGroup::Electric, "Tensión de la batería (V), desde"),
    (133, VinGroup::Electric, "Tensión de la batería (V), hasta"),
    (59, VinGroup::Electric, "Energía de la batería (kWh), desde"),
    (134, VinGroup::Electric, "Energía de la batería (kWh), hasta"),
    (127, VinGroup::Electric, "Nivel de carga"),
    (128, VinGroup::Electric, "Potencia de carga (kW)"),
    (55, VinGroup::Safety, "Bolsas de aire de cortina"),
    (56, VinGroup::Safety, "Bolsas de aire de cojín"),
    (65, VinGroup::Safety, "Bolsas de aire frontales"),
    (69, VinGroup::Safety, "Bolsas de aire de rodilla"),
    (107, VinGroup::Safety, "Bolsas de aire laterales"),
    (78, VinGroup::Safety, "Pretensores"),
    (79, VinGroup::Safety, "Tipo de cinturón"),
    (121, VinGroup::Safety, "Otros sistemas de retención"),
    (81, VinGroup::Safety, "Control de crucero adaptativo (ACC)"),
    (86, VinGroup::Safety, "Frenos antibloqueo (ABS)"),
    (87, VinGroup::Safety, "Frenado ante choque inminente (CIB)"),
    (88, VinGroup::Safety, "Alerta de punto ciego (BSW)"),
    (99, VinGroup::Safety, "Control electrónico de estabilidad (ESC)"),
    (100, VinGroup::Safety, "Control de tracción"),
    (101, VinGroup::Safety, "Alerta de choque frontal (FCW)"),
    (102, VinGroup::Safety, "Alerta de cambio de carril (LDW)"),
    (103, VinGroup::Safety, "Asistente de carril (LKA)"),
    (104, VinGroup::Safety, "Cámara de reversa"),
    (105, VinGroup::Safety, "Asistente de estacionamiento"),
    (168, VinGroup::Safety, "Control de presión de llantas (TPMS)"),
    (169, VinGroup::Safety, "Nota de seguridad activa"),
    (170, VinGroup::Safety, "Apoyo dinámico de frenado (DBS)"),
    (171, VinGroup::Safety, "Frenado automático ante peatones (PAEB)"),
    (172, VinGroup::Safety, "Reversa automática de ventanas y techo"),
    (173, VinGroup::Safety, "Sonido de alerta a peatones"),
    (174, VinGroup::Safety, "Notificación automática de choque (ACN)"),
    (175, VinGroup::Safety, "Registrador de eventos (EDR)"),
    (176, VinGroup::Safety, "Encendido sin llave"),
    (177, VinGroup::Safety, "Luces diurnas (DRL)"),
    (178, VinGroup::Safety, "Fuente de luz de los faros"),
    (179, VinGroup::Safety, "Cambio semiautomático de luces"),
    (180, VinGroup::Safety, "Luces altas adaptativas (ADB)"),
    (181, VinGroup::Safety, "Nivel de automatización SAE, desde"),
    (182, VinGroup::Safety, "Nivel de automatización SAE, hasta"),
    (183, VinGroup::Safety, "Alerta de tráfico cruzado trasero"),
    (192, VinGroup::Safety, "Frenado automático trasero"),
    (193, VinGroup::Safety, "Intervención de punto ciego (BSI)"),
    (194, VinGroup::Safety, "Centrado de carril"),
    (202, VinGroup::Safety, "Frenado combinado (CBS)"),
    (203, VinGroup::Safety, "Control de caballito"),
    (31, VinGroup::Manufacture, "Ciudad de la planta"),
    (75, VinGroup::Manufacture, "País de la planta"),
    (76, VinGroup::Manufacture, "Empresa de la planta"),
    (77, VinGroup::Manufacture, "Estado de la planta"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_element_stands_there_once() {
        let mut seen = std::collections::BTreeSet::new();
        assert!(ELEMENTS.iter().all(|(element, ..)| seen.insert(element)));
        assert_eq!(VinElement(5).group(), VinGroup::Body);
        assert_eq!(VinElement(250).group(), VinGroup::Other);
    }
}
