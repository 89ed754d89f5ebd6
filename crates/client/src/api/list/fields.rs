//! What a list's rows can be asked about, declared once: filtered, sorted, grouped and summed by the same name.

use super::super::list_view::{FieldKind, ListField, Operator};

/// A field of a list.
pub(crate) struct Field {
    /// Its name in requests.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Its expression.
    pub sql: &'static str,
    /// It stands in a table that only the whole `FROM` joins.
    pub joined: bool,
    /// Rows share its values: they can be grouped by it.
    pub groups: bool,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Words as typed.
    Text,
    /// One of some words.
    Word,
    /// A count; sums of it mean something.
    Count,
    /// A number that is not summed.
    Number,
    /// Minor units of the list's currency column: compared, ordered and summed within one currency only.
    Money,
    /// A date.
    Day,
    /// An instant, compared by the organisation's days.
    Instant,
}

impl Field {
    const fn new(name: &'static str, kind: Kind, sql: &'static str) -> Self {
        let groups = matches!(kind, Kind::Word);
        Self { name, kind, sql, joined: false, groups }
    }

    /// Words as typed.
    pub(crate) const fn text(name: &'static str, sql: &'static str) -> Self {
        Self::new(name, Kind::Text, sql)
    }

    /// One of some words.
    pub(crate) const fn word(name: &'static str, sql: &'static str) -> Self {
        Self::new(name, Kind::Word, sql)
    }

    /// A count.
    pub(crate) const fn count(name: &'static str, sql: &'static str) -> Self {
        Self::new(name, Kind::Count, sql)
    }

    /// A number that is not summed.
    pub(crate) const fn number(name: &'static str, sql: &'static str) -> Self {
        Self::new(name, Kind::Number, sql)
    }

    /// Minor units of the list's currency.
    pub(crate) const fn money(name: &'static str, sql: &'static str) -> Self {
        Self::new(name, Kind::Money, sql)
    }

    /// A date.
    pub(crate) const fn day(name: &'static str, sql: &'static str) -> Self {
        Self::new(name, Kind::Day, sql)
    }

    /// An instant.
    pub(crate) const fn instant(name: &'static str, sql: &'static str) -> Self {
        Self::new(name, Kind::Instant, sql)
    }

    /// The same, in a table that only the whole `FROM` joins.
    pub(crate) const fn joined(mut self) -> Self {
        self.joined = true;
        self
    }

    /// The same, by which rows can be grouped.
    pub(crate) const fn grouped(mut self) -> Self {
        self.groups = true;
        self
    }

    /// As the window is told of it.
    pub(super) fn view(&self) -> ListField {
        ListField {
            name: self.name.to_owned(),
            kind: self.kind.view(),
            operators: self.kind.operators().to_vec(),
            groups: self.groups,
            sums: matches!(self.kind, Kind::Count | Kind::Money),
        }
    }
}

impl Kind {
    fn view(self) -> FieldKind {
        match self {
            Self::Text => FieldKind::Text,
            Self::Word => FieldKind::Word,
            Self::Count | Self::Number => FieldKind::Number,
            Self::Money => FieldKind::Money,
            Self::Day | Self::Instant => FieldKind::Day,
        }
    }

    /// What may be asked of it.
    pub(super) fn operators(self) -> &'static [Operator] {
        use Operator::{
            After, AnyOf, AtLeast, AtMost, Before, Between, Contains, Empty, Is, IsNot, LastDays, NextDays,
            NotContains, NotEmpty, On, StartsWith,
        };
        match self {
            Self::Text => &[Contains, NotContains, Is, IsNot, StartsWith, Empty, NotEmpty],
            Self::Word => &[Is, IsNot, AnyOf, Empty, NotEmpty],
            Self::Count | Self::Number | Self::Money => &[AtLeast, AtMost, Is, IsNot, Between],
            Self::Day | Self::Instant => &[On, Before, After, Between, LastDays, NextDays, Empty, NotEmpty],
        }
    }
}
