//! A future that is the past: what was learned from, replayed, loses nothing, whatever was proposed.

use trailfit::fit::{Applied, Court, DropUnseen, Judgement, Options, replay};
use trailfit::grants::Grants;
use trailfit::pipeline::{self, Input};
use trailfit::trail::Evidence;

use super::bench::{catalog, sample};

/// Replays everything that a judgement learned from; gives how many requests.
pub(super) fn loses_nothing(
    evidence: &Evidence,
    grants: &Grants,
    judgement: &Judgement,
    options: &Options,
    name: &str,
) -> u64 {
    let applied = Applied::of(&judgement.policies);
    let court = Court::open(evidence, grants, catalog(), options.clone());
    let replays = (0..court.cases()).filter_map(|case| replay(&court, case, &applied));
    replays
        .map(|replayed| {
            assert!(replayed.denied.is_empty(), "{name}: {}: {:?}", replayed.arn, replayed.denied);
            replayed.score.requests
        })
        .sum()
}

#[test]
fn what_was_learned_from_is_not_lost() {
    let input = Input { logs: vec![sample("AWSLogs")], ..Input::default() };
    let mut evidence = pipeline::gather(&input, catalog(), &|_| {}).unwrap();
    evidence.settle().unwrap();
    let grants = pipeline::read_grants(&[sample("grants")]).unwrap();
    for options in Options::default().presets() {
        let name = options.preset();
        let judgement = pipeline::judge(&evidence, &grants, catalog(), &options);
        assert!(Applied::of(&judgement.policies).count() > 5, "{name}");
        assert!(loses_nothing(&evidence, &grants, &judgement, &options, name) > 400, "{name}");
    }
}

#[test]
fn what_is_taken_away_is_lost_and_counted() {
    // Learned from nothing but the first week, judged on all that is left.
    let logs = vec![sample("AWSLogs")];
    let mut early = Input { logs: logs.clone(), ..Input::default() };
    early.scope.until = trailfit::trail::Moment::parse("2026-08-10");
    let mut late = Input { logs, ..Input::default() };
    late.scope.since = early.scope.until;
    let [early, late] = [early, late].map(|input| {
        let mut evidence = pipeline::gather(&input, catalog(), &|_| {}).unwrap();
        evidence.settle().unwrap();
        evidence
    });
    let grants = pipeline::read_grants(&[sample("grants")]).unwrap();
    let options = Options { drop_unseen: DropUnseen::All, ..Options::default() };
    let judgement = pipeline::judge(&early, &grants, catalog(), &options);
    let applied = Applied::of(&judgement.policies);
    let court = Court::open(&late, &grants, catalog(), options);
    let mut denied = 0;
    for replayed in (0..court.cases()).filter_map(|case| replay(&court, case, &applied)) {
        let told: u64 = replayed.denied.iter().map(|lost| lost.count.most).sum();
        assert_eq!(told, replayed.score.denied.most, "{}", replayed.arn);
        assert!(replayed.score.denied.least <= replayed.score.denied.most);
        assert!(replayed.score.denied.most + replayed.score.untold <= replayed.score.requests + replayed.score.untold);
        denied += told;
    }
    assert!(denied > 0, "a week is not enough to learn from");
}
