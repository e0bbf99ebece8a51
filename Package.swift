// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "offramp",
  products: [
    .executable(name: "offramp", targets: ["OfframpCommand"]),
    .library(name: "Offramp", targets: ["Offramp"]),
  ],
  dependencies: [
    // Finds the last expression of a cell and the places a cell can be cut: Swift's own parser.
    .package(url: "https://github.com/swiftlang/swift-syntax", from: "603.0.0"),
    // The subcommands and flags of the `offramp` executable, with their help and error texts.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
  ]
)

let parser: [Target.Dependency] = [
  "SwiftSyntax", "SwiftParser", "SwiftParserDiagnostics", "SwiftOperators",
].map { .product(name: $0, package: "swift-syntax") }

// MARK: C
package.targets += [
  // oneDNN's C API differs between 2.x and 3.x: this target is the only place that knows.
  .target(
    name: "COneDNN", cSettings: [.unsafeFlags(["-O3", "-fopenmp-simd"])],
    linkerSettings: [.linkedLibrary("dnnl")]),
  .systemLibrary(name: "CZeroMQ", providers: [.apt(["libzmq3-dev"])]),
  // HMAC-SHA256 for signed messages, SHA-256 for the cell cache; libzmq already depends on it.
  .systemLibrary(name: "CSodium", providers: [.apt(["libsodium-dev"])]),
  // Unpacks NumPy's compressed archives; part of every Debian.
  .target(name: "CZlib", linkerSettings: [.linkedLibrary("z")]),
  // Where the history of all sessions is kept.
  .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
  // The interface of the toolchain's sourcekitd, which is loaded where it is found.
  .systemLibrary(name: "CSourceKit"),
  // What a cell's process needs and Swift cannot say: setjmp, the entry point for uncaught errors.
  .target(name: "CCellRuntime"),
]

// MARK: Machine learning
package.targets += [
  .target(name: "Tensors", dependencies: ["COneDNN"]),
  .target(name: "Networks", dependencies: ["Tensors", "CZlib"]),
  .target(name: "Datasets", dependencies: ["Tensors"], resources: []),
  .target(name: "Training", dependencies: ["Tensors", "Networks", "Datasets"]),
  .target(name: "Inference", dependencies: ["Tensors", "Networks", "Datasets"]),
  .target(name: "Charts"),
  .target(
    name: "Offramp",
    dependencies: [
      "Tensors", "Networks", "Datasets", "Training", "Inference", "Charts", "Display", "Widgets",
    ]),
]

// MARK: Kernel
package.targets += [
  // Foundation's JSON knows no order of keys and no place of a mistake, and takes its time to start.
  .target(name: "JSONText"),
  .target(name: "Display", dependencies: ["JSONText"]),
  .target(name: "Widgets", dependencies: ["Display", "JSONText"]),
  .target(name: "JupyterProtocol", dependencies: ["CSodium", "JSONText"]),
  .target(name: "CellCompiler", dependencies: parser + ["CSodium", "CSourceKit"]),
  .target(name: "CellWorker", dependencies: ["Display", "CCellRuntime"]),
  .target(name: "CellSession", dependencies: ["CellCompiler", "CellWorker", "Display"]),
  .target(
    name: "JupyterKernel",
    dependencies: ["JupyterProtocol", "CellSession", "CZeroMQ", "CSQLite"]),
  .executableTarget(
    name: "OfframpCommand",
    dependencies: [
      "JupyterKernel", "CellSession", "CellWorker", "Offramp", "Tensors", "Networks", "Datasets",
      "Training", "CZeroMQ", "CSodium",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ],
    exclude: ["exports.map"],
    // Cells are shared objects that find the library's symbols in the executable that loads them.
    linkerSettings: [
      .unsafeFlags([
        "-Xlinker", "--export-dynamic", "-Xlinker",
        "--version-script=\(Context.packageDirectory)/Sources/OfframpCommand/exports.map",
      ])
    ]),
]

// MARK: Tests
let tests: [String: [String]] = [
  "Tensors": [], "Networks": ["Tensors"], "Datasets": ["Tensors"],
  "Training": ["Tensors", "Networks", "Datasets"],
  "Inference": ["Tensors", "Networks", "Datasets"],
  "Charts": [], "Display": [], "Widgets": ["Display"],
  "Offramp": ["Tensors", "Networks", "Datasets", "Training", "Inference", "Charts", "Display"],
  "JSONText": [], "JupyterProtocol": ["JSONText"],
  "JupyterKernel": ["JupyterProtocol", "CellSession", "CZeroMQ"],
  "CellCompiler": [], "CellSession": ["CellCompiler", "CellWorker", "Display"],
]
for (module, others) in tests.sorted(by: { $0.key < $1.key }) {
  let dependencies = ([module] + others).map { Target.Dependency(stringLiteral: $0) }
  package.targets.append(.testTarget(name: "\(module)Tests", dependencies: dependencies))
}

// Drawings to compare with; the tests read them where they lie.
let drawn = ["ChartsTests", "DisplayTests", "OfframpTests"]
for target in package.targets where drawn.contains(target.name) {
  target.exclude = ["Golden"]
}

for target in package.targets where target.type != .system {
  target.swiftSettings = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ]
}
