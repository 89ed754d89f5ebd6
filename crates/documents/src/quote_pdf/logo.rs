//! The organisation's logo on its documents. Invariant: what cannot be read is left out; nothing is printed in its place.

use printpdf::{Mm, Op, PdfDocument, Pt, RawImage, RawImageData, RawImageFormat, XObjectId, XObjectTransform};

use super::canvas::{Canvas, HEIGHT};

/// Most pixels of a side.
const MAX_SIDE: u32 = 2_000;
/// Images are placed at this many dots per inch.
const DPI: f32 = 300.0;
const MM_PER_INCH: f32 = 25.4;

/// A logo in a document.
pub(super) struct Logo {
    id: XObjectId,
    width: u32,
    height: u32,
}

/// Whether bytes are a PNG that can stand on a document: 8 bits a channel, at most 2,000 pixels a side.
pub fn is_printable_logo(png: &[u8]) -> bool {
    decode(png).is_some()
}

fn decode(bytes: &[u8]) -> Option<RawImage> {
    let mut decoder = png::Decoder::new_with_limits(
        std::io::Cursor::new(bytes),
        png::Limits { bytes: 4 * (MAX_SIDE as usize) * (MAX_SIDE as usize) },
    );
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().ok()?;
    let (width, height) = (reader.info().width, reader.info().height);
    if width == 0 || height == 0 || width > MAX_SIDE || height > MAX_SIDE {
        return None;
    }
    let mut pixels = vec![0; reader.output_buffer_size()?];
    let frame = reader.next_frame(&mut pixels).ok()?;
    pixels.truncate(frame.buffer_size());
    let data_format = match frame.color_type {
        png::ColorType::Grayscale => RawImageFormat::R8,
        png::ColorType::GrayscaleAlpha => RawImageFormat::RG8,
        png::ColorType::Rgb => RawImageFormat::RGB8,
        png::ColorType::Rgba => RawImageFormat::RGBA8,
        png::ColorType::Indexed => return None,
    };
    Some(RawImage {
        pixels: RawImageData::U8(pixels),
        width: width as usize,
        height: height as usize,
        data_format,
        tag: Vec::new(),
    })
}

impl Logo {
    /// Takes a PNG into the document.
    pub fn load(pdf: &mut PdfDocument, png: &[u8]) -> Option<Self> {
        let image = decode(png)?;
        let (width, height) = (u32::try_from(image.width).ok()?, u32::try_from(image.height).ok()?);
        Some(Self { id: pdf.add_image(&image), width, height })
    }

    /// Draws it with its upper left corner at `x`, `y` mm, as large as fits; returns its height, mm.
    pub fn draw(&self, canvas: &mut Canvas, x: f32, y: f32, (most_wide, most_high): (f32, f32)) -> f32 {
        let natural = |pixels: u32| pixels as f32 / DPI * MM_PER_INCH;
        let (width, height) = (natural(self.width), natural(self.height));
        let scale = (most_wide / width).min(most_high / height);
        let transform = XObjectTransform {
            translate_x: Some(Pt::from(Mm(x))),
            translate_y: Some(Pt::from(Mm(HEIGHT - y - height * scale))),
            scale_x: Some(scale),
            scale_y: Some(scale),
            dpi: Some(DPI),
            ..XObjectTransform::default()
        };
        canvas.ops.push(Op::UseXobject { id: self.id.clone(), transform });
        height * scale
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_png_is_a_logo_and_anything_else_is_not() {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, 40, 10);
        encoder.set_color(png::ColorType::Rgba);
        encoder.write_header().and_then(|mut w| w.write_image_data(&[128; 40 * 10 * 4])).expect("written to memory");
        assert!(is_printable_logo(&bytes));
        assert!(!is_printable_logo(&bytes[..bytes.len() / 2]));
        assert!(!is_printable_logo(b"GIF89a") && !is_printable_logo(&[]));
    }
}
