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
        lines += records.lines();
    };
    for piece in pieces {
        cutter.push(piece, &mut each);
    }
    cutter.finish(&mut each);
    (all, lines)
}

fn part() -> impl Strategy<Value = String> {
    // Runs of one letter are longer than what a dead letter shows, now and then.
    prop_oneof![
        12 => prop::sample::select(vec!["a", "\n", "\r\n", "\r", "\"", "\"\"", ",", " ", "ü"]).prop_map(str::to_owned),
        1 => (0..3000_usize).prop_map(|length| "x".repeat(length)),
    ]
}

fn input() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(part(), 0..40).prop_map(|parts| parts.concat().into_bytes())
}

/// Quoted fields of too many lines, now and then.
fn input_of_many_lines() -> impl Strategy<Value = Vec<u8>> {
    let lines = (QUOTED_LINES_MAX - 3..QUOTED_LINES_MAX + 3).prop_map(|count| "\n".repeat(count));
    prop::collection::vec(prop_oneof![12 => part(), 1 => lines], 0..30)
        .prop_map(|parts| parts.concat().into_bytes())
}

fn framing() -> impl Strategy<Value = Framing> {
    prop::sample::select(vec![CSV, LINES, TEXT])
}

/// The length of the first CSV record of the whole rest of an input, by the rule's own words.
fn naive_csv_end(rest: &[u8], record_max: usize) -> usize {
    let find = |from: usize, wanted: &[u8]| {
        rest[from..].iter().position(|byte| wanted.contains(byte)).map(|at| from + at)
    };
    let mut at = 0;
    loop {
        if rest.get(at) == Some(&b'"') {
            let mut close = find(at + 1, b"\"");
            while let Some(quote) = close
                && rest.get(quote + 1) == Some(&b'"')
            {
                close = find(quote + 2, b"\"");
            }
            let line_end = find(at, b"\n").unwrap_or(rest.len());
            if close.is_none_or(|close| line_end < close) {
                let closed = close.map(|close| (close, &rest[close + 1..]));
                let is_closed = closed.is_some_and(|(close, behind)| {
                    let proof = match behind {
                        [] => close,
                        [b'\r', b'\n', ..] => close + 2,
                        [b',' | b'\n', ..] => close + 1,
                        _ => return false,
                    };
                    let lines = rest[at..close].iter().filter(|&&byte| byte == b'\n').count();
                    lines <= QUOTED_LINES_MAX && proof < record_max.saturating_add(2)
                });
                // Where the limit is passed before, the line is too long whatever follows it.
                if !is_closed || line_end >= record_max.saturating_add(2) {
                    return (line_end + 1).min(rest.len());
                }
            }
            at = close.map_or(rest.len(), |close| close + 1);
        }
        match find(at, b",\n") {
            Some(delimiter) if rest[delimiter] == b',' => at = delimiter + 1,
            Some(line_end) => return line_end + 1,
            None => return rest.len(),
        }
    }
}

fn naive_csv(input: &[u8], record_max: usize) -> Vec<Seen> {
    let (mut rest, mut line, mut all) = (input, 1, Vec::new());
    while !rest.is_empty() {
        let (record, behind) = rest.split_at(naive_csv_end(rest, record_max));
        rest = behind;
        let content =
            record.strip_suffix(b"\n").map_or(record, |text| text.strip_suffix(b"\r").unwrap_or(text));
        if content.len() > record_max {
            all.push((line, Err(content[..content.len().min(INPUT_MAX + 4)].to_vec())));
        } else if !content.trim_ascii().is_empty() {
            all.push((line, Ok(content.to_vec())));
        }
        line += record.iter().filter(|&&byte| byte == b'\n').count() as u64;
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn how_the_input_is_cut_does_not_show(
        input in input_of_many_lines(),
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
    fn csv_records_are_those_of_the_rule(
        input in input_of_many_lines(),
        record_max in prop::sample::select(vec![0, 1, 2, 3, 5, 10, 1500, RECORD_MAX]),
    ) {
        prop_assert_eq!(uncut(CSV, &input, record_max).0, naive_csv(&input, record_max));
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
fn a_stray_quote_takes_its_line_and_no_other() {
    let whole = |text: &str| Ok(text.as_bytes().to_vec());
    // Another quote shows it, with neither a delimiter nor a line end behind it.
    let (records, lines) = uncut(CSV, b"1,\"a\n2,b\n3,\"c\"\n", RECORD_MAX);
    assert_eq!(records, [(1, whole("1,\"a")), (2, whole("2,b")), (3, whole("3,\"c\""))]);
    assert_eq!(lines, 3);
    // Or nothing does, up to the end.
    let (records, _) = uncut(CSV, b"\"a\nb\",\"c\nd\n", RECORD_MAX);
    assert_eq!(records, [(1, whole("\"a\nb\",\"c")), (3, whole("d"))]);
}

#[test]
fn a_quoted_field_goes_on_over_so_many_lines_and_so_many_bytes() {
    let quoted = |lines: usize| format!("\"{}\",b\n", "\n".repeat(lines)).into_bytes();
    assert_eq!(uncut(CSV, &quoted(QUOTED_LINES_MAX), RECORD_MAX).0.len(), 1);
    let (records, lines) = uncut(CSV, &quoted(QUOTED_LINES_MAX + 1), RECORD_MAX);
    assert_eq!(records, [(1, Ok(b"\"".to_vec())), (1002, Ok(b"\",b".to_vec()))]);
    assert_eq!(lines, 1002);
    let texts = |record_max| uncut(CSV, b"\"a\nb\",c\n", record_max).0.into_iter().map(|seen| seen.1);
    assert!(texts(7).eq([Ok(b"\"a\nb\",c".to_vec())]));
    assert!(texts(6).eq([Err(b"\"a\nb\",c".to_vec())]));
    assert!(texts(3).eq([Ok(b"\"a".to_vec()), Err(b"b\",c".to_vec())]));
}

#[test]
fn what_a_quoted_field_may_be_is_held_in_bounded_memory() {
    let mut cutter = Cutter::new(CSV, 2000);
    let mut cuts = Vec::new();
    let mut each = |cut: Cut| cuts.push(cut);
    cutter.push(b"short\n\"stray\n", &mut each);
    for _ in 0..1000 {
        cutter.push(&[&[b'x'; 899], b"\n".as_slice()].concat(), &mut each);
        assert!(cutter.held.len() < 3000);
    }
    cutter.push(&[b'x'; 5000], &mut each);
    for _ in 0..1000 {
        cutter.push(&[b'x'; 899], &mut each);
        assert!(cutter.held.len() < 3000);
    }
    cutter.push(b"\nnext\n", &mut each);
    cutter.finish(&mut each);
    let records: Vec<_> = cuts.iter().flat_map(|cut| Records::of(CSV, cut, 2000)).collect();
    assert_eq!(records.len(), 1004);
    assert_eq!(records[1].content, Content::Whole(b"\"stray"));
    assert_eq!(records[1002].content, Content::TooLong(&[b'x'; INPUT_MAX + 4]));
    assert_eq!(records[1003].content, Content::Whole(b"next"));
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
