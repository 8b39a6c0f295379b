//! What a file turns out to hold, piece by piece.

use super::fields::Fields;
use super::mould::Mould;

/// What a file turns out to hold, in order.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Item<'a> {
    /// The JSON text of one record.
    Record(&'a str),
    /// One record of a delivered file, with its members found already.
    Scanned(&'a Scanned<'a>),
    /// Something known that is no usage, by the rule named.
    NotUsage(&'static str),
    /// Something that was not understood, and why.
    Loss(String),
}

/// A record that the scanner has been over.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Scanned<'a> {
    pub(crate) text: &'a str,
    /// Without those that are the same in all records like it: `all` gives these too.
    pub(crate) fields: Fields<'a>,
    /// Whether there is white space between its tokens.
    pub(crate) spaced: bool,
    /// The moulds that it fits, if any.
    pub(crate) like: Option<Like<'a>>,
}

/// The moulds of a record by their numbers. Equal heads and sessions: the same `userIdentity`, but for what
/// `alike::untelling` leaves out. Equal tails: the same was done, but for the members that `alike::differs` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Like<'a> {
    pub(crate) head: u32,
    /// The session's name, where the head leaves it open; as it stands in the record.
    pub(crate) session: &'a str,
    pub(crate) tail: u32,
    pub(super) mould: &'a Mould,
}

impl<'a> Scanned<'a> {
    /// All its members.
    pub(crate) fn all(&self) -> Fields<'a> {
        let mut fields = self.fields.clone();
        if let Some(like) = &self.like {
            like.mould.tell(&mut fields);
        }
        fields
    }
}
