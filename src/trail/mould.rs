//! One mould: a record that others are like, and the gaps where they may differ from it.
//!
//! Another record is compared with it from mismatch to mismatch. Where one falls into a gap and a
//! valid value stands there, the other record is as valid as the first and has its members in the same places; so
//! what fits a mould is what the scanner would accept, member by member, and most of it was compared, not scanned.

use std::ops::Range;

use super::fields::{Fields, Member};
use super::scan::{common, value_end};

/// The mould of a stretch of a record.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mould {
    sample: Box<str>,
    /// Where values stand that may differ, in their order.
    gaps: Box<[Gap]>,
    /// In their order.
    leaves: Box<[Leaf]>,
    /// Members that are the same in all that fit, and where they stand in the sample.
    fixed: Box<[(Member, Range<u16>)]>,
}

/// Where a value stands in the sample. Small, for there are many, and they are looked at again and again.
#[derive(Debug, PartialEq, Eq)]
struct Gap {
    start: u16,
    end: u16,
    /// The first of the leaves in it, if it has any: those from here on that end before it does.
    leaf: u16,
    member: Option<Member>,
}

/// A text or a number within a list or an object that may differ.
#[derive(Debug, PartialEq, Eq)]
struct Leaf {
    start: u16,
    end: u16,
}

impl Mould {
    /// Holds the text at a place against the mould. Gives where the stretch ends, and writes down the members that
    /// may differ.
    pub(super) fn fill<'a>(&self, text: &'a str, start: usize, fields: &mut Fields<'a>) -> Option<usize> {
        let mut walk = Walk { sample: self.sample.as_bytes(), text, at: start, from: 0, differs: 0 };
        walk.go_on(start, 0)?;
        for gap in &self.gaps {
            let (first, last) = (usize::from(gap.start), usize::from(gap.end));
            let here = walk.place(first);
            if walk.differs <= last {
                // A mismatch before the gap is one of another kind.
                (first <= walk.differs).then_some(())?;
                if self.pass_leaves(gap, &mut walk).is_none() {
                    walk.go_on(value_end(text, here)?, last)?;
                }
            }
            if let Some(member) = gap.member {
                let value = text.get(here..walk.place(last))?;
                *fields.place(member) = (value != "null").then_some(value);
            }
        }
        (walk.differs == self.sample.len()).then_some(walk.place(walk.differs))
    }

    /// Steps over a list or object that is the one of the sample but for some of its leaves: with a text in place of
    /// a text and a number in place of a number it is as valid.
    fn pass_leaves(&self, gap: &Gap, walk: &mut Walk<'_>) -> Option<()> {
        matches!(walk.sample.get(usize::from(gap.start)), Some(b'{' | b'[')).then_some(())?;
        let mut leaves = self.leaves.get(usize::from(gap.leaf)..)?.iter();
        while walk.differs <= usize::from(gap.end) {
            let leaf = leaves.find(|leaf| walk.differs <= usize::from(leaf.end))?;
            let (first, last) = (usize::from(leaf.start), usize::from(leaf.end));
            (first <= walk.differs && leaf.end < gap.end).then_some(())?;
            let here = walk.place(first);
            let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
            let are_digits = || is_digit(walk.sample.get(first)) && is_digit(walk.text.as_bytes().get(here));
            (walk.differs > first || are_digits()).then_some(())?;
            walk.go_on(value_end(walk.text, here)?, last)?;
        }
        Some(())
    }

    /// Writes down the members that are the same in all that fit.
    pub(super) fn tell<'m>(&'m self, fields: &mut Fields<'m>) {
        for (member, Range { start, end }) in &self.fixed {
            *fields.place(*member) = self.sample.get(usize::from(*start)..usize::from(*end));
        }
    }

    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        self.sample.len() + size_of_val(&*self.gaps) + size_of_val(&*self.leaves) + size_of_val(&*self.fixed)
    }
}

/// How far a text and a sample were compared.
struct Walk<'w> {
    sample: &'w [u8],
    text: &'w str,
    /// A place in the text, and the place in the sample to which it belongs.
    at: usize,
    from: usize,
    /// The next place in the sample where they differ, or its end.
    differs: usize,
}

impl Walk<'_> {
    /// Compares from two places on.
    #[inline]
    fn go_on(&mut self, at: usize, from: usize) -> Option<()> {
        let same = common(self.sample.get(from..)?, self.text.as_bytes().get(at..)?);
        (self.at, self.from, self.differs) = (at, from, from + same);
        Some(())
    }

    /// The place in the text that belongs to one in the sample, from which on they were compared.
    fn place(&self, sample: usize) -> usize {
        self.at + (sample - self.from)
    }
}

/// Makes a mould from a stretch of a record; `None`: it is too long for one.
pub(super) struct Caster<'a> {
    text: &'a str,
    start: usize,
    gaps: Vec<Gap>,
    leaves: Vec<Leaf>,
    fixed: Vec<(Member, Range<u16>)>,
}

impl<'a> Caster<'a> {
    pub(super) fn new(text: &'a str, start: usize) -> Caster<'a> {
        Caster { text, start, gaps: Vec::new(), leaves: Vec::new(), fixed: Vec::new() }
    }

    /// A member whose value must be the same; values must come in their order.
    pub(super) fn fix(&mut self, member: Member, value: Range<usize>) -> Option<()> {
        // Members that are `null` count as absent.
        if self.text.get(value.clone())? != "null" {
            self.fixed.push((member, self.place(value.start)?..self.place(value.end)?));
        }
        Some(())
    }

    /// A value that may differ.
    pub(super) fn gap(&mut self, member: Option<Member>, value: Range<usize>) -> Option<()> {
        let (start, end) = (self.place(value.start)?, self.place(value.end)?);
        self.gaps.push(Gap { start, end, leaf: u16::try_from(self.leaves.len()).ok()?, member });
        match self.text.as_bytes().get(value.start)? {
            b'{' | b'[' => self.list_leaves(value),
            _ => Some(()),
        }
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
        let sample = self.text.get(self.start..end)?.into();
        Some(Mould { sample, gaps: self.gaps.into(), leaves: self.leaves.into(), fixed: self.fixed.into() })
    }
}
