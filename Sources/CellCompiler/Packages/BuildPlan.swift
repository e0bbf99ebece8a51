import FoundationEssentials

/// What Swift's package manager did to build the generated package: how its target was compiled,
/// how its library was linked, and of which objects.
struct BuildPlan {
  /// The compiler's arguments that a client of the package needs: where C's module maps and headers
  /// are, and which macros there are.
  let clientFlags: [String]
  /// The objects of the library, without that of the generated target.
  let objects: [String]
  /// The linker's command, without output and objects.
  let linkCommand: [String]
  /// The folder of the results.
  let folder: String

  /// Reads the plan of a release build in `build`; `nil` if it is not as expected.
  init?(build: String) {
    guard let folder = realPath("\(build)/release"), let text = readFile("\(build)/release.yaml"),
      let listed = readFile("\(folder)/\(PackageRequest.module).product/Objects.LinkFileList")
    else { return nil }
    let lines = text.split(separator: UInt8(ascii: "\n"))
    guard let compile = Self.command(".module", in: lines),
      let link = Self.command(".dylib", in: lines)
    else { return nil }
    self.folder = folder
    objects = String(decoding: listed, as: UTF8.self).split(separator: "\n").map(Self.unquoted)
      .filter { !$0.contains("/\(PackageRequest.module).build/") }
    clientFlags = Self.clientFlags(of: compile, folder: folder)
    linkCommand = Self.linkCommand(of: link)
  }

  /// The arguments of the generated target's command of that kind.
  private static func command(_ kind: String, in lines: [ArraySlice<UInt8>]) -> [String]? {
    let start = "  \"C.\(PackageRequest.module)-"
    let end = "\(kind)\":"
    let name = lines.firstIndex {
      $0.starts(with: start.utf8) && $0.suffix(end.utf8.count).elementsEqual(end.utf8)
    }
    let label = "    args: "
    guard let name, let line = lines[name...].first(where: { $0.starts(with: label.utf8) }) else {
      return nil
    }
    return try? JSONDecoder().decode(
      [String].self, from: Data(line.dropFirst(label.utf8.count)))
  }

  private static func unquoted(_ line: Substring) -> String {
    guard line.hasPrefix("\"") || line.hasPrefix("'") else { return String(line) }
    return String(line.dropFirst().dropLast())
  }

  private static func clientFlags(of command: [String], folder: String) -> [String] {
    let own: Set = ["-fPIC", "-g", "-fno-omit-frame-pointer"]
    var flags: [String] = []
    // The driver passes macros on to the frontend, which cells are compiled with.
    let command = command.filter { $0 != "-Xfrontend" }
    for (flag, value) in zip(command, command.dropFirst()) {
      switch flag {
      case "-Xcc" where !own.contains(value): flags += [flag, value]
      case "-I" where value != "\(folder)/Modules" && !value.hasPrefix("-"): flags += [flag, value]
      case "-load-plugin-executable", "-load-plugin-library": flags += [flag, value]
      default: break
      }
    }
    return flags
  }

  private static func linkCommand(of command: [String]) -> [String] {
    var rest = command.filter { !$0.hasPrefix("@") }
    if let output = rest.firstIndex(of: "-o"), output + 1 < rest.count {
      rest.removeSubrange(output...(output + 1))
    }
    return rest
  }
}

extension BuildPlan {
  /// The names of the targets that the objects belong to.
  var targets: [String] {
    var seen: Set<String> = []
    return objects.compactMap(Self.target).filter { seen.insert($0).inserted }
  }

  /// The target of an object: the folder it is in.
  static func target(ofObject path: String) -> String? {
    path.split(separator: "/").last { $0.hasSuffix(".build") }.map { String($0.dropLast(6)) }
  }

  /// A hash of a target's sources, by which the same target in two builds is known.
  func fingerprint(ofTarget name: String) -> String {
    let own = "\(folder)/\(name).build"
    var sources: [String] = []
    if let listed = readFile("\(own)/sources") {
      sources = String(decoding: listed, as: UTF8.self).split(separator: "\n").map(Self.unquoted)
    } else {
      sources = objects.filter { Self.target(ofObject: $0) == name }.compactMap(Self.source)
    }
    let texts = sources.sorted().flatMap { path in
      Array(path.split(separator: "/").last.map(String.init)?.utf8 ?? "".utf8)
        + (readFile(path) ?? [])
    }
    return String(sha256(texts).prefix(24))
  }

  /// The C source of an object, from the dependencies that the compiler notes beside it.
  private static func source(ofObject path: String) -> String? {
    guard let text = readFile("\(path.dropLast(1))d") else { return nil }
    let words = String(decoding: text, as: UTF8.self).split { $0.isWhitespace || $0 == "\\" }
    return words.dropFirst().first.map(String.init)
  }
}
