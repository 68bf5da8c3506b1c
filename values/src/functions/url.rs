//! URLs and what is in them, as logs have them: often without scheme and host.

use super::{Cow, Fault, FaultCode, fits};
use crate::text::quoted;

functions! { url:
    /// The host of a URL, without user and port; absent where the URL has none.
    #[language("url_host", r#"url_host("https://user@example.org:8080/a?b=c") == "example.org""#)]
    pub fn url_host<'a>(url: Cow<'a, str>) -> Option<Cow<'a, str>> {
        slice(url, |url| {
            let authority = split(url).0?;
            let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
            let host = match host.strip_prefix('[').and_then(|host| host.split_once(']')) {
                Some((address, _)) => address,
                None => host.split_once(':').map_or(host, |(host, _)| host),
            };
            (!host.is_empty()).then_some(host)
        })
    }

    /// The path of a URL, without host, query and fragment.
    #[language("url_path", r#"url_path("https://example.org/a/b?c=d#e") == "/a/b""#)]
    pub fn url_path<'a>(url: Cow<'a, str>) -> Cow<'a, str> {
        let path = |url: &str| {
            let rest = split(url).1;
            rest.len() - rest.trim_start_matches(|character| !matches!(character, '?' | '#')).len()
        };
        let length = path(&url);
        slice(url, |url| Some(&split(url).1[..length])).unwrap_or_default()
    }

    /// The query of a URL, between `?` and `#`; absent where there is none.
    #[language("url_query", r#"url_query("/search?q=rust&page=2#top") == "q=rust&page=2""#)]
    pub fn url_query<'a>(url: Cow<'a, str>) -> Option<Cow<'a, str>> {
        slice(url, query)
    }

    /// The value of the first parameter of this name in a URL's query, decoded; absent where there is none.
    #[language("url_parameter", r#"url_parameter("/search?q=two+words&page=2", "q") == "two words""#)]
    pub fn url_parameter(url: &str, name: &str) -> Result<Option<String>, Fault> {
        for pair in query(url).unwrap_or_default().split('&') {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            if decode(key, true)? == name {
                return Ok(Some(decode(value, true)?.into_owned()));
            }
        }
        Ok(None)
    }

    /// The text with each `%` and two hexadecimal digits replaced by the byte that they mean.
    #[language("url_decode", r#"url_decode("Z%C3%BCrich") == "Zürich""#)]
    pub fn url_decode(text: &str) -> Result<String, Fault> {
        Ok(decode(text, false)?.into_owned())
    }

    /// The text with all bytes but letters, digits and `-._~` of ASCII written as `%` and two digits; of at
    /// most a mebibyte.
    #[language("url_encode", r#"url_encode("a b/ü") == "a%20b%2F%C3%BC""#)]
    pub fn url_encode(text: &str) -> Result<String, Fault> {
        let mut out = String::with_capacity(text.len());
        for byte in text.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                out.push(char::from(byte));
            } else {
                let digit = |half: u8| char::from(b"0123456789ABCDEF"[usize::from(half & 15)]);
                out.extend(['%', digit(byte >> 4), digit(byte)]);
            }
        }
        fits(out.len())?;
        Ok(out)
    }
}

/// A part of the text, borrowed from where the text was borrowed.
fn slice<'a>(
    text: Cow<'a, str>,
    part: impl for<'t> FnOnce(&'t str) -> Option<&'t str>,
) -> Option<Cow<'a, str>> {
    match text {
        Cow::Borrowed(text) => part(text).map(Cow::Borrowed),
        Cow::Owned(text) => part(&text).map(|part| Cow::Owned(part.to_owned())),
    }
}

/// The authority, where there is one, and what is behind it.
fn split(url: &str) -> (Option<&str>, &str) {
    let behind = url.split_once("//").filter(|(scheme, _)| {
        scheme.is_empty()
            || scheme
                .strip_suffix(':')
                .is_some_and(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    });
    let Some((_, behind)) = behind else { return (None, url) };
    let end = behind.find(['/', '?', '#']).unwrap_or(behind.len());
    (Some(&behind[..end]), &behind[end..])
}

fn query(url: &str) -> Option<&str> {
    let before_fragment = memchr::memchr(b'#', url.as_bytes()).map_or(url, |end| &url[..end]);
    memchr::memchr(b'?', before_fragment.as_bytes()).map(|at| &before_fragment[at + 1..])
}

/// In a query a plus sign is a space. Most texts are what they mean.
fn decode(text: &str, plus: bool) -> Result<Cow<'_, str>, Fault> {
    if !text.bytes().any(|byte| byte == b'%' || plus && byte == b'+') {
        return Ok(Cow::Borrowed(text));
    }
    let digit =
        |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16)).map(|digit| digit as u8);
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.as_bytes().iter();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'%' => {
                let (high, low) = (digit(bytes.next()), digit(bytes.next()));
                high.zip(low).map(|(high, low)| high << 4 | low).ok_or_else(|| broken(text))?
            }
            b'+' if plus => b' ',
            other => *other,
        });
    }
    String::from_utf8(out).map(Cow::Owned).map_err(|_| broken(text))
}

#[cold]
fn broken(text: &str) -> Fault {
    Fault::new(FaultCode::BadCast, format!("{} is not the URL form of a text", quoted(text)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parts_of_odd_urls() {
        let host = |url: &'static str| url_host(Cow::Borrowed(url));
        assert_eq!(host("/a//b"), None);
        assert_eq!(host("//cdn.example/x"), Some("cdn.example".into()));
        assert_eq!(host("http://[2001:db8::1]:80/"), Some("2001:db8::1".into()));
        assert_eq!(host("http:///x"), None);
        assert_eq!(host("/redirect?to=http://x"), None);
        let path = |url: &'static str| url_path(Cow::Borrowed(url));
        assert_eq!(path("http://example.org?x"), "");
        assert_eq!(path("/a#b?c"), "/a");
        assert_eq!(url_query(Cow::Borrowed("/a#b?c")), None);
        assert_eq!(url_parameter("/a?x&y=1&y=2", "y"), Ok(Some("1".to_owned())));
        assert_eq!(url_parameter("/a?x&y=1", "x"), Ok(Some(String::new())));
        assert_eq!(url_parameter("/a", "x"), Ok(None));
    }

    #[test]
    fn what_no_encoder_writes_is_a_fault() {
        for text in ["%", "%4", "%zz", "%ff"] {
            assert_eq!(url_decode(text).unwrap_err().code, FaultCode::BadCast, "{text}");
        }
    }

    proptest! {
        #[test]
        fn decoding_undoes_encoding(text in any::<String>()) {
            prop_assert_eq!(url_decode(&url_encode(&text).unwrap()), Ok(text));
        }
    }
}
