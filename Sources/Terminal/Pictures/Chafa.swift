import CChafa
import Images

/// Pictures as sixels or letters, by libchafa. This file alone touches its pointers.
enum Chafa {
  /// The escape sequences that draw a picture over an area of cells; rows of letters are ended by
  /// newlines but for the last, sixels are one sequence.
  ///
  /// - Returns: nil where there was no memory for it.
  static func sequence(
    for image: PixelImage, over area: CellArea, cell: CellSize, sixels: Bool, colours: ColourDepth,
    background: Tint?
  ) -> String? {
    guard let symbols = chafa_symbol_map_new(), let config = chafa_canvas_config_new(),
      let information = chafa_term_db_get_fallback_info(chafa_term_db_get_default())
    else { return nil }
    defer {
      chafa_symbol_map_unref(symbols)
      chafa_canvas_config_unref(config)
      chafa_term_info_unref(information)
    }
    // Halves and quarters of blocks, which every terminal's font has.
    let tags = [CHAFA_SYMBOL_TAG_SPACE, CHAFA_SYMBOL_TAG_HALF, CHAFA_SYMBOL_TAG_QUAD]
    for tag in tags { chafa_symbol_map_add_by_tags(symbols, tag) }
    chafa_canvas_config_set_symbol_map(config, symbols)
    // Sixels stand in bands of six rows; with cells of that height nothing is scaled to fit them.
    let rows = sixels ? image.height / 6 : area.rows
    chafa_canvas_config_set_geometry(config, Int32(area.columns), Int32(max(1, rows)))
    chafa_canvas_config_set_cell_geometry(
      config, Int32(cell.width), Int32(sixels ? 6 : cell.height))
    chafa_canvas_config_set_pixel_mode(
      config, sixels ? CHAFA_PIXEL_MODE_SIXELS : CHAFA_PIXEL_MODE_SYMBOLS)
    chafa_canvas_config_set_canvas_mode(
      config, sixels ? CHAFA_CANVAS_MODE_TRUECOLOR : mode(colours))
    // Colours are to be those of the picture.
    chafa_canvas_config_set_preprocessing_enabled(config, 0)
    chafa_canvas_config_set_color_space(config, CHAFA_COLOR_SPACE_RGB)
    chafa_canvas_config_set_work_factor(config, 0.8)
    if let background {
      let packed = UInt32(background.red) << 16 | UInt32(background.green) << 8
      chafa_canvas_config_set_bg_color(config, packed | UInt32(background.blue))
    }
    guard let canvas = chafa_canvas_new(config) else { return nil }
    defer { chafa_canvas_unref(canvas) }
    withOpaquePixels(of: image) { pixels in
      chafa_canvas_draw_all_pixels(
        canvas, CHAFA_PIXEL_RGBA8_UNASSOCIATED, pixels, Int32(image.width), Int32(image.height),
        Int32(image.width * 4))
    }
    guard let printed = chafa_canvas_print(canvas, information) else { return nil }
    defer { g_string_free(printed, 1) }
    let bytes = UnsafeRawBufferPointer(start: printed.pointee.str, count: Int(printed.pointee.len))
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Four bytes a pixel: of three, libchafa 1.12 takes rows whose length is no multiple of four for
  /// shorter ones.
  private static func withOpaquePixels(
    of image: PixelImage, _ body: (UnsafePointer<UInt8>) -> Void
  ) {
    let colours = image.colour().pixels
    var pixels = [UInt8](repeating: 255, count: image.width * image.height * 4)
    for index in 0..<image.width * image.height {
      for channel in 0..<3 { pixels[4 * index + channel] = colours[3 * index + channel] }
    }
    pixels.withUnsafeBufferPointer { buffer in
      if let start = buffer.baseAddress { body(start) }
    }
  }

  private static func mode(_ colours: ColourDepth) -> ChafaCanvasMode {
    switch colours {
    case .none: CHAFA_CANVAS_MODE_FGBG
    case .sixteen: CHAFA_CANVAS_MODE_INDEXED_16
    case .palette: CHAFA_CANVAS_MODE_INDEXED_240
    case .true24: CHAFA_CANVAS_MODE_TRUECOLOR
    }
  }
}
