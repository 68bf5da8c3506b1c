//! The pages of `docs/errors`: what `topo explain T0301` prints. Each shows a mistake, and how it is mended.

use streamwright_dsl::check::check;
use streamwright_dsl::diagnostic::{Code, Diagnostic};
use streamwright_dsl::parse::parse;
use streamwright_dsl::source::FileId;

/// Codes that an example of a few lines cannot show.
const WITHOUT_EXAMPLE: [Code; 3] = [Code::TooLarge, Code::RustSignature, Code::NeedsCompiler];

fn found(text: &str) -> Vec<Diagnostic> {
    let (ast, mut found) = parse(FileId(0), text);
    let topology = check(&ast, FileId(0), &mut found);
    assert!(topology.is_some() || !found.is_empty(), "there is neither a topology nor a finding:\n{text}");
    found.into_sorted()
}

/// The examples of a page.
fn examples(page: &str) -> Vec<&str> {
    page.split("```topo\n").skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

#[test]
fn the_faulty_example_gives_the_code_and_the_mended_one_nothing() {
    let mut wrong = Vec::new();
    for code in Code::ALL.iter().copied().filter(|code| !WITHOUT_EXAMPLE.contains(code)) {
        let id = code.id();
        let [faulty, mended] = examples(code.page())[..] else {
            wrong.push(format!("{id}: a faulty and a mended example are wanted"));
            continue;
        };
        let (faulty, mended) = (found(faulty), found(mended));
        if faulty.is_empty() || faulty.iter().any(|finding| finding.code != code) {
            let found: Vec<&str> = faulty.iter().map(|finding| finding.code.id()).collect();
            wrong.push(format!("{id}: the faulty example gives {found:?}"));
        }
        for finding in mended {
            wrong.push(format!("{id}: the mended example gives {} {}", finding.code.id(), finding.message));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_page_begins_with_its_code_and_title() {
    for code in Code::ALL {
        let head = format!("# {} {}\n\n{}.\n\n", code.id(), code.name(), code.title());
        assert!(code.page().starts_with(&head), "{} should begin with\n{head}", code.id());
    }
}

#[test]
fn the_examples_of_the_language_page_are_topologies() {
    let language = examples(include_str!("../../docs/language.md"));
    let own_rust = examples(include_str!("../../docs/own-rust.md"));
    assert!(!language.is_empty() && !own_rust.is_empty());
    for example in language.into_iter().chain(own_rust) {
        assert_eq!(found(example), [], "{example}");
    }
}
