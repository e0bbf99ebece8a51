internal import Glibc

/// The few things done with files, each with a sentence when it fails.
enum Files {
  /// The size of a regular file in bytes, or nil if there is none.
  static func size(_ path: String) -> Int? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }

  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// All bytes of a file.
  static func read(_ path: String) throws -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw failure("Cannot open \(path)") }
    defer { close(file) }
    let size = self.size(path) ?? 0
    var done = 0
    let bytes = try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while done < size {
        let got = Glibc.read(file, buffer.baseAddress?.advanced(by: done), size - done)
        if got < 0 && errno == EINTR { continue }
        guard got >= 0 else { throw failure("Cannot read \(path)") }
        guard got > 0 else { break }
        done += got
      }
      count = done
    }
    return bytes
  }

  /// The text of a file, as far as it can be read.
  static func text(_ path: String) -> String {
    String(decoding: (try? read(path)) ?? [], as: UTF8.self)
  }

  /// Makes a folder and those above it.
  static func makeFolder(_ path: String) throws {
    if isFolder(path) { return }
    if let slash = path.lastIndex(of: "/"), slash > path.startIndex {
      try makeFolder(String(path[..<slash]))
    }
    guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
      throw failure("Cannot make the folder \(path)")
    }
  }

  /// Moves a file or folder in one step; nobody sees half of it.
  static func move(_ from: String, to: String) throws {
    guard rename(from, to) == 0 else { throw failure("Cannot move \(from) to \(to)") }
  }

  static func removeFile(_ path: String) { unlink(path) }

  private static func failure(_ what: String) -> DatasetError {
    DatasetError("\(what): \(String(cString: strerror(errno))).")
  }
}
