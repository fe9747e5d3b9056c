//! Leads from a stream: a lead in, a row out, in their order, while the stream stays open.
//!
//! Memory does not grow with the number of leads: of each only what it adds to its rep is kept, and the rep of each group. What is
//! there already is routed together, so that a fast stream is read in large pieces, and a slow one row by row; where it is cut does not
//! matter to any row.

use super::columns::Layout;
use super::loads::{self, beyond};
use super::postcodes::Postcodes;
use super::router::{Atlas, Router};
use super::write::{Rows, header};
use super::{By, Known, Load, Options, Ready, Routing, raw, rejects};
use crate::base::ids::RepIx;
use crate::disk::file;
use crate::error::{Collector, Error, Problem, SHOWN};
use crate::input::{Begin, LeadStream, Piece, Taking};
use crate::model::Model;
use crate::saved::text;
use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// What leads are called in messages.
const NAME: &str = "stdin";
/// Bytes that are read at a time, and how many such pieces wait.
const CHUNK: usize = 1 << 16;
const WAITING: usize = 16;
/// Bytes that are routed together.
const TOGETHER: usize = 1 << 20;

/// Where the rows of a stream go.
pub struct Out<'o> {
    /// Routes.
    pub routes: &'o mut dyn Write,
    /// Whether each is a feature, and not a row of a table.
    pub lines: bool,
    /// Bad leads.
    pub rejects: Option<&'o mut dyn Write>,
    /// Hears what is to be told meanwhile.
    pub told: &'o dyn Fn(&[Problem]),
}

/// What became of a stream.
pub enum Streamed {
    /// Its leads are routed.
    Done(Tally),
    /// It has to be read as a whole: all its bytes.
    Whole(Vec<u8>),
}

/// What became of the leads of a stream.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// How many were routed.
    pub leads: usize,
    /// What decided, in the order of [`By::ALL`].
    pub by: [usize; By::ALL.len()],
    /// How many were bad.
    pub rejects: usize,
}

/// Routes the leads of a stream by the plan in `dir`, unless it has to be read as a whole.
///
/// # Errors
/// As [`super::route`]; without `skip_bad`, no row is written behind the first bad lead, and all problems are told at the end.
pub fn stream(
    dir: &Path,
    source: impl Read + Send + 'static,
    options: &Options,
    out: Out<'_>,
) -> Result<Streamed, Error> {
    let plan = super::opened(dir)?;
    let known = Known::of(&plan);
    let ready = Ready::new(known);
    let atlas = ready.atlas(known);
    let postcodes = Postcodes::new(
        &atlas,
        (Some(&plan), &ready.units),
        options.places.as_deref(),
    )?;
    let scenario = super::scenario(&plan, options);
    let find = |code: &str, country: &str| postcodes.find(code, country);
    let taking = Taking {
        find: &find,
        skip_bad: options.skip_bad,
    };
    let mut incoming = Incoming::new(source);
    let mut head = Vec::new();
    let (rows, len) = loop {
        match Begin::of(&head, &scenario) {
            Begin::Rows(rows, len) => break (rows, len),
            Begin::Unknown if incoming.more(&mut head)? => {}
            Begin::Unknown | Begin::Whole => {
                let rest = io::Cursor::new(head).chain(&mut incoming);
                let bytes = file::read_whole(rest).map_err(|problem| alone(*problem))?;
                return Ok(Streamed::Whole(bytes));
            }
        }
    };
    let mut leads = LeadStream::new(&scenario, NAME, taking, rows, &head[len..])?;
    let known_groups = || super::customers(&plan).map(|c| super::groups_of(atlas.plan, &c));
    let mut run = Run {
        lines: leads.is_lines(),
        atlas: &atlas,
        known_groups: &known_groups,
        skip_bad: options.skip_bad,
        out,
        tally: Tally::default(),
        reps: loads::before(atlas.plan.report),
        groups: None,
        asked: false,
        begun: None,
        problems: Collector::new(NAME),
        told: HashMap::new(),
        gone: false,
    };
    run.tell(super::no_matrix(atlas.plan, NAME).into_iter().collect());
    let mut open = true;
    while !run.gone {
        match leads.piece(run.begun.is_none(), !open)? {
            Some(piece) => run.route(piece)?,
            None if !open => break,
            None => {
                let mut bytes = Vec::new();
                open = incoming.more(&mut bytes)?;
                while open && bytes.len() < TOGETHER && incoming.has_more(&mut bytes)? {}
                leads.add(&bytes);
            }
        }
    }
    run.end().map(Streamed::Done)
}

fn alone(mut problem: Problem) -> Error {
    NAME.clone_into(&mut problem.file);
    Error::Input(vec![problem])
}

/// A stream on its way to where it is routed.
struct Run<'a, 'o> {
    lines: bool,
    atlas: &'a Atlas<'a>,
    known_groups: &'a dyn Fn() -> Result<HashMap<String, RepIx>, String>,
    skip_bad: bool,
    out: Out<'o>,
    tally: Tally,
    reps: Vec<Load>,
    /// The rep of each group; read when the first lead has one.
    groups: Option<HashMap<String, RepIx>>,
    /// Whether the plan's groups were asked for.
    asked: bool,
    /// The columns of the routes and of bad leads, once the first lead is there.
    begun: Option<(Layout, Vec<String>)>,
    /// What is wrong with leads that may not be bad.
    problems: Collector,
    /// How often a warning was told.
    told: HashMap<(&'static str, Option<String>), usize>,
    /// Whether nobody reads the rows any more.
    gone: bool,
}

impl Run<'_, '_> {
    /// Tells warnings, of each kind the first few.
    fn tell(&mut self, mut warnings: Vec<Problem>) {
        warnings.retain(|w| {
            let count = self.told.entry((w.code, w.field.clone())).or_default();
            *count += 1;
            *count <= SHOWN
        });
        if !warnings.is_empty() {
            (self.out.told)(&warnings);
        }
    }

    /// Routes a piece.
    fn route(&mut self, piece: Piece) -> Result<(), Error> {
        let Piece {
            mut leads,
            text,
            warnings,
            before,
        } = piece;
        let safe = leads.inputs.scenario.output.csv_safe;
        self.tell(warnings);
        let carried = leads.inputs.customers.carried.iter();
        let names: Vec<&str> = carried.map(|c| c.name.as_str()).collect();
        if self.begun.is_none() && !(self.lines && leads.inputs.customers.is_empty()) {
            let layout = Layout::new(names.iter().copied(), leads.own);
            self.tell(layout.renamed(NAME).into_iter().collect());
            self.begin(layout, rejects::columns(names.iter().copied()), safe)?;
        }
        let bad = std::mem::take(&mut leads.rejects);
        let counted = text.lines().filter(|l| !l.trim().is_empty()).count();
        let raw: Option<Vec<&str>> = (self.lines && counted == leads.count).then(|| {
            let gone = bad.iter().map(|r| r.number - before - 1);
            raw::good(text.lines().filter(|l| !l.trim().is_empty()), gone).collect()
        });
        let ended = !self.skip_bad && self.problems.has_errors();
        self.tally.rejects += bad.len();
        let rows = match (self.skip_bad, ended) {
            (true, _) => leads.inputs.customers.len(),
            (false, true) => 0,
            (false, false) => leads.good,
        };
        let (model, routes) = {
            let model = Model::build(&leads.inputs);
            let atlas = self.atlas;
            let groups = self.groups(&leads.inputs.customers.group_names);
            let routes = Router::new(atlas, &leads, &model).in_turn(groups);
            (model, routes)
        };
        let mut routing = Routing {
            leads: leads.inputs,
            placed: leads.placed,
            own: leads.own,
            rejects: Vec::new(),
            raw: Vec::new(),
            foreign: leads.foreign,
            model,
            routes,
            reps: Vec::new(),
        };
        routing.routes.truncate(rows);
        loads::add(&mut self.reps, &routing.model, &routing.routes);
        for route in &routing.routes {
            self.tally.by[route.by as usize] += 1;
        }
        self.tally.leads += rows;
        self.write(&routing, raw.as_deref(), rows)?;
        if self.skip_bad {
            if let (Some(out), Some((_, columns))) = (&mut self.out.rejects, &self.begun) {
                let written = rejects::rows(out, columns, &bad, safe).and_then(|()| out.flush());
                written.map_err(|e| io_error("the file of bad leads", e))?;
            }
        } else if !bad.is_empty() {
            if !ended {
                let what = "the first bad lead: no rows are written behind it, and all that is wrong is told at the end";
                let mut problem = Problem::warning(crate::error::codes::NO_EFFECT, what);
                problem = problem.at(bad[0].number).id(&bad[0].id);
                NAME.clone_into(&mut problem.file);
                self.tell(vec![
                    problem.help("--skip-bad FILE puts bad leads aside and goes on"),
                ]);
            }
            let problems = bad.into_iter().flat_map(|r| r.problems);
            problems.for_each(|p| self.problems.add(p));
        }
        Ok(())
    }

    /// Whose each group is; those of the plan are read when the first lead has one.
    fn groups(&mut self, names: &[String]) -> &mut HashMap<String, RepIx> {
        let asked = !names.is_empty() && !self.asked;
        if asked {
            self.asked = true;
            let known = (self.known_groups)();
            if let Err(why) = &known {
                self.tell(vec![super::no_groups(why)]);
            }
            self.groups = Some(known.unwrap_or_default());
        }
        // Without names nobody asks.
        self.groups.get_or_insert_default()
    }

    /// Writes the headers.
    fn begin(&mut self, layout: Layout, columns: Vec<String>, safe: bool) -> Result<(), Error> {
        if !self.out.lines {
            let written = header(&mut self.out.routes, &layout, safe);
            let written = written.and_then(|()| self.out.routes.flush());
            self.watch(written)?;
        }
        if let Some(out) = &mut self.out.rejects {
            let written = rejects::header(out, &columns, safe).and_then(|()| out.flush());
            written.map_err(|e| io_error("the file of bad leads", e))?;
        }
        self.begun = Some((layout, columns));
        Ok(())
    }

    fn write(&mut self, routing: &Routing, raw: Option<&[&str]>, n: usize) -> Result<(), Error> {
        let Some((layout, _)) = &self.begun else {
            return Ok(());
        };
        let out = &mut self.out.routes;
        let written = if self.out.lines {
            let layout = layout.clone().of_features();
            let rows = Rows::new(routing, &layout);
            text::rows(out, n, |i, to| {
                match raw.and_then(|lines| lines.get(i)) {
                    Some(line) => rows.same(i, line, to),
                    None => rows.json(i, true, to),
                }
                to.push('\n');
            })
        } else {
            let rows = Rows::new(routing, layout);
            text::rows(out, n, |i, to| rows.csv(i, to))
        };
        let written = written.and_then(|()| self.out.routes.flush());
        self.watch(written)
    }

    /// A reader that went away is no error.
    fn watch(&mut self, written: io::Result<()>) -> Result<(), Error> {
        match written {
            Err(e) if e.kind() == io::ErrorKind::BrokenPipe => {
                self.gone = true;
                Ok(())
            }
            other => other.map_err(|e| io_error("stdout", e)),
        }
    }

    /// All leads are in.
    fn end(mut self) -> Result<Tally, Error> {
        let problems = std::mem::take(&mut self.problems);
        problems.refuse().map_err(Error::Input)?;
        if self.begun.is_none() && !self.gone {
            let safe = self.atlas.plan.report.scenario.output.csv_safe;
            let none = Layout::new(std::iter::empty(), [false; 3]);
            self.begin(none, Vec::new(), safe)?;
        }
        self.tell(
            beyond(self.atlas.plan.report, &self.reps, NAME)
                .into_iter()
                .collect(),
        );
        Ok(self.tally)
    }
}

fn io_error(name: &str, source: io::Error) -> Error {
    Error::Io {
        path: name.into(),
        source,
    }
}

/// A stream that is read beside: what has come is there at once, and nobody waits for what has not.
struct Incoming {
    from: Receiver<io::Result<Vec<u8>>>,
    /// What is left of the last piece, for who reads it as a stream.
    left: io::Cursor<Vec<u8>>,
}

impl Incoming {
    fn new(source: impl Read + Send + 'static) -> Incoming {
        let (to, from) = sync_channel(WAITING);
        std::thread::spawn(move || pass_on(source, &to));
        Incoming {
            from,
            left: io::Cursor::default(),
        }
    }

    /// Waits for more bytes; whether there are some.
    fn more(&mut self, to: &mut Vec<u8>) -> Result<bool, Error> {
        taken(self.from.recv().ok(), to)
    }

    /// More bytes, where some are there.
    fn has_more(&mut self, to: &mut Vec<u8>) -> Result<bool, Error> {
        taken(self.from.try_recv().ok(), to)
    }
}

/// Takes a piece, if there is one.
fn taken(piece: Option<io::Result<Vec<u8>>>, to: &mut Vec<u8>) -> Result<bool, Error> {
    let Some(bytes) = piece.transpose().map_err(|e| io_error(NAME, e))? else {
        return Ok(false);
    };
    to.extend_from_slice(&bytes);
    Ok(true)
}

impl Read for &mut Incoming {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let n = self.left.read(to)?;
        if n > 0 || to.is_empty() {
            return Ok(n);
        }
        match self.from.recv() {
            Err(_) => Ok(0),
            Ok(read) => {
                self.left = io::Cursor::new(read?);
                self.left.read(to)
            }
        }
    }
}

/// Reads a stream to its end, and passes it on in pieces.
fn pass_on(mut source: impl Read, to: &SyncSender<io::Result<Vec<u8>>>) {
    let mut bytes = vec![0; CHUNK];
    loop {
        let piece = match source.read(&mut bytes) {
            Ok(0) => return,
            Ok(n) => Ok(bytes[..n].to_vec()),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => Err(e),
        };
        let over = piece.is_err();
        if to.send(piece).is_err() || over {
            return;
        }
    }
}
