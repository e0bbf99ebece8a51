/// A package as the user asks for it.
///
/// ```
/// ../Shapes
/// "https://github.com/apple/swift-numerics" from: "1.0.0" product: Numerics
/// .package(url: "https://github.com/apple/swift-numerics", from: "1.0.0")
/// ```
package struct PackageRequest: Hashable, Sendable {
  /// Where the package is.
  package enum Place: Hashable, Sendable {
    /// A folder, by its whole path.
    case folder(String)
    /// A repository and, as Swift's package manager writes it, which of its versions.
    case repository(url: String, version: String)
  }

  /// Where the package is.
  package var place: Place
  /// The products wanted; empty for all its libraries.
  package var products: [String]

  /// The package's own name: the last part of its address.
  package var name: String {
    let address =
      switch place {
      case .folder(let path): path
      case .repository(let url, _): url
      }
    let last = address.split(separator: "/").last.map(String.init) ?? address
    return last.hasSuffix(".git") ? String(last.dropLast(4)) : last
  }

  /// The element of a manifest's `dependencies`.
  var dependency: String {
    switch place {
    case .folder(let path): ".package(path: \(quoted(path)))"
    case .repository(let url, let version): ".package(url: \(quoted(url)), \(version))"
    }
  }

  /// The manifest of a package that depends on this one.
  func manifest(products: [String]) -> String {
    let list = products.map { ".product(name: \(quoted($0)), package: \(quoted(name)))" }
    return """
      // swift-tools-version: 5.9
      import PackageDescription
      let package = Package(
        name: "\(Self.module)",
        products: [
          .library(name: "\(Self.module)", type: .dynamic, targets: ["\(Self.module)"])
        ],
        dependencies: [\(dependency)],
        targets: [
          .target(name: "\(Self.module)", dependencies: [\(list.joined(separator: ", "))])
        ]
      )

      """
  }

  /// The name of the generated package, its product and its only target.
  static let module = "OfframpImports"
}

/// Text as a Swift literal.
private func quoted(_ text: String) -> String {
  var literal = "\""
  for character in text {
    if character == "\"" || character == "\\" { literal.append("\\") }
    literal.append(character)
  }
  return literal + "\""
}

// MARK: Reading what the user wrote

extension PackageRequest {
  /// Reads a request.
  ///
  /// - Parameters:
  ///   - text: What stands behind the command.
  ///   - folder: The folder to which a path is relative.
  /// - Throws: ``PackageError`` with a sentence on what is missing or not understood.
  package init(parsing text: String, in folder: String) throws(PackageError) {
    var reader = ArgumentReader(Self.unwrapped(text))
    var fields = try reader.fields()
    products = fields.take(["product", "products"]).flatMap(\.values)
    let url = fields.take(["url"]).first?.values.first
    let path = fields.take(["path"]).first?.values.first
    _ = fields.take(["name"])
    let first = fields.take([""]).flatMap(\.values)
    let address = url ?? path ?? first.first
    guard let address, !address.isEmpty else { throw Self.usage("No package is named") }
    guard first.count <= (url ?? path == nil ? 1 : 0) else {
      throw Self.usage("“\(first.last ?? "")” is one word too many")
    }
    guard url != nil || Self.isRepository(address) else {
      if let field = fields.all.first {
        throw PackageError(
          "A package in a folder has no versions: leave out “\(field.label):”, or give the address "
            + "of a repository.")
      }
      place = .folder(try Self.existing(address, in: folder))
      return
    }
    place = .repository(url: address, version: try Self.version(fields, of: address))
  }

  private static func usage(_ problem: String) -> PackageError {
    PackageError(
      "\(problem): write %package FOLDER or %package \"https://github.com/OWNER/NAME\" from: "
        + "\"1.0.0\".")
  }

  private static func isRepository(_ address: String) -> Bool {
    address.contains("://") || address.hasPrefix("git@")
  }

  /// The inside of `.package(…)`, and what stands behind it.
  private static func unwrapped(_ text: String) -> String {
    guard text.hasPrefix(".package("), let end = text.lastIndex(of: ")") else { return text }
    let inside = text[text.index(text.startIndex, offsetBy: 9)..<end]
    let rest = text[text.index(after: end)...].drop { $0 == "," || $0.isWhitespace }
    return rest.isEmpty ? String(inside) : "\(inside), \(rest)"
  }

  private static func existing(_ path: String, in folder: String) throws(PackageError) -> String {
    var whole = path
    if path == "~" || path.hasPrefix("~/") {
      whole = (home ?? "") + path.dropFirst()
    } else if !path.hasPrefix("/") {
      whole = "\(folder)/\(path)"
    }
    guard let real = realPath(whole) else {
      throw PackageError("There is no folder \(whole): give the folder that holds Package.swift.")
    }
    guard FileStamp("\(real)/Package.swift") != nil else {
      throw PackageError("\(real) holds no Package.swift: give the folder of a Swift package.")
    }
    return real
  }

  private static func version(
    _ fields: ArgumentFields, of address: String
  ) throws(PackageError) -> String {
    guard let field = fields.all.first else {
      throw PackageError(
        "\(address) needs a version: add from: \"1.0.0\", exact: \"1.0.0\", branch: \"main\" or "
          + "revision: \"…\".")
    }
    guard fields.all.count == 1, field.values.count == 1, let value = field.values.first else {
      throw usage("More than one version is named")
    }
    switch field.label {
    case "from", "exact": return "\(field.label): \(quoted(try number(value)))"
    case "branch", "revision": return "\(field.label): \(quoted(value))"
    default: throw usage("“\(field.label):” is not known")
    }
  }

  /// A version of three numbers; missing ones are 0.
  private static func number(_ text: String) throws(PackageError) -> String {
    let core = text.prefix { $0.isNumber || $0 == "." }
    var parts = core.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...3).contains(parts.count), parts.allSatisfy({ Int($0) != nil }) else {
      throw PackageError("“\(text)” is not a version: write three numbers, such as 1.2.0.")
    }
    while parts.count < 3 { parts.append("0") }
    return parts.joined(separator: ".") + text.dropFirst(core.count)
  }
}
