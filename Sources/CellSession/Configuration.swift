extension CellSession {
  /// Where a session finds its parts, and how it treats cells.
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
    /// Whether a snapshot is taken before each cell, so that a crash costs that cell only.
    public var takesSnapshots = true
    /// The bytes of text that a cell may print; more is counted, not shown.
    public var outputLimit = 10_000_000
    /// Seconds that a cell has to heed an interrupt before it is ended.
    public var grace = 2.0
    /// Whether this process has no children but the session's, so that those which programs of
    /// cells leave behind can be told: they are waited for, and ended with the session.
    public var adoptsOrphans = false

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
