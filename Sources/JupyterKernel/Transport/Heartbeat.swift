import JupyterProtocol

/// Answers the front end's beats, in a context of its own so that nothing else can delay it.
final class Heartbeat: Sendable {
  /// Where the socket listens.
  let port: Int
  private let context = SocketContext()
  private let socket: Socket

  /// - Throws: `KernelError` when the endpoint cannot be had.
  init(_ connection: ConnectionFile) throws(KernelError) {
    socket = try Socket(.router, in: context)
    do { port = try socket.bind(.heartbeat, of: connection) } catch {
      socket.close()
      context.terminate()
      throw error
    }
  }

  func start() -> KernelThread {
    KernelThread("heartbeat") { [self] in
      socket.echo()
      close()
    }
  }

  /// Lets the thread end.
  func stop() { context.interrupt() }

  /// Frees the socket; for the thread that owns it.
  func close() {
    socket.close()
    context.terminate()
  }
}
