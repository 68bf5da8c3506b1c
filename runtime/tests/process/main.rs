//! What a program does to the world around it, by real processes: files that are missing or full, pipes that close,
//! signals. This executable is also the program: a test starts it again.

#[path = "../by_hand/program.rs"]
mod program;
mod signals;
mod tests;

use std::process::ExitCode;

/// Set for the program, absent for the tests.
const AS_PROGRAM: &str = "BY_HAND_AS_PROGRAM";

fn main() -> ExitCode {
    if std::env::var_os(AS_PROGRAM).is_some() {
        return streamwright::private::main(&program::INTERFACE, program::Program::make);
    }
    let wanted: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    for (name, test) in tests::ALL {
        if wanted.is_empty() || wanted.iter().any(|wanted| name.contains(wanted.as_str())) {
            test();
            println!("test {name} ... ok");
        }
    }
    ExitCode::SUCCESS
}
