//! What the language does not have: the entropy of a name, and a score that fades and closes by itself.

use std::collections::BTreeSet;
use std::net::IpAddr;

use crate::bolts::{IncidentsOptions, IncidentsRow};
use crate::records::Incident;
use streamwright::{Bolt, Context, Timestamp};

/// The entropy of a text's characters, in bits.
pub fn entropy(name: &str) -> f64 {
    let mut counts = std::collections::BTreeMap::new();
    for letter in name.chars() {
        *counts.entry(letter).or_insert(0_u32) += 1;
    }
    let all: u32 = counts.values().sum();
    -counts.values().map(|&n| f64::from(n) / f64::from(all)).map(|p| p * p.log2()).sum::<f64>()
}

/// One address: its alerts' weights, which fade by half in `half_life`, until it has been silent.
pub struct Triage {
    entity: Option<IpAddr>,
    score: f64,
    opened: Option<Timestamp>,
    last: Timestamp,
    alerts: i64,
    rules: BTreeSet<String>,
}

streamwright::state!(Triage { entity, score, opened, last, alerts, rules });

impl Triage {
    fn incident(&self, closed: bool) -> Option<Incident> {
        let (entity, opened) = self.entity.zip(self.opened)?;
        Some(Incident {
            entity,
            opened,
            at: self.last,
            score: (self.score * 100.0).round() / 100.0,
            alerts: self.alerts,
            rules: self.rules.len() as i64,
            closed,
        })
    }
}

impl Bolt for Triage {
    type Row<'a> = IncidentsRow<'a>;
    type Output = Incident;
    type Options = IncidentsOptions;
    type Error = String;

    fn new(_: &IncidentsOptions) -> Triage {
        Triage { entity: None, score: 0.0, opened: None, last: Timestamp(0), alerts: 0, rules: BTreeSet::new() }
    }

    fn process(&mut self, row: &IncidentsRow<'_>, context: &mut Context<'_, Self>) -> Result<(), String> {
        let options = context.options();
        let passed = (row.at.0 - self.last.0).max(0) as f64 / options.half_life.0 as f64;
        let (open_at, silence) = (options.open_at, options.silence);
        self.score = self.score * 0.5_f64.powf(passed) + row.weight as f64;
        self.entity = Some(row.entity);
        self.last = row.at;
        self.alerts += 1;
        self.rules.insert(row.rule.to_string());
        if self.opened.is_none() && self.score >= open_at {
            self.opened = Some(row.at);
            if let Some(incident) = self.incident(false) {
                context.emit(incident);
            }
        }
        context.at(Timestamp(row.at.0 + silence.0));
        Ok(())
    }

    fn on_timer(&mut self, time: Timestamp, context: &mut Context<'_, Self>) -> Result<(), String> {
        if time.0 - self.last.0 < context.options().silence.0 {
            return Ok(());
        }
        if let Some(incident) = self.incident(true) {
            context.emit(incident);
        }
        *self = Triage::new(context.options());
        Ok(())
    }
}
