//! Where answers are taken: what was refused is written down with its call, and reading goes on.

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};

use super::part::Part;
use crate::source::session::reason;

/// Something that could not be had.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refused {
    /// The IAM action of the call, as `kms:GetKeyPolicy`.
    pub call: &'static str,
    /// Of what it was asked; empty: of nothing in particular.
    pub of: String,
    /// What was answered, or what stood in the way of an answer.
    pub reason: String,
}

/// The answers of one part.
pub(super) struct Desk {
    part: Part,
    /// What could not be had so far.
    pub(super) refused: Vec<Refused>,
}

impl Desk {
    pub(super) fn new(part: Part) -> Desk {
        Desk { part, refused: Vec::new() }
    }

    /// The answer to a call; `None` when it was refused.
    pub(super) fn take<T, E>(&mut self, call: &'static str, of: &str, answer: Result<T, SdkError<E>>) -> Option<T>
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        self.take_unless(call, of, &[], answer)
    }

    /// The same, where some error codes say that there is nothing, or nothing any more.
    pub(super) fn take_unless<T, E>(
        &mut self,
        call: &'static str,
        of: &str,
        nothing: &[&str],
        answer: Result<T, SdkError<E>>,
    ) -> Option<T>
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        assert!(self.part.calls().contains(&call), "`{call}` is no call of `{}` in the table", self.part.name());
        match answer {
            Ok(answer) => Some(answer),
            Err(error) => {
                if !error.code().is_some_and(|code| nothing.contains(&code)) {
                    self.refuse(call, of, reason(&error));
                }
                None
            }
        }
    }

    /// Writes down what could not be had.
    pub(super) fn refuse(&mut self, call: &'static str, of: &str, reason: String) {
        self.refused.push(Refused { call, of: of.to_owned(), reason });
    }
}
