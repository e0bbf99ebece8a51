/// Where the parts of a kernel lie.
protocol KernelLayout {
  /// The folder of the `.swiftmodule` files.
  var modules: String { get }
  /// The folder of the C module's headers.
  var cHeaders: String { get }
  /// The folder of `kernel.json` and the logos.
  var description: String { get }
}

/// The layout of a kernel that has been installed.
struct InstalledLayout: KernelLayout {
  /// The kernel's folder.
  let folder: String

  var modules: String { "\(folder)/modules" }
  var cHeaders: String { "\(folder)/modules/\(KernelFiles.cModule)" }
  var description: String { folder }
}

/// The layout of a checkout and what `swift build` made of it.
struct BuildLayout: KernelLayout {
  let modules: String
  private let checkout: String

  var cHeaders: String { "\(checkout)/Sources/\(KernelFiles.cModule)/include" }
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
