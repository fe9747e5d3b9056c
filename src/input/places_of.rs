//! Where customers and home bases are, whichever they are.

use super::{CustomerColumns, RepColumns};
use crate::base::ids::Ids;

/// Places and their ids.
#[derive(Clone, Copy)]
pub(super) struct Places<'a> {
    pub lon: &'a [f64],
    pub lat: &'a [f64],
    pub ids: &'a Ids,
}

impl<'a> From<&'a CustomerColumns> for Places<'a> {
    fn from(c: &'a CustomerColumns) -> Places<'a> {
        let CustomerColumns { lon, lat, ids, .. } = c;
        Places { lon, lat, ids }
    }
}

impl<'a> From<&'a RepColumns> for Places<'a> {
    fn from(r: &'a RepColumns) -> Places<'a> {
        let RepColumns { lon, lat, ids, .. } = r;
        Places { lon, lat, ids }
    }
}

impl Places<'_> {
    pub fn all(&self) -> impl Iterator<Item = [f64; 2]> {
        self.lon.iter().zip(self.lat).map(|(lon, lat)| [*lon, *lat])
    }
}
