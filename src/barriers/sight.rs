//! What great circles meet: what they pay, and what is in their way.

use super::corners::End;
use super::horizon::Horizon;
use super::sphere::{Vector, between, crosses, side};
use super::{Barriers, Charge};

/// Edges that are looked at before all others.
const WALLS: usize = 16;

/// What a great circle may pay: less than that.
#[derive(Clone, Copy)]
pub(super) struct Limit {
    /// 0: kilometres, 1: minutes.
    pub by: usize,
    pub most: f64,
}

/// Why a great circle is none to go.
#[derive(Clone, Copy, Debug)]
pub(super) struct Blocked {
    /// An edge that is in the way, or the last of those that are too dear together.
    edge: u32,
    /// Whatever the limit.
    pub always: bool,
}

impl Barriers {
    pub(super) fn corner(&self, v: u32) -> End {
        End {
            at: self.mesh.vertices[v as usize],
            corner: v,
        }
    }

    /// What the great circle between two ends pays for the barriers that it crosses; an error where one of them lets nobody through, where it is more than a
    /// limit, or where a corner lies on the way: there it goes in two steps.
    fn look_along(&self, from: End, to: End, limit: Limit) -> Result<Charge, Blocked> {
        let (p, q) = (from.at, to.at);
        let mut sum = [0.0; 2];
        if p == q {
            return Ok(sum);
        }
        for e in self.index.along(p, q) {
            let edge = &self.mesh.edges[e as usize];
            let own = |v: u32| v == from.corner || v == to.corner;
            let on = |v: u32| {
                let c = self.mesh.vertices[v as usize];
                !own(v) && side(p, q, c) == 0 && between(p, q, c)
            };
            let mut pays = false;
            for v in edge.ends.into_iter().filter(|v| on(*v)) {
                match self.split(v, p, q) {
                    // Once, not for each edge.
                    Some(parted) => pays |= parted && self.corners[v as usize].edges[0].0 == e,
                    None => {
                        return Err(Blocked {
                            edge: e,
                            always: true,
                        });
                    }
                }
            }
            let [a, b] = self.mesh.ends(e);
            if pays || !edge.ends.iter().any(|v| own(*v)) && crosses(p, q, a, b) {
                sum = [sum[0] + edge.charge[0], sum[1] + edge.charge[1]];
                if edge.is_shut() || sum[limit.by] >= limit.most {
                    return Err(Blocked {
                        edge: e,
                        always: edge.is_shut(),
                    });
                }
            }
        }
        Ok(sum)
    }

    /// Whether a great circle over a corner at which two edges of one cost meet parts those; `None` where there are others, or one lies along it.
    fn split(&self, v: u32, p: Vector, q: Vector) -> Option<bool> {
        let corner = &self.corners[v as usize];
        let [a, b] = *corner.edges.as_slice() else {
            return None;
        };
        let of = |(_, w): (u32, u32)| side(p, q, self.mesh.vertices[w as usize]);
        let both = of(a) * of(b);
        (corner.plain && both != 0).then_some(both < 0)
    }

    /// Whether an edge that is dearer than a limit is in the way between two ends.
    fn is_wall(&self, e: u32, from: End, to: End, limit: Limit) -> bool {
        let edge = &self.mesh.edges[e as usize];
        let [a, b] = self.mesh.ends(e);
        let own = |v: &u32| *v == from.corner || *v == to.corner;
        edge.charge[limit.by] >= limit.most
            && !edge.ends.iter().any(own)
            && crosses(from.at, to.at, a, b)
    }
}

/// What may be in the way of great circles from one place, and is looked at before all else.
#[derive(Default)]
pub(super) struct Walls {
    /// What was lately, the last first: it mostly is of what stands beside.
    lately: Vec<u32>,
    /// What is around.
    horizon: Option<Horizon>,
}

impl Walls {
    /// What may be in the way from an end; `by` as of [`Limit`].
    pub fn around(barriers: &Barriers, from: End, by: usize) -> Walls {
        Walls {
            lately: Vec::new(),
            horizon: Some(Horizon::new(barriers, from, by)),
        }
    }

    /// What the great circle between two ends pays.
    ///
    /// # Errors
    /// Where a barrier lets nobody through, where they cost as much as the limit, or where a corner lies on the way.
    pub fn sight(
        &mut self,
        barriers: &Barriers,
        from: End,
        to: End,
        limit: Limit,
    ) -> Result<Charge, Blocked> {
        let ahead = self.horizon.as_ref().and_then(|h| h.edge(to.corner));
        if let Some(edge) = ahead.filter(|e| barriers.is_wall(*e, from, to, limit)) {
            let always = barriers.mesh.edges[edge as usize].is_shut();
            return Err(Blocked { edge, always });
        }
        let mut walls = self.lately.iter();
        if let Some(at) = walls.position(|e| barriers.is_wall(*e, from, to, limit)) {
            self.lately[..=at].rotate_right(1);
            let edge = self.lately[0];
            let always = barriers.mesh.edges[edge as usize].is_shut();
            return Err(Blocked { edge, always });
        }
        let seen = barriers.look_along(from, to, limit);
        if let Err(Blocked { edge, .. }) = seen
            && !self.lately.contains(&edge)
        {
            self.lately.truncate(WALLS - 1);
            self.lately.insert(0, edge);
        }
        seen
    }
}
