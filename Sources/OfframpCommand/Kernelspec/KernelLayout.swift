/// Where the parts of a kernel lie.
protocol KernelLayout {
  /// The folder of the `.swiftmodule` files.
  var modules: String { get }
  /// The folder of a C module's headers.
  func cHeaders(of module: String) -> String
  /// The folder of `kernel.json` and the logos.
  var description: String { get }
}

/// The layout of a kernel that has been installed.
struct InstalledLayout: KernelLayout {
  /// The kernel's folder.
  let folder: String

  var modules: String { "\(folder)/modules" }
  func cHeaders(of module: String) -> String { "\(folder)/modules/\(module)" }
  var description: String { folder }
}

/// The layout of a checkout and what `swift build` made of it.
struct BuildLayout: KernelLayout {
  let modules: String
  private let checkout: String

  func cHeaders(of module: String) -> String { "\(checkout)/Sources/\(module)/include" }
  var description: String { "\(checkout)/kernelspec" }

  /// - Parameter folder: the folder of the built program, such as `.build/release`.
  /// - Throws: `Failure` if the checkout cannot be found.
  init(folder: String) throws {
    modules = "\(folder)/Modules"
    // The build folder lies in the checkout, unless --scratch-path put it elsewhere.
    let above = sequence(first: folder) { $0 == "/" ? nil : Files.parent($0) }
    let source = (0..<4).reduce(#filePath) { path, _ in Files.parent(path) }
    let places = Array(above) + [source]
    guard let found = places.first(where: { Files.exists("\($0)/kernelspec/kernel.json") }) else {
      throw Failure(
        "\(folder)/offramp was built from a checkout that is gone: "
          + "run `swift build -c release --product offramp` in the checkout, then install again.")
    }
    checkout = found
  }
}
