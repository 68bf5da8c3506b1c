//! Tokens to text.

use super::marks::{Marks, Start};
use super::tokens::{Kind, Token};

/// How wide a line may be, in characters.
const WIDTH: usize = 100;
/// What a block or a broken line is indented by.
const STEP: usize = 4;

/// The canonical text.
pub(super) fn print(tokens: &[Token], marks: &Marks) -> String {
    let mut printer = Printer { marks, out: String::new() };
    for segment in segments(&without_trailing_commas(tokens), marks) {
        printer.blank_line(&segment);
        printer.item(&segment);
        printer.trailing(segment.trailing);
        printer.out.push('\n');
    }
    printer.out
}

/// What stands on lines of its own: a declaration, clause or field, or a comment between them.
struct Segment<'s, 't> {
    tokens: &'s [Token<'t>],
    /// Comments behind it on its last line.
    trailing: &'s [Token<'t>],
}

/// The last comma in brackets means nothing, and is printed where it belongs.
fn without_trailing_commas<'t>(tokens: &[Token<'t>]) -> Vec<Token<'t>> {
    let mut kept: Vec<Token<'t>> = Vec::with_capacity(tokens.len());
    let mut closer_follows = false;
    for token in tokens.iter().rev() {
        if token.is(",") && closer_follows {
            if let Some(behind) = kept.last_mut() {
                behind.lines_before += token.lines_before;
            }
            continue;
        }
        if !token.is_comment() {
            closer_follows = token.closes();
        }
        kept.push(*token);
    }
    kept.reverse();
    kept
}

/// Cuts tokens at the starts that lie in no bracket of theirs.
fn segments<'s, 't>(tokens: &'s [Token<'t>], marks: &Marks) -> Vec<Segment<'s, 't>> {
    let starts_or_ends = |from: usize| {
        let next = tokens[from..].iter().find(|token| !token.is_comment() && token.kind != Kind::Doc);
        next.is_none_or(|token| marks.starts.contains_key(&token.lo))
    };
    let mut segments = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let start = at;
        let own_line = tokens[at].is_comment() || tokens[at].kind == Kind::Doc;
        let mut depth = bracket(&tokens[at]);
        at += 1;
        while !own_line && at < tokens.len() {
            let token = &tokens[at];
            let between = token.is_comment() || token.kind == Kind::Doc;
            let ends = if between { starts_or_ends(at) } else { marks.starts.contains_key(&token.lo) };
            if depth == 0 && ends {
                break;
            }
            depth += bracket(token);
            at += 1;
        }
        let end = at;
        while at < tokens.len() && tokens[at].is_comment() && tokens[at].lines_before == 0 {
            at += 1;
        }
        segments.push(Segment { tokens: &tokens[start..end], trailing: &tokens[end..at] });
    }
    segments
}

fn bracket(token: &Token) -> isize {
    isize::from(token.opens()) - isize::from(token.closes())
}

struct Printer<'m> {
    marks: &'m Marks,
    out: String,
}

impl Printer<'_> {
    /// A blank line before a segment, where one or more were written.
    fn blank_line(&mut self, segment: &Segment) {
        if segment.tokens[0].lines_before > 1 && !self.out.is_empty() && !self.out.ends_with("{\n") {
            self.out.push('\n');
        }
    }

    fn trailing(&mut self, comments: &[Token]) {
        for comment in comments {
            if !self.out.ends_with(['\n', ' ']) {
                self.out.push(' ');
            }
            self.out.push_str(comment.text);
        }
    }

    /// A declaration. One with a block ends in its `}`.
    fn item(&mut self, segment: &Segment) {
        let tokens = segment.tokens;
        let block = matches!(tokens[0].text, "record" | "table" | "spout" | "bolt" | "sink" | "test")
            && tokens[0].kind == Kind::Word
            && tokens[tokens.len() - 1].is("}");
        let open = if block { opener_of_last(tokens) } else { None };
        match open {
            Some(open) => self.block(tokens, open),
            None => self.layout(tokens, 0),
        }
    }

    fn block(&mut self, tokens: &[Token], open: usize) {
        let inside = &tokens[open + 1..tokens.len() - 1];
        let in_one_line = tokens[open + 1..].iter().all(|token| token.lines_before == 0)
            && !tokens.iter().any(|token| token.is_comment() || token.kind == Kind::Doc);
        let parts = segments(inside, self.marks);
        if in_one_line {
            let line = self.one_line(&tokens[..open], &parts);
            if width(&line) <= WIDTH {
                self.out.push_str(&line);
                return;
            }
        }
        self.layout(&tokens[..=open], 0);
        let mut parts = parts.as_slice();
        while let Some((first, rest)) = parts.split_first()
            && first.tokens[0].is_comment()
            && first.tokens[0].lines_before == 0
        {
            self.trailing(first.tokens);
            self.trailing(first.trailing);
            parts = rest;
        }
        self.out.push('\n');
        for part in parts {
            self.blank_line(part);
            self.part(part);
        }
        self.out.push('}');
    }

    /// A clause or field on lines of its own; a field with its comma.
    fn part(&mut self, part: &Segment) {
        self.out.push_str(&" ".repeat(STEP));
        let field = self.marks.starts.get(&part.tokens[0].lo) == Some(&Start::Field);
        if field {
            let last =
                part.tokens.iter().rposition(|token| !token.is_comment() && !token.is(",")).unwrap_or(0);
            self.layout(&part.tokens[..=last], STEP);
            self.out.push(',');
            let behind = part.tokens[last + 1..].iter().filter(|token| token.is_comment());
            let mut line_ended = false;
            for comment in behind.chain(part.trailing) {
                if line_ended {
                    self.new_line(STEP);
                }
                self.trailing(std::slice::from_ref(comment));
                line_ended = comment.kind == Kind::LineComment;
            }
        } else {
            self.layout(part.tokens, STEP);
            self.trailing(part.trailing);
        }
        self.out.push('\n');
    }

    fn one_line(&self, header: &[Token], parts: &[Segment]) -> String {
        let mut line = self.flat(header);
        if parts.is_empty() {
            return line + " {}";
        }
        let fields =
            parts.iter().any(|part| self.marks.starts.get(&part.tokens[0].lo) == Some(&Start::Field));
        let parts: Vec<String> = parts.iter().map(|part| self.flat(part.tokens)).collect();
        line += " { ";
        line += &parts.join(if fields { " " } else { "  " });
        line + " }"
    }

    /// All tokens on one line.
    fn flat(&self, tokens: &[Token]) -> String {
        let mut line = String::new();
        for (at, token) in tokens.iter().enumerate() {
            if at > 0 && !self.glued(&tokens[at - 1], token) {
                line.push(' ');
            }
            line.push_str(token.text);
        }
        line
    }

    /// Whether nothing stands between two tokens.
    fn glued(&self, before: &Token, after: &Token) -> bool {
        let opens = before.is("(") || before.is("[");
        let point = |token: &Token| [".", "?.", "..", "..=", "::"].iter().any(|text| token.is(text));
        let closes = [")", "]", ",", ":", "?"].iter().any(|text| after.is(text));
        let call = after.is("(") && self.marks.calls.contains(&before.lo);
        let is_type = |token: &Token| token.kind == Kind::Punctuation && self.marks.types.contains(&token.lo);
        if is_type(after) || is_type(before) && before.is("<") {
            return true;
        }
        let prefix = before.kind == Kind::Punctuation && self.marks.prefixes.contains(&before.lo);
        opens || point(before) || point(after) || closes || call || prefix || before.is("{") && after.is("}")
    }

    /// Tokens on as few lines as fit, from the indentation already written.
    fn layout(&mut self, tokens: &[Token], indent: usize) {
        if tokens.iter().any(|token| token.is_comment() || token.kind == Kind::Doc) {
            return self.around_comments(tokens, indent);
        }
        let line = self.flat(tokens);
        if indent + width(&line) <= WIDTH {
            self.out.push_str(&line);
        } else if let Some(cuts) = cuts(tokens, &[","]) {
            let head = match tokens[0].text {
                "select" | "from" | "time" => 1,
                "group" | "distinct" => 2,
                _ => 0,
            };
            self.out.push_str(&self.flat(&tokens[..head]));
            let deeper = if head > 0 { indent + STEP } else { indent };
            self.pieces(tokens, head, &cuts.iter().map(|cut| cut + 1).collect::<Vec<_>>(), deeper);
        } else if let Some(cuts) = cuts(tokens, &["||"]).or_else(|| cuts(tokens, &["&&"])) {
            self.pieces(tokens, 0, &cuts, indent + STEP);
        } else if let Some((open, close)) = widest_group(tokens) {
            self.out.push_str(&self.flat(&tokens[..=open]));
            self.new_line(indent + STEP);
            self.layout(&tokens[open + 1..close], indent + STEP);
            self.new_line(indent);
            self.out.push_str(&self.flat(&tokens[close..]));
        } else {
            self.out.push_str(&line);
        }
    }

    /// The tokens behind `from`, with a line end at each cut. What stands first goes on with the line, unless a head
    /// stands there.
    fn pieces(&mut self, tokens: &[Token], from: usize, cuts: &[usize], indent: usize) {
        let mut start = from;
        for end in cuts.iter().copied().chain([tokens.len()]) {
            if start > 0 {
                self.new_line(indent);
            }
            self.layout_piece(&tokens[start..end], indent);
            start = end;
        }
    }

    /// A piece, with its comma, if it ends in one.
    fn layout_piece(&mut self, tokens: &[Token], indent: usize) {
        match tokens.split_last() {
            Some((last, rest)) if last.is(",") && !rest.is_empty() => {
                self.layout(rest, indent);
                self.out.push(',');
            }
            _ => self.layout(tokens, indent),
        }
    }

    fn new_line(&mut self, indent: usize) {
        let kept = self.out.trim_end_matches(' ').len();
        self.out.truncate(kept);
        self.out.push('\n');
        self.out.push_str(&" ".repeat(indent));
    }

    /// Tokens with comments among them: lines end where comments end them, and nowhere else.
    fn around_comments(&mut self, tokens: &[Token], indent: usize) {
        for (at, token) in tokens.iter().enumerate() {
            let Some(before) = at.checked_sub(1).map(|at| &tokens[at]) else {
                self.out.push_str(token.text);
                continue;
            };
            let ended = before.kind == Kind::LineComment || before.kind == Kind::Doc;
            let apart = (token.is_comment() || before.is_comment()) && token.lines_before > 0;
            if ended || apart || token.kind == Kind::Doc {
                self.new_line(indent + STEP);
            } else if before.is_comment() || token.is_comment() || !self.glued(before, token) {
                self.out.push(' ');
            }
            self.out.push_str(token.text);
        }
    }
}

fn width(line: &str) -> usize {
    line.chars().count()
}

/// The bracket that the last token closes.
fn opener_of_last(tokens: &[Token]) -> Option<usize> {
    let mut depth = 0;
    tokens.iter().rposition(|token| {
        depth -= bracket(token);
        depth == 0
    })
}

/// Where such punctuation stands in no bracket.
fn cuts(tokens: &[Token], punctuation: &[&str]) -> Option<Vec<usize>> {
    let mut depth = 0;
    let mut cuts = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        depth += bracket(token);
        if depth == 0 && at > 0 && punctuation.iter().any(|text| token.is(text)) {
            cuts.push(at);
        }
    }
    (!cuts.is_empty()).then_some(cuts)
}

/// The outermost brackets with the most text in them.
fn widest_group(tokens: &[Token]) -> Option<(usize, usize)> {
    let mut depth = 0;
    let mut open = 0;
    let mut widest = None;
    for (at, token) in tokens.iter().enumerate() {
        if token.opens() && depth == 0 {
            open = at;
        }
        depth += bracket(token);
        if token.closes() && depth == 0 && at > open + 1 {
            let len: usize = tokens[open..at].iter().map(|token| token.text.len()).sum();
            widest = widest.max(Some((len, open, at)));
        }
    }
    widest.map(|(_, open, close)| (open, close))
}
