//! Messages on stderr: lines for people, or JSON for scripts.

use super::visible::visible;
use revier::base::words;
use revier::error::{Error, Problem, Severity};
use revier::run::Stage;
use serde_json::{Value, json};
use std::cell::Cell;
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// Where messages go, and in which form.
pub struct Log {
    json: bool,
    quiet: bool,
    /// Whether somebody watches: progress is shown on a terminal only.
    live: bool,
    /// The stage that was told last, and when the line was drawn.
    last: Cell<Option<(&'static str, Instant)>>,
}

/// Width of the progress bar.
const BAR: usize = 16;

/// A line that changes faster than this nobody can read.
const PAUSE: Duration = Duration::from_millis(80);

impl Log {
    pub fn new(json: bool, quiet: bool) -> Log {
        let live = !json && !quiet && std::io::stderr().is_terminal();
        Log {
            json,
            quiet,
            live,
            last: Cell::new(None),
        }
    }

    fn line(&self, text: &str) {
        // JSON has escapes of its own.
        let text = if self.json {
            text.into()
        } else {
            visible(text)
        };
        // stderr may be closed; there is nobody left to tell.
        let _ = writeln!(std::io::stderr().lock(), "{text}");
    }

    /// The stage that begins now.
    pub fn stage(&self, text: &'static str) {
        self.progress(text, &format!("{text} ..."));
    }

    /// The stage of a solve that begins now, or how far it has come.
    pub fn solving(&self, stage: Stage) {
        self.progress(stage.text(), &progress(stage));
    }

    /// A line on a terminal that is drawn over and over; in JSON one message per stage.
    fn progress(&self, stage: &'static str, line: &str) {
        let known = self.last.get().filter(|(text, _)| *text == stage);
        if self.live {
            if known.is_some_and(|(_, drawn)| drawn.elapsed() < PAUSE) {
                return;
            }
            let _ = write!(std::io::stderr().lock(), "\r\x1b[K{line}");
        } else if self.json && !self.quiet && known.is_none() {
            self.line(&json!({"level": "progress", "message": stage}).to_string());
        }
        self.last.set(Some((stage, Instant::now())));
    }

    /// Takes the progress line away.
    pub fn clear(&self) {
        if self.live {
            let _ = write!(std::io::stderr().lock(), "\r\x1b[K");
        }
    }

    /// A remark.
    pub fn note(&self, text: &str) {
        self.tell("note", text);
    }

    fn tell(&self, level: &str, text: &str) {
        if self.quiet {
            return;
        }
        if self.json {
            self.line(&json!({"level": level, "message": text}).to_string());
        } else {
            self.line(&format!("{level}: {text}"));
        }
    }

    /// Problems of the inputs that do not stop the run.
    pub fn problems(&self, problems: &[Problem]) {
        if self.quiet {
            return;
        }
        for problem in problems {
            if self.json {
                self.line(&of_problem(problem).to_string());
            } else {
                self.line(&problem.to_string());
            }
        }
    }

    /// The last message: the error if there is one, and in JSON always the exit code.
    pub fn end(&self, error: Option<&Error>, code: u8) {
        self.clear();
        if self.json {
            if let Some(Error::Input(problems)) = error {
                for problem in problems {
                    self.line(&of_problem(problem).to_string());
                }
            }
            let message = error.map_or_else(|| "done".to_owned(), ToString::to_string);
            let level = if error.is_some() { "error" } else { "done" };
            self.line(&json!({"level": level, "code": code, "message": message}).to_string());
        } else if let Some(error) = error {
            match error {
                // Each problem says "error" or "warning" itself.
                Error::Input(problems) => {
                    self.line(&error.to_string());
                    let of = |s| problems.iter().filter(|p| p.severity == s).count();
                    let (errors, warnings) = (of(Severity::Error), of(Severity::Warning));
                    self.line(&format!("{errors} error(s), {warnings} warning(s)"));
                }
                _ => self.line(&format!("error: {error}")),
            }
        }
    }
}

/// The line for a stage: a bar, the stage, and the gap where there is one.
fn progress(stage: Stage) -> String {
    let done = (stage.share() * BAR as f64).round() as usize;
    let bar: String = (0..BAR).map(|i| if i < done { '█' } else { '░' }).collect();
    let gap = match stage {
        Stage::Ask(share) => format!(", {:.0} %", 100.0 * share),
        // Plans that break a bound are further off than any gap.
        Stage::Improve(gap) if gap < 1.0 => format!(", gap {}", words::gap(gap.max(0.0))),
        _ => String::new(),
    };
    format!("{bar} {}{gap} ...", stage.text())
}

fn of_problem(p: &Problem) -> Value {
    let level = match p.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    json!({
        "level": level, "kind": p.code, "file": p.file, "feature": p.feature, "id": p.id,
        "field": p.field, "message": p.what, "help": p.action,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_lines() {
        assert_eq!(
            progress(Stage::Read),
            "░░░░░░░░░░░░░░░░ reading the files ..."
        );
        let line = progress(Stage::Improve(0.000_312));
        assert_eq!(
            line,
            "████████░░░░░░░░ improving the plan, gap 0.0312 % ..."
        );
        assert!(!progress(Stage::Improve(7.5)).contains("gap"));
    }
}
