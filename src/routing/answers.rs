//! The answers of a server as they came, in a file beside the table that is made of them.
//!
//! A file of lines: the first 16 digits of a SHA-256, a space, and the JSON that it is of. The first line says which server was asked for
//! which profile, and in which units; then each answer has a line of its own, written at once when it has come. So a run that is killed
//! leaves all that was answered before, and a line that was cut off, whose sum is wrong, is passed over. Places are in millionths of a
//! degree: who looks after whom, names and ids are not in it.

use super::{DECIMALS, Kind, Place, Server, Trip};
use crate::base::date::utc;
use crate::disk::file;
use crate::error::{Problem, codes};
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The number of this format.
const FORMAT: u32 = 1;
/// Digits of a sum.
const SUM: usize = 16;
/// Longer is no line of ours.
const LONGEST: u64 = 256 << 20;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Head {
    revier_answers: u32,
    server: String,
    url: String,
    profile: String,
    distance: String,
    decimals: u32,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Trips {
        at: String,
        from: Vec<Place>,
        to: Vec<Place>,
        seconds: Vec<Option<f64>>,
        distance: Vec<Option<f64>>,
    },
    OffRoad {
        at: String,
        off_road: Place,
    },
    Table {
        at: String,
        table: String,
        places: String,
    },
    Head(Head),
}

/// What a line of the file holds.
pub enum Held {
    /// The trips from each of some places to each of others, row by row.
    Trips(Vec<Place>, Vec<Place>, Vec<Trip>),
    /// A place that the server knows no road near.
    OffRoad(Place),
    /// The SHA-256 of a table that was made of what stands above.
    Table(String),
}

/// The file of a server's answers.
pub struct Answers {
    path: PathBuf,
    head: Head,
    file: Option<File>,
    /// Whether there is nothing but a part of the head: then it begins anew.
    cut: bool,
}

impl Answers {
    /// The file that belongs to a table: `FILE.csv.answers`.
    #[must_use]
    pub fn beside(table: &Path) -> PathBuf {
        let mut name = table.as_os_str().to_owned();
        name.push(".answers");
        name.into()
    }

    /// The answers of a server, and each of those that are there already.
    ///
    /// # Errors
    /// Where the file cannot be read, or is of another server or profile.
    pub fn open(
        path: &Path,
        server: &Server,
        mut each: impl FnMut(Held),
    ) -> Result<Answers, Box<Problem>> {
        let units = match server.kind {
            Kind::Osrm => "m",
            Kind::Valhalla | Kind::Openrouteservice => "km",
        };
        let head = Head {
            revier_answers: FORMAT,
            server: server.kind.name().into(),
            url: server.url.clone(),
            profile: server.profile.clone(),
            distance: units.into(),
            decimals: DECIMALS,
        };
        let mut answers = Answers {
            path: path.to_owned(),
            head,
            file: None,
            cut: false,
        };
        match fs::metadata(path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(answers),
            Ok(meta) if meta.is_file() && meta.len() == 0 => return Ok(answers),
            Ok(meta) if meta.is_file() => {}
            Ok(_) => return Err(answers.in_the_way("is in the way, and is no file")),
            Err(e) => return Err(answers.failed("read", &e)),
        }
        let file = File::open(path).map_err(|e| answers.failed("read", &e))?;
        let mut reader = BufReader::with_capacity(1 << 20, file);
        let mut line = Vec::new();
        let mut first = true;
        loop {
            line.clear();
            let read = reader.by_ref().take(LONGEST).read_until(b'\n', &mut line);
            if read.map_err(|e| answers.failed("read", &e))? == 0 {
                return Ok(answers);
            }
            let parsed = parsed(&line);
            if first {
                match parsed {
                    Some(Line::Head(head)) if head == answers.head => {}
                    Some(Line::Head(head)) => return Err(answers.of_others(&head)),
                    _ if !line.ends_with(b"\n") && answers.begins_with(&line) => {
                        answers.cut = true;
                        return Ok(answers);
                    }
                    _ => {
                        return Err(answers
                            .in_the_way("is in the way: it holds no answers of a routing server"));
                    }
                }
                first = false;
                continue;
            }
            // What was cut off is asked again.
            if let Some(held) = parsed.and_then(held) {
                each(held);
            }
        }
    }

    /// Whether the first line begins like this.
    fn begins_with(&self, text: &[u8]) -> bool {
        summed(&Line::Head(self.head.clone())).is_ok_and(|line| line.starts_with(text))
    }

    fn named(&self, mut problem: Problem) -> Box<Problem> {
        problem.file = self.path.display().to_string();
        problem.into()
    }

    fn failed(&self, what: &str, error: &io::Error) -> Box<Problem> {
        let what = format!("the answers of the routing server cannot be {what}: {error}");
        let problem = Problem::error(codes::UNREADABLE_FILE, what).field("travel.table");
        self.named(problem.help(
            "they are kept beside the table: name another place with travel.table, or make room",
        ))
    }

    fn in_the_way(&self, what: &str) -> Box<Problem> {
        let problem = Problem::error(codes::NO_TABLE, what).field("travel.table");
        self.named(problem.help("name another table: travel.table"))
    }

    fn of_others(&self, head: &Head) -> Box<Problem> {
        let what = format!(
            "it has answers of {} at {} for {:?}",
            head.server, head.url, head.profile
        );
        let problem = Problem::error(codes::NO_TABLE, what).field("travel.table");
        self.named(problem.help("name another table with travel.table; or remove this file and the table, and all is asked anew"))
    }

    /// Keeps what was found.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn keep_trips(
        &mut self,
        from: Vec<Place>,
        to: Vec<Place>,
        trips: &[Trip],
    ) -> Result<(), Box<Problem>> {
        let part = |at: usize| trips.iter().map(|t| t.map(|t| t[at])).collect();
        self.keep(&Line::Trips {
            at: utc(SystemTime::now()),
            from,
            to,
            seconds: part(0),
            distance: part(1),
        })
    }

    /// Keeps that a place is near no road.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn keep_off_road(&mut self, place: Place) -> Result<(), Box<Problem>> {
        self.keep(&Line::OffRoad {
            at: utc(SystemTime::now()),
            off_road: place,
        })
    }

    /// Keeps the hash of the table, before that gets to its place, and of the places in it.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn keep_table(&mut self, table: &str, places: &str) -> Result<(), Box<Problem>> {
        self.keep(&Line::Table {
            at: utc(SystemTime::now()),
            table: table.into(),
            places: places.into(),
        })
    }

    fn keep(&mut self, line: &Line) -> Result<(), Box<Problem>> {
        let written = self.write(line);
        written.map_err(|e| self.failed("kept", &e))
    }

    /// One write for each line: two runs at once have their lines side by side.
    fn write(&mut self, line: &Line) -> io::Result<()> {
        let text = summed(line)?;
        if self.file.is_none() {
            let mut options = OpenOptions::new();
            let mut file = options
                .append(true)
                .create(true)
                .read(true)
                .open(&self.path)?;
            if std::mem::take(&mut self.cut) {
                file.set_len(0)?;
            }
            if file.metadata()?.len() == 0 {
                file.write_all(&summed(&Line::Head(self.head.clone()))?)?;
            } else {
                // What was cut off ends before the next line begins.
                let mut last = [0];
                file.seek(SeekFrom::End(-1))?;
                file.read_exact(&mut last)?;
                if last != *b"\n" {
                    file.write_all(b"\n")?;
                }
            }
            self.file = Some(file);
        }
        match &mut self.file {
            Some(file) => file.write_all(&text),
            None => Ok(()),
        }
    }
}

/// A line with its sum.
fn summed(line: &Line) -> io::Result<Vec<u8>> {
    let json = serde_json::to_vec(line)?;
    let mut text = file::sha256(&json).into_bytes();
    text.truncate(SUM);
    text.push(b' ');
    text.extend(json);
    text.push(b'\n');
    Ok(text)
}

/// A line, if it is whole.
fn parsed(line: &[u8]) -> Option<Line> {
    let line = line.strip_suffix(b"\n")?;
    let (sum, json) = line.split_at_checked(SUM)?;
    let json = json.strip_prefix(b" ")?;
    let fits = file::sha256(json).as_bytes().starts_with(sum);
    fits.then(|| serde_json::from_slice(json).ok()).flatten()
}

fn held(line: Line) -> Option<Held> {
    match line {
        Line::Trips {
            from,
            to,
            seconds,
            distance,
            ..
        } => {
            let pairs = from.len().checked_mul(to.len())?;
            if seconds.len() != pairs || distance.len() != pairs {
                return None;
            }
            let trips = seconds.into_iter().zip(distance);
            let trips = trips.map(|(s, d)| Some([s?, d?])).collect();
            Some(Held::Trips(from, to, trips))
        }
        Line::OffRoad { off_road, .. } => Some(Held::OffRoad(off_road)),
        Line::Table { table, .. } => Some(Held::Table(table)),
        Line::Head(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn server(url: &str) -> Server {
        Server {
            kind: Kind::Osrm,
            url: url.into(),
            profile: "driving".into(),
            key: None,
            parallel: 1,
            per_minute: None,
            max_pairs: 100,
            timeout: Duration::from_secs(1),
            pause: Server::PAUSE,
        }
    }

    fn trips(path: &Path) -> Vec<Trip> {
        let mut all = Vec::new();
        Answers::open(path, &server("http://a"), |held| {
            if let Held::Trips(_, _, trips) = held {
                all.extend(trips);
            }
        })
        .unwrap();
        all
    }

    #[test]
    fn whatever_was_cut_off_the_lines_before_it_are_there() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.answers");
        assert!(trips(&path).is_empty());
        let one = [Some([0.1, 1234.5]), None];
        let mut answers = Answers::open(&path, &server("http://a"), |_| ()).unwrap();
        answers
            .keep_trips(vec![[1, 2]], vec![[3, 4], [5, 6]], &one)
            .unwrap();
        let first = fs::read(&path).unwrap();
        answers
            .keep_trips(vec![[1, 2]], vec![[7, 8]], &[Some([2.0, 3.0])])
            .unwrap();
        let all = fs::read(&path).unwrap();
        assert_eq!(trips(&path).len(), 3);
        // A line that lacks nothing but its end is whole when the next one begins.
        for cut in first.len()..all.len() - 1 {
            fs::write(&path, &all[..cut]).unwrap();
            assert_eq!(trips(&path), one, "{cut}");
            let mut again = Answers::open(&path, &server("http://a"), |_| ()).unwrap();
            again
                .keep_trips(vec![[1, 2]], vec![[7, 8]], &[None])
                .unwrap();
            assert_eq!(trips(&path), [one[0], None, None], "{cut}");
        }
        // A head that was cut off is no answer that could be lost.
        let head = first.iter().position(|b| *b == b'\n').unwrap();
        for cut in [1, SUM, head / 2, head] {
            fs::write(&path, &all[..cut]).unwrap();
            let mut again = Answers::open(&path, &server("http://a"), |_| ()).unwrap();
            again
                .keep_trips(vec![[1, 2]], vec![[7, 8]], &[None])
                .unwrap();
            assert_eq!(trips(&path), [None], "{cut}");
        }
        // A bit that fell over.
        let mut odd = all.clone();
        let at = odd.len() - 20;
        odd[at] ^= 1;
        fs::write(&path, &odd).unwrap();
        assert_eq!(trips(&path), one);
    }

    #[test]
    fn answers_of_another_server_are_not_taken() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.answers");
        let mut answers = Answers::open(&path, &server("http://a"), |_| ()).unwrap();
        answers.keep_off_road([1, 2]).unwrap();
        let told = |server: &Server| Answers::open(&path, server, |_| ()).err().unwrap();
        assert!(told(&server("http://b")).what.contains("http://a"));
        fs::write(&path, "my diary\n").unwrap();
        assert!(told(&server("http://a")).what.contains("in the way"));
    }
}
