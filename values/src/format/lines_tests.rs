//! Records against naive splitting, and cut in every way against uncut.

use proptest::prelude::*;

use super::*;

const CSV: Framing = Framing::Csv { delimiter: b',' };
const LINES: Framing = Framing::Lines { keep_blank: false };
const TEXT: Framing = Framing::Lines { keep_blank: true };

/// What a record says, with its line, as owned values.
type Seen = (u64, Result<Vec<u8>, Vec<u8>>);

fn seen(record: Record<'_>, lines_before: u64) -> Seen {
    let content = match record.content {
        Content::Whole(bytes) => Ok(bytes.to_vec()),
        Content::TooLong(prefix) | Content::Unfinished(prefix) => Err(prefix.to_vec()),
    };
    (record.line + lines_before, content)
}

fn uncut(framing: Framing, input: &[u8], record_max: usize) -> (Vec<Seen>, u64) {
    let mut records = Records::new(framing, input, record_max);
    let all = records.by_ref().map(|record| seen(record, 0)).collect();
    (all, records.lines())
}

fn cut(framing: Framing, pieces: &[&[u8]], record_max: usize) -> (Vec<Seen>, u64) {
    let mut cutter = Cutter::new(framing, record_max);
    let mut all = Vec::new();
    let mut lines = 0;
    let mut each = |cut: Cut| {
        let mut records = Records::new(framing, &cut.bytes, record_max);
        all.extend(records.by_ref().map(|record| seen(record, lines)));
        lines += records.lines() + cut.lines_lost;
    };
    for piece in pieces {
        cutter.push(piece, &mut each);
    }
    cutter.finish(&mut each);
    (all, lines)
}

fn input() -> impl Strategy<Value = Vec<u8>> {
    // Runs of one letter are longer than what a dead letter shows, now and then.
    let part = prop_oneof![
        12 => prop::sample::select(vec!["a", "\n", "\r\n", "\r", "\"", "\"\"", ",", " ", "ü"]).prop_map(str::to_owned),
        1 => (0..3000_usize).prop_map(|length| "x".repeat(length)),
    ];
    prop::collection::vec(part, 0..40).prop_map(|parts| parts.concat().into_bytes())
}

fn framing() -> impl Strategy<Value = Framing> {
    prop::sample::select(vec![CSV, LINES, TEXT])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn how_the_input_is_cut_does_not_show(
        input in input(),
        framing in framing(),
        record_max in prop::sample::select(vec![0, 1, 3, 10, 1500, RECORD_MAX]),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
    ) {
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(input.len() + 1)).collect();
        cuts.extend([0, input.len()]);
        cuts.sort_unstable();
        let pieces: Vec<_> = cuts.windows(2).map(|ends| &input[ends[0]..ends[1]]).collect();
        prop_assert_eq!(cut(framing, &pieces, record_max), uncut(framing, &input, record_max));
    }

    #[test]
    fn lines_are_those_of_naive_splitting(input in input(), keep_blank in any::<bool>()) {
        let mut lines: Vec<_> = input.split(|&byte| byte == b'\n').collect();
        let last = lines.pop().filter(|last| !last.is_empty());
        let ended = lines.into_iter().map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        let expected: Vec<_> = ended
            .chain(last)
            .zip(1..)
            .filter(|(line, _)| keep_blank || !line.trim_ascii().is_empty())
            .map(|(line, number)| (number, Ok(line.to_vec())))
            .collect();
        prop_assert_eq!(uncut(Framing::Lines { keep_blank }, &input, RECORD_MAX).0, expected);
    }

    #[test]
    fn a_record_knows_the_line_that_it_starts_at(input in input(), framing in framing()) {
        let mut records = Records::new(framing, &input, RECORD_MAX);
        for record in records.by_ref() {
            let Content::Whole(bytes) = record.content else { unreachable!("nothing is that long") };
            let offset = bytes.as_ptr() as usize - input.as_ptr() as usize;
            let ends = input[..offset].iter().filter(|&&byte| byte == b'\n').count();
            prop_assert_eq!(record.line, ends as u64 + 1);
        }
        prop_assert!(records.rest().is_empty());
    }

    #[test]
    fn the_last_record_end_is_the_last_of_the_record_ends(input in input(), framing in framing()) {
        let mut scan = Scan::new(framing);
        let (mut at, mut last) = (0, None);
        while let Some(length) = scan.next_end(&input[at..]) {
            at += length;
            last = Some(at);
        }
        let mut whole = Scan::new(framing);
        prop_assert_eq!(whole.last_end(&input), last);
        prop_assert_eq!(whole, scan);
    }
}

#[test]
fn quoted_line_ends_do_not_end_a_csv_record() {
    let (records, lines) = uncut(CSV, b"a,\"b\n\"\"\n\",c\r\nd\"\n\n,\t\n", RECORD_MAX);
    let whole = |text: &str| Ok(text.as_bytes().to_vec());
    assert_eq!(records, [(1, whole("a,\"b\n\"\"\n\",c")), (4, whole("d\"")), (6, whole(",\t"))]);
    assert_eq!(lines, 6);
}

#[test]
fn a_delimiter_of_white_space_is_not_blank() {
    let (records, _) = uncut(Framing::Csv { delimiter: b'\t' }, b"\t\n \n", RECORD_MAX);
    assert_eq!(records, [(1, Ok(b"\t".to_vec()))]);
}

#[test]
fn a_record_beyond_the_limit_is_held_in_bounded_memory() {
    let mut cutter = Cutter::new(CSV, 2000);
    let mut cuts = Vec::new();
    cutter.push(b"short\n\"long", &mut |cut| cuts.push(cut));
    for _ in 0..1000 {
        cutter.push(&[b"\n".as_slice(), &[b'x'; 999]].concat(), &mut |cut| cuts.push(cut));
        assert!(cutter.held.capacity() < 8192);
    }
    cutter.push(b"\"\nnext\n", &mut |cut| cuts.push(cut));
    let [short, long, next] = cuts.try_into().unwrap();
    assert_eq!(
        (short.bytes.as_slice(), next.bytes.as_slice()),
        (b"short\n".as_slice(), b"next\n".as_slice())
    );
    assert_eq!(long.bytes.len(), 2001);
    let mut records = Records::new(CSV, &long.bytes, 2000);
    let Some(Content::TooLong(prefix)) = records.next().map(|record| record.content) else { unreachable!() };
    assert_eq!(prefix, &long.bytes[..INPUT_MAX + 4]);
    assert_eq!(records.lines() + long.lines_lost, 1001);
}

#[test]
fn a_record_that_a_stop_cuts_off_is_none() {
    let mut cutter = Cutter::new(CSV, RECORD_MAX);
    let mut cuts = Vec::new();
    cutter.push(b"a,b\n\"c\nd", &mut |cut| cuts.push(cut));
    cutter.stop(&mut |cut| cuts.push(cut));
    cutter.stop(&mut |cut| cuts.push(cut));
    let found: Vec<_> = cuts.iter().flat_map(|cut| Records::of(CSV, cut, RECORD_MAX)).collect();
    assert_eq!(found[0].content, Content::Whole(b"a,b"));
    assert_eq!(found[1].content, Content::Unfinished(b"\"c\nd"));
    assert_eq!(found.len(), 2);
}
