//! Memory that files are read into.

/// The size of a page of memory, and of a file's pages in it.
const PAGE: usize = 4 << 10;

/// Where a page of a file is copied to a place that is less than a cache line further on in a page of memory, as to an
/// allocation's first byte it is, many processors copy at half their speed. So at least this lies between.
pub(crate) const APART: usize = 64;

/// A block of memory that whole pages are read into.
#[derive(Debug)]
pub(crate) struct Block {
    memory: Box<[u8]>,
    start: usize,
}

impl Block {
    /// Of so many bytes.
    pub(crate) fn new(length: usize) -> Block {
        let memory = vec![0; length + PAGE].into_boxed_slice();
        let start = APART.wrapping_sub(memory.as_ptr().addr()) % PAGE;
        Block { memory, start }
    }

    /// Its bytes.
    pub(crate) fn bytes(&mut self) -> &mut [u8] {
        let length = self.memory.len() - PAGE;
        &mut self.memory[self.start..self.start + length]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_begins_apart_from_where_a_page_does() {
        for length in [1, 100, PAGE, 1 << 20] {
            let mut block = Block::new(length);
            assert_eq!(block.bytes().len(), length);
            assert_eq!(block.bytes().as_ptr().addr() % PAGE, APART);
        }
    }
}
