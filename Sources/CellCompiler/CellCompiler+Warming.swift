import Glibc

extension CellCompiler {
  /// Has the compiler read what every cell needs, so that the first cell does not wait for the disk;
  /// with a new toolchain, also prepares its view of the C library and of Foundation.
  ///
  /// Runs beside compilations; ``cancel()`` does not concern it, ``ChildProcess/cancel()`` on `child`
  /// does.
  static func warm(
    _ toolchain: Toolchain, modules: String, moduleCache: String, child: ChildProcess
  ) {
    let mark = "\(moduleCache)/warmed-\(sha256(toolchain.identity.utf8).prefix(16))"
    let isNew = access(mark, F_OK) != 0
    var cells = ["import Display"]
    if isNew { cells.append("import Display\nimport Foundation\nimport Offramp") }
    for cell in cells {
      let source = "\(moduleCache)/warming-\(getpid()).swift"
      guard makeFolder(moduleCache) == 0, writeFile(source, Array(cell.utf8)) == 0 else { return }
      defer { unlink(source) }
      let outcome = try? child.run(
        toolchain.frontend,
        ["-frontend", "-typecheck", source, "-module-name", "Warming"]
          + moduleFolders(modules).flatMap { ["-I", $0] }
          + Compilation.commonFlags + toolchain.flags(moduleCache: moduleCache))
      guard outcome != nil, !child.isCancelled else { return }
    }
    if isNew { _ = writeFile(mark, []) }
  }
}
