//! From a TOML file and the command line to a [`Scenario`] with every default filled in.

use super::args::{COMMAND_LINE, in_command_line};
use super::balance::balance as of_file;
use super::keys::{KEYS, ROOT};
use super::measures::{Taken, balance, check_names, check_workload};
use super::toml_walk::{Bounds, Doc, Section};
use super::{
    Balance, Change, ColumnNames, Dashboard, Goal, LARGEST, Metric, Origin, OutputRules, Overrides,
    Prefer, Regions, Rules, Scenario, Select, Sizing, SolveRules, TableRules, Team, TerritoryRules,
    TravelRules, UnitRules, dashboard, default_name, prefer, regions, sections, sizing, target,
    team, titled,
};
use crate::disk::file;
use crate::error::{Collector, Problem, codes};
use crate::memory::Memory;
use std::path::{Path, PathBuf};
use toml::de::DeTable;

/// A scenario on its way: what the file says, nothing about what it leaves out.
#[derive(Default)]
struct Draft {
    name: Option<String>,
    customers: Option<PathBuf>,
    reps: Option<PathBuf>,
    units: Option<PathBuf>,
    unit_rules: UnitRules,
    boundary: Option<PathBuf>,
    balance: Option<Vec<Balance>>,
    travel: TravelRules,
    rules: Rules,
    regions: Option<Regions>,
    change: Option<Change>,
    prefer: Vec<Prefer>,
    team: Vec<Team>,
    select: Option<Select>,
    territories: TerritoryRules,
    solve: SolveRules,
    dashboard: Dashboard,
    target: Vec<Goal>,
    output: OutputRules,
    tables: TableRules,
    columns: ColumnNames,
    sizing: Option<Sizing>,
    origin: Origin,
    names_customers: bool,
    names_reps: bool,
}

impl Scenario {
    /// Reads a scenario: the file where one is given, and on top of it what the command line sets.
    ///
    /// Without a file (the quick form) `overrides` must name customers and reps. Paths in the file
    /// are relative to the file, paths of `overrides` to the working directory.
    ///
    /// # Errors
    /// All problems at once: TOML syntax, unknown keys, wrong types, values out of range, files
    /// that do not exist.
    pub fn load(path: Option<&Path>, overrides: &Overrides) -> Result<Scenario, Vec<Problem>> {
        let label = path.map_or_else(|| COMMAND_LINE.to_owned(), |p| p.display().to_string());
        let (draft, mut problems) = match path {
            None => (Draft::quick(), Collector::new(label.as_str())),
            Some(path) => Draft::of_file(path, &label)?,
        };
        let scenario = complete(draft, path, overrides, &mut problems);
        let problems = problems.into_problems();
        match scenario {
            Some(scenario) if problems.is_empty() => Ok(scenario),
            _ => Err(problems),
        }
    }
}

impl Scenario {
    /// The scenario in a text whose files are in memory, or have paths as the process sees them.
    ///
    /// # Errors
    /// As [`Scenario::load`].
    pub(crate) fn of_text(
        text: &str,
        path: &Path,
        memory: &Memory,
    ) -> Result<Scenario, Vec<Problem>> {
        let label = memory.label(path);
        let mut doc = Doc::new(text, &label);
        let Some(draft) = walk(&mut doc, text, Path::new("")) else {
            return Err(doc.problems.into_problems());
        };
        let mut problems = doc.problems;
        let origin = Origin {
            memory: memory.clone(),
            ..Origin::default()
        };
        let draft = Draft { origin, ..draft };
        let scenario = complete(draft, Some(path), &Overrides::default(), &mut problems);
        let problems = problems.into_problems();
        scenario.filter(|_| problems.is_empty()).ok_or(problems)
    }

    /// What is wrong with the keys and values of a text, whatever files it names. `lines` says that its lines mean something to
    /// somebody.
    pub(crate) fn problems_of(text: &str, label: &str, lines: bool) -> Vec<Problem> {
        let mut doc = Doc::new(text, label);
        doc.lines_told = lines;
        walk(&mut doc, text, Path::new(""));
        doc.problems.into_problems()
    }
}

impl Draft {
    /// The quick form, without a file: what the first balanced measure is weighs travel.
    fn quick() -> Draft {
        Draft {
            travel: TravelRules {
                weight: String::new(),
                ..TravelRules::default()
            },
            ..Draft::default()
        }
    }

    /// What a file says, and what is wrong with it.
    fn of_file(path: &Path, label: &str) -> Result<(Draft, Collector), Vec<Problem>> {
        let (text, origin) = text_of(path).map_err(|problem| {
            let mut only = Collector::new(label);
            only.add(*problem);
            only.into_problems()
        })?;
        // A pipe has no place of its own.
        let base = path.parent().filter(|_| !file::is_pipe(path));
        let mut doc = Doc::new(&text, label);
        match walk(&mut doc, &text, base.unwrap_or(Path::new(""))) {
            Some(draft) => Ok((Draft { origin, ..draft }, doc.problems)),
            None => Err(doc.problems.into_problems()),
        }
    }
}

fn text_of(path: &Path) -> Result<(String, Origin), Box<Problem>> {
    let bytes = file::bytes_of(path)?;
    let origin = Origin {
        sha256: Some(file::sha256(&bytes)),
        ..Origin::default()
    };
    Ok((file::utf8(&bytes)?.to_owned(), origin))
}

fn walk(doc: &mut Doc, text: &str, base: &Path) -> Option<Draft> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let broken = !errors.is_empty();
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let problem = Problem::error(codes::INVALID_TOML, error.message())
            .help("see https://toml.io; texts stand in quotes, numbers do not");
        doc.add(&span, problem);
    }
    if broken {
        // What the parser guessed behind a syntax error would only add noise.
        return None;
    }
    let root = Section {
        name: "",
        table: table.get_ref(),
    };
    doc.unknown_keys(root, ROOT, KEYS);
    let mut path = |key: &str| Some(file::named(base, doc.text(root, key)?.0.as_ref()));
    let (customers, reps, boundary) = (path("customers"), path("reps"), path("boundary"));
    let (units, unit_rules) = sections::units(doc, root, base);
    Some(Draft {
        name: doc.text(root, "name").map(|(name, _)| name),
        customers,
        reps,
        units,
        unit_rules,
        boundary,
        balance: of_file(doc, root),
        travel: super::travel::travel(doc, root, base),
        rules: sections::rules(doc, root, base),
        regions: regions::section(doc, root),
        change: sections::change(doc, root),
        prefer: prefer::section(doc, root, base),
        team: team::teams(doc, root),
        select: team::select(doc, root),
        territories: sections::territories(doc, root),
        solve: sections::solve(doc, root),
        dashboard: dashboard::section(doc, root, base),
        target: target::goals(doc, root),
        output: sections::output(doc, root),
        tables: sections::tables(doc, root),
        columns: sections::columns(doc, root),
        sizing: sizing::section(doc, root, base),
        origin: Origin::default(),
        names_customers: root.table.contains_key("customers"),
        names_reps: root.table.contains_key("reps"),
    })
}

/// Lets the command line win, fills in what neither says, and checks what needs the whole.
fn complete(
    mut draft: Draft,
    path: Option<&Path>,
    overrides: &Overrides,
    problems: &mut Collector,
) -> Option<Scenario> {
    draft.take_files(overrides);
    draft.check_named(path.is_some(), problems);
    if let Some(name) = &overrides.team {
        let (teams, select) = (&mut draft.team, &mut draft.select);
        if let Err(problem) = team::take(name, teams, select, &mut draft.balance) {
            problems.add(in_command_line(*problem));
        }
    }
    let taken = Taken::new(draft.regions.is_some(), &draft.target);
    let balance = balance(draft.balance.take(), overrides, taken, problems);
    draft.fill_in(balance.first().map_or("", |b| b.measure.as_str()));
    let named = overrides.columns.iter().flatten();
    named.for_each(|arg| arg.add_to(&mut draft.columns));
    super::columns::check(&draft.columns, problems);
    draft.solve.seed = overrides.seed.unwrap_or(draft.solve.seed);
    draft.territories = territories(std::mem::take(&mut draft.territories), overrides, problems);

    check_names(&balance, &draft.travel, draft.change.as_ref(), problems);
    dashboard::check(&draft.dashboard, &balance, problems);
    check_workload(&draft.travel, &balance, problems);
    if let Some(rules) = &draft.sizing {
        sizing::check(rules, &balance, problems);
    }
    draft.check_files(overrides, problems);
    draft.name_table(path, problems);
    draft.into_scenario(path, balance)
}

impl Draft {
    /// The files that the command line names.
    fn take_files(&mut self, overrides: &Overrides) {
        let take = |set: &Option<PathBuf>, drafted: &mut Option<PathBuf>| {
            if set.is_some() {
                drafted.clone_from(set);
            }
        };
        take(&overrides.customers, &mut self.customers);
        take(&overrides.reps, &mut self.reps);
        take(&overrides.boundary, &mut self.boundary);
        take(&overrides.matrix, &mut self.travel.matrix);
        if overrides.matrix.is_some() {
            (self.travel.metric, self.travel.roads) = (Metric::Matrix, None);
            (self.travel.server, self.travel.barriers) = (None, None);
        }
    }

    /// Tells of files that must be named, and are not.
    fn check_named(&self, in_file: bool, problems: &mut Collector) {
        let customers = self.customers.is_some() || self.names_customers;
        // Nobody may be there yet.
        let reps = self.reps.is_some() || self.names_reps || self.sizing.is_some();
        for (key, named) in [("customers", customers), ("reps", reps)] {
            if !named {
                problems.add(not_named(key, in_file));
            }
        }
    }

    /// What is measured by the first measure that is balanced, unless something else is said.
    fn fill_in(&mut self, first: &str) {
        let measures = [&mut self.travel.weight, &mut self.dashboard.share_of];
        let change = self.change.as_mut().map(|c| &mut c.measure);
        for measure in measures.into_iter().chain(change) {
            if measure.is_empty() {
                first.clone_into(measure);
            }
        }
    }

    /// Tells of files that are not there.
    fn check_files(&self, overrides: &Overrides, problems: &mut Collector) {
        let roads = self.travel.roads.as_ref().map(|r| r.file.clone());
        let files = [
            ("customers", &self.customers, overrides.customers.is_some()),
            ("reps", &self.reps, overrides.reps.is_some()),
            ("units", &self.units, false),
            ("boundary", &self.boundary, overrides.boundary.is_some()),
            (
                "travel.matrix",
                &self.travel.matrix,
                overrides.matrix.is_some(),
            ),
            ("travel.roads", &roads, false),
            ("travel.barriers", &self.travel.barriers, false),
            ("rules.wishes", &self.rules.wishes, false),
            ("dashboard.context", &self.dashboard.context, false),
        ];
        for (key, file, flag) in files {
            let file = file
                .as_deref()
                .filter(|f| self.origin.memory.get(f).is_none());
            check_exists(key, file, flag, problems);
        }
        for file in self.sizing.iter().flat_map(|s| &s.candidates) {
            check_exists("sizing.candidates", Some(file), false, problems);
        }
        for file in self.prefer.iter().flat_map(|p| &p.table) {
            check_exists("prefer.table", Some(file), false, problems);
        }
    }

    /// Names the table of a routing server. A text in memory has no place of its own, where one could be kept.
    fn name_table(&mut self, path: Option<&Path>, problems: &mut Collector) {
        let team = self.select.as_ref().and_then(|s| s.team.as_deref());
        let metric = self.travel.metric;
        let Some(server) = &mut self.travel.server else {
            return;
        };
        let in_memory = path.is_some_and(|p| self.origin.memory.get(p).is_some());
        if in_memory && server.table.as_os_str().is_empty() {
            let what = "nothing says where the answers of the routing server are kept";
            let problem = Problem::error(codes::MISSING_KEY, what).field("travel.table");
            problems.add(problem.help("name a file for them: travel.table"));
            return;
        }
        let place = path.filter(|path| !file::is_pipe(path));
        server.name_table(metric, place, team);
    }

    /// The scenario; `None` where a file is not named that must be.
    fn into_scenario(self, path: Option<&Path>, balance: Vec<Balance>) -> Option<Scenario> {
        let name = self
            .name
            .unwrap_or_else(|| default_name(path, self.customers.as_deref()));
        let team = self.select.as_ref().and_then(|s| s.team.as_deref());
        let name = titled(&name, team);
        Some(Scenario {
            name,
            customers: self.customers?,
            reps: match &self.sizing {
                Some(_) => self.reps.unwrap_or_default(),
                None => self.reps?,
            },
            units: self.units,
            unit_rules: self.unit_rules,
            boundary: self.boundary,
            balance,
            travel: self.travel,
            rules: self.rules,
            regions: self.regions,
            change: self.change,
            prefer: self.prefer,
            team: self.team,
            select: self.select,
            territories: self.territories,
            solve: self.solve,
            dashboard: self.dashboard,
            target: self.target,
            output: self.output,
            tables: self.tables,
            columns: self.columns,
            sizing: self.sizing,
            origin: self.origin,
        })
    }
}

/// The problem of a file that nobody names.
fn not_named(key: &str, in_file: bool) -> Problem {
    let problem = Problem::error(codes::MISSING_KEY, format!("no `{key}` file is named"));
    match in_file {
        true => problem
            .field(key)
            .help(format!("add {key} = \"{key}.geojson\"")),
        false => problem
            .field(format!("--{key}"))
            .help(format!("add --{key} FILE")),
    }
}

/// How territories are drawn: as the command line says, else as the file does.
fn territories(
    drafted: TerritoryRules,
    overrides: &Overrides,
    problems: &mut Collector,
) -> TerritoryRules {
    let mut number = |value: Option<f64>, flag: &str, bounds: &Bounds| {
        let value = value?;
        if value.abs() <= LARGEST && (bounds.ok)(value) {
            return Some(value);
        }
        let what = format!("{value} is not {}", bounds.says);
        let problem = Problem::error(codes::OUT_OF_RANGE, what).field(flag);
        problems.add(in_command_line(problem.help(bounds.help)));
        None
    };
    let reach = number(overrides.max_reach_km, "--max-reach", &sections::REACH);
    let simplify = number(overrides.simplify_m, "--simplify", &sections::NOT_NEGATIVE);
    let smooth = number(overrides.smooth_m, "--smooth", &sections::NOT_NEGATIVE);
    TerritoryRules {
        max_reach_km: reach.or(drafted.max_reach_km),
        simplify_m: simplify.unwrap_or(drafted.simplify_m),
        smooth_m: smooth.unwrap_or(drafted.smooth_m),
        enclaves: overrides.enclaves.unwrap_or(drafted.enclaves),
    }
}

fn check_exists(key: &str, file: Option<&Path>, flag: bool, problems: &mut Collector) {
    let Some(file) = file.filter(|f| !f.exists()) else {
        return;
    };
    let what = format!("the file {} does not exist", file.display());
    let problem = Problem::error(codes::MISSING_FILE, what);
    problems.add(if flag {
        let name = key.rsplit('.').next().unwrap_or(key);
        let help = "paths on the command line are relative to the working directory";
        in_command_line(problem.field(format!("--{name}")).help(help))
    } else {
        let help = "paths are relative to the scenario file";
        problem.field(key).help(help)
    });
}
