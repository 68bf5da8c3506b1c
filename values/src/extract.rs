//! Parts of a text as the fields of a record: `scan`, by forms with literals, and `capture`, by the named groups of a
//! regular expression.

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;

use crate::form::Form;
use crate::format::field::{self, Field};
use crate::format::pattern::{self, Pattern, PatternError};
use crate::format::{FieldSpec, Raw};
use crate::{Duration, Record, RecordField, RecordType, Timestamp, Type, Value};

/// How many fields there may be.
pub const MOST_FIELDS: usize = 64;

/// What takes the parts out of a text. Made once, when the program starts.
#[derive(Clone, Debug)]
pub struct Extractor {
    /// The fields, in the order in which they are first mentioned, with their types: optional where a fitting text may
    /// lack them.
    pub fields: Vec<(String, Type)>,
    by: By,
}

#[derive(Clone, Debug)]
enum By {
    Forms(Vec<Line>),
    #[cfg(feature = "regex")]
    Groups {
        regex: regex::Regex,
        groups: Vec<usize>,
    },
}

/// A form, and for each of its fields its place among those of the record.
#[derive(Clone, Debug)]
struct Line {
    pattern: Pattern,
    places: Vec<usize>,
}

/// Why there is no extractor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtractError {
    /// Which of the forms is wrong.
    pub form: usize,
    /// What is wrong, in one short fact.
    pub message: String,
}

/// The parts that were found in a text.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'t, 'a> {
    text: &'t Cow<'a, str>,
    found: &'t [Option<&'t str>],
}

/// What a part may be read as.
pub trait FromPart<'a>: Sized {
    /// The value of a part, of `whole` if that may be borrowed from; none where it does not fit.
    fn of(part: &str, whole: Option<&'a str>) -> Option<Self>;
}

impl Extractor {
    /// One that takes the first of several forms that fits: `"{user} from {addr:ip}"`. A field without a type is text; one
    /// that not all forms have is optional.
    ///
    /// # Errors
    /// A form that is none, a type that is none, one field with two types, or too many fields.
    pub fn forms(texts: &[&str]) -> Result<Extractor, ExtractError> {
        let mut fields: Vec<(String, Type)> = Vec::new();
        let mut lines = Vec::new();
        for (form, text) in texts.iter().enumerate() {
            let wrong = |message: String| ExtractError { form, message };
            let mut types = Vec::new();
            let field = |inside| {
                let (name, ty) = typed(inside)?;
                types.push(ty);
                Ok(name)
            };
            let pattern =
                Pattern::parse_with(text, field).map_err(|PatternError { message, .. }| wrong(message))?;
            let mut places = Vec::new();
            for ((name, _), ty) in pattern.fields.iter().zip(types) {
                let place = fields.iter().position(|(known, _)| known == name);
                if let Some(other) = place.map(|place| &fields[place].1).filter(|other| **other != ty) {
                    return Err(wrong(format!("`{name}` is `{ty}` here and `{other}` in a form before")));
                }
                places.push(place.unwrap_or(fields.len()));
                if place.is_none() {
                    fields.push((name.clone(), ty));
                }
            }
            lines.push(Line { pattern, places });
        }
        if fields.len() > MOST_FIELDS {
            let message = format!("there are {} fields, more than {MOST_FIELDS}", fields.len());
            return Err(ExtractError { form: 0, message });
        }
        for (place, (_, ty)) in fields.iter_mut().enumerate() {
            if !lines.iter().all(|line| line.places.contains(&place)) {
                *ty = ty.clone().optional();
            }
        }
        Ok(Extractor { fields, by: By::Forms(lines) })
    }

    /// One that takes the named groups of a regular expression, which is found anywhere in the text. They are optional,
    /// unless all groups take part in every match.
    ///
    /// # Errors
    /// What is wrong with the pattern, that it has no named group, or too many.
    #[cfg(feature = "regex")]
    pub fn groups(pattern: &str) -> Result<Extractor, ExtractError> {
        let wrong = |message: String| ExtractError { form: 0, message };
        let regex = regex::Regex::new(pattern).map_err(|error| wrong(error.to_string()))?;
        let always = regex.static_captures_len() == Some(regex.captures_len());
        let ty = if always { Type::String } else { Type::String.optional() };
        let (mut fields, mut groups) = (Vec::new(), Vec::new());
        for (group, name) in regex.capture_names().enumerate() {
            let Some(name) = name else { continue };
            fields.push((pattern::field_name(name).map_err(wrong)?.to_owned(), ty.clone()));
            groups.push(group);
        }
        match fields.len() {
            0 => Err(wrong("it has no group with a name, such as `(?P<name>…)`".to_owned())),
            count if count > MOST_FIELDS => {
                Err(wrong(format!("there are {count} groups, more than {MOST_FIELDS}")))
            }
            _ => Ok(Extractor { fields, by: By::Groups { regex, groups } }),
        }
    }

    /// The type of the record that it makes, which is named by what is in it.
    #[must_use]
    pub fn record(&self) -> RecordType {
        let named: Vec<String> = self.fields.iter().map(|(name, ty)| format!("{name}: {ty}")).collect();
        let field = |(name, ty): &(String, Type)| RecordField {
            name: name.clone(),
            wire_name: name.clone(),
            ty: ty.clone(),
            form: Form::Plain,
            absent: None,
        };
        RecordType {
            name: format!("{{{}}}", named.join(", ")),
            fields: self.fields.iter().map(field).collect(),
        }
    }

    /// What `build` makes of the parts; nothing where the text does not fit.
    pub fn extract<'a, R>(
        &self,
        text: Cow<'a, str>,
        build: impl FnOnce(Parts<'_, 'a>) -> Option<R>,
    ) -> Option<R> {
        let mut found = [None; MOST_FIELDS];
        let found = &mut found[..self.fields.len()];
        self.find(&text, found).then_some(())?;
        build(Parts { text: &text, found })
    }

    /// The same as a value, of this record type.
    #[must_use]
    pub fn value(&self, text: &str, record: &Arc<RecordType>) -> Value {
        let values = self.extract(Cow::Borrowed(text), |parts| {
            let value = |(part, field): (&Option<&str>, &RecordField)| {
                part.map_or(Some(Value::None), |part| read(part, field.ty.required()))
            };
            parts.found.iter().zip(&record.fields).map(value).collect::<Option<Vec<Value>>>()
        });
        values.map_or(Value::None, |values| Value::Record(Record { ty: Arc::clone(record), values }))
    }

    fn find<'t>(&self, text: &'t str, found: &mut [Option<&'t str>]) -> bool {
        match &self.by {
            By::Forms(lines) => lines.iter().any(|line| {
                found.fill(None);
                line.find(text, found) && self.fits(found)
            }),
            #[cfg(feature = "regex")]
            By::Groups { regex, groups } => regex
                .captures(text)
                .map(|captures| {
                    for (place, group) in found.iter_mut().zip(groups) {
                        *place = captures.get(*group).map(|found| found.as_str());
                    }
                })
                .is_some(),
        }
    }

    /// Whether all parts are of their types.
    fn fits(&self, found: &[Option<&str>]) -> bool {
        self.fields.iter().zip(found).all(|((_, ty), part)| {
            let ty = ty.required();
            *ty == Type::String || part.is_none_or(|part| read(part, ty).is_some())
        })
    }
}

impl Line {
    fn find<'t>(&self, text: &'t str, found: &mut [Option<&'t str>]) -> bool {
        let mut raw = [Raw::Missing; MOST_FIELDS];
        let raw = &mut raw[..self.places.len()];
        if self.pattern.scan(text.as_bytes(), Some, raw).is_err() {
            return false;
        }
        for (place, raw) in self.places.iter().zip(raw) {
            if let Raw::Text(part) = raw {
                found[*place] = Some(part);
            }
        }
        true
    }
}

impl<'a> Parts<'_, 'a> {
    /// The part in a place, as what it is read as.
    #[must_use]
    pub fn get<T: FromPart<'a>>(&self, place: usize) -> Option<T> {
        let whole = match self.text {
            Cow::Borrowed(whole) => Some(*whole),
            Cow::Owned(_) => None,
        };
        T::of((*self.found.get(place)?)?, whole)
    }
}

impl<'a> FromPart<'a> for Cow<'a, str> {
    fn of(part: &str, whole: Option<&'a str>) -> Option<Self> {
        let Some(whole) = whole else { return Some(Cow::Owned(part.to_owned())) };
        // A part of a text lies in it.
        let start = (part.as_ptr() as usize).checked_sub(whole.as_ptr() as usize)?;
        whole.get(start..start + part.len()).map(Cow::Borrowed)
    }
}

macro_rules! from_part {
    ($($ty:ty),*) => {
        $(impl<'a> FromPart<'a> for $ty {
            fn of(part: &str, _: Option<&'a str>) -> Option<Self> {
                Self::read(Raw::Text(part), &PLAIN).ok()
            }
        })*
    };
}

from_part!(bool, i64, f64, Timestamp, Duration, IpAddr);

/// How a part is read: as a field without a form of its own.
static PLAIN: FieldSpec = FieldSpec {
    name: String::new(),
    wire_name: String::new(),
    form: Form::Plain,
    absent: None,
    optional: false,
    inner: Vec::new(),
};

fn read(part: &str, ty: &Type) -> Option<Value> {
    field::value(Raw::Text(part), ty, &PLAIN).ok()
}

/// `addr:ip`: a field and its type.
fn typed(inside: &str) -> Result<(&str, Type), String> {
    let Some((name, word)) = inside.split_once(':') else {
        return Ok((pattern::field_name(inside)?, Type::String));
    };
    let (name, word) = (name.trim(), word.trim());
    let ty = Type::ALL.into_iter().find(|ty| *ty != Type::Bytes && ty.to_string() == word);
    let ty = ty.ok_or_else(|| format!("`{word}` is no type that a part of a text may have"))?;
    Ok((pattern::field_name(name)?, ty))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(extractor: &Extractor, text: &str) -> Option<Vec<Value>> {
        match extractor.value(text, &Arc::new(extractor.record())) {
            Value::Record(record) => Some(record.values),
            _ => None,
        }
    }

    #[test]
    fn the_first_form_that_fits_in_all_its_types() {
        let forms = ["{user} from {addr:ip} port {port:int}", "{user} from {host}", "port {port:int}"];
        let extractor = Extractor::forms(&forms).unwrap();
        assert_eq!(extractor.record().name, "{user: string?, addr: ip?, port: int?, host: string?}");
        let text = |text: &str| Value::String(text.to_owned());
        let address = Value::Ip("10.0.0.1".parse().unwrap());
        let first = vec![text("bo"), address, Value::Int(22), Value::None];
        assert_eq!(shown(&extractor, "bo from 10.0.0.1 port 22"), Some(first));
        let second = vec![text("bo"), Value::None, Value::None, text("10.0.0.1 port x")];
        assert_eq!(shown(&extractor, "bo from 10.0.0.1 port x"), Some(second));
        assert_eq!(shown(&extractor, "port x"), None);
    }

    #[test]
    fn what_is_no_form_says_why() {
        let wrong = |forms: &[&str]| Extractor::forms(forms).map(drop).unwrap_err();
        assert_eq!(wrong(&["{a}", "{b:text}"]).form, 1);
        assert_eq!(wrong(&["{a}", "{a:int}"]).message, "`a` is `int` here and `string` in a form before");
        assert_eq!(wrong(&["{a"]).form, 0);
    }

    #[test]
    fn parts_of_borrowed_text_are_borrowed() {
        let extractor = Extractor::forms(&["<{a}>"]).unwrap();
        let part = |text| extractor.extract(text, |parts| parts.get::<Cow<'_, str>>(0));
        assert!(matches!(part(Cow::Borrowed("<é>")), Some(Cow::Borrowed("é"))));
        assert!(matches!(part(Cow::Owned("<é>".to_owned())), Some(Cow::Owned(_))));
    }

    #[cfg(feature = "regex")]
    #[test]
    fn groups_are_required_where_all_take_part() {
        let extractor = Extractor::groups(r"(?P<a>\d+)-(?<b>\d+)").unwrap();
        assert_eq!(extractor.record().name, "{a: string, b: string}");
        assert_eq!(shown(&extractor, "x 1-22"), Some(vec!["1".into(), "22".into()]));
        let extractor = Extractor::groups(r"(?P<a>\d+)(?P<b>-\d+)?").unwrap();
        assert_eq!(extractor.record().name, "{a: string?, b: string?}");
        assert_eq!(shown(&extractor, "1"), Some(vec!["1".into(), Value::None]));
        assert_eq!(shown(&extractor, "x"), None);
        assert!(Extractor::groups("(a)").is_err());
    }
}
