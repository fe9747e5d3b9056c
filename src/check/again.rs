//! The plan written again: every value of every file is what the inputs and the plan mean.
//!
//! What `report.json` *claims* is judged by the rest of `check`, with code of its own: owners, status, objective, bound,
//! gap, proof, prices. From these claims and the inputs everything else follows: figures, words, colours, the map, the
//! page. Here all of it is derived once more, with the code that `solve` derived it with (readers, model, summary,
//! dashboard, targets, advice, notes, drawing, writers), and the files are compared with it: the table byte by byte, JSON
//! value by value, the page byte by byte but for the numbers in its data.
//!
//! What nothing can derive, and nothing rests on: `timings_s`, `peak_memory_mb`, `lp.rounds`, `lp.columns`,
//! `lp.split_sites` and the words for what ended a search (how the run went), whether the run found a way to join an
//! island and at what rise (`unjoined`, which has to be what the notes say), and the figures of `frontier` (plans that
//! the directory does not hold). These are held to what they can be (`run`), and told as *not judged*.

use super::same::same;
use super::saved::Rows;
use super::{Finding, List, run};
use crate::base::deadline::Deadline;
use crate::base::ids::{Ids, RepIx};
use crate::bound::Tree;
use crate::disk::file;
use crate::error::Problem;
use crate::explain;
use crate::explain::drawn;
use crate::input::{Inputs, astray};
use crate::model::Model;
use crate::output::{Contents, Texts};
use crate::plan::drawing::Map;
use crate::plan::summary::Summary;
use crate::plan::{Plan, Prices, SolveSeconds};
use crate::report::Lang;
use crate::saved::Report;
use crate::saved::{FILES, OPTIONAL, REGIONS};
use crate::territory::Territories;
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What a plan is drawn from, and its territories: all that follows from the owners alone.
pub(super) struct Drawn<'a> {
    model: Model,
    map: Map<'a>,
    territories: Territories,
}

/// Draws the territories of `owner` once more.
pub(super) fn draw<'a>(inputs: &'a Inputs, owner: &[RepIx]) -> Result<Drawn<'a>, Finding> {
    let failed = |e| Finding::new("report", format!("the map cannot be drawn: {e}"));
    let (model, map) = rayon::join(|| Model::build(inputs), || Map::new(inputs));
    let map = map.map_err(failed)?;
    let territories = map.draw(owner).map_err(failed)?;
    Ok(Drawn {
        model,
        map,
        territories,
    })
}

/// What the files of a plan claim, and the notes on owners who left.
#[derive(Clone, Copy)]
pub(super) struct Claims<'a> {
    pub report: &'a Report,
    pub rows: &'a Rows,
    pub prices: &'a Prices,
    /// The tree of the certificate, if the claim rests on one, and what it has above 0 where it proves that there is no plan.
    pub tree: Option<&'a (Tree, f64)>,
    pub former: &'a [String],
}

/// Everything in the files that is not what the inputs and the plan mean.
pub(super) fn again(
    dir: &Path,
    inputs: &Inputs,
    claims: &Claims<'_>,
    drawn: Drawn<'_>,
) -> Vec<Finding> {
    let Claims { report, rows, .. } = *claims;
    let Drawn {
        model,
        map,
        territories,
    } = drawn;
    let mut plan = claimed(&model, claims);
    plan.notes = run::notes(&model, report, plan.tree.as_ref());
    plan.notes.extend_from_slice(claims.former);
    plan.notes.extend(run::no_cost(report));
    plan.unjoined = run::unjoined(inputs, report, rows);
    explain::explain(inputs, &model, &map.graph, &mut plan, &Deadline::never());
    run::cut_reasons(inputs, &model, report, &mut plan.notes);
    plan.notes.extend(run::no_time(report));
    let told = drawn::notes(inputs, &plan.owner, &territories);
    plan.notes.extend(told);
    plan.notes.extend(run::weaker(report));
    let mut findings = run::measured(inputs, report);
    findings.extend(run::kept(&model, report, &plan.owner));
    let advice = run::advice(inputs, &model, report, &plan);
    let (page, lang) = page(dir);
    let contents = Contents {
        inputs,
        model: &model,
        plan: &plan,
        territories: &territories,
        summary: &Summary::new(&model, &plan.owner),
        lang,
        frontier: &report.frontier,
        advice: &advice,
        timings: report.timings_s.unwrap_or_default(),
        begin: Instant::now(),
    };
    let mut texts = Texts::new(&contents, dir);
    // Warnings of the map come after those of the inputs.
    let at = inputs.warnings.len();
    let outside = astray::outside(inputs, &territories.outside);
    let outside = outside.iter().map(Problem::note);
    texts.report.notes.splice(at..at, outside);
    adopt(dir, &mut texts.report, report, &mut findings);
    findings.extend(files(dir, inputs, &mut texts, page));
    findings
}

/// The plan as the report claims it, without what follows from that.
fn claimed(model: &Model, claims: &Claims<'_>) -> Plan {
    let (report, owner) = (claims.report, &claims.rows.owner);
    let rate = model.change.as_ref().map_or(0.0, |c| c.penalty);
    let moved = |rate: f64| -> f64 {
        let all = owner.iter().enumerate();
        rate * all.map(|(i, j)| model.moved(i, *j)).sum::<f64>()
    };
    let preference = owner.iter().enumerate();
    Plan {
        owner: owner.to_vec(),
        status: report.status,
        objective: report.objective.value,
        preference: preference.map(|(i, j)| model.preference(i, *j)).sum(),
        penalty: if rate > 0.0 { moved(rate) } else { 0.0 },
        balance: model.balance_cost(owner),
        bound: report.bound,
        claim: report.claim,
        proof: report.proof,
        tree: claims.tree.map(|(tree, _)| tree.clone()),
        refuted: claims.tree.map_or(0.0, |(_, refuted)| *refuted),
        certified: report.certified,
        prices: claims.prices.clone(),
        lp: report.lp.clone(),
        kept: report.kept,
        unjoined: Vec::new(),
        violations: Vec::new(),
        notes: Vec::new(),
        seconds: SolveSeconds::default(),
    }
}

/// Compares every file with its text.
fn files(
    dir: &Path,
    inputs: &Inputs,
    texts: &mut Texts<'_>,
    page: io::Result<String>,
) -> Vec<Finding> {
    let mut list = List::new("page");
    let mut is = Vec::new();
    match (page, texts.page(&mut is)) {
        (Ok(said), Ok(())) => pages(&said, &String::from_utf8_lossy(&is), &mut list),
        (Err(e), _) | (_, Err(e)) => list.add(format!("{}: cannot be read: {e}", FILES[4])),
    }
    let texts = &*texts;
    // The two that are as long as the file of customers go side by side.
    let (points, others) = rayon::join(
        || {
            let named = |path: &str| nth(&inputs.customers.ids, path);
            json(dir, FILES[1], &|mut out| texts.points(&mut out), &named)
        },
        || {
            let named = |path: &str| nth(&inputs.reps.ids, path);
            let nobody = |_: &str| None;
            let mut all = table(dir, FILES[2], &|mut out| texts.table(&mut out));
            all.extend(optional(dir, texts));
            let map: Text<'_> = &|mut out| texts.territories(&mut out);
            all.extend(json(dir, FILES[0], map, &named));
            let certificate: Text<'_> = &|mut out| texts.certificate(&mut out);
            all.extend(json(dir, FILES[5], certificate, &nobody));
            all.extend(json(
                dir,
                FILES[3],
                &|mut out| texts.report(&mut out),
                &nobody,
            ));
            all
        },
    );
    [points, others, list.done()].concat()
}

/// The id of the feature that a path leads into.
fn nth(ids: &Ids, path: &str) -> Option<String> {
    let at = place(path)?;
    (at < ids.len()).then(|| ids.get(at).to_owned())
}

/// The position of the feature that a path leads into.
fn place(path: &str) -> Option<usize> {
    let at = path.strip_prefix("features[")?.split(']').next()?;
    at.parse().ok()
}

/// What findings about a file are of.
fn kind(name: &str) -> &'static str {
    match FILES.iter().position(|file| *file == name) {
        None if name == REGIONS => "polygons",
        Some(0) => "polygons",
        Some(1 | 2) | None => "owners",
        _ => "report",
    }
}

/// What writes a file.
type Text<'t> = &'t dyn Fn(&mut dyn Write) -> io::Result<()>;

/// Compares a JSON file with its text: byte by byte, and where that fails value by value.
fn json(
    dir: &Path,
    name: &str,
    text: Text<'_>,
    named: &dyn Fn(&str) -> Option<String>,
) -> Vec<Finding> {
    let mut list = List::new(kind(name));
    if let Some((said, is)) = differing(dir, name, text, &mut list) {
        same(name, &said, &is, named, &mut list);
    }
    list.done()
}

/// A file and its text, where they are not the same byte by byte.
fn differing(dir: &Path, name: &str, text: Text<'_>, list: &mut List) -> Option<(String, String)> {
    let path = dir.join(name);
    let both = || {
        if Compare::with(&path, text)? {
            return Ok(None);
        }
        let mut is = Vec::new();
        text(&mut is)?;
        let is = String::from_utf8_lossy(&is).into_owned();
        Ok(Some((text_of(&path)?, is)))
    };
    both().unwrap_or_else(|e: io::Error| {
        list.add(format!("{name}: cannot be read: {e}"));
        None
    })
}

/// Compares the files that a plan has or has not.
fn optional(dir: &Path, texts: &Texts<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in OPTIONAL {
        if texts.has(name) {
            let text: Text<'_> = &|mut out| texts.optional(name, &mut out);
            let regions = &texts.report.regions;
            let named = |path: &str| Some(regions.get(place(path)?)?.region.clone());
            findings.extend(match name == REGIONS {
                true => json(dir, name, text, &named),
                false => table(dir, name, text),
            });
        } else if dir.join(name).exists() {
            let what = format!("{name}: by the inputs the plan has no such file");
            findings.push(Finding::new(kind(name), what));
        }
    }
    findings
}

/// Compares a table with its text, line by line.
fn table(dir: &Path, name: &str, text: Text<'_>) -> Vec<Finding> {
    let mut list = List::new(kind(name));
    let Some((said, is)) = differing(dir, name, text, &mut list) else {
        return list.done();
    };
    let (mut a, mut b) = (said.lines(), is.lines());
    for line in 1.. {
        match (a.next(), b.next()) {
            (None, None) => break,
            (Some(a), Some(b)) if a == b => {}
            (a, b) => {
                let or_end = |l: Option<&str>| l.map_or("missing".into(), |l| format!("{l:?}"));
                list.add(format!(
                    "{name}: line {line} is {}, the inputs and the plan mean {}",
                    or_end(a),
                    or_end(b)
                ));
            }
        }
    }
    if said.lines().eq(is.lines()) {
        list.add(format!(
            "{name}: the ends of its lines are others than revier writes"
        ));
    }
    list.done()
}

/// The page as it stands in the directory, and the language that it opens in.
fn page(dir: &Path) -> (io::Result<String>, Lang) {
    let page = text_of(&dir.join(FILES[4]));
    let lang = page.as_ref().ok().and_then(|text| {
        let rest = text.split_once("<html lang=\"")?.1;
        rest.split_once('"')?.0.parse().ok()
    });
    (page, lang.unwrap_or_default())
}

/// Compares two pages: their data value by value, all else byte by byte.
fn pages(said: &str, is: &str, list: &mut List) {
    if said == is {
        return;
    }
    let parts = |text: &'_ str| -> Option<[String; 3]> {
        let (head, rest) = text.split_once("id=\"data\">")?;
        let (data, tail) = rest.split_once("</script>")?;
        Some([head.to_owned(), data.to_owned(), tail.to_owned()])
    };
    let (Some([head, data, tail]), Some([head_is, data_is, tail_is])) = (parts(said), parts(is))
    else {
        return list.add(format!("{}: this is no page of revier", FILES[4]));
    };
    if head != head_is || tail != tail_is {
        let what = "its frame, styles or scripts are others than this version of revier writes";
        list.add(format!("{}: {what}", FILES[4]));
    }
    same(FILES[4], &data, &data_is, &|_| None, list);
}

/// The text of a regular file.
fn text_of(path: &Path) -> io::Result<String> {
    let bytes = file::kept_bytes(path).map_err(|problem| io::Error::other(problem.what))?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

/// Compares what is written with a file.
struct Compare {
    file: BufReader<File>,
    same: bool,
    buffer: Vec<u8>,
}

impl Compare {
    fn with(path: &Path, text: Text<'_>) -> io::Result<bool> {
        if !path.is_file() {
            return Err(io::Error::other("there is no such file"));
        }
        let mut compare = Compare {
            file: BufReader::with_capacity(1 << 20, File::open(path)?),
            same: true,
            buffer: Vec::new(),
        };
        text(&mut compare)?;
        // More than the text?
        Ok(compare.same && compare.file.read(&mut [0])? == 0)
    }
}

impl Write for Compare {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.same {
            self.buffer.resize(bytes.len(), 0);
            let read = self.file.read_exact(&mut self.buffer);
            self.same = read.is_ok() && self.buffer == bytes;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Puts into the report that was derived what only the report of the directory can say: what depends on the run, the
/// hashes of files (which are judged by themselves), other ways to the same input file, and a title that came from where
/// the scenario stood.
fn adopt(dir: &Path, derived: &mut Report, said: &Report, findings: &mut Vec<Finding>) {
    derived.files.clone_from(&said.files);
    derived.timings_s = said.timings_s;
    derived.peak_memory_mb = said.peak_memory_mb;
    let mut list = List::new("inputs");
    let mut places = Places::new(dir, said.inputs.iter().map(|i| i.path.clone()));
    derived
        .inputs
        .iter_mut()
        .for_each(|i| places.adopt(&mut i.path));
    let mut named = Vec::new();
    said.scenario
        .clone()
        .each_path(|path| named.push(path.clone()));
    let mut places = Places::new(dir, named.into_iter());
    derived.scenario.each_path(|path| places.adopt(path));
    let mut named = Vec::new();
    said.overrides
        .clone()
        .each_path(|path| named.push(path.clone()));
    let mut places = Places::new(dir, named.into_iter());
    derived.overrides.each_path(|path| places.adopt(path));
    if said.revier != derived.revier {
        list.add(format!(
            "report.json was written by revier {:?}, this is {:?}, which may derive other figures and words: check the \
             plan with the version that wrote it, or solve again",
            said.revier, derived.revier
        ));
    }
    findings.extend(list.done());
}

/// Paths that a report names, in order.
struct Places<'a, I> {
    dir: &'a Path,
    named: I,
}

impl<'a, I: Iterator<Item = PathBuf>> Places<'a, I> {
    fn new(dir: &'a Path, named: I) -> Places<'a, I> {
        Places { dir, named }
    }

    /// Takes the next named path where it leads to the same file.
    fn adopt(&mut self, path: &mut PathBuf) {
        let real = |path: &Path| self.dir.join(path).canonicalize().ok();
        if let Some(named) = self.named.next()
            && real(&named).is_some_and(|file| Some(file) == real(path))
        {
            *path = named;
        }
    }
}
