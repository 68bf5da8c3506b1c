//! Functions and aggregates: what may be called in an expression. Their tables are those of the values.

pub use streamwright_values::aggregates::{
    self, Aggregate as AggregateFunction, Algebra, Argument, Shape, TABLE as AGGREGATES,
};
pub use streamwright_values::functions::{Function, Parameter, TABLE, all, lookup};
