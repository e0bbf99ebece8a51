import FoundationEssentials
import Glibc

/// The few things the commands do to files, each failing with a sentence that names the path.
enum Files {
  /// Whether something is at `path`.
  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// The names in a folder, sorted; empty if there is no such folder.
  static func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  /// The paths of all files in a folder and the folders in it, relative to it and sorted.
  static func all(in folder: String) -> [String] {
    ((try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? [])
      .filter { !isFolder("\(folder)/\($0)") }.sorted()
  }

  /// The bytes of a file.
  static func read(_ path: String) throws -> Data {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Failure.system("read", path)
    }
    return data
  }

  /// Makes a folder and those above it.
  static func makeFolder(_ path: String) throws {
    if mkdir(path, 0o755) == 0 || (errno == EEXIST && isFolder(path)) { return }
    guard errno == ENOENT, !parent(path).isEmpty else {
      throw Failure.system("make the folder", path)
    }
    try makeFolder(parent(path))
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
      throw Failure.system("make the folder", path)
    }
  }

  /// Writes a new file, whole and on disk when this returns.
  static func write(_ data: Data, to path: String, executable: Bool = false) throws {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, executable ? 0o755 : 0o644)
    guard file >= 0 else { throw Failure.system("write", path) }
    defer { close(file) }
    try data.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = Glibc.write(
          file, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        guard count > 0 else { throw Failure.system("write", path) }
        rest = rest.dropFirst(count)
      }
    }
    guard fsync(file) == 0 else { throw Failure.system("write", path) }
  }

  /// Removes a file or a folder with all in it.
  static func remove(_ path: String) throws {
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      throw Failure.system("remove", path)
    }
  }

  /// `path` without its last part.
  static func parent(_ path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex && path.count > 1 ? "/" : String(path[..<slash])
  }

  /// `path` made absolute, without `.`, `..` and a leading `~`.
  static func absolute(_ path: String, home: String) -> String {
    var parts: [Substring] = []
    let expanded = path == "~" || path.hasPrefix("~/") ? home + path.dropFirst() : path
    let rooted =
      expanded.hasPrefix("/")
      ? expanded : FileManager.default.currentDirectoryPath + "/" + expanded
    for part in rooted.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }

  static func isFolder(_ path: String) -> Bool {
    var entry = stat()
    return stat(path, &entry) == 0 && entry.st_mode & S_IFMT == S_IFDIR
  }
}
