//! Every single edit of a text: of each JSON value, member and element, and of each cell and row of a table.
//!
//! Edits are made in the text itself, so that members can be doubled and numbers be what no parser would write.

use std::ops::Range;

/// A place in a file, and what an edit puts there.
#[derive(Clone, Debug)]
pub struct Edit {
    /// Where, for people: `today.moves[2].to`.
    pub path: String,
    /// What is done there.
    pub kind: &'static str,
    at: Range<usize>,
    with: String,
}

impl Edit {
    fn new(path: &str, kind: &'static str, at: Range<usize>, with: impl Into<String>) -> Edit {
        Edit {
            path: path.to_owned(),
            kind,
            at,
            with: with.into(),
        }
    }

    /// The edited text.
    pub fn apply(&self, text: &str) -> String {
        format!(
            "{}{}{}",
            &text[..self.at.start],
            self.with,
            &text[self.at.end..]
        )
    }

    /// The place with all positions as `*`, and the kind: edits of one shape test the same code.
    pub fn shape(&self) -> String {
        let mut shape = String::new();
        let mut rest = self.path.as_str();
        while let Some((before, after)) = rest.split_once('[') {
            shape += before;
            shape += "[*]";
            rest = after.split_once(']').map_or("", |(_, rest)| rest);
        }
        format!("{shape}{rest} {}", self.kind)
    }
}

/// A JSON value in a text.
struct Node {
    path: String,
    at: Range<usize>,
    /// With its name, where it is a member.
    whole: Range<usize>,
    /// The siblings of an element or member, in order.
    children: Vec<Node>,
}

struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
}

impl Scanner<'_> {
    fn blank(&mut self) {
        while self.text.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }

    fn string(&mut self) -> Range<usize> {
        let start = self.at;
        self.at += 1;
        while self.text[self.at] != b'"' {
            self.at += if self.text[self.at] == b'\\' { 2 } else { 1 };
        }
        self.at += 1;
        start..self.at
    }

    fn value(&mut self, path: String) -> Node {
        self.blank();
        let start = self.at;
        let mut children = Vec::new();
        match self.text[self.at] {
            open @ (b'{' | b'[') => {
                let close = if open == b'{' { b'}' } else { b']' };
                self.at += 1;
                loop {
                    self.blank();
                    match self.text[self.at] {
                        c if c == close => break,
                        b',' => self.at += 1,
                        _ => children.push(self.child(&path, open, children.len())),
                    }
                }
                self.at += 1;
            }
            b'"' => drop(self.string()),
            _ => {
                while !matches!(self.text[self.at], b',' | b'}' | b']' | b'\n' | b' ') {
                    self.at += 1;
                }
            }
        }
        Node {
            path,
            at: start..self.at,
            whole: start..self.at,
            children,
        }
    }

    fn child(&mut self, path: &str, open: u8, number: usize) -> Node {
        let start = self.at;
        let path = if open == b'{' {
            let name = self.string();
            self.blank();
            self.at += 1;
            let name = std::str::from_utf8(&self.text[name.start + 1..name.end - 1]).unwrap();
            match path {
                "" => name.to_owned(),
                _ => format!("{path}.{name}"),
            }
        } else {
            format!("{path}[{number}]")
        };
        let mut node = self.value(path);
        node.whole.start = start;
        node
    }
}

/// All edits of a JSON text that begins at `from`.
pub fn of_json(text: &str, from: usize) -> Vec<Edit> {
    let mut scanner = Scanner {
        text: text.as_bytes(),
        at: from,
    };
    let root = scanner.value(String::new());
    let mut edits = Vec::new();
    of_node(text, &root, &mut edits);
    edits
}

fn of_node(text: &str, node: &Node, edits: &mut Vec<Edit>) {
    let (path, at) = (node.path.as_str(), node.at.clone());
    let value = &text[at.clone()];
    let mut put = |kind, with: &str| edits.push(Edit::new(path, kind, at.clone(), with));
    match value.as_bytes()[0] {
        b'"' => {
            put("another text", &format!("{}x\"", &value[..value.len() - 1]));
            put("no text", "\"\"");
            put("a number", "7");
        }
        b't' => put("false", "false"),
        b'f' => put("true", "true"),
        b'n' => {
            put("a number", "1");
            put("a text", "\"R1\"");
        }
        b'{' => {
            let first = if node.children.is_empty() { "" } else { "," };
            let open = at.start + 1..at.start + 1;
            edits.push(Edit::new(
                path,
                "an unknown member",
                open,
                format!("\"zzz\":1{first}"),
            ));
        }
        b'[' => {
            if let Some(first) = node.children.first() {
                let none = first.whole.start..node.children.last().unwrap().whole.end;
                edits.push(Edit::new(path, "emptied", none, ""));
            } else {
                put("an element", "[1]");
            }
        }
        _ => {
            let number: f64 = value.parse().unwrap();
            put(
                "a little more",
                &format!("{}", number + 0.001 * (1.0 + number.abs())),
            );
            put("one more", &format!("{}", number + 1.0));
            put("another sign", &format!("{}", -number - 0.5));
            put("1e308", "1e308");
            put("minus zero", "-0.0");
            put("infinite", "1e999");
            put("not a number", "NaN");
            put("nothing", "null");
            put("a text", &format!("\"{value}\""));
        }
    }
    let object = value.starts_with('{');
    for (i, child) in node.children.iter().enumerate() {
        let (path, whole) = (child.path.as_str(), child.whole.clone());
        let mut put = |kind, at, with: String| edits.push(Edit::new(path, kind, at, with));
        let gone = match (node.children.get(i + 1), i) {
            (Some(next), _) => whole.start..next.whole.start,
            (None, 0) => whole.clone(),
            (None, _) => node.children[i - 1].whole.end..whole.end,
        };
        put("deleted", gone, String::new());
        let twice = format!("{0},{0}", &text[whole.clone()]);
        put("doubled", whole.clone(), twice);
        if object {
            let name = &text[whole.start..child.at.start];
            put(
                "doubled, first another",
                whole.start..whole.start,
                format!("{name}7,"),
            );
        } else if let Some(next) = node.children.get(i + 1)
            && text[child.at.clone()] != text[next.at.clone()]
        {
            let swapped = format!(
                "{}{}{}",
                &text[next.at.clone()],
                &text[child.at.end..next.at.start],
                &text[child.at.clone()]
            );
            put(
                "swapped with the next",
                child.at.start..next.at.end,
                swapped,
            );
        }
        of_node(text, child, edits);
    }
}

/// All edits of a CSV without quoted cells.
pub fn of_table(text: &str) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut start = 0;
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    for (row, line) in lines.iter().enumerate() {
        let name = format!("[{row}]");
        let at = start..start + line.len();
        edits.push(Edit::new(&name, "deleted", at.clone(), ""));
        edits.push(Edit::new(&name, "doubled", at.clone(), line.repeat(2)));
        if let Some(next) = lines.get(row + 1) {
            let both = at.start..at.end + next.len();
            edits.push(Edit::new(
                &name,
                "swapped with the next",
                both,
                format!("{next}{line}"),
            ));
        }
        let mut cell = start;
        for (column, value) in line.trim_end().split(',').enumerate() {
            let (path, at) = (format!("[{row}].{column}"), cell..cell + value.len());
            let mut put = |kind, with: String| {
                if with != value {
                    edits.push(Edit::new(&path, kind, at.clone(), with));
                }
            };
            put("another text", format!("{value}x"));
            put("nothing", String::new());
            put("a formula", "=1+1".to_owned());
            if let Ok(number) = value.parse::<f64>() {
                put("one more", format!("{}", number + 1.0));
                put("not a number", "NaN".to_owned());
                put("infinite", "inf".to_owned());
                put("written in another way", format!("{value}0"));
            }
            match value {
                "true" => put("false", "false".to_owned()),
                "false" => put("true", "true".to_owned()),
                _ => {}
            }
            cell += value.len() + 1;
        }
        start += line.len();
    }
    edits
}
