//! The features of a layer into a [`Sink`](crate::input::rows::Sink), as GeoJSON would bring them there.

use crate::base::projection::Projection;
use crate::base::words::thousands;
use crate::error::{Problem, codes};
use crate::input::coords::Coords;
use crate::input::geojson::crs;
#[cfg(any(feature = "gpkg", feature = "fgb"))]
use crate::input::geojson::json_value;
use crate::input::header::of_layer;
use crate::input::hints;
use crate::input::rows::{Place, Sink, Uses, put};
use crate::input::scalar::{LIST_SEPARATOR, Scalar};

/// Takes values and geometries feature by feature.
pub(super) struct Feed<'s, S> {
    sink: &'s mut S,
    uses: Vec<Uses>,
    projection: Option<Projection>,
    in_degrees: Option<(usize, usize)>,
    count: usize,
    list: String,
    /// The coordinates of the current feature.
    pub coords: Coords,
}

impl<'s, S: Sink> Feed<'s, S> {
    /// For the features of a layer with these columns, with coordinates as `projection` has them.
    pub fn new(sink: &'s mut S, names: &[&str], projection: Option<Projection>) -> Feed<'s, S> {
        let uses = of_layer(names, &[], sink);
        Feed {
            sink,
            uses,
            projection,
            in_degrees: None,
            count: 0,
            list: String::new(),
            coords: Coords::default(),
        }
    }

    /// Whether anything needs the values of a column.
    pub fn wants(&self, column: usize) -> bool {
        (self.uses.get(column)).is_some_and(|uses| *uses != Uses::NONE)
    }

    /// A value of the current feature.
    pub fn value(&mut self, column: usize, value: Scalar<'_>) {
        let Some(uses) = self.uses.get(column) else {
            return;
        };
        let value = match value {
            Scalar::Text(text) if items(text, &mut self.list) => Scalar::List(&self.list),
            value => value,
        };
        put(*uses, value, self.sink);
    }

    /// A value of the current feature, written as JSON: a list, mostly.
    #[cfg(any(feature = "gpkg", feature = "fgb"))]
    pub fn json(&mut self, column: usize, text: &str) {
        if let Some(uses) = self.uses.get(column) {
            let read = json_value(text, &mut |value| put(*uses, value, self.sink));
            if !read {
                put(*uses, Scalar::Text(text), self.sink);
            }
        }
    }

    /// The current feature is complete; its geometry is of this type, with what stands in `coords`.
    pub fn finish(&mut self, kind: Option<&str>) {
        let number = self.sink.base().current();
        if let Some(bad) =
            (self.coords.positions.iter()).find(|[x, y]| !x.is_finite() || !y.is_finite())
        {
            let [x, y] = *bad;
            self.coords.fail(|| format!("[{x}, {y}] is no position"));
        } else if let (Some(projection), Some(_)) = (self.projection, kind)
            && !self.coords.project(projection)
        {
            self.in_degrees.get_or_insert((number, 0)).1 += 1;
        }
        self.count += 1;
        self.sink.finish(match kind {
            Some(kind) => Place::Shape(kind, &self.coords),
            None => Place::Null,
        });
        self.coords.clear();
    }

    /// All features are in.
    pub fn end(self) {
        if let Some((first, count)) = self.in_degrees {
            let of = match count == self.count {
                true => "of all features".to_owned(),
                false => format!("of {} features", thousands(count)),
            };
            let problem = crs::degrees_already(&of).at(first);
            let help = "if they are WGS 84, say so in the file: ogr2ogr -a_srs EPSG:4326 out.gpkg in.gpkg; else export it again with -t_srs EPSG:4326";
            self.sink.base().problems.add(problem.help(help));
        }
        hints::named_and_absent(self.sink.base());
    }

    /// Nothing more can be read.
    pub fn broken(self, problem: Box<Problem>) -> Box<Problem> {
        self.sink.discard();
        problem
    }
}

/// Whether this is a list as GDAL writes it where a format has none, `(2:a,b)`; its items go to `list`.
fn items(text: &str, list: &mut String) -> bool {
    let inside = text
        .strip_prefix('(')
        .and_then(|text| text.strip_suffix(')'));
    let Some((count, said)) = inside.and_then(|text| text.split_once(':')) else {
        return false;
    };
    // An item with a comma in it cannot be told from two.
    let whole = match said {
        "" => 0,
        said => said.split(',').count(),
    };
    if !count.bytes().all(|b| b.is_ascii_digit()) || count.parse() != Ok(whole) {
        return false;
    }
    list.clear();
    list.extend(
        said.chars()
            .map(|c| if c == ',' { LIST_SEPARATOR } else { c }),
    );
    true
}

/// What a file says of its coordinates: the projection; notes and what is refused go to the sink. `None` where it is refused.
pub(super) fn system<S: Sink>(
    said: Result<crs::Read, Box<Problem>>,
    sink: &mut S,
) -> Result<Option<Projection>, Box<Problem>> {
    let (projection, note) = said.map_err(|problem| {
        let help = "export it as WGS 84: ogr2ogr -t_srs EPSG:4326 out.gpkg IN";
        Box::new(problem.help(help))
    })?;
    if let Some(note) = note {
        sink.base().problems.add(note);
    }
    Ok(projection)
}

/// Tells that a file does not say what its coordinates are in.
pub(super) fn unsaid<S: Sink>(what: &str, sink: &mut S) {
    let what = format!("{what}: the coordinates are read as degrees of WGS 84");
    let help = "nothing, if the places on the map are right";
    let problem = Problem::warning(codes::CRS_UNSAID, what).field("crs");
    sink.base().problems.add(problem.help(help));
}

/// The problem of a file that is not what it begins as.
pub(super) fn damaged(kind: &str, why: impl std::fmt::Display) -> Box<Problem> {
    let problem = Problem::error(
        codes::DAMAGED_LAYER,
        format!("the {kind} is damaged: {why}"),
    );
    problem
        .help("export it again, or mend it: ogr2ogr out.gpkg IN")
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_gdal_are_lists() {
        for (text, expected) in [
            ("(2:medtech,hazmat)", Some("medtech\u{1f}hazmat")),
            ("(1:a)", Some("a")),
            ("(0:)", Some("")),
            ("(2:a)", None),
            ("(x:a)", None),
            ("(:)", None),
            ("Haus (1:a)", None),
            ("a;b", None),
        ] {
            let mut list = String::new();
            let is = items(text, &mut list);
            assert_eq!(is.then_some(list.as_str()), expected, "{text}");
        }
    }
}
