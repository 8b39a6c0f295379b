//! apply/README.md: what lies in the folder, in which order to go, and the list of changes.

use std::collections::BTreeMap;

use super::change::Change;
use crate::report::plain::{after_account, count, thousands};
use crate::report::policies::quoting::code;

const HEAD: &str = "\
# How to apply these policies

Every policy here was proven: what was observed stays allowed, and no statement grants more than the one it came from.
The proof covers what the log shows, so apply one change, watch it, and keep the way back at hand.
Choose one of three ways, and keep to it; each account has a folder with all of them.

**Script.** It checks the account and everything that stands before it changes anything, and refuses what is not as it was judged.

```sh
bash apply/ACCOUNT/apply.sh --dry-run    # what it would do
bash apply/ACCOUNT/apply.sh 3            # change 3 alone; all without a number
bash apply/ACCOUNT/rollback.sh 3         # the way back
```

Where five versions of a policy stand, it names the one that would have to go, and deletes it only with `--delete-oldest`; that version does not come back.

**Terraform.** `terraform/main.tf` imports what stands; move its resources to where yours are.
Apply it once, so that the new stands beside the old, then with `-var remove_old=true`, which takes the old away.

**CloudFormation.** `cloudformation/standing.json` takes what stands into a stack, with `import.json`; then update the stack to `proposed.json`.
Attachments that go are not CloudFormation's: its `Metadata` names the commands to run then.
To come back, attach again what you detached, and update the stack to `standing.json`.
Templates above 51,200 bytes go through a bucket.

```sh
aws cloudformation create-change-set --change-set-type IMPORT --stack-name STACK --change-set-name import --template-body file://standing.json --resources-to-import file://import.json --capabilities CAPABILITY_NAMED_IAM
aws cloudformation execute-change-set --stack-name STACK --change-set-name import
aws cloudformation update-stack --stack-name STACK --template-body file://proposed.json --capabilities CAPABILITY_NAMED_IAM
```

Where no `standing.json` lies, nothing is imported: make the stack with `create-stack`.

Trust policies have files of their own, in the same three ways: `trust-apply.sh` and `trust-rollback.sh`, `trust-terraform/` and `trust-cloudformation/`; `trust.md` tells what changes.

The pages of the principals say for a pull request what goes, how sure that is, and what stays and why.
";

/// The whole file. `pages`: ARN → path of its page, relative to this file.
pub(super) fn readme(accounts: &[(&str, Vec<&Change<'_>>)], pages: &BTreeMap<&str, String>) -> String {
    let mut text = HEAD.to_owned();
    for (account, changes) in accounts {
        text.push_str(&format!("\n## Account {}\n\n", code(account)));
        changes.iter().for_each(|change| text.push_str(&about(change, pages)));
    }
    text
}

fn about(change: &Change<'_>, pages: &BTreeMap<&str, String>) -> String {
    let proposal = change.proposal;
    let holder = |holder: &String| {
        let name = code(after_account(holder));
        let page = pages.get(holder.as_str());
        page.map_or_else(|| name.clone(), |path| format!("[{name}](<{path}>)"))
    };
    let holders: Vec<String> = proposal.holders.iter().map(holder).collect();
    format!(
        "- {}. {}: {} go, {} stay as used, {} as unseen; {} characters before, {} after. Decides the requests of {}.\n",
        change.number,
        code(&change.title),
        count(proposal.removed.len(), "action"),
        thousands(proposal.used.len()),
        thousands(proposal.unseen.len()),
        thousands(proposal.size_before),
        thousands(proposal.size_after()),
        holders.join(", "),
    )
}
