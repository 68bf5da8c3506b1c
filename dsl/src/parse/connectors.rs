//! Connectors and formats, and their options.

use super::{Builder, Node, Rule};
use crate::ast::{Connector, ConnectorOption, Format, OptionValue};

impl<'t> Builder<'t> {
    pub(super) fn connector(&mut self, pair: Node<'t>) -> Option<Connector> {
        let span = self.span_of(&pair);
        let mut inner = pair.into_inner();
        let name = self.name(&inner.next()?);
        let mut connector = Connector { name, operand: None, options: Vec::new(), format: None, span };
        for part in inner {
            match part.as_rule() {
                Rule::options => connector.options = self.options(part),
                Rule::format => connector.format = self.format(part),
                Rule::kw_as => {}
                _ => connector.operand = Some(self.primary(part).expr),
            }
        }
        Some(connector)
    }

    fn format(&mut self, pair: Node<'t>) -> Option<Format> {
        let span = self.span_of(&pair);
        let mut inner = pair.into_inner();
        let name = self.name(&inner.next()?);
        let mut format = Format { name, operand: None, options: Vec::new(), span };
        for part in inner {
            match part.as_rule() {
                Rule::options => format.options = self.options(part),
                _ => format.operand = Some(self.string(&part)),
            }
        }
        Some(format)
    }

    pub(super) fn options(&mut self, pair: Node<'t>) -> Vec<ConnectorOption> {
        let options = pair.into_inner().filter(|part| part.as_rule() == Rule::option);
        options.filter_map(|option| self.option(option)).collect()
    }

    fn option(&mut self, pair: Node<'t>) -> Option<ConnectorOption> {
        let mut inner = pair.into_inner();
        let name = self.name(&inner.next()?);
        let value = inner.nth(1)?;
        let value = if value.as_rule() == Rule::options {
            let span = self.span_of(&value);
            OptionValue::Map(self.options(value), span)
        } else {
            OptionValue::Expr(self.expr(value))
        };
        Some(ConnectorOption { name, value })
    }
}
