package import JupyterProtocol

/// A kernel's sockets and threads, without the process around them.
package final class KernelServer: Sendable {
  private let connection: ConnectionFile
  private let host: any CellHost
  private let log: Log
  private let context = SocketContext()
  private let iopub: IOPub
  private let routers: [RouterChannel]
  private let heartbeat: Heartbeat
  private let queue = RequestQueue()
  private let input: InputDesk
  private let history: History
  private let runner: CellRunner
  private let handler: RequestHandler
  private let threads = Monitor<[KernelThread]>([])

  /// Binds all sockets.
  ///
  /// - Parameters:
  ///   - history: where it is kept.
  ///   - onShutdown: called once a front end has asked for the end and got its reply.
  /// - Throws: `KernelError` when an endpoint cannot be had.
  package init(
    _ connection: ConnectionFile, host: any CellHost, identity: KernelIdentity,
    history: HistoryFile = .memory, log: Log, onShutdown: @escaping @Sendable () -> Void
  ) throws(KernelError) {
    let wire = WireFormat(key: connection.key)
    let messages = MessageFactory()
    self.connection = connection
    self.host = host
    self.log = log
    iopub = try IOPub(connection, in: context, wire: wire, messages: messages)
    var routers: [RouterChannel] = []
    for channel in [Channel.shell, .control, .stdin] {
      routers.append(
        try RouterChannel(channel, of: connection, in: context, wire: wire, log: log))
    }
    self.routers = routers
    heartbeat = try Heartbeat(connection)
    let comms = CommRegistry()
    input = InputDesk(routers[2], messages: messages, log: log)
    self.history = History(history, log: log)
    runner = CellRunner(
      host: host, iopub: iopub, input: input, comms: comms, history: self.history, log: log)
    handler = RequestHandler(
      host: host, runner: runner, iopub: iopub, comms: comms, history: self.history,
      messages: messages, identity: identity, connection: connection, queue: queue, log: log,
      onShutdown: onShutdown)
  }

  /// Starts all threads.
  package func start() {
    let own =
      [heartbeat.start(), iopub.start(), history.start()]
      + routers.map { $0.start(onMessage: receive) }
    // Parsers run here, and they recurse as deep as the user's code.
    let execution = KernelThread("execution", stack: 64 << 20, takesSignals: true, execute)
    threads.withLock { $0 = [execution] + own }
  }

  /// Asks the running cell to end; does nothing when none runs.
  package func interrupt() { runner.interrupt() }

  /// Ends the cells' processes and all threads, and sends what is still to be sent.
  package func stop() {
    queue.close()
    input.close()
    host.shutdown()
    let threads = threads.withLock { $0 }
    if let execution = threads.first, !execution.join(seconds: 2) {
      log("the running cell has not ended after two seconds; the kernel ends without it")
    }
    history.close()
    for router in routers { router.close() }
    iopub.close()
    heartbeat.stop()
    for thread in threads.dropFirst() { _ = thread.join(seconds: 2) }
    context.terminate()
    connection.removeSocketFiles()
  }

  private func receive(_ message: Message, from channel: RouterChannel) {
    switch (channel.channel, message.header.type) {
    // Front ends of protocol 5.3 and before ask on shell, where it must not wait for a cell.
    case (.control, _), (.shell, ShutdownRequest.type): handler.handle(message, from: channel)
    case (.stdin, _): input.receive(message)
    default: queue.append(message)
    }
  }

  private func execute() {
    guard let shell = routers.first(where: { $0.channel == .shell }) else { return }
    while let entry = queue.next() {
      handler.handle(entry.request, from: shell, isAborted: entry.isAborted)
    }
  }
}
