import Glibc

/// Takes what the process prints to standard output, for a while.
///
/// Standard error is left alone: what a crash says there must not be lost.
final class PrintedText {
  private let file: Int32
  private let original: Int32
  private var position = 0

  /// Begins; `nil` where the system has no descriptors left, and printing goes on as before.
  init?() {
    file = Self.namelessFile()
    original = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
    guard file >= 0, original >= 0 else {
      close(file)
      close(original)
      return nil
    }
    fflush(nil)
    dup2(file, STDOUT_FILENO)
  }

  private static func namelessFile() -> Int32 {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var path = Array("\(folder)/printed-XXXXXX".utf8CString)
    let file = mkstemp(&path)
    guard file >= 0 else { return file }
    unlink(path)
    _ = fcntl(file, F_SETFD, FD_CLOEXEC)
    return file
  }

  /// What was printed since the last call.
  func take() -> String {
    fflush(nil)
    let size = Int(lseek(file, 0, SEEK_END))
    guard size > position else { return "" }
    var bytes = [UInt8](repeating: 0, count: size - position)
    let count = pread(file, &bytes, bytes.count, position)
    position += max(0, count)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }

  /// Ends: printing goes where it went before.
  func end() -> String {
    let rest = take()
    dup2(original, STDOUT_FILENO)
    close(original)
    close(file)
    return rest
  }
}
