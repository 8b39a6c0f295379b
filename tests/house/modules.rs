//! The modules of the crate as the compiler sees them: where each file stands, what it imports.
//! Files that only tests see are left out.

use std::collections::BTreeSet;

use super::paths::{self, Named, Path};
use super::scan;
use super::tree::Text;

/// One file of production code.
#[derive(Clone, Debug)]
pub(crate) struct Module {
    /// The file, as `src/iam/arn.rs`.
    pub(crate) file: String,
    /// Its module path without `crate`, as `[iam, arn]`; empty for `lib.rs`.
    pub(crate) path: Vec<String>,
    /// The production code, with comments and literals hidden.
    pub(crate) code: String,
    /// Every path it names.
    pub(crate) paths: Vec<Path>,
    /// The modules it declares.
    pub(crate) children: BTreeSet<String>,
}

impl Module {
    fn new(file: &Text) -> Module {
        let code = scan::production(&file.text);
        let children = paths::declared_modules(&code);
        Module {
            file: file.path.clone(),
            path: module_path(&file.path),
            paths: paths::paths(&code),
            children: children.into_iter().map(|(name, _)| name).collect(),
            code,
        }
    }

    /// The room: the first part of the module path; `lib` for `lib.rs`.
    pub(crate) fn room(&self) -> &str {
        self.path.first().map_or("lib", String::as_str)
    }

    /// A path in full, without `crate`, when it points into this crate; `None` for outside crates.
    pub(crate) fn absolute(&self, path: &Path) -> Option<Vec<String>> {
        let first = path.segments.first()?;
        let mut base = match first.as_str() {
            "crate" | "trailfit" => Vec::new(),
            "self" | "super" => self.path.clone(),
            child if self.children.contains(child) => self.path.clone(),
            _ => return None,
        };
        let mut rest = path.segments.as_slice();
        while let Some(step) = rest.first() {
            match step.as_str() {
                "crate" | "trailfit" | "self" => {}
                "super" => drop(base.pop()),
                _ => break,
            }
            rest = &rest[1..];
        }
        base.extend_from_slice(rest);
        Some(base)
    }

    /// Whether `path` only shows what lies in a module below this one: a doorway, not a need.
    pub(crate) fn is_doorway(&self, path: &Path) -> bool {
        let below = |target: Vec<String>| target.starts_with(&self.path);
        path.named == Named::PubUse && self.absolute(path).is_some_and(below)
    }
}

/// The production modules among the given files.
pub(crate) fn modules(files: &[Text]) -> Vec<Module> {
    let hidden = test_modules(files);
    let is_test = |path: &[String]| hidden.iter().any(|test| path.starts_with(test));
    files
        .iter()
        .filter(|file| file.path.ends_with(".rs") && !is_test(&module_path(&file.path)))
        .map(Module::new)
        .collect()
}

/// The module path of a file, as `[iam, condition]` for `src/iam/condition/mod.rs`.
pub(crate) fn module_path(file: &str) -> Vec<String> {
    let inner = file.trim_start_matches("src/").trim_end_matches(".rs");
    let mut path: Vec<String> = inner.split('/').map(str::to_owned).collect();
    if matches!(path.last().map(String::as_str), Some("mod" | "lib")) {
        path.pop();
    }
    path
}

/// Module paths declared by `#[cfg(test)] mod name;`.
fn test_modules(files: &[Text]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for file in files {
        let code = scan::code(&file.text);
        for (start, end) in scan::test_items(&code) {
            for (name, _) in paths::declared_modules(&code[start..end]) {
                let mut path = module_path(&file.path);
                path.push(name);
                found.push(path);
            }
        }
    }
    found
}

#[test]
fn test_files_are_left_out() {
    let files = [
        Text::new("src/iam/mod.rs", "mod arn;\n#[cfg(test)]\nmod tests;\n"),
        Text::new("src/iam/arn.rs", "use super::x;\n"),
        Text::new("src/iam/tests.rs", "use crate::fit::y;\n"),
        Text::new("src/iam/tests/deep.rs", "use crate::fit::y;\n"),
    ];
    let found: Vec<String> = modules(&files).into_iter().map(|module| module.file).collect();
    assert_eq!(found, ["src/iam/mod.rs", "src/iam/arn.rs"]);
}

#[test]
fn paths_are_completed() {
    let text = "mod kid;\nuse super::x::Y;\nuse self::kid::A;\nuse crate::fit::B;\nuse std::fs;\nfn f() { kid::g() }";
    let all = modules(&[Text::new("src/iam/condition/mod.rs", text)]);
    let module = all.first().unwrap();
    let found: Vec<Option<String>> =
        module.paths.iter().map(|path| module.absolute(path).map(|full| full.join("::"))).collect();
    let own = |text: &str| Some(text.to_owned());
    let expected =
        [own("iam::x::Y"), own("iam::condition::kid::A"), own("fit::B"), None, own("iam::condition::kid::g")];
    assert_eq!(found, expected);
}
