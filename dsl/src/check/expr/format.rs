//! `format("{ip}:{port}")`: a text with values in it. It is `+` and `string(…)` under another name, so nothing behind the
//! checker knows of it.

use streamwright_values::{Type, Value};

use super::coerce::{absent, misfit};
use super::{Expr, ExprKind, Typer};
use crate::ast::{self, BinaryOp, Literal};
use crate::diagnostic::Code;
use crate::functions;
use crate::source::{Name, Span};

/// A piece of the text.
#[derive(Debug, PartialEq)]
enum Piece {
    /// As it is, with `{{` and `}}` read as braces.
    Text(String),
    /// A column or param, perhaps behind its input's name, or a field of one: the words between the points.
    Value(Vec<String>),
}

impl Typer<'_, '_, '_> {
    pub(super) fn format(&mut self, call: &ast::Call, span: Span) -> Option<Expr> {
        let [ast::Expr { kind: ast::ExprKind::Literal(Literal::String(text)), span: at }] =
            call.arguments.as_slice()
        else {
            return self.no_format(call.name.span, "`format` takes one text, written out");
        };
        let pieces = match pieces(text) {
            Ok(pieces) => pieces,
            Err(why) => return self.no_format(*at, why),
        };
        let pieces: Vec<Option<Expr>> = pieces.into_iter().map(|piece| self.piece(piece, *at)).collect();
        let pieces: Vec<Expr> = pieces.into_iter().collect::<Option<_>>()?;
        Some(joined(pieces, span))
    }

    fn no_format(&mut self, at: Span, why: &str) -> Option<Expr> {
        let help = "write `format(\"{ip}:{port}\")`, with names of columns and params in braces";
        self.context.error(Code::BadArguments, at, why, help);
        None
    }

    fn piece(&mut self, piece: Piece, at: Span) -> Option<Expr> {
        let path = match piece {
            Piece::Text(text) => {
                let kind = ExprKind::Constant(Value::String(text));
                return Some(Expr { kind, ty: Type::String, span: at });
            }
            Piece::Value(path) => path,
        };
        let named = |written: Option<ast::Expr>, word| {
            let name = Name { value: word, span: at };
            let kind = match written {
                None => ast::ExprKind::Name(name),
                Some(of) => ast::ExprKind::Field(Box::new(of), name),
            };
            Some(ast::Expr { kind, span: at })
        };
        let value = self.infer(&path.into_iter().fold(None, named)?)?;
        if value.ty == Type::String {
            return Some(value);
        }
        let convert = functions::lookup("string").find(|function| {
            function.parameters.iter().map(|parameter| (parameter.ty)()).eq([value.ty.clone()])
        });
        let Some(convert) = convert else {
            let finding = if value.ty.is_optional() { absent(&value) } else { misfit(&value, &Type::String) };
            self.context.report(finding);
            return None;
        };
        Some(Expr { kind: ExprKind::Call(convert, vec![value]), ty: Type::String, span: at })
    }
}

/// The pieces one behind another; as a balanced tree, so that no text makes a deep expression.
fn joined(mut pieces: Vec<Expr>, span: Span) -> Expr {
    match pieces.len() {
        0 => Expr { kind: ExprKind::Constant(Value::String(String::new())), ty: Type::String, span },
        1 => pieces.remove(0),
        count => {
            let behind = pieces.split_off(count / 2);
            let halves = [joined(pieces, span), joined(behind, span)].map(Box::new);
            let [left, right] = halves;
            Expr { kind: ExprKind::Arithmetic(BinaryOp::Add, left, right), ty: Type::String, span }
        }
    }
}

/// Cuts the text at its braces.
fn pieces(text: &str) -> Result<Vec<Piece>, &'static str> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        plain.push_str(&rest[..at]);
        let (brace, behind) = rest[at..].split_at(1);
        if let Some(behind) = behind.strip_prefix(brace) {
            plain.push_str(brace);
            rest = behind;
            continue;
        }
        let name = behind.split_once('}').filter(|_| brace == "{");
        let (name, behind) =
            name.ok_or("a brace without its other half: `{{` and `}}` are braces themselves")?;
        if !plain.is_empty() {
            pieces.push(Piece::Text(std::mem::take(&mut plain)));
        }
        pieces
            .push(value(name.trim()).ok_or("what stands in braces is a column, a param or a field of one")?);
        rest = behind;
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        pieces.push(Piece::Text(plain));
    }
    Ok(pieces)
}

/// How many words a path may have: far more than anybody nests records.
const DEEPEST: usize = 32;

fn value(name: &str) -> Option<Piece> {
    let word = |name: &str| {
        let name = name.strip_prefix("r#").unwrap_or(name);
        let fits = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        (fits && name.starts_with(|first: char| !first.is_ascii_digit())).then(|| name.to_owned())
    };
    let path: Vec<String> = name.splitn(DEEPEST + 1, '.').map(word).collect::<Option<_>>()?;
    (path.len() <= DEEPEST).then_some(Piece::Value(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_at_braces() {
        let text = |text: &str| Piece::Text(text.to_owned());
        let value = |name: &str| Piece::Value(vec![name.to_owned()]);
        assert_eq!(pieces("{a}:{b}"), Ok(vec![value("a"), text(":"), value("b")]));
        assert_eq!(pieces("{{{a}}}"), Ok(vec![text("{"), value("a"), text("}")]));
        assert_eq!(pieces("{ x.y }"), Ok(vec![Piece::Value(vec!["x".to_owned(), "y".to_owned()])]));
        assert_eq!(pieces(""), Ok(Vec::new()));
        for faulty in ["{", "}", "{a", "a}", "{}", "{a b}", "{1}", "{a..b}", "{a.}", "{a:3}"] {
            assert!(pieces(faulty).is_err(), "{faulty}");
        }
    }
}
