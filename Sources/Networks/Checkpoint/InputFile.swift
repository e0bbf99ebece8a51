import Glibc
import Tensors

/// A file that is read in pieces.
final class InputFile {
  private let path: String
  private let descriptor: Int32
  /// The size in bytes.
  let size: Int

  /// Opens `path` for reading.
  init(_ path: String) throws(CheckpointError) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw CheckpointError("\(path) could not be opened: \(SystemError.last)")
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw CheckpointError("\(path) is not a file that holds tensors")
    }
    size = status.st_size
  }

  deinit {
    close(descriptor)
  }

  /// An error about this file.
  func error(_ problem: String) -> CheckpointError {
    CheckpointError("\(path) \(problem)")
  }

  /// `count` bytes from `offset`.
  func bytes(at offset: Int, count: Int) throws(CheckpointError) -> [UInt8] {
    var isWhole = false
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      isWhole = read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
      filled = isWhole ? count : 0
    }
    guard isWhole else { throw error("could not be read: \(SystemError.last)") }
    return bytes
  }

  /// The tensor of `entry`, when the first one lies at `start`.
  func tensor(
    _ entry: SafetensorsHeader.Entry, from start: Int
  ) throws(CheckpointError) -> Tensor {
    if entry.type != .float32 { return try converted(entry, from: start) }
    var isWhole = false
    let tensor = Tensor(shape: entry.shape) { buffer in
      isWhole = read(
        into: UnsafeMutableRawBufferPointer(buffer), at: start + entry.range.lowerBound)
    }
    guard isWhole else { throw error("could not be read: \(SystemError.last)") }
    return tensor
  }

  /// The tensor of `entry`, whose numbers are of another type, as 32-bit floats.
  private func converted(
    _ entry: SafetensorsHeader.Entry, from start: Int
  ) throws(CheckpointError) -> Tensor {
    let numbers = try bytes(at: start + entry.range.lowerBound, count: entry.range.count)
    var lost: String?
    let tensor = Tensor(shape: entry.shape) { buffer in
      numbers.withUnsafeBytes { lost = entry.type.convert($0, into: buffer) }
    }
    guard let lost else { return tensor }
    throw error(
      "holds \(lost) in \(entry.name), which 32-bit floats cannot hold exactly: keep whole numbers "
        + "within ±16777216")
  }

  private func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Bool {
    var done = 0
    while done < buffer.count {
      let count = pread(
        descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done, offset + done)
      if count < 0, errno == EINTR { continue }
      if count == 0 { errno = EIO }  // cut short by someone else since it was opened
      guard count > 0 else { return false }
      done += count
    }
    return true
  }
}

/// What the system said last.
enum SystemError {
  /// The text for `errno`, such as "No such file or directory".
  static var last: String { text(errno) }

  static func text(_ code: Int32) -> String {
    strerror(code).map { String(cString: $0) } ?? "error \(code)"
  }
}
