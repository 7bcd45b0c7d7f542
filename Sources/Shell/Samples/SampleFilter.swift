import Compilation
import Datasets
import Language
import Metrics
import Notebook
import Specification
import Terminal
import Training

/// Which samples are left out of a set that is learned from.
///
/// Each sample is judged by itself, so that which ones stay depends on no others.
struct SampleFilter {
  /// Why a sample is left out.
  enum Reason: String, CaseIterable {
    case isUnsure = "a classifier does not tell as they were asked for"
    case isDisliked = "the discriminator scores low"
    case isUnusual = "lie where no examples are"
    case isCopied = "are copies of examples"
  }

  /// What is asked for.
  struct Request {
    var judge: Word?
    /// How sure the judge has to be of each label that was asked for.
    var confidence: Double?
    /// The share of samples with the lowest scores that goes.
    var score: Double?
    /// In how many neighbourhoods of examples a sample has to lie, over five.
    var density: Double?
    /// How far it has to be from the nearest example, over the median distance of an example from its nearest other one.
    var apart: Double?
    var features: FeatureChoice?

    var needsFeatures: Bool { density != nil || apart != nil }
    var isEmpty: Bool { judge == nil && score == nil && !needsFeatures }
  }

  private let request: Request
  private let labels: LabelShape?
  private let judge: PredictedLabels?
  private let tell: ((_ images: [Float], _ count: Int) -> [Float])?
  private let discriminator: Judge?
  private let extractor: (any FeatureExtractor)?
  private let neighbourhoods: NeighbourhoodScore.Neighbourhoods?
  /// The median squared distance of an example from its nearest other one.
  private let usualDistance: Double
  /// The lowest score that stays.
  private(set) var leastScore: Float = -.infinity

  /// - Parameters:
  ///   - examples: that samples are to stand beside.
  ///   - set: what the samples are made by.
  /// - Throws: a `Diagnostic` where the judge tells other labels or images, or there is no discriminator.
  init(
    _ request: Request, beside examples: Dataset, of set: SampleSet, named run: Word,
    in session: Session
  ) throws {
    self.request = request
    labels = set.specification.architecture.labels
    guard let shape = set.image else {
      throw Diagnostic("run `\(run.text)` makes points, and images are wanted", at: run.span)
    }
    (judge, tell) = try Self.judge(request, of: set, in: session)
    let backend = try session.makeBackend(nil)
    discriminator =
      request.score == nil
      ? nil : try Judge(set.specification, set.checkpoint, backend: backend)
    if request.score != nil, discriminator == nil {
      throw Diagnostic(
        "run `\(run.text)` has no discriminator whose score could be asked", at: run.span)
    }
    guard request.needsFeatures else {
      (extractor, neighbourhoods, usualDistance) = (nil, nil, 0)
      return
    }
    let source: FeatureSource
    if var choice = request.features {
      source = try choice.source(of: shape, in: session)
    } else {
      source = .network(FeatureChoice.usual)
    }
    let extractor = try source.extractor(of: shape, telling: [], backend: backend)
    var rows: [Float] = []
    let count = examples.count ?? 0
    for start in stride(from: 0, to: count, by: Self.chunk) {
      guard Interrupts.pendingCount == 0 else { throw ShellError.interrupted }
      let numbers = start..<min(start + Self.chunk, count)
      rows +=
        extractor.features(
          of: numbers.flatMap { examples.values(of: $0) }, count: numbers.count
        ).values
    }
    let matrix = FeatureMatrix(rows, count: count)
    self.extractor = extractor
    neighbourhoods = NeighbourhoodScore.Neighbourhoods(matrix)
    let distances = NearestRows(1, within: matrix).squaredDistances.sorted()
    usualDistance = distances.isEmpty ? 0 : distances[distances.count / 2]
  }

  private static let chunk = 256

  private static func judge(
    _ request: Request, of set: SampleSet, in session: Session
  ) throws -> (PredictedLabels?, (([Float], Int) -> [Float])?) {
    guard let word = request.judge, let shape = set.image else { return (nil, nil) }
    let open = try OpenClassifier(of: word, in: session)
    try open.expect(.image(shape), of: "the generator makes", at: word.span)
    guard let own = set.specification.architecture.labels else {
      throw Diagnostic(
        "run `\(set.run.name)` is asked for no labels, which a judge could tell", at: word.span)
    }
    if own.isOfNumbers {
      throw Diagnostic(
        "run `\(set.run.name)` is asked for numbers, which are not told rightly or wrongly",
        at: word.span,
        help: [
          "leave `judge` out; `evaluate REGRESSOR on` what was written says how far they are off"
        ])
    }
    guard let told = open.specification.architecture.labels, told == own else {
      throw Diagnostic(
        "run `\(open.run.name)` tells other labels than run `\(set.run.name)` is asked for",
        at: word.span, help: ["a judge has the same: `arch tell like classifier … labels=Smiling`"])
    }
    let classifier = open.classifier
    return (
      PredictedLabels(told, words: nil), { classifier.scores(of: $0, count: $1) }
    )
  }

  /// Finds out from first samples which scores are low.
  mutating func look(at images: [Float], labels: [[Float]], count: Int) {
    guard let share = request.score, let discriminator, count > 0 else { return }
    let scores = discriminator.scores(of: images, labels: labels.flatMap(\.self), count: count)
      .sorted()
    leastScore = scores[min(count - 1, Int(share * Double(count)))]
  }

  /// Why each sample is left out; nil: it stays.
  ///
  /// - Parameter labels: what each was asked for.
  func reasons(against images: [Float], labels: [[Float]], count: Int) -> [Reason?] {
    var reasons = [Reason?](repeating: nil, count: count)
    func leaveOut(_ reason: Reason, where isOut: (Int) -> Bool) {
      for place in 0..<count where reasons[place] == nil && isOut(place) { reasons[place] = reason }
    }
    if let judge, let tell {
      let all = tell(images, count)
      let (width, least) = (all.count / count, request.confidence ?? 0.5)
      leaveOut(.isUnsure) { place in
        let shares = judge.values(Array(all[place * width..<(place + 1) * width])).shares
        return zip(shares, labels[place]).contains { share, asked in
          let isOfClasses = self.labels?.isOfClasses == true
          return isOfClasses
            ? asked > 0.5 && share < least : (asked > 0.5 ? share : 1 - share) < least
        }
      }
    }
    if let discriminator, request.score != nil {
      let scores = discriminator.scores(of: images, labels: labels.flatMap(\.self), count: count)
      leaveOut(.isDisliked) { !(scores[$0] >= leastScore) }
    }
    guard let extractor, let neighbourhoods else { return reasons }
    let features = extractor.features(of: images, count: count)
    if let least = request.density {
      let densities = neighbourhoods.densities(of: features)
      leaveOut(.isUnusual) { !(densities[$0] >= least) }
    }
    if let least = request.apart {
      let distances = NearestRows(1, of: features, among: neighbourhoods.features).squaredDistances
      leaveOut(.isCopied) { !(distances[$0] >= least * least * usualDistance) }
    }
    return reasons
  }
}
