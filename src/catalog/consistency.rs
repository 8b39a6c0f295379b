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
    all(table!("generated/tags.tsv"), |row| known(&catalog, row[0]) && known(&catalog, row[1]));
    all(table!("curated/data_events.tsv"), |row| known(&catalog, row[0]));
    all(table!("curated/unseen.tsv"), |row| known(&catalog, row[0]));
    all(table!("curated/alternatives.tsv"), |row| known(&catalog, row[0]));
    all(table!("curated/free_members.tsv"), |row| catalog.event_names().contains(row[0]));
    all(table!("curated/seen.tsv"), |row| known(&catalog, row[0]));
    all(table!("curated/selves.tsv"), |row| known(&catalog, row[0]));
    all(table!("curated/newer.tsv"), |row| catalog.action(row[0]).is_some_and(|action| action.is_newer));
    all(table!("curated/pairs.tsv"), |row| {
        let named = |place: usize| catalog.action(row[place]).is_some_and(|action| &*action.name == row[place]);
        row[0] != row[1] && named(0) && named(1) && row[4].starts_with("https://docs.aws.amazon.com/")
    });
    all(table!("curated/context.tsv"), |row| row[0] == "*:*" || known(&catalog, row[0]));
}

#[test]
fn every_line_of_a_curated_table_tells_how_sure_it_is() {
    let words = ["log", "documented", "assumed"];
    let sure = |place: usize| move |row: &[&str]| words.contains(&row[place]);
    all(table!("curated/additions.tsv"), sure(4));
    all(table!("curated/alternatives.tsv"), sure(1));
    all(table!("curated/context.tsv"), sure(3));
    all(table!("curated/data_events.tsv"), sure(2));
    all(table!("curated/ec2_ids.tsv"), sure(2));
    all(table!("curated/event_sources.tsv"), sure(3));
    all(table!("curated/events.tsv"), sure(4));
    all(table!("curated/exempt.tsv"), sure(2));
    all(table!("curated/free_members.tsv"), sure(4));
    all(table!("curated/global_keys.tsv"), sure(3));
    all(table!("curated/needed.tsv"), sure(2));
    all(table!("curated/newer.tsv"), sure(2));
    all(table!("curated/pairs.tsv"), sure(3));
    all(table!("curated/passrole_names.tsv"), sure(4));
    all(table!("curated/passrole_not.tsv"), sure(2));
    all(table!("curated/passrole_services.tsv"), sure(3));
    all(table!("curated/readers.tsv"), sure(2));
    all(table!("curated/roots.tsv"), sure(2));
    all(table!("curated/seen.tsv"), sure(1));
    all(table!("curated/selves.tsv"), sure(2));
    all(table!("curated/source_account.tsv"), sure(2));
    all(table!("curated/templates.tsv"), sure(3));
    all(table!("curated/unseen.tsv"), sure(2));
    all(table!("curated/varying.tsv"), sure(2));
}

/// Every curated table by name.
const CURATED: [(&str, &str); 28] = [
    ("additions", include_str!("data/curated/additions.tsv")),
    ("alternatives", include_str!("data/curated/alternatives.tsv")),
    ("context", include_str!("data/curated/context.tsv")),
    ("data_events", include_str!("data/curated/data_events.tsv")),
    ("ec2_ids", include_str!("data/curated/ec2_ids.tsv")),
    ("error_codes", include_str!("data/curated/error_codes.tsv")),
    ("event_sources", include_str!("data/curated/event_sources.tsv")),
    ("events", include_str!("data/curated/events.tsv")),
    ("exempt", include_str!("data/curated/exempt.tsv")),
    ("free_members", include_str!("data/curated/free_members.tsv")),
    ("global_keys", include_str!("data/curated/global_keys.tsv")),
    ("grant_changes", include_str!("data/curated/grant_changes.tsv")),
    ("needed", include_str!("data/curated/needed.tsv")),
    ("newer", include_str!("data/curated/newer.tsv")),
    ("pairs", include_str!("data/curated/pairs.tsv")),
    ("passrole_names", include_str!("data/curated/passrole_names.tsv")),
    ("passrole_not", include_str!("data/curated/passrole_not.tsv")),
    ("passrole_services", include_str!("data/curated/passrole_services.tsv")),
    ("readers", include_str!("data/curated/readers.tsv")),
    ("regions", include_str!("data/curated/regions.tsv")),
    ("roots", include_str!("data/curated/roots.tsv")),
    ("seen", include_str!("data/curated/seen.tsv")),
    ("selector_types", include_str!("data/curated/selector_types.tsv")),
    ("selves", include_str!("data/curated/selves.tsv")),
    ("source_account", include_str!("data/curated/source_account.tsv")),
    ("templates", include_str!("data/curated/templates.tsv")),
    ("unseen", include_str!("data/curated/unseen.tsv")),
    ("varying", include_str!("data/curated/varying.tsv")),
];

#[test]
fn every_curated_row_has_a_source_and_every_source_a_row() {
    let sources: Vec<[&str; 3]> = table!("curated/sources.tsv").map(|row| row.take::<3>()).collect();
    let names = |rows: &str, key: &str| {
        rows == "*"
            || rows == key
            || rows.strip_suffix('*').is_some_and(|start| start.ends_with(':') && key.starts_with(start))
    };
    let mut used = vec![false; sources.len()];
    for (name, text) in CURATED {
        for row in rows(name, text) {
            let key = row.get(0).unwrap();
            let of_row = |(_, [table, rows, _]): &(usize, &[&str; 3])| *table == name && names(rows, key);
            let longest = sources.iter().enumerate().filter(of_row).max_by_key(|(_, source)| source[1].len());
            let (place, source) = longest.unwrap_or_else(|| panic!("{name}: {key} has no source"));
            assert!(source[2].len() > 10, "{name}: {key}");
            used[place] = true;
        }
    }
    let idle: Vec<&[&str; 3]> =
        sources.iter().zip(&used).filter(|(_, used)| !**used).map(|(source, _)| source).collect();
    assert!(idle.is_empty(), "{idle:?}");
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/catalog/data/curated");
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), CURATED.len() + 1, "a table is not listed here");
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

/// The share in a line of the head of the list of unresolved operations.
fn resolved(title: &str) -> f64 {
    let text = include_str!("data/generated/unresolved.tsv");
    let line = text.lines().find_map(|line| line.strip_prefix("# ")?.strip_prefix(title)).unwrap();
    line.split("resolved ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap().parse().unwrap()
}

#[test]
fn the_unresolved_operations_are_those_that_no_table_answers() {
    let catalog = catalog();
    let unknown = |operation: &str| {
        let (prefix, name) = operation.split_once(':').unwrap();
        catalog.lead(prefix, &[prefix], name).is_none()
    };
    all(table!("generated/unresolved.tsv"), |row| unknown(row[0]) && row[1] != "-");
    let (whole, aligned) = (resolved("operations: "), resolved("of these as old as the reference: "));
    eprintln!("operations resolved: {whole} %, of those as old as the reference {aligned} %");
    assert!(whole >= 98.0 && aligned >= 99.5, "{whole} {aligned}");
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
fn services_that_every_account_needs_are_there() {
    let catalog = catalog();
    all(table!("curated/needed.tsv"), |row| !catalog.service(row[0]).is_empty());
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
