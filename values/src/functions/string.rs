//! Text. Places and lengths count characters, from 0.
//!
//! A function that may return a part of its argument takes and returns a `Cow`, so that nothing is copied where the
//! text is still a slice of the input.

use super::{Cow, Fault, LONGEST_TEXT, out_of_range, too_long};

functions! { string:
    /// The text in lower case.
    #[language("lower", r#"lower("GET") == "get""#)]
    pub fn lower<'a>(text: Cow<'a, str>) -> Cow<'a, str> {
        if !text.is_ascii() {
            Cow::Owned(text.to_lowercase())
        } else if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            Cow::Owned(text.to_ascii_lowercase())
        } else {
            text
        }
    }

    /// The text in upper case.
    #[language("upper", r#"upper("get") == "GET""#)]
    pub fn upper<'a>(text: Cow<'a, str>) -> Cow<'a, str> {
        if text.bytes().any(|byte| byte.is_ascii_lowercase() || !byte.is_ascii()) {
            Cow::Owned(text.to_uppercase())
        } else {
            text
        }
    }

    /// The text without white space at both ends.
    #[language("trim", r#"trim("  a b ") == "a b""#)]
    pub fn trim<'a>(text: Cow<'a, str>) -> Cow<'a, str> {
        part(text, |text| text.trim())
    }

    /// The text without white space at its start.
    #[language("trim_start", r#"trim_start("  a ") == "a ""#)]
    pub fn trim_start<'a>(text: Cow<'a, str>) -> Cow<'a, str> {
        part(text, |text| text.trim_start())
    }

    /// The text without white space at its end.
    #[language("trim_end", r#"trim_end("  a ") == "  a""#)]
    pub fn trim_end<'a>(text: Cow<'a, str>) -> Cow<'a, str> {
        part(text, |text| text.trim_end())
    }

    /// How many characters the text has.
    #[language("length", r#"length("Zürich") == 6"#)]
    pub fn length(text: &str) -> i64 {
        text.chars().count() as i64
    }

    /// Whether the text starts with another.
    #[language("starts_with", r#"starts_with("/api/users", "/api/")"#)]
    pub fn starts_with(text: &str, prefix: &str) -> bool {
        text.starts_with(prefix)
    }

    /// Whether the text ends with another.
    #[language("ends_with", r#"ends_with("index.html", ".html")"#)]
    pub fn ends_with(text: &str, suffix: &str) -> bool {
        text.ends_with(suffix)
    }

    /// Whether another text is in the text.
    #[language("contains", r#"contains("Mozilla/5.0 Googlebot/2.1", "bot")"#)]
    pub fn contains(text: &str, searched: &str) -> bool {
        memchr::memmem::find(text.as_bytes(), searched.as_bytes()).is_some()
    }

    /// Whether two texts are equal but for upper and lower case of ASCII letters.
    #[language("equals_ignore_case", r#"equals_ignore_case("Content-Type", "content-type")"#)]
    pub fn equals_ignore_case(left: &str, right: &str) -> bool {
        left.eq_ignore_ascii_case(right)
    }

    /// The text with each occurrence of one text replaced by another.
    ///
    /// An empty text occurs nowhere.
    #[language("replace", r#"replace("a-b-c", "-", "") == "abc""#)]
    pub fn replace<'a>(text: Cow<'a, str>, searched: &str, by: &str) -> Result<Cow<'a, str>, Fault> {
        if searched.is_empty() || !text.contains(searched) {
            return Ok(text);
        }
        if by.len() > searched.len() {
            let more = text.matches(searched).count().saturating_mul(by.len() - searched.len());
            if more > LONGEST_TEXT {
                return Err(too_long());
            }
        }
        Ok(Cow::Owned(text.replace(searched, by)))
    }

    /// At most `length` characters from `start` on; less where the text ends before.
    #[language("substring", r#"substring("2015-05-17", 5, 2) == "05""#)]
    #[decided_by(start => substring(Cow::Borrowed(""), start, 0))]
    #[decided_by(length => substring(Cow::Borrowed(""), 0, length))]
    pub fn substring<'a>(text: Cow<'a, str>, start: i64, length: i64) -> Result<Cow<'a, str>, Fault> {
        let (Ok(start), Ok(length)) = (usize::try_from(start), usize::try_from(length)) else {
            return Err(out_of_range(format!("substring from {start}, {length} characters long")));
        };
        Ok(part(text, |text| {
            let rest = &text[byte_of(text, start)..];
            &rest[..byte_of(rest, length)]
        }))
    }

    /// Where another text first occurs in the text; absent where it does not.
    #[language("index_of", r#"index_of("user@host", "@") == 4"#)]
    pub fn index_of(text: &str, searched: &str) -> Option<i64> {
        text.find(searched).map(|at| length(&text[..at]))
    }

    /// The part of the text before the first delimiter; absent where there is none.
    #[language("before", r#"before("/search?q=1", "?") == "/search""#)]
    pub fn before<'a>(text: Cow<'a, str>, delimiter: &str) -> Option<Cow<'a, str>> {
        let at = text.find(delimiter)?;
        Some(part(text, |text| &text[..at]))
    }

    /// The part of the text after the first delimiter; absent where there is none.
    #[language("after", r#"after("/search?q=1", "?") == "q=1""#)]
    pub fn after<'a>(text: Cow<'a, str>, delimiter: &str) -> Option<Cow<'a, str>> {
        let at = text.find(delimiter)? + delimiter.len();
        Some(part(text, |text| &text[at..]))
    }

    /// The part at this index, from 0, of the text cut at each delimiter; absent where there are fewer.
    #[language("split_part", r#"split_part("/api/v1/users", "/", 2) == "v1""#)]
    #[decided_by(delimiter => split_part(Cow::Borrowed(""), delimiter, 0))]
    #[decided_by(index => split_part(Cow::Borrowed(""), "/", index))]
    pub fn split_part<'a>(text: Cow<'a, str>, delimiter: &str, index: i64) -> Result<Option<Cow<'a, str>>, Fault> {
        let Ok(index) = usize::try_from(index) else {
            return Err(out_of_range(format!("split_part at index {index}")));
        };
        if delimiter.is_empty() {
            return Err(out_of_range("split_part at an empty delimiter"));
        }
        Ok(match text {
            Cow::Borrowed(text) => text.split(delimiter).nth(index).map(Cow::Borrowed),
            Cow::Owned(text) => text.split(delimiter).nth(index).map(|part| Cow::Owned(part.to_owned())),
        })
    }

    /// The text as often as said, one behind another; of at most a mebibyte.
    #[language("repeat", r#"repeat("ab", 3) == "ababab""#)]
    #[decided_by(times => repeat("", times))]
    pub fn repeat(text: &str, times: i64) -> Result<String, Fault> {
        let Ok(times) = usize::try_from(times) else {
            return Err(out_of_range(format!("repeat {times} times")));
        };
        if text.len().saturating_mul(times) > LONGEST_TEXT {
            return Err(too_long());
        }
        Ok(text.repeat(times))
    }

    /// The characters in reverse order.
    #[language("reverse", r#"reverse("abc") == "cba""#)]
    pub fn reverse(text: &str) -> String {
        text.chars().rev().collect()
    }

    /// The text with copies of another before it until it is `width` characters long.
    #[language("pad_left", r#"pad_left("7", 3, "0") == "007""#)]
    pub fn pad_left<'a>(text: Cow<'a, str>, width: i64, fill: &str) -> Result<Cow<'a, str>, Fault> {
        match padding(&text, width, fill)? {
            Some(padding) => Ok(Cow::Owned(padding + &text)),
            None => Ok(text),
        }
    }

    /// The text with copies of another behind it until it is `width` characters long.
    #[language("pad_right", r#"pad_right("ab", 4, ".") == "ab..""#)]
    pub fn pad_right<'a>(text: Cow<'a, str>, width: i64, fill: &str) -> Result<Cow<'a, str>, Fault> {
        match padding(&text, width, fill)? {
            Some(padding) => Ok(Cow::Owned(text.into_owned() + &padding)),
            None => Ok(text),
        }
    }

    /// Where another text last occurs in the text; absent where it does not.
    #[language("last_index_of", r#"last_index_of("a/b/c", "/") == 3"#)]
    pub fn last_index_of(text: &str, searched: &str) -> Option<i64> {
        text.rfind(searched).map(|at| length(&text[..at]))
    }

    /// The part of the text before the last delimiter; absent where there is none.
    #[language("before_last", r#"before_last("/img/logo.png", ".") == "/img/logo""#)]
    pub fn before_last<'a>(text: Cow<'a, str>, delimiter: &str) -> Option<Cow<'a, str>> {
        let at = text.rfind(delimiter)?;
        Some(part(text, |text| &text[..at]))
    }

    /// The part of the text after the last delimiter; absent where there is none.
    #[language("after_last", r#"after_last("/img/logo.png", ".") == "png""#)]
    pub fn after_last<'a>(text: Cow<'a, str>, delimiter: &str) -> Option<Cow<'a, str>> {
        let at = text.rfind(delimiter)? + delimiter.len();
        Some(part(text, |text| &text[at..]))
    }

    /// The text without another at its start; the text itself where it does not start with it.
    #[language("remove_prefix", r#"remove_prefix("www.example.org", "www.") == "example.org""#)]
    pub fn remove_prefix<'a>(text: Cow<'a, str>, prefix: &str) -> Cow<'a, str> {
        part(text, |text| text.strip_prefix(prefix).unwrap_or(text))
    }

    /// The text without another at its end; the text itself where it does not end with it.
    #[language("remove_suffix", r#"remove_suffix("index.html", ".html") == "index""#)]
    pub fn remove_suffix<'a>(text: Cow<'a, str>, suffix: &str) -> Cow<'a, str> {
        part(text, |text| text.strip_suffix(suffix).unwrap_or(text))
    }

    /// How often another text occurs in the text, without overlaps. An empty text occurs nowhere.
    #[language("occurrences", r#"occurrences("mississippi", "ss") == 2"#)]
    pub fn occurrences(text: &str, searched: &str) -> i64 {
        if searched.is_empty() { 0 } else { text.matches(searched).count() as i64 }
    }

    /// Whether the text has no character.
    #[language("is_empty", r#"is_empty("")"#)]
    pub fn is_empty(text: &str) -> bool {
        text.is_empty()
    }

    /// Whether the text has characters, and all of them are the digits 0 to 9.
    #[language("is_digits", r#"is_digits("0042")"#)]
    pub fn is_digits(text: &str) -> bool {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
    }

    /// The first characters of the text, as many as said; less where the text ends before.
    #[language("left", r#"left("2015-05-17", 4) == "2015""#)]
    pub fn left<'a>(text: Cow<'a, str>, length: i64) -> Result<Cow<'a, str>, Fault> {
        let length = usize::try_from(length).map_err(|_| out_of_range(format!("left {length} characters")))?;
        Ok(part(text, |text| &text[..byte_of(text, length)]))
    }

    /// The last characters of the text, as many as said; less where the text begins behind.
    #[language("right", r#"right("2015-05-17", 2) == "17""#)]
    pub fn right<'a>(text: Cow<'a, str>, length: i64) -> Result<Cow<'a, str>, Fault> {
        let length = usize::try_from(length).map_err(|_| out_of_range(format!("right {length} characters")))?;
        Ok(part(text, |text| {
            let start = length.checked_sub(1).map_or(Some(text.len()), |before| {
                text.char_indices().rev().nth(before).map(|(at, _)| at)
            });
            &text[start.unwrap_or(0)..]
        }))
    }
}

/// FNV-1a of 64 bits.
pub(crate) fn fnv_1a(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// A slice of the text, borrowed from where the text was borrowed.
fn part<'a>(text: Cow<'a, str>, cut: impl for<'t> FnOnce(&'t str) -> &'t str) -> Cow<'a, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(cut(text)),
        Cow::Owned(text) => Cow::Owned(cut(&text).to_owned()),
    }
}

/// The byte at which a character starts; the end for one behind it.
fn byte_of(text: &str, character: usize) -> usize {
    text.char_indices().nth(character).map_or(text.len(), |(at, _)| at)
}

/// What is missing to `width` characters; none where nothing is.
fn padding(text: &str, width: i64, fill: &str) -> Result<Option<String>, Fault> {
    let missing = usize::try_from(width.saturating_sub(length(text))).unwrap_or(0);
    if missing == 0 {
        return Ok(None);
    }
    if fill.is_empty() {
        return Err(out_of_range("padding with an empty text"));
    }
    if missing.saturating_mul(4) > LONGEST_TEXT {
        return Err(too_long());
    }
    Ok(Some(fill.chars().cycle().take(missing).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_borrowed_text_stay_borrowed() {
        let text = || Cow::Borrowed("  /a/b?q ");
        let parts = [
            trim(text()),
            substring(text(), 2, 4).unwrap(),
            before(text(), "?").unwrap(),
            after(text(), "?").unwrap(),
            split_part(text(), "/", 1).unwrap().unwrap(),
            lower(text()),
            replace(text(), "x", "y").unwrap(),
        ];
        for part in parts {
            assert!(matches!(part, Cow::Borrowed(_)), "{part}");
        }
    }

    #[test]
    fn both_ends_are_cut_at_characters() {
        let text = || Cow::Borrowed("äöü");
        assert_eq!(left(text(), 2).unwrap(), "äö");
        assert_eq!(right(text(), 2).unwrap(), "öü");
        assert_eq!(right(text(), 0).unwrap(), "");
        assert_eq!(right(text(), 9).unwrap(), "äöü");
        assert!(right(text(), -1).is_err());
        assert_eq!(before_last(text(), "x"), None);
        assert_eq!(occurrences("aaa", "aa"), 1);
        assert_eq!(occurrences("aaa", ""), 0);
    }

    #[test]
    fn places_count_characters() {
        let text = || Cow::Borrowed("äöü-ß");
        assert_eq!(substring(text(), 1, 2).unwrap(), "öü");
        assert_eq!(substring(text(), 4, 100).unwrap(), "ß");
        assert_eq!(substring(text(), 100, 1).unwrap(), "");
        assert_eq!(index_of("äöü-ß", "-"), Some(3));
        assert_eq!(pad_left(text(), 7, "·").unwrap(), "··äöü-ß");
        assert_eq!(pad_right(Cow::Borrowed("a"), 4, "xy").unwrap(), "axyx");
    }

    #[test]
    fn numbers_from_input_cannot_ask_for_any_amount_of_memory() {
        assert!(repeat("ab", i64::MAX).is_err());
        assert!(repeat("ab", -1).is_err());
        assert!(pad_left(Cow::Borrowed(""), i64::MAX, "x").is_err());
        assert!(pad_left(Cow::Borrowed(""), i64::MIN, "x").is_ok());
        assert!(substring(Cow::Borrowed("a"), -1, 1).is_err());
        let (text, by) = ("a".repeat(1 << 12), "b".repeat(1 << 12));
        assert!(replace(Cow::Borrowed(&text), "a", &by).is_err());
    }

    #[test]
    fn what_is_not_there_is_absent() {
        assert_eq!(index_of("abc", "x"), None);
        assert_eq!(before(Cow::Borrowed("abc"), "x"), None);
        assert_eq!(after(Cow::Borrowed("abc"), "x"), None);
        assert_eq!(split_part(Cow::Borrowed("a,b"), ",", 2), Ok(None));
        assert_eq!(split_part(Cow::Borrowed("a,b"), ",", 1), Ok(Some(Cow::Borrowed("b"))));
    }
}
