import Glibc
import JupyterProtocol

/// Tells the launcher which ports the kernel has chosen (protocol 5.6, JEP 66).
struct Registration {
  let file: RegistrationFile
  let log: Log

  /// Sends the ports, and waits until the launcher has acknowledged them.
  ///
  /// - Throws: `KernelError` when it does not do so in time.
  func announce(_ connection: ConnectionFile, seconds: Int = 5) throws(KernelError) {
    let context = SocketContext()
    let socket = try Socket(.dealer, in: context)
    defer {
      socket.close()
      context.terminate()
    }
    try socket.connect(file.endpoint)
    let wire = WireFormat(key: connection.key)
    socket.send(wire.frames(ofContent: file.announcement(of: connection)))
    let deadline = monotonicNanoseconds() + UInt64(seconds) * 1_000_000_000
    while monotonicNanoseconds() < deadline {
      let left = Int((deadline - min(deadline, monotonicNanoseconds())) / 1_000_000) + 1
      socket.wait(or: nil, milliseconds: left)
      guard let frames = socket.receive() else { continue }
      do {
        _ = try wire.content(from: frames)
        return
      } catch { log("dropped an answer to the kernel's registration: \(error)") }
    }
    throw KernelError(
      "the launcher at \(file.endpoint) has not acknowledged this kernel's registration within "
        + "\(seconds) seconds; start the kernel again")
  }

  /// Writes a connection file for other clients of the kernel into Jupyter's folder for them.
  ///
  /// Returns its path; nil when it cannot be written, which the log says.
  func writeConnectionFile(_ connection: ConnectionFile) -> String? {
    let name = file.kernel.unicodeScalars.allSatisfy(Self.isHarmless) ? file.kernel : ""
    guard let folder = Self.runtimeFolder else { return nil }
    makeFolders(folder)
    let path = "\(folder)/kernel-\(name.isEmpty ? Identifier.random() : name).json"
    unlink(path)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    let bytes = connection.json.bytes
    guard descriptor >= 0, write(descriptor, bytes, bytes.count) == bytes.count else {
      log("cannot write \(path): \(String(cString: strerror(errno)))")
      if descriptor >= 0 { close(descriptor) }
      return nil
    }
    close(descriptor)
    return path
  }

  /// A character that may stand in a file's name.
  private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "-"
  }

  /// Jupyter's folder for connection files.
  private static var runtimeFolder: String? {
    func value(_ name: String) -> String? {
      getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
    if let folder = value("JUPYTER_RUNTIME_DIR") { return folder }
    if let folder = value("JUPYTER_DATA_DIR") { return "\(folder)/runtime" }
    let data = value("XDG_DATA_HOME") ?? value("HOME").map { "\($0)/.local/share" }
    return data.map { "\($0)/jupyter/runtime" }
  }
}

/// Makes a folder and those it lies in, for the user only, where they are missing.
func makeFolders(_ path: String) {
  var folders: [Substring] = []
  for part in path.split(separator: "/") {
    folders.append(part)
    mkdir((path.hasPrefix("/") ? "/" : "") + folders.joined(separator: "/"), 0o700)
  }
}
