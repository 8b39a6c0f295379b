//! Glob patterns of the policy language: `*` any run, `?` one character. Case is the caller's matter.
//!
//! A character is one UTF-16 unit. There are no other metacharacters and nothing stops a `*`.

use super::glob;

/// A wildcard pattern.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pattern {
    text: String,
    /// How many bytes come before the first wildcard.
    head: usize,
}

impl Pattern {
    /// Takes the pattern as it is written in the policy.
    pub fn new(text: impl Into<String>) -> Pattern {
        let text = text.into();
        let head = text.find(['*', '?']).unwrap_or(text.len());
        Pattern { text, head }
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What comes before the first wildcard.
    pub(super) fn head(&self) -> &str {
        self.parts().0
    }

    /// Whether the pattern has a wildcard at all.
    pub fn is_literal(&self) -> bool {
        self.head == self.text.len()
    }

    /// Whether `text` is one of the strings of the pattern.
    pub fn matches(&self, text: &str) -> bool {
        let (head, tail) = self.parts();
        let Some(rest) = text.strip_prefix(head) else {
            return false;
        };
        match tail {
            "" => rest.is_empty(),
            "*" => true,
            tail => glob::matches_text(tail, rest),
        }
    }

    /// Whether every string of `other` is one of ours.
    ///
    /// Exact, but for patterns that mix dozens of `?` and `*`, where the answer may be a wrong `false`.
    pub fn covers(&self, other: &Pattern) -> bool {
        let ((head, tail), (other_head, other_tail)) = (self.parts(), other.parts());
        if other_tail.is_empty() {
            return self.matches(other_head);
        }
        // A wildcard of `other` inside our literal head would let strings through that we lack.
        let Some(rest) = other_head.strip_prefix(head) else {
            return false;
        };
        let mut narrow = glob::symbols(rest);
        narrow.extend(glob::symbols(other_tail));
        tail == "*" || glob::covers(&glob::symbols(tail), &narrow)
    }

    /// Whether some string belongs to both.
    pub fn overlaps(&self, other: &Pattern) -> bool {
        if other.is_literal() {
            return self.matches(&other.text);
        }
        if self.is_literal() {
            return other.matches(&self.text);
        }
        let (head, other_head) = (self.parts().0, other.parts().0);
        if !head.starts_with(other_head) && !other_head.starts_with(head) {
            return false;
        }
        glob::overlaps(&glob::symbols(&self.text), &glob::symbols(&other.text))
    }

    fn parts(&self) -> (&str, &str) {
        self.text.split_at_checked(self.head).unwrap_or((&self.text, ""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Pattern {
        Pattern::new(text)
    }

    #[test]
    fn matches() {
        let case = |text: &str, candidate: &str, expected: bool| {
            assert_eq!(pattern(text).matches(candidate), expected, "{text} on {candidate}");
        };
        case("*", "", true);
        case("", "", true);
        case("", "a", false);
        case("a*b*c", "aXbYbc", true);
        case("a*b*c", "aXbYb", false);
        case("s3:get*", "s3:getobject", true);
        case("a?c", "abc", true);
        case("a?c", "ac", false);
        case("*\n*", "line\nline", true);
        case("a.c", "abc", false);
        case("[ab]", "a", false);
    }

    #[test]
    fn a_question_mark_is_one_utf16_unit() {
        assert!(pattern("?").matches("é"));
        assert!(!pattern("?").matches("😀"));
        assert!(pattern("??").matches("😀"));
        assert!(pattern("?*?").matches("😀"));
        assert!(pattern("x*é").matches("x😀é"));
    }

    #[test]
    fn covers() {
        let case = |wide: &str, narrow: &str, expected: bool| {
            assert_eq!(pattern(wide).covers(&pattern(narrow)), expected, "{wide} over {narrow}");
        };
        case("*", "a*", true);
        case("a*", "*", false);
        case("a*", "a", true);
        case("*a*b", "a*ab", true);
        case("*a*b", "ab*", false);
        case("?*", "*?", true);
        case("?*", "*", false);
        case("*?", "?*a", true);
        case("**", "*", true);
        case("*", "**", true);
        case("a?c", "abc", true);
        case("a?c", "a?c", true);
        case("a??", "a?*", false);
        case("a?*", "a??", true);
        case("s3:*Object", "s3:Get*Object", true);
    }

    #[test]
    fn overlaps() {
        let case = |a: &str, b: &str, expected: bool| {
            assert_eq!(pattern(a).overlaps(&pattern(b)), expected, "{a} with {b}");
            assert_eq!(pattern(b).overlaps(&pattern(a)), expected, "{b} with {a}");
        };
        case("a*", "*b", true);
        case("a*", "b*", false);
        case("*a", "*b", false);
        case("a?", "?b", true);
        case("a?", "a", false);
        case("a*c", "ab*", true);
        case("lit", "lit", true);
        case("lit", "li?", true);
    }
}
