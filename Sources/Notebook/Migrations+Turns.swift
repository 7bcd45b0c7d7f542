extension Migrations {
  /// Turns of dials go by the order in which they were asked for, in the view as well: a run that was killed
  /// and goes on from before some of its turns may be turned at their steps again, and what was asked for
  /// last counts.
  static let turns = """
    DROP VIEW parameters;
    CREATE VIEW parameters AS
      SELECT run.name AS run, p.key AS key,
        CASE WHEN p.key = 'steps' THEN run.stepsPlanned WHEN instr(p.text, ':') THEN p.text
          ELSE ifnull(p.number, p.text) END AS value
      FROM run JOIN parameter p ON p.run = run.id
      WHERE NOT EXISTS (SELECT 1 FROM tweak WHERE tweak.run = run.id AND step IS NOT NULL)
        AND (p.whole IS NULL
          OR NOT EXISTS (SELECT 1 FROM parameter w WHERE w.run = p.run AND w.key = p.whole))
      UNION ALL
      SELECT run.name, entry.value ->> 0,
        CASE WHEN entry.value ->> 0 = 'steps' THEN run.stepsPlanned ELSE entry.value ->> 1 END
      FROM run JOIN json_each(settings(run.text, run.stepsDone,
        (SELECT group_concat(step || ' ' || dial || ' ' || setting, char(10)) FROM
          (SELECT * FROM tweak WHERE tweak.run = run.id AND step IS NOT NULL ORDER BY id))
      )) AS entry
      WHERE EXISTS (SELECT 1 FROM tweak WHERE tweak.run = run.id AND step IS NOT NULL);
    """
}
