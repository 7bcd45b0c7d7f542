import MetricDescriptions
import Networks
import Randomness
import Specification
import TensorGraph
import TestSupport
import Testing

/// Plans of phases that no kind of model has, over tensors that are no network's.
@Suite struct PlanTests {
  private static let recipe = RecipeSpecification(
    generatorOptimiser: OptimiserSpecification("sgd", argument: 0, learningRate: 0.25))

  private static func metric(_ name: String) -> MetricDescription { MetricDescription(name) }

  /// A phase that draws a tensor of two numbers to the values of another and of a constant.
  private static func phase(
    _ name: String, moving tensor: FreeTensor, to target: String? = nil, and constant: Double,
    updates: Phase.UpdateCount = .fixed(1), interval: Int = 1, noise: RandomStream? = nil
  ) throws -> Phase {
    let (own, shape) = (tensor.parameter.name, Shape(tensor.parameter.shape))
    var terms = [
      LossTerm<(own: Tensor, other: Tensor)>("distance") {
        ($0.own - $0.other).squared().sum() * 0.5
      }
    ]
    terms.append(
      LossTerm("\(name)-decay", weight: TermWeight("\(name).decay") { _ in 0.5 }, interval: 3) {
        $0.own.squared().sum() * 0.5
      })
    return Phase(
      name, updating: [tensor.parameter],
      by: try PhaseOptimiser(recipe) { $0.generatorOptimiser }, updates: updates,
      interval: interval, terms: terms, columns: [],
      measured: [metric("\(name)_loss"), metric("\(name)_norm")],
      passes: { _, states in
        var other = states.graph.constant(constant, shape)
        if let target { other = other + states.value(target, shape) }
        if let noise { other = other + states.graph.random(.normal, noise, shape) }
        return (states.value(own, shape), other)
      })
  }

  private static let a = FreeTensor("free.a", [1, 2], .normal(deviation: 1))
  private static let b = FreeTensor("free.b", [1, 2], .normal(deviation: 1))
  private static let c = FreeTensor("free.c", [1, 2], .normal(deviation: 1))

  private static func plan(_ phases: [Phase], isSimultaneous: Bool = false) throws -> Plan {
    try Plan(
      networks: [], tensors: [a, b, c], phases: phases,
      updates: isSimultaneous ? .simultaneous : .sequential, batch: 1,
      measured: phases.flatMap(\.measured))
  }

  /// Takes steps with the reference evaluator.
  ///
  /// - Returns: the states, and the names of the programs of each step.
  private func states(
    of plan: Plan, steps: Int
  ) throws -> (values: [String: [Double]], programs: [[String]], readings: [String]) {
    var values: [String: [Double]] = [:]
    plan.initialStates(seed: 1) { values[$0] = $1.map(Double.init) }
    let programs = Dictionary(uniqueKeysWithValues: try plan.training().map { ($0.name, $0) })
    var counters = TrainingCounters(of: plan)
    var (executed, readings) = ([[String]](), [String]())
    for _ in 0..<steps {
      let executions = plan.executions(after: counters, dials: Self.recipe)
      executed.append(executions.map(\.program))
      readings = plan.measuring(executions).map { $0.metric.name }
      for execution in executions {
        let program = try #require(programs[execution.program])
        var inputs: [String: [Double]] = [:]
        for (name, value) in plan.inputs(
          of: execution, dials: Self.recipe, after: counters.updates)
        { inputs[name] = [Double(value)] }
        let reference = Reference(
          inputs: inputs, states: values, seed: 1, step: counters.draw(of: execution))
        let results = try reference.evaluate(program.updates.map(\.tensor))
        for (update, value) in zip(program.updates, results) { values[update.name] = value }
        counters.count(execution, examples: 0)
      }
      counters.step += 1
    }
    return (values, executed, readings)
  }

  @Test func `phases due together are one program, and each sees the updates of those before`()
    throws
  {
    let phases = [
      try Self.phase("first", moving: Self.a, and: 2),
      try Self.phase("second", moving: Self.b, to: "free.a", and: 0),
      try Self.phase("third", moving: Self.c, to: "free.b", and: 0),
    ]
    // a ← a - ¼(a - 2), with half of itself three times in the first and each third update.
    func moved(_ own: Double, to other: Double, isDecaying: Bool) -> Double {
      own - 0.25 * (own - other + (isDecaying ? 1.5 * own : 0))
    }
    for isSimultaneous in [false, true] {
      let found = try states(
        of: Self.plan(phases, isSimultaneous: isSimultaneous), steps: 4)
      let names = "+first-decay+second-decay+third-decay"
      #expect(found.programs == [["step" + names], ["step"], ["step"], ["step" + names]])
      var start: [String: [Double]] = [:]
      try Self.plan(phases).initialStates(seed: 1) { start[$0] = $1.map(Double.init) }
      var (a, b, c) = (
        try #require(start["free.a"]), try #require(start["free.b"]), try #require(start["free.c"])
      )
      #expect(Set(a + b + c).count == 6)
      for step in 0..<4 {
        for index in 0..<2 {
          let before = (a[index], b[index])
          a[index] = moved(a[index], to: 2, isDecaying: step % 3 == 0)
          b[index] = moved(
            b[index], to: isSimultaneous ? before.0 : a[index], isDecaying: step % 3 == 0)
          c[index] = moved(
            c[index], to: isSimultaneous ? before.1 : b[index], isDecaying: step % 3 == 0)
        }
      }
      for (name, expected) in [("free.a", a), ("free.b", b), ("free.c", c)] {
        #expect(expectClose(try #require(found.values[name]), expected, within: 1e-6), "\(name)")
      }
    }
  }

  @Test func `phases have intervals and numbers of updates of their own`() throws {
    let plan = try Self.plan([
      Self.phase("first", moving: Self.a, and: 2, updates: .fixed(2)),
      Self.phase("second", moving: Self.b, and: 1, interval: 2),
      Self.phase("third", moving: Self.c, and: 1, updates: .fixed(2)),
    ])
    let found = try states(of: plan, steps: 4)
    #expect(
      found.programs == [
        ["first+first-decay", "step+second-decay+third-decay", "third"],
        ["first", "first-third+first-decay", "third+third-decay"],
        ["first", "step", "third"],
        ["first+first-decay", "first-third+third-decay", "third"],
      ])
    #expect(
      found.readings == ["first_loss", "first_norm", "third_loss", "third_norm"],
      "the second has no update in the last step")
    let possible = Set(plan.possibleExecutions.map(\.program))
    #expect(possible.isSuperset(of: found.programs.joined()))
  }

  @Test func `two phases do not move one tensor`() throws {
    let error = #expect(throws: NetworksError.self) {
      try Self.plan([
        Self.phase("first", moving: Self.a, and: 2), Self.phase("second", moving: Self.a, and: 2),
      ])
    }
    #expect(
      error?.description == "free.a would be moved in the phases first and second of one plan; "
        + "this is a fault of gansh, and nothing was computed")
  }

  @Test func `what different counters count does not share a stream`() throws {
    let plan = try Self.plan([
      Self.phase("first", moving: Self.a, and: 2),
      Self.phase(
        "second", moving: Self.b, and: 1, updates: .fixed(2), noise: RandomStream(7, for: "noise")),
    ])
    let error = #expect(throws: NetworksError.self) { try plan.training() }
    #expect(
      error?.description.hasPrefix(
        "in the program `second` the random numbers of noise would be those of noise") == true)
  }
}
