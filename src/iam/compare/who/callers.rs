//! One caller of each kind that elements can tell apart.

use std::collections::BTreeSet;

use super::super::super::condition::{Family, Operator};
use super::super::super::glob;
use super::super::super::policy::{Condition, PrincipalList};
use super::super::super::request::{Caller, Context, ContextValue};
use super::super::bits::Bits;
use super::super::classes::classes;
use super::super::language::Language;
use super::super::reason::Reason;
use super::element::Element;

/// Accounts for callers of whom no element speaks.
const ACCOUNTS: [&str; 3] = ["444455556666", "123456789012", "111122223333"];

/// The callers. Those of accounts are found as classes of ARNs, the others are named one by one.
pub(super) fn callers(elements: &[Element<'_>], known: Option<&Context>) -> Result<Vec<Caller>, Reason> {
    let mut named = Named::default();
    for element in elements {
        match element {
            Element::Named(principals, _) => match &principals.list {
                PrincipalList::Everyone => {}
                PrincipalList::Named(list) => list.iter().for_each(|(kind, values)| named.add(kind, values)),
            },
            Element::Key(condition, _) => named.add_condition(condition),
        }
    }
    let mut callers = named.outside_accounts(elements);
    for arn in named.arns(known)? {
        callers.extend(named.of_arn(&arn));
    }
    Ok(callers)
}

/// Everything that elements name.
#[derive(Default)]
struct Named {
    /// `(partition, account)`; the partition is empty where it is not told.
    accounts: BTreeSet<(String, String)>,
    /// Principals of accounts, by ARN.
    arns: BTreeSet<String>,
    services: BTreeSet<String>,
    federated: BTreeSet<String>,
    languages: Vec<Language>,
}

impl Named {
    fn add(&mut self, kind: &str, values: &[String]) {
        for value in values {
            match kind {
                "AWS" => self.add_aws(value),
                "Service" => drop(self.services.insert(value.clone())),
                "Federated" => drop(self.federated.insert(value.clone())),
                _ => {}
            }
        }
    }

    fn add_aws(&mut self, value: &str) {
        let parts: Vec<&str> = value.splitn(6, ':').collect();
        match parts.as_slice() {
            ["arn", partition, _, _, account, rest] => {
                self.accounts.insert(((*partition).to_owned(), (*account).to_owned()));
                if *rest != "root" {
                    self.arns.insert(value.to_owned());
                }
            }
            [account] if account.len() == 12 => drop(self.accounts.insert((String::new(), (*account).to_owned()))),
            _ => {}
        }
    }

    fn add_condition(&mut self, condition: &Condition) {
        let family = Operator::parse(&condition.operator).map(Operator::family);
        let wild = matches!(family, Some(Family::StringLike | Family::Arn));
        let key = condition.key.to_ascii_lowercase();
        for value in &condition.values {
            if key == "aws:principalarn" && value.contains(":federated-user/") {
                self.arns.insert(value.replace('*', "example"));
            }
            let text = |text: &str| if wild { glob::symbols(text) } else { glob::literal(text).collect() };
            let of = |before: &str, after: &str| [glob::symbols(before), text(value), glob::symbols(after)].concat();
            match key.as_str() {
                "aws:principalarn" if family == Some(Family::Arn) => self.languages.extend(Language::arn(&text(value))),
                "aws:principalarn" => self.languages.push(Language::text(&text(value))),
                "aws:principalaccount" => {
                    self.languages.extend(Language::arn(&of("arn:*:iam::", ":*")));
                    if value.len() == 12 {
                        self.accounts.insert((String::new(), value.clone()));
                    }
                }
                "aws:username" => {
                    self.languages.push(Language::resource(&of("arn:*:iam::*:user/", "")));
                    self.languages.push(Language::resource(&of("arn:*:iam::*:user/*/", "")));
                    if !wild {
                        self.arns.insert(format!("arn:aws:iam::{}:user/{value}", self.fresh()));
                    }
                }
                _ => {}
            }
        }
    }

    /// An account that no element names.
    fn fresh(&self) -> String {
        let is_free = |account: &str| !self.accounts.iter().any(|(_, named)| named == account);
        let free = ACCOUNTS.into_iter().find(|account| is_free(account)).map(str::to_owned);
        free.or_else(|| (0..).map(|n: u64| format!("{n:012}")).find(|account| is_free(account))).unwrap_or_default()
    }

    /// One ARN of each kind of user, role and root.
    fn arns(&self, known: Option<&Context>) -> Result<Vec<String>, Reason> {
        let mut preferred = Vec::new();
        let fresh = self.fresh();
        let accounts = self.accounts.iter().map(|(partition, account)| (partition.as_str(), account.as_str()));
        for (partition, account) in accounts.chain([("", fresh.as_str())]) {
            let partition = if partition.is_empty() { "aws" } else { partition };
            let head = format!("arn:{partition}:iam::{account}:");
            preferred.extend(["role/example", "user/example", "root"].map(|tail| format!("{head}{tail}")));
            if let Some(Some(ContextValue::One(name))) = known.map(|known| known.get_folded("aws:username")) {
                preferred.push(format!("{head}user/{name}"));
            }
        }
        if let Some(Some(ContextValue::One(arn))) = known.map(|known| known.get_folded("aws:principalarn")) {
            preferred.push(arn.clone());
        }
        let of_iam = |tail: &str| Language::resource(&glob::symbols(&format!("arn:aws*:iam::????????????:{tail}")));
        let mut languages: Vec<Language> = ["user/*", "role/*", "root"].map(of_iam).into();
        languages.extend(self.languages.iter().cloned());
        for (partition, account) in &self.accounts {
            let partition = if partition.is_empty() { "*" } else { partition };
            languages.push(Language::resource(&glob::symbols(&format!("arn:{partition}:iam::{account}:*"))));
        }
        languages.extend(self.arns.iter().map(|arn| Language::text(&glob::literal(arn).collect::<Vec<_>>())));
        languages.dedup();
        let preferred: Vec<&str> = preferred.iter().map(String::as_str).collect();
        let shape = of_iam("*");
        let all =
            classes(&languages, Some(&shape), &preferred).map_err(|_| Reason::Patterns("the principals".into()))?;
        let is_principal = |members: &Bits| (0..3).any(|kind| members.has(kind));
        Ok(all.into_iter().filter(|class| is_principal(&class.members)).map(|class| class.example).collect())
    }

    /// The callers that act under an ARN: a role also in each of the sessions that are named.
    fn of_arn(&self, arn: &str) -> Vec<Caller> {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let [_, partition, _, _, account, rest] = parts.as_slice() else {
            return Vec::new();
        };
        let name = rest.rsplit('/').next().unwrap_or_default();
        match rest.split('/').next() {
            Some("user") => vec![Caller::User(arn.to_owned()), federated(partition, account, arn)],
            Some("role") => {
                let sessions = format!("arn:{partition}:sts::{account}:assumed-role/{name}/");
                let other = format!("{sessions}trailfit-example");
                let named = self.arns.iter().filter(|named| named.starts_with(&sessions)).cloned();
                named
                    .chain([other])
                    .map(|session| Caller::Role { role: arn.to_owned(), session: Some(session) })
                    .collect()
            }
            _ => vec![Caller::Root((*account).to_owned()), federated(partition, account, arn)],
        }
    }

    /// Services, providers, unsigned requests, and sessions that only a `Principal` element can name.
    fn outside_accounts(&self, elements: &[Element<'_>]) -> Vec<Caller> {
        let mut callers = Vec::new();
        for arn in &self.arns {
            let parts: Vec<&str> = arn.splitn(6, ':').collect();
            let [_, partition, "sts", _, account, rest] = parts.as_slice() else {
                continue;
            };
            let mut rest = rest.split('/');
            match (rest.next(), rest.next()) {
                (Some("assumed-role"), Some(name)) => callers.push(Caller::Role {
                    role: format!("arn:{partition}:iam::{account}:role/{name}"),
                    session: Some(arn.clone()),
                }),
                (Some("federated-user"), _) => callers.push(Caller::FederatedUser {
                    arn: arn.clone(),
                    issuer: Some(format!("arn:{partition}:iam::{account}:root")),
                }),
                _ => {}
            }
        }
        if elements.iter().any(|element| matches!(element, Element::Named(..))) {
            callers.extend(self.services.iter().cloned().map(Caller::Service));
            callers.extend(self.federated.iter().filter(|name| *name != "*").cloned().map(Caller::Federated));
            callers.push(Caller::Service("other.amazonaws.com".into()));
            callers.push(Caller::Federated("accounts.example.com".into()));
            callers.push(Caller::Anonymous);
        }
        callers
    }
}

/// A federated user for whom this user or root asked.
fn federated(partition: &str, account: &str, issuer: &str) -> Caller {
    let arn = format!("arn:{partition}:sts::{account}:federated-user/trailfit-example");
    Caller::FederatedUser { arn, issuer: Some(issuer.to_owned()) }
}
