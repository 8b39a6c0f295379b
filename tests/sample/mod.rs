//! The sample organization: its cast, its story and their delivery; and real snapshots, when they are at hand.

mod snapshots;
