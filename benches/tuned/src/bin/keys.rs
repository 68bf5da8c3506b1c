//! `keys.topo` by hand: payments of a million users.

use std::borrow::Cow;

use serde::Deserialize;
use tuned::cursor::Cursor;
use tuned::out::Out;
use tuned::requests::sorted;
use tuned::time::{self, Minute};
use tuned::{Done, Table, blocks, paths};

struct Payment {
    user: i64,
    amount: i64,
}

#[inline(always)]
fn guess(line: &mut Cursor<'_>, minute: &mut Minute) -> Option<Payment> {
    line.literal(b"{\"user\":")?;
    let user = line.int()?;
    line.literal(b",\"at\":\"")?;
    line.timestamp(minute)?;
    line.literal(b"\",\"amount\":")?;
    let amount = line.int()?;
    line.literal(b"}\n")?;
    Some(Payment { user, amount })
}

#[derive(Deserialize)]
struct Named<'a> {
    user: i64,
    #[serde(borrow)]
    at: Cow<'a, str>,
    amount: i64,
}

#[cold]
fn by_name(line: &[u8]) -> Option<Payment> {
    let named: Named = serde_json::from_slice(line).ok()?;
    time::parse(&named.at)?;
    Some(Payment { user: named.user, amount: named.amount })
}

struct Totals {
    payments: i64,
    total: i128,
    largest: i64,
}

fn main() -> Done {
    let [input, output] = paths()?;
    let mut users = Table::<i64, Totals>::default();
    let mut minute = Minute::default();
    let malformed = blocks::for_each_record(
        &input,
        |line| guess(line, &mut minute),
        by_name,
        |payment| {
            let totals = users.entry(payment.user).or_insert(Totals {
                payments: 0,
                total: 0,
                largest: payment.amount,
            });
            totals.payments += 1;
            totals.total += i128::from(payment.amount);
            totals.largest = totals.largest.max(payment.amount);
            Ok(())
        },
    )?;
    let mut out = Out::create(&output)?;
    for (user, totals) in sorted(users) {
        out.text(b"{\"user\":");
        out.int(user);
        out.text(b",\"payments\":");
        out.int(totals.payments);
        out.text(b",\"total\":");
        out.int(totals.total.try_into()?);
        out.text(b",\"largest\":");
        out.int(totals.largest);
        out.end_row()?;
    }
    out.flush()?;
    eprintln!("malformed {malformed}");
    Ok(())
}
