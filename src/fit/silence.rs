//! What silence means beyond one principal's permissions: about a role's assumption, about a whole account.

use super::blindness::Blindness;
use super::eyesight::Eyesight;
use super::logged::data_of;
use super::stack::Stack;
use crate::catalog::{Action, Visibility};
use crate::grants::Owner;
use crate::trail::Moment;

impl Eyesight<'_> {
    /// Why the user keeps a name in a trust policy, if so; `owner`: who it is, where a snapshot tells.
    pub(super) fn keeps_name(&self, name: &str, owner: Option<&Owner>) -> Option<Blindness> {
        let last = name.rsplit('/').next().unwrap_or(name).to_owned();
        let unknown = Owner { arn: name.to_owned(), name: last, ..Owner::default() };
        let rule = self.kept.of_principal(owner.unwrap_or(&unknown)).or_else(|| self.kept.of_action("sts:AssumeRole"));
        rule.map(Blindness::Kept)
    }

    /// Why an assumption of the role would not have shown, if so: it is a read-only event of AWS STS.
    pub(super) fn blind_to_assumptions(&self, stack: &Stack<'_>) -> Option<Blindness> {
        const STS: &str = "sts.amazonaws.com";
        let Some(coverage) = self.coverage(stack) else {
            return Some(Blindness::NoRecords);
        };
        if !coverage.management.contains(STS) {
            return Some(Blindness::SourceNotLogged(STS));
        }
        self.blind_to_reads(&stack.bearer.account().id, coverage)
    }

    /// Whether a moment falls into the protection period at the end of the role's log.
    pub(super) fn is_recent(&self, moment: Moment, stack: &Stack<'_>) -> bool {
        self.coverage(stack).is_some_and(|coverage| moment.0 > coverage.last.0 - self.protection)
    }

    /// Whether somebody is younger than the protection period at the end of the role's log.
    pub(super) fn is_young(&self, owner: &Owner, stack: &Stack<'_>) -> bool {
        self.coverage(stack).is_some_and(|coverage| self.is_new(owner.created.as_deref(), coverage))
    }

    /// Why nothing can be called unused in an account, if so.
    pub(super) fn blind_to_account(&self, account: &str) -> Option<Blindness> {
        let Some(coverage) = self.evidence.coverage.accounts.get(account) else {
            return Some(Blindness::NoRecords);
        };
        let days = coverage.span_days();
        (days < self.min_days).then_some(Blindness::FewDays(days))
    }

    /// Why a use of the action, by anybody and on whatever resource, would not have shown in the account, if so.
    pub(super) fn blind_in_account(&self, account: &str, action: &Action) -> Option<Blindness> {
        let coverage = self.evidence.coverage.accounts.get(account)?;
        let service = action.name.split(':').next().unwrap_or_default();
        match &action.visibility {
            Visibility::Never(reason) => return Some(Blindness::NeverLogged(reason.clone())),
            Visibility::Data(_) if self.promised.contains(service) => return None,
            // The log shows some resources at most, never that it shows all.
            Visibility::Data(source) => return self.blind_to_data(account, data_of(action, source), &["*"], || false),
            Visibility::Management => {}
        }
        self.blind_to_management(account, coverage, action)
    }
}
