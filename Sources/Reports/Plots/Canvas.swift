import CCairo
import Foundation
import Images
import TerminalText

/// A page to draw on, whose only difference between PNG and SVG is what it ends as.
///
/// Coordinates are in points from the top left. This file alone touches cairo and its pointers.
final class Canvas {
  /// What a canvas becomes.
  enum Kind {
    /// Pixels, `scale` of them for a point.
    case png(scale: Double)
    case svg
  }

  struct Colour: Hashable, Sendable {
    var red, green, blue: Double
    var opacity = 1.0

    init(_ hexadecimal: UInt32, opacity: Double = 1) {
      red = Double(hexadecimal >> 16 & 0xFF) / 255
      green = Double(hexadecimal >> 8 & 0xFF) / 255
      blue = Double(hexadecimal & 0xFF) / 255
      self.opacity = opacity
    }

    /// All three from 0 to 1.
    init(hue: Double, saturation: Double, lightness: Double) {
      let strength = saturation * min(lightness, 1 - lightness)
      func part(_ offset: Double) -> Double {
        let place = (offset + hue * 12).truncatingRemainder(dividingBy: 12)
        return lightness - strength * max(-1, min(place - 3, min(9 - place, 1)))
      }
      (red, green, blue) = (part(0), part(8), part(4))
    }

    func faint(_ opacity: Double) -> Colour {
      var colour = self
      colour.opacity = opacity
      return colour
    }
  }

  struct Font {
    var size: Double
    var isBold = false
  }

  /// Which part of a text stands at its point.
  enum Anchor {
    case start, middle, end
  }

  private let kind: Kind
  private let surface: OpaquePointer
  private let context: OpaquePointer
  private let sink: Sink

  /// Where cairo's output goes; kept alive by the canvas for as long as cairo may write.
  private final class Sink {
    var data = Data()
  }

  init(width: Double, height: Double, kind: Kind) throws(ReportError) {
    self.kind = kind
    sink = Sink()
    let scale = if case .png(let scale) = kind { scale } else { 1.0 }
    let pixels = (width: (width * scale).rounded(.up), height: (height * scale).rounded(.up))
    guard (100...16000).contains(pixels.width), (100...16000).contains(pixels.height) else {
      let limits = (-1e9...1e9)
      throw .size(
        width: Int(pixels.width.isFinite ? pixels.width.clamped(to: limits) : 0),
        height: Int(pixels.height.isFinite ? pixels.height.clamped(to: limits) : 0))
    }
    let made: OpaquePointer?
    switch kind {
    case .png:
      made = cairo_image_surface_create(
        CAIRO_FORMAT_ARGB32, Int32(pixels.width), Int32(pixels.height))
    case .svg:
      made = cairo_svg_surface_create_for_stream(
        Self.write, Unmanaged.passUnretained(sink).toOpaque(), width, height)
    }
    guard let made else { throw .drawing("no memory for the page") }
    guard let context = cairo_create(made) else {
      cairo_surface_destroy(made)
      throw .drawing("no memory for the page")
    }
    surface = made
    self.context = context
    cairo_scale(context, scale, scale)
    cairo_select_font_face(
      context, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL)
    cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
    cairo_set_line_cap(context, CAIRO_LINE_CAP_ROUND)
  }

  deinit {
    cairo_destroy(context)
    cairo_surface_destroy(surface)
  }

  /// The finished document; nothing may be drawn after it.
  func finish() throws(ReportError) -> Data {
    var status = cairo_status(context)
    cairo_surface_flush(surface)
    if case .png = kind, status == CAIRO_STATUS_SUCCESS {
      status = cairo_surface_write_to_png_stream(
        surface, Self.write, Unmanaged.passUnretained(sink).toOpaque())
    }
    cairo_surface_finish(surface)
    if status == CAIRO_STATUS_SUCCESS { status = cairo_surface_status(surface) }
    guard status == CAIRO_STATUS_SUCCESS else {
      throw .drawing(cairo_status_to_string(status).map { String(cString: $0) } ?? "unknown")
    }
    return sink.data
  }

  // MARK: Marks

  func fill(x: Double, y: Double, width: Double, height: Double, _ colour: Colour) {
    set(colour)
    cairo_rectangle(context, x, y, width, height)
    cairo_fill(context)
  }

  func dot(x: Double, y: Double, radius: Double, _ colour: Colour) {
    set(colour)
    cairo_arc(context, x, y, radius, 0, 2 * .pi)
    cairo_fill(context)
  }

  /// A line through the points; `dashes` are lengths on and off.
  func line(
    _ points: some Sequence<(x: Double, y: Double)>, width: Double, _ colour: Colour,
    dashes: [Double] = []
  ) {
    set(colour)
    cairo_set_line_width(context, width)
    cairo_set_dash(context, dashes, Int32(dashes.count), 0)
    var isFirst = true
    for point in points {
      if isFirst { cairo_move_to(context, point.x, point.y) }
      cairo_line_to(context, point.x, point.y)
      isFirst = false
    }
    cairo_stroke(context)
  }

  func line(x1: Double, y1: Double, x2: Double, y2: Double, width: Double, _ colour: Colour) {
    line([(x: x1, y: y1), (x: x2, y: y2)], width: width, colour)
  }

  /// Draws only inside the rectangle.
  func clipped(x: Double, y: Double, width: Double, height: Double, _ body: () -> Void) {
    cairo_save(context)
    cairo_rectangle(context, x, y, width, height)
    cairo_clip(context)
    body()
    cairo_restore(context)
  }

  /// Lays a picture down, a pixel a point.
  func picture(_ image: PixelImage, x: Double, y: Double) {
    guard image.width > 0, image.height > 0,
      let copy = cairo_image_surface_create(
        CAIRO_FORMAT_RGB24, Int32(image.width), Int32(image.height))
    else { return }
    defer { cairo_surface_destroy(copy) }
    guard let pixels = cairo_image_surface_get_data(copy) else { return }
    let stride = Int(cairo_image_surface_get_stride(copy))
    let source = image.colour().pixels
    for row in 0..<image.height {
      for column in 0..<image.width {
        // A pixel is 32 bits in the machine's order: 0xXXRRGGBB.
        let from = (row * image.width + column) * 3
        let word =
          UInt32(source[from]) << 16 | UInt32(source[from + 1]) << 8 | UInt32(source[from + 2])
        UnsafeMutableRawPointer(pixels + row * stride + column * 4)
          .storeBytes(of: word, as: UInt32.self)
      }
    }
    cairo_surface_mark_dirty(copy)
    cairo_save(context)
    cairo_translate(context, x, y)
    cairo_set_source_surface(context, copy, 0, 0)
    cairo_pattern_set_filter(cairo_get_source(context), CAIRO_FILTER_NEAREST)
    cairo_paint(context)
    cairo_restore(context)
  }

  // MARK: Text

  /// Writes a line whose baseline is at `y`.
  func text(
    _ text: String, x: Double, y: Double, _ font: Font, _ colour: Colour,
    anchor: Anchor = .start, isUpright: Bool = false
  ) {
    let safe = Self.drawable(text)
    let width = self.width(of: safe, font)
    let shift =
      switch anchor {
      case .start: 0.0
      case .middle: -width / 2
      case .end: -width
      }
    set(colour)
    cairo_save(context)
    cairo_translate(context, x, y)
    if isUpright { cairo_rotate(context, -.pi / 2) }
    cairo_move_to(context, shift, 0)
    cairo_show_text(context, safe)
    cairo_restore(context)
    cairo_new_path(context)
  }

  func width(of text: String, _ font: Font) -> Double {
    select(font)
    var extents = cairo_text_extents_t()
    cairo_text_extents(context, Self.drawable(text), &extents)
    return extents.x_advance
  }

  /// The text cut to a width, with `…` where something is missing.
  func cut(_ text: String, to limit: Double, _ font: Font) -> String {
    if width(of: text, font) <= limit { return text }
    // No more is drawn than this.
    var cut = String(text.prefix(Self.mostLetters))
    while !cut.isEmpty, width(of: cut + "…", font) > limit { cut.removeLast() }
    return cut + "…"
  }

  private func select(_ font: Font) {
    cairo_select_font_face(
      context, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL,
      font.isBold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL)
    cairo_set_font_size(context, font.size)
  }

  private func set(_ colour: Colour) {
    cairo_set_source_rgba(context, colour.red, colour.green, colour.blue, colour.opacity)
  }

  private static let mostLetters = 300

  /// One line without control characters, of a length that anybody reads.
  private static func drawable(_ text: String) -> String {
    String(SafeText.oneLine(String(text.prefix(mostLetters))))
  }

  private static let write: cairo_write_func_t = { closure, bytes, count in
    guard let closure, let bytes else { return CAIRO_STATUS_WRITE_ERROR }
    Unmanaged<Sink>.fromOpaque(closure).takeUnretainedValue().data
      .append(bytes, count: Int(count))
    return CAIRO_STATUS_SUCCESS
  }
}

extension Double {
  func clamped(to range: ClosedRange<Double>) -> Double {
    Swift.min(range.upperBound, Swift.max(range.lowerBound, self))
  }
}
