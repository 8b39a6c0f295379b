//! One mould: the text that records of a kind share, and the gaps where they differ.
//!
//! It is taken from a record that the scanner went over. Where the text of the gaps is a valid value, another
//! record with the same text around them is as valid as the first and has its members in the same places; so what
//! fits a mould is what the scanner would accept, member by member, and most of it was compared, not scanned.

use std::ops::Range;

use super::fields::{Fields, Member};
use super::scan::Scanner;

/// A value that is worth comparing with the one that was there first.
const WORTH_COMPARING: usize = 12;

/// The mould of a stretch of a record.
pub(super) struct Mould {
    /// What all have, one piece after the other; each lead is followed by the usual value of its gap.
    constant: Box<[u8]>,
    gaps: Box<[Gap]>,
    /// Members whose values are the same in all.
    fixed: Box<[Fixed]>,
}

/// One piece of constant text and the gap after it; the last has no gap. Small, for there are many moulds, and they
/// are looked at again and again.
struct Gap {
    /// Where in the constant text the lead ends.
    lead: u16,
    /// Where the usual value ends, which begins where the lead ends; empty if there is none.
    usual: u16,
    /// How many of the fixed members stand before the gap.
    fixed: u16,
    member: Option<Member>,
}

/// A member in constant text: where its value starts and ends, from the start of the piece.
struct Fixed {
    start: u16,
    end: u16,
    member: Member,
}

impl Mould {
    /// Holds the text at a place against the mould. Gives where the stretch ends, and writes down its members.
    pub(super) fn fill<'a>(&self, text: &'a str, start: usize, fields: &mut Fields<'a>) -> Option<usize> {
        let bytes = text.as_bytes();
        let (mut at, mut compared, mut written) = (start, 0, 0);
        for gap in &self.gaps {
            let lead = self.constant.get(compared..usize::from(gap.lead))?;
            bytes.get(at..)?.starts_with(lead).then_some(())?;
            for fixed in self.fixed.get(written..usize::from(gap.fixed))? {
                fixed.write(text, at, fields)?;
            }
            (at, compared, written) = (at + lead.len(), usize::from(gap.usual), usize::from(gap.fixed));
            let end = self.gap_end(gap, text, at)?;
            if let Some(member) = gap.member {
                *fields.place(member) = text.get(at..end).filter(|value| *value != "null");
            }
            at = end;
        }
        let lead = self.constant.get(compared..)?;
        bytes.get(at..)?.starts_with(lead).then_some(())?;
        for fixed in self.fixed.get(written..)? {
            fixed.write(text, at, fields)?;
        }
        Some(at + lead.len())
    }

    /// A text, list or object that begins as the usual one does is it as a whole.
    fn gap_end(&self, gap: &Gap, text: &str, at: usize) -> Option<usize> {
        let usual = self.constant.get(usize::from(gap.lead)..usize::from(gap.usual))?;
        if !usual.is_empty() && text.as_bytes().get(at..)?.starts_with(usual) {
            return Some(at + usual.len());
        }
        let mut scanner = Scanner::new(text, at);
        scanner.member_value()?;
        Some(scanner.at())
    }

    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        self.constant.len() + self.gaps.len() * size_of::<Gap>() + self.fixed.len() * size_of::<Fixed>()
    }
}

impl Fixed {
    fn write<'a>(&self, text: &'a str, piece: usize, fields: &mut Fields<'a>) -> Option<()> {
        let value = text.get(piece + usize::from(self.start)..piece + usize::from(self.end))?;
        *fields.place(self.member) = Some(value);
        Some(())
    }
}

/// Makes a mould from a stretch of a record; `None`: it is too long for one.
pub(super) struct Caster<'a> {
    text: &'a str,
    /// What was taken over.
    at: usize,
    constant: Vec<u8>,
    gaps: Vec<Gap>,
    fixed: Vec<Fixed>,
}

impl<'a> Caster<'a> {
    pub(super) fn new(text: &'a str, start: usize) -> Caster<'a> {
        Caster { text, at: start, constant: Vec::new(), gaps: Vec::new(), fixed: Vec::new() }
    }

    /// A member whose value must be the same; values must come in their order.
    pub(super) fn fix(&mut self, member: Member, value: Range<usize>) -> Option<()> {
        // Members that are `null` count as absent.
        if self.text.get(value.clone())? != "null" {
            self.fixed.push(Fixed { member, start: short(value.start - self.at)?, end: short(value.end - self.at)? });
        }
        Some(())
    }

    /// A value that may differ.
    pub(super) fn gap(&mut self, member: Option<Member>, value: Range<usize>) -> Option<()> {
        let bytes = self.text.as_bytes();
        self.constant.extend(bytes.get(self.at..value.start)?);
        let lead = short(self.constant.len())?;
        let usual = bytes.get(value.clone()).filter(|value| is_usual(member, value)).unwrap_or_default();
        self.constant.extend(usual);
        self.gaps.push(Gap { lead, usual: short(self.constant.len())?, member, fixed: short(self.fixed.len())? });
        self.at = value.end;
        Some(())
    }

    /// The mould of all up to here.
    pub(super) fn finish(mut self, end: usize) -> Option<Mould> {
        self.constant.extend(self.text.as_bytes().get(self.at..end)?);
        Some(Mould { constant: self.constant.into(), gaps: self.gaps.into(), fixed: self.fixed.into() })
    }
}

/// Whether a value may come again. A number is not told by its beginning.
fn is_usual(member: Option<Member>, value: &[u8]) -> bool {
    let closes = matches!(value.first(), Some(b'"' | b'[' | b'{'));
    closes && value.len() >= WORTH_COMPARING && member != Some(Member::Id)
}

fn short(length: usize) -> Option<u16> {
    u16::try_from(length).ok()
}
