import Glibc

/// Compiled cells on disk, named by the hash of everything they were compiled from.
///
/// Files appear by `rename`, so two kernels may share the folder; a file that has been handed out
/// stays readable after its removal, because it is handed out as a link.
struct CellCache: Sendable {
  /// The folder of the files.
  let folder: String
  /// The size in bytes to which the folder is trimmed.
  var limit = 512 << 20

  /// A cache in a folder, or `nil` if the folder cannot be made.
  init?(folder: String) {
    guard makeFolder(folder) == 0 else { return nil }
    self.folder = folder
  }

  /// Puts the compiled cell of that key under the paths given, if there is one.
  func retrieve(_ key: String, library: String, module: String) -> Bool {
    let (cachedLibrary, cachedModule) = paths(key)
    guard place(cachedModule, at: module) == 0, place(cachedLibrary, at: library) == 0 else {
      unlink(module)
      return false
    }
    utimes(cachedLibrary, nil)
    utimes(cachedModule, nil)
    return true
  }

  /// Keeps a compiled cell.
  ///
  /// - Returns: 0, or the error number.
  func store(_ key: String, library: String, module: String) -> Int32 {
    let (cachedLibrary, cachedModule) = paths(key)
    let error = publish(module, as: cachedModule)
    return error == 0 ? publish(library, as: cachedLibrary) : error
  }

  /// Removes the files that were used the longest time ago until the rest fits.
  func trim() {
    var files = filesIn(folder).compactMap { name in
      FileStamp("\(folder)/\(name)").map { (path: "\(folder)/\(name)", stamp: $0) }
    }
    var total = files.reduce(0) { $0 + $1.stamp.size }
    guard total > limit else { return }
    files.sort {
      ($0.stamp.seconds, $0.stamp.nanoseconds) < ($1.stamp.seconds, $1.stamp.nanoseconds)
    }
    for file in files where total > limit * 3 / 4 {
      unlink(file.path)
      total -= file.stamp.size
    }
  }

  private func paths(_ key: String) -> (library: String, module: String) {
    ("\(folder)/\(key).so", "\(folder)/\(key).swiftmodule")
  }

  private func publish(_ path: String, as final: String) -> Int32 {
    let temporary = "\(final).\(getpid())"
    let error = place(path, at: temporary)
    guard error == 0 else { return error }
    return rename(temporary, final) == 0 ? 0 : errno
  }
}

/// Makes a file available under a second path: as a link where possible, else as a copy.
///
/// - Returns: 0, or the error number.
func place(_ path: String, at other: String) -> Int32 {
  if link(path, other) == 0 || errno == EEXIST { return 0 }
  guard errno != ENOENT else { return ENOENT }
  guard let bytes = readFile(path) else { return errno }
  return writeFile(other, bytes)
}
