/// The candidate that somebody who typed `word` most likely meant; nil when none is near.
///
/// Near is a Damerau–Levenshtein distance (neighbouring letters may change places) of at most a
/// third of the longer word's length, case aside; failing that, the only candidate that the word
/// begins, from three letters on.
package func nearest(to word: String, in candidates: some Sequence<String>) -> String? {
  let typed = Array(word.lowercased())
  guard !typed.isEmpty, typed.count <= 64 else { return nil }
  var best: (candidate: String, distance: Int)?
  var begun: [String] = []
  for candidate in candidates where candidate.utf8.count <= 256 {
    let letters = Array(candidate.lowercased())
    if typed.count >= 3 && letters.starts(with: typed) && !begun.contains(candidate) {
      begun.append(candidate)
    }
    let limit = max(typed.count, letters.count) / 3
    guard abs(letters.count - typed.count) <= limit else { continue }
    let distance = editDistance(typed, letters)
    if distance <= limit && distance < best?.distance ?? .max { best = (candidate, distance) }
  }
  if let best { return best.candidate }
  return begun.count == 1 ? begun.first : nil
}

/// A line of help for a word that is not among the candidates: the one that was meant, if one is
/// near, else all of them when they are few.
package func suggestion(
  for word: String, in candidates: some Collection<String>, kind: String = "known"
) -> [String] {
  if let meant = nearest(to: word, in: candidates) { return ["did you mean `\(meant)`?"] }
  guard !candidates.isEmpty, candidates.count <= 24 else { return [] }
  return ["\(kind): " + candidates.joined(separator: ", ")]
}

/// `did you mean `a`, `b` or `c`?`
package func didYouMean(_ words: [String]) -> String {
  let quoted = words.map { "`\($0)`" }
  guard let last = quoted.last, quoted.count > 1 else { return "did you mean \(quoted.joined())?" }
  return "did you mean \(quoted.dropLast().joined(separator: ", ")) or \(last)?"
}

/// A name without what differs from one program or paper to another: capitals, hyphens, underscores, blanks, and
/// the `z` of `normalize`.
package func plainName(_ name: String) -> String {
  name.lowercased().filter { $0 != "-" && $0 != "_" && !$0.isWhitespace }
    .replacing("iz", with: "is")
}

/// Insertions, deletions, substitutions and swaps of neighbours that make one of the other.
func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  if a.isEmpty { return b.count }
  if b.isEmpty { return a.count }
  var earlier = [Int](repeating: 0, count: b.count + 1)
  var previous = Array(0...b.count)
  for i in 1...a.count {
    var row = [Int](repeating: 0, count: b.count + 1)
    row[0] = i
    for j in 1...b.count {
      let cost = a[i - 1] == b[j - 1] ? 0 : 1
      row[j] = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + cost)
      if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
        row[j] = min(row[j], earlier[j - 2] + 1)
      }
    }
    (earlier, previous) = (previous, row)
  }
  return previous[b.count]
}
