//! One mould: a record that others are like, and the spots where they may differ from it.
//!
//! Another record is compared with it from mismatch to mismatch. Where one falls into a spot that may differ and a
//! valid value stands there, the other record is as valid as the first and has its members in the same places; so
//! what fits a mould is what the scanner would accept, member by member, and most of it was compared, not scanned.

use std::ops::Range;

use super::fields::{Fields, Member};
use super::scan::{Scanner, common};

/// The mould of a stretch of a record.
pub(super) struct Mould {
    sample: Box<[u8]>,
    /// In their order.
    spots: Box<[Spot]>,
    /// In their order.
    leaves: Box<[Leaf]>,
}

/// Where a value stands in the sample. Small, for there are many, and they are looked at again and again.
struct Spot {
    start: u16,
    end: u16,
    /// The first of the leaves in it, if it has any: those from here on that end before it does.
    leaf: u16,
    /// Whether it must be the same in all.
    fixed: bool,
    member: Option<Member>,
}

/// A text or a number within a list or an object that may differ.
struct Leaf {
    start: u16,
    end: u16,
}

impl Mould {
    /// Holds the text at a place against the mould. Gives where the stretch ends, and writes down its members.
    pub(super) fn fill<'a>(&self, text: &'a str, start: usize, fields: &mut Fields<'a>) -> Option<usize> {
        let (mut at, mut from) = (start, 0);
        let mut differs = self.differs(text, at, from)?;
        for spot in &self.spots {
            let (first, last) = (usize::from(spot.start), usize::from(spot.end));
            let here = at + (first - from);
            let end = if last < differs || differs == self.sample.len() {
                at + (last - from)
            } else {
                // A mismatch before the spot, or right after one that must be the same, is one of another kind.
                (first <= differs && !spot.fixed).then_some(())?;
                let end = self.nearly_same(spot, text, here).or_else(|| value_end(text, here))?;
                (at, from) = (end, last);
                differs = self.differs(text, at, from)?;
                end
            };
            if let Some(member) = spot.member {
                let value = text.get(here..end)?;
                *fields.place(member) = (spot.fixed || value != "null").then_some(value);
            }
        }
        (differs == self.sample.len()).then_some(at + (differs - from))
    }

    /// The next place in the sample where a text is not the same.
    fn differs(&self, text: &str, at: usize, from: usize) -> Option<usize> {
        Some(from + common(self.sample.get(from..)?, text.as_bytes().get(at..)?))
    }

    /// Where a list or object ends that is the one of the sample but for some of its leaves: with a text in place of
    /// a text and a number in place of a number it is as valid.
    fn nearly_same(&self, spot: &Spot, text: &str, mut at: usize) -> Option<usize> {
        let (bytes, sample) = (text.as_bytes(), self.sample.get(..usize::from(spot.end))?);
        let mut from = usize::from(spot.start);
        matches!(sample.get(from), Some(b'{' | b'[')).then_some(())?;
        let mut leaves = self.leaves.get(usize::from(spot.leaf)..)?.iter();
        loop {
            let same = common(sample.get(from..)?, bytes.get(at..)?);
            let differs = from + same;
            if differs == sample.len() {
                return Some(at + same);
            }
            let leaf = leaves.find(|leaf| differs <= usize::from(leaf.end))?;
            let (first, last) = (usize::from(leaf.start), usize::from(leaf.end));
            (first <= differs && last < sample.len()).then_some(())?;
            let here = at + (first - from);
            let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
            (differs > first || (is_digit(sample.get(first)) && is_digit(bytes.get(here)))).then_some(())?;
            (at, from) = (value_end(text, here)?, last);
        }
    }

    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        self.sample.len() + size_of_val(&*self.spots) + size_of_val(&*self.leaves)
    }
}

/// Makes a mould from a stretch of a record; `None`: it is too long for one.
pub(super) struct Caster<'a> {
    text: &'a str,
    start: usize,
    spots: Vec<Spot>,
    leaves: Vec<Leaf>,
}

impl<'a> Caster<'a> {
    pub(super) fn new(text: &'a str, start: usize) -> Caster<'a> {
        Caster { text, start, spots: Vec::new(), leaves: Vec::new() }
    }

    /// A member whose value must be the same; values must come in their order.
    pub(super) fn fix(&mut self, member: Member, value: Range<usize>) -> Option<()> {
        // Members that are `null` count as absent.
        if self.text.get(value.clone())? != "null" {
            self.spot(Some(member), value, true)?;
        }
        Some(())
    }

    /// A value that may differ.
    pub(super) fn gap(&mut self, member: Option<Member>, value: Range<usize>) -> Option<()> {
        self.spot(member, value.clone(), false)?;
        match self.text.as_bytes().get(value.start)? {
            b'{' | b'[' => self.list_leaves(value),
            _ => Some(()),
        }
    }

    fn spot(&mut self, member: Option<Member>, value: Range<usize>, fixed: bool) -> Option<()> {
        let (start, end) = (self.place(value.start)?, self.place(value.end)?);
        self.spots.push(Spot { start, end, leaf: u16::try_from(self.leaves.len()).ok()?, fixed, member });
        Some(())
    }

    /// Lists the texts and numbers of a list or object, but for the names of members.
    fn list_leaves(&mut self, value: Range<usize>) -> Option<()> {
        let bytes = self.text.as_bytes();
        let mut at = value.start;
        while at < value.end {
            if !matches!(bytes.get(at)?, b'"' | b'-' | b'0'..=b'9') {
                at += 1;
                continue;
            }
            let end = value_end(self.text, at)?;
            if bytes.get(end) != Some(&b':') {
                self.leaves.push(Leaf { start: self.place(at)?, end: self.place(end)? });
            }
            at = end;
        }
        Some(())
    }

    fn place(&self, at: usize) -> Option<u16> {
        u16::try_from(at.checked_sub(self.start)?).ok()
    }

    /// The mould of all up to here.
    pub(super) fn finish(self, end: usize) -> Option<Mould> {
        self.place(end)?;
        let sample = self.text.as_bytes().get(self.start..end)?.into();
        Some(Mould { sample, spots: self.spots.into(), leaves: self.leaves.into() })
    }
}

/// Where the value of a member ends that begins at a place.
fn value_end(text: &str, at: usize) -> Option<usize> {
    let mut scanner = Scanner::new(text, at);
    scanner.member_value()?;
    Some(scanner.at())
}
