//! `trailfit compare`: what new access a change of policies gives.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::exit::{Exit, Failure};
use crate::access::{self, Change, Document, World};
use crate::iam::compare::Relation;
use crate::pipeline;

/// Arguments of `compare`.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The policy that stands as a JSON file, or a folder of such
    #[arg(required_unless_present = "grants_old", requires = "new")]
    old: Option<PathBuf>,
    /// The policy that shall take its place, or a folder: documents of the same name are compared
    new: Option<PathBuf>,
    /// Snapshots as for `suggest`, instead of documents: which principals gained what, which resources were opened
    #[arg(long, value_name = "PATH", requires = "grants_new", conflicts_with = "old")]
    grants_old: Vec<PathBuf>,
    /// The same accounts afterwards
    #[arg(long, value_name = "PATH", requires = "grants_old")]
    grants_new: Vec<PathBuf>,
    /// Take all documents of a folder together, as the policies of one principal
    #[arg(long, conflicts_with = "grants_old")]
    together: bool,
    /// Take the catalog's actions for all that there are: else `s3:Get*` is more than today's list of its actions
    #[arg(long)]
    catalog_closed: bool,
    /// How changes are printed
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Format,
    /// Worker threads for snapshots; 0: one per core
    #[arg(long, value_name = "N", default_value_t = 0)]
    threads: usize,
    /// Tables to use instead of the built-in catalog: a folder laid out like `src/catalog/data`
    #[arg(long, value_name = "DIR")]
    catalog: Option<PathBuf>,
}

/// How changes are printed.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Format {
    #[default]
    Text,
    Json,
    Sarif,
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let catalog = pipeline::catalog(args.catalog.as_deref())?;
    let world = World::new(&catalog, args.catalog_closed);
    let changes = match (&args.old, &args.new) {
        (Some(old), Some(new)) => of_documents(args, old, new, &world)?,
        _ => of_snapshots(args, &world)?,
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let told = tell(args.format, &changes, &mut out).and_then(|()| out.flush());
    told.map_err(|error| Failure::Usage(format!("cannot write the changes: {error}")))?;
    summary(&changes);
    Ok(exit(&changes))
}

fn of_documents(args: &Args, old: &Path, new: &Path, world: &World<'_>) -> Result<Vec<Change>, Failure> {
    if old.is_dir() != new.is_dir() {
        return Err(Failure::Usage("one is a file and the other a folder: give two files or two folders".to_owned()));
    }
    let (old, new) = (documents(old)?, documents(new)?);
    Ok(if args.together { vec![access::as_one(&old, &new, world)] } else { access::one_by_one(&old, &new, world) })
}

/// A folder without policies is hardly what was meant.
fn documents(path: &Path) -> Result<Vec<Document>, Failure> {
    let documents = pipeline::documents(path, &mut |file| eprintln!("{file} is no policy: passed over"))?;
    if documents.is_empty() {
        return Err(Failure::Usage(format!("no policy in `{}`", path.display())));
    }
    Ok(documents)
}

fn of_snapshots(args: &Args, world: &World<'_>) -> Result<Vec<Change>, Failure> {
    let (old, new) = (pipeline::read_grants(&args.grants_old)?, pipeline::read_grants(&args.grants_new)?);
    pipeline::unreadable(&old).chain(pipeline::unreadable(&new)).for_each(|part| eprintln!("warning: {part}"));
    Ok(pipeline::with_threads(args.threads, || pipeline::changes(&old, &new, world))?)
}

fn tell(format: Format, changes: &[Change], out: &mut impl Write) -> io::Result<()> {
    let mut changed = changes.iter().filter(|change| change.relation != Relation::Equal || changes.len() == 1);
    match format {
        Format::Text => changed.try_for_each(|change| writeln!(out, "{}", access::change_text(change))),
        Format::Json => changed.try_for_each(|change| writeln!(out, "{}", access::change_json(change))),
        Format::Sarif => writeln!(out, "{:#}", access::sarif(changes)),
    }
}

/// How many of each kind, for people: on standard error, so that the changes stay clean.
fn summary(changes: &[Change]) {
    let count = |is: &dyn Fn(&Change) -> bool| changes.iter().filter(|change| is(change)).count();
    let new = count(&|change| !change.gained.is_empty());
    let open = count(&|change| change.gained.is_empty() && !change.undecided.is_empty());
    let narrower = count(&|change| change.relation == Relation::Narrower);
    let same = count(&|change| change.relation == Relation::Equal);
    eprintln!(
        "{} compared: {new} with new access, {open} not decided, {narrower} narrower, {same} without a difference",
        changes.len()
    );
}

fn exit(changes: &[Change]) -> Exit {
    if changes.iter().any(|change| !change.gained.is_empty()) {
        Exit::Loose
    } else if changes.iter().any(|change| !change.undecided.is_empty()) {
        Exit::Holes
    } else {
        Exit::Done
    }
}
