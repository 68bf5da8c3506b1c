//! Rows, put together in a buffer and written by blocks.

use std::fs::File;
use std::io::{self, Write};
use std::net::Ipv4Addr;

use crate::time::{MINUTE, SECOND};

const BLOCK: usize = 256 << 10;

/// A file that is written.
pub struct Out {
    file: File,
    buffer: Vec<u8>,
    /// The minute that was written last, and its text.
    minute: i64,
    text: [u8; 17],
}

impl Out {
    /// Makes the file.
    ///
    /// # Errors
    /// Fails as making a file does.
    pub fn create(path: &str) -> io::Result<Self> {
        let file = File::create(path)?;
        Ok(Self { file, buffer: Vec::with_capacity(BLOCK + 4096), minute: i64::MIN, text: [0; 17] })
    }

    /// Text as it is.
    #[inline(always)]
    pub fn text(&mut self, text: &[u8]) {
        self.buffer.extend_from_slice(text);
    }

    /// An int.
    #[inline(always)]
    pub fn int(&mut self, value: i64) {
        self.text(itoa::Buffer::new().format(value).as_bytes());
    }

    /// A JSON string of a text that needs no escapes.
    #[inline(always)]
    pub fn plain(&mut self, text: &[u8]) {
        self.text(b"\"");
        self.text(text);
        self.text(b"\"");
    }

    /// A JSON string of any text.
    pub fn string(&mut self, text: &str) -> io::Result<()> {
        Ok(serde_json::to_writer(&mut self.buffer, text)?)
    }

    /// An address, in quotes.
    #[inline(always)]
    pub fn ipv4(&mut self, address: u32) {
        self.text(b"\"");
        for (place, octet) in Ipv4Addr::from_bits(address).octets().into_iter().enumerate() {
            if place > 0 {
                self.text(b".");
            }
            self.text(itoa::Buffer::new().format(octet).as_bytes());
        }
        self.text(b"\"");
    }

    /// A time, in quotes.
    #[inline(always)]
    pub fn timestamp(&mut self, at: i64) {
        let minute = at.div_euclid(MINUTE) * MINUTE;
        if minute != self.minute {
            let text = jiff::Timestamp::from_nanosecond(minute.into()).unwrap_or_default().to_string();
            self.text.copy_from_slice(&text.as_bytes()[..17]);
            self.minute = minute;
        }
        let (second, mut fraction) = ((at - minute) / SECOND, (at - minute) % SECOND);
        let text = self.text;
        self.text(b"\"");
        self.text(&text);
        self.text(&[b'0' + (second / 10) as u8, b'0' + (second % 10) as u8]);
        if fraction != 0 {
            let mut digits = *b".000000000";
            for digit in digits[1..].iter_mut().rev() {
                *digit = b'0' + (fraction % 10) as u8;
                fraction /= 10;
            }
            let length = 10 - digits.iter().rev().take_while(|&&digit| digit == b'0').count();
            self.text(&digits[..length]);
        }
        self.text(b"Z\"");
    }

    /// A duration, in quotes, as a literal of the language: `9s`, `1h30m`.
    #[inline(always)]
    pub fn duration(&mut self, mut nanos: i64) {
        const UNITS: [(i64, &[u8]); 7] = [
            (86_400 * SECOND, b"d"),
            (3_600 * SECOND, b"h"),
            (MINUTE, b"m"),
            (SECOND, b"s"),
            (1_000_000, b"ms"),
            (1_000, b"us"),
            (1, b"ns"),
        ];
        self.text(if nanos < 0 { b"\"-" } else { b"\"" });
        if nanos == 0 {
            self.text(b"0s");
        }
        nanos = nanos.abs();
        for (size, name) in UNITS {
            if nanos >= size {
                self.int(nanos / size);
                self.text(name);
                nanos %= size;
            }
        }
        self.text(b"\"");
    }

    /// The end of a row.
    #[inline(always)]
    pub fn end_row(&mut self) -> io::Result<()> {
        self.text(b"}\n");
        if self.buffer.len() >= BLOCK { self.flush() } else { Ok(()) }
    }

    /// Writes what is in the buffer.
    ///
    /// # Errors
    /// Fails as writing does.
    pub fn flush(&mut self) -> io::Result<()> {
        self.file.write_all(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }
}
