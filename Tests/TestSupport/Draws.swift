/// Draws that are a function of a seed: SplitMix64.
package struct Draws: Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 0x1234_5678_9abc_def1 }

  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
  }

  /// 0 to `bound` - 1.
  package mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(bound, 1))) }

  /// True once in so many draws.
  package mutating func once(in count: Int) -> Bool { below(count) == 0 }

  package mutating func one<Element>(of choices: [Element]) -> Element {
    choices[below(choices.count)]
  }

  /// A number of single precision in (-1, 1).
  package mutating func value() -> Double {
    Double(Float(Double(next() >> 40) + 0.5) / Float(1 << 23) - 1)
  }
}
