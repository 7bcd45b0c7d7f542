import Testing

import Terminal

@Suite struct PromptMarksTests {
  @Test(
    arguments: [
      ("runs", "runs"), ("In [3]: runs", "runs"), ("  In [12]:  runs", " runs"),
      ("gansh> runs", "runs"), ("   ...:   dense 1 }", "  dense 1 }"), ("In [1]:", ""),
      ("In [1]: In [2]: runs", "runs"), ("In [x]: runs", "In [x]: runs"),
      ("In [3]:runs", "In [3]:runs"), ("a\n b", "a\n b"),
      (
        "In [1]: arch x {\n   ...:   dense 1 }\nx: points\nIn [2]: runs\nname  status",
        "arch x {\n  dense 1 }\nruns"
      ),
      ("gansh> a\nan answer\ngansh> b\n", "a\nb"),
    ] as [(String, String)])
  func `prompts go, and with them what was answered`(copied: String, statements: String) {
    #expect(PromptMarks.removed(from: copied) == statements)
  }
}
