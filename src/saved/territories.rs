//! `territories.geojson` and `regions.geojson` into columns.

use super::fill;
use super::schema::{OF_TERRITORY, TERRITORY};
use crate::base::ids::Ids;
use crate::error::{Problem, codes};
use crate::input::rows::{Base, ID, OWN, Place, Sink};
use crate::input::scalar::{LIST_SEPARATOR, Scalar};
use crate::input::{Columns, Misfits, Sealed};
use geo::MultiPolygon;
use std::path::Path;

/// A property of a territory.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Absent or `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text; lists are joined with `;`.
    Text(String),
}

/// What all values of a property are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Truth values.
    Bool,
    /// Whole numbers.
    Whole,
    /// Numbers.
    Number,
    /// Texts, or values of more than one kind.
    Text,
}

/// A property of all territories.
#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    /// Its name.
    pub name: String,
    /// One value per territory.
    pub values: Vec<Value>,
}

/// The whole numbers of the contract; every other number may have decimals in the next plan.
const WHOLE: [&str; 2] = [TERRITORY[2], OF_TERRITORY[3]];

impl Property {
    /// What the values have in common. A property that is always null counts as a number.
    #[must_use]
    pub fn kind(&self) -> Kind {
        let all =
            |test: fn(&Value) -> bool| self.values.iter().all(|v| *v == Value::Null || test(v));
        if all(|v| matches!(v, Value::Number(_))) {
            let whole = WHOLE.contains(&self.name.as_str());
            return if whole { Kind::Whole } else { Kind::Number };
        }
        if all(|v| matches!(v, Value::Bool(_))) {
            return Kind::Bool;
        }
        Kind::Text
    }
}

/// The territories, one entry per rep, in rep order.
pub type TerritoryTable = Sealed<TerritoryColumns>;

/// The columns of [`TerritoryTable`].
#[derive(Clone, Debug, Default)]
pub struct TerritoryColumns {
    /// Ids of the reps.
    pub ids: Ids,
    /// Names of the reps.
    pub name: Vec<String>,
    /// Fill colours, `#rrggbb`.
    pub color: Vec<String>,
    /// Numbers of customers.
    pub customers: Vec<u64>,
    /// Everything else that the file says of them, in its order.
    pub properties: Vec<Property>,
    /// The polygons; empty for a rep without customers.
    pub polygons: Vec<MultiPolygon<f64>>,
}

impl TerritoryColumns {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// A property by its name.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|p| p.name == name)
    }
}

impl Columns for TerritoryColumns {
    fn misfits(&self) -> Vec<Problem> {
        let (mut misfits, k) = (Misfits::default(), self.len());
        let of_reps = [self.name.len(), self.customers.len(), self.color.len()];
        for (field, len) in TERRITORY[1..].iter().zip(of_reps) {
            misfits.length(field, len, k, false);
        }
        misfits.length("geometry", self.polygons.len(), k, false);
        for property in &self.properties {
            misfits.length(&property.name, property.values.len(), k, false);
        }
        misfits.done()
    }
}

/// Slots in the order of [`TERRITORY`], from the name on.
const NAME: u16 = OWN;
const CUSTOMERS: u16 = OWN + 1;
const COLOR: u16 = OWN + 2;
const OTHERS: u16 = OWN + 3;

/// What a slot from [`NAME`] on is called.
fn named(slot: u16) -> &'static str {
    TERRITORY[1 + usize::from(slot - NAME)]
}

struct TerritorySink {
    base: Base,
    table: TerritoryColumns,
    name: Option<String>,
    color: Option<String>,
    customers: Option<u64>,
    /// Of the current feature, one per property known so far.
    values: Vec<Value>,
}

/// Reads the territories, or regions, whose ids have this name.
pub(super) fn read(path: &Path, id_name: &'static str) -> Result<TerritoryTable, Vec<Problem>> {
    let mut base = Base::new(&path.display().to_string(), true);
    base.id_name = id_name;
    let mut sink = TerritorySink {
        base,
        table: TerritoryColumns::default(),
        name: None,
        color: None,
        customers: None,
        values: Vec::new(),
    };
    fill(path, &mut sink)?;
    let mut table = sink.table;
    table.ids = sink.base.ids;
    for property in &mut table.properties {
        property.values.resize(table.ids.len(), Value::Null);
    }
    Sealed::new(table)
}

impl TerritorySink {
    fn lacks(&mut self, field: &str, help: &str) {
        let problem = Problem::error(codes::MISSING_VALUE, format!("there is no `{field}`"));
        self.base.pend(problem.field(field).help(help));
    }

    fn text(&mut self, value: Scalar<'_>, field: &str) -> Option<String> {
        let mut text = String::new();
        match value.text(&mut text) {
            Ok(some) => some.map(|_| text),
            Err(wrong) => {
                self.base.pend(wrong.problem(field));
                None
            }
        }
    }

    fn shape(&mut self, place: &Place<'_>) -> MultiPolygon<f64> {
        let (kind, coords) = match place {
            Place::Shape(kind, coords) => (*kind, *coords),
            Place::Reported => return MultiPolygon(Vec::new()),
            Place::Null | Place::Columns => ("null geometry", &Default::default()),
        };
        let shape = match kind {
            "MultiPolygon" if coords.depth.is_none() && coords.wrong.is_none() => {
                return MultiPolygon(Vec::new());
            }
            "MultiPolygon" => coords.polygons(3),
            "Polygon" => coords.polygons(2),
            _ => {
                let what = format!("a {kind} where a MultiPolygon is needed");
                let problem = Problem::error(codes::WRONG_GEOMETRY, what).field("geometry");
                self.base.pend(problem.help("run `revier solve` again"));
                return MultiPolygon(Vec::new());
            }
        };
        let on_the_globe = |p: &[f64; 2]| p[0].abs() <= 180.0 && p[1].abs() <= 90.0;
        let shape = match coords.positions.iter().find(|p| !on_the_globe(p)) {
            Some(p) => Err(format!("{p:?} is not on the globe")),
            None => shape,
        };
        shape.unwrap_or_else(|what| {
            let problem = Problem::error(codes::BAD_COORDINATES, what).field("geometry");
            self.base.pend(problem.help("run `revier solve` again"));
            MultiPolygon(Vec::new())
        })
    }
}

impl Sink for TerritorySink {
    fn base(&mut self) -> &mut Base {
        &mut self.base
    }

    fn slot(&mut self, name: &str) -> u16 {
        if name == self.base.id_name {
            return ID;
        }
        if let Some(at) = TERRITORY[1..].iter().position(|own| *own == name) {
            return NAME + at as u16;
        }
        let known = self.table.properties.iter().position(|p| p.name == name);
        let at = known.unwrap_or_else(|| {
            self.table.properties.push(Property {
                name: name.to_owned(),
                values: vec![Value::Null; self.base.ids.len()],
            });
            self.table.properties.len() - 1
        });
        u16::try_from(at).map_or(u16::MAX, |at| OTHERS.saturating_add(at))
    }

    fn set(&mut self, slot: u16, value: Scalar<'_>) {
        match slot {
            ID => self.base.set(ID, value),
            NAME => self.name = self.text(value, named(slot)),
            COLOR => self.color = self.text(value, named(slot)),
            CUSTOMERS => match value.amount() {
                Ok(Some(n)) if n.fract() == 0.0 => self.customers = Some(n as u64),
                Ok(None) => {}
                Ok(Some(n)) => {
                    let problem = Problem::error(codes::NOT_A_NUMBER, format!("{n} customers"));
                    self.base
                        .pend(problem.field(named(slot)).help("write a whole number"));
                    self.customers = Some(0);
                }
                Err(wrong) => {
                    self.base.pend(wrong.problem(named(slot)));
                    self.customers = Some(0);
                }
            },
            _ => {
                let at = usize::from(slot.saturating_sub(OTHERS));
                if self.values.len() <= at {
                    self.values.resize(at + 1, Value::Null);
                }
                self.values[at] = match value {
                    Scalar::Null | Scalar::Other(_) => Value::Null,
                    Scalar::Bool(truth) => Value::Bool(truth),
                    Scalar::Text(text) | Scalar::Cell(text) => Value::Text(text.to_owned()),
                    Scalar::List(list) => Value::Text(list.replace(LIST_SEPARATOR, ";")),
                    number => number
                        .finite()
                        .ok()
                        .flatten()
                        .map_or(Value::Null, Value::Number),
                };
            }
        }
    }

    fn finish(&mut self, place: Place<'_>) {
        let shape = self.shape(&place);
        if !self.base.hopeless() {
            if self.color.as_deref().is_none_or(|c| !is_color(c)) {
                self.lacks(
                    named(COLOR),
                    "a colour is #rrggbb; run `revier solve` again",
                );
            }
            if self.customers.is_none() {
                self.lacks(named(CUSTOMERS), "run `revier solve` again");
            }
        }
        let id = self.base.current_id().to_owned();
        let table = &mut self.table;
        table.name.push(self.name.take().unwrap_or(id));
        table.color.push(self.color.take().unwrap_or_default());
        table.customers.push(self.customers.take().unwrap_or(0));
        table.polygons.push(shape);
        let mut values = self.values.drain(..);
        for property in &mut table.properties {
            property.values.push(values.next().unwrap_or(Value::Null));
        }
        drop(values);
        self.base.finish(Place::Reported);
    }

    fn discard(&mut self) {
        self.base.discard();
        self.name = None;
        self.color = None;
        self.customers = None;
        self.values.clear();
    }
}

/// Whether a text is `#rrggbb`.
fn is_color(text: &str) -> bool {
    let hex = text.strip_prefix('#').unwrap_or_default();
    hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit())
}
