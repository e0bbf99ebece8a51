import Glibc

/// Compiled cells on disk, named by the hash of everything they were compiled from.
///
/// Files appear by `rename`, so two kernels may share the folder; a file that has been handed out
/// stays readable after its removal, because it is handed out as a link. A record of sizes and
/// digests is written last and looked at first: what was cut short or changed is not used.
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
    retrieve(key, [(".so", library), (".swiftmodule", module)])
  }

  /// Puts files of that key under the paths given, if all of them are there and whole.
  func retrieve(_ key: String, _ files: [(suffix: String, path: String)]) -> Bool {
    let record = "\(folder)/\(key).record"
    guard let bytes = readFile(record) else { return false }
    let isPlaced = files.allSatisfy { place("\(folder)/\(key)\($0.suffix)", at: $0.path) == 0 }
    let isWhole = isPlaced && Self.record(of: files) == bytes
    guard isWhole else {
      for file in files { unlink(file.path) }
      remove(key, files.map(\.suffix))
      return false
    }
    for suffix in files.map(\.suffix) + [".record"] { utimes("\(folder)/\(key)\(suffix)", nil) }
    return true
  }

  /// Keeps a compiled cell.
  ///
  /// - Returns: 0, or the error number.
  func store(_ key: String, library: String, module: String) -> Int32 {
    store(key, [(".so", library), (".swiftmodule", module)])
  }

  /// Keeps files.
  ///
  /// - Returns: 0, or the error number.
  func store(_ key: String, _ files: [(suffix: String, path: String)]) -> Int32 {
    guard let record = Self.record(of: files) else { return EIO }
    for file in files {
      chmod(file.path, file.suffix == ".so" ? 0o700 : 0o600)
      let error = publish(file.path, as: "\(folder)/\(key)\(file.suffix)")
      if error != 0 { return error }
    }
    return writeFile("\(folder)/\(key).record", record)
  }

  /// What the compiler said when it rejected what has that key.
  func rejection(_ key: String) -> String? {
    guard let bytes = readFile("\(folder)/\(key).rejected") else { return nil }
    let digest = String(decoding: bytes.prefix(64), as: UTF8.self)
    let text = bytes.dropFirst(64)
    return sha256(text) == digest ? String(decoding: text, as: UTF8.self) : nil
  }

  /// Keeps what the compiler said; without it the cell is merely compiled again.
  func storeRejection(_ key: String, _ output: String) {
    _ = writeFile("\(folder)/\(key).rejected", Array((sha256(output.utf8) + output).utf8))
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

  private func remove(_ key: String, _ suffixes: [String]) {
    for suffix in suffixes + [".record"] { unlink("\(folder)/\(key)\(suffix)") }
  }

  /// Size and digest of each file; `nil` if one is not there.
  private static func record(of files: [(suffix: String, path: String)]) -> [UInt8]? {
    var text = ""
    for file in files {
      guard let bytes = readFile(file.path) else { return nil }
      text += "\(file.suffix) \(bytes.count) \(sha256(bytes))\n"
    }
    return Array(text.utf8)
  }

  private func publish(_ path: String, as final: String) -> Int32 {
    let temporary = "\(final).\(getpid()).\(UInt32.random(in: 0 ... .max))"
    let error = place(path, at: temporary)
    guard error == 0 else { return error }
    if rename(temporary, final) == 0 {
      // Of two names of the same file the first stays when one is renamed to the other.
      unlink(temporary)
      return 0
    }
    let reason = errno
    unlink(temporary)
    return reason
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
