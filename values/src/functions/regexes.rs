//! Regular expressions, behind the feature `regex`: only programs that use them link the engine.

use std::ops::Range;

use super::{Cow, Fault, LONGEST_TEXT, List, too_long};

/// A compiled regular expression: what stands behind `matches`. It is found anywhere in the text unless it is anchored,
/// in time linear in the text.
#[derive(Clone, Debug)]
pub struct Regex(pub(crate) regex::Regex);

impl Regex {
    /// Compiles a pattern, once.
    ///
    /// # Errors
    /// What is wrong with the pattern, as the engine says it.
    pub fn new(pattern: &str) -> Result<Regex, String> {
        regex::Regex::new(pattern).map(Regex).map_err(|error| error.to_string())
    }

    /// Whether the pattern is found in the text.
    #[inline]
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

functions! { regexes:
    /// Where the pattern is found first, its first group; without groups, all that it matches. Absent where it is not found.
    #[language("regex_extract", r#"regex_extract("order 17 of 20", r"order (\d+)") == "17""#)]
    pub fn extract<'a>(text: Cow<'a, str>, pattern: &Regex) -> Option<Cow<'a, str>> {
        extract_group(text, pattern, i64::from(pattern.0.captures_len() > 1))
    }

    /// Where the pattern is found first, one of its groups; group 0 is all that it matches. Absent where it is not found,
    /// or has no such group.
    #[language("regex_extract", r#"regex_extract("order 17 of 20", r"(\d+) of (\d+)", 2) == "20""#)]
    pub fn extract_group<'a>(text: Cow<'a, str>, pattern: &Regex, group: i64) -> Option<Cow<'a, str>> {
        let group = usize::try_from(group).ok()?;
        let found = if group == 0 { pattern.0.find(&text) } else { pattern.0.captures(&text)?.get(group) };
        let range = found?.range();
        Some(match text {
            Cow::Borrowed(text) => Cow::Borrowed(&text[range]),
            Cow::Owned(text) => Cow::Owned(text[range].to_owned()),
        })
    }

    /// All that the pattern matches, from left to right, none overlapping another.
    #[language("regex_extract_all", r#"concat(regex_extract_all("a1b22", r"\d+"), ",") == "1,22""#)]
    pub fn extract_all<'a>(text: Cow<'a, str>, pattern: &Regex) -> List<'a, Cow<'a, str>> {
        match text {
            Cow::Borrowed(text) => pattern.0.find_iter(text).map(|found| Cow::Borrowed(found.as_str())).collect(),
            Cow::Owned(text) => {
                pattern.0.find_iter(&text).map(|found| Cow::Owned(found.as_str().to_owned())).collect()
            }
        }
    }

    /// The text with all that the pattern matches replaced. `$1` or `${name}` in the replacement is a group, `$$` a dollar.
    #[language("regex_replace", r#"regex_replace("10.1.2.3", r"\.\d+$", ".x") == "10.1.2.x""#)]
    pub fn replace<'a>(text: Cow<'a, str>, pattern: &Regex, replacement: &str) -> Result<Cow<'a, str>, Fault> {
        let mut replaced = Replaced::new(&text);
        if replacement.contains('$') {
            // Each dollar may stand for the longest group that it can mean, but for two that mean one.
            let dollars = replacement.replace("$$", "").matches('$').count();
            let first = usize::from(!["$0", "${0"].iter().any(|all| replacement.contains(all)));
            for groups in pattern.0.captures_iter(&text) {
                let Some(all) = groups.get(0) else { continue };
                let longest = groups.iter().skip(first).flatten().map(|group| group.len()).max();
                let more = dollars.saturating_mul(longest.unwrap_or(0));
                replaced.put(all.range(), more.saturating_add(replacement.len()), |out| groups.expand(replacement, out))?;
            }
        } else {
            for found in pattern.0.find_iter(&text) {
                replaced.put(found.range(), replacement.len(), |out| out.push_str(replacement))?;
            }
        }
        Ok(match replaced.finish()? {
            Some(replaced) => Cow::Owned(replaced),
            None => text,
        })
    }

    /// How often the pattern is found, no match overlapping another.
    #[language("regex_count", r#"regex_count("a1b22", r"\d+") == 2"#)]
    pub fn count(text: &str, pattern: &Regex) -> i64 {
        pattern.0.find_iter(text).count() as i64
    }

    /// Where the pattern is found first, in characters from 0; absent where it is not.
    #[language("regex_index_of", r#"regex_index_of("Zürich 8001", r"\d") == 7"#)]
    pub fn index_of(text: &str, pattern: &Regex) -> Option<i64> {
        pattern.0.find(text).map(|found| text[..found.start()].chars().count() as i64)
    }

    /// The parts of a text between what the pattern matches.
    #[language("regex_split", r#"concat(regex_split("a, b;c", r"[,;]\s*"), "|") == "a|b|c""#)]
    pub fn split<'a>(text: Cow<'a, str>, pattern: &Regex) -> List<'a, Cow<'a, str>> {
        match text {
            Cow::Borrowed(text) => pattern.0.split(text).map(Cow::Borrowed).collect(),
            Cow::Owned(text) => pattern.0.split(&text).map(|part| Cow::Owned(part.to_owned())).collect(),
        }
    }
}

/// A text in which some ranges are replaced, from left to right.
struct Replaced<'t> {
    text: &'t str,
    out: String,
    /// How much of the text is in `out`; none where nothing was replaced yet.
    taken: Option<usize>,
}

impl<'t> Replaced<'t> {
    fn new(text: &'t str) -> Replaced<'t> {
        Replaced { text, out: String::new(), taken: None }
    }

    /// `put` writes what stands for a range, of at most `more` bytes.
    fn put(&mut self, range: Range<usize>, more: usize, put: impl FnOnce(&mut String)) -> Result<(), Fault> {
        self.out.push_str(&self.text[self.taken.unwrap_or(0)..range.start]);
        self.taken = Some(range.end);
        self.check(more)?;
        put(&mut self.out);
        Ok(())
    }

    /// The whole text; none where nothing was replaced.
    fn finish(mut self) -> Result<Option<String>, Fault> {
        let Some(taken) = self.taken else { return Ok(None) };
        self.out.push_str(&self.text[taken..]);
        self.check(0)?;
        Ok(Some(self.out))
    }

    fn check(&self, more: usize) -> Result<(), Fault> {
        let longest = LONGEST_TEXT.max(self.text.len());
        if self.out.len().saturating_add(more) > longest { Err(too_long()) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::{Regex, extract, extract_group, replace};

    #[test]
    fn a_pattern_is_found_anywhere_unless_it_is_anchored() {
        assert!(Regex::new("b+").unwrap().is_match("abbc"));
        assert!(!Regex::new("^b+$").unwrap().is_match("abbc"));
        assert!(Regex::new("(").is_err());
    }

    #[test]
    fn a_group_that_takes_no_part_is_absent() {
        let pattern = Regex::new("a(b)?").unwrap();
        assert_eq!(extract("xa".into(), &pattern), None);
        assert_eq!(extract("xab".into(), &pattern).as_deref(), Some("b"));
        for group in [-1, 2, i64::MAX] {
            assert_eq!(extract_group("ab".into(), &pattern, group), None);
        }
    }

    #[test]
    fn a_replacement_by_groups_may_be_as_long_as_any_text() {
        let long = "b".repeat(600 << 10);
        let pattern = Regex::new("^(.).*$").unwrap();
        assert_eq!(replace((&*long).into(), &pattern, "$1$$1$1").as_deref(), Ok("b$1b"));
        let pattern = Regex::new("^.(?<rest>.*)$").unwrap();
        assert!(replace((&*long).into(), &pattern, "$rest").is_ok());
        for twice in ["$rest$rest", "$0$0", "${0}$rest"] {
            assert!(replace((&*long).into(), &pattern, twice).is_err());
        }
    }

    #[test]
    fn parts_of_borrowed_text_are_borrowed() {
        let pattern = Regex::new("b").unwrap();
        assert!(matches!(extract(Cow::Borrowed("abc"), &pattern), Some(Cow::Borrowed("b"))));
        assert!(matches!(replace(Cow::Borrowed("xyz"), &pattern, "-"), Ok(Cow::Borrowed("xyz"))));
        let long = "b".repeat(1 << 15);
        assert!(replace(Cow::Owned(long), &pattern, &"x".repeat(64)).is_err());
    }

    #[test]
    fn what_would_be_too_long_is_not_made() {
        let (everywhere, all) = (Regex::new("").unwrap(), Regex::new("(?s).+").unwrap());
        let long = "b".repeat(1 << 20);
        // A tebibyte, both.
        assert!(replace(Cow::Borrowed(&long), &everywhere, &long).is_err());
        assert!(replace(Cow::Borrowed(&long), &all, &"$0".repeat(1 << 19)).is_err());
        assert_eq!(replace("a1b22".into(), &Regex::new(r"(\d)\d?").unwrap(), "<$1>").unwrap(), "a<1>b<2>");
        assert_eq!(replace("ab".into(), &everywhere, "-").unwrap(), "-a-b-");
        assert_eq!(replace("ab".into(), &all, "").unwrap(), "");
    }
}
