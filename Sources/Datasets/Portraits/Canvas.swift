import CCairo
import Images

/// A point of the picture, in whatever units the canvas is set to.
struct Point: Sendable, Hashable {
  var x: Double
  var y: Double

  init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }
}

/// What an area is filled with.
enum Paint {
  case flat(Ink, Double = 1)
  case linear(Point, Point, [Stop])
  case radial(Point, Double, [Stop])

  /// A colour and its opacity at a place (0…1) of a gradient.
  struct Stop {
    let place: Double
    let ink: Ink
    let opacity: Double

    init(_ place: Double, _ ink: Ink, _ opacity: Double = 1) {
      (self.place, self.ink, self.opacity) = (place, ink, opacity)
    }
  }

  /// Opaque in the middle and gone at the edge.
  static func glow(_ centre: Point, _ radius: Double, _ ink: Ink, _ opacity: Double) -> Paint {
    .radial(
      centre, radius,
      [Stop(0, ink, opacity), Stop(0.5, ink, opacity * 0.55), Stop(1, ink, 0)])
  }
}

/// A square picture, drawn on with cairo.
final class Canvas {
  private let surface: OpaquePointer
  private let context: OpaquePointer
  let side: Int

  init(side: Int) {
    self.side = side
    surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(side), Int32(side))
    context = cairo_create(surface)
    cairo_scale(context, Double(side), Double(side))
    cairo_set_line_join(context, CAIRO_LINE_JOIN_BEVEL)
    cairo_set_antialias(context, CAIRO_ANTIALIAS_FAST)
    cairo_set_tolerance(context, 0.25)
  }

  deinit {
    cairo_destroy(context)
    cairo_surface_destroy(surface)
  }

  /// Draws with other units: the origin at `origin`, turned by `angle`, `unit` long.
  func within(origin: Point, unit: Double, angle: Double, _ draw: () -> Void) {
    cairo_save(context)
    cairo_translate(context, origin.x, origin.y)
    cairo_rotate(context, angle)
    cairo_scale(context, unit, unit)
    draw()
    cairo_restore(context)
  }

  /// Draws only inside a closed curve.
  func inside(_ points: [Point], _ draw: () -> Void) {
    cairo_save(context)
    trace(points, closed: true)
    cairo_clip(context)
    draw()
    cairo_restore(context)
  }

  func fillAll(_ paint: Paint) {
    set(paint)
    cairo_paint(context)
  }

  /// Fills the smooth closed curve through the points.
  func fill(_ points: [Point], _ paint: Paint) {
    trace(points, closed: true)
    set(paint)
    cairo_fill(context)
  }

  /// Fills the polygon through the points.
  func fillPolygon(_ points: [Point], _ paint: Paint) {
    for (i, point) in points.enumerated() {
      if i == 0 {
        cairo_move_to(context, point.x, point.y)
      } else {
        cairo_line_to(context, point.x, point.y)
      }
    }
    cairo_close_path(context)
    set(paint)
    cairo_fill(context)
  }

  /// Draws several smooth curves at once.
  func strokeAll(_ curves: [[Point]], width: Double, _ paint: Paint) {
    for points in curves { trace(points, closed: false) }
    set(paint)
    cairo_set_line_width(context, width)
    cairo_stroke(context)
  }

  /// Draws the smooth curve through the points.
  func stroke(_ points: [Point], width: Double, closed: Bool = false, _ paint: Paint) {
    trace(points, closed: closed)
    set(paint)
    cairo_set_line_width(context, width)
    cairo_stroke(context)
  }

  func fillEllipse(
    _ centre: Point, _ horizontal: Double, _ vertical: Double, angle: Double = 0, _ paint: Paint
  ) {
    ellipse(centre, horizontal, vertical, angle)
    set(paint)
    cairo_fill(context)
  }

  func strokeEllipse(
    _ centre: Point, _ horizontal: Double, _ vertical: Double, width: Double, _ paint: Paint
  ) {
    ellipse(centre, horizontal, vertical, 0)
    set(paint)
    cairo_set_line_width(context, width)
    cairo_stroke(context)
  }

  private func ellipse(
    _ centre: Point, _ horizontal: Double, _ vertical: Double, _ angle: Double
  ) {
    cairo_save(context)
    cairo_translate(context, centre.x, centre.y)
    cairo_rotate(context, angle)
    cairo_scale(context, max(horizontal, 1e-4), max(vertical, 1e-4))
    cairo_new_sub_path(context)
    cairo_arc(context, 0, 0, 1, 0, 2 * .pi)
    cairo_restore(context)
  }

  /// Catmull and Rom's curve through the points, as Bézier curves.
  private func trace(_ points: [Point], closed: Bool) {
    guard points.count > 1, let first = points.first else { return }
    let count = points.count
    func at(_ i: Int) -> Point {
      closed ? points[(i + count) % count] : points[min(max(i, 0), count - 1)]
    }
    cairo_move_to(context, first.x, first.y)
    for i in 0..<(closed ? count : count - 1) {
      let (before, from, to, after) = (at(i - 1), at(i), at(i + 1), at(i + 2))
      cairo_curve_to(
        context, from.x + (to.x - before.x) / 6, from.y + (to.y - before.y) / 6,
        to.x - (after.x - from.x) / 6, to.y - (after.y - from.y) / 6, to.x, to.y)
    }
    if closed { cairo_close_path(context) }
  }

  private func set(_ paint: Paint) {
    switch paint {
    case .flat(let ink, let opacity):
      cairo_set_source_rgba(context, ink.red, ink.green, ink.blue, opacity)
    case .linear(let from, let to, let stops):
      use(cairo_pattern_create_linear(from.x, from.y, to.x, to.y), stops)
    case .radial(let centre, let radius, let stops):
      use(
        cairo_pattern_create_radial(centre.x, centre.y, 0, centre.x, centre.y, radius), stops)
    }
  }

  private func use(_ pattern: OpaquePointer?, _ stops: [Paint.Stop]) {
    for stop in stops {
      cairo_pattern_add_color_stop_rgba(
        pattern, stop.place, stop.ink.red, stop.ink.green, stop.ink.blue, stop.opacity)
    }
    cairo_set_source(context, pattern)
    cairo_pattern_destroy(pattern)
  }

  /// The picture as it is now.
  func image() -> PixelImage {
    cairo_surface_flush(surface)
    let stride = Int(cairo_image_surface_get_stride(surface))
    guard let bytes = cairo_image_surface_get_data(surface) else {
      return PixelImage(width: side, height: side, colour: [0, 0, 0])
    }
    let pixels = [UInt8](unsafeUninitializedCapacity: side * side * 3) { target, count in
      for y in 0..<side {
        for x in 0..<side {
          var word: UInt32 = 0
          withUnsafeMutableBytes(of: &word) { word in
            word.copyMemory(
              from: UnsafeRawBufferPointer(start: bytes + y * stride + 4 * x, count: 4))
          }
          let to = (y * side + x) * 3
          target[to] = UInt8(truncatingIfNeeded: word >> 16)
          target[to + 1] = UInt8(truncatingIfNeeded: word >> 8)
          target[to + 2] = UInt8(truncatingIfNeeded: word)
        }
      }
      count = side * side * 3
    }
    return PixelImage(width: side, height: side, channels: 3, pixels: pixels)
  }
}
