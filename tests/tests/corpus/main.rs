//! Law 2, shown: random topologies on random input, compiled against interpreted. Every sink's bytes, the dead letters
//! and the counters must be equal with 1, 2, 3 and 8 workers, whatever the roots' sizes and cuts. An input of which a
//! topology makes too many rows is passed over; few may be.
//!
//! `STREAMWRIGHT_CORPUS=300x500` sets another number of topologies and of inputs for each, and
//! `STREAMWRIGHT_CORPUS_SEED=7` another seed.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail by a panic")]

mod compare;
mod driver;
mod project;
mod settings;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use compare::Difference;
use driver::Driver;
use streamwright_dsl::source::Sources;
use streamwright_dsl::topology::Topology;
use streamwright_tests::corpus::{self, Case};

#[test]
fn compiled_programs_do_what_the_interpreter_does() {
    let (topologies, inputs) = scale();
    let seed = std::env::var("STREAMWRIGHT_CORPUS_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let cases = corpus::topologies(seed, topologies);
    let checked: Vec<Topology> = cases.iter().map(checked).collect();
    let start = Instant::now();
    let programs = project::build(&cases);
    let built = start.elapsed();

    let next = AtomicUsize::new(0);
    let differences = Mutex::new(Vec::new());
    let counts = Counts::default();
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(case) = cases.get(index) else { break };
                    let driver = Driver::start(&programs.binary(index));
                    let corpus = Corpus { seed, inputs, counts: &counts };
                    let found = corpus.one(driver, index, case, &checked[index]);
                    differences.lock().unwrap().extend(found);
                }
            });
        }
    });
    let differences: Vec<Difference> = differences.into_inner().unwrap();
    for difference in differences.iter().take(5) {
        eprintln!("{difference}\n");
    }
    let names: Vec<&str> = differences.iter().map(|difference| difference.name.as_str()).collect();
    assert!(names.is_empty(), "{} of {topologies} topologies differ: {names:?}", names.len());
    let (runs, skipped) = (counts.runs.into_inner(), counts.skipped.into_inner());
    println!(
        "{topologies} topologies, {inputs} inputs each, {skipped} of them skipped, {runs} runs of compiled programs: \
         all equal"
    );
    println!("built in {built:?}, compared in {:?}", start.elapsed() - built);
    assert!(skipped * 20 <= topologies * inputs, "too much is skipped: random topologies make too many rows");
}

fn checked(case: &Case) -> Topology {
    corpus::check_case(&mut Sources::default(), case).unwrap_or_else(|error| panic!("{}\n{error}", case.text))
}

/// How many topologies, and how many inputs for each.
fn scale() -> (usize, usize) {
    let given = std::env::var("STREAMWRIGHT_CORPUS").unwrap_or_else(|_| "60x200".to_owned());
    let (topologies, inputs) = given.split_once('x').expect("STREAMWRIGHT_CORPUS is TOPOLOGIESxINPUTS");
    (topologies.parse().expect("a number of topologies"), inputs.parse().expect("a number of inputs"))
}

#[derive(Default)]
struct Counts {
    runs: AtomicUsize,
    skipped: AtomicUsize,
}

struct Corpus<'c> {
    seed: u64,
    inputs: usize,
    counts: &'c Counts,
}

impl Corpus<'_> {
    /// Runs one topology on all its inputs; its first difference, if there is one.
    fn one(&self, mut driver: Driver, index: usize, case: &Case, topology: &Topology) -> Option<Difference> {
        for (number, input) in corpus::inputs(case, self.seed, self.inputs).iter().enumerate() {
            let expected = corpus::interpret(topology, case, input)
                .unwrap_or_else(|error| panic!("{}: the interpreter stops: {error}", case.name));
            let Some(expected) = expected else {
                self.counts.skipped.fetch_add(1, Ordering::Relaxed);
                continue;
            };
            assert!(expected.summary.adds_up(), "{}: {:?}", case.name, expected.summary);
            driver.write_inputs(case, input);
            for setting in settings::of(number) {
                self.counts.runs.fetch_add(1, Ordering::Relaxed);
                let actual = driver.run(index, case, &setting);
                if let Some(what) = compare::compare(case, topology, &expected, &actual) {
                    return Some(Difference::new(case, input, &setting, what));
                }
            }
        }
        None
    }
}
