import Glibc

/// Where the history is kept.
public struct HistoryFile: Sendable {
  /// The path of an SQLite database, or `:memory:` for a history that ends with the kernel.
  public let path: String
  /// How many cells are kept at most, over all sessions.
  public let maximumCells: Int
  /// How large the file may become before old cells are given up, in bytes.
  public let maximumBytes: Int

  public init(path: String, maximumCells: Int = 100_000, maximumBytes: Int = 256 << 20) {
    self.path = path
    self.maximumCells = maximumCells
    self.maximumBytes = maximumBytes
  }

  /// The history of this kernel's process.
  public static let memory = HistoryFile(path: ":memory:")

  /// The user's: what `OFFRAMP_HISTORY` names, else `offramp/history.sqlite` in the folder for data.
  public static var user: HistoryFile {
    func value(_ name: String) -> String? {
      getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
    if let path = value("OFFRAMP_HISTORY") { return HistoryFile(path: path) }
    // The XDG specification has relative paths ignored.
    let data = value("XDG_DATA_HOME").flatMap { $0.hasPrefix("/") ? $0 : nil }
    guard let folder = data ?? value("HOME").map({ "\($0)/.local/share" }) else { return .memory }
    return HistoryFile(path: "\(folder)/offramp/history.sqlite")
  }

  /// Makes the file and its folder, for the user only, where they are missing.
  ///
  /// SQLite gives the files that it puts beside it the same permissions.
  func prepare() {
    guard path != Self.memory.path else { return }
    if let end = path.lastIndex(of: "/") { makeFolders(String(path[..<end])) }
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    if descriptor >= 0 { close(descriptor) }
  }
}
