import Glibc
import JupyterProtocol

/// A Jupyter kernel: cells in, results out, until the front end says that it is enough.
///
/// ```swift
/// let kernel = try Kernel(connectionFile: path, host: session, identity: identity)
/// try kernel.run()
/// ```
public struct Kernel {
  private let connection: ConnectionFile
  private let host: any CellHost
  private let identity: KernelIdentity
  private let history: HistoryFile
  private let log: Log

  /// Reads where to listen.
  ///
  /// - Parameters:
  ///   - connectionFile: the path that Jupyter gives in place of `{connection_file}`.
  ///   - host: runs the cells.
  ///   - history: where it is kept; by default it ends with the kernel.
  ///   - log: takes what no front end can be told.
  /// - Throws: `ConnectionFileError`.
  public init(
    connectionFile: String, host: any CellHost, identity: KernelIdentity,
    history: HistoryFile = .memory, log: Log = .standardError
  ) throws {
    connection = try ConnectionFile(path: connectionFile)
    self.host = host
    self.identity = identity
    self.history = history
    self.log = log
  }

  /// Serves front ends until the end, and shuts the host down.
  ///
  /// The end comes when a front end asks for it, with SIGTERM or SIGHUP, or when the process that
  /// started the kernel has died. SIGINT interrupts the running cell. Call from the main thread.
  ///
  /// - Throws: `KernelError` when an endpoint cannot be had.
  public func run() throws {
    let parent = ParentWatch()
    let signals = try ProcessSignals()
    let ended = Wakeup()
    let server = try KernelServer(
      connection, host: host, identity: identity, history: history, log: log
    ) { ended.signal() }
    server.start()
    while true {
      var events = [
        pollfd(fd: ended.descriptor, events: Int16(POLLIN), revents: 0),
        pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0),
      ]
      poll(&events, nfds_t(events.count), 1000)
      while let wish = signals.next() {
        guard wish == .interrupt else { return server.stop() }
        server.interrupt()
      }
      if events[0].revents != 0 || parent.isOrphaned { return server.stop() }
    }
  }
}
