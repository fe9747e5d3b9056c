//! The files of a plan directory as claims.

use super::{Finding, List};
use crate::base::ids::RepIx;
use crate::disk::file;
use crate::input::Inputs;
use crate::input::index::IdIndex;
use crate::saved::COLUMNS;
use crate::saved::text::Dialect;
use geo::MultiPolygon;
use serde::Deserialize;
use serde::de::{self, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::path::Path;

/// A file of the plan, or what is wrong with it in words.
fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    file::kept_bytes(path).map_err(|problem| problem.what)
}

/// `assignments.csv`, in the order of the inputs.
pub(super) struct Rows {
    pub owner: Vec<RepIx>,
    pub km: Vec<f64>,
    pub minutes: Vec<f64>,
    pub changed: Vec<bool>,
    pub locked: Vec<bool>,
    pub index: IdIndex,
    dialect: Dialect,
}

impl Rows {
    /// Takes a line; what is wrong with it.
    fn take(
        &mut self,
        inputs: &Inputs,
        rep_index: &IdIndex,
        record: &csv::StringRecord,
    ) -> Result<(), String> {
        let c = &inputs.customers;
        let field = |at: usize| self.dialect.as_given(record.get(at).unwrap_or(""));
        let Some(i) = self.index.get(&c.ids, field(0)) else {
            return Err(format!("customer {:?} is not in the inputs", field(0)));
        };
        if self.owner[i] != RepIx::NONE {
            return Err(format!("customer {:?} is there twice", field(0)));
        }
        let Some(j) = rep_index.get(&inputs.reps.ids, field(1)) else {
            return Err(format!("rep {:?} is not in the inputs", field(1)));
        };
        self.owner[i] = RepIx(j as u32);
        let number = |at: usize| match field(at) {
            "" => Some(f64::NAN),
            text => self.dialect.parse(text),
        };
        let truth = |at: usize| field(at).parse::<bool>().ok();
        let previous = c.owner.get(i).copied().and_then(RepIx::some);
        let previous = previous.map_or("", |j| inputs.reps.ids.get(j.at()));
        let place = [number(7), number(8)] == [Some(c.lon[i]), Some(c.lat[i])];
        let figures = (number(2), number(3), truth(5), truth(6));
        let (Some(km), Some(minutes), Some(changed), Some(locked)) = figures else {
            return Err(figure_of_another(field(0)));
        };
        if !place || previous != field(4) {
            return Err(figure_of_another(field(0)));
        }
        (self.km[i], self.minutes[i]) = (km, minutes);
        (self.changed[i], self.locked[i]) = (changed, locked);
        // Who has no owner is not locked to anybody.
        let locks = inputs.scenario.rules.locks && c.locked.get(i) == Some(&true);
        let lock = locks && !previous.is_empty();
        match locked == lock {
            true => Ok(()),
            false => Err(format!("`locked` should be {lock}")),
        }
    }
}

fn figure_of_another(id: &str) -> String {
    format!("customer {id:?} has a place, owner of today or figure that is not in the inputs")
}

/// Reads `assignments.csv`: every customer once, with an owner.
pub(super) fn assignments(dir: &Path, inputs: &Inputs) -> Result<Rows, Vec<Finding>> {
    let path = dir.join("assignments.csv");
    let mut list = List::new("owners");
    let damaged = |text: String| vec![Finding::new("owners", format!("assignments.csv: {text}"))];
    let content = bytes(&path).map_err(damaged)?;
    let (c, n) = (&inputs.customers, inputs.customers.len());
    let (index, _) = IdIndex::build(&c.ids);
    let (rep_index, _) = IdIndex::build(&inputs.reps.ids);
    let mut rows = Rows {
        owner: vec![RepIx::NONE; n],
        km: vec![f64::NAN; n],
        minutes: vec![f64::NAN; n],
        changed: vec![false; n],
        locked: vec![false; n],
        index,
        dialect: Dialect::of(&inputs.scenario.output),
    };
    let mut reader = rows.dialect.reader(&content);
    let header = reader.headers().map_err(|e| damaged(e.to_string()))?;
    // What follows them is compared with what is written again.
    if header.iter().take(COLUMNS.len()).ne(COLUMNS) {
        return Err(damaged(format!(
            "the columns should be {}, then what is carried along",
            COLUMNS.join(",")
        )));
    }
    let mut record = csv::StringRecord::new();
    let mut line = 1;
    while reader
        .read_record(&mut record)
        .map_err(|e| damaged(e.to_string()))?
    {
        line += 1;
        if let Err(text) = rows.take(inputs, &rep_index, &record) {
            list.add(format!("line {line}: {text}"));
        }
    }
    for i in (0..n).filter(|i| rows.owner[*i] == RepIx::NONE) {
        list.add(format!("customer {:?} is missing", c.ids.get(i)));
    }
    let findings = list.done();
    if findings.is_empty() {
        Ok(rows)
    } else {
        Err(findings)
    }
}

/// An id as text, whether the file has a text or a number.
struct Id(String);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Id, D::Error> {
        struct Any;
        impl Visitor<'_> for Any {
            type Value = Id;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an id")
            }

            fn visit_str<E: de::Error>(self, v: &str) -> Result<Id, E> {
                Ok(Id(v.to_owned()))
            }

            fn visit_u64<E: de::Error>(self, v: u64) -> Result<Id, E> {
                Ok(Id(v.to_string()))
            }

            fn visit_i64<E: de::Error>(self, v: i64) -> Result<Id, E> {
                Ok(Id(v.to_string()))
            }

            fn visit_f64<E: de::Error>(self, v: f64) -> Result<Id, E> {
                Ok(Id(v.to_string()))
            }
        }
        d.deserialize_any(Any)
    }
}

#[derive(Deserialize)]
struct PointFeature {
    properties: PointProperties,
    geometry: PointGeometry,
}

#[derive(Deserialize)]
struct PointProperties {
    customer_id: Id,
    rep_id: Id,
    km: Option<f64>,
    minutes: Option<f64>,
    previous_rep_id: Option<Id>,
    changed: bool,
    locked: bool,
}

#[derive(Deserialize)]
struct PointGeometry {
    coordinates: [f64; 2],
}

/// Compares `assignments.geojson` with the table, feature by feature.
pub(super) fn points(dir: &Path, inputs: &Inputs, rows: &Rows) -> Result<(), Vec<Finding>> {
    let damaged = |text: String| {
        vec![Finding::new(
            "owners",
            format!("assignments.geojson: {text}"),
        )]
    };
    let content = bytes(&dir.join("assignments.geojson")).map_err(damaged)?;
    let mut compare = Compare {
        inputs,
        rows,
        list: List::new("owners"),
        seen: vec![false; rows.owner.len()],
    };
    let mut reader = serde_json::Deserializer::from_slice(&content);
    let read =
        Collection(|feature: PointFeature| compare.feature(&feature)).deserialize(&mut reader);
    read.and_then(|()| reader.end())
        .map_err(|e| damaged(format!("the file is damaged: {e}")))?;
    for (i, seen) in compare.seen.iter().enumerate() {
        if !seen {
            let id = inputs.customers.ids.get(i);
            compare
                .list
                .add(format!("assignments.geojson: customer {id:?} is missing"));
        }
    }
    let findings = compare.list.done();
    if findings.is_empty() {
        Ok(())
    } else {
        Err(findings)
    }
}

struct Compare<'a> {
    inputs: &'a Inputs,
    rows: &'a Rows,
    list: List,
    seen: Vec<bool>,
}

impl Compare<'_> {
    fn feature(&mut self, f: &PointFeature) {
        let (c, reps) = (&self.inputs.customers, &self.inputs.reps.ids);
        let p = &f.properties;
        let Some(i) = self.rows.index.get(&c.ids, &p.customer_id.0) else {
            let id = &p.customer_id.0;
            self.list.add(format!(
                "assignments.geojson: customer {id:?} is not in the inputs"
            ));
            return;
        };
        let number = |v: Option<f64>| v.unwrap_or(f64::NAN).to_bits();
        let previous = c.owner.get(i).copied().and_then(RepIx::some);
        let same = !std::mem::replace(&mut self.seen[i], true)
            && p.rep_id.0 == reps.get(self.rows.owner[i].at())
            && number(p.km) == self.rows.km[i].to_bits()
            && number(p.minutes) == self.rows.minutes[i].to_bits()
            && p.changed == self.rows.changed[i]
            && p.locked == self.rows.locked[i]
            && p.previous_rep_id.as_ref().map(|id| id.0.as_str())
                == previous.map(|j| reps.get(j.at()))
            && f.geometry.coordinates == [c.lon[i], c.lat[i]];
        if !same {
            let id = &p.customer_id.0;
            self.list.add(format!(
                "assignments.geojson: customer {id:?} is there twice, or differs from assignments.csv"
            ));
        }
    }
}

/// Streams the features of a collection into a function.
struct Collection<F>(F);

impl<F> Collection<F> {
    fn deserialize<'de, T, D>(self, d: D) -> Result<(), D::Error>
    where
        F: FnMut(T),
        T: Deserialize<'de>,
        D: Deserializer<'de>,
    {
        d.deserialize_map(Members(self.0, std::marker::PhantomData))
    }
}

struct Members<F, T>(F, std::marker::PhantomData<T>);

impl<'de, T: Deserialize<'de>, F: FnMut(T)> Visitor<'de> for Members<F, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a FeatureCollection")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if key == "features" {
                map.next_value_seed(Features(&mut self.0, std::marker::PhantomData))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

struct Features<'f, F, T>(&'f mut F, std::marker::PhantomData<T>);

impl<'de, T: Deserialize<'de>, F: FnMut(T)> de::DeserializeSeed<'de> for Features<'_, F, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
        d.deserialize_seq(self)
    }
}

impl<'de, T: Deserialize<'de>, F: FnMut(T)> Visitor<'de> for Features<'_, F, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of features")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(feature) = seq.next_element::<T>()? {
            (self.0)(feature);
        }
        Ok(())
    }
}

/// `territories.geojson`, in rep order.
pub(super) struct Shapes {
    pub polygons: Vec<MultiPolygon<f64>>,
    pub properties: Vec<Properties>,
}

/// The properties of a territory.
pub(super) struct Properties(serde_json::Map<String, serde_json::Value>);

impl Properties {
    pub fn number(&self, name: &str) -> Option<f64> {
        self.0.get(name).and_then(serde_json::Value::as_f64)
    }
}

/// Reads `territories.geojson`: one MultiPolygon per rep, in the order of the reps.
pub(super) fn territories(dir: &Path, inputs: &Inputs) -> Result<Shapes, Vec<Finding>> {
    let one = |text: String| {
        vec![Finding::new(
            "polygons",
            format!("territories.geojson: {text}"),
        )]
    };
    let content = bytes(&dir.join("territories.geojson")).map_err(one)?;
    let text = std::str::from_utf8(&content).map_err(|e| one(e.to_string()))?;
    let collection: geojson::FeatureCollection = text
        .parse::<geojson::GeoJson>()
        .and_then(TryInto::try_into)
        .map_err(|e| one(format!("the file is damaged: {e}")))?;
    let ids = &inputs.reps.ids;
    if collection.features.len() != ids.len() {
        return Err(one(format!(
            "{} territories, {} reps",
            collection.features.len(),
            ids.len()
        )));
    }
    let mut list = List::new("polygons");
    let mut shapes = Shapes {
        polygons: Vec::new(),
        properties: Vec::new(),
    };
    for (j, feature) in collection.features.into_iter().enumerate() {
        let properties = feature.properties.unwrap_or_default();
        let said = match properties.get("rep") {
            Some(serde_json::Value::String(id)) => id.clone(),
            Some(other) => other.to_string(),
            None => String::new(),
        };
        let name = properties.get("name").and_then(serde_json::Value::as_str);
        if said != ids.get(j) || name != Some(inputs.reps.name[j].as_str()) {
            list.add(format!(
                "territories.geojson: feature {} is not that of {:?}",
                j + 1,
                ids.get(j)
            ));
        }
        if feature.geometry.as_ref().is_some_and(has_open_ring) {
            list.add(format!(
                "territories.geojson: a ring of {said:?} is not closed"
            ));
        }
        let lost = feature.geometry.as_ref().is_some_and(leaves_the_earth);
        if lost {
            list.add(format!(
                "territories.geojson: {said:?} has a position that is no longitude and latitude"
            ));
        }
        let shape = feature
            .geometry
            .filter(|_| !lost)
            .and_then(|g| MultiPolygon::<f64>::try_from(g).ok());
        if shape.is_none() {
            list.add(format!("territories.geojson: {said:?} is no MultiPolygon"));
        }
        shapes
            .polygons
            .push(shape.unwrap_or_else(|| MultiPolygon::new(Vec::new())));
        shapes.properties.push(Properties(properties));
    }
    let findings = list.done();
    if findings.is_empty() {
        Ok(shapes)
    } else {
        Err(findings)
    }
}

/// Whether a ring does not end where it begins; `geo` would close it without a word.
fn has_open_ring(geometry: &geojson::Geometry) -> bool {
    let geojson::GeometryValue::MultiPolygon { coordinates } = &geometry.value else {
        return false;
    };
    coordinates
        .iter()
        .flatten()
        .any(|ring| ring.first() != ring.last())
}

/// Whether a position is not within 180 degrees east or west and 90 north or south.
fn leaves_the_earth(geometry: &geojson::Geometry) -> bool {
    let geojson::GeometryValue::MultiPolygon { coordinates } = &geometry.value else {
        return false;
    };
    let on_earth = |p: &[f64]| matches!(*p, [x, y] if x.abs() <= 180.0 && y.abs() <= 90.0);
    let mut all = coordinates.iter().flatten().flatten();
    !all.all(|p| on_earth(p.as_slice()))
}
