//! Every path of a scenario: the one place that knows which of its settings name files.
//!
//! The structures are taken apart field by field, so that a new setting does not compile until somebody has said whether it
//! names a file.

use super::{Dashboard, Overrides, Rules, Scenario, TravelRules};
use std::path::{Path, PathBuf};

/// What to tell where a file is not at the place that a plan names.
pub(crate) const MOVED: &str =
    "a plan finds its inputs by their place relative to its own directory: move them along with it";

impl Scenario {
    /// Lets `visit` change the path of every file that the scenario names.
    pub fn each_path(&mut self, mut visit: impl FnMut(&mut PathBuf)) {
        let Scenario {
            customers,
            reps,
            units,
            unit_rules: _,
            boundary,
            travel,
            dashboard,
            name: _,
            balance: _,
            rules,
            regions: _,
            change: _,
            territories: _,
            solve: _,
            target: _,
            output: _,
            tables: _,
            columns: _,
            sizing,
            prefer,
            team: _,
            select: _,
            origin: _,
        } = self;
        let TravelRules {
            matrix,
            roads,
            barriers,
            server,
            metric: _,
            cost: _,
            weight: _,
            detour: _,
            speed_kmh: _,
            max_km: _,
            max_minutes: _,
            stops_per_tour: _,
            in_workload: _,
        } = travel;
        let Rules {
            wishes,
            skills: _,
            locks: _,
            groups: _,
            places: _,
            forbid: _,
            contiguous: _,
            former_owners: _,
        } = rules;
        let Dashboard {
            context,
            segments: _,
            measures: _,
            competitors: _,
            share_of: _,
            tiles: _,
            attribution: _,
        } = dashboard;
        visit(customers);
        // Whoever sizes a team may have none yet.
        if !reps.as_os_str().is_empty() {
            visit(reps);
        }
        let places = sizing.iter_mut().flat_map(|s| &mut s.candidates);
        places.for_each(&mut visit);
        let roads = roads.as_mut().map(|r| &mut r.file);
        roads.into_iter().for_each(&mut visit);
        let answers = server.as_mut().map(|s| &mut s.table);
        answers.into_iter().for_each(&mut visit);
        let tables = prefer.iter_mut().flat_map(|p| &mut p.table);
        tables.for_each(&mut visit);
        let optional = [units, boundary, matrix, barriers, wishes, context];
        optional.into_iter().flatten().for_each(visit);
    }

    /// The scenario of a plan, whose paths are relative to the directory `dir` of the plan, as seen from the working
    /// directory.
    #[must_use]
    pub fn seen_from(&self, dir: &Path) -> Scenario {
        let mut seen = self.clone();
        seen.each_path(|path| *path = dir.join(&*path));
        seen
    }
}

impl Overrides {
    /// Lets `visit` change the path of every file that the command line names.
    pub fn each_path(&mut self, visit: impl FnMut(&mut PathBuf)) {
        let Overrides {
            customers,
            reps,
            boundary,
            matrix,
            balance: _,
            tolerance: _,
            seed: _,
            simplify_m: _,
            smooth_m: _,
            enclaves: _,
            max_reach_km: _,
            columns: _,
            team: _,
        } = self;
        let optional = [customers, reps, boundary, matrix];
        optional.into_iter().flatten().for_each(visit);
    }

    /// As [`Scenario::seen_from`].
    #[must_use]
    pub fn seen_from(&self, dir: &Path) -> Overrides {
        let mut seen = self.clone();
        seen.each_path(|path| *path = dir.join(&*path));
        seen
    }
}
