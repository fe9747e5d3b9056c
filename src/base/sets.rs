//! Disjoint sets of numbers (Tarjan 1975, with path halving). The least member stands for its set.

/// The sets that `0..n` fall into.
#[derive(Clone, Debug)]
pub(crate) struct Sets(Vec<u32>);

impl Sets {
    /// Each number alone.
    pub fn new(n: usize) -> Sets {
        Sets((0..n as u32).collect())
    }

    /// The least member of the set that `v` is in.
    pub fn root(&mut self, mut v: u32) -> u32 {
        while self.0[v as usize] != v {
            self.0[v as usize] = self.0[self.0[v as usize] as usize];
            v = self.0[v as usize];
        }
        v
    }

    /// Joins two sets; whether they were two.
    pub fn join(&mut self, a: u32, b: u32) -> bool {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b) as usize] = a.min(b);
        a != b
    }
}

#[cfg(test)]
mod tests {
    use super::Sets;

    #[test]
    fn what_is_joined_has_one_root_the_least() {
        let mut sets = Sets::new(6);
        assert!(sets.join(4, 2) && sets.join(5, 4) && sets.join(3, 0));
        assert!(!sets.join(2, 5));
        let roots: Vec<u32> = (0..6).map(|v| sets.root(v)).collect();
        assert_eq!(roots, [0, 1, 2, 0, 2, 2]);
        assert!(sets.join(5, 3));
        assert!((0..6).all(|v| sets.root(v) == u32::from(v == 1)));
    }
}
