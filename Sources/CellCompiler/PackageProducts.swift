/// What a built package gives to the cells: modules to import and libraries to load.
///
/// Every cell compiled from then on finds the modules and is linked with the libraries, so the
/// system's loader brings them in with the first such cell of any process.
package struct PackageProducts: Hashable, Sendable {
  /// The folders of `.swiftmodule` files.
  package var modules: [String]
  /// The module maps of C targets.
  package var moduleMaps: [String]
  /// The shared libraries, in the order in which they are to be linked.
  package var libraries: [String]
  /// Further arguments of the compiler: where C's headers are, and which macros there are.
  package var flags: [String]

  package init(
    modules: [String], moduleMaps: [String] = [], libraries: [String], flags: [String] = []
  ) {
    self.modules = modules
    self.moduleMaps = moduleMaps
    self.libraries = libraries
    self.flags = flags
  }

  /// What changes when the package is built anew.
  var identity: String {
    let interfaces = modules.flatMap { folder in
      filesIn(folder).filter { $0.hasSuffix(".swiftmodule") }.map { "\(folder)/\($0)" }
    }
    return flags.joined(separator: " ")
      + (interfaces + moduleMaps + libraries).map { "\($0) \(FileStamp($0)?.text ?? "")" }
      .joined(separator: "\n")
  }

  /// The compiler's arguments.
  var searchFlags: [String] {
    modules.flatMap { ["-I", $0] } + moduleMaps.flatMap { ["-Xcc", "-fmodule-map-file=\($0)"] }
      + flags
  }

  /// The linker's arguments.
  var linkFlags: [String] {
    Set(libraries.compactMap(\.parentFolder)).sorted().flatMap { ["-L", $0, "-rpath", $0] }
      + libraries
  }
}
