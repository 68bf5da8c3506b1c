//! Lists: those of text, and those of anything.

use super::{Cow, Fault, LONGEST_TEXT, List, Value, out_of_range, pieces, too_long};

functions! {list:
    /// The parts of a text between separators; the text alone where there is none. The separator is not empty.
    #[language("split", r#"concat(split("a,b,,c", ","), "|") == "a|b||c""#)]
    pub fn split<'a>(text: Cow<'a, str>, separator: &str) -> Result<List<'a, Cow<'a, str>>, Fault> {
        Ok(pieces::split(text, separator)?.into_list())
    }

    /// The parts of a text between white space, none of them empty.
    #[language("words", r#"length(words("  to be  or not ")) == 4"#)]
    pub fn words<'a>(text: Cow<'a, str>) -> List<'a, Cow<'a, str>> {
        pieces::words(text).into_list()
    }

    /// The texts of a list as one, with a separator between them.
    #[language("concat", r#"concat(words("a b c"), ", ") == "a, b, c""#)]
    pub fn concat<'a>(texts: List<'a, Cow<'a, str>>, separator: &str) -> Result<String, Fault> {
        let length: usize = texts.iter().map(|text| text.len()).sum();
        if length.saturating_add(texts.len().saturating_mul(separator.len())) > LONGEST_TEXT {
            return Err(too_long());
        }
        Ok(texts.join(separator))
    }
}

/// Functions of lists of anything. `T` is any type here, and the functions are generic; the interpreter calls them with
/// `T` = [`Value`].
macro_rules! functions_of_any {
    ($($(#[doc = $doc:literal])+ #[language($name:literal, $example:literal)]
        $rust:ident($($parameter:ident: $ty:ty),*) -> $result:ty;)+) => {
        /// The functions of this file that take lists of anything, in the order written.
        pub static OF_ANY: &[super::Function] = &[$(function!(
            $name, $example, concat!("list::", stringify!($rust)), concat!($($doc, "\n"),+),
            [] $rust($($parameter: $ty),*) -> $result
        )),+];
    };
}

functions_of_any! {
    /// How many elements a list has.
    #[language("length", r#"length(split("a,b", ",")) == 2"#)]
    length(list: &'a [Value]) -> i64;
    /// Whether an element of a list is equal to a value; `x in list` is the same.
    #[language("contains", r#"contains(words("a b c"), "b")"#)]
    contains(list: &'a [Value], value: &'a Value) -> bool;
    /// Where a value stands first in a list, from 0; absent where it does not.
    #[language("index_of", r#"index_of(words("a b c"), "c") == 2"#)]
    index_of(list: &'a [Value], value: &'a Value) -> Option<i64>;
    /// The element at a place of a list, from 0; absent where there is none.
    #[language("get", r#"get(words("a b c"), 1) == "b""#)]
    get(list: &'a [Value], index: i64) -> Option<Value>;
    /// At most `count` elements of a list, from a place on, counted from 0.
    #[language("slice", r#"concat(slice(words("a b c"), 1, 5), "") == "bc""#)]
    slice(list: &'a [Value], start: i64, count: i64) -> Result<List<'a, Value>, Fault>;
    /// The elements of a list from the last to the first.
    #[language("reverse", r#"concat(reverse(words("a b c")), "") == "cba""#)]
    reverse(list: &'a [Value]) -> List<'a, Value>;
}

/// See [`OF_ANY`].
#[inline]
pub fn length<T>(list: &[T]) -> i64 {
    list.len() as i64
}

/// See [`OF_ANY`].
#[inline]
pub fn contains<T: PartialEq>(list: &[T], value: &T) -> bool {
    list.contains(value)
}

/// See [`OF_ANY`].
pub fn index_of<T: PartialEq>(list: &[T], value: &T) -> Option<i64> {
    list.iter().position(|element| element == value).map(|at| at as i64)
}

/// See [`OF_ANY`].
#[inline]
pub fn get<T: Clone>(list: &[T], index: i64) -> Option<T> {
    usize::try_from(index).ok().and_then(|index| list.get(index).cloned())
}

/// See [`OF_ANY`].
///
/// # Errors
/// `out-of-range` for a place or a number below 0.
pub fn slice<'r, T: Clone>(list: &[T], start: i64, count: i64) -> Result<List<'r, T>, Fault> {
    let (Ok(start), Ok(count)) = (usize::try_from(start), usize::try_from(count)) else {
        return Err(out_of_range(format!("slice from {start}, {count} elements long")));
    };
    Ok(list.iter().skip(start).take(count).cloned().collect())
}

/// See [`OF_ANY`].
pub fn reverse<'r, T: Clone>(list: &[T]) -> List<'r, T> {
    list.iter().rev().cloned().collect()
}
