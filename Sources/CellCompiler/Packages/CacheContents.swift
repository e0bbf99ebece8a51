import Glibc

/// What lies in the cache folder.
package struct CacheContents: Sendable {
  /// One kind of thing.
  package struct Part: Sendable {
    /// What it is.
    package var name: String
    /// How many there are.
    package var entries: Int
    /// Their size.
    package var bytes: Int
  }

  /// The kinds.
  package let parts: [Part]

  /// Looks at a cache.
  package init(of folder: String) {
    let cells = filesIn("\(folder)/cells").filter { $0.hasSuffix(".so") }.count
    let packages = filesIn("\(folder)/packages").count
    let modules = filesIn("\(folder)/modules").count
    parts = [
      Part(name: "cells", entries: cells, bytes: Self.size(of: "\(folder)/cells")),
      Part(name: "packages", entries: packages, bytes: Self.size(of: "\(folder)/packages")),
      Part(name: "C modules", entries: modules, bytes: Self.size(of: "\(folder)/modules")),
    ]
  }

  /// Removes the cells, and the packages that no session uses.
  ///
  /// - Returns: The bytes freed.
  package static func clear(_ folder: String) -> Int {
    let cells = "\(folder)/cells"
    var freed = 0
    for name in filesIn(cells) {
      let size = FileStamp("\(cells)/\(name)")?.size ?? 0
      if unlink("\(cells)/\(name)") == 0 { freed += size }
    }
    for name in filesIn("\(folder)/packages") {
      let package = "\(folder)/packages/\(name)"
      let descriptor = open("\(package)/in-use", O_RDWR | O_CLOEXEC)
      defer { if descriptor >= 0 { close(descriptor) } }
      if descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) != 0 { continue }
      freed += size(of: package)
      removeTree(package)
    }
    return freed
  }

  /// The bytes of a folder and all below it, hidden files included; links are not followed.
  private static func size(of path: String) -> Int {
    var status = stat()
    guard lstat(path, &status) == 0 else { return 0 }
    guard status.st_mode & S_IFMT == S_IFDIR else { return Int(status.st_size) }
    return allNames(in: path).reduce(0) { $0 + size(of: "\(path)/\($1)") }
  }

  private static func removeTree(_ path: String) {
    if unlink(path) == 0 { return }
    for name in allNames(in: path) { removeTree("\(path)/\(name)") }
    rmdir(path)
  }
}
