import Language
import Specification

/// What a source is asked for, read by its signature.
struct SourceArguments: Sendable {
  private let values: [String: String]

  /// - Throws: `.unusable` for what the source does not take.
  init(_ source: SourceSpecification, _ signature: SourceSignature) throws(DatasetError) {
    do { values = try signature.values(of: source) } catch { throw .unusable(error.message) }
  }

  subscript(_ name: String) -> String { values[name] ?? "" }

  var path: String { self["path"] }
  var labels: LabelSource { LabelSource(self["labels"]) }

  func integer(_ name: String) -> Int { Int(self[name]) ?? 0 }
  func number(_ name: String) -> Double { Numeral.number(self[name][...]) ?? 0 }
  func seed(_ name: String) -> UInt64 { UInt64(self[name]) ?? 0 }

  /// A part by its word.
  func split<Split: RawRepresentable>(_ standard: Split) -> Split where Split.RawValue == String {
    Split(rawValue: self["split"]) ?? standard
  }
}
