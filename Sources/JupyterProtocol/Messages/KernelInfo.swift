/// Asks what kernel this is; has no content.
public enum KernelInfoRequest { public static let type = "kernel_info_request" }

/// What a kernel says about itself.
public struct KernelInfoReply: OutgoingContent {
  public static let type = "kernel_info_reply"

  /// A language as front ends need to know it to highlight and to export.
  public struct Language: Hashable, Sendable {
    public var name: String
    public var version: String
    public var mimetype: String
    public var fileExtension: String
    public var pygmentsLexer: String
    public var codeMirrorMode: String

    public init(
      name: String, version: String, mimetype: String, fileExtension: String,
      pygmentsLexer: String, codeMirrorMode: String
    ) {
      self.name = name
      self.version = version
      self.mimetype = mimetype
      self.fileExtension = fileExtension
      self.pygmentsLexer = pygmentsLexer
      self.codeMirrorMode = codeMirrorMode
    }
  }

  /// An entry of the front end's help menu.
  public struct Link: Hashable, Sendable {
    public var text: String
    public var url: String

    public init(_ text: String, url: String) {
      self.text = text
      self.url = url
    }
  }

  public var implementation: String
  public var implementationVersion: String
  public var language: Language
  public var banner: String
  public var links: [Link]
  /// The optional parts of the protocol that the kernel knows (JEP 92).
  public var features: [String]

  public init(
    implementation: String, implementationVersion: String, language: Language, banner: String,
    links: [Link], features: [String] = []
  ) {
    self.implementation = implementation
    self.implementationVersion = implementationVersion
    self.language = language
    self.banner = banner
    self.links = links
    self.features = features
  }

  public var json: JSON {
    [
      "status": "ok", "protocol_version": .string(Header.protocolVersion),
      "implementation": .string(implementation),
      "implementation_version": .string(implementationVersion), "banner": .string(banner),
      "language_info": [
        "name": .string(language.name), "version": .string(language.version),
        "mimetype": .string(language.mimetype), "file_extension": .string(language.fileExtension),
        "pygments_lexer": .string(language.pygmentsLexer),
        "codemirror_mode": .string(language.codeMirrorMode),
      ],
      "help_links": .array(links.map { ["text": .string($0.text), "url": .string($0.url)] }),
      "debugger": false, "supported_features": .array(features.map { .string($0) }),
    ]
  }
}
