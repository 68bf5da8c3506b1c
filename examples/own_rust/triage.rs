//! The bolts of the topology `scores`.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use streamwright::{Bolt, Context, Sink, Timestamp};

use crate::bolts::{ReportOptions, ReportRow, SampledRow, ScoredOptions, ScoredRow};
use crate::records::Score;

/// A user's baseline: a mean and a mean distance from it, both forgetting.
pub struct Scorer {
    user: String,
    mean: f64,
    distance: f64,
    seen: i64,
    last: Option<Timestamp>,
}

streamwright::state!(Scorer { user, mean, distance, seen, last });

impl Bolt for Scorer {
    type Row<'a> = ScoredRow<'a>;
    type Output = Score<'static>;
    type Options = ScoredOptions;
    type Error = String;

    fn new(_: &ScoredOptions) -> Scorer {
        Scorer { user: String::new(), mean: 0.0, distance: 1.0, seen: 0, last: None }
    }

    fn process(&mut self, row: &ScoredRow<'_>, context: &mut Context<'_, Self>) -> Result<(), String> {
        // A bolt is not told its key but by its rows.
        self.user = row.user.to_string();
        if let Some(why) = &row.why {
            return Err(format!("{} is not to be scored: {why}", row.user));
        }
        let bytes = row.bytes as f64 + row.tags.len() as f64;
        let score = if self.seen == 0 { 0.0 } else { (bytes - self.mean).abs() / self.distance };
        let weight = 1.0 / context.options().half_life.min(self.seen + 1) as f64;
        self.distance += weight * ((bytes - self.mean).abs().max(1.0) - self.distance);
        self.mean += weight * (bytes - self.mean);
        self.seen += 1;
        assert!(self.seen < 1_000, "nobody is that busy");
        let greeting = (self.seen == 1).then(|| context.options().greeting.clone().into());
        context.emit(Score { user: self.user.clone().into(), at: row.at, score, note: greeting });
        self.last = self.last.max(context.time());
        context.at(Timestamp(row.at.0 + context.options().silence.0));
        Ok(())
    }

    /// Nothing for a while: each activity asks, and the last one's question is answered.
    fn on_timer(&mut self, at: Timestamp, context: &mut Context<'_, Self>) -> Result<(), String> {
        if self.last.is_some_and(|last| last.0 + context.options().silence.0 <= at.0) {
            let note = Some(format!("silent after {}", self.seen).into());
            context.emit(Score { user: self.user.clone().into(), at, score: 0.0, note });
        }
        Ok(())
    }
}

/// Passes on what it draws.
pub struct Sampler;

streamwright::state!(Sampler);

impl Bolt for Sampler {
    type Row<'a> = SampledRow<'a>;
    type Output = Score<'static>;
    type Options = ();
    type Error = std::convert::Infallible;

    fn new((): &()) -> Sampler {
        Sampler
    }

    fn process(&mut self, row: &SampledRow<'_>, context: &mut Context<'_, Self>) -> Result<(), Self::Error> {
        if context.rng().below(2) == 0 {
            let (user, note) = (row.user.to_string().into(), None);
            context.emit(Score { user, at: row.at, score: row.score, note });
        }
        Ok(())
    }
}

/// A report for people.
pub struct Report(BufWriter<File>);

impl Sink for Report {
    type Row<'a> = ReportRow<'a>;
    type Options = ReportOptions;
    type Error = io::Error;

    fn new(options: &ReportOptions) -> io::Result<Report> {
        let mut file = BufWriter::new(File::create(&options.path)?);
        writeln!(file, "{}", options.title)?;
        Ok(Report(file))
    }

    fn write(&mut self, row: &ReportRow<'_>) -> io::Result<()> {
        let times = if row.odd == 1 { "once" } else { "more than once" };
        writeln!(self.0, "{} was odd {times}, by {:.1}", row.user, row.worst)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
