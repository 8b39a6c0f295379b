//! The operands of all conditions on a key, each once.

use super::super::super::condition::{Family, Operator};
use super::super::super::policy::Version;
use super::super::super::request::Context;
use super::super::language::Language;
use super::super::written::{Marks, Written};

/// The operands, by number.
#[derive(Default)]
pub(super) struct Operands {
    pub(super) all: Vec<Operand>,
    /// The families of the operators, of those without operands too.
    families: Vec<Family>,
}

/// How one value is compared.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Operand {
    /// Without set operator, negation and `IfExists`.
    pub(super) operator: Operator,
    pub(super) text: String,
    /// For texts and ARNs.
    pub(super) written: Option<Written>,
}

impl Operands {
    /// Notes an operator.
    pub(super) fn note(&mut self, family: Family) {
        if !self.families.contains(&family) {
            self.families.push(family);
            self.families.sort_unstable();
        }
    }

    /// The families of all operators, sorted.
    pub(super) fn families(&self) -> &[Family] {
        &self.families
    }

    /// The number of an operand, new or known.
    pub(super) fn number(
        &mut self,
        operator: Operator,
        text: &str,
        version: Option<Version>,
        marks: &mut Marks,
        known: Option<&Context>,
    ) -> usize {
        let written = match operator.family() {
            Family::StringExact => Some(Written::read(marks, version, text, false, known)),
            Family::StringLike | Family::Arn => Some(Written::read(marks, version, text, true, known)),
            _ => None,
        };
        let operand = Operand { operator: operator.plain(), text: text.to_owned(), written };
        self.all.iter().position(|other| *other == operand).unwrap_or_else(|| {
            self.all.push(operand);
            self.all.len() - 1
        })
    }

    /// The operands with variables that are not filled in.
    pub(super) fn open(&self) -> Vec<(usize, Written)> {
        let open = |(number, operand): (usize, &Operand)| {
            operand
                .written
                .as_ref()
                .filter(|written| written.open && !written.void)
                .map(|written| (number, written.clone()))
        };
        self.all.iter().enumerate().filter_map(open).collect()
    }
}

impl Operand {
    /// The texts that it takes in; `None`: none. Of `Bool` with `false`, those that it does not take in.
    pub(super) fn language(&self) -> Option<Language> {
        let symbols =
            || self.written.as_ref().filter(|written| !written.void).map(|written| written.symbols.as_slice());
        match self.operator.family() {
            Family::Bool => Some(Language::any_case_of("true")),
            Family::Arn => Language::arn(symbols()?),
            _ if self.operator.ignores_case() => Some(Language::any_case(symbols()?)),
            _ => Some(Language::text(symbols()?)),
        }
    }

    /// `Bool` with `false`: every text but `true`.
    pub(super) fn is_false(&self) -> bool {
        self.operator.family() == Family::Bool && self.text.eq_ignore_ascii_case("false")
    }

    /// `Bool` with neither `true` nor `false`.
    pub(super) fn is_no_truth(&self) -> bool {
        self.operator.family() == Family::Bool && !["true", "false"].iter().any(|t| self.text.eq_ignore_ascii_case(t))
    }
}
