//! Where the traces of a run go when memory is no place for them: a file without a name, gone with the process.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Mutex, PoisonError};

use crate::trail::Depot;

/// Bytes put away under numbers. The file is made when it is first needed.
#[derive(Default)]
pub(super) struct Shelf(Mutex<Option<Content>>);

struct Content {
    file: File,
    /// What stands where, by number: first byte, length.
    pieces: BTreeMap<usize, Vec<(u64, usize)>>,
    end: u64,
}

impl Depot for Shelf {
    fn put(&self, number: usize, bytes: &[u8]) -> io::Result<()> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.is_none() {
            *held = Some(Content { file: tempfile::tempfile()?, pieces: BTreeMap::new(), end: 0 });
        }
        let Some(content) = held.as_mut() else { return Ok(()) };
        content.file.seek(SeekFrom::Start(content.end))?;
        content.file.write_all(bytes)?;
        content.pieces.entry(number).or_default().push((content.end, bytes.len()));
        content.end += bytes.len() as u64;
        Ok(())
    }

    fn held(&self, number: usize) -> usize {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let pieces = held.as_ref().and_then(|content| content.pieces.get(&number));
        pieces.into_iter().flatten().map(|(_, length)| length).sum()
    }

    fn take(&self, number: usize, piece: &mut dyn FnMut(&[u8])) -> io::Result<()> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(Content { file, pieces, .. }) = held.as_mut() else { return Ok(()) };
        let mut bytes = Vec::new();
        for (start, length) in pieces.get(&number).into_iter().flatten() {
            bytes.resize(*length, 0);
            file.seek(SeekFrom::Start(*start))?;
            file.read_exact(&mut bytes)?;
            piece(&bytes);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Depot, Shelf};

    fn case(shelf: &Shelf, number: usize, expected: &str) {
        let mut text = Vec::new();
        shelf.take(number, &mut |piece| text.extend(piece)).unwrap();
        assert_eq!((String::from_utf8(text).unwrap().as_str(), shelf.held(number)), (expected, expected.len()));
    }

    #[test]
    fn what_is_put_away_comes_back() {
        let shelf = Shelf::default();
        case(&shelf, 1, "");
        for (number, text) in [(1, "one"), (2, "two"), (1, "more")] {
            shelf.put(number, text.as_bytes()).unwrap();
        }
        case(&shelf, 1, "onemore");
        case(&shelf, 2, "two");
        case(&shelf, 3, "");
    }
}
