import Glibc

/// The environment variables of this process.
enum Environment {
  /// A variable's value; a variable that is set but empty counts as not set.
  static subscript(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }

  /// The user's home folder.
  static var home: String {
    if let home = Environment["HOME"] { return home }
    guard let user = getpwuid(getuid()) else { return "/" }
    return String(cString: user.pointee.pw_dir)
  }

  /// Whether a variable is set to something other than what Jupyter reads as no.
  static func isOn(_ name: String) -> Bool {
    guard let value = Environment[name] else { return false }
    return !["no", "n", "false", "off", "0", "0.0"].contains(value.lowercased())
  }
}
