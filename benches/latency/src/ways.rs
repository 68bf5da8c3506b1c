//! The ways lines take to a program and rows take back.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use clap::ValueEnum;

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Way {
    /// Its standard input and output.
    Pipes,
    /// Two connections, to the addresses that `--lines` and `--rows` tell it.
    Tcp,
}

/// A program, and the ends of its ways that are ours.
pub(crate) struct Connected {
    pub(crate) child: Child,
    pub(crate) lines: Box<dyn Write + Send>,
    pub(crate) rows: Box<dyn Read>,
}

impl Way {
    /// Starts a program, and waits until it is there.
    pub(crate) fn start(self, program: &Path, arguments: &[String]) -> io::Result<Connected> {
        let mut command = Command::new(program);
        command.args(arguments).stderr(Stdio::null());
        match self {
            Way::Pipes => {
                let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
                let (Some(lines), Some(rows)) = (child.stdin.take(), child.stdout.take()) else {
                    return Err(io::Error::other("it has no pipes"));
                };
                // It opens what it needs and starts its threads meanwhile.
                thread::sleep(Duration::from_millis(100));
                Ok(Connected { child, lines: Box::new(lines), rows: Box::new(rows) })
            }
            Way::Tcp => {
                let (lines, rows) = (TcpListener::bind("127.0.0.1:0")?, TcpListener::bind("127.0.0.1:0")?);
                command.arg("--lines").arg(lines.local_addr()?.to_string());
                command.arg("--rows").arg(rows.local_addr()?.to_string());
                let child = command.spawn()?;
                let accept = |listener: TcpListener| -> io::Result<TcpStream> {
                    let (stream, _) = listener.accept()?;
                    stream.set_nodelay(true)?;
                    Ok(stream)
                };
                Ok(Connected { child, lines: Box::new(accept(lines)?), rows: Box::new(accept(rows)?) })
            }
        }
    }
}
