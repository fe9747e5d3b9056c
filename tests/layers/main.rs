//! The layers of `src` hold: a module imports from the layers below it only, and no modules of one layer need each other in a circle.
//!
//! An edge is a path that starts with `crate::`, `self::` or `super::`, as the code has it; comments and texts have none.

mod limits;
mod source;

use source::{Edge, edges};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// From the ground up. What stands on one line knows nothing of the others there.
const LAYERS: &[&[&str]] = &[
    &["base"],
    &["error"],
    &["disk", "memory"],
    &["territory", "barriers", "roads", "routing"],
    &["scenario"],
    &["input"],
    &["travel"],
    &["model"],
    &["bound"],
    &["plan"],
    &["solve"],
    &["explain"],
    &["certificate"],
    &["saved"],
    &["report"],
    &["output"],
    &["check"],
    &["compare", "export", "leads", "reach", "staff", "track"],
    &["run"],
    &["api"],
    &["sizing", "teams"],
    &["serve"],
    &["cli"],
];

/// Modules that must not know each other whatever stands where: whoever verifies shares nothing with who is verified.
const STRANGERS: &[(&str, &str)] = &[("check", "solve")];

fn rank(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

/// What is wrong with these edges.
fn broken(edges: &[Edge]) -> Vec<String> {
    let mut wrong = Vec::new();
    for edge in edges {
        let (from, to) = (edge.from[0].as_str(), edge.to[0].as_str());
        let told = |what: &str| format!("{}:{}: {from} imports {to}, {what}", edge.file, edge.line);
        match (rank(from), rank(to)) {
            (None, _) => wrong.push(format!("{}: the module {from} has no layer", edge.file)),
            (_, None) => {}
            (Some(a), Some(b)) if a < b => wrong.push(told("which stands above it")),
            (Some(a), Some(b)) if a == b && from != to => {
                wrong.push(told("which stands beside it"))
            }
            _ if STRANGERS.contains(&(from, to)) => {
                wrong.push(told("with which it shares nothing"))
            }
            _ => {}
        }
    }
    wrong.sort();
    wrong.dedup();
    wrong
}

/// Circles of sibling modules anywhere in the tree, tests aside: what is left when modules that import none of what is left, or that none
/// of them imports, are taken away.
fn circles(edges: &[Edge]) -> Vec<String> {
    let mut graphs: BTreeMap<&[String], BTreeMap<&str, BTreeSet<&str>>> = BTreeMap::new();
    for edge in edges
        .iter()
        .filter(|e| !e.test && e.to[e.to.len() - 1] != "tests")
    {
        let shared = (edge.from.iter().zip(&edge.to))
            .take_while(|(a, b)| a == b)
            .count();
        if let (Some(a), Some(b)) = (edge.from.get(shared), edge.to.get(shared)) {
            let graph = graphs.entry(&edge.from[..shared]).or_default();
            graph.entry(a).or_default().insert(b);
        }
    }
    let mut found = Vec::new();
    for (parent, mut graph) in graphs {
        loop {
            let before = graph.len();
            let imported: BTreeSet<&str> = graph.values().flatten().copied().collect();
            graph.retain(|from, _| imported.contains(from));
            let left: BTreeSet<&str> = graph.keys().copied().collect();
            for to in graph.values_mut() {
                to.retain(|name| left.contains(name));
            }
            graph.retain(|_, to| !to.is_empty());
            if graph.len() == before {
                break;
            }
        }
        if !graph.is_empty() {
            let names: Vec<String> = (graph.iter())
                .map(|(from, to)| format!("{from} -> {to:?}"))
                .collect();
            found.push(format!("in {:?}: {}", parent.join("::"), names.join(", ")));
        }
    }
    found
}

/// All edges of the crate. A path leads to the module that has what it names.
fn all() -> Vec<Edge> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    gather(&root, &root, &mut files);
    let modules: BTreeSet<Vec<String>> = files.iter().map(|f| source::module(f)).collect();
    let mut all = Vec::new();
    for file in &files {
        let text = fs::read_to_string(root.join(file)).unwrap();
        all.extend(edges(file, &text, &modules));
    }
    all
}

fn gather(root: &Path, dir: &Path, files: &mut Vec<String>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(root, &path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap();
            files.push(name.replace('\\', "/"));
        }
    }
}

#[test]
fn arrows_point_down() {
    let edges = all();
    assert!(edges.len() > 1000, "only {} edges were found", edges.len());
    let wrong = broken(&edges);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_circles_of_siblings() {
    let found = circles(&all());
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_layer_is_there() {
    let seen: BTreeSet<String> = all().into_iter().map(|e| e.from[0].clone()).collect();
    for name in LAYERS.iter().flat_map(|layer| layer.iter()) {
        assert!(*name == "base" || seen.contains(*name), "no module {name}");
    }
}

/// The modules of made-up files.
fn made_up(files: &[(&str, &str)]) -> Vec<Edge> {
    let modules = files.iter().map(|(name, _)| source::module(name)).collect();
    (files.iter())
        .flat_map(|(name, text)| edges(name, text, &modules))
        .collect()
}

#[test]
fn an_arrow_that_points_up_is_told() {
    let up = made_up(&[(
        "base/ids.rs",
        "use crate::base::words;\nuse crate::{\n    error::Error,\n    input::{self, Reps},\n};\n",
    )]);
    assert_eq!(
        broken(&up),
        [
            "base/ids.rs:2: base imports error, which stands above it",
            "base/ids.rs:2: base imports input, which stands above it"
        ]
    );
    // However it is written.
    for text in [
        "fn f() { crate::solve::solve(); }",
        "mod inner { fn f() { super::super::solve::solve(); } }",
        "use super::solve::solve;",
        "pub(crate) use crate :: solve::solve;",
    ] {
        assert_eq!(
            broken(&made_up(&[("model/mod.rs", text)])).len(),
            1,
            "{text}"
        );
    }
    let aside = made_up(&[("leads/mod.rs", "use crate::export::csv;")]);
    assert_eq!(
        broken(&aside),
        ["leads/mod.rs:1: leads imports export, which stands beside it"]
    );
    let strangers = made_up(&[("check/map.rs", "use crate::solve::solve;")]);
    assert_eq!(broken(&strangers).len(), 1);
    let homeless = made_up(&[("loose.rs", "use crate::base::ids;")]);
    assert_eq!(
        broken(&homeless),
        ["loose.rs: the module loose has no layer"]
    );
}

#[test]
fn what_only_looks_like_an_arrow_is_none() {
    let text = r##"
        //! [`solve`](crate::solve)
        /* crate::solve /* nested */ crate::check */
        const A: &str = "crate::solve \" crate::run";
        const B: &str = r#"crate::solve " crate::run"#;
        const C: char = '"';
        fn f<'a>(x: &'a str) -> &'a str { x }
        use crate::base::words;
    "##;
    let found = made_up(&[("base/words.rs", ""), ("error/mod.rs", text)]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].to, ["base", "words"]);
    assert_eq!(found[0].line, 8);
}

#[test]
fn circles_are_told() {
    let two = [
        ("plan/mod.rs", "mod a;\nmod b;\nuse a::A;"),
        ("plan/a.rs", "use super::b::B;"),
        ("plan/b/mod.rs", "mod inner { use super::super::a::A; }"),
        (
            "plan/c.rs",
            "use super::a::A;\nmod tests { use super::super::d::D; }",
        ),
        ("plan/d.rs", "use super::c::C;"),
    ];
    assert_eq!(
        circles(&made_up(&two)),
        ["in \"plan\": a -> {\"b\"}, b -> {\"a\"}"]
    );
    let line = [
        ("plan/mod.rs", "pub struct P;"),
        ("plan/a.rs", "use super::b::B;\nuse super::P;"),
        ("plan/b.rs", "use crate::plan::P;"),
    ];
    assert!(circles(&made_up(&line)).is_empty());
}
