//! A snapshot of one account or of all accounts of an organization: every part its own file, written as a whole.
//!
//! `organization.json`, `identity-center-REGION.json`, `ACCOUNT/details.json`, `ACCOUNT/REGION/kms.json`, …
//! A part of which something is missing is `….partial.json`, and is read again by the next run. What is missing
//! stands in `collect.json`, of a single account in that of its folder.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use rayon::prelude::*;
use serde_json::{Value, json};

use super::collected::{Collected, Missing, is_young, remove, write, write_book};
use super::with_threads;
use crate::error::Error;
use crate::source::{ASSUME, Account, Identity, Part, Reach, read};

/// Parts that are read at once. AWS throttles each account, region and service by itself.
const READERS: usize = 8;

/// What the run itself tells of the snapshot.
const BOOK: &str = "collect.json";

/// What is collected.
#[derive(Clone, Debug)]
pub struct Order {
    /// The folder.
    pub out: PathBuf,
    /// As whom AWS is asked.
    pub identity: Identity,
    /// None: the one that is configured.
    pub regions: Vec<String>,
    /// The parts.
    pub parts: BTreeSet<Part>,
    /// The role in each other account of the organization; none: only the caller's account.
    pub role_name: Option<String>,
    /// Parts that are whole and younger are not read again.
    pub max_age: Duration,
    /// A part that stands there whole stays, when it cannot be had as a whole again.
    pub rather_old: bool,
}

/// One file of the snapshot.
struct Task<'t> {
    account: &'t Account,
    part: Part,
    region: Option<&'t str>,
}

/// Who needs a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needing {
    /// Who runs the program.
    Caller,
    /// The role in each other account.
    Role,
}

/// Collects, and hears of each file before it is read. Errors: nobody says who is asking, or the folder cannot be
/// written; what AWS refuses is told in what comes of it.
pub fn collect(order: &Order, listener: &(dyn Fn(&str) + Sync)) -> Result<Collected, Error> {
    let caller = Account::of_caller(&order.identity, order.regions.first().cloned())?;
    let regions = if order.regions.is_empty() { vec![caller.region()] } else { order.regions.clone() };
    let mut collected = Collected::default();
    let book = if order.role_name.is_some() { order.out.clone() } else { order.out.join(&caller.id) }.join(BOOK);
    write_book(&book, (&order.parts, &regions), &collected, false)?;
    with_threads(READERS, || {
        let once = tasks(&caller, order, &regions, &[Reach::Once, Reach::OnceByRegion]);
        collected.take_all(run(&once, order, listener)?);
        let members = members(order, &caller, &mut collected)?;
        collected.left = left(order, &caller, &members);
        let visited: Vec<Visit> = [caller.id.clone()]
            .par_iter()
            .chain(&members)
            .map(|id| visit(id, &caller, order, &regions, listener))
            .collect::<Result<_, Error>>()?;
        for Visit { account, ends } in visited {
            collected.accounts.extend(account);
            collected.take_all(ends);
        }
        Ok::<(), Error>(())
    })??;
    collected.missing.sort();
    collected.stale.sort();
    write_book(&book, (&order.parts, &regions), &collected, true)?;
    Ok(collected)
}

/// What a policy must allow so that all of this can be collected.
pub fn policy(parts: &BTreeSet<Part>, role_name: Option<&str>, needing: Needing) -> Value {
    let in_members = |part: &Part| matches!(part.reach(), Reach::Account | Reach::Region);
    let parts = parts.iter().filter(|part| needing == Needing::Caller || in_members(part));
    let actions: BTreeSet<&str> = parts.flat_map(|part| part.calls()).copied().collect();
    let mut statements = vec![json!({ "Sid": "Collect", "Effect": "Allow", "Action": actions, "Resource": "*" })];
    if let Some(role) = role_name.filter(|_| needing == Needing::Caller) {
        let arn = format!("arn:aws:iam::*:role/{}", role.trim_start_matches('/'));
        statements.push(json!({ "Sid": "EnterAccounts", "Effect": "Allow", "Action": ASSUME, "Resource": arn }));
    }
    json!({ "Version": "2012-10-17", "Statement": statements })
}

/// What came of one account.
struct Visit {
    account: Option<String>,
    ends: Vec<End>,
}

/// What came of one file.
#[derive(Default)]
struct End {
    is_kept: bool,
    is_read: bool,
    missing: Vec<Missing>,
    /// The file that stayed because it could not be renewed.
    stale: Option<String>,
}

impl Collected {
    fn take_all(&mut self, ends: Vec<End>) {
        for end in ends {
            self.kept += usize::from(end.is_kept);
            self.read += usize::from(end.is_read);
            self.missing.extend(end.missing);
            self.stale.extend(end.stale);
        }
    }
}

fn visit(
    id: &str,
    caller: &Account,
    order: &Order,
    regions: &[String],
    listener: &(dyn Fn(&str) + Sync),
) -> Result<Visit, Error> {
    let entered = match &order.role_name {
        Some(role) if id != caller.id => caller.assume(id, role),
        _ => Ok(caller.clone()),
    };
    match entered {
        Ok(account) => {
            let tasks = tasks(&account, order, regions, &[Reach::Account, Reach::Region]);
            Ok(Visit { account: Some(id.to_owned()), ends: run(&tasks, order, listener)? })
        }
        Err(refused) => {
            let missing = vec![Missing { account: id.to_owned(), region: None, refused }];
            Ok(Visit { account: None, ends: vec![End { missing, ..End::default() }] })
        }
    }
}

fn tasks<'t>(account: &'t Account, order: &Order, regions: &'t [String], reaches: &[Reach]) -> Vec<Task<'t>> {
    let parts = order.parts.iter().copied().filter(|part| reaches.contains(&part.reach()));
    let tasks = parts.flat_map(|part| {
        let is_regional = matches!(part.reach(), Reach::OnceByRegion | Reach::Region);
        let regions: Vec<Option<&str>> =
            if is_regional { regions.iter().map(|region| Some(region.as_str())).collect() } else { vec![None] };
        regions.into_iter().map(move |region| Task { account, part, region })
    });
    tasks.collect()
}

fn run(tasks: &[Task<'_>], order: &Order, listener: &(dyn Fn(&str) + Sync)) -> Result<Vec<End>, Error> {
    tasks.par_iter().map(|task| task.run(order, listener)).collect()
}

impl Task<'_> {
    /// The file below the snapshot's folder, without what follows the first dot.
    fn stem(&self) -> String {
        let (id, name) = (&self.account.id, self.part.name());
        match (self.part.reach(), self.region) {
            (Reach::OnceByRegion, Some(region)) => format!("{name}-{region}"),
            (Reach::Once | Reach::OnceByRegion, _) => name.to_owned(),
            (_, Some(region)) => format!("{id}/{region}/{name}"),
            (_, None) => format!("{id}/{name}"),
        }
    }

    fn run(&self, order: &Order, listener: &(dyn Fn(&str) + Sync)) -> Result<End, Error> {
        let stem = self.stem();
        let kind = if self.part == Part::CredentialReport { "csv" } else { "json" };
        let (whole, partial) =
            (order.out.join(format!("{stem}.{kind}")), order.out.join(format!("{stem}.partial.{kind}")));
        if is_young(&whole, order.max_age) {
            return Ok(End { is_kept: true, ..End::default() });
        }
        listener(&stem);
        let gathered = self.account.read(self.part, self.region);
        let is_whole = gathered.refused.is_empty();
        let stays = order.rather_old && !is_whole && whole.exists();
        if let Some(document) = gathered.document.as_ref().filter(|_| !stays) {
            let (now, before) = if is_whole { (&whole, &partial) } else { (&partial, &whole) };
            write(now, document)?;
            remove(before)?;
        }
        let (account, region) = (self.account.id.clone(), self.region.map(str::to_owned));
        let missing = |refused| Missing { account: account.clone(), region: region.clone(), refused };
        let missing = gathered.refused.into_iter().map(missing).collect();
        let stale = stays.then(|| format!("{stem}.{kind}"));
        Ok(End { is_read: gathered.document.is_some() && !stays, missing, stale, ..End::default() })
    }
}

/// Accounts of an earlier run. They are left where they are, for nobody said that they may go.
fn left(order: &Order, caller: &Account, members: &[String]) -> Vec<String> {
    if members.is_empty() {
        return Vec::new();
    }
    let entries = fs::read_dir(&order.out).into_iter().flatten().filter_map(Result::ok);
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let is_account = |name: &String| name.len() == 12 && name.bytes().all(|byte| byte.is_ascii_digit());
    let mut left: Vec<String> =
        names.filter(is_account).filter(|name| *name != caller.id && !members.contains(name)).collect();
    left.sort();
    left
}

/// The other active accounts of the organization, as its document tells.
fn members(order: &Order, caller: &Account, collected: &mut Collected) -> Result<Vec<String>, Error> {
    if order.role_name.is_none() {
        return Ok(Vec::new());
    }
    let paths = ["json", "partial.json"].map(|kind| order.out.join(format!("{}.{kind}", Part::Organization.name())));
    let Some(path) = paths.into_iter().find(|path| path.exists()) else {
        return Ok(Vec::new());
    };
    let document: Value = serde_json::from_slice(&read(&path)?).unwrap_or_default();
    let mut members = Vec::new();
    for (id, account) in document.get("Accounts").and_then(Value::as_object).into_iter().flatten() {
        match account.get("State").and_then(Value::as_str) {
            None | Some("ACTIVE") if *id != caller.id => members.push(id.clone()),
            None | Some("ACTIVE") => {}
            Some(state) => collected.passed.push((id.clone(), state.to_owned())),
        }
    }
    Ok(members)
}
