extension CellSession {
  /// Where a session finds its parts.
  public struct Configuration: Sendable {
    /// The executable that is started as the worker, with the arguments `worker`.
    public var executable: String
    /// The folder of the library's compiled modules (`Offramp.swiftmodule` and its like).
    public var modules: String
    /// The folder of compiled cells; `nil` compiles without a cache.
    public var cache: String?
    /// The folder cells see as the current one.
    public var workingDirectory: String?
    /// The environment of the worker.
    public var environment: [String: String]

    /// A configuration with every part given.
    public init(
      executable: String, modules: String, cache: String?, workingDirectory: String? = nil,
      environment: [String: String]
    ) {
      self.executable = executable
      self.modules = modules
      self.cache = cache
      self.workingDirectory = workingDirectory
      self.environment = environment
    }
  }
}
