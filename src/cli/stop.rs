//! SIGTERM and SIGINT: the process ends at once, or when what it is putting in place stands there. Whatever else it
//! had in hand is in memory or under a name that does not count, so that ending is all there is to do.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::exit::{Exit, Failure};
use super::log::Log;

/// Hears signals from when it is made until the process ends.
pub(super) struct Stop {
    placing: Arc<Mutex<()>>,
}

impl Stop {
    /// Begins to listen.
    pub(super) fn listen(log: Log) -> Result<Stop, Failure> {
        let unheard = |error| Failure::Usage(format!("cannot listen to signals: {error}"));
        let mut signals = Signals::new([SIGTERM, SIGINT]).map_err(unheard)?;
        let placing = Arc::new(Mutex::new(()));
        let placed = Arc::clone(&placing);
        thread::spawn(move || {
            if let Some(signal) = signals.forever().next() {
                let _placed = placed.lock().unwrap_or_else(PoisonError::into_inner);
                let name = if signal == SIGTERM { "SIGTERM" } else { "SIGINT" };
                let reason = format!("stopped by {name}: nothing is half written, and the next run does what is left");
                log.fail("stopped", &reason, Exit::Stopped.code());
                std::process::exit(i32::from(Exit::Stopped.code()));
            }
        });
        Ok(Stop { placing })
    }

    /// Until this is dropped, a signal waits: something is put in place.
    pub(super) fn hold(&self) -> MutexGuard<'_, ()> {
        self.placing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
