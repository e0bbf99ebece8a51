internal import Synchronization

/// How far a download is.
public struct DownloadProgress: Hashable, Sendable {
  /// What is happening.
  public enum Stage: String, Hashable, Sendable { case downloading, checking, unpacking, finished }

  /// The name of the data set.
  public let name: String
  public let stage: Stage
  /// Bytes on disk so far.
  public let bytes: Int
  /// Bytes in all.
  public let total: Int

  package init(name: String, stage: Stage, bytes: Int, total: Int) {
    self.name = name
    self.stage = stage
    self.bytes = bytes
    self.total = total
  }

  /// The part that is done, 0…1.
  public var fraction: Double { total > 0 ? min(1, Double(bytes) / Double(total)) : 0 }
}

extension Dataset {
  /// Called while data is downloaded, ten times a second, on the thread that asked for the data.
  ///
  /// What it throws ends the download and comes out of the call that wanted the data; what has been
  /// downloaded stays and is continued next time.
  public static var downloadObserver: (@Sendable (DownloadProgress) throws -> Void)? {
    get { observer.withLock { $0 } }
    set { observer.withLock { $0 = newValue } }
  }
}

private let observer = Mutex<(@Sendable (DownloadProgress) throws -> Void)?>(nil)
