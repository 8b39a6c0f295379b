//! A bar on a terminal, silence elsewhere: bytes, records, records per second, time left.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use super::log::Log;
use crate::pipeline::Step;

/// The bar.
pub(super) struct Progress {
    bar: ProgressBar,
    log: Log,
    bytes: AtomicU64,
    files: AtomicU64,
    items: AtomicU64,
    started: Instant,
}

impl Progress {
    pub(super) fn new(quiet: bool, log: Log) -> Progress {
        let shown = !quiet && log == Log::Text && std::io::stderr().is_terminal();
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        let style = ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {msg}, {eta} left");
        if let Ok(style) = style {
            bar.set_style(style);
        }
        let [bytes, files, items] = [const { AtomicU64::new(0) }; 3];
        Progress { bar, log, bytes, files, items, started: Instant::now() }
    }

    pub(super) fn step(&self, step: Step) {
        match step {
            Step::Start { bytes, .. } => self.bar.set_length(bytes),
            Step::File { bytes, items } => {
                self.bytes.fetch_add(bytes, Ordering::Relaxed);
                self.files.fetch_add(1, Ordering::Relaxed);
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
        let [bytes, files, items] = [&self.bytes, &self.files, &self.items].map(|count| count.load(Ordering::Relaxed));
        let seconds = self.started.elapsed().as_secs_f64();
        self.log.step("read", json!({ "files": files, "bytes": bytes, "items": items, "seconds": seconds }));
    }
}
