//! One run: opens everything, starts the threads, waits for the end.

use std::sync::Arc;
use std::time::Instant;

use crate::arguments::Options;
use crate::bell::Bell;
use crate::counters::{Counters, Summary};
use crate::engine::Engine;
use crate::files::Output;
use crate::layout::Topology;
use crate::program::Error;
use crate::sink::{self, Sink};
use crate::source;
use crate::worker::WorkerThread;

/// Runs a program to the end of its input. What `watch` gives is kept until then.
pub(crate) fn run<W>(
    mut topology: Box<dyn Topology>,
    options: &Options,
    watch: impl FnOnce(&Arc<Counters>) -> W,
) -> Result<Summary, Error> {
    let started = Instant::now();
    let layout = topology.layout();
    let limits = &options.limits;
    let mut opened = source::open(&layout, limits).map_err(Error::Start)?;
    source::read_headers(&layout, &mut opened, &mut *topology).map_err(Error::Start)?;
    let outputs = sink::open(&layout, &source::inputs(&opened)).map_err(Error::Start)?;
    let bell = Arc::new(Bell::default());
    let claims = source::start(opened, &*topology, limits.clone(), &bell).map_err(Error::Start)?;
    let counters = Arc::new(Counters::default());
    let watching = watch(&counters);
    let engine = Engine::new(&layout, options, claims, bell, Arc::clone(&counters), &outputs);
    work(&engine, &*topology, outputs);
    drop(watching);
    engine.conclude();
    let summary = counters.summary(engine.in_flight(), started.elapsed());
    match engine.failure() {
        None => Ok(summary),
        Some(why) => Err(Error::Stopped(why, summary)),
    }
}

/// Starts the writer threads and all workers but one, which is this thread.
fn work<'p>(engine: &Engine<'p>, topology: &'p dyn Topology, outputs: Vec<Option<Output>>) {
    std::thread::scope(|scope| {
        for (index, (output, sink)) in outputs.into_iter().zip(&*engine.sinks).enumerate() {
            if let (Some(output), Some(arriving)) = (output, sink.arriving()) {
                scope.spawn(move || {
                    let _guard = FailOnPanic(engine);
                    sink.serve(
                        output,
                        &arriving,
                        |finishes, count| engine.written(index, finishes, count),
                        |why| engine.fail(why),
                    );
                });
            }
        }
        let _closing = CloseSinks(engine);
        let worker = |index| {
            let _guard = FailOnPanic(engine);
            WorkerThread::new(engine, index, topology).run();
        };
        std::thread::scope(|workers| {
            for index in 1..engine.workers {
                workers.spawn(move || worker(index));
            }
            worker(0);
        });
    });
}

/// A thread that panics must not leave the others waiting for it.
struct FailOnPanic<'e, 'p>(&'e Engine<'p>);

impl Drop for FailOnPanic<'_, '_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.fail("a thread of the program panicked".to_owned());
        }
    }
}

/// Ends the writer threads, also when a worker panicked.
struct CloseSinks<'e, 'p>(&'e Engine<'p>);

impl Drop for CloseSinks<'_, '_> {
    fn drop(&mut self) {
        self.0.sinks.iter().for_each(Sink::close);
    }
}
