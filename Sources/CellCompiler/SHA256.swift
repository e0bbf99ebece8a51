/// The SHA-256 digest (FIPS 180-4) of bytes, in hexadecimal.
package func sha256(_ message: some Sequence<UInt8>) -> String {
  var padded = Array(message)
  let bits = UInt64(padded.count) * 8
  padded.append(0x80)
  while padded.count % 64 != 56 { padded.append(0) }
  padded += (0..<8).map { UInt8(truncatingIfNeeded: bits >> (56 - 8 * UInt64($0))) }
  var state = initialState
  var schedule = [UInt32](repeating: 0, count: 64)
  for start in stride(from: 0, to: padded.count, by: 64) {
    for t in 0..<16 {
      schedule[t] = padded[start + 4 * t..<start + 4 * t + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }
    for t in 16..<64 {
      let s0 = schedule[t - 15].rotated(7) ^ schedule[t - 15].rotated(18) ^ schedule[t - 15] >> 3
      let s1 = schedule[t - 2].rotated(17) ^ schedule[t - 2].rotated(19) ^ schedule[t - 2] >> 10
      schedule[t] = schedule[t - 16] &+ s0 &+ schedule[t - 7] &+ s1
    }
    compress(schedule, into: &state)
  }
  return state.map { word in
    let digits = String(word, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }.joined()
}

private func compress(_ schedule: [UInt32], into state: inout [UInt32]) {
  var (a, b, c, d) = (state[0], state[1], state[2], state[3])
  var (e, f, g, h) = (state[4], state[5], state[6], state[7])
  for t in 0..<64 {
    let s1 = e.rotated(6) ^ e.rotated(11) ^ e.rotated(25)
    let first = h &+ s1 &+ (e & f ^ ~e & g) &+ roundConstants[t] &+ schedule[t]
    let s0 = a.rotated(2) ^ a.rotated(13) ^ a.rotated(22)
    let second = s0 &+ (a & b ^ a & c ^ b & c)
    (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
  }
  for (k, value) in [a, b, c, d, e, f, g, h].enumerated() { state[k] &+= value }
}

extension UInt32 {
  fileprivate func rotated(_ count: UInt32) -> UInt32 { self >> count | self << (32 - count) }
}

/// The first 32 bits of the fractional parts of the square roots of the first 8 primes.
private let initialState = primes.prefix(8).map { fraction(Double($0).squareRoot()) }

/// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
private let roundConstants = primes.map { fraction(cubeRoot(of: Double($0))) }

private let primes: [Int] = (2...311).filter { n in !(2..<n).contains { n % $0 == 0 } }

private func fraction(_ value: Double) -> UInt32 {
  UInt32((value - value.rounded(.down)) * 4_294_967_296)
}

private func cubeRoot(of value: Double) -> Double {
  (0..<60).reduce(value) { root, _ in root - (root * root * root - value) / (3 * root * root) }
}
