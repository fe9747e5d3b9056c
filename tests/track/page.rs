//! The page: nothing of the data is markup, nothing is fetched, and both languages are in it.

use super::{Bench, data};

#[test]
fn names_are_never_markup() {
    let bench = Bench::empty();
    let evil = "</script><img src=x onerror=alert(1)>{{script}}";
    bench.write(
        "customers.csv",
        &format!("id,lon,lat\nA,11,48\nB,11.2,48\n\"{evil}\",11.4,48\nD,11.6,48\n"),
    );
    bench.write(
        "reps.csv",
        &format!("id,name,lon,lat\nR1,{evil},11,48\nR2,=1+1,11.5,48\n"),
    );
    bench.write(
        "scenario.toml",
        &format!(
            "name = \"{evil}\"\ncustomers = \"customers.csv\"\nreps = \"reps.csv\"\n[[balance]]\nmeasure = \"customers\"\n[[target]]\nname = \"{evil}\"\nmeasure = \"{evil}\"\nvalue = 5\ndate = 2026-12-31\n"
        ),
    );
    let (code, _, err) = bench.run(&["solve", "scenario.toml", "--out", "plan"]);
    assert_eq!(code, 0, "{err}");
    bench.write(
        "results.csv",
        &format!("customer_id,period,{evil}\n{evil},2026-01,1\nA,2026-01,1\n{evil}2,2026-01,1\n"),
    );
    let (code, _, err) = bench.run(&["track", "plan", "results.csv"]);
    assert_eq!(code, 0, "{err}");
    let page = bench.read("track.html");
    assert!(!page.contains("<img"), "markup out of a name");
    // The block of the data and the script end once each.
    assert_eq!(page.matches("</script>").count(), 2);
    assert_eq!(page.matches("const TEXT_EN").count(), 1);
    let json: serde_json::Value = serde_json::from_str(&bench.read("track.json")).unwrap();
    assert_eq!(json["plan"], evil);
    assert_eq!(json["goals"][0]["territories"][0]["name"], evil);
    assert_eq!(json["goals"][0]["measure"], evil);
    assert_eq!(json["goals"][0]["outside"], 1.0);
    // What stands in the page is what stands in the file.
    let start = page.find("id=\"data\">").unwrap() + 10;
    let end = start + page[start..].find("</script>").unwrap();
    let embedded: serde_json::Value = serde_json::from_str(&page[start..end]).unwrap();
    assert_eq!(embedded, json);
}

#[test]
fn the_page_needs_no_network() {
    let bench = Bench::new();
    let (code, ..) = bench.run(&["track", "plan", &data("tiny/actuals.csv")]);
    assert_eq!(code, 0);
    let page = bench.read("track.html");
    assert!(
        page.contains("default-src 'none'; script-src 'sha256-"),
        "no policy"
    );
    let urls: Vec<&str> = page
        .match_indices("http")
        .map(|(at, _)| &page[at..(at + 40).min(page.len())])
        .collect();
    // The name space of SVG is no address that anything is fetched from; the policy has its name in `http-equiv`.
    let fetched = urls
        .iter()
        .filter(|u| !u.starts_with("http://www.w3.org/2000/svg") && !u.starts_with("http-equiv"));
    assert_eq!(fetched.count(), 0, "{urls:?}");
    for ask in ["<link", "src=", "fetch(", "import("] {
        assert!(!page.contains(ask), "{ask}");
    }
}

#[test]
fn the_language_is_that_of_the_flag_or_the_environment() {
    let bench = Bench::new();
    let results = data("tiny/actuals.csv");
    let args = ["track", "plan", results.as_str()];
    let german = "Bernd Beispiel                    299.900        388.500    77,2 %  im Plan";
    for (more, env, tag) in [
        (vec![], vec![], "en"),
        (vec!["--lang", "de"], vec![], "de"),
        (vec![], vec![("LANG", "de_DE.UTF-8")], "de"),
        (vec![], vec![("LANG", "de_DE.UTF-8"), ("LC_ALL", "C")], "en"),
        (vec!["--lang", "en"], vec![("LANG", "de_DE.UTF-8")], "en"),
    ] {
        let all: Vec<&str> = args.iter().chain(&more).copied().collect();
        let (code, out, err) = bench.run_with(&all, &env);
        assert_eq!(code, 0, "{err}");
        assert!(
            bench
                .read("track.html")
                .contains(&format!("<html lang=\"{tag}\">"))
        );
        assert_eq!(out.contains(german), tag == "de", "{out}");
    }
    let (code, _, err) = bench.run(&["track", "plan", &results, "--lang", "fr"]);
    assert_eq!(code, 2);
    assert!(err.contains("write en or de"), "{err}");
}

#[test]
fn both_languages_have_every_text() {
    let keys = |text: &str| -> Vec<String> {
        let entry = |line: &str| {
            let (key, _) = line.trim().split_once(": ")?;
            Some(key.trim_matches('"').to_owned())
        };
        text.lines().filter_map(entry).collect()
    };
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/track/page");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let english = keys(&read("text_en.js"));
    assert_eq!(english, keys(&read("text_de.js")));
    assert!(english.len() > 40);
    let code: String = ["badge.js", "chart.js", "goal.js", "main.js", "table.js"]
        .map(read)
        .concat();
    for (at, _) in code
        .match_indices(" t(\"")
        .chain(code.match_indices("(t(\""))
    {
        let key: String = code[at + 4..].chars().take_while(|c| *c != '"').collect();
        let known = english.contains(&key) || key.ends_with('.');
        assert!(known, "{key:?} is in no language");
    }
}
