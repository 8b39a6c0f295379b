//! Shared policies: what each way to right-size them removes, whether the quotas hold, and pairs of actions of which
//! one goes.

use serde_json::{Value, json};

use super::plain::{count, plain, thousands};
use super::policies::quoting::code;
use crate::fit::{Cluster, Judgement, NOTABLE, PartedPair, PolicyId, Proposal, Quota, Shared, Way};

/// Policies told in the summary; the rest stands in report.json.
const TOLD: usize = 5;

/// Pairs told on a page; the rest stands in report.json.
const PAIRS: usize = 8;

/// The member of a policy's row in report.json.
pub(super) fn row(shared: &Shared) -> Value {
    let way = |way: &Way| {
        json!({
            "policies": way.policies,
            "attachments": way.attachments,
            "removed_pairs": way.removed,
            "removed_weight": way.weighted,
        })
    };
    let owners = |cluster: &Cluster| json!(cluster.owners);
    json!({
        "holders": shared.holders,
        "owners": shared.owners,
        "granted_pairs": shared.granted.0,
        "granted_weight": shared.granted.1,
        "together": way(&shared.together),
        "clusters": way(&shared.clusters),
        "per_holder": way(&shared.per_holder),
        "per_owner": way(&shared.per_owner),
        "members": shared.members.iter().map(owners).collect::<Vec<Value>>(),
        "notable": shared.is_notable(&shared.clusters),
        "not_split": shared.whole,
    })
}

/// A row of the quotas in report.json.
pub(super) fn quota(quota: &Quota) -> Value {
    let crowded = |(owner, number): &(String, usize)| json!({"owner": owner, "attached": number});
    json!({
        "account": quota.account,
        "standing_policies": quota.standing,
        "created_policies": quota.created,
        "limit": quota.limit,
        "holds": quota.holds(),
        "crowded": quota.crowded.iter().map(crowded).collect::<Vec<Value>>(),
    })
}

/// A pair in report.json.
pub(super) fn pair(pair: &PartedPair) -> Value {
    json!({"kept": pair.kept, "removed": pair.removed, "reason": pair.reason, "source": pair.source})
}

/// Lines for a terminal: where splitting would take notably more, what was split, and the quotas where any was or
/// one does not hold.
pub(super) fn lines(judgement: &Judgement) -> Vec<String> {
    let parts = |id: &PolicyId| {
        let own = judgement.policies.iter().filter(|policy| policy.target == *id);
        own.filter(|policy| policy.cluster.is_some() || (policy.owner.is_some() && !alone(id))).count()
    };
    let mut notable: Vec<(&PolicyId, &Shared)> = judgement
        .shared
        .iter()
        .filter(|(id, shared)| !id.is_aws_managed() && parts(id) == 0 && shared.is_notable(&shared.per_holder))
        .filter(|(id, _)| judgement.policies.iter().any(|policy| policy.target == **id))
        .collect();
    notable.sort_by_key(|(_, shared)| std::cmp::Reverse(shared.per_holder.weighted - shared.together.weighted));
    let mut lines: Vec<String> = notable.iter().take(TOLD).map(|(id, shared)| would(id, shared)).collect();
    if notable.len() > TOLD {
        lines.push(format!("and {} in report.json", count(notable.len() - TOLD, "other")));
    }
    if !notable.is_empty() {
        lines.push(format!(
            "told where a split would take one in {NOTABLE} or more of what is left, by weight; a permission is an \
             action of a holder"
        ));
    }
    let split: usize = judgement.shared.keys().map(parts).sum();
    if split > 0 {
        lines.push(format!("split into {}", count(split, "part")));
    }
    lines.extend(judgement.quotas.iter().filter(|quota| split > 0 || !quota.holds()).map(room));
    lines
}

/// Whether a change of the policy is at one owner anyway.
fn alone(id: &PolicyId) -> bool {
    id.is_aws_managed() || matches!(id, PolicyId::Inline { .. })
}

fn would(id: &PolicyId, shared: &Shared) -> String {
    let name = id.name().rsplit('/').next().unwrap_or_default();
    let how = match &shared.whole {
        None if shared.is_notable(&shared.clusters) => {
            let clusters = &shared.clusters;
            let policies = count(clusters.policies, "policy");
            format!(", {policies} for clusters {} (--split=clusters)", thousands(clusters.removed))
        }
        None => String::new(),
        Some(reason) => format!("; not split: {reason}"),
    };
    format!(
        "`{name}`: one policy for {} removes {}, one for each {}{how}",
        count(shared.holders, "holder"),
        count(shared.together.removed, "permission"),
        thousands(shared.per_holder.removed),
    )
}

fn room(quota: &Quota) -> String {
    let Quota { account, standing, created, limit, crowded } = quota;
    let made = format!(
        "account {account}: {} made beside {standing}, {} may be",
        count(*created, "policy"),
        thousands(*limit)
    );
    match (quota.holds(), crowded.first()) {
        (true, _) => format!("{made}: the quota holds"),
        (false, Some((owner, number))) => {
            format!("{made}; {} would have too many attached, as {owner} with {number}", count(crowded.len(), "owner"))
        }
        (false, None) => format!("{made}: THE QUOTA DOES NOT HOLD"),
    }
}

/// What a page says of a shared policy.
pub(super) fn ways(shared: Option<&Shared>, proposal: &Proposal) -> Option<String> {
    let shared = shared?;
    let done = match (proposal.cluster, proposal.is_part()) {
        (Some(number), _) => format!("This is cluster {number}. "),
        (None, true) if !proposal.target.is_aws_managed() => "This is one owner's part. ".to_owned(),
        _ => String::new(),
    };
    let way = |way: &Way| format!("{} ({})", thousands(way.removed), count(way.policies, "policy"));
    let whole = shared.whole.as_deref().map_or_else(String::new, |reason| format!(" Not split: {}.", plain(reason)));
    Some(format!(
        "{done}Of {} (an action of a holder) one policy for all {} would remove {}, one for each cluster of alike needs \
         {}, one for each holder {}.{whole}",
        count(shared.granted.0, "permission"),
        thousands(shared.holders),
        way(&shared.together),
        way(&shared.clusters),
        way(&shared.per_holder),
    ))
}

/// What a page says of actions that go although one that stays may need them.
pub(super) fn pairs(proposal: &Proposal) -> Vec<String> {
    let line = |pair: &PartedPair| {
        format!("{} stays and {} goes: {} (<{}>).", code(&pair.kept), code(&pair.removed), pair.reason, pair.source)
    };
    let more = proposal.parted.len().saturating_sub(PAIRS);
    let more = (more > 0).then(|| format!("{} of this kind in report.json.", count(more, "other")));
    proposal.parted.iter().take(PAIRS).map(line).chain(more).collect()
}
