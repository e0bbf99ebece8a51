import Glibc

/// A folder that is removed when the test ends.
final class TemporaryFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/offramp-test-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw Failure() }
    path = String(cString: made)
  }

  deinit { run("rm", "-rf", path) }

  struct Failure: Error {}

  func write(_ bytes: [UInt8], to name: String) throws {
    guard let file = fopen("\(path)/\(name)", "w") else { throw Failure() }
    defer { fclose(file) }
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw Failure() }
  }

  func makeFolder(_ name: String) { mkdir("\(path)/\(name)", 0o755) }

  func exists(_ name: String) -> Bool { access("\(path)/\(name)", F_OK) == 0 }

  /// Runs a program and returns what it prints.
  @discardableResult
  func run(_ words: String...) -> String {
    let command = words.map { "'\($0)'" }.joined(separator: " ")
    guard let pipe = popen(command, "r") else { return "" }
    defer { pclose(pipe) }
    var text = ""
    while let c = Optional(getc(pipe)), c != EOF { text.append(Character(UnicodeScalar(UInt8(c)))) }
    return text
  }
}
