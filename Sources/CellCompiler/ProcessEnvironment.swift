import Glibc

/// This process's environment, and values for what it does not say.
package func processEnvironment(over defaults: [String: String]) -> [String: String] {
  var result = defaults
  var entry = environ
  while let text = entry.pointee {
    let parts = String(cString: text).split(
      separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    if parts.count == 2 { result[String(parts[0])] = String(parts[1]) }
    entry += 1
  }
  return result
}
