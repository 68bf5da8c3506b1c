//! Functions of the program around, called by the topology: they see the records as structs.

mod counter {
    use std::convert::Infallible;

    use streamwright::{Bolt, Context};

    use crate::own::bolts::{NumberedOptions, NumberedRow};
    use crate::own::records::Numbered;

    pub struct Counter(i64);

    streamwright::state!(Counter(next));

    impl Bolt for Counter {
        type Row<'a> = NumberedRow<'a>;
        type Output = Numbered<'static>;
        type Options = NumberedOptions;
        type Error = Infallible;

        fn new(options: &NumberedOptions) -> Counter {
            Counter(options.first)
        }

        fn process(&mut self, row: &NumberedRow<'_>, context: &mut Context<'_, Self>) -> Result<(), Infallible> {
            context.emit(Numbered { text: row.text.to_string().into(), number: self.0 });
            self.0 += 1;
            Ok(())
        }
    }
}

mod source {
    use streamwright::{Next, Spout};

    use crate::own::bolts::CountedDownOptions;
    use crate::own::records::Count;

    pub struct Down(i64);

    impl Spout for Down {
        type Row = Count;
        type Options = CountedDownOptions;
        type Position = i64;
        type Error = String;

        fn open(options: &CountedDownOptions) -> Result<Down, String> {
            Ok(Down(options.first))
        }

        fn next(&mut self) -> Result<Next<Count>, String> {
            self.0 -= 1;
            Ok(match self.0 {
                ..0 => Next::End,
                2 => Next::Bad { why: "two".to_owned(), input: None },
                left => Next::Row(Count { left, half: left as f64 / 2.0 }),
            })
        }

        fn position(&self) -> i64 {
            self.0
        }

        fn seek(&mut self, position: i64) -> Result<(), String> {
            self.0 = position;
            Ok(())
        }
    }
}

mod text {
    use std::borrow::Cow;

    use crate::own::records::Inner;

    pub fn spaced(text: &str) -> i64 {
        text.split_whitespace().count() as i64
    }

    pub fn named(inner: Option<&Inner>, tags: &[Cow<str>]) -> Result<Inner<'static>, std::fmt::Error> {
        let inner = inner.ok_or(std::fmt::Error)?;
        Ok(Inner { name: format!("{}+{}", inner.name, tags.len()).into(), n: inner.n })
    }
}

streamwright_macros::topology! {
    topology own

    param input: string
    param output: string

    record Inner { name: string, n: int? }
    record Line { text: string, inner: Inner?, tags: list<string> }

    fn spaced(text: string) -> int = rust text::spaced
    fn named(inner: Inner?, tags: list<string>) -> Inner = rust text::named
    fn twice(n: int) -> int = n * 2

    spout lines: Line { read file input as json }
    bolt counted { from lines  select words = twice(spaced(text)), inner = named(inner, tags) }
    record Numbered { text: string, number: int }
    param numbered: string
    bolt numbered: Numbered { from lines  run counter::Counter { first: 7 } }
    record Count { left: int, half: float }
    param counts: string
    spout counted_down: Count { run source::Down { first: 5 }  where left != 3 }
    sink counts { from counted_down  write file counts as json }
    sink numbers { from numbered  write file numbered as json }
    sink out { from counted  write file output as json }
}

fn main() {
    let folder = std::env::temp_dir();
    let path = |name: &str| folder.join(format!("own-rust-{}-{name}", std::process::id())).display().to_string();
    let (input, output, numbers) = (path("in"), path("out"), path("numbers"));
    let counts = path("counts");
    std::fs::write(&input, "{\"text\":\"a b\",\"inner\":{\"name\":\"x\"},\"tags\":[\"t\"]}\n{\"text\":\"c\",\"tags\":[]}\n").unwrap();
    let summary = own::run(["--input", &input, "--output", &output, "--numbered", &numbers, "--counts", &counts]).unwrap();
    let written = std::fs::read_to_string(&output).unwrap();
    let counted = std::fs::read_to_string(&numbers).unwrap();
    let down = std::fs::read_to_string(&counts).unwrap();
    std::fs::remove_file(&numbers).unwrap();
    std::fs::remove_file(&counts).unwrap();
    std::fs::remove_file(&input).unwrap();
    std::fs::remove_file(&output).unwrap();
    assert_eq!((summary.acked, summary.dead_lettered), (5, 2));
    assert_eq!(down, "{\"left\":4,\"half\":2.0}\n{\"left\":1,\"half\":0.5}\n{\"left\":0,\"half\":0.0}\n");
    assert_eq!(counted, "{\"text\":\"a b\",\"number\":7}\n{\"text\":\"c\",\"number\":8}\n");
    assert_eq!(written, "{\"words\":4,\"inner\":{\"name\":\"x+1\",\"n\":null}}\n");
}
