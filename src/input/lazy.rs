//! A column that stays empty until a feature has a value other than the default.

/// One value per feature, or none at all.
#[derive(Debug)]
pub(crate) struct Lazy<T> {
    pub values: Vec<T>,
    default: T,
}

impl<T: Copy + PartialEq> Lazy<T> {
    pub fn new(default: T) -> Lazy<T> {
        Lazy {
            values: Vec::new(),
            default,
        }
    }

    /// The value of the feature at `position`, which is the next one.
    pub fn push(&mut self, position: usize, value: T) {
        if !self.values.is_empty() || value != self.default {
            self.values.resize(position, self.default);
            self.values.push(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Lazy;

    #[test]
    fn stays_empty_or_is_complete() {
        let mut lazy = Lazy::new(false);
        lazy.push(0, false);
        assert!(lazy.values.is_empty());
        lazy.push(1, true);
        lazy.push(2, false);
        assert_eq!(lazy.values, [false, true, false]);
    }
}
