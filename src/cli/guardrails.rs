//! Arguments of commands that propose guardrails.

use clap::ValueEnum;

use crate::fit::Guardrail;

/// Which guardrails are proposed.
#[derive(clap::Args)]
pub(super) struct GuardrailArgs {
    /// Also propose guardrails, a service control policy and a permissions boundary for each account: `services`, a Deny
    /// of services that nobody there used; `privileged`, also of unused actions of the others that change who may do what
    #[arg(long, value_name = "WHAT", value_enum, num_args = 0..=1, default_missing_value = "services", require_equals = true)]
    guardrail: Option<Denied>,
    /// One guardrail for all accounts, as for an organizational unit whose accounts --account names
    #[arg(long, requires = "guardrail")]
    together: bool,
}

/// What a guardrail denies, as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Denied {
    Services,
    Privileged,
}

impl GuardrailArgs {
    /// What was asked for, for these accounts; `None`: nothing.
    pub(super) fn wanted(&self, accounts: &[String]) -> Option<Guardrail> {
        self.guardrail.map(|denied| Guardrail {
            accounts: accounts.to_vec(),
            together: self.together,
            privileged: denied == Denied::Privileged,
        })
    }
}
