//! The layers of a plan as tables with a geometry: what every format is written from.

use crate::base::cells::{Cell, CellKind, Cells};
use crate::base::ids::{Ids, RepIx};
use crate::error::Error;
use crate::input::Reps;
use crate::saved::schema::{OF_REP, REGION, TERRITORY};
use crate::saved::{self, SavedPlan, TerritoryTable};
use geo::{Coord, MultiPolygon};
use std::borrow::Cow;

/// A layer of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LayerName {
    /// One MultiPolygon per rep.
    Territories,
    /// One Point per customer.
    Assignments,
    /// One Point per rep: the home base.
    Reps,
    /// One MultiPolygon per region, where the reps have regions.
    Regions,
}

impl LayerName {
    /// All layers, in the order that files have them.
    pub const ALL: [LayerName; 4] = [
        LayerName::Territories,
        LayerName::Assignments,
        LayerName::Reps,
        LayerName::Regions,
    ];

    /// The name in the files.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            LayerName::Territories => "territories",
            LayerName::Assignments => "assignments",
            LayerName::Reps => "reps",
            LayerName::Regions => "regions",
        }
    }
}

/// Type of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Whole,
    Real,
    Text,
    Bool,
}

/// One attribute of one feature.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Null,
    Whole(i64),
    Real(f64),
    Text(&'a str),
    Bool(bool),
}

/// An attribute of all features of a layer.
pub(super) struct Field<'a> {
    pub name: String,
    pub kind: Kind,
    column: Column<'a>,
}

enum Column<'a> {
    Ids(&'a Ids),
    IdsOf(&'a Ids, &'a [RepIx]),
    Reals(Cow<'a, [f64]>),
    Wholes(&'a [u64]),
    Bools(&'a [bool]),
    Texts(Cow<'a, [String]>),
    Mixed(&'a [saved::Value]),
    /// Of the rep of each row.
    TextsOf(&'a [String], &'a [RepIx]),
    Cells(&'a Cells),
}

/// Where the features of a layer are.
pub(super) enum Shapes<'a> {
    Areas(&'a [MultiPolygon<f64>]),
    Points {
        lon: Cow<'a, [f64]>,
        lat: Cow<'a, [f64]>,
    },
}

/// One geometry.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape<'a> {
    Area(&'a MultiPolygon<f64>),
    Point(Coord<f64>),
}

/// A table with a geometry.
pub(super) struct Layer<'a> {
    pub name: LayerName,
    pub fields: Vec<Field<'a>>,
    pub shapes: Shapes<'a>,
    pub rows: usize,
}

/// Whether ids are written as numbers: all of them were, and they fit the 64 bits that formats have.
fn numeric(ids: &Ids) -> bool {
    ids.numeric() && ids.iter().all(|id| id.parse::<i64>().is_ok())
}

impl<'a> Field<'a> {
    fn new(name: &str, kind: Kind, column: Column<'a>) -> Field<'a> {
        Field {
            name: name.to_owned(),
            kind,
            column,
        }
    }

    fn ids(name: &str, ids: &'a Ids) -> Field<'a> {
        Field::new(name, Field::id_kind(ids), Column::Ids(ids))
    }

    fn id_kind(ids: &Ids) -> Kind {
        if numeric(ids) {
            Kind::Whole
        } else {
            Kind::Text
        }
    }

    fn texts(name: &str, texts: &'a [String]) -> Field<'a> {
        Field::new(name, Kind::Text, Column::Texts(Cow::Borrowed(texts)))
    }

    fn reals(name: &str, values: &'a [f64]) -> Field<'a> {
        Field::new(name, Kind::Real, Column::Reals(Cow::Borrowed(values)))
    }

    /// The value in a row.
    pub fn value(&self, row: usize) -> Value<'_> {
        match &self.column {
            Column::Ids(ids) => id(self.kind, ids.get(row)),
            Column::IdsOf(ids, of) => match of[row].some() {
                Some(rep) => id(self.kind, ids.get(rep.at())),
                None => Value::Null,
            },
            Column::Reals(values) if values[row].is_finite() => Value::Real(values[row]),
            Column::Reals(_) => Value::Null,
            Column::Wholes(values) => Value::Whole(values[row] as i64),
            Column::Bools(values) => Value::Bool(values[row]),
            Column::Texts(values) => Value::Text(&values[row]),
            Column::TextsOf(texts, of) => match of[row].some() {
                Some(rep) => Value::Text(&texts[rep.at()]),
                None => Value::Null,
            },
            Column::Cells(cells) => carried(self.kind, cells.get(row)),
            Column::Mixed(values) => match (&values[row], self.kind) {
                (saved::Value::Number(x), Kind::Whole) => Value::Whole(*x as i64),
                (saved::Value::Number(x), Kind::Real) => Value::Real(*x),
                (saved::Value::Bool(truth), Kind::Bool) => Value::Bool(*truth),
                (saved::Value::Text(text), Kind::Text) => Value::Text(text),
                _ => Value::Null,
            },
        }
    }
}

/// A value of the input that was carried along.
fn carried(kind: Kind, cell: Cell<'_>) -> Value<'_> {
    match (cell, kind) {
        (Cell::Null, _) => Value::Null,
        (Cell::Number(text), Kind::Real) => text.parse().map_or(Value::Null, Value::Real),
        (Cell::Bool(truth), Kind::Bool) => Value::Bool(truth),
        (Cell::Number(text) | Cell::Text(text), _) => Value::Text(text),
        (Cell::Bool(truth), _) => Value::Text(if truth { "true" } else { "false" }),
    }
}

fn id(kind: Kind, id: &str) -> Value<'_> {
    match kind {
        Kind::Whole => id.parse().map_or(Value::Null, Value::Whole),
        _ => Value::Text(id),
    }
}

impl<'a> Layer<'a> {
    /// The territories with everything that the plan says of them.
    pub fn territories(plan: &'a SavedPlan) -> Layer<'a> {
        Layer::areas(LayerName::Territories, TERRITORY[0], &plan.territories)
    }

    /// Areas with everything that their file says of them.
    fn areas(name: LayerName, id: &str, t: &'a TerritoryTable) -> Layer<'a> {
        let mut fields = vec![
            Field::ids(id, &t.ids),
            Field::texts("name", &t.name),
            Field::new("customers", Kind::Whole, Column::Wholes(&t.customers)),
            Field::texts("color", &t.color),
        ];
        fields.extend(t.properties.iter().map(|property| {
            let (kind, column) = match property.kind() {
                saved::Kind::Bool => (Kind::Bool, Column::Mixed(&property.values)),
                saved::Kind::Whole => (Kind::Whole, Column::Mixed(&property.values)),
                saved::Kind::Number => (Kind::Real, Column::Mixed(&property.values)),
                saved::Kind::Text => {
                    let texts = property.values.iter().map(in_words).collect();
                    (Kind::Text, Column::Texts(Cow::Owned(texts)))
                }
            };
            Field::new(&property.name, kind, column)
        }));
        Layer {
            name,
            fields,
            shapes: Shapes::Areas(&t.polygons),
            rows: t.len(),
        }
    }

    /// The customers with their reps.
    pub fn assignments(plan: &'a SavedPlan) -> Layer<'a> {
        let (a, reps) = (&plan.assignments, &plan.territories.ids);
        let rep = |name, of| Field::new(name, Field::id_kind(reps), Column::IdsOf(reps, of));
        let of_rep = |name, texts| Field::new(name, Kind::Text, Column::TextsOf(texts, &a.owner));
        let mut fields = vec![
            Field::ids("customer_id", &a.ids),
            rep("rep_id", &a.owner),
            Field::reals("km", &a.km),
            Field::reals("minutes", &a.minutes),
            rep("previous_rep_id", &a.previous),
            Field::new("changed", Kind::Bool, Column::Bools(&a.changed)),
            Field::new("locked", Kind::Bool, Column::Bools(&a.locked)),
            of_rep(OF_REP[0], &plan.territories.name),
            of_rep(OF_REP[1], &plan.territories.color),
        ];
        fields.extend(a.carried.iter().map(|c| {
            let kind = match c.cells.kind() {
                CellKind::Bool => Kind::Bool,
                CellKind::Number => Kind::Real,
                CellKind::Text => Kind::Text,
            };
            Field::new(&c.name, kind, Column::Cells(&c.cells))
        }));
        Layer {
            name: LayerName::Assignments,
            fields,
            shapes: Shapes::Points {
                lon: Cow::Borrowed(&a.lon),
                lat: Cow::Borrowed(&a.lat),
            },
            rows: a.len(),
        }
    }

    /// The home bases.
    pub fn reps(plan: &'a SavedPlan, reps: &'a Reps) -> Layer<'a> {
        let t = &plan.territories;
        let capacity = reps.capacity.iter().map(|c| c.unwrap_or(f64::NAN));
        let skills = reps.skills.iter().map(|s| s.join(";"));
        Layer {
            name: LayerName::Reps,
            fields: vec![
                Field::ids("rep", &t.ids),
                Field::texts("name", &t.name),
                Field::new("customers", Kind::Whole, Column::Wholes(&t.customers)),
                Field::texts("color", &t.color),
                Field::new("capacity", Kind::Real, Column::Reals(capacity.collect())),
                Field::new("skills", Kind::Text, Column::Texts(skills.collect())),
            ],
            shapes: Shapes::Points {
                lon: Cow::Borrowed(&reps.lon),
                lat: Cow::Borrowed(&reps.lat),
            },
            rows: t.len(),
        }
    }

    /// The geometry of a row.
    pub fn shape(&self, row: usize) -> Shape<'_> {
        match &self.shapes {
            Shapes::Areas(areas) => Shape::Area(&areas[row]),
            Shapes::Points { lon, lat } => Shape::Point(Coord {
                x: lon[row],
                y: lat[row],
            }),
        }
    }

    /// Name of the geometry type, as the standards spell it.
    #[cfg(any(feature = "gpkg", feature = "fgb", feature = "parquet"))]
    pub fn geometry_type(&self) -> &'static str {
        match self.shapes {
            Shapes::Areas(_) => "MultiPolygon",
            Shapes::Points { .. } => "Point",
        }
    }

    /// West, south, east, north of all features; `None` without any coordinate.
    pub fn bounds(&self) -> Option<[f64; 4]> {
        (0..self.rows)
            .filter_map(|row| self.shape(row).bounds())
            .reduce(join)
    }

    /// Names for the attributes that differ from each other and from `taken` in more than upper and lower
    /// case, as databases want it: a name that is taken gets `_2`, `_3`, ...
    #[cfg(any(feature = "gpkg", feature = "parquet"))]
    pub fn distinct_names(&self, taken: &[&str]) -> Vec<String> {
        let mut used: std::collections::BTreeSet<String> =
            taken.iter().map(|t| t.to_lowercase()).collect();
        let mut names = Vec::with_capacity(self.fields.len());
        for field in &self.fields {
            let mut name = field.name.clone();
            let mut n = 2;
            while !used.insert(name.to_lowercase()) {
                name = format!("{}_{n}", field.name);
                n += 1;
            }
            names.push(name);
        }
        names
    }
}

fn in_words(value: &saved::Value) -> String {
    match value {
        saved::Value::Null => String::new(),
        saved::Value::Bool(truth) => truth.to_string(),
        saved::Value::Number(x) => x.to_string(),
        saved::Value::Text(text) => text.clone(),
    }
}

impl<'a> Shape<'a> {
    /// West, south, east, north; `None` for an empty area.
    pub fn bounds(self) -> Option<[f64; 4]> {
        match self {
            Shape::Point(p) => Some([p.x, p.y, p.x, p.y]),
            Shape::Area(area) => {
                let points = area.iter().flat_map(|polygon| polygon.exterior().0.iter());
                points.map(|p| [p.x, p.y, p.x, p.y]).reduce(join)
            }
        }
    }

    /// Whether there is no coordinate.
    pub fn is_empty(self) -> bool {
        matches!(self, Shape::Area(area) if area.0.is_empty())
    }
}

fn join(a: [f64; 4], b: [f64; 4]) -> [f64; 4] {
    [
        a[0].min(b[0]),
        a[1].min(b[1]),
        a[2].max(b[2]),
        a[3].max(b[3]),
    ]
}

/// The layers that are asked for, and why the home bases are left out if they are.
pub(super) struct Layers<'a> {
    pub layers: Vec<Layer<'a>>,
    pub without_reps: Option<String>,
}

impl<'a> Layers<'a> {
    /// `wanted` in the order of the files. Home bases that cannot be had are left out unless `strict`.
    ///
    /// # Errors
    /// [`Error::Usage`] when `strict` and there are no home bases.
    pub fn new(
        plan: &'a SavedPlan,
        reps: &'a Result<Reps, String>,
        wanted: &[LayerName],
        strict: bool,
    ) -> Result<Layers<'a>, Error> {
        let mut layers = Vec::new();
        let mut without_reps = None;
        for name in LayerName::ALL
            .into_iter()
            .filter(|name| wanted.contains(name))
        {
            match (name, reps) {
                (LayerName::Territories, _) => layers.push(Layer::territories(plan)),
                (LayerName::Assignments, _) => layers.push(Layer::assignments(plan)),
                (LayerName::Reps, Ok(reps)) => layers.push(Layer::reps(plan, reps)),
                (LayerName::Reps, Err(why)) if strict => {
                    return Err(Error::Usage(format!("no home bases: {why}")));
                }
                (LayerName::Reps, Err(why)) => without_reps = Some(why.clone()),
                (LayerName::Regions, _) => match &plan.regions {
                    Some(regions) => layers.push(Layer::areas(name, REGION[0], regions)),
                    None if wanted == [name] => {
                        return Err(Error::Usage("the plan has no regions".into()));
                    }
                    None => {}
                },
            }
        }
        Ok(Layers {
            layers,
            without_reps,
        })
    }
}
