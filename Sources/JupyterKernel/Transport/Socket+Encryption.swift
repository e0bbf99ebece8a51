import CZeroMQ
package import JupyterProtocol

/// On which side of an encrypted connection a socket is.
package enum CurveRole: Sendable {
  /// It listens, and is known by its keys.
  case server(CurveKeys)
  /// It connects, with keys of its own, to the server with a public key.
  case client(CurveKeys, server: String)
}

extension Socket {
  /// Encrypts what the socket sends and receives from now on (CurveZMQ, ZeroMQ RFC 26).
  ///
  /// - Throws: `KernelError` when this system's ZeroMQ cannot, or a key is none.
  package func encrypt(as role: CurveRole) throws(KernelError) {
    guard zmq_has("curve") == 1 else {
      throw KernelError(
        "the connection file asks for CurveZMQ encryption, which this system's ZeroMQ was built "
          + "without: install one that has it, or set KernelManager.transport_encryption to "
          + "'disabled'")
    }
    switch role {
    case .server(let keys):
      try set(ZMQ_CURVE_PUBLICKEY, toKey: keys.publicKey)
      try set(ZMQ_CURVE_SECRETKEY, toKey: keys.secretKey)
      set(ZMQ_CURVE_SERVER, 1)
    case .client(let keys, let server):
      try set(ZMQ_CURVE_PUBLICKEY, toKey: keys.publicKey)
      try set(ZMQ_CURVE_SECRETKEY, toKey: keys.secretKey)
      try set(ZMQ_CURVE_SERVERKEY, toKey: server)
    }
  }

  private func set(_ option: Int32, toKey key: String) throws(KernelError) {
    guard zmq_setsockopt(handle, option, key, key.utf8.count) == 0 else {
      throw KernelError(
        "a key in the connection file is no CurveZMQ key: \(KernelError.zeroMQReason)")
    }
  }
}

extension CurveKeys {
  /// A fresh pair; nil when this system's ZeroMQ was built without encryption.
  package static func random() -> CurveKeys? {
    var keys = (public: [CChar](repeating: 0, count: 41), secret: [CChar](repeating: 0, count: 41))
    guard zmq_curve_keypair(&keys.public, &keys.secret) == 0 else { return nil }
    func text(_ key: [CChar]) -> String {
      String(decoding: key.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
    return try? CurveKeys(publicKey: text(keys.public), secretKey: text(keys.secret))
  }
}
