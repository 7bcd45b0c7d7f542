import Datasets
import Foundation
import Images
import Specification
import TestSupport
import Testing

@Suite struct LabelTableTests {
  let scratch: Scratch
  init() throws {
    scratch = try Scratch()
    for (number, name) in ["a/1.png", "a/2.png", "b/2.png", "c.png"].enumerated() {
      try scratch.write(Sample.png(number), "images/\(name)")
    }
  }

  func open(_ table: String) throws -> Dataset { try open(bytes: Array(table.utf8)) }

  func open(bytes table: [UInt8]) throws -> Dataset {
    let path = try scratch.write(Data(table), "labels.csv")
    return try Dataset.open(
      DatasetSpecification(
        source: .folder(path: scratch.path + "/images", labels: .file(path)),
        preprocessing: Sample.preprocessing()), cacheDirectory: scratch.cache)
  }

  func fault(_ table: String) -> String? {
    let error = #expect(throws: DatasetError.self) { try open(table) }
    return error?.description.replacingOccurrences(of: scratch.path + "/labels.csv", with: "TABLE")
  }

  /// The notes of an opening, with `TABLE` in place of the path.
  func notes(_ dataset: Dataset) -> [String] {
    dataset.notes.map {
      $0.replacingOccurrences(of: scratch.path + "/labels.csv", with: "TABLE")
    }
  }

  /// A table of one column `x` over the four images, in their order.
  func column(_ fields: String..., separator: String = ",") throws -> (
    values: LabelColumn.Values?, notes: [String]
  ) {
    let names = ["a/1.png", "a/2.png", "b/2.png", "c.png"]
    let rows = zip(names, fields).map { "\($0)\(separator)\($1)" }
    let dataset = try open((["file\(separator)x"] + rows).joined(separator: "\n"))
    return (dataset.labels?.columns.first?.values, notes(dataset))
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
        "3 images have no row in \(scratch.path)/labels.csv, the first: `a/1.png`",
        "1 row of \(scratch.path)/labels.csv names no image of the folder, the first on line 4: "
          + "`d.png`",
        "1 row of \(scratch.path)/labels.csv names several images, the first on line 2: `2.png` "
          + "may be `a/2.png` or `b/2.png`; write the folder before the name",
      ])
  }

  @Test func `images that are skipped take their rows with them`() throws {
    try scratch.write("no image", "images/a/2.png")
    let dataset = try open("file,x\na/1.png,1\na/2.png,0\nb/2.png,0\nc.png,1\n")
    #expect(dataset.count == 3)
    #expect(dataset.labels?.columns[0].values == .boolean([1, -1, 1]))
    #expect(notes(dataset) == [])
    // What is no example lacks no row.
    for opening in ["the first", "from the cache"] {
      #expect(
        notes(try open("file,x\na/1.png,1\nc.png,1\n")) == [
          "1 image has no row in TABLE, the first: `b/2.png`"
        ], "\(opening)")
    }
  }

  @Test func `decimal commas between commas are told, with two ways out`() throws {
    let way =
      " is read as two fields: if it is one number with a decimal comma, write it in quotes, or "
      + "separate the fields with semicolons and begin the table with the line `sep=;`"
    #expect(
      fault("file,age\na/1.png,31\nc.png,22,5\n")
        == "TABLE, line 3: has 3 fields, expected 2; `22,5`" + way)
    #expect(
      fault("file,x\n1,-2,25\n") == "TABLE, line 2: has 3 fields, expected 2; `-2,25`" + way)
    #expect(fault("file,x\na/1.png,1.5,2\n") == "TABLE, line 2: has 3 fields, expected 2")
    // Both ways lead out.
    for table in ["file,age\nc.png,\"22,5\"\n", "sep=;\nfile;age\nc.png;22,5\n"] {
      let ages = try open(table).labels?.columns.first?.values
      guard case .number(let ages)? = ages, ages.last == 22.5 else {
        Issue.record("\(table)")
        continue
      }
    }
  }

  @Test func `a table that is none is told by line`() throws {
    #expect(fault("") == "TABLE, line 1: it is empty; expected a line of column names")
    #expect(
      fault("file\nc.png\n") == "TABLE, line 1: it has the column `file` alone; "
        + "expected a column of file names and one for each label")
    #expect(fault("file,x\nc.png,1,b\n") == "TABLE, line 2: has 3 fields, expected 2")
    #expect(fault("file,x,x\n") == "TABLE, line 1: two columns are called `x`")
    #expect(
      fault("file,x\n\"c\n.png,1\n")
        == "TABLE, line 2: a quote is opened and never closed")
    #expect(
      fault("file,x\n\"c\".png,1\n")
        == "TABLE, line 2: text follows a closing quote; double a quote inside")
    #expect(
      fault("file,x\n\nc.png,1\nc,0\n")
        == "TABLE, line 4: `c.png` has two rows: line 3 (`c.png`) and line 4 (`c`); take one of them "
        + "out, or write which folder the image is in where two are meant")
    #expect(
      fault("c.png,1\na/1.png,0\n") == "TABLE, line 1: it names an image; "
        + "the first line should hold the names of the columns")
    #expect(
      fault("file,x\nq.png,1\n") == "TABLE, line 2: none of its 1 row names an image of the "
        + "folder, line 2: `q.png`")
    #expect(
      fault("file,x\n2.png,1\n") == "TABLE, line 2: none of its 1 row names one image of the "
        + "folder, line 2: `2.png` may be `a/2.png` or `b/2.png`")
    #expect(
      fault("file,x\n") == "TABLE, line 1: it has no rows below the names of columns")
    #expect(
      fault("d.png,1\na/1.png,0\n") == "TABLE, line 1: it names an image; "
        + "the first line should hold the names of the columns")
    #expect(fault("file,x\nc.png\n") == "TABLE, line 2: has 1 field, expected 2")
    #expect(fault("file,x\nc.\0png,1\n") == "TABLE, line 2: it holds a zero byte and so is no text")
  }

  @Test func `missing words leave a column what it is`() throws {
    for missing in ["nan", "NaN", "NA", "N/A", "null", "-", "", "  ", "\u{2014}"] {
      let (values, notes) = try column("31", missing, "19", "60.5")
      guard case .number(let ages) = values else {
        Issue.record("\(missing) made numbers words")
        continue
      }
      #expect(ages[0] == 31 && ages[1].isNaN && ages[2] == 19 && ages[3] == 60.5)
      #expect(notes == [], "\(missing)")
      #expect(try column("yes", missing, "no", "no").values == .boolean([1, 0, -1, -1]))
    }
  }

  @Test(arguments: [
    (["31,5", "22,5", "19,5", "60"], [31.5, 22.5, 19.5, 60]),
    (["\u{2212}1.5", "2", "+19", "-60"], [-1.5, 2, 19, -60]),
    (["1,000", "2,500.5", "12,345,678", "7"], [1000, 2500.5, 12_345_678, 7]),
    (["1.000", "2.500,5", "12.345.678", "7"], [1000, 2500.5, 12_345_678, 7]),
    (["1.000", "2.5", ".5", "1e3"], [1, 2.5, 0.5, 1000]),
    (["1 000", "2\u{A0}500,5", "12'345", "7"], [1000, 2500.5, 12345, 7]),
    (["31,5", "22.5", "19.5", "60.25"], [31.5, 22.5, 19.5, 60.25]),
  ])
  func `numbers are read as several countries write them`(fields: [String], numbers: [Double])
    throws
  {
    let quoted = fields.map { "\"\($0)\"" }
    let (values, notes) = try column(quoted[0], quoted[1], quoted[2], quoted[3])
    #expect(values == .number(numbers))
    #expect(notes == [])
  }

  @Test func `what one comma means is said where nothing tells`() throws {
    let thousands = try column("\"1,000\"", "\"2,500\"", "7", "8")
    #expect(thousands.values == .number([1000, 2500, 7, 8]))
    #expect(
      thousands.notes == [
        "`x` in TABLE: `1,000` on line 2 is read as 1000, with a comma between thousands"
      ])
    // Where semicolons separate, commas are for decimals.
    let decimals = try column("1,000", "2,500", "7", "8", separator: ";")
    #expect(decimals.values == .number([1, 2.5, 7, 8]))
    #expect(
      decimals.notes == ["`x` in TABLE: `1,000` on line 2 is read as 1, with a decimal comma"])
  }

  @Test(arguments: ["0x1F", "12,34,567", "1e999", "inf", "1.2.3", "--1", "1,2,3", "4 5"])
  func `what is no number makes words, and its line is named`(odd: String) throws {
    let (values, notes) = try column("31", "\"\(odd)\"", "31", "60")
    guard case .category = values else {
      Issue.record("\(odd) is no number")
      return
    }
    #expect(
      notes == ["`x` in TABLE is read as words, since line 3 holds `\(odd)`, which is no number"])
  }

  @Test func `yes and no stand in any letters`() throws {
    #expect(try column("Yes", "NO", "TRUE", "false").values == .boolean([1, -1, 1, -1]))
    #expect(try column("1.0", "0.0", "nan", "1.0").values == .boolean([1, -1, 0, 1]))
    let (values, notes) = try column("yes", "no", "maybe", "no")
    #expect(values == .category(words: ["maybe", "no", "yes"], indices: [2, 1, 0, 1]))
    #expect(
      notes == [
        "`x` in TABLE is read as words, since line 4 holds `maybe`, which is neither yes nor no"
      ])
  }

  @Test func `one field in twenty may be something else and is unknown`() throws {
    let names = (0..<40).map { "many/\($0).png" }
    for (number, name) in names.enumerated() {
      try scratch.write(Sample.png(number), "images/\(name)")
    }
    let rows = names.enumerated().map { index, name in
      "\(name),\(index == 7 ? "abt 30" : index == 9 ? "?" : "\(index)"),"
        + (index == 5 ? "maybe" : index % 2 == 0 ? "yes" : "no")
    }
    let dataset = try open((["file,age,glad"] + rows).joined(separator: "\n"))
    let labels = try #require(dataset.labels)
    guard case .number(let ages) = labels.columns[0].values,
      case .boolean(let glad) = labels.columns[1].values
    else {
      Issue.record("two fields of forty decided over a column")
      return
    }
    #expect(ages.count { $0.isNaN } == 6 && glad.count { $0 == 0 } == 5)
    #expect(
      notes(dataset) == [
        "4 images have no row in TABLE, the first: `a/1.png`",
        "`age` in TABLE: 2 fields are no number and count as unknown, the first on line 9: `abt 30`",
        "`glad` in TABLE: 1 field is no yes or no and counts as unknown, the first on line 7: `maybe`",
      ])
  }

  @Test func `words of which each occurs once label nothing`() throws {
    let captions = try column("one face", "two faces", "three faces", "four faces")
    #expect(captions.values == nil)
    #expect(captions.notes == ["`x` in TABLE labels nothing: each of its words occurs once"])
    let empty = try column("", "-", "", "")
    #expect(empty.values == nil)
    #expect(empty.notes == ["`x` in TABLE labels nothing: all of it is unknown"])
  }

  @Test func `what spreadsheets add is passed over`() throws {
    for table in [
      "sep=;\r\nfile;x\r\na/1;31\r\nc;22\r\n", "file,x,,\na/1,31,,\nc,22,,\n,,,\n",
      "file,x\na/1,31,,,\nc,22,\n", "file\tx\na/1\t31\nc\t22\n",
      "\u{FEFF}file;x\na/1;31\nc;22\n\n;\n", "file;x, in years\na/1;31\nc;22\n",
    ] {
      let dataset = try open(table)
      guard case .number(let values)? = dataset.labels?.columns.first?.values else {
        Issue.record("\(table)")
        continue
      }
      #expect(values[0] == 31 && values[3] == 22, "\(table)")
      #expect(dataset.labels?.columns.count == 1)
      #expect(notes(dataset) == ["2 images have no row in TABLE, the first: `a/2.png`"])
    }
    // A column without a name that holds something has its place for a name.
    let indexed = try open(",file,x\n0,a/1,5\n1,c,6\n")
    #expect(indexed.labels?.columns.map(\.name) == ["column 1", "x"])
  }

  @Test func `tables in UTF-16 and Windows-1252 are read`() throws {
    let text = "file,hair\na/1,châtain\nc,châtain\n"
    for isBig in [false, true] {
      for mark in ["\u{FEFF}", ""] {
        let bytes = (mark + text).utf16.flatMap { word -> [UInt8] in
          let pair = [UInt8(word & 0xFF), UInt8(word >> 8)]
          return isBig ? pair.reversed() : pair
        }
        let dataset = try open(bytes: bytes)
        #expect(dataset.labels?.names == ["hair=châtain"])
      }
    }
    let western = try open(
      bytes: text.unicodeScalars.map { UInt8($0.value) } + Array("b/2,".utf8) + [0x80])
    #expect(western.labels?.names == ["hair=châtain", "hair=€"])
    #expect(
      notes(western).dropFirst().first
        == "TABLE is no UTF-8 and is read as Windows-1252: line 2 has `châtain`; save it as UTF-8 "
        + "if that is wrong")
    let error = #expect(throws: DatasetError.self) {
      try open(bytes: Array("file,x\nc,".utf8) + [0x81])
    }
    #expect(
      error?.description.hasSuffix(
        ", line 2: it is no text in UTF-8, UTF-16 or Windows-1252; save it as UTF-8") == true)
  }

  @Test func `names with folders, slashes and letters of other systems are found`() throws {
    let dataset = try open(
      "file,x\nC:\\faces\\images\\a\\1.png,1\nimages/a/2.png,1\nB/2.PNG,0\nother/c.png,1\n")
    #expect(dataset.labels?.columns[0].values == .boolean([1, 1, -1, 0]))
    #expect(
      notes(dataset) == [
        "1 image has no row in TABLE, the first: `c.png`",
        "1 row of TABLE names no image of the folder, the first on line 5: `other/c.png`",
        "1 row of TABLE names images in other letters, the first on line 4: `B/2.PNG` for `b/2.png`",
      ])
  }

  @Test func `names that differ in their bytes only are two names`() throws {
    let (one, two) = ("caf\u{E9}.png", "cafe\u{301}.png")
    try scratch.write(Sample.png(5), "images/\(one)")
    try scratch.write(Sample.png(6), "images/\(two)")
    let dataset = try open("file,x\n\(one),3\n\(two),4\n")
    guard case .number(let values)? = dataset.labels?.columns.first?.values else {
      Issue.record("numbers are words")
      return
    }
    // Ordered by their bytes: the one of two pieces comes first.
    #expect(values.filter { !$0.isNaN } == [4, 3])
    let words = try open("file,x\n\(one),\(one)\n\(two),\(two)\na/1,\(one)\n")
    guard case .category(let found, _)? = words.labels?.columns.first?.values else {
      Issue.record("words are none")
      return
    }
    #expect(found.map { Array($0.utf8) } == [Array(two.utf8), Array(one.utf8)])
    // Where there is one of them only, the other form of its name is its name too.
    try FileManager.default.removeItem(atPath: scratch.path + "/images/\(two)")
    let single = try open("file,x\n\(two),4\n")
    #expect(notes(single).last?.contains("names images in other letters") == true)
    #expect(fault("file,x\n\"a\nb\u{1B}\",4\n")?.hasSuffix("line 2: `a\\nb\\u{1b}`") == true)
  }

  @Test func `too much of anything is refused with its line`() throws {
    let wide = String(repeating: "x,", count: 1_000_000)
    #expect(
      fault("file,\(wide)\n")
        == "TABLE, line 1: it has more than 10,000 columns, which no table of labels needs")
    let long = String(repeating: "x", count: 5_000_000)
    #expect(
      fault("file,x\nc,1\na/1,\(long)\n")
        == "TABLE, line 3: a field of 5,000,000 bytes; a label has at most 65,536 bytes")
    #expect(
      fault("file,x\nc,\"\(long)\"\n")
        == "TABLE, line 2: a field of 5,000,000 bytes; a label has at most 65,536 bytes")
  }

  @Test func `a pipe in a table's place is not waited for`() throws {
    let path = scratch.path + "/labels.csv"
    #expect(mkfifo(path, 0o600) == 0)
    let error = #expect(throws: DatasetError.self) {
      try Dataset.open(
        DatasetSpecification(
          source: .folder(path: scratch.path + "/images", labels: .file(path)),
          preprocessing: Sample.preprocessing()), cacheDirectory: scratch.cache)
    }
    #expect(error?.description == "cannot read \(path): it is a pipe, socket or device, not a file")
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
