//! One of each kind of the invented organization that `cargo bench --bench organization` measures as a whole: nothing
//! observed is denied, nothing new is allowed, and the backtest counts what the organization knows.

#[path = "../../benches/organization/calls.rs"]
mod calls;
#[path = "../../benches/organization/measure.rs"]
mod measure;
#[path = "../../benches/ingest/random.rs"]
mod random;
#[path = "../../benches/organization/trials.rs"]
mod trials;
#[path = "../../benches/organization/world.rs"]
mod world;
#[path = "../../benches/organization/written.rs"]
mod written;

use trailfit::pipeline;

use super::bench::catalog;
use trials::{Organization, hold_to_promise, slices, told_alike};

const LEARN: [u32; 1] = [90];
const CUTS: [u32; 2] = [90, 120];

#[test]
fn what_was_promised_holds_and_the_backtest_tells_the_truth() {
    let mut principals = world::principals();
    // The second of each kind, or the only one; of the account with data events and of the one without.
    let alone = ["admin", "break-glass"];
    principals
        .retain(|one| one.account != world::ACCOUNTS[1] && (one.name.ends_with("-t1") || alone.contains(&one.kind)));
    let deeds = world::deeds(&principals, 7);
    let folder = tempfile::tempdir().unwrap();
    let records = written::write(folder.path(), &principals, &deeds);
    assert!(records > 10_000, "{records}");
    let grants = pipeline::read_grants(&[folder.path().join("grants")]).unwrap();
    let slices = slices(folder.path(), catalog());
    let organization =
        Organization { principals: &principals, deeds: &deeds, grants: &grants, catalog: catalog(), slices };
    let outcomes = organization.run(&LEARN, &CUTS);
    hold_to_promise(&outcomes);
    let told = told_alike(&organization, &outcomes, &CUTS);
    assert!(told.iter().all(|(_, score)| score.requests > 5_000));
    assert!(told.iter().any(|(_, score)| score.denied.least > 0), "the thief is stopped");
    // The measure itself: what knows no resource allows what nobody granted, and other ways do break what was seen.
    let others: Vec<_> = outcomes.iter().filter(|outcome| !outcome.name.starts_with("trailfit")).collect();
    assert!(others.iter().any(|outcome| outcome.excess.1.wider > 0));
    assert!(outcomes.iter().all(|outcome| outcome.excess.1.actions < outcome.excess.0.actions));
}
