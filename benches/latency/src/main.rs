//! How long live tuples take through a program.
//!
//! A thread sends lines on a schedule, another reads the program's rows. Each line carries the time at which it was *due*,
//! and the latency of its row counts from there: when the program, the pipe or the sender falls behind, every line that
//! should have been sent meanwhile is late by as much (no coordinated omission).
//! ```text
//! latency --rate 10000 ./stateless -- --workers 1       the percentiles at a rate
//! latency --within 10 ./stateless -- --workers 1        the largest rate with a p99 within 10 ms
//! ```
//! `cat` for a program shows what the pipes and this one take.

mod run;
mod search;
mod ways;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use run::{Latencies, Load};
use ways::Way;

#[derive(Parser)]
#[command(about = "How long live tuples take through a program, as one line of JSON")]
struct Arguments {
    /// Tuples a second; the least that a search tries.
    #[arg(long, default_value_t = 10_000)]
    rate: u64,
    /// Looks for the largest rate with a p99 within so many milliseconds.
    #[arg(long, value_name = "MS")]
    within: Option<u64>,
    /// For how long rows are measured.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// For how long rows are not measured, at first.
    #[arg(long, default_value_t = 1)]
    warm_up: u64,
    /// How lines come to the program, and rows from it.
    #[arg(long, value_enum, default_value_t = Way::Pipes)]
    way: Way,
    /// The program; its rows have the `due` of their line.
    program: PathBuf,
    /// What it is told.
    #[arg(last = true)]
    arguments: Vec<String>,
}

fn main() -> ExitCode {
    let Arguments { rate, within, seconds, warm_up, way, program, arguments } = Arguments::parse();
    let limit = within.map_or(u64::MAX, |limit_ms| limit_ms * 1_000_000);
    let at = |rate| run::run(way, &program, &arguments, Load { rate, seconds, warm_up, limit });
    let measured = if within.is_some() { search::largest(rate, at) } else { at(rate) };
    match measured {
        Ok(latencies) => {
            println!("{}", latencies.json());
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("latency: {why}");
            ExitCode::FAILURE
        }
    }
}

impl Latencies {
    fn json(&self) -> String {
        let micros = |quantile| self.histogram.value_at_quantile(quantile) as f64 / 1e3;
        format!(
            r#"{{"rate":{},"rows":{},"p50_us":{:.1},"p99_us":{:.1},"p999_us":{:.1},"max_us":{:.1}}}"#,
            self.rate,
            self.histogram.len(),
            micros(0.5),
            micros(0.99),
            micros(0.999),
            self.histogram.max() as f64 / 1e3
        )
    }
}
