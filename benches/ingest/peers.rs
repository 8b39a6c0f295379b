//! Query engines over the same files, doing less: counts by who called and what was called.

use std::path::Path;
use std::process::Command;

use crate::measure::{Cost, child};

/// What each runs, in Python: the folder and the number of threads are its arguments.
pub(crate) const SCRIPTS: [(&str, &str); 2] = [("DuckDB", DUCKDB), ("chDB", CHDB)];

const DUCKDB: &str = r#"
import duckdb, sys
folder, threads = sys.argv[1:]
db = duckdb.connect(config={"threads": threads})
rows = db.execute(f"""
    select r.userIdentity.arn, r.eventSource, r.eventName, r.awsRegion, r.errorCode,
        count(*), min(r.eventTime), max(r.eventTime)
    from (select unnest(Records) r from read_json('{folder}/**/*.json.gz', maximum_object_size=1073741824,
        columns={{Records: 'STRUCT(userIdentity STRUCT(arn VARCHAR), eventSource VARCHAR, eventName VARCHAR,
        awsRegion VARCHAR, errorCode VARCHAR, eventTime VARCHAR)[]'}}))
    group by all""").fetchall()
sys.exit(0 if rows else 9)
"#;

const CHDB: &str = r#"
import chdb, sys
folder, threads = sys.argv[1:]
rows = str(chdb.query(f"""
    select tupleElement(r, 'userIdentity').arn, tupleElement(r, 'eventSource'), tupleElement(r, 'eventName'),
        tupleElement(r, 'awsRegion'), tupleElement(r, 'errorCode'),
        count(), min(tupleElement(r, 'eventTime')), max(tupleElement(r, 'eventTime'))
    from (select arrayJoin(Records) r from file('{folder}/**/*.json.gz', 'JSONEachRow',
        'Records Array(Tuple(userIdentity Tuple(arn String), eventSource String, eventName String,
        awsRegion String, errorCode String, eventTime String))'))
    group by all
    settings max_threads = {threads}, input_format_skip_unknown_fields = 1, input_format_null_as_default = 1,
        input_format_parallel_parsing = 0"""))
sys.exit(0 if rows else 9)
"#;

/// `None`: it is not installed, or it failed.
pub(crate) fn measure(python: &Path, script: &str, folder: &Path, threads: usize) -> Option<Cost> {
    let folder = folder.canonicalize().ok()?;
    let mut command = Command::new(python);
    command.arg("-c").arg(script).arg(folder).arg(threads.to_string());
    child(&mut command, 0).ok()
}
