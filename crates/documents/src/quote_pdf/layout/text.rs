//! Text: widths, wrapping, placing. Invariant: no line is wider than asked for, unless one character alone is.

use crate::quote_pdf::fonts::{Faces, Weight};

/// Colour of a mark.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::quote_pdf) enum Ink {
    Text,
    Quiet,
    Accent,
    Hairline,
    Tint,
    Watermark,
}

/// Weight, size in points, colour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::quote_pdf) struct Style {
    pub weight: Weight,
    pub size: f32,
    pub ink: Ink,
}

impl Style {
    pub(in crate::quote_pdf) const fn regular(size: f32) -> Self {
        Self { weight: Weight::Regular, size, ink: Ink::Text }
    }

    pub(in crate::quote_pdf) const fn semibold(size: f32) -> Self {
        Self { weight: Weight::SemiBold, size, ink: Ink::Text }
    }

    pub(in crate::quote_pdf) const fn ink(self, ink: Ink) -> Self {
        Self { ink, ..self }
    }

    /// Distance between baselines, points.
    pub(in crate::quote_pdf) fn leading(self) -> f32 {
        (self.size * 1.42 * 4.0).round() / 4.0
    }
}

/// Measures with the embedded faces.
#[derive(Clone, Copy)]
pub(in crate::quote_pdf) struct Measure {
    pub faces: &'static Faces,
}

impl Measure {
    /// Width in points.
    pub(in crate::quote_pdf) fn width(self, text: &str, style: Style) -> f32 {
        text.chars().map(|c| self.advance(c, style)).sum()
    }

    /// Width in points with every digit as wide as the widest: figures in columns.
    pub(in crate::quote_pdf) fn figures_width(self, text: &str, style: Style) -> f32 {
        let figure = self.faces.face(style.weight).figure_advance() * style.size / 1000.0;
        text.chars().map(|c| if c.is_ascii_digit() { figure } else { self.advance(c, style) }).sum()
    }

    fn advance(self, c: char, style: Style) -> f32 {
        let face = self.faces.face(style.weight);
        face.advance(face.printable(c)) * style.size / 1000.0
    }

    /// Breaks at spaces; a word wider than the line is broken where it must be.
    pub(in crate::quote_pdf) fn wrap(self, text: &str, style: Style, width: f32) -> Vec<String> {
        let mut lines = Vec::new();
        for paragraph in text.lines() {
            let mut line = String::new();
            let mut used = 0.0;
            let space = self.advance(' ', style);
            for word in paragraph.split_whitespace() {
                let word_width = self.width(word, style);
                if !line.is_empty() && used + space + word_width <= width {
                    line.push(' ');
                    line.push_str(word);
                    used += space + word_width;
                    continue;
                }
                if !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                }
                (line, used) = self.break_word(word, style, width, &mut lines);
            }
            if !line.is_empty() {
                lines.push(line);
            }
        }
        lines
    }

    /// Pushes full lines of a long word and returns its rest with the rest's width.
    fn break_word(self, word: &str, style: Style, width: f32, lines: &mut Vec<String>) -> (String, f32) {
        let mut rest = String::new();
        let mut used = 0.0;
        for c in word.chars() {
            let advance = self.advance(c, style);
            if !rest.is_empty() && used + advance > width {
                lines.push(std::mem::take(&mut rest));
                used = 0.0;
            }
            rest.push(c);
            used += advance;
        }
        (rest, used)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn measure() -> Measure {
        Measure { faces: Faces::get().expect("the embedded faces") }
    }

    proptest! {
        #[test]
        fn wrapping_keeps_every_word_and_no_line_is_too_wide(
            words in proptest::collection::vec("[A-Za-z0-9₹é-]{1,40}", 0..20),
            width in 30.0_f32..300.0,
        ) {
            let style = Style::regular(8.0);
            let lines = measure().wrap(&words.join(" "), style, width);
            for line in &lines {
                prop_assert!(measure().width(line, style) <= width + 0.01, "{line}");
            }
            prop_assert_eq!(lines.concat().replace(' ', ""), words.concat());
        }
    }

    #[test]
    fn figures_are_equally_wide_whatever_the_digits() {
        let style = Style::regular(8.0);
        let width = |text: &str| measure().figures_width(text, style);
        assert!((width("R 1,111.11") - width("R 8,888.88")).abs() < 0.001);
        assert!(measure().width("1", style) < measure().width("8", style));
    }

    #[test]
    fn currency_signs_are_in_the_embedded_face() {
        let faces = Faces::get().expect("the embedded faces");
        for sign in ['₹', 'R', '€', '–', '·'] {
            assert_eq!(faces.face(Weight::Regular).printable(sign), sign);
            assert_eq!(faces.face(Weight::SemiBold).printable(sign), sign);
        }
        assert_ne!(faces.face(Weight::Regular).printable('क'), 'क');
    }
}
