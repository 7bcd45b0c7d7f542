import Foundation

/// The target that the environment names. libFuzzer calls from one thread.
nonisolated(unsafe) private var target: (any FuzzTarget)?

@_cdecl("LLVMFuzzerInitialize")
public func initialise(
  _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutableRawPointer
) -> CInt {
  let name = ProcessInfo.processInfo.environment["GANSH_FUZZ_TARGET"] ?? ""
  guard let type = FuzzTargets.all.first(where: { $0.name == name }) else {
    let names = FuzzTargets.all.map { $0.name }.joined(separator: ", ")
    leave("GANSH_FUZZ_TARGET names no target: \(names)")
  }
  do { target = try type.init() } catch { leave("\(name): \(error)") }
  return 0
}

private func leave(_ message: String) -> Never {
  FileHandle.standardError.write(Data((message + "\n").utf8))
  exit(2)
}

@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  target?.read(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}
