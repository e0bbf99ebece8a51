import CSodium

/// HMAC-SHA256 over the four JSON frames of a message, as 64 lower-case hexadecimal digits.
struct Signer: Sendable {
  private let key: [UInt8]

  /// nil for an empty key: messages are then not signed.
  init?(key: [UInt8]) {
    guard !key.isEmpty else { return nil }
    self.key = key
  }

  func signature(of frames: [[UInt8]]) -> [UInt8] {
    var state = crypto_auth_hmacsha256_state()
    crypto_auth_hmacsha256_init(&state, key, key.count)
    for frame in frames { crypto_auth_hmacsha256_update(&state, frame, UInt64(frame.count)) }
    var digest = [UInt8](repeating: 0, count: Int(crypto_auth_hmacsha256_BYTES))
    crypto_auth_hmacsha256_final(&state, &digest)
    let digits = Array("0123456789abcdef".utf8)
    return digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
  }

  /// Compares in a time that does not depend on where the two differ.
  func isValid(_ signature: [UInt8], of frames: [[UInt8]]) -> Bool {
    let expected = self.signature(of: frames)
    guard signature.count == expected.count else { return false }
    return sodium_memcmp(signature, expected, expected.count) == 0
  }
}
