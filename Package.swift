// swift-tools-version: 6.2
import PackageDescription

/// Settings of every Swift target: what is imported is what is declared, and a warning is an error.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

/// A Swift target of the house, drawn with the arrows it may follow.
func room(
  _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []
) -> Target {
  .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

/// The tests of a target; `TestSupport` gives them fixtures and tolerances.
func tests(
  of name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []
) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.byName(name: name), "TestSupport"] + dependencies,
    exclude: exclude, swiftSettings: strict)
}

/// Lets oneDNN find the program's own definitions of what it calls of OpenMP (`Team.h`), before libgomp's.
let openMP = [
  "GOMP_parallel", "GOMP_barrier", "omp_get_thread_num", "omp_get_num_threads",
  "omp_get_max_threads", "omp_in_parallel",
].flatMap { ["-Xlinker", "--export-dynamic-symbol=\($0)"] }

let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")

let package = Package(
  name: "gansh",
  products: [.executable(name: "gansh", targets: ["gansh"])],
  dependencies: [
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    // Listed in the order in which a typed line passes through them.
    room("TerminalText"),
    room("Language", ["TerminalText"]),
    room("Specification", ["Language", "TerminalText"]),
    .target(name: "CRandomness", cSettings: [.unsafeFlags(["-fno-math-errno"])]),
    room("Randomness", ["CRandomness"]),
    room("MetricDescriptions"),
    .target(name: "CLinearAlgebra"),
    room("LinearAlgebra", ["CLinearAlgebra"]),
    room("Metrics", ["LinearAlgebra", "MetricDescriptions", "Randomness"]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    room("Digests", ["CCrypto"]),
    room("TensorGraph", ["Randomness"]),
    room("Compilation", ["TensorGraph"]),
    .target(
      name: "CKernels",
      cxxSettings: [.unsafeFlags(["-O3", "-fno-math-errno", "-ffp-contract=fast"])],
      linkerSettings: [.linkedLibrary("dnnl"), .unsafeFlags(openMP)]),
    room("CPUBackend", ["Compilation", "TensorGraph", "CKernels"]),
    room(
      "Networks",
      [
        "TensorGraph", "Language", "Specification", "Randomness", "MetricDescriptions",
        "TerminalText",
      ]),
    .target(
      name: "CImageCodec",
      linkerSettings: [
        .linkedLibrary("png"), .linkedLibrary("jpeg"), .linkedLibrary("gif"),
        .linkedLibrary("webp"), .linkedLibrary("webpdemux"), .linkedLibrary("tiff"),
        .linkedLibrary("z"),
      ]),
    .systemLibrary(name: "CCairo", pkgConfig: "cairo", providers: [.apt(["libcairo2-dev"])]),
    .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    room("Images", ["CImageCodec"]),
    room("Repair", ["Images", "Randomness", "Specification"]),
    room(
      "Datasets",
      [
        "Images", "Language", "Specification", "Randomness", "Digests", "MetricDescriptions",
        "TerminalText", "CCairo", "CZip", "CZlib",
      ]),
    room(
      "Training",
      [
        "Networks", "TensorGraph", "Compilation", "Datasets", "Images", "Repair", "Specification",
        "Randomness", "Digests", "MetricDescriptions", "Metrics", "LinearAlgebra",
      ]),
    .systemLibrary(name: "CLinux"),
    room(
      "Notebook",
      ["CLinux", "Digests", "MetricDescriptions", "TerminalText", grdb, sqlite]),
    room(
      "Reports",
      ["Notebook", "Images", "MetricDescriptions", "Metrics", "CCairo", "TerminalText"]),
    .target(name: "CReadline", linkerSettings: [.linkedLibrary("readline")]),
    .systemLibrary(name: "CChafa", pkgConfig: "chafa", providers: [.apt(["libchafa-dev"])]),
    room("Terminal", ["CReadline", "CChafa", "Images", "TerminalText"]),
    room(
      "Shell",
      [
        "Language", "Specification", "Networks", "TensorGraph", "Compilation", "Datasets",
        "Images", "Repair", "Training", "Notebook", "Reports", "MetricDescriptions", "Metrics",
        "Terminal", "TerminalText", "Digests", "Randomness", "CLinux",
      ]),
    .executableTarget(
      name: "gansh",
      dependencies: [
        "Shell", "Language", "Compilation", "CPUBackend", "Terminal",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    .executableTarget(
      name: "gansh-bench",
      dependencies: [
        "Networks", "Compilation", "CPUBackend", "Datasets", "Language", "MetricDescriptions",
        "Notebook", "Shell", "Specification", "TensorGraph", "Training",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Sources/Benchmarks", swiftSettings: strict),

    .target(
      name: "TestSupport",
      dependencies: [
        "Datasets", "Language", "Networks", "Randomness", "Specification", "TensorGraph",
      ],
      path: "Tests/TestSupport", swiftSettings: strict),
    tests(of: "Language", ["TerminalText"]),
    tests(of: "Specification", ["Datasets", "Language", "Networks"]),
    tests(of: "Randomness"),
    tests(of: "Digests"),
    tests(of: "LinearAlgebra", ["Randomness"]),
    tests(of: "Metrics", ["LinearAlgebra", "MetricDescriptions", "Randomness"]),
    tests(of: "TensorGraph", ["Randomness"]),
    tests(of: "Compilation", ["TensorGraph"]),
    tests(of: "CPUBackend", ["Compilation", "TensorGraph", "Randomness"]),
    tests(
      of: "Networks",
      [
        "TensorGraph", "Language", "Specification", "Randomness", "MetricDescriptions",
        "TerminalText",
      ]),
    tests(of: "Images"),
    tests(of: "Repair", ["Images", "Language", "Randomness", "Specification"]),
    tests(of: "Datasets", ["Images", "Language", "Specification", "Randomness"]),
    tests(
      of: "Training",
      [
        "Networks", "TensorGraph", "Compilation", "CPUBackend", "Datasets", "Language",
        "Specification", "Images", "MetricDescriptions", "Metrics", "Randomness",
      ]),
    // Shell reads entries off the texts of runs.
    tests(of: "Notebook", ["MetricDescriptions", "Shell", grdb]),
    tests(of: "Reports", ["Notebook", "Images", "MetricDescriptions", "Shell", "TerminalText"]),
    tests(of: "Terminal", ["Images", "TerminalText"]),
    tests(
      of: "Shell",
      [
        "Language", "Specification", "Networks", "Compilation", "CPUBackend", "Datasets",
        "MetricDescriptions", "Notebook", "Randomness", "Training", "Terminal", grdb,
      ]),
  ],
  cxxLanguageStandard: .cxx17
)

// What `Tests/Fuzzing/run.sh` builds, with sanitizers and in a folder of its own; nobody else sees it.
if Context.environment["GANSH_FUZZING"] != nil {
  package.targets.append(
    .executableTarget(
      name: "gansh-fuzz",
      dependencies: [
        "Language", "Specification", "Images", "Datasets", "Training", "Notebook", "Shell",
      ],
      path: "Tests/Fuzzing", exclude: ["Corpora", "run.sh", "language.dict", "leaks.suppressions"],
      swiftSettings: strict))
}
