import Glibc

/// A command that could not do its work: one sentence for the person who ran it.
struct Failure: Error, CustomStringConvertible {
  let description: String

  init(_ sentence: String) { description = sentence }

  /// A system call on `path` failed; `action` completes "Cannot …".
  static func system(_ action: String, _ path: String, code: Int32 = errno) -> Failure {
    let reason = String(cString: strerror(code))
    let advice =
      switch code {
      case EACCES, EPERM, EROFS: "choose a folder you may write to, or run as its owner"
      case ENOSPC, EDQUOT: "free some space and run the command again"
      default: "put that right and run the command again"
      }
    return Failure("Cannot \(action) \(path): \(reason); \(advice).")
  }
}
