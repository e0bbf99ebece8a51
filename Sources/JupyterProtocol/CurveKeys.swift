/// The pair of keys with which the sockets of a kernel are encrypted (CurveZMQ).
///
/// Jupyter makes them and writes them into the connection file, which only the user can read.
public struct CurveKeys: Hashable, Sendable {
  /// 32 bytes as 40 characters of Z85 (ZeroMQ RFC 32).
  public let publicKey: String
  /// 32 bytes as 40 characters of Z85.
  public let secretKey: String

  /// - Throws: `ContentError` when a key is not 40 characters of Z85.
  public init(publicKey: String, secretKey: String) throws(ContentError) {
    for (name, key) in [("curve_publickey", publicKey), ("curve_secretkey", secretKey)] {
      guard key.utf8.count == 40, key.utf8.allSatisfy(Self.alphabet.contains) else {
        throw ContentError("`\(name)` must be 40 characters of Z85, got \(key.utf8.count)")
      }
    }
    self.publicKey = publicKey
    self.secretKey = secretKey
  }

  private static let alphabet = Set(
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#".utf8)
}

extension Fields {
  /// The keys in a connection or registration file; nil when it brings none.
  func curveKeys() throws(ContentError) -> CurveKeys? {
    let publicKey = try string("curve_publickey", default: "")
    let secretKey = try string("curve_secretkey", default: "")
    guard !publicKey.isEmpty || !secretKey.isEmpty else { return nil }
    return try CurveKeys(publicKey: publicKey, secretKey: secretKey)
  }
}
