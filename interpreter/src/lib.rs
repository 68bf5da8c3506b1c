//! The executable definition of the Streamwright language.
