//! Paths of a source file.

use std::collections::BTreeSet;

/// A path from one module to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    pub file: String,
    pub line: usize,
    /// The module that has the path.
    pub from: Vec<String>,
    /// The module that it leads to, at least one name long.
    pub to: Vec<String>,
    /// Whether it is a test that has it.
    pub test: bool,
}

/// The module that a file is: `solve/lp/mod.rs` is `solve::lp`.
pub fn module(file: &str) -> Vec<String> {
    let name = file.strip_suffix(".rs").unwrap_or(file);
    let name = name.strip_suffix("/mod").unwrap_or(name);
    let crate_root = name == "lib" || name == "main";
    let names = name.split('/').filter(|_| !crate_root);
    names.map(str::to_owned).collect()
}

/// A word, or a mark of one character; `::` is one mark.
#[derive(Clone, Debug, PartialEq)]
struct Token {
    text: String,
    line: usize,
}

/// The words and marks of a source text, without comments, texts, characters and lifetimes.
fn tokens(text: &str) -> Vec<Token> {
    let chars: Vec<char> = text.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let (mut out, mut i, mut line) = (Vec::new(), 0, 1);
    while i < chars.len() {
        let begin = i;
        let c = chars[i];
        if c == '/' && at(i + 1) == '/' {
            while i < chars.len() && chars[i] != '\n' {
                i += 1;
            }
        } else if c == '/' && at(i + 1) == '*' {
            i = after_comment(&chars, i);
        } else if c == '"' {
            i = after_text(&chars, i);
        } else if c == '\'' {
            i = after_quote(&chars, i);
        } else if c.is_alphabetic() || c == '_' {
            while at(i).is_alphanumeric() || at(i) == '_' {
                i += 1;
            }
            let word: String = chars[begin..i].iter().collect();
            let hashes = chars[i..].iter().take_while(|c| **c == '#').count();
            if ["r", "br"].contains(&word.as_str()) && at(i + hashes) == '"' {
                i = after_raw(&chars, i + hashes + 1, hashes);
            } else {
                out.push(Token { text: word, line });
            }
        } else {
            let text = if c == ':' && at(i + 1) == ':' {
                "::".into()
            } else {
                c.to_string()
            };
            i += text.len().max(c.len_utf8()) - c.len_utf8() + 1;
            if !c.is_whitespace() {
                out.push(Token { text, line });
            }
        }
        line += chars[begin..i.min(chars.len())]
            .iter()
            .filter(|c| **c == '\n')
            .count();
    }
    out
}

fn after_comment(chars: &[char], mut i: usize) -> usize {
    let mut depth = 0;
    while i + 1 < chars.len() {
        match (chars[i], chars[i + 1]) {
            ('/', '*') => depth += 1,
            ('*', '/') => depth -= 1,
            _ => {
                i += 1;
                continue;
            }
        }
        i += 2;
        if depth == 0 {
            return i;
        }
    }
    chars.len()
}

fn after_text(chars: &[char], mut i: usize) -> usize {
    i += 1;
    while i < chars.len() && chars[i] != '"' {
        i += if chars[i] == '\\' { 2 } else { 1 };
    }
    (i + 1).min(chars.len())
}

fn after_raw(chars: &[char], mut i: usize, hashes: usize) -> usize {
    let ends = |i: usize| {
        chars[i] == '"'
            && chars[i + 1..]
                .iter()
                .take(hashes)
                .filter(|c| **c == '#')
                .count()
                == hashes
    };
    while i < chars.len() && !ends(i) {
        i += 1;
    }
    (i + 1 + hashes).min(chars.len())
}

/// A character has its closing quote; a lifetime has none.
fn after_quote(chars: &[char], i: usize) -> usize {
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    if at(i + 1) == '\\' {
        let mut end = i + 3;
        while end < chars.len() && chars[end] != '\'' {
            end += 1;
        }
        (end + 1).min(chars.len())
    } else if at(i + 2) == '\'' {
        i + 3
    } else {
        i + 1
    }
}

/// The edges of a file to other modules; `modules` are all there are.
pub fn edges(file: &str, text: &str, modules: &BTreeSet<Vec<String>>) -> Vec<Edge> {
    let tokens = tokens(text);
    let home = module(file);
    // Modules within the file, each with the depth of braces that it ends at.
    let (mut inside, mut depth): (Vec<(String, usize)>, usize) = (Vec::new(), 0);
    let mut out = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        let word = |k: usize| tokens.get(k).map_or("", |t| t.text.as_str());
        match word(i) {
            "{" => depth += 1,
            "}" => {
                depth = depth.saturating_sub(1);
                if inside.last().is_some_and(|(_, d)| *d == depth) {
                    inside.pop();
                }
            }
            "mod" if word(i + 2) == "{" => inside.push((word(i + 1).to_owned(), depth)),
            "crate" | "super" | "self"
                if word(i + 1) == "::" && (i == 0 || word(i - 1) != "::") =>
            {
                let mut here = home.clone();
                here.extend(inside.iter().map(|(name, _)| name.clone()));
                let line = tokens[i].line;
                let test = here.iter().any(|name| name == "tests");
                let (paths, end) = paths(&tokens, i);
                for path in paths {
                    if let Some(to) = resolve(&here, &path, modules) {
                        let from = home.clone();
                        if !from.is_empty() && !to.is_empty() && from != to {
                            out.push(Edge {
                                file: file.to_owned(),
                                line,
                                from,
                                to,
                                test,
                            });
                        }
                    }
                }
                i = end;
                continue;
            }
            _ => {}
        }
        i += 1;
    }
    out
}

/// All paths of a tree such as `a::{b, c::{self, d}}` that begins at `i`, and where it ends.
fn paths(tokens: &[Token], i: usize) -> (Vec<Vec<String>>, usize) {
    let word = |k: usize| tokens.get(k).map_or("", |t| t.text.as_str());
    let mut head = vec![word(i).to_owned()];
    let mut i = i + 1;
    while word(i) == "::" {
        match word(i + 1) {
            "{" => {
                let mut all = Vec::new();
                i += 2;
                while i < tokens.len() && word(i) != "}" {
                    if word(i) == "," {
                        i += 1;
                        continue;
                    }
                    let (tails, end) = paths(tokens, i);
                    all.extend(tails.into_iter().map(|tail| [head.clone(), tail].concat()));
                    i = end;
                }
                return (all, i + 1);
            }
            name if name.starts_with(|c: char| c.is_alphabetic() || c == '_') => {
                head.push(name.to_owned());
                i += 2;
            }
            _ => break,
        }
    }
    if word(i) == "as" {
        i += 2;
    }
    (vec![head], i)
}

/// The longest module that a path goes through; a name that is no module is something of the module before it.
fn resolve(
    here: &[String],
    path: &[String],
    modules: &BTreeSet<Vec<String>>,
) -> Option<Vec<String>> {
    let mut base = here.to_vec();
    let mut rest = path;
    match path[0].as_str() {
        "crate" => {
            base.clear();
            rest = &path[1..];
        }
        _ => {
            while let Some(name) = rest.first() {
                match name.as_str() {
                    "super" => {
                        base.pop()?;
                    }
                    "self" => {}
                    _ => break,
                }
                rest = &rest[1..];
            }
        }
    }
    if base.is_empty() {
        // A module of the crate, whether or not its file is known.
        base.push(rest.first()?.clone());
        rest = &rest[1..];
    }
    for name in rest {
        let mut deeper = base.clone();
        deeper.push(name.clone());
        let known = modules.contains(&deeper);
        if !known {
            break;
        }
        base = deeper;
    }
    Some(base)
}
