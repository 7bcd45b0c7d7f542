import Language

extension Preprocessing {
  /// The options of `data` that say how images are prepared, for completion.
  static func optionKeys(_ images: SourceSignature.Images) -> [String] {
    ["size", "channels", "grey", "flip"] + (images.crop == nil ? [] : ["crop", "filter"])
      + (images.mayBeTransparent ? ["background"] : [])
  }

  /// What options say.
  ///
  /// - Parameter images: what there is where nothing is said.
  init(
    parsing options: inout OptionReader, _ images: SourceSignature.Images
  ) throws(Diagnostic) {
    var (height, width) = (images.size, images.size)
    if let term = options.take("size") {
      let size = try term.size(counts: [1, 2], in: Limits.imageSide, for: "size", like: "64x64")
      (height, width) = (size[0], size.count > 1 ? size[1] : size[0])
    }
    let channels = try Self.channels(&options) ?? images.channels
    let flip = try options.take("flip")?.flag(for: "flip") ?? false
    guard let crop = images.crop else {
      self.init(
        height: height, width: width, channels: channels, crop: .none, filter: .lanczos, flip: flip,
        isCut: false)
      return
    }
    let background = images.mayBeTransparent ? options.take("background") : nil
    self.init(
      height: height, width: width, channels: channels,
      crop: try options.take("crop").map(Crop.init(parsing:)) ?? crop,
      filter: try options.take("filter")?.choice(of: ResizeFilter.self, for: "filter") ?? .lanczos,
      flip: flip, background: try background.map(Background.init(parsing:)) ?? .white)
  }

  /// What a stored text says, of whatever source; nil for points, of which no size is said.
  init?(stored options: inout OptionReader) throws(Diagnostic) {
    guard options.span(of: "size") != nil else { return nil }
    let isCut = options.span(of: "crop") != nil
    try self.init(
      parsing: &options, SourceSignature.Images(crop: isCut ? .centre : nil, files: .pictures))
  }

  private static func channels(_ options: inout OptionReader) throws(Diagnostic) -> Int? {
    let (channels, grey) = (options.take("channels"), options.take("grey"))
    if channels != nil, let grey {
      throw Diagnostic("give `channels` or `grey`, not both", at: grey.span)
    }
    if let grey { return try grey.flag(for: "grey") ? 1 : 3 }
    guard let channels else { return nil }
    return Int(try channels.choice(from: ["1", "3"], for: "channels"))
  }
}

extension Preprocessing: CustomStringConvertible {
  /// The options that say it.
  package var description: String {
    var parts = [height == width ? "size=\(height)" : "size=\(height)x\(width)"]
    parts.append("channels=\(channels)")
    if isCut {
      parts += ["crop=\(crop)", "filter=\(filter.rawValue)"]
      if background != .white { parts.append("background=\(word("\(background)"))") }
    }
    return (parts + ["flip=\(yesOrNo(flip))"]).joined(separator: " ")
  }
}
