//! `top` against its definition: all rows, sorted.

use proptest::prelude::*;
use streamwright::private::aggregate::Merge;
use streamwright::private::{Rank, Ranking};

/// The ranks and numbers of the first ones of `rows`, which are an order and an event time each.
fn first(rows: &[(Vec<u8>, i64)], rank: Rank) -> Vec<(i64, usize)> {
    let mut sorted: Vec<(&[u8], i64, usize)> =
        rows.iter().enumerate().map(|(number, (order, at))| (order.as_slice(), *at, number)).collect();
    sorted.sort_unstable();
    let before = |order: &[u8]| sorted.iter().filter(|other| other.0 < order).count();
    let ranked = sorted.iter().enumerate().map(|(place, (order, _, number))| {
        let place = if rank.ties { before(order) } else { place };
        (place as i64 + 1, *number)
    });
    ranked.filter(|(place, _)| *place <= rank.count as i64).collect()
}

fn left(ranking: &Ranking) -> Vec<(i64, usize)> {
    let number = |row: &[u8]| row.iter().fold(0, |number, byte| number << 8 | usize::from(*byte));
    ranking.rows().map(|(rank, row)| (rank, number(row))).collect()
}

proptest! {
    #[test]
    fn top_is_the_first_of_all_rows_sorted(
        parts in prop::collection::vec(prop::collection::vec((prop::collection::vec(0..3_u8, 0..3), 0..4_i64), 0..12), 0..5),
        count in 1..6_usize,
        ties in any::<bool>(),
    ) {
        let rank = Rank { count, ties };
        let (mut whole, mut merged, mut rows) = (Ranking::default(), Ranking::default(), Vec::new());
        for part in parts {
            let mut ranking = Ranking::default();
            for (order, at) in part {
                for ranking in [&mut whole, &mut ranking] {
                    ranking.add(rank, &order, at, |row| row.extend((rows.len() as u32).to_be_bytes()));
                }
                rows.push((order, at));
            }
            prop_assert_eq!(left(&whole), first(&rows, rank));
            merged.merge(&ranking);
            prop_assert_eq!(left(&merged), first(&rows, rank));
        }
    }
}
