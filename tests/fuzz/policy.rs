//! Any text as a policy: what the parser takes in the writer gives back, and the proofreader never stumbles.

use std::sync::OnceLock;

use trailfit::catalog::Catalog;
use trailfit::iam;
use trailfit::lint::{self, Subject};

/// The same catalog for all texts: loading it takes longer than any check.
fn catalog() -> &'static Catalog {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    CATALOG.get_or_init(|| Catalog::embedded().unwrap())
}

/// Panics when the text breaks a promise.
pub(crate) fn check(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let parsed = iam::parse(text);
    if let Ok(policy) = &parsed {
        let compact = iam::compact(policy);
        for written in [&compact, &iam::pretty(policy)] {
            assert_eq!(iam::parse(written).as_ref(), Ok(policy), "{written}");
        }
        assert!(iam::size(policy) <= compact.chars().count(), "{compact}");
    }
    let subject = Subject { name: "bytes".into(), text: text.to_owned(), kind: None, account: None };
    let findings = lint::lint(&subject, catalog());
    assert!(parsed.is_ok() || !findings.is_empty(), "what cannot be read has a finding");
    let lines = text.split('\n').count();
    for finding in findings {
        assert!((1..=lines).contains(&finding.line) && finding.column > 0, "{finding:?}");
        assert!(!finding.sentence.is_empty() && !finding.fix.is_empty(), "{finding:?}");
    }
}
