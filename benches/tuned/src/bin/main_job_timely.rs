//! `main_job.topo` on timely dataflow: the reader of `main_job_serde`, an exchange by client, and an operator with the windows.
//! Its time is the watermark in minutes, so the progress of the input is what closes a window.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use timely::dataflow::InputHandle;
use timely::dataflow::channels::pact::Exchange;
use timely::dataflow::operators::Operator;
use tuned::requests::{Named, PerClient, Request};
use tuned::time::{MINUTE, Minute, SECOND};
use tuned::windows::Watermark;
use tuned::{Done, blocks, paths};

/// How often the dataflow is stepped, in lines.
const STEP: u64 = 4096;

fn main() -> Done {
    let [input, output] = paths()?;
    let mut job = PerClient::create(&output)?;
    timely::execute_directly(move |worker| {
        let mut requests = InputHandle::<i64, _>::new();
        let clients = RandomState::default();
        worker.dataflow(|scope| {
            let by_client = Exchange::new(move |request: &Request| clients.hash_one(request.ip));
            requests.to_stream(scope).sink(by_client, "per client", move |(input, frontier)| {
                input.for_each(|_, requests| {
                    for request in requests.drain(..) {
                        job.count(&request, i64::MIN).expect("sums stay in their range");
                    }
                });
                let closed =
                    frontier.frontier().first().map_or(i64::MAX, |minute| minute.saturating_mul(MINUTE));
                job.release(closed).expect("rows are written");
                if frontier.is_empty() {
                    job.flush().expect("rows are written");
                }
            });
        });
        let mut watermark = Watermark::new(10 * SECOND);
        let mut minute = Minute::default();
        let mut lines_read = 0u64;
        let read = blocks::for_each(&input, |lines| {
            let line = blocks::first_line(lines);
            if let Some(request) = Named::read(line, &mut minute) {
                let at = request.at;
                if request.status < 500 && (at.div_euclid(MINUTE) + 1) * MINUTE > watermark.at() {
                    requests.send(request);
                }
                if watermark.moves(at) {
                    requests.advance_to(watermark.at().div_euclid(MINUTE));
                }
            }
            lines_read += 1;
            if lines_read.is_multiple_of(STEP) {
                worker.step();
            }
            Ok(line.len() + 1)
        });
        requests.close();
        while worker.step() {}
        read
    })?;
    Ok(())
}
