import CSodium

/// The SHA-256 digest (FIPS 180-4) of bytes, in hexadecimal.
package func sha256(_ message: some Sequence<UInt8>) -> String {
  let bytes = Array(message)
  var digest = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_BYTES))
  crypto_hash_sha256(&digest, bytes, UInt64(bytes.count))
  var text = [CChar](repeating: 0, count: 2 * digest.count + 1)
  sodium_bin2hex(&text, text.count, digest, digest.count)
  return String(decoding: text.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
}
