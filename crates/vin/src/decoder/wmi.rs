//! The manufacturers' codes of the catalogue.

use super::{
    data::{Data, Table, number},
    vin::Written,
};

/// What is registered under a WMI: the manufacturer, its makes and schemas.
#[derive(Clone, Copy, Debug)]
pub struct WmiRecord<'d> {
    pub manufacturer: &'d str,
    pub vehicle_type: u8,
    /// Cars, multipurpose vehicles and light trucks: position 7 tells the model year's cycle.
    pub light: bool,
    pub first_link: u32,
    pub links: u32,
    first_make: u32,
    pub makes: u32,
}

impl<'d> WmiRecord<'d> {
    pub fn find(data: &Data<'d>, vin: &Written) -> Option<Self> {
        let code = vin.wmi().packed();
        let bucket = code / 38u32.pow(4);
        let mut low = data.field(Table::WmiStarts, bucket, 0, 2);
        let end = data.field(Table::WmiStarts, bucket + 1, 0, 2);
        let mut high = end;
        while low < high {
            let middle = low.midpoint(high);
            if data.field(Table::Wmis, middle, 0, 4) < code {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let record = data.record(Table::Wmis, low);
        (low < end && number(record, 0, 4) == code).then(|| Self::read(data, record))
    }

    pub fn read(data: &Data<'d>, record: &[u8]) -> Self {
        Self {
            manufacturer: data.text(number(record, 4, 3)),
            vehicle_type: u8::try_from(number(record, 10, 1)).unwrap_or_default(),
            light: number(record, 11, 1) & 1 != 0,
            first_link: number(record, 12, 3),
            links: number(record, 15, 2),
            first_make: number(record, 17, 2),
            makes: number(record, 19, 1),
        }
    }

    /// The year itself, or the one thirty years away if the manufacturer has schemas for that one only.
    pub fn settled(&self, data: &Data<'_>, year: u16, today: u16) -> u16 {
        let limit = today.saturating_add(2);
        let other = match year {
            1980.. if year + 30 <= limit => year + 30,
            2010.. if year <= limit => year - 30,
            _ => return year,
        };
        let has = |year: u16| {
            (0..self.links).any(|link| {
                let record = data.record(Table::Links, self.first_link + link);
                number(record, 2, 2) <= u32::from(year) && u32::from(year) <= number(record, 4, 2)
            })
        };
        if !has(year) && has(other) { other } else { year }
    }

    pub fn has_make(&self, data: &Data<'_>, make: u32) -> bool {
        (0..self.makes).any(|index| data.field(Table::WmiMakes, self.first_make + index, 0, 2) == make)
    }

    pub fn sole_make(&self, data: &Data<'_>) -> Option<u32> {
        (self.makes == 1).then(|| data.field(Table::WmiMakes, self.first_make, 0, 2))
    }

    pub fn type_name(&self, data: &Data<'d>) -> &'d str {
        let count = u32::try_from(data.count(Table::VehicleTypes)).unwrap_or_default();
        (0..count)
            .find(|index| data.field(Table::VehicleTypes, *index, 0, 1) == u32::from(self.vehicle_type))
            .map_or("", |index| data.text(data.field(Table::VehicleTypes, index, 1, 3)))
    }
}
