import FoundationEssentials

/// What is kept about a built package, beside it on disk.
struct PackageState: Codable {
  /// A version that is to be used again.
  struct Pin: Codable, Hashable {
    struct State: Codable, Hashable {
      var revision: String?
      var version: String?
      var branch: String?
    }
    var identity: String
    var kind: String
    var location: String
    var state: State
  }

  /// The version, the branch, or “local”.
  var version: String
  /// The modules to import.
  var modules: [String]
  /// The targets with the hashes of their sources.
  var targets: [String: String]
  /// The compiler's arguments for clients.
  var flags: [String]
  /// The folders of the user's own packages that it was built from.
  var folders: [String]
  /// What their files were.
  var stamp: String
  /// The versions of the repositories.
  var pins: [Pin]
}

extension PackageState {
  /// Reads what was kept in a file, if it is there and whole.
  init?(readingFrom path: String) {
    guard let bytes = readFile(path),
      let state = try? JSONDecoder().decode(Self.self, from: Data(bytes))
    else { return nil }
    self = state
  }

  /// Keeps it in a file.
  func write(to path: String) -> Int32 {
    guard let data = try? JSONEncoder().encode(self) else { return 22 }
    return writeFile(path, Array(data))
  }

  /// Whether the user's own packages are as they were.
  var isCurrent: Bool { stamp == Self.stamp(of: folders) }

  /// A hash of the names, sizes and times of all files in folders.
  static func stamp(of folders: [String]) -> String {
    var text = ""
    func visit(_ path: String, depth: Int) {
      let names = depth < 24 ? filesIn(path) : []
      for name in names { visit("\(path)/\(name)", depth: depth + 1) }
      if names.isEmpty { text += "\(path) \(FileStamp(path)?.text ?? "")\n" }
    }
    for folder in folders { visit(folder, depth: 0) }
    return sha256(text.utf8)
  }
}

/// The list of versions that Swift's package manager keeps beside a manifest.
struct ResolvedVersions: Codable {
  var pins: [PackageState.Pin]
  var version = 2

  static func read(_ path: String) -> [PackageState.Pin] {
    guard let bytes = readFile(path) else { return [] }
    return (try? JSONDecoder().decode(Self.self, from: Data(bytes)))?.pins ?? []
  }

  func write(to path: String) -> Int32 {
    guard let data = try? JSONEncoder().encode(self) else { return 22 }
    return writeFile(path, Array(data))
  }
}

/// What a manifest says about products, as `swift package dump-package` prints it.
struct PackageManifest: Decodable {
  struct Product: Decodable {
    /// A product's type is the only member of an object.
    struct Kind: Decodable {
      enum CodingKeys: CodingKey { case library }
      var isLibrary: Bool

      init(from decoder: any Decoder) throws {
        isLibrary = try decoder.container(keyedBy: CodingKeys.self).contains(.library)
      }
    }
    var name: String
    var targets: [String]
    var type: Kind
  }
  var products: [Product]

  /// Reads the part of a tool's output that is JSON.
  init?(output: [UInt8]) {
    guard let start = output.firstIndex(of: UInt8(ascii: "{")),
      let manifest = try? JSONDecoder().decode(Self.self, from: Data(output[start...]))
    else { return nil }
    self = manifest
  }
}

/// Where the package manager has put the sources of each package.
struct WorkspaceState: Decodable {
  struct Object: Decodable {
    var dependencies: [Dependency]
  }
  struct Dependency: Decodable {
    struct Reference: Decodable {
      var identity: String
      var kind: String
      var location: String
    }
    var packageRef: Reference
    var subpath: String
  }
  var object: Object

  /// Reads the state of a build folder.
  init?(build: String) {
    guard let bytes = readFile("\(build)/workspace-state.json"),
      let state = try? JSONDecoder().decode(Self.self, from: Data(bytes))
    else { return nil }
    self = state
  }
}
