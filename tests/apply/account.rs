//! An invented AWS account that answers on loopback, and scripts that run against it.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

use super::tools;

/// The account; it ends with this value.
pub(super) struct Account {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
    port: String,
}

impl Account {
    /// An account with everything that a snapshot holds.
    pub(super) fn open(account: &str, snapshot: &Path) -> Account {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/apply/account.py");
        let mut child = Command::new(tools().join("python"))
            .args([script.as_path(), Path::new(account), snapshot])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (questions, answers) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut opened = Account { child, questions, answers, port: String::new() };
        opened.port = opened.line().trim().to_owned();
        opened
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        assert!(self.answers.read_line(&mut line).unwrap() > 0, "the account does not answer");
        line
    }

    /// All that stands.
    pub(super) fn state(&mut self) -> Value {
        self.questions.write_all(b"state\n").unwrap();
        serde_json::from_str(&self.line()).unwrap()
    }

    /// Runs a command with this account's credentials; gives its exit code and what it printed.
    pub(super) fn run(&self, program: &str, arguments: &[&str]) -> (i32, String) {
        let path = std::env::join_paths(
            [tools().to_owned()].into_iter().chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
        );
        let output = Command::new(program)
            .args(arguments)
            .env("PATH", path.unwrap())
            .env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{}", self.port))
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("AWS_DEFAULT_REGION", "us-east-1")
            .env_remove("AWS_PROFILE")
            .env_remove("AWS_SESSION_TOKEN")
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        (output.status.code().unwrap(), told)
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}
