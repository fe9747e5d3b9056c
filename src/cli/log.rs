//! Messages on stderr: lines for people, or JSON for scripts.

use revier::error::{Error, Problem, Severity};
use serde_json::{Value, json};
use std::io::{IsTerminal, Write};

/// Where messages go, and in which form.
pub struct Log {
    json: bool,
    quiet: bool,
    /// Whether somebody watches: progress is shown on a terminal only.
    live: bool,
}

impl Log {
    pub fn new(json: bool, quiet: bool) -> Log {
        let live = !json && !quiet && std::io::stderr().is_terminal();
        Log { json, quiet, live }
    }

    fn line(text: &str) {
        // stderr may be closed; there is nobody left to tell.
        let _ = writeln!(std::io::stderr().lock(), "{text}");
    }

    /// The stage that begins now.
    pub fn stage(&self, text: &str) {
        if self.live {
            let _ = write!(std::io::stderr().lock(), "\r\x1b[K{text} ...");
        } else if self.json && !self.quiet {
            Log::line(&json!({"level": "progress", "message": text}).to_string());
        }
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
            Log::line(&json!({"level": level, "message": text}).to_string());
        } else {
            Log::line(&format!("{level}: {text}"));
        }
    }

    /// Problems of the inputs that do not stop the run.
    pub fn problems(&self, problems: &[Problem]) {
        if self.quiet {
            return;
        }
        for problem in problems {
            if self.json {
                Log::line(&of_problem(problem).to_string());
            } else {
                Log::line(&problem.to_string());
            }
        }
    }

    /// The last message: the error if there is one, and in JSON always the exit code.
    pub fn end(&self, error: Option<&Error>, code: u8) {
        self.clear();
        if self.json {
            if let Some(Error::Input(problems)) = error {
                for problem in problems {
                    Log::line(&of_problem(problem).to_string());
                }
            }
            let message = error.map_or_else(|| "done".to_owned(), ToString::to_string);
            let level = if error.is_some() { "error" } else { "done" };
            Log::line(&json!({"level": level, "code": code, "message": message}).to_string());
        } else if let Some(error) = error {
            match error {
                // Each problem says "error" or "warning" itself.
                Error::Input(problems) => {
                    Log::line(&error.to_string());
                    let of = |s| problems.iter().filter(|p| p.severity == s).count();
                    let (errors, warnings) = (of(Severity::Error), of(Severity::Warning));
                    Log::line(&format!("{errors} error(s), {warnings} warning(s)"));
                }
                _ => Log::line(&format!("error: {error}")),
            }
        }
    }
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
