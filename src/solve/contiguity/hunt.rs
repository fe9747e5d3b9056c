//! The long search for contiguous plans on the map: from the plan at hand to a board, and back.

use super::anneal::{Found, Step};
use super::board::Board;
use super::ground::Ground;
use super::layout::Layout;
use super::repair::none_cut_off;
use super::rounds::rounds;
use super::search::{Effort, Search};
use crate::base::ids::RepIx;

/// Improves the plan; returns whether the wall-clock limit cut the search short.
pub(super) fn hunt(g: &mut Ground, search: &mut Search, effort: &Effort, seconds: f64) -> bool {
    let Some(board) = Board::of(g) else {
        return false;
    };
    if !none_cut_off(g.graph, &g.owner, g.model.k) {
        return false;
    }
    let owners: Vec<u32> = (0..g.nodes() as u32).map(|v| g.rep(v).0).collect();
    let step = Step::of(&board, &owners);
    let start = Found::of(&Layout::new(&board, &owners, 1.0));
    let whole =
        |owner: &[u32]| !board.loose || none_cut_off(g.graph, &of_sites(g, owner), g.model.k);
    let (best, cut) = rounds(&board, &start, step, (effort, seconds), &whole);
    if best.beats(&start) {
        let before = (g.fines() > 0.0, g.total(), g.owner.clone());
        give(g, search, &of_sites(g, &best.owner));
        search.settle(g, &effort.until);
        if (g.fines() > 0.0) >= before.0 && g.total() > before.1 {
            give(g, search, &before.2);
        }
    }
    cut
}

/// Owners of all sites.
fn of_sites(g: &Ground, owner: &[u32]) -> Vec<RepIx> {
    let of_site = (0..g.owner.len() as u32).map(|i| RepIx(owner[g.node(i) as usize]));
    of_site.collect()
}

/// Gives every site to these owners.
fn give(g: &mut Ground, search: &mut Search, owner: &[RepIx]) {
    search.log.clear();
    for node in 0..g.nodes() as u32 {
        let to = owner[g.sites(node)[0] as usize];
        if g.rep(node) != to {
            g.give(node, to, &mut search.log);
        }
    }
    search.plant(g);
}
