//! Where the traces of a run go when memory is no place for them: a file without a name, gone with the process.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Mutex, PoisonError};

use crate::trail::Depot;

/// Bytes put away under numbers. The file is made when it is first needed.
#[derive(Default)]
pub(super) struct Shelf(Mutex<Option<Content>>);

struct Content {
    file: File,
    /// What stands where: number, first byte, length.
    pieces: Vec<(usize, u64, usize)>,
    end: u64,
}

impl Depot for Shelf {
    fn put(&self, number: usize, bytes: &[u8]) -> io::Result<()> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.is_none() {
            *held = Some(Content { file: tempfile::tempfile()?, pieces: Vec::new(), end: 0 });
        }
        let Some(content) = held.as_mut() else { return Ok(()) };
        content.file.seek(SeekFrom::Start(content.end))?;
        content.file.write_all(bytes)?;
        content.pieces.push((number, content.end, bytes.len()));
        content.end += bytes.len() as u64;
        Ok(())
    }

    fn take(&self, number: usize) -> io::Result<Vec<u8>> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all = Vec::new();
        let Some(Content { file, pieces, .. }) = held.as_mut() else { return Ok(all) };
        for (_, start, length) in pieces.iter().filter(|(of, ..)| *of == number) {
            file.seek(SeekFrom::Start(*start))?;
            let before = all.len();
            all.resize(before + length, 0);
            file.read_exact(all.get_mut(before..).unwrap_or_default())?;
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::{Depot, Shelf};

    #[test]
    fn what_is_put_away_comes_back() {
        let shelf = Shelf::default();
        assert!(shelf.take(1).unwrap().is_empty());
        for (number, text) in [(1, "one"), (2, "two"), (1, "more")] {
            shelf.put(number, text.as_bytes()).unwrap();
        }
        assert_eq!((shelf.take(1).unwrap(), shelf.take(2).unwrap()), (b"onemore".to_vec(), b"two".to_vec()));
        assert!(shelf.take(3).unwrap().is_empty());
    }
}
