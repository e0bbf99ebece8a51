/// The module maps of C targets among a compiler's arguments.
enum ModuleMaps {
  private static let option = "-fmodule-map-file="

  /// The modules that the maps among the arguments describe.
  static func modules(in flags: [String]) -> [String] { flags.flatMap(modules(ofFlag:)) }

  /// The arguments without the maps of modules that are described already: the compiler refuses two
  /// of one name.
  static func flags(_ flags: [String], without known: Set<String>) -> [String] {
    var result: [String] = []
    for flag in flags {
      if !known.isDisjoint(with: modules(ofFlag: flag)) {
        if result.last == "-Xcc" { result.removeLast() }
      } else {
        result.append(flag)
      }
    }
    return result
  }

  private static func modules(ofFlag flag: String) -> [String] {
    guard flag.hasPrefix(option), let text = readFile(String(flag.dropFirst(option.count))) else {
      return []
    }
    let map = String(decoding: text, as: UTF8.self)
    return map.matches(of: #/^(?:framework\s+)?module\s+"?([\w.]+)"?/#.anchorsMatchLineEndings())
      .map { String($0.1) }
  }
}
