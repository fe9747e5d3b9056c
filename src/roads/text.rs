//! A network as tables, for whoever searches it with another program.

use super::graph::Graph;
use super::search::Searcher;
use super::snap::Snap;
use std::io::{self, Write};

/// `arc,tail,head,seconds,km,local,lon1,lat1,lon2,lat2`: where an arc begins and ends, and what driving all of it takes.
pub(crate) fn arcs(graph: &Graph, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "arc,tail,head,seconds,km,local,lon1,lat1,lon2,lat2")?;
    for (at, arc) in graph.arcs.iter().enumerate() {
        let edge = &graph.edges[arc.edge as usize];
        let (first, last) = (
            graph.shape[edge.from as usize],
            graph.shape[edge.to as usize - 1],
        );
        let along = (edge.arc == at as u32) == edge.along;
        let [a, b] = if along { [first, last] } else { [last, first] };
        let [seconds, km] = [f64::from(arc.ms) / 1e3, f64::from(arc.cm) / 1e5];
        let degrees = |x: i32| f64::from(x) / 1e7;
        let [lon1, lat1, lon2, lat2] = [a[0], a[1], b[0], b[1]].map(degrees);
        let (tail, head, local) = (arc.tail, arc.head, u8::from(arc.local));
        writeln!(
            out,
            "{at},{tail},{head},{seconds},{km},{local},{lon1},{lat1},{lon2},{lat2}"
        )?;
    }
    Ok(())
}

/// `from,to,seconds`: the turns between arcs that are allowed.
pub(crate) fn turns(graph: &Graph, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "from,to,seconds")?;
    let searcher = Searcher::new(graph);
    for (from, arc) in graph.arcs.iter().enumerate() {
        for to in graph.leaving(arc.head) {
            if let Some(ms) = searcher.turn(from as u32, *to) {
                writeln!(out, "{from},{to},{}", ms as f64 / 1e3)?;
            }
        }
    }
    Ok(())
}

/// `role,id,arc,part,twin,km` for each place: `customer` or `rep`, the arc it is on, how much of it lies before the place, the arc of the other direction (empty
/// where there is none), and the walk to it. Places off the road are left out.
pub(crate) fn snaps<'a>(
    graph: &Graph,
    places: impl Iterator<Item = (&'a str, &'a str, Option<Snap>)>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(["role", "id", "arc", "part", "twin", "km"])?;
    for (role, id, snap) in places {
        let Some(Snap { arc, part, km }) = snap else {
            continue;
        };
        let twin = graph.arcs[arc as usize].twin;
        let twin = if twin == super::graph::NONE {
            String::new()
        } else {
            twin.to_string()
        };
        table.write_record([
            role,
            id,
            &arc.to_string(),
            &part.to_string(),
            &twin,
            &km.to_string(),
        ])?;
    }
    table.flush()
}
