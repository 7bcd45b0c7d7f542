import Foundation
import Glibc

/// The machine under a session.
package struct HostFacts: Sendable, Hashable, Codable {
  package var name: String
  /// The processor's model, as the kernel names it.
  package var cpu: String

  package init(name: String, cpu: String) {
    self.name = name
    self.cpu = cpu
  }

  /// This machine; asks no name server.
  package static let current = HostFacts(name: hostName(), cpu: processorModel())

  private static func hostName() -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
    let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func processorModel() -> String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    for line in text.split(separator: "\n") where line.hasPrefix("model name") {
      guard let colon = line.firstIndex(of: ":") else { continue }
      return line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
    }
    return "unknown"
  }
}
