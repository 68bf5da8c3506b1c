//! The progress line on a terminal.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::arguments::Options;
use crate::counters::{Counters, InFlight, grouped};
use crate::stderr::tell;

/// How often the line is written anew.
const EVERY: Duration = Duration::from_millis(250);

/// A thread that shows how the run goes on, until this is dropped.
pub(crate) struct Progress {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Starts it where standard error is a terminal and nobody has asked for silence.
pub(crate) fn start(options: &Options, counters: &Arc<Counters>) -> Option<Progress> {
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if !options.progress || plain || !std::io::stderr().is_terminal() {
        return None;
    }
    let (stop, stopped) = channel();
    let counters = Arc::clone(counters);
    let show = move || {
        let started = Instant::now();
        let mut shown = false;
        while stopped.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
            shown = true;
            tell(&format!("\r\x1b[K{}", line(&counters, started.elapsed())));
        }
        if shown {
            tell("\r\x1b[K");
        }
    };
    // Without a thread there is no line: nothing depends on it.
    let thread = std::thread::Builder::new().name("progress".to_owned()).spawn(show).ok();
    Some(Progress { stop: Some(stop), thread })
}

fn line(counters: &Counters, elapsed: Duration) -> String {
    // Finished tuples first: what is read meanwhile must not make the difference negative.
    let finished = counters.acked.get() + counters.dead_lettered.get();
    let now = counters.summary(InFlight::default(), elapsed);
    format!(
        "{} tuples/s, {} in, {} rows, {} in flight",
        grouped(now.rate().round() as u64),
        grouped(now.read),
        grouped(now.rows_written),
        grouped(now.read.saturating_sub(finished))
    )
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // It holds nothing that a panic could have broken.
            let _ = thread.join();
        }
    }
}
