//! The oracle: asks the law itself, over a principal's whole old and whole new stack, what the proof of the library
//! promises. It shares nothing with that proof but the evaluator.

use trailfit::fit::{Fitting, Judgement, PolicyId, Proposal, Verdict};
use trailfit::grants::{Bearer, Grants, Held, HeldPolicy};
use trailfit::iam::{Caller, Context, Layers, NamedPolicy, Outcome, Pattern, Policy, Request, Resource, evaluate};
use trailfit::pipeline;
use trailfit::trail::{Derivation, Level, Use};

use super::bench::{Bench, catalog, sample};
use super::synthesis::one_of;

/// Every so many actions of the catalog one is tried that nothing says is granted; a prime, so that no service
/// is always missed.
const STRIDE: usize = 61;

/// Likewise among the services that the principal's policies name.
const NEAR: usize = 7;

/// Resources that are tried with each, at most.
const RESOURCES: usize = 6;

/// How many requests were asked.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// Requests that were observed, and allowed.
    pub(super) allowed: usize,
    /// Requests that nobody may make, before or after.
    pub(super) forbidden: usize,
}

/// A principal's policies that stand and those that would, once all that was proven is done.
struct Stacks<'a> {
    bearer: Bearer<'a>,
    old: Layers<'a>,
    new: Layers<'a>,
}

/// Asks about one principal; panics when it would lose or gain anything. `None`: it was not judged.
pub(super) fn ask(grants: &Grants, judgement: &Judgement, fitting: &Fitting) -> Option<Asked> {
    Some(Stacks::of(grants.principal(&fitting.arn)?, judgement)?.ask(fitting))
}

impl<'a> Stacks<'a> {
    fn of(bearer: Bearer<'a>, judgement: &'a Judgement) -> Option<Stacks<'a>> {
        let (mut old, mut new) = (Vec::new(), Vec::new());
        for held in bearer.held() {
            let policy = held.document()?.policy.as_ref().ok()?;
            old.push(NamedPolicy { name: held.name(), policy });
            match proposal(bearer, &held, judgement) {
                Some(proposal) => {
                    let documents = proposal.documents.iter();
                    new.extend(
                        documents.map(|document| NamedPolicy { name: &document.name, policy: &document.policy }),
                    );
                }
                None => new.push(NamedPolicy { name: held.name(), policy }),
            }
        }
        let boundary = match bearer.boundary() {
            Some((name, policy)) => Some(NamedPolicy { name, policy: policy?.document.policy.as_ref().ok()? }),
            None => None,
        };
        let layers = |identity| Layers { identity, boundary: boundary.clone(), ..Layers::default() };
        Some(Stacks { bearer, old: layers(old), new: layers(new) })
    }

    fn ask(&self, fitting: &Fitting) -> Asked {
        let mut asked = Asked::default();
        for explained in &fitting.uses {
            let seen = &explained.seen;
            if seen.is_use() && seen.key.derivation != Derivation::Unmapped {
                asked.allowed += self.keep(seen);
            }
        }
        let resources = resources(&self.old);
        let any = catalog().actions().iter().step_by(STRIDE);
        let near = catalog().actions().iter().step_by(NEAR).filter(|action| is_named(&self.old, &action.name));
        for action in any.chain(near) {
            for resource in &resources {
                asked.forbidden += self.add_nothing(&action.name, resource);
            }
        }
        asked
    }

    /// What was observed and allowed stays allowed; gives the number of such requests.
    fn keep(&self, seen: &Use) -> usize {
        let patterns: Vec<Pattern> = seen.footprint.patterns().map(Pattern::new).collect();
        let exact = seen.footprint.level() == Level::Exact;
        let resource = |pattern: &'_ Pattern| match pattern.as_str() {
            text if exact && (text == "*" || !text.contains(['*', '?'])) => None,
            _ => Some(pattern.clone()),
        };
        let mut allowed = 0;
        for pattern in &patterns {
            let within = resource(pattern);
            let asked = within.as_ref().map_or(Resource::Exact(pattern.as_str()), Resource::Within);
            allowed += self.keep_one(seen, asked);
        }
        if patterns.is_empty() || seen.footprint.has_untold() {
            allowed += self.keep_one(seen, Resource::Unknown);
        }
        allowed
    }

    fn keep_one(&self, seen: &Use, resource: Resource<'_>) -> usize {
        let mut allowed = 0;
        for context in self.contexts(Some(&seen.key.region)) {
            let [before, after] = self.answers(&seen.key.action, resource, &context);
            let who = &self.bearer.owner().arn;
            assert!(degree(after) >= degree(before), "{who} loses {} on {resource:?}", seen.key.action);
            allowed += usize::from(before == Outcome::Allowed);
        }
        allowed
    }

    /// What was not allowed is not allowed afterwards; gives 1 when the request was one of these.
    fn add_nothing(&self, action: &str, resource: &str) -> usize {
        let mut forbidden = 0;
        for context in self.contexts(None) {
            let [before, after] = self.answers(action, Resource::Exact(resource), &context);
            let who = &self.bearer.owner().arn;
            assert!(degree(after) <= degree(before), "{who} gains {action} on {resource}");
            forbidden = forbidden.max(usize::from(degree(before) == 0));
        }
        forbidden
    }

    fn answers(&self, action: &str, resource: Resource<'_>, context: &Context) -> [Outcome; 2] {
        let arn = self.bearer.owner().arn.clone();
        let caller = match self.bearer {
            Bearer::User(..) => Caller::User(arn),
            Bearer::Role(..) => Caller::Role { role: arn, session: None },
        };
        let request = Request { caller: &caller, action, resource, resource_account: None, context };
        [evaluate(&self.old, &request).outcome, evaluate(&self.new, &request).outcome]
    }

    /// A context in which all else is unknown, and one in which all else is absent.
    fn contexts(&self, region: Option<&str>) -> [Context; 2] {
        [Context::open(), Context::closed()].map(|context| {
            let context = context.with("aws:PrincipalArn", &self.bearer.owner().arn);
            region.map_or(context.clone(), |region| context.with("aws:RequestedRegion", region))
        })
    }
}

/// The proposal that was proven for a policy where the principal holds it.
fn proposal<'j>(bearer: Bearer<'_>, held: &Held<'_>, judgement: &'j Judgement) -> Option<&'j Proposal> {
    let owner = held.group.map_or(bearer.owner(), |group| &group.owner).arn.clone();
    let id = match held.policy {
        HeldPolicy::Inline(policy) => PolicyId::Inline { owner: owner.clone(), name: policy.name.clone() },
        HeldPolicy::Managed(attachment, _) => {
            PolicyId::Managed { account: bearer.account().id.clone(), arn: attachment.arn.clone() }
        }
        HeldPolicy::LostGroup(_) => return None,
    };
    let here = |verdict: &&trailfit::fit::PolicyVerdict| {
        verdict.target == id && verdict.owner.as_ref().is_none_or(|one| *one == owner)
    };
    match &judgement.policies.iter().find(here)?.verdict {
        Verdict::Proven(proven) => Some(proven.proposal()),
        _ => None,
    }
}

/// Nothing, perhaps, for sure.
fn degree(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Denied | Outcome::NotAllowed => 0,
        Outcome::Undetermined => 1,
        Outcome::Allowed => 2,
    }
}

/// Some resources: any, somebody else's, and such as the policies speak of.
fn resources(layers: &Layers<'_>) -> Vec<String> {
    let policies = layers.identity.iter().map(|named| named.policy);
    let lists = policies.flat_map(|policy| &policy.statements).filter_map(|statement| statement.resources.as_ref());
    let mut resources: Vec<String> = lists.flat_map(|list| &list.patterns).map(|pattern| one_of(pattern)).collect();
    resources.extend(["*".to_owned(), "arn:aws:s3:::of-somebody-else/key".to_owned()]);
    resources.sort_unstable_by_key(|text| std::cmp::Reverse(text.len()));
    resources.dedup();
    let step = resources.len().div_ceil(RESOURCES);
    resources.into_iter().step_by(step).collect()
}

/// Whether some policy speaks of the action's service by name.
fn is_named(layers: &Layers<'_>, action: &str) -> bool {
    let service = action.split(':').next().unwrap_or_default();
    let speaks = |policy: &Policy| {
        let patterns = policy.statements.iter().flat_map(|statement| &statement.actions.patterns);
        patterns.map(|pattern| pattern.folded().as_str()).any(|pattern| pattern.starts_with(&format!("{service}:")))
    };
    layers.identity.iter().any(|named| speaks(named.policy))
}

/// The oracle on a role of the sample whose new stack is that of another role.
fn exchanged(role: &str, other: &str) -> Asked {
    let court = Bench::sample().judged();
    let grants = pipeline::read_grants(&[sample("grants")]).unwrap();
    let bearer = |name: &str| grants.role_named("111122223333", name).unwrap();
    let of_other = Stacks::of(bearer(other), &court.judgement).unwrap();
    let stacks = Stacks { new: of_other.old, ..Stacks::of(bearer(role), &court.judgement).unwrap() };
    stacks.ask(court.about(role))
}

#[test]
#[should_panic(expected = "loses")]
fn the_oracle_sees_what_is_lost() {
    exchanged("order-intake", "catalog-api");
}

#[test]
#[should_panic(expected = "gains")]
fn the_oracle_sees_what_is_gained() {
    exchanged("returns-portal", "shop-ci");
}

#[test]
fn the_oracle_is_content_with_the_same() {
    let asked = exchanged("order-intake", "order-intake");
    assert!(asked.allowed > 5 && asked.forbidden > 500, "{asked:?}");
}
