import Datasets
import Foundation
import Images
import Specification
import Testing

@Suite struct LabelTableTests {
  let scratch: Scratch
  init() throws {
    scratch = try Scratch()
    for (number, name) in ["a/1.png", "a/2.png", "b/2.png", "c.png"].enumerated() {
      try scratch.write(Sample.png(number), "images/\(name)")
    }
  }

  func open(_ table: String) throws -> Dataset {
    let path = try scratch.write(table, "labels.csv")
    return try Dataset.open(
      DatasetSpecification(
        source: .folder(path: scratch.path + "/images", labels: .file(path)),
        preprocessing: Sample.preprocessing()), cacheDirectory: scratch.cache)
  }

  func fault(_ table: String) -> String? {
    let error = #expect(throws: DatasetError.self) { try open(table) }
    return error?.description.replacingOccurrences(of: scratch.path + "/labels.csv", with: "TABLE")
  }

  @Test func `columns are yes or no, numbers, or words, by what they hold`() throws {
    let dataset = try open(
      #"""
      file,smiling,glasses,age,"hair, colour",sex
      a/1.png,1,yes,31,"dark ""brown""",f
      a/2.png,0,no,4.5,fair,m
      b/2.png,,,,,
      c.png,1,No,-2e1,fair,f

      """#)
    let labels = try #require(dataset.labels)
    #expect(dataset.notes == [])
    #expect(labels.columns.map(\.name) == ["smiling", "glasses", "age", "hair, colour", "sex"])
    #expect(labels.columns[0].values == .boolean([1, -1, 0, 1]))
    #expect(labels.columns[1].values == .boolean([1, -1, 0, -1]))
    guard case .number(let ages) = labels.columns[2].values else {
      Issue.record("ages are numbers")
      return
    }
    #expect(ages[0] == 31 && ages[1] == 4.5 && ages[2].isNaN && ages[3] == -20)
    #expect(
      labels.columns[3].values
        == .category(words: ["dark \"brown\"", "fair"], indices: [0, 1, -1, 1]))
    #expect(
      labels.names == [
        "smiling", "glasses", "hair, colour=dark \"brown\"", "hair, colour=fair", "sex=f", "sex=m",
      ])
    #expect(labels.examples(with: "sex=f") == [0, 3])
    #expect(labels.value(of: 4, for: 2) == 0)
    #expect(!labels.exclusive)
  }

  @Test func `zeros, ones and minus ones together are numbers`() throws {
    let labels = try #require(try open("file,x\na/1,1\na/2.png,0\nb/2,-1\n").labels)
    guard case .number = labels.columns[0].values else {
      Issue.record("three values are no yes or no")
      return
    }
  }

  @Test func `files are named by path, by name, or without a suffix`() throws {
    let dataset = try open("x;image_id\r\nyes;1.png\r\nno;b/2\r\nno;./a/2.png\r\nyes;c")
    #expect(dataset.notes == [])
    #expect(dataset.labels?.columns[0].values == .boolean([1, -1, -1, 1]))
    // Two files are called 2.png, so that the name alone names neither.
    let other = try open("file\tx\n2.png\t1\nc.png\t1\nd.png\t0\n")
    #expect(other.labels?.columns[0].values == .boolean([0, 0, 0, 1]))
    #expect(
      other.notes == [
        "3 images have no row in \(scratch.path)/labels.csv",
        "2 rows of \(scratch.path)/labels.csv name no image of the folder",
      ])
  }

  @Test func `images that are skipped take their rows with them`() throws {
    try scratch.write("no image", "images/a/2.png")
    let dataset = try open("file,x\na/1.png,1\na/2.png,0\nb/2.png,0\nc.png,1\n")
    #expect(dataset.count == 3)
    #expect(dataset.labels?.columns[0].values == .boolean([1, -1, 1]))
  }

  @Test func `a table that is none is told by line`() throws {
    #expect(fault("") == "TABLE, line 1: it is empty; expected a line of column names")
    #expect(
      fault("file\nc.png\n") == "TABLE, line 1: it has the column `file` alone; "
        + "expected a column of file names and one for each label")
    #expect(fault("file,x\nc.png,1,2\n") == "TABLE, line 2: has 3 fields, expected 2")
    #expect(fault("file,x,x\n") == "TABLE, line 1: two columns are called `x`")
    #expect(
      fault("file,x\n\"c\n.png,1\n")
        == "TABLE, line 2: a quote is opened and never closed")
    #expect(
      fault("file,x\n\"c\".png,1\n")
        == "TABLE, line 2: text follows a closing quote; double a quote inside")
    #expect(fault("file,x\n\nc.png,1\nc,0\n") == "TABLE, line 4: `c` has two rows")
    #expect(
      fault("c.png,1\na/1.png,0\n") == "TABLE, line 1: it names an image; "
        + "the first line should hold the names of the columns")
    #expect(
      fault("file,x\nq.png,1\n") == "TABLE, line 2: none of its 1 rows names an image of the "
        + "folder, the first of them `q.png`")
    #expect(fault("file,x\nc.png,\n") == "TABLE, line 1: none of its columns is a label")
  }

  @Test func `a table that is not there is an error with its path`() throws {
    let error = #expect(throws: DatasetError.self) {
      try Dataset.open(
        DatasetSpecification(
          source: .folder(path: scratch.path + "/images", labels: .file("./no/where.csv")),
          preprocessing: Sample.preprocessing()), cacheDirectory: scratch.cache)
    }
    #expect(
      error?.description
        == "nothing is at ./no/where.csv; expected a table of labels, with commas between its columns"
    )
  }
}
