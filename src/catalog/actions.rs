//! All actions, service by service.
//!
//! At the start only the lines of each service are found. They are read when one of its actions is first asked for:
//! a log tells of few services, and a start-up shall not pay for the others.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::ops::Range;
use std::sync::OnceLock;

use super::error::CatalogError;
use super::facts::Action;
use super::index::Index;
use super::remarks::Remarks;
use super::sheet::{Fields, Kept, copied, rows_from};
use super::shelf::{Shelf, beginning};

/// All actions, in the order of their names without case.
pub struct Actions {
    table: &'static str,
    text: Kept,
    /// In the order of their prefixes.
    services: Vec<Service>,
    prefixes: Index,
    remarks: Remarks,
}

struct Service {
    /// In lower case, with its colon.
    prefix: String,
    /// The place of its first action.
    first: usize,
    /// Where its lines stand: mostly all together.
    pieces: Vec<Piece>,
    read: OnceLock<Shelf>,
}

/// Lines of one service, one behind the other.
struct Piece {
    /// How many lines of the table stand before.
    before: usize,
    bytes: Range<usize>,
    count: usize,
}

impl Actions {
    /// Finds the services of the table.
    pub(super) fn new(table: &'static str, text: Kept, remarks: Remarks) -> Result<Actions, CatalogError> {
        let mut services = services(table, &text)?;
        let mut first = 0;
        for service in &mut services {
            service.first = first;
            first += service.count();
        }
        let prefixes = Index::new(services.iter().map(|service| service.prefix.as_str()));
        Ok(Actions { table, text, services, prefixes, remarks })
    }

    /// Reads all of the table; the error is that of its first broken line.
    pub(super) fn check(&self) -> Result<(), CatalogError> {
        let read = |service: &Service| self.read(service).map(|shelf| drop(service.read.set(shelf)));
        self.services.iter().try_for_each(read)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Action> {
        self.services.iter().flat_map(|service| self.of(service))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// More than the highest place of an action.
    pub(super) fn places(&self) -> usize {
        self.services.last().map_or(0, |last| last.first + last.count())
    }

    /// The action at a place.
    pub(super) fn get(&self, place: usize) -> Option<&Action> {
        let behind = self.services.partition_point(|service| service.first <= place);
        let service = self.services.get(behind.checked_sub(1)?)?;
        self.of(service).get(place - service.first)
    }

    /// The place of an action, by its name in any case.
    pub(super) fn place(&self, name: &str) -> Option<usize> {
        let prefix = name.get(..name.bytes().position(|byte| byte == b':')? + 1)?;
        let service = self.service(prefix)?;
        self.shelf(service).place(name).map(|place| service.first + place)
    }

    /// The actions of a service, by its prefix in any case and with its colon.
    pub(super) fn of_service(&self, prefix: &str) -> &[Action] {
        self.service(prefix).map(|service| self.of(service)).unwrap_or_default()
    }

    /// The actions whose names begin so, in lower case.
    pub(super) fn starting_with<'a, 's>(&'a self, start: &'s str) -> impl Iterator<Item = &'a Action> + use<'a, 's> {
        let meeting = move |service: &Service| meeting(&service.prefix, start);
        let first = self.services.partition_point(|service| meeting(service).is_lt());
        let services = self.services.iter().skip(first).take_while(move |service| meeting(service).is_eq());
        services.flat_map(move |service| beginning(self.of(service), start))
    }

    fn service(&self, prefix: &str) -> Option<&Service> {
        let place = self.prefixes.find(prefix, |place| self.services.get(place).map(|known| known.prefix.as_str()));
        self.services.get(place?)
    }

    fn of<'a>(&self, service: &'a Service) -> &'a [Action] {
        &self.shelf(service).actions
    }

    fn shelf<'a>(&self, service: &'a Service) -> &'a Shelf {
        // A table that was given was read as a whole when it was loaded; that the built-in one can be is tested.
        service.read.get_or_init(|| self.read(service).unwrap_or_default())
    }

    fn read(&self, service: &Service) -> Result<Shelf, CatalogError> {
        match &self.text {
            Cow::Borrowed(text) => Shelf::read(service.rows(self.table, text), Cow::Borrowed, &self.remarks),
            Cow::Owned(text) => Shelf::read(service.rows(self.table, text), copied, &self.remarks),
        }
    }
}

impl Service {
    fn count(&self) -> usize {
        self.pieces.iter().map(|piece| piece.count).sum()
    }

    fn rows<'a>(&self, table: &'static str, text: &'a str) -> impl Iterator<Item = Fields<'a>> {
        let parts = self.pieces.iter().filter_map(|piece| Some((piece.before, text.get(piece.bytes.clone())?)));
        parts.flat_map(move |(before, part)| rows_from(table, part, before))
    }
}

/// How the first letters of a prefix compare to those of a text; equal: actions may begin with the text.
fn meeting(prefix: &str, start: &str) -> Ordering {
    prefix.bytes().take(start.len()).cmp(start.bytes().take(prefix.len()))
}

/// The services of a table whose lines stand in any order, without the places of their actions.
fn services(table: &'static str, text: &str) -> Result<Vec<Service>, CatalogError> {
    let mut pieces = pieces(table, text)?;
    pieces.sort_by(|(one, _), (other, _)| one.cmp(other));
    let mut services: Vec<Service> = Vec::with_capacity(pieces.len());
    for (prefix, piece) in pieces {
        match services.last_mut().filter(|last| last.prefix == prefix) {
            Some(last) => last.pieces.push(piece),
            None => services.push(Service { prefix, first: 0, pieces: vec![piece], read: OnceLock::new() }),
        }
    }
    Ok(services)
}

/// Runs of lines whose actions have the same prefix, each with the prefix in lower case.
fn pieces(table: &'static str, text: &str) -> Result<Vec<(String, Piece)>, CatalogError> {
    let mut found: Vec<(String, Piece)> = Vec::new();
    let (mut prefix, mut end) = ("", 0);
    for (before, line) in text.split_inclusive('\n').enumerate() {
        let start = end;
        end += line.len();
        if line.starts_with('#') || line.trim_ascii().is_empty() {
            continue;
        }
        if let Some((_, piece)) = found.last_mut().filter(|_| line.starts_with(prefix)) {
            (piece.bytes.end, piece.count) = (end, piece.count + 1);
            continue;
        }
        let name = line.split('\t').next().unwrap_or_default();
        let colon = name.find(':').ok_or_else(|| CatalogError {
            table: table.to_owned(),
            line: before + 1,
            message: format!("`{}` is no action: it has no prefix", name.trim_ascii()),
        })?;
        prefix = name.get(..=colon).unwrap_or_default();
        found.push((prefix.to_ascii_lowercase(), Piece { before, bytes: start..end, count: 1 }));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use super::super::{Action, Catalog};

    fn of(table: &str) -> Catalog {
        Catalog::from_tables(&[("generated/actions.tsv".to_owned(), table.to_owned())].into()).unwrap()
    }

    fn names(catalog: &Catalog) -> Vec<&str> {
        catalog.actions().iter().map(|action| &*action.name).collect()
    }

    #[test]
    fn a_table_in_any_order_gives_the_same() {
        let table =
            "s3:b\tR\t-\tk:a\t-\to\n# more\ns3:A\tW\tx\t-\ts3:b\t-\nec2:c\tR\t-\t-\t-\to\n\nS3:B\tL\t-\t-\t-\t-\n";
        let catalog = of(table);
        assert_eq!(names(&catalog), ["ec2:c", "s3:A", "s3:b"]);
        let found: Vec<&Action> = catalog.actions().iter().collect();
        assert_eq!(*found[1].dependents, ["s3:b"]);
        assert_eq!(*found[2].condition_keys, ["k:a"]);
        assert!(found[1].resource_formats.is_empty());
    }

    #[test]
    fn services_and_names_may_stand_far_from_their_places() {
        let lines = (0..3000).rev().map(|number| format!("s{}:Get{number:04}\tR\t-\t-\t-\to\n", number % 7));
        let catalog = of(&lines.chain(["S0:GET0007\tW\t-\t-\t-\to\n".to_owned()]).collect::<String>());
        assert_eq!(catalog.actions().len(), 3000);
        assert!(names(&catalog).is_sorted());
        assert_eq!(catalog.action("s0:get0007").unwrap().name, "s0:Get0007");
        assert!(catalog.action("s1:get0007").is_none() && catalog.action("s0").is_none());
    }

    #[test]
    fn every_action_stands_at_its_place() {
        let catalog = Catalog::embedded().unwrap();
        for action in catalog.actions().iter() {
            let place = catalog.actions.place(&action.name.to_ascii_uppercase()).unwrap();
            assert!(place < catalog.actions.places());
            assert_eq!(catalog.actions.get(place).unwrap().name, action.name);
        }
        assert!(catalog.actions.get(catalog.actions.places()).is_none());
    }

    #[test]
    fn the_beginning_of_a_name_may_end_anywhere() {
        let catalog = of("s3-x:A\tR\t-\t-\t-\to\ns3:Ab\tR\t-\t-\t-\to\ns3:B\tR\t-\t-\t-\to\ns3y:A\tR\t-\t-\t-\to\n");
        let count = |start: &str| catalog.actions.starting_with(start).count();
        assert_eq!(
            ["", "s", "s3", "s3:", "s3:a", "s3:ab", "s3:abc", "s3-", "t"].map(count),
            [4, 4, 4, 2, 1, 1, 0, 1, 0]
        );
    }

    #[test]
    fn every_built_in_line_can_be_read() {
        let catalog = Catalog::embedded().unwrap();
        catalog.actions.check().unwrap();
        catalog.kinds.check().unwrap();
    }
}
