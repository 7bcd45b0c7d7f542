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
}
