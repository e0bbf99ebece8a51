import Glibc
import Tensors

/// A file of which only what is asked for is read, straight from the system's cache.
///
/// A part is mapped while it is looked at and let go afterwards, so a file larger than memory costs
/// no more than the part. The size is checked again before every look: a file that was made shorter
/// since it was opened is an error and no crash.
final class MappedFile {
  private let path: String
  private let descriptor: Int32
  /// The size in bytes when the file was opened.
  let size: Int

  /// Opens `path` for reading.
  init(_ path: String) throws(CheckpointError) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw CheckpointError("\(path) could not be opened: \(SystemError.last)")
    }
    guard let size = Self.size(of: descriptor) else {
      close(descriptor)
      throw CheckpointError("\(path) is not a file that holds tensors")
    }
    self.size = size
  }

  deinit {
    close(descriptor)
  }

  /// An error about this file.
  func error(_ problem: String) -> CheckpointError {
    CheckpointError("\(path) \(problem)")
  }

  /// A copy of the bytes in `range`.
  func bytes(_ range: Range<Int>) throws(CheckpointError) -> [UInt8] {
    try withBytes(range) { Array($0) }
  }

  /// Hands over the bytes in `range` where they lie; they are gone after `body`.
  func withBytes<Result>(
    _ range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws(CheckpointError) -> Result
  ) throws(CheckpointError) -> Result {
    guard !range.isEmpty else { return try body(UnsafeRawBufferPointer(start: nil, count: 0)) }
    try checkSize(range)
    let page = sysconf(Int32(_SC_PAGESIZE))
    let start = range.lowerBound / page * page
    let length = range.upperBound - start
    guard let map = mmap(nil, length, PROT_READ, MAP_PRIVATE, descriptor, start),
      map != MAP_FAILED
    else { throw error("could not be mapped into memory: \(SystemError.last)") }
    defer { munmap(map, length) }
    try readAhead(map, length)
    return try body(
      UnsafeRawBufferPointer(start: map + (range.lowerBound - start), count: range.count))
  }

  /// Reads the pages in; what the file lacks by now is an error here instead of a signal later.
  private func readAhead(_ map: UnsafeMutableRawPointer, _ length: Int) throws(CheckpointError) {
    // MADV_POPULATE_READ, which older C libraries do not name. A kernel before 5.14 does not know it
    // (EINVAL) and reads each page when it is touched.
    guard madvise(map, length, 22) != 0, errno != EINVAL else { return }
    throw error("could not be read: \(SystemError.last)")
  }

  private func checkSize(_ range: Range<Int>) throws(CheckpointError) {
    let now = Self.size(of: descriptor) ?? 0
    guard range.upperBound <= now else {
      throw error(
        "was cut short since it was opened: it had \(size) bytes and now has \(now); read it again")
    }
  }

  /// The size of a regular file; `nil` for anything else.
  private static func size(of descriptor: Int32) -> Int? {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }
}

extension MappedFile {
  /// The tensor of `entry`, when the first one lies at `start`.
  func tensor(
    _ entry: SafetensorsHeader.Entry, from start: Int
  ) throws(CheckpointError) -> Tensor {
    guard entry.shape.checkedCount != nil else {
      throw error("holds \(entry.name) of \(entry.shape), which does not fit in memory")
    }
    let range = start + entry.range.lowerBound..<start + entry.range.upperBound
    return try withBytes(range) { bytes throws(CheckpointError) in
      var lost: String?
      let tensor = Tensor(shape: entry.shape) { buffer in
        lost = entry.type.copy(bytes, into: buffer)
      }
      guard let lost else { return tensor }
      throw error(
        "holds \(lost) in \(entry.name), which 32-bit floats cannot hold exactly: keep whole "
          + "numbers within ±16777216")
    }
  }
}

extension ScalarType {
  /// Writes numbers of this type as 32-bit floats; gives the first whole number that is lost.
  fileprivate func copy(
    _ bytes: UnsafeRawBufferPointer, into buffer: UnsafeMutableBufferPointer<Float>
  ) -> String? {
    guard self == .float32 else { return convert(bytes, into: buffer) }
    UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
    return nil
  }
}
