//! stub
use crate::fit::*;
use crate::trail::*;
use std::path::Path;
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    #[error("x")]
    X,
}
pub struct Report(String);
pub struct CheckVerdict {
    pub fits: bool,
    pub text: String,
}
pub fn ready(_: &Path, _: bool) -> Result<(), ReportError> {
    Ok(())
}
pub fn write(_: &Path, _: bool, _: &Report) -> Result<(), ReportError> {
    Ok(())
}
pub fn write_tables(d: &Path, _: bool, t: &[crate::table::Table]) -> Result<(), ReportError> {
    std::fs::create_dir_all(d).unwrap();
    for t in t {
        std::fs::write(d.join(format!("{}.parquet", t.name)), crate::table::to_parquet(t).unwrap()).unwrap();
    }
    Ok(())
}
pub fn used_summary(e: &Evidence) -> String {
    let mut s = format!("{:?}\n", e.tally);
    for u in e.sorted_uses() {
        if u.key.derivation == Derivation::Unmapped {
            s += &format!("UNMAPPED {} x{}\n", u.key.event, u.count);
        }
    }
    s
}
pub fn explain(j: &Judgement, _: &str) -> String {
    format!("{:#?}", j.fittings)
}
pub fn check(_: &Evidence, j: &Judgement, m: f64) -> CheckVerdict {
    CheckVerdict { fits: j.fittings.iter().all(|f| f.excess() <= m), text: String::new() }
}
impl Report {
    pub fn new(e: &Evidence, j: &Judgement, _: &str) -> Report {
        let mut s = String::new();
        let t = &e.tally;
        s += &format!("read {} used {} lost {} {:?}\n losses {:?}\n", t.read, t.used, t.lost, t.exempt, t.losses);
        for f in &j.fittings {
            s += &format!(
                "{} g{} u{} un{} us{} unfit{:?} surprises {:?}\n",
                f.arn,
                f.granted.len(),
                f.count("used"),
                f.count("unused"),
                f.count("unseen"),
                f.unfit,
                f.surprises
            );
        }
        for p in &j.policies {
            s += &format!(
                "{:?} -> {}\n",
                p.target,
                match &p.verdict {
                    Verdict::Fits => "fits".into(),
                    Verdict::Proven(p) => {
                        let q = p.proposal();
                        format!(
                            "PROVEN {} docs {} removed {} used {} unseen {} size {}->{} replayed {}\n   {}",
                            q.change.name(),
                            q.documents.len(),
                            q.removed.len(),
                            q.used.len(),
                            q.unseen.len(),
                            q.size_before,
                            q.size_after(),
                            p.replayed(),
                            q.documents
                                .iter()
                                .map(|d| {
                                    let t = crate::iam::compact(&d.policy);
                                    t.chars().take(700).collect::<String>()
                                })
                                .collect::<Vec<_>>()
                                .join("\n   ")
                        )
                    }
                    Verdict::Refuted(q, c) =>
                        format!("REFUTED {c} {} docs, size {}", q.documents.len(), q.size_after()),
                    Verdict::NotEditable(a) => format!("NOTEDIT {a}"),
                    Verdict::Unjudged(a) => format!("UNJUDGED {a}"),
                }
            );
        }
        for st in &j.strangers {
            s += &format!("stranger {:?} uses {}\n", st.principal, st.uses.len());
        }
        Report(s)
    }
    pub fn summary(&self, _: bool) -> String {
        self.0.clone()
    }
}
