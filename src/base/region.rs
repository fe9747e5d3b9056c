//! Regions: paths of levels from the top down, `Süd/Bayern`.

/// What parts the levels of a path.
pub(crate) const BETWEEN: char = '/';

/// A path with its levels trimmed; `None` where one of them is empty.
pub(crate) fn path(text: &str) -> Option<String> {
    let levels: Vec<&str> = text.split(BETWEEN).map(str::trim).collect();
    let whole = levels.iter().all(|level| !level.is_empty());
    whole.then(|| levels.join("/"))
}

/// Whether two regions are one, or one lies in the other. The empty path is the whole, which has all regions in it.
#[must_use]
pub fn related(a: &str, b: &str) -> bool {
    let (above, below) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let rest = below.strip_prefix(above);
    above.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(BETWEEN))
}

/// A region and those that it lies in, from the top down; none for the empty path.
pub(crate) fn lineage(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.match_indices(BETWEEN).map(|(at, _)| at);
    let ends = ends.chain((!path.is_empty()).then_some(path.len()));
    ends.map(|end| &path[..end])
}

/// The region that one lies in, and its own name; nothing above the top level.
pub(crate) fn split(path: &str) -> (Option<&str>, &str) {
    match path.rsplit_once(BETWEEN) {
        Some((above, name)) => (Some(above), name),
        None => (None, path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_trimmed_and_none_is_empty() {
        assert_eq!(path(" Süd / Bayern ").as_deref(), Some("Süd/Bayern"));
        assert_eq!(path("Nord").as_deref(), Some("Nord"));
        for bad in ["", " ", "/", "Süd/", "/Bayern", "Süd//Bayern", "Süd/ /M"] {
            assert_eq!(path(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn regions_are_related_along_a_path() {
        for (a, b) in [
            ("Süd", "Süd"),
            ("Süd", "Süd/Bayern"),
            ("Süd/Bayern/München", "Süd"),
            ("", "Süd"),
            ("", ""),
        ] {
            assert!(related(a, b) && related(b, a), "{a} {b}");
        }
        for (a, b) in [
            ("Süd", "Südost"),
            ("Süd/Bayern", "Süd/Baden"),
            ("Süd/Bayern", "Bayern"),
            ("Süd", "Nord/Süd"),
        ] {
            assert!(!related(a, b) && !related(b, a), "{a} {b}");
        }
    }

    #[test]
    fn a_lineage_goes_from_the_top_down() {
        let of = |path| lineage(path).collect::<Vec<_>>();
        assert_eq!(of("A/B/C"), ["A", "A/B", "A/B/C"]);
        assert_eq!(of("A"), ["A"]);
        assert!(of("").is_empty());
        assert_eq!(split("A/B/C"), (Some("A/B"), "C"));
        assert_eq!(split("A"), (None, "A"));
    }
}
