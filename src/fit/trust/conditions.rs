//! Conditions that a trust policy lacks, with the values that were seen. Offered, never forced.

use std::collections::BTreeSet;

use super::hearing::{Name, Witness};
use super::hint::Hint;
use crate::fit::options::{AddedCondition, Options};
use crate::fit::standing::Standing;
use crate::fit::tightness::Tightness;
use crate::iam::{Caller, Condition, Statement};

const EXTERNAL_ID: &str = "sts:ExternalId";
const PRINCIPAL_ARN: &str = "aws:PrincipalArn";

/// Values of one condition: more would crowd a trust policy, which has 2,048 characters by default.
const MAX_VALUES: usize = 10;

/// Keys that hold foreign accounts or whole accounts in, whatever their values.
const HELD_IN: [&str; 5] =
    [EXTERNAL_ID, PRINCIPAL_ARN, "aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:SourceIdentity"];

/// What a name lacks: the hint, and the condition where all its values are known and it may be added.
pub(super) struct Lack {
    pub(super) hint: Hint,
    pub(super) condition: Option<Condition>,
}

/// What each name lacks, in the order of the names.
pub(super) fn lacks(names: &[Name<'_>], witness: &Witness<'_>, options: &Options) -> Vec<Vec<Lack>> {
    let lack = |name: &Name<'_>| {
        let statement = witness.trust.statements.get(name.statement);
        let found = statement.map(|statement| lack(name, statement, witness));
        let mut lacks = Vec::new();
        for (wanted, operator, key, values) in found.into_iter().flatten() {
            let condition = Condition { operator: operator.to_owned(), key, values };
            let add = wanted.is_some_and(|wanted| options.conditions.contains(&wanted));
            let may = add && !condition.values.is_empty() && is_enough(name, condition.values.len(), options);
            let Condition { key, values, .. } = condition.clone();
            let hint = Hint { statement: name.statement, value: name.value.to_owned(), key, values, added: false };
            lacks.push(Lack { hint, condition: may.then_some(condition) });
        }
        lacks
    };
    names.iter().map(lack).collect()
}

/// An option that adds the condition, its operator, its key and its values.
type Found = (Option<AddedCondition>, &'static str, String, Vec<String>);

fn lack(name: &Name<'_>, statement: &Statement, witness: &Witness<'_>) -> Vec<Found> {
    if matches!(name.standing, Standing::Unused) {
        return Vec::new();
    }
    let asks =
        |keys: &[&str]| statement.conditions.iter().any(|one| keys.iter().any(|key| one.key.eq_ignore_ascii_case(key)));
    let account = account_of(name.value);
    let is_whole = account.is_some_and(|account| name.value == account || name.value.ends_with(":root"));
    let mut found = Vec::new();
    match name.kind {
        "AWS" => {
            let grants = witness.grants;
            let ours = |account| grants.accounts.contains_key(account) || grants.guardrails.contains_key(account);
            let foreign = account.is_some_and(|account| !ours(account));
            if foreign && !asks(&HELD_IN) {
                let id = external_id(name);
                let values = id.map(str::to_owned).into_iter().collect();
                found.push((Some(AddedCondition::ExternalId), "StringEquals", EXTERNAL_ID.to_owned(), values));
            }
            if is_whole && !asks(&[PRINCIPAL_ARN]) {
                found.push((Some(AddedCondition::Principal), "ArnEquals", PRINCIPAL_ARN.to_owned(), arns(name)));
            }
        }
        "Service" if witness.catalog.tells_source_account(name.value) && !asks(&SOURCES) => {
            let own = witness.stack.bearer.account().id.clone();
            // No record tells these keys, so nothing that is added could be proven.
            found.push((None, "StringEquals", "aws:SourceAccount".to_owned(), vec![own]));
        }
        "Federated" => found.extend(subject(name, statement)),
        _ => {}
    }
    found
}

const SOURCES: [&str; 4] = ["aws:SourceArn", "aws:SourceAccount", "aws:SourceOrgID", "aws:SourceOrgPaths"];

/// The account of an ARN, or the account itself.
fn account_of(value: &str) -> Option<&str> {
    let account = value.split(':').nth(4).unwrap_or(value);
    (account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit())).then_some(account)
}

/// The external id that every assumption by this name gave.
fn external_id<'n>(name: &'n Name<'_>) -> Option<&'n str> {
    let mut given = name.through.iter().map(|assumed| assumed.assumption.told(EXTERNAL_ID).flatten());
    let first = given.next()??;
    (given.all(|id| id == Some(first)) && is_literal(first)).then_some(first)
}

/// The users and roles that came; none where one is not surely known, or where there are many.
fn arns(name: &Name<'_>) -> Vec<String> {
    let one = |assumed: &&super::hearing::Assumed<'_>| match assumed.callers.as_slice() {
        [Caller::User(arn) | Caller::Role { role: arn, .. }] if arn.contains(":iam:") && is_literal(arn) => {
            assumed.assumption.is_named().then(|| arn.clone())
        }
        _ => None,
    };
    few(name.through.iter().map(one).collect())
}

/// The subjects of an OIDC provider's tokens, unless the statement names them one by one.
fn subject(name: &Name<'_>, statement: &Statement) -> Option<Found> {
    let host = name.value.split_once(":oidc-provider/").map_or(name.value, |(_, host)| host);
    let key = format!("{host}:sub");
    let is_exact = |one: &Condition| {
        one.key.eq_ignore_ascii_case(&key) && one.values.iter().all(|value| !value.contains(['*', '?']))
    };
    let is_oidc = !name.value.contains(":saml-provider/") && !statement.conditions.iter().any(is_exact);
    let told = |assumed: &&super::hearing::Assumed<'_>| {
        let subject = assumed.assumption.told(&key).flatten()?;
        is_literal(subject).then(|| subject.to_owned())
    };
    let subjects: Option<BTreeSet<String>> = name.through.iter().map(told).collect();
    is_oidc.then(|| {
        let (operator, values) = shortened(subjects.unwrap_or_default());
        (Some(AddedCondition::Subject), operator, key, values)
    })
}

/// Many subjects become patterns at a colon, the finest that are few; the first two parts of a subject, as the
/// repository, always stay.
fn shortened(subjects: BTreeSet<String>) -> (&'static str, Vec<String>) {
    const LEAST_PARTS: usize = 2;
    if subjects.len() <= MAX_VALUES {
        return ("StringEquals", subjects.into_iter().collect());
    }
    let most = subjects.iter().map(|subject| subject.split(':').count()).max().unwrap_or_default();
    let start = |subject: &String, parts: usize| match subject.split(':').count() > parts {
        true => subject.split(':').take(parts).collect::<Vec<_>>().join(":") + ":*",
        false => subject.clone(),
    };
    let rungs = (LEAST_PARTS..most).rev();
    let mut sets = rungs.map(|parts| subjects.iter().map(|subject| start(subject, parts)).collect::<BTreeSet<_>>());
    let found = sets.find(|patterns| patterns.len() <= MAX_VALUES).unwrap_or_default();
    ("StringLike", found.into_iter().collect())
}

/// Text that means itself in a condition's value.
fn is_literal(text: &str) -> bool {
    !text.contains(['*', '?']) && !text.contains("${")
}

fn few(values: Option<BTreeSet<String>>) -> Vec<String> {
    values.filter(|values| values.len() <= MAX_VALUES).unwrap_or_default().into_iter().collect()
}

/// Whether there is as much evidence as a condition on a permission takes.
fn is_enough(name: &Name<'_>, values: usize, options: &Options) -> bool {
    /// Seconds of a day.
    const DAY: i64 = 86_400;
    let Some(parameters) = options.tightness.parameters().or(Tightness::Medium.parameters()) else {
        return false;
    };
    let whole = || name.through.iter().map(|one| one.assumption).filter(|one| one.is_whole());
    let uses = || whole().map(|one| one.seen);
    // A caller's assumptions of several roles are counted together.
    let count: u64 = whole().map(|one| one.seen.count / one.roles() as u64).sum();
    let (first, last) = (uses().map(|seen| seen.first.0).min(), uses().map(|seen| seen.last.0).max());
    let spread = first.zip(last).map_or(0, |(first, last)| (last - first) / DAY);
    count >= parameters.uses_per_pattern.saturating_mul(values as u64) && spread >= parameters.spread_days
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn many_subjects_become_few_patterns() {
        let subjects = |number: usize| (0..number).map(|at| format!("repo:shop/web:ref:refs/heads/b{at:02}")).collect();
        let (operator, values) = shortened(subjects(10));
        assert_eq!((operator, values.len()), ("StringEquals", 10));
        assert_eq!(shortened(subjects(11)), ("StringLike", vec!["repo:shop/web:ref:*".to_owned()]));
        let repositories = (0..11).map(|at| format!("repo:shop/r{at}:pull_request")).collect();
        assert_eq!(shortened(repositories), ("StringLike", Vec::new()));
    }
}
