//! Asks a server for the trips of all pairs that are needed: several requests at once, each again where it failed for the moment, in halves
//! where it is too large or has a place that the server does not know.

use super::blocks::{Block, Limits, cover};
use super::http::Client;
use super::pace::{PATIENCE, Pace, pause, sleep};
use super::{Fault, Place, Server, Trip};
use crate::base::deadline::Deadline;
use crate::error::{Problem, codes};
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError, mpsc};
use std::time::Duration;

/// What an answer tells.
#[derive(Debug)]
pub enum Found {
    /// The trips from each of some sources to each of some targets, by position, row by row.
    Trips {
        /// Positions of the sources.
        sources: Vec<u32>,
        /// Positions of the targets.
        targets: Vec<u32>,
        /// A row for each source.
        trips: Vec<Trip>,
    },
    /// A place that the server knows no road near.
    OffRoad(Place),
    /// Nothing yet: the server asks to be left alone for so long.
    Waits(Duration),
}

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// Where trips begin.
    pub sources: &'a [Place],
    /// Where they end.
    pub targets: &'a [Place],
}

/// Asks for all pairs that are `needed`, by position. `take` gets what is found as it comes, with the share of all blocks that are done.
///
/// # Errors
/// What the server refuses, that it does not answer, or that `until` is over; and what `take` returns. Everything that was taken holds.
pub fn ask(
    server: &Server,
    question: Question<'_>,
    needed: &dyn Fn(usize, usize) -> bool,
    until: &Deadline,
    mut take: impl FnMut(Found, f64) -> Result<(), Box<Problem>>,
) -> Result<(), Box<Problem>> {
    let size = [question.sources.len(), question.targets.len()];
    let limits = Limits {
        pairs: server.max_pairs,
        places: server.kind.max_places(),
    };
    let mut blocks = cover(size, limits, needed);
    // The first is asked first.
    blocks.reverse();
    let all: usize = blocks.iter().map(Block::pairs).sum();
    let asker = Asker {
        server,
        question,
        until,
        client: Client::new(server),
        pace: Pace::new(server),
        queue: Mutex::new(Queue { blocks, busy: 0 }),
        changed: Condvar::new(),
        most_pairs: AtomicUsize::new(limits.pairs),
        stop: AtomicBool::new(false),
        off: Mutex::default(),
    };
    let mut done = 0;
    std::thread::scope(|scope| {
        let (send, receive) = mpsc::channel();
        for _ in 0..server.parallel.clamp(1, 64) {
            let (send, asker) = (send.clone(), &asker);
            scope.spawn(move || asker.work(&send));
        }
        drop(send);
        let mut result = Ok(());
        for found in receive {
            let taken = found.and_then(|found| {
                if let Found::Trips { trips, .. } = &found {
                    done += trips.len();
                }
                take(found, (done as f64 / all.max(1) as f64).min(1.0))
            });
            if result.is_ok() && taken.is_err() {
                result = taken;
                asker.end();
            }
        }
        result
    })
}

/// Blocks that are not asked yet, and how many are under way.
struct Queue {
    blocks: Vec<Block>,
    busy: usize,
}

/// What all threads share.
struct Asker<'a> {
    server: &'a Server,
    question: Question<'a>,
    until: &'a Deadline,
    client: Client<'a>,
    pace: Pace,
    queue: Mutex<Queue>,
    changed: Condvar,
    /// What the server has shown to take.
    most_pairs: AtomicUsize,
    stop: AtomicBool,
    /// Places that are near no road.
    off: Mutex<HashSet<Place>>,
}

type Sender = mpsc::Sender<Result<Found, Box<Problem>>>;

impl Asker<'_> {
    /// Takes one block after the other, until there are none.
    fn work(&self, send: &Sender) {
        while let Some(block) = self.next() {
            let more = self.block(block, send).unwrap_or_else(|problem| {
                // Whoever ended the run hears of it once.
                let _ = send.send(Err(problem));
                self.end();
                Vec::new()
            });
            let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
            queue.blocks.extend(more.into_iter().rev());
            queue.busy -= 1;
            drop(queue);
            self.changed.notify_all();
        }
    }

    /// The next block; `None` when all are done, or somebody has ended the run.
    fn next(&self) -> Option<Block> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if self.stop.load(Ordering::Relaxed) {
                return None;
            }
            if let Some(block) = queue.blocks.pop() {
                queue.busy += 1;
                return Some(block);
            }
            if queue.busy == 0 {
                return None;
            }
            let waited = (self.changed).wait_timeout(queue, Duration::from_millis(50));
            queue = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn end(&self) {
        self.stop.store(true, Ordering::Relaxed);
        self.changed.notify_all();
    }

    /// Asks one block; what is left of it to be asked in parts.
    fn block(&self, block: Block, send: &Sender) -> Result<Vec<Block>, Box<Problem>> {
        let block = self.without_off(block, send);
        let limits = Limits {
            pairs: self.most_pairs.load(Ordering::Relaxed),
            places: self.server.kind.max_places(),
        };
        if !block.fits(limits) || block.pairs() == 0 {
            let mut parts = Vec::new();
            block.within(limits, &mut parts);
            return Ok(parts);
        }
        let places = |list: &[u32], of: &[Place]| -> Vec<Place> {
            list.iter().map(|at| of[*at as usize]).collect()
        };
        let sources = places(&block.sources, self.question.sources);
        let targets = places(&block.targets, self.question.targets);
        let nothing = |block: Block| Found::Trips {
            trips: vec![None; block.pairs()],
            sources: block.sources,
            targets: block.targets,
        };
        match self.table(&sources, &targets, send) {
            Ok(trips) => {
                let Block { sources, targets } = block;
                let found = Found::Trips {
                    sources,
                    targets,
                    trips,
                };
                let _ = send.send(Ok(found));
                Ok(Vec::new())
            }
            Err(Fault::TooBig(words)) => {
                let half = (block.pairs() / 2).max(1);
                self.most_pairs.fetch_min(half, Ordering::Relaxed);
                match block.halves() {
                    Some(halves) => Ok(halves.to_vec()),
                    None => Err(too_small(&words)),
                }
            }
            Err(Fault::NoWay) => match block.halves() {
                Some(halves) => Ok(halves.to_vec()),
                None => {
                    let _ = send.send(Ok(nothing(block)));
                    Ok(Vec::new())
                }
            },
            Err(Fault::OffRoad(at)) => {
                let named = at.and_then(|at| sources.iter().chain(&targets).nth(at));
                match (named, block.halves()) {
                    (Some(place), _) => self.is_off(*place, send),
                    (None, Some(halves)) => return Ok(halves.to_vec()),
                    (None, None) => {
                        let mut either = false;
                        for place in [sources[0], targets[0]] {
                            if self.lies_off(place, send)? {
                                self.is_off(place, send);
                                either = true;
                            }
                        }
                        if !either {
                            let _ = send.send(Ok(nothing(block)));
                            return Ok(Vec::new());
                        }
                    }
                }
                Ok(vec![block])
            }
            Err(Fault::Fatal(problem)) => Err(problem),
            Err(Fault::Wait { what, .. }) => Err(no_answer(&what)),
        }
    }

    /// Notes that a place is near no road.
    fn is_off(&self, place: Place, send: &Sender) {
        let mut off = self.off.lock().unwrap_or_else(PoisonError::into_inner);
        if off.insert(place) {
            let _ = send.send(Ok(Found::OffRoad(place)));
        }
    }

    /// A block without the places that are near no road; their pairs have no trip.
    fn without_off(&self, block: Block, send: &Sender) -> Block {
        let off = self.off.lock().unwrap_or_else(PoisonError::into_inner);
        if off.is_empty() {
            return block;
        }
        let part = |list: Vec<u32>, of: &[Place]| -> [Vec<u32>; 2] {
            let (gone, left) = list
                .into_iter()
                .partition(|at| off.contains(&of[*at as usize]));
            [gone, left]
        };
        let [gone_sources, sources] = part(block.sources, self.question.sources);
        let [gone_targets, targets] = part(block.targets, self.question.targets);
        let mut all = targets.clone();
        all.extend(&gone_targets);
        for (sources, targets) in [(gone_sources, all), (sources.clone(), gone_targets)] {
            let count = sources.len() * targets.len();
            if count > 0 {
                let _ = send.send(Ok(Found::Trips {
                    sources,
                    targets,
                    trips: vec![None; count],
                }));
            }
        }
        Block { sources, targets }
    }

    /// Whether the server knows no road near a place: from there to there it finds no way either.
    fn lies_off(&self, place: Place, send: &Sender) -> Result<bool, Box<Problem>> {
        match self.table(&[place], &[place], send) {
            Ok(_) | Err(Fault::NoWay) => Ok(false),
            Err(Fault::OffRoad(_)) => Ok(true),
            Err(Fault::Fatal(problem)) => Err(problem),
            Err(Fault::TooBig(words)) => Err(too_small(&words)),
            Err(Fault::Wait { what, .. }) => Err(no_answer(&what)),
        }
    }

    /// The trips of one request, which is sent again where it fails for the moment.
    fn table(
        &self,
        sources: &[Place],
        targets: &[Place],
        send: &Sender,
    ) -> Result<Vec<Trip>, Fault> {
        let kind = self.server.kind;
        let size = [sources.len(), targets.len()];
        let request = kind.request(self.server, sources, targets);
        let amount = [size[0] * size[1], size[0] + size[1]];
        let salt = (sources.iter().chain(targets)).fold(0_u64, |salt, [lon, lat]| {
            let both = u64::from(lon.cast_unsigned()) << 32 | u64::from(lat.cast_unsigned());
            salt.rotate_left(7) ^ both
        });
        let (mut tries, mut waited) = (0, Duration::ZERO);
        loop {
            if !self.pace.turn(self.until, &self.stop) {
                return Err(Fault::Fatal(ended()));
            }
            let timeout = self.server.timeout.min(self.until.left());
            let sent = self.client.send(&request, amount, timeout);
            tries += 1;
            let answer = sent.and_then(|body| kind.trips(&body, size));
            // Whatever the server says goes through here.
            let key = self.server.key.as_ref();
            match answer.map_err(|fault| match key {
                None => fault,
                Some(key) => key.hidden_in(fault),
            }) {
                Err(Fault::Wait { what, after, most }) => {
                    if self.until.is_over() {
                        return Err(Fault::Fatal(ended()));
                    }
                    waited = after.map_or(waited, |after| waited.saturating_add(after));
                    if let Some(after) = after.filter(|_| waited > PATIENCE) {
                        let seconds = after.as_secs();
                        let what = format!("{what}; it asks to come back in {seconds} s");
                        return Err(Fault::Fatal(no_answer(&what)));
                    }
                    if tries >= most {
                        let what = format!("{what}; it was asked {tries} times");
                        return Err(Fault::Fatal(no_answer(&what)));
                    }
                    if let Some(after) = after {
                        // It is meant for everybody.
                        self.pace.rest(after);
                        let _ = send.send(Ok(Found::Waits(after)));
                    } else {
                        let time = pause(self.server.pause, tries, salt);
                        if !sleep(time, self.until, &self.stop) {
                            return Err(Fault::Fatal(ended()));
                        }
                    }
                }
                other => return other,
            }
        }
    }
}

/// That a server does not answer.
fn no_answer(what: &str) -> Box<Problem> {
    let what = format!("the routing server does not answer: {what}");
    let problem = Problem::error(codes::NO_ANSWER, what).field("travel.url");
    let help = "run it again later: what has been answered is kept, and asked no more";
    problem.help(help).into()
}

/// That a server takes no request at all.
fn too_small(words: &str) -> Box<Problem> {
    let what = format!("a single pair is too much for the server: {words}");
    let problem = Problem::error(codes::NO_ANSWER, what).field("travel.url");
    problem.help("raise the limits of the server").into()
}

/// That somebody ended the run.
fn ended() -> Box<Problem> {
    let what = "the run was ended before the routing server was asked for everything";
    let problem = Problem::error(codes::NO_ANSWER, what).field("travel.url");
    let help = "run it again: what has been answered is kept, and asked no more";
    problem.help(help).into()
}
