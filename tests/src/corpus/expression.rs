//! Random expressions of a type, over columns and params. What they compute is arbitrary, and may fail on some rows; that
//! they are well typed is not: every one must pass the checker.

use streamwright_values::Type;
use streamwright_values::functions::{self, Function, Pass, Preparation};
use streamwright_values::ops::{self, Operator};

use super::random::Random;

/// A column or param: its name, as it is written, and its type.
pub(super) type Named = (String, Type);

/// What an expression may name.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    /// The columns of the row.
    pub(super) columns: Vec<Named>,
    /// The params.
    pub(super) params: Vec<Named>,
    /// The functions that the topology declares.
    pub(super) functions: Vec<Declared>,
}

/// A function that the topology declares.
#[derive(Clone, Debug)]
pub(super) struct Declared {
    pub(super) name: String,
    pub(super) parameters: Vec<Type>,
    pub(super) result: Type,
}

const OPERATORS: [Operator; 5] =
    [Operator::Add, Operator::Subtract, Operator::Multiply, Operator::Divide, Operator::Remainder];

/// Divisors with which the checker knows that a division fails.
const ZEROS: [&str; 3] = ["0", "0.0", "0s"];

/// Writes one expression after another.
pub(super) struct Writer<'a> {
    /// Where the choices come from.
    pub(super) random: &'a mut Random,
    /// What may be named.
    pub(super) scope: &'a Scope,
}

/// The file that a function stands in.
fn subject(function: &Function) -> Option<&'static str> {
    function.rust.split("::").next()
}

impl Writer<'_> {
    /// An expression of exactly this type; none where nothing in scope leads to it.
    pub(super) fn any(&mut self, ty: &Type, depth: usize) -> Option<String> {
        let constant = if self.random.chance(20) { self.constant(ty) } else { None };
        constant.or_else(|| self.varying_or_constant(ty, depth))
    }

    fn varying_or_constant(&mut self, ty: &Type, depth: usize) -> Option<String> {
        self.varying(ty, depth).or_else(|| self.constant(ty))
    }

    /// One that depends on a column: the checker folds what is constant, and finds what always fails.
    pub(super) fn varying(&mut self, ty: &Type, depth: usize) -> Option<String> {
        let simple = depth == 0 || self.random.chance(35);
        let column = if simple { self.column(ty) } else { None };
        if column.is_some() || depth == 0 {
            return column;
        }
        // Some ways have no way on; a few attempts find another.
        (0..8).find_map(|_| self.compound(ty, depth - 1))
    }

    /// A condition that proves no column to be present: what is written behind it would have other types then.
    pub(super) fn condition(&mut self, depth: usize) -> Option<String> {
        let condition = self.varying(&Type::Bool, depth)?;
        Some(if condition.contains("none") { format!("({} == true)", wrap(&condition)) } else { condition })
    }

    fn column(&mut self, ty: &Type) -> Option<String> {
        let fitting: Vec<&Named> = self.scope.columns.iter().filter(|(_, other)| other == ty).collect();
        self.random.maybe(&fitting).map(|(name, _)| name.clone())
    }

    /// A literal or a param; of some types there is no literal that stands alone.
    fn constant(&mut self, ty: &Type) -> Option<String> {
        let params: Vec<&Named> = self.scope.params.iter().filter(|(_, other)| other == ty).collect();
        let literal = self.random.chance(60);
        match ty {
            _ if !literal && !params.is_empty() => Some(self.random.choose(&params).0.clone()),
            Type::Ip | Type::Timestamp | Type::Bytes | Type::None | Type::Optional(_) => None,
            plain => self.literal(plain),
        }
    }

    /// A literal; for addresses, times and bytes a string that must stand beside a value of the type.
    fn literal(&mut self, ty: &Type) -> Option<String> {
        let words: &[&str] = match ty {
            Type::Bool => &["true", "false"],
            Type::Int => {
                &["0", "1", "2", "3", "7", "10", "100", "0x1f", "1_000", "4KiB", "9_223_372_036_854_775_807"]
            }
            Type::Float => &["0.0", "0.1", "0.5", "1.0", "2.5", "1e+300", "1e-300"],
            Type::String => &["\"\"", "\"a\"", "\"GET\"", "\"a,b\"", "r\"\\d\"", "\"\\u{e9}\\n\"", "\"/\""],
            Type::Duration => &["0s", "1ms", "1s", "10s", "1m30s", "1.5h", "2d"],
            Type::Timestamp => {
                &["\"2026-01-05T00:00:00Z\"", "\"2026-01-05T00:00:30.5+01:00\"", "\"1970-01-01T00:00:00Z\""]
            }
            Type::Ip => &["\"10.0.0.1\"", "\"2001:db8::1\"", "\"10.0.0.2\""],
            Type::Bytes => &["\"\"", "\"AAEC\"", "\"/w==\""],
            Type::List(_) | Type::Record(_) | Type::Element | Type::None | Type::Optional(_) => return None,
        };
        Some((*self.random.choose(words)).to_owned())
    }

    /// Columns in a text.
    fn formatted(&mut self) -> Option<String> {
        let as_text = |(_, ty): &&Named| {
            *ty == Type::String
                || functions::lookup("string").any(|function| (function.parameters[0].ty)() == *ty)
        };
        let present: Vec<&Named> = self.scope.columns.iter().filter(as_text).collect();
        let (one, other) = (self.random.maybe(&present)?.0.clone(), self.random.maybe(&present)?.0.clone());
        Some(format!("format(\"{{{one}}}: {{{{{{{other}}}}}}}\")"))
    }

    fn compound(&mut self, ty: &Type, depth: usize) -> Option<String> {
        if self.random.chance(15)
            && let Some(call) = self.declared(ty, depth)
        {
            return Some(call);
        }
        if let Type::Optional(inner) = ty {
            return self.optional(inner, depth);
        }
        if *ty == Type::String && self.random.chance(10) {
            return self.formatted();
        }
        match self.random.below(if *ty == Type::Bool { 12 } else { 6 }) {
            0 => self.branches(ty, depth),
            1 => self.fallback(ty, depth),
            2 => self.negated(ty, depth),
            3 | 4 => self.call(ty, depth),
            5 => self.arithmetic(ty, depth),
            6 | 7 => self.comparison(depth),
            8 => self.logic(depth),
            9 => self.contained(depth),
            10 => self.matches(depth),
            _ => self.presence(),
        }
    }

    fn optional(&mut self, inner: &Type, depth: usize) -> Option<String> {
        match self.random.below(4) {
            3 => self.part(inner, depth),
            0 => Some(format!("try({})", self.varying(inner, depth)?)),
            1 => Some(format!(
                "if {} {{ {} }} else {{ none }}",
                self.condition(depth)?,
                self.any(inner, depth)?
            )),
            _ => self.call(&inner.clone().optional(), depth),
        }
    }

    /// A part of a text.
    fn part(&mut self, ty: &Type, depth: usize) -> Option<String> {
        let text = self.varying(&Type::String, depth)?;
        Some(match ty {
            Type::String if self.random.chance(50) => {
                format!("capture({text}, r\"(?P<first>[a-z/]+)(?P<rest>\\d.*)?\")?.first")
            }
            Type::String => format!("scan({text}, \"{{rest}}/{{part}}\", \"{{part}}\")?.part"),
            Type::Bool | Type::Int | Type::Float | Type::Duration | Type::Timestamp | Type::Ip => {
                format!("scan({text}, \"{{part:{ty}}}\", \"{{rest}} {{part:{ty}}}\")?.part")
            }
            _ => return None,
        })
    }

    fn branches(&mut self, ty: &Type, depth: usize) -> Option<String> {
        let condition = self.condition(depth)?;
        let yes = self.any(ty, depth)?;
        if self.random.chance(20) {
            let between = self.condition(depth)?;
            let (second, no) = (self.any(ty, depth)?, self.any(ty, depth)?);
            return Some(format!(
                "if {condition} {{ {yes} }} else if {between} {{ {second} }} else {{ {no} }}"
            ));
        }
        let no = self.any(ty, depth)?;
        Some(format!("(if {condition} {{ {yes} }} else {{ {no} }})"))
    }

    fn fallback(&mut self, ty: &Type, depth: usize) -> Option<String> {
        let optional = self.varying(&ty.clone().optional(), depth)?;
        let other = match self.literal(ty) {
            Some(literal) if self.random.chance(60) => literal,
            _ => self.any(ty, depth)?,
        };
        Some(format!("({} ?? {other})", wrap(&optional)))
    }

    fn negated(&mut self, ty: &Type, depth: usize) -> Option<String> {
        let sign = match ty {
            Type::Int | Type::Float | Type::Duration => '-',
            Type::Bool => '!',
            _ => return None,
        };
        Some(format!("{sign}({})", self.varying(ty, depth)?))
    }

    /// A call of any built-in function with this result.
    fn call(&mut self, ty: &Type, depth: usize) -> Option<String> {
        let of_any = |function: &&Function| (function.parameters[0].ty)() == Type::List(Type::Element.into());
        let mut fitting: Vec<(&Function, Type)> = Vec::new();
        for function in functions::all() {
            let elements: &[Type] = if of_any(&function) { &Type::ALL } else { &[Type::Element] };
            let fits = |element: &&Type| (function.result)().with_element(element) == *ty;
            let mut elements: Vec<&Type> = elements.iter().filter(fits).collect();
            // Most functions that make lists make them of texts.
            if elements.contains(&&Type::String) && self.random.chance(60) {
                elements = vec![&Type::String];
            }
            fitting.extend(self.random.maybe(&elements).map(|element| (function, (*element).clone())));
        }
        // A subject with few functions is as likely as one with many.
        let mut subjects: Vec<&str> = fitting.iter().filter_map(|(function, _)| subject(function)).collect();
        subjects.dedup();
        let chosen = self.random.maybe(&subjects).copied();
        fitting.retain(|(function, _)| subject(function) == chosen);
        let (function, element) = self.random.maybe(&fitting)?.clone();
        // What is prepared is a constant always.
        let prepared_ones = |at: &usize| matches!(function.parameters[*at].pass, Pass::Prepared(_));
        let others: Vec<usize> = (0..function.parameters.len()).filter(|at| !prepared_ones(at)).collect();
        let varying = *self.random.maybe(&others)?;
        let mut arguments = Vec::new();
        for (at, parameter) in function.parameters.iter().enumerate() {
            let ty = (parameter.ty)().with_element(&element);
            if let Pass::Prepared(preparation) = parameter.pass {
                arguments.push((*self.random.choose(prepared(preparation))).to_owned());
                continue;
            }
            let decides = function.decided_by.iter().any(|probe| probe.parameters.contains(&parameter.name));
            let argument = match fine(parameter.name) {
                Some(constant) if decides && at != varying && self.random.chance(60) => {
                    Some(constant.to_owned())
                }
                _ if decides || at == varying => self.varying(&ty, depth),
                _ => self.any(&ty, depth),
            };
            arguments.push(argument?);
        }
        let call = format!("{}({})", function.name, arguments.join(", "));
        // Casts of texts nearly always fail; left alone, hardly a row would come out.
        let caught = function.fallible && function.rust.ends_with("_from_string") && self.random.chance(85);
        match self.literal(ty) {
            Some(other) if caught => Some(format!("(try({call}) ?? {other})")),
            _ => Some(call),
        }
    }

    /// A call of a function that the topology declares.
    fn declared(&mut self, ty: &Type, depth: usize) -> Option<String> {
        let fitting: Vec<&Declared> = self.scope.functions.iter().filter(|one| one.result == *ty).collect();
        let function = *self.random.maybe(&fitting)?;
        let arguments: Option<Vec<String>> =
            function.parameters.iter().map(|parameter| self.any(parameter, depth)).collect();
        Some(format!("{}({})", function.name, arguments?.join(", ")))
    }

    fn arithmetic(&mut self, ty: &Type, depth: usize) -> Option<String> {
        let mut ways = Vec::new();
        for operator in OPERATORS {
            for left in &Type::ALL {
                let rights = Type::ALL
                    .iter()
                    .filter(|right| ops::result_type(operator, left, right).as_ref() == Some(ty));
                ways.extend(rights.map(|right| (operator, left, right)));
            }
        }
        let (operator, left, right) = self.random.maybe(&ways)?;
        let first = self.varying(left, depth)?;
        // An int widens next to a float.
        let widened = **left == Type::Float && **right == Type::Float && self.random.chance(25);
        let right = if widened { &Type::Int } else { *right };
        let mut second = self.any(right, depth)?;
        if matches!(operator, Operator::Divide | Operator::Remainder) && ZEROS.contains(&second.as_str()) {
            second = self.varying(right, depth)?;
        }
        Some(format!("({} {} {})", wrap(&first), operator.symbol(), wrap(&second)))
    }

    fn comparison(&mut self, depth: usize) -> Option<String> {
        let ty = self.random.choose(&Type::ALL).clone();
        let left = self.varying(&ty, depth)?;
        let right = match self.literal(&ty) {
            Some(literal) if self.random.chance(60) => literal,
            _ => self.any(&ty, depth)?,
        };
        let op = *self.random.choose(&["==", "!=", "<", "<=", ">", ">="]);
        if matches!(op, "==" | "!=") && self.random.chance(30) {
            let optional = self.varying(&ty.optional(), depth)?;
            return Some(format!("({} {op} {})", wrap(&optional), wrap(&right)));
        }
        Some(format!("({} {op} {})", wrap(&left), wrap(&right)))
    }

    fn logic(&mut self, depth: usize) -> Option<String> {
        let op = *self.random.choose(&["&&", "||"]);
        Some(format!("({} {op} {})", wrap(&self.condition(depth)?), wrap(&self.any(&Type::Bool, depth)?)))
    }

    fn contained(&mut self, depth: usize) -> Option<String> {
        let ty =
            self.random.choose(&[Type::Int, Type::Float, Type::String, Type::Timestamp, Type::Ip]).clone();
        if self.random.chance(30) {
            let list = self.varying(&Type::List(Box::new(ty.clone())), depth)?;
            return Some(format!("({} in {})", wrap(&self.any(&ty, depth)?), wrap(&list)));
        }
        let item = self.varying(&ty, depth)?;
        let mut element = || self.literal(&ty);
        let (first, second) = (element()?, element()?);
        Some(match self.random.below(3) {
            0 if ty != Type::String => format!("({} in {first}..{second})", wrap(&item)),
            1 if ty != Type::String => format!("({} in {first}..={second})", wrap(&item)),
            _ => format!("({} in [{first}, {second}])", wrap(&item)),
        })
    }

    fn matches(&mut self, depth: usize) -> Option<String> {
        let text = self.varying(&Type::String, depth)?;
        let pattern = *self.random.choose(&["r\"^/\"", "\"a\"", "r\"\\d+$\"", "\"[^a-z]\""]);
        Some(format!("({} matches {pattern})", wrap(&text)))
    }

    /// Whether an optional column is there, and often what follows from it.
    fn presence(&mut self) -> Option<String> {
        let optional: Vec<&Named> = self.scope.columns.iter().filter(|(_, ty)| ty.is_optional()).collect();
        let (name, ty) = *self.random.maybe(&optional)?;
        let ty = if name.contains('.') { &Type::None } else { ty };
        match ty.required() {
            Type::Int if self.random.chance(50) => Some(format!("({name} != none && {name} > 2)")),
            Type::Int if self.random.chance(50) => Some(format!("({name} == none || {name} < 5)")),
            _ => Some(format!("({name} {} none)", self.random.choose(&["==", "!="]))),
        }
    }
}

/// Constants that functions take prepared.
fn prepared(preparation: Preparation) -> &'static [&'static str] {
    match preparation {
        Preparation::Regex => &["r\"\\d+\"", "r\"([a-z]+)(/|$)\"", "\"\"", "r\"(?i)get|[^a-z]\""],
        Preparation::Zone => &["\"UTC\"", "\"Europe/Zurich\"", "\"Asia/Kolkata\"", "\"America/Sao_Paulo\""],
    }
}

/// A constant for a parameter that alone may make its function fail, and does not with this one.
fn fine(parameter: &str) -> Option<&'static str> {
    Some(match parameter {
        "network" => "\"10.0.0.0/8\"",
        "pattern" => "\"%d/%m/%Y\"",
        "delimiter" => "\"/\"",
        "period" => "10s",
        "by" | "bits" | "digits" | "exponent" | "index" | "length" | "start" | "times" => "2",
        _ => return None,
    })
}

/// Brackets round what begins with a word of its own.
fn wrap(text: &str) -> String {
    if text.starts_with("if ") { format!("({text})") } else { text.to_owned() }
}
