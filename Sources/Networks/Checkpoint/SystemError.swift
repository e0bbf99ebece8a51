import Glibc

/// What the system said last.
enum SystemError {
  /// The text for `errno`, such as "No such file or directory".
  static var last: String { text(errno) }

  static func text(_ code: Int32) -> String {
    strerror(code).map { String(cString: $0) } ?? "error \(code)"
  }
}
