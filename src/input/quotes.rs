//! Quotes of a CSV text that do not fit: a cell that is opened and never closed takes all that follows it, row by row.
//!
//! What reads the cells takes such a text as it is; this looks at the same bytes as they pass. A quote opens a cell only at its
//! beginning, two of them within are one, and behind the closing one stands a separator or the end of the row. Texts behind it are left
//! alone where the cell has no line break: some programs write `"5" pipe"`.

use crate::error::{Problem, codes};
use std::io::{self, Read};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// At the beginning of a cell.
    Start,
    /// In a cell without quotes.
    Plain,
    /// In one with them; whether a line break was in it.
    Quoted(bool),
    /// Behind a quote within such a cell.
    Closing(bool),
}

/// Passes the bytes of a CSV text on.
pub(super) struct Quotes<R> {
    source: R,
    delimiter: u8,
    state: State,
    /// Lines before this one, and the one that the last quote opened in.
    line: usize,
    opened: usize,
    /// Where a text followed on a cell with line breaks: that cell's first line.
    fault: Option<usize>,
}

impl<R> Quotes<R> {
    pub fn new(source: R, delimiter: u8) -> Quotes<R> {
        Quotes {
            source,
            delimiter,
            state: State::Start,
            line: 0,
            opened: 0,
            fault: None,
        }
    }

    /// What is wrong, once all has passed.
    pub fn problem(&self) -> Option<Problem> {
        let unclosed = matches!(self.state, State::Quoted(_)).then_some(self.opened);
        let line = 1 + self.fault.or(unclosed)?;
        let what = format!(
            "a cell is opened with a quote in line {line} and not closed before the end of its row"
        );
        let problem = Problem::error(codes::WRONG_FORMAT, what);
        Some(problem.help(
            "close it, or write quotes within a cell twice (\"\"); the rows behind it are not read",
        ))
    }

    /// Where the last row of these bytes ends, if one does; they follow on those before.
    pub fn last_end(&mut self, bytes: &[u8]) -> Option<usize> {
        let quoted = matches!(self.state, State::Quoted(_) | State::Closing(_));
        if !quoted && !bytes.contains(&b'"') {
            self.pass(bytes);
            return bytes.iter().rposition(|b| *b == b'\n');
        }
        let mut last = None;
        for (at, byte) in bytes.iter().enumerate() {
            if self.ends_row(*byte) {
                last = Some(at);
            }
        }
        last
    }

    /// Where the first row of these bytes ends, if it does.
    pub fn first_end(&mut self, bytes: &[u8]) -> Option<usize> {
        bytes.iter().position(|byte| self.ends_row(*byte))
    }

    fn ends_row(&mut self, byte: u8) -> bool {
        self.step(byte);
        byte == b'\n' && self.state == State::Start
    }

    fn pass(&mut self, bytes: &[u8]) {
        let quoted = matches!(self.state, State::Quoted(_) | State::Closing(_));
        if !quoted && !bytes.contains(&b'"') {
            self.line += bytes.iter().filter(|b| **b == b'\n').count();
            if let Some(last) = bytes.last() {
                let begins = [self.delimiter, b'\n', b'\r'].contains(last);
                self.state = if begins { State::Start } else { State::Plain };
            }
            return;
        }
        bytes.iter().for_each(|byte| self.step(*byte));
    }

    fn step(&mut self, byte: u8) {
        let ends = byte == self.delimiter || matches!(byte, b'\n' | b'\r');
        let next = if ends { State::Start } else { State::Plain };
        self.state = match (self.state, byte) {
            (State::Start, b'"') => {
                self.opened = self.line;
                State::Quoted(false)
            }
            (State::Start | State::Plain, _) => next,
            (State::Quoted(broken), b'"') => State::Closing(broken),
            (State::Quoted(broken), _) => State::Quoted(broken || byte == b'\n'),
            (State::Closing(broken), b'"') => State::Quoted(broken),
            (State::Closing(broken), _) => {
                if broken && !ends {
                    self.fault.get_or_insert(self.opened);
                }
                next
            }
        };
        self.line += usize::from(byte == b'\n');
    }
}

impl<R: Read> Read for Quotes<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let n = self.source.read(to)?;
        self.pass(&to[..n]);
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str, piece: usize) -> Option<usize> {
        let mut quotes = Quotes::new(text.as_bytes(), b',');
        let mut to = vec![0; piece];
        while quotes.read(&mut to).unwrap() > 0 {}
        let problem = quotes.problem()?;
        let line = problem.what.split("line ").nth(1)?.split(' ').next()?;
        line.parse().ok()
    }

    #[test]
    fn quotes_that_are_never_closed_are_told_with_their_line() {
        for piece in 1..9 {
            for fine in [
                "a,b\n1,\"x\"\n",
                "a,b\n\"x, y\nz\",2\n",
                "1,5\" pipe\n2,x\n",
                "1,\"5\" pipe\"\n2,x\n",
                "1,\"say \"\"hi\"\"\"\r\n2,x",
                "",
                "1,\"\"",
            ] {
                assert_eq!(told(fine, piece), None, "{fine:?}");
            }
            assert_eq!(told("a,b\n1,\"x\n2,y\n", piece), Some(2));
            assert_eq!(
                told("a,b\n1,x\n2,\"Alte Post\n3,y\n4,\"Alte Post\n5,y\n", piece),
                Some(3)
            );
            assert_eq!(told("a,b\n\"1", piece), Some(2));
        }
    }
}
