//! The largest strongly connected part of a graph.

/// Which vertices are in the strongly connected part with most vertices; of equally large ones the one that is found first.
///
/// Tarjan's algorithm (1972), without recursion: roads are long.
pub(super) fn largest_part(vertices: usize, links: &[(u32, u32)]) -> Vec<bool> {
    let (start, list) = sorted_by(vertices, links.iter().map(|(from, _)| *from));
    let mut search = Search {
        order: vec![0; vertices],
        low: vec![0; vertices],
        on: vec![false; vertices],
        waiting: Vec::new(),
        count: 0,
        best: Vec::new(),
    };
    let mut at: Vec<u32> = start[..vertices].to_vec();
    let mut path: Vec<u32> = Vec::new();
    for root in 0..vertices as u32 {
        if search.order[root as usize] != 0 {
            continue;
        }
        search.enter(root);
        path.push(root);
        while let Some(v) = path.last().copied() {
            let place = &mut at[v as usize];
            if *place < start[v as usize + 1] {
                let (_, w) = links[list[*place as usize] as usize];
                *place += 1;
                if search.order[w as usize] == 0 {
                    search.enter(w);
                    path.push(w);
                } else if search.on[w as usize] {
                    let low = &mut search.low[v as usize];
                    *low = (*low).min(search.order[w as usize]);
                }
                continue;
            }
            path.pop();
            if let Some(parent) = path.last() {
                let reached = search.low[v as usize];
                let low = &mut search.low[*parent as usize];
                *low = (*low).min(reached);
            }
            search.leave(v);
        }
    }
    let mut kept = vec![false; vertices];
    search.best.iter().for_each(|v| kept[*v as usize] = true);
    kept
}

/// What is reached from these, themselves included.
pub(super) fn reached(mut seen: Vec<bool>, links: &[(u32, u32)]) -> Vec<bool> {
    let (start, list) = sorted_by(seen.len(), links.iter().map(|(from, _)| *from));
    let all = 0..seen.len() as u32;
    let mut waiting: Vec<u32> = all.filter(|v| seen[*v as usize]).collect();
    while let Some(v) = waiting.pop() {
        for link in &list[start[v as usize] as usize..start[v as usize + 1] as usize] {
            let (_, w) = links[*link as usize];
            if !std::mem::replace(&mut seen[w as usize], true) {
                waiting.push(w);
            }
        }
    }
    seen
}

/// Things sorted by the one of so many that each belongs to: where those of each begin, and which they are.
pub(super) fn sorted_by(
    many: usize,
    of: impl Iterator<Item = u32> + Clone,
) -> (Vec<u32>, Vec<u32>) {
    let mut start = vec![0_u32; many + 1];
    of.clone().for_each(|one| start[one as usize + 1] += 1);
    for at in 0..many {
        start[at + 1] += start[at];
    }
    let mut next = start.clone();
    let mut list = vec![0_u32; start[many] as usize];
    for (thing, one) in of.enumerate() {
        let place = &mut next[one as usize];
        list[*place as usize] = thing as u32;
        *place += 1;
    }
    (start, list)
}

struct Search {
    /// When each vertex was come to, from 1; 0: not yet.
    order: Vec<u32>,
    /// The earliest that is reached from it.
    low: Vec<u32>,
    on: Vec<bool>,
    waiting: Vec<u32>,
    count: u32,
    best: Vec<u32>,
}

impl Search {
    fn enter(&mut self, v: u32) {
        self.count += 1;
        let at = v as usize;
        (self.order[at], self.low[at], self.on[at]) = (self.count, self.count, true);
        self.waiting.push(v);
    }

    /// All of `v` is seen: it closes a part if nothing earlier is reached from it.
    fn leave(&mut self, v: u32) {
        if self.low[v as usize] != self.order[v as usize] {
            return;
        }
        let begin = self.waiting.iter().rposition(|w| *w == v).unwrap_or(0);
        let part = self.waiting.split_off(begin);
        part.iter().for_each(|w| self.on[*w as usize] = false);
        if part.len() > self.best.len() {
            self.best = part;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::largest_part;
    use crate::base::random::Random;

    /// By what is reached from each vertex.
    fn by_hand(vertices: usize, links: &[(u32, u32)]) -> usize {
        let reach: Vec<Vec<bool>> = (0..vertices)
            .map(|from| {
                let mut seen = vec![false; vertices];
                seen[from] = true;
                for _ in 0..vertices {
                    for (a, b) in links {
                        seen[*b as usize] |= seen[*a as usize];
                    }
                }
                seen
            })
            .collect();
        let part = |v: usize| {
            (0..vertices)
                .filter(|w| reach[v][*w] && reach[*w][v])
                .count()
        };
        (0..vertices).map(part).max().unwrap_or(0)
    }

    #[test]
    fn largest_part_is_that_of_all_reachable_pairs() {
        let mut random = Random(7);
        for _ in 0..300 {
            let n = 1 + random.below(12);
            let m = random.below(2 * n + 1);
            let mut end = || random.below(n) as u32;
            let links: Vec<(u32, u32)> = (0..m).map(|_| (end(), end())).collect();
            let kept = largest_part(n, &links);
            assert_eq!(
                kept.iter().filter(|k| **k).count(),
                by_hand(n, &links),
                "{links:?}"
            );
        }
        assert!(largest_part(0, &[]).is_empty());
    }
}
