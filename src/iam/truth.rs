//! Three-valued truth (Kleene): a policy element matches, does not match, or cannot be decided
//! because the request does not tell. Not a place for reasons: those stand in the decision.

/// Whether something holds; `Unknown` is a value, never a guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Truth {
    /// It does not hold, whatever the unknown parts are.
    No,
    /// It depends on what the request does not tell.
    Unknown,
    /// It holds, whatever the unknown parts are.
    Yes,
}

impl Truth {
    /// Kleene conjunction.
    #[must_use]
    pub fn and(self, other: Truth) -> Truth {
        self.min(other)
    }

    /// Kleene disjunction.
    #[must_use]
    pub fn or(self, other: Truth) -> Truth {
        self.max(other)
    }
}

impl std::ops::Not for Truth {
    type Output = Truth;

    fn not(self) -> Truth {
        match self {
            Truth::No => Truth::Yes,
            Truth::Unknown => Truth::Unknown,
            Truth::Yes => Truth::No,
        }
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Truth {
        if holds { Truth::Yes } else { Truth::No }
    }
}

#[cfg(test)]
mod tests {
    use super::Truth::{self, No, Unknown, Yes};

    #[test]
    fn kleene() {
        let all = [No, Unknown, Yes];
        for a in all {
            assert_eq!(!!a, a);
            for b in all {
                assert_eq!(!a.and(b), (!a).or(!b));
                assert_eq!(a.and(b), b.and(a));
            }
        }
        assert_eq!(Unknown.and(No), No);
        assert_eq!(Unknown.or(Yes), Yes);
        assert_eq!(!Unknown, Unknown);
        assert_eq!(Truth::from(true), Yes);
    }
}
