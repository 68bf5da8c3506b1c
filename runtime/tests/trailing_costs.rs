//! What trailing windows cost: how much they keep of their rows, and how many merges a row takes.

mod keys;

use std::cell::Cell;

use streamwright::private::aggregate::Merge;
use streamwright::private::{Last, Trailing};

use keys::Name;

thread_local! {
    /// Values in all lists that there are.
    static KEPT: Cell<usize> = const { Cell::new(0) };
    static MERGES: Cell<usize> = const { Cell::new(0) };
}

fn kept() -> usize {
    KEPT.with(Cell::get)
}

fn merges() -> usize {
    MERGES.with(Cell::get)
}

/// As large as its rows are many.
#[derive(Default)]
struct List(Vec<i64>);

impl List {
    fn add(&mut self, value: i64) {
        self.0.push(value);
        KEPT.with(|kept| kept.set(kept.get() + 1));
    }
}

impl Drop for List {
    fn drop(&mut self) {
        KEPT.with(|kept| kept.set(kept.get() - self.0.len()));
    }
}

impl Merge for List {
    fn merge(&mut self, later: &List) {
        MERGES.with(|merges| merges.set(merges.get() + 1));
        later.0.iter().for_each(|value| self.add(*value));
    }
}

/// As large as one number.
#[derive(Default)]
struct Count(usize);

impl Merge for Count {
    const GROWS: bool = false;

    fn merge(&mut self, later: &Count) {
        MERGES.with(|merges| merges.set(merges.get() + 1));
        self.0 += later.0;
    }
}

const ROWS: i64 = 1_000;
const KEY: Name = Name(0);

/// Behind each of many rows in order, what is kept at most, and how many merges a row takes on average.
fn cost(mut add: impl FnMut(i64)) -> (usize, usize) {
    let mut most = 0;
    let before = merges();
    for at in 0..4 * ROWS {
        add(at);
        most = most.max(kept());
    }
    (most, (merges() - before) / (4 * ROWS) as usize)
}

fn trailing<A: Default + Merge>(row: impl Fn(&mut A, i64)) -> (usize, usize) {
    let mut windows: Trailing<Name, A> = Trailing::new(ROWS);
    cost(|at| {
        windows.add(&KEY, at, |kept| row(kept, at), |_, _| {}, |_, _| {});
        windows.release(at - 10);
    })
}

fn last<A: Default + Merge>(row: impl Fn(&mut A, i64)) -> (usize, usize) {
    let mut windows: Last<Name, A> = Last::new(ROWS as usize);
    cost(|at| windows.add(&KEY, |kept| row(kept, at), |_, _| {}))
}

#[test]
fn what_grows_with_its_rows_is_not_kept_for_each_of_them() {
    for (most, merges) in [trailing(List::add), last(List::add)] {
        assert!(most < 20 * ROWS as usize, "{most} values for {ROWS} rows");
        assert!(merges < 30, "{merges} merges a row");
    }
}

#[test]
fn a_row_in_order_takes_so_many_merges_however_long_the_window_is() {
    let count = |count: &mut Count, _| count.0 += 1;
    for (_, merges) in [trailing(count), last(count)] {
        assert!(merges < 16, "{merges} merges a row");
    }
}
