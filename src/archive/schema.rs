//! The archive's tables. Ids are 64-bit hashes that are the same on every machine; they are stored as signed
//! integers of the same bits.

use crate::table::{ColumnKind, Table};

/// Raised when a table changes in a way that older readers would misread.
pub(super) const FORMAT: i64 = 1;

/// The names of the tables; each is a file `NAME.parquet`.
pub const TABLES: [&str; 12] = [
    "uses",
    "kinds",
    "traces",
    "principals",
    "coverage",
    "exempt",
    "losses",
    "run",
    "changes",
    "days",
    "turns",
    "origins",
];

/// What was read; beside the tables of an archive, not one of them.
pub(super) fn objects() -> Table {
    use ColumnKind::Text;
    Table::new("objects", &[("name", Text), ("stamp", Text)])
}

pub(super) fn uses() -> Table {
    use ColumnKind::{Bool, Int, Text, Texts, Time};
    Table::new(
        "uses",
        &[
            ("id", Int),
            ("account", Text),
            ("principal_kind", Text),
            ("principal", Text),
            ("unique_id", Text),
            ("action", Text),
            ("region", Text),
            ("via", Text),
            ("outcome", Text),
            ("derivation", Text),
            ("event", Text),
            ("owner_copy", Bool),
            ("context_keys", Texts),
            ("context_values", Texts),
            ("first_seen", Time),
            ("last_seen", Time),
            ("resource_level", Text),
            ("resources", Texts),
            ("resource_unknown", Bool),
            ("sample_event_ids", Texts),
        ],
    )
}

pub(super) fn kinds() -> Table {
    use ColumnKind::{Int, Ints, Text};
    Table::new("kinds", &[("id", Int), ("exempt", Text), ("uses", Ints), ("anonymous", Int)])
}

pub(super) fn traces() -> Table {
    use ColumnKind::Int;
    Table::new("traces", &[("fingerprint_high", Int), ("fingerprint_low", Int), ("kind", Int)])
}

pub(super) fn principals() -> Table {
    use ColumnKind::{Int, Text, Texts, Time};
    Table::new(
        "principals",
        &[
            ("id", Int),
            ("account", Text),
            ("principal_kind", Text),
            ("principal", Text),
            ("unique_id", Text),
            ("first_seen", Time),
            ("last_seen", Time),
            ("sessions", Texts),
            ("source_identities", Texts),
        ],
    )
}

pub(super) fn coverage() -> Table {
    use ColumnKind::{Bool, Ints, Text, Texts, Time};
    Table::new(
        "coverage",
        &[
            ("account", Text),
            ("first_seen", Time),
            ("last_seen", Time),
            ("days", Ints),
            ("management_sources", Texts),
            ("data_sources", Texts),
            ("reads", Bool),
            ("regions", Texts),
        ],
    )
}

/// What was changed of what is granted. Archives of earlier versions have no such table. The first row tells in
/// `time` up to when changes may be missing; all its texts are empty.
pub(super) fn changes() -> Table {
    use ColumnKind::{Bool, Text, Texts, Time};
    Table::new(
        "changes",
        &[
            ("time", Time),
            ("verb", Text),
            ("account", Text),
            ("entity_kind", Text),
            ("entity", Text),
            ("policy", Text),
            ("document", Text),
            ("arn", Text),
            ("path", Text),
            ("unique_id", Text),
            ("is_default", Bool),
            ("tag_keys", Texts),
            ("tag_values", Texts),
            ("call", Text),
            ("event_id", Text),
        ],
    )
}

/// On which days each use was seen. Archives of earlier versions have no such table.
pub(super) fn days() -> Table {
    Table::new("days", &[("use", ColumnKind::Int), ("days", ColumnKind::Ints)])
}

/// Calls that changed what trails log. Archives of earlier versions have no such table. A row with nothing but an
/// account says that some may be missing.
pub(super) fn turns() -> Table {
    use ColumnKind::{Text, Time};
    Table::new("turns", &[("account", Text), ("time", Time), ("call", Text), ("trail", Text)])
}

/// From where each use came. Archives of earlier versions have no such table.
pub(super) fn origins() -> Table {
    use ColumnKind::{Bool, Int, Texts};
    Table::new(
        "origins",
        &[("use", Int), ("told", Bool), ("networks", Bool), ("addresses", Texts), ("vpc_endpoints", Texts)],
    )
}

pub(super) fn exempt() -> Table {
    Table::new("exempt", &[("rule", ColumnKind::Text), ("count", ColumnKind::Int)])
}

pub(super) fn losses() -> Table {
    Table::new("losses", &[("file", ColumnKind::Text), ("record", ColumnKind::Int), ("reason", ColumnKind::Text)])
}

pub(super) fn run() -> Table {
    use ColumnKind::{Int, Text, Texts, Time};
    Table::new(
        "run",
        &[
            ("format", Int),
            ("catalog_as_of", Text),
            ("since", Time),
            ("until", Time),
            ("accounts", Texts),
            ("files", Int),
            ("bytes", Int),
            ("pruned", Int),
            ("read", Int),
            ("lost", Int),
        ],
    )
}
