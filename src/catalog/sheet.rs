//! A tab-separated text table: one fact a line, comment lines with `#`.
//!
//! A sheet keeps the text as it is and finds lines by their first field, without regard to case.

use std::borrow::Cow;
use std::sync::OnceLock;

use memchr::memchr_iter;
use rustc_hash::FxHashMap;

use super::error::CatalogError;

/// A part of a table: of one built into the binary as it stands there, of a given one a copy.
pub(super) type Kept = Cow<'static, str>;

/// How a part of a text is kept.
pub(super) type Keep<'a> = fn(&'a str) -> Kept;

/// Keeps a copy.
pub(super) fn copied(part: &str) -> Kept {
    Cow::Owned(part.to_owned())
}

/// A table and the lines of each key, which are indexed when first asked for.
pub(super) struct Sheet {
    table: &'static str,
    text: Kept,
    /// Of each key in lower case, where its lines begin.
    lines: OnceLock<FxHashMap<Box<str>, Vec<u32>>>,
}

fn index(text: &str) -> FxHashMap<Box<str>, Vec<u32>> {
    let mut lines: FxHashMap<Box<str>, Vec<u32>> = FxHashMap::default();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if let Some((key, _)) = line.split_once('\t').filter(|(key, _)| !key.starts_with('#')) {
            lines.entry(key.to_ascii_lowercase().into()).or_default().push(start);
        }
        start += line.len() as u32;
    }
    lines
}

impl Sheet {
    /// A table whose first field is the key.
    pub(super) fn new(table: &'static str, text: Kept) -> Sheet {
        Sheet { table, text, lines: OnceLock::new() }
    }

    /// The lines of a key (in lower case), split into fields, in the table's order.
    pub(super) fn find<'a>(&'a self, key: &str) -> impl Iterator<Item = Fields<'a>> + use<'a> {
        let starts = self.lines.get_or_init(|| index(&self.text)).get(key).map(Vec::as_slice).unwrap_or_default();
        starts.iter().filter_map(|start| self.text.get(*start as usize..)).map(|rest| Fields {
            table: self.table,
            line: 0,
            text: rest.split('\n').next().unwrap_or_default(),
        })
    }
}

impl Sheet {
    /// All lines that are not comments.
    pub(super) fn lines(&self) -> impl Iterator<Item = Fields<'_>> {
        rows(self.table, &self.text)
    }
}

/// The lines of a text, as `str::lines` gives them, found many bytes at a time.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let ends = memchr_iter(b'\n', text.as_bytes()).chain((!text.ends_with('\n')).then_some(text.len()));
    let mut start = 0;
    ends.filter_map(move |end| {
        let line = text.get(std::mem::replace(&mut start, end + 1)..end)?;
        Some(line.strip_suffix('\r').unwrap_or(line))
    })
}

/// All lines of a table that are not comments.
pub(super) fn rows<'a>(table: &'static str, text: &'a str) -> impl Iterator<Item = Fields<'a>> {
    rows_from(table, text, 0)
}

/// The lines that are not comments of a part of a table, which begins after so many lines.
pub(super) fn rows_from<'a>(table: &'static str, part: &'a str, before: usize) -> impl Iterator<Item = Fields<'a>> {
    lines(part)
        .enumerate()
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(move |(index, text)| Fields { table, line: before + index + 1, text })
}

/// One line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields<'a> {
    table: &'static str,
    line: usize,
    text: &'a str,
}

impl<'a> Fields<'a> {
    /// The line as it stands.
    pub(super) fn whole(&self) -> &'a str {
        self.text
    }

    /// The field at a place, counted from 0; an error when the line is too short.
    pub(super) fn get(&self, place: usize) -> Result<&'a str, CatalogError> {
        self.text.split('\t').nth(place).ok_or_else(|| self.error(format!("field {} is missing", place + 1)))
    }

    /// The fields of the line; too short lines are filled with `-`.
    pub(super) fn take<const N: usize>(&self) -> [&'a str; N] {
        let mut fields = self.text.split('\t');
        std::array::from_fn(|_| fields.next().unwrap_or("-"))
    }

    /// The fields of the line; an error when it is too short.
    pub(super) fn all<const N: usize>(&self) -> Result<[&'a str; N], CatalogError> {
        let mut fields = self.text.split('\t');
        let mut found = [""; N];
        for (place, slot) in found.iter_mut().enumerate() {
            *slot = fields.next().ok_or_else(|| self.error(format!("field {} is missing", place + 1)))?;
        }
        Ok(found)
    }

    /// An error that names this line.
    pub(super) fn error(&self, message: impl Into<String>) -> CatalogError {
        CatalogError { table: self.table.to_owned(), line: self.line, message: message.into() }
    }
}

/// The entries of a list field; none for `-`.
pub(super) fn list(field: &str) -> impl Iterator<Item = &str> {
    field.split(',').filter(|entry| !entry.is_empty() && *entry != "-")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

    use super::*;

    #[test]
    fn lines_are_found_by_key_in_order() {
        let sheet = Sheet::new("t", "# head\tx\nS3:Get\ta\nlambda:Get\tb\ns3:get\tc\n".into());
        let found: Vec<&str> = sheet.find("s3:get").map(|row| row.get(1).unwrap()).collect();
        assert_eq!(found, ["a", "c"]);
        assert_eq!(sheet.find("s3:put").count(), 0);
        assert_eq!(sheet.find("# head").count(), 0);
    }

    #[test]
    fn a_short_line_is_an_error_with_its_place() {
        let row = rows("t", "# head\n\na\tb\n").next().unwrap();
        assert_eq!(row.get(1).unwrap(), "b");
        assert_eq!(row.get(2).unwrap_err().to_string(), "catalog table `t` line 3: field 3 is missing");
        assert_eq!(row.take::<3>(), ["a", "b", "-"]);
    }
}
