import Randomness
import TestSupport
import Testing

/// What numpy computes from the definition; made by Tests/Fixtures/philox.py.
struct PhiloxFixture: Decodable {
  let knownAnswers: [KnownAnswer]
  let cases: [Case]

  struct KnownAnswer: Decodable {
    let counter, key, words: [UInt32]
  }

  struct Case: Decodable {
    let seed: UInt64
    let stream: UInt64
    let step: UInt32
    let first: Int
    let words, uniformBits: [UInt32]
    let normals: [Float]

    var philox: Philox { Philox(seed: seed, stream: stream, step: step) }
  }

  static func load() throws -> PhiloxFixture {
    try Fixture.json("randomness/philox.json", as: PhiloxFixture.self)
  }
}

struct PhiloxTests {
  @Test func `the words are those that Random123 publishes`() throws {
    let published = try PhiloxFixture.load().knownAnswers
    #expect(published.count == 3)
    func wide(_ low: UInt32, _ high: UInt32) -> UInt64 { UInt64(high) << 32 | UInt64(low) }
    for answer in published {
      let (counter, key) = (answer.counter, answer.key)
      let philox = Philox(
        seed: wide(key[0], key[1]), stream: wide(counter[2], counter[1]), step: counter[3])
      let block = philox.block(counter[0])
      #expect([block.0, block.1, block.2, block.3] == answer.words, "counter \(counter)")
    }
  }

  @Test func `words are the same bits as the definition gives in numpy`() throws {
    for test in try PhiloxFixture.load().cases {
      #expect(test.words.indices.map { test.philox.word(test.first + $0) } == test.words)
    }
  }

  @Test func `uniforms are the same bits and lie strictly between 0 and 1`() throws {
    for test in try PhiloxFixture.load().cases {
      let uniforms = test.words.indices.map { test.philox.uniform(test.first + $0) }
      #expect(uniforms.map(\.bitPattern) == test.uniformBits)
      #expect(uniforms.allSatisfy { $0 > 0 && $0 < 1 })
    }
    #expect(Philox.uniform(0) == 0x1p-24)
    #expect(Philox.uniform(.max) == 1 - 0x1p-24)
  }

  @Test func `normals differ from numpy's by the last bit at most`() throws {
    for test in try PhiloxFixture.load().cases {
      for (offset, expected) in test.normals.enumerated() {
        let value = test.philox.normal(test.first + offset)
        #expect(abs(value - expected) <= expected.ulp, "index \(test.first + offset)")
      }
    }
  }

  @Test func `normals that are filled in are those of their indices`() {
    let philox = Philox(seed: 3 + 5 << 32, stream: 9 + 1 << 32, step: 2)
    for (first, count) in [(8, 11), (0, 5000), (4 * 4_194_300, 513)] {
      var values = [Float](repeating: .nan, count: count)
      values.withUnsafeMutableBufferPointer { philox.fillNormals($0, from: first) }
      for (offset, value) in values.enumerated() {
        #expect(abs(value - philox.normal(first + offset)) < 2e-6, "index \(first + offset)")
      }
    }
    philox.fillNormals(UnsafeMutableBufferPointer(start: nil, count: 0))
  }

  @Test func `a hundred thousand normals have the moments of a standard normal`() {
    let philox = Philox(seed: 11, stream: 5)
    let count = 100_000
    var (sum, squares, fourths) = (0.0, 0.0, 0.0)
    for index in 0..<count {
      let value = Double(philox.normal(index))
      sum += value
      squares += value * value
      fourths += value * value * value * value
    }
    let many = Double(count)
    // Five standard errors: of the mean 1/√n, of the square √(2/n), of the fourth power √(96/n).
    #expect(abs(sum / many) < 5 / many.squareRoot())
    #expect(abs(squares / many - 1) < 5 * (2 / many).squareRoot())
    #expect(abs(fourths / many - 3) < 5 * (96 / many).squareRoot())
  }

  @Test func `another seed, stream, step or index gives other words`() {
    let plain = Philox(seed: 7, stream: 3, step: 2)
    let words = [
      plain.word(0), plain.word(1), plain.word(4), Philox(seed: 8, stream: 3, step: 2).word(0),
      Philox(seed: 7 + 1 << 32, stream: 3, step: 2).word(0),
      Philox(seed: 7, stream: 4, step: 2).word(0), Philox(seed: 7, stream: 3, step: 3).word(0),
      Philox(seed: 7, stream: 3 + 1 << 32, step: 2).word(0),
    ]
    #expect(Set(words).count == words.count)
    #expect(plain.word(0) == Philox(seed: 7, stream: 3, step: 2).word(0))
  }
}
