//! Enums that travel as words: the word on the wire, in both databases and in the window's types stands once.
//! Invariant: every value has one word and every word one value; the window's dictionaries are checked against the same list.

/// Declares an enum whose values are words: `enum Status as "TicketStatus" { Open = "open" }`. The name after `as` is its name in
/// the window, where all types live in one file.
#[macro_export]
macro_rules! words {
    ($(#[$meta:meta])* $vis:vis enum $name:ident as $typescript:literal {
        $($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)?
    }) => {
        $(#[$meta])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ::serde::Serialize, ::serde::Deserialize, ::ts_rs::TS,
        )]
        #[ts(rename = $typescript)]
        $vis enum $name {
            $($(#[$doc])* #[serde(rename = $word)] $variant,)+
        }

        #[allow(dead_code, reason = "each enum uses what it needs")]
        impl $name {
            /// The words, in their order.
            pub const WORDS: [&'static str; [$($word),+].len()] = [$($word),+];
            /// All, in their order.
            pub const ALL: [Self; Self::WORDS.len()] = [$(Self::$variant),+];

            /// The wire and database word.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// Reads the wire word.
            pub fn parse(text: &str) -> Option<Self> {
                match text {
                    $($word => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}
