import CPUBackend
import Compilation
import Foundation
import Randomness
import Testing
import Training

@Suite struct CheckpointTests {
  private static let metadata = [
    "format": "gansh checkpoint", "version": "2", "step": "12", "batches": "36", "seed": "7",
    "text": "a \"text\" with \\ and \n", "fingerprint": "f",
  ]

  /// A small checkpoint of two tensors.
  private func bytes(_ metadata: [String: String] = Self.metadata) throws -> Data {
    try withFolder { folder in
      let url = folder.appendingPathComponent("a.safetensors")
      _ = try TensorFile.write(
        to: url, metadata: metadata,
        tensors: [
          ("discriminator.block1.dense.bias", [3]), ("generator.block1.conv.weight", [2, 1]),
        ]
      ) { $0.hasPrefix("g") ? [1.5, -2] : [3, 4, 5] }
      return try Data(contentsOf: url)
    }
  }

  private func refusal(_ data: Data) -> String? {
    do {
      _ = try Checkpoint(data, name: "a")
      return nil
    } catch { return error.description }
  }

  /// A file with this header and so many bytes after it.
  private func file(_ header: String, _ count: Int) -> Data {
    let header = Array(header.utf8)
    return Data((0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header)
      + Data(count: count)
  }

  @Test func `what was written is read again`() throws {
    let checkpoint = try Checkpoint(bytes(), name: "a")
    #expect(checkpoint.step == 12 && checkpoint.seed == 7)
    #expect(checkpoint.origin?.text == Self.metadata["text"])
    #expect(checkpoint.tensors.values(of: "generator.block1.conv.weight") == [1.5, -2])
    #expect(checkpoint.tensors.values(of: "discriminator.block1.dense.bias") == [3, 4, 5])
    #expect(checkpoint.tensors.values(of: "none") == nil)
    #expect(checkpoint.tensors.tensors.map(\.shape) == [[3], [2, 1]])
  }

  @Test(arguments: ["%", "AAA=", "AAAAAAA=", "AADAfw=="])
  func `last steps that cannot be read are refused`(text: String) throws {
    var metadata = Self.metadata
    metadata["window.fake_scores"] = "AACAPwAAAEA="
    #expect(try refusal(bytes(metadata)) == nil)
    metadata["window.fake_scores"] = text
    #expect(
      try refusal(bytes(metadata))?.contains("what its last steps measured cannot be read") == true)
  }

  @Test(arguments: [
    ("updates", "{\"generator\":-1}", "no run has updates -1 of generator after 12 steps"),
    ("updates", "[]", "its updates cannot be read"),
    ("draws", "{\"generator\":1e30}", "its draws cannot be read"),
    ("position", "12001", "no run has position 12001 after 12 steps"),
    ("examples", "", "its examples cannot be read"),
  ])
  func `counts that no run has are refused`(key: String, value: String, reason: String) throws {
    var metadata = Self.metadata
    metadata["version"] = "3"
    let counts = [
      "updates": "{\"generator\":12}", "draws": "{}", "position": "12", "examples": "48",
    ]
    metadata.merge(counts) { $1 }
    #expect(try refusal(bytes(metadata)) == nil)
    metadata[key] = value
    #expect(
      try refusal(bytes(metadata))
        == "a cannot be read as a checkpoint: \(reason); go on from an earlier one")
  }

  @Test func `numbers are the same whatever is said beside them`() throws {
    var metadata = Self.metadata
    metadata["text"] = "another and longer text"
    let (one, other) = (
      try Checkpoint(bytes(), name: "a"), try Checkpoint(bytes(metadata), name: "b")
    )
    #expect(one.digest != other.digest && one.tensors.holdsNumbers(of: other.tensors))
    var changed = try bytes()
    changed[changed.endIndex - 1] ^= 1
    #expect(try !one.tensors.holdsNumbers(of: Checkpoint(changed, name: "c").tensors))
  }

  @Test func `every truncation is refused`() throws {
    let data = try bytes()
    for count in 0..<data.count {
      #expect(refusal(data.prefix(count)) != nil, "\(count) bytes of \(data.count)")
    }
  }

  @Test func `no change of bits crashes the reader, and the digest finds each`() throws {
    try withFolder { folder in
      let url = folder.appendingPathComponent("a.safetensors")
      let data = try bytes()
      try data.write(to: url)
      let digest = try TensorFile.write(
        to: folder.appendingPathComponent("b"), metadata: Self.metadata,
        tensors: [
          ("discriminator.block1.dense.bias", [3]), ("generator.block1.conv.weight", [2, 1]),
        ]
      ) { $0.hasPrefix("g") ? [1.5, -2] : [3, 4, 5] }.digest
      _ = try Checkpoint(data, name: "a", digest: digest)
      let philox = Philox(seed: 20, stream: 0)
      for round in 0..<3000 {
        var changed = data
        for change in 0...round % 3 {
          let word = Int(philox.word(round * 4 + change))
          changed[word / 8 % data.count] ^= 1 << UInt8(word % 8)
        }
        guard changed != data else { continue }
        _ = refusal(changed)
        #expect(throws: TrainingError.self) {
          try Checkpoint(changed, name: "a", digest: digest)
        }
      }
    }
  }

  @Test(arguments: [
    ("{}", 0, "gansh did not write it"),
    ("[1]", 0, "its header is not that of a safetensors file"),
    (
      #"{"a":{"dtype":"U16","shape":[2],"data_offsets":[0,4]}}"#, 4,
      "tensor a holds U16, wanted F32, F64, F16, BF16 or I64"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4,
      "tensor a has the impossible shape [-1]"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[4611686018427387904,8],"data_offsets":[0,4]}}"#, 4,
      "tensor a has the impossible shape [4611686018427387904, 8]"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 4,
      "tensor a lies at [0, 8], outside of the file"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, 8,
      "tensor a lies at [8, 0], outside of the file"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4,
      "tensor a of shape [2] has 4 bytes, wanted 8"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
      4, "tensor b overlaps another"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8,
      "there is a hole before tensor a"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 8,
      "4 bytes at its end belong to nothing"
    ),
    (
      #"{"__metadata__":{"format":"gansh checkpoint","version":"9"}}"#, 0,
      "it was written by a newer gansh (version 9 of the format)"
    ),
    (
      #"{"__metadata__":{"format":"gansh checkpoint","version":"1","step":"-3"}}"#, 0,
      "its step or seed is missing"
    ),
    (
      #"{"__metadata__":{"format":"gansh checkpoint","version":"2","step":"1","batches":"1","seed":"1"}}"#,
      0, "its text or fingerprint is missing"
    ),
    (
      #"{"__metadata__":{"format":"gansh checkpoint","version":"1","step":"9223372036854775807","batches":"9223372036854775807","seed":"1"}}"#,
      0, "no run takes 9223372036854775807 steps"
    ),
    (
      #"{"__metadata__":{"format":"gansh checkpoint","version":"1","step":"2","batches":"201","seed":"1"}}"#,
      0, "no run has batches 201 after 2 steps"
    ),
  ])
  func `a wrong file is refused with the reason`(header: String, count: Int, reason: String) {
    #expect(
      refusal(file(header, count))
        == "a cannot be read as a checkpoint: \(reason); go on from an earlier one")
  }

  /// More of them are tried with GANSH_CHECKPOINTS=1000000.
  @Test func `no well-formed checkpoint with hostile values brings a run down`() throws {
    let count =
      ProcessInfo.processInfo.environment["GANSH_CHECKPOINTS"].flatMap(Int.init) ?? 2_000
    let specification = TinyRun.specification(steps: 6)
    let dataset = try TinyRun.dataset(specification)
    try withFolder { folder in
      _ = try TinyRun.run(specification, in: folder, stoppingAfter: 3)
      let name = try #require(
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().last)
      let good = try TensorFile(contentsOf: folder.appendingPathComponent(name))
      let philox = Philox(seed: 33, stream: 0)
      var taken = 0
      for round in 0..<count {
        var edit = HostileEdit(philox: philox, at: round * 64)
        let data = edit.file(of: good)
        do throws(TrainingError) {
          let checkpoint = try Checkpoint(data, name: "a")
          #expect(checkpoint.step >= 0)
          // Building a trainer takes most of the time: a part of those that can be read go on.
          guard round % 50 == 0 || taken < 5 else { continue }
          do {
            var trainer = try Trainer(
              specification, dataset: dataset, backend: CPUBackend(threads: 1), from: checkpoint)
            #expect(!trainer.advance().isEmpty)
            taken += 1
          } catch { #expect(!"\(error)".isEmpty) }
        } catch { #expect(!error.description.isEmpty) }
      }
      #expect(taken > 0)
    }
  }

  @Test func `a header longer than the file is refused`() {
    let data = Data([255, 255, 255, 255, 255, 255, 255, 255, 123, 125])
    #expect(refusal(data)?.contains("its header of 18446744073709551615 bytes") == true)
  }

  @Test func `a value that is not finite is not written, and nothing is left behind`() throws {
    try withFolder { folder in
      let url = folder.appendingPathComponent("a.safetensors")
      #expect(throws: TrainingError.notFinite(state: "w")) {
        try TensorFile.write(to: url, metadata: [:], tensors: [("w", [2])]) { _ in [1, .nan] }
      }
      let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(left.isEmpty)
    }
  }

  @Test func `what has the name already is not replaced`() throws {
    try withFolder { folder in
      let url = folder.appendingPathComponent("a.safetensors")
      try Data([1, 2, 3]).write(to: url)
      #expect(throws: TrainingError.self) {
        try TensorFile.write(to: url, metadata: [:], tensors: [("w", [2])]) { _ in [1, 2] }
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.safetensors"])
      #expect(try Data(contentsOf: url) == Data([1, 2, 3]))
    }
  }
}
