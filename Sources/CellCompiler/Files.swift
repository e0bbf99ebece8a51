import Glibc

/// What changes when a file is replaced: its size and the time of its last change.
struct FileStamp: Hashable {
  let size: Int
  let seconds: Int
  let nanoseconds: Int

  /// The stamp of a file, or `nil` if there is none.
  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    size = Int(status.st_size)
    seconds = status.st_mtim.tv_sec
    nanoseconds = status.st_mtim.tv_nsec
  }

  var text: String { "\(size) \(seconds).\(nanoseconds)" }
}

extension String {
  /// The path without its last part.
  var parentFolder: String? {
    guard let slash = lastIndex(of: "/"), slash != startIndex else { return nil }
    return String(self[..<slash])
  }

  /// The first place of a piece of text.
  func range(of text: String) -> Range<String.Index>? { firstRange(of: text) }
}

/// A path without links, or `nil` if nothing is there.
func realPath(_ path: String) -> String? {
  guard let resolved = realpath(path, nil) else { return nil }
  defer { free(resolved) }
  return String(cString: resolved)
}

/// The bytes of a file, or `nil` if it cannot be read.
func readFile(_ path: String) -> [UInt8]? {
  guard let size = FileStamp(path)?.size else { return nil }
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
    while count < size {
      let got = read(descriptor, buffer.baseAddress! + count, size - count)
      if got <= 0 { break }
      count += got
    }
  }
}

/// Writes a file that is either whole or not there.
///
/// - Returns: 0, or the error number.
func writeFile(_ path: String, _ bytes: [UInt8]) -> Int32 {
  let temporary = "\(path).\(getpid()).\(UInt32.random(in: 0 ... .max))"
  let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
  guard descriptor >= 0 else { return errno }
  var written = 0
  while written < bytes.count {
    let count = bytes.withUnsafeBytes {
      write(descriptor, $0.baseAddress! + written, bytes.count - written)
    }
    if count <= 0 { break }
    written += count
  }
  let error = written < bytes.count ? errno : 0
  close(descriptor)
  guard error == 0, rename(temporary, path) == 0 else {
    let reason = error == 0 ? errno : error
    unlink(temporary)
    return reason
  }
  return 0
}

/// Makes a folder and those above it.
///
/// - Returns: 0, or the error number.
func makeFolder(_ path: String) -> Int32 {
  if mkdir(path, 0o700) == 0 || errno == EEXIST { return 0 }
  guard errno == ENOENT, let parent = path.parentFolder else { return errno }
  let error = makeFolder(parent)
  if error != 0 { return error }
  return mkdir(path, 0o700) == 0 || errno == EEXIST ? 0 : errno
}

/// The names in a folder, hidden ones included, in no order.
func allNames(in folder: String) -> [String] {
  guard let stream = opendir(folder) else { return [] }
  defer { closedir(stream) }
  var names: [String] = []
  while let entry = readdir(stream) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != ".", name != ".." { names.append(name) }
  }
  return names
}

/// The names in a folder, sorted, without those that begin with a dot.
func filesIn(_ folder: String) -> [String] {
  allNames(in: folder).filter { !$0.hasPrefix(".") }.sorted()
}

/// Removes a folder and what is in it.
func removeFolder(_ folder: String) {
  for name in filesIn(folder) where unlink("\(folder)/\(name)") != 0 {
    removeFolder("\(folder)/\(name)")
  }
  rmdir(folder)
}
