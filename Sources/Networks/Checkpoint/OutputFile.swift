import Glibc
import Tensors

/// A file written beside the one it replaces, which takes its name only when it is complete and on
/// the disk.
final class OutputFile {
  private let path: String
  private let temporary: String
  private let byteCount: Int
  private var descriptor: Int32

  /// Creates a new file for writing: the descriptor, or −1.
  static func create(_ path: String) -> Int32 {
    open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
  }

  /// Begins to replace `path` by `byteCount` bytes.
  ///
  /// A link stays one: the file that it leads to is replaced.
  init(
    replacing path: String, byteCount: Int, opening create: (String) -> Int32
  ) throws(CheckpointError) {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      let kind = status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "a device, a pipe or a socket"
      throw CheckpointError(
        "\(path) is \(kind), and cannot be replaced by a file: give a file name")
    }
    let path = Self.withoutLinks(path)
    self.path = path
    self.byteCount = byteCount
    temporary = "\(path).\(getpid())-\(UInt32.random(in: 0 ... .max)).partial"
    descriptor = create(temporary)
    guard descriptor >= 0 else { throw failure(errno) }
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    unlink(temporary)
  }

  private static func withoutLinks(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  func write(_ bytes: [UInt8]) throws(CheckpointError) {
    let code = bytes.withUnsafeBytes(writeAll)
    guard code == 0 else { throw failure(code) }
  }

  /// Writes the tensor's values as they lie in memory: little-endian 32-bit floats.
  func write(_ tensor: Tensor) throws(CheckpointError) {
    let code = tensor.withUnsafeBuffer { writeAll(UnsafeRawBufferPointer($0)) }
    guard code == 0 else { throw failure(code) }
  }

  /// Makes sure that everything is on the disk, then gives the file its name.
  func commit() throws(CheckpointError) {
    guard fsync(descriptor) == 0 else { throw failure(errno) }
    let closed = close(descriptor)
    descriptor = -1
    guard closed == 0, rename(temporary, path) == 0 else {
      let code = errno
      unlink(temporary)
      throw failure(code)
    }
    syncFolder()
  }

  /// Writes all of `buffer`; the system's error code, or 0.
  private func writeAll(_ buffer: UnsafeRawBufferPointer) -> Int32 {
    var done = 0
    while done < buffer.count {
      let count = Glibc.write(
        descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return errno }
      done += count
    }
    return 0
  }

  /// Makes the new name durable.
  ///
  /// Some file systems cannot; the contents are safe all the same.
  private func syncFolder() {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  private func failure(_ code: Int32) -> CheckpointError {
    let unchanged = access(path, F_OK) == 0 ? "; the file that was there is unchanged" : ""
    return switch code {
    case ENOSPC, EDQUOT, EFBIG:
      CheckpointError(
        "\(path) could not be written: its \(byteCount) bytes do not fit on the disk "
          + "(\(SystemError.text(code)))\(unchanged)")
    default:
      CheckpointError("\(path) could not be written: \(SystemError.text(code))\(unchanged)")
    }
  }
}
