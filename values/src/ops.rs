//! Checked arithmetic: what the operators of the language do, each with the fault that it may end in.
