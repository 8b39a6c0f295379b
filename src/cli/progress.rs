//! A bar on a terminal, silence elsewhere: bytes, records, records per second, time left.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::pipeline::Step;

/// The bar.
pub(super) struct Progress {
    bar: ProgressBar,
    items: AtomicU64,
    started: Instant,
}

impl Progress {
    pub(super) fn new(quiet: bool) -> Progress {
        let shown = !quiet && std::io::stderr().is_terminal();
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        let style = ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {msg}, {eta} left");
        if let Ok(style) = style {
            bar.set_style(style);
        }
        Progress { bar, items: AtomicU64::new(0), started: Instant::now() }
    }

    pub(super) fn step(&self, step: Step) {
        match step {
            Step::Start { bytes, .. } => self.bar.set_length(bytes),
            Step::File { bytes, items } => {
                let items = self.items.fetch_add(items, Ordering::Relaxed) + items;
                self.bar.inc(bytes);
                if !self.bar.is_hidden() {
                    let rate = items as f64 / self.started.elapsed().as_secs_f64().max(0.001);
                    self.bar.set_message(format!("{items} records, {rate:.0}/s"));
                }
            }
        }
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
