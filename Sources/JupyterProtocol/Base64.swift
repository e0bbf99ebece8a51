import CSodium

/// Binary content as text, the way Jupyter sends images.
public enum Base64 {
  /// The bytes in base 64 with padding, on one line (RFC 4648 §4).
  public static func encode(_ bytes: [UInt8]) -> String {
    let variant = sodium_base64_VARIANT_ORIGINAL
    var text = [CChar](repeating: 0, count: sodium_base64_encoded_len(bytes.count, variant))
    sodium_bin2base64(&text, text.count, bytes, bytes.count, variant)
    return String(decoding: text.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
