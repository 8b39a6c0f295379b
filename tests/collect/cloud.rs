//! An invented organization that answers on loopback, behind a gate that the tests set.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::apply::tools;

/// The account of whoever asks.
pub(super) const CALLER: &str = "123456789012";

/// The organization; it ends with this value.
pub(super) struct Cloud {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
    /// As `http://127.0.0.1:1234`.
    pub(super) endpoint: String,
    /// The other account.
    pub(super) member: String,
    /// An account that was closed.
    pub(super) closed: String,
}

impl Cloud {
    pub(super) fn open() -> Cloud {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/collect/cloud.py");
        let mut child = Command::new(tools().join("python"))
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let questions = child.stdin.take().unwrap();
        let mut answers = BufReader::new(child.stdout.take().unwrap());
        let told = line(&mut answers);
        let text = |key: &str| told[key].as_str().unwrap().to_owned();
        let (endpoint, member, closed) = (text("endpoint"), text("member"), text("closed"));
        Cloud { child, questions, answers, endpoint, member, closed }
    }

    fn ask(&mut self, question: &Value) -> Value {
        writeln!(self.questions, "{question}").unwrap();
        line(&mut self.answers)
    }

    /// Sets what is allowed, throttled and refused.
    pub(super) fn gate(&mut self, rules: &Value) {
        self.ask(&json!({ "gate": rules }));
    }

    /// The actions that were asked for since, with how often.
    pub(super) fn asked(&mut self) -> Vec<(String, u64)> {
        let asked = self.ask(&json!({ "asked": true }));
        let asked = asked.as_object().unwrap().iter();
        let mut asked: Vec<_> = asked.map(|(action, times)| (action.clone(), times.as_u64().unwrap())).collect();
        asked.sort();
        asked
    }

    /// Where a snapshot differs from what stands.
    #[track_caller]
    pub(super) fn assert_equals(&mut self, snapshot: &Path) {
        let differences = self.ask(&json!({ "compare": snapshot }));
        assert_eq!(differences, json!([]), "{differences:#}");
    }
}

impl Drop for Cloud {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

fn line(answers: &mut BufReader<ChildStdout>) -> Value {
    let mut line = String::new();
    assert!(answers.read_line(&mut line).unwrap() > 0, "the organization does not answer");
    serde_json::from_str(&line).unwrap()
}
