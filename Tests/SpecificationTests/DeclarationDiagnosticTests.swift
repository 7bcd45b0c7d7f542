import Datasets
import Language
import Specification
import Testing

struct DeclarationDiagnosticTests {
  @Test(arguments: [
    (
      "data faces celeba size=64",
      """
      error: `celeba` needs a path
        test:1:12
          data faces celeba size=64
                     ^^^^^^
        help: say where it is: `path=~/celeba`
      """
    ),
    (
      "data faces celebra path=x",
      """
      error: there is no source `celebra`
        test:1:12
          data faces celebra path=x
                     ^^^^^^^
        help: did you mean `celeba`?
      """
    ),
    (
      "data faces",
      """
      error: `faces` needs a source
        test:1:6
          data faces
               ^^^^^
        help: sources: celeba, folder, mnist, stacked-mnist, idx, cifar10, cifar100, npz, generated, portraits, ring, grid
      """
    ),
    (
      "data faces celeba path=x szie=64",
      """
      error: `celeba` has no option `szie`
        test:1:26
          data faces celeba path=x szie=64
                                   ^^^^
        help: did you mean `size`?
      """
    ),
    (
      "data faces celeba path=x size=2",
      """
      error: size is a whole number from 4 to 1,024, not `2`
        test:1:31
          data faces celeba path=x size=2
                                        ^
      """
    ),
    (
      "data faces celeba path=x crop=center",
      """
      error: crop is one of none, centre, celeba-178, celeba-108, celeba-progressive, not `center`
        test:1:31
          data faces celeba path=x crop=center
                                        ^^^^^^
        help: did you mean `centre`?
      """
    ),
    (
      "data faces celeba path=x channels=3 grey=yes",
      """
      error: give `channels` or `grey`, not both
        test:1:42
          data faces celeba path=x channels=3 grey=yes
                                                   ^^^
      """
    ),
    (
      "data r ring modes=0",
      """
      error: modes is a whole number from 1 to 1,000, not `0`
        test:1:19
          data r ring modes=0
                            ^
      """
    ),
    (
      "data p portraits seed=-1",
      """
      error: seed is a whole number from 0 to 18,446,744,073,709,551,615, not `-1`
        test:1:23
          data p portraits seed=-1
                                ^^
      """
    ),
    (
      "data 5 ring",
      """
      error: `5` cannot be a name
        test:1:6
          data 5 ring
               ^
        help: a name is a letter, then letters, digits, `_`, `-` and `.`
      """
    ),
    (
      "recipe calm objektive=hinge",
      """
      error: a recipe has no option `objektive`
        test:1:13
          recipe calm objektive=hinge
                      ^^^^^^^^^
        help: did you mean `objective`?
      """
    ),
    (
      "recipe calm objective=nonsat",
      """
      error: there is no objective `nonsat`
        test:1:23
          recipe calm objective=nonsat
                                ^^^^^^
        help: did you mean `nonsaturating`?
      """
    ),
    (
      "recipe calm betas=0.5",
      """
      error: betas is two numbers with a comma between: `0.5,0.999`, not `0.5`
        test:1:19
          recipe calm betas=0.5
                            ^^^
      """
    ),
    (
      "recipe calm betas=0.5,1",
      """
      error: the second of betas is a number from 0 to below 1, not `1`
        test:1:23
          recipe calm betas=0.5,1
                                ^
      """
    ),
    (
      "recipe calm batch=64K",
      """
      error: batch is a whole number from 1 to 65,536, not `64K`
        test:1:19
          recipe calm batch=64K
                            ^^^
        help: numbers are written like `64`, `20k`, `1.5M` or `2e-4`
      """
    ),
    (
      "recipe calm lr=1e-4 lr=2e-4",
      """
      error: `lr` is given twice
        test:1:21
          recipe calm lr=1e-4 lr=2e-4
                              ^^^^^^^
      """
    ),
    (
      "recipe calm like other",
      """
      error: there is no recipe `other`
        test:1:18
          recipe calm like other
                           ^^^^^
      """
    ),
    (
      "data r ring { a }",
      """
      error: a label is an attribute, words or a number, not `a`
        test:1:15
          data r ring { a }
                        ^
        help: known: attribute, words, number
      """
    ),
  ]) func `a fault is shown in full`(text: String, expected: String) {
    #expect(fault(text) == expected)
  }

  @Test(arguments: [
    "batch=0", "batch=1e300", "batch=nan", "lr=-1", "lr=11", "lr=x", "lr=1->2", "epsilon=0",
    "critic=0", "critic=1.5", "ema=1", "ema=yes", "smooth=0.4", "smooth=2", "fakes=old",
    "betas=1,2,3", "betas=a,b", "betas=0.5,-1", "betas=(0,1)", "gbetas=2,2", "depsilon=2",
    "batch=\"64\"",
  ]) func `an option out of its range is an error with a place`(option: String) {
    #expect(fault("recipe r \(option)")?.contains("^") == true)
  }

  @Test(arguments: [
    "celeba path=", "celeba path=\"\"", "celeba path=\"a\\u{0}b\"", "celeba path=x split=some",
    "celeba path=x size=4096", "celeba path=x size=64x64x3", "celeba path=x channels=2",
    "celeba path=x crop=celeba-9999", "celeba path=x crop=celeba-", "celeba path=x crop=5",
    "celeba path=x filter=cubic", "celeba path=x flip=perhaps", "folder path=x split=train",
    "folder path=x labels=yse", "idx path=x labels=\"./a\\u{0}b\"", "mnist path=x split=validation",
    "mnist path=x labels=yes", "cifar10 split=train", "idx path=x split=all",
    "portraits path=x", "portraits count=0", "portraits count=1G", "portraits crop=none",
    "ring radius=0", "ring sigma=-1", "ring sigma=1e9", "grid side=101", "grid side=1e99", "mnist",
    "ring extra", "celeba path=99999999999999999999999x size=99999999999999999999999",
  ]) func `a data set that cannot be is an error with a place`(text: String) {
    #expect(fault("data d \(text)")?.contains("^") == true)
  }

  @Test func `a value as long as a book is not quoted whole`() {
    let shown = fault("recipe r batch=" + String(repeating: "x", count: 1 << 18)) ?? ""
    #expect(shown.hasPrefix("error: batch is a whole number from 1 to 65,536, not `xxxxxx"))
    #expect(shown.utf8.count < 400)
  }

  @Test func `a large seed is kept to the last digit`() throws {
    let dataset = try DatasetSpecification(
      parsing: statement("data p portraits seed=18446744073709551615"), .all)
    #expect("\(dataset)".hasPrefix("portraits count=10000 seed=18446744073709551615 "))
  }
}
