package import Foundation
import GRDB
package import MetricDescriptions

/// By which metric the better runs of a sweep go on: successive halving (Jamieson and Talwalkar 2016).
package struct Halving: Sendable, Hashable, Codable {
  package var metric: String
  package var direction: MetricDirection
  /// One configuration in so many goes on, to so many times as many steps.
  package var factor: Int

  package init(metric: String, direction: MetricDirection, factor: Int) {
    (self.metric, self.direction, self.factor) = (metric, direction, factor)
  }
}

/// Many runs that one statement asks for.
package struct SweepRecord: Sendable, Hashable, Identifiable, Codable {
  package var id: Int64
  package var name: String
  /// The statement, with what parameters stood for.
  package var text: String
  package var session: Int64?
  package var made: Date
  /// Processes that were asked for last.
  package var jobs: Int
  /// Threads of each of its runs.
  package var threads: Int
  /// Nil where all runs go on to the end.
  package var halving: Halving?
  /// When somebody asked that no more of it is begun; nil if it may be.
  package var stopped: Date?

  package init(
    id: Int64 = 0, name: String, text: String, session: Int64?, made: Date = .now, jobs: Int,
    threads: Int, halving: Halving? = nil
  ) {
    self.id = id
    self.name = name
    self.text = text
    self.session = session
    self.made = made
    self.jobs = jobs
    self.threads = threads
    self.halving = halving
  }
}

extension SweepRecord {
  init(_ row: Row) throws {
    let field = Fields(row, of: "sweep")
    id = try field("id")
    name = try field("name")
    text = try field("text")
    session = try field.optional("session")
    made = try field("made")
    jobs = min(max(1, try field("jobs")), 1024)
    threads = min(max(1, try field("threads")), 1024)
    if let metric: String = try field.optional("metric") {
      halving = Halving(
        metric: metric, direction: try field.choice("direction"),
        factor: max(2, try field("factor")))
    }
    stopped = try field.optional("stopped")
  }
}

/// A run that a sweep asks for.
package struct TrialPlan: Sendable, Hashable {
  package var number: Int
  /// The number of what it has in common with runs of other seeds.
  package var configuration: Int
  package var seed: UInt64
  package var name: String
  /// What was chosen, as options of a statement: `arch=gan lr=2e-4`.
  package var settings: String
  /// The statement that runs it.
  package var statement: String
  /// Of the specification without lengths and places.
  package var fingerprint: String
  /// Steps that it is to do at first, and in all.
  package var steps: Int
  package var goal: Int

  package init(
    number: Int, configuration: Int, seed: UInt64, name: String, settings: String,
    statement: String, fingerprint: String, steps: Int, goal: Int
  ) {
    self.number = number
    self.configuration = configuration
    self.seed = seed
    self.name = name
    self.settings = settings
    self.statement = statement
    self.fingerprint = fingerprint
    self.steps = steps
    self.goal = goal
  }
}

/// A planned run and what has become of it.
package struct TrialRecord: Sendable, Hashable, Identifiable {
  /// Where it stands between the processes of a sweep.
  package enum State: String, Sendable, Hashable, Codable {
    /// It may be taken.
    case waiting
    /// A process works on it, or did when it died.
    case taken
    /// As far as it goes now.
    case done
  }

  package var id: Int64
  package var sweep: Int64
  package var plan: TrialPlan
  package var state: State
  /// The process that has taken it.
  var holder: ProcessIdentity?
  var host: String?
  var taken: Date?
  package var takings: Int
  /// Why it could not begin or go on.
  package var failure: String?
  /// Nil before it has begun, and where its run was deleted.
  package var run: RunRecord?
}

extension TrialRecord {
  /// A trial whose row has the columns of its run behind its own, if it has one.
  init(_ row: Row, run: RunRecord?) throws {
    let field = Fields(row, of: "trial")
    id = try field("id")
    sweep = try field("sweep")
    /// No number that a sweep has, but one with which sums can be made.
    func count(_ column: String) throws -> Int { min(max(0, try field(column)), 1 << 40) }
    plan = TrialPlan(
      number: try count("number"), configuration: try count("configuration"),
      seed: UInt64(bitPattern: try field("seed") as Int64), name: try field("name"),
      settings: try field("settings"), statement: try field("statement"),
      fingerprint: try field("fingerprint"), steps: try count("steps"), goal: try count("goal"))
    state = try field.choice("state")
    host = try field.optional("host")
    taken = try field.optional("taken")
    if let pid: Int = try field.optional("pid") {
      holder = ProcessIdentity(pid: pid, start: try field.optional("processStart") ?? "")
    }
    takings = try count("takings")
    failure = try field.optional("failure")
    self.run = run
  }

  /// Seconds after which a process of another host that has begun nothing is taken for dead.
  private static let silence = 600.0

  /// Whether a living process has it.
  package var isHeld: Bool {
    guard state == .taken, let holder else { return false }
    if host == HostFacts.current.name { return holder.isAlive }
    if let run, run.status == .running { return run.isAlive }
    // A clock that was ahead and has been put right takes nobody for alive until then.
    let age = -(taken ?? .distantPast).timeIntervalSinceNow
    return age > -Self.silence && age < Self.silence
  }

  /// Whether it is held by a process that is at work, or may be about to begin on this machine: nothing of another host
  /// that has begun nothing is waited for once the sweep is stopped.
  package var isAtWork: Bool { isHeld && (run != nil || host == HostFacts.current.name) }

  /// Who has it, where that is a process of another host that has begun nothing yet.
  package var holderElsewhere: String? {
    guard isHeld, !isAtWork, let holder else { return nil }
    return "process \(holder.pid) on \(host ?? "another host")"
  }

  /// Whether it is done, and did all that it was to do.
  package var isFinished: Bool { state == .done && run?.status == .finished }
}
