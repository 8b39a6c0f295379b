//! The witness: what was done, as CloudTrail tells it. It knows no policy.
//!
//! bytes → `decode` → event → `identify`, `outcome`, `map` → uses → `gather` → evidence.

mod alike;
mod caller;
mod change;
mod changes;
mod coverage;
mod days;
mod decode;
mod denial;
mod event;
mod evidence;
mod fields;
mod footprint;
mod gather;
mod identify;
mod inflate;
mod item;
mod map;
mod moment;
mod mould;
mod moulds;
mod notes;
mod origins;
mod outcome;
mod principal;
mod recall;
mod scan;
mod selection;
mod selectors;
mod shape;
mod slices;
mod tally;
mod traces;
mod trails;
mod turn;
mod usage;
mod wrapping;

pub use changes::Changes;
pub use coverage::{AccountCoverage, Coverage};
pub use days::Days;
pub use evidence::{Evidence, RecordKind};
pub use footprint::{Footprint, Level, MAX_RESOURCES};
pub use gather::Gatherer;
pub use map::Scope;
pub use moment::Moment;
pub use origins::{MAX_ORIGINS, Origin, Origins};
pub use outcome::Outcome;
pub use principal::{Principal, PrincipalKind};
pub use selection::{DataSelection, Selection, Word};
pub use slices::{MAX_SLICES, Slicer, Slicing};
pub use tally::{DENIED, DUPLICATE, Loss, Tally};
pub use traces::{Depot, Trace, Traces};
pub use trails::Trails;
pub use turn::{Turn, Turns};
pub use usage::{Derivation, Sighting, Use, UseKey};
