import Glibc
package import JupyterProtocol

/// A kernel's sockets and threads, without the process around them.
package final class KernelServer: Sendable {
  /// Where the kernel listens.
  package let connection: ConnectionFile
  private let host: any CellHost
  private let log: Log
  private let context = SocketContext()
  private let iopub: IOPub
  private let routers: [RouterChannel]
  private let heartbeat: Heartbeat
  private let access: AccessControl?
  private let queue = RequestQueue()
  private let subshells = Subshells()
  private let input: InputDesk
  private let history: History
  private let runner: CellRunner
  private let handler: RequestHandler
  private let threads = Monitor<[KernelThread]>([])

  /// Binds all sockets.
  ///
  /// - Parameters:
  ///   - connection: where to listen; ports that it does not name are chosen here.
  ///   - history: where it is kept.
  ///   - onShutdown: called once a front end has asked for the end and got its reply.
  /// - Throws: `KernelError` when an endpoint cannot be had.
  package init(
    _ connection: ConnectionFile, host: any CellHost, identity: KernelIdentity,
    history: HistoryFile = .memory, log: Log, onShutdown: @escaping @Sendable () -> Void
  ) throws(KernelError) {
    let wire = WireFormat(key: connection.key)
    let messages = MessageFactory()
    let connection = connection.choosingSocketFiles()
    if !connection.isLocal {
      log(
        "listening at \(connection.address), where other machines may reach this kernel; what "
          + "is sent is signed" + (connection.curve == nil ? " but not encrypted" : ""))
    }
    self.host = host
    self.log = log
    if let keys = connection.curve {
      access = try AccessControl(keys, in: context, log: log)
    } else {
      access = nil
    }
    iopub = try IOPub(connection, in: context, wire: wire, messages: messages)
    var routers: [RouterChannel] = []
    for channel in [Channel.shell, .control, .stdin] {
      routers.append(
        try RouterChannel(channel, of: connection, in: context, wire: wire, log: log))
    }
    self.routers = routers
    heartbeat = try Heartbeat(connection)
    self.connection = connection.listening(at: [
      .iopub: iopub.port, .shell: routers[0].port, .control: routers[1].port,
      .stdin: routers[2].port, .heartbeat: heartbeat.port,
    ])
    let comms = CommRegistry()
    input = InputDesk(routers[2], messages: messages, log: log)
    self.history = History(history, log: log)
    runner = CellRunner(
      host: host, iopub: iopub, input: input, comms: comms, history: self.history, log: log)
    handler = RequestHandler(
      host: host, runner: runner, iopub: iopub, comms: comms, history: self.history,
      messages: messages, identity: identity, connection: self.connection, queue: queue,
      subshells: subshells, shell: routers[0], log: log, onShutdown: onShutdown)
  }

  /// Starts all threads.
  package func start() {
    let own =
      [heartbeat.start(), iopub.start(), history.start()]
      + routers.map { $0.start(onMessage: receive) }
    let guards = access.map { [$0.start()] } ?? []
    // Parsers run here, and they recurse as deep as the user's code.
    let execution = KernelThread("execution", stack: 64 << 20, takesSignals: true, execute)
    threads.withLock { $0 = [execution] + own + guards }
  }

  /// Asks the running cell to end; does nothing when none runs.
  package func interrupt() { runner.interrupt() }

  /// Ends the cells' processes and all threads, and sends what is still to be sent.
  package func stop() {
    queue.close()
    let subshells = subshells.close()
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
    access?.close()
    for thread in threads.dropFirst() + subshells { _ = thread.join(seconds: 2) }
    context.terminate()
    connection.removeSocketFiles()
  }

  private func receive(_ message: Message, from channel: RouterChannel) {
    switch (channel.channel, message.header.type) {
    // Front ends of protocol 5.3 and before ask on shell, where it must not wait for a cell.
    case (.control, _), (.shell, ShutdownRequest.type): handler.handle(message, from: channel)
    case (.stdin, _): input.receive(message)
    default: enqueue(message)
    }
  }

  private func enqueue(_ message: Message) {
    guard let id = message.header.subshell else { return queue.append(message) }
    guard let subshell = subshells[id] else { return handler.refuseSubshell(message, id) }
    switch message.header.type {
    // There is one process for all cells, and it does one thing at a time.
    case ExecuteRequest.type, CommOpen.type, CommData.type, CommClose.type:
      queue.append(message, place: (subshell, subshell.appendCell()))
    default: subshell.append(message)
    }
  }

  private func execute() {
    while let entry = queue.next() {
      entry.place?.turn.waitForPlace()
      handler.handle(entry.request, from: handler.shell, isAborted: entry.isAborted)
      if let place = entry.place { place.subshell.end(place.turn) }
    }
  }
}

extension ConnectionFile {
  /// Sockets over `ipc` are files: where none is named, those that are not yet there.
  fileprivate func choosingSocketFiles() -> ConnectionFile {
    guard transport == .ipc, ports.isEmpty else { return self }
    let free = (1...).lazy.filter { access("\(address)-\($0)", F_OK) != 0 }
    return listening(
      at: Dictionary(uniqueKeysWithValues: zip(Channel.allCases, free.prefix(5))))
  }
}
