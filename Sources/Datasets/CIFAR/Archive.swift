internal import Glibc

/// A file on the web that unpacks to a folder.
package struct Archive: Sendable {
  package let name: String
  package let url: String
  /// The MD5 sum of the file, in hexadecimal.
  package let md5: String
  package let bytes: Int
  /// The folder in it.
  package let folder: String

  package init(name: String, url: String, md5: String, bytes: Int, folder: String) {
    self.name = name
    self.url = url
    self.md5 = md5
    self.bytes = bytes
    self.folder = folder
  }

  /// The unpacked folder inside `cache`, downloaded and unpacked first if it is not there.
  ///
  /// An interrupted download is continued. The folder appears in one step when all is there.
  package func fetched(into cache: String) throws -> String {
    let result = "\(cache)/\(folder)"
    if Files.isFolder(result) { return result }
    try Files.makeFolder(cache)
    let lock = try locked(cache)
    defer { close(lock) }
    if Files.isFolder(result) { return result }
    let part = "\(cache)/\(folder).tar.gz.part"
    if Files.size(part) != bytes { try download(to: part) }
    try check(part)
    try unpack(part, into: cache)
    Files.removeFile(part)
    try report(.finished, part)
    return result
  }

  /// Waits until no other process downloads the same; the lock is released when its file is closed.
  private func locked(_ cache: String) throws -> Int32 {
    let file = open("\(cache)/\(folder).lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard file >= 0 else {
      throw DatasetError(
        "Cannot write to \(cache): \(String(cString: strerror(errno))). Set OFFRAMP_DATA to a folder "
          + "for downloaded data.")
    }
    while flock(file, LOCK_EX | LOCK_NB) != 0 {
      usleep(100_000)
      try report(.downloading, "\(cache)/\(folder).tar.gz.part")
    }
    return file
  }

  private func download(to part: String) throws {
    let log = "\(part).log"
    defer { Files.removeFile(log) }
    let command = [
      "curl", "--fail", "--location", "--silent", "--show-error", "--connect-timeout", "20",
      "--continue-at", "-", "--output", part, url,
    ]
    let status = try ChildProcess.run(command, log: log) { try report(.downloading, part) }
    guard status == 0 else {
      let said = Files.text(log).split(separator: "\n").last.map(String.init)
      throw DatasetError(
        "\(name) could not be downloaded from \(url) (\(said ?? "curl ended with \(status)")). "
          + "Try again, or pass a folder that holds its unpacked binary version: "
          + "Dataset.cifar10(\"/path/to/\(folder)\").")
    }
  }

  private func check(_ part: String) throws {
    let log = "\(part).log"
    defer { Files.removeFile(log) }
    let status = try ChildProcess.run(["md5sum", part], log: log) { try report(.checking, part) }
    let sum = Files.text(log).split(separator: " ").first.map(String.init) ?? ""
    guard status == 0, sum != md5 else {
      if status == 0 { return }
      throw DatasetError("md5sum could not read \(part): \(Files.text(log))")
    }
    let size = Files.size(part) ?? 0
    Files.removeFile(part)
    throw DatasetError(
      "The download of \(name) is corrupt: \(size) bytes with the MD5 sum \(sum), expected \(bytes) "
        + "bytes with \(md5). It has been removed; try again.")
  }

  private func unpack(_ part: String, into cache: String) throws {
    let fresh = "\(cache)/\(folder).unpacking"
    let log = "\(part).log"
    defer { Files.removeFile(log) }
    _ = try ChildProcess.run(["rm", "-rf", fresh], log: log)
    try Files.makeFolder(fresh)
    let status = try ChildProcess.run(["tar", "-xzf", part, "-C", fresh], log: log) {
      try report(.unpacking, part)
    }
    guard status == 0 else {
      throw DatasetError("tar could not unpack \(part) into \(fresh): \(Files.text(log))")
    }
    try Files.move("\(fresh)/\(folder)", to: "\(cache)/\(folder)")
    rmdir(fresh)
  }

  private func report(_ stage: DownloadProgress.Stage, _ part: String) throws {
    let done = stage == .finished ? bytes : Files.size(part) ?? 0
    try Dataset.downloadObserver?(
      DownloadProgress(name: name, stage: stage, bytes: done, total: bytes))
  }
}
