extension RecipeSpecification {
  /// Takes the schedules out that options have said, as turns from a step on: what glides in a recipe glides from
  /// the first step on, and what is said of a branch from where that begins.
  ///
  /// - Parameter keys: of the options that were typed.
  package mutating func takeSchedules(saidBy keys: [String], from step: Int) -> [Tweak] {
    let said = schedules.filter { schedule in
      keys.contains { RunParameters.touches(schedule.dial.rawValue, $0) }
    }
    for schedule in said { setSchedule(schedule.dial, to: nil) }
    return said.map { Tweak($0.dial, $0.setting, from: step) }
  }

  /// The options that make this recipe of another one: everything that it says, what it leaves out as neutral, and
  /// `KEY=no` for each remedy that only the other one has.
  package func options(inPlaceOf other: RecipeSpecification) -> [String] {
    let said = options
    let keys = Set(said.flatMap { RunParameters.parts(of: String($0.prefix { $0 != "=" })) })
    let neutral = Self.neutralArguments.filter { argument in
      !RunParameters.parts(of: argument.key).contains { keys.contains($0) }
    }.map { "\($0.key)=\($0.value)" }
    let removed = other.remedies.map(\.keyword).filter { strength(of: $0) == nil }
    return said + neutral + removed.map { "\($0)=no" }
  }

  /// Takes a turn of a dial for what the recipe says, in place of a schedule of its own: a number, or the schedule that
  /// it was turned to, which begins where the recipe does.
  package mutating func turn(_ tweak: Tweak) {
    if case .schedule = tweak.setting, tweak.dial.optionKey == tweak.dial.rawValue,
      tweak.dial != .penaltyWeight
    {
      setSchedule(tweak.dial, to: tweak.setting)
    } else {
      setSchedule(tweak.dial, to: nil)
    }
  }
}

extension Dial {
  /// The option of a recipe that says where it stands.
  package var optionKey: String {
    switch self {
    case .weight: Dial.penaltyWeight.rawValue
    case .firstBeta, .secondBeta: Dial.betas.rawValue
    default: rawValue
    }
  }
}
