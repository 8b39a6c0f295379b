//! Reference data → the generated tables. Run by hand when the pins move, never at analysis time.
//!
//! Takes archives as bytes and gives tables as text, so it needs no file or network of its own.

mod actions;
mod inputs;
mod models;
mod operations;
mod roles;
mod second;
mod templates;

use std::collections::BTreeMap;

pub use inputs::{Pin, pins};

/// What a build gives.
#[derive(Clone, Debug, Default)]
pub struct Built {
    /// Tables by file name relative to `data/`, as `generated/actions.tsv`.
    pub tables: BTreeMap<String, String>,
    /// What was counted, one sentence a line, for printing.
    pub summary: Vec<String>,
}

/// Why a build gave nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// A pinned archive was not among the inputs.
    #[error("archive `{0}` is missing: fetch the pinned archives first, as data/README.md tells")]
    Absent(String),
    /// An archive is not the pinned one.
    #[error("archive `{archive}` has sha256 {found}, but {expected} is pinned in sources.lock")]
    Changed {
        /// The archive's file name.
        archive: String,
        /// The pinned hash.
        expected: String,
        /// The hash of the bytes that were given.
        found: String,
    },
    /// A file in an archive could not be read.
    #[error("`{file}` cannot be read: {message}")]
    Unreadable {
        /// The file.
        file: String,
        /// The reader's message.
        message: String,
    },
    /// Two sources that should agree do not.
    #[error("{left} and {right} differ in {differing} of {total} actions, more than the {limit} that are allowed")]
    Disagree {
        /// One source.
        left: String,
        /// The other.
        right: String,
        /// How many actions only one of them has.
        differing: usize,
        /// How many both have together.
        total: usize,
        /// How many may differ.
        limit: usize,
    },
    /// A curated table that the build consults is broken.
    #[error(transparent)]
    Curated(#[from] super::facts::CatalogError),
}

impl BuildError {
    fn unreadable(file: &str, message: &dyn std::fmt::Display) -> BuildError {
        BuildError::Unreadable { file: file.to_owned(), message: message.to_string() }
    }
}

/// Makes the generated tables from the pinned archives, by archive file name.
pub fn build(inputs: &BTreeMap<String, Vec<u8>>) -> Result<Built, BuildError> {
    let pins = inputs::check(inputs)?;
    let mut built = Built::default();
    let mut reference = actions::read(inputs, &pins)?;
    second::check(&reference, inputs, &pins, &mut built)?;
    let models = models::read(inputs, &pins, &reference)?;
    let mapped = operations::mapped()?;
    operations::write(&models, &mut reference, &mapped, &pins, &mut built);
    templates::write(&models, &reference, &mapped, &pins, &mut built);
    roles::write(&models, &reference, &pins, &mut built);
    reference.write(&pins, &mut built);
    Ok(built)
}

/// The head of a generated table: what it is, from what, and the columns.
fn head(title: &str, pins: &[Pin], sources: &[&str], columns: &str) -> String {
    let mut text = format!("# {title}\n# Made by `trailfit catalog build`; never edited by hand.\n");
    for pin in pins.iter().filter(|pin| sources.contains(&pin.name.as_str())) {
        text.push_str(&format!("# source: {} {} ({})\n", pin.name, pin.version, pin.licence));
    }
    text.push_str(&format!("# {}\n", columns.replace(' ', "\t")));
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

    use std::path::Path;

    use super::*;

    /// Builds from the archives in the folder that `TRAILFIT_CATALOG_INPUTS` names; skipped without it.
    ///
    /// With `TRAILFIT_CATALOG_WRITE` set, the tables are written instead of compared.
    #[test]
    fn the_committed_tables_are_what_the_build_gives() {
        let Some(folder) = std::env::var_os("TRAILFIT_CATALOG_INPUTS") else {
            eprintln!("skipped: TRAILFIT_CATALOG_INPUTS does not name the folder of the pinned archives");
            return;
        };
        let bytes = |pin: Pin| (pin.archive.clone(), std::fs::read(Path::new(&folder).join(pin.archive)).unwrap());
        let built = build(&pins().into_iter().map(bytes).collect()).unwrap();
        eprintln!("{}", built.summary.join("\n"));
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/catalog/data");
        for (name, text) in &built.tables {
            if std::env::var_os("TRAILFIT_CATALOG_WRITE").is_some() {
                std::fs::write(data.join(name), text).unwrap();
            } else {
                assert!(std::fs::read_to_string(data.join(name)).unwrap() == *text, "{name} differs from the build");
            }
        }
    }
}
