//! Python tools for tests: each set of pinned packages is a virtual environment under `target/`, made by the first
//! test that asks for it; a lock file keeps tests that run at the same time from making it twice.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The folder of an environment that has the packages. `name`: of the folder under `target/`.
pub(crate) fn environment(name: &str, pins: &[&str]) -> PathBuf {
    let tmp = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let target = tmp.parent().unwrap_or(tmp);
    let home = target.join(name);
    let lock = File::create(target.join(format!("{name}.lock"))).expect("target/ is writable");
    lock.lock().expect("the lock file can be locked");
    let ready = home.join(pins.join("+"));
    if !ready.exists() {
        make(&home, pins);
        fs::write(&ready, "").expect("target/ is writable");
    }
    home
}

/// Makes the environment anew; a half-made one is thrown away first.
fn make(home: &Path, pins: &[&str]) {
    if home.exists() {
        fs::remove_dir_all(home).expect("a half-made environment can be removed");
    }
    let venv = Command::new("python3").args(["-m", "venv"]).arg(home).output();
    let Ok(venv) = venv else {
        panic!("these tests need `python3` (3.10 or newer, with venv) on the PATH: install it");
    };
    let missing = "`python3 -m venv` failed: install the venv module (Debian: python3-venv)";
    check(&venv, missing);
    let pip = Command::new(home.join("bin/python"))
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:"])
        .args(pins)
        .output()
        .expect("python of the new environment starts");
    check(&pip, &format!("`pip install {}` failed: PyPI must be reachable once", pins.join(" ")));
}

fn check(output: &Output, missing: &str) {
    let (out, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{missing}\n{out}\n{errors}");
}
