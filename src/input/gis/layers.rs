//! Which layer of a file of several is read: the one that the scenario names, or the only one that fits.

use crate::base::words::{enumerated_to, thousands};
use crate::error::{Problem, codes};
use crate::input::rows::Sink;
use crate::scenario::LayerRole;

/// Layers that a message lists.
const MOST_SAID: usize = 20;

/// A layer of features.
pub(super) struct Layer {
    /// Its table.
    pub name: String,
    /// The column with the geometries.
    pub column: String,
    /// The type of its geometries, in capitals.
    pub kind: String,
    /// The number of its coordinate system.
    pub system: i64,
}

/// What a role needs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Want {
    Points,
    Areas,
    Any,
}

impl Want {
    fn of(role: LayerRole) -> Want {
        match role {
            LayerRole::Customers | LayerRole::Reps | LayerRole::Leads => Want::Points,
            LayerRole::Context => Want::Any,
            LayerRole::Units | LayerRole::Boundary => Want::Areas,
        }
    }

    fn fits(self, kind: &str) -> bool {
        match self {
            Want::Points => matches!(kind, "POINT" | "MULTIPOINT"),
            Want::Areas => matches!(kind, "POLYGON" | "MULTIPOLYGON"),
            Want::Any => true,
        }
    }

    fn says(self) -> &'static str {
        match self {
            Want::Points => "the only one of points",
            Want::Areas => "the only one of polygons",
            Want::Any => "the only one",
        }
    }
}

/// The layer that is read; `rows` counts those of one.
///
/// # Errors
/// When there is none of the name that the scenario gives, or several may be meant.
pub(super) fn choose<'l, S: Sink>(
    layers: &'l [Layer],
    rows: impl Fn(&Layer) -> Option<usize>,
    sink: &mut S,
) -> Result<&'l Layer, Box<Problem>> {
    let base = sink.base();
    let (role, named) = base.layer.clone();
    let all = || {
        let one = |layer: &Layer| match rows(layer) {
            Some(rows) => format!("{} ({}, {} rows)", layer.name, layer.kind, thousands(rows)),
            None => format!("{} ({})", layer.name, layer.kind),
        };
        let list: Vec<String> = layers.iter().map(one).collect();
        enumerated_to(MOST_SAID, list.iter())
    };
    if layers.is_empty() {
        let problem = Problem::error(codes::MISSING_LAYER, "the file has no layer of features");
        return Err(problem
            .help("export one into it: ogr2ogr out.gpkg IN")
            .into());
    }
    if let Some(name) = &named {
        let found = layers.iter().find(|layer| layer.name == *name);
        return found.ok_or_else(|| {
            let what = format!("there is no layer {name:?}; the layers are: {}", all());
            let problem = Problem::error(codes::MISSING_LAYER, what);
            problem.help("mend the name in [tables] layers").into()
        });
    }
    if let [only] = layers {
        return Ok(only);
    }
    let want = Want::of(role);
    let fitting: Vec<&Layer> = layers
        .iter()
        .filter(|l| want.fits(&l.kind.to_ascii_uppercase()))
        .collect();
    if let [only] = fitting[..] {
        let what = format!(
            "the layer {:?} is read, {}; the layers are: {}",
            only.name,
            want.says(),
            all()
        );
        let help = format!(
            "nothing, if that is so; else name the layer: [tables] layers = {{ {role} = \"...\" }}"
        );
        base.problems
            .add(Problem::warning(codes::LAYER_FOUND, what).help(help));
        return Ok(only);
    }
    let what = format!("several layers may be meant; the layers are: {}", all());
    let first = fitting.first().copied().unwrap_or(&layers[0]);
    let help = format!(
        "say which: [tables] layers = {{ {role} = {:?} }}",
        first.name
    );
    Err(Problem::error(codes::MISSING_LAYER, what).help(help).into())
}
