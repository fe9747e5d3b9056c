//! `revier roads`.

use super::files::filled;
use super::log::Log;
use super::say;
use revier::disk::staging::{File, Folder, Guard, Kind, publish};
use revier::error::Error;
use revier::input::{self, Inputs};
use revier::scenario::{Overrides, Scenario};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// What `roads` is asked for.
#[derive(clap::Args)]
#[command(
    after_help = "Trips are the fastest ways by car. `--network` is for whoever wants to search them with another program: arcs.csv has the \
stretches of road, turns.csv the turns between them that are allowed, and snaps.csv where customers and home bases meet the roads."
)]
pub struct Args {
    /// An extract of OpenStreetMap (.osm.pbf), which is prepared; or a scenario whose travel follows roads
    input: PathBuf,
    /// Of a scenario with roads or barriers: writes the travel of all pairs as a table, customer_id,rep_id,km,minutes
    #[arg(long, value_name = "FILE")]
    matrix: Option<PathBuf>,
    /// Of a scenario: writes the road network as tables into a directory
    #[arg(long, value_name = "DIR")]
    network: Option<PathBuf>,
    /// Replace a file of --matrix or a directory of --network that revier did not write
    #[arg(long)]
    force: bool,
    /// Of a scenario with teams: the team
    #[arg(long, value_name = "NAME")]
    team: Option<String>,
}

/// The header of a matrix.
const HEADER: &str = "customer_id,rep_id,km,minutes\n";
/// What is in a directory with a network.
const NETWORK: Kind = Kind {
    what: "a road network",
    names: &["arcs.csv", "turns.csv", "snaps.csv"],
    manifest: "arcs.csv",
    is_ours: |dir| begins(&dir.join("arcs.csv"), "arc,tail,head,"),
    by_force: true,
};

pub fn run(args: &Args, log: &Log) -> Result<(), Error> {
    if args.matrix.is_none() && args.network.is_none() {
        return prepare(args, log);
    }
    if !is_scenario(args) {
        let what = "--matrix and --network are about the customers and reps of a scenario: name it (.toml), not the extract";
        return Err(Error::Usage(what.into()));
    }
    let matrix = args
        .matrix
        .as_deref()
        .map(|path| claim(args, path))
        .transpose()?;
    let scenario = loaded(args)?;
    if scenario.travel.roads.is_none() {
        let round = scenario.travel.barriers.is_some() && args.network.is_none();
        if !round {
            return Err(no_roads());
        }
    }
    log.stage("searching the roads");
    let inputs = input::read(&scenario, Some(&args.input))?;
    log.clear();
    log.problems(&inputs.warnings);
    let read: Vec<&Path> = inputs.files.iter().map(|f| f.path.as_path()).collect();
    if let Some(file) = matrix {
        file.spares(read.iter().copied())?;
        let table = table(&inputs);
        let path = file.path().to_owned();
        publish(vec![file.stage(filled(&table))?])?;
        say(&format!("wrote {}\n", path.display()))?;
    }
    if let Some(dir) = &args.network {
        let folder = Folder::claim(dir, &NETWORK, args.force)?;
        folder.spares(read)?;
        folder.fill(|dir| input::write_network(&inputs, dir))?;
        say(&format!("wrote {}\n", folder.path().display()))?;
    }
    Ok(())
}

fn claim(args: &Args, path: &Path) -> Result<File, Error> {
    let guard = Guard {
        is_ours: |path| begins(path, HEADER),
        otherwise: "is in the way, and is no matrix of `revier roads`",
        force: args.force,
    };
    File::claim(path, guard)
}

/// Whether a file begins like this.
fn begins(path: &Path, text: &str) -> bool {
    let mut head = vec![0; text.len()];
    let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut head));
    read.is_ok() && head == text.as_bytes()
}

/// A scenario.
fn loaded(args: &Args) -> Result<Scenario, Error> {
    let overrides = Overrides {
        team: args.team.clone(),
        ..Overrides::default()
    };
    Scenario::load(Some(&args.input), &overrides).map_err(Error::Input)
}

/// The extract of a scenario.
fn extract(args: &Args) -> Result<PathBuf, Error> {
    let scenario = loaded(args)?;
    let roads = scenario
        .travel
        .roads
        .as_ref()
        .map(|roads| roads.file.clone());
    roads.ok_or_else(no_roads)
}

fn no_roads() -> Error {
    let what = "the scenario names no roads: add roads = \"germany.osm.pbf\" to [travel]";
    Error::Usage(what.into())
}

/// Whether the input is a scenario, not an extract.
fn is_scenario(args: &Args) -> bool {
    let ending = args.input.extension();
    ending.is_some_and(|e| e.eq_ignore_ascii_case("toml"))
}

/// Prepares an extract.
fn prepare(args: &Args, log: &Log) -> Result<(), Error> {
    let extract = match is_scenario(args) {
        false => args.input.clone(),
        true => extract(args)?,
    };
    log.stage("preparing the roads");
    let (path, facts) = input::prepare(&extract)?;
    log.clear();
    let mut text = format!(
        "{}: {} junctions, {} arcs, {:.1} km of road, {} turns not allowed\n",
        path.display(),
        facts.vertices,
        facts.arcs,
        facts.km,
        facts.banned_turns
    );
    if facts.cut_km > 0.0 {
        text.push_str(&format!(
            "cut off: {:.1} km that cannot be reached from the rest and left again\n",
            facts.cut_km
        ));
    }
    if facts.missing_nodes > 0 {
        text.push_str(&format!(
            "at the rim: {} nodes of roads that the extract does not have\n",
            facts.missing_nodes
        ));
    }
    if facts.turns_not_kept > 0 {
        text.push_str(&format!(
            "not kept to: {} restrictions of turns that lead over a way, or whose ways go on past the node\n",
            facts.turns_not_kept
        ));
    }
    say(&text)
}

/// The matrix of a scenario.
fn table(inputs: &Inputs) -> Vec<u8> {
    let mut out = HEADER.as_bytes().to_vec();
    let Some(matrix) = &inputs.matrix else {
        return out;
    };
    let quoted = |id: &str| match id.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{}\"", id.replace('"', "\"\"")),
        false => id.to_owned(),
    };
    for i in 0..inputs.customers.len() {
        let customer = quoted(inputs.customers.ids.get(i));
        for at in matrix.start[i] as usize..matrix.start[i + 1] as usize {
            let rep = quoted(inputs.reps.ids.get(matrix.rep[at].at()));
            let _ = writeln!(
                out,
                "{customer},{rep},{},{}",
                matrix.km[at], matrix.minutes[at]
            );
        }
    }
    out
}
