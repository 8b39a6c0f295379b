//! Whether the tables agree with each other: every name that one table uses must stand in another.
//!
//! Tests only.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use super::sheet::{Fields, list, rows};
use super::{Catalog, Visibility};

macro_rules! table {
    ($name:literal) => {
        rows($name, include_str!(concat!("data/", $name)))
    };
}

fn catalog() -> Catalog {
    Catalog::embedded().unwrap()
}

/// Checks each line of a table and lists those that fail.
fn all<'a>(rows: impl Iterator<Item = Fields<'a>>, holds: impl Fn(&[&str]) -> bool) {
    let wrong: Vec<String> =
        rows.map(|row| row.take::<6>()).filter(|fields| !holds(fields)).map(|fields| fields.join(" ")).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn known(catalog: &Catalog, name: &str) -> bool {
    match name.strip_suffix(":*") {
        Some(prefix) => !catalog.service(prefix).is_empty(),
        None => catalog.action(name).is_some(),
    }
}

#[test]
fn every_action_that_a_curated_table_names_exists() {
    let catalog = catalog();
    all(table!("curated/events.tsv"), |row| known(&catalog, row[1]));
    all(table!("curated/additions.tsv"), |row| known(&catalog, row[1]));
    all(table!("curated/data_events.tsv"), |row| known(&catalog, row[0]));
    all(table!("curated/unseen.tsv"), |row| known(&catalog, row[0]));
    all(table!("curated/seen.tsv"), |row| known(&catalog, row[0]));
    all(table!("curated/selves.tsv"), |row| known(&catalog, row[0]));
    all(table!("curated/context.tsv"), |row| row[0] == "*:*" || known(&catalog, row[0]));
}

#[test]
fn every_line_of_a_curated_table_tells_how_sure_it_is() {
    let words = ["log", "documented", "assumed"];
    let sure = |place: usize| move |row: &[&str]| words.contains(&row[place]);
    all(table!("curated/additions.tsv"), sure(4));
    all(table!("curated/context.tsv"), sure(3));
    all(table!("curated/data_events.tsv"), sure(2));
    all(table!("curated/ec2_ids.tsv"), sure(2));
    all(table!("curated/event_sources.tsv"), sure(3));
    all(table!("curated/events.tsv"), sure(4));
    all(table!("curated/exempt.tsv"), sure(2));
    all(table!("curated/global_keys.tsv"), sure(3));
    all(table!("curated/passrole_names.tsv"), sure(4));
    all(table!("curated/passrole_not.tsv"), sure(2));
    all(table!("curated/passrole_services.tsv"), sure(3));
    all(table!("curated/readers.tsv"), sure(2));
    all(table!("curated/roots.tsv"), sure(2));
    all(table!("curated/seen.tsv"), sure(1));
    all(table!("curated/selves.tsv"), sure(2));
    all(table!("curated/templates.tsv"), sure(3));
    all(table!("curated/unseen.tsv"), sure(2));
}

#[test]
fn resource_types_and_variables_exist() {
    let catalog = catalog();
    let variables = |operation: &str, kind: &str, spec: &str| {
        let service = operation.split(':').next().unwrap();
        let row = table!("generated/resources.tsv").map(|row| row.take::<3>());
        let formats = row.filter(|row| row[0] == service && row[1] == kind).map(|row| row[2]).next();
        let names = spec.split(';').map(|pair| pair.split('=').next().unwrap());
        formats.is_some_and(|formats| names.into_iter().all(|name| formats.contains(&format!("${{{name}}}"))))
    };
    all(table!("curated/templates.tsv"), |row| variables(row[0], row[1], row[2]));
    let ids: Vec<&str> =
        table!("curated/ec2_ids.tsv").map(|row| row.take::<2>()[1].split(' ').next().unwrap()).collect();
    all(table!("generated/actions.tsv"), |row| {
        let action = catalog.action(row[0]).unwrap();
        list(row[2]).count() == 0 || !action.resource_formats.is_empty()
    });
    assert!(ids.len() > 50);
}

#[test]
fn operations_lead_to_actions() {
    let catalog = catalog();
    all(table!("generated/operations.tsv"), |row| match row[1] {
        "rule" => known(&catalog, row[2]),
        "verb" => known(&catalog, &format!("apigateway:{}", row[2])),
        word => word == "unsigned",
    });
}

#[test]
fn enough_is_visible_and_the_rest_says_why() {
    let catalog = catalog();
    let count =
        |fits: fn(&Visibility) -> bool| catalog.actions().iter().filter(|action| fits(&action.visibility)).count();
    let management = count(|shown| matches!(shown, Visibility::Management));
    let data = count(|shown| matches!(shown, Visibility::Data(_)));
    let never = count(|shown| matches!(shown, Visibility::Never(_)));
    eprintln!("management {management}, data {data}, never {never}");
    assert!(management > 18_000 && data > 200 && never > 1_000);
}

#[test]
fn sources_stand_for_services() {
    let catalog = catalog();
    // Two retired services are no longer in the reference, but their old events are.
    let retired = ["application-cost-profiler", "iotevents"];
    all(table!("curated/event_sources.tsv"), |row| {
        list(row[1]).all(|prefix| retired.contains(&prefix) || !catalog.service(prefix).is_empty())
    });
}
