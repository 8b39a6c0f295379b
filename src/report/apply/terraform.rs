//! main.tf of one account. What stands is imported, so that Terraform changes it instead of making it anew; what
//! goes is imported too, and goes in a second step, when `remove_old` is set.

use std::collections::{BTreeMap, BTreeSet};

use super::change::Change;
use super::hcl::{attributes, identifier, string, value};
use super::step::{Document, Entrusted, Step, path};
use crate::report::policies::naming::{kind, last_part};
use crate::report::policies::quoting::comment;

/// A managed policy has at most so many versions.
const MAX_VERSIONS: usize = 5;

/// `import` with `for_each` came with 1.7.
const HEAD: &str = "\
terraform {
  required_version = \">= 1.7\"
  required_providers {
    aws = {
      source  = \"hashicorp/aws\"
      version = \">= 5.0\"
    }
  }
}
";

const REMOVE_OLD: &str = "
variable \"remove_old\" {
  description = \"Take away what was replaced or is not used. Apply once without, so that it is imported and the new stands; then with.\"
  type        = bool
  default     = false
}

locals {
  old = var.remove_old ? toset([]) : toset([\"stands\"])
}
";

/// What was written so far.
#[derive(Default)]
struct Module {
    text: String,
    names: BTreeSet<String>,
    /// ARNs of policies made here → reference to them.
    made: BTreeMap<String, String>,
    /// What the present change has attached.
    attached: Vec<String>,
}

/// The module of one account.
pub(super) fn main(account: &str, changes: &[&Change<'_>]) -> String {
    let mut module = Module::default();
    for change in changes {
        let (number, title) = (change.number, comment(&change.title));
        module.text.push_str(&format!("\n# {number}. {title}\n"));
        module.attached.clear();
        change.steps.iter().for_each(|step| module.step(step, change));
    }
    let remove_old = if module.text.contains("local.old") { REMOVE_OLD } else { "" };
    format!("{HEAD}{}{remove_old}{}", provider(account), module.text)
}

/// The module of the trust policies of one account.
pub(super) fn trust(account: &str, roles: &[Entrusted<'_>]) -> String {
    let mut module = Module::default();
    for (at, role) in roles.iter().enumerate() {
        module.text.push_str(&format!("\n# {}. {}\n", at + 1, comment(&role.title)));
        module.entrusted(role);
    }
    format!("{HEAD}{}{}", provider(account), module.text)
}

fn provider(account: &str) -> String {
    format!("\nprovider \"aws\" {{\n  allowed_account_ids = [{}]\n}}\n", string(account))
}

impl Module {
    /// Of the role nothing but the trust policy is changed, and nothing makes it anew or takes it away.
    fn entrusted(&mut self, entrusted: &Entrusted<'_>) {
        let name = last_part(entrusted.role);
        let rest = "  lifecycle {\n    prevent_destroy = true\n    ignore_changes = [\n      description,\n      \
                    force_detach_policies,\n      max_session_duration,\n      permissions_boundary,\n      tags,\n      \
                    tags_all,\n    ]\n  }\n";
        let document = format!("jsonencode({})", value(&entrusted.after, 1));
        let pairs = [("name", string(name)), ("path", string(&path(entrusted.role))), ("assume_role_policy", document)];
        let id = self.block("aws_iam_role", &["trust", name], &pairs, rest);
        self.import(&id, name);
    }

    fn step(&mut self, step: &Step<'_>, change: &Change<'_>) {
        match step {
            Step::HeldBy { .. } | Step::Stands { .. } => {}
            Step::Create { arn, name, document } => {
                let id = self.resource("aws_iam_policy", &["policy", name], policy(arn, document));
                self.made.insert(arn.clone(), format!("{id}.arn"));
            }
            Step::Version { arn, after, .. } => self.version(arn, after, change),
            Step::Inline { owner, name, before, after } => {
                let of = kind(owner);
                let kind = format!("aws_iam_{of}_policy");
                let pairs = |document| {
                    vec![(of, string(last_part(owner))), ("name", string(name)), ("policy", encoded(document))]
                };
                let words = [of, last_part(owner), name];
                let import = format!("{}:{name}", last_part(owner));
                match (before, after) {
                    (Some(_), Some(document)) => {
                        let id = self.resource(&kind, &words, self.after_attached(pairs(document)));
                        self.import(&id, &import);
                    }
                    (None, Some(document)) => drop(self.resource(&kind, &words, pairs(document))),
                    (Some(document), None) => self.old(&kind, &words, pairs(document), &import),
                    (None, None) => {}
                }
            }
            Step::Attach { owner, arn } => {
                let policy = self.made.get(arn).cloned().unwrap_or_else(|| string(arn));
                let (kind, words, pairs) = attachment(owner, arn, policy);
                let id = self.resource(&kind, &[words.0, words.1, words.2], pairs);
                self.attached.push(id);
            }
            Step::Detach { owner, arn } => {
                let (kind, words, pairs) = attachment(owner, arn, string(arn));
                self.old(&kind, &[words.0, words.1, words.2], pairs, &format!("{}/{arn}", last_part(owner)));
            }
        }
    }

    fn version(&mut self, arn: &str, after: &Document<'_>, change: &Change<'_>) {
        if change.proposal.version.as_ref().is_some_and(|(_, versions)| *versions >= MAX_VERSIONS) {
            self.text.push_str(&format!(
                "# {MAX_VERSIONS} versions stand, and IAM keeps no more: the provider will delete the oldest that is not in force.\n"
            ));
        }
        // Neither is known here, and a new description would make the policy anew.
        let rest = "  lifecycle {\n    ignore_changes = [description, tags, tags_all]\n  }\n";
        let pairs = self.after_attached(policy(arn, after));
        let id = self.block("aws_iam_policy", &["policy", last_part(arn)], &pairs, rest);
        self.import(&id, arn);
    }

    /// What is narrowed waits for what stands beside it.
    fn after_attached(&self, mut pairs: Vec<(&'static str, String)>) -> Vec<(&'static str, String)> {
        if !self.attached.is_empty() {
            pairs.insert(0, ("depends_on", format!("[{}]", self.attached.join(", "))));
        }
        pairs
    }

    fn resource(&mut self, kind: &str, words: &[&str], pairs: Vec<(&'static str, String)>) -> String {
        self.block(kind, words, &pairs, "")
    }

    fn block(&mut self, kind: &str, words: &[&str], pairs: &[(&str, String)], rest: &str) -> String {
        let name = identifier(words, &mut self.names);
        let separator = if rest.is_empty() { "" } else { "\n" };
        let body = attributes(pairs);
        self.text.push_str(&format!("\nresource \"{kind}\" \"{name}\" {{\n{body}{separator}{rest}}}\n"));
        format!("{kind}.{name}")
    }

    fn import(&mut self, to: &str, id: &str) {
        self.text.push_str(&format!("\nimport {{\n{}}}\n", attributes(&[("to", to.to_owned()), ("id", string(id))])));
    }

    /// What stands and goes with `remove_old`.
    fn old(&mut self, kind: &str, words: &[&str], mut pairs: Vec<(&'static str, String)>, import: &str) {
        pairs.insert(0, ("for_each", "local.old".to_owned()));
        let words: Vec<&str> = std::iter::once("old").chain(words.iter().copied()).collect();
        let to = self.block(kind, &words, &pairs, "") + "[each.key]";
        let pairs = [("for_each", "local.old".to_owned()), ("to", to), ("id", string(import))];
        self.text.push_str(&format!("\nimport {{\n{}}}\n", attributes(&pairs)));
    }
}

/// `name`, `path` and document of a customer-managed policy.
fn policy(arn: &str, document: &Document<'_>) -> Vec<(&'static str, String)> {
    vec![("name", string(last_part(arn))), ("path", string(&path(arn))), ("policy", encoded(document))]
}

fn encoded(document: &Document<'_>) -> String {
    format!("jsonencode({})", value(&document.json, 1))
}

type Attachment<'s> = (String, (&'static str, &'s str, &'s str), Vec<(&'static str, String)>);

fn attachment<'s>(owner: &'s str, arn: &'s str, policy: String) -> Attachment<'s> {
    let of = kind(owner);
    let pairs = vec![(of, string(last_part(owner))), ("policy_arn", policy)];
    (format!("aws_iam_{of}_policy_attachment"), (of, last_part(owner), last_part(arn)), pairs)
}
