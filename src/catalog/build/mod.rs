//! Reference data → the generated tables. Run by hand when the pins move, never at analysis time.
//!
//! Takes archives as bytes and gives tables as text, so it needs no file or network of its own.

mod actions;
mod answered;
mod inputs;
mod keys;
mod models;
mod newer;
mod operations;
mod outcome;
mod roles;
mod second;
mod table;
mod tags;
mod templates;

use std::collections::BTreeMap;

pub use inputs::{Pin, pins};
pub use outcome::{BuildError, Built};

/// Makes the generated tables from the pinned archives, by archive file name.
pub fn build(inputs: &BTreeMap<String, Vec<u8>>) -> Result<Built, BuildError> {
    let pins = inputs::check(inputs)?;
    let mut built = Built::default();
    let mut reference = actions::read(inputs, &pins)?;
    second::check(&reference, inputs, &pins, &mut built)?;
    let models = models::read(inputs, &pins, &reference)?;
    let mapped = operations::mapped()?;
    let newer = newer::Newer::read(inputs, &pins, &mapped)?;
    operations::write((&models, &newer), &mut reference, &mapped, &pins, &mut built);
    templates::write(&models, &reference, &mapped, &pins, &mut built);
    roles::write(&models, &reference, &mapped, &pins, &mut built);
    tags::write(&models, &reference, &pins, &mut built);
    reference.write(&pins, &mut built);
    keys::write(inputs, &pins, &mut built)?;
    answered::write(&models, &models::of_the_day(inputs, &pins)?, &reference, &pins, &mut built)?;
    Ok(built)
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
