import JupyterProtocol

/// What the kernel says about itself.
public struct KernelIdentity: Sendable {
  /// The version of Offramp.
  public var version: String
  /// The version of Swift that cells are written in.
  public var swiftVersion: String

  public init(version: String, swiftVersion: String) {
    self.version = version
    self.swiftVersion = swiftVersion
  }

  var reply: KernelInfoReply {
    KernelInfoReply(
      implementation: "offramp", implementationVersion: version,
      language: .init(
        name: "swift", version: swiftVersion, mimetype: "text/x-swift", fileExtension: ".swift",
        pygmentsLexer: "swift", codeMirrorMode: "swift"),
      banner: "Offramp \(version): early-exit networks in Swift \(swiftVersion)",
      links: [
        .init("Swift", url: "https://docs.swift.org/swift-book/"),
        .init("Swift standard library", url: "https://developer.apple.com/documentation/swift"),
      ],
      features: ["kernel subshells"])
  }
}
