//! TopoJSON 1.0: borders are stored once, as arcs that the territories on both sides refer to.
//!
//! A *junction* is a vertex where borders meet or part: one that is passed with different neighbours. Rings are
//! cut at their junctions; the piece between two of them is an arc. Territories share every vertex of
//! their common borders, so an arc is found again by its first two vertices.
//!
//! Positions are whole numbers of 1e-7 degrees, the grid that the borders lie on (`transform`), arcs are
//! delta-encoded. Outer rings run clockwise and holes counter-clockwise, the way the readers of TopoJSON that
//! draw on the sphere (d3-geo, Vega) need it; the GeoJSON has them the other way round.

use super::layer::{Layer, Shape, Shapes, Value};
use geo::{Coord, LineString};
use serde_json::Value as Json;
use std::collections::HashMap;
use std::io::{self, Write};

/// Units per degree.
const GRID: f64 = 1e7;

type Pt = [i64; 2];

/// Arcs and how to find them.
#[derive(Default)]
struct Arcs {
    arcs: Vec<Vec<Pt>>,
    /// An arc by its first two vertices in either direction; the second direction has the complement of the
    /// arc's number, as in the file.
    index: HashMap<[Pt; 2], i64>,
}

/// The rings of one polygon, each as a list of arcs.
type Rings = Vec<Vec<i64>>;

pub(super) fn write(out: &mut impl Write, layers: &[Layer<'_>]) -> io::Result<()> {
    let rings = layers.iter().flat_map(rings_of);
    let junctions = Junctions::of(rings);
    let mut arcs = Arcs::default();
    write!(
        out,
        "{{\"type\":\"Topology\",\"generator\":{}",
        Json::from(super::made_by())
    )?;
    let bounds = layers.iter().filter_map(Layer::bounds).reduce(|a, b| {
        [
            a[0].min(b[0]),
            a[1].min(b[1]),
            a[2].max(b[2]),
            a[3].max(b[3]),
        ]
    });
    if let Some([w, s, e, n]) = bounds {
        write!(out, ",\"bbox\":[{w},{s},{e},{n}]")?;
    }
    // 1e-7 as a decimal: the product of a position and the scale is the nearest double.
    out.write_all(b",\"transform\":{\"scale\":[1e-7,1e-7],\"translate\":[0,0]},\"objects\":{")?;
    for (n, layer) in layers.iter().enumerate() {
        let comma = if n > 0 { "," } else { "" };
        let name = layer.name.text();
        write!(
            out,
            "{comma}\n\"{name}\":{{\"type\":\"GeometryCollection\",\"geometries\":["
        )?;
        for row in 0..layer.rows {
            out.write_all(if row > 0 { b",\n" } else { b"\n" })?;
            geometry(out, layer, row, &junctions, &mut arcs)?;
        }
        out.write_all(b"\n]}")?;
    }
    out.write_all(b"\n},\"arcs\":[")?;
    for (n, arc) in arcs.arcs.iter().enumerate() {
        out.write_all(if n > 0 { b",\n[" } else { b"\n[" })?;
        let mut before = [0, 0];
        for (i, p) in arc.iter().enumerate() {
            let comma = if i > 0 { "," } else { "" };
            write!(out, "{comma}[{},{}]", p[0] - before[0], p[1] - before[1])?;
            before = *p;
        }
        out.write_all(b"]")?;
    }
    out.write_all(b"\n]}\n")
}

fn geometry(
    out: &mut impl Write,
    layer: &Layer<'_>,
    row: usize,
    junctions: &Junctions,
    arcs: &mut Arcs,
) -> io::Result<()> {
    match layer.shape(row) {
        Shape::Point(p) => {
            let [x, y] = on_grid(p);
            write!(out, "{{\"type\":\"Point\",\"coordinates\":[{x},{y}]")?;
        }
        Shape::Area(area) => {
            let polygon = |polygon: &geo::Polygon<f64>| -> Rings {
                let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
                rings
                    .map(|ring| arcs.ring(points(ring), junctions))
                    .collect()
            };
            let polygons: Vec<Rings> = area.iter().map(polygon).collect();
            let text = serde_json::to_string(&polygons)?;
            write!(out, "{{\"type\":\"MultiPolygon\",\"arcs\":{text}")?;
        }
    }
    for (n, field) in layer.fields.iter().enumerate() {
        let value = match field.value(row) {
            Value::Null => "null".to_owned(),
            Value::Whole(n) => n.to_string(),
            Value::Real(x) => x.to_string(),
            Value::Text(text) => Json::from(text).to_string(),
            Value::Bool(truth) => truth.to_string(),
        };
        let before = if n > 0 { "," } else { ",\"properties\":{" };
        write!(out, "{before}{}:{value}", Json::from(field.name.as_str()))?;
    }
    out.write_all(b"}}")
}

fn on_grid(p: Coord<f64>) -> Pt {
    [(p.x * GRID).round() as i64, (p.y * GRID).round() as i64]
}

/// The vertices of a ring on the grid, the other way round, without the closing one.
fn points(ring: &LineString<f64>) -> Vec<Pt> {
    let mut points: Vec<Pt> = ring.0.iter().rev().map(|p| on_grid(*p)).collect();
    points.pop();
    points
}

fn rings_of<'l>(layer: &'l Layer<'_>) -> Box<dyn Iterator<Item = Vec<Pt>> + 'l> {
    match layer.shapes {
        Shapes::Points { .. } => Box::new(std::iter::empty()),
        Shapes::Areas(areas) => Box::new(areas.iter().flatten().flat_map(|polygon| {
            let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
            rings.map(points)
        })),
    }
}

/// For each vertex its two neighbours; `None` for a junction.
struct Junctions(HashMap<Pt, Option<[Pt; 2]>>);

impl Junctions {
    fn of(rings: impl Iterator<Item = Vec<Pt>>) -> Junctions {
        let mut at: HashMap<Pt, Option<[Pt; 2]>> = HashMap::new();
        for ring in rings {
            for (i, p) in ring.iter().enumerate() {
                let (a, b) = (
                    ring[(i + ring.len() - 1) % ring.len()],
                    ring[(i + 1) % ring.len()],
                );
                let near = if a < b { [a, b] } else { [b, a] };
                let known = at.entry(*p).or_insert(Some(near));
                if *known != Some(near) {
                    *known = None;
                }
            }
        }
        Junctions(at)
    }

    fn has(&self, p: Pt) -> bool {
        self.0.get(&p).is_some_and(Option::is_none)
    }
}

impl Arcs {
    /// The arcs of a ring, new ones where it is the first to pass.
    fn ring(&mut self, mut ring: Vec<Pt>, junctions: &Junctions) -> Vec<i64> {
        let begin = (0..ring.len()).find(|i| junctions.has(ring[*i]));
        // A ring without junctions begins at its least vertex, so that the ring of the hole around an island
        // is the island's ring.
        let least = || (0..ring.len()).min_by_key(|i| ring[*i]);
        if let Some(begin) = begin.or_else(least) {
            ring.rotate_left(begin);
        }
        ring.extend(ring.first().copied());
        let mut numbers = Vec::new();
        let mut start = 0;
        for i in 1..ring.len() {
            if i + 1 == ring.len() || junctions.has(ring[i]) {
                numbers.push(self.number(&ring[start..=i]));
                start = i;
            }
        }
        numbers
    }

    /// The number of an arc of two or more vertices; the complement when it is stored the other way round.
    fn number(&mut self, arc: &[Pt]) -> i64 {
        let n = arc.len();
        if let Some(known) = self.index.get(&[arc[0], arc[1]]) {
            return *known;
        }
        let number = self.arcs.len() as i64;
        self.arcs.push(arc.to_vec());
        self.index.insert([arc[n - 1], arc[n - 2]], !number);
        self.index.insert([arc[0], arc[1]], number);
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rings (without closing points) as lists of arcs.
    fn cut(rings: &[Vec<Pt>]) -> (Vec<Vec<i64>>, Vec<Vec<Pt>>) {
        let junctions = Junctions::of(rings.iter().cloned());
        let mut arcs = Arcs::default();
        let numbers = rings
            .iter()
            .map(|r| arcs.ring(r.clone(), &junctions))
            .collect();
        (numbers, arcs.arcs)
    }

    #[test]
    fn a_common_border_is_one_arc() {
        let left = vec![[0, 0], [0, 2], [1, 2], [1, 1], [1, 0]];
        let right = vec![[1, 0], [1, 1], [1, 2], [2, 2], [2, 0]];
        let (numbers, arcs) = cut(&[left, right]);
        // The outlines of both, and the border between them.
        assert_eq!(arcs.len(), 3);
        assert_eq!(numbers.iter().flatten().count(), 4);
        let border: Vec<i64> = numbers[1].iter().copied().filter(|n| *n < 0).collect();
        assert_eq!(border.len(), 1);
        assert!(numbers[0].contains(&!border[0]));
        assert_eq!(arcs[!border[0] as usize].len(), 3);
    }

    #[test]
    fn an_island_and_the_hole_around_it_share_their_arc() {
        let outer = vec![[0, 0], [0, 9], [9, 9], [9, 0]];
        let hole = vec![[3, 3], [6, 3], [6, 6], [3, 6]];
        let island = vec![[6, 6], [6, 3], [3, 3], [3, 6]];
        let (numbers, arcs) = cut(&[outer, hole, island]);
        assert_eq!(arcs.len(), 2);
        assert_eq!(numbers, [vec![0], vec![1], vec![!1]]);
    }

    #[test]
    fn rings_that_touch_in_a_vertex_come_back_whole() {
        let a = vec![[0, 0], [0, 1], [1, 1], [1, 0]];
        let b = vec![[1, 1], [1, 2], [2, 2], [2, 1]];
        let (numbers, arcs) = cut(&[a.clone(), b]);
        let ring: Vec<Pt> = numbers[0]
            .iter()
            .flat_map(|n| arcs[*n as usize].clone())
            .collect();
        // The arc is closed; it begins and ends at the common vertex.
        assert_eq!(ring.len(), a.len() + 1);
        assert_eq!((ring[0], ring[4]), ([1, 1], [1, 1]));
    }
}
