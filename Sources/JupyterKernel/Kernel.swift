import Glibc
import JupyterProtocol

/// A Jupyter kernel: cells in, results out, until the front end says that it is enough.
///
/// ```swift
/// let kernel = try Kernel(connectionFile: path, host: session, identity: identity)
/// try kernel.run()
/// ```
public struct Kernel: Sendable {
  private let file: StartFile
  private let host: any CellHost
  private let identity: KernelIdentity
  private let history: HistoryFile
  private let log: Log

  /// Reads where to listen.
  ///
  /// - Parameters:
  ///   - connectionFile: the path that Jupyter gives in place of `{connection_file}`: of a
  ///     connection file, or of a registration file.
  ///   - host: runs the cells.
  ///   - history: where it is kept; by default it ends with the kernel.
  ///   - log: takes what no front end can be told.
  /// - Throws: `ConnectionFileError`.
  public init(
    connectionFile: String, host: any CellHost, identity: KernelIdentity,
    history: HistoryFile = .memory, log: Log = .standardError
  ) throws {
    file = try StartFile(path: connectionFile)
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
  /// - Throws: `KernelError` when an endpoint cannot be had, or nobody takes the registration.
  public func run() throws {
    let parent = ParentWatch()
    let signals = try ProcessSignals()
    let ended = Wakeup()
    let server = try KernelServer(
      file.connection, host: host, identity: identity, history: history, log: log
    ) { ended.signal() }
    server.start()
    defer { server.stop() }
    let path = try register(server.connection)
    defer { if let path { unlink(path) } }
    wait(for: ended, signals, parent, interrupt: server.interrupt)
  }

  /// Tells a launcher that wants to know where the kernel listens; returns the file that says so.
  private func register(_ connection: ConnectionFile) throws(KernelError) -> String? {
    guard case .registration(let file) = file else { return nil }
    let registration = Registration(file: file, log: log)
    try registration.announce(connection)
    return registration.writeConnectionFile(connection)
  }

  /// Returns when the kernel is to end.
  private func wait(
    for ended: Wakeup, _ signals: ProcessSignals, _ parent: borrowing ParentWatch,
    interrupt: () -> Void
  ) {
    var events = [ended.descriptor, signals.descriptor, parent.descriptor].map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    while true {
      poll(&events, nfds_t(events.count), parent.interval)
      while let wish = signals.next() {
        guard wish == .interrupt else { return }
        interrupt()
      }
      if events[0].revents != 0 || events[2].revents != 0 || parent.isOrphaned { return }
    }
  }
}

extension StartFile {
  fileprivate var connection: ConnectionFile {
    switch self {
    case .connection(let connection): connection
    case .registration(let file): file.connection
    }
  }
}
