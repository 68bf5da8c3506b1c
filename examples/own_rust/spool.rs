//! The spout of the topology `orders`: lines like `7|ann|1536221061|2 pen,1 ink|0.3`.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};

use streamwright::{Next, Spout, Timestamp};

use crate::bolts::SpooledOptions;
use crate::records::{Item, Order};

pub struct Spool {
    lines: BufReader<File>,
    /// How many lines were read.
    read: u64,
    /// The file that says how many are done.
    acknowledged: String,
}

impl Spout for Spool {
    type Row = Order<'static>;
    type Options = SpooledOptions;
    type Position = u64;
    type Error = io::Error;

    fn open(options: &SpooledOptions) -> io::Result<Spool> {
        let lines = BufReader::new(File::open(&options.path)?);
        Ok(Spool { lines, read: 0, acknowledged: options.acknowledged.clone() })
    }

    fn next(&mut self) -> io::Result<Next<Order<'static>>> {
        let mut line = String::new();
        if self.lines.read_line(&mut line)? == 0 {
            return Ok(Next::End);
        }
        self.read += 1;
        let line = line.trim_end();
        // Where nothing is to be had for a while, the program goes on with what there is.
        if line == "pause" {
            return Ok(Next::Nothing);
        }
        Ok(order(line).map_or_else(|why| Next::Bad { why, input: Some(line.to_owned()) }, Next::Row))
    }

    fn position(&self) -> u64 {
        self.read
    }

    fn seek(&mut self, position: u64) -> io::Result<()> {
        while self.read < position && self.lines.read_line(&mut String::new())? > 0 {
            self.read += 1;
        }
        Ok(())
    }

    fn ack(&mut self, position: u64) -> io::Result<()> {
        fs::write(&self.acknowledged, format!("{position} lines\n"))
    }
}

/// The order that a line says.
fn order(line: &str) -> Result<Order<'static>, String> {
    let fields: Vec<&str> = line.split('|').collect();
    let [id, customer, at, items, weight] = fields[..] else {
        return Err(format!("{} fields, not 5", fields.len()));
    };
    let number = |text: &str| text.parse::<i64>().map_err(|_| format!("no number: {text:?}"));
    let item = |text: &str| {
        let (count, sku) = text.split_once(' ').ok_or_else(|| format!("no item: {text:?}"))?;
        Ok::<_, String>(Item { sku: sku.to_owned().into(), count: number(count)? })
    };
    let nanoseconds = number(at)?.checked_mul(1_000_000_000).ok_or_else(|| format!("no time: {at:?}"))?;
    Ok(Order {
        id: number(id)?,
        customer: customer.to_owned().into(),
        at: Timestamp(nanoseconds),
        items: items.split(',').map(item).collect::<Result<_, _>>()?,
        weight: weight.parse().ok(),
    })
}
